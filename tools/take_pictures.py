"""Take the pictures of the documentation from a running ./portal with its demo data.

Usage: .venv/bin/python -m tools.take_pictures [http://localhost:8000]. Each page at 1280 and 360 pixels, whole.
The pictures are small: at most 96 colours, found by the browser itself.
"""

import base64
import os
import re
import shutil
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "pictures"
QUANTISE = (ROOT / "tools" / "quantise.js").read_text()
PASSWORD = "contoh-ranham-2026"
DESK = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "device_scale_factor": 1.25}
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include>/etc/fonts/fonts.conf</include>
<match target="pattern"><test name="family" compare="contains"><string>sans</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Liberation Sans</string></edit></match></fontconfig>"""
"""Letters as wide as on most office machines; Debian's own choice for system-ui is DejaVu Sans, which is wider."""

Way = Callable[[Page], None]


def to(path: str) -> Way:
    """Return how to reach a page by its address."""
    return lambda page: page.goto(path)


def by_links(path: str, *names: str) -> Way:
    """Return how to reach a page from another one by following links, each the first whose name matches."""

    def walk(page: Page) -> None:
        page.goto(path)
        for name in names:
            page.goto(page.get_by_role("link", name=re.compile(name)).first.get_attribute("href"))

    return walk


def judging(page: Page) -> None:
    """Open a measure of a report in review and choose a word for each aspect."""
    page.goto("/telaah/")
    page.get_by_role("link", name=re.compile("^Lanjutkan")).first.click()
    page.get_by_role("link", name="Lanjutkan penilaian").click()
    page.wait_for_load_state("domcontentloaded")  # from here on the page listens to keys
    page.keyboard.press("1")
    page.keyboard.press("5")
    # Its height follows the window's, which is going to grow.
    page.locator(".lihat iframe").evaluate("(frame) => { frame.style.height = `${frame.offsetHeight}px`; }")


def reading_again(page: Page) -> None:
    """Open the next measure of the running second reading; nothing is judged."""
    page.goto("/bacaan-kedua/2026-B09/antrean/")
    page.get_by_role("link", name="Bacaan berikutnya").first.click()
    page.wait_for_load_state("domcontentloaded")
    for frame in page.locator(".lihat iframe").all():
        frame.evaluate("(frame) => { frame.style.height = `${frame.offsetHeight}px`; }")


def trying_rules(page: Page) -> None:
    """Show what other weights would change; the draft stays in the demo and is made once."""
    page.goto("/rencana/aturan/")
    draft = page.get_by_role("link", name=DRAFT)
    if not draft.count():
        page.get_by_role("link", name=re.compile("^Aturan penilaian RANHAM")).first.click()
        page.get_by_role("link", name="Salin menjadi rancangan").click()
        page.get_by_label("Kode").fill("contoh-dampak")
        page.get_by_label("Nama").fill(DRAFT)
        page.get_by_role("button", name="Buat rancangan").click()
        weights = {"administration_weight": "40", "substance_weight": "60"}
        for name, value in weights.items():
            page.locator(f"[name={name}]").fill(value)
            page.locator(f"[name={name}_source]").fill("Asumsi contoh")
        page.get_by_role("button", name=re.compile("^Simpan")).click()
        page.goto("/rencana/aturan/")
    draft.click()
    page.get_by_role("link", name="Uji dampak").click()


DRAFT = "Bobot yang dicoba"

