"""Home of the secretariat: periods, how the reports stand, and what to do next; three queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import Assignment, Level, Measure, Membership, ReportingPeriod
from reporting.models import Report
from reporting.states import ReportStatus
from reporting.summaries.contacts import REACHABLE, REPORTING_ROLES
from reporting.summaries.deadlines import Deadline, Step, deadline_until, period_steps
from reporting.summaries.next_steps import NextStep

TIME_TO_OPEN = timedelta(days=30)
"""How long before its window a period should be opened: drafts and evidence are worked on before it."""
TIME_TO_PREPARE = timedelta(days=60)
"""How long before the last period of the calendar ends the next year should be prepared."""
SHOWN_PERIODS = 6


@dataclass(frozen=True)
class PeriodRow:
    """One period as the secretariat sees it: whether it is opened, and whether it could be."""

    period: ReportingPeriod
    has_measures: bool
    has_assignments: bool

    @property
    def is_opened(self) -> bool:
        return self.period.opened_at is not None


@dataclass
class Counts:
    """Reports of one level (or of all) by where they stand."""

    label: str
    expected: int = 0
    unsent: int = 0
    waiting: int = 0
    correcting: int = 0
    verified: int = 0

    def add(self, status: str, round: int, count: int) -> None:
        self.expected += count
        if not round:
            self.unsent += count
        elif status in (ReportStatus.SUBMITTED, ReportStatus.IN_REVIEW):
            self.waiting += count
        elif status == ReportStatus.VERIFIED:
            self.verified += count
        else:
            self.correcting += count

    @property
    def sent(self) -> int:
        return self.expected - self.unsent


@dataclass(frozen=True)
class OfficeHome:
    """Everything on the home page of the secretariat; `period` is the one it looks at, or None before the first."""

    period: ReportingPeriod | None
    periods: list[PeriodRow]
    total: Counts
    levels: list[Counts]
    unreachable: int
    step: NextStep
    deadline: Deadline | None = None
    steps: list[Step] = field(default_factory=list)


def office_home(actor: Actor, period: ReportingPeriod | None, *, now: datetime) -> OfficeHome:
    """Return the secretariat's home for `period`."""
    zone = actor.institution.time_zone
    periods = _periods()
    total, levels = _counts(period)
    unreachable = _unreachable(actor, period)
    return OfficeHome(
        period=period,
        periods=_around(periods, period),
        total=total,
        levels=levels,
        unreachable=unreachable,
        step=next_office_step(periods, period, total, unreachable=unreachable, now=now),
        deadline=_deadline(period, zone, now) if period else None,
        steps=period_steps(period, zone=zone, now=now) if period else [],
    )


def next_office_step(
    periods: Sequence[PeriodRow], period: ReportingPeriod | None, total: Counts, *, unreachable: int, now: datetime
) -> NextStep:
    """Return what the secretariat does next: prepare and open periods first, then follow up the one it looks at.

    `periods` are all there are, oldest first; `total` counts the reports of `period`.
    """
    if not periods:
        text = _("Tahun rencana menentukan kalender, periode dan aturan penilaian.")
        title = _("Buat tahun rencana")
        return NextStep(title, text, reverse("plan-year-create"), title)
    due = next((row for row in periods if _is_due(row, now)), None)
    if due:
        return _prepare(due)
    if period is not None and now < period.late_until_at and total.unsent:
        return _follow_up(total, unreachable)
    if now >= periods[-1].period.late_until_at - TIME_TO_PREPARE:
        text = _("Periode terakhir yang terjadwal adalah %(period)s.") % {"period": periods[-1].period}
        return NextStep(_("Siapkan tahun berikutnya"), text, reverse("plan-year-create"), _("Buat tahun rencana"))
    text = _("%(waiting)s laporan menunggu telaah, %(verified)s terverifikasi.")
    words = {"waiting": formats.thousands(total.waiting), "verified": formats.thousands(total.verified)}
    return NextStep(_("Pantau telaah"), text % words, reverse("national-results"), _("Lihat hasil nasional"))


