"""Result letters and the national report: what they say, that they are tagged, and who may have them."""

import csv
import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from actions.models import PlanYear, ReportingPeriod
from reporting.documents.letters import LetterSource, letter_data, letter_pdf
from reporting.documents.national import national_pdf
from reporting.documents.national_tables import history_table, summary_table
from reporting.documents.rule_words import rule_rows, rules_sentence
from reporting.jobs import letters
from reporting.jobs.prepared_work import CannotPrepare, Progress
from reporting.jobs.scores import compute_plan_year
from reporting.models import Judgement, PreparedFile, Publication, PublicationDetail, Score
from reporting.policies.exporting import ExportScope
from reporting.scoring import exact_value
from reporting.services.freezing import canonical_json
from reporting.services.publishing import publish, readiness
from reporting.summaries.published import Snapshot
from reporting.summaries.published_means import mean_name
from reporting.summaries.results import Span
from tests import steps
from tests.scenario import PEOPLE, Scenario

# Pure: hand-made publications, no database

HOSTILE = '#import "x" $x$ \\ @label <tag> _a_ *b* `c` [d] // e /* f ~ = g'
RULES = {
    "code": "2021-5",
    "name": "Aturan V",
    "administration_weight": 30,
    "substance_weight": 70,
    "value_met": 100,
    "value_partly_met": 50,
    "value_not_met": 0,
    "not_carried_out_substance": 0,
    "green_from": 80,
    "yellow_from": 50,
    "sources": {"green_from": HOSTILE},
}
COUNTS = {"expected": 1, "reported": 1, "scored": 1, "green": 0, "yellow": 1, "red": 0}
NOBODY = {"expected": 1, "reported": 0, "scored": 0, "green": 0, "yellow": 0, "red": 0}


def figure(scope: str, code: str, name: str, value: str, **words) -> dict:
    base = {"level": "kab_kota", "province": "", "group": "", "state": "scored", "band": "kuning", "counts": COUNTS}
    return (
        base
        | {"scope": scope, "code": code, "name": name, "all": value, "reported": value}
        | words
        | {"provisional": False}
    )


def item(number: int, measures: int, title: str = "Sebuah aksi") -> dict:
    reason = {"code": "A03", "text": "Tanda tangan tidak ada.", "advice": "Unggah versi bertanda tangan."}
    rows = [
        {
            "number": row,
            "text": "Tersusunnya rencana",
            "execution": "carried_out",
            "administration": "partly",
            "substance": "partly",
            "value": "50/1",
            "lost": "25/9",
            "note": HOSTILE,
            "reasons": [reason],
        }
        for row in range(1, measures + 1)
    ]
    return {"number": number, "title": title, "is_illustrative": True, "value": "50/1", "measures": rows}


def year_source(counts: dict, rules: dict) -> LetterSource:
    """The source of the letters of a year in which Kabupaten Sikka has 60, over periods counted as `counts` says."""
    own = figure("institution", "53.07", "Kabupaten Sikka", "60/1", counts=COUNTS | counts, province="53")
    levels = [
        figure("level", "kl", "K/L", "80/1", level="kl", counts=COUNTS | {"expected": 2, "reported": 2, "scored": 1}),
        figure("level", "kab_kota", "Kabupaten dan kota", "70/1", counts=COUNTS | {"expected": 3, "reported": 1}),
    ]
    others = [
        figure("institution", code, code, "0/1", state="missing", province=code[:2]) for code in ("52.01", "53.08")
    ]
    nation = figure("nation", "", "Nasional", "75/1", counts=COUNTS | {"expected": 5, "reported": 3, "scored": 2})
    figures = [own, *others, *levels, nation]
    content = {"span": "2026", "name": "Tahun 2026", "rules": RULES | rules, "groups": [], "figures": figures}
    publication = Publication(
        span_key="2026", plan_year=PlanYear(year=2026), revision=1, content=canonical_json(content)
    )
    return LetterSource(publication, Snapshot(publication.content), {}, is_demo=True)


