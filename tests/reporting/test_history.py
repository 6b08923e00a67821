"""A report's history in sentences, and the deadlines and steps beside it."""

from datetime import UTC, datetime, timedelta

import pytest

from reporting.models import Report, ReportEvent, ReportItem
from reporting.services import sending
from reporting.services.moves import write_event
from reporting.states import ItemStatus, ReportStatus
from reporting.summaries.deadlines import deadline_until, period_steps, sending_deadline
from reporting.summaries.history import SENTENCES, history_of
from reporting.templatetags.report_ui import ITEM_CHIPS, REPORT_CHIPS, item_chip, judged_chip, report_chip
from tests import steps

MINUTE = timedelta(minutes=1)


def test_every_kind_of_event_has_a_sentence():
    assert set(SENTENCES) == set(ReportEvent.Kind)


def test_every_status_has_a_chip():
    assert (set(REPORT_CHIPS), set(ITEM_CHIPS)) == (set(ReportStatus), set(ItemStatus))


def test_a_history_names_people_offices_and_aksi_newest_first(scenario):
    coordinator, opd = scenario.actor("coordinator"), scenario.actor("opd")
    item = scenario.report.items.get(aksi__number=1)
    steps.fill_item(item, opd)
    steps.filling.mark_ready(item, by=opd)
    sending.submit(scenario.report, by=coordinator, acknowledged=True)

    lines = history_of(scenario.report, coordinator, limit=2)

    assert [(line.sentence, line.css) for line in lines] == [
        ("Anda mengirim laporan.", "terima"),
        ("Opd (Dinas Koperasi) menandai Aksi 1 siap dikirim.", ""),
    ]
    assert lines[0].note == scenario.report.events.get(kind="submitted").note
    assert history_of(scenario.report, opd, limit=1)[0].sentence == "Coordinator (Kabupaten Sikka) mengirim laporan."


def test_staff_of_one_opd_read_about_their_items_and_the_report(scenario, django_assert_num_queries):
    coordinator, opd = scenario.actor("coordinator"), scenario.actor("opd")
    for item in scenario.report.items.order_by("aksi__number"):
        write_event(scenario.report, "marked_ready", by=coordinator, at=scenario.now, item=item)
    write_event(scenario.report, "recalled", by=coordinator, at=scenario.now)
    report = scenario.report

    with django_assert_num_queries(1):
        lines = history_of(report, opd)

    assert [(line.sentence, line.css) for line in lines] == [
        ("Coordinator (Kabupaten Sikka) menarik kembali laporan.", "kembali"),
        ("Coordinator (Kabupaten Sikka) menandai Aksi 1 siap dikirim.", ""),
    ]


def notes_read_by(scenario, name: str) -> list[str]:
    lines = history_of(scenario.report, scenario.actor(name))
    return [line.note for line in lines if line.sentence.endswith("mengembalikan Aksi 1 untuk diperbaiki.")]


def test_reporters_read_of_an_item_once_the_report_is_decided(scenario):
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil, returned=[1])
    note = scenario.report.events.get(kind="item_returned").note

    judging = {name: notes_read_by(scenario, name) for name in ("coordinator", "opd", "pembina", "kanwil", "verifier")}
    steps.return_report(scenario.report, kanwil)
    returned = {name: notes_read_by(scenario, name) for name in ("coordinator", "opd", "pembina")}

    assert judging == {"coordinator": [], "opd": [], "pembina": [], "kanwil": [note], "verifier": [note]}
    assert returned == {"coordinator": [note], "opd": [note], "pembina": [note]}


def test_a_second_review_hides_only_what_it_has_not_decided(scenario):
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil, returned=[1])
    steps.return_report(scenario.report, kanwil)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil, returned=[1])

    assert len(notes_read_by(scenario, "coordinator")) == 1
    assert len(notes_read_by(scenario, "kanwil")) == 2


# Deadlines

