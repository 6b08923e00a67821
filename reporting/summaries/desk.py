"""The review of one report: its measures as last sent, what changed, how each was judged; two queries."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts import formats
from actions.models import Measure
from reporting.frozen import NOT_REPORTED, FrozenMeasure, frozen_measures
from reporting.models import Judgement, MeasureAnswer, ReasonCode, Report, ReportItem, Submission
from reporting.scoring import WHOLE, Rules, action_score, band_of, measure_score, report_score
from reporting.states import ItemStatus
from reporting.summaries.changes import Changes, changes_between
from reporting.summaries.completeness import rules_of
from reporting.summaries.frozen import measure_rows

Execution = MeasureAnswer.Execution
MOST_OFFERED = 4
"""Reasons offered at first sight; every other one stands under "Semua alasan"."""


@dataclass(frozen=True)
class MeasureRow:
    """One measure of a report in review. `score` (0-100, exact) and `band` exist once it is judged.

    `cutoffs` are those of its rule set.
    """

    answer: MeasureAnswer
    frozen: FrozenMeasure
    changes: Changes | None
    is_judged: bool
    score: Fraction | None
    band: str
    cutoffs: tuple[int, int] = formats.DEFAULT_CUTOFFS

    @property
    def item(self) -> ReportItem:
        return self.answer.item

    @property
    def measure(self) -> Measure:
        return self.answer.measure

    @property
    def judgement(self) -> Judgement | None:
        """The judgement in force, which may be of a former round."""
        return self.answer.judgement

    @property
    def is_returned(self) -> bool:
        return self.is_judged and self.judgement.decision == Judgement.Decision.RETURN

    @property
    def label(self) -> str:
        return _("Aksi %(aksi)s, ukuran %(measure)s") % {
            "aksi": self.item.aksi.number,
            "measure": self.measure.number,
        }

    @property
    def detail(self) -> str:
        """What the queue says beneath the label: the score once judged, else what is to be looked at."""
        if self.is_judged:
            return formats.score(self.score, self.cutoffs)
        if self.changes is not None:
            return self.changes.label
        return "" if self.frozen.is_reported else _("tidak dilaporkan")

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was sent, as labels and values, without what was left empty."""
        return measure_rows(asdict(self.frozen))

    @property
    def is_not_carried_out(self) -> bool:
        return self.frozen.execution == Execution.NOT_CARRIED_OUT

    @property
    def is_illustrative(self) -> bool:
        return self.item.aksi.is_illustrative or self.measure.is_illustrative


@dataclass(frozen=True)
class ItemRow:
    """One aksi with its measures, in the order of their numbers; `score` once all of them are judged."""

    item: ReportItem
    measures: tuple[MeasureRow, ...]
    score: Fraction | None


@dataclass(frozen=True)
class Group:
    """Measures under one heading of the queue."""

    title: str
    rows: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class ReviewOutline:
    """Every measure of a report that was sent, in the order in which a reviewer meets them."""

    report: Report
    latest: Submission
    previous: Submission | None
    rules: Rules
    groups: tuple[Group, ...]

    @cached_property
    def rows(self) -> list[MeasureRow]:
        return [row for group in self.groups for row in group.rows]

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def judged(self) -> int:
        return sum(row.is_judged for row in self.rows)

    @property
    def waiting(self) -> int:
        return self.total - self.judged

    @cached_property
    def items(self) -> list[ItemRow]:
        """The aksi of the report in the order of their numbers."""
        by_item: dict[int, list[MeasureRow]] = {}
        for row in sorted(self.rows, key=lambda row: (row.item.aksi.number, row.measure.number)):
            by_item.setdefault(row.item.pk, []).append(row)
        return [_item_row(rows) for rows in by_item.values()]

    @property
    def score(self) -> Fraction | None:
        """The score as it stands, 0-100: once everything is judged."""
        if not self.items or self.waiting:
            return None
        percent = self.rules.percent_of(is_late=self.report.is_late)
        return report_score([item.score for item in self.items], percent=percent)

    @property
    def cutoffs(self) -> tuple[int, int]:
        """Where yellow and green begin: a score is never shown as if it had reached one."""
        return self.rules.cutoffs

    def find(self, answer_id: int) -> MeasureRow | None:
        return next((row for row in self.rows if row.answer.pk == answer_id), None)

    def neighbours(self, row: MeasureRow) -> tuple[MeasureRow | None, MeasureRow | None]:
        """The measures before and after `row` in the queue."""
        index = self.rows.index(row)
        before = self.rows[index - 1] if index else None
        after = self.rows[index + 1] if index + 1 < len(self.rows) else None
        return before, after

    def next_waiting(self, row: MeasureRow) -> MeasureRow | None:
        """The next measure to judge after `row`, beginning again from the top; None when all are judged."""
        index = self.rows.index(row)
        following = [*self.rows[index + 1 :], *self.rows[:index]]
        return next((other for other in following if not other.is_judged), None)