def _follow_up(total: Counts, unreachable: int) -> NextStep:
    words = {"unsent": formats.thousands(total.unsent), "expected": formats.thousands(total.expected)}
    text = _("%(unsent)s dari %(expected)s laporan belum dikirim.") % words
    if unreachable:
        lost = {"lost": formats.thousands(unreachable)}
        text = f"{text} {_('%(lost)s instansi tidak dapat dihubungi lewat surel.') % lost}"
    title, url = _("Tindak lanjuti yang belum mengirim"), reverse("missing-list")
    return NextStep(title, text, url, _("Lihat yang belum kirim"))


def _is_due(row: PeriodRow, now: datetime) -> bool:
    return not row.is_opened and row.period.opens_at - TIME_TO_OPEN <= now < row.period.late_until_at


def _prepare(row: PeriodRow) -> NextStep:
    period, words = row.period, {"period": row.period}
    if not row.has_measures:
        text = _("Periode ini belum punya ukuran keberhasilan.")
        return NextStep(
            _("Muat katalog untuk %(period)s") % words, text, reverse("catalogue-upload"), _("Muat katalog")
        )
    year = period.plan_year.year
    if not row.has_assignments:
        text = _("Belum ada instansi yang ditugasi melaksanakan aksi tahun ini.")
        url = reverse("level-assignments", args=[year])
        return NextStep(_("Tugaskan aksi tahun %(year)s") % {"year": year}, text, url, _("Periksa penugasan"))
    title = _("Buka %(period)s") % words
    text = _("Periksa tanggalnya, lalu buka agar instansi dapat mulai mengisi.")
    dates = reverse("period-detail", args=[year, period.code])
    return NextStep(title, text, reverse("period-open", args=[period.key]), title, dates, _("Periksa tanggal"))


def _periods() -> list[PeriodRow]:
    rows = ReportingPeriod.objects.select_related("plan_year").annotate(
        has_measures=Exists(Measure.objects.filter(period=OuterRef("pk"))),
        has_assignments=Exists(Assignment.objects.filter(aksi__plan_year=OuterRef("plan_year"))),
    )
    return [PeriodRow(row, row.has_measures, row.has_assignments) for row in rows.in_order()]


def _around(periods: list[PeriodRow], period: ReportingPeriod | None) -> list[PeriodRow]:
    """The periods from the year one looks at on, at most the last few, newest first."""
    year = period.plan_year.year if period else 0
    return [row for row in reversed(periods) if row.period.plan_year.year >= year][:SHOWN_PERIODS]


def _counts(period: ReportingPeriod | None) -> tuple[Counts, list[Counts]]:
    levels = {level.value: Counts(str(level.label)) for level in Level}
    total = Counts(_("Seluruh jenjang"))
    if period is not None:
        rows = Report.objects.filter(period=period).order_by().values_list("level", "status", "round")
        for level, status, round, count in rows.annotate(count=Count("pk")):
            levels[level].add(status, round, count)
            total.add(status, round, count)
    return total, [counts for counts in levels.values() if counts.expected]


def _unreachable(actor: Actor, period: ReportingPeriod | None) -> int:
    """How many institutions owe a report and have nobody whom an e-mail reaches."""
    if period is None:
        return 0
    reachable = Membership.objects.in_force_on(actor.day).filter(
        REACHABLE, institution=OuterRef("institution"), role__in=REPORTING_ROLES
    )
    return Report.objects.filter(~Exists(reachable), period=period).count()


def _deadline(period: ReportingPeriod, zone: str, now: datetime) -> Deadline | None:
    """The next end of the period that is still to come; none once all have passed."""
    for end, label in (
        (period.closes_at, _("Sisa waktu mengirim")),
        (period.review_due_at, _("Sisa waktu menelaah")),
        (period.correction_until_at, _("Sisa waktu memperbaiki")),
        (period.objection_until_at, _("Sisa masa sanggah")),
    ):
        if now < end:
            return deadline_until(end, label, zone=zone, now=now)
    return None