def letter_of(name: str, *, items: list[dict] | None, state: str = "scored", kind: str = "kabupaten", **late: object):
    """A source and the detail of one institution with `items`, as `publish` would have frozen them."""
    value, counts = ("50/1", COUNTS) if state == "scored" else ("0/1", NOBODY)
    own = figure("institution", "53.07", name, value, state=state, counts=counts, province="53")
    others = [figure("nation", "", "Nasional", "65/1"), figure("level", "kab_kota", "Kabupaten dan kota", "70/1")]
    content = {
        "span": "2026-B09",
        "name": "Triwulan III 2026 (B09)",
        "rules": RULES,
        "groups": [],
        "figures": [own, *others],
    }
    publication = Publication(
        span_key="2026-B09",
        plan_year=PlanYear(year=2026),
        period=ReportingPeriod(name="Triwulan III", code="B09", plan_year=PlanYear(year=2026)),
        revision=2,
        note=HOSTILE,
        content=canonical_json(content),
        content_hash="ab" * 32,
        published_at=datetime(2026, 11, 22, 3, tzinfo=UTC),
    )
    past = {"key": "2026-B09", "name": "Triwulan III", "year": 2026, "code": "B09", "calendar": "triwulan"}
    past |= {"state": state, "all": value, "reported": "", "band": "kuning", "expected": 1, "sent": 1}
    period = {"key": "2026-B09", "name": "Triwulan III", "code": "B09", "state": state, "is_late": False}
    periods = [period | {"percent": 100, "late_lost": "0/1", "value": value, "items": items, **late}]
    own = {"code": "53.07", "name": name, "kind": kind, "province": "", "history": [past], "periods": periods}
    issuer = {"ministry": "Kementerian Hak Asasi Manusia", "office": "Direktorat Jenderal"}
    source = LetterSource(publication, Snapshot(publication.content), issuer, is_demo=True)
    return source, PublicationDetail(publication=publication, code="53.07", content=canonical_json(own))


