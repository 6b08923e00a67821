"""Loading a catalogue: what it creates, changes and leaves, and every fault named by row and column."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from actions.models import Aksi, Calendar, EvidenceKind, Measure, MeasureEvidence, PlanYear, ReportingPeriod
from actions.services.catalogue import apply_catalogue, plan_catalogue
from actions.services.catalogue_export import export_catalogue
from actions.services.catalogue_rows import COLUMNS, OPTIONAL_COLUMNS
from actions.services.institutions import DATA_FOLDER, import_institutions
from actions.services.planning import create_plan_year
from actions.services.reference import load_plan_reference
from actions.services.tables import ImportRefused
from tests.factories_actions import (
    AliasFactory,
    MinistryFactory,
    PlanFactory,
    Role,
    RuleSetFactory,
    UserFactory,
    make_actor,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SHIPPED = DATA_FOLDER / "aksi_ham_catalogue.csv"
ROW = {
    "year": "2026",
    "calendar": "triwulan",
    "level": "kabupaten_kota",
    "institution": "",
    "aksi_no": "1",
    "target_group": "perempuan",
    "title": "Bantuan usaha bagi perempuan kepala keluarga",
    "success_criterion": "Meningkatnya partisipasi",
    "responsible_offices": "Dinas Koperasi dan UKM",
    "period": "B03",
    "measure_no": "1",
    "measure": "Tersedianya pemetaan",
    "needs_number": "no",
    "evidence": "Dokumen pemetaan!; Surat pengantar",
    "basis": "illustrative",
    "source": "",
}


@pytest.fixture
def years():
    """Create 2025 on the four-monthly and 2026 on the quarterly calendar."""
    load_plan_reference()
    secretariat = make_actor(Role.SECRETARIAT)
    for year, calendar in ((2025, "caturwulan"), (2026, "triwulan")):
        create_plan_year(PlanFactory(), year, Calendar.objects.get(code=calendar), RuleSetFactory(), by=secretariat)


def csv_of(*changes: dict, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Return a catalogue with one row for each dict of changes to `ROW`."""
    file = io.StringIO()
    optional = tuple(name for name in OPTIONAL_COLUMNS if any(name in change for change in changes))
    writer = csv.DictWriter(file, COLUMNS + optional, delimiter=delimiter, extrasaction="raise")
    writer.writeheader()
    writer.writerows(ROW | change for change in changes)
    return file.getvalue().encode(encoding)


def xlsx_of(*rows: list) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def places(content: bytes, name: str = "katalog.csv") -> list[tuple[int, str]]:
    """Return where the faults of a file are; nothing may be loaded from it."""
    with pytest.raises(ImportRefused) as refused:
        apply_catalogue(content, name)
    assert Aksi.objects.count() == 0
    return [(error.row, error.column) for error in refused.value.errors]


def everything() -> list:
    models = (Aksi, Measure, MeasureEvidence, EvidenceKind, Aksi.target_groups.through)
    return [list(model.objects.order_by("pk").values()) for model in models]


# What is loaded


def test_the_shipped_catalogue_is_loaded_whole(years):
    import_institutions()

    plan = apply_catalogue(SHIPPED.read_bytes(), SHIPPED.name)

    assert (plan.counts.rows, plan.counts.aksi_created, plan.counts.measures_created) == (244, 52, 244)
    assert (Aksi.objects.count(), Measure.objects.count()) == (52, 244)
    assert Measure.objects.filter(needs_number=True).count() == 48
    assert Aksi.objects.filter(level="kl", plan_year__year=2026).count() == 12


def test_published_rows_keep_their_source_and_the_others_are_examples(years):
    import_institutions()

    apply_catalogue(SHIPPED.read_bytes(), SHIPPED.name)

    published = Aksi.objects.get(is_illustrative=False)
    assert (published.plan_year.year, published.level, published.number) == (2025, "kab_kota", 1)
    assert published.source == "Format pelaporan Aksi HAM 2025 (salinan publik)"
    assert Measure.objects.filter(is_illustrative=False).count() == 6


