"""A report is late by the dates that stand, also when they are moved after it was sent."""

from datetime import timedelta

import pytest
import time_machine

from actions.models import RuleSet
from actions.services.periods import move_period_dates
from reporting.jobs.lateness import settle_lateness
from reporting.jobs.scores import compute_stale, stale_periods
from reporting.models import Score
from reporting.tasks import compute_stale_scores
from tests import steps

pytestmark = pytest.mark.both_databases
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def late(scenario):
    """A report sent an hour after the end of its window and verified, at that time."""
    RuleSet.objects.update(late_percent=80)
    with time_machine.travel(scenario.period.closes_at + HOUR, tick=False):
        steps.fill_report(scenario.report, scenario.actor("coordinator"))
        steps.send_report(scenario.report, scenario.actor("coordinator"))
        steps.judge_all(scenario.report, scenario.actor("kanwil"))
        steps.verify_report(scenario.report, scenario.actor("kanwil"))
        compute_stale()
        assert (scenario.report.is_late, value_of(scenario)) == (True, 80)
        yield scenario


def value_of(scenario) -> int:
    return int(Score.objects.get(key=f"2026/{scenario.period.code}/institution/53.07/-").all_value)


def move_close(scenario, by: timedelta) -> None:
    changes = {"closes_at": scenario.period.closes_at + by}
    move_period_dates(scenario.period, changes, reason="Portal terganggu", by=scenario.actor("secretariat"))


def test_a_window_that_is_extended_afterwards_takes_the_lateness_away(late):
    receipt = late.report.submissions.get()
    move_close(late, DAY)

    compute_stale_scores()

    receipt.refresh_from_db()
    assert (late.report.is_late, value_of(late), receipt.is_late) == (False, 100, True)


def test_moving_it_back_makes_the_report_late_again(late):
    move_close(late, DAY)
    compute_stale_scores()
    move_close(late, -DAY)

    compute_stale_scores()

    assert (late.report.is_late, value_of(late)) == (True, 80)


def test_who_was_in_time_stays_so_when_the_window_is_cut_short(scenario):
    with time_machine.travel(scenario.period.closes_at - HOUR, tick=False):
        steps.fill_report(scenario.report, scenario.actor("coordinator"))
        steps.send_report(scenario.report, scenario.actor("coordinator"))
        move_close(scenario, -2 * HOUR)

        assert settle_lateness() == 0

    assert not scenario.report.is_late


def test_running_twice_changes_nothing(late):
    move_close(late, DAY)
    assert settle_lateness() == 1

    compute_stale()

    assert (settle_lateness(), stale_periods(late.period.closes_at)) == (0, [])


def test_who_is_late_also_by_the_new_date_stays_late(late):
    move_close(late, HOUR)

    assert settle_lateness() == 0
    assert late.report.is_late
