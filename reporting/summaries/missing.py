"""Who has not sent yet: how far each is, whom to call, and whom nobody can reach; four queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from actions.actors import Actor
from actions.models import Membership, ReportingPeriod
from reporting.models import MeasureAnswer, Report, ReportItem
from reporting.states import ItemStatus
from reporting.summaries.contacts import REPORTING_ROLES


class Want(models.TextChoices):
    """Which of the offices that have not sent to look at."""

    ALL = "semua", gettext_lazy("Semua")
    NOT_STARTED = "belum-mulai", gettext_lazy("Belum mulai")
    UNREACHABLE = "tanpa-alamat", gettext_lazy("Tanpa alamat")


@dataclass(frozen=True)
class Contact:
    """A coordinator or signatory of an institution; `is_reachable` is about e-mail."""

    name: str
    role: str
    email: str
    phone: str
    is_reachable: bool


@dataclass(frozen=True)
class MissingRow:
    """One report that was not sent: aksi marked ready, measures begun, and the people behind it."""

    report: Report
    items_ready: int
    items: int
    measures_filled: int
    measures: int
    contacts: tuple[Contact, ...]

    @property
    def is_started(self) -> bool:
        return self.measures_filled > 0

    @property
    def is_reachable(self) -> bool:
        return any(contact.is_reachable for contact in self.contacts)

    @property
    def progress_text(self) -> str:
        if not self.is_started:
            return _("belum mulai")
        return _("%(filled)s dari %(measures)s ukuran terisi, %(ready)s dari %(items)s aksi siap") % {
            "filled": self.measures_filled,
            "measures": self.measures,
            "ready": self.items_ready,
            "items": self.items,
        }


@dataclass(frozen=True)
class MissingList:
    """The rows asked for, in the order of codes, and counts over all of the area."""

    rows: list[MissingRow]
    expected: int
    missing: int
    not_started: int
    unreachable: int


def has_area(actor: Actor) -> bool:
    """True for whoever looks after other institutions' reports: reviewers, pembina and Ditjen HAM."""
    return actor.is_reviewer or actor.is_pembina or actor.is_ditjen


def area_of(actor: Actor) -> QuerySet[Report]:
    """The reports that `actor` looks after: those its office reviews, its kab/kota's, else all for Ditjen HAM."""
    if actor.is_reviewer:
        return Report.objects.reviewable_by(actor)
    if actor.is_ditjen:
        return Report.objects.all()
    if actor.is_pembina:
        return Report.objects.filter(province=actor.institution.pk).exclude(institution=actor.institution.pk)
    return Report.objects.none()


def missing_list(
    actor: Actor, period: ReportingPeriod, *, now: datetime, want: str = Want.ALL, words: str = ""
) -> MissingList:
    """Return the reports of `period` in `actor`'s area that were never sent. Five queries."""
    area = area_of(actor).filter(period=period)
    expected = area.count()
    reports = list(area.not_sent().select_related("institution", "province").order_by("institution__code"))
    rows = _rows(reports, now)
    found = [row for row in rows if _is_wanted(row, want) and _is_named(row.report, words)]
    return MissingList(
        rows=found,
        expected=expected,
        missing=len(rows),
        not_started=sum(not row.is_started for row in rows),
        unreachable=sum(not row.is_reachable for row in rows),
    )


def _rows(reports: list[Report], now: datetime) -> list[MissingRow]:
    ids = [report.pk for report in reports]
    is_ready, is_filled = Q(status=ItemStatus.READY), ~Q(execution="")
    items = _counted(ReportItem.objects.filter(report__in=ids), "report", is_ready)
    measures = _counted(MeasureAnswer.objects.filter(item__report__in=ids), "item__report", is_filled)
    contacts = _contacts([report.institution_id for report in reports], now)
    return [
        MissingRow(report, *items[report.pk], *measures[report.pk], tuple(contacts[report.institution_id]))
        for report in reports
    ]


def _counted(rows: QuerySet, by: str, condition: Q) -> dict[int, tuple[int, int]]:
    """How many of `rows` meet `condition`, and how many there are, by report."""
    counts = rows.order_by().values(by).annotate(met=Count("pk", filter=condition), all=Count("pk"))
    return defaultdict(lambda: (0, 0), {row[by]: (row["met"], row["all"]) for row in counts})


def _contacts(institution_ids: Iterable[int], now: datetime) -> dict[int, list[Contact]]:
    found = defaultdict(list)
    day = timezone.localdate(now, timezone.get_default_timezone())
    rows = Membership.objects.in_force_on(day).filter(institution__in=institution_ids, role__in=REPORTING_ROLES)
    for row in rows.select_related("user").order_by("role", "user__name"):
        contact = Contact(
            name=row.user.name,
            role=row.get_role_display(),
            email=row.user.email,
            phone=row.user.phone,
            is_reachable=_is_reachable(row.user),
        )
        found[row.institution_id].append(contact)
    return found


def _is_reachable(user: User) -> bool:
    """See also `summaries.contacts.REACHABLE`, which says the same of rows."""
    return user.is_active and bool(user.email) and user.email_bounced_at is None


def _is_wanted(row: MissingRow, want: str) -> bool:
    if want == Want.NOT_STARTED:
        return not row.is_started
    return want != Want.UNREACHABLE or not row.is_reachable


def _is_named(report: Report, words: str) -> bool:
    province = report.province.name if report.province else ""
    names = f"{report.institution.name} {report.institution.short_name} {province}".casefold()
    return all(word in names for word in words.casefold().split())
