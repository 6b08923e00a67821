"""From what institutions did to every figure: institutions, provinces, levels and the nation. No writing here."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from actions.models import Level
from reporting.jobs.score_inputs import ExpectedReport, Group, Home, PeriodInputs
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
    groups_of_aksi: dict[int, list[int | None]] = defaultdict(lambda: [None])
    for group_id, aksi_ids in inputs.plan_groups.aksi.items():
        for aksi_id in aksi_ids:
            groups_of_aksi[aksi_id].append(group_id)
    shares = _Shares(inputs)
    own: OWN = {None: {}}
    known: dict[tuple, Figure] = {}
    for report in inputs.reports:
        points, actions = _sums(report, inputs, groups_of_aksi, shares)
        for group_id in points:
            key = (report.state, report.percent, points[group_id], actions[group_id])
            figure = known.get(key)
            if figure is None:
                figure = known[key] = shares.figure(*key)
            own.setdefault(group_id, {})[report.home.institution_id] = figure
    return own


def _sums(
    report: ExpectedReport, inputs: PeriodInputs, groups_of_aksi: dict[int, list[int | None]], shares: "_Shares"
) -> tuple[dict[int | None, int], dict[int | None, int]]:
    """The sum of the aksi's scores and how many they are, by target group and (None) overall."""
    points, actions = defaultdict(int, {None: 0}), defaultdict(int, {None: 0})
    aksi, totals, measures = inputs.items.aksi, inputs.items.totals, inputs.items.measures
    for item in report.items:
        share = totals[item] * shares.times[measures[item]]
        for group_id in groups_of_aksi[aksi[item]]:
            points[group_id] += share
            actions[group_id] += 1
    return points, actions


class _Shares:
    """Keeps sums of aksi whole: every aksi in the same parts of a point, however many measures it has."""

    def __init__(self, inputs: PeriodInputs) -> None:
        counts = set(inputs.items.measures.values()) - {0}
        common = lcm(*counts)
        self.rules = inputs.rules
        self.times = {count: common // count for count in counts} | {0: 0}
        self.parts = MEASURE_UNITS * common

    def figure(self, state: str, percent: int, points: int, actions: int) -> Figure:
        value = Fraction(points * percent, self.parts * (actions or 1) * WHOLE) if state == SCORED else None
        return figure_of_report(self.rules, state, value)


def figures_of_year(rules: Rules, closed: Iterable[OWN], homes: dict[int, Home], *, is_closed: bool) -> OWN:
    """Return the year of every institution in `homes` from its figures of the `closed` periods."""
    found: dict[int | None, dict[int, list[Figure]]] = {None: {institution_id: [] for institution_id in homes}}
    for own in closed:
        for group_id, members in own.items():
            of_group = found.setdefault(group_id, {})
            for institution_id, figure in members.items():
                of_group.setdefault(institution_id, []).append(figure)
    return {
        group_id: {pk: figure_of_year(rules, figures, is_closed=is_closed) for pk, figures in of_group.items()}
        for group_id, of_group in found.items()
    }


def widened(rules: Rules, own: OWN, homes: dict[int, Home], groups: list[Group]) -> dict[Place, Figure]:
    """Return `own` as places, with the provinces, the levels and the nation above them, for each target group.

    Every level has its place, also one without institutions: it is left out of the nation, but named.
    """
    found: dict[Place, Figure] = {}
    for group in (None, *groups):
        found |= _above(rules, own.get(group and group[0], {}), homes, group)
    return found


def _above(
    rules: Rules, members: dict[int, Figure], homes: dict[int, Home], group: Group | None
) -> dict[Place, Figure]:
    levels: dict[str, list[Figure]] = {str(level.value): [] for level in Level}
    parts: dict[str, list] = {level: [] for level in levels}
    provinces = defaultdict(list)
    found, scope = {}, Score.Scope.INSTITUTION.value
    for institution_id, figure in members.items():
        _, code, level, province = homes[institution_id]
        found[Place(scope, code, institution_id, level, group)] = figure
        levels[level].append(figure)
        parts[level].append(province or institution_id)
        if province:
            provinces[province].append(figure)
    for (province_id, code), figures in provinces.items():
        place = Place(Score.Scope.PROVINCE.value, code, province_id, "", group)
        found[place] = figure_of_institutions(rules, figures)
    means = {level: figure_of_level(rules, figures, parts[level]) for level, figures in levels.items()}
    for level, figure in means.items():
        found[Place(Score.Scope.LEVEL.value, level, None, level, group)] = figure
    found[Place(Score.Scope.NATION.value, group=group)] = figure_of_nation(rules, list(means.values()))
    return found
