"""The Celery app and the whole schedule.

Nothing may depend on the broker's memory: what must happen is a row in the database first, and the entries
below find what a lost task left behind. Each entry has a management command that does the same by hand.
"""

import logging
import os

from celery import Celery
from celery.contrib.django.task import DjangoTask
from celery.schedules import crontab
from celery.signals import worker_ready
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from ranham_portal.collector import keep_what_is_loaded

logger = logging.getLogger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ranham_portal.settings")

# Seconds until a killed worker's task comes back. All our tasks take less, but the making of a file on a slow machine:
# its second copy finds the file in good hands and ends at once.
VISIBILITY_TIMEOUT = 120


class Task(DjangoTask):
    """A task whose queueing after a commit may fail without spoiling the page: the sweep finds the work."""

    def delay_on_commit(self, *args, **kwargs) -> None:
        """Queue this task when the current transaction commits; a broken broker is only logged."""

        def queue() -> None:  # a function and no partial: Django logs a failure under its name
            try:
                self.delay(*args, **kwargs)
            except OperationalError as error:
                logger.warning("%s could not be queued, the sweep will find the work: %s", self.name, error)

        transaction.on_commit(queue, robust=True)

    def on_success(self, retval, task_id, args, kwargs) -> None:
        """Note that a scheduled task has run: the operations page tells when one falls silent."""
        from reporting.jobs.job_runs import note_run  # noqa: PLC0415  the models are not loaded before this module

        if self.name in {entry["task"] for entry in app.conf.beat_schedule.values()}:
            note_run(self.name)


@worker_ready.connect
def settle(**_signal) -> None:
    """A worker computes scores of a whole nation: see `keep_what_is_loaded`."""
    keep_what_is_loaded()


app = Celery("ranham_portal", task_cls=Task)
app.config_from_object(
    {
        "broker_url": settings.REDIS_URL,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_TIMEOUT,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 5,
        },
        "enable_utc": True,
        "task_acks_late": True,
        "task_ignore_result": True,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.1},
        "task_reject_on_worker_lost": True,
        "timezone": "Asia/Jakarta",
        "worker_hijack_root_logger": False,
        "worker_prefetch_multiplier": 1,
    }
)
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "compute-stale-scores": {
        "task": "reporting.tasks.compute_stale_scores",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "deliver-messages": {
        "task": "notifications.tasks.deliver_messages",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "prepare-files": {
        "task": "reporting.tasks.prepare_files",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    # 07.00 in Jakarta; the later hours catch up after a stop and find nothing to do otherwise
    "send-reminders": {
        "task": "reporting.tasks.send_reminders",
        "schedule": crontab(minute=0, hour="7-17"),
    },
    # 02.30 in Jakarta; the later hours catch up after a stop, since each year is checked once a day
    "check-scores": {
        "task": "reporting.tasks.check_scores",
        "schedule": crontab(minute=30, hour="2-22"),
    },
    "clean-prepared-files": {
        "task": "reporting.tasks.clean_prepared_files",
        "schedule": crontab(minute=15, hour="3-22"),
    },
}
