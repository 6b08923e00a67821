"""The tables of the national report, once for the PDF and once for XLSX: what was published, in plain cells.

A cell is a text, a whole number, a score (`Fraction`, 0-100), a `Share`, a `Band`, an `Example` or None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from actions.models import Level
from reporting.documents.history import notes_on_others
from reporting.documents.rule_words import rule_rows, wide_means_sentence
from reporting.models import Score
from reporting.scoring import exact_value
from reporting.summaries.distribution import STEP
from reporting.summaries.published import PublishedFigure, Snapshot
from reporting.summaries.results import GREY

ASPECTS = {"administration": "Administrasi", "substance": "Substansi"}


@dataclass(frozen=True)
class Share:
    """A part of a whole, in percent (0-100, exact)."""

    percent: Fraction


@dataclass(frozen=True)
class Band:
    """A band and the word for it: "Hijau", or why there is none."""

    name: str
    word: str


@dataclass(frozen=True)
class Example:
    """A title that was made up for demonstration."""

    text: str


Cell = str | int | Fraction | Share | Band | Example | None


@dataclass(frozen=True)
class Table:
    """One table: a short name for its sheet, a heading, what to know about it, column heads and rows."""

    sheet: str
    title: str
    note: str
    head: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    bar: int | None = None
    """The column that is also drawn: scores of 100, counts of the greatest."""


def national_tables(snapshot: Snapshot, nation: Mapping) -> list[Table]:
    """Return every table of the report, in the order of its sheets."""
    return [
        summary_table(snapshot),
        band_table(snapshot),
        province_table(snapshot),
        history_table(nation["history"], snapshot),
        timeliness_table(nation["timeliness"]),
        group_table(snapshot),
        distribution_table(snapshot),
        weakest_table(nation["weakest"]),
        cause_table(nation["causes"]),
        rule_table(snapshot.rules),
    ]


def _share(part: int, whole: int) -> Share | None:
    return Share(Fraction(100 * part, whole)) if whole else None


def _nation_and_levels(snapshot: Snapshot) -> list[tuple[str, PublishedFigure]]:
    rows = [("Nasional", snapshot.nation)] if snapshot.nation else []
    return rows + [(level.level_label, level) for level in snapshot.levels]


def summary_table(snapshot: Snapshot) -> Table:
    """Return the nation and its levels: both means with their denominators."""
    return Table(
        "Ringkasan",
        "Capaian nasional dan jenjang",
        f"{wide_means_sentence(snapshot.rules)} Seluruh instansi, dari yang dihitung: yang tidak lapor dihitung 0. "
        "Yang melapor, dari yang dinilai. Laporan yang dikirim tetapi belum dinilai tidak masuk keduanya.",
        ("Jenjang", *MEANS, "Melapor", "Wajib lapor", "Partisipasi"),
        [(name, *_means(f), f.reported, f.expected, _percent(f)) for name, f in _nation_and_levels(snapshot)],
    )


MEANS = ("Seluruh instansi", "Dihitung", "Yang melapor", "Dinilai")
"""Both means, each with its denominator."""


def _means(figure: PublishedFigure) -> tuple[Cell, ...]:
    return figure.value, figure.counted, figure.reporters, figure.scored


def _percent(figure: PublishedFigure) -> Share | None:
    return None if figure.participation is None else Share(figure.participation)


def band_table(snapshot: Snapshot) -> Table:
    """Return how many institutions of each level lie in each band."""
    return Table(
        "Pita",
        "Instansi menurut pita",
        "Yang tidak lapor resminya termasuk merah; di sini dihitung sendiri.",
        ("Jenjang", "Hijau", "Kuning", "Merah", "Belum dinilai", "Tidak lapor"),
        [(name, f.green, f.yellow, f.red, f.awaiting, f.unreported) for name, f in _nation_and_levels(snapshot)],
    )


def province_table(snapshot: Snapshot) -> Table:
    """Return every province with its kabupaten and kota, in the order of codes."""
    return Table(
        "Provinsi",
        "Capaian menurut provinsi",
        "Rata-rata pemerintah provinsi dan kabupaten/kotanya, masing-masing dihitung satu kali; menurut kode wilayah.",
        ("Kode", "Provinsi", "Pita", *MEANS, "Melapor", "Wajib lapor"),
        [
            (f.code, f.name, Band(f.shown_band or GREY, f.band_word), *_means(f), f.reported, f.expected)
            for f in snapshot.provinces
        ],
    )


def history_table(history: Sequence[Mapping], snapshot: Snapshot) -> Table:
    """Return the nation in every published period up to this one."""
    calendars = dict.fromkeys(row["calendar"] for row in history)
    notes = notes_on_others(history, snapshot)
    if not history:
        notes.append("Belum ada periode yang diterbitkan sendiri.")
    if len(calendars) > 1:
        notes.append(
            f"Tahun-tahun ini memakai kalender {' dan '.join(calendars)}; triwulan merangkum tiga bulan dan caturwulan "
            "empat bulan, jadi angka antarkalender tidak dibandingkan langsung."
        )
    if any("scored" not in row for row in history):
        notes.append("Terbitan ini belum mencatat berapa yang dinilai pada setiap periode.")
    return Table(
        "Tren",
        "Nasional dari periode ke periode",
        " ".join(notes),
        ("Periode", *MEANS, "Melapor", "Wajib lapor", "Partisipasi"),
        [_past(row) for row in history],
    )


def _past(row: Mapping) -> tuple[Cell, ...]:
    scored = row.get("scored")
    counted = None if scored is None else row["expected"] - row["sent"] + scored
    return (
        f"{row['name']} {row['year']} ({row['code']})",
        exact_value(row["all"]),
        counted,
        exact_value(row["reported"]),
        scored,
        row["sent"],
        row["expected"],
        _share(row["sent"], row["expected"]),
    )


def timeliness_table(timeliness: Sequence[Mapping]) -> Table:
    """Return how many reports of each level came on time, late, or not at all."""
    rows = [(str(Level(row["level"]).label), *(row[name] for name in COUNTED)) for row in timeliness]
    rows.append(("Semua jenjang", *(sum(row[name] for row in timeliness) for name in COUNTED)))
    return Table(
        "Ketepatan waktu",
        "Partisipasi dan ketepatan waktu",
        "Laporan, bukan instansi: dalam setahun satu instansi wajib mengirim satu laporan tiap periode.",
        ("Jenjang", "Wajib", "Tepat waktu", "Terlambat", "Tidak dikirim", "Tepat waktu (%)"),
        [(name, e, on_time, late, e - on_time - late, _share(on_time, e)) for name, e, on_time, late in rows],
    )


COUNTED = ("expected", "on_time", "late")


def group_table(snapshot: Snapshot) -> Table:
    """Return the nation's figure of each target group."""
    return Table(
        "Kelompok sasaran",
        "Capaian menurut kelompok sasaran",
        "Sebuah aksi dengan beberapa kelompok sasaran dihitung pada masing-masing.",
        ("Kelompok sasaran", *MEANS, "Melapor", "Wajib lapor"),
        [(name, *_means(f), f.reported, f.expected) for name, f in snapshot.group_figures],
        bar=1,
    )


