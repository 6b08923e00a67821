"""Documents of a publication: result letters, the national report as PDF and XLSX, and all letters in one file."""

import io
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from actions.policies.errors import NotAllowed
from reporting.documents.letters import letter_filename, letter_pdf
from reporting.documents.national import national_pdf, report_filename
from reporting.documents.sources import nation_of, source_of
from reporting.documents.workbooks import write_national_book
from reporting.jobs.letters import LETTERS, letter_scopes, parameters_of
from reporting.models import Publication, PublicationDetail
from reporting.services import prepared
from reporting.spreadsheets import CONTENT_TYPES, XLSX
from reporting.summaries.publication_letters import has_letters, letter_rows
from reporting.views.access import refused
from reporting.views.publication_parts import publication_or_404

ROWS_A_PAGE = 50
PDF = "application/pdf"


@require_safe
def result_letter(request: HttpRequest, key: str, revision: int, code: str) -> HttpResponse:
    """Send the result letter of one institution, as one revision has it."""
    publication, nation = _publication_or_404(key, revision)
    visible = PublicationDetail.objects.visible_to(request.actor).filter(publication=publication)
    content = letter_pdf(source_of(publication, nation), get_object_or_404(visible, code=code))
    return _file(content, letter_filename(publication, code), PDF)


@require_safe
def letter_list(request: HttpRequest, key: str, revision: int) -> HttpResponse:
    """List the letters that the actor may read."""
    publication, _nation = _publication_or_404(key, revision)
    if not has_letters(publication, request.actor):
        raise Http404
    words = request.GET.get("cari", "")
    context = {
        "publication": publication,
        "page": Paginator(letter_rows(publication, request.actor, words), ROWS_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "words": words,
        "query": urlencode({"cari": words}) + "&" if words else "",
        "scope": next(iter(letter_scopes(request.actor)), None),
    }
    return render(request, "reporting/letter_list.html", context)


@require_POST
def letters_prepare(request: HttpRequest, key: str, revision: int) -> HttpResponse:
    """Ask for every letter of the actor's scope in one ZIP, made in the background."""
    publication, _nation = _publication_or_404(key, revision)
    scopes = letter_scopes(request.actor)
    if not scopes:
        raise Http404
    wanted = parameters_of(publication, scopes[0], request.actor)
    try:
        return redirect(prepared.ask(LETTERS, wanted, by=request.actor))
    except NotAllowed as refusal:
        return refused(request, refusal, "letter-list", key, revision)


@require_safe
def national_report(request: HttpRequest, key: str, revision: int) -> HttpResponse:
    """Send the national report as PDF."""
    publication, nation = _publication_or_404(key, revision)
    return _file(national_pdf(source_of(publication, nation), nation), report_filename(publication, "pdf"), PDF)


@require_safe
def national_report_tables(request: HttpRequest, key: str, revision: int) -> HttpResponse:
    """Send the tables of the national report as XLSX."""
    publication, nation = _publication_or_404(key, revision)
    target = io.BytesIO()
    write_national_book(target, source_of(publication, nation), nation)
    return _file(target.getvalue(), report_filename(publication, XLSX), CONTENT_TYPES[XLSX])


def _publication_or_404(key: str, revision: int) -> tuple[Publication, PublicationDetail]:
    """A publication with what was frozen behind it; a revision from before that was kept has no documents."""
    publication = publication_or_404(key, revision)
    nation = nation_of(publication)
    if nation is None:
        raise Http404
    return publication, nation


def _file(content: bytes, filename: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "private, no-store"
    return response
