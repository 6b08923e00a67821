"""Pages of a report: its own, checking, certifying, sending, the receipt, recalling."""

import pytest
import time_machine
from django.urls import reverse

from actions.models import Membership
from reporting.models import Submission
from reporting.services import sending
from reporting.services.opening import open_period
from tests import steps
from tests.conftest import StrictClient
from tests.reporting.sending_helpers import MICROSECOND

pytestmark = pytest.mark.django_db


def page(scenario, name: str, url_name: str, *args):
    return scenario.client(name, StrictClient).get(reverse(url_name, args=args))


def post(scenario, name: str, url_name: str, *args, **data):
    return scenario.client(name, StrictClient).post(reverse(url_name, args=args), data)


def reasons_shown(client) -> list[str]:
    """The messages that the next page would show."""
    return [str(message) for message in client.get(reverse("message-list")).context["messages"]]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("opd", 200),
        ("coordinator", 200),
        ("signatory", 200),
        ("pembina", 200),
        ("kanwil", 200),
        ("verifier", 200),
        ("secretariat", 200),
        ("leader", 200),
        ("other_coordinator", 404),
        ("neighbour_opd", 404),
        ("neighbour_coordinator", 404),
        ("neighbour_kanwil", 404),
        ("reader", 404),
        ("panitia_verifier", 404),
        ("ministry_coordinator", 404),
    ],
)
def test_who_opens_a_report(scenario, name, status):
    assert page(scenario, name, "report-detail", scenario.report.pk).status_code == status


@pytest.mark.parametrize("act", ["report-check", "report-certify", "report-submit", "report-recall"])
@pytest.mark.parametrize("pk", ["neighbour", 2**70])
def test_foreign_and_absurd_reports_do_not_exist(scenario, act, pk):
    pk = scenario.reports["52.01"].pk if pk == "neighbour" else pk
    method = page if act == "report-check" else post

    assert method(scenario, "coordinator", act, pk).status_code == 404


def test_opd_staff_see_their_own_items_only(scenario):
    response = page(scenario, "opd", "report-detail", scenario.report.pk)

    assert [row.item.aksi.number for row in response.context["completeness"].items] == [1]
    assert "Aksi uji 2" not in response.content.decode()


@pytest.mark.parametrize("name", ["opd", "kanwil", "pembina", "secretariat"])
def test_who_cannot_send_is_led_back_with_the_reason(scenario, full, name):
    client = scenario.client(name, StrictClient)

    checked = client.get(reverse("report-check", args=[full.pk]))
    sent = client.post(reverse("report-submit", args=[full.pk]), {"statement": "on"})

    assert checked.url == sent.url == reverse("report-detail", args=[full.pk])
    assert set(reasons_shown(client)) == {"Hanya koordinator instansi ini yang mengirim laporan."}
    assert scenario.report.status == "draft"


def test_the_check_page_shows_what_will_be_frozen_and_sending_leads_to_the_receipt(scenario, full):
    client = scenario.client("coordinator", StrictClient)
    checked = client.get(reverse("report-check", args=[full.pk]))
    shown = checked.context["hash"]

    sent = client.post(reverse("report-submit", args=[full.pk]), {"checked_hash": shown, "statement": "on"})

    submission = Submission.objects.get()
    assert "Kegiatan dilaksanakan di dua kecamatan." in checked.content.decode()
    assert sent.url == reverse("receipt", args=[submission.pk])
    assert submission.content_hash == shown
    assert reasons_shown(client)[0].startswith(f"Laporan terkirim. Tanda terima nomor {submission.receipt_number}")


def test_a_signatory_without_anything_to_certify_reads_and_is_offered_no_editing(scenario, full):
    shown = page(scenario, "signatory", "report-check", full.pk).content.decode()

    assert "<h1>Periksa laporan</h1>" in shown
    assert "Tidak ada yang perlu disahkan" in shown
    assert "Lanjutkan mengisi" not in shown
    assert ">Ubah<" not in shown


def test_only_the_last_sending_counts_and_its_receipt_says_what_comes(scenario, returned, coordinator):
    for answer in steps.answers_of(returned, aksi=1):
        steps.fill_answer(answer, coordinator)
    steps.mark_all_ready(returned, coordinator)
    second = sending.submit(returned, by=coordinator)

    shown = page(scenario, "coordinator", "report-detail", returned.pk).content.decode()
    receipt = page(scenario, "coordinator", "receipt", second.pk).content.decode()

    assert shown.count("Diganti kiriman berikutnya") == shown.count("<td>Berlaku") == 1
    assert "Kantor Wilayah Nusa Tenggara Timur menelaah paling lambat" in receipt
    assert receipt.count('class="contoh"') == returned.items.filter(aksi__is_illustrative=True).count()


def test_the_second_of_two_clicks_gets_the_receipt(scenario, full):
    client = scenario.client("coordinator", StrictClient)
    client.post(reverse("report-submit", args=[full.pk]), {"statement": "on"})
    reasons_shown(client)

    again = client.post(reverse("report-submit", args=[full.pk]), {"statement": "on"})

    submission = Submission.objects.get()
    assert again.url == reverse("receipt", args=[submission.pk])
    assert reasons_shown(client) == [
        "Laporan ini sudah terkirim. Tidak dikirim dua kali; inilah tanda terimanya, nomor "
        f"{submission.receipt_number}."
    ]


