"""A verified report opened down to its measures: what was judged, by whom, and the formula with its numbers."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.db.models import F

from actions.models import RuleSet
from reporting.models import MeasureAnswer, Report, ReportItem
from reporting.scoring import Rules, as_decimal, measure_score
from reporting.summaries.completeness import rules_of


@dataclass(frozen=True)
class Reason:
    """Why an aspect is not fully met, and how to do better."""

    code: str
    text: str
    advice: str


@dataclass(frozen=True)
class JudgedMeasure:
    """One measure of a verified report; `value` is exact, 0-100."""

    answer: MeasureAnswer
    value: Fraction
    administration_value: int
    substance_value: int
    reasons: tuple[Reason, ...] = ()

    @property
    def shown(self) -> Decimal:
        return as_decimal(self.value)


@dataclass(frozen=True)
class JudgedItem:
    """One aksi with its score and measures; `answers` are all of its answers, also those that nobody judged."""

    item: ReportItem
    value: Decimal | None
    measures: list[JudgedMeasure] = field(default_factory=list)
    group_ids: set[int] = field(default_factory=set)
    """The target groups that the aksi counts in."""
    answers: list[MeasureAnswer] = field(default_factory=list)
    missing: Fraction = Fraction(0)
    """What a measure that nobody judged counts."""


def judged_items(report: Report, rule_set: RuleSet) -> list[JudgedItem]:
    """The items of a verified report with their measures, in two queries whatever their number."""
    rules = rules_of(rule_set)
    answers, reasons = _answers(report)
    items = report.items.select_related("aksi", "score").order_by("aksi__number")
    items = items.annotate(group_id=F("aksi__target_groups"))  # one row for each group
    found: dict[int, JudgedItem] = {}
    for item in items:
        if item.pk not in found:
            value = item.score.value if hasattr(item, "score") else None
            own = answers[item.pk]
            measures = [_judged(answer, rules, reasons[answer.pk]) for answer in own if answer.judgement]
            found[item.pk] = JudgedItem(item, value, measures, answers=own, missing=Fraction(rules.missing_value))
        found[item.pk].group_ids.add(item.group_id)
    return list(found.values())


def _answers(report: Report) -> tuple[dict[int, list[MeasureAnswer]], dict[int, list[Reason]]]:
    """The answers by item, and the reasons of the judgements in force by answer, in one query."""
    rows = MeasureAnswer.objects.filter(item__report=report).select_related("measure", "judgement__judged_by")
    rows = rows.annotate(
        reason_code=F("judgement__reasons__code"),  # one row for each reason
        reason_text=F("judgement__reasons__text"),
        reason_advice=F("judgement__reasons__advice"),
    )
    answers: dict[int, dict[int, MeasureAnswer]] = defaultdict(dict)
    reasons = defaultdict(list)
    for row in rows.order_by("measure__number", "reason_code"):
        answers[row.item_id].setdefault(row.pk, row)
        if row.reason_code:
            reasons[row.pk].append(Reason(row.reason_code, row.reason_text, row.reason_advice))
    return defaultdict(list, {item: list(own.values()) for item, own in answers.items()}), reasons


def _judged(answer: MeasureAnswer, rules: Rules, reasons: list[Reason]) -> JudgedMeasure:
    judgement = answer.judgement
    substance = rules.value_of(judgement.substance)
    if judgement.execution == MeasureAnswer.Execution.NOT_CARRIED_OUT:
        substance = rules.not_carried_out_substance
    return JudgedMeasure(
        answer=answer,
        value=measure_score(
            rules,
            execution=judgement.execution,
            administration=judgement.administration,
            substance=judgement.substance,
        ),
        administration_value=rules.value_of(judgement.administration),
        substance_value=substance,
        reasons=tuple(reasons),
    )
