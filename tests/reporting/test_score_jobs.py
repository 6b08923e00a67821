"""Computing scores of a period and a year: the worked example, staleness, checking, and two workers at once."""

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from actions.models import Institution, Level, PlanYear, RuleSet
from actions.services.reference import load_plan_reference
from actions.services.rules import adopt_rule_set, copy_rule_set
from reporting.jobs import scores
from reporting.jobs.score_check import differences
from reporting.jobs.scores import compute_period, compute_plan_year, compute_stale, compute_year, stale_periods
from reporting.models import ItemScore, Judgement, MeasureAnswer, PeriodScoring, Report, Score
from reporting.services.opening import open_period
from reporting.states import ReportStatus
from tests import steps
from tests.concurrency import at_once
from tests.score_nation import NOW, ScoreNation

BY_HAND = {
    "2026/B04/institution/52.01/-": "115/2",
    "2026/B04/institution/53.07/-": "55/2",
    "2026/B04/institution/53.08/-": "230/3",
    "2026/B04/institution/53/-": "0/1",
    "2026/B04/province/53/-": "625/18",
    "2026/B04/level/provinsi/-": "185/4",
    "2026/B04/level/kab_kota/-": "485/9",
    "2026/B04/nation/-/-": "7205/108",
    "2026/B04/nation/-/perempuan": "1525/18",
    "2026/B04/nation/-/anak": "3605/72",
    "2026/B08/institution/53.08/-": "115/2",
    "2026/B08/nation/-/-": "525/8",
    "2026/-/institution/53.08/-": "805/12",
    "2026/-/level/kab_kota/-": "1915/36",
    "2026/-/nation/-/-": "7765/108",
    "2026/-/nation/-/perempuan": "3025/36",
    "2026/-/nation/-/anak": "4165/72",
}
"""The mean over everybody, computed with pencil and paper."""

BY_HAND_REPORTERS = {
    "2026/B04/institution/53/-": "",
    "2026/B04/province/53/-": "625/12",
    "2026/B04/nation/-/-": "4435/54",
    "2026/B08/nation/-/-": "315/4",
    "2026/-/nation/-/-": "17255/216",
}


@pytest.fixture
def nation(db) -> ScoreNation:
    return ScoreNation()


def documented() -> list[list[str]]:
    """The rows of the last table of docs/scoring.md."""
    text = (Path(settings.BASE_DIR) / "docs" / "scoring.md").read_text()
    lines = re.findall(r"^\| (2026/.*) \|$", text, re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def as_documented() -> list[list[str]]:
    return [
        [
            score.key,
            score.all_exact,
            "" if score.all_value is None else f"{score.all_value:f}",
            score.reported_exact,
            "" if score.reported_value is None else f"{score.reported_value:f}",
            score.band,
            f"{score.expected} / {score.reported} / {score.scored}",
            "yes" if score.is_provisional else "",
        ]
        for score in Score.objects.all()
    ]


def score(key: str) -> Score:
    return Score.objects.get(key=key)


def state_of(key: str) -> tuple:
    found = score(key)
    return (found.state, found.all_exact, found.reported_exact, found.is_provisional)


# The worked example


@pytest.mark.both_databases
def test_the_documented_example_is_computed_to_the_last_digit(nation):
    compute_stale(NOW)

    assert sorted(as_documented()) == sorted(documented())


@pytest.mark.both_databases
def test_the_example_equals_what_was_computed_by_hand(nation):
    compute_stale(NOW)

    assert {key: score(key).all_exact for key in BY_HAND} == BY_HAND
    assert {key: score(key).reported_exact for key in BY_HAND_REPORTERS} == BY_HAND_REPORTERS


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(3))
def test_another_order_of_events_gives_the_same_scores(db, seed):
    random = Random(seed)
    nation = ScoreNation(random)
    compute_stale(NOW)

    for period in random.sample(list(nation.periods.values()), 2):
        compute_period(period, NOW)
    compute_plan_year(nation.plan_year, NOW)

    assert sorted(as_documented()) == sorted(documented())