def test_one_row_becomes_aksi_measure_and_evidence(years):
    apply_catalogue(csv_of({"target_group": "anak; Perempuan", "needs_number": "ya"}), "katalog.csv")

    measure = Measure.objects.get()
    assert (measure.aksi.number, measure.period.key, measure.text, measure.needs_number) == (
        1,
        "2026-B03",
        "Tersedianya pemetaan",
        True,
    )
    assert {group.code for group in measure.aksi.target_groups.all()} == {"perempuan", "anak"}
    wanted = measure.evidence_wanted.order_by("order")
    assert [(row.kind.name, row.kind.code, row.is_required) for row in wanted] == [
        ("Dokumen pemetaan", "dokumen-pemetaan", True),
        ("Surat pengantar", "surat-pengantar", False),
    ]


def test_a_second_run_changes_nothing(years):
    import_institutions()
    apply_catalogue(SHIPPED.read_bytes(), SHIPPED.name)
    before = everything()

    plan = apply_catalogue(SHIPPED.read_bytes(), SHIPPED.name)

    assert everything() == before
    assert plan.is_unchanged
    assert (plan.counts.aksi_unchanged, plan.counts.measures_unchanged) == (52, 244)


def test_a_new_file_updates_texts_groups_and_evidence_in_place(years):
    apply_catalogue(csv_of({}, {"measure_no": "2"}), "katalog.csv")
    keys = set(Measure.objects.values_list("pk", flat=True))

    plan = apply_catalogue(
        csv_of(
            {"title": "Judul baru", "target_group": "anak", "measure": "Teks baru", "evidence": "Foto!"},
            {"title": "Judul baru", "target_group": "anak", "measure_no": "2"},
        ),
        "katalog.csv",
    )

    assert (plan.counts.aksi_changed, plan.counts.measures_changed, plan.counts.measures_unchanged) == (1, 1, 1)
    measure = Measure.objects.get(number=1)
    assert (measure.text, measure.aksi.title) == ("Teks baru", "Judul baru")
    assert [group.code for group in measure.aksi.target_groups.all()] == ["anak"]
    assert [str(row) for row in measure.evidence_wanted.all()] == ["Foto (wajib)"]
    assert measure.aksi.plan_year.rescorings == 1  # scores of its groups must be made anew
    assert set(Measure.objects.values_list("pk", flat=True)) == keys


def test_a_measure_that_a_newer_file_omits_stays_and_is_said_to(years):
    apply_catalogue(csv_of({}, {"measure_no": "2"}), "katalog.csv")

    plan = apply_catalogue(csv_of({}), "katalog.csv")

    assert Measure.objects.count() == 2
    assert plan.notes == ["1 ukuran yang sudah ada tidak disebut dalam berkas dan tetap berlaku."]


def test_a_preview_counts_without_writing(years):
    plan = plan_catalogue(csv_of({}, {"aksi_no": "2"}), "katalog.csv")

    assert (plan.counts.aksi_created, plan.counts.measures_created, plan.errors) == (2, 2, [])
    assert (Aksi.objects.count(), EvidenceKind.objects.count()) == (0, 1)


def test_an_opened_period_takes_changes_with_a_note(years):
    period = ReportingPeriod.objects.get(code="B03")
    ReportingPeriod.objects.filter(pk=period.pk).update(opened_at=period.opens_at, opened_by=UserFactory())

    plan = apply_catalogue(csv_of({}), "katalog.csv", now=period.opens_at)

    assert plan.notes == [
        "Triwulan I 2026 (B03) sudah dibuka. Buka lagi periode itu agar ukuran baru masuk ke laporan yang masih draf."
    ]


def test_a_closed_period_refuses_new_and_changed_measures(years):
    apply_catalogue(csv_of({}), "katalog.csv")
    period = ReportingPeriod.objects.get(code="B03")
    ReportingPeriod.objects.filter(pk=period.pk).update(opened_at=period.opens_at, opened_by=UserFactory())

    with pytest.raises(ImportRefused) as refused:
        apply_catalogue(
            csv_of({"measure": "Teks baru"}, {"measure_no": "2"}, {"period": "B06"}),
            "katalog.csv",
            now=period.late_until_at,
        )
    unchanged = apply_catalogue(csv_of({}), "katalog.csv", now=period.late_until_at)

    assert [(error.row, error.column) for error in refused.value.errors] == [(2, "period"), (3, "period")]
    assert (unchanged.is_unchanged, Measure.objects.get().text) == (True, "Tersedianya pemetaan")


