"""The demo in two stages: a small core to look at within seconds, then the whole nation; both safe to run again."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from io import StringIO

from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone

from actions.models import Institution, PlanYear, ReportingPeriod
from reporting.demo.files import ensure_files
from reporting.demo.history import EARLIER_YEARS, ensure_history
from reporting.demo.people import HOME_PROVINCE, demo_actor, ensure_people
from reporting.demo.plan import ensure_plan, provinces_in_order
from reporting.demo.publications import ensure_publications
from reporting.demo.readings import ensure_readings
from reporting.demo.reports import PeriodFiller
from reporting.jobs.scores import compute_plan_year
from reporting.models import Report
from reporting.services.opening import open_period

FIRST_YEAR = 2025
Progress = Callable[[int, int, str], None]
MORNING = time(9, 30)
"""The hour at which the demo's day is taken, Jakarta time."""
CHUNK = 60
"""Institutions brought to their outcomes in one transaction: a second or less on SQLite."""


def load_core(today: date) -> None:
    """Reference data, people, the plan, the open period of the nation, and one province at work in it."""
    call_command("load_reference", stdout=StringIO())
    ensure_people()
    secretariat = demo_actor("sekretariat", today)
    ensure_plan(today, secretariat)
    now = moment_of(today)
    period = open_periods().last()
    if period.opened_at is None:
        open_period(period, by=secretariat, now=min(now, period.opens_at - timedelta(days=20)))
        period.refresh_from_db()
    fill(period, home_institutions(), today)


def load_nation(today: date, progress: Progress, *, first_year: int = FIRST_YEAR) -> None:
    """Every period with every institution, oldest first, then all scores; `progress` is told after each step."""
    secretariat = demo_actor("sekretariat", today)
    periods = list(open_periods(first_year))
    total = len(periods) + 1
    for done, period in enumerate(periods):
        progress(done * 100, total * 100, str(period))
        if period.opened_at is None:
            open_period(period, by=secretariat, now=period.opens_at - timedelta(days=20))
            period.refresh_from_db()
        chunks = list(chunks_of_nation())
        for number, chunk in enumerate(chunks, 1):
            fill(period, chunk, today)
            progress(done * 100 + number * 100 // len(chunks), total * 100, str(period))
    for plan_year in PlanYear.objects.select_related("rule_set").order_by("year"):
        compute_plan_year(plan_year, moment_of(today))
    _read_again(periods, today)
    ensure_publications(periods, today, moment_of(today))
    progress(total * 100, total * 100, "selesai")


def _read_again(periods: list[ReportingPeriod], today: date) -> None:
    """Second readings of the two last periods whose reviews are over."""
    over = [period for period in periods if period.review_due_at + timedelta(days=22) < moment_of(today)]
    if len(over) > 1:
        ensure_readings(*over[-2:], today)


def load_full(today: date, progress: Progress) -> None:
    """The nation with three more years of history before it: sixteen periods."""
    ensure_history(demo_actor("sekretariat", today))
    load_nation(today, progress, first_year=min(EARLIER_YEARS))


def open_periods(first_year: int = FIRST_YEAR):
    """The periods of the demo since `first_year`, oldest first; all of them are meant to be opened."""
    rows = ReportingPeriod.objects.filter(plan_year__year__gte=first_year).select_related("plan_year")
    return rows.order_by("plan_year__year", "number")


def fill(period: ReportingPeriod, institutions: list[int], today: date) -> int:
    """Bring those institutions' untouched reports of `period` to their outcomes."""
    if not Report.objects.filter(period=period, institution__in=institutions, revision=0).exists():
        return 0
    now = moment_of(today)
    position = position_of(period)
    return PeriodFiller(period, ensure_files(now), position=position, now=now).fill(institutions)


def position_of(period: ReportingPeriod) -> int:
    """How many periods after the first of the usual demo; earlier ones have negative positions."""
    order = list(open_periods(min(EARLIER_YEARS)).values_list("pk", "plan_year__year"))
    first = next(index for index, (_pk, year) in enumerate(order) if year >= FIRST_YEAR)
    return [pk for pk, _year in order].index(period.pk) - first


def home_institutions() -> list[int]:
    province = Q(code=HOME_PROVINCE) | Q(parent__code=HOME_PROVINCE)
    return list(Institution.objects.filter(province).values_list("pk", flat=True))


def chunks_of_nation() -> Iterator[list[int]]:
    """Institution ids a chunk at a time: ministries first, then province by province."""
    order = [None, *(province.pk for province in provinces_in_order())]
    waiting: list[int] = []
    for province in order:
        inside = Q(pk=province) | Q(parent=province) if province else Q(kind__in=["kementerian", "lembaga"])
        waiting += Institution.objects.filter(inside).values_list("pk", flat=True)
        if len(waiting) >= CHUNK:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def moment_of(today: date) -> datetime:
    """The instant that the demo's day stands for; never in the future when the day is today."""
    moment = datetime.combine(today, MORNING, timezone.get_default_timezone())
    return min(moment, timezone.now()) if today == timezone.localdate() else moment
