"""From what institutions did to every figure: institutions, provinces, levels and the nation. No writing here."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import compress
from math import lcm
from typing import NamedTuple

from actions.models import Level
from reporting.jobs.score_inputs import Group, Home, PeriodInputs, PlanGroups
from reporting.models import Score
from reporting.scoring import (
    MEASURE_UNITS,
    SCORED,
    WHOLE,
    Figure,
    Rules,
    figure_of_institutions,
    figure_of_level,
    figure_of_nation,
    figure_of_report,
    figure_of_year,
)

OWN = dict[int | None, dict[int, Figure]]
"""Figures of institutions, by target group id (None: all aksi) and institution id."""


class Place(NamedTuple):
    """Whose figure it is, within one period or year."""

    scope: str
    code: str = "-"
    institution_id: int | None = None
    level: str = ""
    group: Group | None = None

    def key(self, year: int, period_code: str) -> str:
        """The key of the score, such as "2026/B09/institution/53.07/-"."""
        group_code = self.group[1] if self.group else "-"
        return f"{year}/{period_code}/{self.scope}/{self.code}/{group_code}"


def figures_of_period(inputs: PeriodInputs) -> OWN:
    """Return the figure of every expected report, overall and for each target group it has aksi of.

    See also `scoring.action_score` and `scoring.report_score`: the same means, in whole numbers.
    """
    own: OWN = defaultdict(dict, {None: {}})
    figures, parts = _Figures(inputs), _Parts(inputs.plan_groups)
    for home, state, percent, items in inputs.reports:
        points = figures.points_of(items) if state == SCORED else ()
        for group_id, chosen, actions in parts[tuple(items.values())]:
            own[group_id][home.institution_id] = figures[state, percent, sum(compress(points, chosen)), actions]
    return dict(own)


class _Parts(dict):
    """By the aksi of a report: which of them count in each target group and (None) overall, and how many those are.

    Most institutions of a level have the same aksi, so this is looked up much more often than it is worked out.
    """

    def __init__(self, plan_groups: PlanGroups) -> None:
        super().__init__()
        self.plan_groups = plan_groups

    def __missing__(self, aksi: tuple[int, ...]) -> list[tuple[int | None, list[bool], int]]:
        chosen: dict[int | None, list[bool]] = {None: [True] * len(aksi)}
        for group_id, of_group in self.plan_groups.aksi.items():
            if not of_group.isdisjoint(aksi):
                chosen[group_id] = [aksi_id in of_group for aksi_id in aksi]
        self[aksi] = [(group_id, which, sum(which)) for group_id, which in chosen.items()]
        return self[aksi]


class _Figures(dict):
    """The figure of a report by its state, the percent it keeps, the points of its aksi and how many they are.

    Points are whole: every aksi in the same parts of a point, however many measures it has.
    """

    def __init__(self, inputs: PeriodInputs) -> None:
        super().__init__()
        self.rules, self.items = inputs.rules, inputs.items
        counts = set(self.items.measures.values()) - {0}
        common = lcm(*counts)
        self.times = {count: common // count for count in counts} | {0: 0}
        self.whole = MEASURE_UNITS * common * WHOLE

    def points_of(self, items: Iterable[int]) -> list[int]:
        totals, measures, times = self.items.totals, self.items.measures, self.times
        return [totals[item] * times[measures[item]] for item in items]

    def __missing__(self, key: tuple[str, int, int, int]) -> Figure:
        state, percent, points, actions = key
        value = Fraction(points * percent, self.whole * (actions or 1)) if state == SCORED else None
        self[key] = figure = figure_of_report(self.rules, state, value)
        return figure


def figures_of_year(rules: Rules, closed: Iterable[OWN], homes: dict[int, Home], *, is_closed: bool) -> OWN:
    """Return the year of every institution in `homes` from its figures of the `closed` periods."""
    found: dict[int | None, dict[int, list[Figure]]] = {None: {institution_id: [] for institution_id in homes}}
    for own in closed:
        for group_id, members in own.items():
            of_group = found.setdefault(group_id, {})
            for institution_id, figure in members.items():
                of_group.setdefault(institution_id, []).append(figure)
    known: dict[tuple[int, ...], Figure] = {}  # institutions share figures, so many years are made of the same ones
    years: OWN = {}
    for group_id, of_group in found.items():
        years[group_id] = of_years = {}
        for institution_id, figures in of_group.items():
            key = tuple(map(id, figures))
            if key not in known:
                known[key] = figure_of_year(rules, figures, is_closed=is_closed)
            of_years[institution_id] = known[key]
    return years


@dataclass(frozen=True)
class Wide:
    """Every figure of one target group, or (None) over all aksi: institutions and what stands above them."""

    group: Group | None
    own: dict[int, Figure]
    provinces: dict[tuple[int, str], Figure]
    levels: dict[str, Figure]
    nation: Figure

    def __len__(self) -> int:
        return len(self.own) + len(self.provinces) + len(self.levels) + 1


def widened(rules: Rules, own: OWN, homes: dict[int, Home], groups: list[Group]) -> list[Wide]:
    """Return `own` with the provinces, the levels and the nation above them: over all aksi, then by target group.

    Every level has its figure, also one without institutions: it is left out of the nation, but named.
    """
    above = _Above(homes)
    return [_wide(rules, own.get(group and group[0], {}), above, group) for group in (None, *groups)]


class _Above:
    """The ids of the institutions of every level and province, and what each of them counts in within its level."""

    def __init__(self, homes: dict[int, Home]) -> None:
        self.levels: dict[str, list[int]] = {str(level.value): [] for level in Level}
        self.provinces: dict[tuple[int, str], list[int]] = defaultdict(list)
        self.parts: dict[int, Hashable] = {}
        for institution_id, _, level, province in homes.values():
            self.levels[level].append(institution_id)
            self.parts[institution_id] = province or institution_id
            if province:
                self.provinces[province].append(institution_id)


def _wide(rules: Rules, own: dict[int, Figure], above: _Above, group: Group | None) -> Wide:
    provinces = {}
    for province, ids in above.provinces.items():
        if members := [own[pk] for pk in ids if pk in own]:
            provinces[province] = figure_of_institutions(rules, members)
    levels = {}
    for level, ids in above.levels.items():
        present = [pk for pk in ids if pk in own]
        levels[level] = figure_of_level(rules, [own[pk] for pk in present], map(above.parts.__getitem__, present))
    return Wide(group, own, provinces, levels, figure_of_nation(rules, list(levels.values())))


def by_place(wide: Iterable[Wide], homes: dict[int, Home]) -> dict[Place, Figure]:
    """Return the figures by whose they are, to be stored or written down."""
    return {place: figure for part in wide for place, figure in _named(part, homes)}


def _named(wide: Wide, homes: dict[int, Home]) -> Iterator[tuple[Place, Figure]]:
    institution, province = Score.Scope.INSTITUTION.value, Score.Scope.PROVINCE.value
    for pk, figure in wide.own.items():
        yield Place(institution, homes[pk].code, pk, homes[pk].level, wide.group), figure
    for (pk, code), figure in wide.provinces.items():
        yield Place(province, code, pk, "", wide.group), figure
    for level, figure in wide.levels.items():
        yield Place(Score.Scope.LEVEL.value, level, None, level, wide.group), figure
    yield Place(Score.Scope.NATION.value, group=wide.group), wide.nation
