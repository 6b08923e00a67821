"""Files made in the background: exports, letters, reports.

The row `PreparedFile` is the whole memory: the broker only makes it quicker, a sweep each minute finds what waits and
what a killed worker left behind. A worker claims a file under its row lock, holds a lease that a thread of its own
renews while the builder works, and publishes at the end: written aside, flushed, renamed, and only then named by the
row. A worker that has lost its lease finds another turn there and keeps nothing. So a file is complete or an error
with its reason, however often something is killed or runs twice.

One file is made at a time: nobody claims one while another is in good hands. A task makes one and queues the next, so
that files take one of the worker's threads and scores, e-mail and reminders never wait for them.

To add a kind of file:

1. Write `build(parameters, path, progress) -> Built` in a module of `reporting.jobs` (types: `prepared_work`). It
   reads the database itself (all at one instant: `reporting.instants.one_instant()`), writes to `path`, calls
   `progress(done, total)` now and then, and raises `CannotPrepare("...")` with a sentence for what can never work.
   Anything else it raises is tried again, three times in all. The same parameters must give the same content.
2. Write `title`, `is_open_to` and `revision` beside it, make a `Kind` of the four and list it in `prepared_kinds`.
   The scope belongs to the parameters ({"scope": "province", ...}) and `is_open_to` decides who may have it; it is
   asked when the file is asked for, listed, looked at and downloaded.
3. Ask for it in a view: `file = services.prepared.ask("my-kind", {...}, by=request.actor)` (raises NotAllowed), then
   `redirect(file)`: its page shows the progress, the download, the size and the hash. Nothing else is to be built.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Event, Thread

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from reporting.durable import flush_file, flush_folder
from reporting.jobs.prepared_kinds import KINDS
from reporting.jobs.prepared_work import Built, CannotPrepare, LeaseLost, Progress
from reporting.models import PreparedFile

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
BEAT_SECONDS = 2
MOST_ATTEMPTS = 3
KEPT_FOR = timedelta(days=14)
LEFTOVERS_AFTER = timedelta(days=1)
CHUNK = 1024 * 1024
State = PreparedFile.State


def prepare_next(now: datetime | None = None) -> bool:
    """Make the file whose turn it is, unless one is being made; return whether another waits that nobody tried yet.

    What was tried before comes last, so that a file that fails or kills its worker keeps nobody waiting.
    """
    pk = _due(now).values_list("pk", flat=True).first()
    file = None if pk is None else _claimed(pk, now or timezone.now())
    if file is None:
        return False
    _made(file, now)
    return _due(now).filter(attempts=0).exists()


def prepare_due(now: datetime | None = None) -> int:
    """Make every file that waits or was left behind, one after the other; return how many are ready now."""
    return sum(prepare(pk, now) for pk in list(_due(now).values_list("pk", flat=True)))


def prepare(pk: int, now: datetime | None = None) -> bool:
    """Make one file unless one is being made; return whether this call made it ready."""
    file = _claimed(pk, now or timezone.now())
    return file is not None and _made(file, now)


def _due(now: datetime | None) -> QuerySet[PreparedFile]:
    return PreparedFile.objects.due(now or timezone.now()).order_by("attempts", "asked_at", "pk")


def _made(file: PreparedFile, now: datetime | None) -> bool:
    try:
        with _beside() as path:
            with _Heartbeat(file) as progress:
                built = KINDS[file.kind].build(file.wanted, path, progress)
            return _published(file, built, path, now or timezone.now())
    except CannotPrepare as refusal:
        _end(file, State.FAILED, error=str(refusal))
    except LeaseLost:
        log.warning("Prepared file %s was taken over by another worker.", file.pk)
    except Exception:
        log.exception("Prepared file %s could not be made.", file.pk)
        _end(file, State.WAITING)
    return False


def _claimed(pk: int, now: datetime) -> PreparedFile | None:
    """Take the file for this worker; None when it is done, was tried too often, or any file is in good hands.

    The rows of all that is unfinished are locked, in one order: of two workers at once the second sees the first.
    """
    with transaction.atomic():
        rows = PreparedFile.objects.select_for_update(of=("self",)).unfinished().order_by("pk")
        unfinished = {row.pk: row for row in rows}
        file = unfinished.get(pk)
        if file is None or any(row.is_in_good_hands_at(now) for row in unfinished.values()):
            return None
        if file.attempts >= MOST_ATTEMPTS or file.kind not in KINDS:
            file.state, file.lease_until = State.FAILED, None
            file.error = _(
                "Berkas gagal disiapkan karena gangguan di server. Coba lagi nanti atau hubungi sekretariat."
            )
        else:
            file.state, file.lease_until = State.RUNNING, now + LEASE
            file.attempts, file.turn = file.attempts + 1, file.turn + 1
            file.done = file.total = 0
        file.save()
    return file if file.state == State.RUNNING else None


def keep_lease(file: PreparedFile, progress: Progress, now: datetime | None = None) -> bool:
    """Renew the lease and note the progress; False when the file belongs to another worker now."""
    own = PreparedFile.objects.filter(pk=file.pk, state=State.RUNNING, turn=file.turn)
    until = (now or timezone.now()) + LEASE
    return bool(own.update(lease_until=until, done=progress.done, total=progress.total))


class _Heartbeat:
    """Renews the lease from a thread, with a connection of its own: the builder's transaction may last."""

    def __init__(self, file: PreparedFile):
        self.file, self.progress = file, Progress()
        self.ended = Event()
        self.thread = Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Progress:
        self.thread.start()
        return self.progress

    def __exit__(self, *_exception) -> None:
        self.ended.set()
        self.thread.join()

    def _beat(self) -> None:
        try:
            while not self.ended.wait(BEAT_SECONDS):
                try:
                    self.progress.is_lost = not keep_lease(self.file, self.progress)
                except Error as error:  # a lock that lasts, or a server that came back: the next beat tries anew
                    log.warning("The lease of prepared file %s could not be renewed: %s", self.file.pk, error)
                    connection.close()
        finally:
            connection.close()


