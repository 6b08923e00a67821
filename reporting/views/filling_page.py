"""The filling page of an aksi, put together: one row a measure with its form, its files and what stands beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from django.http import HttpRequest
from django.utils.translation import gettext as _

from actions.models import EvidenceKind
from reporting.completeness import file_field, form_prefix
from reporting.forms.filling import AnswerForm, EvidenceForm
from reporting.models import Evidence, Judgement, MeasureAnswer, ReasonCode, ReportItem
from reporting.policies.filling import obstacles_to_filling, obstacles_to_taking_back
from reporting.states import ItemStatus, ReportStatus
from reporting.summaries.completeness import (
    ItemCompleteness,
    MeasureCompleteness,
    ReportCompleteness,
    report_completeness,
)
from reporting.summaries.deadlines import sending_deadline
from reporting.summaries.filling import UsualReason, previous_answers, return_reasons, usual_reasons


@dataclass
class Posted:
    """What a request brought for an aksi and what became of it: forms by answer, file forms by answer and kind code.

    `problems` are (sentence, address); `conflicts` the answers that somebody else saved meanwhile, as they stand.
    """

    answers: dict[int, AnswerForm] = field(default_factory=dict)
    files: dict[tuple[int, str], EvidenceForm] = field(default_factory=dict)
    conflicts: dict[int, MeasureAnswer] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    data: Mapping = field(default_factory=dict)

    @property
    def has_faults(self) -> bool:
        return bool(self.problems or self.conflicts)


@dataclass(frozen=True)
class KindRow:
    """One kind of evidence of a measure: its files, whether it is wanted, and the place for another file."""

    kind: EvidenceKind
    is_required: bool
    files: list[Evidence]
    points: Fraction | None
    form: EvidenceForm

    @property
    def is_open(self) -> bool:
        """True when the place for a file shows at once: a wanted kind without one, or a refused file."""
        return bool(self.form.errors) or ((self.is_required or self.is_letter) and not self.files)

    @property
    def is_letter(self) -> bool:
        return self.kind.code == EvidenceKind.LETTER


@dataclass(frozen=True)
class MeasureRow:
    """One card of the page."""

    found: MeasureCompleteness
    form: AnswerForm
    kinds: list[KindRow]
    letter: KindRow
    version: str
    base: str
    draft: MeasureAnswer | None
    usual_reasons: list[UsualReason]
    usual_of_aksi: list[UsualReason]
    note: Judgement | None
    note_reasons: list[ReasonCode]
    conflict: MeasureAnswer | None

    @property
    def answer(self) -> MeasureAnswer:
        return self.found.answer

    @property
    def prefix(self) -> str:
        return form_prefix(self.answer.pk)

    @property
    def has_files(self) -> bool:
        return any(kind.files or kind.form.errors for kind in self.kinds)


@dataclass(frozen=True)
class ItemPage:
    """Everything the page needs. `obstacles` empty means that the reader may edit."""

    item: ReportItem
    found: ItemCompleteness
    rows: list[MeasureRow]
    estimate: Fraction
    """The score of the whole report (0-100) if everything there is now were judged "sesuai"."""
    has_standing: bool
    """Whether the estimate counts some measures as they were judged, because no correction changes them."""
    obstacles: list[str]
    may_take_back: bool

    def row_of(self, answer: MeasureAnswer) -> MeasureRow:
        return next(row for row in self.rows if row.answer.pk == answer.pk)


def item_page(
    request: HttpRequest, item: ReportItem, now: datetime, posted: Posted | None = None, draft_for: str = ""
) -> ItemPage:
    """Return the page of `item` as it stands now, with what was posted where it could not be saved.

    `draft_for` is the id of the answer that starts from last period's words. Five queries, and one an hour.
    """
    whole: ReportCompleteness = report_completeness(item.report)
    found = next(entry for entry in whole.items if entry.item.pk == item.pk)
    posted = posted or Posted()
    actor = request.actor
    obstacles = obstacles_to_filling(item, actor, now, units=found.units)
    beside = _Beside(item, draft_for)
    rows = [_row(measure, posted, beside) for measure in found.measures]
    return ItemPage(
        item=item,
        found=found,
        rows=rows,
        estimate=whole.estimate,
        has_standing=whole.has_standing,
        obstacles=obstacles,
        may_take_back=item.status == ItemStatus.READY
        and not obstacles_to_taking_back(item, actor, now, units=found.units),
    )


class _Beside:
    """What stands beside the fields: while correcting why it came back, else last period and the usual reasons.

    A reviewer who reads the correction may still think again, so nothing is told meanwhile.
    """

    def __init__(self, item: ReportItem, draft_for: str):
        self.draft_for = draft_for
        is_in_review = item.report.status == ReportStatus.IN_REVIEW
        self.is_correcting = item.is_reopened and item.report.is_correcting and not is_in_review
        self.came_back = return_reasons(item) if self.is_correcting else {}
        self.earlier = {} if self.is_correcting else previous_answers(item)
        self.usual = {} if self.is_correcting else usual_reasons(item)

    def note(self, answer: MeasureAnswer) -> Judgement | None:
        is_returned = answer.judgement is not None and answer.judgement.decision == Judgement.Decision.RETURN
        return answer.judgement if self.is_correcting and is_returned else None


def _row(found: MeasureCompleteness, posted: Posted, beside: _Beside) -> MeasureRow:
    answer = found.answer
    earlier = beside.earlier.get(answer.measure.number)
    fresh = AnswerForm(answer=answer, draft=earlier if beside.draft_for == str(answer.pk) else None)
    conflict = posted.conflicts.get(answer.pk)
    prefix = form_prefix(answer.pk)
    letter = EvidenceKind(code=EvidenceKind.LETTER, name=_("Surat keterangan"))
    return MeasureRow(
        found=found,
        form=posted.answers.get(answer.pk, fresh),
        kinds=[_kind_row(found, kind, needed, posted) for kind, needed in found.kinds if kind.code != letter.code],
        letter=_kind_row(found, letter, answer.execution in MeasureAnswer.WITHOUT_RESULT, posted),
        # After a conflict the page keeps the version it was opened with: only a knowing choice moves on.
        version=posted.data.get(f"{prefix}-version", "") if conflict else str(answer.version),
        base=posted.data.get(f"{prefix}-base", "") if conflict else fresh.base,
        draft=earlier,
        usual_reasons=beside.usual.get(answer.measure.number, []),
        usual_of_aksi=beside.usual.get(None, []),
        note=beside.note(answer),
        note_reasons=beside.came_back.get(answer.pk, []),
        conflict=conflict,
    )


def _kind_row(found: MeasureCompleteness, kind: EvidenceKind, is_required: bool, posted: Posted) -> KindRow:
    points = [gap.points for gap in found.gaps if gap.field == file_field(kind.code)]
    form = posted.files.get((found.answer.pk, kind.code)) or EvidenceForm(kind=kind, answer=found.answer)
    return KindRow(
        kind=kind,
        is_required=is_required,
        files=[row for row in found.evidence if row.kind.code == kind.code],
        points=points[0] if points else None,
        form=form,
    )


def page_context(request: HttpRequest, page: ItemPage, now: datetime, posted: Posted | None = None) -> dict:
    """Return the template context of the page and of its partials."""
    posted, zone = posted or Posted(), request.actor.institution.time_zone
    is_own = page.item.report.institution_id == request.actor.institution.pk
    saved = [row.answer for row in page.rows if row.answer.updated_at]
    return {
        "page": page,
        "item": page.item,
        "report": page.item.report,
        "found": page.found,
        "is_editable": not page.obstacles or posted.has_faults,
        # Judgements are nobody else's to read before they are published
        "shows_points": is_own or not page.has_standing,
        "problems": posted.problems,
        "has_conflicts": bool(posted.conflicts),
        "summary": posted.problems + [_conflict_line(row) for row in page.rows if row.conflict],
        "deadline": sending_deadline(page.item.report, zone=zone, now=now),
        "last_saved": max(saved, key=lambda answer: answer.updated_at, default=None),
        "zone": zone,
    }


def _conflict_line(row: MeasureRow) -> tuple[str, str]:
    text = _("Ukuran %(number)s: diubah %(who)s selagi Anda menulis. Bandingkan, lalu pilih.")
    values = {"number": row.answer.measure.number, "who": row.conflict.updated_by}
    return text % values, f"#{row.prefix}-beda"
