"""The arithmetic of scores: bounds, order, monotony, bands; the worked example is in `test_score_jobs`."""

import itertools
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reporting.scoring import (
    AWAITING,
    EXPECTED,
    GREEN,
    MISSING,
    RED,
    SCORED,
    YELLOW,
    Figure,
    Rules,
    action_score,
    as_decimal,
    band_of,
    exact_text,
    exact_value,
    figure_of_institutions,
    figure_of_level,
    figure_of_nation,
    figure_of_report,
    figure_of_year,
    mean,
    measure_score,
    report_score,
    state_of,
)

RULES = Rules(
    administration_weight=30,
    substance_weight=70,
    value_met=100,
    value_partly_met=50,
    value_not_met=0,
    not_carried_out_substance=0,
    green_from=80,
    yellow_from=50,
)
WORDS = ("met", "partly", "not_met")
DECLARATIONS = ("carried_out", "partly", "nihil", "not_carried_out", "")


@st.composite
def rule_sets(draw) -> Rules:
    """Any rule set that the database accepts."""
    weight = draw(st.integers(0, 100))
    met, nihil = draw(st.integers(2, 100)), draw(st.integers(0, 100))
    partly, not_met = sorted(draw(st.lists(st.integers(0, met), min_size=2, max_size=2)), reverse=True)
    green, not_done = draw(st.integers(2, met)), draw(st.integers(0, met))
    least_judged = min(not_met * nihil, weight * not_met + (100 - weight) * not_done) // 100
    return Rules(
        administration_weight=weight,
        substance_weight=100 - weight,
        value_met=met,
        value_partly_met=partly,
        value_not_met=not_met,
        not_carried_out_substance=not_done,
        missing_value=draw(st.integers(0, least_judged)),
        nihil_percent=nihil,
        late_percent=draw(st.integers(0, 100)),
        green_from=green,
        yellow_from=draw(st.integers(1, green - 1)),
        year_mean=draw(st.sampled_from(["all", "reported"])),
        level_mean=draw(st.sampled_from(["institutions", "provinces"])),
        nation_mean=draw(st.sampled_from(["levels", "institutions"])),
    )


VALUES = st.fractions(min_value=0, max_value=100, max_denominator=10_000)
REPORTS = st.lists(st.one_of(st.none(), VALUES, st.just("awaiting")), min_size=1, max_size=30)
"""Closed reports: None did not report, "awaiting" is not verified yet."""


def figure(report) -> Figure:
    if report is None:
        return figure_of_report(RULES, MISSING, None)
    if report == "awaiting":
        return figure_of_report(RULES, AWAITING, None)
    return figure_of_report(RULES, SCORED, report)


# One measure


@pytest.mark.parametrize(
    ("execution", "administration", "substance", "expected"),
    [
        ("carried_out", "met", "met", 100),
        ("carried_out", "partly", "met", 85),
        ("carried_out", "met", "partly", 65),
        ("carried_out", "partly", "partly", 50),
        ("carried_out", "not_met", "met", 70),
        ("carried_out", "met", "not_met", 30),
        ("carried_out", "not_met", "not_met", 0),
        ("partly", "met", "partly", 65),
        ("nihil", "met", "met", 100),
        ("nihil", "partly", "not_met", 15),
        ("not_carried_out", "met", "met", 30),
        ("not_carried_out", "partly", "partly", 15),
        ("not_carried_out", "not_met", "met", 0),
        ("", "met", "met", 0),
    ],
)
def test_a_measure_weighs_both_aspects(execution, administration, substance, expected):
    value = measure_score(RULES, execution=execution, administration=administration, substance=substance)

    assert value == expected


def test_an_unknown_judgement_is_an_error():
    with pytest.raises(KeyError):
        measure_score(RULES, execution="nihil", administration="good", substance="met")


