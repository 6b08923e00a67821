"""Recomputing a year from its judgements and naming every stored score that says something else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from actions.models import PlanYear, ReportingPeriod
from reporting.jobs.score_figures import OWN, Place, figures_of_period, widened
from reporting.jobs.score_inputs import read_period
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


def differences(plan_year: PlanYear, now: datetime | None = None) -> Iterator[Difference]:
    """Recompute a year from its judgements alone and yield every difference to what is stored; writes nothing."""
    now = now or timezone.now()
    closed: dict[int, OWN] = {}
    for period in opened_periods(plan_year):
        inputs = read_period(period, now)
        own = figures_of_period(inputs)
        if period.is_closed_at(now):
            closed[period.pk] = own
        yield from _item_differences(period, {pk: exact_text(value) for pk, value in inputs.item_values.items()})
        yield from _differences(plan_year, period, widened(inputs.rules, own, inputs.homes, inputs.groups))
    yield from _differences(plan_year, None, figures_over_year(plan_year, closed, now))


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
