"""Reminders: who still has to do what before which deadline, as one message a person, deadline and rung.

Everything is read in a fixed number of queries, whatever the size of the nation. A message's key names the rung, so
a second run finds it there; what a later rung or an act has overtaken before it was e-mailed is not e-mailed any more.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from actions.models import AssignmentUnit, Institution, Membership, ReportingPeriod
from notifications.models import Message
from notifications.services import draft, tell_many
from reporting.jobs import reminder_texts as texts
from reporting.jobs.reminder_days import Due, rung_on, sending_rung_on
from reporting.models import Report, ReportItem
from reporting.states import ItemStatus, ReportStatus
from reporting.summaries.contacts import REPORTING_ROLES

Role = Membership.Role
KIND = "reminder"
SUPERSEDED = "Digantikan pengingat yang lebih baru."
BATCH = 500


@dataclass(frozen=True)
class Outcome:
    """How many reminders a run wrote, and how many earlier ones it kept from being e-mailed."""

    written: int
    superseded: int


def send_reminders(on: date | None = None, *, now: datetime | None = None) -> Outcome:
    """Write the reminders of the day (in Jakarta; `on` names another); running again writes nothing.

    They go out with the daily e-mail, which `notifications.jobs.delivery` sends. A day gone by is written without
    keeping anything back: what waits for today's e-mail is due today, not then.
    """
    now = now or timezone.now()
    day = on or _day_of(now)
    messages = reminders_on(day, now=now)
    superseded = 0 if day < _day_of(now) else _supersede(messages, now)
    return Outcome(written=tell_many(messages), superseded=superseded)


def reminders_on(day: date, *, now: datetime | None = None) -> list[Message]:
    """Return the unsaved reminders that are due on `day`, also those written already; writes nothing."""
    now = now or timezone.now()
    ladder = settings.REMINDER_LADDER_DAYS
    periods = {period.pk: period for period in ReportingPeriod.objects.opened().select_related("plan_year")}
    found = _Found(day, now)
    found.remind_reporters(_duties(periods, day, ladder))
    found.remind_reviewers(periods, _rungs(periods.values(), day, ladder))
    return [found.messages[key] for key in sorted(found.messages)]


def _day_of(now: datetime) -> date:
    return timezone.localdate(now, timezone.get_default_timezone())


def _supersede(messages: list[Message], now: datetime) -> int:
    """Send no e-mail for reminders that are not due any more; they stay readable in the portal."""
    wanted = {message.key for message in messages}
    waiting = Message.objects.due_at(now).filter(kind=KIND).values_list("pk", "key")
    overtaken = [pk for pk, key in waiting if key not in wanted]
    for start in range(0, len(overtaken), BATCH):
        rows = Message.objects.due_at(now).filter(pk__in=overtaken[start : start + BATCH])
        rows.update(failed_at=now, last_error=SUPERSEDED)
    return len(overtaken)


# What is due


@dataclass(frozen=True)
class Duty:
    """A report that its institution still has to send (or, returned, to send again), and the rung that is due."""

    report: Report
    period: ReportingPeriod
    due: Due

    @property
    def is_correction(self) -> bool:
        return self.report.is_correcting


def _rungs(periods: Iterable[ReportingPeriod], day: date, ladder: list[int]) -> dict[int, Due]:
    """The rung of the review's deadline that is due on `day`, by period id."""
    found = {period.pk: rung_on(day, period.review_due_at, ladder) for period in periods}
    return {period_id: due for period_id, due in found.items() if due}


