"""Repeat views of results pages: unchanged is answered without building the page, changed is built."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from actions.models import Oversight, RuleSet
from notifications.models import Message
from reporting.jobs.scores import compute_plan_year, compute_stale
from reporting.models import Judgement, PeriodScoring, Publication, Report, ReportEvent, Score
from reporting.summaries import over_time, results
from tests.scenario import Scenario
from tests.score_nation import ScoreNation


@pytest.fixture
def closed(scenario) -> Scenario:
    """The small nation after its period has closed, scores computed, the clock standing still."""
    later = scenario.period.late_until_at + timedelta(days=1)
    compute_plan_year(scenario.plan_year, later)
    with time_machine.travel(later, tick=False) as clock:
        scenario.clock = clock
        yield scenario


def addresses(scenario: Scenario) -> list[str]:
    key = scenario.period.key
    return [
        reverse("national-results-of", args=[key]),
        reverse("province-results-of", args=["53", key]),
        reverse("institution-results-of", args=["53.07", key]),
    ]


def ask(client, address: str, etag: str = ""):
    return client.get(address, headers={"If-None-Match": etag} if etag else {})


@pytest.mark.both_databases
def test_an_unchanged_page_is_not_built_again(closed, monkeypatch):
    client = closed.client("leader")
    known = {address: ask(client, address) for address in addresses(closed)}
    builders = [(results, "national_results"), (results, "province_results"), (over_time, "institution_results")]
    for module, name in builders:
        monkeypatch.setattr(module, name, lambda *args: pytest.fail("The page was built."))

    for address, page in known.items():
        assert page.headers["Cache-Control"] == "private, no-cache"
        again = ask(client, address, page.headers["ETag"])
        assert (again.status_code, again.content) == (304, b"")


def test_the_list_of_a_kanwils_provinces_answers_too(closed):
    Oversight.objects.create(overseer=closed.kanwil, overseen=closed.neighbour_province)
    client, address = closed.client("kanwil"), reverse("region-results")
    page = ask(client, address)

    assert page.status_code == 200
    assert ask(client, address, page.headers["ETag"]).status_code == 304


def test_an_unchanged_page_costs_few_queries(closed, django_assert_max_num_queries):
    client, address = closed.client("leader"), addresses(closed)[0]
    etag = ask(client, address).headers["ETag"]

    with django_assert_max_num_queries(5):
        assert ask(client, address, etag).status_code == 304


def score_changed(scenario):
    Score.objects.filter(scope="nation").update(expected=99)
    compute_plan_year(scenario.plan_year, timezone.now() + timedelta(seconds=1))


def event_happened(scenario):
    report = Report.objects.get(institution=scenario.kabupaten, period=scenario.period)
    ReportEvent.objects.create(
        report=report,
        kind=ReportEvent.Kind.RETURNED,
        to_status="returned",
        at=timezone.now(),
        by=scenario.user("kanwil"),
        office=scenario.kanwil,
        note="Uji",
    )


def results_published(scenario):
    Publication.objects.create(
        span_key=scenario.period.key,
        plan_year=scenario.plan_year,
        period=scenario.period,
        revision=1,
        content="{}",
        content_hash="0" * 64,
        figures=1,
        published_at=timezone.now(),
        published_by=scenario.user("verifier"),
    )


def message_arrived(scenario):
    user = scenario.user("leader")
    Message.objects.create(key="uji", user=user, kind="uji", title="Uji", created_at=timezone.now())


def theme_chosen(scenario):
    user = scenario.user("leader")
    user.theme = "dark"
    user.save()


def rules_replaced(scenario):
    rules = RuleSet.objects.get(pk=scenario.rule_set.pk)
    rules.pk, rules.code = None, "lain"
    rules.save()
    scenario.plan_year.rule_set = rules
    scenario.plan_year.save()


def ten_minutes_passed(scenario):
    scenario.clock.shift(timedelta(minutes=10))


CHANGES = [
    score_changed,
    event_happened,
    results_published,
    message_arrived,
    theme_chosen,
    rules_replaced,
    ten_minutes_passed,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_whatever_the_page_shows_makes_it_new(closed, change):
    client, address = closed.client("leader"), addresses(closed)[0]
    etag = ask(client, address).headers["ETag"]

    change(closed)

    page = ask(client, address, etag)
    assert page.status_code == 200
    assert page.headers["ETag"] != etag


def test_another_reader_and_another_address_have_another_etag(closed):
    address = addresses(closed)[0]
    leader, verifier = closed.client("leader"), closed.client("verifier")
    tags = [
        ask(leader, address).headers["ETag"],
        ask(leader, f"{address}?urut=nama").headers["ETag"],
        ask(verifier, address).headers["ETag"],
    ]

    assert len(set(tags)) == 3


def test_who_may_not_open_a_page_is_not_told_that_it_is_unchanged(closed):
    address = addresses(closed)[0]
    etag = ask(closed.client("leader"), address).headers["ETag"]

    assert ask(closed.client("opd"), address, etag).status_code == 404


@pytest.mark.both_databases
def test_computing_what_changed_gives_the_year_a_new_time_and_nothing_else_does(db):
    nation = ScoreNation()
    now = timezone.now()
    compute_stale(now)
    before = list(PeriodScoring.objects.values_list("computed_at", flat=True))
    compute_plan_year(nation.plan_year, now + timedelta(minutes=1))
    assert list(PeriodScoring.objects.values_list("computed_at", flat=True)) == before

    Judgement.objects.update(substance=Judgement.Value.NOT_MET)
    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        compute_plan_year(nation.plan_year, now)  # a run that began earlier

    assert set(PeriodScoring.objects.values_list("computed_at", flat=True)) == {now + timedelta(minutes=2)}
