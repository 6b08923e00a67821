"""Noting that a scheduled task has run."""

from datetime import datetime

from django.utils import timezone

from reporting.models import JobRun


def note_run(task: str, now: datetime | None = None) -> None:
    """Note that the scheduled task of that name has just ended well."""
    now = now or timezone.now()
    first = {"ended_at": now, "first_ended_at": now}
    JobRun.objects.update_or_create(task=task, defaults={"ended_at": now}, create_defaults=first)
