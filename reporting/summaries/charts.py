"""Coordinates of charts: numbers in, SVG units out. Templates draw them, a table stands beside each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts import formats

TOP, BOTTOM = 22.0, 204.0
LEFT, GAP = 48.0, 46.0
LABELS_ABOVE = 7
"""With more points than this, only the last of each calendar carries its figure: text must not collide."""
NARROWEST = 22.0
"""Words such as "B09" need this many units."""
STEEP = 60.0
"""A line that falls or rises by more units than this between two dots would run through a figure below them."""


@dataclass(frozen=True)
class TrendPoint:
    """One period in a trend; values 0-100, `all_value` None while nothing is scored; `address` is what it opens.

    `counted` and `scored` are how many institutions the two are means of; `cutoffs` are those of its own rule set.
    """

    label: str
    year: int
    calendar: str
    all_value: Decimal | None
    reported_value: Decimal | None
    counted: int = 0
    scored: int = 0
    cutoffs: tuple[int, int] = formats.DEFAULT_CUTOFFS
    address: str = ""

    @property
    def key(self) -> str:
        """The period's key in addresses, such as "2026-B09"."""
        return f"{self.year}-{self.label}"


@dataclass(frozen=True)
class Knot:
    """One period's dot, with where its figure is written."""

    x: str
    y: str
    label_x: str
    label_y: str
    point: TrendPoint
    shows_value: bool
    is_last: bool


@dataclass(frozen=True)
class Caption:
    """A word at a place along the axis."""

    x: str
    text: str


@dataclass(frozen=True)
class Segment:
    """The periods of one calendar: lines never run across a change of calendar."""

    calendar: str
    all_points: str
    reported_points: str
    start: str


@dataclass(frozen=True)
class Trend:
    """A drawn trend: grid lines with labels, segments, knots and captions, in SVG units of `width` x 252."""

    width: int
    right: str
    grid: list[Caption]
    segments: list[Segment]
    knots: list[Knot]
    periods: list[Caption]
    years: list[Caption]


def trend(points: Sequence[TrendPoint], *, width: int) -> Trend:
    """Lay out `points` (oldest first) in `width` SVG units; the scale starts at the ten below the lowest value."""
    low = _floor(points)
    xs = _positions(points, width)
    last = len(points) - 1
    knots, segments = [], []
    for start, end in _runs(points):
        segments.append(_segment(points, xs, start, end, low, first=start == 0))
        drawn = [index for index in range(start, end) if points[index].all_value is not None]
        ys = [_y(points[index].all_value, low) for index in drawn]
        for place, index in enumerate(drawn):
            shows = len(points) <= LABELS_ABOVE or index in (end - 1, last)
            label = _label(xs[index], ys[place], before=ys[:place][-1:], after=ys[place + 1 :][:1])
            knots.append(_knot(points[index], xs[index], ys[place], label, shows=shows, is_last=index == last))
    return Trend(
        width=width,
        right=str(width - 8),
        grid=[
            Caption(_text(_y(Decimal(value), low)), str(value)) for value in range(low, 101, 10 if low >= 40 else 20)
        ],
        segments=segments,
        knots=knots,
        periods=_period_captions(points, xs),
        years=_year_captions(points, xs),
    )


def _floor(points: Sequence[TrendPoint]) -> int:
    values = [v for point in points for v in (point.all_value, point.reported_value) if v is not None]
    lowest = min(values, default=Decimal(50))
    step = 10 if lowest >= 40 else 20
    return int(lowest // step) * step


def _positions(points: Sequence[TrendPoint], width: int) -> list[float]:
    changes = sum(a.calendar != b.calendar for a, b in zip(points, points[1:], strict=False))
    steps = len(points) - 1 - changes
    room = width - LEFT - 26 - changes * GAP
    step = room / steps if steps > 0 else 0
    xs, x = [], LEFT
    for index, point in enumerate(points):
        if index:
            x += GAP if point.calendar != points[index - 1].calendar else step
        xs.append(x)
    return xs


def _runs(points: Sequence[TrendPoint]) -> list[tuple[int, int]]:
    runs, start = [], 0
    for index in range(1, len(points) + 1):
        if index == len(points) or points[index].calendar != points[start].calendar:
            runs.append((start, index))
            start = index
    return runs


def _segment(points: Sequence[TrendPoint], xs: list[float], start: int, end: int, low: int, *, first: bool) -> Segment:
    def line(name: str) -> str:
        found = ((xs[i], getattr(points[i], name)) for i in range(start, end))
        return " ".join(f"{_text(x)},{_text(_y(value, low))}" for x, value in found if value is not None)

    boundary = LEFT if first else (xs[start - 1] + xs[start]) / 2
    return Segment(points[start].calendar, line("all_value"), line("reported_value"), _text(boundary))


def _label(x: float, y: float, *, before: list[float], after: list[float]) -> tuple[float, float]:
    """Where a dot's figure stands clear of the line: below, above a height, left of a dot at the foot of a fall."""
    if y + 22 >= BOTTOM:
        return (x - 20, y - 4) if any(y - other > STEEP for other in before) else (x, y - 12)
    is_height = any(other - y > STEEP for other in before + after)
    return (x, y - 12) if is_height and y - 12 > TOP else (x, y + 22)


def _knot(point: TrendPoint, x: float, y: float, label: tuple[float, float], *, shows: bool, is_last: bool) -> Knot:
    return Knot(_text(x), _text(y), _text(label[0]), _text(label[1]), point, shows, is_last)


def _period_captions(points: Sequence[TrendPoint], xs: list[float]) -> list[Caption]:
    """The periods under the axis; none where they would run into each other, and the years tell enough."""
    if any(after - before < NARROWEST for before, after in zip(xs, xs[1:], strict=False)):
        return []
    return [Caption(_text(x), point.label) for x, point in zip(xs, points, strict=True)]


def _year_captions(points: Sequence[TrendPoint], xs: list[float]) -> list[Caption]:
    by_year: dict[int, list[float]] = {}
    for point, x in zip(points, xs, strict=True):
        by_year.setdefault(point.year, []).append(x)
    return [Caption(_text(sum(found) / len(found)), str(year)) for year, found in by_year.items()]


def _y(value: Decimal, low: int) -> float:
    return BOTTOM - (BOTTOM - TOP) * (float(value) - low) / (100 - low)


def _text(number: float) -> str:
    return f"{number:.1f}"
