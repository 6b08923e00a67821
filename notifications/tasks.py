"""Entry points for the Celery worker."""

from celery import shared_task

from notifications.jobs.delivery import deliver


@shared_task
def deliver_messages() -> None:
    """E-mail what is due; every minute, and right after somebody was told something."""
    deliver()
