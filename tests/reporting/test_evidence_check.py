"""Which contents are taken as data dukung, and the words of every refusal."""

import hashlib
import io
import struct

import pytest

from reporting.services import evidence_check
from reporting.services.evidence_check import Refused, inspect
from tests import files

DAMAGED = "Berkas rusak atau terpotong. Buka dan simpan ulang, lalu unggah lagi."
LOCKED = "Berkas terkunci kata sandi. Simpan ulang tanpa kata sandi, lalu unggah lagi."


def refusal(content: bytes, name: str = "berkas.pdf") -> str:
    with pytest.raises(Refused) as caught:
        inspect(io.BytesIO(content), name)
    return caught.value.reason


@pytest.mark.parametrize(
    ("content", "extension", "pages"),
    [
        (files.pdf(3), "pdf", 3),
        (files.jpeg(), "jpg", None),
        (files.png(), "png", None),
        (files.docx(), "docx", None),
        (files.xlsx(), "xlsx", None),
    ],
    ids=["pdf", "jpg", "png", "docx", "xlsx"],
)
def test_accepted_kinds_are_known_by_their_content(content, extension, pages):
    file = io.BytesIO(content)

    found = inspect(file, "tanpa-akhiran")

    assert (found.extension, found.pages, found.size) == (extension, pages, len(content))
    assert found.content_type == evidence_check.CONTENT_TYPES[extension]
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert file.tell() == 0


def test_a_wrong_name_does_not_matter_when_the_content_is_right():
    assert inspect(io.BytesIO(files.jpeg()), "foto.png").extension == "jpg"


def test_an_empty_file_is_refused():
    assert refusal(b"") == "Berkas kosong. Periksa berkas di perangkat Anda, lalu unggah lagi."


def test_the_size_limit_is_inclusive(settings):
    content = files.pdf()
    settings.EVIDENCE_MAX_BYTES = len(content)

    assert inspect(io.BytesIO(content), "a.pdf").size == len(content)


def test_a_byte_too_much_is_refused(settings):
    settings.EVIDENCE_MAX_BYTES = 20 * 1024**2

    reason = refusal(b"%PDF-1.7" + b"0" * 27 * 1024**2)

    assert reason == "Berkas 27 MB, batasnya 20 MB. Pindai dengan 150 dpi atau pecah menjadi dua."


@pytest.mark.parametrize("content", [files.encrypted_pdf(), files.locked_office()], ids=["pdf", "office"])
def test_a_locked_file_is_refused(content):
    assert refusal(content) == LOCKED


def test_a_locked_zip_entry_is_refused():
    content = bytearray(files.docx())
    content[content.index(b"PK\x01\x02") + 8] |= 0x1

    assert refusal(bytes(content), "a.docx") == LOCKED


@pytest.mark.parametrize(("name", "kind"), [("notulen.pdf", "pdf"), ("foto.JPEG", "jpeg"), ("daftar.xlsx", "xlsx")])
def test_a_disguised_program_is_refused(name, kind):
    assert refusal(files.program(), name) == (
        f"Isi berkas bukan {kind} walaupun namanya berakhiran .{kind}. Unggah berkas yang sebenarnya."
    )


@pytest.mark.parametrize(
    "content",
    [
        files.program(),
        b"GIF89a" + b"\x00" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"halo",
        files.zipped({"a": "b"}),
    ],
    ids=["exe", "gif", "svg", "text", "zip"],
)
def test_other_kinds_are_refused(content):
    assert refusal(content, "berkas.bin") == (
        "Jenis berkas ini tidak diterima. Yang diterima: PDF, JPEG, PNG, DOCX atau XLSX, paling besar 20 MB."
    )


def test_an_old_word_file_is_refused():
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600

    assert refusal(content, "surat.doc") == (
        "Format Word atau Excel lama tidak diterima. Simpan sebagai DOCX, XLSX atau PDF."
    )


def test_macros_are_refused():
    assert refusal(files.docx_with_macro(), "surat.docx") == (
        "Berkas berisi makro. Simpan ulang tanpa makro atau sebagai PDF, lalu unggah lagi."
    )


def test_a_pdf_without_pages_is_refused():
    assert refusal(files.pdf_without_pages()) == "PDF tidak berisi halaman. Simpan ulang, lalu unggah lagi."


@pytest.mark.parametrize(
    "content",
    [
        files.pdf()[: len(files.pdf()) // 3],
        b"%PDF-1.7\nbukan pdf",
        files.png()[:-14],
        files.png()[:10],
        files.jpeg()[:-2],
        files.jpeg()[:40],
        files.docx()[:-30],
        files.png_of(b"\x00" * 13, b""),
    ],
    ids=[
        "half pdf",
        "no pdf",
        "png without end",
        "png head",
        "jpeg without end",
        "jpeg head",
        "half docx",
        "no pixels",
    ],
)
def test_damaged_files_are_refused(content):
    assert refusal(content) == DAMAGED


def test_a_damaged_main_part_is_refused():
    content = bytearray(files.docx())
    at = content.rindex(b"word/document.xml", 0, content.index(b"PK\x01\x02")) + len(b"word/document.xml") + 3
    content[at] ^= 0xFF

    assert refusal(bytes(content)) == DAMAGED


def test_a_picture_that_would_stop_a_browser_is_refused():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)

    assert refusal(files.png_of(header, b"\x00")) == (
        "Gambar terlalu besar untuk dibuka penelaah. Perkecil, lalu unggah lagi."
    )


def test_a_zip_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(evidence_check, "MOST_UNPACKED", 10_000)
    content = files.office("word/document.xml", "main+xml", "0" * 20_000)

    assert refusal(content, "a.docx") == (
        "Isi berkas terlalu besar bila dibuka. Simpan ulang sebagai PDF, lalu unggah lagi."
    )
