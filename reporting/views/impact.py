"""What a rule set would change in a past period or year, before anybody adopts it."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.models import ReportingPeriod, RuleSet
from actions.views.access import secretariat_only
from reporting.jobs.score_impact import Trial, impact_of, impact_on_year
from reporting.summaries.periods import opened_periods

GREATEST_ID = 2**63 - 1


@require_safe
@secretariat_only
def rule_set_impact(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a rule set over a closed period or a year (`?periode=2026-B09`, `?periode=2026`; else the newest period)."""
    if pk > GREATEST_ID:
        raise Http404
    rule_set = get_object_or_404(RuleSet, pk=pk)
    now, key = timezone.now(), request.GET.get("periode")
    closed = [period for period in opened_periods(request) if period.is_closed_at(now)]
    years = {str(period.plan_year.year): period.plan_year for period in closed}
    period = next((row for row in closed if key in (None, row.key)), None)
    plan_year = period.plan_year if period else years.get(key)
    if key and plan_year is None:
        raise Http404
    context = {
        "rule_set": rule_set,
        "closed": closed,
        "years": years,
        "chosen": period.key if period else key,
        "name": period or plan_year,
        "plan_year": plan_year,
        "trial": _trial(rule_set, period, [row for row in closed if row.plan_year == plan_year], now),
        "old_cutoffs": _cutoffs(plan_year.rule_set) if plan_year else None,
        "new_cutoffs": _cutoffs(rule_set),
    }
    return render(request, "reporting/rule_set_impact.html", context)


def _trial(
    rule_set: RuleSet, period: ReportingPeriod | None, closed: list[ReportingPeriod], now: datetime
) -> Trial | None:
    if period:
        return impact_of(rule_set, period, now)
    return impact_on_year(rule_set, closed, now) if closed else None


def _cutoffs(rule_set: RuleSet) -> tuple[int, int]:
    return rule_set.yellow_from, rule_set.green_from
