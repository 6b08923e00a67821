"""Pure arithmetic of scores: integers in, exact `Fraction`s out; no database, no clock.

Source of the formula: DOMAIN section 5 (weights 30/70 and mean of periods published for 2025 and 2022; the
nation as unweighted mean of levels derived from published figures). The worked example of `docs/scoring.md`
is a test of this module.
"""

from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from math import lcm
from operator import attrgetter

GREEN, YELLOW, RED = "hijau", "kuning", "merah"
WHOLE = 100
"""Percent: what nothing was taken from."""

YEAR_OF_REPORTED, LEVEL_OF_PROVINCES, NATION_OF_INSTITUTIONS = "reported", "provinces", "institutions"
"""The choices of means that differ from those the portal ships with; see `actions.models.RuleSet`."""


@dataclass(frozen=True)
class Rules:
    """One rule set. Weights in percent, summing to 100; values, shares kept (percent) and cut-offs 0-100.

    Of those that the database accepts (`actions.models.RuleSet`), none lets a better judgement lower a mean above it, a
    measure left empty beat a judged one, or anything beat a report whose measures were all met: that one is hijau.
    """

    administration_weight: int
    substance_weight: int
    value_met: int
    value_partly_met: int
    value_not_met: int
    not_carried_out_substance: int
    green_from: int
    yellow_from: int
    missing_value: int = 0
    nihil_percent: int = WHOLE
    late_percent: int = WHOLE
    year_mean: str = "all"
    level_mean: str = "institutions"
    nation_mean: str = "levels"

    @property
    def cutoffs(self) -> tuple[int, int]:
        """Where kuning and hijau begin."""
        return self.yellow_from, self.green_from

    def value_of(self, judged: str) -> int:
        """The value of a judgement word: met, partly or not_met. Raises KeyError for another."""
        return {"met": self.value_met, "partly": self.value_partly_met, "not_met": self.value_not_met}[judged]

    def percent_of(self, *, is_late: bool) -> int:
        """The share of its score that a report keeps, in percent."""
        return self.late_percent if is_late else WHOLE


MEASURE_UNITS = 10_000
"""Every measure's score is a whole number of these parts of a point: weights and shares are whole percents."""


def measure_score(
    rules: Rules, *, execution: str | None, administration: str | None, substance: str | None
) -> Fraction:
    """Return the score of one measure, 0-100.

    `execution` is what the reporter declared: empty (or None, nobody judged it) scores what the rules give a missing
    measure, `not_carried_out` fixes substance at their value, `nihil` keeps their share of what its letter was judged.
    The aspects are judgement words.
    """
    if not execution:
        return Fraction(rules.missing_value)
    administrative = rules.value_of(administration)
    substantive = rules.value_of(substance)
    if execution == "not_carried_out":
        substantive = rules.not_carried_out_substance
    percent = rules.nihil_percent if execution == "nihil" else WHOLE
    weighed = rules.administration_weight * administrative + rules.substance_weight * substantive
    return Fraction(weighed * percent, MEASURE_UNITS)


def action_score(measures: Sequence[Fraction]) -> Fraction:
    """Return the score of one aksi, 0-100: the mean of its measures; 0 without any, since nothing was reported."""
    return mean(measures) or Fraction(0)


def report_score(actions: Sequence[Fraction], *, percent: int = WHOLE) -> Fraction:
    """Return the score of one report, 0-100: the mean of its aksi, unreported ones counting 0; 0 without any.

    `percent` of it are kept: see `Rules.percent_of`.
    """
    return (mean(actions) or Fraction(0)) * Fraction(percent, WHOLE)


def mean(values: Iterable[Fraction]) -> Fraction | None:
    """Return the exact mean, or None of nothing: a level without institutions has no mean."""
    return mean_of_present(values)


def mean_of_present(values: Iterable[Fraction | None]) -> Fraction | None:
    """Return the exact mean of the values that exist: the nation from its levels, a year from its closed periods."""
    return _mean(*_summed(values))


def weighed_mean(values: Iterable[tuple[Fraction | None, int]]) -> Fraction | None:
    """Return the exact mean of the values that exist, each counting as often as is said, or None of nothing."""
    present = [(value, weight) for value, weight in values if value is not None]
    weights = sum(weight for _, weight in present)
    return sum(value * weight for value, weight in present) / weights if weights else None


