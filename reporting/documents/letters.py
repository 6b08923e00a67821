"""The result letter of one government: what was published about it, in sentences and short tables.

Pure: a publication's frozen content in, the bytes of a PDF out. Letters are official documents and only in
Indonesian, so their words stand here and in `result_letter.typ` without translation.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from accounts import formats
from reporting.documents.history import history_chart
from reporting.documents.rule_words import rules_sentence
from reporting.documents.typesetting import pdf_of
from reporting.models import Publication, PublicationDetail, Score
from reporting.scoring import WHOLE, YEAR_OF_REPORTED, exact_value, mean_of_present
from reporting.summaries.published import PublishedFigure, Snapshot
from reporting.summaries.published_means import counts_words, mean_name, periods_counted
from reporting.summaries.results import BAND_WORDS, GREY, STATE_WORDS

State = Score.State
ZONE = "Asia/Jakarta"
MOST_LOSSES_OF_YEAR = 15
"""Lines of a year's letter; the letters of its periods name every measure."""
CLOSING = (
    "Demikian kami sampaikan. Nilai tiap aksi, poin yang hilang dan cara memperbaikinya, serta dasar penilaian ada "
    "pada lampiran. Atas kerja samanya kami ucapkan terima kasih."
)
UNSIGNED = (
    "Surat ini disusun portal dari hasil terbit dan tidak dibubuhi tanda tangan; keasliannya diperiksa dengan sidik "
    "isi pada lampiran."
)


@dataclass(frozen=True)
class LetterSource:
    """Everything the letters of one publication share; make it once for many."""

    publication: Publication
    snapshot: Snapshot
    issuer: Mapping[str, str]
    is_demo: bool

    @cached_property
    def own_figures(self) -> dict[str, PublishedFigure]:
        """Every institution's figure over all aksi, by its code."""
        return {figure.code: figure for figure in self.snapshot.of(Score.Scope.INSTITUTION)}

    @property
    def is_year(self) -> bool:
        return self.publication.period is None


def letter_filename(publication: Publication, code: str) -> str:
    """Return the name of a letter's file: period or year, revision, institution."""
    return f"surat-hasil-{publication.span_key}-revisi-{publication.revision}-{code}.pdf"


def letter_pdf(source: LetterSource, detail: PublicationDetail) -> bytes:
    """Return the letter of the institution of `detail`; the same publication gives the same bytes."""
    return pdf_of("result_letter", letter_data(source, detail), source.publication.published_at)


def letter_data(source: LetterSource, detail: PublicationDetail) -> dict:
    """Return what the letter says, as texts and positions for the template."""
    own, figure = detail.data, source.own_figures.get(detail.code)
    publication, snapshot = source.publication, source.snapshot
    name = office_name(own)
    revision = f"{snapshot.name}, revisi {publication.revision}"
    return {
        "title": f"Surat hasil {name}",
        "subject": f"Hasil capaian Aksi HAM, {snapshot.name}",
        "footer": f"{own['name']}, {revision}",
        "is_demo": source.is_demo,
        "issuer": dict(source.issuer),
        "number": f"HASIL/{publication.span_key}/{publication.revision}/{detail.code}",
        "date": formats.short_day(formats.in_zone(publication.published_at, ZONE).date()),
        "recipient": recipient(own),
        "office": name,
        "opening": _opening(name, publication, snapshot),
        "figure": _figure(figure, snapshot),
        "scale": _scale(figure, own, snapshot),
        "comparison": _comparison(own, figure, snapshot),
        "aksi": _aksi(own, snapshot),
        "losses": _losses(own, snapshot, source.is_year),
        "history": history_chart(own["history"], snapshot, name=own["name"]),
        "closing": CLOSING,
        "unsigned": UNSIGNED,
        "rules": rules_sentence(snapshot.rules),
        "check": how_to_check(publication),
        "hashes": {
            "publication": publication.content_hash,
            "detail": hashlib.sha256(detail.content.encode()).hexdigest(),
        },
    }


# Names


def office_name(own: Mapping) -> str:
    """Return the government or ministry as a letter addresses it."""
    if own["kind"] == "provinsi":
        special = own["name"].startswith("Daerah Istimewa")
        return f"Pemerintah {own['name']}" if special else f"Pemerintah Provinsi {own['name']}"
    return f"Pemerintah {own['name']}" if own["kind"] in ("kabupaten", "kota") else own["name"]


