"""Who may manage plans, years, periods, the catalogue and assignments."""

from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import Calendar, Plan, PlanYear

MOST_TRANSITION_YEARS = 5
"""Years after a plan's end in which it may go on until a successor is enacted. Assumption [A]."""


def obstacles_to_administering(actor: Actor | None) -> list[str]:
    """Return why `actor` may not change plans, periods, the catalogue or assignments; empty means "go ahead"."""
    if actor and actor.is_secretariat:
        return []
    return [_("Hanya sekretariat yang mengelola rencana, periode, katalog dan penugasan.")]


def obstacles_to_creating_year(plan: Plan, year: int, calendar: Calendar, actor: Actor | None) -> list[str]:
    """Return why `year` of `plan` cannot be created by `actor` on `calendar`."""
    reasons = obstacles_to_administering(actor)
    last = plan.ends_on.year + MOST_TRANSITION_YEARS
    if not plan.starts_on.year <= year <= last:
        reasons.append(
            _("Pilih tahun %(first)s sampai %(last)s untuk %(plan)s.")
            % {"first": plan.starts_on.year, "last": last, "plan": plan}
        )
    if PlanYear.objects.filter(year=year).exists():
        reasons.append(_("Tahun %(year)s sudah ada.") % {"year": year})
    if not calendar.periods.exists():
        reasons.append(_("Kalender %(calendar)s belum punya periode.") % {"calendar": calendar})
    return reasons
