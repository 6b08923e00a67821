"""The plan of the demo: 2025 on the four-monthly calendar, 2026 on the quarterly one, the last period open today."""

import re
from datetime import date, datetime, time, timedelta
from io import StringIO

from django.core.management import call_command
from django.utils import timezone

from actions.actors import Actor
from actions.models import (
    Assignment,
    AssignmentUnit,
    Calendar,
    Institution,
    Level,
    Plan,
    PlanYear,
    ReportingPeriod,
    RuleSet,
    Unit,
)
from actions.services.institutions import DATA_FOLDER
from actions.services.planning import assign_level, create_plan_year

YEARS = ((2025, "caturwulan"), (2026, "triwulan"))
OPEN_SINCE, OPEN_FOR = 4, 6
"""The open window: it began this many days ago, and ends (its last day) in this many."""
BETWEEN_PERIODS = 80
"""Days between the ends of periods where the calendar's own days are not in the past yet."""


def ensure_plan(today: date, by: Actor) -> None:
    """Create both years, their catalogue and assignments, and set the last window around `today`."""
    plan = Plan.objects.get(code="V")
    for year, calendar in YEARS:
        if not PlanYear.objects.filter(year=year).exists():
            create_plan_year(plan, year, Calendar.objects.get(code=calendar), _rule_set(), by=by)
    call_command("import_catalogue", str(DATA_FOLDER / "aksi_ham_catalogue.csv"), stdout=StringIO())
    for plan_year in PlanYear.objects.filter(year__in=[year for year, _calendar in YEARS]):
        for level in Level.values:
            assign_level(plan_year, level, by=by)
        assign_units(plan_year)
    _set_windows(today)


def _rule_set() -> RuleSet:
    return RuleSet.objects.order_by("code").first()


def assign_units(plan_year: PlanYear) -> None:
    """Give every assignment the first office that its aksi suggests as leading OPD."""
    taken = set(AssignmentUnit.objects.values_list("assignment_id", flat=True))
    suggested = Assignment.objects.filter(aksi__plan_year=plan_year).exclude(aksi__suggested_offices="")
    rows = [row for row in suggested.select_related("aksi") if row.pk not in taken]
    names = {row.pk: re.split(r"\s*;\s*", row.aksi.suggested_offices.strip())[0][:150] for row in rows}
    known = {(i, n): pk for i, n, pk in Unit.objects.values_list("institution_id", "name", "pk")}
    missing = {(row.institution_id, names[row.pk]) for row in rows} - set(known)
    Unit.objects.bulk_create([Unit(institution_id=i, name=n) for i, n in sorted(missing)], batch_size=1000)
    known = {(i, n): pk for i, n, pk in Unit.objects.values_list("institution_id", "name", "pk")}
    AssignmentUnit.objects.bulk_create(
        [
            AssignmentUnit(assignment=row, unit_id=known[row.institution_id, names[row.pk]], is_lead=True)
            for row in rows
        ],
        batch_size=1000,
    )


def _set_windows(today: date) -> None:
    """The last quarter is open today; earlier quarters that would not have ended by now end before it."""
    last, *earlier = ReportingPeriod.objects.filter(plan_year__year=2026, opened_at=None).order_by("-number") or [None]
    if last is None:
        return
    _set_window(last, today - timedelta(days=OPEN_SINCE), today + timedelta(days=OPEN_FOR), late_days=7)
    for distance, period in enumerate(earlier, 1):
        end = today - timedelta(days=BETWEEN_PERIODS * distance)
        if timezone.localdate(period.correction_until_at) > today - timedelta(days=BETWEEN_PERIODS * (distance - 1)):
            _set_window(period, end - timedelta(days=14), end, late_days=7)


def _set_window(period: ReportingPeriod, opens: date, closes: date, *, late_days: int) -> None:
    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), timezone.get_default_timezone())

    period.opens_at = midnight(opens)
    period.closes_at = midnight(closes + timedelta(days=1))
    period.late_until_at = period.closes_at + timedelta(days=late_days)
    period.review_due_at = period.closes_at + timedelta(days=14)
    period.correction_until_at = period.closes_at + timedelta(days=21)
    period.objection_from_at = period.correction_until_at
    period.objection_until_at = period.correction_until_at + timedelta(days=7)
    period.basis = "contoh"
    period.save()


def provinces_in_order() -> list[Institution]:
    """Every province by code; the demo fills the nation one province at a time."""
    return list(Institution.objects.of_level(Level.PROVINCE).order_by("code"))
