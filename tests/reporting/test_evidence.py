"""Data dukung in the services: stored once, versioned, never changed, and only while the aksi may be edited."""

import os
import time
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from actions.policies.errors import NotAllowed
from reporting.models import Evidence, MeasureAnswer, ReportEvent, StoredFile
from reporting.services import evidence
from reporting.services.evidence import INCOMING, clean_name, path_of
from reporting.services.evidence_check import Refused
from tests import files, steps
from tests.scenario import Scenario


@pytest.fixture(autouse=True)
def evidence_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "data-dukung"
    return settings.MEDIA_ROOT


@pytest.fixture
def answer(scenario) -> MeasureAnswer:
    return steps.answers_of(scenario.report, aksi=1)[0]


def stored_paths(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_an_upload_is_kept_with_what_was_said_about_it(scenario, answer, evidence_folder):
    opd, content = scenario.actor("opd"), files.pdf(3)
    day = timezone.localdate(scenario.now)

    found = evidence.add(
        answer,
        files.upload(content, "Notulen rapat.pdf"),
        kind=scenario.kinds["Notulen"],
        document_on=day,
        page=3,
        by=opd,
        now=scenario.now,
    )

    assert (found.filename, found.document_on, found.page, found.version) == ("Notulen rapat.pdf", day, 3, 1)
    assert (found.stored_file.pages, found.stored_file.content_type) == (3, "application/pdf")
    assert stored_paths(evidence_folder) == [path_of(found.stored_file)]
    assert path_of(found.stored_file).read_bytes() == content
    event = ReportEvent.objects.get(item=answer.item)
    assert (event.kind, event.by, event.note) == ("evidence_added", opd.user, "Ukuran 1, notulen: Notulen rapat.pdf")


def test_one_content_is_stored_once(scenario, answer, evidence_folder):
    opd, kinds = scenario.actor("opd"), scenario.kinds

    first = evidence.add(answer, files.upload(files.pdf(), "a.pdf"), kind=kinds["Notulen"], by=opd)
    second = evidence.add(answer, files.upload(files.pdf(), "b.pdf"), kind=kinds["Foto"], by=opd)

    assert first.stored_file == second.stored_file
    assert len(stored_paths(evidence_folder)) == 1


def test_the_same_file_given_twice_is_one_piece_of_evidence(scenario, answer):
    first, second = (steps.add_evidence(answer, scenario.actor("opd"), kind=scenario.kinds["Notulen"]) for _ in "ab")

    assert first == second
    assert ReportEvent.objects.filter(kind="evidence_added").count() == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_one_content_given_by_many_at_once_is_stored_once(evidence_folder):
    scenario = Scenario()
    by, kinds = scenario.actor("coordinator"), [scenario.kinds["Notulen"], scenario.kinds["Foto"]]
    answer, gate, failures = steps.answers_of(scenario.report, aksi=1)[0], Barrier(8), []

    def add(number):
        gate.wait()
        try:
            evidence.add(answer, files.upload(files.pdf()), kind=kinds[number % 2], by=by)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert StoredFile.objects.count() == 1
    assert sorted(Evidence.objects.values_list("kind__name", flat=True)) == ["Foto", "Notulen"]
    assert len(stored_paths(evidence_folder)) == 1


def test_a_refused_file_leaves_nothing(scenario, answer, evidence_folder):
    with pytest.raises(Refused):
        evidence.add(answer, files.upload(files.program()), kind=scenario.kinds["Notulen"], by=scenario.actor("opd"))

    assert stored_paths(evidence_folder) == []
    assert not StoredFile.objects.exists()


def test_a_kind_that_the_measure_does_not_want_is_refused(scenario, answer):
    with pytest.raises(NotAllowed) as caught:
        steps.add_evidence(answer, scenario.actor("opd"), kind=scenario.kinds["Laporan kegiatan"])

    assert caught.value.reasons == ["Ukuran ini tidak meminta laporan kegiatan."]


def test_the_letter_is_always_accepted(scenario, answer):
    letter = scenario.kinds["Surat keterangan"]

    assert steps.add_evidence(answer, scenario.actor("opd"), kind=letter).kind == letter


@pytest.mark.parametrize(
    ("details", "field", "reason"),
    [
        ({"page": 4}, "page", "Berkas ini hanya 3 halaman."),
        ({"page": 0}, "page", "Halaman dihitung mulai dari 1."),
        ({"days": 1}, "document_on", "Tanggal dokumen tidak boleh sesudah hari ini."),
    ],
)
def test_impossible_details_are_refused(scenario, answer, details, field, reason):
    day = timezone.localdate(scenario.now) + timedelta(days=details.pop("days", 0))

    with pytest.raises(Refused) as caught:
        evidence.add(
            answer,
            files.upload(files.pdf(3)),
            kind=scenario.kinds["Notulen"],
            document_on=day,
            by=scenario.actor("opd"),
            now=scenario.now,
            **details,
        )

    assert (caught.value.field, caught.value.reason) == (field, reason)


def test_a_replacement_is_a_new_version_and_the_old_one_stays(scenario, answer):
    opd = scenario.actor("opd")
    old = steps.add_evidence(answer, opd, kind=scenario.kinds["Notulen"])

    new = evidence.replace(old, files.upload(files.pdf(5), "baru.pdf"), page=5, by=opd, now=scenario.now)

    old.refresh_from_db()
    assert (old.retired_at, old.retired_by, old.replaced_by) == (scenario.now, opd.user, new)
    assert (new.version, new.replaces, new.filename, new.page, new.kind) == (2, old, "baru.pdf", 5, old.kind)
    assert path_of(old.stored_file).exists()
    assert list(answer.evidence.current()) == [new]


def test_date_and_page_change_without_another_file(scenario, answer):
    opd = scenario.actor("opd")
    old = steps.add_evidence(answer, opd, kind=scenario.kinds["Notulen"])

    new = evidence.replace(old, None, page=2, by=opd)

    assert (new.stored_file, new.filename, new.page, new.version) == (old.stored_file, old.filename, 2, 2)


def test_what_somebody_else_has_replaced_is_not_replaced_again(scenario, answer):
    opd = scenario.actor("opd")
    old = steps.add_evidence(answer, opd, kind=scenario.kinds["Notulen"])
    evidence.replace(old, None, page=1, by=opd)

    with pytest.raises(NotAllowed) as caught:
        evidence.remove(old, by=scenario.actor("coordinator"))

    assert caught.value.reasons == ["Berkas ini sudah diganti atau dilepas. Lihat berkas yang berlaku sekarang."]


def test_removing_retires_the_row_and_keeps_the_content(scenario, answer):
    opd = scenario.actor("opd")
    found = steps.add_evidence(answer, opd, kind=scenario.kinds["Notulen"])

    evidence.remove(found, by=opd, now=scenario.now)

    found.refresh_from_db()
    assert (found.retired_at, found.retired_by) == (scenario.now, opd.user)
    assert path_of(found.stored_file).exists()


@pytest.mark.parametrize("act", ["add", "replace", "remove"])
def test_after_the_end_of_sending_evidence_stays_as_it_is(scenario, answer, act):
    opd, end = scenario.actor("opd"), scenario.period.late_until_at
    found = steps.add_evidence(answer, opd, kind=scenario.kinds["Notulen"])
    acts = {
        "add": lambda: steps.add_evidence(answer, opd, kind=found.kind, mark="lain", now=end),
        "replace": lambda: evidence.replace(found, None, by=opd, now=end),
        "remove": lambda: evidence.remove(found, by=opd, now=end),
    }

    with pytest.raises(NotAllowed):
        acts[act]()

    assert list(answer.evidence.current()) == [found]


def test_a_content_whose_transaction_failed_serves_the_next_upload(scenario, answer, evidence_folder):
    opd = scenario.actor("opd")
    with transaction.atomic():
        steps.add_evidence(answer, opd, kind=scenario.kinds["Notulen"])
        transaction.set_rollback(True)
    assert not Evidence.objects.exists()

    found = steps.add_evidence(answer, opd, kind=scenario.kinds["Notulen"])

    assert stored_paths(evidence_folder) == [path_of(found.stored_file)]


def test_a_content_that_another_process_has_just_written_is_flushed_before_a_row_names_it(
    scenario, answer, evidence_folder, monkeypatch
):
    opd, upload = scenario.actor("opd"), files.upload(files.pdf(1), "notulen.pdf")
    evidence.store(upload.file, upload.name, now=scenario.now)
    flushed = []
    monkeypatch.setattr(evidence, "flush_folder", lambda folder: flushed.append((folder, Evidence.objects.count())))

    found = evidence.add(answer, upload, kind=scenario.kinds["Notulen"], by=opd)

    folder = path_of(found.stored_file).parent
    assert flushed == [(folder, 0), (folder.parent, 0), (evidence_folder, 0)]


def test_leftovers_of_a_killed_upload_go_after_a_day(scenario, answer, evidence_folder):
    incoming = evidence_folder / INCOMING
    incoming.mkdir(parents=True)
    (incoming / "baru").write_bytes(b"x")
    (incoming / "lama").write_bytes(b"x")
    day_before = time.time() - 25 * 3600
    os.utime(incoming / "lama", (day_before, day_before))

    steps.add_evidence(answer, scenario.actor("opd"), kind=scenario.kinds["Notulen"])

    assert [path.name for path in incoming.iterdir()] == ["baru"]


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Notulen rapat.pdf", "Notulen rapat.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Dokumen\\surat.PDF", "surat.pdf"),
        ("foto.jpeg", "foto.pdf"),
        ("laporan.exe", "laporan.exe.pdf"),
        ("\u202egpj.exe\x00", "gpj.exe.pdf"),
        ("...", "berkas.pdf"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
    ],
)
def test_names_are_made_safe(name, clean):
    assert clean_name(name, "pdf") == clean
