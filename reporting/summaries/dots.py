"""The dot map: every kabupaten and kota at the coordinates of its seat, coloured by its band."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import FilteredRelation, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from actions.models import Aksi, Institution, Level, TargetGroup
from reporting.models import ReportItem, Score
from reporting.scoring import band_of, exact_value
from reporting.states import ReportStatus
from reporting.summaries.completeness import rules_of
from reporting.summaries.results import BAND_WORDS, GREY, STATE_WORDS, Span

WEST, NORTH, SCALE = 94.4, 6.6, 25
WIDTH, HEIGHT = 1180, 448
"""Degrees to SVG units: x = (longitude - 94.4) * 25, y = (6.6 - latitude) * 25 (design reference, section 3)."""
REACH = 29.5
"""How far the drawing of one province goes beyond the middle of its outermost dots."""

CAPTIONS = [
    ("Sumatera", 115, 255),
    ("Jawa", 345, 393),
    ("Kalimantan", 445, 82),
    ("Bali dan Nusa Tenggara", 545, 428),
    ("Sulawesi", 688, 100),
    ("Maluku", 850, 88),
    ("Papua", 1090, 175),
]
"""Names of the islands and where they stand; proper names, so not translated."""


class Dot(NamedTuple):
    """One kabupaten or kota: the middle of its shape, its band ("" for one that owes no report) and its words."""

    code: str
    x: str
    y: str
    band: str
    title: str


@dataclass(frozen=True)
class ProvinceDots:
    """The dots of one province, which carry one link together."""

    code: str
    name: str
    dots: list[Dot]

    def counts(self, words: dict[str, str]) -> str:
        """The dots by band, in these words: "8 hijau, 2 kuning"; empty when none has a band."""
        found = Counter(dot.band for dot in self.dots)
        return ", ".join(f"{found[band]} {word}" for band, word in words.items() if found[band])


@dataclass(frozen=True)
class DotMap:
    """The whole map; `shown` counts the dots left by the filter, `total` all kabupaten and kota in force."""

    provinces: list[ProvinceDots]
    total: int
    box: str

    @property
    def shown(self) -> int:
        return sum(bool(dot.band) for province in self.provinces for dot in province.dots)

    @property
    def without_duty(self) -> int:
        return sum(not dot.band for province in self.provinces for dot in province.dots)


@dataclass(frozen=True)
class Shown:
    """What the colours of the map stand for: all aksi, one target group or one aksi; and the only band, if any."""

    group: TargetGroup | None = None
    aksi: Aksi | None = None
    band: str = ""

    @property
    def key(self) -> str:
        """The choice as it stands in the address: "kelompok-anak", "aksi-3" or empty."""
        if self.aksi:
            return f"aksi-{self.aksi.number}"
        return f"kelompok-{self.group.code}" if self.group else ""


def band_words() -> dict[str, str]:
    """The words of the bands in the middle of a sentence."""
    return {band: str(word).lower() for band, word in BAND_WORDS.items()}


def chosen(key: str, band: str, groups: Iterable[TargetGroup], aksi: Iterable[Aksi]) -> Shown:
    """Read the two choices of the address; whatever names nothing stands for everything."""
    by_key = [Shown(group=group) for group in groups] + [Shown(aksi=one) for one in aksi]
    found = next((shown for shown in by_key if shown.key == key), Shown())
    return Shown(found.group, found.aksi, band if band in BAND_WORDS else "")


def dot_map(span: Span, shown: Shown, *, province: Institution | None = None) -> DotMap:
    """Every kabupaten and kota in force, of one province if given and then as near as its dots allow; one query.

    A figure for one aksi exists for a period only: for a year, `shown` must not name an aksi.
    """
    places = Institution.objects.of_level(Level.REGENCY).in_force_on(timezone.localdate())
    places = places.filter(latitude__isnull=False, longitude__isnull=False)
    if province:
        places = places.filter(parent=province)
    rows = _of_aksi(places, span, shown.aksi) if shown.aksi else _of_scores(places, span, shown.group)
    provinces: dict[str, ProvinceDots] = {}
    total, no_duty = 0, _("tidak wajib lapor")
    cutoffs = (span.plan_year.rule_set.yellow_from, span.plan_year.rule_set.green_from)
    for code, name, parent_code, parent_name, latitude, longitude, owes, value, band, word in rows:
        total += 1
        if shown.band and (not owes or band != shown.band):
            continue
        if parent_code not in provinces:
            provinces[parent_code] = ProvinceDots(parent_code, parent_name, [])
        figure = word if owes else no_duty
        if owes and value is not None:
            figure = f"{formats.score(value, cutoffs)}, {word}"
        dot = _dot(code, f"{name}: {figure}", latitude, longitude, band if owes else "")
        provinces[parent_code].dots.append(dot)
    found = [provinces[code] for code in sorted(provinces)]
    return DotMap(found, total, _box(found if province else []))


def _box(provinces: Iterable[ProvinceDots]) -> str:
    """The part of the map that these dots lie in, with a margin; the whole map without any."""
    dots = [dot for province in provinces for dot in province.dots]
    if not dots:
        return f"0 0 {WIDTH} {HEIGHT}"
    xs, ys = [float(dot.x) for dot in dots], [float(dot.y) for dot in dots]
    wide, high = (max(values) - min(values) + 2 * REACH for values in (xs, ys))
    return " ".join(f"{number:.1f}" for number in (min(xs) - REACH, min(ys) - REACH, wide, high))


PLACE = ("code", "name", "parent__code", "parent__name", "latitude", "longitude")


def _of_scores(places, span: Span, group: TargetGroup | None):
    # One look at the index score_by_institution for each of the 514, however many periods there are
    is_asked = Q(scores__scope=Score.Scope.INSTITUTION, scores__plan_year=span.plan_year, scores__period=span.period)
    is_asked &= Q(scores__target_group=group)
    places = places.annotate(figure=FilteredRelation("scores", condition=is_asked))
    words: dict[tuple, str] = {}
    names = ("figure__state", "figure__all_value", "figure__band", "figure__scored")
    for *place, state, value, band, scored in places.order_by("code").values_list(*PLACE, *names):
        if (state, band) not in words:
            words[state, band] = str(STATE_WORDS.get(state) or BAND_WORDS.get(band, "")).lower()
        yield (*place, bool(state), value if scored else None, band if scored else GREY, words[state, band])


def _of_aksi(places, span: Span, aksi: Aksi):
    rules, words = rules_of(span.plan_year.rule_set), band_words()
    is_closed = span.is_closed_at(timezone.now())
    silent = str(STATE_WORDS[Score.State.MISSING if is_closed else Score.State.EXPECTED]).lower()
    item = ReportItem.objects.filter(report__institution=OuterRef("pk"), report__period=span.period, aksi=aksi)
    places = places.annotate(
        status=Subquery(item.values("report__status")[:1]),
        round=Subquery(item.values("report__round")[:1]),
        exact=Subquery(item.values("score__exact")[:1]),
    )
    for *place, status, sendings, exact in places.order_by("code").values_list(*PLACE, "status", "round", "exact"):
        value = exact_value(exact) if exact and status == ReportStatus.VERIFIED else None
        band = GREY if value is None else band_of(rules, value)
        yield (*place, status is not None, value, band, words[band] if sendings else silent)


def _dot(code: str, title: str, latitude: Decimal, longitude: Decimal, band: str) -> Dot:
    x, y = (float(longitude) - WEST) * SCALE, (NORTH - float(latitude)) * SCALE
    return Dot(code, f"{x:.1f}", f"{y:.1f}", band, title)
