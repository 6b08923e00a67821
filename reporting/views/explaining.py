"""Where a figure ends: one measure with its judgements, the evidence they rest on and the formula filled in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reporting.states import ReportStatus
from reporting.summaries.explained import explained
from reporting.summaries.results import Span
from reporting.views.access import answer_or_404
from reporting.views.conditional import answers_unchanged
from reporting.views.spans import may_open_province, results_context


@require_safe
@answers_unchanged
def measure_explained(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain one measure of a verified report to whoever may read the report; before that nothing is decided."""
    answer = answer_or_404(request, pk, "judgement__submission", "item__report__verified_by")
    report = answer.item.report
    if report.status != ReportStatus.VERIFIED:
        raise Http404
    span = Span(report.period.plan_year, report.period)
    context = results_context(request, span, "measure-explained")
    context |= {
        "found": explained(answer, report, span.plan_year.rule_set),
        "answer": answer,
        "report": report,
        "zone": request.actor.institution.time_zone,
        "may_open_province": may_open_province(request, report.province_id),
    }
    return render(request, "reporting/measure_explained.html", context)
