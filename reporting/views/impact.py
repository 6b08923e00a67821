"""What a rule set would change in a past period or year, before anybody adopts it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.models import PlanYear, ReportingPeriod, RuleSet
from actions.views.access import secretariat_only
from reporting.jobs.score_impact import Effect, Trial, impact_of, impact_on_year
from reporting.summaries.periods import opened_periods

GREATEST_ID = 2**63 - 1
SHOWN_YEARS = 4
"""Newest years to choose from at first; `?tahun=semua` names them all."""
SHOWN_EFFECTS = 10
"""Institutions listed at first; the whole list has an address of its own, some a page."""
ROWS_A_PAGE = 25
LISTS = {"pita": "new_bands", "peringkat": "new_ranks"}


@dataclass(frozen=True)
class Tried:
    """A rule set, the closed periods it can be tried on, and the period or year it is tried on; none before those."""

    rule_set: RuleSet
    closed: list[ReportingPeriod]
    plan_year: PlanYear | None
    period: ReportingPeriod | None
    now: datetime

    @property
    def key(self) -> str:
        return self.period.key if self.period else str(self.plan_year.year) if self.plan_year else ""

    @property
    def of_year(self) -> list[ReportingPeriod]:
        return [row for row in self.closed if row.plan_year == self.plan_year]

    @property
    def years(self) -> list[int]:
        """The years of the closed periods, newest first."""
        return list(dict.fromkeys(row.plan_year.year for row in self.closed))

    def trial(self) -> Trial | None:
        """Compute what would change."""
        if self.period:
            return impact_of(self.rule_set, self.period, self.now)
        return impact_on_year(self.rule_set, self.of_year, self.now) if self.plan_year else None

    def shared(self) -> dict:
        """What both pages show: the cut-offs, of each side its own."""
        before, after = self.plan_year and self.plan_year.rule_set, self.rule_set
        return {
            "rule_set": self.rule_set,
            "plan_year": self.plan_year,
            "chosen": self.key,
            "is_year": self.period is None,
            "name": self.period or self.plan_year,
            "old_cutoffs": (before.yellow_from, before.green_from) if before else None,
            "new_cutoffs": (after.yellow_from, after.green_from),
        }


@require_safe
@secretariat_only
def rule_set_impact(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a rule set over a closed period or a year (`?periode=2026-B09`, `?periode=2026`; else the newest period)."""
    tried = _tried_or_404(request, pk)
    years = tried.years
    if request.GET.get("tahun") != "semua":
        years = [year for year in years if year in years[:SHOWN_YEARS] or year == tried.plan_year.year]
    trial = tried.trial()
    context = tried.shared() | {
        "trial": trial,
        "first_bands": trial.whole.new_bands[:SHOWN_EFFECTS] if trial else [],
        "shown": SHOWN_EFFECTS,
        "years": years,
        "year_count": len(tried.years),
        "periods": tried.of_year,
    }
    return render(request, "reporting/rule_set_impact.html", context)


@require_safe
@secretariat_only
def rule_set_impact_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who changes band or only rank (`?ubah=peringkat`), over all aksi or for a group (`&kelompok=P`)."""
    tried = _tried_or_404(request, pk)
    trial, group, kind = tried.trial(), request.GET.get("kelompok", ""), request.GET.get("ubah", "pita")
    impacts = {impact.code: impact for impact in (trial.whole, *trial.groups)} if trial else {"": None}
    if group not in impacts or kind not in LISTS:
        raise Http404
    impact = impacts[group]
    effects: list[Effect] = getattr(impact, LISTS[kind]) if impact else []
    context = tried.shared() | {
        "kind": kind,
        "group_name": impact.name if impact else "",
        "page": Paginator(effects, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "query": f"{urlencode({'periode': tried.key, 'ubah': kind, 'kelompok': group})}&",
    }
    return render(request, "reporting/rule_set_impact_list.html", context)


def _tried_or_404(request: HttpRequest, pk: int) -> Tried:
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
    return Tried(rule_set, closed, plan_year, period, now)
