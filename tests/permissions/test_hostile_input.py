"""Forms filled with nonsense by people who may use them: a sentence says what is wrong, and nothing is stored."""

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import RequestFactory

from actions.models import Assignment, Institution, Membership, Unit
from reporting.models import Submission
from tests import files
from tests.permissions import posted
from tests.permissions.nation import Nation
from tests.permissions.table import ROWS, Row

pytestmark = pytest.mark.xdist_group("hostile input")

NUL = "Rapat\x00koordinasi"
ENDLESS = "panjang " * 12_500  # 100,000 characters
NEITHER = {"NUL": NUL, "100,000 characters": ENDLESS}
TOO_BIG = "9" * 40
TOKEN = {"csrfmiddlewaretoken": "x"}  # a browser always posts it, so that no form is quite empty
ENGLISH = re.compile(
    r"\b(this|enter|select|ensure|field|value|must|not|please|required|hash|submission|decision)\b", re.I
)
ERROR = re.compile(r'class="(?:pesan-galat|ringkas-galat)[^"]*".*?>(.*?)</(?:p|section|div)>', re.S)


def an_invitation(nation: Nation, _label: str, _person: str) -> dict:
    unit = Unit.objects.get(institution__code="53.07", name="Dinas Koperasi")
    return {"email": "baru@contoh.example", "name": "Orang Baru", "role": "staf_opd", "unit": unit.pk}


def a_division(nation: Nation, _label: str, _person: str) -> dict:
    prefix = f"a{first_assignment().pk}"
    return {f"{prefix}-lead": "Dinas Sosial", f"{prefix}-new_unit": ""}


def first_assignment() -> Assignment:
    return Assignment.objects.get(institution__code="53.07", aksi__number=1)


def only_the_version(nation: Nation, label: str, _person: str) -> dict:
    answer = nation.answer(label)
    return {f"u{answer.pk}-version": answer.version}


DATA: dict[str, Callable] = {
    "invitation-create": an_invitation,
    "units-assign": a_division,
    "item-fill": only_the_version,
    "answer-save": only_the_version,
}
"""What is posted beside the nonsense, where it is not what the table of permissions posts."""

TEXTS = {
    "reading-draw": "share least seed",
    "reading-measure": "administration substance reasons note kind",
    "reading-close": "note",
    "account-settings": "name position phone theme",
    "invitation-create": "email name role unit",
    "plan-year-create": "plan year calendar rule_set",
    "period-edit": "opens_on closes_on late_until_on review_due_on correction_until_on objection_from_on "
    "objection_until_on minimum_correction_days letter_number letter_on reason",
    "contact-edit": "contact_unit contact_phone contact_email",
    "unit-create": "name contact_email",
    "unit-edit": "name contact_email",
    "saved-reply-list": "text",
    "item-return-to-opd": "note",
    "item-remind": "note",
    "item-fill": "execution description budget realisation obstacles reason letter_number",
    "answer-save": "execution description budget realisation obstacles reason letter_number",
    "units-assign": "lead others new_unit",
    "evidence-replace": "document_on page",
    "export-create": "scope format",
    "review-measure": "submission decision administration substance reasons note",
    "report-submit": "checked_hash",
    "report-certify": "checked_hash",
    "measure-correct": "basis administration substance reasons note shown",
}
"""Every field of every form, by URL name: none of them takes a NUL or 100,000 characters."""

