"""Search by name: within one's scope, forgiving, and never broken by what one types."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actions.models import Institution, InstitutionAlias
from reporting.models import ReportItem
from tests.conftest import StrictClient


def search(scenario, name: str, words: str, **more):
    return scenario.client(name, StrictClient).get("/cari/", {"q": words, **more})


def codes(response) -> list[str]:
    return [row.code for row, _report in response.context["rows"]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kanwil", ["53.07", "53.08"]),
        ("neighbour_kanwil", ["52.01"]),
        ("pembina", ["53.07", "53.08"]),
        ("verifier", ["52.01", "53.07", "53.08"]),
        ("secretariat", ["52.01", "53.07", "53.08"]),
        ("leader", ["52.01", "53.07", "53.08"]),
        ("panitia_verifier", []),
    ],
)
def test_institutions_are_found_within_the_scope(scenario, name, expected):
    assert codes(search(scenario, name, "kabupaten")) == expected


def test_every_result_leads_to_report_score_and_contact(scenario):
    page = search(scenario, "kanwil", "sikka").content.decode()

    assert f'href="/laporan/{scenario.report.pk}/"' in page
    assert 'href="/hasil/instansi/53.07/"' in page
    assert f'href="/instansi/{scenario.kabupaten.pk}/"' in page


def test_a_national_reader_gets_no_link_to_a_report(scenario):
    response = search(scenario, "reader", "sikka")

    assert [report for _row, report in response.context["rows"]] == [None]
    assert f"/laporan/{scenario.report.pk}/" not in response.content.decode()


def test_older_spellings_and_codes_are_understood(scenario):
    InstitutionAlias.objects.create(institution=scenario.kabupaten, name="maumere")

    assert codes(search(scenario, "kanwil", "Maumere")) == ["53.07"]
    assert codes(search(scenario, "kanwil", "53.08")) == ["53.08"]


def test_reporters_find_the_aksi_of_their_own_report(scenario):
    found = search(scenario, "coordinator", "perempuan")

    own = ReportItem.objects.get(report=scenario.report, aksi__number=1)
    assert [item.pk for item in found.context["aksi"]] == [own.pk]
    assert "Instansi</h2>" not in found.content.decode()


def test_staff_of_one_opd_find_only_their_own_aksi(scenario):
    assert [item.aksi.number for item in search(scenario, "opd", "aksi uji").context["aksi"]] == [1]
    assert [item.aksi.number for item in search(scenario, "other_opd", "aksi uji").context["aksi"]] == [2]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("", "Tulis nama yang dicari, misalnya Sikka."),
        ("a", "Tulis sedikitnya dua huruf."),
        ("x" * 101, "Tulis nama yang lebih pendek, paling panjang 100 huruf."),
        ("si\x00kka", "karakter null"),
    ],
)
def test_odd_words_get_a_reason(scenario, words, reason):
    response = search(scenario, "kanwil", words)

    assert response.status_code == 200
    assert reason.lower() in response.content.decode().lower()


def test_the_page_stands_without_a_search(scenario):
    response = scenario.client("kanwil", StrictClient).get("/cari/")

    assert (response.status_code, response.context["page"]) == (200, None)


def test_nothing_found_says_what_to_try(scenario):
    assert "Tidak ada instansi dengan nama itu" in search(scenario, "kanwil", "Lombok").content.decode()


def test_results_are_parted_into_pages_at_a_fixed_cost(scenario):
    few = _cost(scenario)
    Institution.objects.bulk_create(
        Institution(code=f"53.{n}", name=f"Kabupaten {n}", kind="kabupaten", parent=scenario.province)
        for n in range(100, 160)
    )

    response = search(scenario, "kanwil", "kabupaten", page="2")

    assert len(response.context["rows"]) == 12
    assert 'href="?q=kabupaten&amp;page=1"' in response.content.decode()
    assert _cost(scenario) == few <= 12


def _cost(scenario) -> int:
    client = scenario.client("kanwil", StrictClient)
    with CaptureQueriesContext(connection) as queries:
        client.get("/cari/", {"q": "kabupaten"})
    return len(queries)
