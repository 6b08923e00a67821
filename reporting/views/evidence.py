"""Data dukung: showing a file within one's scope, uploading, replacing and releasing it."""

import logging
from datetime import datetime

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.actors import Actor
from actions.models import EvidenceKind
from actions.policies.errors import NotAllowed
from reporting.completeness import form_prefix
from reporting.forms.filling import EvidenceForm, ReplacementForm
from reporting.models import Evidence, MeasureAnswer, StoredFile
from reporting.policies.filling import obstacles_to_filling
from reporting.services import evidence as service
from reporting.services.evidence_check import SHOWN_IN_BROWSERS, Refused
from reporting.views.access import answer_or_404, evidence_or_404, refused
from reporting.views.filling_page import Posted, item_page, page_context

log = logging.getLogger(__name__)

# A file from outside may bring no code of its own into our origin. No "sandbox" for PDF: Chromium's viewer refuses it.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
FILE_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@require_safe
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the file itself: PDF and pictures to look at, the rest (and all with ?unduh=1) to keep."""
    evidence = evidence_or_404(request, pk)
    return stored_file_response(request, evidence.stored_file, evidence.filename)


def stored_file_response(request: HttpRequest, stored: StoredFile, filename: str) -> HttpResponse:
    """Answer with a stored content under its name, so that nothing in it can act in our origin; 404 without it."""
    unchanged = get_conditional_response(request, etag=f'"{stored.sha256}"')
    if unchanged is not None and unchanged.status_code == 304:
        return unchanged
    try:
        file = service.path_of(stored).open("rb")
    except FileNotFoundError:
        log.error("%s: content %s is not on disk.", filename, stored.sha256)
        raise Http404 from None
    as_attachment = stored.extension not in SHOWN_IN_BROWSERS or request.GET.get("unduh") == "1"
    response = FileResponse(file, content_type=stored.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment, filename)
    response["Content-Security-Policy"] = PDF_POLICY if stored.extension == "pdf" else FILE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["ETag"] = f'"{stored.sha256}"'
    patch_cache_control(response, private=True, no_cache=True)
    return response


@require_POST
def evidence_upload(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Add one file of one kind to an answer; answers htmx with the list of files, others with the filling page."""
    answer, now = answer_or_404(request, pk), timezone.now()
    form = EvidenceForm(request.POST, request.FILES, kind=get_object_or_404(EvidenceKind, code=kind), answer=answer)
    problems = keep_upload(request, form, now)
    if not request.htmx:
        for text, _address in problems:
            messages.error(request, text)
        return redirect("item-fill", answer.item_id)
    posted = Posted(files={(answer.pk, kind): form} if problems else {}, problems=problems, data=request.POST)
    page = item_page(request, answer.item, now, posted)
    context = page_context(request, page, now, posted) | {"row": page.row_of(answer)}
    return render(request, "reporting/_evidence_saved.html", context)


def keep_upload(request: HttpRequest, form: EvidenceForm, now: datetime) -> list[tuple[str, str]]:
    """Store the file that a form brought, if any; return what went wrong as (sentence, address).

    A wrong date or page does not cost the file: it is kept without them, and the address leads to mending them.
    """
    form.is_valid()
    upload = form.files.get(form.add_prefix("file"))
    if upload is None:
        return _details_without_file(form)
    kind = form.kind if form.kind.pk else get_object_or_404(EvidenceKind, code=form.kind.code)
    details = {name: form.cleaned_data.get(name) for name in ("document_on", "page")}
    wrong = [str(error) for name in details for error in form.errors.get(name, [])]
    try:
        evidence, more = _store_with(form.answer, upload, kind, details, by=request.actor, now=now)
    except Refused as error:
        form.add_error("file", f"{upload.name}: {error.reason}")
        number = form.answer.measure.number
        text = _("Ukuran %(number)s, %(kind)s “%(name)s”: %(reason)s")
        values = {"number": number, "kind": kind.name.lower(), "name": upload.name, "reason": error.reason}
        return [(text % values, f"#{form['file'].id_for_label}")]
    except NotAllowed as error:
        return [(reason, "") for reason in error.reasons]
    address = reverse("evidence-replace", args=[evidence.pk])
    text = _("“%(name)s” sudah disimpan, tetapi perbaiki keterangannya: %(reason)s")
    return [(text % {"name": evidence.filename, "reason": reason}, address) for reason in wrong + more]


def _store_with(
    answer: MeasureAnswer, upload: UploadedFile, kind: EvidenceKind, details: dict, *, by: Actor, now: datetime
) -> tuple[Evidence, list[str]]:
    """Store the file, leaving out a date or page that does not fit it; return what was left out, in words."""
    left_out = []
    while True:
        try:
            return service.add(answer, upload, kind=kind, **details, by=by, now=now), left_out
        except Refused as error:
            if details.get(error.field) is None:
                raise
            details[error.field] = None
            left_out.append(error.reason)


def _details_without_file(form: EvidenceForm) -> list[tuple[str, str]]:
    if not any(form.data.get(form.add_prefix(name), "").strip() for name in ("document_on", "page")):
        return []
    form.add_error("file", _("Pilih berkasnya juga, atau kosongkan tanggal dan halamannya."))
    text = _("Ukuran %(number)s: pilih berkas untuk tanggal atau halaman yang Anda tulis.")
    return [(text % {"number": form.answer.measure.number}, f"#{form['file'].id_for_label}")]


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a new version in the place of a file, or give it another date or page."""
    evidence = evidence_or_404(request, pk)
    answer, now = evidence.answer, timezone.now()
    obstacles = _obstacles(request, evidence, now)
    form = ReplacementForm(request.POST or None, request.FILES or None, evidence=evidence)
    if request.method == "POST" and not obstacles and form.is_valid():
        try:
            details = {name: form.cleaned_data[name] for name in ("document_on", "page")}
            service.replace(evidence, form.cleaned_data["file"], **details, by=request.actor, now=now)
        except Refused as error:
            form.add_error(error.field, error.reason)
        except NotAllowed as error:
            return refused(request, error, "item-fill", answer.item_id)
        else:
            messages.success(request, _("Data dukung diganti. Versi lama tetap tersimpan."))
            return redirect(f"{answer.item.get_absolute_url()}#bukti-{form_prefix(answer.pk)}")
    context = {"evidence": evidence, "answer": answer, "item": answer.item, "form": form, "obstacles": obstacles}
    return render(request, "reporting/evidence_replace.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then release a file from its answer."""
    evidence = evidence_or_404(request, pk)
    answer, now = evidence.answer, timezone.now()
    if request.method == "POST":
        try:
            service.remove(evidence, by=request.actor, now=now)
        except NotAllowed as error:
            return refused(request, error, "item-fill", answer.item_id)
        messages.success(request, _("Data dukung dilepas dari ukuran ini."))
        return redirect(f"{answer.item.get_absolute_url()}#bukti-{form_prefix(answer.pk)}")
    context = {
        "evidence": evidence,
        "answer": answer,
        "item": answer.item,
        "obstacles": _obstacles(request, evidence, now),
    }
    return render(request, "reporting/evidence_remove.html", context)


def _obstacles(request: HttpRequest, evidence: Evidence, now: datetime) -> list[str]:
    if evidence.retired_at is not None:
        return [_("Berkas ini sudah diganti atau dilepas. Lihat berkas yang berlaku sekarang.")]
    return obstacles_to_filling(evidence.answer.item, request.actor, now)
