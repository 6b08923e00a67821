"""A part of a revision opened: the institutions of the nation, of a level or of a province, as they were published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reporting.models import Publication, PublicationDetail
from reporting.summaries.members import CHOICES
from reporting.summaries.published import NATION, PublishedFigure, Snapshot
from reporting.summaries.published_means import periods_counted, told, weighs_institutions
from reporting.summaries.results import Scope
from reporting.views.spans import institutions_of

GREATEST_REVISION = 2**31 - 1
ROWS_A_PAGE = 100


@dataclass(frozen=True)
class Member:
    """One institution: its figure, the periods a year is the mean of, its live page and its letter (or empty)."""

    figure: PublishedFigure
    counted: int
    address: str
    letter: str

    @property
    def opens(self) -> str:
        """What stands behind the figure: the letter that was frozen with it, else the live page, else nothing."""
        return self.letter or self.address


@require_safe
def publication_part(request: HttpRequest, key: str, revision: int, code: str) -> HttpResponse:
    """Show the institutions of a province, a level or everywhere ("nasional"), as one revision has them.

    `?kelompok=` for one target group, `?keadaan=` for those of one state or band.
    """
    publication = publication_or_404(key, revision)
    snapshot = Snapshot(publication.content)
    group, choice = request.GET.get("kelompok", ""), request.GET.get("keadaan", "")
    part = snapshot.part(code, group)
    if part is None:
        raise Http404
    whole, figures = part
    choice = choice if choice in CHOICES else ""
    chosen = [row for row in figures if CHOICES[choice].includes(row)] if choice else figures
    page = Paginator(chosen, ROWS_A_PAGE).get_page(request.GET.get("page"))
    addresses = PartAddresses(publication)
    levels = [row for row in snapshot.levels_of(group) if row.value is not None] if code == NATION else []
    kept = {name: value for name, value in (("kelompok", group), ("keadaan", choice)) if value}
    context = shared_context(request, publication, snapshot) | {
        "name": _part_name(whole),
        "group": snapshot.groups[group] if group else "",
        "whole": told(snapshot, whole, _part_name(whole)),
        "levels": [told(snapshot, row, row.level_label, addresses.of(row)) for row in levels],
        "by_size": weighs_institutions(snapshot),
        "here": addresses.of(whole).partition("?")[0],
        "scope": f"{urlencode({'kelompok': group})}&" if group else "",
        "choice": CHOICES[choice].label if choice else "",
        "page": page,
        "members": _members(request, publication, snapshot, page),
        "query": f"{urlencode(kept)}&" if kept else "",
        "is_year": publication.period_id is None,
    }
    return render(request, "reporting/publication_part.html", context)


def _part_name(whole: PublishedFigure) -> str:
    return _("Seluruh instansi") if whole.scope == Scope.NATION else whole.level_label or whole.name


def _members(
    request: HttpRequest, publication: Publication, snapshot: Snapshot, figures: Page | Iterable[PublishedFigure]
) -> list[Member]:
    """What each institution opens for this person; two queries. A letter is about all aksi, not about one group."""
    rows = list(figures)
    codes = [row.code for row in rows]
    live, letters = live_pages(request, codes, publication.span_key), letters_of(request, [publication], codes)
    return [
        Member(
            row,
            periods_counted(snapshot, row),
            live.get(row.code, ""),
            "" if row.group else letters.get((publication.revision, row.code), ""),
        )
        for row in rows
    ]


# What the pages of a revision share


def publication_or_404(key: str, revision: int) -> Publication:
    """Return a revision with its content and everything that names it; one query."""
    if revision > GREATEST_REVISION:
        raise Http404
    rows = Publication.objects.select_related("plan_year", "period", "published_by")
    return get_object_or_404(rows, span_key=key, revision=revision)


def shared_context(request: HttpRequest, publication: Publication, snapshot: Snapshot) -> dict:
    """Return what every page of a revision shows of it."""
    return {
        "publication": publication,
        "snapshot": snapshot,
        "cutoffs": snapshot.cutoffs,
        "zone": request.actor.institution.time_zone,
    }


@dataclass(frozen=True)
class PartAddresses:
    """Where the figures of a revision open."""

    publication: Publication

    def of(self, figure: PublishedFigure) -> str:
        """The page of the institutions that the figure is made of."""
        code = NATION if figure.scope == Scope.NATION else figure.code
        address = reverse("publication-part", args=[self.publication.span_key, self.publication.revision, code])
        return f"{address}?{urlencode({'kelompok': figure.group})}" if figure.group else address


def live_pages(request: HttpRequest, codes: Iterable[str], key: str) -> dict[str, str]:
    """Return the pages of results of those institutions that this person may open, by their codes; one query."""
    found = institutions_of(request).filter(code__in=codes).values_list("code", flat=True)
    return {code: reverse("institution-results-of", args=[code, key]) for code in found}


def letters_of(
    request: HttpRequest, publications: Sequence[Publication], codes: Iterable[str]
) -> dict[tuple[int, str], str]:
    """Return the letters of revisions that this person may read, by revision and institution's code; one query."""
    revisions = {row.pk: row for row in publications}
    rows = PublicationDetail.objects.visible_to(request.actor).filter(publication__in=revisions, code__in=codes)
    found = [(revisions[pk], code) for pk, code in rows.values_list("publication", "code")]
    return {
        (row.revision, code): reverse("result-letter", args=[row.span_key, row.revision, code]) for row, code in found
    }
