"""In a browser, by clicking: from every figure of the national page to the judgement and the evidence behind it."""

import re
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.urls import resolve, reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page

from actions.models import Institution
from reporting.jobs.scores import compute_plan_year
from reporting.services.opening import open_period
from tests import steps
from tests.scenario import Scenario

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_CLICKS = 5

NO_FIGURES = [
    ".judul-hal, nav, caption, thead, select",  # what time the page is about, and choices
    ".sumbu",  # an axis
    "[aria-labelledby=dihitung] p:not(.rumus)",  # the rules
    "[aria-labelledby=peta] .legenda, [aria-labelledby=titik-judul] .legenda",  # the bands
    "#peta, #titik-judul",  # how many are drawn below, each of them a link
]
"""Where digits stand that are no figure of the nation."""

FIGURES = """(noFigures) => {
  const found = [];
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const spot = texts.currentNode.parentElement;
    const isFigure = /\\d/.test(texts.currentNode.data) && !spot.closest(noFigures) && spot.getClientRects().length;
    if (!isFigure) continue;
    const place = spot.closest("tr, li, p, .ubin, .kartu__kepala");
    const link = spot.closest("a") ?? place?.querySelector("a[href]");
    const section = spot.closest("section")?.getAttribute("aria-labelledby") ?? "";
    const address = link && (link.href.baseVal ?? link.getAttribute("href"));
    found.push({ text: texts.currentNode.data.trim(), section, address });
  }
  for (const link of document.querySelectorAll("main svg a[aria-label]")) {
    const section = link.closest("section").getAttribute("aria-labelledby");
    if (/\\d/.test(link.ariaLabel)) found.push({ text: link.ariaLabel, section, address: link.href.baseVal });
  }
  return found;
}"""
"""Every text or label in the page with a digit, and the link that it is or that stands in its row, item or tile."""

SCORED_ROW = "tr:has(.keping--hijau, .keping--kuning, .keping--merah) th a"
PARTS = {"", "partisipasi", "peta", "titik-judul", "tren", "kelompok", "tabel", "dihitung"}
"""The parts of the national page that hold figures; the tiles on top stand in none."""
LONGEST = {("", "formula"), ("kelompok", "group-results")}
"""The longest ways; from a year, where every way is one click longer, these alone are walked."""
ONWARD = {
    "national-results-of": "[aria-labelledby=dihitung] .rumus a[href*='/kab_kota/']",
    "group-results": ".ubin a[href*='/kab_kota/']",
    "level-results": SCORED_ROW,
    "national-institutions": SCORED_ROW,
    "province-results-of": SCORED_ROW,
    "institution-results-of": "main a[href^='/hasil/ukuran/'], .rumus a",
}
"""What somebody clicks next who wants to know where a figure comes from, by the page that it stands on."""


@pytest.fixture
def nation(transactional_db) -> Scenario:
    """Two closed periods: Sikka verified in both, its province and a ministry in the later one, others silent."""
    scenario = Scenario(now=timezone.now() - timedelta(days=40))
    earlier = scenario.now - timedelta(days=90)
    first = scenario.add_period(2, "B06", "Triwulan II", earlier)
    for aksi in scenario.aksi:
        scenario.add_measure(aksi, first, 1)
    open_period(first, by=scenario.actor("secretariat"), now=earlier - timedelta(days=10))
    report = first.reports.select_related("institution", "period__plan_year").get(institution=scenario.kabupaten)
    verify(report, scenario, "coordinator", "kanwil", now=earlier, substance="partly")
    verify(scenario.report, scenario, "coordinator", "kanwil", now=scenario.now)
    verify(scenario.reports["53"], scenario, "province_coordinator", "kanwil", now=scenario.now)
    verify(scenario.reports["SOS"], scenario, "ministry_coordinator", "verifier", now=scenario.now)
    Institution.objects.filter(pk=scenario.kabupaten.pk).update(latitude="-8.6", longitude="122.2")
    compute_plan_year(scenario.plan_year, timezone.now())
    return scenario


def verify(report, scenario: Scenario, reporter: str, reviewer: str, *, now, **words: str) -> None:
    """Let a report be filled, sent, judged and verified at `now`."""
    steps.fill_report(report, scenario.actor(reporter), now=now)
    steps.send_report(report, scenario.actor(reporter), now=now)
    steps.judge_all(report, scenario.actor(reviewer), now=now, **words)
    steps.verify_report(report, scenario.actor(reviewer), now=now)


class Clicker:
    """Clicks from page to page and counts; what was found from a page is not walked twice."""

    def __init__(self, page: Page):
        self.page = page
        self.known: dict[str, int] = {}

    def clicks_from_here(self) -> int:
        """How many clicks the judgement is away from the open page; a page that leads nowhere fails."""
        address = self.page.url
        if address not in self.known:
            name = resolve(urlsplit(address).path).url_name
            if name == "measure-explained":
                self.see_judgement_and_evidence()
                self.known[address] = 0
            else:
                assert name in ONWARD, f"{address} is no page on the way to a judgement"
                self.click(self.page.locator(ONWARD[name]).first)
                self.known[address] = 1 + self.clicks_from_here()
        return self.known[address]

    def click(self, link: Locator) -> None:
        link.click()
        self.page.wait_for_load_state("domcontentloaded")

    def see_judgement_and_evidence(self) -> None:
        text = self.page.locator("main").inner_text()
        assert re.search(r"Administrasi \S+, substansi \S+", text), text
        assert re.search(r"SHA-256:\s+[0-9a-f]{64}\b", text), text
        file = self.page.locator("main a[href^='/data-dukung/']").first.get_attribute("href")
        assert self.page.request.get(urljoin(self.page.url, file)).headers["content-type"] == "application/pdf"


def kinds_of(figures: list[dict]) -> dict[tuple[str, str], str]:
    """One address of each kind of figure, by the part of the page and the page that it opens.

    What nobody reported has no judgement and is no kind: neither the province that is silent nor their count.
    """
    found = {}
    for figure in figures:
        address = figure["address"]
        name = "formula" if address.startswith("#") else resolve(urlsplit(address).path).url_name
        if "tanpa-laporan" not in address and "/provinsi/52/" not in address:
            found.setdefault((figure["section"], name), address)
    return found


def test_every_national_figure_opens_down_to_judgement_and_evidence_in_five_clicks(nation, live_server, open_page):
    page = open_page(viewport={"width": 1280, "height": 900})
    cookie = nation.client("leader").cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    clicker, clicks, closed = Clicker(page), {}, []

    for key in (nation.period.key, nation.plan_year.year):
        start = live_server.url + reverse("national-results-of", args=[key])
        page.goto(start)
        figures = page.evaluate(FIGURES, ", ".join(NO_FIGURES))
        closed += [figure for figure in figures if not figure["address"]]
        for kind, address in kinds_of([figure for figure in figures if figure["address"]]).items():
            if key == nation.period.key or kind in LONGEST:
                page.goto(start)
                clicker.click(page.locator(f"main a[href='{address}']").locator("visible=true").first)
                clicks[key, *kind] = 1 + clicker.clicks_from_here()

    assert closed == []
    assert {kind: count for kind, count in clicks.items() if count > MOST_CLICKS} == {}
    assert {section for _key, section, _name in clicks} == PARTS
