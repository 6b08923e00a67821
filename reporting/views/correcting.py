"""Correction by Ditjen HAM: one verified measure, its new judgement, the effect, and the confirmation."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actions.policies.errors import NotAllowed
from reporting.forms.rejudging import RejudgementForm
from reporting.models import Report
from reporting.policies.correcting import obstacles_to_correcting, obstacles_without_change
from reporting.services.correcting import correct
from reporting.summaries.desk import MeasureRow, ReviewOutline, reasons_for, review_outline
from reporting.summaries.effects import effect_of
from reporting.summaries.judgements import judgements_of
from reporting.summaries.viewer import viewer_of
from reporting.views.reviewing import followed_report_or_404

ASKED = {"file": "berkas", "beside": "banding", "page": "halaman"}


@require_http_methods(["GET", "HEAD", "POST"])
def measure_correct(request: HttpRequest, pk: int, answer_pk: int) -> HttpResponse:
    """Judge a verified measure anew: the first POST shows the effect on the score, the second confirms it."""
    if not request.actor.is_central_verifier:
        raise Http404
    report = followed_report_or_404(request, pk)
    outline, row = measure_or_404(report, answer_pk)
    obstacles = obstacles_to_correcting(report, row.answer, request.actor, timezone.now())
    form, effect = rejudgement_form(request, outline, row), None
    if request.method == "POST" and not obstacles and form.is_valid():
        for reason in obstacles_without_change(row.judgement, **form.words):
            form.add_error(None, reason)
        if form.is_valid():
            if form.is_confirmed and _is_done(request, row, form):
                return redirect("review-measure", report.pk, row.answer.pk)
            effect = effect_of(report, {row.answer.pk: tuple(form.words.values())}) if form.is_valid() else None
    context = measure_context(request, report, outline, row)
    context |= {"form": form, "effect": effect, "obstacles": obstacles}
    return render(request, "reporting/measure_correct.html", context)


def _is_done(request: HttpRequest, row: MeasureRow, form: RejudgementForm) -> bool:
    data = form.cleaned_data
    try:
        correct(
            row.answer,
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
    messages.success(request, _("Putusan dikoreksi. Putusan pertama tetap tercatat, dan nilai sedang dihitung ulang."))
    return True


def measure_or_404(report: Report, answer_pk: int) -> tuple[ReviewOutline, MeasureRow]:
    """Return one measure of a sent report with the outline around it."""
    outline = review_outline(report)
    row = outline.find(answer_pk)
    if row is None:
        raise Http404
    return outline, row


def rejudgement_form(request: HttpRequest, outline: ReviewOutline, row: MeasureRow) -> RejudgementForm:
    """Return the form of a new judgement of `row`, bound when it was posted."""
    data = request.POST if request.method == "POST" else None
    return RejudgementForm(data, row=row, rules=outline.rules, codes=reasons_for(row))


def measure_context(
    request: HttpRequest, report: Report, outline: ReviewOutline, row: MeasureRow, *, has_wanted: bool = True
) -> dict:
    """What a page about one verified measure shows: what was sent, its files, and every judgement so far.

    `has_wanted` adds the kinds of evidence that were asked for, by one more query.
    """
    asked = {name: request.GET.get(key, "") for name, key in ASKED.items()}
    return {
        "report": report,
        "outline": outline,
        "row": row,
        "viewer": viewer_of(row, **asked),
        "wanted": list(row.measure.evidence_wanted.select_related("kind")) if has_wanted else [],
        "judgements": judgements_of(row.answer.pk),
        "zone": request.actor.institution.time_zone,
    }
