"""What became of one report of the demo nation: chosen by a seeded generator, plausible for its place."""

from dataclasses import dataclass
from random import Random

from reporting.states import ReportStatus

SILENT_EAST = {"91": 0.62, "92": 0.55, "93": 0.30, "94": 0.25, "95": 0.22, "96": 0.55, "81": 0.86, "82": 0.85}
STRONG = {"31": 1.0, "33": 0.99, "34": 1.0, "35": 0.98, "51": 0.95, "36": 0.95, "19": 0.97, "21": 0.97}
USUAL_PARTICIPATION = 0.91
USUAL_QUALITY, STRONG_QUALITY, EASTERN_QUALITY = 0.60, 0.74, 0.45
"""The chance that one aspect of a measure is judged sesuai."""


@dataclass(frozen=True)
class Outcome:
    """The state a report is brought to. `progress` is the share of measures filled while it is a draft (0-1)."""

    status: str
    rounds: int
    is_late: bool
    quality: float
    progress: float = 1.0

    @property
    def is_sent(self) -> bool:
        return self.rounds > 0


def generator(*seed: object) -> Random:
    """A generator that always gives the same choices for the same words."""
    return Random("/".join(str(part) for part in seed))


def quality_of(code: str) -> float:
    """How well an institution usually does, stable over periods: 0.2-0.97."""
    province = code[:2]
    base = STRONG_QUALITY if province in STRONG else USUAL_QUALITY
    base = EASTERN_QUALITY if province in SILENT_EAST else base
    return min(max(generator("mutu", code).gauss(base, 0.11), 0.2), 0.97)


def closed_outcome(code: str, period_key: str, position: int) -> Outcome:
    """A report of a closed period; `position` counts periods from the oldest, and people learn."""
    random = generator("tutup", code, period_key)
    province = code[:2]
    participation = SILENT_EAST.get(province, STRONG.get(province, USUAL_PARTICIPATION))
    quality = min(quality_of(code) + 0.012 * position + random.gauss(0, 0.04), 0.98)
    if random.random() > participation + 0.01 * position:
        return Outcome(ReportStatus.DRAFT, 0, False, quality, progress=random.choice([0, 0, 0.3, 0.6]))
    rounds = 2 if random.random() < 0.22 else 1
    return Outcome(ReportStatus.VERIFIED, rounds, random.random() < 0.07, quality)


AT_HOME = {
    "53.01": Outcome(ReportStatus.VERIFIED, 1, False, 0.8),
    "53.02": Outcome(ReportStatus.RETURNED, 1, False, 0.6),
    "53.03": Outcome(ReportStatus.IN_REVIEW, 1, False, 0.7),
    "53.04": Outcome(ReportStatus.SUBMITTED, 1, False, 0.7),
    "53.05": Outcome(ReportStatus.VERIFIED, 1, False, 0.6),
    "53.07": Outcome(ReportStatus.DRAFT, 0, False, 0.7, progress=0.8),
}
"""Where the demo accounts work, every state of the open period can be seen."""


def open_outcome(code: str, period_key: str) -> Outcome:
    """A report of the period that is open today: most are still being filled."""
    if code in AT_HOME:
        return AT_HOME[code]
    random = generator("buka", code, period_key)
    province = code[:2]
    eagerness = SILENT_EAST.get(province, STRONG.get(province, USUAL_PARTICIPATION))
    quality = quality_of(code)
    draw = random.random() / eagerness
    if draw < 0.05:
        return Outcome(ReportStatus.VERIFIED, 1, False, quality)
    if draw < 0.08:
        return Outcome(ReportStatus.RETURNED, 1, False, quality)
    if draw < 0.11:
        return Outcome(ReportStatus.IN_REVIEW, 1, False, quality)
    if draw < 0.30:
        return Outcome(ReportStatus.SUBMITTED, 1, False, quality)
    if draw < 0.85:
        return Outcome(ReportStatus.DRAFT, 0, False, quality, progress=random.choice([0.2, 0.4, 0.6, 0.8, 1.0]))
    return Outcome(ReportStatus.DRAFT, 0, False, quality, progress=0)
