"""Entry points for the Celery worker; each is safe to run twice."""

from datetime import date

from celery import shared_task

from reporting.jobs import reminders
from reporting.jobs.scores import compute_stale


@shared_task
def compute_stale_scores() -> None:
    """Compute what was verified, sent or closed since; every minute, and right after a verification."""
    compute_stale()


@shared_task
def send_reminders(on: str | None = None) -> None:
    """Write the reminders of today, or of the day `on` (such as "2026-09-27"); several times on working days."""
    reminders.send_reminders(date.fromisoformat(on) if on else None)
