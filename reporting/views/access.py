"""Load a row within the actor's scope or answer 404, and turn a refusal into a message: what every view starts with."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from actions.policies.errors import NotAllowed
from reporting.models import Evidence, MeasureAnswer, Report, ReportItem

REPORT_PARTS = ("institution", "period__plan_year__rule_set", "province", "kanwil")


def report_or_404(request: HttpRequest, pk: int) -> Report:
    """Return a report that the actor may read, with its institution, period and rules."""
    return get_object_or_404(Report.objects.visible_to(request.actor).select_related(*REPORT_PARTS), pk=pk)


def item_or_404(request: HttpRequest, pk: int) -> ReportItem:
    """Return an aksi of a report that the actor may read, with its report as `report_or_404` loads it."""
    parts = [f"report__{part}" for part in REPORT_PARTS]
    return get_object_or_404(ReportItem.objects.visible_to(request.actor).select_related("aksi", *parts), pk=pk)


def answer_or_404(request: HttpRequest, pk: int, *more: str) -> MeasureAnswer:
    """Return an answer of an aksi that the actor may read, with measure, aksi and report, and what `more` names."""
    parts = [f"item__report__{part}" for part in REPORT_PARTS]
    rows = MeasureAnswer.objects.filter(item__in=ReportItem.objects.visible_to(request.actor))
    return get_object_or_404(rows.select_related("measure", "item__aksi", *parts, *more), pk=pk)


def evidence_or_404(request: HttpRequest, pk: int) -> Evidence:
    """Return a piece of evidence that the actor may read, retired ones too: a submission may have frozen it."""
    parts = [f"answer__item__report__{part}" for part in REPORT_PARTS]
    rows = Evidence.objects.visible_to(request.actor)
    return get_object_or_404(
        rows.select_related("kind", "stored_file", "answer__measure", "answer__item__aksi", *parts), pk=pk
    )


def refused(request: HttpRequest, error: NotAllowed, to: str, *args) -> HttpResponse:
    """Say why an act was refused, on the page it came from (a URL name with its arguments, or a path)."""
    for reason in error.reasons:
        messages.error(request, reason)
    return redirect(to, *args)
