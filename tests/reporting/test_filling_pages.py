"""The filling page through the test client: saving without scripts, saving as one types, and everybody's scope."""

from datetime import timedelta
from html import unescape

import pytest
from django.conf import settings as django_settings
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions.models import Assignment, AssignmentUnit
from reporting.models import Evidence, MeasureAnswer, ReasonCode, Report, ReportItem
from reporting.services import filling
from reporting.services.opening import open_period
from tests import files, steps
from tests.conftest import StrictClient

HTMX = {"HX-Request": "true"}


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


def typed(answer, **values) -> dict:
    """What the page of an untouched answer posts, with these fields changed."""
    blank = dict.fromkeys(["description", "budget", "realisation", "obstacles", "reason", "letter_number"], "")
    values = blank | {"version": answer.version} | values
    return {f"u{answer.pk}-{name}": value for name, value in values.items()}


def fill_address(item) -> str:
    return reverse("item-fill", args=[item.pk])


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# Reading


def test_the_page_shows_measures_in_order_with_worth_gaps_and_fields(opd, item, answers):
    page = unescape(opd.get(fill_address(item)).content.decode())

    first, second = (page.index(f'id="u{answer.pk}"') for answer in answers)
    assert first < second
    assert page.count("Bernilai 25,00 poin.") == 2
    assert f'href="#div_id_u{answers[0].pk}-execution"' in page
    assert f'name="u{answers[0].pk}-notulen-file"' in page
    assert f'name="u{answers[1].pk}-number"' in page
    assert page.count('class="contoh"') == 1


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("opd", 200),
        ("coordinator", 200),
        ("signatory", 200),
        ("pembina", 200),
        ("kanwil", 200),
        ("verifier", 200),
        ("other_opd", 404),
        ("neighbour_opd", 404),
        ("neighbour_coordinator", 404),
        ("neighbour_kanwil", 404),
        ("other_coordinator", 404),
        ("reader", 404),
    ],
)
def test_only_who_is_concerned_opens_the_page(scenario, item, name, status):
    client = scenario.client(name, StrictClient)

    assert client.get(fill_address(item)).status_code == status


@pytest.mark.parametrize("name", ["signatory", "pembina", "kanwil", "verifier"])
def test_who_may_not_fill_reads_the_answers_and_the_reason(scenario, item, answers, name):
    steps.fill_answer(answers[0], scenario.actor("opd"), execution="partly", description="Sudah dua desa")

    page = unescape(scenario.client(name, StrictClient).get(fill_address(item)).content.decode())

    assert "Sudah dua desa" in page
    assert "Hanya perangkat daerah pengampu dan koordinator instansi ini yang mengisi aksi ini." in page
    assert "<textarea" not in page


@pytest.mark.parametrize("pk", ["0", "99999999", "9" * 30, "9" * 5000, "x"])
def test_nonsense_addresses_are_not_found(opd, item, pk):
    assert opd.get(f"/aksi/{pk}/").status_code == 404


def test_the_list_shows_an_opd_its_own_aksi_only(scenario, opd):
    mine = opd.get(reverse("item-list")).context["completeness"].items
    whole = scenario.client("coordinator", StrictClient).get(reverse("item-list")).context["completeness"].items

    assert [found.item.aksi.number for found in mine] == [1]
    assert [found.item.aksi.number for found in whole] == [1, 2]


def test_the_list_of_an_office_without_a_report_says_so(scenario):
    response = scenario.client("kanwil", StrictClient).get(reverse("item-list"))

    assert response.status_code == 200
    assert "Kantor yang Anda wakili tidak mempunyai laporan sendiri pada periode ini." in response.content.decode()


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


# What came back


def returned_with_notes(scenario) -> None:
    """Bring the report back from its reviewer with Aksi 1 returned for S02 and Aksi 2 accepted."""
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(scenario.report, coordinator)
    steps.mark_all_ready(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil, returned=[1], substance="partly")
    steps.return_report(scenario.report, kanwil)


def test_why_a_measure_came_back_stands_at_its_fields(scenario, item):
    returned_with_notes(scenario)
    opd = scenario.client("opd", StrictClient)

    page = unescape(opd.get(fill_address(item)).content.decode())

    reason = ReasonCode.objects.get(code="S02")
    assert page.count("<strong>Dikembalikan Kantor Wilayah Nusa Tenggara Timur</strong><br>Mohon lengkapi bukti.") == 2
    assert page.count(f"<li>{reason.text}. {reason.advice}</li>") == 2


