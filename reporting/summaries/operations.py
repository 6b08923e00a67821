"""The operations page: what runs in the background, what waits, and every alarm in words; seven queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, Window
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import formats
from actions.models import ReportingPeriod
from notifications.models import Message
from reporting.models import JobRun, PreparedFile, ScoreCheck

SHOWN_CHECKS = 30
MAIL_PATIENCE = timedelta(hours=1)
"""An urgent message that has waited longer has no working e-mail behind it."""
MAIL_MEMORY = timedelta(days=7)
FILE_MEMORY = timedelta(days=7)
SHOWN_FILES = 10
"""Failed files listed at most; the alarm counts all."""

SCHEDULED = {
    "reporting.tasks.compute_stale_scores": (gettext_lazy("Hitung nilai"), timedelta(minutes=10)),
    "notifications.tasks.deliver_messages": (gettext_lazy("Kirim surel"), timedelta(minutes=10)),
    "reporting.tasks.send_reminders": (gettext_lazy("Tulis pengingat"), timedelta(hours=16)),
    "reporting.tasks.check_scores": (gettext_lazy("Periksa nilai tiap malam"), timedelta(hours=26)),
    "reporting.tasks.prepare_files": (gettext_lazy("Siapkan berkas"), timedelta(hours=1)),
    "reporting.tasks.clean_prepared_files": (gettext_lazy("Bersihkan berkas lama"), timedelta(hours=26)),
}
"""Scheduled tasks, what they do, and after which silence something is wrong; the schedule is the project's."""


@dataclass(frozen=True)
class ScheduledJob:
    """A scheduled task as the page shows it; `ended_at` is None before its first run."""

    label: str
    ended_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class Mail:
    """How many messages wait for their e-mail (and, urgent ones, too long), and how many failed in a week."""

    waiting: int
    overdue: int
    oldest_at: datetime | None
    failed: int


@dataclass(frozen=True)
class Files:
    """Prepared files: the newest that failed in a week and are failed still, and how many those are."""

    failed: list[PreparedFile]
    failures: int


@dataclass(frozen=True)
class Operations:
    """Everything on the operations page."""

    alarms: list[str]
    checks: list[ScoreCheck]
    stale: list[ReportingPeriod]
    mail: Mail
    jobs: list[ScheduledJob]
    files: Files


def operations(stale: list[ReportingPeriod], *, now: datetime) -> Operations:
    """Return what the page shows at `now`; `stale` are the periods whose scores wait to be computed."""
    checks = list(ScoreCheck.objects.select_related("plan_year")[:SHOWN_CHECKS])
    mail, jobs, files = _mail(now), _jobs(now), _files(now)
    alarms = [*_check_alarms(checks), *_job_alarms(jobs), *_mail_alarms(mail), *_file_alarms(files)]
    return Operations(alarms=alarms, checks=checks, stale=stale, mail=mail, jobs=jobs, files=files)


def _check_alarms(checks: list[ScoreCheck]) -> list[str]:
    newest = {}
    for check in checks:
        newest.setdefault(check.plan_year_id, check)
    text = _("Nilai tahun %(year)s tidak sama dengan hitungan ulang: %(count)s perbedaan, yang pertama %(place)s.")
    return [
        text
        % {
            "year": check.plan_year.year,
            "count": formats.thousands(check.differences),
            "place": next(iter(check.first_places), "-"),
        }
        for check in newest.values()
        if check.differences
    ]


def _jobs(now: datetime) -> list[ScheduledJob]:
    """A task that has never run is late once the scheduler has been seen for longer than the task's patience."""
    runs = {run.task: run for run in JobRun.objects.all()}
    began = min((run.first_ended_at for run in runs.values()), default=None)
    found = []
    for task, (label, patience) in SCHEDULED.items():
        ended = runs[task].ended_at if task in runs else None
        since = ended or began
        found.append(ScheduledJob(str(label), ended, is_late=since is None or now - since > patience))
    return found


def _job_alarms(jobs: list[ScheduledJob]) -> list[str]:
    late = [job.label for job in jobs if job.is_late]
    if not late:
        return []
    text = _("Tugas terjadwal tidak berjalan: %(jobs)s. Periksa worker dan penjadwal.")
    return [text % {"jobs": ", ".join(late)}]


def _mail(now: datetime) -> Mail:
    waits = Q(delivered_at__isnull=True, failed_at__isnull=True)
    urgent = waits & Q(urgency=Message.Urgency.AT_ONCE, created_at__lt=now - MAIL_PATIENCE)
    failed = Q(failed_at__gte=now - MAIL_MEMORY, attempts__gt=0)
    rows = Message.objects.filter(waits | failed)
    found = rows.aggregate(
        waiting=Count("pk", filter=waits),
        overdue=Count("pk", filter=urgent),
        oldest_at=Min("created_at", filter=waits),
        failed=Count("pk", filter=failed),
    )
    return Mail(**found)


def _mail_alarms(mail: Mail) -> list[str]:
    found = []
    if mail.overdue:
        text = _("%(count)s pesan segera menunggu lebih dari satu jam. Periksa server surel.")
        found.append(text % {"count": formats.thousands(mail.overdue)})
    if mail.failed:
        text = _("%(count)s surel gagal terkirim dalam tujuh hari terakhir.")
        found.append(text % {"count": formats.thousands(mail.failed)})
    return found


def _files(now: datetime) -> Files:
    """Whoever asks again sets a failed file to waiting, so that what was cured is no longer among them."""
    rows = PreparedFile.objects.filter(state=PreparedFile.State.FAILED, asked_at__gte=now - FILE_MEMORY)
    newest = rows.select_related("institution").annotate(failures=Window(Count("pk")))
    failed = list(newest[:SHOWN_FILES])
    return Files(failed=failed, failures=failed[0].failures if failed else 0)


def _file_alarms(files: Files) -> list[str]:
    if not files.failures:
        return []
    text = _("%(count)s berkas gagal disiapkan dalam tujuh hari terakhir, yang terbaru diminta %(office)s.")
    return [text % {"count": formats.thousands(files.failures), "office": files.failed[0].institution.name}]
