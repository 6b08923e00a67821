"""What a government may object to and has objected to in one report; four queries whatever the number of measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from actions.actors import Actor
from reporting.models import MeasureAnswer, Objection, Report, ReportItem
from reporting.scoring import Rules, measure_score
from reporting.states import ReportStatus
from reporting.summaries.completeness import rules_of
from reporting.summaries.desk import score_of
from reporting.summaries.effects import Effect, effect_of

PARTS = ("disputed__judged_by", "disputed__office", "judgement", "filed_by", "decided_by", "office")


@dataclass(frozen=True)
class DisputableMeasure:
    """A judged measure of a verified report, with its objection if there is one.

    `score` is exact, 0-100, `best` the most it could have been as it was declared.
    """

    answer: MeasureAnswer
    objection: Objection | None
    score: Fraction
    best: Fraction

    @property
    def label(self) -> str:
        return _("Aksi %(aksi)s, ukuran %(measure)s") % {
            "aksi": self.answer.item.aksi.number,
            "measure": self.answer.measure.number,
        }

    @property
    def is_best(self) -> bool:
        return self.score == self.best


@dataclass(frozen=True)
class ReportObjections:
    """The measures of a verified report; `effect` is that of every draft together, None without any."""

    rules: Rules
    measures: tuple[DisputableMeasure, ...]
    effect: Effect | None

    @property
    def drafts(self) -> list[DisputableMeasure]:
        return [row for row in self.measures if row.objection and row.objection.is_draft]

    @property
    def filed(self) -> list[DisputableMeasure]:
        return [row for row in self.measures if row.objection and not row.objection.is_draft]

    @property
    def untouched(self) -> list[DisputableMeasure]:
        """What may still be objected to: reported, judged below its best, nothing written yet."""
        return [row for row in self.measures if row.objection is None and not row.is_best]


def objections_of(report: Report, actor: Actor) -> ReportObjections:
    """Return the objections to `report` that `actor` may read. Load it with `period__plan_year__rule_set`."""
    rules = rules_of(report.period.plan_year.rule_set)
    objections = Objection.objects.visible_to(actor).filter(answer__item__report=report.pk)
    known = {row.answer_id: row for row in objections.select_related(*PARTS).prefetch_related("files__stored_file")}
    measures = tuple(
        DisputableMeasure(answer, known.get(answer.pk), score_of(rules, answer.judgement), _best(rules, answer))
        for answer in _judged_answers(report, actor)
    )
    words = {row.answer_id: (row.administration, row.substance) for row in known.values() if row.is_draft}
    return ReportObjections(rules, measures, effect_of(report, words) if words else None)


def _best(rules: Rules, answer: MeasureAnswer) -> Fraction:
    return measure_score(rules, execution=answer.judgement.execution, administration="met", substance="met")


def _judged_answers(report: Report, actor: Actor) -> Sequence[MeasureAnswer]:
    if report.status != ReportStatus.VERIFIED:
        return []
    rows = MeasureAnswer.objects.filter(item__report=report.pk, judgement__isnull=False)
    rows = rows.exclude(judgement__execution="").select_related("measure", "item__aksi", "judgement")
    if actor.is_only_opd_staff:
        rows = rows.filter(item__in=ReportItem.objects.visible_to(actor))
    return rows.order_by("item__aksi__number", "measure__number")


def objections_to_decide(actor: Actor) -> list[Objection]:
    """Return the undecided objections before `actor`'s office, those waiting longest first; one query."""
    parts = ("answer__measure", "answer__item__aksi", "answer__item__report__institution")
    parts += ("answer__item__report__period__plan_year", "disputed__judged_by")
    rows = Objection.objects.decidable_by(actor).undecided().select_related(*parts)
    return list(rows.order_by("filed_at", "pk"))
