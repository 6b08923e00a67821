"""One report as a whole: where it stands, what is next, what happened."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actions.actors import Actor
from reporting.models import Report, ReportItem, Submission
from reporting.policies.parties import parties_of
from reporting.policies.sending import (
    obstacles_to_certifying,
    obstacles_to_recalling,
    obstacles_to_sending,
    obstacles_to_withdrawing,
)
from reporting.states import REPORT_WITH_REPORTER, ItemStatus, Party, ReportStatus
from reporting.summaries.completeness import ReportCompleteness, report_completeness
from reporting.summaries.deadlines import period_steps, sending_deadline
from reporting.summaries.history import history_of

WITH_REPORTER = REPORT_WITH_REPORTER | {ReportStatus.CERTIFIED}


@dataclass(frozen=True)
class NextStep:
    """What the deadline banner asks of this reader: one filled button, one outlined one."""

    title: str
    text: str = ""
    url: str = ""
    label: str = ""
    second_url: str = ""
    second_label: str = ""


@require_safe
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report: deadlines, items, what hinders sending, receipts and history."""
    now, actor = timezone.now(), request.actor
    report = visible_report(actor, pk)
    completeness = report_completeness(report, _own_items(actor, report))
    receipts = list(report.submissions.select_related("submitted_by", "recalled_by").order_by("-pk"))
    parties = parties_of(actor, report)
    is_own = bool(parties & {Party.OPD, Party.COORDINATOR, Party.SIGNATORY})
    obstacles = _obstacles(report, actor, parties, completeness, now)
    zone = actor.institution.time_zone
    context = {
        "report": report,
        "completeness": completeness,
        "is_own": is_own,
        "is_coordinator": Party.COORDINATOR in parties,
        "is_reviewer": Party.REVIEWER in parties,
        "with_reporter": report.status in WITH_REPORTER,
        "obstacles": obstacles,
        "may_recall": not obstacles_to_recalling(report, actor, now),
        "may_withdraw": not obstacles_to_withdrawing(report, actor),
        "may_return_items": _may_return_items(report, parties, now),
        "deadline": sending_deadline(report, zone=zone, now=now) if is_own else None,
        "next_step": _next_step(report, parties, completeness, obstacles, receipts) if is_own else None,
        "steps": period_steps(report.period, zone=zone, now=now),
        "receipts": receipts,
        "history": history_of(report, actor),
        "zone": zone,
    }
    return render(request, "reporting/report_detail.html", context)


def visible_report(actor: Actor, pk: int) -> Report:
    """Load a report that `actor` may read, with what its pages show; 404 outside their scope."""
    rows = Report.objects.visible_to(actor).select_related(
        "institution", "period__plan_year__rule_set", "kanwil", "claimed_by", "certified_by", "verified_by"
    )
    return get_object_or_404(rows, pk=pk)


def _own_items(actor: Actor, report: Report) -> list[ReportItem] | None:
    if not actor.is_only_opd_staff:
        return None
    return list(ReportItem.objects.visible_to(actor).filter(report=report.pk).only("pk"))


def _obstacles(
    report: Report, actor: Actor, parties: frozenset, completeness: ReportCompleteness, now: datetime
) -> list[str]:
    """What hinders the act that is this reader's: certifying for a signatory alone, sending for a coordinator."""
    if Party.COORDINATOR in parties:
        return obstacles_to_sending(report, actor, now, is_started=completeness.is_started)
    if Party.SIGNATORY in parties:
        return obstacles_to_certifying(report, actor, now, is_started=completeness.is_started)
    return []


def _may_return_items(report: Report, parties: frozenset, now: datetime) -> bool:
    """See also `obstacles_to_returning_item`, which the page behind the link asks for one item."""
    may_edit = report.status in REPORT_WITH_REPORTER and now < report.sending_ends_at()
    return Party.COORDINATOR in parties and may_edit


def _next_step(
    report: Report,
    parties: frozenset,
    completeness: ReportCompleteness,
    obstacles: list[str],
    receipts: list[Submission],
) -> NextStep:
    if report.status not in WITH_REPORTER:
        return _after_sending(report, receipts)
    fill = (reverse("item-list"), _("Lanjutkan mengisi"))
    check = (reverse("report-check", args=[report.pk]), _("Periksa kesiapan kirim"))
    if not parties & {Party.COORDINATOR, Party.SIGNATORY}:
        return _opd_step(completeness, fill)
    if Party.COORDINATOR not in parties:
        if obstacles:
            return NextStep(
                _("Belum dapat disahkan"), obstacles[0], second_url=check[0], second_label=_("Periksa laporan")
            )
        return NextStep(_("Periksa lalu sahkan laporan"), "", check[0], _("Periksa dan sahkan"))
    missing = len(completeness.incomplete_items)
    if obstacles:
        return NextStep(_("Belum dapat dikirim"), obstacles[0], *fill, *check)
    if missing:
        text = _("%(count)s aksi belum lengkap. Laporan tetap dapat dikirim, tetapi poinnya berkurang.")
        return NextStep(_("Lengkapi, lalu kirim laporan"), text % {"count": missing}, *fill, *check)
    return NextStep(_("Kirim laporan"), _("Semua aksi lengkap."), check[0], _("Periksa dan kirim"))


def _opd_step(completeness: ReportCompleteness, fill: tuple[str, str]) -> NextStep:
    open_items = [row for row in completeness.items if row.item.status in (ItemStatus.FILLING, ItemStatus.RETURNED)]
    if not open_items:
        return NextStep(_("Bagian Anda selesai"), _("Koordinator memeriksa dan mengirim laporan."))
    return NextStep(_("Lengkapi aksi perangkat daerah Anda"), _("Tandai siap bila sudah lengkap."), *fill)


def _after_sending(report: Report, receipts: list[Submission]) -> NextStep:
    standing = next((row for row in receipts if row.recalled_at is None), None)
    receipt = (reverse("receipt", args=[standing.pk]), _("Lihat tanda terima")) if standing else ("", "")
    if report.status == ReportStatus.VERIFIED:
        return NextStep(_("Laporan terverifikasi"), _("Nilai dihitung dari hasil telaah."), *receipt)
    if report.status == ReportStatus.IN_REVIEW:
        return NextStep(_("Laporan sedang ditelaah"), _("Anda diberi tahu bila ada yang harus diperbaiki."), *receipt)
    return NextStep(_("Laporan menunggu telaah"), _("Selama belum ditelaah, laporan dapat ditarik kembali."), *receipt)
