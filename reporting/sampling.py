"""Which measures a second reader gets: a random sample that anybody can draw again from its recorded seed.

Within each office every measure has the rank of SHA-256("seed|key"), and the first ones are taken: a simple random
sample without replacement that depends neither on the order of the rows nor on a library's generator. Keys are natural
("53.07/1/2": institution, aksi, measure), so a copy of the database draws the same. No models here.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256


def sample_size(population: int, *, share: int, least: int) -> int:
    """Return how many of `population` measures of one office are drawn: `share` percent, rounded up, or `least`.

    `share` is 1-100; the result never exceeds `population`.
    """
    return min(population, max(least, -(-population * share // 100)))


def drawn(keys_by_office: Mapping[str, Iterable[str]], *, seed: str, share: int, least: int) -> list[str]:
    """Return the keys drawn from every office, in the random order in which they are read. Keys are unique."""
    found: list[str] = []
    for keys in keys_by_office.values():
        ranked = sorted(keys, key=lambda key: _rank(seed, key))
        found += ranked[: sample_size(len(ranked), share=share, least=least)]
    return sorted(found, key=lambda key: _rank(f"{seed}|urutan", key))


def population_hash(keys: Iterable[str]) -> str:
    """Return the SHA-256 (64 hexadecimal digits) of the sorted keys, one a line: what a sample was drawn from."""
    return sha256("\n".join(sorted(keys)).encode()).hexdigest()


def is_swapped(seed: str, key: str) -> bool:
    """Say whether a third reader sees the second reading before the first: by chance, and always the same."""
    return int(_rank(f"{seed}|ketiga", key), 16) % 2 == 1


def _rank(seed: str, key: str) -> str:
    return sha256(f"{seed}|{key}".encode()).hexdigest()
