"""Entry points for the Celery worker; each is safe to run twice."""

from celery import shared_task

from reporting.jobs.scores import compute_stale


@shared_task
def compute_stale_scores() -> None:
    """Compute what was verified, sent or closed since; every minute, and right after a verification."""
    compute_stale()
