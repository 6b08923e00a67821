"""What other judgements would do to a report's score, before anybody confirms them; one query."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from accounts import formats
from reporting.models import Report, ReportItem
from reporting.scoring import Rules, action_score, band_of, measure_score, report_score
from reporting.summaries.completeness import rules_of


@dataclass(frozen=True)
class Effect:
    """The score of a report (0-100, exact) as judged now, and as it would be."""

    rules: Rules
    before: Fraction
    after: Fraction

    @property
    def change(self) -> Fraction:
        return self.after - self.before

    @property
    def signed(self) -> str:
        """The change in words, such as "+11,67" points."""
        return formats.difference(self.change, 2)

    @property
    def band_before(self) -> str:
        return band_of(self.rules, self.before)

    @property
    def band_after(self) -> str:
        return band_of(self.rules, self.after)

    @property
    def cutoffs(self) -> tuple[int, int]:
        return self.rules.yellow_from, self.rules.green_from


def effect_of(report: Report, words: Mapping[int, tuple[str, str]]) -> Effect:
    """Return the effect of judging answers (by id) with these words of administration and substance.

    See also `jobs.score_inputs`. Load `report` with `period__plan_year__rule_set`.
    """
    rules = rules_of(report.period.plan_year.rule_set)
    names = ("answers__pk", "answers__judgement__execution")
    names += ("answers__judgement__administration", "answers__judgement__substance")
    before, after = defaultdict(list), defaultdict(list)
    for item_id, answer_id, execution, *judged in (
        ReportItem.objects.filter(report=report.pk).order_by().values_list("pk", *names)
    ):
        before[item_id].append(_value(rules, execution, *judged))
        after[item_id].append(_value(rules, execution, *words.get(answer_id, judged)))
    percent = rules.percent_of(is_late=report.is_late)
    return Effect(rules, _mean(before, percent), _mean(after, percent))


def _mean(by_item: Mapping[int, list[Fraction]], percent: int) -> Fraction:
    return report_score([action_score(values) for values in by_item.values()], percent=percent)


def _value(rules: Rules, execution: str | None, administration: str | None, substance: str | None) -> Fraction:
    return measure_score(rules, execution=execution, administration=administration, substance=substance)