def test_a_late_report_scores_as_if_it_had_been_in_time(nation):
    compute_stale(NOW)
    before = score("2026/B04/institution/52.01/-").all_exact

    Report.objects.filter(is_late=True).update(is_late=False)
    compute_plan_year(nation.plan_year, NOW)

    assert score("2026/B04/institution/52.01/-").all_exact == before == "115/2"


@pytest.mark.both_databases
def test_other_treatments_are_computed_as_they_say(nation):
    RuleSet.objects.update(
        value_not_met=20, not_carried_out_substance=20, missing_value=10, nihil_percent=50, late_percent=80,
        year_mean="reported", level_mean="provinces", nation_mean="institutions",
    )  # fmt: skip
    compute_stale(NOW)
    exact = dict(Score.objects.filter(target_group=None).values_list("key", "all_exact"))

    # 52: 85, nihil 100 halved. 52.01, late: 100, 65, 0.3*100 + 0.7*20; 50. 53.07: 100, 65, missing 10; missing 10
    assert exact["2026/B04/institution/52/-"] == "135/2"
    assert Fraction(exact["2026/B04/institution/52.01/-"]) == (Fraction(209, 3) + 50) / 2 * Fraction(8, 10)
    assert Fraction(exact["2026/B04/institution/53.07/-"]) == (Fraction(175, 3) + 10) / 2
    assert Fraction(exact["2026/B04/institution/53.08/-"]) == (Fraction(215, 3) + 65) / 2
    # the level is the mean of two provinces, the nation weighs 1 ministry, 2 provinces and 3 kabupaten
    west, east = Fraction(718, 15), (Fraction(205, 6) + Fraction(205, 3)) / 2
    assert Fraction(exact["2026/B04/level/kab_kota/-"]) == (west + east) / 2
    ministry, provinces = 100, Fraction(135, 4)
    level = Fraction(exact["2026/B04/level/kab_kota/-"])
    assert Fraction(exact["2026/B04/nation/-/-"]) == (ministry + 2 * provinces + 3 * level) / 6
    # 53 reported only B08, and that is its year
    assert exact["2026/-/institution/53/-"] == exact["2026/B08/institution/53/-"] != ""
    nation.plan_year.refresh_from_db()
    assert not list(differences(nation.plan_year, NOW))


@pytest.mark.both_databases
def test_each_verified_aksi_has_its_own_score(nation):
    compute_stale(NOW)

    rows = ItemScore.objects.filter(item__report=nation.reports["B04", "53.08"]).order_by("item__aksi__number")
    assert list(rows.values_list("exact", flat=True)) == ["265/3", "65/1"]
    assert not ItemScore.objects.exclude(item__report__status=ReportStatus.VERIFIED).exists()


def test_what_was_sent_counts_and_not_what_was_edited_afterwards(nation):
    edited = MeasureAnswer.objects.filter(item__report=nation.reports["B04", "SOS"])

    edited.update(execution=MeasureAnswer.Execution.NOT_CARRIED_OUT)
    compute_stale(NOW)

    assert score("2026/B04/institution/SOS/-").all_exact == "100/1"


def test_a_measure_added_after_verification_counts_zero(nation):
    item = nation.reports["B04", "SOS"].items.get()
    added = item.aksi.measures.create(period=nation.periods["B04"], number=2, text="Ukuran 2")

    item.answers.create(measure=added)
    compute_stale(NOW)

    assert score("2026/B04/institution/SOS/-").all_exact == "50/1"


def test_a_level_without_institutions_is_named_with_nothing_expected(nation):
    compute_stale(NOW)

    level = score(f"2026/B04/level/{Level.MINISTRY}/anak")
    assert (level.expected, level.state, level.all_value) == (0, Score.State.EXPECTED, None)


def test_a_report_counts_in_the_province_it_was_frozen_with(nation):
    Institution.objects.filter(code="53.08").update(parent=nation.institutions["52"])

    compute_stale(NOW)

    assert score("2026/B04/province/53/-").expected == 3
    assert score("2026/-/province/53/-").expected == 3


# Running again


