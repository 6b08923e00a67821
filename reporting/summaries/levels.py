"""One level, or one target group, opened: who stands in it, in which place, and what its mean was made of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import lcm

from actions.models import Aksi, Level, ReportingPeriod, TargetGroup
from reporting.models import Score
from reporting.scoring import as_decimal, exact_value
from reporting.summaries.results import Row, Span, rows_of, values_before

Scope = Score.Scope


@dataclass(frozen=True)
class Ranked:
    """One institution with its place; `shared` says that others have exactly the same figure.

    `place` is None without a figure, and for one that did not report: zeroes are no order.
    """

    row: Row
    place: int | None
    shared: bool


@dataclass(frozen=True)
class LevelResults:
    """A level in a span, overall or for one target group; `mean` is None before the first computation."""

    level: str
    label: str
    group: TargetGroup | None
    mean: Score | None
    ranked: list[Ranked]
    previous: ReportingPeriod | None

    @cached_property
    def places(self) -> int:
        """How many have a place."""
        return sum(found.place is not None for found in self.ranked)

    @cached_property
    def counted(self) -> int:
        """How many figures the mean of all institutions was made of."""
        return sum(found.row.value is not None for found in self.ranked)

    @property
    def total(self) -> Decimal:
        """The sum of those figures."""
        return _total(found.row.score.all_exact for found in self.ranked)

    @property
    def reported_total(self) -> Decimal:
        """The sum of the figures of those that reported and are judged."""
        return _total(found.row.score.reported_exact for found in self.ranked)


def level_results(
    span: Span, level: str, periods: Iterable[ReportingPeriod], *, group: TargetGroup | None = None
) -> LevelResults:
    """Every institution of a level with its figure and place, in two queries."""
    scores = list(
        span.scores().filter(scope__in=[Scope.LEVEL, Scope.INSTITUTION], level=level, target_group=group).order_by()
    )
    previous, before = values_before(span, periods, scope=Scope.INSTITUTION, level=level, target_group=group)
    return LevelResults(
        level=level,
        label=str(Level(level).label),
        group=group,
        mean=next((score for score in scores if score.scope == Scope.LEVEL), None),
        ranked=ranked(rows_of((score for score in scores if score.scope == Scope.INSTITUTION), before)),
        previous=previous,
    )


def ranked(rows: Iterable[Row]) -> list[Ranked]:
    """The rows, best first, each with its place: equal exact figures share one, and the next place is skipped.

    Equal ones, and those without a place at the end, stand in the order of their codes.
    """
    standing, others = [], []
    for row in rows:
        (standing if row.score.scored and row.value is not None else others).append(row)
    parts, _ = _in_equal_parts([exact_value(row.score.all_exact) or Fraction(0) for row in standing])
    in_order = sorted(zip(parts, standing, strict=True), key=lambda found: (-found[0], found[1].institution.code))
    values, standing = [value for value, _ in in_order], [row for _, row in in_order]
    first = {value: place for place, value in reversed(list(enumerate(values, 1)))}
    counts = Counter(values)
    placed = [Ranked(row, first[value], counts[value] > 1) for row, value in zip(standing, values, strict=True)]
    return placed + [Ranked(row, None, shared=False) for row in sorted(others, key=lambda row: row.institution.code)]


@dataclass(frozen=True)
class GroupResults:
    """A target group in a span: the nation's figure, the levels it is the mean of, and the levels left out."""

    group: TargetGroup
    nation: Score | None
    levels: list[tuple[Level, Score]]

    @property
    def counted_levels(self) -> list[tuple[Level, Score]]:
        return [(level, score) for level, score in self.levels if score.all_value is not None]

    @property
    def left_out(self) -> list[tuple[Level, Score]]:
        return [(level, score) for level, score in self.levels if score.all_value is None]


def group_results(span: Span, group: TargetGroup) -> GroupResults:
    """The national figure of one target group with its levels, in one query."""
    scores = list(span.scores().filter(scope__in=[Scope.NATION, Scope.LEVEL], target_group=group))
    by_level = {score.level: score for score in scores if score.scope == Scope.LEVEL}
    return GroupResults(
        group=group,
        nation=next((score for score in scores if score.scope == Scope.NATION), None),
        levels=[(level, by_level[level]) for level in Level if level in by_level],
    )


def aksi_of_group(span: Span, group: TargetGroup) -> list[tuple[str, list[Aksi]]]:
    """The aksi of a year for one target group, by level and in the order of their institutions; one query."""
    rows = list(Aksi.objects.filter(plan_year=span.plan_year, target_groups=group).select_related("institution"))
    found = ((level, [aksi for aksi in rows if aksi.level == level]) for level in Level)
    return [(str(level.label), aksi) for level, aksi in found if aksi]


def _total(texts: Iterable[str]) -> Decimal:
    parts, common = _in_equal_parts([value for value in map(exact_value, texts) if value is not None])
    return as_decimal(Fraction(sum(parts), common))


def _in_equal_parts(values: Sequence[Fraction]) -> tuple[list[int], int]:
    """The values as whole numbers of one and the same part, and how many parts are a whole.

    Hundreds of fractions are slow to order and to add.
    """
    common = lcm(*(value.denominator for value in values))
    return [value.numerator * (common // value.denominator) for value in values], common
