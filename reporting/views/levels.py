"""A level and a target group of the nation opened: what their figures were made of, down to each institution."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.models import Level, TargetGroup
from reporting.models import Score
from reporting.summaries.levels import aksi_of_group
from reporting.summaries.levels import group_results as results_of_group
from reporting.summaries.levels import level_results as results_of_level
from reporting.summaries.over_time import course_of
from reporting.summaries.periods import periods_about
from reporting.summaries.results import Span
from reporting.summaries.timeliness import timeliness_of
from reporting.views.conditional import answers_unchanged
from reporting.views.results import most_asked, trend_context
from reporting.views.spans import nation_or_404, results_context, span_or_404

ROWS_A_PAGE = 100


@require_safe
@answers_unchanged
def level_results(request: HttpRequest, level: str, key: str) -> HttpResponse:
    """Every institution of a level with its place, figure and formula; `?kelompok=` for one target group."""
    span, group = level_and_group_or_404(request, level, key)
    found = results_of_level(span, level, periods_about(request, key), group=group)
    context = results_context(request, span, "level-results", level) | {
        "results": found,
        "page": Paginator(found.ranked, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "query": f"kelompok={group.code}&" if group else "",
        "timeliness": timeliness_of(span, level=level),
    }
    return render(request, "reporting/results_level.html", context)


@require_safe
@answers_unchanged
def group_results(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The national figure of one target group, with the levels it is the mean of, its course and its aksi."""
    nation_or_404(request)
    span = span_or_404(request, key)
    group = group_or_404(span, code)
    course = course_of(Score.Scope.NATION, timezone.now(), group=group, most=most_asked(request))
    page = ("group-results", code)
    context = results_context(request, span, *page) | trend_context(course, *page)
    context |= {"results": results_of_group(span, group), "aksi": aksi_of_group(span, group)}
    return render(request, "reporting/results_group.html", context)


def level_and_group_or_404(request: HttpRequest, level: str, key: str) -> tuple[Span, TargetGroup | None]:
    """Return the span and, where `?kelompok=` names one, the target group of a page or table of one level."""
    nation_or_404(request)
    span = span_or_404(request, key)
    if level not in Level.values:
        raise Http404
    code = request.GET.get("kelompok", "")
    return span, group_or_404(span, code) if code else None


def group_or_404(span: Span, code: str) -> TargetGroup:
    """Return the target group of the span's plan that `code` names."""
    if "\x00" in code:
        raise Http404
    return get_object_or_404(TargetGroup, plan=span.plan_year.plan_id, code=code)
