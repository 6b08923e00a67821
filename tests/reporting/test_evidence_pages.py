"""Evidence through the test client: who gets a file and with which headers; uploading, replacing, releasing."""

from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from actions.models import Measure
from reporting.models import Evidence
from reporting.services import evidence as service
from reporting.uploads import CappedUploadHandler
from tests import files, steps
from tests.conftest import StrictClient

HTMX = {"HX-Request": "true"}
EVERYBODY = {
    "opd": 200,
    "coordinator": 200,
    "signatory": 200,
    "pembina": 200,
    "kanwil": 200,
    "kanwil_colleague": 200,
    "verifier": 200,
    "secretariat": 200,
    "other_opd": 404,
    "other_coordinator": 404,
    "neighbour_opd": 404,
    "neighbour_coordinator": 404,
    "neighbour_kanwil": 404,
    "panitia_verifier": 404,
    "ministry_coordinator": 404,
    "reader": 404,
}


@pytest.fixture
def answer(scenario):
    return steps.answers_of(scenario.report, aksi=1)[0]


@pytest.fixture
def opd(scenario):
    return scenario.client("opd", StrictClient)


def given(scenario, answer, content: bytes, name: str, kind: str = "Notulen") -> Evidence:
    upload = files.upload(content, name)
    return service.add(answer, upload, kind=scenario.kinds[kind], by=scenario.actor("opd"))


def file_address(evidence) -> str:
    return reverse("evidence-file", args=[evidence.pk])


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# The file itself


@pytest.mark.parametrize(("name", "status"), EVERYBODY.items())
def test_only_who_may_read_the_aksi_gets_the_file(scenario, answer, name, status):
    found = given(scenario, answer, files.pdf(), "a.pdf")

    response = scenario.client(name, StrictClient).get(file_address(found))

    assert response.status_code == status


def test_a_stranger_is_sent_to_sign_in(scenario, answer, client):
    found = given(scenario, answer, files.pdf(), "a.pdf")

    response = client.get(file_address(found))

    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("content", "name", "content_type", "disposition", "policy"),
    [
        (
            files.pdf(),
            "Notulen rapat.pdf",
            "application/pdf",
            'inline; filename="Notulen rapat.pdf"',
            "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'",
        ),
        (
            files.jpeg(),
            "foto.png",
            "image/jpeg",
            'inline; filename="foto.jpg"',
            "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
        ),
        (
            files.docx(),
            'a"b\r\nX: y é.docx',
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "attachment; filename*=utf-8''a%22bX%3A%20y%20%C3%A9.docx",
            "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
        ),
    ],
    ids=["pdf", "jpg", "docx"],
)
def test_a_file_is_sent_with_safe_headers(scenario, answer, opd, content, name, content_type, disposition, policy):
    found = given(scenario, answer, content, name)

    response = opd.get(file_address(found))

    assert b"".join(response.streaming_content) == content
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == disposition
    assert response["Content-Security-Policy"] == policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert sorted(response["Cache-Control"].split(", ")) == ["no-cache", "private"]


def test_every_file_can_be_saved(scenario, answer, opd):
    found = given(scenario, answer, files.pdf(), "a.pdf")

    assert opd.get(f"{file_address(found)}?unduh=1")["Content-Disposition"] == 'attachment; filename="a.pdf"'


def test_an_unchanged_file_is_not_sent_again_but_the_scope_is_asked(scenario, answer, opd):
    found = given(scenario, answer, files.pdf(), "a.pdf")
    mark = {"If-None-Match": opd.get(file_address(found))["ETag"]}

    assert opd.get(file_address(found), headers=mark).status_code == 304
    neighbour = scenario.client("neighbour_coordinator", StrictClient)
    assert neighbour.get(file_address(found), headers=mark).status_code == 404


