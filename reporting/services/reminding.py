"""A coordinator reminds the OPD of an aksi; the reminders that follow the calendar are `reporting.jobs.reminders`."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import User
from actions.actors import Actor
from actions.models import Membership
from actions.policies.errors import refuse
from notifications.services import draft, tell_many
from reporting.models import ReportItem
from reporting.policies.reminding import obstacles_to_reminding
from reporting.services.people import members_at, people_in

NOTE_LENGTH = 500


def staff_of(item: ReportItem, now: datetime) -> list[User]:
    """Return the active staff of the units that work on `item`, in the order of their names."""
    members = members_at(now).filter(
        role=Membership.Role.OPD_STAFF,
        unit__assigned__assignment__institution=item.report.institution_id,
        unit__assigned__assignment__aksi=item.aksi_id,
    )
    return list(people_in(members).order_by("name", "email"))


def remind(item: ReportItem, *, by: Actor, note: str = "", now: datetime | None = None) -> int:
    """Tell the OPD's staff that `item` waits for them; return how many were told.

    Everybody is told at most once a day about one aksi, however often the button is pressed. Raises NotAllowed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        staff = staff_of(item, now)
        refuse(obstacles_to_reminding(item, by, now, staff))
        day = timezone.localdate(now, timezone.get_default_timezone())
        return tell_many(
            draft(
                user,
                key=f"item-reminder:{item.pk}:{user.pk}:{day}",
                kind="item_reminder",
                title=title_of(item),
                body=body_of(item, now, note),
                path=item.get_absolute_url(),
                now=now,
            )
            for user in staff
        )


def title_of(item: ReportItem) -> str:
    """Return the title of the reminder."""
    words = {"number": item.aksi.number, "period": item.report.period}
    return _("Mohon lengkapi Aksi %(number)s, %(period)s") % words


def body_of(item: ReportItem, now: datetime, note: str = "") -> str:
    """Return the text of the reminder: which aksi, until when, and what the coordinator adds."""
    report, closes_at = item.report, item.report.period.closes_at
    is_on_time = now < closes_at and not report.is_correcting
    end = formats.deadline(closes_at if is_on_time else report.sending_ends_at(), report.institution.time_zone)
    lines = [item.aksi.title, _("Koordinator mengirim laporan paling lambat %(end)s.") % {"end": end}, note.strip()]
    return "\n\n".join(line for line in lines if line)
