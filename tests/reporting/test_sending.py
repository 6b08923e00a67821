"""Sending: who, when, in what state and how complete; once, frozen, numbered, and recalled until claimed."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from actions.models import Membership
from actions.policies.errors import NotAllowed
from notifications.models import Message
from reporting.models import MeasureAnswer, Report, ReportEvent, Submission
from reporting.services import sending
from reporting.services.freezing import content_hash, frozen_content
from reporting.services.opening import open_period
from reporting.services.reviewing import claim
from tests import steps
from tests.concurrency import at_once
from tests.conftest import StrictClient
from tests.scenario import Scenario

pytestmark = pytest.mark.django_db
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def coordinator(scenario):
    return scenario.actor("coordinator")


@pytest.fixture
def full(scenario, coordinator) -> Report:
    """The report of Kabupaten Sikka with everything filled and ready."""
    steps.fill_report(scenario.report, coordinator)
    steps.mark_all_ready(scenario.report, coordinator)
    return scenario.report


@pytest.fixture
def signed() -> Scenario:
    """A nation whose period asks for a signatory, with the report filled and ready."""
    nation = Scenario(needs_signatory=True)
    steps.fill_report(nation.report, nation.actor("coordinator"))
    steps.mark_all_ready(nation.report, nation.actor("coordinator"))
    return nation


def refused(act, *args, **kwargs) -> list[str]:
    """Call a service that must refuse, and return its reasons."""
    with pytest.raises(NotAllowed) as refusal:
        act(*args, **kwargs)
    return refusal.value.reasons


def statuses(report: Report) -> list[str]:
    return list(report.items.order_by("aksi__number").values_list("status", flat=True))


# Sending


@pytest.mark.both_databases
def test_sending_freezes_numbers_and_hands_over(scenario, full, coordinator):
    now = scenario.now

    submission = sending.submit(full, by=coordinator, now=now)

    report = scenario.report
    year = scenario.plan_year.year
    assert submission.receipt_number == f"5307-{year}-B09-01"
    assert (report.status, report.round, report.is_late) == ("submitted", 1, False)
    assert (report.submitted_at, report.submitted_by) == (now, coordinator.user)
    assert (report.certified_at, report.certified_by) == (now, coordinator.user)
    assert statuses(report) == ["sent", "sent"]
    assert report.items.filter(ready_at__isnull=True).count() == 0
    event = report.events.get(kind="submitted")
    assert (event.from_status, event.to_status, event.by, event.office) == (
        "draft",
        "submitted",
        coordinator.user,
        scenario.kabupaten,
    )
    assert event.note == f"Tanda terima 5307-{year}-B09-01"


@pytest.mark.both_databases
def test_the_hash_of_the_stored_content_is_the_one_on_the_receipt(scenario, full, coordinator):
    expected = content_hash(frozen_content(full))

    submission = sending.submit(full, by=coordinator)

    stored = Submission.objects.get(pk=submission.pk)
    assert content_hash(stored.content) == stored.content_hash == expected


@pytest.mark.parametrize(
    "name",
    ["opd", "signatory", "other_coordinator", "province_coordinator", "pembina", "kanwil", "verifier", "secretariat"],
)
def test_only_the_own_coordinator_sends(scenario, full, name):
    reasons = refused(sending.submit, full, by=scenario.actor(name))

    assert reasons == ["Hanya koordinator instansi ini yang mengirim laporan."]
    assert (scenario.report.status, Submission.objects.count()) == ("draft", 0)


def test_sending_before_the_window_is_refused_with_its_opening(scenario, full, coordinator):
    opens = scenario.period.opens_at

    reasons = refused(sending.submit, full, by=coordinator, now=opens - MICROSECOND)

    assert [reason[:26] for reason in reasons] == ["Jendela pengiriman dibuka "]
    assert reasons[0].endswith("WITA. Isian dapat dilengkapi sekarang.")
    assert sending.submit(full, by=coordinator, now=opens).is_late is False


@pytest.mark.parametrize(("before_close", "late"), [(MICROSECOND, False), (timedelta(0), True)])
def test_a_report_is_late_from_the_close_on(scenario, full, coordinator, before_close, late):
    submission = sending.submit(full, by=coordinator, now=scenario.period.closes_at - before_close)

    assert (submission.is_late, scenario.report.is_late) == (late, late)


@pytest.mark.both_databases
def test_the_end_of_sending_is_exclusive(scenario, full, coordinator):
    end = scenario.period.late_until_at

    reasons = refused(sending.submit, full, by=coordinator, now=end)

    assert [reason[:16] for reason in reasons] == ["Jendela ditutup "]
    assert reasons[0].endswith("Isian Anda tetap tersimpan; hubungi penelaah untuk perpanjangan.")
    assert sending.submit(full, by=coordinator, now=end - MICROSECOND).is_late is True


def test_an_empty_report_is_not_sent(scenario, coordinator):
    reasons = refused(sending.submit, scenario.report, by=coordinator, acknowledged=True)

    assert reasons == ["Belum ada satu ukuran pun yang diisi. Isi sedikitnya satu ukuran, lalu kirim."]


def test_gaps_are_sent_only_knowingly(scenario, coordinator):
    first = scenario.report.items.get(aksi__number=1)
    steps.fill_item(first, coordinator)
    steps.filling.mark_ready(first, by=coordinator)

    reasons = refused(sending.submit, scenario.report, by=coordinator)

    assert reasons == [
        "Laporan belum lengkap: Aksi 2 kurang 50,00 poin. Lengkapi dulu, atau nyatakan bahwa Anda mengetahuinya."
    ]
    submission = sending.submit(scenario.report, by=coordinator, acknowledged=True)
    assert [row["status"] for row in submission.content["items"]] == ["ready", "filling"]
    assert statuses(scenario.report) == ["sent", "sent"]


def test_what_is_complete_but_not_ready_is_sent_only_knowingly(scenario, coordinator):
    steps.fill_report(scenario.report, coordinator)

    reasons = refused(sending.submit, scenario.report, by=coordinator)

    assert reasons == [
        "Laporan belum lengkap: Aksi 1 belum ditandai siap, Aksi 2 belum ditandai siap. "
        "Lengkapi dulu, atau nyatakan bahwa Anda mengetahuinya."
    ]


def test_what_changed_since_it_was_checked_is_not_sent(scenario, full, coordinator):
    checked = content_hash(frozen_content(full))
    MeasureAnswer.objects.filter(item__report=full).update(obstacles="Banjir")

    reasons = refused(sending.submit, full, by=coordinator, checked_hash=checked)

    assert reasons == ["Isian berubah sejak Anda memeriksanya. Periksa sekali lagi di bawah ini."]
    assert scenario.report.status == "draft"


def test_sending_twice_has_one_effect(scenario, full, coordinator):
    sending.submit(full, by=coordinator)

    reasons = refused(sending.submit, full, by=coordinator)

    assert reasons == ["Laporan ini sudah dikirim dan menunggu telaah."]
    assert (Submission.objects.count(), scenario.report.round) == (1, 1)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_sixteen_sendings_at_once_have_one_effect():
    scenario = Scenario()
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator)
    report = scenario.report

    outcomes = at_once(lambda: sending.submit(report, by=coordinator, acknowledged=True))

    sent = [outcome for outcome in outcomes if isinstance(outcome, Submission)]
    reasons = [outcome.reasons for outcome in outcomes if isinstance(outcome, NotAllowed)]
    assert (len(sent), reasons) == (1, [["Laporan ini sudah dikirim dan menunggu telaah."]] * 15)
    assert Submission.objects.count() == ReportEvent.objects.filter(kind="submitted").count() == 1
    assert (scenario.report.round, scenario.report.status) == (1, "submitted")


# Certifying


def test_where_asked_for_the_signatory_certifies_first(signed):
    coordinator, signatory = signed.actor("coordinator"), signed.actor("signatory")

    reasons = refused(sending.submit, signed.report, by=coordinator)
    sending.certify(signed.report, by=signatory, now=signed.now)
    certified = signed.report
    sending.submit(certified, by=coordinator)

    assert reasons == ["Laporan harus disahkan dulu oleh pejabat penanda tangan instansi Anda."]
    assert (certified.status, certified.certified_by, certified.certified_at) == (
        "certified",
        signatory.user,
        signed.now,
    )
    assert (signed.report.status, signed.report.certified_by) == ("submitted", signatory.user)
    assert [event.kind for event in signed.report.events.order_by("pk")][-2:] == ["certified", "submitted"]


def test_who_is_told_of_a_certification_is_counted_by_the_day_in_jakarta(signed):
    now = datetime(2026, 11, 30, 23, 30, tzinfo=timezone.get_default_timezone())  # the next day already in Jayapura
    members = Membership.objects.filter(institution=signed.kabupaten, role=Membership.Role.COORDINATOR)
    members.update(ends_on=now.date())

    with timezone.override("Asia/Jayapura"):
        sending._tell_coordinators_to_send(signed.report, now)

    assert Message.objects.filter(kind="report_certified").count() == members.count() == 1


def test_certifying_tells_the_coordinator(signed):
    sending.certify(signed.report, by=signed.actor("signatory"))

    told = Message.objects.filter(kind="report_certified")
    assert [(row.user, row.path) for row in told] == [
        (signed.user("coordinator"), reverse("report-detail", args=[signed.report.pk]))
    ]


@pytest.mark.parametrize("name", ["opd", "coordinator", "other_coordinator", "kanwil", "secretariat"])
def test_only_the_signatory_certifies(signed, name):
    reasons = refused(sending.certify, signed.report, by=signed.actor(name))

    assert reasons == ["Hanya pejabat penanda tangan instansi ini yang mengesahkan laporan."]


def test_a_period_without_signatory_is_not_certified(scenario, full):
    reasons = refused(sending.certify, full, by=scenario.actor("signatory"))

    assert reasons == ["Periode ini tidak meminta pengesahan pejabat. Koordinator dapat langsung mengirim laporan."]


def test_what_changed_since_it_was_read_is_not_certified(signed):
    checked = content_hash(frozen_content(signed.report))
    MeasureAnswer.objects.filter(item__report=signed.report).update(obstacles="Banjir")

    reasons = refused(sending.certify, signed.report, by=signed.actor("signatory"), checked_hash=checked)

    assert reasons == ["Isian berubah sejak Anda memeriksanya. Periksa sekali lagi di bawah ini."]


@pytest.mark.parametrize("name", ["coordinator", "signatory"])
def test_a_certification_is_withdrawn_by_either(signed, name):
    sending.certify(signed.report, by=signed.actor("signatory"))

    sending.withdraw_certification(signed.report, by=signed.actor(name))

    assert (signed.report.status, signed.report.certified_at) == ("draft", None)
    assert signed.report.events.first().kind == "certification_withdrawn"


def test_a_withdrawal_needs_a_certification_and_a_party(signed):
    nothing = refused(sending.withdraw_certification, signed.report, by=signed.actor("coordinator"))
    sending.certify(signed.report, by=signed.actor("signatory"))
    stranger = refused(sending.withdraw_certification, signed.report, by=signed.actor("opd"))

    assert nothing == ["Laporan ini tidak sedang disahkan, jadi tidak ada pengesahan yang dapat ditarik."]
    assert stranger == ["Hanya koordinator atau pejabat penanda tangan instansi ini yang menarik pengesahan."]


# Recalling


@pytest.mark.both_databases
def test_a_recall_gives_everything_back(scenario, coordinator):
    first = scenario.report.items.get(aksi__number=1)
    steps.fill_item(first, coordinator)
    steps.filling.mark_ready(first, by=coordinator)
    sent = sending.submit(scenario.report, by=coordinator, acknowledged=True, now=scenario.period.closes_at)

    sending.recall(scenario.report, by=coordinator, now=scenario.period.closes_at)

    report = scenario.report
    assert (report.status, report.round, report.is_late) == ("draft", 0, False)
    assert (report.submitted_at, report.submitted_by, report.certified_at) == (None, None, None)
    assert statuses(report) == ["ready", "filling"]
    sent.refresh_from_db()
    assert (sent.recalled_at, sent.recalled_by) == (scenario.period.closes_at, coordinator.user)
    assert report.events.first().kind == "recalled"


@pytest.mark.both_databases
def test_a_second_sending_has_the_next_number_and_counts_as_the_first_round(scenario, full, coordinator):
    sending.submit(full, by=coordinator)
    sending.recall(full, by=coordinator)

    second = sending.submit(full, by=coordinator)

    assert (second.receipt_number[-3:], second.round, second.content["round"]) == ("-02", 1, 1)
    assert scenario.report.round == 1


def test_a_claimed_report_is_not_recalled(scenario, full, coordinator):
    sending.submit(full, by=coordinator)
    claim(full, by=scenario.actor("kanwil"))

    reasons = refused(sending.recall, full, by=coordinator)

    assert reasons == ["Penelaah sudah mulai menelaah laporan ini, jadi laporan tidak dapat ditarik lagi."]
    assert scenario.report.status == "in_review"


def test_a_report_that_could_not_be_sent_again_is_not_recalled(scenario, full, coordinator):
    sending.submit(full, by=coordinator)

    reasons = refused(sending.recall, full, by=coordinator, now=scenario.period.late_until_at)

    assert reasons == ["Waktu mengirim sudah berakhir. Laporan yang ditarik sekarang tidak dapat dikirim lagi."]


@pytest.mark.parametrize("name", ["opd", "signatory", "kanwil", "neighbour_coordinator"])
def test_only_the_own_coordinator_recalls(scenario, full, coordinator, name):
    sending.submit(full, by=coordinator)

    reasons = refused(sending.recall, full, by=scenario.actor(name))

    assert reasons == ["Hanya koordinator instansi ini yang menarik kembali laporan."]


def test_what_was_not_sent_is_not_recalled(scenario, full, coordinator):
    reasons = refused(sending.recall, full, by=coordinator)

    assert reasons == ["Laporan ini tidak sedang menunggu telaah, jadi tidak ada yang dapat ditarik."]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_recall_and_claim_at_once_one_wins():
    scenario = Scenario()
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(scenario.report, coordinator)
    sending.submit(scenario.report, by=coordinator, acknowledged=True)
    report = scenario.report
    acts = iter([lambda: sending.recall(report, by=coordinator), lambda: claim(report, by=kanwil)] * 4)

    outcomes = at_once(lambda: next(acts)(), times=8)

    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1
    assert all(isinstance(outcome, NotAllowed) for outcome in outcomes if isinstance(outcome, Exception))
    kinds = list(ReportEvent.objects.filter(kind__in=["recalled", "claimed"]).values_list("kind", flat=True))
    assert (scenario.report.status, kinds) in [("draft", ["recalled"]), ("in_review", ["claimed"])]


# Correction rounds


@pytest.fixture
def returned(scenario, full, coordinator) -> Report:
    """The report after its review: aksi 1 came back, aksi 2 was accepted."""
    sending.submit(full, by=coordinator)
    claim(full, by=scenario.actor("kanwil"))
    steps.judge_all(scenario.report, scenario.actor("kanwil"), returned={1})
    steps.return_report(scenario.report, scenario.actor("kanwil"))
    return scenario.report


@pytest.mark.both_databases
def test_a_correction_carries_what_was_accepted(scenario, returned, coordinator):
    before = returned.submissions.get().content
    for answer in steps.answers_of(returned, aksi=1):
        steps.fill_answer(answer, coordinator, execution="carried_out", description="Diperbaiki.", number=50)
    steps.mark_all_ready(returned, coordinator)

    second = sending.submit(returned, by=coordinator)

    first_item, second_item = second.content["items"]
    assert (second.round, second.content["round"], second.receipt_number[-3:]) == (2, 2, "-02")
    assert {measure["description"] for measure in first_item["measures"]} == {"Diperbaiki."}
    assert second_item["measures"] == before["items"][1]["measures"]
    assert statuses(scenario.report) == ["sent", "accepted"]
    assert [row["status"] for row in second.content["items"]] == ["ready", "accepted"]


def test_a_correction_is_sent_until_its_own_end(scenario, returned, coordinator):
    end = returned.correction_due_at

    reasons = refused(sending.submit, returned, by=coordinator, acknowledged=True, now=end)

    assert [reason[:24] for reason in reasons] == ["Masa perbaikan berakhir "]
    sent = sending.submit(returned, by=coordinator, acknowledged=True, now=end - MICROSECOND)
    assert (sent.is_late, scenario.report.is_late) == (False, False)


def test_a_recalled_correction_is_a_returned_report_again(scenario, returned, coordinator):
    first = returned.submissions.get()
    sending.submit(returned, by=coordinator, acknowledged=True)

    sending.recall(returned, by=coordinator)

    report = scenario.report
    assert (report.status, report.round, statuses(report)) == ("returned", 1, ["returned", "accepted"])
    assert (report.submitted_at, report.submitted_by) == (first.submitted_at, first.submitted_by)


def test_only_what_can_still_be_mended_needs_acknowledging(returned, coordinator):
    reasons = refused(sending.submit, returned, by=coordinator)

    assert reasons == [
        "Laporan belum lengkap: Aksi 1 belum ditandai siap. Lengkapi dulu, atau nyatakan bahwa Anda mengetahuinya."
    ]


# Pages


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
