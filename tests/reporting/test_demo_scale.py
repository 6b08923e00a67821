"""The demo at full size: earlier years by the dates of the provinces, and copies whose scores hold."""

from datetime import date

import pytest

from actions.models import Assignment, Level, PlanYear
from reporting.demo import nation
from reporting.demo.history import EARLIER_YEARS, ensure_history
from reporting.demo.people import demo_actor, ensure_people
from reporting.demo.plan import ensure_plan
from reporting.demo.tenfold import copy_year, plan_for_measuring
from reporting.jobs.score_check import check_year
from reporting.jobs.scores import compute_stale, stale_periods
from reporting.models import Judgement, MeasureAnswer, Report, ReportItem, Score, Submission
from tests.score_nation import NOW, ScoreNation

TODAY = date(2026, 11, 22)


@pytest.fixture
def planned(db):
    """The demo's people and plan, with the earlier years."""
    nation.call_command("load_reference", verbosity=0)
    ensure_people()
    secretariat = demo_actor("sekretariat", TODAY)
    ensure_plan(TODAY, secretariat)
    ensure_history(secretariat)
    return secretariat


def provinces_in(year: int) -> int:
    rows = Assignment.objects.filter(aksi__plan_year__year=year, aksi__level=Level.PROVINCE)
    return rows.values("institution").distinct().count()


def test_earlier_years_are_examples_before_the_usual_demo(planned):
    years = PlanYear.objects.filter(year__in=EARLIER_YEARS)
    before = Assignment.objects.count()

    assert [row.periods.count() for row in years] == [3, 3, 3]
    assert nation.open_periods(2022).count() == 16
    assert not any(row.aksi.filter(is_illustrative=False).exists() for row in years)
    assert [provinces_in(year) for year in (*EARLIER_YEARS, 2025)] == [34, 38, 38, 38]

    assert [nation.position_of(period) for period in nation.open_periods()] == list(range(7))
    assert nation.position_of(nation.open_periods(2022).first()) == -9

    ensure_history(planned)
    assert Assignment.objects.count() == before


@pytest.mark.both_databases
def test_a_copied_year_has_every_row_and_scores_that_hold(db):
    model = ScoreNation()
    compute_stale(NOW)
    counted = (Report, ReportItem, MeasureAnswer, Submission, Judgement, Score)
    before = [rows.objects.count() for rows in counted]

    copy = copy_year(model.plan_year, plan_for_measuring(model.plan_year), 1990)

    assert [rows.objects.count() for rows in counted] == [2 * count for count in before]
    found = check_year(copy, NOW)
    assert found.differences == []
    assert stale_periods(NOW) == []
    own = check_year(model.plan_year, NOW).record.text
    assert found.record.text == own.replace('"2026/', '"1990/')
