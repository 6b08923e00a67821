"""The tables of the national report as an XLSX workbook, a sheet for each table and one that says what it is."""

from collections.abc import Iterator
from fractions import Fraction
from typing import BinaryIO

from accounts import formats
from reporting.documents.letters import ZONE, LetterSource
from reporting.documents.national_tables import Band, Cell, Example, Share, Table, national_tables
from reporting.models import PublicationDetail
from reporting.spreadsheets import Line, points, write_book


def write_national_book(target: BinaryIO, source: LetterSource, detail: PublicationDetail) -> None:
    """Write every table of the national report; scores and shares are numbers, rounded as the pages show them."""
    tables = national_tables(source.snapshot, detail.data)
    sheets = [(table.sheet, _lines(table, source.snapshot.cutoffs)) for table in tables]
    write_book(target, [("Terbitan", _about(source)), *sheets])


def _about(source: LetterSource) -> Iterator[Line]:
    publication, snapshot = source.publication, source.snapshot
    yield ["Laporan nasional capaian Aksi HAM", snapshot.name]
    yield ["Revisi", publication.revision]
    yield ["Diterbitkan", formats.moment(publication.published_at, ZONE)]
    yield ["Yang berubah", publication.note]
    yield ["Aturan penilaian", f"{snapshot.rules['name']} ({snapshot.rules['code']})"]
    yield ["Sidik isi (SHA-256)", publication.content_hash]
    if source.is_demo:
        yield ["Keterangan", "Data contoh: isian dan nilai rekaan."]


def _lines(table: Table, cutoffs: tuple[int, int]) -> Iterator[Line]:
    yield table.head
    for row in table.rows:
        yield [_plain(cell, cutoffs) for cell in row]
    yield []
    yield [table.note]


def _plain(cell: Cell, cutoffs: tuple[int, int]):
    if isinstance(cell, Fraction):
        return points(cell, cutoffs)
    if isinstance(cell, Share):
        return points(cell.percent, ())
    if isinstance(cell, Band):
        return cell.word
    return f"{cell.text} (contoh)" if isinstance(cell, Example) else cell
