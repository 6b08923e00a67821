"""Two results side by side: two of one kind at one time, or one at two times; at most four queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import Institution, Level
from reporting.models import Report, ReportItem, Score
from reporting.scoring import exact_value
from reporting.summaries.distribution import aksi_means, level_aksi_means
from reporting.summaries.results import Row, Span
from reporting.summaries.timeliness import Timeliness, timeliness_of

Scope = Score.Scope
NATION = "nasional"
REGION_PREFIX, LEVEL_PREFIX = "wilayah-", "jenjang-"


@dataclass(frozen=True)
class Subject:
    """What can be compared; `key` stands in addresses. `level` is empty for the nation, as is `institution`.

    A province with its kabupaten and kota is another subject than the provincial government alone.
    """

    key: str
    label: str
    scope: str
    level: str = ""
    institution: Institution | None = None

    @property
    def is_mean(self) -> bool:
        return self.scope != Scope.INSTITUTION

    def is_like(self, other: "Subject") -> bool:
        """True for two that are measured alike: governments of one level, provinces, levels."""
        if self.scope == Scope.LEVEL:
            return other.scope == Scope.LEVEL
        return (self.scope, self.level) == (other.scope, other.level)

    def address(self, span: Span) -> str:
        """The page where the figure of this subject is explained."""
        names = {
            Scope.NATION: ("national-results-of", []),
            Scope.LEVEL: ("level-results", [self.level]),
            Scope.PROVINCE: ("province-results-of", [self.institution.code if self.institution else ""]),
            Scope.INSTITUTION: ("institution-results-of", [self.institution.code if self.institution else ""]),
        }
        name, arguments = names[self.scope]
        return reverse(name, args=[*arguments, span.key])

    def condition(self) -> Q:
        """Its scores; for the nation those of the levels too, which it is the mean of."""
        if self.scope == Scope.NATION:
            return Q(scope__in=[Scope.NATION, Scope.LEVEL])
        if self.scope == Scope.LEVEL:
            return Q(scope=Scope.LEVEL, level=self.level)
        return Q(scope=self.scope, institution=self.institution.pk)


Subjects = list[tuple[str, list[Subject]]]


def subjects_of(actor: Actor, institutions: Iterable[Institution]) -> Subjects:
    """Everything that `actor` may compare, in groups with a heading; `institutions` are those it may open."""
    rows = list(institutions)
    provinces = [row for row in rows if row.kind == Institution.Kind.PROVINSI]
    groups: Subjects = []
    if actor.sees_nation:
        levels = [Subject(f"{LEVEL_PREFIX}{level}", str(level.label), Scope.LEVEL, level) for level in Level]
        groups.append((_("Nasional dan jenjang"), [Subject(NATION, _("Nasional"), Scope.NATION), *levels]))
    regions = [row for row in provinces if _may_open(actor, row)]
    groups.append((_("Provinsi dengan kabupaten/kotanya"), [_region(row) for row in regions]))
    groups.append((_("Pemerintah provinsi"), [_single(row) for row in provinces]))
    names = {row.pk: row.name for row in provinces}
    by_province: dict[str, list[Subject]] = {}
    for row in rows:
        if row.parent_id:
            by_province.setdefault(names.get(row.parent_id, _("Kabupaten dan kota")), []).append(_single(row))
    groups += list(by_province.items())
    groups.append((_("Kementerian dan lembaga"), [_single(row) for row in rows if row.level == Level.MINISTRY]))
    return [(heading, found) for heading, found in groups if found]


def _may_open(actor: Actor, province: Institution) -> bool:
    if actor.sees_nation:
        return True
    if actor.is_kanwil_officer:
        return province.pk in actor.reviewed_province_ids
    return actor.is_pembina and province.pk == actor.institution.pk


def _single(row: Institution) -> Subject:
    return Subject(row.code, row.name, Scope.INSTITUTION, row.level or "", row)


def _region(row: Institution) -> Subject:
    label = _("%(name)s dan kabupaten/kotanya") % {"name": row.name}
    return Subject(f"{REGION_PREFIX}{row.code}", label, Scope.PROVINCE, "", row)


@dataclass(frozen=True)
class Side:
    """One of the two: its figure, by target group and by level (only the nation has those), by aksi, and when it came.

    `aksi` holds (number, exact-enough value 0-100, points lost or None) by title; None where it may not be opened.
    """

    subject: Subject
    span: Span
    score: Score | None
    groups: Mapping[str, Score]
    levels: Mapping[str, Score]
    timeliness: Timeliness
    aksi: Mapping[str, tuple[int, Decimal | None, Decimal | None]] | None = None

    @property
    def label(self) -> str:
        return f"{self.subject.label}, {self.span.label}"

    @property
    def url(self) -> str:
        return self.subject.address(self.span)

    @property
    def row(self) -> Row | None:
        return Row(self.score, None) if self.score else None

    @property
    def value(self) -> Fraction | None:
        return exact_value(self.score.all_exact) if self.score else None

    @property
    def reported_value(self) -> Fraction | None:
        return exact_value(self.score.reported_exact) if self.score else None

    @property
    def lost(self) -> Fraction | None:
        return None if self.value is None else 100 - self.value

    @property
    def cutoffs(self) -> tuple[int, int]:
        return self.span.plan_year.rule_set.yellow_from, self.span.plan_year.rule_set.green_from

    @property
    def on_time(self) -> Fraction | None:
        """Reports sent in time, in percent of those expected."""
        return _share(self.timeliness.on_time, self.timeliness.expected)

    @property
    def participation(self) -> Fraction | None:
        """Reports sent, in percent of those expected."""
        return _share(self.timeliness.sent, self.timeliness.expected)


@dataclass(frozen=True)
class Pair:
    """One line of a table: a figure of A and of B (0-100), where each is explained, and B less A.

    `lost_a` and `lost_b` are the points of the report that an aksi cost.
    """

    label: str
    a: Decimal | Fraction | None
    b: Decimal | Fraction | None
    url_a: str = ""
    url_b: str = ""
    lost_a: Decimal | None = None
    lost_b: Decimal | None = None

    @property
    def difference(self) -> str:
        """B less A as "+2,10", or why there is none."""
        if self.a is None or self.b is None:
            return "–"
        return formats.difference(Fraction(self.b) - Fraction(self.a), 2)


@dataclass(frozen=True)
class Comparison:
    """A and B with everything the page sets beside each other."""

    a: Side
    b: Side
    totals: list[Pair] = field(default_factory=list)
    groups: list[Pair] = field(default_factory=list)
    levels: list[Pair] = field(default_factory=list)
    aksi: list[Pair] = field(default_factory=list)

    @property
    def is_mean(self) -> bool:
        return self.a.subject.is_mean

    @property
    def is_of_years(self) -> bool:
        return self.a.span.period is None

    @property
    def calendars(self) -> tuple[str, str] | None:
        """The names of both calendars if they differ: then a part of the year is not compared with its like."""
        a, b = self.a.span.plan_year.calendar, self.b.span.plan_year.calendar
        return None if a.pk == b.pk else (a.name, b.name)


def faults_of(a: Subject, b: Subject, time_a: Span, time_b: Span) -> list[str]:
    """Why these two cannot be compared, in sentences to act on; empty if they can."""
    if (time_a.period is None) != (time_b.period is None):
        return [_("Bandingkan periode dengan periode, atau tahun dengan tahun.")]
    if a.key == b.key and time_a.key == time_b.key:
        return [_("Pilih dua yang berbeda: instansi lain, atau waktu lain.")]
    if a.key != b.key and time_a.key != time_b.key:
        return [_("Bandingkan dua instansi pada waktu yang sama, atau satu instansi pada dua waktu.")]
    if not a.is_like(b):
        return [_("Bandingkan yang sejenjang, misalnya kabupaten dengan kabupaten atau kota.")]
    return []


def comparison(actor: Actor, a: tuple[Subject, Span], b: tuple[Subject, Span], now: datetime) -> Comparison:
    """Set two (subject, span) without faults side by side."""
    wanted = [_span_condition(span) & subject.condition() for subject, span in (a, b)]
    scores = list(Score.objects.filter(wanted[0] | wanted[1]).select_related("target_group"))
    single = a[0].scope == Scope.INSTITUTION
    parts = _institutions(actor, [a, b]) if single else [_means(*one, now) for one in (a, b)]
    sides = [_side(*one, scores, *part) for one, part in zip((a, b), parts, strict=True)]
    return Comparison(
        a=sides[0],
        b=sides[1],
        totals=_totals(*sides),
        groups=_paired(*sides, [side.groups for side in sides]),
        levels=_paired(*sides, [side.levels for side in sides]),
        aksi=_aksi(*sides),
    )


def _span_condition(span: Span) -> Q:
    if span.period:
        return Q(period=span.period.pk)
    return Q(plan_year=span.plan_year.pk, period=None)


def _side(subject: Subject, span: Span, scores: list[Score], timeliness: Timeliness, aksi: Mapping | None) -> Side:
    period = span.period.pk if span.period else None
    own = [row for row in scores if row.plan_year_id == span.plan_year.pk and row.period_id == period]
    own = [row for row in own if row.scope != Scope.INSTITUTION or row.institution_id == subject.institution.pk]
    own = [row for row in own if row.scope != Scope.PROVINCE or row.institution_id == subject.institution.pk]
    if subject.scope == Scope.LEVEL:
        own = [row for row in own if row.level == subject.level]
    whole = [row for row in own if row.scope == subject.scope]
    grouped = sorted((row for row in whole if row.target_group), key=lambda row: row.target_group.order)
    levels = {row.level: row for row in own if row.scope == Scope.LEVEL and not row.target_group}
    is_nation = subject.scope == Scope.NATION
    return Side(
        subject=subject,
        span=span,
        score=next((row for row in whole if not row.target_group), None),
        groups={row.target_group.name: row for row in grouped},
        levels={str(level.label): levels[level] for level in Level if level in levels} if is_nation else {},
        timeliness=timeliness,
        aksi=aksi,
    )


def _means(subject: Subject, span: Span, now: datetime) -> tuple[Timeliness, Mapping | None]:
    """When the reports of a mean came, and the means of its aksi over all institutions: one query."""
    if span.period and subject.scope == Scope.PROVINCE:
        found, timeliness = aksi_means(span, subject.institution, now)
    elif span.period and subject.scope == Scope.LEVEL and subject.level != Level.MINISTRY:
        found, timeliness = level_aksi_means(span, subject.level, now)
    else:
        province = subject.institution if subject.scope == Scope.PROVINCE else None
        return timeliness_of(span, level=subject.level, province=province), None
    return timeliness, {row.title: (row.number, row.everyone, None) for row in found}


def _institutions(actor: Actor, sides: list[tuple[Subject, Span]]) -> list[tuple[Timeliness, Mapping | None]]:
    """When the reports of two institutions came, and the scores of their aksi where `actor` may read the report."""
    wanted = [
        Q(institution=subject.institution.pk)
        & (Q(period=span.period.pk) if span.period else Q(period__plan_year=span.plan_year.pk))
        for subject, span in sides
    ]
    names = ("institution_id", "period_id", "period__plan_year_id", "round", "is_late")
    reports = list(Report.objects.filter(wanted[0] | wanted[1]).values_list(*names))
    items = []
    if sides[0][1].period:
        readable = Report.objects.visible_to(actor).filter(wanted[0] | wanted[1])
        items = ReportItem.objects.filter(report__in=readable, score__isnull=False).order_by("aksi__number")
        names = ("report__institution_id", "report__period_id", "aksi__number", "aksi__title", "score__value")
        items = list(items.values_list(*names))
    return [(_came(reports, *side), _scored(items, *side)) for side in sides]


def _came(reports: list[tuple], subject: Subject, span: Span) -> Timeliness:
    own = [
        (sendings > 0, is_late)
        for institution, period, year, sendings, is_late in reports
        if institution == subject.institution.pk
        and (period == span.period.pk if span.period else year == span.plan_year.pk)
    ]
    return Timeliness(len(own), own.count((True, False)), own.count((True, True)))


def _scored(items: list[tuple], subject: Subject, span: Span) -> Mapping | None:
    if span.period is None:
        return None
    own = [row[2:] for row in items if row[:2] == (subject.institution.pk, span.period.pk)]
    return {title: (number, value, (100 - value) / len(own)) for number, title, value in own} or None


def _totals(a: Side, b: Side) -> list[Pair]:
    own = (a.url, b.url)
    if not a.subject.is_mean:
        return [Pair(_("Nilai"), a.value, b.value, *own), Pair(_("Poin hilang"), a.lost, b.lost, *own)]
    return [
        Pair(_("Capaian, seluruh instansi"), a.value, b.value, *own),
        Pair(_("Yang melapor saja"), a.reported_value, b.reported_value, *own),
        Pair(_("Poin hilang, seluruh instansi"), a.lost, b.lost, *own),
    ]


def _paired(a: Side, b: Side, scores: list[Mapping[str, Score]]) -> list[Pair]:
    """The scores of both sides by name, in the order of A and then of what only B has."""

    def figure(side: Side, score: Score | None) -> tuple[Fraction | None, str]:
        return (exact_value(score.all_exact), _address(side, score)) if score else (None, "")

    pairs = []
    for name in [*scores[0], *(name for name in scores[1] if name not in scores[0])]:
        (value_a, url_a), (value_b, url_b) = figure(a, scores[0].get(name)), figure(b, scores[1].get(name))
        pairs.append(Pair(name, value_a, value_b, url_a, url_b))
    return pairs


def _address(side: Side, score: Score) -> str:
    """Where one figure is explained: of the nation its group or level, else with the subject itself."""
    if side.subject.scope == Scope.NATION and score.target_group:
        return reverse("group-results", args=[score.target_group.code, side.span.key])
    if side.subject.scope == Scope.NATION:
        return reverse("level-results", args=[score.level, side.span.key])
    if side.subject.scope == Scope.LEVEL:
        return f"{side.url}?kelompok={score.target_group.code}"
    return f"{side.url}#kelompok"


def _aksi(a: Side, b: Side) -> list[Pair]:
    """The aksi of both sides, paired where they have the same words; an aksi of one side alone stands without pair."""
    if a.aksi is None and b.aksi is None:
        return []
    of_a, of_b = a.aksi or {}, b.aksi or {}
    mark = "#lemah" if a.subject.scope == Scope.PROVINCE else "#rinci"
    mark = "" if a.subject.scope == Scope.LEVEL else mark
    nothing = (0, None, None)
    pairs = []
    for title in [*of_a, *(title for title in of_b if title not in of_a)]:
        (number_a, value_a, lost_a), (number_b, value_b, lost_b) = of_a.get(title, nothing), of_b.get(title, nothing)
        label = f"{number_a or number_b}. {title}"
        pairs.append(Pair(label, value_a, value_b, a.url + mark, b.url + mark, lost_a, lost_b))
    return sorted(pairs, key=lambda pair: (pair.a is None and pair.b is None, int(pair.label.partition(".")[0])))


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(100 * part, whole) if whole else None