def review_outline(report: Report) -> ReviewOutline:
    """Return the review of a sent report, in two queries. Load it with `period__plan_year__rule_set`."""
    submissions = report.submissions.filter(recalled_at__isnull=True).order_by("-pk")[:2]
    latest, previous = [*submissions, None][:2]
    rules = rules_of(report.period.plan_year.rule_set)
    frozen = frozen_measures(latest.content)
    before = frozen_measures(previous.content) if previous else None
    rows = [_row(answer, latest, frozen, before, rules) for answer in _answers(report)]
    return ReviewOutline(report, latest, previous, rules, tuple(_groups(rows)))


def _answers(report: Report) -> list[MeasureAnswer]:
    rows = MeasureAnswer.objects.filter(item__report=report.pk).exclude(item__status=ItemStatus.FILLING)
    rows = rows.select_related("item__aksi", "measure", "objection", "judgement__judged_by")
    return sorted(rows, key=lambda answer: (answer.item.aksi.number, answer.measure.number))


def _row(
    answer: MeasureAnswer,
    latest: Submission,
    frozen: dict[int, FrozenMeasure],
    before: dict[int, FrozenMeasure] | None,
    rules: Rules,
) -> MeasureRow:
    sent = frozen.get(answer.pk, NOT_REPORTED)
    judgement = answer.judgement
    is_current = judgement is not None and judgement.submission_id == latest.pk
    is_judged = judgement is not None and (is_current or answer.item.status == ItemStatus.ACCEPTED)
    score = score_of(rules, judgement) if is_judged else None
    return MeasureRow(
        answer=answer,
        frozen=sent,
        changes=None if before is None else changes_between(before.get(answer.pk), sent),
        is_judged=is_judged,
        score=score,
        band="abu" if score is None else band_of(rules, score),
        cutoffs=rules.cutoffs,
    )


def score_of(rules: Rules, judgement: Judgement) -> Fraction:
    """Return the score of a judged measure, 0-100."""
    return measure_score(
        rules,
        execution=judgement.execution,
        administration=judgement.administration,
        substance=judgement.substance,
    )


def _groups(rows: Sequence[MeasureRow]):
    waiting = [row for row in rows if not row.is_judged]
    changed = [row for row in waiting if row.changes is not None and row.changes.has_any]
    parts = [
        (_("Dikirim ulang, berubah"), changed),
        (_("Belum dinilai"), [row for row in waiting if row not in changed]),
        (_("Sudah dinilai"), [row for row in rows if row.is_judged]),
    ]
    return (Group(title, tuple(found)) for title, found in parts if found)


def _item_row(rows: list[MeasureRow]) -> ItemRow:
    is_judged = all(row.is_judged for row in rows)
    return ItemRow(rows[0].item, tuple(rows), action_score([row.score for row in rows]) if is_judged else None)


# What the reviewer picks from


def reasons_for(row: MeasureRow) -> list[ReasonCode]:
    """Return the reason codes in use, those most used for this measure first; one query.

    Each has `uses` (how often reviewers gave it for this measure) and `is_chosen` (by the judgement in force).
    """
    given = Judgement.reasons.through.objects.filter(reasoncode=OuterRef("pk"))
    uses = given.filter(judgement__answer__measure=row.measure).order_by().values("reasoncode")
    uses = uses.annotate(uses=Count("pk")).values("uses")
    chosen = given.filter(judgement=row.answer.judgement_id)
    rows = ReasonCode.objects.filter(is_active=True)
    return list(rows.annotate(uses=Coalesce(Subquery(uses), 0), is_chosen=Exists(chosen)).order_by("-uses", "code"))


@dataclass(frozen=True)
class Formula:
    """How a measure's score comes about, in words: `text` is "0,30 × 100 + 0,70 × 50", `result` is "65,00"."""

    text: str
    result: str


def formula_of(rules: Rules, execution: str, administration: str, substance: str) -> Formula | None:
    """Return the formula of one judgement; None while an aspect is not judged."""
    if not execution:
        return Formula(_("Tidak dilaporkan"), formats.score(Fraction(rules.missing_value), rules.cutoffs))
    if not administration or not (substance or execution == Execution.NOT_CARRIED_OUT):
        return None
    substance = substance or Judgement.Value.NOT_MET
    fixed = execution == Execution.NOT_CARRIED_OUT
    values = [
        (rules.administration_weight, rules.value_of(administration)),
        (rules.substance_weight, rules.not_carried_out_substance if fixed else rules.value_of(substance)),
    ]
    text = " + ".join(f"{formats.decimal_text(Fraction(weight, 100), 2)} × {value}" for weight, value in values)
    if execution == Execution.NIHIL and rules.nihil_percent != WHOLE:
        text = _("(%(formula)s) × %(percent)s%% karena nihil") % {"formula": text, "percent": rules.nihil_percent}
    score = measure_score(rules, execution=execution, administration=administration, substance=substance)
    return Formula(text, formats.score(score, rules.cutoffs))
