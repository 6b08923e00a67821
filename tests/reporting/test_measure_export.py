"""The export of a whole period, measure by measure: every row, nothing foreign, counted and hashed."""

import csv
import hashlib
import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import transaction
from django.db.models import F
from django.test import override_settings
from django.urls import reverse

from actions.models import Aksi, Institution, Measure, PlanYear, TargetGroup
from reporting import spreadsheets
from reporting.jobs import measure_export
from reporting.jobs.prepared import path_of, prepare_due
from reporting.jobs.prepared_work import CannotPrepare, Progress
from reporting.models import Evidence, Judgement, MeasureAnswer, PreparedFile, Report
from reporting.models.prepared import canonical_parameters
from reporting.policies.exporting import ExportScope, scopes_of
from reporting.summaries import measure_rows
from reporting.summaries.measure_rows import HEADER
from tests.scenario import PEOPLE, Scenario
from tests.steps import answers_of, claim_report, fill_report, judge_all, mark_all_ready, send_report, verify_report

SCOPES = {
    "verifier": ["nasional"],
    "leader": ["nasional"],
    "secretariat": ["nasional"],
    "kanwil": ["kanwil"],
    "kanwil_colleague": ["kanwil"],
    "neighbour_kanwil": ["kanwil"],
    "pembina": ["provinsi"],
    "coordinator": ["sendiri"],
    "signatory": ["sendiri"],
    "other_coordinator": ["sendiri"],
    "province_coordinator": ["sendiri"],
    "neighbour_coordinator": ["sendiri"],
    "ministry_coordinator": ["sendiri"],
    "ham_coordinator": ["sendiri"],
}
"""What each person may export; everybody else nothing."""

FORMULA = '=HYPERLINK("http://jahat.example";"klik")'


