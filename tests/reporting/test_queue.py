"""The review queue and the list of who has not sent: who sees what, in which order, and at what cost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from actions.models import Institution, Membership
from reporting.models import Report
from reporting.services import filling
from reporting.services.opening import open_period
from reporting.summaries.missing import Want, missing_list
from reporting.summaries.queue import AWAITING, Stage, review_queue
from tests import steps
from tests.conftest import StrictClient
from tests.downloads import table_of

PAGE_QUERIES = 12


def send(scenario, code: str, by: str, *, now=None) -> Report:
    report = scenario.reports[code]
    actor = scenario.actor(by)
    steps.fill_report(report, actor)
    steps.send_report(report, actor, now=now)
    return Report.objects.get(pk=report.pk)


def rows_of(scenario, name: str, **asked) -> list[tuple[str, str]]:
    queue = review_queue(scenario.actor(name), scenario.period, now=asked.pop("now", scenario.now), **asked)
    return [(row.report.institution.code, row.stage) for row in queue.rows]


def add_institutions(scenario, count: int) -> None:
    """More kabupaten of the same province, with the same aksi and an open report each."""
    new = Institution.objects.bulk_create(
        Institution(code=f"53.{number}", name=f"Kabupaten {number}", kind="kabupaten", parent=scenario.province)
        for number in range(50, 50 + count)
    )
    for aksi in scenario.aksi:
        aksi.assignments.bulk_create(type(aksi.assignments.first())(institution=one, aksi=aksi) for one in new)
    open_period(scenario.period, by=scenario.actor("secretariat"))


# The queue


def test_the_oldest_report_stands_first(scenario):
    send(scenario, "53.08", "other_coordinator", now=scenario.now - timedelta(days=1))
    send(scenario, "53.07", "coordinator")

    assert rows_of(scenario, "kanwil") == [("53.08", Stage.WAITING), ("53.07", Stage.WAITING)]


def test_each_office_has_its_own_queue(scenario):
    send(scenario, "53.07", "coordinator")
    send(scenario, "52.01", "neighbour_coordinator")
    send(scenario, "SOS", "ministry_coordinator")
    send(scenario, "HAM", "ham_coordinator")

    found = {name: [code for code, _stage in rows_of(scenario, name)] for name in REVIEWERS}

    assert found == {
        "kanwil": ["53.07"],
        "kanwil_colleague": ["53.07"],
        "neighbour_kanwil": ["52.01"],
        "verifier": ["SOS"],
        "panitia_verifier": ["HAM"],
    }


REVIEWERS = ["kanwil", "kanwil_colleague", "neighbour_kanwil", "verifier", "panitia_verifier"]


def test_counts_progress_and_claimant(scenario):
    report = send(scenario, "53.07", "coordinator")
    by = scenario.actor("kanwil")
    steps.claim_report(report, by)
    steps.judge_answer(steps.answers_of(report)[0], by)

    queue = review_queue(by, scenario.period, now=scenario.now)

    row = queue.rows[0]
    assert (row.stage, row.judged, row.total, row.is_mine) == (Stage.IN_REVIEW, 1, 3, True)
    assert (queue.expected, queue.sent, queue.awaiting) == (3, 1, 1)
    assert review_queue(scenario.actor("kanwil_colleague"), scenario.period, now=scenario.now).rows[0].is_mine is False


def test_a_returned_report_comes_back_when_its_correction_has_closed(scenario):
    report = send(scenario, "53.07", "coordinator")
    by = scenario.actor("kanwil")
    steps.judge_all(report, by, returned=[1])
    due = steps.return_report(report, by).correction_due_at

    before, after = due - timedelta(microseconds=1), due

    assert rows_of(scenario, "kanwil", now=before) == []
    assert rows_of(scenario, "kanwil", now=before, stages=(Stage.CORRECTING,)) == [("53.07", Stage.CORRECTING)]
    assert rows_of(scenario, "kanwil", now=after) == [("53.07", Stage.CLOSED)]


def test_a_resent_correction_is_counted_anew(scenario):
    report = send(scenario, "53.07", "coordinator")
    by = scenario.actor("kanwil")
    steps.judge_all(report, by, returned=[1])
    steps.return_report(report, by)
    steps.send_report(report, scenario.actor("coordinator"))

    row = review_queue(by, scenario.period, now=scenario.now).rows[0]

    assert (row.report.round, row.judged, row.total) == (2, 1, 3)


def test_the_name_filter_needs_every_word(scenario):
    send(scenario, "53.07", "coordinator")

    assert rows_of(scenario, "kanwil", words="sikka kabupaten") == [("53.07", Stage.WAITING)]
    assert rows_of(scenario, "kanwil", words="kota sikka") == []


def test_a_conflict_of_interest_is_marked(scenario):
    send(scenario, "53.07", "coordinator")
    Membership.objects.create(
        user=scenario.user("kanwil"),
        institution=scenario.kabupaten,
        role=Membership.Role.SIGNATORY,
        starts_on=scenario.period.covers_from,
        ends_on=scenario.period.covers_until,
    )

    assert review_queue(scenario.actor("kanwil"), scenario.period, now=scenario.now).rows[0].is_conflict
    colleague = review_queue(scenario.actor("kanwil_colleague"), scenario.period, now=scenario.now)
    assert not colleague.rows[0].is_conflict


def test_the_queue_costs_three_queries_whatever_its_length(scenario, django_assert_num_queries):
    by = scenario.actor("kanwil")
    with django_assert_num_queries(3):
        review_queue(by, scenario.period, now=scenario.now, stages=tuple(Stage))
    add_institutions(scenario, 20)
    with django_assert_num_queries(3):
        assert len(review_queue(by, scenario.period, now=scenario.now, stages=tuple(Stage)).rows) == 23


@pytest.mark.parametrize("name", ["review-queue", "missing-list"])
def test_the_pages_cost_the_same_with_three_and_with_many(
    scenario, name, django_assert_max_num_queries, client_for, url_of
):
    client = client_for("kanwil")
    send(scenario, "53.07", "coordinator")
    with django_assert_max_num_queries(PAGE_QUERIES) as few:
        assert client.get(url_of(name)).status_code == 200
    add_institutions(scenario, 60)
    with django_assert_max_num_queries(PAGE_QUERIES) as many:
        assert client.get(url_of(name)).status_code == 200

    assert len(few) == len(many)


@pytest.fixture
def client_for(scenario):
    return lambda name: scenario.client(name, StrictClient)


@pytest.fixture
def url_of():
    return {
        "review-queue": "/telaah/",
        "missing-list": "/belum-kirim/",
        "missing-list-csv": "/belum-kirim/csv/",
    }.get


def test_the_empty_queue_says_how_many_have_sent(scenario, client_for):
    page = client_for("kanwil").get("/telaah/").content.decode()

    assert "Dari 3 instansi di wilayah Anda, belum ada yang mengirim laporan" in page


def test_the_page_offers_to_begin_the_review(scenario, client_for):
    report = send(scenario, "53.07", "coordinator")
    client = client_for("kanwil")

    page = client.get("/telaah/").content.decode()
    response = client.post(f"/telaah/{report.pk}/mulai/")

    assert "Mulai telaah" in page
    assert response.url == f"/telaah/{report.pk}/"
    assert Report.objects.get(pk=report.pk).claimed_by == scenario.user("kanwil")


@pytest.mark.parametrize("query", ["status=x&q=y", "status=terverifikasi", "q=%00", f"q={'a' * 500}", "page=abc"])
def test_odd_filters_are_harmless(scenario, client_for, query):
    assert client_for("kanwil").get(f"/telaah/?{query}").status_code == 200


@pytest.mark.parametrize("name", ["opd", "coordinator", "signatory", "pembina", "leader", "reader", "secretariat"])
def test_only_reviewers_have_a_queue(scenario, client_for, name):
    assert client_for(name).get("/telaah/").status_code == 404


# Belum kirim


def missing(scenario, name: str, **asked):
    return missing_list(scenario.actor(name), scenario.period, now=scenario.now, **asked)


def test_each_office_lists_its_own_area(scenario):
    send(scenario, "53.07", "coordinator")

    found = {
        name: [row.report.institution.code for row in missing(scenario, name).rows]
        for name in ["kanwil", "neighbour_kanwil", "pembina", "verifier", "panitia_verifier"]
    }

    assert found == {
        "kanwil": ["53", "53.08"],
        "neighbour_kanwil": ["52", "52.01"],
        "pembina": ["53.08"],
        "verifier": ["SOS"],
        "panitia_verifier": ["HAM"],
    }
    assert len(missing(scenario, "secretariat").rows) == 6


def test_progress_and_contacts(scenario):
    coordinator = scenario.actor("coordinator")
    item = scenario.report.items.get(aksi__number=1)
    steps.fill_item(item, coordinator)
    filling.mark_ready(item, by=coordinator)

    rows = {row.report.institution.code: row for row in missing(scenario, "kanwil").rows}

    row = rows["53.07"]
    assert (row.items_ready, row.items, row.measures_filled, row.measures) == (1, 2, 2, 3)
    assert [(contact.email, contact.role) for contact in row.contacts] == [
        ("coordinator@contoh.example", "Koordinator"),
        ("signatory@contoh.example", "Pejabat penanda tangan"),
    ]
    assert not rows["53.08"].is_started


def test_offices_nobody_can_reach_are_flagged(scenario):
    User.objects.filter(pk=scenario.user("other_coordinator").pk).update(email_bounced_at=timezone.now())

    found = missing(scenario, "kanwil", want=Want.UNREACHABLE)

    assert [row.report.institution.code for row in found.rows] == ["53.08"]
    assert (found.missing, found.not_started, found.unreachable) == (3, 3, 1)


def test_the_csv_holds_every_row_and_disarms_formulas(scenario, client_for):
    User.objects.filter(pk=scenario.user("other_coordinator").pk).update(name="=HYPERLINK(1)")

    response = client_for("kanwil").get("/belum-kirim/csv/")

    lines, _manifest = table_of(response)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert [line[0] for line in lines] == ["Kode", "53", "53.07", "53.07", "53.08"]
    assert lines[4][9] == "'=HYPERLINK(1)"


def test_the_page_names_people_and_flags_the_unreachable(scenario, client_for):
    User.objects.filter(pk=scenario.user("other_coordinator").pk).update(is_active=False)

    page = client_for("kanwil").get("/belum-kirim/").content.decode()

    assert "mailto:coordinator@contoh.example" in page
    assert "Tidak ada alamat yang dapat dihubungi" in page
    assert "neighbour" not in page


@pytest.mark.parametrize("name", ["opd", "coordinator", "signatory", "reader"])
@pytest.mark.parametrize("page", ["missing-list", "missing-list-csv"])
def test_reporters_do_not_see_who_else_is_missing(scenario, client_for, url_of, name, page):
    assert client_for(name).get(url_of(page)).status_code == 404


def test_awaiting_stages_are_those_of_the_reviewer():
    assert set(AWAITING) == {Stage.WAITING, Stage.IN_REVIEW, Stage.CLOSED}
