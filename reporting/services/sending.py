"""Certifying, sending and recalling a report, and giving an item back to its OPD."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import Membership
from actions.policies.errors import NotAllowed, refuse
from notifications.services import draft, tell_many
from reporting.models import PeriodScoring, Report, ReportEvent, ReportItem, Submission
from reporting.policies.parties import parties_of
from reporting.policies.sending import (
    obstacles_to_certifying,
    obstacles_to_recalling,
    obstacles_to_returning_item,
    obstacles_to_sending,
    obstacles_to_withdrawing,
)
from reporting.services.freezing import content_hash, frozen_content
from reporting.services.moves import locked_report, move_item, move_report
from reporting.services.people import members_at, people_in
from reporting.states import ItemStatus, Party, ReportStatus
from reporting.summaries.completeness import STILL_OPEN, ItemCompleteness, ReportCompleteness, report_completeness

Kind = ReportEvent.Kind


def submit(
    report: Report, *, by: Actor, acknowledged: bool = False, checked_hash: str = "", now: datetime | None = None
) -> Submission:
    """Send `report`: freeze its content, number the receipt, hand the pen to the reviewer; return the submission.

    `acknowledged` says that the sender knows what `unfinished_items` names. `checked_hash` is the hash of the content
    the sender looked at: when it has changed since, nothing is sent. Empty skips that check. Raises NotAllowed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        report = locked_report(report.pk)
        refuse(obstacles_to_sending(report, by, now))
        completeness = report_completeness(report)
        if not acknowledged:
            refuse(_unacknowledged(unfinished_items(completeness)))
        content = frozen_content(report, answers_of(completeness))
        _refuse_changed(content, checked_hash)
        submission = _freeze(report, content, by=by, now=now)
        for found in completeness.items:
            if found.item.status != ItemStatus.ACCEPTED:
                move_item(found.item, ItemStatus.SENT, party=Party.COORDINATOR, by=by, at=now)
        _hand_over(report, submission, by=by, now=now)
        PeriodScoring.objects.request(report.period_id)
    return submission


def certify(report: Report, *, by: Actor, checked_hash: str = "", now: datetime | None = None) -> None:
    """Certify `report` as the signatory, which closes it for editing until sent or withdrawn. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        report = locked_report(report.pk)
        refuse(obstacles_to_certifying(report, by, now))
        _refuse_changed(frozen_content(report), checked_hash)
        move_report(
            report,
            ReportStatus.CERTIFIED,
            party=Party.SIGNATORY,
            by=by,
            kind=Kind.CERTIFIED,
            at=now,
            certified_at=now,
            certified_by=by.user,
        )
        _tell_coordinators_to_send(report, now)


def withdraw_certification(report: Report, *, by: Actor, now: datetime | None = None) -> None:
    """Open a certified report for editing again. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        report = locked_report(report.pk)
        refuse(obstacles_to_withdrawing(report, by))
        parties = parties_of(by, report)
        move_report(
            report,
            ReportStatus.RETURNED if report.is_correcting else ReportStatus.DRAFT,
            party=Party.COORDINATOR if Party.COORDINATOR in parties else Party.SIGNATORY,
            by=by,
            kind=Kind.CERTIFICATION_WITHDRAWN,
            at=now,
            certified_at=None,
            certified_by=None,
        )


def recall(report: Report, *, by: Actor, now: datetime | None = None) -> Submission:
    """Take a sent report back before a reviewer has claimed it; return the recalled submission. Raises NotAllowed.

    Items get the status that they were sent with; the certification, if any, has to be given again.
    """
    now = now or timezone.now()
    with transaction.atomic():
        report = locked_report(report.pk)
        refuse(obstacles_to_recalling(report, by, now))
        submission = report.submissions.get(round=report.round, recalled_at__isnull=True)
        submission.recalled_at, submission.recalled_by = now, by.user
        submission.save(update_fields=["recalled_at", "recalled_by"])
        _restore_items(report, submission, by=by, now=now)
        _take_back(report, submission, by=by, now=now)
        PeriodScoring.objects.request(report.period_id)
    return submission


def return_item_to_opd(item: ReportItem, *, by: Actor, note: str, now: datetime | None = None) -> None:
    """Give a ready item back to its OPD with a note, and tell the unit's staff. Raises NotAllowed."""
    now, note = now or timezone.now(), note.strip()
    with transaction.atomic():
        report = locked_report(item.report_id)
        item = report.items.select_related("aksi").get(pk=item.pk)
        item.report = report
        refuse(obstacles_to_returning_item(item, by, now))
        if not note:
            raise NotAllowed([_("Tulis catatan agar perangkat daerah tahu apa yang harus diperbaiki.")])
        move_item(
            item,
            item.base_status,
            party=Party.COORDINATOR,
            by=by,
            at=now,
            kind=Kind.RETURNED_TO_OPD,
            note=note,
            opd_note=note,
            ready_at=None,
            ready_by=None,
        )
        _tell_opd(item, note, now)


