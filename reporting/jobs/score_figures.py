"""From what institutions did to every figure: institutions, provinces, levels and the nation. No writing here."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from actions.models import Level
from reporting.jobs.score_inputs import ExpectedReport, Group, Home, PeriodInputs
from reporting.models import Score
from reporting.scoring import (
    SCORED,
    Figure,
    Rules,
    figure_of_institutions,
    figure_of_nation,
    figure_of_report,
    figure_of_year,
    report_score,
)

OWN = dict[tuple[int, int | None], Figure]
"""Figures of institutions, by institution id and target group id (None: all aksi)."""


@dataclass(frozen=True)
class Place:
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
    """Return the figure of every expected report, overall and for each target group it has aksi of."""
    own = {}
    for group in (None, *inputs.groups):
        wanted = inputs.aksi_of_group.get(group[0], set()) if group else None
        for report in inputs.reports:
            items = [item for item, aksi in report.items if wanted is None or aksi in wanted]
            if items or group is None:
                own[report.home.institution_id, group and group[0]] = _figure(inputs, report, items)
    return own


def _figure(inputs: PeriodInputs, report: ExpectedReport, items: list[int]) -> Figure:
    value = None
    if report.state == SCORED:
        value = report_score([inputs.item_values.get(item, Fraction(0)) for item in items])
    return figure_of_report(inputs.rules, report.state, value)


def figures_of_year(rules: Rules, closed: Iterable[OWN], homes: dict[int, Home], *, is_closed: bool) -> OWN:
    """Return the year of every institution in `homes` from its figures of the `closed` periods."""
    found: dict[tuple[int, int | None], list[Figure]] = {(institution_id, None): [] for institution_id in homes}
    for own in closed:
        for key, figure in own.items():
            found.setdefault(key, []).append(figure)
    return {key: figure_of_year(rules, figures, is_closed=is_closed) for key, figures in found.items()}


def widened(rules: Rules, own: OWN, homes: dict[int, Home], groups: list[Group]) -> dict[Place, Figure]:
    """Return `own` as places, with the provinces, the levels and the nation above them, for each target group.

    Every level has its place, also one without institutions: it is left out of the nation, but named.
    """
    found: dict[Place, Figure] = {}
    for group in (None, *groups):
        members = {key[0]: figure for key, figure in own.items() if key[1] == (group and group[0])}
        levels: dict[str, list[Figure]] = {str(level.value): [] for level in Level}
        provinces = defaultdict(list)
        for institution_id, figure in members.items():
            home = homes[institution_id]
            found[Place(Score.Scope.INSTITUTION.value, home.code, institution_id, home.level, group)] = figure
            levels[home.level].append(figure)
            if home.province:
                provinces[home.province].append(figure)
        for (province_id, code), figures in provinces.items():
            place = Place(Score.Scope.PROVINCE.value, code, province_id, "", group)
            found[place] = figure_of_institutions(rules, figures)
        means = {level: figure_of_institutions(rules, figures) for level, figures in levels.items()}
        for level, figure in means.items():
            found[Place(Score.Scope.LEVEL.value, level, None, level, group)] = figure
        found[Place(Score.Scope.NATION.value, group=group)] = figure_of_nation(rules, list(means.values()))
    return found
