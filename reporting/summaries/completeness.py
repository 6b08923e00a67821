"""How complete a report is: per measure, aksi and as a whole, with the points of every gap, in four queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from fractions import Fraction
from itertools import groupby

from django.db.models import Exists, OuterRef
from django.utils import timezone

from actions.models import AssignmentUnit, EvidenceKind, MeasureEvidence, Membership, RuleSet, Unit
from reporting.completeness import Gap, attainable, evidence_wanted, gaps_of, gaps_text, measure_worth
from reporting.models import Evidence, Judgement, MeasureAnswer, Report, ReportItem
from reporting.scoring import WHOLE, Rules, measure_score
from reporting.states import ItemStatus, ReportStatus

STILL_OPEN = frozenset({ItemStatus.FILLING, ItemStatus.READY, ItemStatus.RETURNED})


@dataclass(frozen=True)
class MeasureCompleteness:
    """One measure: the answer, its points (of the report's 100) and what it lacks.

    `worth` are the points it gives with both aspects judged "sesuai": all of its share where that is worth 100.
    `kinds` are the evidence kinds it may carry, each with whether it is required; `evidence` its current files.
    `standing` is the judgement that no correction changes any more: the points are then what it gave.
    """

    answer: MeasureAnswer
    worth: Fraction
    points: Fraction
    gaps: tuple[Gap, ...]
    kinds: tuple[tuple[EvidenceKind, bool], ...]
    evidence: tuple[Evidence, ...]
    standing: Judgement | None = None

    @property
    def evidence_wanted(self) -> int:
        return sum(is_required for _, is_required in self.kinds)

    @property
    def evidence_present(self) -> int:
        present = {row.kind.code for row in self.evidence}
        return sum(is_required and kind.code in present for kind, is_required in self.kinds)

    @property
    def is_filled(self) -> bool:
        return self.answer.is_started

    @property
    def is_complete(self) -> bool:
        return not self.gaps

    @property
    def missing_points(self) -> Fraction:
        return sum((gap.points for gap in self.gaps), Fraction(0))


@dataclass(frozen=True)
class ItemCompleteness:
    """One aksi of a report: its units (the leading one first) and its measures.

    `has_staff` tells whether anybody of its units can sign in today.
    """

    item: ReportItem
    units: tuple[Unit, ...]
    lead_unit: Unit | None
    measures: tuple[MeasureCompleteness, ...]
    has_staff: bool = False

    @property
    def measures_total(self) -> int:
        return len(self.measures)

    @property
    def measures_filled(self) -> int:
        return sum(measure.is_filled for measure in self.measures)

    @property
    def measures_complete(self) -> int:
        return sum(measure.is_complete for measure in self.measures)

    @property
    def evidence_wanted(self) -> int:
        return sum(measure.evidence_wanted for measure in self.measures)

    @property
    def evidence_present(self) -> int:
        return sum(measure.evidence_present for measure in self.measures)

    @property
    def is_complete(self) -> bool:
        return not self.gaps

    @property
    def is_mendable(self) -> bool:
        """Whether its reporter may still work on it: while correcting, only what the reviewer returned."""
        return self.item.status in STILL_OPEN and (self.item.is_reopened or not self.item.report.is_correcting)

    @property
    def is_standing(self) -> bool:
        """Whether its points are those that it was judged with, which no correction changes."""
        return any(measure.standing for measure in self.measures)

    @property
    def is_started(self) -> bool:
        return self.measures_filled > 0

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What the aksi lacks, the dearest first."""
        found = [gap for measure in self.measures for gap in measure.gaps]
        return tuple(sorted(found, key=lambda gap: -gap.points))

    @property
    def gaps_text(self) -> str:
        return gaps_text(self.gaps)

    @property
    def worth(self) -> Fraction:
        return sum((measure.worth for measure in self.measures), Fraction(0))

    @property
    def points(self) -> Fraction:
        """The points if everything there is were judged "sesuai", except what stands as it was judged."""
        return sum((measure.points for measure in self.measures), Fraction(0))

    @property
    def missing_points(self) -> Fraction:
        return sum((measure.missing_points for measure in self.measures), Fraction(0))


@dataclass(frozen=True)
class ReportCompleteness:
    """A report, or those of its aksi that were asked for, in the order of their numbers."""

    report: Report
    items: tuple[ItemCompleteness, ...]

    @property
    def measures_total(self) -> int:
        return sum(item.measures_total for item in self.items)

    @property
    def measures_filled(self) -> int:
        return sum(item.measures_filled for item in self.items)

    @property
    def measures_complete(self) -> int:
        return sum(item.measures_complete for item in self.items)

    @property
    def evidence_wanted(self) -> int:
        return sum(item.evidence_wanted for item in self.items)

    @property
    def evidence_present(self) -> int:
        return sum(item.evidence_present for item in self.items)

    @property
    def items_ready(self) -> int:
        """How many aksi are marked ready or further on their way."""
        return sum(item.item.status not in (ItemStatus.FILLING, ItemStatus.RETURNED) for item in self.items)

    @property
    def incomplete_items(self) -> tuple[ItemCompleteness, ...]:
        """The aksi that can still be mended and lack something."""
        return tuple(item for item in self.items if item.gaps and item.is_mendable)

    @property
    def is_started(self) -> bool:
        return any(item.is_started for item in self.items)

    @property
    def gaps(self) -> tuple[tuple[ItemCompleteness, Gap], ...]:
        """Every gap that can still be mended with its aksi, the dearest first."""
        found = [(item, gap) for item in self.incomplete_items for gap in item.gaps]
        return tuple(sorted(found, key=lambda pair: -pair[1].points))

    @property
    def gaps_text(self) -> str:
        return gaps_text([gap for _item, gap in self.gaps])

    @property
    def missing_points(self) -> Fraction:
        return sum((item.missing_points for item in self.incomplete_items), Fraction(0))

    @property
    def worth(self) -> Fraction:
        return sum((item.worth for item in self.items), Fraction(0))

    @property
    def estimate(self) -> Fraction:
        """The score (0-100) if everything there is now were judged "sesuai": an estimate, not a promise.

        Measures whose judgement stands count as they were judged.
        """
        return sum((item.points for item in self.items), Fraction(0))

    @property
    def has_standing(self) -> bool:
        """Whether some measures count as they were judged, which words beside the estimate must then say."""
        return any(item.is_standing for item in self.items)


def rules_of(rule_set: RuleSet) -> Rules:
    """Return the numbers of a rule set for `reporting.scoring`."""
    return Rules(**{field.name: getattr(rule_set, field.name) for field in fields(Rules)})


def report_completeness(report: Report, items: Iterable[ReportItem] | None = None) -> ReportCompleteness:
    """Return how complete `report` is, in four queries; with `items`, only of these aksi.

    Load `report` with `period__plan_year__rule_set`. Points are always shares of the whole report.
    """
    answers = MeasureAnswer.objects.filter(item__report=report)
    answers = answers.select_related("item__aksi", "measure", "updated_by", "judgement__office")
    grouped = [
        list(rows) for _, rows in groupby(answers.order_by("item__aksi__number", "item", "measure__number"), _item)
    ]
    wanted_items = None if items is None else {item.pk for item in items}
    kept = [rows for rows in grouped if wanted_items is None or rows[0].item_id in wanted_items]
    builder = _Builder(report, kept, actions=len(grouped))
    return ReportCompleteness(report, tuple(builder.item(rows) for rows in kept))


def _item(answer: MeasureAnswer) -> int:
    return answer.item_id


class _Builder:
    """Holds the rows that completeness is computed from: three queries, made once."""

    def __init__(self, report: Report, groups: list[list[MeasureAnswer]], *, actions: int):
        self.rules = rules_of(report.period.plan_year.rule_set)
        self.actions = actions
        is_late = report.is_late or (report.round == 0 and timezone.now() >= report.period.closes_at)
        self.percent = self.rules.percent_of(is_late=is_late)
        self.letter = EvidenceKind(code=EvidenceKind.LETTER, name=EvidenceKind.LETTER.replace("-", " "))
        rows = [answer for group in groups for answer in group]
        self.wanted = _wanted([answer.measure_id for answer in rows])
        self.evidence = _evidence([answer.pk for answer in rows])
        self.units = _units(report, [group[0].item.aksi_id for group in groups])
        for group in groups:
            for answer in group:
                answer.item.report = report

    def item(self, rows: list[MeasureAnswer]) -> ItemCompleteness:
        worth = measure_worth(actions=self.actions, measures=len(rows)) * self.percent / WHOLE
        assigned = self.units.get(rows[0].item.aksi_id, [])
        return ItemCompleteness(
            item=rows[0].item,
            units=tuple(row.unit for row in assigned),
            lead_unit=next((row.unit for row in assigned if row.is_lead), None),
            measures=tuple(self.measure(answer, worth) for answer in rows),
            has_staff=any(row.has_staff for row in assigned),
        )

    def measure(self, answer: MeasureAnswer, worth: Fraction) -> MeasureCompleteness:
        wanted, evidence = self.wanted[answer.measure_id], self.evidence[answer.pk]
        present = {row.kind.code for row in evidence}
        gaps = gaps_of(answer, wanted=wanted, present=present, letter=self.letter, worth=worth, rules=self.rules)
        standing = _standing(answer)
        return MeasureCompleteness(
            answer=answer,
            worth=attainable(self.rules, MeasureAnswer.Execution.CARRIED_OUT, worth),
            points=self.judged(standing, worth) if standing else self.expected(answer, worth, gaps),
            gaps=tuple(gaps),
            kinds=tuple(evidence_wanted(answer, wanted, self.letter)),
            evidence=tuple(evidence),
            standing=standing,
        )

    def expected(self, answer: MeasureAnswer, worth: Fraction, gaps: Iterable[Gap]) -> Fraction:
        if not answer.execution:
            return worth * self.rules.missing_value / WHOLE
        return attainable(self.rules, answer.execution, worth) - sum(gap.points for gap in gaps)

    def judged(self, standing: Judgement, worth: Fraction) -> Fraction:
        words = {"administration": standing.administration, "substance": standing.substance}
        return worth * measure_score(self.rules, execution=standing.execution, **words) / WHOLE


def _standing(answer: MeasureAnswer) -> Judgement | None:
    """The judgement that the reporter was told and cannot change: its aksi was accepted until the last return.

    See also `policies.reviewing.obstacles_to_judging_item`. What a reviewer decided since is told with the report.
    """
    report, judgement = answer.item.report, answer.judgement
    if judgement is None or answer.item.status != ItemStatus.ACCEPTED:
        return None
    if report.status == ReportStatus.VERIFIED:
        return judgement
    return judgement if report.is_correcting and judgement.judged_at <= report.returned_at else None


def _wanted(measure_ids: list[int]) -> dict[int, list[MeasureEvidence]]:
    found = defaultdict(list)
    rows = MeasureEvidence.objects.filter(measure__in=measure_ids).select_related("kind")
    for row in rows.order_by("measure", "order", "pk"):
        found[row.measure_id].append(row)
    return found


def _evidence(answer_ids: list[int]) -> dict[int, list[Evidence]]:
    found = defaultdict(list)
    rows = Evidence.objects.current().filter(answer__in=answer_ids).select_related("kind", "stored_file")
    for row in rows.order_by("kind__name", "pk"):
        found[row.answer_id].append(row)
    return found


def _units(report: Report, aksi_ids: list[int]) -> dict[int, list[AssignmentUnit]]:
    found = defaultdict(list)
    staff = Membership.objects.in_force_on(timezone.localdate()).filter(
        unit=OuterRef("unit"), role=Membership.Role.OPD_STAFF, user__is_active=True
    )
    rows = AssignmentUnit.objects.filter(assignment__institution=report.institution_id, assignment__aksi__in=aksi_ids)
    rows = rows.annotate(has_staff=Exists(staff))
    for row in rows.select_related("unit", "assignment").order_by("-is_lead", "unit__name"):
        found[row.assignment.aksi_id].append(row)
    return found