def _summed(
    values: Iterable[Fraction | None], sums: Mapping[int, int] | None = None, count: int = 0
) -> tuple[dict[int, int], int]:
    """Add the values that exist to the sums so far and count them: numerators by denominator, since many fractions
    are slow to add."""
    sums = dict(sums or {})
    for value in values:
        if value is not None:
            numerator, denominator = value.as_integer_ratio()
            sums[denominator] = sums.get(denominator, 0) + numerator
            count += 1
    return sums, count


def _mean(sums: dict[int, int], count: int) -> Fraction | None:
    if not count:
        return None
    common = lcm(*sums)
    return Fraction(sum([total * (common // denominator) for denominator, total in sums.items()]), common * count)


def band_of(rules: Rules, value: Fraction) -> str:
    """Return the band of the exact value: 79.996 is kuning although it rounds to 80.00."""
    numerator, denominator = value.as_integer_ratio()  # whole numbers compare faster than fractions
    if numerator >= rules.green_from * denominator:
        return GREEN
    return YELLOW if numerator >= rules.yellow_from * denominator else RED


def exact_text(value: Fraction | None) -> str:
    """Return an exact value as it is stored, "255/4" or "85/1"; empty for None."""
    return "" if value is None else f"{value.numerator}/{value.denominator}"


def exact_value(text: str) -> Fraction | None:
    """Return the value that `exact_text` wrote. Raises ValueError for anything else."""
    return Fraction(text) if text else None


def as_decimal(value: Fraction, places: int = 10) -> Decimal:
    """Return `value` rounded half up to `places` decimals: ten for storing, two for showing."""
    with localcontext() as context:
        context.prec = 60
        step = Decimal(1).scaleb(-places)
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, rounding=ROUND_HALF_UP)


# From one institution to the nation

SCORED, AWAITING, MISSING, EXPECTED = "scored", "awaiting", "missing", "expected"
"""What is known of an expected report: verified; sent, not yet verified; not sent in time; not sent so far."""


@dataclass(slots=True)  # not frozen: a year makes thousands, and freezing one costs more than adding it up
class Figure:
    """One figure and what stands beside it. `everyone` and `reporters` are exact, 0-100, or None without any.

    Never changed once it is made, because institutions with the same figure share it.

    `everyone` counts a missing report as 0, `reporters` leaves it out; one that awaits its judgement is in neither.
    `expected`, `reported`, `scored` and the bands count institutions, for one institution its (closed) periods.
    `counted` is how many `everyone` is the mean of: what a level may weigh in the nation.
    """

    state: str
    everyone: Fraction | None = None
    reporters: Fraction | None = None
    band: str = ""
    expected: int = 0
    reported: int = 0
    scored: int = 0
    green: int = 0
    yellow: int = 0
    red: int = 0
    is_provisional: bool = False
    counted: int = field(default=0, compare=False)


def state_of(*, is_sent: bool, is_verified: bool, is_closed: bool) -> str:
    """Return what is known of one expected report; a period is closed once nothing can be sent any more."""
    if is_verified:
        return SCORED
    if is_sent:
        return AWAITING
    return MISSING if is_closed else EXPECTED


def figure_of_report(rules: Rules, state: str, value: Fraction | None) -> Figure:
    """Return the figure of one institution for one period; `value` is its score, used when `state` is scored."""
    if state == MISSING:
        return Figure(MISSING, Fraction(0), expected=1, counted=1)
    if state != SCORED:
        return Figure(state, expected=1, reported=int(state == AWAITING), is_provisional=True)
    band = band_of(rules, value)
    green, yellow, red = int(band == GREEN), int(band == YELLOW), int(band == RED)
    return Figure(SCORED, value, value, band, 1, 1, 1, green, yellow, red, False, 1)


def figure_of_year(rules: Rules, periods: Sequence[Figure], *, is_closed: bool) -> Figure:
    """Return the year of one institution from the figures of its closed expected periods.

    A missing period counts 0, or not at all where the rules take the mean of what was reported and something was; one
    that awaits its judgement is left out, and with nothing scored so far the year awaits too. `is_closed`: every
    period of the year is. Source: mean of periods, published for 2022.
    """
    waits = AWAITING in [period.state for period in periods]
    figure = _figure(rules, periods, is_provisional=waits or not is_closed)
    if waits and not figure.scored:
        return replace(figure, state=AWAITING, everyone=None)
    if rules.year_mean == YEAR_OF_REPORTED and figure.scored:
        band = band_of(rules, figure.reporters)
        return replace(figure, everyone=figure.reporters, band=band, counted=figure.scored)
    return figure


IS_PROVISIONAL = attrgetter("is_provisional")


def figure_of_institutions(rules: Rules, members: Sequence[Figure]) -> Figure:
    """Return the figure of a province: the mean over its institutions, each counting once."""
    return _figure(rules, members, is_provisional=any(map(IS_PROVISIONAL, members)))


def figure_of_level(rules: Rules, members: Sequence[Figure], provinces: Iterable[Hashable]) -> Figure:
    """Return the figure of a level from its institutions and what each of them counts in, in the same order.

    The mean over the institutions, or over the means of their provinces: the rules say which.
    """
    figure = figure_of_institutions(rules, members)
    if rules.level_mean != LEVEL_OF_PROVINCES:
        return figure
    parts = defaultdict(list)
    for province, member in zip(provinces, members, strict=True):
        parts[province].append(member)
    means = [figure_of_institutions(rules, part) for part in parts.values()]
    everyone = mean_of_present(part.everyone for part in means)
    reporters = mean_of_present(part.reporters for part in means)
    band = band_of(rules, everyone) if figure.state == SCORED else ""
    return replace(figure, everyone=everyone, reporters=reporters, band=band)


def figure_of_nation(rules: Rules, levels: Sequence[Figure]) -> Figure:
    """Return the nation: the mean of the levels that have a figure, and the sum of their counts.

    The levels weigh the same, or in each mean as many as the institutions that it counts: the rules say which. A level
    that is a mean of provinces weighs the same in both, or those that reported could fall below everyone.
    """
    sizes = reported_sizes = [1] * len(levels)
    if rules.nation_mean == NATION_OF_INSTITUTIONS:
        sizes = reported_sizes = [level.counted for level in levels]
        if rules.level_mean != LEVEL_OF_PROVINCES:
            reported_sizes = [level.scored for level in levels]
    everyone = weighed_mean(zip([level.everyone for level in levels], sizes, strict=True))
    reporters = weighed_mean(zip([level.reporters for level in levels], reported_sizes, strict=True))
    counts = {name: sum(getattr(level, name) for level in levels) for name in (*COUNTS, "counted")}
    state = _state_of_many({level.state for level in levels if level.expected})
    return Figure(
        state=state,
        everyone=everyone,
        reporters=reporters,
        band=band_of(rules, everyone) if state == SCORED else "",
        is_provisional=any(level.is_provisional for level in levels),
        **counts,
    )


COUNTS = ("expected", "reported", "scored", "green", "yellow", "red")


def _figure(rules: Rules, members: Sequence[Figure], *, is_provisional: bool) -> Figure:
    """Sum up figures, each of which has its band exactly when it is scored."""
    states, bands = [member.state for member in members], [member.band for member in members]
    state, scored, awaiting = _state_of_many(states), states.count(SCORED), states.count(AWAITING)
    everyone, reporters = _means(members)
    band = band_of(rules, everyone) if state == SCORED else ""
    green, yellow, red = bands.count(GREEN), bands.count(YELLOW), bands.count(RED)
    reported, counted = scored + awaiting, scored + states.count(MISSING)
    return Figure(
        state, everyone, reporters, band, len(members), reported, scored, green, yellow, red, is_provisional, counted
    )


def _means(members: Iterable[Figure]) -> tuple[Fraction | None, Fraction | None]:
    """The means of `everyone` and of `reporters`; what is one value in both, as of a verified report, is added once."""
    sums, count, others = {}, 0, []
    for member in members:
        value = member.everyone
        if value is not member.reporters:
            others.append(member)
        elif value is not None:  # as in `_summed`, without a second list: this runs for every institution
            numerator, denominator = value.as_integer_ratio()
            sums[denominator] = sums.get(denominator, 0) + numerator
            count += 1
    if not others:
        return (_mean(sums, count),) * 2
    everyone = _mean(*_summed([member.everyone for member in others], sums, count))
    return everyone, _mean(*_summed([member.reporters for member in others], sums, count))


def _state_of_many(states: Container[str]) -> str:
    """The state of a mean: scored as soon as one is, missing only when every one is."""
    if SCORED in states:
        return SCORED
    if AWAITING in states:
        return AWAITING
    if MISSING in states and EXPECTED not in states:
        return MISSING
    return EXPECTED