def unfinished_items(completeness: ReportCompleteness) -> list[ItemCompleteness]:
    """The items that a sender must knowingly send as they are: with gaps, or not marked ready."""
    return [
        found
        for found in completeness.items
        if found.item.status in STILL_OPEN and (found.gaps or found.item.status != ItemStatus.READY)
    ]


def answers_of(completeness: ReportCompleteness) -> list:
    """The answers of a whole report that were already read for its completeness."""
    return [measure.answer for found in completeness.items for measure in found.measures]


def receipt_number(report: Report, attempt: int) -> str:
    """The number of a receipt, such as 5307-2026-B09-01; `attempt` counts every sending, recalled ones too."""
    code = "".join(letter for letter in report.institution.code if letter.isalnum())
    return f"{code}-{report.period.key}-{attempt:02d}"


def _refuse_changed(content: dict, checked_hash: str) -> None:
    if checked_hash and checked_hash != content_hash(content):
        raise NotAllowed([_("Isian berubah sejak Anda memeriksanya. Periksa sekali lagi di bawah ini.")])


def _unacknowledged(unfinished: list[ItemCompleteness]) -> list[str]:
    if not unfinished:
        return []
    named = ", ".join(_named(found) for found in unfinished)
    return [
        _("Laporan belum lengkap: %(items)s. Lengkapi dulu, atau nyatakan bahwa Anda mengetahuinya.") % {"items": named}
    ]


def _named(found: ItemCompleteness) -> str:
    number = found.item.aksi.number
    if not found.gaps:
        return _("Aksi %(number)s belum ditandai siap") % {"number": number}
    points = formats.decimal_text(found.missing_points, 2)
    return _("Aksi %(number)s kurang %(points)s poin") % {"number": number, "points": points}


def _freeze(report: Report, content: dict, *, by: Actor, now: datetime) -> Submission:
    return Submission.objects.create(
        report=report,
        round=report.round + 1,
        receipt_number=receipt_number(report, report.submissions.count() + 1),
        content=content,
        content_hash=content_hash(content),
        submitted_at=now,
        submitted_by=by.user,
        is_late=report.round == 0 and now >= report.period.closes_at,
    )


def _hand_over(report: Report, submission: Submission, *, by: Actor, now: datetime) -> None:
    fields = {"round": submission.round, "submitted_at": now, "submitted_by": by.user}
    if submission.round == 1:
        fields["is_late"] = submission.is_late
    if report.status != ReportStatus.CERTIFIED:
        # Where the period asks for no signatory the coordinator certifies by sending (DOMAIN section 4, step 3).
        fields |= {"certified_at": now, "certified_by": by.user}
    move_report(
        report,
        ReportStatus.SUBMITTED,
        party=Party.COORDINATOR,
        by=by,
        kind=Kind.SUBMITTED,
        at=now,
        note=_("Tanda terima %(number)s") % {"number": submission.receipt_number},
        **fields,
    )


def _restore_items(report: Report, submission: Submission, *, by: Actor, now: datetime) -> None:
    sent_as = {row["item"]: row["status"] for row in submission.content["items"]}
    for item in report.items.filter(status=ItemStatus.SENT):
        move_item(item, sent_as[item.pk], party=Party.COORDINATOR, by=by, at=now)


def _take_back(report: Report, submission: Submission, *, by: Actor, now: datetime) -> None:
    before = report.submissions.filter(round=report.round - 1, recalled_at__isnull=True).first()
    move_report(
        report,
        ReportStatus.RETURNED if report.is_correcting else ReportStatus.DRAFT,
        party=Party.COORDINATOR,
        by=by,
        kind=Kind.RECALLED,
        at=now,
        note=_("Tanda terima %(number)s tidak berlaku lagi") % {"number": submission.receipt_number},
        round=report.round - 1,
        is_late=report.is_late if before else False,
        submitted_at=before.submitted_at if before else None,
        submitted_by=before.submitted_by if before else None,
        certified_at=None,
        certified_by=None,
    )


def _tell_coordinators_to_send(report: Report, now: datetime) -> None:
    coordinators = members_at(now).filter(institution=report.institution_id, role=Membership.Role.COORDINATOR)
    tell_many(
        draft(
            user,
            key=f"certified:{report.pk}:{report.revision}:{user.pk}",
            kind="report_certified",
            title=_("Laporan %(period)s sudah disahkan, silakan kirim") % {"period": report.period},
            path=report.get_absolute_url(),
            now=now,
        )
        for user in people_in(coordinators)
    )


def _tell_opd(item: ReportItem, note: str, now: datetime) -> None:
    staff = members_at(now).filter(
        role=Membership.Role.OPD_STAFF,
        unit__assigned__assignment__aksi=item.aksi_id,
        unit__assigned__assignment__institution=item.report.institution_id,
    )
    tell_many(
        draft(
            user,
            key=f"item-returned-to-opd:{item.pk}:{now.isoformat()}:{user.pk}",
            kind="item_returned_to_opd",
            title=_("Aksi %(number)s dikembalikan koordinator") % {"number": item.aksi.number},
            body=note,
            path=item.get_absolute_url(),
            now=now,
        )
        for user in people_in(staff)
    )