# Institutions of K/L


@pytest.mark.parametrize("name", ["Kementerian Contoh", "KEMCO", "kementerian  contoh.", "K-1", "departemen contoh"])
def test_a_ministry_is_found_by_name_short_name_code_and_alias(years, name):
    body = MinistryFactory(name="Kementerian Contoh", short_name="Kemco", code="K-1")
    AliasFactory(institution=body, name="departemen contoh")

    apply_catalogue(csv_of({"level": "kementerian_lembaga", "institution": name}), "katalog.csv")

    assert Aksi.objects.get().institution == body


def test_a_ministry_must_exist_in_the_year(years):
    MinistryFactory(name="Kementerian Lama", valid_until=date(2025, 12, 31))
    MinistryFactory(name="Kementerian Nanti", valid_from=date(2027, 1, 1))
    row = {"level": "kementerian_lembaga"}

    faults = places(
        csv_of(
            row | {"institution": "Kementerian Lama"},
            row | {"institution": "Kementerian Nanti", "aksi_no": "2"},
            row | {"institution": "Kementerian Khayal", "aksi_no": "3"},
            row | {"institution": "", "aksi_no": "4"},
            {"institution": "Kementerian Lama", "aksi_no": "5"},
        )
    )

    assert faults == [(row, "institution") for row in (2, 3, 4, 5, 6)]


def test_an_ambiguous_short_name_is_refused(years):
    MinistryFactory(short_name="KLH")
    MinistryFactory(short_name="KLH")

    assert places(csv_of({"level": "kementerian_lembaga", "institution": "KLH"})) == [(2, "institution")]


# Every fault named


def test_every_fault_of_a_row_is_named_in_one_pass(years):
    faults = places(
        csv_of(
            {
                "year": "2026",
                "calendar": "caturwulan",
                "level": "kecamatan",
                "aksi_no": "satu",
                "target_group": "lansia",
                "title": "",
                "success_criterion": "",
                "period": "B04",
                "measure_no": "0",
                "measure": "",
                "needs_number": "mungkin",
                "evidence": "Foto;; Undangan",
                "basis": "resmi",
            },
            {"year": "2030"},
        )
    )

    assert sorted(faults) == sorted(
        [
            (2, column)
            for column in (
                "calendar",
                "level",
                "aksi_no",
                "target_group",
                "title",
                "success_criterion",
                "period",
                "measure_no",
                "measure",
                "needs_number",
                "evidence",
                "source",
            )
        ]
        + [(3, "year")]
    )


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"aksi_no": "1.500"}, "aksi_no"),
        ({"aksi_no": "-1"}, "aksi_no"),
        ({"aksi_no": "٣"}, "aksi_no"),
        ({"measure_no": "100"}, "measure_no"),
        ({"measure_no": "nihil"}, "measure_no"),
        ({"year": "20O6"}, "year"),
        ({"title": "x" * 1001}, "title"),
        ({"measure": "x" * 100_000}, "measure"),
        ({"measure": "a\x00b"}, "measure"),
        ({"source": "s" * 151}, "source"),
        ({"evidence": ""}, "evidence"),
        ({"evidence": "!"}, "evidence"),
        ({"evidence": "Foto!!"}, "evidence"),
        ({"evidence": "Foto; foto!"}, "evidence"),
        ({"evidence": "x" * 81}, "evidence"),
        ({"evidence": ";".join(f"Jenis {n}" for n in range(21))}, "evidence"),
        ({"target_group": ""}, "target_group"),
        ({"basis": ""}, "basis"),
        ({"period": ""}, "period"),
        ({"evidence_basis": "mungkin"}, "evidence_basis"),
        ({"evidence_basis": "published"}, "evidence_basis"),  # of a measure that is an example itself
    ],
)
def test_one_wrong_cell_is_named(years, change, column):
    assert places(csv_of(change)) == [(2, column)]


