"""Pages of scores in a browser, on a phone: accessible, and not wider than the screen.

The browser asks nobody: what it shows was answered by the test client, inside the transaction of the module.
"""

from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, Route

from reporting.jobs.scores import compute_plan_year
from tests.permissions.nation import Nation

pytestmark = [pytest.mark.browser]

HERE = "http://localhost"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

PAGES = [
    # (who, name of the address, its object in the nation as kind and label)
    ("secretariat", "rule-set-list", "none", ""),
    ("secretariat", "rule-set-detail", "rule_set", "used"),
    ("secretariat", "rule-set-edit", "rule_set", "draft"),
    ("secretariat", "rule-set-impact", "rule_set", "draft"),
    ("secretariat", "rule-set-adopt", "rule_set", "draft"),
    ("secretariat", "operations", "none", ""),
    ("verifier", "publication-list", "none", ""),
    ("verifier", "publication-create", "period", ""),
    ("verifier", "publication-detail", "publication", ""),
    ("verifier", "publication-part", "publication_part", "53"),
    ("coordinator", "objection-list", "report", "53.07"),
    ("coordinator", "objection-write", "measure", "53.07"),
    ("kanwil_colleague", "objection-queue", "none", ""),
    ("kanwil_colleague", "objection-decide", "objection", "53.07"),
    ("verifier", "measure-correct", "measure", "53.08"),
    ("leader", "level-results", "level_period", ""),
    ("leader", "group-results", "group_period", ""),
    ("leader", "province-aksi", "province_aksi", "53"),
    ("leader", "national-institutions", "period", ""),
    ("leader", "measure-explained", "explained", "53.07/1"),
]
OBJECTING = {"objection-list", "objection-write"}
"""Pages of those who still write; the others are looked at when the objections are filed."""


class Shown:
    """What the browser may have: pages asked for beforehand, and static files; anything else, such as a PDF, is empty.

    Its requests arrive outside the test's own context, where the transaction is not seen.
    """

    def __init__(self, page: Page):
        self.page = page
        self.pages: dict[str, HttpResponse] = {}
        page.route("**/*", self.answer)

    def open(self, response: HttpResponse, address: str) -> None:
        self.pages[address] = response
        self.page.goto(HERE + address)

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if file:
            route.fulfill(path=file)
        elif path in self.pages:
            response = self.pages[path]
            route.fulfill(status=response.status_code, body=response.content, headers=dict(response.items()))
        else:
            route.fulfill(body="")


@pytest.fixture(scope="module")
def scored(shared_nation: Nation) -> Nation:
    """The nation with its objections written, and scores beside them."""
    shared_nation.bring_to("objecting")
    compute_plan_year(shared_nation.plan_year, timezone.now())
    return shared_nation


def test_pages_of_scores_are_accessible_on_a_phone(scored, open_page, axe):
    page = open_page(viewport={"width": 360, "height": 800})
    shown, faults = Shown(page), []

    for person, name, kind, label in sorted(PAGES, key=lambda row: row[1] not in OBJECTING):
        if name not in OBJECTING and scored.stage == "objecting":
            scored.bring_to("objected")
            compute_plan_year(scored.plan_year, timezone.now())
        address = reverse(name, args=scored.objects(kind)[label])
        response = scored.page(person, "get", address)
        assert response.status_code == 200, name
        shown.open(response, address)
        wider = page.evaluate(WIDER)
        faults += [f"{name}: {wider} pixels too wide"] if wider > 0 else []
        faults += [f"{name}: {fault}" for fault in axe(page)]

    assert faults == []