END = datetime(2026, 9, 30, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "state", "time_left"),
    [
        (timedelta(days=3, minutes=1), "jauh", "3 hari"),
        (timedelta(days=3), "dekat", "3 hari"),
        (MINUTE, "dekat", "1 menit"),
        (timedelta(0), "lewat", "lewat kurang dari 1 menit"),
        (-timedelta(hours=3), "lewat", "lewat 3 jam"),
    ],
)
def test_a_deadline_is_near_in_its_last_three_days(left, state, time_left):
    deadline = deadline_until(END, "Sisa waktu", zone="Asia/Makassar", now=END - left)

    assert (deadline.state, deadline.time_left) == (state, time_left)


def test_a_deadline_names_the_day_in_the_readers_zone_and_in_wib():
    east = deadline_until(END, "Sisa waktu", zone="Asia/Jayapura", now=END)
    west = deadline_until(END, "Sisa waktu", zone="Asia/Jakarta", now=END)

    assert (east.local_text, east.wib_text) == (
        "Kamis, 1 Oktober 2026 pukul 01.59 WIT",
        "Rabu, 30 September 2026 pukul 23.59 WIB",
    )
    assert (west.local_text, west.wib_text) == ("Rabu, 30 September 2026 pukul 23.59 WIB", "")


def test_the_deadline_of_sending_moves_from_close_to_late_end_to_none(scenario):
    period, zone = scenario.period, "Asia/Makassar"

    before = sending_deadline(scenario.report, zone=zone, now=period.closes_at - MINUTE)
    after = sending_deadline(scenario.report, zone=zone, now=period.closes_at)
    steps.fill_report(scenario.report, scenario.actor("coordinator"))
    sending.submit(scenario.report, by=scenario.actor("coordinator"), acknowledged=True)

    assert (before.end, before.label) == (period.closes_at, "Sisa waktu mengirim")
    assert (after.end, after.label) == (period.late_until_at, "Sisa waktu mengirim terlambat")
    assert sending_deadline(scenario.report, zone=zone, now=scenario.now) is None


def test_steps_follow_the_dates_of_the_period(scenario):
    period = scenario.period

    inside = period_steps(period, zone="Asia/Jakarta", now=scenario.now)
    period.late_until_at = period.closes_at
    without_late_time = period_steps(period, zone="Asia/Jakarta", now=period.closes_at)

    assert [(step.title, step.state) for step in inside] == [
        ("Pengisian", "usai"),
        ("Jendela pengiriman", "kini"),
        ("Masih diterima, terlambat", "nanti"),
        ("Telaah", "nanti"),
        ("Perbaikan", "nanti"),
    ]
    assert [(step.title, step.state) for step in without_late_time] == [
        ("Pengisian", "usai"),
        ("Jendela pengiriman", "usai"),
        ("Telaah", "kini"),
        ("Perbaikan", "nanti"),
    ]


# Chips


def test_an_item_given_back_or_not_begun_has_its_own_chip(scenario):
    item = scenario.report.items.first()
    not_begun, begun = item_chip(item, is_started=False), item_chip(item)
    item.opd_note = "Lengkapi."

    assert [str(chip["text"]) for chip in (not_begun, begun, item_chip(item))] == [
        "Belum diisi",
        "Sedang diisi",
        "Dikembalikan ke OPD",
    ]
    assert str(report_chip(scenario.report)["text"]) == "Sedang disusun"


@pytest.mark.parametrize(
    ("status", "sent_round", "is_reopened", "words"),
    [
        ("in_review", 1, False, "Sedang ditelaah"),
        ("in_review", 2, True, "Sedang ditelaah"),
        ("in_review", 2, False, "Diterima"),  # told when the first round was returned
        ("verified", 1, False, "Diterima"),
    ],
)
def test_a_decision_on_an_aksi_is_told_with_the_whole_report(status, sent_round, is_reopened, words):
    item = ReportItem(status="accepted", is_reopened=is_reopened, report=Report(status=status, round=sent_round))

    assert str(item_chip(item)["text"]) == words
    assert str(judged_chip(item)["text"]) == "Diterima"