@pytest.mark.both_databases
def test_computing_twice_changes_nothing(nation):
    first = compute_plan_year(nation.plan_year, NOW)
    rows = list(Score.objects.values())
    memory = list(PeriodScoring.objects.values())

    later = NOW + timedelta(hours=1)
    assert first > 0
    assert compute_plan_year(nation.plan_year, later) == 0
    assert compute_stale(later) == 0
    assert list(Score.objects.values()) == rows
    assert list(PeriodScoring.objects.values()) == memory


@pytest.mark.both_databases
def test_only_what_changed_gets_a_new_time(nation):
    compute_stale(NOW)
    later = NOW + timedelta(hours=1)
    submission = nation.reports["B08", "SOS"].submissions.get()

    nation.judge(nation.reports["B08", "SOS"], submission, ["laksana:sb"])
    PeriodScoring.objects.filter(period=nation.periods["B08"]).update(requested=F("requested") + 1)
    compute_stale(later)

    changed = set(Score.objects.filter(computed_at=later).values_list("key", flat=True))
    assert changed == {
        f"2026/{when}/{place}"
        for when in ("B08", "-")
        for place in (
            "institution/SOS/-",
            "institution/SOS/perempuan",
            "level/kl/-",
            "level/kl/perempuan",
            "nation/-/-",
            "nation/-/perempuan",
        )
    }
    assert state_of("2026/-/institution/SOS/-") == ("scored", "165/2", "165/2", False)


@pytest.mark.both_databases
def test_scores_that_nothing_stands_for_are_removed(nation):
    compute_stale(NOW)
    first = nation.groups["perempuan"].aksi.get(level=Level.MINISTRY)

    first.target_groups.set([nation.groups["anak"]])
    compute_plan_year(nation.plan_year, NOW)

    assert not Score.objects.filter(scope="institution", institution__code="SOS", target_group__code="perempuan")
    assert score("2026/B04/institution/SOS/anak").all_exact == "100/1"


# What is stale


def test_nothing_is_stale_after_computing(nation):
    assert stale_periods(NOW) == list(nation.periods.values())

    compute_stale(NOW)

    assert stale_periods(NOW) == []


def test_a_request_makes_a_period_stale(nation):
    compute_stale(NOW)

    PeriodScoring.objects.filter(period=nation.periods["B08"]).update(requested=F("requested") + 1)

    assert stale_periods(NOW) == [nation.periods["B08"]]


def test_a_sending_makes_a_period_stale_without_any_request(nation):
    compute_stale(NOW)

    nation.fill("B08", "52.01", None)

    assert stale_periods(NOW) == [nation.periods["B08"]]


def test_a_recall_and_another_sending_between_two_sweeps_make_the_period_stale(scenario):
    other = Report.objects.get(institution=scenario.other_kabupaten, period=scenario.period)
    steps.fill_report(scenario.report, scenario.actor("coordinator"))
    steps.fill_report(other, scenario.actor("other_coordinator"))
    steps.send_report(scenario.report, scenario.actor("coordinator"))
    compute_stale(scenario.now)

    steps.recall_report(scenario.report, scenario.actor("coordinator"))
    steps.send_report(other, scenario.actor("other_coordinator"))

    assert stale_periods(scenario.now) == [scenario.period]
    compute_stale(scenario.now)
    assert not list(differences(scenario.plan_year, scenario.now))


def test_opening_again_with_another_aksi_makes_the_period_stale(scenario):
    compute_stale(scenario.now)

    scenario.add_aksi(Level.MINISTRY, 2, "anak", measures=1, institution=scenario.ministry_social)
    open_period(scenario.period, by=scenario.actor("secretariat"))

    assert stale_periods(scenario.now) == [scenario.period]
    compute_stale(scenario.now)
    assert not list(differences(scenario.plan_year, scenario.now))
    open_period(scenario.period, by=scenario.actor("secretariat"))
    assert stale_periods(scenario.now) == []


def test_another_rule_set_makes_the_year_stale(nation):
    compute_stale(NOW)
    nation.plan_year.rule_set = RuleSet.objects.create(
        code="lain", name="Aturan lain", administration_weight=50, substance_weight=50, value_met=100,
        value_partly_met=50, value_not_met=0, not_carried_out_substance=0, green_from=80, yellow_from=50,
    )  # fmt: skip
    nation.plan_year.save()

    compute_stale(NOW)

    assert score("2026/B04/institution/52/-").all_exact == "175/2"
    assert not Score.objects.exclude(rule_set=nation.plan_year.rule_set).exists()


