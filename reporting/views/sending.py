"""Checking, certifying, sending and recalling a report, and the receipt of a sending."""

from datetime import datetime
from io import BytesIO

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import formats
from actions.actors import Actor
from actions.policies.errors import NotAllowed
from reporting.forms.sending import CertifyForm, ConfirmForm, SendForm
from reporting.models import Report, Submission
from reporting.policies.parties import parties_of
from reporting.policies.sending import (
    obstacles_to_certifying,
    obstacles_to_recalling,
    obstacles_to_sending,
    signatories_of,
)
from reporting.services import sending
from reporting.services.freezing import content_hash, frozen_content
from reporting.states import REPORT_SENT, Party, ReportStatus
from reporting.summaries.completeness import report_completeness
from reporting.summaries.frozen import measure_rows
from reporting.summaries.home import reviewer_name
from reporting.summaries.next_steps import WITH_REPORTER
from reporting.views.reports import visible_report


@require_safe
def report_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything that would be sent, what is missing, and the form that certifies or sends it."""
    report = visible_report(request.actor, pk)
    may_check = parties_of(request.actor, report) & {Party.COORDINATOR, Party.SIGNATORY}
    if not may_check or report.status not in WITH_REPORTER:
        return _refused(request, report, obstacles_to_sending(report, request.actor, timezone.now()))
    return render(request, "reporting/send_check.html", CheckPage(report, request.actor, timezone.now()).context())


@require_POST
def report_certify(request: HttpRequest, pk: int) -> HttpResponse:
    """Certify the report as it was checked."""
    now = timezone.now()
    report = visible_report(request.actor, pk)
    page = CheckPage(report, request.actor, now, data=request.POST, certifying=True)
    if not page.obstacles and not page.form.is_valid():
        return render(request, "reporting/send_check.html", page.context())
    try:
        sending.certify(report, by=request.actor, checked_hash=request.POST.get("checked_hash", ""), now=now)
    except NotAllowed as refusal:
        return _refused(request, report, refusal.reasons)
    messages.success(request, _("Laporan disahkan. Koordinator sekarang dapat mengirimnya."))
    return redirect(report)


@require_POST
def report_withdraw_certification(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the certification, so that the report can be edited again."""
    report = visible_report(request.actor, pk)
    try:
        sending.withdraw_certification(report, by=request.actor)
    except NotAllowed as refusal:
        return _refused(request, report, refusal.reasons)
    messages.success(request, _("Pengesahan ditarik. Isian dapat diubah lagi, lalu disahkan ulang."))
    return redirect(report)


@require_POST
def report_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the report. What counts is when the request arrived, so the clock is read before anything else."""
    now = timezone.now()
    report = visible_report(request.actor, pk)
    page = CheckPage(report, request.actor, now, data=request.POST)
    if not page.obstacles and not page.form.is_valid():
        return render(request, "reporting/send_check.html", page.context())
    try:
        submission = sending.submit(
            report,
            by=request.actor,
            acknowledged=bool(page.form.is_valid() and page.form.cleaned_data.get("acknowledged")),
            checked_hash=request.POST.get("checked_hash", ""),
            now=now,
        )
    except NotAllowed as refusal:
        return _already_sent(request, report) or _refused(request, report, refusal.reasons)
    instant = formats.moment(submission.submitted_at, request.actor.institution.time_zone)
    text = _("Laporan terkirim. Tanda terima nomor %(number)s dibuat %(instant)s.")
    messages.success(request, text % {"number": submission.receipt_number, "instant": instant})
    return redirect("receipt", submission.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def report_recall(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to take the report back, and do it."""
    now = timezone.now()
    report = visible_report(request.actor, pk)
    obstacles = obstacles_to_recalling(report, request.actor, now)
    if obstacles:
        return _refused(request, report, obstacles)
    if request.method != "POST":
        ends = formats.deadline(report.sending_ends_at(), request.actor.institution.time_zone)
        return render(request, "reporting/send_recall.html", {"report": report, "ends": ends})
    try:
        sending.recall(report, by=request.actor, now=now)
    except NotAllowed as refusal:  # a reviewer claimed it in between
        return _refused(request, report, refusal.reasons)
    messages.success(request, _("Laporan ditarik kembali. Perbaiki isian, lalu kirim lagi sebelum batas waktu."))
    return redirect(report)


