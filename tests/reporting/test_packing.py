"""All evidence of a report in one ZIP: what was sent once it was sent, with a list that names every file."""

import hashlib
import io
import zipfile
from html import unescape

import pytest
from django.http import HttpResponse
from django.urls import reverse

from reporting.models import Evidence
from reporting.services import evidence as service
from reporting.services.evidence import path_of
from tests import files, steps
from tests.conftest import StrictClient
from tests.downloads import table_of

FIRST = "Aksi 1/Ukuran 1/Notulen - notulen.pdf"
SECOND = "Aksi 1/Ukuran 2/Daftar penerima - daftar-penerima.pdf"
THIRD = "Aksi 2/Ukuran 1/Notulen - notulen.pdf"
LIST = "daftar-isi.csv"


@pytest.fixture
def filled(scenario):
    steps.fill_report(scenario.report, scenario.actor("coordinator"))
    return scenario.report


@pytest.fixture
def sent(scenario, filled):
    return steps.send_report(filled, scenario.actor("coordinator"))


def asked(scenario, name: str = "coordinator"):
    return scenario.client(name, StrictClient).get(reverse("report-evidence-zip", args=[scenario.report.pk]))


def opened(response) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def listed(archive: zipfile.ZipFile) -> tuple[list[dict], dict[str, str]]:
    """The files that the list of contents names, and what it says of the whole."""
    (head, *lines), manifest = table_of(HttpResponse(archive.read(LIST)))
    return [dict(zip(head, line, strict=True)) for line in lines], manifest


def first_file(report) -> Evidence:
    return steps.answers_of(report, aksi=1)[0].evidence.current().get()


def page_of(scenario, name: str = "coordinator") -> str:
    address = reverse("report-detail", args=[scenario.report.pk])
    return unescape(scenario.client(name, StrictClient).get(address).content.decode())


def test_before_sending_it_holds_every_present_file_and_says_so(scenario, filled):
    response = asked(scenario)

    archive = opened(response)
    rows, whole = listed(archive)
    assert archive.testzip() is None
    name = f"data-dukung-53.07-{filled.period.key}-belum-dikirim.zip"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert archive.namelist() == [FIRST, SECOND, THIRD, LIST]
    assert [row["SHA-256"] for row in rows] == [hashlib.sha256(archive.read(row["Berkas"])).hexdigest() for row in rows]
    assert {row["Pengiriman"] for row in rows} == {"belum dikirim"}
    assert (whole["Pengiriman"], whole["Baris"]) == ("belum dikirim", "3")


def test_after_sending_it_holds_what_was_sent_whatever_came_since(scenario, sent):
    kept = {row.pk: path_of(row.stored_file).read_bytes() for row in Evidence.objects.select_related("stored_file")}
    first, second, third = Evidence.objects.order_by("pk")
    by, now = scenario.user("coordinator"), scenario.now
    Evidence.objects.filter(pk=first.pk).update(retired_at=now, retired_by=by)
    content = service.store(files.upload(files.pdf(9), "baru.pdf").file, "baru.pdf", now=now)
    for answer in (first.answer, third.answer):
        answer.evidence.create(
            kind=third.kind, stored_file=content, filename="baru.pdf", uploaded_at=now, uploaded_by=by
        )

    archive = opened(asked(scenario))

    assert archive.namelist() == [FIRST, SECOND, THIRD, LIST]
    assert [archive.read(name) for name in (FIRST, SECOND, THIRD)] == [kept[row.pk] for row in (first, second, third)]


def test_the_list_says_which_sending_and_who_uploaded_what_and_when(scenario, sent):
    response = asked(scenario, "kanwil")

    archive = opened(response)
    rows, whole = listed(archive)
    file = first_file(sent.report)
    assert response["Content-Disposition"] == f'attachment; filename="data-dukung-{sent.receipt_number}.zip"'
    assert rows[0] | {"Diunggah pada (WIB)": ""} == {
        "Berkas": FIRST,
        "Aksi": "1",
        "Ukuran": "1",
        "Jenis": "Notulen",
        "Nama saat diunggah": "notulen.pdf",
        "Tanggal dokumen": "",
        "Halaman": "",
        "Versi": "1",
        "Diunggah oleh": "Coordinator",
        "Diunggah pada (WIB)": "",
        "Pengiriman": sent.receipt_number,
        "Keadaan": "ada",
        "Ukuran (byte)": str(len(archive.read(FIRST))),
        "SHA-256": file.stored_file.sha256,
    }
    assert len(rows[0]["Diunggah pada (WIB)"]) == len("2026-11-22 09:00:00")
    assert (whole["Pengiriman"], whole["Tanda terima"]) == ("ke-1", sent.receipt_number)
    assert whole["Sidik isi kiriman (SHA-256)"] == sent.content_hash


def test_the_next_sending_takes_its_place_and_a_recalled_one_does_not_count(scenario, filled):
    coordinator, number = scenario.actor("coordinator"), "Pengiriman"
    steps.send_report(filled, coordinator)
    steps.recall_report(filled, coordinator)
    service.remove(first_file(filled), by=coordinator)
    recalled = opened(asked(scenario))
    second = steps.send_report(filled, coordinator)

    sent = opened(asked(scenario))

    assert recalled.namelist() == sent.namelist() == [SECOND, THIRD, LIST]
    assert {row[number] for row in listed(recalled)[0]} == {"belum dikirim"}
    assert {row[number] for row in listed(sent)[0]} == {second.receipt_number}