def text_of(pdf: bytes) -> str:
    """The words of all pages, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_letter_is_tagged_titled_dated_and_in_indonesian():
    pdf = PdfReader(io.BytesIO(letter_pdf(*letter_of("Kabupaten Sikka", items=[item(1, 2)]))))

    root = pdf.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"]) is True
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "id-ID"
    assert pdf.metadata.title == "Surat hasil Pemerintah Kabupaten Sikka"
    assert pdf.metadata.creation_date == datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_the_same_publication_gives_the_same_bytes():
    first, second = (letter_pdf(*letter_of("Kabupaten Sikka", items=[item(1, 2)])) for _ in range(2))

    assert first == second


def test_markup_in_names_and_notes_stays_text():
    text = text_of(letter_pdf(*letter_of(f"Kabupaten {HOSTILE}", items=[item(1, 1, HOSTILE)])))

    closed_up = text.replace(" ", "")
    assert (
        closed_up.count(HOSTILE.replace(" ", "")) >= 6
    )  # title, names, aksi, note of the reviewer, note of the revision


@pytest.mark.parametrize(
    ("name", "items", "state", "kind"),
    [
        ("Kota X", [item(1, 1)], "scored", "kota"),
        ("Kementerian " + "Perencanaan Pembangunan Nasional/" * 4, [item(1, 1)], "scored", "kementerian"),
        ("Kabupaten Aceh Tengah", [], "missing", "kabupaten"),
        ("Kabupaten Ragu", None, "scored", "kabupaten"),
        (
            "Kabupaten Banyak",
            [item(n, 3, "Judul yang panjang sekali " * 9) for n in range(1, 13)],
            "scored",
            "kabupaten",
        ),
    ],
    ids=["shortest", "longest name", "not reported", "details disagree", "many lost points"],
)
def test_letters_at_the_extremes_have_no_empty_page(name, items, state, kind):
    source, detail = letter_of(name, items=items, state=state, kind=kind)

    pages = [page.extract_text().split() for page in PdfReader(io.BytesIO(letter_pdf(source, detail))).pages]

    assert [words for words in pages if len(words) < 40] == []
    assert pages[0][:4] == ["Kementerian", "Hak", "Asasi", "Manusia"]
    lost = letter_data(source, detail)["losses"]["rows"]
    assert len(lost) == sum(len(row["measures"]) for row in items or [])


def test_a_late_report_sees_what_its_lateness_cost():
    said = letter_data(*letter_of("Kabupaten Sikka", items=[item(1, 2)], percent=90, late_lost="10/1"))

    assert said["aksi"]["formula"] == "Nilai = (50,00) : 1 aksi × 90% (terlambat) = 50,00"
    assert said["losses"]["summary"].endswith("Keterlambatan mengurangi 10,00 poin lagi.")


def test_the_rules_are_told_with_what_differs_from_the_first_ones():
    other = RULES | {"missing_value": 0, "nihil_percent": 80, "late_percent": 90, "year_mean": "reported"}

    assert "Nihil" not in rules_sentence(RULES)
    assert "Nihil memperoleh 80% dari nilai suratnya. Laporan terlambat memperoleh 90% dari nilainya." in (
        rules_sentence(other)
    )
    assert "rata-rata periode yang dilaporkan" in rules_sentence(other)
    assert len(rule_rows(other)) == len(rule_rows(RULES)) + 4


WAITS = {"expected": 4, "reported": 3, "scored": 2}
"""Four closed periods: two scored, one sent and not yet verified, one not reported."""


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (
            {},
            "Rata-rata 3 periode, 2 di antaranya sudah dinilai, pada skala 0-100. 1 periode tidak dilaporkan dan "
            "dihitung 0. 1 periode sudah dikirim tetapi belum diverifikasi, jadi tidak dihitung.",
        ),
        (
            {"year_mean": "reported"},
            "Rata-rata 2 periode yang sudah dinilai, pada skala 0-100. 1 periode tidak dilaporkan dan "
            "menurut aturannya tidak dihitung. 1 periode sudah dikirim tetapi belum diverifikasi, jadi tidak dihitung.",
        ),
    ],
    ids=["a missing period counts 0", "only what was reported counts"],
)
def test_the_letter_of_a_year_counts_its_periods_as_its_formula_does(rules, expected):
    source = year_source(WAITS, rules)
    period = {"name": "P", "is_late": False, "percent": 100, "late_lost": "0/1", "items": []}
    states = [("B03", "scored", "90/1"), ("B06", "scored", "90/1"), ("B09", "missing", "0/1"), ("B12", "awaiting", "")]
    periods = [period | {"key": f"2026-{code}", "code": code, "state": s, "value": v} for code, s, v in states]
    own = {"code": "53.07", "name": "Kabupaten Sikka", "kind": "kabupaten", "province": "", "history": []}
    source.publication.published_at = datetime(2026, 11, 22, 3, tzinfo=UTC)
    detail = PublicationDetail(code="53.07", content=canonical_json(own | {"periods": periods}))

    said = letter_data(source, detail)

    assert said["figure"]["sentence"] == expected
    assert said["aksi"]["formula"].endswith(" : 2 = 90,00" if rules else " : 3 = 60,00")
    counted = 2 if rules else 3
    assert said["comparison"][0]["count"] == f"{counted} dari 4 periode dihitung, 2 dinilai"


@pytest.mark.parametrize(
    ("rules", "nation", "level", "note"),
    [
        (
            {},
            "Nasional, rata-rata 2 jenjang",
            "Rata-rata kabupaten dan kota",
            "Nilai jenjang adalah rata-rata instansinya, "
            "nilai nasional rata-rata jenjang yang punya nilai, tanpa bobot.",
        ),
        (
            {"nation_mean": "institutions", "level_mean": "provinces"},
            "Nasional, rata-rata 2 jenjang menurut banyaknya instansi",
            "Kabupaten dan kota, rata-rata 2 provinsi",
            "Nilai jenjang adalah rata-rata provinsinya (kementerian dan lembaga: rata-rata instansinya), "
            "nilai nasional rata-rata jenjang yang punya nilai, menurut banyaknya instansi.",
        ),
    ],
    ids=["as shipped", "the other way"],
)
def test_documents_say_what_a_mean_was_taken_over_by_its_own_rules(rules, nation, level, note):
    snapshot = year_source(COUNTS, rules).snapshot

    levels = {row.code: row for row in snapshot.levels}
    table = summary_table(snapshot)
    assert mean_name(snapshot, snapshot.nation) == nation
    assert mean_name(snapshot, levels["kab_kota"]) == level
    assert table.note.startswith(note)
    assert note in rules_sentence(snapshot.rules)
    assert [row[:5] for row in table.rows] == [
        ("Nasional", 75, 4, 75, 2), ("Kementerian dan lembaga", 80, 1, 80, 1), ("Kabupaten dan kota", 70, 3, 70, 1)
    ]  # fmt: skip


def test_a_letter_says_of_other_periods_that_they_are_not_what_is_published():
    source, detail = letter_of("Kabupaten Sikka", items=[item(1, 1)])
    alone = letter_data(source, detail)["history"]["note"]
    own = detail.data
    earlier = own["history"][0] | {"key": "2026-B06", "code": "B06", "name": "Triwulan II"}
    detail = PublicationDetail(code="53.07", content=canonical_json(own | {"history": [earlier, *own["history"]]}))

    said = letter_data(source, detail)["history"]

    words = (
        "Yang diterbitkan di sini hanya Triwulan III 2026 (B09); angka periode lain dihitung saat revisi ini terbit, "
        "dapat berbeda dari terbitan periodenya sendiri dan mungkin belum pernah terbit."
    )
    assert said["note"].endswith(words)
    assert words not in alone
    assert [point["is_now"] for point in said["points"]] == [False, True]


def test_the_past_of_the_nation_has_its_denominators_where_they_were_frozen():
    snapshot = year_source(COUNTS, {}).snapshot
    row = {"key": "2026-B06", "name": "Triwulan II", "year": 2026, "code": "B06", "calendar": "triwulan"}
    row |= {"state": "scored", "all": "60/1", "reported": "90/1", "band": "kuning", "expected": 9, "sent": 8}

    new, old = (history_table([found], snapshot) for found in (row | {"scored": 6}, row))

    assert new.rows[0][:7] == ("Triwulan II 2026 (B06)", 60, 7, 90, 6, 8, 9)
    assert old.rows[0][:7] == ("Triwulan II 2026 (B06)", 60, None, 90, None, 8, 9)
    assert "belum mencatat berapa yang dinilai" not in new.note
    assert "belum mencatat berapa yang dinilai" in old.note


def test_a_letter_speaks_to_whoever_leads():
    said = [
        letter_data(*letter_of(name, items=[], state="missing", kind=kind))
        for name, kind in [
            ("Kabupaten Sikka", "kabupaten"),
            ("Kota Kupang", "kota"),
            ("Aceh", "provinsi"),
            ("Daerah Istimewa Yogyakarta", "provinsi"),
            ("Kementerian Sosial", "kementerian"),
        ]
    ]

    assert [(row["recipient"], row["office"]) for row in said] == [
        ("Bupati Sikka", "Pemerintah Kabupaten Sikka"),
        ("Wali Kota Kupang", "Pemerintah Kota Kupang"),
        ("Gubernur Aceh", "Pemerintah Provinsi Aceh"),
        ("Gubernur Daerah Istimewa Yogyakarta", "Pemerintah Daerah Istimewa Yogyakarta"),
        ("Pimpinan Kementerian Sosial", "Kementerian Sosial"),
    ]


# From a real publication


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
    assert sikka["format"] == 2
    assert details.get(code="53.08").data["periods"][0]["items"] == []


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
