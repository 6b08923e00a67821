"""One measure of a verified report explained: judgements, evidence as it was sent, and every step of the arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from actions.actors import Actor
from actions.models import RuleSet
from reporting.frozen import FrozenEvidence, frozen_measures
from reporting.models import Judgement, MeasureAnswer, Report, ReportItem, Score, Submission
from reporting.scoring import WHOLE, Rules, action_score, as_decimal, measure_score, report_score
from reporting.summaries.completeness import rules_of
from reporting.summaries.judged import JudgedItem, JudgedMeasure, Reason, judged_items
from reporting.summaries.judgements import Judged, judgements_of


@dataclass(frozen=True)
class Term:
    """One number of a sum: what it belongs to, by number, and whether it is the one this page is about."""

    number: int
    value: Decimal
    is_this: bool


@dataclass(frozen=True)
class Explanation:
    """A measure with everything its figure follows from; `judged` is None for one that nobody judged."""

    answer: MeasureAnswer
    judged: JudgedMeasure | None
    judgements: list[Judged]
    submission: Submission | None
    evidence: tuple[FrozenEvidence, ...]
    measures: list[Term]
    percent: int
    """The share of its score that the report keeps: less than 100 where the rules take from late ones."""
    action_value: Decimal
    actions: list[Term]
    report_value: Decimal
    is_best: bool
    """True where nothing could have been judged better as it was declared."""


def explained(answer: MeasureAnswer, report: Report, rule_set: RuleSet) -> Explanation:
    """Explain a measure of a verified report, loaded with `judgement__submission`; three queries."""
    items = judged_items(report, rule_set)
    entry = next(entry for entry in items if entry.item.pk == answer.item_id)
    judged = next((measure for measure in entry.measures if measure.answer.pk == answer.pk), None)
    submission = answer.judgement.submission if answer.judgement else None
    actions = [(entry.item, item_value(entry)) for entry in items]
    percent = rules_of(rule_set).percent_of(is_late=report.is_late)
    return Explanation(
        answer=answer,
        judged=judged,
        judgements=judgements_of(answer.pk),
        submission=submission,
        evidence=_evidence(submission, answer),
        measures=[
            Term(row.measure.number, as_decimal(_value(entry, row)), row.pk == answer.pk) for row in entry.answers
        ],
        percent=percent,
        action_value=as_decimal(item_value(entry)),
        actions=[Term(item.aksi.number, as_decimal(value), item.pk == answer.item_id) for item, value in actions],
        report_value=as_decimal(report_score([value for _item, value in actions], percent=percent)),
        is_best=judged is not None and judged.value == _best_as_declared(rules_of(rule_set), judged),
    )


def _best_as_declared(rules: Rules, judged: JudgedMeasure) -> Fraction:
    execution = judged.answer.judgement.execution
    return measure_score(rules, execution=execution, administration="met", substance="met")


def item_value(entry: JudgedItem) -> Fraction:
    """Return the exact score of an aksi of a verified report, 0-100: a measure nobody judged counts as missing."""
    return action_score([_value(entry, answer) for answer in entry.answers])


def readable_items(actor: Actor, items: Iterable[JudgedItem]) -> frozenset[int]:
    """Return the ids of those items of a readable report whose measures `actor` may open: for an OPD, its own."""
    ids = frozenset(entry.item.pk for entry in items)
    if not actor.is_only_opd_staff:
        return ids
    return frozenset(ReportItem.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def _value(entry: JudgedItem, answer: MeasureAnswer) -> Fraction:
    return next((row.value for row in entry.measures if row.answer.pk == answer.pk), entry.missing)


def _evidence(submission: Submission | None, answer: MeasureAnswer) -> tuple[FrozenEvidence, ...]:
    """The files as they were sent when they were judged: what came later never carried a judgement."""
    if submission is None:
        return ()
    frozen = frozen_measures(submission.content).get(answer.pk)
    return frozen.evidence if frozen else ()


@dataclass(frozen=True)
class GroupSum:
    """The figure of one target group of an institution, and the aksi that it is the mean of (none while unknown)."""

    score: Score
    actions: list[Term]


def group_sums(scores: Iterable[Score], items: Iterable[JudgedItem]) -> list[GroupSum]:
    """Return each group's figure with the aksi of a verified report that count in it; no queries."""
    entries = list(items)
    return [
        GroupSum(
            score,
            [
                Term(entry.item.aksi.number, as_decimal(item_value(entry)), is_this=False)
                for entry in entries
                if score.target_group_id in entry.group_ids
            ],
        )
        for score in scores
    ]


@dataclass(frozen=True)
class Loss:
    """Points of a report that one measure cost, why, and what to do better; `points` are exact, 0-100."""

    item: JudgedItem
    answer: MeasureAnswer
    judgement: Judgement | None
    points: Fraction
    reasons: tuple[Reason, ...] = ()

    @property
    def shown(self) -> Decimal:
        return as_decimal(self.points)

    @property
    def is_not_filled(self) -> bool:
        return self.judgement is None or not self.judgement.execution

    @property
    def is_not_carried_out(self) -> bool:
        return not self.is_not_filled and self.judgement.execution == MeasureAnswer.Execution.NOT_CARRIED_OUT


@dataclass(frozen=True)
class Losses:
    """What a verified report lost, the dearest measure first; `late` (exact points) for coming late, with `percent`
    of its score kept."""

    rows: list[Loss]
    late: Fraction = Fraction(0)
    percent: int = WHOLE

    @property
    def total(self) -> Decimal:
        return as_decimal(sum((row.points for row in self.rows), self.late))

    @property
    def late_shown(self) -> Decimal:
        return as_decimal(self.late)


def best_score(rules: Rules) -> Fraction:
    """Return what a measure is worth with everything met, 0-100: what losses are counted from."""
    return measure_score(rules, execution="carried_out", administration="met", substance="met")


def loss_in_report(points: Fraction, *, percent: int, actions: int, measures: int = 1) -> Fraction:
    """Return what `points` lost by one of the `measures` of an aksi (or by a whole aksi) cost its report, exactly.

    `actions` counts those of the report, `percent` of whose score are kept.
    """
    return points * Fraction(percent, WHOLE * measures * actions)


def loss_of_lateness(best: Fraction, percent: int) -> Fraction:
    """Return what a report that keeps `percent` of its score lost for coming late, exactly."""
    return best * Fraction(WHOLE - percent, WHOLE)


def losses_of(items: Iterable[JudgedItem], rule_set: RuleSet) -> Losses:
    """Return what each measure cost its report, in points of the report's score; no queries."""
    entries, rules = list(items), rules_of(rule_set)
    best = best_score(rules)
    percent = rules.percent_of(is_late=any(entry.item.report.is_late for entry in entries))
    rows = []
    for entry in entries:
        reasons = {measure.answer.pk: measure.reasons for measure in entry.measures}
        for answer in entry.answers:
            lost = best - _value(entry, answer)
            points = loss_in_report(lost, percent=percent, actions=len(entries), measures=len(entry.answers))
            if points > 0:
                rows.append(Loss(entry, answer, answer.judgement, points, reasons.get(answer.pk, ())))
    rows.sort(key=lambda row: (-row.points, row.item.item.aksi.number, row.answer.measure.number))
    return Losses(rows, late=loss_of_lateness(best, percent), percent=percent)
