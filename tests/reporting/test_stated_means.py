"""What a page says a figure is the mean of is what it was computed from, also where it is unusual."""

import re
from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from django.urls import reverse

from actions.models import Assignment, Institution, ReportingPeriod, RuleSet
from reporting.jobs.scores import compute_plan_year
from reporting.models import Report, Score
from reporting.services.opening import open_period
from tests import steps
from tests.scenario import Scenario


def verify(scenario: Scenario) -> None:
    steps.fill_report(scenario.report, scenario.actor("coordinator"))
    steps.send_report(scenario.report, scenario.actor("coordinator"))
    steps.judge_all(scenario.report, scenario.actor("kanwil"))
    steps.verify_report(scenario.report, scenario.actor("kanwil"))


def add_opened(scenario: Scenario, number: int, code: str, *, days: int) -> ReportingPeriod:
    """One more period, opened `days` after the scenario's now."""
    start = scenario.now + timedelta(days=days)
    period = scenario.add_period(number, code, f"Triwulan {number}", start)
    for aksi in scenario.aksi:
        scenario.add_measure(aksi, period, 1)
    open_period(period, by=scenario.actor("secretariat"), now=start - timedelta(days=10))
    return period


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def text_of(scenario: Scenario, name: str, *args) -> str:
    return scenario.client("leader").get(reverse(name, args=args)).content.decode()


@pytest.fixture
def later(scenario):
    """The time after the scenario's period has closed and could be objected to."""
    return scenario.period.objection_until_at + timedelta(days=1)


def test_the_group_of_a_late_report_names_the_share_that_is_kept(scenario, later):
    verify(scenario)
    Report.objects.filter(pk=scenario.report.pk).update(is_late=True)
    RuleSet.objects.update(late_percent=80)
    with time_machine.travel(later, tick=False):
        compute_plan_year(scenario.plan_year, later)
        page = text_of(scenario, "institution-results-of", "53.07", scenario.period.key)

    group = page[page.index('id="kelompok"') :]
    assert "rata-rata 1 aksi, × 80% karena terlambat" in words(group[: group.index("</section>")])


def test_a_year_that_awaits_its_judgement_shows_no_formula(scenario, later):
    add_opened(scenario, 1, "B03", days=-120)
    steps.fill_report(scenario.report, scenario.actor("coordinator"))
    steps.send_report(scenario.report, scenario.actor("coordinator"))
    with time_machine.travel(later, tick=False):
        compute_plan_year(scenario.plan_year, later)
        page = text_of(scenario, "institution-results-of", "53.07", scenario.plan_year.year)

    assert Score.objects.get(key="2026/-/institution/53.07/-").state == Score.State.AWAITING
    assert "dibagi" not in words(page)


@pytest.mark.both_databases
def test_a_running_year_counts_only_who_had_a_closed_period(scenario):
    RuleSet.objects.update(nation_mean=RuleSet.NationMean.INSTITUTIONS)
    verify(scenario)
    later = scenario.period.late_until_at + timedelta(days=1)
    new = Institution.objects.create(code="53.99", name="Kabupaten Baru", kind="kabupaten", parent=scenario.province)
    Assignment.objects.bulk_create([Assignment(institution=new, aksi=aksi) for aksi in scenario.aksi])
    add_opened(scenario, 4, "B12", days=(later - scenario.now).days + 1)
    year = scenario.plan_year.year
    with time_machine.travel(later, tick=False):
        scenario.plan_year.refresh_from_db()
        compute_plan_year(scenario.plan_year, later)
        province = words(text_of(scenario, "province-results-of", "53", year))
        nation = words(text_of(scenario, "national-results-of", year))

    rows = Score.objects.filter(plan_year=scenario.plan_year, period=None, target_group=None)
    levels = [row for row in rows.filter(scope=Score.Scope.LEVEL) if row.all_exact]
    weighed = sum(Fraction(row.all_exact) * row.counted for row in levels)
    of_nation, of_province = (
        rows.get(scope=Score.Scope.NATION),
        rows.get(scope=Score.Scope.PROVINCE, institution__code=53),
    )
    assert (of_province.expected, of_province.counted) == (4, 3)
    assert "Rata-rata 3 dari 4 instansi" in province
    assert Fraction(of_nation.all_exact) == weighed / of_nation.counted
    assert f"dibagi {of_nation.counted}" in nation


@pytest.mark.parametrize("is_year", [False, True])
def test_a_region_that_moved_stays_where_its_figure_counts(scenario, later, is_year):
    verify(scenario)
    key = str(scenario.plan_year.year) if is_year else scenario.period.key
    with time_machine.travel(later, tick=False):
        compute_plan_year(scenario.plan_year, later)
        Institution.objects.filter(pk=scenario.kabupaten.pk).update(parent=scenario.neighbour_province)
        pages = [text_of(scenario, "province-results-of", code, key) for code in ("53", "52")]

    assert ["Kabupaten Sikka" in page[page.index('id="tabel"') :] for page in pages] == [True, False]