WRONG = {
    "reading-draw": {
        "share": ["", "0", "-1", "101", "lima", "1,5", TOO_BIG],
        "least": ["", "-1", "501", "NaN", TOO_BIG],
        "seed": ["", "   ", "a|b", "benih " * 9],
    },
    "reading-measure": {
        "administration": ["", "mungkin"],
        "substance": ["", "100"],
        "kind": ["", "third", "fourth"],
        "unseen": [""],
    },
    "reading-close": {"note": ["", "  \n "]},
    "account-settings": {"theme": ["neon", "[]"], "name": ["", "   "]},
    "invitation-create": {
        "email": ["bukan-surel", "a@b", "dua@contoh.example, tiga@contoh.example", ""],
        "role": ["raja", "sekretariat", "petugas_kanwil", ""],
        "unit": ["0", "-1", TOO_BIG, "abc", ""],
        "name": [""],
    },
    "plan-year-create": {
        "year": ["dua ribu", "2027.5", "-1", "0", TOO_BIG, "1e3", ""],
        "plan": ["0", "abc", TOO_BIG, ""],
        "calendar": ["0", "abc", TOO_BIG, ""],
        "rule_set": ["0", "abc", TOO_BIG, ""],
    },
    "period-edit": {
        "opens_on": ["kemarin", "2026-13-45", "0000-00-00", "9999-12-31", ""],
        "closes_on": ["2020-01-01", "1-1-1", "32/01/2026"],
        "minimum_correction_days": ["-1", "tiga", "1.5", TOO_BIG, ""],
        "letter_on": ["besok"],
        "reason": ["", "   "],
    },
    "contact-edit": {"contact_phone": ["telepon saja", "1"], "contact_email": ["bukan-surel"]},
    "unit-create": {"name": ["", "   ", "Dinas Koperasi"], "contact_email": ["bukan-surel"]},
    "unit-edit": {"name": ["", "Dinas Koperasi"]},
    "saved-reply-list": {"text": ["", "  \n ", "Balasan KW53"]},
    "item-return-to-opd": {"note": ["", "   "]},
    "item-fill": {
        "execution": ["ya", "[]"],
        "budget": ["banyak", "-5", "1,5", "0x10", "1.50.0", TOO_BIG, "NaN", "Infinity", "١٢٣"],
        "realisation": ["1e9", "Rp satu", "--1"],
    },
    "answer-save": {"budget": ["banyak", "-5", TOO_BIG]},
    "evidence-replace": {"page": ["0", "-1", "nol", "1,5", "3", TOO_BIG], "document_on": ["kemarin", "2999-01-01"]},
    "review-measure": {
        "submission": ["", "abc", "0", "-1", TOO_BIG],
        "decision": ["", "hapus"],
        "administration": ["", "mungkin"],
        "substance": ["", "100"],
    },
    "report-submit": {"checked_hash": ["0" * 64], "statement": [""]},
    "report-certify": {"checked_hash": ["0" * 64], "statement": [""]},
    "units-assign": {"lead": ["Dinas Entah"]},
    "export-create": {"scope": ["", "nasional", "kanwil", "semua"], "format": ["", "pdf", "CSV"]},
    "measure-correct": {
        "basis": ["", "abc", "0", "-1", TOO_BIG],
        "administration": ["", "mungkin"],
        "substance": ["", "100"],
        "reasons": ["X99"],
        "note": ["", "   "],
    },
}
"""Values of the wrong type, outside the range, forged, or missing, by URL name and field."""


def places(table: Mapping) -> list:
    return [pytest.param(row, id=row.name) for row in ROWS if row.name in table]


def whom(row: Row, nation: Nation) -> Iterator[tuple[str, str, str]]:
    """One object with its address and somebody whose proper POST would change it."""
    for label, args in nation.objects(row.of).items():
        people = row.acts or row.post
        names = (people[label] if isinstance(people, Mapping) else people).split()
        if names and label != "KW53":
            yield label, nation.address_of(row, label, args), names[0]
            return


def field_name(row: Row, nation: Nation, label: str, field: str) -> str:
    """The name under which the page posts a field: filling and dividing have one prefix a row."""
    if row.name in ("item-fill", "answer-save"):
        return f"u{nation.answer(label).pk}-{field}"
    return f"a{first_assignment().pk}-{field}" if row.name == "units-assign" else field


def errors_said(response: HttpResponse) -> str:
    """What the answer tells of errors: on the page, or in the message that a redirect carries."""
    if response.status_code == 302 and "messages" in response.cookies:
        request = RequestFactory().get("/")
        request.COOKIES["messages"] = response.cookies["messages"].value
        return " ".join(str(message) for message in CookieStorage(request) if message.level_tag == "error")
    text = " ".join(ERROR.findall(response.content.decode()))
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def fault_of(nation: Nation, person: str, address: str, data: dict) -> str | None:
    """What is wrong with the answer to nonsense, or None: no error page, an Indonesian sentence, nothing stored."""
    with nation.watching() as written:
        response = nation.page(person, "post", address, TOKEN | data)
    said = errors_said(response)
    if response.status_code not in (200, 302):
        return f"status {response.status_code}"
    if written:
        return f"stored: {written[0][:80]}"
    if not said:
        return "said nothing"
    return f"said: {said[:200]}" if ENGLISH.search(said) else None


@pytest.mark.parametrize("row", places(TEXTS))
def test_no_field_takes_a_nul_or_100_000_characters(nation: Nation, row: Row):
    wrong = {}
    with nation.at(row.stage):
        label, address, person = next(whom(row, nation))
        for field in TEXTS[row.name].split():
            for name, nonsense in NEITHER.items():
                data = DATA.get(row.name, row.data)(nation, label, person)
                data[field_name(row, nation, label, field)] = nonsense
                wrong[field, name] = fault_of(nation, person, address, data)

    assert {key: fault for key, fault in wrong.items() if fault} == {}


@pytest.mark.parametrize("row", places(WRONG))
def test_wrong_forged_and_missing_values_are_refused_in_words(nation: Nation, row: Row):
    wrong = {}
    with nation.at(row.stage):
        label, address, person = next(whom(row, nation))
        for field, values in WRONG[row.name].items():
            for value in values:
                data = DATA.get(row.name, row.data)(nation, label, person)
                data[field_name(row, nation, label, field)] = value
                wrong[field, value] = fault_of(nation, person, address, data)

    assert {key: fault for key, fault in wrong.items() if fault} == {}


