"""What differs between two revisions, or would, with the pages that its figures open."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from accounts import formats
from reporting.models import Publication
from reporting.summaries.published import Change, PublishedFigure
from reporting.summaries.results import Scope
from reporting.views.publication_parts import PartAddresses, letters_of, live_pages


@dataclass(frozen=True)
class ChangeRow:
    """One changed figure: the page of whose it is, and what stands behind its value before and now (or empty).

    Its texts have as many decimals as show the change.
    """

    change: Change
    address: str
    opens_before: str
    opens_now: str
    cutoffs: tuple[int, int]

    @property
    def before(self) -> str:
        return formats.score(self.change.before.value, self.cutoffs, self.change.places) if self.change.before else ""

    @property
    def now(self) -> str:
        return formats.score(self.change.after.value, self.cutoffs, self.change.places) if self.change.after else ""

    @property
    def difference(self) -> str:
        points = self.change.difference
        return formats.difference(points, formats.telling_places(points, 0, self.change.places)) if points else ""


def change_rows(
    request: HttpRequest,
    changes: Sequence[Change],
    before: Publication,
    after: Publication | None,
    cutoffs: tuple[int, int],
) -> list[ChangeRow]:
    """Return the changes from `before` with what they open for this person; two queries.

    `after` is None for what is not published yet: its figures open the pages of results.
    """
    codes = [row.figure.code for row in changes if row.figure.scope == Scope.INSTITUTION]
    live = live_pages(request, codes, before.span_key)
    letters = letters_of(request, [before, after] if after else [before], codes)
    revision = after.revision if after else None
    rows = []
    for change in changes:
        figure = change.figure
        if figure.scope == Scope.INSTITUTION:
            page, old = live.get(figure.code, ""), letters.get((before.revision, figure.code), "")
            now = letters.get((revision, figure.code)) or page
        else:
            old = PartAddresses(before).of(figure)
            page = now = PartAddresses(after).of(figure) if after else _live_page(figure, before.span_key)
        rows.append(ChangeRow(change, page, old if change.before else "", now if change.after else "", cutoffs))
    return rows


def _live_page(figure: PublishedFigure, key: str) -> str:
    """The page of results of the nation, a target group of it, a level or a province."""
    if figure.group:
        return reverse("group-results", args=[figure.group, key])
    if figure.scope == Scope.NATION:
        return reverse("national-results-of", args=[key])
    name = "level-results" if figure.scope == Scope.LEVEL else "province-results-of"
    return reverse(name, args=[figure.code, key])
