"""Pure arithmetic of scores: integers in, exact `Fraction`s out; no database, no clock.

Source of the formula: DOMAIN section 5 (weights 30/70 and mean of periods published for 2025 and 2022; the
nation as unweighted mean of levels derived from published figures). The worked example of `docs/scoring.md`
is a test of this module.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

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


def mean(values: Sequence[Fraction]) -> Fraction | None:
    """Return the exact mean, or None of nothing: a level without institutions has no mean."""
    if not values:
        return None
    return sum(values, Fraction(0)) / len(values)


def mean_of_present(values: Iterable[Fraction | None]) -> Fraction | None:
    """Return the exact mean of the values that exist: the nation from its levels, a year from its closed periods."""
    return mean([value for value in values if value is not None])


def band_of(rules: Rules, value: Fraction) -> str:
    """Return the band of the exact value: 79.996 is kuning although it rounds to 80.00."""
    if value >= rules.green_from:
        return GREEN
    return YELLOW if value >= rules.yellow_from else RED


def as_decimal(value: Fraction, places: int = 10) -> Decimal:
    """Return `value` rounded half up to `places` decimals: ten for storing, two for showing."""
    with localcontext() as context:
        context.prec = 60
        step = Decimal(1).scaleb(-places)
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(step, rounding=ROUND_HALF_UP)
