"""One reporting period walked in a real browser, by the pages alone: the same walk whatever runs behind them.

The walk knows addresses, words and keys, never the database. What it sees on the way it also inspects.
"""

import gzip
import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests import files

STORY = "Pelatihan usaha di Alok, 12 Agustus, bagi 48 perempuan kepala keluarga."
NOTE = "Notulen belum ditandatangani pimpinan rapat."
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
MOST_BYTES = 100_000
"""Of one page with all it needs, compressed: HTML, styles, scripts, pictures."""
PATIENCE = 20_000  # milliseconds; a machine that also runs a worker and a nation's data is slow


@dataclass
class Walk:
    """A running portal, its people (role to e-mail) and what was found out on the way.

    `open_page` and `axe` are the fixtures of those names; the PDF lies at `document`. Without `has_script` the
    coordinator's browser runs none. `looks_at` names the pages to inspect, all of them by default.
    """

    address: str
    password: str
    people: dict[str, str]
    open_page: Callable[..., Page]
    axe: Callable[[Page], list[str]]
    document: Path
    place: str = "Kabupaten Sikka"
    has_script: bool = True
    looks_at: Collection[str] | None = None
    pages: dict[str, Page] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)

    # People and their pages

    def page_of(self, role: str, *, script: bool = True) -> Page:
        """Return the page of a person, who signs in by keyboard the first time."""
        if role not in self.pages:
            page = self.open_page(viewport=DESK, java_script_enabled=script, base_url=self.address)
            page.set_default_timeout(PATIENCE)
            page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
            page.goto("/masuk/")
            if role == "opd":
                self.inspect(page, "masuk")
            tab_to(page, lambda spot: spot["name"] == "login")
            page.keyboard.type(self.people[role])
            tab_to(page, lambda spot: spot["name"] == "password")
            page.keyboard.type(self.password)
            page.keyboard.press("Enter")
            expect(page.get_by_role("navigation", name="Menu utama")).to_be_visible(timeout=PATIENCE)
            self.pages[role] = page
        return self.pages[role]

    # The acts, in the order of the period

    def opd_fills(self) -> None:
        """Staff of an OPD fill their aksi, saved as they type, each file uploaded on its own."""
        page = self.page_of("opd")
        self.inspect(page, "beranda-opd")
        page.goto("/aksi/")
        self.inspect(page, "daftar-aksi")
        follow(page.get_by_role("link", name="Isi Aksi 1", exact=True))
        fill_with_script(page, self.document)
        self.inspect(page, "isi-aksi")
        page.get_by_role("button", name="Tandai siap diperiksa").click()
        told(page, "Aksi ditandai siap.")

    def coordinator_completes(self) -> None:
        """The coordinator fills what nobody filled and marks everything ready; without scripts where asked."""
        page = self.page_of("coordinator", script=self.has_script)
        self.inspect(page, "beranda")
        page.goto("/aksi/")
        links = page.get_by_role("link", name=re.compile(r"^(Isi|Lanjutkan) Aksi \d+$"))
        for address in [link.get_attribute("href") for link in links.all()]:
            page.goto(address)
            fill = fill_with_script if self.has_script else fill_without_script
            fill(page, self.document)
            page.get_by_role("button", name="Tandai siap diperiksa").click()
            told(page, "Aksi ditandai siap.")

    def signatory_certifies(self) -> None:
        page = self.page_of("signatory")
        page.goto("/")
        follow(page.get_by_role("link", name="Buka laporan", exact=True))
        follow(page.get_by_role("link", name=re.compile("^Periksa")).first)
        page.get_by_role("checkbox", name=re.compile("Saya menyatakan")).check()
        page.get_by_role("button", name="Sahkan laporan").click()
        told(page, "Laporan disahkan.")

    def coordinator_sends(self) -> None:
        page = self.page_of("coordinator", script=self.has_script)
        page.goto("/")
        follow(page.get_by_role("link", name="Buka laporan", exact=True))
        self.inspect(page, "laporan")
        page.goto(f"{page.url}periksa/")
        self.inspect(page, "periksa-kirim")
        for tick in page.locator("form.kartu input[type=checkbox]").all():
            tick.check()
        page.get_by_role("button", name="Kirim laporan").click()
        expect(page.get_by_role("heading", name="Laporan diterima")).to_be_visible(timeout=PATIENCE)
        self.inspect(page, "tanda-terima")
        self.receipts.append(re.search(r"\d+-\d{4}-B\d\d-\d\d", page.locator("main").inner_text()).group())

    def kanwil_claims(self) -> None:
        page = self.page_of("kanwil")
        page.goto("/telaah/")
        self.inspect(page, "antrean-telaah")
        page.get_by_role("button", name=f"Mulai telaah {self.place}").click()
        told(page, "Telaah dimulai.")
        self.inspect(page, "telaah-laporan")
        follow(page.get_by_role("link", name="Lanjutkan penilaian"))

    def kanwil_judges(self, *, returning: str = "", partly: str = "") -> None:
        """Judge every waiting measure by keyboard; `returning` and `partly` are labels such as "Aksi 1, ukuran 1"."""
        page = self.page_of("kanwil")
        while page.locator("form[data-penilaian]").count():
            label = page.locator("h1").inner_text().removeprefix(f"{self.place}, ")
            expect(page.locator("iframe, .lihat__dok img, .lihat__dok .berkas").first).to_be_visible()
            if label == returning:
                self.inspect(page, "telaah-ukuran")
            for key in ("1", "5" if label == partly else "4"):
                page.keyboard.press(key)
            expect(page.locator(".putusan input:checked")).to_have_count(2)
            if label == partly:
                tab_to(page, lambda spot: spot["name"] == "reasons")
                page.keyboard.press("Space")
            if label == returning:
                tab_to(page, lambda spot: spot["name"] == "note")
                page.keyboard.type(NOTE)
            wanted = "Kembalikan ke pelapor" if label == returning else "Terima dan lanjut"
            tab_to(page, lambda spot, wanted=wanted: spot["text"] == wanted)
            with page.expect_navigation(wait_until="domcontentloaded"):
                page.keyboard.press("Enter")
            told(page, f"{label} dinilai")

    def kanwil_returns(self) -> None:
        page = self.page_of("kanwil")
        expect(page.get_by_text(NOTE)).to_be_visible()
        page.get_by_role("button", name="Kembalikan laporan").click()
        told(page, "Laporan dikembalikan kepada pelapor.")

    def opd_corrects(self) -> None:
        """The OPD reads why, puts another file in the place of the first, and hands the aksi over again."""
        page = self.page_of("opd")
        page.goto("/aksi/")
        follow(page.get_by_role("link", name="Lihat catatan Aksi 1", exact=True))
        expect(page.get_by_text(NOTE).first).to_be_visible()
        self.inspect(page, "perbaiki-aksi")
        follow(page.get_by_role("link", name=re.compile("^Ganti ")).first)
        better = self.document.with_name("bertanda-tangan.pdf")
        better.write_bytes(files.pdf(2, mark="bertanda tangan"))
        page.get_by_label("Berkas baru").set_input_files(better)
        page.get_by_role("button", name="Simpan sebagai versi baru").click()
        told(page, "Data dukung diganti. Versi lama tetap tersimpan.")
        page.get_by_role("button", name="Tandai siap diperiksa").click()
        told(page, "Aksi ditandai siap.")

    def kanwil_sees_what_changed(self) -> None:
        page = self.page_of("kanwil")
        expect(page.get_by_text("Berubah sejak putaran 1.")).to_be_visible()
        follow(page.get_by_role("link", name="Bandingkan versi").first)
        expect(page.locator(".lihat__banding iframe")).to_have_count(2)
        shown = page.locator(".lihat__banding iframe").first.get_attribute("src")
        answer = page.request.get(self.address + shown.partition("#")[0])
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")

    def kanwil_verifies(self) -> str:
        """Verify, and return the score that the page announces."""
        page = self.page_of("kanwil")
        card = page.locator("section", has=page.get_by_role("heading", name="Verifikasi laporan?"))
        score = card.locator(".rumus strong").inner_text()
        page.get_by_role("button", name="Verifikasi laporan").click()
        told(page, f"Laporan {self.place} terverifikasi.")
        return score

    def until_verification(self, *, is_certified: bool = False) -> None:
        """Walk from filling to the last judgement, with one return and one correction."""
        self.opd_fills()
        self.coordinator_completes()
        self._certify_and_send(is_certified)
        self.kanwil_claims()
        self.kanwil_judges(returning="Aksi 1, ukuran 1")
        self.kanwil_returns()
        self.opd_corrects()
        self._certify_and_send(is_certified)
        self.kanwil_claims()
        self.kanwil_sees_what_changed()
        self.kanwil_judges(partly="Aksi 1, ukuran 1")

    def _certify_and_send(self, is_certified: bool) -> None:
        if is_certified:
            self.signatory_certifies()
        self.coordinator_sends()

    # The results

    def scored_in_the_nation(self) -> int:
        """Return how many institutions the national page counts as reported and judged."""
        page = self.page_of("leader")
        page.goto("/hasil/nasional/")
        found = re.search(r"sudah dinilai saja: \S+(?: ada)? dari ([\d.]+) instansi", page.locator("main").inner_text())
        return int(found.group(1).replace(".", "")) if found else 0

    def wait_for_score(self, score: str, code: str, *, scored: int, seconds: int = 60) -> None:
        """Wait until institution, province and nation show the score; `scored` were counted before."""
        page = self.page_of("leader")
        end = time.monotonic() + seconds
        while self.scored_in_the_nation() != scored + 1:
            assert time.monotonic() < end, f"The national page still counts {scored} after {seconds} s."
            page.wait_for_timeout(500)
        self.inspect(page, "nasional", dark=True)
        page.goto(f"/hasil/provinsi/{code.partition('.')[0]}/")
        expect(page.get_by_role("row", name=re.compile(f"{self.place}.*{score}"))).to_be_visible()
        self.inspect(page, "provinsi")
        page.goto(f"/hasil/instansi/{code}/")
        expect(page.locator("main .skor").first).to_have_text(score)
        self.inspect(page, "instansi")

    def waiting_coordinator(self) -> tuple[str, str]:
        """Return a government that has not sent and the e-mail of its coordinator, as its Kanwil reads them."""
        page = self.page_of("kanwil")
        page.goto("/belum-kirim/")
        self.inspect(page, "belum-kirim")
        row = page.locator("tr", has=page.locator("a[href^='mailto:']")).filter(has_text="Kabupaten").first
        name = row.locator("th").inner_text().splitlines()[0].strip()
        address = row.locator("a[href^='mailto:']").first.get_attribute("href")
        return name, address.removeprefix("mailto:")

    # What every page must hold

    def inspect(self, page: Page, name: str, *, dark: bool = False) -> None:
        """Look at the open page at both widths: accessible, not wider than the screen, and light, the first time."""
        is_wanted = self.looks_at is None or name in self.looks_at
        if name in self.weights or not is_wanted:
            return
        self.weights[name] = self._weigh(page)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            self.faults += [f"{name} at {size['width']}: {wider} pixels too wide"] if wider > 0 else []
            self._check(page, f"{name} at {size['width']}")
            if dark:
                page.emulate_media(color_scheme="dark")
                self._check(page, f"{name} at {size['width']}, dark")
                page.emulate_media(color_scheme="light")

    def _check(self, page: Page, where: str) -> None:
        self.faults += [f"{where}: {fault}" for fault in self.axe(page)]

    def _weigh(self, page: Page) -> int:
        """Return the bytes of the page and of all that it links to, each compressed as a server would."""
        wanted = page.evaluate(
            "[...document.querySelectorAll('link[rel=stylesheet],link[rel=icon],script[src],use')].map("
            "(e) => new URL(e.href?.baseVal ?? e.href ?? e.src, location).href.split('#')[0])"
        )
        bodies = [page.request.get(address).body() for address in sorted({page.url, *wanted})]
        return sum(len(gzip.compress(body)) for body in bodies)

    def assert_sound(self) -> None:
        """Fail with everything that the inspections found."""
        heavy = {name: weight for name, weight in self.weights.items() if weight > MOST_BYTES}
        assert (self.faults, heavy) == ([], {})


