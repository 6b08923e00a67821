"""Results of a period or a year, as the pages, tables and CSV files show them, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.models import Institution, Level, PlanYear, ReportingPeriod, TargetGroup
from reporting.models import Publication, Report, Score
from reporting.summaries.tiles import Tile, tiles

Scope = Score.Scope
GREY = "abu"


@dataclass(frozen=True)
class Span:
    """The time a result is about: one period, or a whole year when `period` is None."""

    plan_year: PlanYear
    period: ReportingPeriod | None

    @property
    def key(self) -> str:
        return self.period.key if self.period else str(self.plan_year.year)

    @property
    def label(self) -> str:
        if self.period:
            return f"{self.period.name} {self.plan_year.year} ({self.period.code})"
        return _("Tahun %(year)s") % {"year": self.plan_year.year}

    def is_closed_at(self, now: datetime) -> bool:
        return self.period is None or self.period.is_closed_at(now)

    def scores(self):
        """Every score of this span, with what a page names."""
        rows = Score.objects.of_period(self.period) if self.period else Score.objects.of_year(self.plan_year)
        return rows.select_related("institution", "target_group")


def span_of(key: str, periods: Iterable[ReportingPeriod]) -> Span | None:
    """The span that `key` names among the opened `periods`: "2026-B09" or "2026"; None for anything else."""
    for period in periods:
        if key == period.key:
            return Span(period.plan_year, period)
        if key == str(period.plan_year.year):
            return Span(period.plan_year, None)
    return None


def previous_of(span: Span, periods: Iterable[ReportingPeriod]) -> ReportingPeriod | None:
    """The period before this one on the same calendar: a quarter is never compared with a four-month period."""
    if span.period is None:
        return None
    same = [p for p in periods if p.plan_year.calendar_id == span.plan_year.calendar_id]
    before = [p for p in same if (p.plan_year.year, p.number) < (span.plan_year.year, span.period.number)]
    return max(before, key=lambda p: (p.plan_year.year, p.number), default=None)


def compared_with(span: Span, periods: Iterable[ReportingPeriod]) -> ReportingPeriod | None:
    """The period before `span`, once both are closed: who is judged so far cannot be compared with everybody."""
    previous, now = previous_of(span, periods), timezone.now()
    return previous if previous and previous.is_closed_at(now) and span.is_closed_at(now) else None


@dataclass(frozen=True)
class Row:
    """One line of a results table: an institution, or a province with its kab/kota."""

    score: Score
    before: Decimal | None
    tile: Tile | None = None

    @property
    def institution(self) -> Institution | None:
        return self.score.institution

    @cached_property
    def address(self) -> str:
        """The page of this province or institution for the same period or year, as the score's own key names it."""
        name = "province-results-of" if self.score.scope == Scope.PROVINCE else "institution-results-of"
        return reverse(name, args=[self.institution.code, _span_key(self.score)])

    @cached_property
    def participation(self) -> str:
        """How many of its institutions reported: "11 dari 12"."""
        return _("%(reported)s dari %(expected)s") % {"reported": self.score.reported, "expected": self.score.expected}

    @property
    def value(self) -> Decimal | None:
        return self.score.all_value

    @property
    def change(self) -> Decimal | None:
        if self.value is None or self.before is None:
            return None
        return self.value - self.before

    @property
    def band(self) -> str:
        """The band to show; grey where nothing was scored, whatever the rule set counts it as."""
        return self.score.band if self.score.scored else GREY

    @cached_property
    def band_word(self) -> str:
        """What stands in a chip or tile: the band, or why there is none."""
        return str(STATE_WORDS.get(self.score.state) or BAND_WORDS[self.band])

    @property
    def short_word(self) -> str:
        """For a tile: TL for tidak lapor, a dash while it is still open."""
        return "TL" if self.score.state == Score.State.MISSING else "–"

    @property
    def spread(self) -> dict[str, int]:
        return self.score.spread


def _span_key(score: Score) -> str:
    year, period = score.key.split("/")[:2]
    return year if period == "-" else f"{year}-{period}"


BAND_WORDS = {
    "hijau": gettext_lazy("Hijau"),
    "kuning": gettext_lazy("Kuning"),
    "merah": gettext_lazy("Merah"),
    GREY: gettext_lazy("Belum ada nilai"),
}
STATE_WORDS = {
    Score.State.AWAITING: gettext_lazy("Belum dinilai"),
    Score.State.MISSING: gettext_lazy("Tidak lapor"),
    Score.State.EXPECTED: gettext_lazy("Belum lapor"),
}