def distribution_table(snapshot: Snapshot) -> Table:
    """Return how the scored institutions of each level are spread over tens of points."""
    scored = [figure for figure in snapshot.of(Score.Scope.INSTITUTION) if figure.scored and figure.value is not None]
    rows = []
    for low in range(100 - STEP, -1, -STEP):
        counts = [
            sum(f.level == level and min(f.value // STEP * STEP, 100 - STEP) == low for f in scored)
            for level in Level.values
        ]
        name = f"{low} sampai 100" if low == 100 - STEP else f"{low} sampai kurang dari {low + STEP}"
        rows.append((name, *counts, sum(counts)))
    return Table(
        "Sebaran",
        "Sebaran nilai instansi",
        "Hanya instansi yang sudah dinilai, menurut nilai eksaknya.",
        ("Nilai", *(str(level.label) for level in Level), "Semua"),
        rows,
        bar=4,
    )


def weakest_table(weakest: Sequence[Mapping]) -> Table:
    """Return the aksi of provinces and of kabupaten and kota with the lowest means."""
    return Table(
        "Aksi terlemah",
        "Aksi dengan rata-rata terendah",
        "Rata-rata atas laporan; yang tidak lapor dihitung 0. Aksi kementerian dan lembaga berbeda-beda tiap instansi, "
        "jadi tidak diperingkat.",
        ("Jenjang", "Aksi", "Judul", "Seluruh laporan", "Yang dinilai", "Dinilai", "Wajib"),
        [
            (
                str(Level(row["level"]).label),
                row["number"],
                Example(row["title"]) if row["is_illustrative"] else row["title"],
                exact_value(row["all"]),
                exact_value(row["reported"]),
                row["scored"],
                row["expected"],
            )
            for row in weakest
        ],
    )


def cause_table(causes: Mapping) -> Table:
    """Return why measures came back, the most frequent reason first."""
    judged, returned = causes["judged"], causes["returned"]
    return Table(
        "Sebab pengembalian",
        "Sebab pengembalian",
        f"{returned} dari {judged} ukuran yang dinilai pernah dikembalikan. Satu ukuran dapat punya beberapa sebab; "
        "tiap sebab dihitung sekali per ukuran.",
        ("Kode", "Aspek", "Sebab", "Ukuran", "Bagian dari yang dinilai"),
        [
            (
                row["code"] or "–",
                ASPECTS.get(row["aspect"], "–"),
                row["text"],
                row["count"],
                _share(row["count"], judged),
            )
            for row in causes["reasons"]
        ],
    )


def rule_table(rules: Mapping) -> Table:
    """Return the numbers of the rule set with the source of each."""
    return Table(
        "Aturan penilaian",
        "Aturan penilaian",
        f"{rules['name']} (kode {rules['code']}).",
        ("Aturan", "Nilai", "Sumber"),
        rule_rows(rules),
    )
