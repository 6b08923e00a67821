"""The reports that a reviewing office has before it, oldest first, in three queries whatever their number."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.actors import Actor
from actions.models import Membership, ReportingPeriod
from reporting.models import MeasureAnswer, Report, Submission
from reporting.states import ItemStatus, ReportStatus


class Stage(models.TextChoices):
    """Where a report stands for its reviewer."""

    WAITING = "menunggu", gettext_lazy("Menunggu telaah")
    IN_REVIEW = "ditelaah", gettext_lazy("Sedang ditelaah")
    CLOSED = "perbaikan-ditutup", gettext_lazy("Perbaikan ditutup")
    CORRECTING = "diperbaiki", gettext_lazy("Sedang diperbaiki")
    VERIFIED = "terverifikasi", gettext_lazy("Terverifikasi")
    NOT_SENT = "belum-kirim", gettext_lazy("Belum kirim")


AWAITING = (Stage.WAITING, Stage.IN_REVIEW, Stage.CLOSED)
"""Stages in which the next step is the reviewer's."""

COLOURS = {
    Stage.WAITING: "biru",
    Stage.IN_REVIEW: "kuning",
    Stage.CLOSED: "merah",
    Stage.CORRECTING: "abu",
    Stage.VERIFIED: "hijau",
    Stage.NOT_SENT: "abu",
}


@dataclass(frozen=True)
class QueueRow:
    """One report in the queue. `judged` of `total` measures are judged in this round."""

    report: Report
    stage: Stage
    since: datetime
    judged: int
    total: int
    is_mine: bool
    is_conflict: bool
    now: datetime

    @property
    def colour(self) -> str:
        return COLOURS[self.stage]

    @property
    def age(self) -> str:
        """How long the report has been where it is, in days of Jakarta."""
        zone = timezone.get_default_timezone()
        days = (timezone.localdate(self.now, zone) - timezone.localdate(self.since, zone)).days
        return _("%(days)s hari") % {"days": days} if days else _("hari ini")


@dataclass(frozen=True)
class StageCount:
    """How many reports of the period are at one stage."""

    stage: Stage
    count: int


@dataclass(frozen=True)
class ReviewQueue:
    """The rows asked for, and the counts of all reports that this office reviews in the period."""

    rows: list[QueueRow]
    counts: dict[Stage, int]

    @property
    def expected(self) -> int:
        return sum(self.counts.values())

    @property
    def sent(self) -> int:
        return self.expected - self.counts[Stage.NOT_SENT]

    @property
    def awaiting(self) -> int:
        return sum(self.counts[stage] for stage in AWAITING)

    @property
    def stages(self) -> list[StageCount]:
        return [StageCount(stage, self.counts[stage]) for stage in Stage]


def stage_of(report: Report, now: datetime) -> Stage:
    """Where `report` stands for its reviewer at `now`; see also `policies.reviewing.has_closed_correction`."""
    if report.status == ReportStatus.SUBMITTED:
        return Stage.WAITING
    if report.status == ReportStatus.IN_REVIEW:
        return Stage.IN_REVIEW
    if report.status == ReportStatus.VERIFIED:
        return Stage.VERIFIED
    if not report.is_correcting:
        return Stage.NOT_SENT
    return Stage.CLOSED if now >= report.correction_ends_at() else Stage.CORRECTING


def review_queue(
    actor: Actor, period: ReportingPeriod, *, now: datetime, stages: tuple[Stage, ...] = AWAITING, words: str = ""
) -> ReviewQueue:
    """Return the reports of `period` at `stages` that `actor`'s office reviews, those waiting longest first.

    `words` must occur in the institution's name. Three queries.
    """
    latest = Submission.objects.filter(report=OuterRef("pk"), recalled_at__isnull=True).order_by("-pk")
    rows = Report.objects.reviewable_by(actor).filter(period=period)
    rows = rows.select_related("institution", "claimed_by").annotate(latest=Subquery(latest.values("pk")[:1]))
    for report in rows:
        report.period = period
    reports = [(report, stage_of(report, now)) for report in rows]
    counts = {stage: sum(found == stage for _report, found in reports) for stage in Stage}
    wanted = [(report, stage) for report, stage in reports if stage in stages and _is_named(report, words)]
    progress = _progress([report for report, _stage in wanted])
    own = _institutions_of(actor, period, now)
    found = [
        QueueRow(
            report=report,
            stage=stage,
            since=_since(report, stage),
            judged=progress[report.pk][0],
            total=progress[report.pk][1],
            is_mine=report.claimed_by_id == actor.user.pk,
            is_conflict=report.institution_id in own,
            now=now,
        )
        for report, stage in wanted
    ]
    return ReviewQueue(sorted(found, key=lambda row: (row.since, row.report.institution.code)), counts)


def _is_named(report: Report, words: str) -> bool:
    names = f"{report.institution.name} {report.institution.short_name}".casefold()
    return all(word in names for word in words.casefold().split())


def _since(report: Report, stage: Stage) -> datetime:
    return {
        Stage.CLOSED: report.correction_ends_at(),
        Stage.CORRECTING: report.returned_at,
        Stage.VERIFIED: report.verified_at,
        Stage.NOT_SENT: report.created_at,
    }.get(stage, report.submitted_at)


def _progress(reports: list[Report]) -> dict[int, tuple[int, int]]:
    """Judged and all measures by report; see also `summaries.desk`, which says the same of one report."""
    latest = {report.pk: report.latest for report in reports}
    found = dict.fromkeys(latest, (0, 0))
    answers = MeasureAnswer.objects.filter(item__report__in=latest).exclude(item__status=ItemStatus.FILLING)
    for report_id, status, submission_id in answers.values_list(
        "item__report", "item__status", "judgement__submission"
    ):
        is_judged = submission_id is not None and (status == ItemStatus.ACCEPTED or submission_id == latest[report_id])
        judged, total = found[report_id]
        found[report_id] = (judged + is_judged, total + 1)
    return found


def _institutions_of(actor: Actor, period: ReportingPeriod, now: datetime) -> set[int]:
    """Institutions that this person must not review; see also `policies.parties.conflicts_of_interest`."""
    rows = Membership.objects.filter(user=actor.user.pk).overlapping(period.covers_from, timezone.localdate(now))
    return set(rows.values_list("institution", flat=True))