@given(rule_sets(), st.sampled_from(DECLARATIONS), st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_a_measure_lies_within_0_and_100(rules, execution, administration, substance):
    value = measure_score(rules, execution=execution, administration=administration, substance=substance)

    assert 0 <= value <= 100


@given(rule_sets(), st.sampled_from(DECLARATIONS), st.sampled_from(WORDS))
def test_a_better_judgement_never_lowers_a_measure(rules, execution, other):
    for better, worse in itertools.pairwise(WORDS):
        for high, low in [((better, other), (worse, other)), ((other, better), (other, worse))]:
            upper = measure_score(rules, execution=execution, administration=high[0], substance=high[1])
            lower = measure_score(rules, execution=execution, administration=low[0], substance=low[1])

            assert upper >= lower


@given(rule_sets(), st.sampled_from(DECLARATIONS), st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_a_measure_left_empty_never_beats_a_judged_one(rules, execution, administration, substance):
    judged = measure_score(rules, execution=execution, administration=administration, substance=substance)

    assert measure_score(rules, execution="", administration=None, substance=None) <= judged


@given(rule_sets(), st.sampled_from(DECLARATIONS), st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_nothing_beats_a_measure_with_everything_met_and_that_is_green(rules, execution, administration, substance):
    value = measure_score(rules, execution=execution, administration=administration, substance=substance)
    best = measure_score(rules, execution="carried_out", administration="met", substance="met")

    assert value <= best == rules.value_met
    assert band_of(rules, best) == GREEN


def test_missing_is_zero_under_the_rules_that_ship():
    assert measure_score(RULES, execution=None, administration=None, substance=None) == 0
    assert figure_of_report(RULES, MISSING, None).everyone == 0


def test_nihil_and_late_keep_their_shares():
    rules = replace(RULES, nihil_percent=60, late_percent=90)

    assert measure_score(rules, execution="nihil", administration="partly", substance="met") == Fraction(51)
    assert report_score([Fraction(55), Fraction(0)], percent=rules.percent_of(is_late=True)) == Fraction(99, 4)
    assert report_score([Fraction(55)], percent=rules.percent_of(is_late=False)) == 55


# Means


def test_an_unreported_action_counts_zero_in_the_report():
    assert report_score([Fraction(55), Fraction(0)]) == Fraction(55, 2)


def test_a_mean_of_nothing_is_none_and_a_report_of_nothing_is_zero():
    assert mean([]) is None
    assert action_score([]) == 0
    assert report_score([]) == 0


@given(st.lists(VALUES, min_size=1, max_size=30), st.randoms())
def test_a_mean_lies_between_its_parts_whatever_their_order(values, random):
    shuffled = random.sample(values, len(values))

    assert min(values) <= mean(values) <= max(values)
    assert mean(shuffled) == mean(values)


@given(st.lists(VALUES, min_size=1, max_size=20), st.integers(0, 19), VALUES)
def test_raising_one_part_never_lowers_the_mean(values, index, other):
    index %= len(values)
    raised = [*values[:index], max(values[index], other), *values[index + 1 :]]

    assert mean(raised) >= mean(values)


# Figures


@pytest.mark.parametrize(
    ("is_sent", "is_verified", "is_closed", "expected"),
    [
        (False, False, False, EXPECTED),
        (False, False, True, MISSING),
        (True, False, False, AWAITING),
        (True, False, True, AWAITING),
        (True, True, False, SCORED),
        (True, True, True, SCORED),
    ],
)
def test_what_is_known_of_a_report(is_sent, is_verified, is_closed, expected):
    assert state_of(is_sent=is_sent, is_verified=is_verified, is_closed=is_closed) == expected


def test_the_four_states_of_one_report():
    assert figure_of_report(RULES, SCORED, Fraction(80)) == Figure(
        SCORED, Fraction(80), Fraction(80), GREEN, expected=1, reported=1, scored=1, green=1
    )
    assert figure_of_report(RULES, MISSING, None) == Figure(MISSING, Fraction(0), None, expected=1)
    assert figure_of_report(RULES, AWAITING, None) == Figure(AWAITING, expected=1, reported=1, is_provisional=True)
    assert figure_of_report(RULES, EXPECTED, None) == Figure(EXPECTED, expected=1, is_provisional=True)


def test_a_report_not_yet_expected_back_counts_in_neither_mean():
    members = [figure(Fraction(60)), figure_of_report(RULES, EXPECTED, None)]

    found = figure_of_institutions(RULES, members)

    assert (found.everyone, found.reporters) == (60, 60)
    assert (found.expected, found.reported, found.scored) == (2, 1, 1)
    assert found.is_provisional


@given(REPORTS)
def test_a_missing_report_counts_zero_and_an_awaiting_one_not_at_all(reports):
    found = figure_of_institutions(RULES, [figure(report) for report in reports])
    values = [report for report in reports if isinstance(report, Fraction)]
    missing = reports.count(None)

    assert found.everyone == mean([*values, *[Fraction(0)] * missing])
    assert found.reporters == mean(values)
    assert found.expected == len(reports)
    assert found.reported == len(reports) - missing
    assert found.scored == len(values) == found.green + found.yellow + found.red
    assert found.is_provisional == ("awaiting" in reports)


@given(REPORTS)
def test_both_means_lie_within_0_and_100_and_in_order(reports):
    found = figure_of_institutions(RULES, [figure(report) for report in reports])

    if found.reporters is not None:
        assert 0 <= found.everyone <= found.reporters <= 100


@given(REPORTS, st.randoms())
def test_the_order_of_institutions_changes_nothing(reports, random):
    members = [figure(report) for report in reports]

    assert figure_of_institutions(RULES, random.sample(members, len(members))) == figure_of_institutions(RULES, members)


@given(REPORTS, REPORTS, REPORTS, st.randoms())
def test_the_nation_is_the_unweighted_mean_of_its_levels(first, second, third, random):
    levels = [figure_of_institutions(RULES, [figure(report) for report in part]) for part in (first, second, third)]

    nation = figure_of_nation(RULES, levels)

    assert nation.everyone == mean([level.everyone for level in levels if level.everyone is not None])
    assert nation.reporters == mean([level.reporters for level in levels if level.reporters is not None])
    assert nation.expected == len(first) + len(second) + len(third)
    assert figure_of_nation(RULES, random.sample(levels, 3)) == nation


def test_a_level_without_institutions_is_left_out_of_the_nation():
    empty = figure_of_institutions(RULES, [])
    levels = [figure_of_institutions(RULES, [figure(Fraction(value))]) for value in (40, 60)]

    assert empty == Figure(EXPECTED)
    assert figure_of_nation(RULES, [empty, *levels]).everyone == 50


def test_a_nation_that_nobody_reported_to_is_missing():
    level = figure_of_institutions(RULES, [figure(None), figure(None)])

    nation = figure_of_nation(RULES, [level, figure_of_institutions(RULES, [])])

    assert (nation.state, nation.everyone, nation.reporters, nation.band) == (MISSING, 0, None, "")


# Years


def test_a_year_is_the_mean_of_its_closed_periods_with_missing_ones_as_zero():
    year = figure_of_year(RULES, [figure(Fraction(90)), figure(None), figure(Fraction(60))], is_closed=True)

    assert (year.state, year.everyone, year.reporters) == (SCORED, 50, 75)
    assert (year.expected, year.reported, year.scored, year.is_provisional) == (3, 2, 2, False)


@given(st.sampled_from([3, 4]).flatmap(lambda periods: st.lists(VALUES, min_size=periods, max_size=periods)))
def test_a_year_of_either_calendar_is_the_sum_of_its_periods_by_their_number(values):
    year = figure_of_year(RULES, [figure(value) for value in values], is_closed=True)

    assert year.everyone * len(values) == sum(values)  # three times four months, or four quarters
    assert year.expected == len(values)


def test_a_year_leaves_out_what_awaits_and_is_provisional():
    year = figure_of_year(RULES, [figure(Fraction(90)), figure("awaiting")], is_closed=True)

    assert (year.state, year.everyone, year.is_provisional) == (SCORED, 90, True)


def test_a_year_with_nothing_judged_yet_has_no_figure():
    year = figure_of_year(RULES, [figure(None), figure("awaiting")], is_closed=True)

    assert (year.state, year.everyone, year.reporters) == (AWAITING, None, None)


def test_a_year_that_never_reported_is_zero():
    year = figure_of_year(RULES, [figure(None), figure(None)], is_closed=True)

    assert (year.state, year.everyone, year.band) == (MISSING, 0, "")


def test_a_year_is_provisional_until_every_period_is_closed():
    assert figure_of_year(RULES, [figure(Fraction(90))], is_closed=False).is_provisional
    assert figure_of_year(RULES, [], is_closed=False) == Figure(EXPECTED, is_provisional=True)


# A whole nation under any rules

JUDGED = st.tuples(st.sampled_from(DECLARATIONS), st.sampled_from(WORDS), st.sampled_from(WORDS))
MEASURES = st.lists(st.lists(JUDGED, min_size=1, max_size=3), min_size=1, max_size=3)
PERIODS = st.lists(
    st.one_of(st.none(), st.just("awaiting"), st.tuples(MEASURES, st.booleans())), min_size=2, max_size=4
)
NATIONS = st.lists(st.lists(st.tuples(st.integers(0, 2), PERIODS), max_size=4), min_size=3, max_size=3)
"""Three levels of institutions: the province each counts in and its closed periods. A report is its aksi, each the
words of its measures, and whether it came late; None did not report."""


def score_of(rules: Rules, report) -> Figure:
    if report in (None, "awaiting"):
        return figure_of_report(rules, AWAITING if report else MISSING, None)
    aksi, is_late = report
    names = ("execution", "administration", "substance")
    values = [
        action_score([measure_score(rules, **dict(zip(names, words, strict=True))) for words in measures])
        for measures in aksi
    ]
    return figure_of_report(rules, SCORED, report_score(values, percent=rules.percent_of(is_late=is_late)))


def figures_of(rules: Rules, nation) -> list[Figure]:
    """Years of institutions, then the levels, then the nation."""
    levels = [
        [
            (province, figure_of_year(rules, [score_of(rules, report) for report in periods], is_closed=True))
            for province, periods in level
        ]
        for level in nation
    ]
    means = [figure_of_level(rules, [year for _, year in level], [part for part, _ in level]) for level in levels]
    return [*(year for level in levels for _, year in level), *means, figure_of_nation(rules, means)]


def better(words: tuple[str, str, str], aspect: int) -> tuple[str, str, str]:
    """The same measure with one aspect judged one step better."""
    raised = list(words)
    raised[aspect] = WORDS[max(WORDS.index(words[aspect]) - 1, 0)]
    return tuple(raised)


@settings(max_examples=60)
@given(rule_sets(), NATIONS, st.data())
def test_a_better_judgement_never_lowers_any_mean_above_it(rules, nation, data):
    judged = [
        (level, office, period, aksi, measure)
        for level, offices in enumerate(nation)
        for office, (_, periods) in enumerate(offices)
        for period, report in enumerate(periods)
        if isinstance(report, tuple)
        for aksi, measures in enumerate(report[0])
        for measure in range(len(measures))
    ]
    assume(judged)
    level, office, period, aksi, measure = data.draw(st.sampled_from(judged))
    raised = deepcopy(nation)
    measures = raised[level][office][1][period][0][aksi]
    measures[measure] = better(measures[measure], data.draw(st.sampled_from([1, 2])))

    for before, after in zip(figures_of(rules, nation), figures_of(rules, raised), strict=True):
        for name in ("everyone", "reporters"):
            old, new = getattr(before, name), getattr(after, name)
            assert (old is None) == (new is None)
            assert old is None or old <= new
        assert BANDS.index(before.band) <= BANDS.index(after.band)


BANDS = ("", RED, YELLOW, GREEN)


@settings(max_examples=60)
@given(rule_sets(), NATIONS, st.randoms())
def test_every_mean_lies_within_bounds_whatever_the_order(rules, nation, random):
    figures = figures_of(rules, nation)
    shuffled = [random.sample(level, len(level)) for level in nation]

    for found in figures:
        if found.reporters is not None:
            assert 0 <= found.everyone <= found.reporters <= rules.value_met
    assert figures_of(rules, shuffled)[-4:] == figures[-4:]


def test_each_choice_of_means_counts_as_it_says():
    rules = {name: replace(RULES, **{name: way}) for name, way in WAYS.items()}
    year = figure_of_year(rules["year_mean"], [figure(Fraction(80)), figure(None)], is_closed=True)
    members = [figure(Fraction(90)), figure(Fraction(30)), figure(None)]
    level = figure_of_level(rules["level_mean"], members, [1, 2, 2])
    many = figure_of_institutions(RULES, [figure(Fraction(50))] * 3)
    nation = figure_of_nation(rules["nation_mean"], [many, figure_of_institutions(RULES, [figure(Fraction(90))])])

    assert (year.everyone, year.band, year.expected, year.reported) == (80, GREEN, 2, 1)
    assert (level.everyone, level.reporters, level.expected) == (Fraction(105, 2), 60, 3)
    assert (nation.everyone, nation.reporters, nation.counted) == (60, 60, 4)


def test_a_nation_of_institutions_is_the_mean_of_them_all_and_of_those_that_reported():
    rules = replace(RULES, nation_mean="institutions")
    few = figure_of_institutions(RULES, [figure(Fraction(100)), *[figure(None)] * 9])
    many = figure_of_institutions(RULES, [figure(Fraction(50))] * 10)

    nation = figure_of_nation(rules, [few, many])

    assert (nation.everyone, nation.reporters) == (Fraction(600, 20), Fraction(600, 11))


WAYS = {"year_mean": "reported", "level_mean": "provinces", "nation_mean": "institutions"}


# Bands and rounding


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (Fraction(0), RED),
        (Fraction(49999, 1000), RED),
        (Fraction(50), YELLOW),
        (Fraction(79996, 1000), YELLOW),
        (Fraction(8 * 10**20 - 1, 10**19), YELLOW),
        (Fraction(80), GREEN),
        (Fraction(100), GREEN),
    ],
)
def test_a_band_is_taken_from_the_exact_value(value, band):
    assert band_of(RULES, value) == band


@given(rule_sets(), VALUES)
def test_every_value_has_exactly_one_band(rules, value):
    limits = {
        GREEN: (rules.green_from, 101),
        YELLOW: (rules.yellow_from, rules.green_from),
        RED: (0, rules.yellow_from),
    }

    assert [band for band, (low, high) in limits.items() if low <= value < high] == [band_of(rules, value)]


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(1, 3), 10, "0.3333333333"),
        (Fraction(200, 3), 10, "66.6666666667"),
        (Fraction(79995, 1000), 2, "80.00"),
        (Fraction(12345, 1000), 2, "12.35"),
        (Fraction(100), 10, "100.0000000000"),
    ],
)
def test_rounding_is_half_up(value, places, shown):
    assert as_decimal(value, places) == Decimal(shown)
    assert str(as_decimal(value, places)) == shown


@given(VALUES)
def test_an_exact_value_survives_its_text(value):
    assert exact_value(exact_text(value)) == value
    assert exact_value(exact_text(None)) is None


def test_another_rule_set_gives_another_value():
    softer = replace(RULES, administration_weight=50, substance_weight=50, value_partly_met=60)

    assert measure_score(softer, execution="carried_out", administration="met", substance="partly") == 80