@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the numbered receipt of one sending, ready to be printed."""
    rows = Submission.objects.filter(report__in=Report.objects.visible_to(request.actor))
    report = [f"report__{name}" for name in ("institution", "kanwil", "period__plan_year")]
    rows = rows.select_related(*report, "submitted_by", "recalled_by")
    submission = get_object_or_404(rows, pk=pk)
    zone = request.actor.institution.time_zone
    local, wib = (formats.moment(submission.submitted_at, name) for name in (zone, "Asia/Jakarta"))
    context = {
        "submission": submission,
        "report": submission.report,
        "reviewer": reviewer_name(submission.report) if _waits_for_review(submission) else "",
        "items": submission.content["items"],
        "illustrative": set(submission.report.items.filter(aksi__is_illustrative=True).values_list("pk", flat=True)),
        "zone": zone,
        "wib_text": "" if wib == local else wib,
        "qr": _qr(f"{settings.PORTAL_URL}{request.path}"),
    }
    return render(request, "reporting/receipt.html", context)


def _waits_for_review(submission: Submission) -> bool:
    return submission.report.status == ReportStatus.SUBMITTED and submission.round == submission.report.round


class CheckPage:
    """What the check page shows, and the form at its end: to certify, to send, or none with the reasons."""

    def __init__(self, report: Report, actor: Actor, now: datetime, *, data=None, certifying: bool | None = None):
        self.report, self.actor, self.now = report, actor, now
        self.completeness = report_completeness(report)
        self.unfinished = sending.unfinished_items(self.completeness)
        self.content = frozen_content(report, sending.answers_of(self.completeness))
        self.hash = content_hash(self.content)
        self.certifying = self._is_certifying() if certifying is None else certifying
        ask = obstacles_to_certifying if self.certifying else obstacles_to_sending
        self.obstacles = ask(report, actor, now, is_started=self.completeness.is_started)
        self.form = self._form(data)

    def _is_certifying(self) -> bool:
        """A signatory certifies; who is also coordinator then sends."""
        parties = parties_of(self.actor, self.report)
        waits = self.report.period.needs_signatory and self.report.status != ReportStatus.CERTIFIED
        return Party.SIGNATORY in parties and (waits or Party.COORDINATOR not in parties)

    def _form(self, data) -> ConfirmForm:
        form_class = CertifyForm if self.certifying else SendForm
        initial = {"checked_hash": self.hash}
        return form_class(data, initial=initial, report=self.report, has_gaps=bool(self.unfinished))

    def context(self) -> dict:
        frozen = {row["item"]: row for row in self.content["items"]}
        waits = self.report.period.needs_signatory and self.report.status != ReportStatus.CERTIFIED
        return {
            "report": self.report,
            "completeness": self.completeness,
            "unfinished": self.unfinished,
            "items": [(found, _measures(frozen[found.item.pk])) for found in self.completeness.items],
            "certifying": self.certifying,
            "may_fill": Party.COORDINATOR in parties_of(self.actor, self.report),
            "obstacles": self.obstacles,
            "form": self.form,
            "hash": self.hash,
            "rule_set": self.report.period.plan_year.rule_set,
            "signatories": signatories_of(self.report, self.now) if waits else [],
            "zone": self.actor.institution.time_zone,
        }


def _measures(item: dict) -> list[dict]:
    return [measure | {"rows": measure_rows(measure)} for measure in item["measures"]]


def _refused(request: HttpRequest, report: Report, reasons: list[str]) -> HttpResponseRedirect:
    for reason in reasons:
        messages.error(request, reason)
    may_check = parties_of(request.actor, report) & {Party.COORDINATOR, Party.SIGNATORY}
    if may_check and request.resolver_match.url_name in ("report-submit", "report-certify"):
        return redirect("report-check", report.pk)
    return redirect(report)


def _already_sent(request: HttpRequest, report: Report) -> HttpResponseRedirect | None:
    """The second of two clicks: lead a coordinator to the receipt of the first."""
    report.refresh_from_db(fields=["status", "round"])
    if report.status not in REPORT_SENT - {ReportStatus.RETURNED}:
        return None
    if Party.COORDINATOR not in parties_of(request.actor, report):
        return None
    submission = report.submissions.get(round=report.round, recalled_at__isnull=True)
    text = _("Laporan ini sudah terkirim. Tidak dikirim dua kali; inilah tanda terimanya, nomor %(number)s.")
    messages.info(request, text % {"number": submission.receipt_number})
    return redirect("receipt", submission.pk)


def _qr(url: str) -> SafeString:
    """The QR code of an address as inline SVG; it holds nothing that a person typed."""
    drawn = BytesIO()
    title = _("Kode QR menuju halaman tanda terima ini")
    segno.make(url, error="m").save(drawn, kind="svg", xmldecl=False, svgns=True, title=title, omitsize=True, border=2)
    return mark_safe(drawn.getvalue().decode())
