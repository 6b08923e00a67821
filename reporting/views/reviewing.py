"""The review of whole reports: the queue, one report, and the acts that move it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import formats
from actions.policies.errors import NotAllowed
from reporting.forms.reviewing import QueueFilter
from reporting.models import Report
from reporting.policies import reviewing as policies
from reporting.services import reviewing as services
from reporting.states import ItemStatus, ReportStatus
from reporting.summaries.desk import ReviewOutline, review_outline
from reporting.summaries.periods import chosen_period
from reporting.summaries.queue import review_queue as queue_of
from reporting.summaries.review_notes import review_notes
from reporting.views.access import REPORT_PARTS, refused

ROWS_A_PAGE = 50


@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """The reports of the period that wait for this office, those waiting longest first."""
    if not request.actor.is_reviewer:
        raise Http404
    now, period = timezone.now(), chosen_period(request)
    form = QueueFilter(request.GET or None)
    queue = None
    if period is not None:
        queue = queue_of(request.actor, period, now=now, stages=form.stages, words=form.words)
    pages = Paginator(queue.rows if queue else [], ROWS_A_PAGE)
    context = {
        "period": period,
        "queue": queue,
        "form": form,
        "is_filtered": bool(form.words) or form.stages != QueueFilter().stages,
        "page": pages.get_page(request.GET.get("page")),
        "query": query_of(request),
        "now": now,
        "zone": request.actor.institution.time_zone,
    }
    return render(request, "reporting/review_queue.html", context)


@require_safe
def review_report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report in review: its measures, how each was judged, and the one next step with its confirmation."""
    report = followed_report_or_404(request, pk)
    now, outline = timezone.now(), review_outline(report)
    step = _step(request, report, outline, now)
    context = {
        "report": report,
        "outline": outline,
        "step": step,
        "notes": list(review_notes(report).values()) if step.name == "return" else [],
        "correction_end": services.correction_end(report, now),
        "is_reviewer": request.actor.is_reviewer,
        "now": now,
        "zone": request.actor.institution.time_zone,
    }
    return render(request, "reporting/review_report.html", context)


@require_POST
def report_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to review a report."""
    report = _own_report_or_404(request, pk)
    try:
        services.claim(report, by=request.actor)
    except NotAllowed as error:
        return refused(request, error, _way_back(report))
    messages.success(request, _("Telaah dimulai. Laporan ini sekarang tidak dapat ditarik kembali oleh pelapor."))
    return redirect("review-report", report.pk)


@require_POST
def report_take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with a colleague's review."""
    report = _own_report_or_404(request, pk)
    try:
        services.take_over(report, by=request.actor)
    except NotAllowed as error:
        return refused(request, error, _way_back(report))
    messages.success(request, _("Telaah Anda ambil alih. Putusan yang sudah ada tetap berlaku."))
    return redirect("review-report", report.pk)


@require_POST
def report_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a report for correction."""
    report = _own_report_or_404(request, pk)
    try:
        report = services.return_report(report, by=request.actor)
    except NotAllowed as error:
        return refused(request, error, _way_back(report))
    end = formats.deadline(report.correction_due_at, request.actor.institution.time_zone)
    messages.success(
        request, _("Laporan dikembalikan kepada pelapor. Perbaikan ditunggu paling lambat %(end)s.") % {"end": end}
    )
    return redirect("review-queue")


@require_POST
def report_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Verify a report, which finishes its review."""
    report = _own_report_or_404(request, pk)
    try:
        services.verify(report, by=request.actor)
    except NotAllowed as error:
        return refused(request, error, _way_back(report))
    messages.success(
        request, _("Laporan %(name)s terverifikasi. Nilainya sedang dihitung.") % {"name": report.institution.name}
    )
    return redirect("review-queue")


@require_POST
def report_close_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a report whose correction has ended, to judge it as it was last sent."""
    report = _own_report_or_404(request, pk)
    try:
        services.close_correction(report, by=request.actor)
    except NotAllowed as error:
        return refused(request, error, _way_back(report))
    messages.success(request, _("Perbaikan ditutup. Nilai ukuran yang dikembalikan seperti yang terakhir dikirim."))
    return redirect("review-report", report.pk)


def followed_report_or_404(request: HttpRequest, pk: int) -> Report:
    """Return a sent report whose review the actor may read."""
    return get_object_or_404(_with_parts(Report.objects.review_open_to(request.actor)), pk=pk)


def _own_report_or_404(request: HttpRequest, pk: int) -> Report:
    """Return a report that the actor's office reviews; not sent yet, it is refused in words and not hidden."""
    return get_object_or_404(_with_parts(Report.objects.reviewable_by(request.actor)), pk=pk)


def _with_parts(rows: QuerySet[Report]) -> QuerySet[Report]:
    return rows.select_related(*REPORT_PARTS, "claimed_by")


def _way_back(report: Report) -> str:
    """The address that a refused act leads back to: the report's review, else the queue."""
    return reverse("review-report", args=[report.pk]) if report.is_reported else reverse("review-queue")


def query_of(request: HttpRequest) -> str:
    """Return the address's parameters but for the page, ready to be followed by another one."""
    kept = [(name, value) for name, value in request.GET.items() if name != "page"]
    return f"{urlencode(kept)}&" if kept else ""


@dataclass(frozen=True)
class Step:
    """What comes next for a report in review, and why the actor cannot do it."""

    name: str
    obstacles: list[str]


def _step(request: HttpRequest, report: Report, outline: ReviewOutline, now) -> Step:
    actor = request.actor
    if report.status == ReportStatus.SUBMITTED:
        return Step("claim", policies.obstacles_to_claiming(report, actor, now))
    if report.status == ReportStatus.IN_REVIEW:
        return _step_in_review(request, report, outline, now)
    if policies.has_closed_correction(report, now):
        return Step("close", policies.obstacles_to_closing_correction(report, actor, now))
    return Step("done" if report.status == ReportStatus.VERIFIED else "wait", [])


def _step_in_review(request: HttpRequest, report: Report, outline: ReviewOutline, now) -> Step:
    actor, items = request.actor, [row.item for row in outline.items]
    if report.claimed_by_id != actor.user.pk:
        return Step("take_over", policies.obstacles_to_taking_over(report, actor, now))
    if outline.waiting:
        return Step("judge", policies.obstacles_to_judging(report, actor, now))
    is_returned = any(item.status == ItemStatus.RETURNED for item in items)
    if is_returned and not policies.obstacles_to_asking_correction(report, now):
        return Step("return", policies.obstacles_to_returning(report, actor, now, items))
    return Step("verify", policies.obstacles_to_verifying(report, actor, now, items))
