"""The filling page through the test client: what it shows, to whom, and what that costs."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Assignment, AssignmentUnit, Measure
from reporting.models import MeasureAnswer, ReasonCode, Report, ReportItem
from reporting.services import filling
from reporting.services.opening import open_period
from reporting.summaries.filling import usual_reasons
from tests import steps
from tests.conftest import StrictClient
from tests.reporting.filling_page import fill_address


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


def test_the_list_names_the_one_thing_to_do_with_each_aksi(scenario, item):
    steps.fill_item(item, scenario.actor("coordinator"))

    acts = {
        name: [act for _row, act in scenario.client(name, StrictClient).get(reverse("item-list")).context["rows"]]
        for name in ("coordinator", "signatory")
    }

    assert acts == {"coordinator": ["check", "remind"], "signatory": ["look", "look"]}


def test_marking_ready_tells_a_coordinator_what_is_next_for_them(scenario, item):
    steps.fill_item(item, scenario.actor("coordinator"))
    client = scenario.client("coordinator", StrictClient)

    page = client.post(reverse("item-mark-ready", args=[item.pk]), follow=True).content.decode()

    assert "Aksi ditandai siap." in page
    assert "Koordinator memeriksanya" not in page


def test_the_list_of_an_office_without_a_report_says_so(scenario):
    response = scenario.client("kanwil", StrictClient).get(reverse("item-list"))

    assert response.status_code == 200
    assert "Kantor yang Anda wakili tidak mempunyai laporan sendiri pada periode ini." in response.content.decode()


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


def test_what_a_reviewer_thinks_of_a_correction_is_not_told_before_it_is_decided(scenario, item):
    returned_with_notes(scenario)
    steps.send_report(scenario.report, scenario.actor("coordinator"))
    steps.claim_report(scenario.report, scenario.actor("kanwil"))
    for answer in steps.answers_of(scenario.report, aksi=1):
        steps.judge_answer(answer, scenario.actor("kanwil"), decision="return", note="Masih saya pikirkan.")

    page = unescape(scenario.client("opd", StrictClient).get(fill_address(item)).content.decode())

    assert "Laporan sedang ditelaah." in page
    assert "Masih saya pikirkan." not in page


def test_an_accepted_aksi_of_a_returned_report_is_only_read(scenario):
    returned_with_notes(scenario)
    accepted = ReportItem.objects.get(report=scenario.report, aksi__number=2)

    page = unescape(scenario.client("coordinator", StrictClient).get(fill_address(accepted)).content.decode())

    assert "Penelaah tidak mengembalikan aksi ini, jadi isiannya tetap seperti yang dikirim." in page
    assert "<textarea" not in page


STANDS = "ukuran yang sudah diterima dihitung dengan nilainya."


def test_what_was_accepted_counts_as_judged_and_the_page_says_so(scenario, item):
    returned_with_notes(scenario)
    accepted = ReportItem.objects.get(report=scenario.report, aksi__number=2)
    coordinator = scenario.client("coordinator", StrictClient)

    pages = [unescape(coordinator.get(fill_address(found)).content.decode()) for found in (item, accepted)]

    for page in pages:
        assert f"Nilai seluruh laporan menjadi 82,50 bila semua isian lainnya dinilai sesuai; {STANDS}" in page
    assert "Bernilai 50,00 poin. Sudah diterima dan dihitung 32,50 poin." in pages[1]
    assert 'class="kurang' not in pages[1]
    assert '<h2 id="kekurangan-judul">Perkiraan poin aksi ini' in pages[0]
    assert '<h2 id="kekurangan-judul">Poin aksi ini' in pages[1]


def test_how_an_accepted_aksi_was_judged_is_not_for_others_to_read(scenario):
    returned_with_notes(scenario)
    accepted = ReportItem.objects.get(report=scenario.report, aksi__number=2)

    page = unescape(scenario.client("pembina", StrictClient).get(fill_address(accepted)).content.decode())

    assert "Bernilai 50,00 poin. Sudah diterima." in page
    assert "32,50" not in page
    assert "82,50" not in page


def test_why_a_measure_usually_comes_back_is_counted_over_all_reports(scenario, item):
    returned_with_notes(scenario)
    other = scenario.reports["53.08"]
    there = ReportItem.objects.get(report=other, aksi__number=1)

    page = unescape(scenario.client("other_coordinator", StrictClient).get(fill_address(there)).content.decode())

    text = ReasonCode.objects.get(code="S02").text
    assert page.count("Paling sering dikembalikan pada ukuran ini") == 2
    year = scenario.plan_year.year
    assert page.count(f"{text} (1 kali). Dari 1 putusan penelaah atas semua instansi sejak {year}.") == 2
    Measure.objects.filter(aksi__number=1, number=2).update(number=3)  # one that nobody returned before
    assert [(row.text, row.count, row.judged) for row in usual_reasons(there)[None]] == [(text, 2, 2)]
    page = unescape(scenario.client("other_coordinator", StrictClient).get(fill_address(there)).content.decode())
    assert page.count("Paling sering dikembalikan pada aksi ini") == 1


def test_the_score_of_the_whole_report_stands_beside_the_gaps(scenario, item):
    steps.fill_item(item, scenario.actor("opd"))

    page = unescape(scenario.client("opd", StrictClient).get(fill_address(item)).content.decode())

    assert "Nilai seluruh laporan menjadi 50,00 bila semua isian yang ada sekarang dinilai sesuai." in page


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