def follow(link: Locator) -> None:
    """Follow a link and wait until its page is read to the end and its scripts listen.

    A click returns when the next page is asked for; what then counts or reads could still meet the old one.
    """
    with link.page.expect_navigation():
        link.click()


def fill_with_script(page: Page, document: Path) -> None:
    """Declare, describe and prove every blank measure on the filling page; each is saved by itself."""
    for section in page.locator("[data-ukuran]").all():
        if section.get_by_role("radio", checked=True).count() == 0:
            section.get_by_role("radio", name="Terlaksana", exact=True).check()
            section.get_by_label("Apa yang dilakukan").fill(STORY)
            for number in section.get_by_label("Angka capaian").all():
                number.fill("1048")
        send = section.get_by_role("button", name="Unggah sekarang")
        while send.count():
            had = section.locator(".berkas__nama").count()
            place = send.first.locator("xpath=ancestor::*[contains(@class, 'tambah-berkas__isi')]")
            place.locator("input[type=file]").set_input_files(document)
            place.get_by_label("Tanggal dokumen").fill("2026-08-12")
            send.first.click()
            expect(section.locator(".berkas__nama")).to_have_count(had + 1, timeout=PATIENCE)
            # What the answer does not ask for is put away once the new list has settled
            expect(section.locator(".htmx-added, .htmx-settling")).to_have_count(0)
    expect(page.locator("[data-simpan-teks]")).to_contain_text("Tersimpan", timeout=PATIENCE)


