"""Which party an actor is to a report: the question "who" of every other policy."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import Level, Membership
from reporting.models import Report, ReportItem
from reporting.states import Party


def parties_of(actor: Actor, report: Report) -> frozenset[Party]:
    """The parties that `actor` is to `report`, by the office they act for now.

    OPD here means staff of some unit of the institution; whether an item is theirs is `is_assigned`.
    """
    found: set[Party] = set()
    if actor.institution.pk == report.institution_id:
        if actor.is_opd_staff:
            found.add(Party.OPD)
        if actor.is_coordinator:
            found.add(Party.COORDINATOR)
        if actor.is_signatory:
            found.add(Party.SIGNATORY)
    if is_reviewing_office(actor, report):
        found.add(Party.REVIEWER)
    return frozenset(found)


def is_reviewing_office(actor: Actor, report: Report) -> bool:
    """See also `ReportQuerySet.reviewable_by`, which says the same of rows."""
    if actor.is_kanwil_officer:
        return report.kanwil_id == actor.institution.pk
    if report.level != Level.MINISTRY:
        return report.kanwil_id is None and actor.is_central_verifier
    if report.institution.houses_secretariat:
        return actor.is_panitia_verifier
    return actor.is_central_verifier


def is_assigned(actor: Actor, item: ReportItem) -> bool:
    """True when the actor's unit works on the item's aksi. See also `ReportItemQuerySet.visible_to`."""
    if actor.unit is None:
        return False
    assignments = item.aksi.assignments.filter(institution=item.report.institution_id)
    return assignments.filter(units=actor.unit.pk).exists()


def conflicts_of_interest(actor: Actor, report: Report, now: datetime) -> list[str]:
    """Why this person may not review this institution, whatever office they act for (DOMAIN section 4, step 5).

    Looks at all of the person's memberships, in any role, from the first day the period covers until today.
    """
    rows = Membership.objects.filter(user=actor.user.pk, institution=report.institution_id)
    if rows.overlapping(report.period.covers_from, timezone.localdate(now)).exists():
        return [_("Anda bertugas di instansi ini pada periode tersebut, jadi orang lain yang harus menelaahnya.")]
    return []
