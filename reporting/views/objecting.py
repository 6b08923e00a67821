"""Sanggah: a government writes and files objections to its verified report; another officer decides each."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.policies.errors import NotAllowed
from reporting.forms.objecting import ObjectionForm
from reporting.forms.rejudging import RejudgementForm
from reporting.models import Objection, ObjectionFile, Report
from reporting.policies.objecting import (
    obstacles_to_deciding,
    obstacles_to_objecting,
    obstacles_to_objecting_to,
)
from reporting.policies.parties import parties_of
from reporting.services import objecting as services
from reporting.services.evidence_check import Refused
from reporting.states import Party
from reporting.summaries.desk import MeasureRow
from reporting.summaries.effects import effect_of
from reporting.summaries.objections import objections_of, objections_to_decide
from reporting.views.access import REPORT_PARTS, refused, report_or_404
from reporting.views.correcting import measure_context, measure_or_404, rejudgement_form
from reporting.views.evidence import stored_file_response

WORDS = ("disputed", "judgement", "filed_by", "decided_by", "office")
"""What the words of an objection are made of."""


@require_safe
def objection_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The objections to one report: what may be objected to, what was written, filed and decided."""
    report = report_or_404(request, pk)
    is_coordinator = Party.COORDINATOR in parties_of(request.actor, report)
    context = {
        "report": report,
        "found": objections_of(report, request.actor),
        "is_coordinator": is_coordinator,
        "obstacles": obstacles_to_objecting(report, request.actor, timezone.now()) if is_coordinator else [],
        "zone": request.actor.institution.time_zone,
    }
    return render(request, "reporting/objection_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def objection_write(request: HttpRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Write the objection to one measure; it is filed later, together with the others."""
    report = _own_report_or_404(request, pk)
    outline, row = measure_or_404(report, answer_pk)
    row.answer.item.report = report
    objection = Objection.objects.filter(answer=row.answer.pk).prefetch_related("files__stored_file").first()
    obstacles = obstacles_to_objecting(report, request.actor, timezone.now())
    obstacles = obstacles or obstacles_to_objecting_to(report, row.answer, objection)
    form = None
    if not obstacles:
        data = (request.POST, request.FILES) if request.method == "POST" else ()
        form = ObjectionForm(*data, row=row, rules=outline.rules, objection=objection)
        if form.is_bound and form.is_valid() and _is_saved(request, row, form):
            return redirect("objection-list", report.pk)
    context = measure_context(request, report, outline, row)
    context |= {"objection": objection, "form": form, "obstacles": obstacles}
    return render(request, "reporting/objection_write.html", context)


def _is_saved(request: HttpRequest, row: MeasureRow, form: ObjectionForm) -> bool:
    data = form.cleaned_data
    try:
        services.save_draft(row.answer, by=request.actor, **form.words, reason=data["reason"], upload=data["file"])
    except Refused as error:
        form.add_error("file", error.reason)
    except NotAllowed as error:
        for reason in error.reasons:
            form.add_error(None, reason)
    else:
        messages.success(request, _("Sanggahan tersimpan. Periksa pengaruhnya, lalu ajukan."))
        return True
    return False


@require_POST
def objection_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away an objection that was not filed."""
    objection = _own_objection_or_404(request, pk)
    try:
        services.discard(objection, by=request.actor)
    except NotAllowed as error:
        return refused(request, error, objection.get_absolute_url())
    messages.success(request, _("Sanggahan dihapus."))
    return redirect(objection.get_absolute_url())


@require_POST
def objections_file(request: HttpRequest, pk: int) -> HttpResponse:
    """File every objection written for a report."""
    report = _own_report_or_404(request, pk)
    try:
        filed = services.file_objections(report, by=request.actor)
    except NotAllowed as error:
        return refused(request, error, "objection-list", report.pk)
    messages.success(request, _("%(count)s sanggahan diajukan.") % {"count": len(filed)})
    return redirect("objection-list", report.pk)


@require_safe
def objection_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a file given for an objection to whoever may read the objection."""
    rows = ObjectionFile.objects.filter(objection__in=Objection.objects.visible_to(request.actor))
    file = get_object_or_404(rows.select_related("stored_file"), pk=pk)
    return stored_file_response(request, file.stored_file, file.filename)


@require_POST
def objection_file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off an objection that was not filed."""
    file = get_object_or_404(ObjectionFile.objects.select_related("objection"), pk=pk)
    objection = _own_objection_or_404(request, file.objection_id)
    try:
        services.remove_file(file, by=request.actor)
    except NotAllowed as error:
        return refused(request, error, objection.get_absolute_url())
    messages.success(request, _("Berkas dilepas dari sanggahan."))
    return redirect("objection-write", objection.answer.item.report_id, objection.answer_id)


@require_safe
def objection_queue(request: HttpRequest) -> HttpResponse:
    """The objections before a reviewing office, or before Ditjen HAM, that nobody has decided."""
    if not request.actor.is_reviewer:
        raise Http404
    context = {"objections": objections_to_decide(request.actor), "zone": request.actor.institution.time_zone}
    return render(request, "reporting/objection_queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def objection_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide one objection: the first POST shows the effect on the score, the second confirms it."""
    parts = [f"answer__item__report__{part}" for part in REPORT_PARTS]
    rows = Objection.objects.decidable_by(request.actor).select_related(*WORDS, *parts)
    objection = get_object_or_404(rows.prefetch_related("files__stored_file"), pk=pk)
    report = objection.answer.item.report
    outline, row = measure_or_404(report, objection.answer_id)
    context = measure_context(request, report, outline, row, has_wanted=False)
    judges = {judged.judgement.judged_by_id for judged in context["judgements"]}
    obstacles = obstacles_to_deciding(objection, report, request.actor, timezone.now(), judge_ids=judges)
    form, effect = rejudgement_form(request, outline, row), None
    if request.method == "POST" and not obstacles and form.is_valid():
        for reason in services.obstacles_to_lowering(report, row.judgement, form.words):
            form.add_error(None, reason)
        if form.is_valid():
            if form.is_confirmed and _is_decided(request, objection, form):
                return redirect("objection-queue")
            effect = effect_of(report, {row.answer.pk: tuple(form.words.values())}) if form.is_valid() else None
    context |= {"objection": objection, "form": form, "effect": effect, "obstacles": obstacles}
    return render(request, "reporting/objection_decide.html", context)


def _is_decided(request: HttpRequest, objection: Objection, form: RejudgementForm) -> bool:
    data = form.cleaned_data
    try:
        objection = services.decide(
            objection,
            by=request.actor,
            **form.words,
            reasons=data["reasons"],
            note=data["note"],
            basis_id=data["basis"],
        )
    except NotAllowed as error:
        for reason in error.reasons:
            form.add_error(None, reason)
        return False
    messages.success(request, _("Sanggahan diputus: %(outcome)s.") % {"outcome": objection.get_outcome_display()})
    return True


def _own_report_or_404(request: HttpRequest, pk: int) -> Report:
    report = report_or_404(request, pk)
    if Party.COORDINATOR not in parties_of(request.actor, report):
        raise Http404
    return report


def _own_objection_or_404(request: HttpRequest, pk: int) -> Objection:
    rows = Objection.objects.visible_to(request.actor).select_related("answer__item__report__period")
    objection = get_object_or_404(rows, pk=pk)
    if Party.COORDINATOR not in parties_of(request.actor, objection.answer.item.report):
        raise Http404
    return objection
