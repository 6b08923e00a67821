"""Pure arithmetic of scores: integers in, exact `Fraction`s out; no database, no clock.

Source of the formula: DOMAIN section 5 (weights 30/70 and mean of periods published for 2025 and 2022; the
nation as unweighted mean of levels derived from published figures). The worked example of `docs/scoring.md`
is a test of this module.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from math import lcm

GREEN, YELLOW, RED = "hijau", "kuning", "merah"


@dataclass(frozen=True)
class Rules:
    """The numbers of one rule set. Weights in percent, summing to 100; values and cut-offs 0-100."""

    administration_weight: int
    substance_weight: int
    value_met: int
    value_partly_met: int
    value_not_met: int
    not_carried_out_substance: int
    green_from: int
    yellow_from: int

    def value_of(self, judged: str) -> int:
        """The value of a judgement word: met, partly or not_met. Raises KeyError for another."""
        return {"met": self.value_met, "partly": self.value_partly_met, "not_met": self.value_not_met}[judged]


def measure_score(rules: Rules, *, execution: str, administration: str, substance: str) -> Fraction:
    """Return the score of one judged measure, 0-100.

    `execution` is what the reporter declared: empty scores 0 (not reported), `not_carried_out` fixes substance at the
    rule set's value, `nihil` is judged on its letter with the normal values. The aspects are judgement words.
    """
    if not execution:
        return Fraction(0)
    administrative = rules.value_of(administration)
    substantive = rules.value_of(substance)
    if execution == "not_carried_out":
        substantive = rules.not_carried_out_substance
    return Fraction(rules.administration_weight * administrative + rules.substance_weight * substantive, 100)


def action_score(measures: Sequence[Fraction]) -> Fraction:
    """Return the score of one aksi, 0-100: the mean of its measures; 0 without any, since nothing was reported."""
    return mean(measures) or Fraction(0)


def report_score(actions: Sequence[Fraction]) -> Fraction:
    """Return the score of one report, 0-100: the mean of its aksi, unreported ones counting 0; 0 without any."""
    return mean(actions) or Fraction(0)


def mean(values: Sequence[Fraction]) -> Fraction | None:
    """Return the exact mean, or None of nothing: a level without institutions has no mean."""
    if not values:
        return None
    common = lcm(*(value.denominator for value in values))  # one sum of integers instead of many of fractions
    return Fraction(sum(value.numerator * (common // value.denominator) for value in values), common * len(values))


def mean_of_present(values: Iterable[Fraction | None]) -> Fraction | None:
    """Return the exact mean of the values that exist: the nation from its levels, a year from its closed periods."""
    return mean([value for value in values if value is not None])


def band_of(rules: Rules, value: Fraction) -> str:
    """Return the band of the exact value: 79.996 is kuning although it rounds to 80.00."""
    if value >= rules.green_from:
        return GREEN
    return YELLOW if value >= rules.yellow_from else RED


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


@dataclass(frozen=True)
class Figure:
    """One figure and what stands beside it. `everyone` and `reporters` are exact, 0-100, or None without any.

    `everyone` counts a missing report as 0, `reporters` leaves it out; one that awaits its judgement is in neither.
    `expected`, `reported`, `scored` and the bands count institutions, for one institution its (closed) periods.
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


def state_of(*, is_sent: bool, is_verified: bool, is_closed: bool) -> str:
    """Return what is known of one expected report; a period is closed once nothing can be sent any more."""
    if is_verified:
        return SCORED
    if is_sent:
        return AWAITING
    return MISSING if is_closed else EXPECTED


def figure_of_report(rules: Rules, state: str, value: Fraction | None) -> Figure:
    """Return the figure of one institution for one period; `value` is its score, used when `state` is scored."""
    known = {SCORED: value, MISSING: Fraction(0)}.get(state)
    row = (state, known, value if state == SCORED else None)
    return _figure(rules, [row], is_provisional=state in (AWAITING, EXPECTED))


def figure_of_year(rules: Rules, periods: Sequence[Figure], *, is_closed: bool) -> Figure:
    """Return the year of one institution from the figures of its closed expected periods.

    A missing period counts 0; one that awaits its judgement is left out, and with nothing scored so far the year
    awaits too. `is_closed`: every period of the year is. Source: mean of periods, published for 2022.
    """
    rows = [(period.state, period.everyone, period.reporters) for period in periods]
    waits = any(period.state == AWAITING for period in periods)
    figure = _figure(rules, rows, is_provisional=waits or not is_closed)
    if waits and not figure.scored:
        return replace(figure, state=AWAITING, everyone=None)
    return figure


def figure_of_institutions(rules: Rules, members: Sequence[Figure]) -> Figure:
    """Return the figure of a province or a level: the mean over its institutions, each counting once."""
    rows = [(member.state, member.everyone, member.reporters) for member in members]
    return _figure(rules, rows, is_provisional=any(member.is_provisional for member in members))


def figure_of_nation(rules: Rules, levels: Sequence[Figure]) -> Figure:
    """Return the nation: the unweighted mean of the levels that have a figure, and the sum of their counts."""
    everyone = mean_of_present(level.everyone for level in levels)
    counts = {name: sum(getattr(level, name) for level in levels) for name in COUNTS}
    state = _state_of_many([level.state for level in levels if level.expected])
    return Figure(
        state=state,
        everyone=everyone,
        reporters=mean_of_present(level.reporters for level in levels),
        band=band_of(rules, everyone) if state == SCORED else "",
        is_provisional=any(level.is_provisional for level in levels),
        **counts,
    )


COUNTS = ("expected", "reported", "scored", "green", "yellow", "red")


def _figure(
    rules: Rules, rows: Sequence[tuple[str, Fraction | None, Fraction | None]], *, is_provisional: bool
) -> Figure:
    """Sum up `rows` of state, value with missing as 0, and value of who reported."""
    bands = [band_of(rules, everyone) for state, everyone, _ in rows if state == SCORED]
    everyone = mean_of_present(everyone for _, everyone, _ in rows)
    state = _state_of_many([state for state, _, _ in rows])
    return Figure(
        state=state,
        everyone=everyone,
        reporters=mean_of_present(reporters for _, _, reporters in rows),
        band=band_of(rules, everyone) if state == SCORED else "",
        expected=len(rows),
        reported=sum(state in (SCORED, AWAITING) for state, _, _ in rows),
        scored=len(bands),
        green=bands.count(GREEN),
        yellow=bands.count(YELLOW),
        red=bands.count(RED),
        is_provisional=is_provisional,
    )


def _state_of_many(states: Sequence[str]) -> str:
    """The state of a mean: scored as soon as one is, missing only when every one is."""
    if SCORED in states:
        return SCORED
    if AWAITING in states:
        return AWAITING
    if MISSING in states and EXPECTED not in states:
        return MISSING
    return EXPECTED
