"""Tables as files: CSV and XLSX say the same, nothing is run as a formula, nothing is cut."""

import csv
import hashlib
import io
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from reporting.jobs.scores import compute_plan_year
from reporting.spreadsheets import FORMULA_MARKS, points, write_table

HEADER = ["Nama", "Nilai", "Kapan (WIB)", "Hari", "Ya", "Rupiah"]
LINE = ["Kab; Sikka", Decimal("79.996"), datetime(2026, 11, 21, 18, 30, 5, 9, UTC), date(2026, 1, 2), True, None]


def written(lines: list, ending: str, **keywords) -> tuple:
    target = io.BytesIO()
    found = write_table(target, lines, ending=ending, **keywords)
    return found, target


def sheet_of(content: bytes, name: str = "Data") -> list[tuple]:
    return list(openpyxl.load_workbook(io.BytesIO(content))[name].iter_rows(values_only=True))


def test_a_csv_opens_as_columns_in_indonesian_spreadsheets():
    found, target = written([HEADER, LINE], "csv")

    assert target.getvalue().decode() == (
        '\ufeffNama;Nilai;Kapan (WIB);Hari;Ya;Rupiah\r\n"Kab; Sikka";79,996;2026-11-22 01:30:05;2026-01-02;ya;\r\n'
    )
    assert found.rows == 1
    assert found.content_hash == hashlib.sha256(target.getvalue().removeprefix(b"\xef\xbb\xbf")).hexdigest()


def test_xlsx_has_the_same_values_as_numbers_and_dates():
    found, target = written([HEADER, [*LINE[:5], 10**16]], "xlsx", manifest=lambda told: [["Baris", told.rows]])

    row = [str(value) for value in sheet_of(target.getvalue())[1]]
    assert row == ["Kab; Sikka", "79.996", "2026-11-22 01:30:05", "2026-01-02 00:00:00", "ya", str(10**16)]
    assert sheet_of(target.getvalue(), "Manifes") == [("Baris", found.rows)]


@pytest.mark.parametrize("mark", FORMULA_MARKS)
def test_no_text_is_run_as_a_formula(mark):
    lines = [["Nama"], [f"{mark}1+1"], [gettext_lazy("Draf")]]
    (_plain, as_csv), (_same, as_xlsx) = written(lines, "csv"), written(lines, "xlsx")
    rows = list(csv.reader(io.StringIO(as_csv.getvalue().decode("utf-8-sig"), newline=""), delimiter=";"))
    cell = openpyxl.load_workbook(as_xlsx)["Data"]["A2"]

    assert rows[1:] == [[f"'{mark}1+1"], ["Draf"]]
    assert (cell.data_type, cell.value.strip()) == ("s", f"{mark}1+1".strip())


def test_letters_that_xlsx_forbids_are_replaced():
    _found, target = written([["Nama"], ["a\x0bb"]], "xlsx")

    assert sheet_of(target.getvalue())[1] == ("a\ufffdb",)


@pytest.mark.parametrize(
    ("value", "shown"), [(None, None), (Fraction(79996, 1000), "79.996"), (Decimal("85"), "85.00"), (0, "0.00")]
)
def test_a_score_is_rounded_as_on_pages(value, shown):
    assert points(value) == (None if shown is None else Decimal(shown))


ADDRESSES = {
    "leader": ["national-results", "national-institutions", "level", "group"],
    "kanwil": ["region", "province-results"],
    "coordinator": ["institution-results"],
}


def address(name: str, key: str, ending: str) -> str:
    parts = {"province-results": ["53"], "institution-results": ["53.07"], "level": ["kab_kota"], "group": ["anak"]}
    if name in ("level", "group", "region"):
        return reverse(f"{name}-table", args=[*parts.get(name, []), key, ending])
    return reverse(f"{name}-{ending}", args=[*parts.get(name, []), key])


def test_every_table_says_the_same_in_both_formats_and_how_long_it_is(scenario):
    compute_plan_year(scenario.plan_year, scenario.now + timedelta(days=30))
    heads = {}
    for person, names in ADDRESSES.items():
        client = scenario.client(person)
        for name in names:
            as_csv, as_xlsx = (client.get(address(name, scenario.period.key, ending)) for ending in ("csv", "xlsx"))
            rows = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig")), delimiter=";"))
            heads[name] = (len(rows) - 1, rows[0][0])
            digest = b64encode(hashlib.sha256(as_csv.content).digest()).decode()
            assert as_csv["Repr-Digest"] == f"sha-256=:{digest}:"
            assert as_xlsx["Content-Disposition"].endswith('.xlsx"')
            assert len(sheet_of(as_xlsx.content)) == len(rows), name
            assert sheet_of(as_xlsx.content, "Manifes")[0] == ("Baris", len(rows) - 1)

    assert heads == {
        "national-results": (2, "Kode"),
        "national-institutions": (7, "Kode"),
        "level": (3, "Peringkat"),
        "group": (4, "Kelompok sasaran"),
        "region": (1, "Kode"),
        "province-results": (3, "Kode"),
        "institution-results": (1, "Tahun"),
    }


def test_the_page_of_downloads_leads_to_them_and_offers_measures_to_whoever_may(scenario):
    page = reverse("export-create", args=[scenario.period.key])
    for_reader = scenario.client("reader").get(page).content.decode()
    for_kanwil = scenario.client("kanwil").get(page).content.decode()

    for name in ADDRESSES["leader"]:
        assert address(name, scenario.period.key, "xlsx") in for_reader
    assert "Siapkan berkas" not in for_reader
    assert "Siapkan berkas" in for_kanwil
    assert "Tabel capaian" not in for_kanwil
