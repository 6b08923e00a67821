"""What a row of the table posts: enough for the act to happen, if the person may. Each takes nation, object, person."""

from collections.abc import Callable
from datetime import timedelta

from reporting.models import SavedReply
from reporting.services import reviewing
from tests import files
from tests.permissions.nation import OFFICE_HOLDERS, REPLYING, Nation
from tests.scenario import PEOPLE

Data = Callable[[Nation, str, str], dict]


def these(**fields: str) -> Data:
    """The same fields for every object and person."""
    return lambda _nation, _label, _person: dict(fields)


nothing = these()
confirmation = these(statement="on", acknowledged="on")


def an_office(nation: Nation, label: str, _person: str) -> dict:
    return {"office": nation.office(OFFICE_HOLDERS[label])}


def an_answer(nation: Nation, label: str, _person: str) -> dict:
    answer = nation.answer(label)
    return {f"u{answer.pk}-description": "Diubah oleh uji.", f"u{answer.pk}-version": answer.version}


def a_photo(nation: Nation, label: str, _person: str) -> dict:
    return {f"u{nation.answer(label).pk}-foto-file": files.upload(files.png(), "foto.png")}


def a_judgement(nation: Nation, label: str, _person: str) -> dict:
    latest = reviewing.standing_submission(nation.reports[label])
    return {"submission": latest.pk, "administration": "met", "substance": "met", "decision": "accept"}


def a_reply_of_ones_office(_nation: Nation, _label: str, person: str) -> dict:
    """A saved reply of the person's own office or, where it keeps none, of another one."""
    code = PEOPLE[person][0] if person in PEOPLE else ""
    return {"reply": SavedReply.objects.get(office__code=code if code in REPLYING else "KW53").pk}


def later_dates(nation: Nation, _label: str, _person: str) -> dict:
    """Every date of the period, its letter and a reason; the correction ends later than before."""
    day = nation.now.date()
    days = {
        "opens_on": 0, "closes_on": 10, "late_until_on": 12, "review_due_on": 30, "correction_until_on": 60,
        "objection_from_on": 61, "objection_until_on": 70,
    }  # fmt: skip
    dates = {name: (day + timedelta(days=after)).isoformat() for name, after in days.items()}
    return dates | {"minimum_correction_days": "3", "reason": "Surat nomor 12"}


def a_plan_year(nation: Nation, _label: str, _person: str) -> dict:
    year = nation.plan_year.year + 1
    parts = {"plan": nation.plan, "calendar": nation.calendar, "rule_set": nation.rule_set}
    return {"year": year} | {name: row.pk for name, row in parts.items()}


def a_catalogue(_nation: Nation, _label: str, _person: str) -> dict:
    return {"file": files.upload(b"year,level\n2026,kab_kota\n", "katalog.csv")}


def a_rule_set(nation: Nation, _label: str, _person: str) -> dict:
    settings = {name: getattr(nation.rule_set, name) for name in nation.rule_set.SETTINGS}
    return settings | {"name": "Aturan lain", "green_from": 85}


def an_adoption(nation: Nation, _label: str, _person: str) -> dict:
    return {"plan_year": nation.plan_year.pk, "reason": "Keputusan nomor 12"}


def an_export(_nation: Nation, _label: str, person: str) -> dict:
    """The widest scope that the person has; for whoever has none, the own institution."""
    scopes = dict.fromkeys(["verifier", "leader", "secretariat"], "nasional") | {"pembina": "provinsi"}
    scopes |= dict.fromkeys(["kanwil", "kanwil_colleague", "neighbour_kanwil"], "kanwil")
    return {"scope": scopes.get(person, "sendiri"), "format": "csv"}


def a_correction(nation: Nation, label: str, _person: str) -> dict:
    words = {"administration": "partly", "substance": "partly", "shown": "partly/partly", "reasons": ["S02"]}
    return words | {"basis": nation.answer(f"{label}/1").judgement_id, "note": "Tanpa kop surat."}


def a_draw(_nation: Nation, _label: str, _person: str) -> dict:
    return {"share": "50", "least": "1", "seed": "uji", "shown": "50/1/uji"}


def a_reading(_nation: Nation, _label: str, _person: str) -> dict:
    return {"kind": "second", "administration": "met", "substance": "met", "unseen": "on"}


def a_decision(nation: Nation, label: str, _person: str) -> dict:
    words = {"administration": "met", "substance": "met", "shown": "met/met"}
    return words | {"basis": nation.answer(f"{label}/1").judgement_id, "note": "Ada di halaman 2."}
