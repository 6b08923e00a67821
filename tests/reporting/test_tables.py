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
import time_machine
from django.urls import reverse
from django.utils.translation import gettext_lazy

from actions.models import RuleSet
from reporting.jobs.scores import compute_plan_year
from reporting.models import Score
from reporting.spreadsheets import FORMULA_MARKS, points, write_table
from reporting.summaries.tables import history_lines
from tests.downloads import sheet_of, table_of

HEADER = ["Nama", "Nilai", "Kapan (WIB)", "Hari", "Ya", "Rupiah"]
LINE = ["Kab; Sikka", Decimal("79.996"), datetime(2026, 11, 21, 18, 30, 5, 9, UTC), date(2026, 1, 2), True, None]


def written(lines: list, ending: str, **keywords) -> tuple:
    target = io.BytesIO()
    found = write_table(target, lines, ending=ending, **keywords)
    return found, target


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
    "leader": ["national-results", "national-institutions", "level", "group", "level-timeliness"],
    "kanwil": ["region", "province-results"],
    "coordinator": ["institution-results"],
}


def address(name: str, key: str, ending: str) -> str:
    parts = {"province-results": ["53"], "institution-results": ["53.07"], "level": ["kab_kota"], "group": ["anak"]}
    parts["level-timeliness"] = parts["level"]
    if name in ("level", "group", "region", "level-timeliness"):
        return reverse(f"{name}-table", args=[*parts.get(name, []), key, ending])
    return reverse(f"{name}-{ending}", args=[*parts.get(name, []), key])


def test_every_table_says_the_same_in_both_formats_and_how_long_it_is(scenario):
    compute_plan_year(scenario.plan_year, scenario.now + timedelta(days=30))
    heads = {}
    for person, names in ADDRESSES.items():
        client = scenario.client(person)
        for name in names:
            as_csv, as_xlsx = (client.get(address(name, scenario.period.key, ending)) for ending in ("csv", "xlsx"))
            rows, manifest = table_of(as_csv)
            heads[name] = (len(rows) - 1, rows[0][0])
            digest = b64encode(hashlib.sha256(as_csv.content).digest()).decode()
            assert as_csv["Repr-Digest"] == f"sha-256=:{digest}:"
            assert as_xlsx["Content-Disposition"].endswith('.xlsx"')
            assert len(sheet_of(as_xlsx.content)) == len(rows), name
            told = sheet_of(as_xlsx.content, "Manifes")
            assert told[:2] == [("Baris", len(rows) - 1), ("SHA-256 baris", manifest["SHA-256 baris"])]

    assert heads == {
        "national-results": (2, "Kode"),
        "national-institutions": (7, "Kode"),
        "level": (3, "Peringkat"),
        "group": (4, "Kelompok sasaran"),
        "level-timeliness": (3, "Ketepatan waktu"),
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


def test_a_filtered_list_is_a_filtered_file_that_says_so(scenario):
    compute_plan_year(scenario.plan_year, scenario.now + timedelta(days=30))
    address = reverse("national-institutions-csv", args=[scenario.period.key])
    reader = scenario.client("leader")

    rows, manifest = table_of(reader.get(address, {"jenjang": "kl", "keadaan": "tanpa-laporan"}))
    nobody, _none = table_of(reader.get(address, {"keadaan": "hijau"}))

    assert [row[0] for row in rows] == ["Kode", "HAM", "SOS"]
    assert manifest["Saringan: Jenjang"] == "Kementerian dan lembaga"
    assert manifest["Saringan: Keadaan atau pita"] == "Tanpa laporan"
    assert len(nobody) == 1
    page = reader.get(reverse("national-institutions", args=[scenario.period.key]), {"jenjang": "kl"})
    assert f'href="{address}?jenjang=kl"' in page.content.decode()


def test_every_line_of_a_history_is_rounded_as_its_own_rules_do(scenario):
    compute_plan_year(scenario.plan_year, scenario.now + timedelta(days=30))
    RuleSet.objects.update(green_from=85)
    Score.objects.filter(institution=scenario.kabupaten).update(reported_value=Decimal("84.996"))

    assert [line[3] for line in history_lines(scenario.kabupaten)[1:]] == [Decimal("84.996")]


def test_the_details_of_a_province_and_both_trends_are_files_too(scenario):
    compute_plan_year(scenario.plan_year, scenario.now + timedelta(days=30))
    key = scenario.period.key
    with time_machine.travel(scenario.now + timedelta(days=30), tick=False):
        kanwil, leader = scenario.client("kanwil"), scenario.client("leader")
        details, _manifest = table_of(kanwil.get(reverse("province-details-table", args=["53", key, "csv"])))
        of_province, _same = table_of(kanwil.get(reverse("province-trend-table", args=["53", "csv"])))
        of_nation, _other = table_of(leader.get(reverse("national-trend-table", args=["csv"])))
        as_sheet = sheet_of(leader.get(reverse("national-trend-table", args=["xlsx"])).content)
        page = kanwil.get(reverse("province-results-of", args=["53", key])).content.decode()

    parts = [row[0].partition(",")[0] for row in details[1:]]
    assert (parts.count("Sebaran nilai"), parts.count("Ketepatan waktu")) == (10, 3)
    assert details[1][2:] == ["0,00", "2", "", "0", "2", ""]
    assert details[-1][-2:] == ["3", "3"]
    assert of_province[1:] == [[str(scenario.plan_year.year), "B09", "triwulan", "0,00", "3", "", "0"]]
    assert [line[3:] for line in of_nation[1:]] == [["0,00", "7", "", "0"]]
    assert len(as_sheet) == 2
    assert all(reverse(name, args=args) in page for name, args in [
        ("province-details-table", ["53", key, "xlsx"]), ("province-trend-table", ["53", "xlsx"])
    ])  # fmt: skip
