"""Entry points for the Celery worker; each is safe to run twice."""

from datetime import date

from celery import shared_task

from reporting.jobs import prepared, reminders, score_watch
from reporting.jobs.lateness import settle_lateness
from reporting.jobs.scores import compute_stale


@shared_task
def compute_stale_scores() -> None:
    """Compute what was verified, sent or closed since; every minute, and right after a verification."""
    settle_lateness()
    compute_stale()


@shared_task
def send_reminders(on: str | None = None) -> None:
    """Write the reminders of today, or of the day `on` (such as "2026-09-27"); several times on working days."""
    reminders.send_reminders(date.fromisoformat(on) if on else None)


@shared_task
def check_scores() -> None:
    """Recompute every plan year not checked today and compare it with what is stored; each night."""
    score_watch.check_scores()


@shared_task
def prepare_files() -> None:
    """Make one file that waits or that a killed worker left behind, then queue the next; every minute and when asked.

    One at a time and one a task, so that files never hold more than one of the worker's threads.
    """
    if prepared.prepare_next():
        prepare_files.delay_on_commit()


@shared_task
def clean_prepared_files() -> None:
    """Remove the contents of prepared files that are old; each night."""
    prepared.clean()