def _duties(periods: dict[int, ReportingPeriod], day: date, ladder: list[int]) -> list[Duty]:
    """The reports that were never sent or came back, with a rung due on `day`; one query."""
    sending = {
        period.pk: sending_rung_on(day, period.closes_at, period.late_until_at, ladder) for period in periods.values()
    }
    not_sent = Q(round=0, period__in=[period_id for period_id, due in sending.items() if due])
    returned = Q(status__in=[ReportStatus.RETURNED, ReportStatus.CERTIFIED], correction_due_at__isnull=False)
    reports = Report.objects.filter(not_sent | returned).select_related("institution")
    found = []
    for report in reports.order_by("institution__code", "period"):
        report.period = periods[report.period_id]
        if report.correction_due_at:
            due = _correction_rung(report, day, ladder)
        else:
            due = sending[report.period_id]
        if due:
            found.append(Duty(report, report.period, due))
    return found


def _correction_rung(report: Report, day: date, ladder: list[int]) -> Due | None:
    """A rung whose day came before the report was returned is left out: the return itself has told them."""
    due = rung_on(day, report.correction_ends_at(), ladder)
    return due if due and due.day > _day_of(report.returned_at) else None


# Who is told


@dataclass
class _Work:
    """What is left to do in one report: ids of its items not ready, by unit, and how many there are."""

    total: int = 0
    open_items: list[int] = field(default_factory=list)
    by_unit: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


class _Found:
    """Collects the messages of one day by key."""

    def __init__(self, day: date, now: datetime):
        self.day, self.now = day, now
        self.messages: dict[str, Message] = {}

    def add(
        self, user, office: Institution, period: ReportingPeriod, due: Due, kind: str, text: tuple[str, str], path: str
    ) -> None:
        title, body = text
        key = f"{KIND}:{kind}:{period.key}:{office.code}:{user.pk}:{due.deadline_day}:{due.rung}"
        daily = Message.Urgency.DAILY
        message = draft(user, key=key, kind=KIND, title=title, body=body, path=path, urgency=daily, now=self.now)
        self.messages.setdefault(key, message)

    # Those who fill and send; three queries

    def remind_reporters(self, duties: list[Duty]) -> None:
        work = _work_left(duties)
        members = self._members(duties)
        for duty in duties:
            left = work[duty.report.pk]
            people = members[duty.report.institution_id]
            for member in people:  # a coordinator's message comes first; who is also staff of an OPD gets no second
                if member.role == Role.COORDINATOR or (member.role == Role.SIGNATORY and not duty.is_correction):
                    self._remind_sender(duty, member, left)
            for staff in _by_user(people).values():
                mine = sorted({item for member in staff for item in left.by_unit.get(member.unit_id, [])})
                if mine and duty.report.status != ReportStatus.CERTIFIED:
                    self._remind_staff(duty, staff[0], mine)

    def _members(self, duties: list[Duty]) -> dict[int, list[Membership]]:
        institutions = {duty.report.institution_id for duty in duties}
        rows = Membership.objects.in_force_on(self.day).filter(user__is_active=True, institution__in=institutions)
        rows = rows.filter(role__in=[*REPORTING_ROLES, Role.OPD_STAFF]).select_related("user")
        found = defaultdict(list)
        for member in rows.order_by("pk"):
            found[member.institution_id].append(member)
        return found

    def _remind_sender(self, duty: Duty, member: Membership, left: _Work) -> None:
        institution, period, due = duty.report.institution, duty.period, duty.due
        if duty.is_correction:
            text = texts.correction_text(period, institution, due, open_items=len(left.open_items), total=left.total)
        else:
            ready = left.total - len(left.open_items)
            text = texts.sending_text(period, institution, due, ready=ready, total=left.total)
        path = reverse("report-detail", args=[duty.report.pk])
        self.add(member.user, institution, period, due, _kind(duty), text, path)

    def _remind_staff(self, duty: Duty, member: Membership, items: list[int]) -> None:
        write = texts.repair_text if duty.is_correction else texts.filling_text
        text = write(duty.period, duty.report.institution, duty.due, count=len(items))
        path = reverse("item-fill", args=items) if len(items) == 1 else reverse("item-list")
        self.add(member.user, duty.report.institution, duty.period, duty.due, _kind(duty), text, path)

    # Those who review; two queries

    def remind_reviewers(self, periods: dict[int, ReportingPeriod], rungs: dict[int, Due]) -> None:
        officers = self._officers()
        counts: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
        waiting = Report.objects.awaiting_review().filter(period__in=rungs).select_related("institution")
        for report in waiting.order_by("pk"):
            office = officers[_office_of(report)]
            own = [member for member in office if member.user_id == report.claimed_by_id]
            for member in own or office:
                counts[report.period_id, member.user_id, member.institution_id][0 if own else 1] += 1
        people = {(m.user_id, m.institution_id): m for members in officers.values() for m in members}
        for (period_id, user_id, institution_id), (claimed, unclaimed) in counts.items():
            member, period, due = people[user_id, institution_id], periods[period_id], rungs[period_id]
            text = texts.review_text(period, member.institution, due, claimed=claimed, unclaimed=unclaimed)
            self.add(member.user, member.institution, period, due, "review", text, reverse("review-queue"))

    def _officers(self) -> dict[int | str, list[Membership]]:
        """Reviewers by office: a Kanwil's id, or which of the central offices (see `_office_of`)."""
        rows = Membership.objects.in_force_on(self.day).filter(user__is_active=True)
        rows = rows.filter(role__in=[Role.KANWIL_OFFICER, Role.CENTRAL_VERIFIER]).select_related("user", "institution")
        found = defaultdict(list)
        for member in rows.order_by("pk"):
            if member.role == Role.KANWIL_OFFICER:
                found[member.institution_id].append(member)
            elif member.institution.houses_secretariat:
                found[CENTRAL].append(member)
            elif member.institution.is_on_panitia_nasional:
                found[PANITIA].append(member)
        return found


