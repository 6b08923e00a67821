"""Addresses that nobody was ever given: answered 404 and never 500, to somebody who may open the true ones."""

import re
from collections.abc import Iterator, Mapping

import pytest
from django.urls import reverse

from tests.permissions.nation import Nation
from tests.permissions.table import ROWS, Row
from tests.test_conventions import patterns

pytestmark = pytest.mark.xdist_group("hostile addresses")

PLACE = re.compile(r"<(?P<kind>\w+):\w+>")
NUMBERS = {
    "past 64 bits": "1" + "0" * 30,
    "five thousand digits": "9" * 5000,
    "zero": "0",
    "negative": "-1",
    "fraction": "1.5",
    "word": "satu",
    "NUL": "1%00",
    "another folder": "..%2f..%2fmanage.py",
}
TEXTS = {
    "unknown": "tidak-ada",
    "NUL": "%00",
    "NUL at the end": "53%00",
    "five thousand letters": "x" * 5000,
    "another folder": "..%2f..%2fmanage.py",
    "quotes": "'%20OR%201=1--",
    "not UTF-8": "%ff%fe",
    "line break": "53%0a",
    "format": "%25s%25n",
    "picture": "%F0%9F%92%A3",
}
ROUTES = {pattern.name: str(pattern.pattern) for pattern in patterns() if PLACE.search(str(pattern.pattern))}


def welcome(row: Row, label: str) -> str:
    """Somebody who gets past the door of this object."""
    for people in (row.get, row.led_away, row.post):
        names = (people[label] if isinstance(people, Mapping) else people or "").split()
        if names:
            return names[0]
    raise AssertionError(f"Nobody may open {row.name}.")


def spoiled(route: str, args: tuple) -> Iterator[tuple[str, str]]:
    """The address with one argument after the other replaced by nonsense, each with a name."""
    kinds = [found["kind"] for found in PLACE.finditer(route)]
    for position, kind in enumerate(kinds):
        for name, nonsense in (NUMBERS if kind == "int" else TEXTS).items():
            values = [nonsense if place == position else str(arg) for place, arg in enumerate(args)]
            yield f"{name} as argument {position + 1}", "/" + PLACE.sub("{}", route).format(*values)


@pytest.mark.usefixtures("bare_404")
@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS if row.name in ROUTES])
def test_no_nonsense_in_an_address_is_more_than_not_found(nation: Nation, row: Row):
    wrong = {}
    with nation.at(row.stage):
        label, args = next(iter(nation.objects(row.of).items()))
        person = welcome(row, label)
        for name, address in spoiled(ROUTES[row.name], args):
            found = [nation.ask(person, method, address) for method in ("get", "post")]
            if not {word for word, _written in found} <= {"404", "405"} or any(written for _word, written in found):
                wrong[name] = found

    assert wrong == {}


@pytest.mark.parametrize("key", ["abc-def", "x" * 5000, "%00", "%ff", "set-password", "..%2f.."])
def test_a_forged_link_to_a_new_password_says_so(nation: Nation, key):
    address = f"/akun/kata-sandi/baru/1a-{key}/"

    assert nation.ask("stranger", "get", address) == ("200", False)


def test_the_page_for_what_is_not_found_is_ours_and_indonesian(nation: Nation):
    page = nation.page("coordinator", "get", f"/laporan/{'1' + '0' * 30}/")

    assert page.status_code == 404
    assert "<h1>Halaman tidak ditemukan</h1>" in page.content.decode()


# What follows the question mark

