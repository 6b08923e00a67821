"""Home of those who look after others without reviewing them: a province's pembina, and a Kemenko that reads."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import ReportingPeriod
from reporting.models import Report, Score
from reporting.scoring import as_decimal
from reporting.states import ReportStatus
from reporting.summaries.deadlines import Deadline, Step, deadline_until, period_steps
from reporting.summaries.missing import MissingRow, area_of, missing_list
from reporting.summaries.next_steps import NextStep


@dataclass(frozen=True)
class AreaRow:
    """One institution of the area: its report, its progress while unsent, and its score once verified."""

    report: Report
    missing: MissingRow | None
    value: Decimal | None
    band: str
    is_closed: bool

    @property
    def unsent_word(self) -> str:
        """What the chip of a report says that was not sent."""
        if self.is_closed:
            return _("Tidak lapor")
        return _("Belum mulai") if self.missing and not self.missing.is_started else _("Belum dikirim")

    @property
    def unsent_colour(self) -> str:
        return "kuning" if self.missing and self.missing.is_started else "abu"


@dataclass(frozen=True)
class AreaHome:
    """The readiness of an area for a period."""

    rows: list[AreaRow]
    step: NextStep
    deadline: Deadline | None
    steps: list[Step]

    @property
    def expected(self) -> int:
        return len(self.rows)

    @property
    def sent(self) -> int:
        return sum(row.report.is_reported for row in self.rows)

    @property
    def verified(self) -> int:
        return sum(row.report.status == ReportStatus.VERIFIED for row in self.rows)

    @property
    def returned(self) -> int:
        return sum(row.report.status == ReportStatus.RETURNED for row in self.rows)

    @property
    def not_started(self) -> int:
        return sum(row.missing is not None and not row.missing.is_started for row in self.rows)


def area_home(actor: Actor, period: ReportingPeriod, *, now: datetime) -> AreaHome:
    """Return how ready the kab/kota of a pembina's province are; six queries."""
    reports = _scored(area_of(actor).filter(period=period))
    missing = {row.report.pk: row for row in missing_list(actor, period, now=now).rows}
    is_closed = period.is_closed_at(now)
    ordered = reports.order_by("institution__code")
    rows = [_row(report, missing.get(report.pk), is_closed=is_closed) for report in ordered]
    behind = [row for row in rows if row.missing and not row.missing.is_started]
    zone = actor.institution.time_zone
    return AreaHome(
        rows=rows,
        step=next_area_step(expected=len(rows), unsent=len(missing), not_started=len(behind), is_closed=is_closed),
        deadline=_deadline(period, zone, now),
        steps=period_steps(period, zone=zone, now=now),
    )


def next_area_step(*, expected: int, unsent: int, not_started: int, is_closed: bool) -> NextStep:
    """Return what a pembina does next; all numbers count governments."""
    results = (reverse("region-results"), _("Lihat hasil wilayah"))
    if not expected:
        return NextStep(_("Belum ada yang dibina"), _("Tidak ada kabupaten/kota yang wajib lapor pada periode ini."))
    if is_closed or not unsent:
        text = _("%(sent)s dari %(expected)s kabupaten/kota mengirim laporan.")
        return NextStep(
            _("Lihat hasil wilayah Anda"), text % {"sent": expected - unsent, "expected": expected}, *results
        )
    words = {"unsent": unsent, "expected": expected, "idle": not_started}
    text = _("%(unsent)s dari %(expected)s kabupaten/kota belum mengirim, %(idle)s di antaranya belum mulai mengisi.")
    url = reverse("missing-list")
    return NextStep(_("Hubungi yang belum mengirim"), text % words, url, _("Lihat yang belum kirim"), *results)


def readers_rows(actor: Actor, period: ReportingPeriod, *, now: datetime) -> list[AreaRow]:
    """The reports of the K/L that a Kemenko reads, in the order of codes; one query."""
    reports = _scored(Report.objects.visible_to(actor).filter(period=period))
    is_closed = period.is_closed_at(now)
    return [_row(report, None, is_closed=is_closed) for report in reports.order_by("institution__code")]


def _scored(rows):
    score = Score.objects.filter(
        scope=Score.Scope.INSTITUTION,
        institution=OuterRef("institution"),
        period=OuterRef("period"),
        target_group=None,
    )
    return rows.select_related("institution").annotate(
        score_exact=Subquery(score.values("reported_exact")[:1]), score_band=Subquery(score.values("band")[:1])
    )


def _row(report: Report, missing: MissingRow | None, *, is_closed: bool) -> AreaRow:
    is_known = report.status == ReportStatus.VERIFIED and report.score_exact
    value = as_decimal(Fraction(report.score_exact)) if is_known else None
    return AreaRow(report, missing, value, report.score_band if is_known else "", is_closed)


def _deadline(period: ReportingPeriod, zone: str, now: datetime) -> Deadline | None:
    if now < period.closes_at:
        return deadline_until(period.closes_at, _("Sisa waktu mengirim"), zone=zone, now=now)
    if period.is_closed_at(now):
        return None
    return deadline_until(period.late_until_at, _("Sisa waktu mengirim terlambat"), zone=zone, now=now)
