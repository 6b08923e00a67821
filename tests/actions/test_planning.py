"""Plan years, their periods, and assignments of a whole level."""

from datetime import date

import pytest

from actions.models import Assignment, Calendar, Level, PlanYear, ReportingPeriod
from actions.policies.errors import NotAllowed
from actions.services.planning import assign_level, create_plan_year, preview_levels
from actions.services.reference import load_plan_reference
from tests.factories_actions import (
    AksiFactory,
    AssignmentFactory,
    AssignmentUnitFactory,
    KanwilFactory,
    MinistryFactory,
    PlanFactory,
    PlanYearFactory,
    ProvinceFactory,
    RegencyFactory,
    ReportingPeriodFactory,
    Role,
    RuleSetFactory,
    instant,
    make_actor,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def secretariat():
    return make_actor(Role.SECRETARIAT)


@pytest.fixture
def create(secretariat):
    """Return a function that creates a year on one of the shipped calendars."""
    load_plan_reference()

    def create_one(year: int, calendar: str, by=secretariat) -> PlanYear:
        return create_plan_year(PlanFactory(), year, Calendar.objects.get(code=calendar), RuleSetFactory(), by=by)

    return create_one


def test_a_quarterly_year_gets_four_periods_with_exclusive_ends_in_wib(create):
    plan_year = create(2026, "triwulan")

    assert [period.code for period in plan_year.periods.in_order()] == ["B03", "B06", "B09", "B12"]
    period = plan_year.periods.get(code="B09")
    assert (period.covers_from, period.covers_until) == (date(2026, 7, 1), date(2026, 9, 30))
    assert (period.opens_at, period.closes_at, period.late_until_at) == (
        instant("2026-09-16 00:00"),
        instant("2026-10-01 00:00"),
        instant("2026-10-08 00:00"),
    )
    assert (period.review_due_at, period.correction_until_at) == (
        instant("2026-10-15 00:00"),
        instant("2026-10-22 00:00"),
    )
    assert (period.objection_from_at, period.objection_until_at) == (
        instant("2026-10-22 00:00"),
        instant("2026-10-29 00:00"),
    )
    assert (period.opened_at, plan_year.is_transition) == (None, True)


def test_a_four_monthly_year_takes_its_published_windows(create):
    plan_year = create(2025, "caturwulan")

    assert [period.code for period in plan_year.periods.in_order()] == ["B04", "B08", "B12"]
    period = plan_year.periods.get(code="B08")
    assert (period.opens_at, period.closes_at) == (instant("2025-08-18 00:00"), instant("2025-08-26 00:00"))
    assert period.basis == "tanggal tutup diumumkan; tanggal buka asumsi"
    assert (period.late_until_at, plan_year.is_transition) == (period.closes_at, False)


def test_a_window_of_another_calendar_is_not_taken(create):
    period = create(2025, "triwulan").periods.get(code="B12")

    assert (period.opens_at, period.closes_at) == (instant("2025-11-20 00:00"), instant("2025-12-05 00:00"))
    assert period.basis.startswith("Kebijakan pemilik portal")


def test_a_year_is_created_once(create):
    create(2026, "triwulan")

    with pytest.raises(NotAllowed) as refused:
        create(2026, "caturwulan")

    assert refused.value.reasons == ["Tahun 2026 sudah ada."]
    assert ReportingPeriod.objects.count() == 4


@pytest.mark.parametrize("year", [2020, 2031])
def test_a_year_outside_the_plan_is_refused(create, year):
    with pytest.raises(NotAllowed) as refused:
        create(year, "triwulan")

    assert refused.value.reasons == ["Pilih tahun 2021 sampai 2030 untuk RANHAM generasi V (2021-2025)."]


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECRETARIAT])
def test_only_the_secretariat_creates_years_and_assigns(create, role):
    plan_year = create(2026, "triwulan")
    actor = make_actor(role)

    with pytest.raises(NotAllowed):
        create(2027, "triwulan", by=actor)
    with pytest.raises(NotAllowed):
        assign_level(plan_year, Level.REGENCY, by=actor)

    assert PlanYear.objects.count() == 1


def test_a_level_is_assigned_in_one_act(create, secretariat):
    plan_year = create(2026, "triwulan")
    first, second = AksiFactory(plan_year=plan_year), AksiFactory(plan_year=plan_year)
    AksiFactory(plan_year=plan_year, level=Level.PROVINCE)
    kabupaten, kota = RegencyFactory(), RegencyFactory(kind="kota")
    RegencyFactory(is_autonomous=False)
    KanwilFactory()

    done = assign_level(plan_year, Level.REGENCY, by=secretariat)

    pairs = set(Assignment.objects.values_list("institution", "aksi"))
    assert pairs == {(body.pk, aksi.pk) for body in (kabupaten, kota) for aksi in (first, second)}
    assert (done.institutions, done.aksi, done.existing, done.missing) == (2, 2, 0, 4)


def test_assigning_again_keeps_what_is_there_and_its_offices(create, secretariat):
    plan_year = create(2026, "triwulan")
    assignment = AssignmentFactory(aksi=AksiFactory(plan_year=plan_year))
    AssignmentUnitFactory(assignment=assignment)
    RegencyFactory()
    assign_level(plan_year, Level.REGENCY, by=secretariat)

    done = assign_level(plan_year, Level.REGENCY, by=secretariat)

    assert (done.existing, done.missing, Assignment.objects.count()) == (2, 0, 2)
    assert assignment.assigned_units.count() == 1


def test_a_ministry_gets_its_own_aksi_only(create, secretariat):
    plan_year = create(2026, "triwulan")
    owner, ended = MinistryFactory(), MinistryFactory(valid_until=date(2025, 12, 31))
    aksi = AksiFactory(plan_year=plan_year, level=Level.MINISTRY, institution=owner)
    AksiFactory(plan_year=plan_year, level=Level.MINISTRY, institution=ended)

    done = assign_level(plan_year, Level.MINISTRY, by=secretariat)

    assert list(Assignment.objects.values_list("institution", "aksi")) == [(owner.pk, aksi.pk)]
    assert done.missing == 1


def test_an_institution_of_part_of_the_year_is_assigned(create, secretariat):
    plan_year = create(2026, "triwulan")
    AksiFactory(plan_year=plan_year, level=Level.PROVINCE)
    late = ProvinceFactory(reports_from=date(2026, 12, 1))
    ProvinceFactory(reports_from=date(2027, 1, 1))
    ended = ProvinceFactory(valid_until=date(2026, 3, 31))

    assign_level(plan_year, Level.PROVINCE, by=secretariat)

    assert set(Assignment.objects.values_list("institution", flat=True)) == {late.pk, ended.pk}


def test_a_preview_writes_nothing_and_costs_the_same_for_more_institutions(django_assert_num_queries):
    plan_year = PlanYearFactory()
    ReportingPeriodFactory(plan_year=plan_year)
    AksiFactory(plan_year=plan_year)
    RegencyFactory.create_batch(5)

    with django_assert_num_queries(4):
        previews = preview_levels(plan_year)

    shown = {preview.level: (preview.institutions, preview.missing) for preview in previews}
    assert shown == {"kl": (0, 0), "provinsi": (0, 0), "kab_kota": (5, 5)}
    assert Assignment.objects.count() == 0
