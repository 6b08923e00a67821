"""Published results as their pages and CSV show them: read from the frozen snapshot and from nothing else."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from accounts import formats
from actions.models import Level
from reporting.models import Publication, Score
from reporting.scoring import exact_value
from reporting.summaries.results import BAND_WORDS, GREY, STATE_WORDS, Span

Scope = Score.Scope
NATION = "nasional"
"""What stands for the nation where a part of a revision is named by a code."""


@dataclass(frozen=True)
class PublishedFigure:
    """One figure of a snapshot; `value` and `reporters` are exact, 0-100, or None without any."""

    scope: str
    code: str
    name: str
    level: str
    province: str
    group: str
    state: str
    value: Fraction | None
    reporters: Fraction | None
    band: str
    expected: int
    reported: int
    scored: int
    green: int
    yellow: int
    red: int
    is_provisional: bool

    @property
    def reported_value(self) -> Fraction | None:
        """`reporters`, as a `Score` names it: tables of results show both."""
        return self.reporters

    @property
    def place(self) -> tuple[str, str, str]:
        """Whose figure it is, for comparing two revisions."""
        return self.scope, self.code, self.group

    @property
    def level_label(self) -> str:
        return str(Level(self.level).label) if self.level else ""

    @property
    def shown_band(self) -> str:
        return self.band if self.scored else GREY

    @property
    def band_word(self) -> str:
        return str(STATE_WORDS.get(self.state) or BAND_WORDS[self.shown_band])

    @property
    def state_word(self) -> str:
        return str(Score.State(self.state).label)

    @property
    def participation(self) -> Fraction | None:
        """The share that reported, in percent (0-100); None without institutions."""
        return Fraction(100 * self.reported, self.expected) if self.expected else None

    @property
    def spread(self) -> dict[str, int]:
        """Counts by band for a stacked bar; grey ("abu") is everybody without a score."""
        return {"hijau": self.green, "kuning": self.yellow, "merah": self.red, "abu": self.expected - self.scored}

    @property
    def awaiting(self) -> int:
        return self.reported - self.scored

    @property
    def unreported(self) -> int:
        return self.expected - self.reported

    @property
    def counted(self) -> int:
        """How many `value` is the mean of; see `published_means.periods_counted` for the year of one institution."""
        return self.expected - self.awaiting


class Snapshot:
    """The content of one publication, or of what would be published; no queries."""

    def __init__(self, content: str):
        self.content = json.loads(content)

    @property
    def name(self) -> str:
        return self.content["name"]

    @property
    def key(self) -> str:
        """The period ("2026-B09") or year ("2026") that is published."""
        return self.content["span"]

    @property
    def rules(self) -> dict:
        return self.content["rules"]

    @property
    def cutoffs(self) -> tuple[int, int]:
        return self.rules["yellow_from"], self.rules["green_from"]

    @property
    def groups(self) -> dict[str, str]:
        """Names of target groups by code, in their order."""
        return {group["code"]: group["name"] for group in self.content["groups"]}

    @cached_property
    def figures(self) -> list[PublishedFigure]:
        return [_figure(row) for row in self.content["figures"]]

    def of(self, scope: str, group: str = "") -> list[PublishedFigure]:
        """The figures of one scope, in the order of their codes."""
        found = [figure for figure in self.figures if figure.scope == scope and figure.group == group]
        return sorted(found, key=lambda figure: figure.code)

    @property
    def nation(self) -> PublishedFigure | None:
        return next(iter(self.of(Scope.NATION)), None)

    @property
    def levels(self) -> list[PublishedFigure]:
        return self.levels_of()

    def levels_of(self, group: str = "") -> list[PublishedFigure]:
        """The levels over all aksi, or of one target group, as pages order them."""
        found = {figure.code: figure for figure in self.of(Scope.LEVEL, group)}
        return [found[level] for level in Level.values if level in found]

    @property
    def provinces(self) -> list[PublishedFigure]:
        return self.of(Scope.PROVINCE)

    @property
    def group_figures(self) -> list[tuple[str, PublishedFigure]]:
        """The nation's figure of each target group, with the group's name."""
        return [(name, figure) for code, name in self.groups.items() for figure in self.of(Scope.NATION, code)]

    def part(self, code: str, group: str = "") -> tuple[PublishedFigure, list[PublishedFigure]] | None:
        """The mean and the institutions of the nation (`NATION`), of a level or of a province, by their codes.

        Over all aksi, or of one target group; None where the revision has no such figure.
        """
        scope = Scope.NATION if code == NATION else Scope.LEVEL if code in Level.values else Scope.PROVINCE
        found = self.of(scope, group)
        whole = next((row for row in found if scope == Scope.NATION or row.code == code), None)
        if whole is None:
            return None
        own = self.of(Scope.INSTITUTION, group)
        if scope == Scope.NATION:
            order = list(Level.values)
            return whole, sorted(own, key=lambda row: order.index(row.level))
        return whole, [row for row in own if code in (row.level, row.province)]


def _figure(row: dict) -> PublishedFigure:
    names = ("scope", "code", "name", "level", "province", "group", "state", "band")
    return PublishedFigure(
        **{name: row[name] for name in names},
        **row["counts"],
        value=exact_value(row["all"]),
        reporters=exact_value(row["reported"]),
        is_provisional=row["provisional"],
    )


@dataclass(frozen=True)
class Change:
    """A figure that another revision has differently; either side is None where there was none.

    `group` names the target group it is of, or is empty for all aksi.
    """

    before: PublishedFigure | None
    after: PublishedFigure | None
    group: str = ""

    @property
    def figure(self) -> PublishedFigure:
        return self.after or self.before

    @property
    def difference(self) -> Fraction | None:
        if not self.before or not self.after or self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value

    @property
    def places(self) -> int:
        """How many decimals show that the value changed."""
        if self.difference is None:
            return formats.telling_places(0, 0)
        return formats.telling_places(self.before.value, self.after.value)


WIDEST_FIRST = (Scope.NATION, Scope.LEVEL, Scope.PROVINCE, Scope.INSTITUTION)


def changes_between(before: Snapshot, after: Snapshot) -> list[Change]:
    """Return what differs between two revisions: the nation and its target groups first, institutions last.

    Of levels, provinces and institutions only the figures over all aksi: they have as many again for each group.
    """
    old, new = (
        {figure.place: figure for figure in snapshot.figures if not figure.group or figure.scope == Scope.NATION}
        for snapshot in (before, after)
    )
    names = before.groups | after.groups
    changed = [Change(old.get(place), new.get(place), names.get(place[2], "")) for place in old.keys() | new.keys()]
    changed = [change for change in changed if change.before != change.after]
    order = ["", *names]
    return sorted(changed, key=lambda change: _place_in_list(change.figure, order))


def _place_in_list(figure: PublishedFigure, groups: Sequence[str]) -> tuple[int, str, int]:
    return WIDEST_FIRST.index(figure.scope), figure.code, groups.index(figure.group)


def latest_of(span: Span) -> Publication | None:
    """Return the newest revision of a span with its content; one query."""
    rows = Publication.objects.filter(span_key=span.key).select_related("plan_year", "period")
    return rows.order_by("-revision").first()


@dataclass(frozen=True)
class Issue:
    """A published period or year: its newest revision and the earlier ones, newest first."""

    latest: Publication
    earlier: list[Publication]


def issues() -> list[Issue]:
    """Return everything that was published, the newest year and period first; one query."""
    found: dict[str, list[Publication]] = {}
    for row in Publication.objects.without_content().order_by("-revision"):
        found.setdefault(row.span_key, []).append(row)
    ordered = sorted(found.values(), key=_place_in_time, reverse=True)
    return [Issue(revisions[0], revisions[1:]) for revisions in ordered]


def _place_in_time(revisions: Sequence[Publication]) -> tuple[int, int, int]:
    first = revisions[0]
    return first.plan_year.year, first.period is None, first.period.number if first.period else 0


CSV_SCOPES = {
    Scope.NATION: "nasional",
    Scope.LEVEL: "jenjang",
    Scope.PROVINCE: "provinsi dan kabupaten/kotanya",
    Scope.INSTITUTION: "instansi",
}


def ordered_figures(figures: Iterable[PublishedFigure]) -> Iterator[PublishedFigure]:
    """The figures as a table lists them: the nation first, institutions last, then by code and target group."""
    yield from sorted(figures, key=lambda figure: (WIDEST_FIRST.index(figure.scope), figure.code, figure.group))
