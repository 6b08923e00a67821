"""Loading institutions: counts, who oversees whom, and every fault named."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from actions.models import Institution, InstitutionAlias, Oversight
from actions.services.institutions import DATA_FOLDER, import_institutions, normalise_name
from actions.services.tables import ImportRefused

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Kind = Institution.Kind


def rows_of(model) -> list[dict]:
    return list(model.objects.order_by("pk").values())


def changed_copy(folder: Path, name: str, old: str, new: str) -> Path:
    """Write the shipped file `name` into `folder` with one text replaced."""
    text = (DATA_FOLDER / name).read_text(encoding="utf-8")
    assert old in text
    path = folder / name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_import_loads_the_whole_nation():
    counts = import_institutions()

    by_kind = Institution.objects.values_list("kind").annotate(count=Count("pk"))
    assert dict(by_kind) == {
        Kind.PROVINSI: 38,
        Kind.KABUPATEN: 416,
        Kind.KOTA: 98,
        Kind.KANWIL: 33,
        Kind.KEMENTERIAN: 18,
        Kind.LEMBAGA: 2,
    }
    assert (counts.created, counts.changed, counts.oversight) == (605, 0, 38)


def test_508_kabupaten_and_kota_report_but_not_the_areas_of_jakarta():
    import_institutions()

    assert Institution.objects.of_level("kab_kota").reporting_on(date(2026, 3, 31)).count() == 508
    assert not Institution.objects.get(code="31.71").is_autonomous


def test_provinces_of_papua_report_from_2023():
    import_institutions()

    provinces = Institution.objects.of_level("provinsi")
    assert provinces.reporting_on(date(2022, 12, 31)).count() == 34
    assert provinces.reporting_on(date(2023, 1, 1)).count() == 38


def test_a_kanwil_looks_after_its_set_of_provinces_in_the_zone_of_the_first():
    import_institutions()

    kanwil = Institution.objects.get(code="KW91")
    rows = Oversight.objects.filter(overseer=kanwil).order_by("overseen__code")
    assert list(rows.values_list("overseen__code", "kind", "basis")) == [
        ("91", "review", "diumumkan"),
        ("93", "review", "asumsi"),
        ("94", "review", "asumsi"),
        ("95", "review", "asumsi"),
    ]
    assert (kanwil.short_name, kanwil.time_zone) == ("Kanwil Papua", "Asia/Jayapura")


def test_ministries_have_predecessors_and_national_roles():
    import_institutions()

    ham = Institution.objects.get(code="HAM")
    assert (ham.predecessor.code, ham.valid_from, ham.houses_secretariat, ham.is_on_panitia_nasional) == (
        "KH",
        date(2024, 10, 21),
        True,
        True,
    )
    readers = Institution.objects.filter(is_national_reader=True)
    assert [reader.short_name for reader in readers] == ["KSP"]


def test_a_second_run_changes_nothing():
    import_institutions()
    before = [rows_of(model) for model in (Institution, InstitutionAlias, Oversight)]

    counts = import_institutions()

    assert [rows_of(model) for model in (Institution, InstitutionAlias, Oversight)] == before
    assert (counts.created, counts.changed, counts.unchanged) == (0, 0, 605)
    assert (counts.oversight, counts.aliases) == (0, 0)


def test_a_newer_file_updates_names_and_keeps_contacts(tmp_path):
    import_institutions()
    Institution.objects.filter(code="53.07").update(contact_email="hukum@sikka.example")
    regions = changed_copy(tmp_path, "wilayah.csv", "53.07,Kabupaten Sikka,", "53.07,Kabupaten Sikka Baru,")

    counts = import_institutions(regions=regions)

    sikka = Institution.objects.get(code="53.07")
    assert (sikka.name, sikka.contact_email) == ("Kabupaten Sikka Baru", "hukum@sikka.example")
    assert (counts.created, counts.changed) == (0, 1)


def test_an_office_that_ends_ends_its_oversight_too(tmp_path):
    import_institutions()
    offices = changed_copy(
        tmp_path, "kanwil.csv", "KW11,Kantor Wilayah Aceh,11,,,", "KW11,Kantor Wilayah Aceh,11,,2026-06-30,"
    )

    import_institutions(offices=offices)

    oversight = Oversight.objects.get(overseer__code="KW11")
    assert oversight.valid_until == date(2026, 6, 30)


def test_every_fault_is_named_by_file_row_and_column_and_nothing_is_loaded(tmp_path):
    regions = tmp_path / "wilayah.csv"
    regions.write_text(
        "code,name,aliases,level,parent_code,autonomous,timezone,latitude,longitude,valid_from,reports_from,legal_basis\n"
        "11,Aceh,,propinsi,,yes,Asia/Jakarta,5.571,95.341,,,\n"
        "11.01,,,kabupaten,99,maybe,Asia/Tokyo,91,x,2026-02-30,,\n"
        "11,Aceh lagi,,provinsi,,yes,Asia/Jakarta,,,,,\n",
        encoding="utf-8",
    )

    with pytest.raises(ImportRefused) as refused:
        import_institutions(regions=regions)

    places = {(error.file, error.row, error.column) for error in refused.value.errors if error.file == "wilayah.csv"}
    expected = {(2, "level")} | {(4, "code")}
    expected |= {
        (3, column)
        for column in ("name", "parent_code", "autonomous", "timezone", "latitude", "longitude", "valid_from")
    }
    assert places == {("wilayah.csv", row, column) for row, column in expected}
    assert str(refused.value.errors[0]).startswith("wilayah.csv, baris 2, kolom level: ")
    assert Institution.objects.count() == 0


def test_dates_in_the_wrong_order_are_refused(tmp_path):
    ministries = changed_copy(tmp_path, "ministries.csv", "2009-01-01,2024-10-20", "2025-01-01,2024-10-20")

    with pytest.raises(ImportRefused) as refused:
        import_institutions(ministries=ministries)

    assert [(error.row, error.column) for error in refused.value.errors] == [(2, "valid_until")]


def test_a_chain_of_predecessors_is_loaded_in_order(tmp_path):
    ministries = changed_copy(
        tmp_path, "ministries.csv", "KSP,Kantor", "NEW,Kementerian Baru,,2027-01-01,,,HAM\nKSP,Kantor"
    )

    import_institutions(ministries=ministries)

    assert Institution.objects.get(code="NEW").predecessor.predecessor.code == "KH"


def test_older_spellings_are_found():
    import_institutions()

    found = Institution.objects.search("mamuju utara")
    assert [institution.name for institution in found] == ["Kabupaten Pasangkayu"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("D.I.  Yogyakarta", "di yogyakarta"),
        ("Kabupaten Fak-Fak", "kabupaten fak fak"),
        ("PPN/Bappenas ", "ppn bappenas"),
    ],
)
def test_names_are_compared_without_marks_and_case(name, expected):
    assert normalise_name(name) == expected


def test_command_says_what_changed(capsys):
    call_command("import_institutions")

    assert capsys.readouterr().out == "605 instansi baru, 0 diubah, 0 tetap; 38 pembinaan, 9 ejaan.\n"


def test_command_names_the_faults_of_a_wrong_file(tmp_path):
    regions = tmp_path / "wilayah.csv"
    regions.write_bytes(b"code,name\n11,Aceh\n")

    with pytest.raises(CommandError, match=r"wilayah\.csv, baris 1, kolom level: "):
        call_command("import_institutions", regions=regions)
