"""Recomputing a year from its judgements and naming every stored score that says something else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from actions.models import PlanYear, ReportingPeriod
from reporting.instants import one_instant
from reporting.jobs.score_figures import OWN, Place, by_place, figures_of_period, widened
from reporting.jobs.score_inputs import read_periods
from reporting.jobs.score_record import ScoreRecord, figure_line, item_line, record_of
from reporting.jobs.scores import (
    STORED,
    columns_of,
    figures_over_year,
    opened_periods,
    stored_items,
    stored_scores,
)
from reporting.models import ReportItem
from reporting.scoring import Figure, exact_text
from reporting.summaries.completeness import rules_of

NOTHING = "-"
BATCH = 200


@dataclass(frozen=True)
class Difference:
    """A place and column whose stored text is not what its inputs give; "-": there is no such score."""

    place: str
    stored: str
    computed: str

    def __str__(self) -> str:
        return f"{self.place}: {self.stored} != {self.computed}"


@dataclass(frozen=True)
class YearCheck:
    """What recomputing a year found: every difference to what is stored, and the record of what was computed."""

    differences: list[Difference]
    record: ScoreRecord


@dataclass(frozen=True)
class Recomputed:
    """The scores of one period, or (None) of the year, from the judgements alone."""

    period: ReportingPeriod | None
    figures: dict[Place, Figure]
    items: dict[int, str] = field(default_factory=dict)


def check_year(plan_year: PlanYear, now: datetime | None = None) -> YearCheck:
    """Recompute a year from its judgements alone, once, and compare and record it; writes nothing.

    Judgements and stored scores are read as of one instant: what is stored meanwhile is no difference.
    """
    found: list[Difference] = []
    lines: list[str] = []
    with one_instant():
        for part in _recomputed(plan_year, now or timezone.now()):
            found += _differences_of(plan_year, part)
            lines += _lines_of(plan_year, part)
    return YearCheck(found, record_of(lines))


def differences(plan_year: PlanYear, now: datetime | None = None) -> Iterator[Difference]:
    """Recompute a year from its judgements alone and yield every difference to what is stored; writes nothing."""
    for part in _recomputed(plan_year, now or timezone.now()):
        yield from _differences_of(plan_year, part)


def _recomputed(plan_year: PlanYear, now: datetime) -> Iterator[Recomputed]:
    closed: dict[int, OWN] = {}
    periods = opened_periods(plan_year)
    read = read_periods(periods, now, rules_of(plan_year.rule_set))
    for period in periods:
        inputs = read[period.pk]
        own = figures_of_period(inputs)
        if period.is_closed_at(now):
            closed[period.pk] = own
        items = {pk: exact_text(value) for pk, value in inputs.item_values.items()}
        wide = widened(inputs.rules, own, inputs.homes, inputs.groups)
        yield Recomputed(period, by_place(wide, inputs.homes), items)
    yield Recomputed(None, figures_over_year(plan_year, closed, now))


def _lines_of(plan_year: PlanYear, part: Recomputed) -> Iterator[str]:
    code = part.period.code if part.period else NOTHING
    rule_set = plan_year.rule_set.code
    for place, figure in part.figures.items():
        yield figure_line(place, figure, year=plan_year.year, period_code=code, rule_set=rule_set)
    if part.period:
        for place, pk in _places_of(part.period, part.items):
            yield item_line(place, part.items[pk])


def _differences_of(plan_year: PlanYear, part: Recomputed) -> Iterator[Difference]:
    if part.period:
        yield from _item_differences(part.period, part.items)
    yield from _differences(plan_year, part.period, part.figures)


def _differences(
    plan_year: PlanYear, period: ReportingPeriod | None, figures: dict[Place, Figure]
) -> Iterator[Difference]:
    stored = stored_scores(plan_year, period)
    code = period.code if period else "-"
    computed = {place.key(plan_year.year, code): columns_of(figure, plan_year) for place, figure in figures.items()}
    for key in sorted(stored.keys() | computed.keys()):
        if key not in stored or key not in computed:
            yield Difference(key, _text(stored.get(key)), _text(computed.get(key)))
            continue
        for name, before, after in zip(STORED, stored[key], computed[key], strict=True):
            if before != after:
                yield Difference(f"{key} {name}", str(before), str(after))


def _text(columns: tuple | None) -> str:
    return NOTHING if columns is None else ", ".join(str(column) for column in columns)


def _item_differences(period: ReportingPeriod, computed: dict[int, str]) -> Iterator[Difference]:
    stored = stored_items(period)
    wrong = [pk for pk in stored.keys() | computed.keys() if stored.get(pk) != computed.get(pk)]
    for place, pk in sorted(_places_of(period, wrong)):
        yield Difference(place, stored.get(pk, NOTHING), computed.get(pk, NOTHING))


def _places_of(period: ReportingPeriod, item_ids: Iterable[int]) -> Iterator[tuple[str, int]]:
    item_ids = sorted(item_ids)
    for start in range(0, len(item_ids), BATCH):
        items = ReportItem.objects.filter(pk__in=item_ids[start : start + BATCH])
        for pk, code, number in items.values_list("pk", "report__institution__code", "aksi__number"):
            yield f"{period.plan_year.year}/{period.code}/item/{code}/{number}", pk
