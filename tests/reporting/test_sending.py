"""Sending: who, when, in what state and how complete; once, frozen and numbered; a correction as a round of its own."""

from datetime import timedelta

import pytest

from actions.policies.errors import NotAllowed
from reporting.models import MeasureAnswer, ReportEvent, Submission
from reporting.services import sending
from reporting.services.freezing import content_hash, frozen_content
from tests import steps
from tests.concurrency import at_once
from tests.reporting.sending_helpers import MICROSECOND, refused, statuses
from tests.scenario import Scenario

pytestmark = pytest.mark.django_db


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


# Correction rounds


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
