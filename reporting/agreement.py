"""How alike two judges judge the same things: percent agreement and Cohen's kappa, exact; knows nothing of models.

Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20(1),
1960, 37-46. Kappa is unweighted: "sebagian" against "tidak sesuai" counts as much as "sesuai" against "tidak sesuai".
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

Pair = tuple[Hashable, Hashable]


@dataclass(frozen=True)
class Agreement:
    """The agreement of `n` pairs of judgements; `counts` is the matrix, by (first, second)."""

    counts: Mapping[Pair, int]

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def agreed(self) -> int:
        """How many pairs are alike."""
        return sum(count for (first, second), count in self.counts.items() if first == second)

    @property
    def observed(self) -> Fraction | None:
        """The share of pairs that are alike, 0-1; None without pairs."""
        return Fraction(self.agreed, self.n) if self.n else None

    @property
    def percent(self) -> Fraction | None:
        """`observed` in percent, 0-100."""
        return None if self.observed is None else self.observed * 100

    @property
    def expected(self) -> Fraction | None:
        """The share of pairs that would be alike by chance, given how often each judge uses each word; 0-1."""
        if not self.n:
            return None
        first, second = Counter(), Counter()
        for (one, other), count in self.counts.items():
            first[one] += count
            second[other] += count
        return sum((Fraction(first[word] * second[word], self.n**2) for word in first), Fraction(0))

    @property
    def kappa(self) -> Fraction | None:
        """Cohen's kappa, -1 to 1: 1 is full agreement, 0 what chance would give.

        None without pairs, and where the expected agreement is 1: both judges then used one and the same word
        throughout, and kappa would be 0/0. The percentage (100) still tells it.
        """
        if self.expected is None or self.expected == 1:
            return None
        return (self.observed - self.expected) / (1 - self.expected)


def agreement_of(pairs: Iterable[Pair]) -> Agreement:
    """Return the agreement of pairs of words (first judge, second judge), in any order of the pairs."""
    return Agreement(Counter(pairs))