def fill_without_script(page: Page, document: Path) -> None:
    """The same by the native fields of a page whose scripts do not run; the page's button saves them."""
    for section in page.locator("[data-ukuran]").all():
        if section.get_by_role("radio", checked=True).count():
            continue
        section.get_by_role("radio", name="Terlaksana", exact=True).check()
        section.get_by_label("Apa yang dilakukan").fill(STORY)
        for number in section.get_by_label("Angka capaian").all():
            number.fill("1.048")
        for place in section.locator("input[type=file]:visible").all():
            if "surat-keterangan" not in place.get_attribute("name"):
                place.set_input_files(document)


def tab_to(page: Page, is_wanted: Callable[[dict], bool], most: int = 120) -> None:
    """Press Tab until the focus is on what is wanted, by its `name` and `text`; fail after `most` steps."""
    spot = {}
    for _ in range(most):
        page.keyboard.press("Tab")
        spot = focused(page)
        if is_wanted(spot):
            return
    raise AssertionError(f"The keyboard does not reach it on {page.url}; the last spot was {spot}.")


def focused(page: Page) -> dict:
    """What has the focus, read in one question: between two the focus can move on."""
    return page.evaluate(
        "() => {const spot = document.activeElement ?? document.body;"
        " return {name: spot.getAttribute('name') ?? '',"
        " text: spot === document.body ? '' : spot.textContent.trim().replace(/\\s+/g, ' ')}}"
    )


def told(page: Page, words: str) -> None:
    expect(page.locator("#pesan")).to_contain_text(words, timeout=PATIENCE)
