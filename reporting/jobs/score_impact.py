"""Trying a rule set on a past period: what would change if it were adopted. Nothing is written."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from actions.models import Level, ReportingPeriod, RuleSet
from reporting.jobs.score_figures import Place, figures_of_period, widened
from reporting.jobs.score_inputs import read_period
from reporting.models import Score
from reporting.scoring import Figure, exact_value
from reporting.summaries.completeness import rules_of

Scope = Score.Scope


@dataclass(frozen=True)
class Standing:
    """A figure and, for an institution, its rank in its level: 1 is the highest, equal figures share a rank."""

    value: Fraction | None
    band: str
    rank: int | None = None


@dataclass(frozen=True)
class Effect:
    """One figure as it is stored and as the tried rules give it."""

    label: str
    level: str
    before: Standing
    after: Standing

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


@dataclass(frozen=True)
class Impact:
    """What a rule set would change in one period. `institutions` counts all, `moved` those with another figure."""

    nation: Effect | None
    levels: list[Effect]
    new_bands: list[Effect]
    new_ranks: list[Effect]
    institutions: int
    moved: int


def impact_of(rule_set: RuleSet, period: ReportingPeriod, now: datetime) -> Impact:
    """Compare the stored figures of `period` with those that `rule_set` gives, in four queries.

    Load `period` with `plan_year__rule_set`. `new_ranks` leaves out who changes band as well.
    """
    inputs = read_period(period, now, rules=rules_of(rule_set), with_groups=False)
    tried = widened(inputs.rules, figures_of_period(inputs), inputs.homes, inputs.groups)
    rows = Score.objects.of_period(period).filter(target_group=None).select_related("institution")
    stored = {(row.scope, row.institution_id, row.level): row for row in rows}
    own = _own_effects(tried, stored)
    wide = _wide_effects(tried, stored)
    new_bands = [effect for effect in own if effect.is_new_band]
    return Impact(
        nation=next((effect for effect in wide if not effect.level), None),
        levels=[effect for level in Level.values for effect in wide if effect.level == level],
        new_bands=new_bands,
        new_ranks=[effect for effect in own if effect.is_new_rank and not effect.is_new_band],
        institutions=len(own),
        moved=sum(effect.before.value != effect.after.value for effect in own),
    )


Stored = dict[tuple[str, int | None, str], Score]


def _own_effects(tried: dict[Place, Figure], stored: Stored) -> list[Effect]:
    """The effects on institutions, by level and code."""
    places = [place for place in tried if place.scope == Scope.INSTITUTION]
    rows = {place: stored.get((place.scope, place.institution_id, place.level)) for place in places}
    before = _ranks((place, exact_value(row.all_exact)) for place, row in rows.items() if row)
    after = _ranks((place, tried[place].everyone) for place in places)
    order = {level: index for index, level in enumerate(Level.values)}
    return [
        Effect(
            label=rows[place].institution.name,
            level=place.level,
            before=Standing(exact_value(rows[place].all_exact), rows[place].band, before.get(place)),
            after=Standing(tried[place].everyone, tried[place].band, after.get(place)),
        )
        for place in sorted(places, key=lambda place: (order[place.level], place.code))
        if rows[place]
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


def _wide_effects(tried: dict[Place, Figure], stored: Stored) -> list[Effect]:
    """The effects on the levels and the nation."""
    found = []
    for place, figure in tried.items():
        row = stored.get((place.scope, None, place.level))
        if place.scope not in (Scope.LEVEL, Scope.NATION) or row is None:
            continue
        before = Standing(exact_value(row.all_exact), row.band)
        label = str(Level(place.level).label) if place.level else ""
        found.append(Effect(label, place.level, before, Standing(figure.everyone, figure.band)))
    return found
