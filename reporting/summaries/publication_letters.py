"""Which result letters of a publication a person may read, as a list shows them."""

from dataclasses import dataclass

from actions.actors import Actor
from reporting.models import Publication, PublicationDetail
from reporting.summaries.published import PublishedFigure, Snapshot
from reporting.summaries.results import Scope, Span


@dataclass(frozen=True)
class LetterRow:
    """One letter: whose, and what it says of it."""

    code: str
    figure: PublishedFigure


def letter_rows(publication: Publication, actor: Actor, words: str = "") -> list[LetterRow]:
    """Return the letters that `actor` may read, by code, of those whose name contains `words`; one query."""
    visible = PublicationDetail.objects.visible_to(actor).filter(publication=publication)
    figures = {figure.code: figure for figure in Snapshot(publication.content).of(Scope.INSTITUTION)}
    sought = words.strip().lower()
    return [
        LetterRow(code, figures[code])
        for code in visible.order_by("code").values_list("code", flat=True)
        if code in figures and sought in figures[code].name.lower()
    ]


def has_letters(publication: Publication, actor: Actor) -> bool:
    """True if the actor may read any letter of the publication; one query."""
    return PublicationDetail.objects.visible_to(actor).filter(publication=publication).exists()


def newest_letter(span: Span, code: str, actor: Actor) -> PublicationDetail | None:
    """Return the newest letter of an institution for a period or year, if the actor may read it; one query."""
    rows = PublicationDetail.objects.visible_to(actor).filter(publication__span_key=span.key, code=code)
    rows = rows.select_related("publication").defer("content", "publication__content")
    return rows.order_by("-publication__revision").first()