@pytest.mark.parametrize(
    ("words", "is_assumed"), [({}, True), ({"evidence_basis": ""}, True), ({"evidence_basis": "resmi"}, False)]
)
def test_kinds_of_evidence_are_an_assumption_unless_their_source_names_them(years, words, is_assumed):
    published = {"basis": "published", "source": "Format pelaporan 2026"}
    apply_catalogue(csv_of(published | words), "katalog.csv")

    measure = Measure.objects.get()

    assert (measure.is_illustrative, measure.has_illustrative_evidence) == (False, is_assumed)
    assert plan_catalogue(csv_of(published | words), "katalog.csv").measures_with_illustrative_evidence == is_assumed


def test_a_source_found_later_makes_kinds_of_evidence_official(years):
    published = {"basis": "published", "source": "Format pelaporan 2026"}
    apply_catalogue(csv_of(published), "katalog.csv")

    plan = apply_catalogue(csv_of(published | {"evidence_basis": "published"}), "katalog.csv")

    exported = export_catalogue(PlanYear.objects.get(year=2026)).encode()
    assert plan.counts.measures_changed == 1
    assert not Measure.objects.get().has_illustrative_evidence
    assert plan_catalogue(exported, "katalog.csv").is_unchanged


def test_duplicates_and_differing_texts_name_the_first_row(years):
    content = csv_of({}, {}, {"measure_no": "2", "title": "Judul lain", "target_group": "anak"})

    with pytest.raises(ImportRefused) as refused:
        apply_catalogue(content, "katalog.csv")

    assert [str(error) for error in refused.value.errors] == [
        "Baris 3, kolom measure_no: Ukuran 1 periode B03 sudah ada pada baris 2.",
        "Baris 4, kolom title: Berbeda dari baris 2 untuk aksi yang sama.",
        "Baris 4, kolom target_group: Berbeda dari baris 2 untuk aksi yang sama.",
    ]


def test_blank_lines_are_skipped_but_counted(years):
    content = csv_of({}).replace(b"\r\n2026", b"\r\n\r\n,,,\r\n2026") + csv_of({"period": "X"}).split(b"\r\n")[1]

    assert places(content) == [(5, "period")]


# The file itself


def test_header_faults_are_all_named(years):
    content = csv_of({}).replace(b"success_criterion", b"kriteria").replace(b"source", b"basis")

    assert places(content) == [(1, "success_criterion"), (1, "source"), (1, "kriteria"), (1, "basis")]


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "k.csv", "Berkas kosong. Pilih berkas katalog yang berisi."),
        (b" \r\n \n", "k.csv", "Berkas kosong. Pilih berkas katalog yang berisi."),
        (csv_of(), "k.csv", "Berkas tidak berisi baris data di bawah judul kolom."),
        (csv_of({}, encoding="utf-16"), "k.csv", "Berkas tersimpan sebagai UTF-16. Simpan ulang sebagai CSV UTF-8."),
        (b"\x81\x8d\xff", "k.csv", "Huruf dalam berkas tidak terbaca. Simpan ulang sebagai CSV UTF-8."),
        (b'year,"' + b"x" * 140_000, "k.csv", "Baris 1 tidak terbaca. Periksa tanda petik yang tidak ditutup."),
        (b"x" * (5 * 1024 * 1024 + 1), "k.csv", "Berkas lebih besar dari 5 MB. Bagi menjadi beberapa berkas."),
        (b"a\n" * 20_002, "k.csv", "Lebih dari 20000 baris. Bagi menjadi beberapa berkas."),
        (
            b"PK\x03\x04 not a zip",
            "k.xlsx",
            "Berkas XLSX rusak atau terkunci. Simpan ulang sebagai Buku Kerja Excel (.xlsx) tanpa kata sandi.",
        ),
        (
            csv_of({}),
            "k.xlsx",
            "Berkas bernama XLSX tetapi isinya bukan. Simpan ulang sebagai Buku Kerja Excel (.xlsx) atau CSV.",
        ),
    ],
)
def test_unreadable_files_say_what_to_do(years, content, name, message):
    plan = plan_catalogue(content, name)

    assert [str(error) for error in plan.errors] == [message]


