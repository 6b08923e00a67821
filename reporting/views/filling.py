"""Filling: the list of aksi, the page of one aksi, saving as one types, marking ready and taking back."""

import re
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.models import EvidenceKind
from actions.policies.errors import NotAllowed
from reporting.completeness import form_prefix
from reporting.forms.filling import AnswerForm, EvidenceForm
from reporting.models import MeasureAnswer, Report, ReportItem
from reporting.services import filling as service
from reporting.services.filling import ChangedMeanwhile
from reporting.summaries.completeness import report_completeness
from reporting.summaries.deadlines import sending_deadline
from reporting.summaries.home import item_act
from reporting.summaries.next_steps import WITH_REPORTER
from reporting.summaries.periods import chosen_period
from reporting.views.access import REPORT_PARTS, answer_or_404, item_or_404, refused
from reporting.views.evidence import keep_upload
from reporting.views.filling_page import Posted, item_page, page_context


@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    """The aksi of one's own institution in the chosen period; staff of one OPD see theirs."""
    actor, now = request.actor, timezone.now()
    period = chosen_period(request)
    reports = Report.objects.visible_to(actor).filter(institution=actor.institution, period=period)
    report = reports.select_related(*REPORT_PARTS).first()
    context = {"period": period, "report": report, "zone": actor.institution.time_zone}
    if report is not None:
        own = ReportItem.objects.visible_to(actor).filter(report=report) if actor.is_only_opd_staff else None
        context["completeness"] = report_completeness(report, own)
        is_open = report.status in WITH_REPORTER and now < report.sending_ends_at()
        context["rows"] = [(row, item_act(row, actor, is_open=is_open)) for row in context["completeness"].items]
        context["deadline"] = sending_deadline(report, zone=context["zone"], now=now)
    return render(request, "reporting/item_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def item_fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Fill one aksi: every measure on one page, saved together; without scripts too."""
    item, now = item_or_404(request, pk), timezone.now()
    posted = Posted()
    if request.method == "POST":
        posted = receive(request, item, now)
        if not posted.has_faults:
            messages.success(request, _("Tersimpan. Semua isian aksi ini sudah ada di portal."))
            return redirect("item-fill", item.pk)
    return _filling_page(request, item, now, posted)


@require_POST
def item_mark_ready(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what came along, then hand the aksi to the coordinator for checking."""
    item, now = item_or_404(request, pk), timezone.now()
    posted = receive(request, item, now)
    if posted.has_faults:
        return _filling_page(request, item, now, posted)
    try:
        service.mark_ready(item, by=request.actor, now=now)
    except NotAllowed as error:
        return refused(request, error, "item-fill", item.pk)
    told = _("Aksi ditandai siap. Koordinator memeriksanya sebelum laporan dikirim.")
    if request.actor.is_coordinator:
        told = _("Aksi ditandai siap. Laporan dikirim bersama aksi yang lain.")
    messages.success(request, told)
    return redirect("report-detail", item.report_id)


@require_POST
def item_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an aksi that was marked ready for editing again."""
    item = item_or_404(request, pk)
    try:
        service.take_back(item, by=request.actor, now=timezone.now())
    except NotAllowed as error:
        return refused(request, error, "item-fill", item.pk)
    messages.success(request, _("Isian dibuka kembali. Tandai siap lagi setelah selesai."))
    return redirect("item-fill", item.pk)


@require_POST
def answer_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one measure as one types; htmx gets the pieces of the page that changed."""
    answer, now = answer_or_404(request, pk), timezone.now()
    posted = Posted(data=request.POST)
    _receive_answer(request, answer, now, posted)
    if not request.htmx:
        for text, _address in posted.problems:
            messages.error(request, text)
        return redirect("item-fill", answer.item_id)
    page = item_page(request, answer.item, now, posted)
    context = page_context(request, page, now, posted) | {"row": page.row_of(answer)}
    return render(request, "reporting/_answer_saved.html", context)


def receive(request: HttpRequest, item: ReportItem, now: datetime) -> Posted:
    """Store everything valid in the request for this aksi, texts and files; return what could not be stored."""
    posted = Posted(data=request.POST)
    answers = MeasureAnswer.objects.filter(item=item).select_related("measure").order_by("measure__number")
    for answer in answers.prefetch_related("measure__evidence_wanted__kind"):
        answer.item = item
        _receive_answer(request, answer, now, posted)
        _receive_files(request, answer, now, posted)
    return posted


def _receive_answer(request: HttpRequest, answer: MeasureAnswer, now: datetime, posted: Posted) -> None:
    form = AnswerForm(request.POST, answer=answer)
    values, prefix = form.posted_values(), form_prefix(answer.pk)
    if not values and not form.errors:
        return
    if not form.is_as_loaded(request.POST.get(f"{prefix}-base", "")):
        try:
            service.save_answer(answer, values, version=_version(request, prefix), by=request.actor, now=now)
        except ChangedMeanwhile as error:
            posted.conflicts[answer.pk] = error.answer
            posted.answers[answer.pk] = form
        except NotAllowed as error:
            posted.problems += [(reason, "") for reason in error.reasons if (reason, "") not in posted.problems]
            posted.answers[answer.pk] = form
    if form.errors:
        posted.answers[answer.pk] = form
        posted.problems += _field_problems(form, _("Ukuran %(number)s") % {"number": answer.measure.number})


def _receive_files(request: HttpRequest, answer: MeasureAnswer, now: datetime, posted: Posted) -> None:
    kinds = {row.kind.code: row.kind for row in answer.measure.evidence_wanted.all()}
    kinds.setdefault(EvidenceKind.LETTER, EvidenceKind(code=EvidenceKind.LETTER))
    for kind in kinds.values():
        form = EvidenceForm(request.POST, request.FILES, kind=kind, answer=answer)
        problems = keep_upload(request, form, now)
        if problems:
            posted.files[answer.pk, kind.code] = form
            posted.problems += [problem for problem in problems if problem not in posted.problems]


def _field_problems(form: AnswerForm, where: str) -> list[tuple[str, str]]:
    problems = []
    for name, errors in form.errors.items():
        field = form[name]
        anchor = f"div_{field.auto_id}" if field.use_fieldset else field.id_for_label
        problems += [(f"{where}, {field.label}: {error}", f"#{anchor}") for error in errors]
    return problems


def _version(request: HttpRequest, prefix: str) -> int:
    """The version the page was opened with, or the one that a knowing choice overwrites; -1 for nonsense."""
    text = request.POST.get(f"{prefix}-overwrite") or request.POST.get(f"{prefix}-version", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1


def _filling_page(request: HttpRequest, item: ReportItem, now: datetime, posted: Posted) -> HttpResponse:
    page = item_page(request, item, now, posted, draft_for=request.GET.get("rancangan", ""))
    return render(request, "reporting/item_fill.html", page_context(request, page, now, posted))
