"""Recalling a sending: everything is given back, until a reviewer has claimed it."""

import pytest

from actions.policies.errors import NotAllowed
from reporting.models import ReportEvent
from reporting.services import sending
from reporting.services.reviewing import claim
from tests import steps
from tests.concurrency import at_once
from tests.reporting.sending_helpers import refused, statuses
from tests.scenario import Scenario

pytestmark = pytest.mark.django_db


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
