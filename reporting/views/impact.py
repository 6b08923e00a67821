"""What a rule set would change in a past period, before anybody adopts it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.models import RuleSet
from actions.views.access import secretariat_only
from reporting.jobs.score_impact import impact_of
from reporting.summaries.periods import opened_periods

GREATEST_ID = 2**63 - 1


@require_safe
@secretariat_only
def rule_set_impact(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a rule set over a closed period (`?periode=2026-B09`, else the newest one) and list what would change."""
    if pk > GREATEST_ID:
        raise Http404
    rule_set = get_object_or_404(RuleSet, pk=pk)
    now = timezone.now()
    closed = [period for period in opened_periods(request) if period.is_closed_at(now)]
    key = request.GET.get("periode")
    period = next((row for row in closed if key in (None, row.key)), None)
    if key and period is None:
        raise Http404
    context = {
        "rule_set": rule_set,
        "closed": closed,
        "period": period,
        "impact": impact_of(rule_set, period, now) if period else None,
        "old_cutoffs": _cutoffs(period.plan_year.rule_set) if period else None,
        "new_cutoffs": _cutoffs(rule_set),
    }
    return render(request, "reporting/rule_set_impact.html", context)


def _cutoffs(rule_set: RuleSet) -> tuple[int, int]:
    return rule_set.yellow_from, rule_set.green_from