def test_every_form_that_takes_text_is_tried():
    taking_nothing = {row.name for row in ROWS if row.post and row.name not in TEXTS and row.data is posted.nothing}
    of_their_own = {"office-switch", "evidence-upload", "review-reply-use", "catalogue-upload", "report-certify"}
    of_their_own |= {row.name for row in ROWS if row.name.startswith(("rule-set", "objection", "publication"))}

    assert {row.name for row in ROWS if row.post} - taking_nothing - set(TEXTS) - of_their_own == set()


# Ids of other institutions in the fields of one's own


def test_a_foreign_unit_cannot_be_invited_to(nation: Nation):
    foreign = Unit.objects.get(institution__code="52.01", name="Dinas Koperasi")
    data = an_invitation(nation, "", "") | {"unit": foreign.pk}

    assert fault_of(nation, "coordinator", "/orang/undang/", data) is None


@pytest.mark.parametrize("role", [Membership.Role.PEMBINA, Membership.Role.SECRETARIAT, Membership.Role.LEADER])
def test_a_coordinator_cannot_give_a_role_that_is_not_its_own_to_give(nation: Nation, role):
    data = an_invitation(nation, "", "") | {"role": role, "unit": ""}

    assert fault_of(nation, "coordinator", "/orang/undang/", data) is None


def test_a_foreign_unit_cannot_lead_an_aksi(nation: Nation):
    Unit.objects.create(institution=Institution.objects.get(code="52.01"), name="Dinas Tetangga")
    data = {f"a{first_assignment().pk}-lead": "Dinas Tetangga"}

    assert fault_of(nation, "coordinator", f"/pembagian-aksi/{nation.plan_year.year}/", data) is None


def test_an_assignment_of_a_neighbour_is_not_divided(nation: Nation):
    foreign = Assignment.objects.get(institution__code="52.01", aksi__number=1)
    with nation.watching() as written:
        nation.page(
            "other_coordinator",
            "post",
            f"/pembagian-aksi/{nation.plan_year.year}/",
            TOKEN | {f"a{foreign.pk}-lead": "", f"a{foreign.pk}-new_unit": "Dinas Jahat"},
        )

    assert [sql for sql in written if str(foreign.pk) in sql or "actions_unit" in sql] == []


def test_a_judgement_is_not_bound_to_another_reports_sending(nation: Nation):
    with nation.at("claimed"):
        foreign = Submission.objects.get(report=nation.reports["53.08"])
        address = f"/telaah/{nation.reports['53.07'].pk}/ukuran/{nation.answer('53.07/1').pk}/"
        data = posted.a_judgement(nation, "53.07", "kanwil") | {"submission": foreign.pk}

        assert fault_of(nation, "kanwil", address, data) is None


def test_an_answer_of_another_aksi_is_not_filled_along(nation: Nation):
    foreign = nation.answer("53.07/2")
    address = f"/aksi/{nation.objects('item')['53.07/1'][0]}/"
    with nation.watching() as written:
        nation.page("opd", "post", address, TOKEN | posted.an_answer(nation, "53.07/2", "opd"))

    assert written == []
    assert type(foreign).objects.get(pk=foreign.pk).description != "Diubah oleh uji."


# Files


BAD_FILES = {
    "empty": lambda: files.upload(b"", "kosong.pdf"),
    "script": lambda: files.upload(b"#!/bin/sh\nrm -rf /\n", "notulen.pdf"),
    "page": lambda: files.upload(b"<html><script>alert(1)</script></html>", "foto.png"),
    "encrypted": lambda: files.upload(files.encrypted_pdf(), "rahasia.pdf"),
    "without pages": lambda: files.upload(files.pdf_without_pages(), "kosong.pdf"),
    "NUL in its name": lambda: files.upload(b"teks", "no\x00tulen.pdf"),
    "a name of 5,000 letters": lambda: files.upload(b"teks", "x" * 5000 + ".pdf"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_refused_with_its_reason(nation: Nation, kind):
    answer = nation.answer("53.07/1")
    data = {f"u{answer.pk}-foto-file": BAD_FILES[kind]()}

    assert fault_of(nation, "opd", f"/isian/{answer.pk}/data-dukung/foto/", data) is None


def test_a_kind_that_a_measure_does_not_want_is_refused(nation: Nation):
    answer = nation.answer("53.07/1")
    data = {f"u{answer.pk}-daftar-penerima-file": files.upload(files.png(), "foto.png")}

    assert fault_of(nation, "opd", f"/isian/{answer.pk}/data-dukung/daftar-penerima/", data) is None


BAD_CATALOGUES = {
    "nothing": None,
    "empty": lambda: files.upload(b"", "katalog.csv"),
    "a picture": lambda: files.upload(files.png(), "katalog.xlsx"),
    "past 5 MB": lambda: files.upload(b"a,b\n" * 1_400_000, "katalog.csv"),
}


@pytest.mark.parametrize("kind", ["nothing", "empty", "past 5 MB"])
def test_a_catalogue_that_is_none_is_refused_at_once(nation: Nation, kind):
    make = BAD_CATALOGUES[kind]

    assert fault_of(nation, "secretariat", "/rencana/katalog/muat/", {"file": make()} if make else {}) is None