def test_a_worker_killed_before_the_year_leaves_the_period_stale(nation):
    compute_period(nation.periods["B04"], NOW)

    assert nation.periods["B04"] in stale_periods(NOW)


def test_a_worker_killed_after_other_rules_leaves_the_year_to_the_next(scenario):
    now, by = scenario.now, scenario.actor("secretariat")
    compute_stale(now)
    rules = copy_rule_set(scenario.rule_set, code="baru", name="Aturan baru", by=by)
    adopt_rule_set(rules, scenario.plan_year, reason="Kepmen 1", by=by)
    for period in stale_periods(now):
        compute_period(period, now)  # and never `compute_year`

    compute_stale(now)

    year = PlanYear.objects.get(pk=scenario.plan_year.pk)
    assert (year.rule_set, list(differences(year, now))) == (rules, [])


def test_another_target_group_makes_the_year_stale(nation):
    compute_stale(NOW)
    assert not list(differences(nation.plan_year, NOW))

    load_plan_reference()  # has every group of the plan, this nation two of them

    assert list(differences(nation.plan_year, NOW))
    compute_stale(NOW)
    assert not list(differences(nation.plan_year, NOW))


def test_an_older_computation_that_ends_after_a_newer_one_leaves_the_period_stale(nation, monkeypatch):
    period = nation.periods["B08"]
    compute_stale(NOW)
    PeriodScoring.objects.request(period.pk)
    judged = MeasureAnswer.objects.filter(item__report=nation.reports["B08", "53.08"], judgement__isnull=False).first()
    store_items, newer = scores._store_items, []

    def overtaken(*args) -> int:
        if not newer:  # the older one has read and not yet stored: a correction comes, and another worker is faster
            newer.append(None)
            Judgement.objects.filter(pk=judged.judgement_id).update(administration="not_met", substance="not_met")
            PeriodScoring.objects.request(period.pk)
            newer[:] = [compute_period(period, NOW)]
        return store_items(*args)

    monkeypatch.setattr(scores, "_store_items", overtaken)
    older = compute_period(period, NOW)
    assert stale_periods(NOW) == [period]  # also where the older worker ends here, or is killed
    compute_year(nation.plan_year, NOW, after=[older])
    compute_year(nation.plan_year, NOW, after=newer)
    assert stale_periods(NOW) == [period]

    compute_stale(NOW)

    assert not list(differences(nation.plan_year, NOW))
    assert stale_periods(NOW) == []


@pytest.mark.both_databases
def test_closing_turns_expected_into_missing(nation):
    period = nation.periods["B08"]
    before, after = period.late_until_at - timedelta(microseconds=1), period.late_until_at

    compute_stale(before)
    assert state_of("2026/B08/institution/52.01/-") == ("expected", "", "", True)
    assert state_of("2026/B08/level/kab_kota/-") == ("scored", "315/4", "315/4", True)
    assert state_of("2026/-/institution/52.01/-") == ("scored", "115/2", "115/2", True)

    assert stale_periods(after) == [period]
    compute_stale(after)
    assert state_of("2026/B08/institution/52.01/-") == ("missing", "0/1", "", False)
    assert state_of("2026/B08/level/kab_kota/-") == ("scored", "105/2", "315/4", False)
    assert state_of("2026/-/institution/52.01/-") == ("scored", "115/4", "115/2", False)


def test_a_period_not_yet_opened_keeps_the_year_provisional(nation):
    later = nation.add_period(3, "B12", datetime(2027, 1, 1, tzinfo=UTC))
    type(later).objects.filter(pk=later.pk).update(opened_at=None, opened_by=None)

    compute_stale(NOW)

    assert score("2026/-/institution/52/-").is_provisional
    assert not Score.objects.filter(period=later).exists()


