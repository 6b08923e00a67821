"""The institutions behind a count: those of one state or band, of one level, for one target group."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from actions.models import Level, TargetGroup
from reporting.models import Score
from reporting.summaries.published import PublishedFigure
from reporting.summaries.results import BAND_WORDS, Row, Span, rows_of

State = Score.State


@dataclass(frozen=True)
class Choice:
    """Which institutions of a mean are meant: those in one of these states, and of this band if one is named."""

    label: str | Promise
    states: tuple[State, ...]
    band: str = ""

    def includes(self, figure: PublishedFigure) -> bool:
        """True if a published figure is one of those; see also `members`, which asks the same of stored scores."""
        return figure.state in self.states and (not self.band or figure.band == self.band)


CHOICES = {
    "melapor": Choice(gettext_lazy("Melapor"), (State.SCORED, State.AWAITING)),
    "dinilai": Choice(gettext_lazy("Melapor dan sudah dinilai"), (State.SCORED,)),
    "hijau": Choice(BAND_WORDS["hijau"], (State.SCORED,), "hijau"),
    "kuning": Choice(BAND_WORDS["kuning"], (State.SCORED,), "kuning"),
    "merah": Choice(BAND_WORDS["merah"], (State.SCORED,), "merah"),
    "belum-dinilai": Choice(gettext_lazy("Belum dinilai"), (State.AWAITING,)),
    "tanpa-laporan": Choice(gettext_lazy("Tanpa laporan"), (State.MISSING, State.EXPECTED)),
}
"""The counts beside a mean (`Score.reported`, `scored`, `green`, ...) by the word of the address."""


def members(span: Span, *, choice: str = "", level: str = "", group: TargetGroup | None = None) -> list[Row]:
    """The institutions that a count of the nation (or of one level) is made of, by level and code; one query.

    `choice` is a key of CHOICES, or empty for everybody who owes a report.
    """
    scores = span.scores().filter(scope=Score.Scope.INSTITUTION, target_group=group)
    if level:
        scores = scores.filter(level=level)
    if choice:
        scores = scores.filter(state__in=CHOICES[choice].states)
    if choice and CHOICES[choice].band:
        scores = scores.filter(band=CHOICES[choice].band)
    order = {str(level.value): place for place, level in enumerate(Level)}
    return rows_of(sorted(scores, key=lambda score: (order[score.level], score.institution.code)), {})
