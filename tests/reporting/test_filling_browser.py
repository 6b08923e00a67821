"""The filling page in a browser: saved as one types, nothing lost between two people, usable on a phone."""

import pytest
from django.conf import settings
from django.urls import reverse

from reporting.models import Evidence, MeasureAnswer
from reporting.services import filling
from tests import files, steps
from tests.scenario import Scenario

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scenario(transactional_db) -> Scenario:
    return Scenario()


@pytest.fixture
def answers(scenario) -> list[MeasureAnswer]:
    return steps.answers_of(scenario.report, aksi=1)


@pytest.fixture
def visit(scenario, live_server, open_page, answers):
    """Return a function that opens the filling page of Aksi 1 signed in as a person of the scenario."""

    def open_as(name: str = "opd", **options):
        page = open_page(**{"viewport": {"width": 1280, "height": 900}, **options})
        cookie = scenario.client(name).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page.goto(live_server.url + reverse("item-fill", args=[answers[0].item_id]))
        return page

    return open_as


def wait_for_version(page, answer, version: int) -> None:
    page.wait_for_selector(f"input[name=u{answer.pk}-version][value='{version}']", state="attached")


def test_what_is_typed_is_saved_and_the_gaps_follow(visit, answers):
    first = answers[0]
    page = visit()
    notulen = page.locator(f"#bukti-u{first.pk}-notulen .kecil")

    assert page.inner_text("#keping-aksi") == "Belum diisi"
    assert notulen.inner_text() == "wajib"
    page.check(f"input[name=u{first.pk}-execution][value=carried_out]")
    wait_for_version(page, first, 1)
    assert page.inner_text("#keping-aksi") == "Sedang diisi"
    assert notulen.inner_text() == "+3,75 poin"
    assert page.inner_text("#terakhir-diisi").startswith("Terakhir diisi Opd, ")
    page.fill(f"#id_u{first.pk}-description", "Pelatihan di Alok")
    wait_for_version(page, first, 2)
    page.fill(f"#id_u{first.pk}-budget", "180000000")
    page.locator(f"#id_u{first.pk}-budget").blur()
    wait_for_version(page, first, 3)

    first.refresh_from_db()
    assert (first.execution, first.description, first.budget) == ("carried_out", "Pelatihan di Alok", 180_000_000)
    assert page.input_value(f"#id_u{first.pk}-budget") == "180.000.000"
    assert page.inner_text("[data-simpan-teks]").startswith("Tersimpan pukul ")
    assert page.locator("#kekurangan .kurang a").all_inner_texts() == ["Isi ukuran 2", "Unggah notulen"]


def test_only_the_fields_of_the_declaration_show(visit, answers):
    second = answers[1]
    page = visit()
    shown = lambda name: page.is_visible(f"#id_u{second.pk}-{name}")  # noqa: E731 - a question asked three times

    assert [shown("description"), shown("reason")] == [False, False]
    page.check(f"input[name=u{second.pk}-execution][value=nihil]")
    assert [shown("description"), shown("reason")] == [False, True]
    page.check(f"input[name=u{second.pk}-execution][value=partly]")
    assert [shown("description"), shown("reason")] == [True, False]


