"""Result letters and the national report, made from hand-made publications without a database."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from actions.models import PlanYear, ReportingPeriod
from reporting.documents.letters import LetterSource, letter_data, letter_pdf
from reporting.documents.national_tables import history_table, summary_table
from reporting.documents.rule_words import rule_rows, rules_sentence
from reporting.models import Publication, PublicationDetail
from reporting.services.freezing import canonical_json
from reporting.summaries.published import Snapshot
from reporting.summaries.published_means import mean_name
from tests.downloads import text_of

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
    assert history_table([], snapshot).note == "Belum ada periode yang diterbitkan sendiri."


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
