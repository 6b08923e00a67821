"""Files made in the background: asked for once, made once, complete or an error, whatever is killed meanwhile."""

import hashlib
import os
from datetime import timedelta
from threading import Event, Semaphore

import pytest
from django.db import InterfaceError, connection, transaction
from django.utils import timezone

from actions.actors import Actor
from actions.models import Institution
from actions.policies.errors import NotAllowed
from reporting.instants import one_instant
from reporting.jobs import prepared
from reporting.jobs.prepared_kinds import KINDS
from reporting.jobs.prepared_work import Built, CannotPrepare, Kind, LeaseLost, Progress
from reporting.models import PreparedFile
from reporting.services.prepared import ask
from reporting.tasks import prepare_files
from tests.concurrency import at_once

State = PreparedFile.State
LATER = timedelta(seconds=61)


class Trial:
    """A kind of file for tests: `build` does as told, `revision` is what a test says it is."""

    def __init__(self) -> None:
        self.revision, self.runs, self.raises, self.meanwhile = "1", 0, None, None

    def build(self, parameters, path, progress: Progress) -> Built:
        self.runs += 1
        path.write_text(f"isi {parameters['nama']}")
        progress(1, 2)
        if self.meanwhile:
            self.meanwhile()
        if self.raises:
            raise self.raises
        return Built(filename="uji.txt", rows=1)

    def kind(self) -> Kind:
        return Kind(
            title=lambda parameters: f"Uji {parameters['nama']}",
            is_open_to=lambda actor, _parameters: not actor.is_only_opd_staff,
            revision=lambda _parameters: self.revision,
            build=self.build,
        )


@pytest.fixture
def trial(monkeypatch, settings, tmp_path) -> Trial:
    settings.MEDIA_ROOT = tmp_path
    found = Trial()
    monkeypatch.setitem(KINDS, "uji", found.kind())
    return found


@pytest.fixture
def actor(db, django_user_model) -> Actor:
    office = Institution.objects.create(code="KW53", name="Kantor Wilayah", kind=Institution.Kind.KANWIL)
    user = django_user_model.objects.create(email="kanwil@contoh.example", name="Kanwil")
    return Actor(user, office, None, frozenset(), (), timezone.localdate())


def asked(actor: Actor, name: str = "a") -> PreparedFile:
    return ask("uji", {"nama": name}, by=actor)


def folder_of(file: PreparedFile) -> list[str]:
    return os.listdir(prepared.path_of(file).parent)


@pytest.mark.both_databases
def test_a_file_is_made_once_and_named_by_its_hash(trial, actor):
    file = asked(actor)

    assert (file.state, prepared.prepare_due(), prepared.prepare_due(), prepared.prepare(file.pk)) == (
        State.WAITING, 1, 0, False,
    )  # fmt: skip
    file.refresh_from_db()
    assert (file.state, file.filename, file.rows, file.size, trial.runs) == (State.READY, "uji.txt", 1, 5, 1)
    assert prepared.path_of(file).read_text() == "isi a"
    assert file.sha256 == hashlib.sha256(b"isi a").hexdigest()
    assert list(prepared.root().glob("masuk/*")) == []


def test_asking_again_is_the_same_file_until_the_data_changes(trial, actor):
    first = asked(actor)
    prepared.prepare_due()

    again, other = asked(actor), asked(actor, "b")
    trial.revision = "2"
    newer = asked(actor)

    assert again == first
    assert again.state == State.READY
    assert len({first.pk, other.pk, newer.pk}) == 3


@pytest.mark.django_db(transaction=True)
def test_asked_at_once_it_is_one_file_and_made_at_once_it_is_made_once(trial, actor):
    files = at_once(lambda: asked(actor), times=4)
    made = at_once(lambda: prepared.prepare(files[0].pk), times=4)

    assert {file.pk for file in files} == {PreparedFile.objects.get().pk}
    assert sorted(made) == [False, False, False, True]
    assert trial.runs == 1


def test_a_worker_that_died_is_followed_by_another(trial, actor):
    file, now = asked(actor), timezone.now()
    assert prepared._claimed(file.pk, now) is not None  # and here it is killed

    too_early, in_time = prepared.prepare_due(now + LATER / 2), prepared.prepare_due(now + LATER)

    file.refresh_from_db()
    assert (too_early, in_time, file.state, file.attempts) == (0, 1, State.READY, 2)


