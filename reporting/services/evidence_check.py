"""Is this file what we accept as data dukung? Judged by its content; the name only helps to word a refusal."""

import hashlib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

import filetype
from django.conf import settings
from django.utils.translation import gettext as _
from pypdf import PdfReader

from accounts import formats

CHUNK = 64 * 1024
HEAD = 8 * 1024
MOST_PIXELS = 200_000_000  # a picture that would stop the reviewer's browser
MOST_ENTRIES = 10_000  # of a DOCX or XLSX
MOST_UNPACKED = 200 * 1024 * 1024  # bytes, all entries of a DOCX or XLSX together
PDF, MOST_BEFORE_PDF = b"%PDF-", 1024  # bytes that readers allow before the mark
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCRYPTED_ENTRY = 0x1  # the flag of a zip entry with a password
CONTENT_TYPES_PART = "[Content_Types].xml"
OFFICE_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""What is accepted: extension -> content type."""


class Refused(Exception):
    """A file (or what was said about it) that is not taken; `reason` is for the person, `field` is what to mend."""

    def __init__(self, reason: str, field: str = "file"):
        super().__init__(reason)
        self.reason = reason
        self.field = field


@dataclass(frozen=True)
class Inspected:
    """An accepted content. `size` in bytes; `pages` of a PDF, else None."""

    content_type: str
    extension: str
    pages: int | None
    size: int
    sha256: str


def inspect(file: BinaryIO, name: str, size: int | None = None) -> Inspected:
    """Return what a seekable `file` contains. Raises Refused with a reason that says what to do.

    `size` in bytes is what was sent, where only its beginning was kept. Leaves the position at the start.
    """
    size = file.seek(0, 2) if size is None else size
    _check_size(size)
    try:
        extension, pages = _structure(file, name, size)
    except Refused:
        raise
    except Exception as error:  # parsers of damaged files fail in every way there is
        raise Refused(_("Berkas rusak atau terpotong. Buka dan simpan ulang, lalu unggah lagi.")) from error
    return Inspected(CONTENT_TYPES[extension], extension, pages, size, _sha256(file))


SHOWN_IN_BROWSERS = frozenset({"pdf", "jpg", "png"})
"""Extensions that a browser shows by itself; the rest is downloaded."""

ACCEPT = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx"
"""The `accept` attribute of a file field: a help for choosing, not a check."""


def limits_text() -> str:
    """Return what may be uploaded, in one sentence."""
    size = formats.filesize(settings.EVIDENCE_MAX_BYTES)
    return _("PDF, JPEG, PNG, DOCX atau XLSX, paling besar %(size)s.") % {"size": size}


def _check_size(size: int) -> None:
    if size == 0:
        raise Refused(_("Berkas kosong. Periksa berkas di perangkat Anda, lalu unggah lagi."))
    if size > settings.EVIDENCE_MAX_BYTES:
        sizes = {"size": formats.filesize(size), "limit": formats.filesize(settings.EVIDENCE_MAX_BYTES)}
        raise Refused(_("Berkas %(size)s, batasnya %(limit)s. Pindai dengan 150 dpi atau pecah menjadi dua.") % sizes)


def _structure(file: BinaryIO, name: str, size: int) -> tuple[str, int | None]:
    """Return the extension that the content deserves and the pages of a PDF."""
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(OLE):
        _refuse_ole(file, name)
    if head.startswith(ZIP):
        return _office_kind(file, name), None
    if PDF in head[:MOST_BEFORE_PDF]:
        return "pdf", _pdf_pages(file)
    found = filetype.guess(head)
    if found is None or found.mime not in ("image/jpeg", "image/png"):
        raise _not_accepted(name)
    if found.extension == "png":
        _check_png(file, size)
    else:
        _check_jpeg(file)
    return found.extension, None


def _not_accepted(name: str) -> Refused:
    claimed = PurePath(name).suffix.lower().removeprefix(".")
    if claimed in CONTENT_TYPES or claimed == "jpeg":
        reason = _("Isi berkas bukan %(kind)s walaupun namanya berakhiran .%(kind)s. Unggah berkas yang sebenarnya.")
        return Refused(reason % {"kind": claimed})
    return Refused(_("Jenis berkas ini tidak diterima. Yang diterima: %(limits)s") % {"limits": limits_text()})


def _locked() -> Refused:
    return Refused(_("Berkas terkunci kata sandi. Simpan ulang tanpa kata sandi, lalu unggah lagi."))


def _refuse_ole(file: BinaryIO, name: str) -> None:
    """Word and Excel wrap a locked DOCX or XLSX in their old format; everything else in it is simply old."""
    file.seek(0)
    if _contains(file, "EncryptedPackage".encode("utf-16-le")):
        raise _locked()
    raise Refused(_("Format Word atau Excel lama tidak diterima. Simpan sebagai DOCX, XLSX atau PDF."))


def _pdf_pages(file: BinaryIO) -> int:
    reader = PdfReader(file, strict=False)
    if reader.is_encrypted:
        raise _locked()
    pages = len(reader.pages)
    if pages == 0:
        raise Refused(_("PDF tidak berisi halaman. Simpan ulang, lalu unggah lagi."))
    return pages


def _check_jpeg(file: BinaryIO) -> None:
    """Walk the segments to the picture's size and its data, then look for the end mark after it."""
    file.seek(2)
    has_size = False
    while True:
        marker = _exactly(file, 2)
        if marker[0] != 0xFF:
            raise ValueError("no marker")
        if marker[1] == 0xFF:  # fill byte
            file.seek(-1, 1)
            continue
        length = int.from_bytes(_exactly(file, 2))
        body = _exactly(file, length - 2)
        if 0xC0 <= marker[1] <= 0xCF and marker[1] not in (0xC4, 0xC8, 0xCC):
            _check_pixels(int.from_bytes(body[3:5]), int.from_bytes(body[1:3]))
            has_size = True
        if marker[1] == 0xDA:
            break
    if not has_size or not _contains(file, b"\xff\xd9"):
        raise ValueError("no picture or no end")


