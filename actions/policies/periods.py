"""When the dates of a period make sense, and when they may be moved."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import ReportingPeriod
from actions.policies.administering import obstacles_to_administering

MOVABLE_INSTANTS = (
    "opens_at",
    "closes_at",
    "late_until_at",
    "review_due_at",
    "correction_until_at",
    "objection_from_at",
    "objection_until_at",
)
"""The instants of a period, in the order in which they are shown; all but the two beginnings are exclusive ends."""


def date_order_errors(dates: Mapping[str, datetime]) -> dict[str, str]:
    """Return what is wrong with the order of `dates` (every name of `MOVABLE_INSTANTS`), by field.

    The same rules stand in the database as `period_instants_in_order`.
    """
    errors = {}
    if dates["closes_at"] <= dates["opens_at"]:
        errors["closes_at"] = _("Pilih hari tutup sesudah jendela dibuka.")
    if dates["late_until_at"] < dates["closes_at"]:
        errors["late_until_at"] = _("Pilih hari yang sama dengan hari tutup atau sesudahnya.")
    if dates["review_due_at"] < dates["closes_at"]:
        errors["review_due_at"] = _("Batas telaah tidak boleh sebelum jendela ditutup.")
    if dates["correction_until_at"] < dates["review_due_at"]:
        errors["correction_until_at"] = _("Batas perbaikan tidak boleh sebelum batas telaah.")
    if dates["objection_from_at"] < dates["closes_at"]:
        errors["objection_from_at"] = _("Sanggah tidak boleh dimulai sebelum jendela ditutup.")
    if dates["objection_until_at"] < dates["objection_from_at"]:
        errors["objection_until_at"] = _("Sanggah berakhir pada atau sesudah hari mulainya.")
    return errors


def is_reopening(period: ReportingPeriod, late_until_at: datetime, now: datetime) -> bool:
    """True if `late_until_at` would let reports be sent again in a period that has closed for its reporters."""
    return period.opened_at is not None and period.is_closed_at(now) and now < late_until_at


def obstacles_to_moving_dates(
    period: ReportingPeriod, actor: Actor | None, *, reason: str, reopens: bool, may_reopen: bool
) -> list[str]:
    """Return why the dates of `period` may not be moved: who asks, without a reason, or silently reopening it."""
    reasons = obstacles_to_administering(actor)
    if not reason.strip():
        reasons.append(_("Tulis alasan perubahan tanggal, misalnya nomor surat."))
    if reopens and not may_reopen:
        reasons.append(
            _("%(period)s sudah ditutup. Nyatakan bahwa periode ini memang dibuka kembali.") % {"period": period}
        )
    return reasons
