"""Plan years: create one with its periods, and assign the aksi of a whole level."""

import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from actions.actors import Actor
from actions.models import (
    Assignment,
    Calendar,
    CalendarPeriod,
    Institution,
    Level,
    Plan,
    PlanYear,
    ReportingPeriod,
    RuleSet,
    day_of_duty,
)
from actions.policies.administering import obstacles_to_administering, obstacles_to_creating_year
from actions.policies.errors import refuse
from actions.services.institutions import DATA_FOLDER

JAKARTA = ZoneInfo("Asia/Jakarta")


def start_of(day: date) -> datetime:
    """Return 00.00 WIB of `day`."""
    return datetime.combine(day, time(), JAKARTA)


def end_of(day: date) -> datetime:
    """Return the exclusive end of `day`: 00.00 WIB of the next one."""
    return start_of(day + timedelta(days=1))


@transaction.atomic
def create_plan_year(plan: Plan, year: int, calendar: Calendar, rule_set: RuleSet, *, by: Actor) -> PlanYear:
    """Return a new plan year with one reporting period for each of the calendar's, none of them opened yet.

    A window published for that year (`reporting_windows.csv`) goes before the calendar's own days. Raises
    NotAllowed for anyone but the secretariat, a year that exists, or one outside the plan.
    """
    plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)  # two clicks wait for each other
    refuse(obstacles_to_creating_year(plan, year, calendar, by))
    plan_year = PlanYear.objects.create(
        plan=plan,
        year=year,
        calendar=calendar,
        rule_set=rule_set,
        is_transition=year > plan.ends_on.year,
    )
    ReportingPeriod.objects.bulk_create(
        _period_of(plan_year, pattern) for pattern in calendar.periods.order_by("number")
    )
    return plan_year


def _period_of(plan_year: PlanYear, pattern: CalendarPeriod) -> ReportingPeriod:
    def on(month_day: str) -> date:
        return date.fromisoformat(f"{plan_year.year:04d}-{month_day}")

    opens, closes, basis = published_windows().get(
        (plan_year.year, plan_year.calendar.code, pattern.code),
        (on(pattern.opens), on(pattern.closes), plan_year.calendar.source),
    )
    review_due = closes + timedelta(days=pattern.review_days)
    correction_until = review_due + timedelta(days=pattern.correction_days)
    return ReportingPeriod(
        plan_year=plan_year,
        number=pattern.number,
        code=pattern.code,
        name=pattern.name,
        covers_from=on(pattern.covers_from),
        covers_until=on(pattern.covers_until),
        opens_at=start_of(opens),
        closes_at=end_of(closes),
        late_until_at=end_of(closes + timedelta(days=pattern.late_days)),
        review_due_at=end_of(review_due),
        correction_until_at=end_of(correction_until),
        objection_from_at=end_of(correction_until),
        objection_until_at=end_of(correction_until + timedelta(days=pattern.objection_days)),
        basis=basis,
    )


@cache
def published_windows() -> dict[tuple[int, str, str], tuple[date, date, str]]:
    """Return the windows that were announced or assumed for one year: (year, calendar, period) to days and basis."""
    with (DATA_FOLDER / "reporting_windows.csv").open(encoding="utf-8", newline="") as file:
        return {
            (int(row["year"]), row["calendar"], row["period"]): (
                date.fromisoformat(row["opens_on"]),
                date.fromisoformat(row["closes_on"]),
                row["basis"],
            )
            for row in csv.DictReader(file)
        }


@dataclass(frozen=True)
class LevelAssignment:
    """What assigning a level means: how many assignments are there and missing, among whom."""

    level: str
    institutions: int
    aksi: int
    existing: int
    missing: int

    @property
    def label(self) -> str:
        return str(Level(self.level).label)


def reporting_institutions(plan_year: PlanYear) -> Q:
    """Return the condition of institutions that can owe a report for at least one period of the year."""
    days = {day_of_duty(period) for period in plan_year.periods.all()}
    condition = Q(pk__in=[])
    for day in sorted(days):
        condition |= Q(pk__in=Institution.objects.reporting_on(day).values("pk"))
    return condition


def preview_levels(plan_year: PlanYear) -> list[LevelAssignment]:
    """Return what `assign_level` would do for each level, without doing it, in four queries."""
    wanted, existing = _pairs(plan_year)
    return [_summary(level, wanted[level], existing[level]) for level in Level.values]


@transaction.atomic
def assign_level(plan_year: PlanYear, level: str, *, by: Actor) -> LevelAssignment:
    """Give every institution of `level` all aksi of the level (a K/L only its own); return what was missing.

    Assignments that exist are kept with their OPD; a second run finds nothing to do. Raises NotAllowed.
    """
    plan_year = PlanYear.objects.select_for_update(of=("self",)).get(pk=plan_year.pk)
    refuse(obstacles_to_administering(by))
    wanted, existing = _pairs(plan_year)
    Assignment.objects.bulk_create(
        [
            Assignment(institution_id=institution, aksi_id=aksi)
            for institution, aksi in sorted(wanted[level] - existing[level])
        ],
        batch_size=1000,
    )
    return _summary(level, wanted[level], existing[level])


Pairs = dict[str, set[tuple[int, int]]]  # by level: institution id, aksi id


def _pairs(plan_year: PlanYear) -> tuple[Pairs, Pairs]:
    """Who should carry out which aksi, and who already does."""
    reporting: dict[str, set[int]] = {level: set() for level in Level.values}
    for institution in Institution.objects.filter(reporting_institutions(plan_year)).only("kind"):
        if institution.level:
            reporting[institution.level].add(institution.pk)
    wanted: Pairs = {level: set() for level in Level.values}
    for level, owner, aksi in plan_year.aksi.values_list("level", "institution_id", "pk"):
        bodies = reporting[level] & {owner} if owner else reporting[level]
        wanted[level] |= {(body, aksi) for body in bodies}
    existing: Pairs = {level: set() for level in Level.values}
    rows = Assignment.objects.filter(aksi__plan_year=plan_year)
    for level, institution, aksi in rows.values_list("aksi__level", "institution_id", "aksi_id"):
        existing[level].add((institution, aksi))
    return wanted, existing


def _summary(level: str, wanted: set, existing: set) -> LevelAssignment:
    return LevelAssignment(
        level=level,
        institutions=len({institution for institution, _aksi in wanted}),
        aksi=len({aksi for _institution, aksi in wanted}),
        existing=len(existing),
        missing=len(wanted - existing),
    )
