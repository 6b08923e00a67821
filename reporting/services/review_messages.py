"""Telling reporters what became of their report: the messages of returning and verifying it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import User
from actions.models import Membership
from notifications.models import Message
from notifications.services import draft, tell_many
from reporting.models import Report, ReportItem
from reporting.services.people import members_at, people_in
from reporting.summaries.review_notes import ReviewNote

Role = Membership.Role
CALLED = (Role.COORDINATOR, Role.SIGNATORY)
"""Who hears of the whole report; the staff of an OPD hear of their own aksi."""


def tell_returned(report: Report, notes: list[ReviewNote], now: datetime) -> None:
    """Tell coordinators, signatories and the OPD of the returned items what to mend, and until when."""
    end = formats.deadline(report.correction_due_at, report.institution.time_zone)
    until = _("Perbaiki dan kirim lagi paling lambat %(end)s.") % {"end": end}
    title = _("Laporan %(period)s dikembalikan untuk diperbaiki") % {"period": report.period}
    body = f"{until}\n\n{notes_in_words(notes)}"
    messages = [
        draft(
            user,
            key=f"report-returned:{report.pk}:{report.revision}:{user.pk}",
            kind="report_returned",
            title=title,
            body=body,
            path=report.get_absolute_url(),
            now=now,
        )
        for user in people_of(report, now)
    ]
    tell_many([*messages, *_messages_to_opd(report, notes, until, now)])


def _messages_to_opd(report: Report, notes: list[ReviewNote], until: str, now: datetime) -> list[Message]:
    by_item = defaultdict(list)
    for note in notes:
        by_item[note.item_id].append(note)
    items = {item.pk: item for item in report.items.filter(pk__in=by_item).select_related("aksi")}
    return [
        draft(
            user,
            key=f"item-returned:{item_id}:{report.revision}:{user.pk}",
            kind="item_returned",
            title=_("Aksi %(number)s dikembalikan penelaah untuk diperbaiki") % {"number": items[item_id].aksi.number},
            body=f"{until}\n\n{notes_in_words(by_item[item_id])}",
            path=items[item_id].get_absolute_url(),
            now=now,
        )
        for item_id, user in _opd_staff_of(report, items.values(), now)
    ]


def tell_verified(report: Report, now: datetime) -> None:
    """Tell coordinators and signatories that their report is verified."""
    tell_many(
        draft(
            user,
            key=f"report-verified:{report.pk}:{report.revision}:{user.pk}",
            kind="report_verified",
            title=_("Laporan %(period)s sudah diverifikasi") % {"period": report.period},
            body=_("Nilai laporan sedang dihitung dan segera dapat dibaca di portal."),
            path=report.get_absolute_url(),
            now=now,
        )
        for user in people_of(report, now)
    )


def people_of(report: Report, now: datetime) -> list[User]:
    """Return who hears of the whole report: its coordinators and signatories in office at `now`."""
    return list(people_in(members_at(now).filter(institution=report.institution_id, role__in=CALLED)))


def _opd_staff_of(report: Report, items: Iterable[ReportItem], now: datetime) -> list[tuple[int, User]]:
    item_by_aksi = {item.aksi_id: item.pk for item in items}
    rows = members_at(now).filter(
        role=Role.OPD_STAFF,
        unit__assigned__assignment__institution=report.institution_id,
        unit__assigned__assignment__aksi__in=item_by_aksi,
        user__is_active=True,
    )
    rows = rows.annotate(aksi_id=F("unit__assigned__assignment__aksi")).select_related("user")
    return [(item_by_aksi[row.aksi_id], row.user) for row in rows]


def notes_in_words(notes: Iterable[ReviewNote]) -> str:
    """Return notes as lines: which measure, what the reviewer wrote, and the reasons."""
    return "\n".join(_note_in_words(note) for note in notes)


def _note_in_words(note: ReviewNote) -> str:
    place = _("Aksi %(aksi)s, ukuran %(measure)s") % {"aksi": note.aksi_number, "measure": note.measure_number}
    reasons = "; ".join(f"{reason.code} {reason.text}" for reason in note.reasons)
    return f"{place}: {note.note}" + (f" ({reasons})" if reasons else "")
