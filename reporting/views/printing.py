"""The whole report on paper, and all its evidence in one ZIP."""

import io
import logging
import zipfile
from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reporting.models import Report, ReportItem
from reporting.services.evidence_check import CHUNK
from reporting.services.packing import Pack, PackedFile, evidence_pack, pack_lines, pack_notes
from reporting.spreadsheets import CSV, manifest_lines, write_table
from reporting.states import ReportStatus
from reporting.summaries.completeness import report_completeness
from reporting.views.access import report_or_404

log = logging.getLogger(__name__)


@require_safe
def report_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The report with every answer, to print; staff of one OPD get their own aksi."""
    report = report_or_404(request, pk)
    context = {
        "report": report,
        "completeness": report_completeness(report, _own_items(request, report)),
        "submission": report.submissions.filter(recalled_at__isnull=True).order_by("-round").first(),
        "is_as_sent": report.status not in STILL_EDITED,
        "zone": request.actor.institution.time_zone,
    }
    return render(request, "reporting/report_print.html", context)


STILL_EDITED = frozenset({ReportStatus.DRAFT, ReportStatus.RETURNED, ReportStatus.CERTIFIED})
"""While it is corrected the answers may differ from what the latest receipt stands for."""


@require_safe
def report_evidence_zip(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence of the latest sending, or the present one before it, in readable folders with a list of contents.

    Sent while it is read. A file that is not on disk is named in the list, as on the page of the report.
    """
    report = report_or_404(request, pk)
    pack = evidence_pack(report, request.actor)
    if pack.missing:
        log.error("Report %s: not on disk: %s", report.pk, ", ".join(packed.place for packed in pack.missing))
    response = StreamingHttpResponse(_zip(pack), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, pack.filename)
    response["Cache-Control"] = "private, no-store"
    return response


def _own_items(request: HttpRequest, report: Report) -> Iterable[ReportItem] | None:
    if not request.actor.is_only_opd_staff:
        return None
    return ReportItem.objects.visible_to(request.actor).filter(report=report)


class _Pipe(io.RawIOBase):
    """Takes what the ZIP writer writes and gives it on; it cannot seek, so the writer streams."""

    def __init__(self):
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self.parts = b"".join(self.parts), []
        return taken


def _zip(pack: Pack) -> Iterator[bytes]:
    """Write the ZIP piece by piece. A file that cannot be read after all ends the stream, and with it the download."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for packed in pack.files:
            if packed.is_missing:
                continue
            with packed.path.open("rb") as source, archive.open(_entry(packed), "w") as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    yield pipe.take()
        archive.writestr(_("daftar-isi.csv"), _contents(pack))
    yield pipe.take()


def _entry(packed: PackedFile) -> zipfile.ZipInfo:
    """An entry dated with the upload, on the clock that the list of contents names."""
    if packed.upload is None:
        return zipfile.ZipInfo(packed.place)
    return zipfile.ZipInfo(packed.place, timezone.localtime(packed.upload.uploaded_at).timetuple()[:6])


def _contents(pack: Pack) -> bytes:
    """The list of contents, written as every table of the portal."""
    target = io.BytesIO()
    write_table(
        target, pack_lines(pack), ending=CSV, manifest=lambda written: [*pack_notes(pack), *manifest_lines(written)]
    )
    return target.getvalue()