PICTURES: dict[str, tuple[str, Way]] = {
    "masuk": ("", to("/masuk/")),
    "beranda": ("koordinator", to("/")),
    "isi-aksi": ("koordinator", by_links("/aksi/", "^Aksi 4")),
    "periksa-kirim": ("koordinator", by_links("/", "^Periksa kesiapan kirim")),
    "tanda-terima": ("koordinator", by_links("/periode/2026-B09/pilih/", "^Buka laporan", "2026-B09-")),
    "antrean-telaah": ("kanwil", to("/telaah/")),
    "telaah-ukuran": ("kanwil", judging),
    "nasional": ("pimpinan", to("/hasil/nasional/2026-B09/")),
    "provinsi": ("pimpinan", to("/hasil/provinsi/53/2026-B09/")),
    "instansi": ("pimpinan", to("/hasil/instansi/53.07/2026-B09/")),
    "bagaimana-dihitung": ("pimpinan", by_links("/hasil/instansi/53.07/2026-B09/", "^Ukuran 1")),
    "sebab": ("pimpinan", to("/hasil/sebab/?periode=2026-B09")),
    "banding": ("pimpinan", to("/hasil/banding/?a=53.07&waktu_a=2026-B09&b=53.08&waktu_b=2026-B09")),
    "bacaan-kedua": ("pusat2", reading_again),
    "kesesuaian": ("pusat", to("/bacaan-kedua/2026-B06/")),
    "terbitan": ("pusat", to("/terbitan/2026-B09/1/")),
    "surat-hasil": ("pusat", to("/terbitan/2026-B09/1/surat/?cari=Sikka")),
    "uji-dampak": ("sekretariat", trying_rules),
    "operasi": ("sekretariat", to("/operasi/")),
    "rencana": ("sekretariat", to("/rencana/2026/")),
    "periode": ("sekretariat", to("/periode/")),
    "orang": ("koordinator", to("/orang/")),
}
"""Name of the picture: whose page (account, or nobody's), and how to reach it."""


def main() -> None:
    """Take every picture, or those named after the address."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    wanted = sys.argv[2:] or list(PICTURES)
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(FONTS)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        sessions: dict[str, dict] = {}
        for name in wanted:
            account, way = PICTURES[name]
            for width, screen in ((1280, DESK), (360, PHONE)):
                page = open_page(browser, base, account, sessions, screen)
                way(page)
                save(browser, page, TARGET / f"{name}-{width}.png")
                page.context.close()
        browser.close()
    print(f"{sum(path.stat().st_size for path in TARGET.glob('*.png')) / 1e6:.1f} MB in {TARGET}")


def open_page(browser: Browser, base: str, account: str, sessions: dict[str, dict], screen: dict) -> Page:
    """Return a page of a signed-in account (of nobody when empty); each account signs in once."""
    look = {"locale": "id-ID", "timezone_id": "Asia/Makassar", "reduced_motion": "reduce", "color_scheme": "light"}
    if account and account not in sessions:
        page = browser.new_context(base_url=base, **look).new_page()
        page.goto("/masuk/")
        page.get_by_label("Alamat surel dinas").fill(f"{account}@contoh.example")
        page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Masuk").click()
        page.get_by_role("navigation", name="Menu utama").wait_for()
        sessions[account] = page.context.storage_state()
        page.context.close()
    state = sessions.get(account)
    return browser.new_context(base_url=base, storage_state=state, **look, **screen).new_page()


def save(browser: Browser, page: Page, path: Path) -> None:
    """Save the whole page: the window grows to its height, so that what sticks to an edge stands where it belongs."""
    page.wait_for_load_state("networkidle")
    size = page.viewport_size
    page.set_viewport_size({"width": size["width"], "height": page.evaluate("document.body.scrollHeight")})
    # The browser's own viewer draws a document late, and only where it can be seen.
    page.wait_for_timeout(4000 if page.locator("iframe").count() else 300)
    address = f"data:image/png;base64,{base64.b64encode(page.screenshot()).decode()}"
    workshop = browser.new_page()  # without our content policy, under which a page may not look into pictures
    found = workshop.evaluate(QUANTISE, address)
    workshop.close()
    path.write_bytes(palette_png(found))
    print(f"{path.name}: {path.stat().st_size // 1000} kB")


def palette_png(found: dict) -> bytes:
    """Return a PNG of at most 96 colours from what `quantise.js` found."""
    width, height = found["width"], found["height"]
    rows = base64.b64decode(found["rows"])
    lines = b"".join(b"\0" + rows[start : start + width] for start in range(0, len(rows), width))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes(found["palette"])),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    ]
    chunks = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


if __name__ == "__main__":
    main()