def _check_png(file: BinaryIO, size: int) -> None:
    """Walk the chunks: the header first and intact, then data, then the end."""
    file.seek(8)
    seen = []
    while not seen or seen[-1] != b"IEND":
        length = int.from_bytes(_exactly(file, 4))
        kind = _exactly(file, 4)
        if not seen:
            header = _exactly(file, length)
            if kind != b"IHDR" or zlib.crc32(kind + header) != int.from_bytes(_exactly(file, 4)):
                raise ValueError("no header")
            _check_pixels(int.from_bytes(header[:4]), int.from_bytes(header[4:8]))
        elif file.seek(length + 4, 1) > size:
            raise ValueError("cut off")
        seen.append(kind)
    if b"IDAT" not in seen:
        raise ValueError("no data")


def _check_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise ValueError("no size")
    if width * height > MOST_PIXELS:
        raise Refused(_("Gambar terlalu besar untuk dibuka penelaah. Perkecil, lalu unggah lagi."))


def _office_kind(file: BinaryIO, name: str) -> str:
    """Return docx or xlsx for an intact Office file without macros."""
    with zipfile.ZipFile(file) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        _check_entries(list(entries.values()))
        kind = next((kind for kind, part in OFFICE_MAIN_PART.items() if part in entries), None)
        if kind is None or CONTENT_TYPES_PART not in entries:
            raise _not_accepted(name)
        if any(entry.flag_bits & ENCRYPTED_ENTRY for entry in entries.values()):
            raise _locked()
        types = archive.read(CONTENT_TYPES_PART)
        if b"macroEnabled" in types or any(part.lower().endswith("vbaproject.bin") for part in entries):
            raise Refused(_("Berkas berisi makro. Simpan ulang tanpa makro atau sebagai PDF, lalu unggah lagi."))
        with archive.open(OFFICE_MAIN_PART[kind]) as part:
            while part.read(CHUNK):
                pass  # reading to the end compares the checksum of the main part
    return kind


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused(_("Isi berkas terlalu besar bila dibuka. Simpan ulang sebagai PDF, lalu unggah lagi."))


def _exactly(file: BinaryIO, count: int) -> bytes:
    found = file.read(count)
    if count < 0 or len(found) != count:
        raise ValueError("cut off")
    return found


def _contains(file: BinaryIO, mark: bytes) -> bool:
    """True when `mark` comes after the current position."""
    tail = b""
    while chunk := file.read(CHUNK):
        if mark in tail + chunk:
            return True
        tail = chunk[-len(mark) :]
    return False


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
