"""Why measures came back and what cost points, over the verified reports that a person may see; five queries.

Everything counts measures: those judged are the denominator, those that came back at least once the numerator.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.actors import Actor
from actions.models import Level, Measure
from reporting.models import Judgement, MeasureAnswer, Report
from reporting.scoring import Rules, as_decimal, measure_score
from reporting.states import ReportStatus
from reporting.summaries.completeness import rules_of
from reporting.summaries.results import Span

CENTRAL = "pusat"
"""Stands in addresses for what no Kanwil reviews."""
CARRIED_OUT = MeasureAnswer.Execution.CARRIED_OUT
EXECUTION = dict(MeasureAnswer.Execution.choices)
WITHOUT_CODE = {
    "administration": gettext_lazy("Administrasi, tanpa kode alasan"),
    "substance": gettext_lazy("Substansi, tanpa kode alasan"),
}


@dataclass
class Tally:
    """Measures judged and returned, and the points lost on all of them together (exact, 0-100 each)."""

    judged: int = 0
    returned: int = 0
    lost: Fraction = Fraction(0)
    reasons: Counter = field(default_factory=Counter)

    @property
    def share(self) -> Fraction | None:
        """Returned of judged, in percent (0-100)."""
        return Fraction(100 * self.returned, self.judged) if self.judged else None

    @property
    def mean_lost(self) -> Decimal | None:
        """What a measure lost on average, of 100 points."""
        return as_decimal(self.lost / self.judged) if self.judged else None

    @property
    def top_reason(self) -> str:
        """The reason it most often came back for, such as "A03 Tanda tangan ..."; empty if nothing came back."""
        if not self.reasons:
            return ""
        return min(self.reasons, key=lambda label: (-self.reasons[label], label))


@dataclass(frozen=True)
class Cause:
    """One cause: in how many measures it stands, and what share of them all that is; `lost` as mean points."""

    label: str
    count: int
    share: Fraction
    lost: Decimal | None = None


@dataclass(frozen=True)
class MeasureTally:
    """The tally of one measure, and where it stands in the plan; `owner` is a ministry for its own aksi, with its code.

    `pk` is the id of the measure.
    """

    pk: int
    level: str
    owner: str
    owner_code: str
    aksi: int
    number: int
    text: str
    period: str
    tally: Tally

    @property
    def place(self) -> str:
        who = self.owner or str(Level(self.level).label)
        values = {"who": who, "aksi": self.aksi, "number": self.number, "period": self.period}
        return _("%(who)s, Aksi %(aksi)s, ukuran %(number)s (%(period)s)") % values


@dataclass(frozen=True)
class Part:
    """The tally of one Kanwil or one period; `key` is its value in the address."""

    key: str
    label: str
    tally: Tally


@dataclass(frozen=True)
class Causes:
    """Everything the page shows. Kanwil and measures: the worst first; periods in their order."""

    total: Tally
    returns: list[Cause]
    losses: list[Cause]
    measures: list[MeasureTally]
    kanwil: list[Part]
    periods: list[Part]

    @property
    def top_share(self) -> Fraction:
        """The greatest share of a Kanwil or period, in percent: the length of the longest bar."""
        return max((part.tally.share or Fraction(0) for part in [*self.kanwil, *self.periods]), default=Fraction(0))


def judged_reports(actor: Actor) -> QuerySet[Report]:
    """The reports whose judgements count for `actor`: verified, and of its own scope or of the whole nation.

    While a report is reviewed nothing is decided, and its reporter is told nothing.
    """
    rows = Report.objects.all() if actor.sees_nation else Report.objects.visible_to(actor)
    return rows.filter(status=ReportStatus.VERIFIED)


def causes(actor: Actor, span: Span, *, kanwil: str = "", province: str = "", level: str = "") -> Causes:
    """Count returns and lost points in `span`, of one Kanwil (a code, or CENTRAL), province or level if asked.

    The periods are those of the whole year, also when the span is one of them.
    """
    reports = judged_reports(actor).filter(period__plan_year=span.plan_year)
    reports = _narrowed(reports, kanwil, province, level)
    rules = rules_of(span.plan_year.rule_set)
    found = _Counted(reports, span, rules)
    return Causes(
        total=found.total,
        returns=found.returns(),
        losses=found.losses(),
        measures=found.measures(),
        kanwil=found.kanwil(),
        periods=found.periods(),
    )


def _narrowed(reports: QuerySet[Report], kanwil: str, province: str, level: str) -> QuerySet[Report]:
    if kanwil == CENTRAL:
        reports = reports.filter(kanwil=None)
    elif kanwil:
        reports = reports.filter(kanwil__code=kanwil)
    if province:
        reports = reports.filter(province__code=province)
    return reports.filter(level=level) if level else reports


OFFICE = ("item__report__kanwil__code", "item__report__kanwil__name")
PERIOD = ("item__report__period__number", "item__report__period__code", "item__report__period__name")
WORDS = ("judgement__execution", "judgement__administration", "judgement__substance")


class _Counted:
    """The rows that every part of the page is counted from: made once, five queries."""

    def __init__(self, reports: QuerySet[Report], span: Span, rules: Rules):
        self.rules, self.span = rules, span
        self._known: dict[tuple[str, ...], Fraction] = {}
        of_year = MeasureAnswer.objects.filter(item__report__in=reports, judgement__isnull=False).order_by()
        answers = of_year.filter(item__report__period=span.period) if span.period else of_year
        self.best = _value(rules, CARRIED_OUT, "met", "met")
        self.by_measure = self._tallies(answers, "measure")
        parts = self._tallies(of_year, *PERIOD, *OFFICE)
        self.by_period = _merged((key[: len(PERIOD)], tally) for key, tally in parts.items())
        of_span = [(key, tally) for key, tally in parts.items() if self._is_in_span(key)]
        self.by_office = _merged((key[len(PERIOD) :], tally) for key, tally in of_span)
        self.total = _merged(("", tally) for _key, tally in of_span).get("", Tally())
        self._count_returns(reports)
        self.in_force = _reasons_in_force(answers)

    def _tallies(self, answers: QuerySet[MeasureAnswer], *keys: str) -> dict[tuple, Tally]:
        found: dict[tuple, Tally] = defaultdict(Tally)
        for *key, execution, administration, substance, count in answers.values_list(*keys, *WORDS).annotate(
            count=Count("pk")
        ):
            tally = found[tuple(key)]
            tally.judged += count
            tally.lost += count * self._lost(execution, administration, substance)
        return found

    def _is_in_span(self, key: tuple) -> bool:
        """True for a key that begins with the number of the asked period, or with any in a year."""
        return self.span.period is None or self.span.period.number == key[0]

    def _lost(self, *words: str) -> Fraction:
        """What execution, administration and substance in these words cost of 100 points."""
        if words not in self._known:
            self._known[words] = self.best - _value(self.rules, *words)
        return self._known[words]

    def _count_returns(self, reports: QuerySet[Report]) -> None:
        """Count each measure that came back once, however often it did, with every reason that was given."""
        rows = Judgement.objects.filter(answer__item__report__in=reports, decision=Judgement.Decision.RETURN)
        keys = [f"answer__{name}" for name in ("measure", *OFFICE, *PERIOD)]
        labels: dict[tuple, set[str]] = defaultdict(set)
        for *key, code, text in rows.order_by().values_list("answer", *keys, "reasons__code", "reasons__text"):
            labels[tuple(key)].add(f"{code} {text}" if code else "")
        for (_answer, measure, *rest), given in labels.items():
            office, period = tuple(rest[:2]), tuple(rest[2:])
            tallies = [self.by_period[period]]
            if self._is_in_span(period):
                tallies += [self.total, self.by_measure[measure,], self.by_office[office]]
            for tally in tallies:
                tally.returned += 1
                tally.reasons.update(label or _("Tanpa kode alasan") for label in given)

    def returns(self) -> list[Cause]:
        judged = self.total.judged
        rows = [Cause(label, count, Fraction(100 * count, judged)) for label, count in self.total.reasons.items()]
        return sorted(rows, key=lambda cause: (-cause.count, cause.label))

    def losses(self) -> list[Cause]:
        """What cost points: an aspect's loss is shared equally among the reasons given for it."""
        counts, lost = Counter(), defaultdict(Fraction)
        for judgement, count in _by_judgement(self.in_force):
            for label, points in self._shares(*judgement):
                counts[label] += count
                lost[label] += count * points
        judged = self.total.judged
        rows = [
            Cause(label, counts[label], Fraction(100 * counts[label], judged), as_decimal(lost[label] / judged))
            for label in lost
        ]
        return sorted(rows, key=lambda cause: (-lost[cause.label], cause.label))

    def _shares(self, execution: str, administration: str, substance: str, given: tuple) -> Iterable[tuple]:
        total = self._lost(execution, administration, substance)
        if not total:
            return
        if not execution:
            yield _("Belum diisi saat dikirim"), total
            return
        of_administration = min(total, self._lost(CARRIED_OUT, administration, "met"))
        of_substance = total - of_administration
        if execution == MeasureAnswer.Execution.NOT_CARRIED_OUT:  # whatever was judged, the rule set fixes it
            of_substance = Fraction(0)
        of_substance = min(of_substance, self._lost(CARRIED_OUT, "met", substance))
        parts = {"administration": of_administration, "substance": of_substance}
        for aspect, points in parts.items():
            labels = [f"{code} {text}" for of, code, text in given if of == aspect]
            labels = labels or [str(WITHOUT_CODE[aspect])]
            if points:
                yield from ((label, points / len(labels)) for label in labels)
        if declared := total - of_administration - of_substance:
            yield _("Dinyatakan %(word)s") % {"word": str(EXECUTION[execution]).lower()}, declared

    def measures(self) -> list[MeasureTally]:
        found = Measure.objects.filter(pk__in=[pk for (pk,) in self.by_measure])
        rows = [
            MeasureTally(
                pk=measure.pk,
                level=measure.aksi.level,
                owner=measure.aksi.institution.label if measure.aksi.institution else "",
                owner_code=measure.aksi.institution.code if measure.aksi.institution else "",
                aksi=measure.aksi.number,
                number=measure.number,
                text=measure.text,
                period=measure.period.code,
                tally=self.by_measure[measure.pk,],
            )
            for measure in found.select_related("aksi__institution", "period")
        ]
        order = list(Level.values)
        return sorted(
            rows,
            key=lambda row: (
                -row.tally.returned,
                -(row.tally.lost / row.tally.judged),
                order.index(row.level),
                (row.owner, row.aksi, row.period, row.number),
            ),
        )

    def kanwil(self) -> list[Part]:
        rows = [
            Part(code or CENTRAL, name or _("Ditelaah pusat"), tally) for (code, name), tally in self.by_office.items()
        ]
        return sorted(rows, key=lambda part: (-(part.tally.share or 0), -part.tally.lost / part.tally.judged, part.key))

    def periods(self) -> list[Part]:
        year = self.span.plan_year.year
        return [
            Part(f"{year}-{code}", f"{name} {year}", tally)
            for (_number, code, name), tally in sorted(self.by_period.items())
        ]


