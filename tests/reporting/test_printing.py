"""The report on paper and its evidence in one ZIP."""

import csv
import hashlib
import io
import zipfile
from html import unescape

import pytest
from django.urls import reverse

from reporting.services import evidence as service
from reporting.views.printing import _harmless
from tests import files, steps
from tests.conftest import StrictClient


@pytest.fixture
def filled(scenario):
    steps.fill_report(scenario.report, scenario.actor("coordinator"))
    return scenario.report


def zip_address(report) -> str:
    return reverse("report-evidence-zip", args=[report.pk])


def opened(response) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_the_zip_holds_every_current_file_in_readable_folders(scenario, filled):
    response = scenario.client("coordinator", StrictClient).get(zip_address(filled))

    archive = opened(response)
    assert archive.testzip() is None
    assert response["Content-Disposition"] == f'attachment; filename="data-dukung-53.07-{filled.period.key}.zip"'
    assert archive.namelist() == [
        "Aksi 1/Ukuran 1/Notulen - notulen.pdf",
        "Aksi 1/Ukuran 2/Daftar penerima - daftar-penerima.pdf",
        "Aksi 2/Ukuran 1/Notulen - notulen.pdf",
        "daftar-isi.csv",
    ]
    lines = list(csv.reader(io.StringIO(archive.read("daftar-isi.csv").decode("utf-8-sig")), delimiter=";"))
    for line in lines[1:]:
        assert line[-1] == hashlib.sha256(archive.read(line[0])).hexdigest()
    assert len(lines) == 4


def test_equal_and_unsafe_names_stay_apart_and_safe(scenario, filled):
    answer, by = steps.answers_of(filled, aksi=1)[0], scenario.actor("coordinator")
    for mark in "ab":
        service.add(answer, files.upload(files.pdf(mark=mark), "a:b?.pdf"), kind=scenario.kinds["Foto"], by=by)

    archive = opened(scenario.client("coordinator", StrictClient).get(zip_address(filled)))

    assert [name for name in archive.namelist() if "Foto" in name] == [
        "Aksi 1/Ukuran 1/Foto - a_b_.pdf",
        "Aksi 1/Ukuran 1/Foto - a_b_ (2).pdf",
    ]


def test_an_opd_packs_only_its_own_aksi(scenario, filled):
    archive = opened(scenario.client("opd", StrictClient).get(zip_address(filled)))

    assert {name.split("/")[0] for name in archive.namelist()} == {"Aksi 1", "daftar-isi.csv"}


def test_replaced_files_are_left_out(scenario, filled):
    answer = steps.answers_of(filled, aksi=2)[0]
    old = answer.evidence.current().get()
    service.replace(old, files.upload(files.pdf(9), "baru.pdf"), by=scenario.actor("coordinator"))

    archive = opened(scenario.client("coordinator", StrictClient).get(zip_address(filled)))

    assert [name for name in archive.namelist() if name.startswith("Aksi 2")] == ["Aksi 2/Ukuran 1/Notulen - baru.pdf"]


def test_a_report_without_files_gives_an_empty_list(scenario):
    archive = opened(scenario.client("coordinator", StrictClient).get(zip_address(scenario.report)))

    assert archive.namelist() == ["daftar-isi.csv"]


def test_a_zip_that_would_lack_a_file_is_not_begun(scenario, filled, settings, tmp_path, caplog):
    settings.MEDIA_ROOT = tmp_path

    response = scenario.client("coordinator", StrictClient).get(zip_address(filled))

    assert response.status_code == 404
    assert "Aksi 1/Ukuran 1/Notulen - notulen.pdf" in caplog.text


def test_the_zip_is_sent_in_small_pieces(scenario, filled):
    answer, by = steps.answers_of(filled, aksi=2)[0], scenario.actor("coordinator")
    large = files.upload(files.pdf() + b"\n%" + b"x" * 1_000_000 + b"\n" + files.pdf(), "besar.pdf")
    service.add(answer, large, kind=scenario.kinds["Foto"], by=by)

    pieces = list(scenario.client("coordinator", StrictClient).get(zip_address(filled)).streaming_content)

    assert max(map(len, pieces)) < 200_000


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\ta"])
def test_no_cell_becomes_a_formula(cell):
    assert _harmless(cell) == f"'{cell}"


def test_other_cells_stay_as_they_are():
    assert [_harmless(cell) for cell in ("Notulen", 3, "")] == ["Notulen", "3", ""]


@pytest.mark.parametrize("url", ["report-print", "report-evidence-zip"])
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("opd", 200),
        ("coordinator", 200),
        ("kanwil", 200),
        ("verifier", 200),
        ("neighbour_coordinator", 404),
        ("other_coordinator", 404),
        ("neighbour_kanwil", 404),
        ("reader", 404),
    ],
)
def test_only_who_may_read_the_report_prints_and_packs_it(scenario, url, name, status):
    address = reverse(url, args=[scenario.report.pk])

    assert scenario.client(name, StrictClient).get(address).status_code == status


def test_the_printed_report_shows_answers_evidence_and_the_receipt(scenario, filled):
    coordinator = scenario.actor("coordinator")
    steps.mark_all_ready(filled, coordinator)
    submission = steps.send_report(filled, coordinator)

    page = unescape(
        scenario.client("coordinator", StrictClient).get(reverse("report-print", args=[filled.pk])).content.decode()
    )

    assert page.count("Kegiatan dilaksanakan di dua kecamatan.") == 3
    assert page.count("SHA-256 <code") == 3
    footer = f"Kabupaten Sikka, {filled.period}, {submission.receipt_number}, SHA-256 {submission.content_hash}"
    assert f'<p class="cetak-kaki">{footer}</p>' in page


def test_an_opd_prints_its_own_aksi(scenario, filled):
    page = scenario.client("opd", StrictClient).get(reverse("report-print", args=[filled.pk])).content.decode()

    assert "Aksi uji 1 untuk perempuan" in page
    assert "Aksi uji 2 untuk anak" not in page
    assert "Laporan ini belum dikirim. Yang tercetak adalah isian saat ini." in page


def test_printing_costs_the_same_for_every_report(scenario, filled, django_assert_num_queries):
    coordinator = scenario.client("coordinator", StrictClient)
    address = reverse("report-print", args=[filled.pk])
    coordinator.get(address)

    with django_assert_num_queries(11):
        coordinator.get(address)
