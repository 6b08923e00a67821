"""Writing tables for spreadsheets: CSV and XLSX of the same lines, complete or refused, with rows counted and hashed.

CSV is UTF-8 with a byte order mark, semicolons and decimal commas: what spreadsheets in Indonesia open as columns
with letters and numbers right. A text that a spreadsheet would run as a formula gets an apostrophe in front; XLSX
marks it as text instead. The hash is that of the CSV lines, header included and without the mark, in both formats.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import BinaryIO

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from accounts import formats

Cell = str | Promise | int | bool | Decimal | datetime | date | None
Line = Sequence[Cell]

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BOM = "\ufeff"
FORMULA_MARKS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the last four are wide letters of the first four
MOST_ROWS = {XLSX: 1_048_576}  # the header is one of them
MOST_LETTERS = {XLSX: 32_767}  # in one cell; beyond it openpyxl would cut the text without a word
MOST_DIGITS = 15  # Excel keeps no more of a number
NUMBER_FORMAT = "0.00########"


class DoesNotFit(ValueError):
    """The table does not fit the format; the text is an Indonesian sentence."""


@dataclass(frozen=True)
class Written:
    """What was written: rows below the header, and the SHA-256 of all lines as CSV."""

    rows: int
    content_hash: str


Manifest = Callable[[Written], Iterable[Line]]


def points(value: Decimal | Fraction | None, cutoffs: Iterable[int] = formats.DEFAULT_CUTOFFS) -> Decimal | None:
    """Return a score as a cell: rounded as pages show it, so that a band is never crossed by rounding."""
    if value is None:
        return None
    return Decimal(formats.score(value, cutoffs).replace(".", "").replace(",", "."))


def manifest_lines(written: Written) -> list[Line]:
    """Return what every manifest ends with: how many rows there are, their hash, and how to take it."""
    return [
        [_("Baris"), written.rows],
        [_("SHA-256 baris"), written.content_hash],
        [_("Cara menghitung sidik"), _("SHA-256 atas judul kolom dan baris sebagai CSV, tanpa BOM dan manifes.")],
    ]


def write_table(target: BinaryIO, lines: Iterable[Line], *, ending: str, manifest: Manifest | None = None) -> Written:
    """Write a header and its rows as CSV or XLSX (`ending`); `lines` are read once and not kept.

    `manifest` gives the lines that say what was written: the last ones of a CSV, each beginning with "#Manifes", or
    a sheet of their own. Raises DoesNotFit.
    """
    return (_write_xlsx if ending == XLSX else _write_csv)(target, _Counted(lines, ending), manifest)


class _Counted:
    """The lines, counted and hashed while they pass; refuses what does not fit the format."""

    def __init__(self, lines: Iterable[Line], ending: str):
        self.lines, self.ending = lines, ending
        self.count, self.hash = 0, hashlib.sha256()

    def __iter__(self) -> Iterator[tuple[Line, str]]:
        """Each line with its text in CSV."""
        most = MOST_ROWS.get(self.ending)
        for line in self.lines:
            self.count += 1
            if most and self.count > most:
                text = _("Lebih dari %(most)s baris, batas berkas XLSX. Pilih CSV atau satu periode saja.")
                raise DoesNotFit(text % {"most": formats.thousands(most - 1)})
            line = [str(cell) if isinstance(cell, Promise) else cell for cell in line]
            text = _csv_text(line)
            self.hash.update(text.encode())
            yield line, text

    @property
    def written(self) -> Written:
        return Written(max(0, self.count - 1), self.hash.hexdigest())


def _write_csv(target: BinaryIO, counted: _Counted, manifest: Manifest | None) -> Written:
    target.write(BOM.encode())
    for _line, text in counted:
        target.write(text.encode())
    for line in manifest(counted.written) if manifest else ():
        target.write(_csv_text(["#Manifes", *line]).encode())
    return counted.written


def _csv_text(line: Line) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow([_csv_cell(cell) for cell in line])
    return text.getvalue()


def _csv_cell(cell: Cell) -> str | int:
    if isinstance(cell, bool):
        return _("ya") if cell else _("tidak")
    if isinstance(cell, Decimal):
        return str(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return f"{_in_jakarta(cell):%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA_MARKS) else cell
    return "" if cell is None else cell


def _in_jakarta(instant: datetime) -> datetime:
    """Naive, as spreadsheets know no zones; the column's name says WIB."""
    return timezone.make_naive(instant, timezone.get_default_timezone()).replace(microsecond=0)


def _write_xlsx(target: BinaryIO, counted: _Counted, manifest: Manifest | None) -> Written:
    book = Workbook(write_only=True)
    try:
        _fill(book, counted, manifest)
    finally:
        book.save(target)  # after a refusal too: this is what closes and removes openpyxl's temporary files
    return counted.written


def _fill(book: Workbook, counted: _Counted, manifest: Manifest | None) -> None:
    sheet = book.create_sheet(_("Data"))
    sheet.freeze_panes = "A2"
    for line, _text in counted:
        sheet.append([_xlsx_cell(sheet, cell, is_head=counted.count == 1) for cell in line])
    if manifest:
        note = book.create_sheet(_("Manifes"))
        for line in manifest(counted.written):
            note.append([_xlsx_cell(note, cell) for cell in line])


def write_book(target: BinaryIO, sheets: Iterable[tuple[str, Iterable[Line]]]) -> None:
    """Write an XLSX with a sheet for each name and its lines, the first of which is the head. Raises DoesNotFit."""
    book = Workbook(write_only=True)
    try:
        for name, lines in sheets:
            sheet = book.create_sheet(name)
            sheet.freeze_panes = "A2"
            for index, line in enumerate(lines):
                sheet.append([_xlsx_cell(sheet, cell, is_head=index == 0) for cell in line])
    finally:
        book.save(target)  # see `_write_xlsx`


def _xlsx_cell(sheet, cell: Cell, *, is_head: bool = False) -> object:
    if isinstance(cell, str):
        return _xlsx_text(sheet, cell, is_head=is_head) if cell else None
    if isinstance(cell, bool):
        return _("ya") if cell else _("tidak")
    if isinstance(cell, Decimal):
        number = WriteOnlyCell(sheet, cell)
        number.number_format = NUMBER_FORMAT
        return number
    if isinstance(cell, int) and abs(cell) >= 10**MOST_DIGITS:
        return str(cell)
    return _in_jakarta(cell) if isinstance(cell, datetime) else cell


def _xlsx_text(sheet, text: str, *, is_head: bool) -> object:
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)
    if len(text) > MOST_LETTERS[XLSX]:
        refusal = _("Satu isian lebih panjang dari %(most)s huruf, batas satu sel XLSX. Pilih CSV.")
        raise DoesNotFit(refusal % {"most": formats.thousands(MOST_LETTERS[XLSX])})
    if not is_head and not text.startswith("="):
        return text
    found = WriteOnlyCell(sheet, text)
    found.data_type = "s"  # never a formula
    if is_head:
        found.font = Font(bold=True)
    return found
