"""The national report of one publication as a PDF: pure, from the frozen content alone, only in Indonesian."""

import hashlib
from collections.abc import Sequence
from fractions import Fraction

from accounts import formats
from reporting.documents.history import history_chart
from reporting.documents.letters import (
    ZONE,
    LetterSource,
    how_to_check,
    scale_of,
    shown_score,
)
from reporting.documents.national_tables import Band, Cell, Example, Share, Table, national_tables
from reporting.documents.rule_words import rules_sentence
from reporting.documents.typesetting import pdf_of
from reporting.models import Publication, PublicationDetail
from reporting.summaries.published import PublishedFigure, Snapshot
from reporting.summaries.published_means import everyone_words, reporters_words
from reporting.summaries.results import GREY
from reporting.summaries.tiles import STEP_X, STEP_Y, tiles


def report_filename(publication: Publication, ending: str) -> str:
    """Return the name of the report's file: period or year, revision."""
    return f"laporan-nasional-{publication.span_key}-revisi-{publication.revision}.{ending}"


def national_pdf(source: LetterSource, detail: PublicationDetail) -> bytes:
    """Return the report of the nation's `detail`; the same publication gives the same bytes."""
    return pdf_of("national_report", national_data(source, detail), source.publication.published_at)


def national_data(source: LetterSource, detail: PublicationDetail) -> dict:
    """Return what the report says, as texts and positions for the template."""
    publication, snapshot = source.publication, source.snapshot
    found = national_tables(snapshot, detail.data)
    return {
        "title": "Laporan nasional capaian Aksi HAM",
        "subject": f"Capaian Aksi HAM, {snapshot.name}",
        "span": snapshot.name,
        "footer": f"{snapshot.name}, revisi {publication.revision}",
        "is_demo": source.is_demo,
        "issuer": dict(source.issuer),
        "revision": str(publication.revision),
        "published": formats.moment(publication.published_at, ZONE),
        "rule_set": f"{snapshot.rules['name']} (kode {snapshot.rules['code']})",
        "note": publication.note,
        "figure": _figure(snapshot.nation, snapshot),
        "scale": scale_of("Nasional", snapshot.nation, snapshot.levels, snapshot),
        "sentences": _sentences(snapshot, detail.data["timeliness"]),
        "tables": [_shown(table, snapshot.cutoffs) for table in found],
        "tiles": _tiles(snapshot),
        "tiles_alt": _tiles_alt(snapshot),
        "history": history_chart(detail.data["history"], snapshot, name="nasional"),
        "rules": rules_sentence(snapshot.rules),
        "check": how_to_check(publication),
        "hashes": {
            "publication": publication.content_hash,
            "detail": hashlib.sha256(detail.content.encode()).hexdigest(),
        },
    }


def _figure(nation: PublishedFigure | None, snapshot: Snapshot) -> dict:
    if nation is None:
        return {"text": "–", "band": GREY, "word": "Belum ada nilai", "sentence": "", "is_provisional": False}
    everyone, reporters = everyone_words(snapshot, nation), reporters_words(snapshot, nation)
    sentence = (
        f"{everyone[0].upper()}{everyone[1:]}. Yang melapor dan sudah dinilai saja: "
        f"{shown_score(nation.reporters, snapshot)}, {reporters}."
    )
    return {
        "text": shown_score(nation.value, snapshot),
        "band": nation.shown_band or GREY,
        "word": nation.band_word,
        "sentence": sentence,
        "is_provisional": nation.is_provisional,
    }


def _sentences(snapshot: Snapshot, timeliness: Sequence[dict]) -> list[str]:
    nation = snapshot.nation
    if nation is None:
        return ["Belum ada angka untuk waktu ini."]
    reported, expected = formats.thousands(nation.reported), formats.thousands(nation.expected)
    found = [f"{reported} dari {expected} instansi melapor ({formats.percent(nation.participation, 1)})."]
    if nation.awaiting:
        found.append(f"{formats.thousands(nation.awaiting)} laporan sudah dikirim tetapi belum dinilai.")
    scored = [row for row in snapshot.provinces if row.scored and row.value is not None]
    if scored:
        best, worst = (pick(scored, key=lambda row: (row.value, row.code)) for pick in (max, min))
        found.append(
            f"Provinsi tertinggi {best.name} ({shown_score(best.value, snapshot)}), terendah {worst.name} "
            f"({shown_score(worst.value, snapshot)})."
        )
    silent = [row.name for row in snapshot.provinces if not row.reported]
    if silent:
        found.append(f"Tidak satu pun instansi melapor di {len(silent)} provinsi: {', '.join(silent)}.")
    on_time, sent = (sum(row[name] for row in timeliness) for name in ("on_time", "late"))
    found.append(f"{formats.thousands(on_time)} laporan tepat waktu dan {formats.thousands(sent)} terlambat.")
    return found


# Tables


def _shown(table: Table, cutoffs: tuple[int, int]) -> dict:
    return {
        "title": table.title,
        "note": table.note,
        "head": list(table.head),
        "numbers": [
            index
            for index in range(len(table.head))
            if table.rows and all(isinstance(row[index], int | Fraction | Share | None) for row in table.rows)
        ],
        "rows": [
            [_cell(cell, cutoffs) | _bar(cell, table, index) for index, cell in enumerate(row)] for row in table.rows
        ],
    }


def _bar(cell: Cell, table: Table, index: int) -> dict:
    """How long the bar in a drawn column is, in percent of the longest."""
    if index != table.bar or cell is None:
        return {}
    whole = 100 if isinstance(cell, Fraction) else max(row[index] for row in table.rows) or 1
    return {"bar": float(100 * cell / whole)}


def _cell(cell: Cell, cutoffs: tuple[int, int]) -> dict:
    if isinstance(cell, Band):
        return {"kind": "band", "band": cell.name, "text": cell.word}
    if isinstance(cell, Example):
        return {"kind": "example", "text": cell.text}
    if isinstance(cell, Share):
        return {"kind": "text", "text": formats.percent(cell.percent, 1)}
    if isinstance(cell, Fraction):
        return {"kind": "text", "text": formats.score(cell, cutoffs)}
    if isinstance(cell, int):
        return {"kind": "text", "text": formats.thousands(cell)}
    return {"kind": "text", "text": "–" if cell is None else cell}


# The map


def _tiles(snapshot: Snapshot) -> list[dict]:
    places = tiles()
    return [
        {
            "row": places[row.code].y // STEP_Y + 1,
            "col": places[row.code].x // STEP_X + 1,
            "name": places[row.code].abbreviation,
            "text": _short(row, snapshot),
            "band": row.shown_band or GREY,
        }
        for row in snapshot.provinces
        if row.code in places
    ]


def _short(row: PublishedFigure, snapshot: Snapshot) -> str:
    if row.scored and row.value is not None:
        return formats.score(row.value, snapshot.cutoffs, places=1)
    return "TL" if row.state == "missing" else "–"


def _tiles_alt(snapshot: Snapshot) -> str:
    words = "; ".join(f"{row.name} {_short(row, snapshot)} {row.band_word}" for row in snapshot.provinces)
    return f"Peta ubin provinsi. {words}."
