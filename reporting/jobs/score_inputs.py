"""What scores are computed from, read in a handful of queries whatever the number of institutions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import FilteredRelation, Q, QuerySet

from actions.models import Institution, PlanYear, ReportingPeriod, TargetGroup
from reporting.models import Report, ReportItem, Score
from reporting.scoring import MEASURE_UNITS, SCORED, Figure, Rules, exact_value, measure_score, state_of
from reporting.states import ReportStatus
from reporting.summaries.completeness import rules_of

Group = tuple[int, str]
"""Id and code of a target group."""


class Home(NamedTuple):
    """An institution and where it counts: its level and, unless it is a ministry, its province."""

    institution_id: int
    code: str
    level: str
    province: tuple[int, str] | None = None


class ExpectedReport(NamedTuple):
    """One expected report: its state, the share of its score that it keeps in percent, and its aksi by item."""

    home: Home
    state: str
    percent: int
    items: Mapping[int, int]


@dataclass(frozen=True)
class Items:
    """The aksi of every report by item; the sum of its measures in `MEASURE_UNITS` and their number by item.

    Whole numbers in few containers, because a year has many items: none of these is work for the garbage collector.
    """

    of_report: dict[int, dict[int, int]]
    totals: dict[int, int]
    measures: dict[int, int]


@dataclass(frozen=True)
class PlanGroups:
    """The target groups of a plan year, and the aksi of each."""

    groups: list[Group] = field(default_factory=list)
    aksi: dict[int, set[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class PeriodInputs:
    """Everything the scores of one period follow from."""

    rules: Rules
    reports: list[ExpectedReport]
    items: Items
    plan_groups: PlanGroups

    @property
    def groups(self) -> list[Group]:
        return self.plan_groups.groups

    @property
    def homes(self) -> dict[int, Home]:
        return {report.home.institution_id: report.home for report in self.reports}

    @cached_property
    def item_values(self) -> dict[int, Fraction]:
        """The score of every aksi of a verified report that has measures, exact, 0-100."""
        known: dict[tuple[int, int], Fraction] = {}
        found = {}
        for item in (item for report in self.reports if report.state == SCORED for item in report.items):
            total, measures = key = self.items.totals[item], self.items.measures[item]
            if measures and key not in known:
                known[key] = Fraction(total, MEASURE_UNITS * measures)
            if measures:
                found[item] = known[key]
        return found


def read_period(period: ReportingPeriod, now: datetime) -> PeriodInputs:
    """Read one period as it stands, in four queries; load it with `plan_year__rule_set`."""
    return read_periods([period], now, rules_of(period.plan_year.rule_set))[period.pk]


def read_periods(periods: Collection[ReportingPeriod], now: datetime, rules: Rules) -> dict[int, PeriodInputs]:
    """Read periods of one year as they stand, to be scored by `rules`: by id, in four queries however many they are."""
    if not periods:
        return {}
    items = _items(periods, rules)
    plan_groups = _read_groups(next(iter(periods)).plan_year)
    reports = _reports(periods, now, rules, items)
    return {period.pk: PeriodInputs(rules, reports[period.pk], items, plan_groups) for period in periods}


def _reports(
    periods: Collection[ReportingPeriod], now: datetime, rules: Rules, items: Items
) -> dict[int, list[ExpectedReport]]:
    closed = {period.pk: period.is_closed_at(now) for period in periods}
    homes, verified = _Homes(), ReportStatus.VERIFIED.value
    found = {period.pk: [] for period in periods}
    rows = Report.objects.filter(period__in=periods).order_by().values_list(*REPORT, *HOME)
    for report_id, period_id, status, sendings, is_late, *home in rows:
        state = state_of(is_sent=sendings > 0, is_verified=status == verified, is_closed=closed[period_id])
        percent, of_report = rules.percent_of(is_late=is_late), items.of_report.get(report_id, NO_ITEMS)
        found[period_id].append(ExpectedReport(homes[tuple(home)], state, percent, of_report))
    return found


REPORT = ("pk", "period_id", "status", "round", "is_late")
HOME = ("institution_id", "level", "province_id")
NO_ITEMS: Mapping[int, int] = MappingProxyType({})


class _Homes(dict):
    """The home that the columns of `HOME` tell: one object for all reports of an institution that did not move."""

    def __init__(self) -> None:
        super().__init__()
        # Read once for each institution: joined to every report, codes cost more than the reports
        self.codes = dict(Institution.objects.order_by().values_list("pk", "code"))

    def __missing__(self, columns: tuple[int, str, int | None]) -> Home:
        self[columns] = home = _home(*columns, self.codes[columns[0]], self.codes.get(columns[2]))
        return home


def _home(institution_id: int, level: str, province_id: int | None, code: str, province_code: str | None) -> Home:
    return Home(institution_id, code, level, (province_id, province_code) if province_id else None)


def judgement_rows(periods: Collection[ReportingPeriod]) -> QuerySet:
    """What scores follow from, as tuples: the words in force of every measure, its answer, item, report and aksi.

    What was declared is taken from the judgement: an answer may have been edited after it was sent. An item without
    measures is one row without an answer.
    """
    rows = ReportItem.objects.filter(report__period__in=periods).order_by()
    return rows.values_list(*JUDGED, "answers", "pk", "report_id", "aksi_id")


def _items(periods: Collection[ReportingPeriod], rules: Rules) -> Items:
    """Sum up the measures of every item; a measure nobody judged was added later and counts as missing."""
    worth = _Worth(rules)
    of_report, totals, measures = defaultdict(dict), {}, {}
    for execution, administration, substance, answer, item, report, aksi in judgement_rows(periods):
        if item in totals:
            totals[item] += worth[execution, administration, substance]
            measures[item] += 1
        else:
            of_report[report][item] = aksi
            totals[item] = worth[execution, administration, substance] if answer else 0
            measures[item] = 1 if answer else 0
    return Items(of_report, totals, measures)


JUDGED = tuple(f"answers__judgement__{name}" for name in ("execution", "administration", "substance"))


class _Worth(dict):
    """What a measure judged in these words is worth, in `MEASURE_UNITS`."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self.rules = rules

    def __missing__(self, words: tuple[str | None, str | None, str | None]) -> int:
        execution, administration, substance = words
        value = measure_score(self.rules, execution=execution, administration=administration, substance=substance)
        self[words] = int(value * MEASURE_UNITS)
        return self[words]


