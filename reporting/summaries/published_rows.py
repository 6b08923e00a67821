"""A revision as the pages of results draw theirs: tiles, tables, groups and a trend, from what was frozen alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.translation import gettext as _

from reporting.models import Score
from reporting.scoring import exact_value
from reporting.summaries.charts import TrendPoint
from reporting.summaries.over_time import LATEST
from reporting.summaries.published import PublishedFigure, Snapshot
from reporting.summaries.results import GREY, ProvinceMap
from reporting.summaries.tiles import Tile, tiles


@dataclass(frozen=True)
class PublishedRow:
    """One province of a revision with the page that it opens. See also `reporting.summaries.results.Row`."""

    figure: PublishedFigure
    address: str
    tile: Tile | None = None
    change: Decimal | None = None

    @property
    def score(self) -> PublishedFigure:
        return self.figure

    @property
    def institution(self) -> PublishedFigure:
        """Its name and code, as they were then."""
        return self.figure

    @property
    def value(self) -> Fraction | None:
        return self.figure.value

    @property
    def band(self) -> str:
        return self.figure.shown_band or GREY

    @cached_property
    def band_word(self) -> str:
        return self.figure.band_word

    @property
    def short_word(self) -> str:
        return "TL" if self.figure.state == Score.State.MISSING else "–"

    @cached_property
    def participation(self) -> str:
        return _("%(reported)s dari %(expected)s") % {
            "reported": self.figure.reported,
            "expected": self.figure.expected,
        }

    @property
    def spread(self) -> dict[str, int]:
        return self.figure.spread


@dataclass(frozen=True)
class PublishedProvinces(ProvinceMap):
    """The provinces of a revision, in the order of their codes."""

    provinces: list[PublishedRow]


def published_provinces(snapshot: Snapshot, address_of: Callable[[PublishedFigure], str]) -> PublishedProvinces:
    """Return the provinces of a revision, each with its tile and the page that `address_of` names."""
    places = tiles()
    return PublishedProvinces([PublishedRow(row, address_of(row), places.get(row.code)) for row in snapshot.provinces])


@dataclass(frozen=True)
class PublishedGroup:
    """The nation's figure of one target group. See also `reporting.summaries.results.GroupFigure`."""

    name: str
    figure: PublishedFigure
    address: str
    change: Decimal | None = None

    @property
    def score(self) -> PublishedFigure:
        return self.figure

    @property
    def value(self) -> Fraction | None:
        return self.figure.value


def frozen_points(
    history: Iterable[Mapping], snapshot: Snapshot, address_of: Callable[[str, int | None], str]
) -> list[TrendPoint]:
    """Return the nation's periods that stand frozen with a revision, oldest first, at most `LATEST`.

    Only what was published: the period itself and those that name a revision of their own (content from before format
    3 does not say which). `address_of` takes a period's key and that revision, None for the period itself.
    """
    rows = [row for row in history if "revision" in row or row["key"] == snapshot.key]
    points = [
        TrendPoint(
            label=row["code"],
            year=row["year"],
            calendar=row["calendar"],
            all_value=exact_value(row["all"]),
            reported_value=exact_value(row["reported"]),
            counted=row["expected"] - row["sent"] + row["scored"],
            scored=row["scored"],
            cutoffs=snapshot.cutoffs,
            address=address_of(row["key"], row.get("revision")),
        )
        for row in rows
        if "scored" in row and row["all"]
    ]
    return points[-LATEST:]