def test_who_lost_the_lease_keeps_nothing(trial, actor):
    file, now = asked(actor), timezone.now()

    def another_takes_over():
        trial.meanwhile = None
        assert prepared.prepare(file.pk, now + 2 * LATER)

    trial.meanwhile = another_takes_over
    assert prepared.prepare(file.pk, now) is False

    file.refresh_from_db()
    assert (file.state, file.attempts, trial.runs) == (State.READY, 2, 2)
    assert folder_of(file) == [file.sha256]


def test_a_lease_is_kept_only_by_its_holder_and_stops_the_other(trial, actor):
    file, now = asked(actor), timezone.now()
    slow, progress = prepared._claimed(file.pk, now), Progress()
    progress(3, 10)
    assert prepared.keep_lease(slow, progress, now) is True
    quick = prepared._claimed(file.pk, now + LATER)

    progress.is_lost = not prepared.keep_lease(slow, progress, now)

    file.refresh_from_db()
    assert (quick.attempts, file.attempts, file.percent) == (2, 2, 0)
    with pytest.raises(LeaseLost):
        progress(4, 10)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_one_file_is_made_at_a_time_and_no_other_worker_waits_for_it(trial, actor):
    for name in "abcd":
        asked(actor, name)
    turned_away, waited = Semaphore(0), []

    def wait_for_the_others():
        trial.meanwhile = None
        waited.extend(turned_away.acquire(timeout=10) for _ in range(3))

    def run():
        if not prepared.prepare_next():
            turned_away.release()

    trial.meanwhile = wait_for_the_others
    at_once(run, times=4)

    assert waited == [True, True, True]
    assert sorted(PreparedFile.objects.values_list("state", flat=True)) == ["ready", *["waiting"] * 3]


def test_a_run_makes_one_file_and_queues_the_next_while_some_wait(trial, actor, monkeypatch):
    for name in "abc":
        asked(actor, name)
    queued = []
    monkeypatch.setattr(prepare_files, "delay_on_commit", lambda: queued.append(len(queued)))

    found = []
    for _ in range(4):
        prepare_files()
        found.append((PreparedFile.objects.filter(state=State.READY).count(), len(queued)))

    assert found == [(1, 1), (2, 2), (3, 2), (3, 2)]


def test_asking_queues_the_making(trial, actor, monkeypatch):
    queued = []
    monkeypatch.setattr(prepare_files, "delay_on_commit", lambda: queued.append(1))

    asked(actor), asked(actor)

    assert queued == [1]


def test_what_failed_waits_behind_what_nobody_tried_and_is_not_tried_again_at_once(trial, actor):
    bad, good = asked(actor), asked(actor, "b")
    trial.raises = OSError("disk")
    assert prepared.prepare_next() is True  # and so it goes on with the other
    trial.raises = None

    assert prepared.prepare_next() is False  # the next sweep tries again
    bad.refresh_from_db(), good.refresh_from_db()
    assert (bad.state, good.state) == (State.WAITING, State.READY)
    prepared.prepare_next()
    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == (State.READY, 2)


def test_what_a_killed_worker_held_and_what_waited_behind_it_are_both_made(trial, actor):
    held, behind, now = asked(actor), asked(actor, "b"), timezone.now()
    assert prepared._claimed(held.pk, now) is not None  # and here it is killed
    assert (prepared.prepare_next(now + LATER / 2), trial.runs) == (False, 0)

    for minutes in (1, 2):
        prepared.prepare_next(now + minutes * LATER)

    held.refresh_from_db(), behind.refresh_from_db()
    assert (held.state, behind.state, trial.runs) == (State.READY, State.READY, 2)


def test_an_old_worker_never_takes_the_turn_of_a_new_asking_for_its_own(trial, actor):
    file, now = asked(actor), timezone.now()
    old = prepared._claimed(file.pk, now)
    trial.raises = CannotPrepare("Terlalu banyak baris.")
    prepared.prepare(file.pk, now + LATER)
    asked(actor)
    new = prepared._claimed(file.pk, now + LATER)

    assert (old.attempts, new.attempts) == (1, 1)
    assert prepared.keep_lease(old, Progress(), now) is False
    assert prepared._own(old) is None
    assert prepared._own(new) == file


