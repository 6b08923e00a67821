"""What scores are computed from, read in a handful of queries whatever the number of institutions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from actions.models import Aksi, PlanYear, ReportingPeriod, TargetGroup
from reporting.models import MeasureAnswer, Report, ReportItem, Score
from reporting.scoring import Figure, Rules, action_score, exact_value, measure_score, state_of
from reporting.states import ReportStatus
from reporting.summaries.completeness import rules_of

Group = tuple[int, str]
"""Id and code of a target group."""


@dataclass(frozen=True)
class Home:
    """An institution and where it counts: its level and, unless it is a ministry, its province."""

    institution_id: int
    code: str
    level: str
    province: tuple[int, str] | None = field(compare=False, default=None)


@dataclass(frozen=True)
class ExpectedReport:
    """One expected report: its state and its items, as pairs of item id and aksi id."""

    home: Home
    state: str
    items: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class PeriodInputs:
    """Everything the scores of one period follow from; `item_values` holds the verified items, exact, 0-100."""

    rules: Rules
    reports: list[ExpectedReport]
    item_values: dict[int, Fraction]
    groups: list[Group]
    aksi_of_group: dict[int, set[int]]

    @property
    def homes(self) -> dict[int, Home]:
        return {report.home.institution_id: report.home for report in self.reports}


def read_period(
    period: ReportingPeriod, now: datetime, *, rules: Rules | None = None, with_groups: bool = True
) -> PeriodInputs:
    """Read one period as it stands; load `period` with `plan_year__rule_set`. Five queries, three without groups.

    `rules` are tried in the place of those of the year; without target groups only figures over all aksi follow.
    """
    rules = rules or rules_of(period.plan_year.rule_set)
    return PeriodInputs(
        rules=rules,
        reports=_reports(period, is_closed=period.is_closed_at(now)),
        item_values=_item_values(period, rules),
        groups=groups_of(period.plan_year) if with_groups else [],
        aksi_of_group=_aksi_of_group(period.plan_year) if with_groups else {},
    )


def _reports(period: ReportingPeriod, *, is_closed: bool) -> list[ExpectedReport]:
    items = defaultdict(list)
    rows = ReportItem.objects.filter(report__period=period).order_by().values_list("report_id", "pk", "aksi_id")
    for report_id, item_id, aksi_id in rows:
        items[report_id].append((item_id, aksi_id))
    rows = (
        Report.objects.filter(period=period).order_by("institution__code").values_list("pk", "status", "round", *HOME)
    )
    return [
        ExpectedReport(
            home=_home(*home),
            state=state_of(is_sent=sendings > 0, is_verified=status == ReportStatus.VERIFIED, is_closed=is_closed),
            items=tuple(items[report_id]),
        )
        for report_id, status, sendings, *home in rows
    ]


HOME = ("institution_id", "institution__code", "level", "province_id", "province__code")


def _home(institution_id: int, code: str, level: str, province_id: int | None, province_code: str | None) -> Home:
    return Home(institution_id, code, level, (province_id, province_code) if province_id else None)


def _item_values(period: ReportingPeriod, rules: Rules) -> dict[int, Fraction]:
    """The score of every item of a verified report; a measure nobody judged was added later and counts 0.

    What was declared is taken from the judgement: an answer may have been edited after it was sent.
    """
    known: dict[tuple, Fraction] = {}
    measures = defaultdict(list)
    answers = MeasureAnswer.objects.filter(item__report__period=period, item__report__status=ReportStatus.VERIFIED)
    names = ("judgement__execution", "judgement__administration", "judgement__substance")
    for item_id, *judged in answers.order_by().values_list("item_id", *names):
        words = tuple(judged)
        if words not in known:
            known[words] = _measure_value(rules, *words)
        measures[item_id].append(known[words])
    return {item_id: action_score(values) for item_id, values in measures.items()}


def _measure_value(rules: Rules, execution: str | None, administration: str | None, substance: str | None) -> Fraction:
    if not execution:
        return Fraction(0)
    return measure_score(rules, execution=execution, administration=administration, substance=substance)


def groups_of(plan_year: PlanYear) -> list[Group]:
    """The target groups of the year's plan, in their order."""
    return list(TargetGroup.objects.filter(plan=plan_year.plan_id).values_list("pk", "code"))


def _aksi_of_group(plan_year: PlanYear) -> dict[int, set[int]]:
    found = defaultdict(set)
    rows = Aksi.target_groups.through.objects.filter(aksi__plan_year=plan_year)
    for group_id, aksi_id in rows.values_list("targetgroup_id", "aksi_id"):
        found[group_id].add(aksi_id)
    return found


def read_homes(plan_year: PlanYear) -> dict[int, Home]:
    """Where each institution counts in the year: as frozen on its latest report."""
    rows = Report.objects.filter(period__plan_year=plan_year).order_by("period__number").values_list(*HOME)
    return {row[0]: _home(*row) for row in rows}


def read_stored_figures(periods: Iterable[ReportingPeriod]) -> dict[int, dict[tuple[int, int | None], Figure]]:
    """The stored figures of institutions: by period, then by institution id and target group id."""
    found = {period.pk: {} for period in periods}
    rows = Score.objects.filter(scope=Score.Scope.INSTITUTION, period__in=found)
    names = ("period_id", "institution_id", "target_group_id", "state", "all_exact", "reported_exact")
    for period_id, institution_id, group_id, state, everyone, reporters in rows.order_by().values_list(*names):
        figure = Figure(state=state, everyone=exact_value(everyone), reporters=exact_value(reporters))
        found[period_id][institution_id, group_id] = figure
    return found
