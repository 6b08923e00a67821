"""The canonical record of a year's scores: the same bytes from the same judgements, on any machine and database.

One JSON object a line with sorted keys, the lines in the order of their places, which are natural keys: no database
ids, no times, no collation.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from reporting.jobs.score_figures import Place
from reporting.scoring import Figure, exact_text

COUNTS = ("expected", "reported", "scored", "green", "yellow", "red")


@dataclass(frozen=True)
class ScoreRecord:
    """The lines of one year, sorted."""

    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the file: every line ends in a newline, also the last."""
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the file, as 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def record_of(lines: Iterable[str]) -> ScoreRecord:
    """Return the record of the lines, whatever order they come in."""
    return ScoreRecord(tuple(sorted(lines)))


def item_line(place: str, exact: str) -> str:
    """Return the line of one aksi in a verified report; `place` reads "2026/B04/item/53.07/1"."""
    return _line({"place": place, "exact": exact})


def figure_line(place: Place, figure: Figure, *, year: int, period_code: str, rule_set: str) -> str:
    """Return the line of one figure, with the rule set that made it."""
    return _line(
        {
            "place": place.key(year, period_code),
            "all": exact_text(figure.everyone),
            "reported": exact_text(figure.reporters),
            "state": figure.state,
            "band": figure.band,
            "counts": {name: getattr(figure, name) for name in COUNTS},
            "is_provisional": figure.is_provisional,
            "rule_set": rule_set,
        }
    )


def _line(values: dict) -> str:
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
