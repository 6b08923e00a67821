"""Work in the background: the nightly check, its alarm, and the secretariat's operations page."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from actions.models import Membership
from notifications.models import Message
from notifications.tasks import deliver_messages
from ranham_portal.celery import app
from reporting.jobs import score_check
from reporting.jobs.job_runs import note_run
from reporting.jobs.score_watch import check_scores
from reporting.jobs.scores import compute_plan_year, compute_stale
from reporting.models import JobRun, Judgement, PeriodScoring, PreparedFile, Score, ScoreCheck
from reporting.models.prepared import canonical_parameters
from reporting.summaries.operations import SCHEDULED, SHOWN_FILES, operations
from tests.concurrency import at_once
from tests.scenario import PEOPLE
from tests.score_nation import NOW, ScoreNation


@pytest.fixture
def nation(db) -> ScoreNation:
    """The small nation with its scores computed, and one member of the secretariat."""
    nation = ScoreNation()
    nation.secretary = User.objects.create_user("sekretariat@contoh.example", name="Sekretaris")
    Membership.objects.create(
        user=nation.secretary,
        institution=nation.institutions["SOS"],
        role=Membership.Role.SECRETARIAT,
        starts_on=NOW.date(),
    )
    compute_stale(NOW)
    return nation


def tamper(nation: ScoreNation) -> None:
    judged = Judgement.objects.filter(answer__item__report=nation.reports["B04", "53.07"]).order_by("pk").first()
    Judgement.objects.filter(pk=judged.pk).update(substance=Judgement.Value.NOT_MET)


# The nightly check


def test_a_sound_year_is_recorded_without_alarm(nation):
    (check,) = check_scores(NOW)

    assert (check.plan_year, check.differences, check.first_places) == (nation.plan_year, 0, [])
    assert len(check.sha256) == 64
    assert not Message.objects.exists()


@pytest.mark.both_databases
def test_a_judgement_changed_behind_its_back_is_told_to_the_secretariat_once(nation):
    tamper(nation)

    (check,) = check_scores(NOW)
    assert check_scores(NOW + timedelta(hours=1)) == []

    assert check.differences > 5
    assert check.first_places[0] == "2026/B04/item/53.07/1: 55/1 != 95/3"
    message = Message.objects.get()
    assert message.user == nation.secretary
    assert message.path == reverse("operations")
    assert str(check.differences) in message.title


def test_the_next_night_checks_again(nation):
    check_scores(NOW)

    assert len(check_scores(NOW + timedelta(days=1))) == 1
    assert ScoreCheck.objects.count() == 2


def test_what_waits_to_be_computed_is_computed_first_and_no_alarm(nation):
    PeriodScoring.objects.update(computed=0)
    Score.objects.filter(key="2026/B04/institution/52/-").update(all_value=93)

    (check,) = check_scores(NOW)

    assert check.differences == 0


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_leave_one_check_and_one_alarm(nation):
    tamper(nation)

    at_once(lambda: check_scores(NOW), times=4)

    assert ScoreCheck.objects.count() == 1
    assert Message.objects.count() == 1


def test_the_command_ends_with_one_when_a_score_is_wrong(nation, capsys):
    tamper(nation)

    ends = [ended("check_scores") for _ in range(2)]

    assert ends == [1, 1]  # the second finds today's check and its differences
    assert capsys.readouterr().out.count("perbedaan, SHA-256") == 2


def test_an_alarm_ends_on_the_day_its_cause_was_mended(nation):
    tamper(nation)
    first = ended("check_scores")
    compute_plan_year(nation.plan_year, timezone.now())

    ends = [first, ended("check_scores"), ended("check_scores", "--again"), ended("check_scores")]

    assert ends == [1, 1, 0, 0]
    assert ScoreCheck.objects.get().differences == 0
    assert not any("hitungan ulang" in alarm for alarm in operations([], now=timezone.now()).alarms)


def ended(*command: str) -> int:
    """The code with which a command ends."""
    try:
        call_command(*command)
    except SystemExit as stop:
        return stop.code
    return 0


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_what_is_stored_while_a_year_is_checked_is_no_difference(nation, monkeypatch):
    stored = score_check.stored_scores

    def write() -> int:
        return Score.objects.filter(key="2026/B04/institution/52/-").update(all_value=93)

    def stored_after_another_wrote(*which):
        assert at_once(write, times=1) == [1]
        return stored(*which)

    monkeypatch.setattr(score_check, "stored_scores", stored_after_another_wrote)

    assert score_check.check_year(nation.plan_year, NOW).differences == []
    assert score_check.check_year(nation.plan_year, NOW).differences != []


# What has run


def test_a_scheduled_task_notes_that_it_has_run(db):
    deliver_messages.apply()
    first = JobRun.objects.get(task="notifications.tasks.deliver_messages").ended_at
    deliver_messages.apply()

    assert JobRun.objects.get(task="notifications.tasks.deliver_messages").ended_at > first


def test_the_page_knows_every_scheduled_task():
    assert set(SCHEDULED) == {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_a_silent_scheduler_is_an_alarm(db):
    now = timezone.now()
    for task in SCHEDULED:
        note_run(task, now)

    assert operations([], now=now).alarms == []
    assert "Hitung nilai, Kirim surel" in operations([], now=now + timedelta(hours=1)).alarms[0]


def test_a_daily_task_has_a_day_before_its_first_silence_is_an_alarm(db):
    now = timezone.now()
    often = [task for task, (_label, patience) in SCHEDULED.items() if patience <= timedelta(hours=1)]
    for moment in (now, now + timedelta(hours=15)):
        for task in often:
            note_run(task, moment)

    assert [job.label for job in operations([], now=moment).jobs if job.is_late] == []
    for task in often:
        note_run(task, now + timedelta(hours=17))
    later = operations([], now=now + timedelta(hours=17))
    assert later.alarms == ["Tugas terjadwal tidak berjalan: Tulis pengingat. Periksa worker dan penjadwal."]


def test_a_portal_where_nothing_ever_ran_is_an_alarm(db):
    assert all(job.is_late for job in operations([], now=timezone.now()).jobs)


def test_waiting_and_failed_mail_is_an_alarm(nation):
    for task in SCHEDULED:
        note_run(task, NOW)
    common = {"user": nation.secretary, "kind": "uji", "title": "Uji"}
    Message.objects.create(key="a", created_at=NOW - timedelta(minutes=59), **common)
    assert operations([], now=NOW).alarms == []

    Message.objects.create(key="b", created_at=NOW - timedelta(minutes=61), **common)
    Message.objects.create(key="c", created_at=NOW, failed_at=NOW, attempts=8, **common)
    Message.objects.create(key="d", created_at=NOW, failed_at=NOW, last_error="Digantikan.", **common)

    found = operations([], now=NOW)
    assert (found.mail.waiting, found.mail.overdue, found.mail.failed) == (2, 1, 1)
    assert [alarm[:7] for alarm in found.alarms] == ["1 pesan", "1 surel"]


def asked(nation: ScoreNation, number: int, asked_at, *, kind: str = "ukuran", state: str = "failed") -> PreparedFile:
    wanted = {"span": f"2026-B0{number}", "scope": "kanwil", "format": "csv", "office": "SOS"}
    return PreparedFile.objects.create(
        kind=kind,
        parameters=canonical_parameters(wanted),
        revision="r",
        institution=nation.institutions["SOS"],
        asked_at=asked_at,
        asked_by=nation.secretary,
        state=state,
        error="Tidak ada data." if state == "failed" else "",
    )


def test_a_failed_file_is_an_alarm_for_a_week_or_until_it_is_asked_for_again(nation):
    for task in SCHEDULED:
        note_run(task, NOW)
    asked(nation, 1, NOW - timedelta(days=7, minutes=1))
    asked(nation, 2, NOW, state="waiting")
    assert operations([], now=NOW).alarms == []

    older = asked(nation, 3, NOW - timedelta(days=6))
    newer = asked(nation, 4, NOW - timedelta(hours=1), kind="tidak-dikenal")
    found = operations([], now=NOW)
    name = nation.institutions["SOS"].name
    assert found.files.failed == [newer, older]
    assert found.alarms == [f"2 berkas gagal disiapkan dalam tujuh hari terakhir, yang terbaru diminta {name}."]

    PreparedFile.objects.filter(state="failed").update(state="waiting", error="")
    assert operations([], now=NOW).alarms == []


def test_of_many_failed_files_the_newest_are_listed_and_all_are_counted(nation):
    for number in range(SHOWN_FILES + 2):
        asked(nation, number, NOW - timedelta(minutes=number))

    found = operations([], now=NOW).files

    assert (len(found.failed), found.failures) == (SHOWN_FILES, SHOWN_FILES + 2)


def test_the_page_names_what_failed_and_why(nation, client):
    asked(nation, 4, timezone.now())
    asked(nation, 5, timezone.now(), kind="tidak-dikenal")
    client.force_login(nation.secretary)

    text = client.get(reverse("operations")).content.decode()

    assert "Semua ukuran 2026-B04" in text
    assert "tidak-dikenal" in text
    assert text.count("Tidak ada data.") == 2


# The page


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_only_the_secretariat_opens_it(scenario, name):
    response = scenario.client(name).get(reverse("operations"))

    assert response.status_code == (200 if name == "secretariat" else 404)


def test_the_page_names_the_alarm_and_stays_within_its_queries(scenario):
    ScoreCheck.objects.create(
        plan_year=scenario.plan_year,
        day=scenario.now.date(),
        checked_at=scenario.now,
        sha256="a" * 64,
        differences=1,
        first_places=["2026/B09/nation/-/- all_exact: 1/1 != 2/1"],
    )
    client = scenario.client("secretariat")

    with CaptureQueriesContext(connection) as queries:
        text = client.get(reverse("operations")).content.decode()

    assert "1 perbedaan, yang pertama 2026/B09/nation/-/- all_exact: 1/1 != 2/1." in text
    assert "Tugas terjadwal tidak berjalan" in text
    assert len(queries) <= 12
    assert reverse("operations") in client.get("/").content.decode()
