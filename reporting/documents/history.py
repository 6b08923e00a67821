"""The periods before a publication, as its letters and the national report draw them and tell about them."""

from collections.abc import Mapping, Sequence

from accounts import formats
from reporting.models import Score
from reporting.scoring import exact_value
from reporting.summaries.published import Snapshot
from reporting.summaries.results import GREY

State = Score.State


def history_chart(history: Sequence[Mapping], snapshot: Snapshot, *, name: str) -> dict:
    """Return the columns of a chart over periods, in runs of one calendar each, and the same in words."""
    points, calendars = [], []
    for index, row in enumerate(history):
        if not calendars or calendars[-1] != row["calendar"]:
            calendars.append(row["calendar"])
        points.append(_point(row, index, len(calendars) - 1, snapshot))
    words = "; ".join(f"{point['code']} {point['year']}: {point['text']}" for point in points)
    notes = ["TL: tidak lapor, dihitung 0. BD: sudah dikirim, belum dinilai."]
    if len(calendars) > 1:
        kinds = " dan ".join(dict.fromkeys(calendars))
        notes.append(f"Antara {kinds} ada jarak: rentang waktunya berbeda, jadi tidak dibandingkan langsung.")
    note = " ".join([*notes, *notes_on_others(history, snapshot)])
    return {"points": points, "calendars": calendars, "note": note, "alt": f"Nilai {name} tiap periode: {words}."}


def _point(row: Mapping, index: int, run: int, snapshot: Snapshot) -> dict:
    value = exact_value(row["all"])
    is_scored = row["state"] == State.SCORED and value is not None
    short = {State.MISSING: "TL", State.AWAITING: "BD"}.get(row["state"], "–")
    return {
        "at": index,
        "run": run,
        "code": row["code"],
        "year": row["year"],
        "value": float(value) if is_scored else None,
        "reported": float(exact_value(row["reported"])) if is_scored and row["reported"] else None,
        "text": formats.score(value, snapshot.cutoffs, places=1) if is_scored else short,
        "band": row["band"] if is_scored else GREY,
        "is_now": row["key"] == snapshot.key or row["key"].startswith(f"{snapshot.key}-"),
    }


def notes_on_others(history: Sequence[Mapping], snapshot: Snapshot) -> list[str]:
    """Return what to know of the periods that stand beside what is published; nothing where there are none.

    Each is of its own publication, or as it was computed then: see `reporting.summaries.publication_details`.
    """
    others = [row for row in history if row["key"] != snapshot.key]
    if not others:
        return []
    which = "periode lain" if len(others) < len(history) else "tiap periode"
    if all("revision" in row for row in others):
        return [
            f"Angka {which} menurut terbitannya sendiri yang terakhir saat revisi ini terbit; periode yang belum "
            "terbit tidak ditampilkan."
        ]
    return [
        f"Yang diterbitkan di sini hanya {snapshot.name}; angka {which} dihitung saat revisi ini terbit, dapat berbeda "
        "dari terbitan periodenya sendiri dan mungkin belum pernah terbit."
    ]
