"""Scores and reminders through a real worker process, also one that is killed in the middle of its task."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from actions.models import PlanYear
from notifications.models import Message
from notifications.tasks import deliver_messages
from reporting.jobs.reminder_days import day_before
from reporting.jobs.reminders import reminders_on
from reporting.jobs.scores import stale_periods
from reporting.models import Report, Score
from reporting.services import reviewing
from reporting.tasks import compute_stale_scores, send_reminders
from tests.scenario import Scenario
from tests.steps import fill_report, mark_all_ready, send_report

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

FRAGILE = "fragile"
"""The queue of the worker that is going to be killed: the one shared by the run must not take its task."""


@pytest.fixture
def nation() -> Scenario:
    return Scenario()


def wait_for(condition: Callable[[], object], what: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.1)


def judged_report(nation: Scenario) -> Report:
    """The report of Kabupaten Sikka, sent and judged in full marks, about to be verified."""
    report, coordinator, reviewer = nation.report, nation.actor("coordinator"), nation.actor("kanwil")
    fill_report(report, coordinator)
    mark_all_ready(report, coordinator)
    send_report(report, coordinator)
    reviewing.claim(report, by=reviewer)
    for item in report.items.all():
        for answer in item.answers.all():
            reviewing.judge(answer, by=reviewer, administration="met", substance="met", decision="accept")
    return report


def own_score(nation: Scenario) -> str | None:
    key = f"{nation.plan_year.year}/B09/institution/53.07/-"
    return Score.objects.filter(key=key).values_list("all_exact", flat=True).first()


@contextmanager
def held(work: Callable[[], object]):
    """Do `work` in a transaction of another connection that stays open meanwhile, and is rolled back afterwards."""
    begun, done = Event(), Event()

    def hold():
        try:
            with transaction.atomic():
                work()
                begun.set()
                done.wait(60)
                transaction.set_rollback(True)
        finally:
            connection.close()

    thread = Thread(target=hold)
    thread.start()
    try:
        assert begun.wait(10)
        yield
    finally:
        done.set()
        thread.join()


def kill_in_its_task(worker, task: str) -> None:
    """Wait until the worker has taken the task, give it time to reach what is locked, and kill -9 it."""
    wait_for(lambda: f"Task {task}[" in worker.log.read_text(errors="replace"), f"{task} reaching the worker")
    wait_for(waiting_for_a_lock, "the worker waiting for a lock")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


def test_verifying_a_report_makes_its_score_appear(nation, celery_worker):
    report = judged_report(nation)

    reviewing.verify(report, by=nation.actor("kanwil"))

    wait_for(lambda: own_score(nation) == "100/1", "the score")
    wait_for(lambda: not stale_periods(timezone.now()), "the end of the computation")
    assert Score.objects.get(key=f"{nation.plan_year.year}/B09/province/53/-").all_exact == "100/1"


def test_a_worker_killed_in_its_task_loses_no_score(nation, launch_worker, celery_worker, monkeypatch):
    report, worker = judged_report(nation), launch_worker("-Q", FRAGILE)
    monkeypatch.setattr(
        compute_stale_scores,
        "delay_on_commit",
        lambda: transaction.on_commit(lambda: compute_stale_scores.apply_async(queue=FRAGILE)),
    )

    with held(lambda: PlanYear.objects.select_for_update().get(pk=nation.plan_year.pk)):
        reviewing.verify(report, by=nation.actor("kanwil"))
        kill_in_its_task(worker, "reporting.tasks.compute_stale_scores")

    assert own_score(nation) is None
    compute_stale_scores.delay()  # what beat does every minute
    wait_for(lambda: own_score(nation) == "100/1", "the score")
    wait_for(lambda: not stale_periods(timezone.now()), "the end of the computation")


def test_a_reminder_goes_out_once_whatever_runs_twice_or_is_killed(nation, launch_worker, celery_worker, smtp_sink):
    day = day_before(nation.period.closes_at) - timedelta(days=3)
    planned = reminders_on(day)
    worker = launch_worker("-Q", FRAGILE)

    with held(planned[-1].save):
        send_reminders.apply_async([day.isoformat()], queue=FRAGILE)
        kill_in_its_task(worker, "reporting.tasks.send_reminders")

    for _ in range(2):
        send_reminders.delay(day.isoformat())
    wait_for(lambda: Message.objects.count() == len(planned), "the writing of the reminders")
    for _ in range(2):
        deliver_messages.delay()
    wait_for(lambda: not Message.objects.undelivered().exists(), "the delivery")

    reached = sorted(address for envelope in smtp_sink for address in envelope.rcpt_tos)
    assert reached == sorted(message.user.email for message in planned)
    assert len(reached) == len(set(reached)) == 10
