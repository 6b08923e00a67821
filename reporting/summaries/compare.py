"""Two results side by side: two of one kind at one time, or one at two times; at most four queries."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from operator import attrgetter
from typing import TypeVar

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import Level
from reporting.models import Report, ReportItem, Score
from reporting.scoring import LEVEL_OF_PROVINCES, NATION_OF_INSTITUTIONS, Rules, exact_value
from reporting.summaries.comparable import Subject
from reporting.summaries.completeness import rules_of
from reporting.summaries.distribution import AksiMean, aksi_means, level_aksi_means
from reporting.summaries.explained import best_score, loss_in_report, loss_of_lateness
from reporting.summaries.results import Row, Span
from reporting.summaries.timeliness import Timeliness, timeliness_of

Scope = Score.Scope


@dataclass(frozen=True)
class Shown:
    """One figure (0-100) of a table: where it is explained and, of a mean, what stands beside it.

    `count` is how many it is the mean of; `reporters` the mean of those that reported, of `scored`. `lost` are the
    points of its report that an aksi cost.
    """

    value: Decimal | Fraction | None = None
    url: str = ""
    count: int | None = None
    reporters: Decimal | Fraction | None = None
    scored: int | None = None
    lost: Fraction | None = None


NOTHING = Shown()


@dataclass(frozen=True)
class Scored:
    """One aksi of a verified report: its number and exact score, and the points that it cost the report."""

    number: int
    value: Fraction
    lost: Fraction


Words = tuple[str, int]
"""What pairs the aksi of two sides: a title, and the how-manieth aksi with it this one is, by number."""
Found = TypeVar("Found")


@dataclass(frozen=True)
class Side:
    """One of the two: its figure, by target group and by level (only the nation has those), by aksi, and when it came.

    `aksi` holds those of a report or the means of a mean by their words; None where they may not be opened.
    """

    subject: Subject
    span: Span
    score: Score | None
    groups: Mapping[str, Score]
    levels: Mapping[str, Score]
    timeliness: Timeliness
    aksi: Mapping[Words, Scored | AksiMean] | None = None

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

    @cached_property
    def rules(self) -> Rules:
        return rules_of(self.span.plan_year.rule_set)

    @property
    def lost(self) -> Fraction | None:
        """What it is short of everything met in time."""
        return None if self.value is None else best_score(self.rules) - self.value

    @property
    def late_lost(self) -> Fraction | None:
        """What a verified report lost for coming late; the rest of `lost` its aksi cost."""
        if self.is_mean or self.value is None or self.score.state != Score.State.SCORED:
            return None
        return loss_of_lateness(best_score(self.rules), self.rules.percent_of(is_late=self.timeliness.late > 0))

    @property
    def cutoffs(self) -> tuple[int, int]:
        return self.rules.cutoffs

    @property
    def on_time(self) -> Fraction | None:
        """Reports sent in time, in percent of those expected."""
        return _share(self.timeliness.on_time, self.timeliness.expected)

    @property
    def participation(self) -> Fraction | None:
        """Reports sent, in percent of those expected."""
        return _share(self.timeliness.sent, self.timeliness.expected)

    @property
    def is_mean(self) -> bool:
        """True unless it is the figure of one report: the year of an institution is a mean of periods."""
        return self.subject.is_mean or self.span.period is None

    @property
    def unit(self) -> str:
        """What the means of this side count."""
        return _("instansi") if self.subject.is_mean else _("periode")

    @property
    def mean_words(self) -> str:
        """What its figure is the mean of, as its rules take it; empty for the figure of one report."""
        if not self.is_mean or self.value is None:
            return ""
        count, unit = self.score.counted, self.unit
        words = {"count": formats.thousands(count), "unit": unit, "parts": self._parts}
        texts = {
            Scope.NATION: _("rata-rata %(parts)s jenjang tanpa bobot, atas %(count)s instansi"),
            Scope.LEVEL: _("rata-rata %(count)s instansi"),
        }
        if self.rules.nation_mean == NATION_OF_INSTITUTIONS:
            texts[Scope.NATION] = _("rata-rata %(parts)s jenjang menurut banyaknya instansi, atas %(count)s instansi")
        if self.rules.level_mean == LEVEL_OF_PROVINCES and self.subject.level == Level.REGENCY:
            texts[Scope.LEVEL] = _("rata-rata tiap provinsi dari %(count)s instansi, lalu rata-rata provinsi")
        text = texts.get(self.subject.scope, _("rata-rata %(count)s %(unit)s")) % words
        missing = count - self.score.scored
        if not missing:
            return text
        zero = _("%(count)s di antaranya tidak lapor dan dihitung 0") % {"count": formats.thousands(missing)}
        return f"{text}, {zero}"

    @property
    def _parts(self) -> int:
        return sum(score.all_value is not None for score in self.levels.values())

    def shown(self, score: Score | None) -> Shown:
        """A figure of this side for a table, with both means where it is one."""
        if score is None:
            return NOTHING
        value, url = exact_value(score.all_exact), _address(self, score)
        if not self.is_mean:
            return Shown(value, url)
        return Shown(value, url, score.counted, exact_value(score.reported_exact), score.scored)

    def shown_aksi(self, words: Words) -> Shown:
        """An aksi of this side for a table."""
        found = (self.aksi or {}).get(words)
        if isinstance(found, Scored):
            return Shown(found.value, f"{self.url}#rinci", lost=found.lost)
        if found is None:
            return NOTHING
        mark = "#lemah" if self.subject.scope == Scope.PROVINCE else ""
        return Shown(found.everyone, f"{self.url}{mark}", found.counted, found.reporters, found.scored)


@dataclass(frozen=True)
class Pair:
    """One line of a table: a figure of A and of B, and B less A, or A less B where `is_reversed`."""

    label: str
    a: Shown
    b: Shown
    is_reversed: bool = False

    @property
    def difference(self) -> str:
        """Their difference as "+2,10", or why there is none."""
        return "–" if self.points is None else formats.difference(self.points, 2)

    @property
    def points(self) -> Fraction | None:
        """Their difference, exact."""
        if self.a.value is None or self.b.value is None:
            return None
        points = Fraction(self.b.value) - Fraction(self.a.value)
        return -points if self.is_reversed else points


@dataclass(frozen=True)
class Comparison:
    """A and B with everything the page sets beside each other.

    `is_reversed` if they are one subject and A is the later time: a rise is then positive, as it is from A to B.
    """

    a: Side
    b: Side
    totals: list[Pair] = field(default_factory=list)
    groups: list[Pair] = field(default_factory=list)
    levels: list[Pair] = field(default_factory=list)
    aksi: list[Pair] = field(default_factory=list)
    is_reversed: bool = False

    @property
    def is_over_time(self) -> bool:
        return self.a.subject.key == self.b.subject.key

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


def comparison(actor: Actor, a: tuple[Subject, Span], b: tuple[Subject, Span], now: datetime) -> Comparison:
    """Set two (subject, span) without faults side by side."""
    wanted = [_span_condition(span) & subject.condition() for subject, span in (a, b)]
    scores = list(Score.objects.filter(wanted[0] | wanted[1]).select_related("target_group"))
    single = a[0].scope == Scope.INSTITUTION
    parts = _institutions(actor, [a, b]) if single else [_means(*one, now) for one in (a, b)]
    sides = [_side(*one, scores, *part) for one, part in zip((a, b), parts, strict=True)]
    is_reversed = a[0].key == b[0].key and _time(a[1]) > _time(b[1])

    def turned(pairs: list[Pair]) -> list[Pair]:
        return [replace(pair, is_reversed=is_reversed) for pair in pairs]

    return Comparison(
        a=sides[0],
        b=sides[1],
        totals=turned(_totals(*sides)),
        groups=turned(_paired(*sides, lambda side: side.groups)),
        levels=turned(_paired(*sides, lambda side: side.levels)),
        aksi=turned(_aksi(*sides)),
        is_reversed=is_reversed,
    )


def _time(span: Span) -> tuple[int, int]:
    return span.plan_year.year, span.period.number if span.period else 0


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


def _means(subject: Subject, span: Span, now: datetime) -> tuple[Timeliness, Mapping[Words, AksiMean] | None]:
    """When the reports of a mean came, and the means of its aksi over all institutions: one query."""
    if span.period and subject.scope == Scope.PROVINCE:
        found, timeliness = aksi_means(span, subject.institution, now)
    elif span.period and subject.scope == Scope.LEVEL and subject.level != Level.MINISTRY:
        found, timeliness = level_aksi_means(span, subject.level, now)
    else:
        province = subject.institution if subject.scope == Scope.PROVINCE else None
        return timeliness_of(span, level=subject.level, province=province), None
    return timeliness, _by_words((row.title, row) for row in sorted(found, key=attrgetter("number")))


def _by_words(rows: Iterable[tuple[str, Found]]) -> dict[Words, Found]:
    """Aksi by their words; `rows` are (title, what was found) in the order of their numbers."""
    seen: Counter[str] = Counter()
    found = {}
    for title, row in rows:
        found[title, seen[title]] = row
        seen[title] += 1
    return found


def _institutions(
    actor: Actor, sides: list[tuple[Subject, Span]]
) -> list[tuple[Timeliness, Mapping[Words, Scored] | None]]:
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
        names = ("report__institution_id", "report__period_id", "aksi__number", "aksi__title", "score__exact")
        items = list(items.values_list(*names))
    came = [_came(reports, *side) for side in sides]
    return [(timeliness, _scored(items, *side, timeliness)) for timeliness, side in zip(came, sides, strict=True)]


def _came(reports: list[tuple], subject: Subject, span: Span) -> Timeliness:
    own = [
        (sendings > 0, is_late)
        for institution, period, year, sendings, is_late in reports
        if institution == subject.institution.pk
        and (period == span.period.pk if span.period else year == span.plan_year.pk)
    ]
    return Timeliness(len(own), own.count((True, False)), own.count((True, True)))


def _scored(items: list[tuple], subject: Subject, span: Span, timeliness: Timeliness) -> Mapping[Words, Scored] | None:
    """The aksi of one report by their words, each with what it cost: see also `explained.losses_of`."""
    if span.period is None:
        return None
    own = [row[2:] for row in items if row[:2] == (subject.institution.pk, span.period.pk)]
    rules = rules_of(span.plan_year.rule_set)
    best, percent = best_score(rules), rules.percent_of(is_late=timeliness.late > 0)
    found = []
    for number, title, exact in own:
        value = exact_value(exact)
        loss = loss_in_report(best - value, percent=percent, actions=len(own))
        found.append((title, Scored(number, value, loss)))
    return _by_words(found) or None


def _totals(a: Side, b: Side) -> list[Pair]:
    def pair(label: str, value: Callable[[Side], Shown]) -> Pair:
        return Pair(label, value(a), value(b))

    if not a.subject.is_mean:
        lines = [
            pair(_("Nilai"), lambda side: _total(side, side.value)),
            pair(_("Poin hilang"), lambda side: Shown(side.lost, side.url)),
        ]
        if a.late_lost or b.late_lost:
            lines.append(pair(_("Poin hilang karena terlambat"), lambda side: Shown(side.late_lost, side.url)))
        return lines
    return [
        pair(_("Capaian, seluruh instansi"), lambda side: _total(side, side.value)),
        pair(_("Yang melapor saja"), lambda side: Shown(side.reported_value, side.url, _scored_count(side))),
        pair(_("Poin hilang, seluruh instansi"), lambda side: Shown(side.lost, side.url)),
    ]


def _total(side: Side, value: Fraction | None) -> Shown:
    return Shown(value, side.url, side.score.counted if side.is_mean and side.score else None)


def _scored_count(side: Side) -> int | None:
    return side.score.scored if side.score else None


def _paired(a: Side, b: Side, scores_of: Callable[[Side], Mapping[str, Score]]) -> list[Pair]:
    """The scores of both sides by name, in the order of A and then of what only B has."""
    of_a, of_b = scores_of(a), scores_of(b)
    return [Pair(name, a.shown(of_a.get(name)), b.shown(of_b.get(name))) for name in dict.fromkeys([*of_a, *of_b])]


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
    of_a, of_b = a.aksi or {}, b.aksi or {}
    numbers = {words: found.number for side in (of_b, of_a) for words, found in side.items()}
    pairs = [
        (numbers[words], Pair(f"{numbers[words]}. {words[0]}", a.shown_aksi(words), b.shown_aksi(words)))
        for words in dict.fromkeys([*of_a, *of_b])
    ]
    in_order = sorted(pairs, key=lambda row: (row[1].a.value is None and row[1].b.value is None, row[0]))
    return [pair for _number, pair in in_order]


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(100 * part, whole) if whole else None
