"""Trying a rule set on a past period or year: what would change if it were adopted. Nothing is written."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from actions.models import Level, ReportingPeriod, RuleSet, TargetGroup
from reporting.jobs.score_figures import Place, by_place, figures_of_period, figures_of_year, widened
from reporting.jobs.score_inputs import read_homes, read_periods
from reporting.models import Score
from reporting.scoring import Figure, exact_value
from reporting.summaries.completeness import rules_of

Scope = Score.Scope


@dataclass(frozen=True)
class Standing:
    """A figure and, for an institution, its rank in its level: 1 is the highest, equal figures share a rank.

    Whoever did not report has no rank: see also `reporting.summaries.levels.ranked`.
    """

    value: Fraction | None
    band: str
    rank: int | None = None


@dataclass(frozen=True)
class Effect:
    """One figure as it is stored and as the tried rules give it; `code` is of an institution."""

    label: str
    level: str
    before: Standing
    after: Standing
    code: str = ""

    @property
    def difference(self) -> Fraction | None:
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def is_new_band(self) -> bool:
        return self.before.band != self.after.band

    @property
    def is_new_rank(self) -> bool:
        return self.before.rank != self.after.rank

    @property
    def level_label(self) -> str:
        return str(Level(self.level).label) if self.level else ""

    @property
    def step(self) -> str:
        """The key of the step from band to band; see also `BandStep.key`."""
        return step_key(self.level, self.before.band, self.after.band)


def step_key(level: str, before: str, after: str) -> str:
    """Return what names a step of a level from band to band in an address."""
    return f"{level}.{before}.{after}"


@dataclass(frozen=True)
class BandStep:
    """How many institutions of one level go from one band to another; a band is empty where there is none."""

    level: str
    before: str
    after: str
    count: int

    @property
    def key(self) -> str:
        return step_key(self.level, self.before, self.after)

    @property
    def level_label(self) -> str:
        return str(Level(self.level).label)


@dataclass(frozen=True)
class Impact:
    """What a rule set would change, over all aksi or for one target group (`code` and `name`).

    `institutions` counts all, `moved` those with another figure; `new_ranks` leaves out who changes band as well.
    """

    code: str
    name: str
    nation: Effect | None
    levels: list[Effect]
    new_bands: list[Effect]
    new_ranks: list[Effect]
    institutions: int
    moved: int

    @property
    def band_steps(self) -> list[BandStep]:
        """The changes of band counted, by level, the most frequent first."""
        counts = Counter((effect.level, effect.before.band, effect.after.band) for effect in self.new_bands)
        order = {level: index for index, level in enumerate(Level.values)}
        steps = sorted(counts.items(), key=lambda step: (order[step[0][0]], -step[1], step[0]))
        return [BandStep(*step, count) for step, count in steps]


@dataclass(frozen=True)
class Trial:
    """What a rule set would change in one period or year, over all aksi and for each target group."""

    whole: Impact
    groups: list[Impact]


def impact_of(rule_set: RuleSet, period: ReportingPeriod, now: datetime) -> Trial:
    """Compare the stored figures of `period` with those that `rule_set` gives, in five queries."""
    rules = rules_of(rule_set)
    inputs = read_periods([period], now, rules)[period.pk]
    tried = widened(rules, figures_of_period(inputs), inputs.homes, inputs.groups)
    return _trial(by_place(tried, inputs.homes), Score.objects.of_period(period))


def impact_on_year(rule_set: RuleSet, closed: Sequence[ReportingPeriod], now: datetime) -> Trial:
    """Compare the stored figures of a year with those that `rule_set` gives, in six queries.

    `closed` are the closed periods of the year, at least one: see also `jobs.scores.figures_over_year`.
    """
    rules, plan_year = rules_of(rule_set), closed[0].plan_year
    read = read_periods(closed, now, rules)
    homes = read_homes(plan_year)
    own = figures_of_year(rules, map(figures_of_period, read.values()), homes, is_closed=True)
    groups = read[closed[0].pk].groups
    return _trial(by_place(widened(rules, own, homes, groups), homes), Score.objects.of_year(plan_year))


Key = tuple[str, int | None, str, int | None]
"""Scope, institution id, level and target group id."""


def _trial(tried: Mapping[Place, Figure], scores: Iterable[Score]) -> Trial:
    stored = {(row.scope, row.institution_id, row.level, row.target_group_id): row for row in _with_names(scores)}
    groups = {row.target_group_id: row.target_group for row in stored.values() if row.target_group_id}
    in_order = sorted(groups.values(), key=lambda group: (group.order, group.code))
    return Trial(
        whole=_impact(None, tried, stored),
        groups=[_impact(group, tried, stored) for group in in_order],
    )


def _with_names(scores) -> Iterable[Score]:
    return scores.exclude(scope=Scope.PROVINCE).select_related("institution", "target_group")


def _impact(group: TargetGroup | None, tried: Mapping[Place, Figure], stored: Mapping[Key, Score]) -> Impact:
    places = [place for place in tried if (place.group and place.group[0]) == (group and group.pk)]
    own = _own_effects([place for place in places if place.scope == Scope.INSTITUTION], tried, stored)
    wide = _wide_effects([place for place in places if place.scope in (Scope.LEVEL, Scope.NATION)], tried, stored)
    return Impact(
        code=group.code if group else "",
        name=group.name if group else "",
        nation=next((effect for effect in wide if not effect.level), None),
        levels=[effect for level in Level.values for effect in wide if effect.level == level],
        new_bands=[effect for effect in own if effect.is_new_band],
        new_ranks=[effect for effect in own if effect.is_new_rank and not effect.is_new_band],
        institutions=len(own),
        moved=sum(effect.before.value != effect.after.value for effect in own),
    )


def _key(place: Place) -> Key:
    is_own = place.scope == Scope.INSTITUTION
    return place.scope, place.institution_id if is_own else None, place.level, place.group and place.group[0]


def _own_effects(places: list[Place], tried: Mapping[Place, Figure], stored: Mapping[Key, Score]) -> list[Effect]:
    """The effects on institutions, by level and code."""
    rows = {place: row for place in places if (row := stored.get(_key(place)))}
    values = {place: exact_value(row.all_exact) for place, row in rows.items()}
    before = _ranks((place, value) for place, value in values.items() if rows[place].scored)
    after = _ranks((place, tried[place].everyone) for place in places if tried[place].scored)
    order = {level: index for index, level in enumerate(Level.values)}
    return [
        Effect(
            label=rows[place].institution.name,
            level=place.level,
            before=Standing(values[place], rows[place].band, before.get(place)),
            after=Standing(tried[place].everyone, tried[place].band, after.get(place)),
            code=place.code,
        )
        for place in sorted(rows, key=lambda place: (order[place.level], place.code))
    ]


def _ranks(values: Iterable[tuple[Place, Fraction | None]]) -> dict[Place, int]:
    by_level: dict[str, list[tuple[Place, Fraction]]] = defaultdict(list)
    for place, value in values:
        if value is not None:
            by_level[place.level].append((place, value))
    found = {}
    for rows in by_level.values():
        in_order = sorted(value for _place, value in rows)
        for place, value in rows:
            found[place] = 1 + len(in_order) - bisect_right(in_order, value)
    return found


def _wide_effects(places: list[Place], tried: Mapping[Place, Figure], stored: Mapping[Key, Score]) -> list[Effect]:
    """The effects on the levels and the nation."""
    found = []
    for place in places:
        if row := stored.get(_key(place)):
            before = Standing(exact_value(row.all_exact), row.band)
            after = Standing(tried[place].everyone, tried[place].band)
            label = str(Level(place.level).label) if place.level else ""
            found.append(Effect(label, place.level, before, after))
    return found
