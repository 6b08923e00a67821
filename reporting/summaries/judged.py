"""A verified report opened down to its measures: what was judged, by whom, and the formula with its numbers."""

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.db.models import F, Prefetch

from actions.models import RuleSet
from reporting.models import MeasureAnswer, Report, ReportItem
from reporting.scoring import Rules, as_decimal, measure_score
from reporting.summaries.completeness import rules_of


@dataclass(frozen=True)
class JudgedMeasure:
    """One measure of a verified report; `value` is exact, 0-100."""

    answer: MeasureAnswer
    value: Fraction
    administration_value: int
    substance_value: int

    @property
    def shown(self) -> Decimal:
        return as_decimal(self.value)


@dataclass(frozen=True)
class JudgedItem:
    """One aksi with its score and measures."""

    item: ReportItem
    value: Decimal | None
    measures: list[JudgedMeasure] = field(default_factory=list)
    group_ids: set[int] = field(default_factory=set)
    """The target groups that the aksi counts in."""


def judged_items(report: Report, rule_set: RuleSet) -> list[JudgedItem]:
    """The items of a verified report with their measures, in three queries whatever their number."""
    rules = rules_of(rule_set)
    answers = MeasureAnswer.objects.select_related("measure", "judgement__judged_by").prefetch_related(
        "judgement__reasons"
    )
    items = report.items.select_related("aksi", "score").order_by("aksi__number")
    items = items.annotate(group_id=F("aksi__target_groups"))  # one row for each group
    items = items.prefetch_related(Prefetch("answers", answers.order_by("measure__number")))
    found: dict[int, JudgedItem] = {}
    for item in items:
        if item.pk not in found:
            value = item.score.value if hasattr(item, "score") else None
            measures = [_judged(answer, rules) for answer in item.answers.all() if answer.judgement]
            found[item.pk] = JudgedItem(item, value, measures)
        found[item.pk].group_ids.add(item.group_id)
    return list(found.values())


def _judged(answer: MeasureAnswer, rules: Rules) -> JudgedMeasure:
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
    )