def test_while_correcting_it_holds_the_sending_that_was_judged(scenario, filled):
    coordinator, reviewer = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.send_report(filled, coordinator)
    steps.judge_all(filled, reviewer, returned={1})
    report = steps.return_report(filled, reviewer)
    service.replace(first_file(report), files.upload(files.pdf(9), "baru.pdf"), by=coordinator)

    archive = opened(asked(scenario))

    assert archive.namelist() == [FIRST, SECOND, THIRD, LIST]
    assert "Berkas yang diubah sesudahnya ikut setelah laporan dikirim lagi." in page_of(scenario)


def test_equal_and_unsafe_names_stay_apart_and_safe(scenario, filled):
    answer, by = steps.answers_of(filled, aksi=1)[0], scenario.actor("coordinator")
    for mark in "ab":
        service.add(answer, files.upload(files.pdf(mark=mark), "a:b?.pdf"), kind=scenario.kinds["Foto"], by=by)

    archive = opened(asked(scenario))

    assert [name for name in archive.namelist() if "Foto" in name] == [
        "Aksi 1/Ukuran 1/Foto - a_b_.pdf",
        "Aksi 1/Ukuran 1/Foto - a_b_ (2).pdf",
    ]


def test_no_cell_of_the_list_becomes_a_formula(scenario, filled):
    answer, by = steps.answers_of(filled, aksi=1)[0], scenario.actor("coordinator")
    service.add(answer, files.upload(files.pdf(mark="f"), "=1+1.pdf"), kind=scenario.kinds["Foto"], by=by)

    rows, _whole = listed(opened(asked(scenario)))

    assert [row["Nama saat diunggah"] for row in rows if row["Jenis"] == "Foto"] == ["'=1+1.pdf"]


@pytest.mark.parametrize("is_sent", [False, True])
def test_an_opd_packs_only_its_own_aksi(scenario, filled, is_sent):
    if is_sent:
        steps.send_report(filled, scenario.actor("coordinator"))

    archive = opened(asked(scenario, "opd"))

    assert archive.namelist() == [FIRST, SECOND, LIST]
    assert [row["Berkas"] for row in listed(archive)[0]] == [FIRST, SECOND]


def test_before_sending_replaced_files_are_left_out(scenario, filled):
    old = steps.answers_of(filled, aksi=2)[0].evidence.current().get()
    service.replace(old, files.upload(files.pdf(9), "baru.pdf"), by=scenario.actor("coordinator"))

    archive = opened(asked(scenario))

    assert [name for name in archive.namelist() if name.startswith("Aksi 2")] == ["Aksi 2/Ukuran 1/Notulen - baru.pdf"]


def test_a_report_without_files_gives_an_empty_list(scenario):
    archive = opened(asked(scenario))

    assert archive.namelist() == [LIST]
    assert listed(archive)[1]["Pengiriman"] == "belum dikirim"


@pytest.mark.parametrize(
    ("is_sent", "harm"), [(False, lambda path: path.write_bytes(b"%PDF-")), (True, lambda path: path.unlink())]
)
def test_a_missing_file_is_named_in_the_list_and_on_the_page(scenario, filled, is_sent, harm, caplog):
    if is_sent:
        steps.send_report(filled, scenario.actor("coordinator"))
    harm(path_of(first_file(filled).stored_file))

    archive = opened(asked(scenario))

    rows, whole = listed(archive)
    assert archive.namelist() == [SECOND, THIRD, LIST]
    assert [row["Keadaan"] for row in rows] == ["hilang dari penyimpanan, tidak ikut", "ada", "ada"]
    assert (rows[0]["Berkas"], whole["Berkas yang hilang dari penyimpanan"]) == (FIRST, "1")
    assert f"not on disk: {FIRST}" in caplog.text
    page = page_of(scenario)
    assert "1 berkas hilang dari penyimpanan" in page
    assert f"<li>{FIRST}</li>" in page


def test_the_page_says_what_the_zip_holds(scenario, filled):
    before = page_of(scenario)
    submission = steps.send_report(filled, scenario.actor("coordinator"))

    after = page_of(scenario)

    assert "Unduhan data dukung: 3 berkas" in before
    assert "yang ada sekarang, belum dikirim." in before
    assert f"persis yang dikirim dengan tanda terima {submission.receipt_number}." in after
    assert "hilang dari penyimpanan" not in before + after


def test_the_zip_is_sent_in_small_pieces(scenario, filled):
    answer, by = steps.answers_of(filled, aksi=2)[0], scenario.actor("coordinator")
    large = files.upload(files.pdf() + b"\n%" + b"x" * 1_000_000 + b"\n" + files.pdf(), "besar.pdf")
    service.add(answer, large, kind=scenario.kinds["Foto"], by=by)

    pieces = list(asked(scenario).streaming_content)

    assert max(map(len, pieces)) < 200_000


@pytest.mark.parametrize(("is_sent", "queries"), [(False, {"zip": 9, "page": 12}), (True, {"zip": 7, "page": 12})])
def test_more_files_cost_no_more_queries(scenario, filled, is_sent, queries, django_assert_num_queries):
    answer, by = steps.answers_of(filled, aksi=1)[0], scenario.actor("coordinator")
    for mark in "abc":
        service.add(answer, files.upload(files.pdf(mark=mark), f"{mark}.pdf"), kind=scenario.kinds["Foto"], by=by)
    if is_sent:
        steps.send_report(filled, by)
    client = scenario.client("coordinator", StrictClient)
    pages = {"zip": reverse("report-evidence-zip", args=[filled.pk]), "page": filled.get_absolute_url()}
    client.get(pages["page"])

    for name, number in queries.items():
        with django_assert_num_queries(number):
            client.get(pages[name])
