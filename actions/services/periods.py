"""Move the dates of a reporting period, with a reason that stays on record."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import PeriodEvent, ReportingPeriod
from actions.policies.errors import refuse
from actions.policies.periods import (
    MOVABLE_INSTANTS,
    date_order_errors,
    is_reopening,
    obstacles_to_moving_dates,
)

SETTINGS = ("minimum_correction_days", "needs_signatory", "letter_number", "letter_on")
"""What else of a period the secretariat decides, on record like its dates."""


@transaction.atomic
def move_period_dates(
    period: ReportingPeriod,
    changes: Mapping[str, object],
    *,
    reason: str,
    by: Actor,
    may_reopen: bool = False,
    now: datetime | None = None,
) -> PeriodEvent | None:
    """Set the instants (`MOVABLE_INSTANTS`) and settings (`SETTINGS`) named in `changes`; return the event.

    Nothing is written and None returned if nothing differs. `may_reopen` lets a period that has closed for its
    reporters open again. Raises NotAllowed (who, no reason, silent reopening) and ValidationError by field for
    dates out of order; KeyError for an unknown name.
    """
    now = now or timezone.now()
    if unknown := set(changes) - set(MOVABLE_INSTANTS) - set(SETTINGS):
        raise KeyError(f"Not a date or setting of a period: {sorted(unknown)}")
    locked = ReportingPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
    dates = {name: changes.get(name, getattr(locked, name)) for name in MOVABLE_INSTANTS}
    reopens = is_reopening(locked, dates["late_until_at"], now)
    refuse(obstacles_to_moving_dates(locked, by, reason=reason, reopens=reopens, may_reopen=may_reopen))
    if errors := date_order_errors(dates):
        raise ValidationError(errors)
    before = {name: getattr(locked, name) for name in changes}
    differing = {name: value for name, value in changes.items() if value != before[name]}
    if not differing:
        return None
    if differing.keys() & {"opens_at", "closes_at"}:  # the window no longer stands on what it was made from
        before["basis"] = locked.basis
        differing["basis"] = _("Diubah sekretariat: %(reason)s") % {"reason": " ".join(reason.split())}
        differing["basis"] = differing["basis"][: ReportingPeriod._meta.get_field("basis").max_length]
    for name, value in differing.items():
        setattr(locked, name, value)
        setattr(period, name, value)
    locked.save(update_fields=list(differing))
    return PeriodEvent.objects.create(
        period=locked,
        kind=PeriodEvent.Kind.MOVED,
        at=now,
        by=by.user,
        reason=reason.strip(),
        changes={name: [_plain(before[name]), _plain(value)] for name, value in differing.items()},
    )


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value  # a datetime is a date too