CENTRAL, PANITIA = "central", "panitia"


def _office_of(report: Report) -> int | str:
    """The key of the office that reviews `report`. See also `ReportQuerySet.reviewable_by`."""
    if report.kanwil_id:
        return report.kanwil_id
    return PANITIA if report.institution.houses_secretariat else CENTRAL


def _kind(duty: Duty) -> str:
    return "correction" if duty.is_correction else "sending"


def _by_user(members: list[Membership]) -> dict[int, list[Membership]]:
    found = defaultdict(list)
    for member in members:
        if member.role == Role.OPD_STAFF:
            found[member.user_id].append(member)
    return found


def _work_left(duties: list[Duty]) -> dict[int, _Work]:
    """What is left to do in each report, by report id; two queries."""
    reports = {duty.report.pk: duty for duty in duties}
    units = _units_of({duty.report.institution_id for duty in duties}, {duty.period.plan_year_id for duty in duties})
    found = defaultdict(_Work)
    items = ReportItem.objects.filter(report__in=reports).order_by("report", "aksi__number")
    for pk, report_id, aksi_id, status, is_reopened in items.values_list(
        "pk", "report_id", "aksi_id", "status", "is_reopened"
    ):
        duty = reports[report_id]
        if duty.is_correction and not is_reopened:
            continue
        left = found[report_id]
        left.total += 1
        if status in (ItemStatus.FILLING, ItemStatus.RETURNED):
            left.open_items.append(pk)
            for unit_id in units[duty.report.institution_id, aksi_id]:
                left.by_unit[unit_id].append(pk)
    return found


def _units_of(institution_ids: set[int], plan_year_ids: set[int]) -> dict[tuple[int, int], list[int]]:
    """The ids of the units that work on an aksi, by institution id and aksi id."""
    found = defaultdict(list)
    rows = AssignmentUnit.objects.filter(
        assignment__institution__in=institution_ids, assignment__aksi__plan_year__in=plan_year_ids
    )
    for institution_id, aksi_id, unit_id in rows.order_by().values_list(
        "assignment__institution_id", "assignment__aksi_id", "unit_id"
    ):
        found[institution_id, aksi_id].append(unit_id)
    return found
