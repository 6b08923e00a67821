"""Judging a measure of a verified report anew: a row more, the pointer moved, the scores asked for again.

Correction and the decision of an objection share it; both hold the lock on the report. A second reading asks as they
do who judged before.
"""

from collections.abc import Iterable
from datetime import datetime

from actions.actors import Actor
from reporting.models import Judgement, MeasureAnswer, Objection, PeriodScoring, ReasonCode, Report
from reporting.tasks import compute_stale_scores


def record_judgement(
    report: Report,
    answer: MeasureAnswer,
    *,
    kind: str,
    words: dict[str, str],
    reasons: Iterable[ReasonCode],
    note: str,
    by: Actor,
    now: datetime,
) -> Judgement:
    """Append the judgement that follows the one in force, of the same sending, and ask for the period's scores.

    `words` are those of both aspects. Callers hold a transaction with the report locked.
    """
    former = answer.judgement
    judgement = Judgement.objects.create(
        answer=answer,
        submission_id=former.submission_id,
        kind=kind,
        execution=former.execution,
        **words,
        decision=Judgement.Decision.ACCEPT,
        note=note,
        judged_at=now,
        judged_by=by.user,
        office=by.institution,
    )
    judgement.reasons.set(reasons)
    answer.judgement = judgement
    answer.save(update_fields=["judgement"])
    PeriodScoring.objects.request(report.period_id)
    compute_stale_scores.delay_on_commit()
    return judgement


def judge_ids_of(answer_id: int) -> set[int]:
    """The ids of everybody who judged a measure, in any round and of any kind, or decided an objection to it.

    One query. Upholding a judgement judges the measure too, and leaves no judgement of its own.
    """
    judges = Judgement.objects.filter(answer=answer_id).order_by().values_list("judged_by", flat=True)
    deciders = Objection.objects.filter(answer=answer_id, decided_by__isnull=False).order_by()
    return set(judges.union(deciders.values_list("decided_by", flat=True)))


def locked_answer_of(report: Report, answer_id: int) -> MeasureAnswer:
    """Return an answer of a locked report with what judging it needs."""
    rows = MeasureAnswer.objects.select_related("measure", "item__aksi", "judgement")
    answer = rows.get(pk=answer_id, item__report=report.pk)
    answer.item.report = report
    return answer