@dataclass(frozen=True)
class GroupFigure:
    """The figure of one target group with its change since the period before."""

    score: Score
    change: Decimal | None

    @property
    def group(self) -> TargetGroup:
        return self.score.target_group

    @property
    def name(self) -> str:
        return self.group.name

    @cached_property
    def address(self) -> str:
        """The page of the nation's figure of this group, for the period or year that the score's own key names."""
        return reverse("group-results", args=[self.group.code, _span_key(self.score)])

    @property
    def value(self) -> Decimal | None:
        return self.score.all_value


class ProvinceMap:
    """What the map of provinces shows, with the list beside it, of `provinces`: rows of a table, live or published."""

    provinces: list[Row]

    @cached_property
    def lowest(self) -> list[Row]:
        """The five scored provinces with the lowest mean."""
        scored = [row for row in self.provinces if row.value is not None and row.score.scored]
        return sorted(scored, key=lambda row: (row.value, row.institution.code))[:5]

    @cached_property
    def silent(self) -> list[Row]:
        """Provinces from which no institution has sent anything."""
        return [row for row in self.provinces if not row.score.reported]

    @cached_property
    def on_map(self) -> list[Row]:
        return [row for row in self.provinces if row.tile]

    @property
    def islands(self) -> list[tuple[str, list[Row]]]:
        """The same provinces by island, for phones."""
        found: dict[str, list[Row]] = {}
        for row in self.on_map:
            found.setdefault(row.tile.island, []).append(row)
        return list(found.items())


NAMED = ("span_key", "revision", "published_at")


@dataclass(frozen=True)
class NationalResults(ProvinceMap):
    """What the national page shows of one span; `nation` is None before the first computation.

    `publication` is the newest published revision of the span, with what names it (`NAMED`); None before the first.
    """

    span: Span
    nation: Score | None
    levels: list[tuple[str, Score]]
    groups: list[GroupFigure]
    provinces: list[Row]
    previous: ReportingPeriod | None
    publication: Publication | None

    @cached_property
    def counted_levels(self) -> list[tuple[str, Score]]:
        """The levels that the national figure is the mean of: a level without any figure is left out."""
        return [(label, score) for label, score in self.levels if score.all_value is not None]


def national_results(span: Span, periods: Iterable[ReportingPeriod]) -> NationalResults:
    """The national page: three queries, whatever the number of institutions."""
    previous = compared_with(span, periods)
    wide = Q(scope__in=[Scope.NATION, Scope.LEVEL, Scope.PROVINCE]) & (Q(target_group=None) | Q(scope=Scope.NATION))
    scores = list(span.scores().filter(wide).order_by())
    before = _values_before(previous, wide)
    by_level = {score.level: score for score in scores if score.scope == Scope.LEVEL}
    return NationalResults(
        span=span,
        nation=next((s for s in scores if s.scope == Scope.NATION and not s.target_group_id), None),
        levels=[(str(level.label), by_level[level]) for level in Level if level in by_level],
        groups=_groups(scores, before, Scope.NATION),
        provinces=_rows((score for score in scores if score.scope == Scope.PROVINCE), before),
        previous=previous,
        publication=Publication.objects.filter(span_key=span.key).order_by("-revision").only(*NAMED).first(),
    )


@dataclass(frozen=True)
class ProvinceResults:
    """What a province's page shows; `whole` is its tile, `own` the provincial government alone."""

    span: Span
    province: Institution
    whole: Score | None
    own: Row | None
    groups: list[GroupFigure]
    members: list[Row]
    previous: ReportingPeriod | None


def province_results(span: Span, province: Institution, periods: Iterable[ReportingPeriod]) -> ProvinceResults:
    """One province: its tile's figure, its own government, and each kab/kota; two queries."""
    previous = compared_with(span, periods)
    inside = Q(scope=Scope.PROVINCE, institution=province)
    inside |= Q(scope=Scope.INSTITUTION, target_group=None, institution__in=_counting_in(province, span))
    scores = list(span.scores().filter(inside).order_by())
    before = _values_before(previous, inside)
    institutions = [score for score in scores if score.scope == Scope.INSTITUTION]
    own = _rows((score for score in institutions if score.institution_id == province.pk), before)
    return ProvinceResults(
        span=span,
        province=province,
        whole=next((s for s in scores if s.scope == Scope.PROVINCE and not s.target_group_id), None),
        own=own[0] if own else None,
        groups=_groups(scores, before, Scope.PROVINCE),
        members=_rows((score for score in institutions if score.institution_id != province.pk), before),
        previous=previous,
    )


