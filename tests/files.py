"""Small real files of every kind the portal takes or refuses, made here so that no binary lies in the repository."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">%s</Types>'
)


def pdf(pages: int = 1, *, mark: str = "") -> bytes:
    """A PDF of blank pages; another `mark` makes another content."""
    writer = _pages(pages)
    writer.add_metadata({"/Title": f"Contoh {mark}"})
    return _written(writer)


def encrypted_pdf() -> bytes:
    """A PDF that opens only with a password."""
    writer = _pages(1)
    writer.encrypt("rahasia", algorithm="RC4-128")
    return _written(writer)


def pdf_without_pages() -> bytes:
    return _written(PdfWriter())


def _pages(count: int) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(width=595, height=842)
    return writer


def _written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def png(width: int = 2, height: int = 2) -> bytes:
    """A grey PNG picture."""
    rows = b"".join(b"\x00" + b"\x80" * width for _ in range(height))
    return png_of(struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0), rows)


def png_of(header: bytes, rows: bytes) -> bytes:
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def jpeg() -> bytes:
    """A grey JPEG picture of 8 by 8 pixels that browsers draw."""
    tables = b"\xff\xdb\x00\x43\x00" + b"\x10" * 64
    frame = b"\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00"
    huffman = b"".join(
        b"\xff\xc4" + struct.pack(">H", 20) + bytes([table]) + b"\x01" + b"\x00" * 15 + b"\x00"
        for table in (0x00, 0x10)
    )
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x3f"
    app = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return b"\xff\xd8" + app + tables + frame + huffman + scan + b"\xff\xd9"


def docx(text: str = "Notulen rapat") -> bytes:
    """A DOCX of one paragraph, with the parts that Word wants."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{namespace}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>'
    return office("word/document.xml", main, body)


def xlsx(text: str = "Daftar penerima") -> bytes:
    """An XLSX with one empty sheet."""
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return office("xl/workbook.xml", main, f'<workbook xmlns="{namespace}"><!-- {text} --></workbook>')


def office(main_part: str, content_type: str, body: str, **more: str) -> bytes:
    """A zip as Office writes it; `more` are other parts, name (with slashes as double underscores) to text."""
    types = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main_part}" ContentType="{content_type}"/>'
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relation}" Target="{main_part}"/></Relationships>'
    )
    parts = {"_rels/.rels": relations, main_part: body}
    parts |= {name.replace("__", "/"): text for name, text in more.items()}
    return zipped({"[Content_Types].xml": CONTENT_TYPES % types.encode(), **parts})


def zipped(parts: dict[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def docx_with_macro() -> bytes:
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    return office("word/document.xml", macro, "<w/>", word__vbaProject="makro")


def locked_office() -> bytes:
    """The beginning of what Word writes for a document with a password: an old-format wrapper."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1024 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 512


def program() -> bytes:
    """The head of a Windows program."""
    return b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00" + b"\x00" * 400


def upload(content: bytes, name: str = "notulen.pdf") -> SimpleUploadedFile:
    """A file as a form hands it over."""
    return SimpleUploadedFile(name, content)
