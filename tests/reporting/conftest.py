"""The small nation for tests of reporting, and how far its first report or its period has come."""

import pytest
import time_machine

from reporting.models import Report
from reporting.services import sending
from reporting.services.reviewing import claim
from tests import steps
from tests.reporting.publishing_helpers import verified
from tests.scenario import Scenario


@pytest.fixture
def scenario(db) -> Scenario:
    return Scenario()


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


@pytest.fixture
def returned(scenario, full, coordinator) -> Report:
    """The report after its review: aksi 1 came back, aksi 2 was accepted."""
    sending.submit(full, by=coordinator)
    claim(full, by=scenario.actor("kanwil"))
    steps.judge_all(scenario.report, scenario.actor("kanwil"), returned={1})
    steps.return_report(scenario.report, scenario.actor("kanwil"))
    return scenario.report


@pytest.fixture
def ended(scenario) -> Scenario:
    with time_machine.travel(verified(scenario).later, tick=False):
        yield scenario