def recipient(own: Mapping) -> str:
    """Return who leads it: Gubernur, Bupati, Wali Kota, or the head of a ministry or agency."""
    place = own["name"].removeprefix("Kabupaten ").removeprefix("Kota ")
    titles = {"provinsi": f"Gubernur {own['name']}", "kabupaten": f"Bupati {place}", "kota": f"Wali Kota {place}"}
    return titles.get(own["kind"], f"Pimpinan {own['name']}")


def _opening(name: str, publication: Publication, snapshot: Snapshot) -> str:
    at = formats.moment(publication.published_at, ZONE)
    text = (
        f"Dengan hormat, bersama ini kami sampaikan hasil capaian Aksi HAM {name} untuk {snapshot.name}, "
        f"sebagaimana diterbitkan {at} sebagai revisi\u00a0{publication.revision}."
    )
    return f"{text} Yang berubah sejak revisi sebelumnya: {publication.note}" if publication.note else text


# Figures


def shown_score(value: Fraction | None, snapshot: Snapshot) -> str:
    """Return a score as pages show it, or a dash."""
    return "–" if value is None else formats.score(value, snapshot.cutoffs)


def _figure(figure: PublishedFigure | None, snapshot: Snapshot) -> dict:
    if figure is None or figure.value is None:
        word = figure.band_word if figure else str(BAND_WORDS[GREY])
        awaits = figure is not None and figure.state == State.AWAITING
        sentence = (
            "Laporan sudah dikirim tetapi belum selesai diverifikasi saat hasil ini diterbitkan. Nilainya tidak masuk "
            "rata-rata dan terbit pada revisi berikutnya."
            if awaits
            else "Belum ada nilai untuk waktu ini."
        )
        return _box("–", GREY, word, sentence, None, False)
    if figure.state == State.MISSING:
        sentence = "Tidak ada laporan yang dikirim sampai ditutup, jadi dihitung 0 pada rata-rata seluruh instansi."
    elif figure.expected > 1:
        sentence = _year_sentence(figure, snapshot)
    else:
        sentence = "Rata-rata nilai semua aksi yang wajib dilaporkan, pada skala 0-100."
    text = formats.score(figure.value, snapshot.cutoffs)
    return _box(text, figure.shown_band or GREY, figure.band_word, sentence, float(figure.value), figure.is_provisional)


def _year_sentence(figure: PublishedFigure, snapshot: Snapshot) -> str:
    """What the year is the mean of; `_formula` writes the same periods down."""
    counted = periods_counted(snapshot, figure)
    zeros, left_out = counted - figure.scored, figure.expected - figure.awaiting - counted
    which = f", {figure.scored} di antaranya sudah dinilai" if zeros else " yang sudah dinilai"
    found = [f"Rata-rata {counted} periode{which}, pada skala 0-100."]
    if zeros:
        found.append(f"{zeros} periode tidak dilaporkan dan dihitung 0.")
    if left_out:
        found.append(f"{left_out} periode tidak dilaporkan dan menurut aturannya tidak dihitung.")
    if figure.awaiting:
        found.append(f"{figure.awaiting} periode sudah dikirim tetapi belum diverifikasi, jadi tidak dihitung.")
    return " ".join(found)


def _box(text: str, band: str, word: str, sentence: str, position: float | None, is_provisional: bool) -> dict:
    return {
        "text": text,
        "band": band,
        "word": word,
        "sentence": sentence,
        "position": position,
        "is_provisional": is_provisional,
    }


def _scale(figure: PublishedFigure | None, own: Mapping, snapshot: Snapshot) -> dict:
    levels = [level for level in snapshot.levels if figure and level.code == figure.level]
    return scale_of(own["name"], figure, levels, snapshot)


def scale_of(name: str, figure: PublishedFigure | None, others: Sequence[PublishedFigure], snapshot: Snapshot) -> dict:
    """Return where a figure lies between 0 and 100, with the levels beside it as dotted lines."""
    yellow, green = snapshot.cutoffs
    known = [level for level in others if level.value is not None]
    marks = [{"position": float(level.value), "word": "", "is_own": False} for level in known]
    if figure and figure.value is not None:
        marks.append({"position": float(figure.value), "word": shown_score(figure.value, snapshot), "is_own": True})
    means = ", ".join(f"{level.level_label.lower()} {shown_score(level.value, snapshot)}" for level in known)
    legend = f"Garis putus-putus: rata-rata {means}." if means else ""
    value = shown_score(figure.value if figure else None, snapshot)
    alt = f"Skala 0 sampai 100: merah di bawah {yellow}, kuning sampai di bawah {green}, hijau mulai {green}."
    words = f"{alt} {name} {value}. {legend}".strip()
    return {"yellow": yellow, "green": green, "marks": marks, "alt": words, "legend": legend}


