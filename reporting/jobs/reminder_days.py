"""On which days which rung of the reminder ladder is due: dates only, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.formats import last_minute

CATCH_UP_DAYS = 7
"""How long a missed reminder after a deadline may still be sent; one before a deadline, until the next rung's day."""


@dataclass(frozen=True)
class Due:
    """A rung of the ladder that stands at a deadline: `rung` days before it, negative after it."""

    ends_at: datetime
    rung: int

    @property
    def deadline_day(self) -> date:
        return day_before(self.ends_at)

    @property
    def day(self) -> date:
        """The day the rung is meant for; it is sent on that day or, if that was missed, later."""
        return self.deadline_day - timedelta(days=self.rung)

    @property
    def is_after(self) -> bool:
        return self.rung < 0


def day_before(ends_at: datetime) -> date:
    """Return the date in Jakarta of the last minute before an exclusive end."""
    return timezone.localdate(last_minute(ends_at), timezone.get_default_timezone())


def rung_on(day: date, ends_at: datetime, ladder: Sequence[int]) -> Due | None:
    """Return the rung to send on `day`, the latest whose day has come, or None.

    A rung that was missed stays due until the next one's day: never yesterday's beside today's. Before a deadline
    none outlives it; after it, the last one is caught up for `CATCH_UP_DAYS`.
    """
    begun = [due for due in (Due(ends_at, rung) for rung in ladder) if due.day <= day]
    if not begun:
        return None
    latest = max(begun, key=lambda due: due.day)
    end = latest.day + timedelta(days=CATCH_UP_DAYS) if latest.is_after else latest.deadline_day
    return latest if day <= end else None


def sending_rung_on(day: date, closes_at: datetime, late_until_at: datetime, ladder: Sequence[int]) -> Due | None:
    """Return the rung for offices that have not sent: of the window's end or, after it, of the late end's.

    Until the window has closed nobody hears of the late end; from then on the rung with the later day goes first.
    """
    due = rung_on(day, closes_at, ladder)
    late = rung_on(day, late_until_at, ladder)
    if late and late.day > day_before(closes_at) and (due is None or late.day >= due.day):
        return late
    return due
