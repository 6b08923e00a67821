"""Tables that people bring: CSV or XLSX, read into rows of text, every fault named by row and column."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

import openpyxl
from django.utils.translation import gettext as _

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
YES_NO = {"yes": True, "ya": True, "no": False, "tidak": False}
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class CellError:
    """One fault in a table; `row` as a spreadsheet numbers it (the header is 1, 0 means the whole file)."""

    row: int
    column: str
    message: str
    file: str = ""

    def __str__(self) -> str:
        place = [self.file] if self.file else []
        if self.row:
            place.append(_("baris %(row)s") % {"row": self.row})
        if self.column:
            place.append(_("kolom %(column)s") % {"column": self.column})
        if not place:
            return self.message
        where = ", ".join(place)
        return f"{where[0].upper() if not self.file else where[0]}{where[1:]}: {self.message}"


class ImportRefused(Exception):
    """A table that cannot be loaded; nothing has changed. `errors` are all its faults, in order of row."""

    def __init__(self, errors: list[CellError]):
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors


@dataclass(frozen=True)
class Row:
    """One row below the header: its number in the spreadsheet, and text by column."""

    number: int
    cells: dict[str, str]


@dataclass
class Table:
    """The rows of one file; `errors` say what could not be read, `notes` what the reader should know."""

    name: str
    rows: list[Row] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_table(content: bytes, columns: tuple[str, ...], *, optional: tuple[str, ...] = (), name: str = "") -> Table:
    """Return the rows of a CSV (UTF-8, or Windows-1252 with a note) or XLSX file (first sheet) with `columns`.

    The `optional` ones may be left out of a file, and are empty then. Every cell is text without surrounding spaces.
    Faults go into the table's `errors`; nothing is raised.
    """
    table = Table(name)
    try:
        lines = _lines(content, name, table)
    except _Unreadable as unreadable:
        table.errors.append(CellError(0, "", str(unreadable)))
        return table
    header = _header(lines[0] if lines else [], columns, optional, table)
    if table.errors:
        return table
    for number, line in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in line):
            row = _row(number, line, header, table)
            table.rows.append(Row(number, dict.fromkeys(optional, "") | row.cells))
    if not table.rows:
        table.errors.append(CellError(0, "", _("Berkas tidak berisi baris data di bawah judul kolom.")))
    return table


class _Unreadable(Exception):
    pass


def _lines(content: bytes, name: str, table: Table) -> list[list[str]]:
    if not content.strip():
        raise _Unreadable(_("Berkas kosong. Pilih berkas katalog yang berisi."))
    if len(content) > MAX_BYTES:
        raise _Unreadable(
            _("Berkas lebih besar dari %(limit)s MB. Bagi menjadi beberapa berkas.") % {"limit": MAX_BYTES // 1024**2}
        )
    if content.startswith(b"PK\x03\x04"):
        lines = _xlsx_lines(content)
    elif name.lower().endswith((".xlsx", ".xls", ".xlsm")):
        raise _Unreadable(
            _("Berkas bernama XLSX tetapi isinya bukan. Simpan ulang sebagai Buku Kerja Excel (.xlsx) atau CSV.")
        )
    else:
        lines = _csv_lines(_decoded(content, table))
    if len(lines) > MAX_ROWS + 1:
        raise _Unreadable(_("Lebih dari %(limit)s baris. Bagi menjadi beberapa berkas.") % {"limit": MAX_ROWS})
    return lines


def _decoded(content: bytes, table: Table) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Unreadable(_("Berkas tersimpan sebagai UTF-16. Simpan ulang sebagai CSV UTF-8."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        raise _Unreadable(_("Huruf dalam berkas tidak terbaca. Simpan ulang sebagai CSV UTF-8.")) from None
    table.notes.append(
        _("Berkas bukan UTF-8 dan dibaca sebagai Windows-1252. Periksa huruf khusus seperti é atau tanda petik.")
    )
    return text


def _csv_lines(text: str) -> list[list[str]]:
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)  # Excel in Indonesian writes semicolons
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[list[str]] = []
    try:
        for line in reader:
            lines.append(line)
            if len(lines) > MAX_ROWS + 1:
                break
    except csv.Error:
        raise _Unreadable(
            _("Baris %(row)s tidak terbaca. Periksa tanda petik yang tidak ditutup.") % {"row": len(lines) + 1}
        ) from None
    return lines


def _xlsx_lines(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise _Unreadable(_("Isi berkas XLSX terlalu besar setelah dibuka. Hapus lembar lain dan gambar."))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # The limits also stop a sheet that claims a million empty rows.
        rows = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True)
        lines = [[_cell_text(value) for value in row] for row in rows]
    except _Unreadable:
        raise
    except Exception:  # openpyxl raises whatever its XML gives it: KeyError, ValueError, BadZipFile, ParseError...
        raise _Unreadable(
            _("Berkas XLSX rusak atau terkunci. Simpan ulang sebagai Buku Kerja Excel (.xlsx) tanpa kata sandi.")
        ) from None
    while lines and not any(lines[-1]):
        lines.pop()
    return lines


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _header(line: list[str], columns: tuple[str, ...], optional: tuple[str, ...], table: Table) -> dict[str, int]:
    names = [cell.strip().lower() for cell in line]
    while names and not names[-1]:
        names.pop()
    for column in columns:
        if column not in names:
            table.errors.append(CellError(1, column, _("Kolom ini tidak ada. Pakai judul kolom dari format.")))
    for position, found in enumerate(names, start=1):
        if found not in columns + optional:
            shown = found.replace("\x00", "")[:40] or _("(kosong, ke-%(position)s)") % {"position": position}
            table.errors.append(CellError(1, shown, _("Kolom ini tidak dikenal. Hapus atau perbaiki judulnya.")))
        elif found in names[: position - 1]:
            table.errors.append(CellError(1, found, _("Kolom ini muncul lebih dari sekali. Hapus salah satu.")))
    return {column: index for index, column in enumerate(names)}


def _row(number: int, line: list[str], header: dict[str, int], table: Table) -> Row:
    cells = {column: line[index].strip() if index < len(line) else "" for column, index in header.items()}
    for extra in line[len(header) :]:
        if extra.strip():
            table.errors.append(
                CellError(number, "", _("Baris ini punya lebih banyak sel daripada judul kolom. Periksa tanda petik."))
            )
            break
    for column, text in cells.items():
        if "\x00" in text:
            table.errors.append(CellError(number, column, _("Ada karakter NUL. Hapus lalu simpan ulang berkas.")))
            cells[column] = text.replace("\x00", "")
    return Row(number, cells)


@dataclass
class Cells:
    """Reads the cells of one row as values; every fault is added to `errors` and gives None (or "")."""

    row: Row
    errors: list[CellError]
    file: str = ""

    def refuse(self, column: str, message: str) -> None:
        """Note a fault of this row."""
        self.errors.append(CellError(self.row.number, column, message, self.file))

    def text(self, column: str, *, longest: int, required: bool = True) -> str:
        """Return the text of a cell, at most `longest` characters."""
        value = self.row.cells[column]
        if not value and required:
            self.refuse(column, _("Isi sel ini; tidak boleh kosong."))
        elif len(value) > longest:
            self.refuse(
                column,
                _("Terlalu panjang: %(length)s karakter, paling banyak %(limit)s.")
                % {"length": len(value), "limit": longest},
            )
            return ""
        return value

    def choice(self, column: str, choices: dict):
        """Return what the cell's text (in any case) stands for in `choices`."""
        value = self.row.cells[column]
        if value.lower() in choices:
            return choices[value.lower()]
        self.refuse(
            column,
            _("Tidak dikenal: “%(value)s”. Isi dengan salah satu dari: %(choices)s.")
            % {"value": value[:40], "choices": ", ".join(str(choice) for choice in choices)},
        )
        return None

    def yes_no(self, column: str) -> bool | None:
        """Return True for yes or ya, False for no or tidak."""
        return self.choice(column, YES_NO)

    def number(self, column: str, *, least: int, most: int) -> int | None:
        """Return a whole number from `least` to `most`, both inclusive."""
        value = self.row.cells[column]
        if value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most:
            return int(value)
        self.refuse(
            column,
            _("Isi dengan angka bulat %(least)s sampai %(most)s, bukan “%(value)s”.")
            % {"least": least, "most": most, "value": value[:20]},
        )
        return None

    def decimal(self, column: str, *, least: int, most: int) -> Decimal | None:
        """Return a number with a decimal point from `least` to `most`, three places; None for an empty cell."""
        value = self.row.cells[column]
        if not value:
            return None
        try:
            number = Decimal(value)
            if least <= number <= most:  # a NaN raises InvalidOperation here
                return number.quantize(Decimal("0.001"))
        except InvalidOperation:
            pass
        self.refuse(column, _("Isi dengan angka %(least)s sampai %(most)s.") % {"least": least, "most": most})
        return None

    def day(self, column: str) -> date | None:
        """Return a date written as YYYY-MM-DD; None for an empty cell."""
        value = self.row.cells[column]
        if not value:
            return None
        try:
            if DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.refuse(column, _("Tulis tanggal sebagai TAHUN-BULAN-HARI, misalnya 2026-09-30."))
        return None

    def parts(self, column: str) -> list[str]:
        """Return the parts of a cell between semicolons, without empty ones."""
        return [part.strip() for part in self.row.cells[column].split(";") if part.strip()]
