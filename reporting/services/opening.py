"""Opening a period: every institution that must report gets its expected report, exactly once."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from actions.actors import Actor
from actions.models import (
    Assignment,
    Institution,
    Measure,
    Oversight,
    PeriodEvent,
    PlanYear,
    ReportingPeriod,
    day_of_duty,
)
from actions.policies.errors import refuse
from reporting.models import MeasureAnswer, PeriodScoring, Report, ReportItem
from reporting.policies.opening import institutions_owing, obstacles_to_opening
from reporting.states import ReportStatus

BATCH = 1000


def open_period(period: ReportingPeriod, *, by: Actor, now: datetime | None = None) -> int:
    """Create the expected reports of `period` with their items and blank answers; return how many are new.

    Safe to run again and at once: year and period are locked, so that an import or an assignment comes before or
    after, and what exists stays as it is. Later assignments and measures are added by opening again, but only to
    drafts: what was certified or sent stays what it was. Raises NotAllowed.
    """
    now = now or timezone.now()
    with transaction.atomic():
        PlanYear.objects.select_for_update(of=("self",), no_key=True).get(pk=period.plan_year_id)
        period = ReportingPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
        refuse(obstacles_to_opening(period, by))
        created = _create_reports(period, now)
        drafts = _locked_drafts(period)
        grown = _create_items(period, drafts) + _create_answers(period, drafts)
        _record_opening(period, by=by, now=now, created=created)
        if created or grown:
            PeriodScoring.objects.request(period.pk)
    return created


def _create_reports(period: ReportingPeriod, now: datetime) -> int:
    existing = set(Report.objects.filter(period=period).values_list("institution_id", flat=True))
    kanwil = _kanwil_by_province(day_of_duty(period))
    new = []
    for institution in institutions_owing(period):
        if institution.pk in existing:
            continue
        province_id = institution.parent_id
        if institution.kind == Institution.Kind.PROVINSI:
            province_id = institution.pk
        new.append(
            Report(
                institution=institution,
                period=period,
                level=institution.level,
                province_id=province_id,
                kanwil_id=kanwil.get(province_id),
                created_at=now,
            )
        )
    Report.objects.bulk_create(new, batch_size=BATCH)
    return len(new)


def _kanwil_by_province(day: date) -> dict[int | None, int]:
    rows = Oversight.objects.in_force_on(day).filter(kind=Oversight.Kind.REVIEW)
    return dict(rows.values_list("overseen_id", "overseer_id"))


def _locked_drafts(period: ReportingPeriod) -> dict[int, int]:
    """The ids of the reports that may still grow, by institution id, locked against being sent meanwhile."""
    rows = Report.objects.select_for_update(of=("self",)).filter(period=period, status=ReportStatus.DRAFT)
    return {report.institution_id: report.pk for report in rows.order_by("pk")}


def _create_items(period: ReportingPeriod, drafts: dict[int, int]) -> int:
    existing = set(ReportItem.objects.filter(report__period=period).values_list("report_id", "aksi_id"))
    measured = set(Measure.objects.filter(period=period).values_list("aksi_id", flat=True))
    assigned = Assignment.objects.filter(aksi__plan_year=period.plan_year_id)
    new = [
        ReportItem(report_id=drafts[institution_id], aksi_id=aksi_id)
        for institution_id, aksi_id in assigned.values_list("institution_id", "aksi_id")
        if institution_id in drafts and aksi_id in measured and (drafts[institution_id], aksi_id) not in existing
    ]
    ReportItem.objects.bulk_create(new, batch_size=BATCH)
    return len(new)


def _create_answers(period: ReportingPeriod, drafts: dict[int, int]) -> int:
    measures: dict[int, list[int]] = {}
    for aksi_id, measure_id in Measure.objects.filter(period=period).values_list("aksi_id", "pk"):
        measures.setdefault(aksi_id, []).append(measure_id)
    answers = MeasureAnswer.objects.filter(item__report__period=period)
    existing = set(answers.values_list("item_id", "measure_id"))
    items = ReportItem.objects.filter(report__period=period).values_list("pk", "aksi_id", "report_id")
    growing = set(drafts.values())
    new = [
        MeasureAnswer(item_id=item_id, measure_id=measure_id)
        for item_id, aksi_id, report_id in items
        if report_id in growing
        for measure_id in measures.get(aksi_id, [])
        if (item_id, measure_id) not in existing
    ]
    MeasureAnswer.objects.bulk_create(new, batch_size=BATCH)
    return len(new)


def _record_opening(period: ReportingPeriod, *, by: Actor, now: datetime, created: int) -> None:
    PeriodScoring.objects.get_or_create(period=period)
    if period.opened_at is None:
        period.opened_at, period.opened_by = now, by.user
        period.save(update_fields=["opened_at", "opened_by"])
    elif not created:
        return
    PeriodEvent.objects.create(
        period=period, kind=PeriodEvent.Kind.OPENED, at=now, by=by.user, changes={"reports": created}
    )
