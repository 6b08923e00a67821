"""Reviewing a report: claim it, judge its measures, return it with notes, or verify it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.policies.errors import NotAllowed, refuse
from reporting.frozen import NOT_REPORTED, frozen_measures
from reporting.models import (
    Judgement,
    MeasureAnswer,
    PeriodScoring,
    ReasonCode,
    Report,
    ReportEvent,
    ReportItem,
    Submission,
)
from reporting.policies.reviewing import (
    fixed_words,
    obstacles_to_asking_correction,
    obstacles_to_claiming,
    obstacles_to_closing_correction,
    obstacles_to_judging,
    obstacles_to_judging_item,
    obstacles_to_note,
    obstacles_to_returning,
    obstacles_to_taking_over,
    obstacles_to_verifying,
    obstacles_without_reason,
)
from reporting.services.moves import locked_report, move_item, move_report, write_event
from reporting.services.review_messages import notes_in_words, tell_returned, tell_verified
from reporting.states import ItemStatus, Party, ReportStatus
from reporting.summaries.review_notes import review_notes
from reporting.tasks import compute_stale_scores

Kind, Decision = ReportEvent.Kind, Judgement.Decision


def claim(report: Report, *, by: Actor, now: datetime | None = None) -> None:
    """Begin to review `report`: from now on it cannot be recalled. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        report = locked_report(report.pk)
        refuse(obstacles_to_claiming(report, by, now))
        move_report(
            report,
            ReportStatus.IN_REVIEW,
            party=Party.REVIEWER,
            by=by,
            kind=Kind.CLAIMED,
            at=now,
            claimed_at=now,
            claimed_by=by.user,
        )


def take_over(report: Report, *, by: Actor, now: datetime | None = None) -> None:
    """Go on with the review that a colleague began; their judgements stay. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        report = locked_report(report.pk)
        refuse(obstacles_to_taking_over(report, by, now))
        note = _("Sebelumnya ditelaah %(name)s") % {"name": report.claimed_by}
        report.claimed_at, report.claimed_by = now, by.user
        report.revision += 1
        report.save(update_fields=["claimed_at", "claimed_by", "revision"])
        write_event(report, Kind.TAKEN_OVER, by=by, at=now, note=note, origin=report.status, to=report.status)


def judge(
    answer: MeasureAnswer,
    *,
    by: Actor,
    administration: str,
    substance: str,
    decision: str,
    reasons: Iterable[ReasonCode] = (),
    note: str = "",
    submission_id: int | None = None,
    now: datetime | None = None,
) -> Judgement:
    """Judge one measure as it was last sent and return the new judgement; older ones stay in the table.

    The aspects are `Judgement.Value` words; where the rules fix one (not reported, not carried out) the given word is
    replaced. `submission_id` names the sending that the reviewer looked at: when a newer one exists nothing is judged.
    When the last measure of an item is judged the item becomes accepted or returned. Raises NotAllowed.
    """
    now, reasons, note = now or timezone.now(), list(reasons), note.strip()
    with transaction.atomic():
        report = locked_report(answer.item.report_id)
        refuse(obstacles_to_judging(report, by, now))
        latest = standing_submission(report)
        _refuse_superseded(latest, submission_id)
        item = _item_in(report, answer.item_id)
        answer = item.answers.select_related("judgement").get(pk=answer.pk)
        execution = frozen_measures(latest.content).get(answer.pk, NOT_REPORTED).execution
        words = fixed_words(execution, administration, substance)
        round_of = {"latest_submission_id": latest.pk, "returned_at": report.returned_at}
        refuse(obstacles_to_judging_item(item, answer, **round_of))
        refuse(obstacles_without_reason(execution=execution, **words, reasons=reasons))
        refuse(obstacles_to_note(decision=decision, note=note))
        if decision == Decision.RETURN:
            refuse(obstacles_to_asking_correction(report, now))
        judgement = _record(answer, latest, execution, words, decision, reasons, note, by=by, now=now)
        _settle(item, latest, by=by, now=now)
    return judgement


def return_report(report: Report, *, by: Actor, now: datetime | None = None) -> Report:
    """Return `report` for correction: only its returned items reopen. Tells its people. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        report = locked_report(report.pk)
        items = list(report.items.select_related("aksi"))
        refuse(obstacles_to_returning(report, by, now, items))
        for item in items:
            item.is_reopened = item.status == ItemStatus.RETURNED
            item.ready_at = item.ready_by = None
        ReportItem.objects.bulk_update(items, ["is_reopened", "ready_at", "ready_by"])
        notes = list(review_notes(report).values())
        move_report(
            report,
            ReportStatus.RETURNED,
            party=Party.REVIEWER,
            by=by,
            kind=Kind.RETURNED,
            at=now,
            note=notes_in_words(notes),
            returned_at=now,
            returned_by=by.user,
            correction_due_at=correction_end(report, now),
            certified_at=None,
            certified_by=None,
        )
        tell_returned(report, notes, now)
    return report


