"""Results: the nation, a province, one institution; each as a page at an address that stays."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.models import Institution
from reporting.models import Report, Score
from reporting.policies.objecting import obstacles_to_objecting
from reporting.states import ReportStatus
from reporting.summaries import over_time, results
from reporting.summaries.charts import trend
from reporting.summaries.explained import group_sums, losses_of, readable_items
from reporting.summaries.judged import judged_items
from reporting.summaries.periods import chosen_period, periods_about
from reporting.summaries.publication_letters import newest_letter
from reporting.views.conditional import answers_unchanged
from reporting.views.maps import dots_context, province_context
from reporting.views.spans import (
    institution_or_404,
    institutions_of,
    nation_or_404,
    provinces_of,
    results_context,
    span_or_404,
)

TREND_WIDE, TREND_NARROW = 548, 300


def _to_chosen(request: HttpRequest, name: str, *args: str) -> HttpResponse:
    """Send the menu's short address to the stable one of the period the person looks at."""
    period = chosen_period(request)
    if period is None:
        return render(request, "reporting/results_none.html")
    return redirect(name, *args, period.key)


def most_asked(request: HttpRequest) -> int | None:
    """How many periods a trend and a history hold: `?tren=semua` asks for every one."""
    return None if request.GET.get("tren") == "semua" else over_time.LATEST


def trend_context(course: over_time.Course, name: str, *args: str) -> dict:
    """The course as two drawings and as points, each period with the page of results (`name`) that it opens."""
    points = [replace(point, address=reverse(name, args=[*args, point.key])) for point in course.points]
    drawn = points[-len(course.drawn) :] if len(points) > 1 else []
    return {
        "trend_wide": trend(drawn, width=TREND_WIDE) if drawn else None,
        "trend_narrow": trend(drawn, width=TREND_NARROW) if drawn else None,
        "trend_points": points,
        "has_earlier": course.has_earlier,
        "is_whole": len(points) > len(course.drawn),
    }


@require_safe
def national_results(request: HttpRequest) -> HttpResponse:
    nation_or_404(request)
    return _to_chosen(request, "national-results-of")


@require_safe
@answers_unchanged
def national_results_of(request: HttpRequest, key: str) -> HttpResponse:
    """The national page for a period (2026-B09) or a year (2026)."""
    nation_or_404(request)
    span = span_or_404(request, key)
    found = results.national_results(span, periods_about(request, key))
    rows, sort_key, descending = results.sorted_rows(found.provinces, request.GET.get("urut", results.DEFAULT_SORT))
    course = over_time.course_of(Score.Scope.NATION, timezone.now(), most=most_asked(request))
    context = results_context(request, span, "national-results-of") | trend_context(course, "national-results-of")
    context |= {"results": found, "rows": rows, "sort_key": sort_key, "descending": descending}
    context |= dots_context(request, span, found.groups)
    return render(request, "reporting/results_national.html", context)


@require_safe
@answers_unchanged
def region_results(request: HttpRequest) -> HttpResponse:
    """The Kanwil's provinces: straight to the only one, else a list of them."""
    provinces = list(provinces_of(request)) if request.actor else []
    if not provinces:
        raise Http404
    if len(provinces) == 1:
        return redirect("province-results", provinces[0].code)
    period = chosen_period(request)
    if period is None:
        return render(request, "reporting/results_none.html")
    span = results.Span(period.plan_year, period)
    found = results.province_rows(span, provinces, periods_about(request, span.key))
    rows, sort_key, descending = results.sorted_rows(found, request.GET.get("urut", results.DEFAULT_SORT))
    context = results_context(request, span, "region-results")
    context |= {"rows": rows, "sort_key": sort_key, "descending": descending}
    return render(request, "reporting/results_region.html", context)


@require_safe
def province_results(request: HttpRequest, code: str) -> HttpResponse:
    get_object_or_404(provinces_of(request), code=code)
    return _to_chosen(request, "province-results-of", code)


@require_safe
@answers_unchanged
def province_results_of(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """A province's page: its government and each of its kab/kota."""
    province = get_object_or_404(provinces_of(request), code=code)
    span = span_or_404(request, key)
    found = results.province_results(span, province, periods_about(request, key))
    rows, sort_key, descending = results.sorted_rows(found.members, request.GET.get("urut", results.DEFAULT_SORT))
    course = over_time.course_of(Score.Scope.PROVINCE, timezone.now(), institution=province, most=most_asked(request))
    page = ("province-results-of", code)
    context = results_context(request, span, *page) | trend_context(course, *page)
    context |= {"results": found, "rows": rows, "sort_key": sort_key, "descending": descending}
    context |= province_context(span, found, context["now"])
    return render(request, "reporting/results_province.html", context)


@require_safe
def institution_results(request: HttpRequest, code: str) -> HttpResponse:
    get_object_or_404(institutions_of(request), code=code)
    return _to_chosen(request, "institution-results-of", code)


@require_safe
@answers_unchanged
def institution_results_of(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One institution over its periods, with the chosen period opened down to the judgements."""
    institution = institution_or_404(request, code)
    span = span_or_404(request, key)
    found = over_time.institution_results(institution, span, most=most_asked(request))
    report = _readable_report(request, institution, span)
    items = judged_items(report, span.plan_year.rule_set) if report and _is_verified(report) else []
    course = over_time.course_of_history(found, timezone.now())
    page = ("institution-results-of", code)
    context = results_context(request, span, *page) | trend_context(course, *page)
    context |= {
        "results": found,
        "report": report,
        "items": items,
        "groups": group_sums(found.groups, items),
        "losses": losses_of(items, span.plan_year.rule_set),
        "linked": readable_items(request.actor, items),
        "may_open_province": institution.may_open_province,
        "objection_report": report if report and _may_object(request, institution, span, report) else None,
        "letter": newest_letter(span, code, request.actor),
    }
    return render(request, "reporting/results_institution.html", context)


def _readable_report(request: HttpRequest, institution: Institution, span: results.Span) -> Report | None:
    if span.period is None:
        return None
    reports = Report.objects.visible_to(request.actor).select_related("verified_by")
    return reports.filter(institution=institution, period=span.period).first()


def _may_object(request: HttpRequest, institution: Institution, span: results.Span, report: Report) -> bool:
    """True for the coordinator of a verified report within the dates; no query."""
    report.institution, report.period = institution, span.period
    return not obstacles_to_objecting(report, request.actor, timezone.now())


def _is_verified(report: Report) -> bool:
    return report.status == ReportStatus.VERIFIED