# Ending


def _published(file: PreparedFile, built: Built, path: Path, now: datetime) -> bool:
    """Give the content its place and name it in the row, unless the file belongs to another worker now."""
    size, sha256 = path.stat().st_size, _sha256(path)
    flush_file(path)
    os.chmod(path, settings.FILE_UPLOAD_PERMISSIONS)
    with transaction.atomic():
        file = _own(file)
        if file is None:
            return False
        file.state, file.lease_until, file.finished_at, file.error = State.READY, None, now, ""
        file.filename, file.rows, file.content_hash = built.filename, built.rows, built.content_hash
        file.size, file.sha256 = size, sha256
        _place(file, path)
        file.save()
    return True


def _end(file: PreparedFile, state: str, *, error: str = "") -> None:
    with transaction.atomic():
        file = _own(file)
        if file is not None:
            file.state, file.lease_until, file.error = state, None, error
            file.save()


def _own(file: PreparedFile) -> PreparedFile | None:
    """The row under lock, if it is still this worker's turn."""
    rows = PreparedFile.objects.select_for_update(of=("self",))
    return rows.filter(pk=file.pk, state=State.RUNNING, turn=file.turn).first()


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


# On disk: apart from the evidence, so that cleaning here can never take a data dukung with it


def root() -> Path:
    """Return the folder of all prepared files."""
    return Path(settings.MEDIA_ROOT) / "berkas-siap"


def path_of(file: PreparedFile) -> Path:
    """Return where the content of a ready file lies, by its own hash."""
    return _folder_of(file) / file.sha256


def _folder_of(file: PreparedFile) -> Path:
    return root() / str(file.pk)


def _incoming() -> Path:
    return root() / "masuk"


@contextmanager
def _beside() -> Iterator[Path]:
    """A path to write to, gone afterwards unless it was moved."""
    _incoming().mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=_incoming(), delete=False) as target:
        path = Path(target.name)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _place(file: PreparedFile, path: Path) -> None:
    final = path_of(file)
    final.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, final)
    for other in final.parent.iterdir():
        if other != final:  # of a worker that was killed between the renaming and its commit
            other.unlink()
    for folder in (final.parent, root()):
        flush_folder(folder)


def clean(now: datetime | None = None) -> int:
    """Remove the contents of files ready for longer than `KEPT_FOR`; the rows stay. Return how many there were."""
    now = now or timezone.now()
    old = PreparedFile.objects.filter(state=State.READY, finished_at__lt=now - KEPT_FOR)
    count = sum(_cleaned(pk) for pk in list(old.values_list("pk", flat=True)))
    for path in _incoming().glob("*"):
        with suppress(FileNotFoundError):  # a worker may just have finished with it
            if path.stat().st_mtime < (now - LEFTOVERS_AFTER).timestamp():
                path.unlink()
    return count


def _cleaned(pk: int) -> bool:
    with transaction.atomic():
        file = PreparedFile.objects.select_for_update(of=("self",)).filter(pk=pk, state=State.READY).first()
        if file is None:
            return False
        path_of(file).unlink(missing_ok=True)
        file.state = State.EXPIRED
        file.save(update_fields=["state"])
    return True
