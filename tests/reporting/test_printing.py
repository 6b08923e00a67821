"""The report on paper."""

from html import unescape

import pytest
from django.urls import reverse

from tests import steps
from tests.conftest import StrictClient


@pytest.fixture
def filled(scenario):
    steps.fill_report(scenario.report, scenario.actor("coordinator"))
    return scenario.report


@pytest.mark.parametrize("url", ["report-print", "report-evidence-zip"])
@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("opd", 200),
        ("coordinator", 200),
        ("kanwil", 200),
        ("verifier", 200),
        ("neighbour_coordinator", 404),
        ("other_coordinator", 404),
        ("neighbour_kanwil", 404),
        ("reader", 404),
    ],
)
def test_only_who_may_read_the_report_prints_and_packs_it(scenario, url, name, status):
    address = reverse(url, args=[scenario.report.pk])

    assert scenario.client(name, StrictClient).get(address).status_code == status


def test_the_printed_report_shows_answers_evidence_and_the_receipt(scenario, filled):
    coordinator = scenario.actor("coordinator")
    steps.mark_all_ready(filled, coordinator)
    submission = steps.send_report(filled, coordinator)

    page = unescape(
        scenario.client("coordinator", StrictClient).get(reverse("report-print", args=[filled.pk])).content.decode()
    )

    assert page.count("Kegiatan dilaksanakan di dua kecamatan.") == 3
    assert page.count("SHA-256 <code") == 3
    footer = f"Kabupaten Sikka, {filled.period}, {submission.receipt_number}, SHA-256 {submission.content_hash}"
    assert f'<p class="cetak-kaki">{footer}</p>' in page


def test_while_it_is_corrected_the_paper_says_that_it_is_not_what_was_sent(scenario, filled):
    submission = steps.send_report(filled, scenario.actor("coordinator"))
    steps.judge_all(filled, scenario.actor("kanwil"), returned=[1], substance="partly")
    steps.return_report(filled, scenario.actor("kanwil"))

    page = scenario.client("coordinator", StrictClient).get(reverse("report-print", args=[filled.pk])).content.decode()

    assert "Laporan sedang diperbaiki. Yang tercetak adalah isian saat ini" in page
    assert f"{filled.period}, sedang diperbaiki" in page
    assert page.count(submission.content_hash) == 1  # of the last receipt, named as such


def test_an_opd_prints_its_own_aksi(scenario, filled):
    page = scenario.client("opd", StrictClient).get(reverse("report-print", args=[filled.pk])).content.decode()

    assert "Aksi uji 1 untuk perempuan" in page
    assert "Aksi uji 2 untuk anak" not in page
    assert "Laporan ini belum dikirim. Yang tercetak adalah isian saat ini." in page


def test_printing_costs_the_same_for_every_report(scenario, filled, django_assert_num_queries):
    coordinator = scenario.client("coordinator", StrictClient)
    address = reverse("report-print", args=[filled.pk])
    coordinator.get(address)

    with django_assert_num_queries(11):
        coordinator.get(address)
