"""Who may manage plans, years, periods, the catalogue and assignments."""

from django.utils.translation import gettext as _

from actions.actors import Actor


def obstacles_to_administering(actor: Actor | None) -> list[str]:
    """Return why `actor` may not change plans, periods, the catalogue or assignments; empty means "go ahead"."""
    if actor and actor.is_secretariat:
        return []
    return [_("Hanya sekretariat yang mengelola rencana, periode, katalog dan penugasan.")]
