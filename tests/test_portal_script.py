"""What static/js/portal.js adds to pages, tried in a browser on a form laid into a page of the portal."""

import json

import pytest
from django.template.loader import render_to_string

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FORM = """
<form class="tumpuk" data-draft="jawaban-1" hx-post="/simpan-contoh/" hx-trigger="change, coba-ulang" hx-swap="none">
  <textarea name="story" aria-label="Apa yang dilakukan"></textarea>
  <label><input type="radio" name="state" value="1"> Terlaksana</label>
  <label><input type="radio" name="state" value="2"> Nihil</label>
  <input type="password" name="secret" aria-label="Rahasia">
</form>
"""
DESK = """
<div data-meja><textarea aria-label="Catatan"></textarea><fieldset class="putusan">
  <label><input type="radio" name="adm" value="100"> Sesuai</label>
  <label><input type="radio" name="adm" value="50"> Sebagian</label>
  <label><input type="radio" name="adm" value="0"> Tidak sesuai</label></fieldset><fieldset class="putusan">
  <label><input type="radio" name="sub" value="100"> Sesuai</label>
  <label><input type="radio" name="sub" value="50"> Sebagian</label>
  <label><input type="radio" name="sub" value="0"> Tidak sesuai</label></fieldset></div>
"""


@pytest.fixture
def lay(page, live_server):
    """Return a function that lays HTML into a page of the portal and lets htmx and our script find it."""

    def lay_in(html: str) -> None:
        page.goto(f"{live_server.url}/masuk/")
        page.evaluate(
            """html => {
                const place = document.querySelector("main");
                place.innerHTML = html;
                htmx.process(place);
                place.dispatchEvent(new CustomEvent("htmx:load", {bubbles: true}));
            }""",
            html + render_to_string("includes/draft_offer.html"),
        )

    return lay_in


def drafts(page) -> dict:
    stored = page.evaluate("() => ({...localStorage})")
    return {key: json.loads(value) for key, value in stored.items() if key.startswith("draf:")}


def answer_posts(page, **response) -> None:
    page.route("**/simpan-contoh/", lambda route: route.fulfill(**response))


def test_typed_text_stays_on_the_device_and_is_offered_again(page, lay):
    lay(FORM)
    page.fill("textarea", "Pelatihan tenun")
    page.fill("[name=secret]", "rahasia")
    page.evaluate("window.stop()")

    lay(FORM)
    page.get_by_role("button", name="Pakai tulisan itu").click()

    assert page.input_value("textarea") == "Pelatihan tenun"
    assert page.input_value("[name=secret]") == ""
    assert "rahasia" not in json.dumps(drafts(page))


def test_a_draft_can_be_thrown_away(page, lay):
    lay(FORM)
    page.fill("textarea", "Salah ketik")

    lay(FORM)
    page.get_by_role("button", name="Buang").click()

    assert page.input_value("textarea") == ""
    assert drafts(page) == {}


def test_saving_clears_the_draft_and_says_so(page, lay):
    state = render_to_string("includes/save_state.html", {"text": "Belum ada perubahan"})
    lay(FORM.replace("</form>", f"{state}</form>"))
    answer_posts(page, status=204)

    page.fill("textarea", "Pelatihan tenun")
    page.locator("textarea").blur()

    page.get_by_text("Tersimpan pukul").first.wait_for()
    assert drafts(page) == {}
    assert page.locator("[data-simpan-kabar]").text_content().startswith("Tersimpan pukul")


def test_a_broken_line_keeps_the_draft_and_tries_again(page, lay):
    state = render_to_string("includes/save_state.html", {"text": "Belum ada perubahan"})
    lay(FORM.replace("</form>", f"{state}</form>"))
    page.route("**/simpan-contoh/", lambda route: route.abort())
    page.fill("textarea", "Pelatihan tenun")
    page.locator("textarea").blur()
    page.get_by_text("menunggu sambungan").first.wait_for()
    assert [draft["isi"]["story"] for draft in drafts(page).values()] == ["Pelatihan tenun"]

    page.unroute("**/simpan-contoh/")
    answer_posts(page, status=204)
    page.evaluate("window.dispatchEvent(new Event('online'))")

    page.get_by_text("Tersimpan pukul").first.wait_for()
    assert drafts(page) == {}


def test_a_sign_in_page_in_answer_to_a_save_is_not_taken_for_saved(page, lay):
    state = render_to_string("includes/save_state.html", {"text": "Belum ada perubahan"})
    lay(FORM.replace("</form>", f"{state}</form>"))
    answer_posts(page, status=200, content_type="text/html", body="<!DOCTYPE html><title>Masuk</title>")

    page.fill("textarea", "Pelatihan tenun")
    page.locator("textarea").blur()

    page.get_by_text("Sesi berakhir").first.wait_for()
    assert len(drafts(page)) == 1


def test_the_desk_is_judged_by_keys_outside_text_fields_and_keys_can_be_switched_off(page, lay):
    lay(DESK + render_to_string("includes/shortcuts.html"))
    judged = "() => [...document.querySelectorAll('.putusan :checked')].map(field => field.value)"

    page.keyboard.press("2")
    page.keyboard.press("4")
    assert page.evaluate(judged) == ["50", "100"]

    page.locator("textarea").press_sequentially("36")
    assert page.evaluate(judged) == ["50", "100"]

    page.locator("textarea").blur()
    page.keyboard.press("?")
    page.get_by_label("Pintasan aktif").uncheck()
    page.get_by_label("Pintasan aktif").blur()
    page.keyboard.press("3")
    assert page.evaluate(judged) == ["50", "100"]


def test_a_chosen_file_is_named_beside_the_button(page, lay):
    lay(render_to_string("includes/file_field.html", {"id": "f1", "name": "f1", "title": "Daftar", "limits": "PDF"}))

    page.set_input_files("#f1", {"name": "hadir.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-"})

    assert page.locator("[data-unggah-nama]").text_content() == "hadir.pdf"


def test_without_script_the_native_file_field_shows(open_page, live_server):
    page = open_page(java_script_enabled=False)
    page.goto(f"{live_server.url}/masuk/")

    assert page.locator("html.js").count() == 0
    assert page.get_by_role("button", name="Masuk").is_visible()


def test_sign_in_and_help_are_accessible_in_light_and_dark_at_two_widths(open_page, live_server, axe):
    found = {}
    for theme in ("light", "dark"):
        for width in (360, 1280):
            page = open_page(viewport={"width": width, "height": 800}, color_scheme=theme)
            for path in ("/masuk/", "/bantuan/", "/akun/kata-sandi/lupa/"):
                page.goto(live_server.url + path)
                found[theme, width, path] = axe(page)
                assert page.evaluate("document.documentElement.scrollWidth") == width

    assert {place: faults for place, faults in found.items() if faults} == {}