def test_an_accepted_aksi_of_a_returned_report_is_only_read(scenario):
    returned_with_notes(scenario)
    accepted = ReportItem.objects.get(report=scenario.report, aksi__number=2)

    page = unescape(scenario.client("coordinator", StrictClient).get(fill_address(accepted)).content.decode())

    assert "Penelaah tidak mengembalikan aksi ini, jadi isiannya tetap seperti yang dikirim." in page
    assert "<textarea" not in page


def test_why_a_measure_usually_comes_back_is_counted_over_all_reports(scenario, item):
    returned_with_notes(scenario)
    other = scenario.reports["53.08"]
    there = ReportItem.objects.get(report=other, aksi__number=1)

    page = unescape(scenario.client("other_coordinator", StrictClient).get(fill_address(there)).content.decode())

    text = ReasonCode.objects.get(code="S02").text
    assert page.count("Paling sering dikembalikan pada ukuran ini") == 2
    assert page.count(f"{text} (1 kali).") == 2


# Last period beside this one


@pytest.fixture
def earlier(scenario) -> MeasureAnswer:
    """What Kabupaten Sikka said about measure 1 of Aksi 1 one period ago."""
    period = scenario.add_period(2, "B06", "Triwulan II", scenario.now - timedelta(days=90))
    scenario.add_measure(scenario.aksi[0], period, 1)
    open_period(period, by=scenario.actor("secretariat"), now=scenario.now - timedelta(days=100))
    report = Report.objects.get(institution=scenario.kabupaten, period=period)
    answer = steps.answers_of(report)[0]
    MeasureAnswer.objects.filter(pk=answer.pk).update(execution="partly", description="Daftar 61 calon penerima")
    return answer


def test_last_period_stands_beside_and_becomes_a_draft(opd, item, answers, earlier):
    page = unescape(opd.get(fill_address(item)).content.decode())
    assert "Pada Triwulan II Anda melaporkan: “Daftar 61 calon penerima”" in page
    assert "Daftar 61 calon penerima</textarea>" not in page

    page = unescape(opd.get(f"{fill_address(item)}?rancangan={answers[0].pk}").content.decode())
    assert "Daftar 61 calon penerima</textarea>" in page
    answers[0].refresh_from_db()
    assert answers[0].description == ""


def test_a_draft_never_covers_what_was_written(scenario, opd, item, answers, earlier):
    filling.save_answer(answers[0], {"description": "Tulisan sekarang"}, version=0, by=scenario.actor("opd"))

    page = unescape(opd.get(f"{fill_address(item)}?rancangan={answers[0].pk}").content.decode())

    assert "Tulisan sekarang</textarea>" in page
    assert "Pakai sebagai rancangan" not in page


# Cost


def queries_of(client, address: str) -> int:
    client.get(address)  # statistics that may be an hour old are then known
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_page_costs_the_same_with_one_measure_and_with_three(scenario):
    coordinator = scenario.client("coordinator", StrictClient)
    one, two = ReportItem.objects.filter(report=scenario.report).order_by("-aksi__number")
    scenario.add_measure(scenario.aksi[0], scenario.period, 3)
    open_period(scenario.period, by=scenario.actor("secretariat"))
    steps.fill_item(two, scenario.actor("coordinator"))

    costs = [queries_of(coordinator, fill_address(one)), queries_of(coordinator, fill_address(two))]

    assert MeasureAnswer.objects.filter(item=two).count() == 3
    assert costs == [12, 12]


def test_the_page_costs_its_opd_as_much_as_the_coordinator(scenario, opd, item):
    assert queries_of(opd, fill_address(item)) == 12


def test_the_page_of_a_returned_aksi_costs_no_more(scenario, item):
    returned_with_notes(scenario)
    opd = scenario.client("opd", StrictClient)

    assert queries_of(opd, fill_address(item)) == 12


def test_the_list_costs_the_same_with_one_aksi_and_with_two(scenario, opd):
    one = queries_of(opd, reverse("item-list"))
    second = Assignment.objects.get(institution=scenario.kabupaten, aksi=scenario.aksi[1])
    AssignmentUnit.objects.create(assignment=second, unit=scenario.unit)

    two = queries_of(opd, reverse("item-list"))

    assert [one, two] == [11, 11]


def test_uploads_are_capped_while_they_arrive():
    assert "reporting.uploads.CappedUploadHandler" in django_settings.FILE_UPLOAD_HANDLERS