@pytest.fixture(scope="module")
def scenario(django_db_setup, django_db_blocker):
    """One nation for the module: Sikka verified with a formula in its note, Ende sent, the others silent."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(PASSWORD_HASHERS=hashers):
            nation = _filled(Scenario())
        yield nation
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def db(scenario, django_db_blocker, settings, tmp_path):
    """Undo what a test does to the nation of the module."""
    settings.MEDIA_ROOT = tmp_path
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def _filled(scenario: Scenario) -> Scenario:
    for code, name in (("53.07", "coordinator"), ("53.08", "other_coordinator")):
        report, by = scenario.reports[code], scenario.actor(name)
        fill_report(report, by)
        if code == "53.07":
            MeasureAnswer.objects.filter(pk=answers_of(report)[0].pk).update(description=FORMULA, budget=10**17)
        mark_all_ready(report, by)
        send_report(report, by)
    report, kanwil = scenario.report, scenario.actor("kanwil")
    claim_report(report, kanwil)
    judge_all(report, kanwil, substance="partly")
    verify_report(scenario.report, kanwil)
    MeasureAnswer.objects.filter(item__report=report).update(description="Diubah sesudah dikirim.")
    return scenario


def wanted(scenario: Scenario, scope: str, office: str, ending: str = "csv", span: str = "") -> dict:
    return {"span": span or scenario.period.key, "scope": scope, "office": office, "format": ending}


def built(scenario: Scenario, tmp_path, *args, **keywords) -> tuple:
    path = tmp_path / "ekspor"
    return measure_export.build(wanted(scenario, *args, **keywords), path, Progress()), path


def rows_in(path) -> tuple[list[dict], dict]:
    """The rows of a CSV by column, and its manifest."""
    lines = list(csv.reader(io.StringIO(path.read_text("utf-8-sig")), delimiter=";"))
    manifest = {line[1]: line[2] for line in lines if line[0] == "#Manifes"}
    return [dict(zip(HEADER, line, strict=True)) for line in lines[1:] if line[0] != "#Manifes"], manifest


def test_each_row_is_a_measure_of_the_database_as_it_was_sent_and_judged(scenario, tmp_path):
    made, path = built(scenario, tmp_path, "nasional", "HAM")
    rows, manifest = rows_in(path)
    answers = MeasureAnswer.objects.filter(item__report__period=scenario.period)
    own = [row for row in rows if row["Kode instansi"] == "53.07"]
    first, judgement = own[0], Judgement.objects.filter(answer__item__report=scenario.report).first()
    evidence = Evidence.objects.filter(answer__item__report=scenario.report)

    assert made.rows == len(rows) == answers.count() == int(manifest["Baris"])
    assert [row["Kode instansi"] for row in rows] == sorted(row["Kode instansi"] for row in rows)
    assert {word for row in own for word in row["SHA-256 data dukung"].split()} == {
        row.stored_file.sha256 for row in evidence
    }
    assert sum(int(row["Banyak data dukung"]) for row in own) == evidence.count()
    assert (first["Uraian"], first["Anggaran (Rp)"]) == (f"'{FORMULA}", str(10**17))
    assert (first["Substansi"], first["Nilai ukuran"], first["Nilai laporan"]) == ("Sebagian", "65,00", "65,00")
    assert (first["Kantor penilai"], first["Peran penilai"]) == (judgement.office.name, "Petugas Kanwil")
    assert [row["Nilai aksi"] for row in own] == ["65,00"] * 3
    assert {row["Nilai ukuran"] for row in rows if row["Keadaan laporan"] != "Terverifikasi"} == {""}
    assert {row["Pelaksanaan"] for row in rows if row["Kode instansi"] == "53"} == {"Tidak ada kiriman"}
    assert {row["Pelaksanaan"] for row in rows if row["Kode instansi"] == "53.08"} == {"Terlaksana"}


def test_the_hash_is_that_of_the_rows_in_every_format_and_every_run(scenario, tmp_path):
    made, path = built(scenario, tmp_path, "nasional", "HAM")
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    again = built(scenario, tmp_path, "nasional", "HAM")[0]
    book, _path = built(scenario, tmp_path, "nasional", "HAM", "xlsx")
    year = built(scenario, tmp_path, "nasional", "HAM", span=str(scenario.plan_year.year))[0]

    assert hashlib.sha256(text[: text.index(b"#Manifes")]).hexdigest() == made.content_hash
    assert made.content_hash == again.content_hash == book.content_hash == year.content_hash


def test_xlsx_keeps_a_formula_as_text_and_numbers_as_numbers(scenario, tmp_path):
    made, path = built(scenario, tmp_path, "sendiri", "53.07", "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    sheet, manifest = book["Data"], dict(book["Manifes"].iter_rows(values_only=True))
    at = {name: column for column, name in enumerate(HEADER, 1)}
    first = {name: sheet.cell(2, column) for name, column in at.items()}

    assert (first["Uraian"].value, first["Uraian"].data_type) == (FORMULA, "s")
    assert (first["Nilai ukuran"].value, first["Aksi"].value) == (65, 1)
    assert first["Anggaran (Rp)"].value == str(10**17)
    assert sheet.max_row - 1 == made.rows == manifest["Baris"] == 3
    assert manifest["SHA-256 baris"] == made.content_hash


def test_a_scope_holds_its_governments_and_no_others(scenario, tmp_path):
    found = {}
    for scope, office in [("kanwil", "KW53"), ("kanwil", "KW52"), ("provinsi", "53"), ("sendiri", "53.07")]:
        rows, _manifest = rows_in(built(scenario, tmp_path, scope, office)[1])
        found[scope, office] = {row["Kode instansi"] for row in rows}

    assert found == {
        ("kanwil", "KW53"): {"53", "53.07", "53.08"},
        ("kanwil", "KW52"): {"52", "52.01"},
        ("provinsi", "53"): {"53", "53.07", "53.08"},
        ("sendiri", "53.07"): {"53.07"},
    }


def test_who_may_export_what(scenario):
    for name in PEOPLE:
        actor = scenario.actor(name)
        assert scopes_of(actor) == SCOPES.get(name, []), name
        for scope in ExportScope:
            asked = wanted(scenario, scope, actor.institution.code)
            assert measure_export.is_open_to(actor, asked) == (scope in SCOPES.get(name, [])), (name, scope)
            assert not measure_export.is_open_to(actor, asked | {"office": "XX"}), name


def test_what_does_not_fit_is_refused_and_not_cut(scenario, tmp_path, monkeypatch):
    monkeypatch.setitem(spreadsheets.MOST_ROWS, "xlsx", 3)
    with pytest.raises(CannotPrepare, match="Lebih dari 2 baris"):
        built(scenario, tmp_path, "sendiri", "53.07", "xlsx")

    monkeypatch.setitem(spreadsheets.MOST_ROWS, "xlsx", 100)
    monkeypatch.setitem(spreadsheets.MOST_LETTERS, "xlsx", 20)
    with pytest.raises(CannotPrepare, match="lebih panjang dari 20 huruf"):
        built(scenario, tmp_path, "sendiri", "53.07", "xlsx")


def test_the_rows_are_read_in_pieces(scenario, tmp_path, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(measure_rows, "REPORTS_A_CHUNK", 2)
    whole = built(scenario, tmp_path, "nasional", "HAM")[0]
    pieces = list(measure_rows.measure_rows(measure_export._span(scenario.period.key), _all_reports(scenario)))

    assert [(done, total) for done, total, _lines in pieces] == [(2, 7), (4, 7), (6, 7), (7, 7)]
    assert sum(len(lines) for _done, _total, lines in pieces) == whole.rows
    with django_assert_max_num_queries(8):
        next(iter(measure_rows.measure_rows(measure_export._span(scenario.period.key), _all_reports(scenario))))


def _all_reports(scenario: Scenario):
    return measure_export.reports_in("nasional", "HAM").filter(period=scenario.period)


def test_new_judgements_make_another_file(scenario):
    asked = wanted(scenario, "nasional", "HAM")
    before, unchanged = measure_export.revision(asked), measure_export.revision(asked)
    other = measure_export.revision(wanted(scenario, "kanwil", "KW52"))
    newest = Judgement.objects.order_by("-pk").first()
    newest.pk = None
    newest.save()

    assert before == unchanged
    assert measure_export.revision(asked) != before
    assert measure_export.revision(wanted(scenario, "kanwil", "KW52")) == other


CHANGES = {
    "aksi renamed": lambda nation: Aksi.objects.filter(pk=nation.aksi[0].pk).update(title="Judul lain"),
    "aksi moved to another group": lambda nation: nation.aksi[0].target_groups.set([nation.groups["anak"]]),
    "group renamed": lambda _nation: TargetGroup.objects.update(name="Nama lain"),
    "regrouped": lambda _nation: PlanYear.objects.update(rescorings=F("rescorings") + 1),
    "measure put right": lambda _nation: Measure.objects.update(text="Bunyi lain"),
    "institution renamed": lambda nation: Institution.objects.filter(pk=nation.kabupaten.pk).update(name="Lain"),
    "report sent again": lambda nation: Report.objects.filter(pk=nation.report.pk).update(revision=F("revision") + 1),
    "reviewed by another Kanwil": lambda nation: Report.objects.filter(pk=nation.report.pk).update(kanwil=None),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_a_row_is_made_from_makes_another_file(scenario, change):
    asked = wanted(scenario, "nasional", "HAM")
    before = measure_export.revision(asked)

    change(scenario)

    assert measure_export.revision(asked) != before


def test_naming_the_data_costs_nine_queries_however_much_there_is(scenario, django_assert_num_queries):
    with django_assert_num_queries(9):
        measure_export.revision(wanted(scenario, "nasional", "HAM"))


def test_asked_for_watched_and_downloaded_on_its_pages(scenario):
    client = scenario.client("kanwil")
    asked = client.post(reverse("export-create", args=[scenario.period.key]), {"scope": "kanwil", "format": "csv"})
    waiting = client.get(asked["Location"]).content.decode()
    polled = client.get(asked["Location"], headers={"HX-Request": "true"}).content.decode()
    too_early = client.get(f"{asked['Location']}unduh/")
    prepare_due()
    file = PreparedFile.objects.get()
    ready = client.get(asked["Location"]).content.decode()
    download = client.get(f"{asked['Location']}unduh/")
    listed = client.get(reverse("prepared-list")).content.decode()

    assert 'hx-trigger="every 2s"' in waiting
    assert polled.strip().startswith('<section class="kartu tumpuk" id="keadaan-berkas"')
    assert too_early["Location"] == asked["Location"]
    assert "every 2s" not in ready
    assert file.sha256 in ready
    assert file.content_hash in ready
    assert b"".join(download.streaming_content) == path_of(file).read_bytes()
    assert f"{asked['Location']}unduh/" in listed
    assert "Semua ukuran" not in scenario.client("neighbour_kanwil").get(reverse("prepared-list")).content.decode()


def test_the_list_costs_the_same_with_1_and_30_files(scenario, django_assert_max_num_queries):
    client = scenario.client("kanwil")
    parameters = canonical_parameters(wanted(scenario, "kanwil", "KW53"))
    found = []
    for numbers in (range(1), range(1, 30)):
        PreparedFile.objects.bulk_create(
            PreparedFile(
                kind="ukuran", parameters=parameters, revision=str(number), institution=scenario.kanwil,
                asked_at=scenario.now, asked_by=scenario.user("kanwil"),
            )
            for number in numbers
        )  # fmt: skip
        with django_assert_max_num_queries(12) as asked:
            page = client.get(reverse("prepared-list")).content.decode()
        found.append((page.count("Semua ukuran"), len(asked)))

    assert found == [(1 * 2, found[0][1]), (25 * 2, found[0][1])]


def test_the_list_has_all_that_one_may_open_however_much_one_may_not(scenario):
    mine, other = (canonical_parameters(wanted(scenario, scope, "KW53")) for scope in ("kanwil", "nasional"))
    PreparedFile.objects.bulk_create(
        PreparedFile(
            kind="ukuran", parameters=parameters, revision=str(number), institution=scenario.kanwil,
            asked_at=scenario.now - timedelta(days=number), asked_by=scenario.user("kanwil"),
        )
        for number, parameters in [(201, mine), *enumerate([other] * 201)]
    )  # fmt: skip

    page = scenario.client("kanwil").get(reverse("prepared-list")).content.decode()

    assert page.count("Wilayah kerja Kanwil") == 2  # its name, and that of its button
    assert "Seluruh instansi" not in page


def test_what_one_may_no_longer_export_is_gone_at_once(scenario):
    parameters = canonical_parameters(wanted(scenario, "sendiri", "53.07"))
    file = PreparedFile.objects.create(
        kind="ukuran", parameters=parameters, revision="1", institution=scenario.kabupaten, asked_at=scenario.now,
        asked_by=scenario.user("coordinator"),
    )  # fmt: skip
    pages = [reverse(name, args=[file.pk]) for name in ("prepared-detail", "prepared-download")]

    found = {name: {scenario.client(name).get(page).status_code for page in pages} for name in ("coordinator", "opd")}

    assert found == {"coordinator": {200, 302}, "opd": {404}}
