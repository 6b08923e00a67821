"""Saving the filling page through the test client: without scripts, as one types, by two people, and ready."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from reporting.models import Evidence, MeasureAnswer, ReportItem
from reporting.services import filling
from tests import files, steps
from tests.conftest import StrictClient
from tests.reporting.filling_page import HTMX, fill_address, told, typed


@pytest.fixture
def item(scenario) -> ReportItem:
    """Aksi 1 of Kabupaten Sikka: two measures, owned by Dinas Koperasi."""
    return ReportItem.objects.get(report=scenario.report, aksi__number=1)


@pytest.fixture
def answers(scenario) -> list[MeasureAnswer]:
    return steps.answers_of(scenario.report, aksi=1)


@pytest.fixture
def opd(scenario):
    return scenario.client("opd", StrictClient)


# Saving without scripts


def test_saving_keeps_every_measure_and_its_files(opd, item, answers):
    data = typed(answers[0], execution="carried_out", description="Dua desa", budget="1.500")
    data |= typed(answers[1], execution="partly", number="48")
    data |= {
        f"u{answers[0].pk}-notulen-file": files.upload(files.pdf(3), "Notulen.pdf"),
        f"u{answers[0].pk}-notulen-document_on": "2026-08-24",
        f"u{answers[0].pk}-notulen-page": "3",
    }

    response = opd.post(fill_address(item), data)

    assert (response.status_code, response.url) == (302, fill_address(item))
    assert told(response) == ["Tersimpan. Semua isian aksi ini sudah ada di portal."]
    first, second = MeasureAnswer.objects.filter(item=item).order_by("measure__number")
    assert (first.execution, first.description, first.budget) == ("carried_out", "Dua desa", 1500)
    assert (second.execution, second.number) == ("partly", 48)
    evidence = Evidence.objects.get()
    assert (evidence.answer, evidence.filename, evidence.page) == (first, "Notulen.pdf", 3)
    assert evidence.document_on.isoformat() == "2026-08-24"


def test_an_error_loses_neither_text_nor_files(opd, item, answers):
    data = typed(answers[0], execution="carried_out", description="Dua desa")
    data |= typed(answers[1], execution="carried_out", number="nihil", description="Tiga desa")
    data |= {
        f"u{answers[0].pk}-notulen-file": files.upload(files.pdf(), "Notulen.pdf"),
        f"u{answers[1].pk}-daftar-penerima-file": files.upload(files.encrypted_pdf(), "Daftar.pdf"),
    }

    page = unescape(opd.post(fill_address(item), data).content.decode())

    first, second = MeasureAnswer.objects.filter(item=item).order_by("measure__number")
    assert (first.description, second.description, second.number) == ("Dua desa", "Tiga desa", None)
    assert [row.filename for row in Evidence.objects.all()] == ["Notulen.pdf"]
    assert f'name="u{second.pk}-number" value="nihil"' in page
    number_error = "Isi dengan angka, misalnya 48. Bila tidak ada penerima, pilih nihil pada pelaksanaan."
    assert f'<a href="#id_u{second.pk}-number">Ukuran 2, Angka capaian: {number_error}</a>' in page
    file_error = "Berkas terkunci kata sandi. Simpan ulang tanpa kata sandi, lalu unggah lagi."
    assert (
        f'<a href="#id_u{second.pk}-daftar-penerima-file">Ukuran 2, daftar penerima “Daftar.pdf”: {file_error}</a>'
        in page
    )


def test_a_hundred_thousand_letters_come_back_whole(opd, item, answers):
    text = "panjang " * 12_500

    page = opd.post(fill_address(item), typed(answers[0], description=text)).content.decode()

    assert text.strip() in page
    assert "Paling banyak 10.000 huruf, sekarang 99.999. Ringkas tulisannya." in page
    answers[0].refresh_from_db()
    assert answers[0].description == ""


def test_a_wrong_page_does_not_cost_the_file(opd, item, answers):
    prefix = f"u{answers[0].pk}-notulen"
    day_after = (timezone.localdate() + timedelta(days=2)).isoformat()
    data = {f"{prefix}-file": files.upload(files.pdf(2)), f"{prefix}-page": "9", f"{prefix}-document_on": day_after}

    page = unescape(opd.post(fill_address(item), typed(answers[0]) | data).content.decode())

    evidence = Evidence.objects.get()
    assert (evidence.page, evidence.document_on) == (None, None)
    for reason in ("Berkas ini hanya 2 halaman.", "Tanggal dokumen tidak boleh sesudah hari ini."):
        text = f"“notulen.pdf” sudah disimpan, tetapi perbaiki keterangannya: {reason}"
        assert f'<a href="{reverse("evidence-replace", args=[evidence.pk])}">{text}</a>' in page


def test_a_page_without_a_file_asks_for_the_file(opd, item, answers):
    response = opd.post(fill_address(item), {f"u{answers[0].pk}-notulen-page": "3"})

    assert response.context["problems"] == [
        (
            "Ukuran 1: pilih berkas untuk tanggal atau halaman yang Anda tulis.",
            f"#id_u{answers[0].pk}-notulen-file",
        )
    ]


def test_an_oversized_file_is_refused_by_its_true_size_and_not_kept(opd, item, answers, settings):
    settings.EVIDENCE_MAX_BYTES = 3 * 1024**2
    big = files.upload(files.pdf() + b"0" * 5 * 1024**2, "Besar.pdf")

    response = opd.post(
        fill_address(item), typed(answers[0], description="Ada") | {f"u{answers[0].pk}-notulen-file": big}
    )

    reason = "Berkas 5 MB, batasnya 3 MB. Pindai dengan 150 dpi atau pecah menjadi dua."
    assert [text for text, _ in response.context["problems"]] == [f"Ukuran 1, notulen “Besar.pdf”: {reason}"]
    answers[0].refresh_from_db()
    assert answers[0].description == "Ada"


def test_fields_of_another_aksi_in_the_same_post_are_ignored(scenario, opd, item, answers):
    foreign = steps.answers_of(scenario.report, aksi=2)[0]

    opd.post(
        fill_address(item), typed(answers[0], description="Milik saya") | typed(foreign, description="Bukan milik")
    )

    foreign.refresh_from_db()
    assert foreign.description == ""


@pytest.mark.parametrize("name", ["other_opd", "neighbour_coordinator"])
@pytest.mark.parametrize("url", ["item-fill", "item-mark-ready", "item-take-back"])
def test_strangers_post_to_nothing(scenario, item, answers, name, url):
    client = scenario.client(name, StrictClient)

    assert client.post(reverse(url, args=[item.pk]), typed(answers[0], description="x")).status_code == 404
    answers[0].refresh_from_db()
    assert answers[0].description == ""


def test_a_refused_save_gives_the_text_back(scenario, item, answers):
    page = unescape(
        scenario.client("kanwil", StrictClient)
        .post(fill_address(item), typed(answers[0], description="Tulisan penelaah"))
        .content.decode()
    )

    assert "Hanya perangkat daerah pengampu dan koordinator instansi ini yang mengisi aksi ini." in page
    assert "Tulisan penelaah</textarea>" in page
    answers[0].refresh_from_db()
    assert answers[0].description == ""


def test_after_the_end_of_sending_the_text_is_given_back_and_not_saved(scenario, item, answers, time_machine):
    time_machine.move_to(scenario.period.late_until_at, tick=False)
    opd = scenario.client("opd", StrictClient)

    page = unescape(opd.post(fill_address(item), typed(answers[0], description="Terlambat")).content.decode())

    assert "Isian Anda tetap tersimpan; hubungi penelaah untuk perpanjangan." in page
    assert "Terlambat</textarea>" in page
    answers[0].refresh_from_db()
    assert answers[0].description == ""


# Two people


def test_the_second_person_sees_both_versions_and_chooses(scenario, opd, item, answers):
    answer = answers[0]
    filling.save_answer(answer, {"description": "Tulisan koordinator"}, version=0, by=scenario.actor("coordinator"))

    page = unescape(opd.post(fill_address(item), typed(answer, description="Tulisan OPD")).content.decode())

    assert "Tulisan koordinator</dd>" in page
    assert "Tulisan OPD</textarea>" in page
    assert f'name="u{answer.pk}-overwrite" value="1"' in page
    answer.refresh_from_db()
    assert answer.description == "Tulisan koordinator"

    opd.post(fill_address(item), typed(answer, version=0, description="Tulisan OPD", overwrite=1))
    answer.refresh_from_db()
    assert (answer.description, answer.version) == ("Tulisan OPD", 2)


def test_overwriting_what_has_changed_again_is_told_again(scenario, opd, item, answers):
    answer, coordinator = answers[0], scenario.actor("coordinator")
    filling.save_answer(answer, {"description": "Satu"}, version=0, by=coordinator)
    filling.save_answer(answer, {"description": "Dua"}, version=1, by=coordinator)

    response = opd.post(fill_address(item), typed(answer, version=0, description="Tulisan OPD", overwrite=1))

    assert response.context["has_conflicts"] is True
    answer.refresh_from_db()
    assert answer.description == "Dua"


def test_a_measure_that_was_not_touched_is_no_conflict(scenario, opd, item, answers):
    base = opd.get(fill_address(item)).context["page"].rows[0].base
    filling.save_answer(answers[0], {"description": "Koordinator"}, version=0, by=scenario.actor("coordinator"))

    response = opd.post(
        fill_address(item), typed(answers[0], base=base, version=0) | typed(answers[1], description="OPD")
    )

    assert response.status_code == 302
    assert [row.description for row in steps.answers_of(item.report, aksi=1)] == ["Koordinator", "OPD"]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 400, "1\x00"])
def test_a_forged_version_overwrites_nothing(scenario, opd, item, answers, version):
    filling.save_answer(answers[0], {"description": "Ada"}, version=0, by=scenario.actor("opd"))

    opd.post(fill_address(item), typed(answers[0], version=version, description="Timpa"))

    answers[0].refresh_from_db()
    assert answers[0].description == "Ada"


# As one types


def save_address(answer) -> str:
    return reverse("answer-save", args=[answer.pk])


def test_autosave_returns_the_new_version_the_gaps_and_the_time(opd, answers):
    answer = answers[0]

    response = opd.post(save_address(answer), typed(answer, execution="carried_out", description="Ada"), headers=HTMX)

    page = unescape(response.content.decode())
    assert f'<input type="hidden" name="u{answer.pk}-version" value="1">' in page
    assert "Masih kurang 3,75 poin: unggah notulen." in page
    assert 'id="kekurangan"' in page
    assert "Tersimpan pukul" in page


def test_autosave_keeps_valid_fields_beside_a_wrong_one(opd, answers):
    answer = answers[1]

    response = opd.post(save_address(answer), typed(answer, description="Ada", number="nihil"), headers=HTMX)

    answer.refresh_from_db()
    assert (answer.description, answer.number) == ("Ada", None)
    assert "Sebagian belum tersimpan" in response.content.decode()
    assert f'href="#id_u{answer.pk}-number"' in response.content.decode()


def test_autosave_shows_what_somebody_else_saved(scenario, opd, answers):
    answer = answers[0]
    filling.save_answer(answer, {"description": "Koordinator"}, version=0, by=scenario.actor("coordinator"))

    page = opd.post(save_address(answer), typed(answer, description="OPD"), headers=HTMX).content.decode()

    assert "Koordinator</dd>" in page
    assert f'<input type="hidden" name="u{answer.pk}-version" value="0">' in page


def test_autosave_without_htmx_goes_back_to_the_page(opd, item, answers):
    response = opd.post(save_address(answers[1]), typed(answers[1], number="nihil"))

    assert (response.status_code, response.url) == (302, fill_address(item))
    assert len(told(response)) == 1


@pytest.mark.parametrize("name", ["other_opd", "neighbour_opd", "neighbour_kanwil"])
def test_strangers_autosave_nothing(scenario, answers, name):
    client = scenario.client(name, StrictClient)

    assert client.post(save_address(answers[0]), typed(answers[0], description="x"), headers=HTMX).status_code == 404


# Ready


def test_marking_ready_saves_first(scenario, opd, item, answers):
    steps.fill_item(item, scenario.actor("opd"))
    answer = steps.answers_of(item.report, aksi=1)[0]

    response = opd.post(
        reverse("item-mark-ready", args=[item.pk]), typed(answer, execution="carried_out", description="Baru")
    )

    assert (response.status_code, response.url) == (302, reverse("report-detail", args=[item.report_id]))
    item.refresh_from_db()
    answer.refresh_from_db()
    assert (item.status, answer.description) == ("ready", "Baru")


def test_marking_an_incomplete_aksi_names_what_is_missing(opd, item):
    response = opd.post(reverse("item-mark-ready", args=[item.pk]))

    assert told(response) == [
        "Belum lengkap: isi ukuran 1 (belum diisi).",
        "Belum lengkap: isi ukuran 2 (belum diisi).",
    ]
    item.refresh_from_db()
    assert item.status == "filling"


def test_an_aksi_marked_ready_can_be_taken_back_from_its_page(scenario, opd, item):
    steps.fill_item(item, scenario.actor("opd"))
    filling.mark_ready(item, by=scenario.actor("opd"))

    page = opd.get(fill_address(item)).content.decode()
    assert "<textarea" not in page
    assert f'action="{reverse("item-take-back", args=[item.pk])}"' in page

    opd.post(reverse("item-take-back", args=[item.pk]))
    item.refresh_from_db()
    assert item.status == "filling"
