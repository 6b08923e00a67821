"""The draw of a sample: reproducible, of the right size, the same in any order, fair."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.sampling import drawn, is_swapped, population_hash, sample_size

KEYS = {"KW53": [f"53.{n:02}/1/1" for n in range(60)], "KW52": [f"52.{n:02}/1/1" for n in range(9)], "HAM": ["SOS/1/1"]}


@pytest.mark.parametrize(
    ("population", "share", "least", "size"),
    [(60, 5, 1, 3), (61, 5, 1, 4), (9, 5, 2, 2), (1, 5, 2, 1), (0, 5, 2, 0), (40, 100, 0, 40), (10, 1, 0, 1)],
)
def test_an_office_gives_its_share_rounded_up_or_the_minimum(population, share, least, size):
    assert sample_size(population, share=share, least=least) == size


def test_a_seed_always_draws_the_same():
    found = drawn({"A": [f"k{n}" for n in range(12)]}, seed="benih-1", share=25, least=1)

    assert found == ["k3", "k8", "k11"]  # what everybody gets who draws it again; tried with sha256sum
    assert population_hash(["b", "a"]) == "7e18f737311b2dc3b2f269dd78396b0351f14fb66efa879f768cb23181883c78"


@settings(max_examples=25, deadline=None)
@given(st.randoms(), st.text("abc123", min_size=1, max_size=6), st.integers(1, 100), st.integers(0, 4))
def test_the_order_of_the_rows_changes_nothing(random, seed, share, least):
    offices = list(KEYS)
    random.shuffle(offices)
    shuffled = {office: random.sample(KEYS[office], len(KEYS[office])) for office in offices}

    found = drawn(shuffled, seed=seed, share=share, least=least)

    assert found == drawn(KEYS, seed=seed, share=share, least=least)
    assert len(found) == len(set(found))
    sizes = {office: sum(key in KEYS[office] for key in found) for office in KEYS}
    assert sizes == {name: sample_size(len(keys), share=share, least=least) for name, keys in KEYS.items()}


def test_another_seed_draws_others_and_every_measure_has_its_chance():
    found = Counter(
        key for number in range(400) for key in drawn({"A": KEYS["KW52"]}, seed=str(number), share=30, least=1)
    )

    assert set(found) == set(KEYS["KW52"])
    assert all(90 < count < 180 for count in found.values())  # 400 draws of 3 out of 9: 133 each, standard deviation 9


def test_first_and_second_stand_in_both_orders():
    assert 30 < sum(is_swapped("benih", str(number)) for number in range(100)) < 70