def _comparison(own: Mapping, figure: PublishedFigure | None, snapshot: Snapshot) -> list[dict]:
    level = next((row for row in snapshot.levels if figure and row.code == figure.level), None)
    province = next((row for row in snapshot.provinces if own["province"] and row.name == own["province"]), None)
    rows = [_compared(own["name"], figure, snapshot, is_own=True)]
    if level:
        rows.append(_compared(mean_name(snapshot, level), level, snapshot))
    if province and own["kind"] != "provinsi":
        rows.append(_compared(f"Provinsi {province.name} dan kabupaten/kotanya", province, snapshot))
    elif province:
        rows.append(_compared(f"{province.name} beserta kabupaten/kotanya", province, snapshot))
    if snapshot.nation:
        rows.append(_compared(mean_name(snapshot, snapshot.nation), snapshot.nation, snapshot))
    return rows


def _compared(name: str, figure: PublishedFigure | None, snapshot: Snapshot, *, is_own: bool = False) -> dict:
    count = counts_words(figure) if figure and not is_own else ""
    if figure and is_own and figure.expected > 1:
        counted = periods_counted(snapshot, figure) if figure.value is not None else 0
        count = f"{counted} dari {figure.expected} periode dihitung, {figure.scored} dinilai"
    return {
        "name": name,
        "all": shown_score(figure.value if figure else None, snapshot),
        "reported": shown_score(figure.reporters if figure else None, snapshot),
        "count": count,
        "is_own": is_own,
    }


# Aksi and what they lost


def _aksi(own: Mapping, snapshot: Snapshot) -> dict:
    periods = own["periods"]
    titles: dict[int, dict] = {}
    values: dict[int, dict[str, str]] = {}
    for period in periods:
        for item in period["items"] or []:
            titles[item["number"]] = item
            values.setdefault(item["number"], {})[period["key"]] = item["value"]
    rows = [
        {
            "number": number,
            "title": titles[number]["title"],
            "is_illustrative": titles[number]["is_illustrative"],
            "values": [_cell(values[number].get(period["key"], ""), snapshot) for period in periods],
        }
        for number in sorted(titles)
    ]
    columns = [period["code"] for period in periods] if len(periods) > 1 else ["Nilai"]
    return {"columns": columns, "rows": rows, "note": _aksi_note(periods), "formula": _formula(periods, snapshot)}


def _cell(exact: str, snapshot: Snapshot) -> dict:
    value = exact_value(exact)
    if value is None:
        return {"text": "–", "band": ""}
    yellow, green = snapshot.cutoffs
    band = "hijau" if value >= green else "kuning" if value >= yellow else "merah"
    return {"text": formats.score(value, snapshot.cutoffs), "band": band}


def _aksi_note(periods: Sequence[Mapping]) -> str:
    notes = []
    for period in periods:
        of_many = f"{period['name']}: " if len(periods) > 1 else ""
        if period["items"] is None:
            notes.append(f"{of_many}rincian aksi tidak disertakan karena sebuah putusan berubah saat diterbitkan.")
        elif period["state"] == State.MISSING:
            notes.append(f"{of_many}tidak lapor, sehingga tidak ada aksi yang dinilai.")
        elif period["state"] != State.SCORED:
            notes.append(f"{of_many}{STATE_WORDS[period['state']].lower()}.")
    return " ".join(note[0].upper() + note[1:] for note in notes)


def _formula(periods: Sequence[Mapping], snapshot: Snapshot) -> str:
    if len(periods) > 1:
        known = [exact_value(period["value"]) if _counts(period, snapshot) else None for period in periods]
        pairs = [(p["code"], value) for p, value in zip(periods, known, strict=True) if value is not None]
        terms = " + ".join(f"{code} {shown_score(value, snapshot)}" for code, value in pairs)
        count = len(pairs)
        return f"Nilai tahun = ({terms}) : {count} = {shown_score(mean_of_present(known), snapshot)}"
    items = (periods[0]["items"] or []) if periods else []
    terms = " + ".join(shown_score(exact_value(item["value"]), snapshot) for item in items)
    value = shown_score(exact_value(periods[0]["value"]), snapshot) if periods else ""
    late = f" × {periods[0]['percent']}% (terlambat)" if items and periods[0]["percent"] < WHOLE else ""
    return f"Nilai = ({terms}) : {len(items)} aksi{late} = {value}"


