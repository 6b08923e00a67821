"""Which rung of the ladder is due on which day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.jobs.reminder_days import day_before, rung_on, sending_rung_on

LADDER = [14, 7, 3, 1, 0, -1]
ENDS_AT = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)
"""The exclusive end 1 October 2026, 00.00 WIB: the last day is 30 September."""
LAST_DAY = date(2026, 9, 30)


@pytest.mark.parametrize(
    ("ends_at", "day"),
    [
        (ENDS_AT, date(2026, 9, 30)),
        (ENDS_AT + timedelta(minutes=1), date(2026, 10, 1)),
        (ENDS_AT - timedelta(hours=24), date(2026, 9, 29)),
        (datetime(2026, 9, 30, 5, 0, tzinfo=UTC), date(2026, 9, 30)),
    ],
)
def test_the_deadline_day_is_the_last_one_in_jakarta(ends_at, day):
    assert day_before(ends_at) == day


@pytest.mark.parametrize(
    ("days_before", "rung"),
    [
        (15, None),
        (14, 14),
        (13, 14),
        (8, 14),
        (7, 7),
        (4, 7),
        (3, 3),
        (2, 3),
        (1, 1),
        (0, 0),
        (-1, -1),
        (-8, -1),
        (-9, None),
    ],
)
def test_the_latest_rung_whose_day_has_come_is_due(days_before, rung):
    due = rung_on(LAST_DAY - timedelta(days=days_before), ENDS_AT, LADDER)

    assert (due and due.rung) == rung


def test_the_order_of_the_ladder_does_not_matter():
    assert rung_on(LAST_DAY, ENDS_AT, [-1, 0, 14]).rung == rung_on(LAST_DAY, ENDS_AT, [14, 0, -1]).rung == 0


def test_no_rung_before_a_deadline_outlives_it():
    assert rung_on(LAST_DAY, ENDS_AT, [7, 3]).rung == 3
    assert rung_on(LAST_DAY + timedelta(days=1), ENDS_AT, [7, 3]) is None


@given(st.lists(st.integers(-10, 30), unique=True, max_size=8), st.integers(-30, 40))
def test_a_later_day_never_goes_back_to_an_earlier_rung(ladder, days_before):
    day = LAST_DAY - timedelta(days=days_before)
    today, tomorrow = rung_on(day, ENDS_AT, ladder), rung_on(day + timedelta(days=1), ENDS_AT, ladder)

    if today and tomorrow:
        assert tomorrow.rung <= today.rung
    if today:
        assert today.day <= day


@given(st.lists(st.integers(-10, 30), unique=True, min_size=1, max_size=8))
def test_every_rung_is_due_on_its_own_day(ladder):
    for rung in ladder:
        assert rung_on(LAST_DAY - timedelta(days=rung), ENDS_AT, ladder).rung == rung


@pytest.mark.parametrize(
    ("days_after", "rung", "is_late_end"),
    [
        (-3, 3, False),
        (0, 0, False),
        (1, -1, False),  # the day after the window, before any rung of the late end
        (2, -1, False),
        (3, 7, True),
        (7, 3, True),
        (10, 0, True),
        (11, -1, True),
        (19, None, None),
    ],
)
def test_after_the_window_the_late_end_takes_over(days_after, rung, is_late_end):
    late_until_at = ENDS_AT + timedelta(days=10)

    due = sending_rung_on(LAST_DAY + timedelta(days=days_after), ENDS_AT, late_until_at, LADDER)

    assert (due and due.rung) == rung
    assert (due and due.ends_at == late_until_at) == is_late_end


def test_a_window_without_late_time_has_one_ladder():
    found = [sending_rung_on(LAST_DAY - timedelta(days=n), ENDS_AT, ENDS_AT, LADDER) for n in (14, 7, 3, 1, 0, -1)]

    assert [due.rung for due in found] == LADDER
