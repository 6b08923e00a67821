"""What tests of publications share: a period that ended with a verified report, publishing it, a figure that moves."""

from datetime import timedelta

from reporting.jobs.scores import compute_plan_year
from reporting.models import Publication, Score
from reporting.services.publishing import publish, readiness
from reporting.summaries.results import Span
from tests import steps
from tests.scenario import Scenario


def span_of(scenario: Scenario) -> Span:
    scenario.period.refresh_from_db()
    return Span(scenario.plan_year, scenario.period)


def verified(scenario: Scenario) -> Scenario:
    """Kabupaten Sikka is verified with 65, nobody else reports, everything has ended, and scores are computed."""
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil, substance="partly")
    steps.verify_report(scenario.report, kanwil)
    scenario.later = scenario.period.objection_until_at + timedelta(days=1)
    compute_plan_year(scenario.plan_year, scenario.later)
    return scenario


def publish_now(scenario: Scenario, *, note: str = "", **words) -> Publication:
    span, by = span_of(scenario), scenario.actor("verifier")
    seen = readiness(span, by).content_hash
    return publish(span, by=by, **{"seen": seen, "note": note} | words)


def move_a_score(scenario: Scenario) -> None:
    """As a correction would: the figure of Kabupaten Sikka changes."""
    rows = Score.objects.filter(scope="institution", institution=scenario.kabupaten, target_group=None)
    assert rows.filter(period=scenario.period).update(all_exact="70/1", reported_exact="70/1") == 1