def test_without_the_statement_nothing_is_sent(scenario, full):
    response = post(scenario, "coordinator", "report-submit", full.pk)

    assert response.context["form"].errors == {"statement": ["Beri tanda centang dulu."]}
    assert (response.status_code, scenario.report.status) == (200, "draft")


def test_gaps_are_listed_with_their_points_and_must_be_ticked(scenario, coordinator):
    steps.fill_item(scenario.report.items.get(aksi__number=1), coordinator)
    client = scenario.client("coordinator", StrictClient)
    url = reverse("report-submit", args=[scenario.report.pk])

    unticked = client.post(url, {"statement": "on"})
    ticked = client.post(url, {"statement": "on", "acknowledged": "on"})

    assert unticked.context["form"].errors == {"acknowledged": ["Beri tanda centang dulu."]}
    assert "kehilangan 50,00 poin" in unticked.content.decode()
    assert ticked.url == reverse("receipt", args=[Submission.objects.get().pk])


def test_what_counts_is_when_the_request_arrived(scenario, full):
    end = scenario.period.late_until_at

    with time_machine.travel(end, tick=False):
        refused_one = post(scenario, "coordinator", "report-submit", full.pk, statement="on")
    with time_machine.travel(end - MICROSECOND, tick=False):
        sent = post(scenario, "coordinator", "report-submit", full.pk, statement="on")

    assert refused_one.url == reverse("report-check", args=[full.pk])
    assert sent.url == reverse("receipt", args=[Submission.objects.get().pk])
    assert Submission.objects.get().submitted_at == end - MICROSECOND


def test_a_signatory_certifies_on_the_check_page_and_the_coordinator_then_sends(signed):
    report = signed.report
    blocked = page(signed, "coordinator", "report-check", report.pk)
    shown = page(signed, "signatory", "report-check", report.pk).context["hash"]

    certified = post(signed, "signatory", "report-certify", report.pk, checked_hash=shown, statement="on")
    sent = post(signed, "coordinator", "report-submit", report.pk, checked_hash=shown)

    assert blocked.context["signatories"] == ["Signatory"]
    assert certified.url == reverse("report-detail", args=[report.pk])
    assert sent.url == reverse("receipt", args=[Submission.objects.get().pk])


def test_who_is_coordinator_and_signatory_does_both_in_turn(signed):
    Membership.objects.filter(user=signed.user("signatory")).update(user=signed.user("coordinator"))
    pk = signed.report.pk

    first = page(signed, "coordinator", "report-check", pk).context["certifying"]
    post(signed, "coordinator", "report-certify", pk, statement="on")
    then = page(signed, "coordinator", "report-check", pk).context["certifying"]

    assert (first, then) == (True, False)


def test_a_certification_is_withdrawn_on_the_report_page(signed):
    sending.certify(signed.report, by=signed.actor("signatory"))
    offered = page(signed, "coordinator", "report-detail", signed.report.pk)

    response = post(signed, "coordinator", "report-withdraw-certification", signed.report.pk)

    assert offered.context["may_withdraw"] is True
    assert response.url == reverse("report-detail", args=[signed.report.pk])
    assert signed.report.status == "draft"


def test_a_recall_asks_first(scenario, full, coordinator):
    sending.submit(full, by=coordinator)

    asked = page(scenario, "coordinator", "report-recall", full.pk)
    status_when_asked = scenario.report.status
    done = post(scenario, "coordinator", "report-recall", full.pk)

    assert (asked.status_code, status_when_asked) == (200, "submitted")
    assert (done.url, scenario.report.status) == (reverse("report-detail", args=[full.pk]), "draft")


def test_the_report_page_keeps_to_its_queries(scenario, full, coordinator, django_assert_max_num_queries):
    client = scenario.client("coordinator", StrictClient)
    pages = [reverse("report-detail", args=[full.pk]), reverse("report-check", args=[full.pk])]

    counted = []
    for url in pages:
        with django_assert_max_num_queries(12) as small:
            client.get(url)
        counted.append(len(small))
    for number in (3, 4, 5):
        scenario.add_aksi("kab_kota", number, "anak", measures=2)
    open_period(scenario.period, by=scenario.actor("secretariat"))
    steps.fill_report(scenario.report, coordinator)

    for url, expected in zip(pages, counted, strict=True):
        with django_assert_max_num_queries(expected) as large:
            client.get(url)
        assert len(large) == expected


@pytest.mark.parametrize("name", ["coordinator", "signatory"])
def test_the_check_page_keeps_to_its_queries_where_a_signatory_is_asked_for(
    signed, name, django_assert_max_num_queries
):
    client, url = signed.client(name, StrictClient), reverse("report-check", args=[signed.report.pk])

    with django_assert_max_num_queries(12):
        client.get(url)