def test_what_a_submission_froze_stays_readable_after_it_was_replaced(scenario, answer, opd):
    old = given(scenario, answer, files.pdf(), "lama.pdf")
    service.replace(old, files.upload(files.pdf(2), "baru.pdf"), by=scenario.actor("opd"))

    response = scenario.client("kanwil", StrictClient).get(file_address(old))

    assert b"".join(response.streaming_content) == files.pdf()


def test_a_content_lost_from_disk_is_not_found_and_logged(scenario, answer, opd, caplog, settings, tmp_path):
    found = given(scenario, answer, files.pdf(), "a.pdf")
    settings.MEDIA_ROOT = tmp_path

    assert opd.get(file_address(found)).status_code == 404
    assert found.stored_file.sha256 in caplog.text


@pytest.mark.parametrize("pk", ["0", "9" * 30])
def test_nonsense_addresses_are_not_found(opd, pk):
    assert opd.get(f"/data-dukung/{pk}/").status_code == 404


# Uploading on its own


def upload_address(answer, kind="notulen") -> str:
    return reverse("evidence-upload", args=[answer.pk, kind])


def upload_data(answer, content=None, **details) -> dict:
    data = {f"u{answer.pk}-notulen-{name}": value for name, value in details.items()}
    return data | {f"u{answer.pk}-notulen-file": files.upload(files.pdf(2) if content is None else content)}


def test_htmx_gets_the_files_and_the_gaps(opd, answer):
    response = opd.post(upload_address(answer), upload_data(answer, page="2"), headers=HTMX)

    page = unescape(response.content.decode())
    assert f'id="bukti-u{answer.pk}"' in page
    assert "2 halaman. Bukti di halaman 2." in page
    assert 'id="kekurangan"' in page
    assert Evidence.objects.get().page == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Berkas kosong. Periksa berkas di perangkat Anda, lalu unggah lagi."),
        (files.encrypted_pdf(), "Berkas terkunci kata sandi. Simpan ulang tanpa kata sandi, lalu unggah lagi."),
        (
            files.program(),
            "Isi berkas bukan pdf walaupun namanya berakhiran .pdf. Unggah berkas yang sebenarnya.",
        ),
    ],
    ids=["empty", "locked", "disguised"],
)
def test_a_refused_file_shows_its_reason_at_its_field(opd, answer, content, reason):
    page = unescape(opd.post(upload_address(answer), upload_data(answer, content), headers=HTMX).content.decode())

    assert f"<span>notulen.pdf: {reason}</span>" in page
    assert not Evidence.objects.exists()


def test_without_htmx_the_page_comes_back_with_the_reason(opd, answer):
    response = opd.post(upload_address(answer), upload_data(answer, b""))

    assert (response.status_code, response.url) == (302, reverse("item-fill", args=[answer.item_id]))
    reason = "Berkas kosong. Periksa berkas di perangkat Anda, lalu unggah lagi."
    assert told(response) == [f"Ukuran 1, notulen “notulen.pdf”: {reason}"]


def test_an_unknown_kind_is_not_found(opd, answer):
    assert opd.post(upload_address(answer, "rahasia"), {}, headers=HTMX).status_code == 404


def test_a_kind_that_the_measure_does_not_want_is_refused(opd, answer):
    data = {f"u{answer.pk}-laporan-kegiatan-file": files.upload(files.pdf())}

    response = opd.post(upload_address(answer, "laporan-kegiatan"), data, headers=HTMX)

    assert response.context["problems"] == [("Ukuran ini tidak meminta laporan kegiatan.", "")]
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("name", ["other_opd", "neighbour_opd", "neighbour_kanwil"])
def test_strangers_upload_nothing(scenario, answer, name):
    client = scenario.client(name, StrictClient)

    assert client.post(upload_address(answer), upload_data(answer), headers=HTMX).status_code == 404
    assert not Evidence.objects.exists()


def test_a_reader_in_scope_is_told_why_not(scenario, answer):
    response = scenario.client("kanwil", StrictClient).post(upload_address(answer), upload_data(answer))

    assert told(response) == ["Hanya perangkat daerah pengampu dan koordinator instansi ini yang mengisi aksi ini."]
    assert not Evidence.objects.exists()


