"""What the means of a published figure are taken over, in counts and in words that follow the rules frozen with it.

A period or year is published once it is closed: whoever did not report then counts 0, and a report that still awaits
its judgement is in neither mean.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts import formats
from actions.models import Level
from reporting.models import Score
from reporting.scoring import LEVEL_OF_PROVINCES, NATION_OF_INSTITUTIONS, YEAR_OF_REPORTED
from reporting.summaries.published import PublishedFigure, Snapshot

Scope = Score.Scope


@dataclass(frozen=True)
class Told:
    """A figure as a page shows it: its name, what both means are taken over, and the page that it opens (or none)."""

    name: str
    figure: PublishedFigure
    everyone: str
    reporters: str
    address: str = ""


def told(snapshot: Snapshot, figure: PublishedFigure, name: str, address: str = "") -> Told:
    """Return a figure with the words beside it."""
    return Told(name, figure, everyone_words(snapshot, figure), reporters_words(snapshot, figure), address)


def weighs_institutions(snapshot: Snapshot) -> bool:
    """True if the levels weigh in the nation as many as the institutions they count."""
    return snapshot.rules.get("nation_mean") == NATION_OF_INSTITUTIONS


def everyone_words(snapshot: Snapshot, figure: PublishedFigure) -> str:
    """Return what `value` is the mean of: "rata-rata 12 instansi, 2 tidak lapor dihitung 0"."""
    if figure.value is None:
        return _("belum ada yang dihitung")
    institutions = _("%(count)s instansi") % {"count": formats.thousands(figure.counted)}
    words = _mean_of(snapshot, figure, "value", institutions)
    if not figure.unreported:
        return words
    zero = _("%(count)s tidak lapor dihitung 0") % {"count": formats.thousands(figure.unreported)}
    return f"{words}, {zero}"


def reporters_words(snapshot: Snapshot, figure: PublishedFigure) -> str:
    """Return what `reporters` is the mean of: "rata-rata 10 instansi yang dinilai"."""
    if figure.reporters is None:
        return _("belum ada yang dinilai")
    institutions = _("%(count)s instansi yang dinilai") % {"count": formats.thousands(figure.scored)}
    return _mean_of(snapshot, figure, "reporters", institutions)


def _mean_of(snapshot: Snapshot, figure: PublishedFigure, mean: str, institutions: str) -> str:
    words = {"parts": _parts(snapshot, figure, mean), "institutions": institutions}
    if figure.scope == Scope.NATION and weighs_institutions(snapshot):
        return _("rata-rata %(parts)s jenjang menurut banyaknya instansi, atas %(institutions)s") % words
    if figure.scope == Scope.NATION:
        return _("rata-rata %(parts)s jenjang tanpa bobot, atas %(institutions)s") % words
    if _is_of_provinces(snapshot, figure):
        return _("rata-rata %(parts)s provinsi, atas %(institutions)s") % words
    return _("rata-rata %(institutions)s") % words


def _is_of_provinces(snapshot: Snapshot, figure: PublishedFigure) -> bool:
    """True for the mean of provinces; a ministry and a provincial government are each a part of their own."""
    by_province = snapshot.rules.get("level_mean") == LEVEL_OF_PROVINCES
    return by_province and figure.scope == Scope.LEVEL and figure.code == Level.REGENCY


def _parts(snapshot: Snapshot, figure: PublishedFigure, mean: str) -> int:
    """How many levels the nation's mean ("value" or "reporters") is taken over, or how many provinces a level's."""
    if figure.scope == Scope.NATION:
        return sum(getattr(row, mean) is not None for row in snapshot.of(Scope.LEVEL, figure.group))
    own = [row for row in snapshot.of(Scope.INSTITUTION, figure.group) if row.level == figure.code]
    return len({row.province or row.code for row in own if getattr(row, mean) is not None})


def mean_name(snapshot: Snapshot, figure: PublishedFigure) -> str:
    """Return the nation or a level as a line of a comparison names it, with what it is the mean of."""
    parts = _parts(snapshot, figure, "value")
    if figure.scope == Scope.NATION and weighs_institutions(snapshot):
        return _("Nasional, rata-rata %(count)s jenjang menurut banyaknya instansi") % {"count": parts}
    if figure.scope == Scope.NATION:
        return _("Nasional, rata-rata %(count)s jenjang") % {"count": parts}
    words = {"level": figure.level_label, "count": parts}
    if _is_of_provinces(snapshot, figure):
        return _("%(level)s, rata-rata %(count)s provinsi") % words
    return _("Rata-rata %(level)s") % {"level": figure.level_label.lower()}


def counts_words(figure: PublishedFigure) -> str:
    """Return the denominators of both means in one line: "507 dari 514 dihitung, 400 dinilai"."""
    counts = {name: formats.thousands(getattr(figure, name)) for name in ("counted", "expected", "scored")}
    return _("%(counted)s dari %(expected)s dihitung, %(scored)s dinilai") % counts


def periods_counted(snapshot: Snapshot, figure: PublishedFigure) -> int:
    """Return how many of its periods the year of one institution is the mean of."""
    only_reported = snapshot.rules.get("year_mean") == YEAR_OF_REPORTED and figure.scored
    return figure.scored if only_reported else figure.counted