QUERIES = {
    "people-list": ["q=%00", "q=" + "x" * 5000, "page=abc", "page=-1", "page=" + "9" * 40, "q=%25", "q=%ff"],
    "invitation-list": ["page=abc", "page=" + "9" * 5000],
    "invitation-create": ["instansi=%00", "instansi=tidak-ada", "instansi=" + "x" * 5000, "instansi=%ff"],
    "institution-list": ["q=%00", "q=" + "x" * 5000, "jenjang=kota", "jenjang=%00", "provinsi=%00", "provinsi=1"],
    "search": ["q=%00", "q=" + "x" * 5000, "q=", "q=%F0%9F%92%A3", "page=abc", "q=si&page=" + "9" * 40, "q=%25%27"],
    "message-list": ["page=abc", "page=0"],
    "prepared-list": ["page=abc", "page=" + "9" * 40],
    "review-queue": ["status=%00", "status=ngawur", "q=%00", "q=" + "x" * 5000, "page=1e9"],
    "missing-list": ["status=%00", "status=ngawur", "q=%00", "page=abc"],
    "missing-list-csv": ["status=%00", "q=%00", "q=" + "x" * 5000],
    "region-results": ["urut=%00", "urut=ngawur", "urut=__class__"],
    "national-results-of": ["urut=%00", "urut=-", "urut=__class__", "urut=" + "x" * 5000],
    "compare": ["a=%00&b=%00", "a=%27&b=" + "x" * 5000, "waktu_a=%00", "a=%ff&waktu_b=" + "9" * 40],
    "compare-table": ["a=%00&b=%00", "a=%27&b=" + "x" * 5000, "a=%ff&b=%22&waktu_a=%00", "waktu_b=%ff"],
    "national-institutions-csv": ["keadaan=%00", "jenjang=%ff", "keadaan=" + "x" * 5000, "jenjang=__class__"],
    "cause-list": ["periode=%00", "periode=" + "9" * 5000, "kanwil=%00", "kanwil=x", "jenjang=%ff", "page=abc"],
    "cause-list-csv": ["periode=tidak-ada", "kanwil=%00", "jenjang=" + "x" * 5000],
    "province-results-of": ["urut=%00", "urut=-", "urut=password"],
    "aksi-list": ["jenjang=%00", "jenjang=ngawur"],
    "period-choose": ["next=%00", "next=//jahat.example/", "next=javascript:alert(1)", "next=" + "x" * 5000],
    "item-fill": ["rancangan=%00", "rancangan=abc", "rancangan=" + "9" * 40],
    "evidence-file": ["unduh=%00", "unduh=ya"],
    "review-measure": ["berkas=%00", "berkas=" + "9" * 40, "banding=-1", "halaman=abc", "halaman=" + "9" * 40],
    "reading-queue": ["page=abc", "page=" + "9" * 40],
    "reading-measure": ["berkas=%00", "berkas=" + "9" * 40, "banding=-1", "halaman=abc"],
    "account_login": ["next=//jahat.example/", "next=%00", "next=" + "x" * 5000],
}  # fmt: skip
"""What may stand in the address beside the path, by URL name; `%00` is NUL, `%ff` is not UTF-8."""


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS if row.name in QUERIES])
def test_no_nonsense_behind_the_question_mark_breaks_a_page(nation: Nation, row: Row):
    wrong = {}
    with nation.at(row.stage):
        label, args = next(iter(nation.objects(row.of).items()))
        for query in QUERIES[row.name]:
            page = nation.page(welcome(row, label), "get", f"{reverse(row.name, args=args)}?{query}")
            expected = {200, 302, 404} if row.name == "invitation-create" else {200, 302}
            if page.status_code not in expected or "jahat.example" in page.get("Location", ""):
                wrong[query[:40]] = page.status_code, page.get("Location", "")

    assert wrong == {}


def test_every_query_belongs_to_an_address():
    assert set(QUERIES) <= {row.name for row in ROWS}


# The wrong method


SAYS_THAT_THE_LINK_IS_DEAD = "account_reset_password_from_key"  # whatever is asked of it


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row.name) for row in ROWS if row.name != SAYS_THAT_THE_LINK_IS_DEAD]
)
def test_what_a_page_does_not_do_is_said_by_its_status(nation: Nation, row: Row):
    wrong_methods = ["delete"]
    wrong_methods += [] if row.post else ["post"]
    wrong_methods += [] if row.get or row.led_away else ["get"]
    with nation.at(row.stage):
        label, args = next(iter(nation.objects(row.of).items()))
        person, address = welcome(row, label), nation.address_of(row, label, args)
        found = {method: nation.ask(person, method, address) for method in wrong_methods}

    assert found == dict.fromkeys(wrong_methods, ("405", False))