def test_without_scripts_every_field_shows_and_saving_works(visit, answers):
    second = answers[1]
    page = visit(java_script_enabled=False, viewport={"width": 360, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.check(f"input[name=u{second.pk}-execution][value=nihil]")
    page.fill(f"#id_u{second.pk}-reason", "Tidak ada sasaran")
    page.set_input_files(f"#id_u{second.pk}-surat-keterangan-file", _pdf("surat.pdf"))
    page.click(".bilah-bawah .btn-kedua")

    assert page.inner_text("#pesan") == "Tersimpan. Semua isian aksi ini sudah ada di portal."
    second.refresh_from_db()
    assert (second.execution, second.reason) == ("nihil", "Tidak ada sasaran")
    assert [row.filename for row in Evidence.objects.filter(answer=second)] == ["surat.pdf"]


def test_a_file_is_uploaded_beside_unsaved_text(scenario, visit, answers):
    first = answers[0]
    steps.fill_answer(answers[1], scenario.actor("opd"))
    filling.save_answer(first, {"execution": "partly"}, version=0, by=scenario.actor("opd"))
    page = visit()
    page.fill(f"#id_u{first.pk}-obstacles", "Hujan")
    page.set_input_files(f"#id_u{first.pk}-notulen-file", _pdf("Notulen.pdf"))

    page.click(f"#bukti-u{first.pk} [data-unggah-kirim]:visible")

    page.wait_for_selector(f"#bukti-u{first.pk} .berkas__nama")
    assert page.input_value(f"#id_u{first.pk}-obstacles") == "Hujan"
    wait_for_version(page, first, 2)
    assert page.locator("#kekurangan .kurang a").all_inner_texts() == ["Tulis apa yang dilakukan"]


def break_line(route):
    route.abort()


def fall_ill(route):
    route.fulfill(status=503, content_type="text/html", body="<!doctype html><title>503</title>")


def lose_answer(route):
    route.fetch()
    route.abort()


def test_an_upload_that_fails_keeps_the_file_and_arrives_once(visit, answers):
    first = answers[0]
    page = visit()
    place, send = page.locator(f"#bukti-u{first.pk}"), f"#bukti-u{first.pk} [data-unggah-kirim]:visible"
    page.check(f"input[name=u{first.pk}-execution][value=partly]")
    wait_for_version(page, first, 1)
    page.set_input_files(f"#id_u{first.pk}-notulen-file", _pdf("Notulen.pdf"))

    for trouble in (break_line, fall_ill, lose_answer):
        page.route("**/data-dukung/notulen/", trouble, times=1)
        with page.expect_request("**/data-dukung/notulen/"):
            page.click(send)
        place.locator("[data-unggah-gagal]:visible").wait_for()
        assert page.inner_text(send) == "Coba lagi"
        assert page.inner_text("[data-simpan-teks]") == "Berkas belum terkirim"
        assert "Notulen.pdf" in place.locator("[data-unggah-nama]:visible").first.inner_text()
    page.click(send)

    page.wait_for_selector(f"#bukti-u{first.pk} .berkas__nama")
    assert page.inner_text("[data-simpan-teks]").startswith("Tersimpan pukul ")
    assert [row.filename for row in Evidence.objects.filter(answer=first)] == ["Notulen.pdf"]


def test_without_a_line_the_page_and_its_chosen_file_stay(visit, answers):
    first = answers[0]
    page = visit()
    page.check(f"input[name=u{first.pk}-execution][value=partly]")
    wait_for_version(page, first, 1)
    page.set_input_files(f"#id_u{first.pk}-notulen-file", _pdf("Notulen.pdf"))
    page.context.set_offline(True)

    page.click(".bilah-bawah .btn-kedua")

    page.locator(f"#bukti-u{first.pk} [data-unggah-gagal]:visible").wait_for()
    assert page.inner_text("[data-simpan-teks]") == "Tersimpan di perangkat ini, menunggu sambungan"
    page.context.set_offline(False)
    page.click(".bilah-bawah .btn-kedua")
    page.wait_for_selector("#pesan")
    assert [row.filename for row in Evidence.objects.filter(answer=first)] == ["Notulen.pdf"]


def test_the_second_of_two_people_sees_both_and_decides(scenario, visit, answers):
    first = answers[0]
    filling.save_answer(first, {"execution": "partly"}, version=0, by=scenario.actor("opd"))
    page = visit()
    filling.save_answer(first, {"description": "Koordinator"}, version=1, by=scenario.actor("coordinator"))

    page.fill(f"#id_u{first.pk}-description", "Staf OPD")
    page.wait_for_selector(f"#u{first.pk}-beda")

    first.refresh_from_db()
    assert first.description == "Koordinator"
    assert "Koordinator" in page.inner_text(f"#u{first.pk}-beda dl")
    assert page.inner_text("[data-simpan-teks]") == "Sebagian belum tersimpan"
    page.click(f"#u{first.pk}-beda button")
    page.wait_for_selector("#pesan")
    first.refresh_from_db()
    assert first.description == "Staf OPD"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_is_accessible_and_never_scrolls_sideways(scenario, visit, answers, axe, width, theme):
    scenario.user("opd").theme = theme
    scenario.user("opd").save(update_fields=["theme"])
    steps.fill_answer(answers[0], scenario.actor("opd"))
    steps.fill_answer(answers[1], scenario.actor("opd"), execution="nihil")

    page = visit(viewport={"width": width, "height": 800})

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def _pdf(name: str) -> dict:
    return {"name": name, "mimeType": "application/pdf", "buffer": files.pdf(2, mark=name)}
