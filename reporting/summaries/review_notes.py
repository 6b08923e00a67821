"""What reviewers asked for: the reasons and the note of the judgement in force, answer by answer."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from reporting.models import Judgement, ReasonCode, Report


@dataclass(frozen=True)
class ReviewNote:
    """Why one measure came back: reasons with advice, the reviewer's words, the office and the instant."""

    answer_id: int
    item_id: int
    aksi_number: int
    measure_number: int
    measure_text: str
    reasons: tuple[ReasonCode, ...]
    note: str
    office: str
    judged_at: datetime


def review_notes(report: Report) -> dict[int, ReviewNote]:
    """Return the notes of the measures of `report` that were returned, by answer id, in two queries.

    Empty until a reviewer has returned something; of a report in review call it for the reviewers only.
    """
    rows = Judgement.objects.filter(answer__item__report=report.pk, answer__judgement=F("pk"))
    rows = rows.filter(decision=Judgement.Decision.RETURN)
    rows = rows.select_related("answer__item__aksi", "answer__measure", "office").prefetch_related("reasons")
    ordered = rows.order_by("answer__item__aksi__number", "answer__measure__number")
    return {row.answer_id: _note(row) for row in ordered}


def _note(row: Judgement) -> ReviewNote:
    answer = row.answer
    return ReviewNote(
        answer_id=answer.pk,
        item_id=answer.item_id,
        aksi_number=answer.item.aksi.number,
        measure_number=answer.measure.number,
        measure_text=answer.measure.text,
        reasons=tuple(row.reasons.all()),
        note=row.note,
        office=row.office.name,
        judged_at=row.judged_at,
    )
