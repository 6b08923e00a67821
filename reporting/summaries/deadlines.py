"""Deadlines and steps of a report in words, for banners; instants are exclusive ends, in the reader's zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import formats
from actions.models import ReportingPeriod
from reporting.models import Report
from reporting.states import REPORT_WITH_REPORTER, ReportStatus

NEAR = timedelta(days=3)
JAKARTA = "Asia/Jakarta"


@dataclass(frozen=True)
class Deadline:
    """What includes/deadline.html shows; `state` is jauh, dekat (three days or less) or lewat."""

    end: datetime
    label: str
    state: str
    time_left: str
    local_text: str
    wib_text: str


@dataclass(frozen=True)
class Step:
    """A step of the period for includes/steps.html; `state` is usai, kini or nanti, `url` where it is taken, if now."""

    title: str
    text: str
    state: str
    url: str = ""


def deadline_until(end: datetime, label: str, *, zone: str, now: datetime) -> Deadline:
    """Return a deadline for a banner; `wib_text` is empty for a reader in WIB."""
    local = formats.deadline(end, zone)
    wib = formats.deadline(end, JAKARTA)
    if now >= end:
        state = "lewat"
    else:
        state = "dekat" if end - now <= NEAR else "jauh"
    return Deadline(end, label, state, formats.time_left(end, now), local, "" if wib == local else wib)


def sending_deadline(report: Report, *, zone: str, now: datetime) -> Deadline | None:
    """Return until when the reporter must send: the close, then the late end, then the correction; None once sent."""
    if report.status not in REPORT_WITH_REPORTER | {ReportStatus.CERTIFIED}:
        return None
    if report.is_correcting:
        return deadline_until(report.sending_ends_at(), _("Sisa waktu memperbaiki"), zone=zone, now=now)
    if now < report.period.closes_at:
        return deadline_until(report.period.closes_at, _("Sisa waktu mengirim"), zone=zone, now=now)
    return deadline_until(report.period.late_until_at, _("Sisa waktu mengirim terlambat"), zone=zone, now=now)


def period_steps(period: ReportingPeriod, *, zone: str, now: datetime) -> list[Step]:
    """Return the steps of `period` with their days in `zone`: filling, window, review, correction."""
    late = [(_("Masih diterima, terlambat"), period.closes_at, period.late_until_at)]
    spans = [
        (_("Pengisian"), None, period.opens_at),
        (_("Jendela pengiriman"), period.opens_at, period.closes_at),
        *(late if period.late_until_at > period.closes_at else []),
        (_("Telaah"), period.closes_at, period.review_due_at),
        (_("Perbaikan"), period.review_due_at, period.correction_until_at),
    ]
    return [Step(title, _span_text(start, end, zone), _state(start, end, now)) for title, start, end in spans]


def objection_step(report: Report, *, zone: str, now: datetime) -> Step:
    """Return the step of objecting to a verified report: while it is open it ends in words and leads to its page."""
    start, end = report.period.objection_from_at, report.period.objection_until_at
    state = _state(start, end, now)
    if state != "kini":
        return Step(_("Sanggah"), _span_text(start, end, zone), state)
    text = _("sampai %(end)s") % {"end": formats.deadline(end, zone)}
    return Step(_("Sanggah"), text, state, reverse("objection-list", args=[report.pk]))


def _span_text(start: datetime | None, end: datetime, zone: str) -> str:
    if start is None:
        return _("sejak periode dibuka")
    if start >= end:
        return _("pada hari yang sama")
    return formats.window(start, end, zone)


def _state(start: datetime | None, end: datetime, now: datetime) -> str:
    if now >= end:
        return "usai"
    return "kini" if start is None or now >= start else "nanti"