def test_a_year_before_its_first_closing_has_no_figures(nation):
    compute_stale(nation.periods["B04"].closes_at - timedelta(days=1))

    assert state_of("2026/-/nation/-/-") == ("expected", "", "", True)
    assert state_of("2026/B04/institution/52/-") == ("scored", "185/2", "185/2", False)


# Two workers


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_workers_that_compute_at_once_leave_one_result():
    ScoreNation()

    outcomes = at_once(lambda: compute_stale(NOW), times=4)

    assert all(isinstance(outcome, int) for outcome in outcomes)
    assert sorted(as_documented()) == sorted(documented())
    assert stale_periods(NOW) == []


# The command


def run_command(*arguments: str) -> tuple[int, str]:
    output = StringIO()
    try:
        call_command("compute_scores", *arguments, stdout=output, stderr=output)
    except SystemExit as stop:
        return stop.code, output.getvalue()
    return 0, output.getvalue()


@pytest.mark.both_databases
def test_the_command_computes_a_year_and_then_finds_nothing_to_do(nation):
    assert run_command("--year", "2026")[0] == 0

    assert run_command("--year", "2026") == (0, "2026: 0 nilai berubah.\n")
    code, output = run_command("--year", "2026", "--check")
    assert (code, output.splitlines()[-1]) == (0, "2026: semua nilai sama dengan hitungan ulang.")


def test_the_command_refuses_an_unknown_year(nation):
    with pytest.raises(CommandError, match="Tahun rencana 1999 belum ada"):
        call_command("compute_scores", "--year", "1999")


@pytest.mark.both_databases
def test_check_names_what_a_changed_judgement_alters(nation):
    compute_stale(NOW)
    judged = Judgement.objects.filter(answer__item__report=nation.reports["B04", "53.07"]).order_by("pk")

    Judgement.objects.filter(pk=judged.first().pk).update(substance=Judgement.Value.NOT_MET)
    code, output = run_command("--year", "2026", "--check")

    assert code == 1
    assert "2026/B04/item/53.07/1: 55/1 != 95/3" in output.splitlines()
    assert "2026/B04/institution/53.07/- all_exact: 55/2 != 95/6" in output.splitlines()
    assert "2026/-/nation/-/- all_exact: 7765/108 != 285/4" in output.splitlines()
    assert "2026/B04/institution/52/-" not in output
    assert score("2026/B04/institution/53.07/-").all_exact == "55/2"


def test_check_finds_a_score_that_was_edited_removed_or_invented(nation):
    compute_stale(NOW)
    Score.objects.filter(key="2026/B04/institution/52/-").update(all_value=93)
    Score.objects.filter(key="2026/B08/nation/-/anak").delete()
    invented = score("2026/-/nation/-/-")
    invented.pk, invented.key = None, "2026/-/nation/-/lansia"
    invented.save()

    places = [difference.place for difference in differences(nation.plan_year, NOW)]

    assert places == ["2026/B04/institution/52/- all_value", "2026/B08/nation/-/anak", "2026/-/nation/-/lansia"]


def test_computing_repairs_what_check_found(nation):
    compute_stale(NOW)
    Score.objects.filter(key="2026/B04/institution/52/-").update(all_value=93)

    compute_plan_year(nation.plan_year, NOW)

    assert list(differences(nation.plan_year, NOW)) == []


# Size


def test_the_number_of_queries_does_not_depend_on_the_number_of_institutions(nation):
    compute_stale(NOW)
    few = count_queries(nation)
    for number in range(40):
        row = nation.institutions["53.07"]
        row.pk, row.code, row.name = None, f"53.{number + 20}", f"Kabupaten {number}"
        row.save()
        for aksi in nation.institutions["53.08"].assignments.values_list("aksi", flat=True):
            row.assignments.create(aksi_id=aksi)
        for period in nation.periods.values():
            nation.reports[period.code, row.code] = nation.expect_report(period, Institution.objects.get(code=row.code))
            nation.fill(period.code, row.code, ["laksana:ss laksana:sb nihil:ss", "laksana:bb"])
    compute_stale(NOW)

    assert count_queries(nation) == few


def count_queries(nation: ScoreNation) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        compute_plan_year(nation.plan_year, NOW)
    return len(queries)
