"""Percent agreement and Cohen's kappa: the published examples, what is undefined, and what always holds."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.agreement import Agreement, agreement_of

WORDS = ["met", "partly", "not_met"]
MATRICES = st.lists(st.integers(0, 40), min_size=9, max_size=9)


def of_matrix(*rows: list[int]) -> Agreement:
    """The agreement of a printed matrix: a line for each word of the first judge."""
    return Agreement({(one, other): count for one, row in enumerate(rows) for other, count in enumerate(row)})


def square(numbers: list[int]) -> Agreement:
    return of_matrix(numbers[:3], numbers[3:6], numbers[6:])


def test_cohens_own_example():
    found = of_matrix([88, 14, 18], [10, 40, 10], [2, 6, 12])

    assert (found.n, found.percent, found.expected) == (200, 70, Fraction(41, 100))
    assert found.kappa == Fraction(29, 59)
    assert round(float(found.kappa), 3) == 0.492  # as Cohen prints it, 1960


def test_a_two_by_two_table():
    found = of_matrix([20, 5], [10, 15])

    assert (found.percent, found.expected, found.kappa) == (70, Fraction(1, 2), Fraction(2, 5))


def test_without_pairs_nothing_is_known():
    found = agreement_of([])

    assert (found.n, found.agreed, found.percent, found.expected, found.kappa) == (0, 0, None, None, None)


def test_one_word_throughout_has_a_percentage_and_no_kappa():
    found = agreement_of([("met", "met")] * 7)

    assert (found.percent, found.expected, found.kappa) == (100, 1, None)


def test_one_word_of_one_judge_is_worth_nothing_above_chance():
    found = agreement_of([("met", "met")] * 6 + [("met", "partly")] * 2)

    assert (found.percent, found.kappa) == (75, 0)


@settings(max_examples=60, deadline=None)
@given(MATRICES)
def test_kappa_is_bounded_and_symmetric(numbers):
    found = square(numbers)
    turned = Agreement({(other, one): count for (one, other), count in found.counts.items()})

    assert (turned.percent, turned.kappa) == (found.percent, found.kappa)
    if found.kappa is not None:
        assert -1 <= found.kappa <= 1
        assert found.kappa <= found.observed
        assert (found.kappa == 1) == (found.agreed == found.n)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)), max_size=30), st.randoms(), st.integers(2, 5)
)
def test_order_size_and_names_do_not_matter(pairs, random, times):
    found, shuffled = agreement_of(pairs), list(pairs)
    random.shuffle(shuffled)
    renamed = agreement_of((one[::-1], other[::-1]) for one, other in pairs)

    assert agreement_of(shuffled).kappa == renamed.kappa == agreement_of(pairs * times).kappa == found.kappa
