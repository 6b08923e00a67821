"""Which offices nobody can be reached at: their Kanwil hears of it, since no reminder does."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.models import Institution, Membership, ReportingPeriod
from reporting.models import Report

REPORTING_ROLES = (Membership.Role.COORDINATOR, Membership.Role.SIGNATORY)
"""Who is reminded of an institution's report, beside the staff of its OPD."""

REACHABLE = Q(user__is_active=True, user__email_bounced_at__isnull=True) & ~Q(user__email="")
"""The condition of memberships whose person an e-mail still reaches."""


@dataclass(frozen=True)
class UnreachableOffice:
    """An institution that owes a report and has nobody whom an e-mail reaches; `reason` is a sentence."""

    institution: Institution
    reason: str


def unreachable_offices(
    kanwil: Institution | None, period: ReportingPeriod, *, now: datetime | None = None
) -> list[UnreachableOffice]:
    """Offices that owe `period`'s report to `kanwil` without a reachable coordinator or signatory; three queries.

    Without a Kanwil: the ministries and agencies, which are reviewed centrally. In the order of codes.
    """
    reports = Report.objects.filter(period=period, kanwil=kanwil)
    day = timezone.localdate(now, timezone.get_default_timezone())
    members = Membership.objects.in_force_on(day).filter(institution__reports__in=reports, role__in=REPORTING_ROLES)
    reachable = dict.fromkeys(members.order_by().values_list("institution_id", flat=True), False)
    reachable |= dict.fromkeys(members.filter(REACHABLE).order_by().values_list("institution_id", flat=True), True)
    institutions = Institution.objects.filter(reports__in=reports).order_by("code")
    return [
        UnreachableOffice(institution, _reason(reachable.get(institution.pk)))
        for institution in institutions
        if not reachable.get(institution.pk)
    ]


def _reason(is_reachable: bool | None) -> str:
    if is_reachable is None:
        return _("Belum ada koordinator atau pejabat penanda tangan yang terdaftar.")
    return _("Surel ke koordinator dan pejabat penanda tangannya tidak sampai.")
