"""Who may change an institution's contact and its perangkat daerah."""

from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import Institution, Unit


def obstacles_to_editing_contact(actor: Actor, institution: Institution) -> list[str]:
    """Return why `actor` may not edit the contact of an `institution` that it can see.

    The secretariat may edit every contact, a Kanwil those in its provinces and its own, a coordinator its own.
    """
    own = actor.institution.pk == institution.pk
    if actor.is_secretariat or actor.is_kanwil_officer or (actor.is_coordinator and own):
        return []
    return [_("Hanya koordinator instansi ini, Kanwil pembinanya dan sekretariat yang mengubah kontak.")]


def obstacles_to_managing_units(actor: Actor, institution: Institution) -> list[str]:
    """Return why `actor` may not add, rename or deactivate perangkat daerah of an `institution` that it can see."""
    if institution.level is None:
        return [_("Kantor Wilayah tidak punya perangkat daerah.")]
    if actor.is_secretariat or (actor.is_coordinator and actor.institution.pk == institution.pk):
        return []
    words = {"units": institution.units_word}
    return [_("Hanya koordinator instansi ini dan sekretariat yang mengelola %(units)s.") % words]


def obstacles_to_deactivating_unit(actor: Actor, unit: Unit) -> list[str]:
    """Return why `unit` cannot be deactivated now: who asks, and whether it still owns aksi of this year."""
    reasons = obstacles_to_managing_units(actor, unit.institution)
    owned = unit.assigned.filter(assignment__aksi__plan_year__year__gte=actor.day.year).count()
    if owned:
        reasons.append(
            _("%(unit)s masih mengampu %(count)s aksi. Alihkan dulu ke %(units)s lain.")
            % {"unit": unit.name, "count": owned, "units": unit.institution.units_word}
        )
    return reasons