def _counting_in(province: Institution, span: Span) -> QuerySet:
    """Ids of whose figures the province's is the mean: as frozen on the report, for a year on the latest one.

    The `parent` of today may be another: a region can change its province after a period.
    """
    own = Report.objects.filter(province=province)
    if span.period:
        return own.filter(period=span.period).values("institution")
    of_year = Report.objects.filter(period__plan_year=span.plan_year)
    later = of_year.filter(institution=OuterRef("institution"), period__number__gt=OuterRef("period__number"))
    return own.filter(~Exists(later), period__plan_year=span.plan_year).values("institution")


def province_rows(span: Span, provinces: Iterable[Institution], periods: Iterable[ReportingPeriod]) -> list[Row]:
    """The tiles' figures of some provinces, in two queries."""
    chosen = Q(scope=Scope.PROVINCE, target_group=None, institution__in=[province.pk for province in provinces])
    return _rows(span.scores().filter(chosen), _values_before(compared_with(span, periods), chosen))


def values_before(
    span: Span, periods: Iterable[ReportingPeriod], **condition
) -> tuple[ReportingPeriod | None, dict[int, Decimal | None]]:
    """The period that `span` is `compared_with`, and the figures there by institution id; one query at most.

    `condition` names one scope and target group, so that an institution has one figure.
    """
    previous = compared_with(span, periods)
    if previous is None:
        return None, {}
    rows = Score.objects.of_period(previous).filter(**condition)
    return previous, dict(rows.values_list("institution_id", "all_value"))


def rows_of(scores: Iterable[Score], before: dict[int, Decimal | None]) -> list[Row]:
    """Single institutions as rows of a table; `before` holds their earlier figures by id."""
    return [Row(score, before.get(score.institution_id)) for score in scores]


def _values_before(previous: ReportingPeriod | None, condition: Q) -> dict[tuple, Decimal | None]:
    if previous is None:
        return {}
    rows = Score.objects.of_period(previous).filter(condition).order_by()
    found = rows.values_list("scope", "institution_id", "target_group_id", "all_value")
    return {(scope, institution, group): value for scope, institution, group, value in found}


def _rows(scores: Iterable[Score], before: dict[tuple, Decimal | None]) -> list[Row]:
    places = tiles()
    return sorted(
        (
            Row(
                score=score,
                before=before.get((score.scope, score.institution_id, None)),
                tile=places.get(score.institution.code) if score.scope == Scope.PROVINCE else None,
            )
            for score in scores
        ),
        key=lambda row: row.institution.code,
    )


def _groups(scores: list[Score], before: dict[tuple, Decimal | None], scope: str) -> list[GroupFigure]:
    rows = [score for score in scores if score.scope == scope and score.target_group_id]
    rows.sort(key=lambda score: (score.target_group.order, score.target_group.code))
    found = []
    for score in rows:
        earlier = before.get((scope, score.institution_id, score.target_group_id))
        known = score.all_value is not None and earlier is not None
        found.append(GroupFigure(score, change=score.all_value - earlier if known else None))
    return found


SORT_KEYS = {
    "nama": lambda row: row.institution.name,
    "nilai": lambda row: (row.value is not None, row.value or 0, row.score.scored),
    "ubah": lambda row: (row.change is not None, row.change or 0),
    "melapor": lambda row: (row.score.reported_value is not None, row.score.reported_value or 0),
    "partisipasi": lambda row: row.score.reported / row.score.expected if row.score.expected else 0,
}
DEFAULT_SORT = "-nilai"


def sorted_rows(rows: list[Row], order: str) -> tuple[list[Row], str, bool]:
    """The rows in the order of `?urut=` (a key of SORT_KEYS, `-` for descending), the key and whether it descends.

    An unknown order falls back to the highest value first; ties stand in the order of codes.
    """
    key, descending = order.removeprefix("-"), order.startswith("-")
    if key not in SORT_KEYS:
        key, descending = DEFAULT_SORT.removeprefix("-"), True
    return sorted(rows, key=SORT_KEYS[key], reverse=descending), key, descending