def test_of_a_large_file_only_its_beginning_is_written(settings):
    settings.EVIDENCE_MAX_BYTES = 100
    handler = CappedUploadHandler()
    handler.new_file("file", "besar.pdf", "application/pdf", None)

    for start in range(0, 1000, 64):
        handler.receive_data_chunk(b"x" * 64, start)
    received = handler.file_complete(1000)

    assert (received.size, len(received.read())) == (1000, 101)


# Replacing and releasing


def test_replacing_keeps_the_old_version(scenario, answer, opd):
    old = given(scenario, answer, files.pdf(), "lama.pdf")
    address = reverse("evidence-replace", args=[old.pk])
    assert "lama.pdf" in opd.get(address).content.decode()

    response = opd.post(address, {"file": files.upload(files.pdf(4), "baru.pdf"), "page": "4"})

    assert response.url == f"{reverse('item-fill', args=[answer.item_id])}#bukti-u{answer.pk}"
    new = Evidence.objects.current().get()
    assert (new.filename, new.page, new.version, new.replaces) == ("baru.pdf", 4, 2, old)


def test_a_refused_replacement_changes_nothing_and_says_why(scenario, answer, opd):
    old = given(scenario, answer, files.pdf(), "lama.pdf")

    response = opd.post(
        reverse("evidence-replace", args=[old.pk]),
        {"file": files.upload(files.encrypted_pdf(), "b.pdf"), "document_on": "kemarin"},
    )
    page = unescape(response.content.decode())

    assert "Tulis tanggal seperti 24/08/2026." in page
    assert list(Evidence.objects.current()) == [old]

    response = opd.post(
        reverse("evidence-replace", args=[old.pk]), {"file": files.upload(files.encrypted_pdf(), "b.pdf")}
    )
    assert "Berkas terkunci kata sandi." in response.content.decode()
    assert list(Evidence.objects.current()) == [old]


def test_releasing_asks_first(scenario, answer, opd):
    found = given(scenario, answer, files.pdf(), "lama.pdf")
    address = reverse("evidence-remove", args=[found.pk])

    assert "Lepas data dukung ini?" in opd.get(address).content.decode()
    assert Evidence.objects.current().exists()

    opd.post(address)
    assert not Evidence.objects.current().exists()
    assert told(opd.post(address)) == [
        "Data dukung dilepas dari ukuran ini.",
        "Berkas ini sudah diganti atau dilepas. Lihat berkas yang berlaku sekarang.",
    ]


@pytest.mark.parametrize("url", ["evidence-replace", "evidence-remove"])
@pytest.mark.parametrize(("name", "status"), [("other_opd", 404), ("neighbour_coordinator", 404), ("kanwil", 200)])
def test_others_neither_replace_nor_release(scenario, answer, url, name, status):
    found = given(scenario, answer, files.pdf(), "a.pdf")
    client = scenario.client(name, StrictClient)
    address = reverse(url, args=[found.pk])

    assert client.get(address).status_code == status
    client.post(address, {"page": "1"})

    assert list(Evidence.objects.current()) == [found]


def test_uploads_are_capped_while_they_arrive(settings):
    assert settings.FILE_UPLOAD_HANDLERS[-1] == "reporting.uploads.CappedUploadHandler"


# What is asked for


def test_kinds_of_evidence_that_no_source_names_are_marked_where_they_are_asked_for(scenario, opd, answer):
    Measure.objects.filter(pk=answer.measure_id).update(has_illustrative_evidence=True)

    page = opd.get(reverse("item-fill", args=[answer.item_id])).content.decode()
    kept = opd.post(upload_address(answer), upload_data(answer), headers=HTMX).content.decode()

    words = '<span class="contoh">contoh</span> Jenis dokumen ini anggapan portal.'
    assert [" ".join(text.split()).count(words) for text in (page, kept)] == [1, 1]