def _merged(tallies: Iterable[tuple[Any, Tally]]) -> dict[Any, Tally]:
    """New tallies with the sums of those that share a key."""
    found: dict[Any, Tally] = defaultdict(Tally)
    for key, tally in tallies:
        found[key].judged += tally.judged
        found[key].lost += tally.lost
    return dict(found)


def _value(rules: Rules, execution: str, administration: str, substance: str) -> Fraction:
    return measure_score(rules, execution=execution, administration=administration, substance=substance)


def _reasons_in_force(answers: QuerySet[MeasureAnswer]) -> list[tuple]:
    """Every judgement in force with each reason it names: id, words, then aspect, code and text of the reason."""
    reasons = ("judgement__reasons__aspect", "judgement__reasons__code", "judgement__reasons__text")
    return list(answers.values_list("judgement", *WORDS, *reasons))


def _by_judgement(rows: list[tuple]) -> Iterable[tuple[tuple, int]]:
    """Equal judgements once, as (words..., reasons), with how many there are."""
    found: dict[int, tuple[tuple, list]] = {}
    for judgement, execution, administration, substance, *reason in rows:
        words, given = found.setdefault(judgement, ((execution, administration, substance), []))
        if reason[1]:
            given.append(tuple(reason))
    return Counter((*words, tuple(sorted(given))) for words, given in found.values()).items()
