"""No figure looks as if it had reached a band of its rule set that it has not: each is shown with its own cut-offs."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from actions.models import Institution, Measure, Membership, Oversight, PlanYear, ReportingPeriod, RuleSet
from reporting.jobs.scores import compute_plan_year
from reporting.models import Judgement, MeasureAnswer, Report, Score
from reporting.services.correcting import change_in_words
from reporting.services.objecting import _not_higher
from reporting.summaries.completeness import rules_of
from reporting.summaries.desk import MeasureRow, formula_of, score_of
from tests.scenario import Scenario

WORDS = {"administration": "met", "substance": "partly"}
"""84.995 by the rules below, which would be rounded to the 85 that hijau begins with."""
RULES = RuleSet(
    administration_weight=55, substance_weight=45, value_met=100, value_partly_met=90, value_not_met=0,
    not_carried_out_substance=0, nihil_percent=89, green_from=85, yellow_from=50,
)  # fmt: skip


def test_words_about_a_judgement_keep_below_the_cut_off_that_it_did_not_reach():
    rules, judged = rules_of(RULES), Judgement(execution=MeasureAnswer.Execution.NIHIL, **WORDS)
    report = Report(period=ReportingPeriod(plan_year=PlanYear(rule_set=RULES)))
    score = score_of(rules, judged)
    row = MeasureRow(None, None, None, is_judged=True, score=score, band="kuning", cutoffs=rules.cutoffs)
    answer = MeasureAnswer(measure=Measure(number=1))

    assert score == Fraction(84995, 1000)
    assert row.detail == formula_of(rules, "nihil", **WORDS).result == "84,995"
    assert _not_higher(report, judged, WORDS)[0].endswith("(84,995).")
    assert change_in_words(report, answer, judged, judged) == "Ukuran 1: nilai 84,995 menjadi 84,995."


@pytest.fixture
def almost_green(scenario: Scenario) -> Scenario:
    """Every report of the period is verified with 84.996, where hijau begins with 85."""
    compute_plan_year(scenario.plan_year, scenario.now + timedelta(days=30))
    RuleSet.objects.update(green_from=85)
    now = timezone.now()
    Report.objects.update(
        status="verified", round=1, submitted_at=now, submitted_by=scenario.user("coordinator"), verified_at=now,
        verified_by=scenario.user("kanwil"),
    )  # fmt: skip
    Score.objects.update(all_exact="21249/250", reported_exact="21249/250", state=Score.State.SCORED, band="kuning")
    return scenario


def test_the_homes_of_reporters_and_of_those_who_look_after_them_keep_below_it(almost_green):
    kemenko = Institution.objects.create(code="KMK", name="Kemenko", kind=Institution.Kind.KEMENTERIAN)
    reads = {"overseen": almost_green.ministry_social, "kind": Oversight.Kind.READ}
    Oversight.objects.create(overseer=kemenko, **reads)
    reader = User.objects.create_user("kemenko@contoh.example", name="Kemenko")
    role = Membership.Role.LEADER
    Membership.objects.create(user=reader, institution=kemenko, role=role, starts_on=date(2020, 1, 1))
    of_kemenko = Client()
    of_kemenko.force_login(reader)

    pages = [
        almost_green.client("coordinator").get(reverse("home")),
        almost_green.client("pembina").get(reverse("area-readiness")),
        of_kemenko.get(reverse("home")),
    ]

    assert [("84,996" in page.content.decode(), "85,00" in page.content.decode()) for page in pages] == [
        (True, False)
    ] * 3
