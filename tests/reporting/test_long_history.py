"""Many past periods: menus and dashboards show the newest, every one is a link away, and no page costs more queries."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import PlanYear, ReportingPeriod
from reporting.models import Score
from reporting.summaries.over_time import LATEST, course_of, institution_results
from reporting.summaries.periods import RECENT
from reporting.summaries.results import Span
from tests.scenario import Scenario

OLDER = 24
"""Years of one closed period each, before the open one of the scenario."""


def add_history(scenario: Scenario) -> list[ReportingPeriod]:
    """Copy the open period into earlier years of the same calendar, all scored; the newest first."""
    year, found = scenario.plan_year.year, []
    for back in range(1, OLDER + 1):
        plan_year = PlanYear.objects.create(
            plan=scenario.plan_year.plan, year=year - back, calendar=scenario.plan_year.calendar,
            rule_set=scenario.rule_set,
        )  # fmt: skip
        period = ReportingPeriod.objects.get(pk=scenario.period.pk)
        period.pk, period.plan_year, period._state.adding = None, plan_year, True
        for name in ("opens", "closes", "late_until", "review_due", "correction_until"):
            setattr(period, f"{name}_at", getattr(period, f"{name}_at") - timedelta(days=365 * back))
        for name in ("objection_from_at", "objection_until_at"):
            setattr(period, name, getattr(period, name) - timedelta(days=365 * back))
        period.save()
        found.append(period)
    Score.objects.bulk_create(score for period in found for score in scores_of(scenario, period))
    return found


def scores_of(scenario: Scenario, period: ReportingPeriod) -> list[Score]:
    scopes = [("nation", None), ("province", scenario.province), ("institution", scenario.kabupaten)]
    return [
        Score(
            key=f"{period.plan_year.year}/{period.code}/{scope}/{institution.code if institution else '-'}/-",
            scope=scope, plan_year=period.plan_year, period=period, institution=institution, state=Score.State.SCORED,
            level="kab_kota" if scope == "institution" else "", all_exact="70/1", all_value=Decimal(70),
            reported_exact="70/1", reported_value=Decimal(70), band="kuning", expected=1, reported=1, scored=1,
            yellow=1, rule_set=scenario.rule_set, computed_at=scenario.now,
        )
        for scope, institution in scopes
    ]  # fmt: skip


@pytest.fixture
def history(scenario) -> list[ReportingPeriod]:
    return add_history(scenario)


def pages(key: str) -> list[str]:
    return [
        reverse("national-results-of", args=[key]),
        reverse("province-results-of", args=["53", key]),
        reverse("institution-results-of", args=["53.07", key]),
    ]


def test_a_page_of_results_costs_no_more_queries_with_a_long_history(scenario):
    key = scenario.period.key

    def costs() -> list[int]:
        found = []
        for address in pages(key):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        return found

    with time_machine.travel(scenario.period.late_until_at, tick=False):
        client = scenario.client("leader")
        costs()
        few = costs()
        add_history(scenario)
        many = costs()

    more = [count - before for count, before in zip(many, few, strict=True)]
    assert more == [1, 1, 0]  # of closed periods the one before: its figures
    assert max(many) <= 12


def test_the_menu_holds_the_newest_periods_and_leads_to_all(scenario, history):
    client, oldest = scenario.client("leader"), history[-1]
    page = client.get(pages(scenario.period.key)[0]).content.decode()

    assert page.count("/pilih/") == RECENT
    assert reverse("period-choices") in page

    every = client.get(reverse("period-choices"), {"next": "/hasil/nasional/"}).content.decode()
    body = every[every.index("<main") : every.index("</main>")]
    assert body.count("/pilih/?next=%2Fhasil%2Fnasional%2F") == OLDER + 1

    response = client.get(reverse("period-choose", args=[oldest.key]), {"next": "/hasil/nasional/"}, follow=True)
    assert response.redirect_chain[-1][0] == pages(oldest.key)[0]
    assert response.content.decode().count("/pilih/") == RECENT + 1  # the chosen one stands in the menu too
    assert str(oldest) in response.content.decode()


def test_an_old_period_is_compared_with_the_one_before_it(scenario, history):
    client = scenario.client("leader")
    for period, before in ((history[18], history[19]), (history[-2], history[-1])):  # at the edge, and far beyond it
        context = client.get(pages(period.key)[1]).context
        assert (context["span"].period, context["results"].previous) == (period, before)


def test_a_trend_shows_the_newest_periods_and_every_one_when_asked(scenario, history):
    Score.objects.bulk_create(scores_of(scenario, scenario.period))
    client, key = scenario.client("leader"), scenario.period.key
    for address in pages(key):
        short, whole = client.get(address), client.get(address, {"tren": "semua"})
        assert len(short.context["trend_points"]) in (LATEST, LATEST - 1)  # the open period is no trend yet
        assert 'href="?tren=semua#tren"' in short.content.decode()
        assert [point.year for point in whole.context["trend_points"]] == [row.plan_year.year for row in history[::-1]]
        assert len(whole.context["trend_wide"].knots) == LATEST
        assert 'href="?tren=semua#tren"' not in whole.content.decode()


def test_the_course_ends_with_the_newest_closed_period(scenario, history):
    course = course_of("nation", scenario.now)
    Score.objects.bulk_create(scores_of(scenario, scenario.period))  # open: provisional, so no point of a trend

    assert course_of("nation", scenario.now) == course
    assert [point.year for point in course.points] == [row.plan_year.year for row in history[LATEST - 1 :: -1]]
    assert course.has_earlier

    found = institution_results(scenario.kabupaten, Span(history[-1].plan_year, history[-1]))
    assert found.current.period == history[-1]
    assert (len(found.history), found.history[0].period, found.has_earlier) == (LATEST, scenario.period, True)
    assert not institution_results(scenario.kabupaten, Span(scenario.plan_year, None), most=None).has_earlier
