"""Moving the dates of a period: reason, order, reopening, and what stays on record."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from actions.models import PeriodEvent
from actions.policies.errors import NotAllowed
from actions.policies.periods import MOVABLE_INSTANTS
from actions.services.periods import move_period_dates
from tests.factories_actions import ReportingPeriodFactory, Role, instant, make_actor

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NOW = instant("2026-03-25 10:00")
DAY = timedelta(days=1)


@pytest.fixture
def secretariat():
    return make_actor(Role.SECRETARIAT)


def test_moved_dates_are_stored_with_reason_and_before_and_after(secretariat):
    period = ReportingPeriodFactory(basis="Kalender triwulan")

    event = move_period_dates(
        period,
        {"closes_at": instant("2026-04-03 00:00"), "letter_number": "HAM-12"},
        reason=" Banjir di NTT ",
        by=secretariat,
        now=NOW,
    )

    period.refresh_from_db()
    assert (period.closes_at, period.letter_number) == (instant("2026-04-03 00:00"), "HAM-12")
    assert period.basis == "Diubah sekretariat: Banjir di NTT"
    assert (event.kind, event.at, event.by, event.reason) == (
        PeriodEvent.Kind.MOVED,
        NOW,
        secretariat.user,
        "Banjir di NTT",
    )
    assert event.changes == {
        "closes_at": ["2026-03-31T17:00:00+00:00", "2026-04-02T17:00:00+00:00"],
        "letter_number": ["", "HAM-12"],
        "basis": ["Kalender triwulan", "Diubah sekretariat: Banjir di NTT"],
    }


def test_what_does_not_differ_leaves_no_event(secretariat):
    period = ReportingPeriodFactory()

    event = move_period_dates(period, {"opens_at": period.opens_at}, reason="Sama", by=secretariat, now=NOW)

    assert (event, PeriodEvent.objects.count()) == (None, 0)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_move_without_reason_is_refused(secretariat, reason):
    period = ReportingPeriodFactory()

    with pytest.raises(NotAllowed) as refused:
        move_period_dates(period, {"closes_at": period.closes_at + DAY}, reason=reason, by=secretariat, now=NOW)

    assert refused.value.reasons == ["Tulis alasan perubahan tanggal, misalnya nomor surat."]


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECRETARIAT])
def test_only_the_secretariat_moves_dates(role):
    period = ReportingPeriodFactory()

    with pytest.raises(NotAllowed):
        move_period_dates(period, {"closes_at": period.closes_at + DAY}, reason="Surat 1", by=make_actor(role), now=NOW)

    assert PeriodEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "other", "shift"),
    [
        ("closes_at", "opens_at", 0 * DAY),
        ("late_until_at", "closes_at", -DAY),
        ("review_due_at", "closes_at", -DAY),
        ("correction_until_at", "review_due_at", -DAY),
        ("objection_from_at", "closes_at", -DAY),
        ("objection_until_at", "objection_from_at", -DAY),
    ],
)
def test_dates_out_of_order_are_named_by_field(secretariat, name, other, shift):
    period = ReportingPeriodFactory()
    before = [getattr(period, instant_name) for instant_name in MOVABLE_INSTANTS]

    with pytest.raises(ValidationError) as refused:
        move_period_dates(period, {name: getattr(period, other) + shift}, reason="Surat 1", by=secretariat, now=NOW)

    assert name in refused.value.message_dict
    period.refresh_from_db()
    assert [getattr(period, instant_name) for instant_name in MOVABLE_INSTANTS] == before


def test_a_closed_period_is_not_reopened_silently(secretariat):
    period = ReportingPeriodFactory(opened=True)
    dates = {name: getattr(period, name) + 30 * DAY for name in MOVABLE_INSTANTS}
    after_the_close = period.late_until_at

    with pytest.raises(NotAllowed) as refused:
        move_period_dates(period, dates, reason="Surat 1", by=secretariat, now=after_the_close)
    event = move_period_dates(period, dates, reason="Surat 1", by=secretariat, now=after_the_close, may_reopen=True)

    assert refused.value.reasons == [
        "Triwulan 1 2026 (B03) sudah ditutup. Nyatakan bahwa periode ini memang dibuka kembali."
    ]
    assert event.reason == "Surat 1"
    assert period.accepts_sending_at(after_the_close + 15 * DAY)


def test_review_dates_of_a_closed_period_move_without_reopening(secretariat):
    period = ReportingPeriodFactory(opened=True)

    event = move_period_dates(
        period,
        {"review_due_at": period.review_due_at + DAY},
        reason="Kanwil kekurangan petugas",
        by=secretariat,
        now=period.late_until_at + DAY,
    )

    assert list(event.changes) == ["review_due_at"]


def test_an_unknown_name_is_a_programming_error(secretariat):
    with pytest.raises(KeyError):
        move_period_dates(ReportingPeriodFactory(), {"opened_at": NOW}, reason="x", by=secretariat)


def test_a_long_reason_is_cut_in_the_basis_of_the_window(secretariat):
    period = ReportingPeriodFactory()

    move_period_dates(period, {"closes_at": period.closes_at + DAY}, reason="x" * 900, by=secretariat, now=NOW)

    period.refresh_from_db()
    assert (len(period.basis), period.basis[:21]) == (150, "Diubah sekretariat: x")