def test_a_zip_bomb_is_not_opened(years, monkeypatch):
    monkeypatch.setattr("actions.services.tables.MAX_UNPACKED_BYTES", 1000)

    plan = plan_catalogue(xlsx_of(list(COLUMNS), list(ROW.values())), "k.xlsx")

    assert [str(error) for error in plan.errors] == [
        "Isi berkas XLSX terlalu besar setelah dibuka. Hapus lembar lain dan gambar."
    ]


def test_a_sheet_that_claims_a_million_rows_is_cut_short(years, monkeypatch):
    monkeypatch.setattr("actions.services.tables.MAX_ROWS", 10)
    book = openpyxl.Workbook()
    book.active.append(list(COLUMNS))
    book.active.cell(row=1_048_576, column=1, value="2026")
    file = io.BytesIO()
    book.save(file)

    plan = plan_catalogue(file.getvalue(), "k.xlsx")

    assert [str(error) for error in plan.errors] == ["Berkas tidak berisi baris data di bawah judul kolom."]


def test_xlsx_is_read_like_csv_with_its_numbers_and_empty_cells(years):
    values = ROW | {"year": 2026, "aksi_no": 1.0, "measure_no": 1, "institution": None, "needs_number": True}

    apply_catalogue(xlsx_of(list(COLUMNS), list(values.values())), "katalog.xlsx")

    measure = Measure.objects.get()
    assert (measure.aksi.number, measure.number, measure.needs_number) == (1, 1, True)


def test_semicolons_and_a_byte_order_mark_are_understood(years):
    apply_catalogue(csv_of({}, encoding="utf-8-sig", delimiter=";"), "katalog.csv")

    assert Measure.objects.get().evidence_wanted.count() == 2


def test_windows_1252_is_read_with_a_note(years):
    plan = apply_catalogue(csv_of({"measure": "Kafé “Anak”"}, encoding="cp1252"), "katalog.csv")

    assert Measure.objects.get().text == "Kafé “Anak”"
    assert plan.notes == [
        "Berkas bukan UTF-8 dan dibaca sebagai Windows-1252. Periksa huruf khusus seperti é atau tanda petik."
    ]


# The command


def test_command_dry_run_says_the_same_and_keeps_nothing(years, tmp_path, capsys):
    path = tmp_path / "katalog.csv"
    path.write_bytes(csv_of({}))

    call_command("import_catalogue", path, "--dry-run")
    first = capsys.readouterr().out.splitlines()
    call_command("import_catalogue", path)

    line = "1 baris: 1 aksi baru, 0 diubah, 0 tetap; 1 ukuran baru, 0 diubah, 0 tetap."
    assert first == [line, "Uji coba: tidak ada yang disimpan."]
    assert capsys.readouterr().out.splitlines() == [line]
    assert Measure.objects.count() == 1


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_command_fails_with_every_fault(years, tmp_path, options):
    path = tmp_path / "katalog.csv"
    path.write_bytes(csv_of({"level": "desa", "period": "B99"}))

    with pytest.raises(CommandError) as failed:
        call_command("import_catalogue", path, *options)

    assert str(failed.value) == (
        "2 kesalahan, tidak ada yang dimuat:\n"
        "Baris 2, kolom level: Tidak dikenal: “desa”. "
        "Isi dengan salah satu dari: kementerian_lembaga, provinsi, kabupaten_kota.\n"
        "Baris 2, kolom period: Tahun 2026 tidak punya periode “B99”. Yang ada: B03, B06, B09, B12."
    )


def test_command_names_a_missing_file(tmp_path):
    with pytest.raises(CommandError, match="Berkas tidak dapat dibaca: "):
        call_command("import_catalogue", tmp_path / "tidak-ada.csv")