def _read_groups(plan_year: PlanYear) -> PlanGroups:
    of_year = FilteredRelation("aksi", condition=Q(aksi__plan_year=plan_year))
    rows = TargetGroup.objects.filter(plan=plan_year.plan_id).annotate(of_year=of_year)
    groups, aksi = {}, defaultdict(set)
    for group_id, code, aksi_id in rows.values_list("pk", "code", "of_year"):
        groups[group_id] = code
        if aksi_id:
            aksi[group_id].add(aksi_id)
    return PlanGroups(list(groups.items()), dict(aksi))


def groups_of(plan_year: PlanYear) -> list[Group]:
    """The target groups of the year's plan, in their order."""
    return list(TargetGroup.objects.filter(plan=plan_year.plan_id).values_list("pk", "code"))


def read_homes(plan_year: PlanYear) -> dict[int, Home]:
    """Where each institution counts in the year: as frozen on its latest report."""
    rows = Report.objects.filter(period__plan_year=plan_year).order_by("period__number")
    rows = rows.values_list(*HOME, "institution__code", "province__code")
    return {row[0]: _home(*row) for row in rows}


def read_stored_figures(periods: Iterable[ReportingPeriod]) -> dict[int, dict[int | None, dict[int, Figure]]]:
    """The stored figures of institutions: by period, then by target group id and institution id."""
    found = {period.pk: {} for period in periods}
    rows = Score.objects.filter(scope=Score.Scope.INSTITUTION, period__in=found)
    names = ("period_id", "institution_id", "target_group_id", "state", "all_exact", "reported_exact", "band")
    for period_id, institution_id, group_id, state, everyone, reporters, band in rows.order_by().values_list(*names):
        figure = Figure(state=state, everyone=exact_value(everyone), reporters=exact_value(reporters), band=band)
        found[period_id].setdefault(group_id, {})[institution_id] = figure
    return found
