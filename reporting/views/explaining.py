"""Where a figure ends: one measure with its judgements, the evidence they rest on and the formula filled in."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reporting.models import MeasureAnswer, Report
from reporting.policies.correcting import obstacles_to_correcting
from reporting.policies.objecting import obstacles_to_objecting, obstacles_to_objecting_to
from reporting.states import ReportStatus
from reporting.summaries.explained import Explanation, explained
from reporting.summaries.results import Span
from reporting.views.access import answer_or_404
from reporting.views.conditional import answers_unchanged
from reporting.views.spans import may_open_province, results_context


@require_safe
@answers_unchanged
def measure_explained(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain one measure of a verified report to whoever may read the report; before that nothing is decided."""
    answer = answer_or_404(request, pk, "judgement__submission", "item__report__verified_by", "objection")
    report = answer.item.report
    if report.status != ReportStatus.VERIFIED:
        raise Http404
    span = Span(report.period.plan_year, report.period)
    context = results_context(request, span, "measure-explained")
    found = explained(answer, report, span.plan_year.rule_set)
    context |= {
        "found": found,
        "may_correct": not obstacles_to_correcting(report, answer, request.actor, context["now"]),
        "may_object": _may_object(request, report, answer, found, context["now"]),
        "answer": answer,
        "report": report,
        "zone": request.actor.institution.time_zone,
        "may_open_province": may_open_province(request, report.province_id),
    }
    return render(request, "reporting/measure_explained.html", context)


def _may_object(request: HttpRequest, report: Report, answer: MeasureAnswer, found: Explanation, now: datetime) -> bool:
    """True for a coordinator within the dates, of a measure judged below its best and not objected to yet."""
    if found.is_best or obstacles_to_objecting(report, request.actor, now):
        return False
    return not obstacles_to_objecting_to(report, answer, getattr(answer, "objection", None))