def correction_end(report: Report, now: datetime) -> datetime:
    """The exclusive end of the correction of a report returned at `now`: that of the period, or later.

    Whoever is returned late still has the period's minimum of whole days; like every deadline it ends at midnight.
    """
    last_day = timezone.localdate(now, timezone.get_default_timezone())
    last_day += timedelta(days=report.period.minimum_correction_days)
    midnight = datetime.combine(last_day + timedelta(days=1), time(), timezone.get_default_timezone())
    return max(report.period.correction_until_at, midnight)


def verify(report: Report, *, by: Actor, now: datetime | None = None) -> Report:
    """Verify `report`, ask for the period's scores to be computed, and tell its people. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        report = locked_report(report.pk)
        refuse(obstacles_to_verifying(report, by, now))
        report.items.filter(is_reopened=True).update(is_reopened=False)
        move_report(
            report,
            ReportStatus.VERIFIED,
            party=Party.REVIEWER,
            by=by,
            kind=Kind.VERIFIED,
            at=now,
            verified_at=now,
            verified_by=by.user,
        )
        tell_verified(report, now)
        PeriodScoring.objects.request(report.period_id)
        compute_stale_scores.delay_on_commit()
    return report


def close_correction(report: Report, *, by: Actor, now: datetime | None = None) -> Report:
    """Take back a report that was not corrected in time: what was returned is judged as it was last sent.

    The returns lose their force, so that those measures are judged again; edits that were never sent stay unread.
    Raises NotAllowed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        report = locked_report(report.pk)
        refuse(obstacles_to_closing_correction(report, by, now))
        for item in report.items.filter(status__in=[ItemStatus.RETURNED, ItemStatus.READY]):
            move_item(item, ItemStatus.SENT, party=Party.REVIEWER, by=by, at=now, is_reopened=False)
        answers = MeasureAnswer.objects.filter(item__report=report.pk, judgement__decision=Decision.RETURN)
        answers.update(judgement=None)
        move_report(
            report,
            ReportStatus.IN_REVIEW,
            party=Party.REVIEWER,
            by=by,
            kind=Kind.CORRECTION_CLOSED,
            at=now,
            claimed_at=now,
            claimed_by=by.user,
            certified_at=None,
            certified_by=None,
        )
    return report


def standing_submission(report: Report) -> Submission:
    """The latest sending of `report` that was not recalled."""
    return report.submissions.filter(recalled_at__isnull=True).latest("pk")


def _refuse_superseded(latest: Submission, submission_id: int | None) -> None:
    if submission_id not in (None, latest.pk):
        raise NotAllowed(
            [_("Pelapor sudah mengirim versi yang lebih baru. Putusan tidak disimpan; periksa versi terbaru dulu.")]
        )


def _item_in(report: Report, item_id: int) -> ReportItem:
    item = report.items.select_related("aksi").get(pk=item_id)
    item.report = report
    return item


def _record(
    answer: MeasureAnswer,
    submission: Submission,
    execution: str,
    words: dict[str, str],
    decision: str,
    reasons: Sequence[ReasonCode],
    note: str,
    *,
    by: Actor,
    now: datetime,
) -> Judgement:
    judgement = Judgement.objects.create(
        answer=answer,
        submission=submission,
        execution=execution,
        **words,
        decision=decision,
        note=note,
        judged_at=now,
        judged_by=by.user,
        office=by.institution,
    )
    judgement.reasons.set(reasons)
    answer.judgement = judgement
    answer.save(update_fields=["judgement"])
    return judgement


def _settle(item: ReportItem, submission: Submission, *, by: Actor, now: datetime) -> None:
    """Accept or return the item once all its measures are judged on this sending."""
    answers = list(item.answers.select_related("judgement", "measure"))
    if any(answer.judgement is None or answer.judgement.submission_id != submission.pk for answer in answers):
        return
    returned = [answer for answer in answers if answer.judgement.decision == Decision.RETURN]
    target = ItemStatus.RETURNED if returned else ItemStatus.ACCEPTED
    if item.status == target:
        return
    lines = [f"{_ukuran(answer.measure.number)}: {answer.judgement.note}" for answer in returned]
    kind = Kind.ITEM_RETURNED if returned else Kind.ITEM_ACCEPTED
    move_item(item, target, party=Party.REVIEWER, by=by, at=now, kind=kind, note="\n".join(lines))


def _ukuran(number: int) -> str:
    return _("Ukuran %(number)s") % {"number": number}
