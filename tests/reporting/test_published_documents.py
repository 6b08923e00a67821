"""Letters, their ZIP and the national report of what was published: what they say, who reads them, that they stay."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from reporting.documents.letters import LetterSource, letter_pdf
from reporting.documents.national import national_pdf
from reporting.documents.national_tables import history_table
from reporting.jobs import letters
from reporting.jobs.prepared_work import CannotPrepare, Progress
from reporting.jobs.scores import compute_plan_year
from reporting.models import Judgement, PreparedFile, Publication, PublicationDetail, Score
from reporting.policies.exporting import ExportScope
from reporting.scoring import exact_value
from reporting.services.opening import open_period
from reporting.services.publishing import publish, readiness
from reporting.summaries.published import Snapshot
from reporting.summaries.results import Span
from tests import steps
from tests.downloads import text_of
from tests.scenario import PEOPLE, Scenario


@pytest.fixture
def published(scenario) -> Scenario:
    """Kabupaten Sikka is verified with 65, nobody else reports, and the period and its year are published."""
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil, substance="partly")
    steps.verify_report(scenario.report, kanwil)
    with time_machine.travel(scenario.period.objection_until_at + timedelta(days=1), tick=False):
        compute_plan_year(scenario.plan_year)
        scenario.period.refresh_from_db()
        scenario.publication = publish_now(scenario, Span(scenario.plan_year, scenario.period))
        yield scenario


def publish_now(scenario: Scenario, span: Span, *, note: str = "") -> Publication:
    by = scenario.actor("verifier")
    return publish(span, by=by, seen=readiness(span, by).content_hash, acknowledged=True, note=note)


def address(name: str, scenario: Scenario, *more: str) -> str:
    return reverse(name, args=[scenario.publication.span_key, scenario.publication.revision, *more])


def build(scenario: Scenario, tmp_path, scope: str, who: str) -> tuple[zipfile.ZipFile, list[dict]]:
    """The ZIP of a scope and the rows of its manifest."""
    wanted = letters.parameters_of(scenario.publication, scope, scenario.actor(who))
    built = letters.build(wanted, tmp_path / "letters.zip", Progress())
    archive = zipfile.ZipFile(tmp_path / "letters.zip")
    manifest = archive.read("manifes.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(manifest), delimiter=";"))
    assert built.rows == len(rows)
    return archive, rows


def test_what_is_frozen_behind_a_figure_adds_up_to_it(published):
    details = published.publication.details.institutions()
    figures = {row.code: row for row in Snapshot(published.publication.content).of(Score.Scope.INSTITUTION)}

    sikka = details.get(code="53.07").data
    (period,) = sikka["periods"]
    values = [exact_value(row["value"]) for row in period["items"]]
    lost = [exact_value(row["lost"]) for entry in period["items"] for row in entry["measures"]]

    assert sorted(details.values_list("code", flat=True)) == sorted(figures)
    assert sum(values) / len(values) == exact_value(period["value"]) == figures["53.07"].value == 65
    assert sum(lost) == 35
    assert [(row["state"], row["scored"]) for row in sikka["history"]] == [("scored", 1)]
    assert sikka["format"] == 3
    assert details.get(code="53.08").data["periods"][0]["items"] == []


def test_the_national_report_tells_of_other_periods_only_what_they_published(published):
    early = published.add_period(1, "B03", "Triwulan I", published.now - timedelta(days=120))
    for aksi in published.aksi:
        published.add_measure(aksi, early, 1)
    open_period(early, by=published.actor("secretariat"), now=published.now - timedelta(days=130))
    compute_plan_year(published.plan_year)
    own = Score.objects.filter(scope="institution", institution=published.other_kabupaten, period=published.period)

    own.update(all_exact="1/1")
    alone = publish_now(published, Span(published.plan_year, published.period), note="Koreksi")
    first = publish_now(published, Span(published.plan_year, early))
    own.update(all_exact="2/1")
    both = publish_now(published, Span(published.plan_year, published.period), note="Koreksi lagi")

    nations = [row.details.get(code=PublicationDetail.NATION).data["history"] for row in (alone, first, both)]
    said = [[(row["key"], row["state"], row.get("revision")) for row in rows] for rows in nations]
    now, before = (published.period.key, "scored", None), (early.key, "missing")
    assert said == [[now], [(*before, None)], [(*before, 1), now]]
    sikka = alone.details.get(code="53.07").data["history"]
    assert [row["key"] for row in sikka] == [early.key, published.period.key]  # what is its own it may know
    note = history_table(nations[2], Snapshot(both.content)).note
    assert note == (
        "Angka periode lain menurut terbitannya sendiri yang terakhir saat revisi ini terbit; periode yang belum "
        "terbit tidak ditampilkan."
    )


def test_a_judgement_that_changed_meanwhile_leaves_the_aksi_out(published):
    row = Judgement.objects.filter(answer__item__report=published.report).first()
    Judgement.objects.filter(pk=row.pk).update(substance="met")
    Score.objects.filter(scope="institution", institution=published.other_kabupaten).update(all_exact="1/1")

    second = publish_now(published, Span(published.plan_year, published.period), note="Koreksi")

    assert second.details.get(code="53.07").data["periods"][0]["items"] is None
    assert published.publication.details.get(code="53.07").data["periods"][0]["items"] is not None


def test_a_letter_says_what_was_published_and_never_moves(published):
    page = published.client("coordinator").get(address("result-letter", published, "53.07"))
    Judgement.objects.update(substance="met")
    compute_plan_year(published.plan_year)
    again = published.client("coordinator").get(address("result-letter", published, "53.07"))

    text = text_of(page.content)
    assert page["Content-Type"] == "application/pdf"
    assert page.content == again.content
    assert "65,00" in text
    assert "35,00 poin" in text
    assert published.publication.content_hash in text


def test_letters_are_read_where_whole_reports_are(published):
    rows = {
        name: sorted(PublicationDetail.objects.visible_to(published.actor(name)).values_list("code", flat=True))
        for name in PEOPLE
    }

    everyone = sorted(published.publication.details.institutions().values_list("code", flat=True))
    of_province = [code for code in everyone if code.startswith("53")]
    expected = dict.fromkeys(PEOPLE, [])
    expected |= dict.fromkeys(["verifier", "leader", "secretariat"], everyone)
    expected |= dict.fromkeys(["coordinator", "signatory"], ["53.07"])
    expected |= dict.fromkeys(["kanwil", "kanwil_colleague", "pembina"], of_province)
    expected |= {"other_coordinator": ["53.08"], "province_coordinator": ["53"], "ham_coordinator": ["HAM"]}
    expected["neighbour_coordinator"] = ["52.01"]
    expected["neighbour_kanwil"] = [code for code in everyone if code.startswith("52")]
    expected["ministry_coordinator"] = ["SOS"]
    expected["panitia_verifier"] = ["HAM"]
    assert {name: rows[name] for name in rows} == expected


def test_the_list_of_letters_names_those_one_may_read(published, django_assert_max_num_queries):
    verifier, coordinator = published.client("verifier"), published.client("coordinator")
    with django_assert_max_num_queries(12):
        everything = verifier.get(address("letter-list", published))
    sought = verifier.get(address("letter-list", published), {"cari": "sikka"})
    own = coordinator.get(address("letter-list", published))

    codes = published.publication.details.institutions().values_list("code", flat=True)
    assert [row.code for row in everything.context["page"]] == sorted(codes)
    assert [row.code for row in sought.context["page"]] == ["53.07"]
    assert [row.code for row in own.context["page"]] == ["53.07"]
    assert published.client("opd").get(address("letter-list", published)).status_code == 404


def test_the_zip_holds_every_letter_of_the_scope_with_its_hash(published, tmp_path):
    archive, rows = build(published, tmp_path, ExportScope.KANWIL, "kanwil")

    expected = sorted(published.publication.details.filter(kanwil="KW53").values_list("code", flat=True))
    assert [row["Kode"] for row in rows] == expected
    for row in rows:
        content = archive.read(row["Berkas"])
        assert hashlib.sha256(content).hexdigest() == row["SHA-256"]
        assert len(content) == int(row["Ukuran (byte)"])
    letter = published.client("kanwil").get(address("result-letter", published, "53.07"))
    assert letter.content == archive.read("surat-hasil-" + published.publication.span_key + "-revisi-1-53.07.pdf")
    PublicationDetail.objects.filter(kanwil="KW53").update(kanwil="")
    with pytest.raises(CannotPrepare, match="Tidak ada surat hasil"):
        build(published, tmp_path, ExportScope.KANWIL, "kanwil")


def test_asking_for_all_letters_makes_one_prepared_file_of_the_widest_scope(published):
    client = published.client("verifier")

    first, second = (client.post(address("letters-prepare", published)) for _ in range(2))

    file = PreparedFile.objects.get()
    assert (first.url, second.url) == (file.get_absolute_url(),) * 2
    assert (file.kind, file.wanted["scope"]) == ("surat-hasil", "nasional")
    page = client.get(file.get_absolute_url()).content.decode()
    assert f"<h1>Surat hasil {published.publication.label}, revisi 1, " in page
    assert letters.KIND.is_frozen  # so its page offers the same again, not newer data
    assert published.client("coordinator").post(address("letters-prepare", published)).status_code == 404


def test_the_national_report_and_its_tables_hold_the_published_figures(published):
    client = published.client("opd")
    text = text_of(client.get(address("national-report", published)).content)
    book = load_workbook(io.BytesIO(client.get(address("national-report-tables", published)).content))

    nation = Snapshot(published.publication.content).nation
    rows = list(book["Ringkasan"].iter_rows(values_only=True))
    assert rows[0][:5] == ("Jenjang", "Seluruh instansi", "Dihitung", "Yang melapor", "Dinilai")
    assert (rows[1][0], rows[1][2], rows[1][4]) == ("Nasional", nation.counted, nation.scored)
    assert Fraction(str(rows[1][1])) == round(nation.value, 2)
    assert f"{float(nation.value):.2f}".replace(".", ",") in text
    assert published.publication.content_hash in text
    assert dict(book["Terbitan"].iter_rows(max_col=2, values_only=True))["Sidik isi (SHA-256)"] == (
        published.publication.content_hash
    )


def test_a_year_has_letters_and_a_report_too(published):
    for period in published.plan_year.periods.exclude(pk=published.period.pk):
        period.delete()
    span = Span(published.plan_year, None)
    compute_plan_year(published.plan_year)

    year = publish_now(published, span)

    detail = year.details.get(code="53.07")
    source = LetterSource(year, Snapshot(year.content), {"ministry": "M", "office": "O"}, is_demo=False)
    assert "Nilai tahun = (" in text_of(letter_pdf(source, detail)) or len(detail.data["periods"]) == 1
    assert len(PdfReader(io.BytesIO(national_pdf(source, year.details.get(code="-")))).pages) >= 4
