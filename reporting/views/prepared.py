"""Files made in the background: the office's list, the progress of one, its download, and asking for it again."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from actions.actors import Actor
from actions.policies.errors import NotAllowed
from reporting.jobs.prepared import path_of
from reporting.jobs.prepared_kinds import KINDS
from reporting.models import PreparedFile
from reporting.services import prepared
from reporting.services.prepared import must_be_made_again
from reporting.views.access import refused

ROWS_A_PAGE = 25

COLOURS = {
    PreparedFile.State.WAITING: ("abu", ""),
    PreparedFile.State.RUNNING: ("kuning", ""),
    PreparedFile.State.READY: ("hijau", "cek"),
    PreparedFile.State.FAILED: ("merah", "awas"),
    PreparedFile.State.EXPIRED: ("abu", ""),
}


@dataclass(frozen=True)
class Shown:
    """A file as pages show it: its name in words, what its rows are, and the look of its state.

    `is_frozen` says that it is made from a publication, so that its content cannot change.
    """

    file: PreparedFile
    title: str
    counts: str
    is_frozen: bool
    colour: str
    icon: str


def _shown(file: PreparedFile) -> Shown:
    kind = KINDS[file.kind]
    return Shown(file, kind.title(file.wanted), kind.counts, kind.is_frozen, *COLOURS[file.state])


def _is_open(file: PreparedFile, actor: Actor) -> bool:
    return file.kind in KINDS and KINDS[file.kind].is_open_to(actor, file.wanted)


def _open_files(actor: Actor) -> QuerySet[PreparedFile]:
    """What the actor's office has asked for and this person may open, which kind and parameters decide. One query."""
    files, found = PreparedFile.objects.of_office(actor), defaultdict(list)
    for content in files.order_by().values("kind", "parameters").distinct():
        if _is_open(PreparedFile(**content), actor):
            found[content["kind"]].append(content["parameters"])
    is_open = Q(pk__in=[])
    for kind, parameters in found.items():
        is_open |= Q(kind=kind, parameters__in=parameters)
    return files.filter(is_open)


def _file_or_404(request: HttpRequest, pk: int) -> PreparedFile:
    rows = PreparedFile.objects.of_office(request.actor).select_related("asked_by")
    file = get_object_or_404(rows, pk=pk)
    if not _is_open(file, request.actor):
        raise Http404
    return file


@require_safe
def prepared_list(request: HttpRequest) -> HttpResponse:
    """List what the office has asked for and this person may open, the newest first."""
    rows = _open_files(request.actor).select_related("asked_by")
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [_shown(file) for file in page.object_list]
    context = {"page": page, "zone": request.actor.institution.time_zone}
    return render(request, "reporting/prepared_list.html", context)


@require_safe
def prepared_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how far a file is and, once it is ready, what it holds; htmx asks for the state alone, again and again."""
    file = _file_or_404(request, pk)
    context = {
        "shown": _shown(file),
        "file": file,
        "is_gone": must_be_made_again(file),
        "zone": request.actor.institution.time_zone,
    }
    template = "reporting/_prepared_state.html" if request.htmx else "reporting/prepared_detail.html"
    return render(request, template, context)


@require_safe
def prepared_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send the content of a ready file; what is gone or not ready yet leads back to its page."""
    file = _file_or_404(request, pk)
    if not file.is_ready or must_be_made_again(file):
        messages.error(request, _("Berkas belum ada untuk diunduh. Lihat keadaannya di halaman ini."))
        return redirect(file)
    response = FileResponse(path_of(file).open("rb"), as_attachment=True, filename=file.filename)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def prepared_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the same content from the data of now."""
    file = _file_or_404(request, pk)
    try:
        newest = prepared.ask(file.kind, file.wanted, by=request.actor)
    except NotAllowed as refusal:
        return refused(request, refusal, "prepared-detail", pk)
    if newest == file and not newest.is_unfinished:
        messages.info(request, _("Data belum berubah sejak berkas ini disiapkan: isinya masih sama."))
    return redirect(newest)