def _counts(period: Mapping, snapshot: Snapshot) -> bool:
    """Whether the period is one that the year is the mean of."""
    return period["state"] == State.SCORED or snapshot.rules.get("year_mean") != YEAR_OF_REPORTED


WORDS = {"met": "sesuai", "partly": "sebagian", "not_met": "tidak sesuai"}


def _losses(own: Mapping, snapshot: Snapshot, is_year: bool) -> dict:
    scored = [period for period in own["periods"] if period["items"]]
    share = sum(bool(period["value"]) and _counts(period, snapshot) for period in own["periods"]) or 1
    late = sum((exact_value(period["late_lost"]) for period in scored), Fraction(0)) / share
    rows = [
        (exact_value(measure["lost"]) / share, period, item, measure)
        for period in scored
        for item in period["items"]
        for measure in item["measures"]
        if exact_value(measure["lost"]) > 0
    ]
    rows.sort(key=lambda row: (-row[0], row[1]["key"], row[2]["number"], row[3]["number"]))
    total = sum((row[0] for row in rows), Fraction(0))
    shown = rows[:MOST_LOSSES_OF_YEAR] if is_year else rows
    hidden = rows[len(shown) :]
    lost, more = formats.decimal_text(total, 2), formats.decimal_text(sum((row[0] for row in hidden), Fraction(0)), 2)
    more = f"{len(hidden)} ukuran lain kehilangan {more} poin; rinciannya ada dalam surat hasil tiap periode."
    return {
        "rows": [_loss(*row, with_period=is_year) for row in shown],
        "summary": f"{len(rows)} ukuran kehilangan {lost} poin dari nilai, yang terbesar lebih dahulu.{_late(late)}",
        "more": more if hidden else "",
    }


def _late(points: Fraction) -> str:
    return f" Keterlambatan mengurangi {formats.decimal_text(points, 2)} poin lagi." if points else ""


def _loss(points: Fraction, period: Mapping, item: Mapping, measure: Mapping, *, with_period: bool) -> dict:
    place = f"Aksi {item['number']}, ukuran {measure['number']}"
    return {
        "place": f"{period['code']}, {place}" if with_period else place,
        "text": measure["text"],
        "is_illustrative": item["is_illustrative"],
        "points": formats.decimal_text(points, 2),
        "why": _why(measure),
        "reasons": [{**reason, "text": reason["text"].rstrip(".")} for reason in measure["reasons"]],
        "note": measure["note"],
    }


def _why(measure: Mapping) -> str:
    if not measure["execution"]:
        value = formats.decimal_text(exact_value(measure["value"]), 0)
        return f"Tidak diisi, dihitung {value}. Isi ukuran ini dan lampirkan data dukungnya pada periode berikutnya."
    judged = f"Administrasi {WORDS[measure['administration']]}, substansi {WORDS[measure['substance']]}."
    if measure["execution"] == "not_carried_out":
        return f"Dinyatakan tidak terlaksana; substansi dinilai menurut aturan. {judged}"
    if measure["execution"] == "nihil":
        return f"Dinyatakan nihil, dinilai dari surat keterangannya. {judged}"
    return judged


# How it came about


def how_to_check(publication: Publication) -> list[str]:
    """Return how a reader makes sure that a document says what was published."""
    return [
        f"Buka Portal RANHAM, Hasil terbit, {publication.label}, revisi {publication.revision}. Sidik isi (SHA-256) di "
        "sana harus sama dengan sidik terbitan di bawah ini.",
        "Setiap nilai dapat dibuka sampai putusan dan data dukungnya di halaman nilai instansi.",
        "Keberatan atas putusan diajukan melalui portal sebagai sanggahan selama masa sanggah periode; tanggalnya ada "
        "di halaman laporan. Sesudah masa itu berakhir, sampaikan kepada kantor yang memverifikasi: putusan yang "
        "dikoreksi terbit sebagai revisi baru.",
    ]