def test_the_heartbeat_outlives_a_database_that_comes_back(trial, actor, monkeypatch):
    answers, lost = iter([InterfaceError("connection already closed"), False]), Event()
    monkeypatch.setattr(prepared, "BEAT_SECONDS", 0.01)

    def keep_lease(_file, _progress):
        answer = next(answers, None)
        if isinstance(answer, Exception):
            raise answer
        lost.set()
        return answer

    monkeypatch.setattr(prepared, "keep_lease", keep_lease)
    with prepared._Heartbeat(asked(actor)) as progress:
        assert lost.wait(timeout=5)

    assert progress.is_lost


def test_what_cannot_be_made_says_why_and_can_be_asked_again(trial, actor):
    trial.raises = CannotPrepare("Terlalu banyak baris.")
    file = asked(actor)
    prepared.prepare_due()
    file.refresh_from_db()
    assert (file.state, file.error, trial.runs) == (State.FAILED, "Terlalu banyak baris.", 1)

    trial.raises = None
    assert asked(actor).state == State.WAITING
    prepared.prepare_due()

    file.refresh_from_db()
    assert (file.state, file.error) == (State.READY, "")


def test_a_fault_is_tried_three_times_and_then_told(trial, actor, caplog):
    trial.raises = OSError("disk")
    file = asked(actor)
    for _ in range(5):
        prepared.prepare_due()

    file.refresh_from_db()
    assert (file.state, trial.runs) == (State.FAILED, 3)
    assert file.error.startswith("Berkas gagal disiapkan")
    assert "could not be made" in caplog.text
    assert list(prepared.root().glob("masuk/*")) == []


def test_old_contents_are_cleaned_and_the_row_asks_anew(trial, actor):
    now = timezone.now()
    old, new = asked(actor), asked(actor, "b")
    prepared.prepare(old.pk, now - timedelta(days=15))
    prepared.prepare(new.pk, now)

    assert (prepared.clean(now), prepared.clean(now)) == (1, 0)

    old.refresh_from_db()
    assert (old.state, folder_of(old)) == (State.EXPIRED, [])
    assert prepared.path_of(PreparedFile.objects.get(pk=new.pk)).exists()
    assert asked(actor).state == State.WAITING


def test_a_content_lost_from_the_disk_is_made_again(trial, actor):
    file = asked(actor)
    prepared.prepare_due()
    prepared.path_of(PreparedFile.objects.get()).unlink()

    assert (asked(actor).pk, asked(actor).state) == (file.pk, State.WAITING)


def test_what_a_killed_worker_wrote_aside_is_swept_after_a_day(trial, actor):
    folder, now = prepared.root() / "masuk", timezone.now()
    folder.mkdir(parents=True)
    for name, age in (("lama", 25), ("baru", 23)):
        (folder / name).write_text("setengah")
        at = (now - timedelta(hours=age)).timestamp()
        os.utime(folder / name, (at, at))

    prepared.clean(now)

    assert os.listdir(folder) == ["baru"]


def test_what_cannot_be_named_is_refused_at_once(scenario):
    wanted = {"span": "1999", "scope": "kanwil", "office": "KW53", "format": "csv"}

    with pytest.raises(NotAllowed, match="1999 belum dibuka"):
        ask("ukuran", wanted, by=scenario.actor("kanwil"))


def test_an_office_waits_for_five_files_at_most(trial, actor):
    for number in range(5):
        asked(actor, str(number))

    with pytest.raises(NotAllowed) as refusal:
        asked(actor, "enam")

    assert "sudah menunggu 5 berkas" in refusal.value.reasons[0]
    assert PreparedFile.objects.count() == 5


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_reading_at_one_instant_sees_no_later_change_and_holds_up_nobody(actor):
    def rename():
        with transaction.atomic():
            Institution.objects.filter(code="KW53").update(name="Nama baru")

    with one_instant():
        before = Institution.objects.get(code="KW53").name
        assert at_once(rename, times=1) == [None]
        assert Institution.objects.get(code="KW53").name == before

    assert Institution.objects.get(code="KW53").name == "Nama baru"
    assert not connection.in_atomic_block
