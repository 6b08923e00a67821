"""The whole report on paper, and all its evidence in one ZIP."""

import csv
import io
import logging
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reporting.models import Evidence, Report, ReportItem
from reporting.services.evidence import path_of
from reporting.services.evidence_check import CHUNK
from reporting.spreadsheets import FORMULA_MARKS
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
        "zone": request.actor.institution.time_zone,
    }
    return render(request, "reporting/report_print.html", context)


@require_safe
def report_evidence_zip(request: HttpRequest, pk: int) -> HttpResponse:
    """All current evidence of the report in readable folders, with a list of contents; sent while it is read."""
    report = report_or_404(request, pk)
    rows = Evidence.objects.visible_to(request.actor).current().filter(answer__item__report=report)
    rows = rows.select_related("kind", "stored_file", "answer__measure", "answer__item__aksi")
    ordered = rows.order_by("answer__item__aksi__number", "answer__measure__number", "kind__name", "pk")
    files = _named(ordered)
    missing = [name for name, evidence in files if not path_of(evidence.stored_file).exists()]
    if missing:
        # Refused before the first byte: a ZIP that lacks a file must not look whole.
        log.error("Report %s: not on disk: %s", report.pk, ", ".join(missing))
        raise Http404
    filename = f"data-dukung-{report.institution.code}-{report.period.key}.zip"
    response = StreamingHttpResponse(_zip(files), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, filename)
    response["Cache-Control"] = "private, no-store"
    return response


def _own_items(request: HttpRequest, report: Report) -> Iterable[ReportItem] | None:
    if not request.actor.is_only_opd_staff:
        return None
    return ReportItem.objects.visible_to(request.actor).filter(report=report)


def _named(rows: Iterable[Evidence]) -> list[tuple[str, Evidence]]:
    """Give each file its place, such as "Aksi 1/Ukuran 2/Notulen - rapat.pdf"; equal names are numbered."""
    used: dict[str, int] = defaultdict(int)
    found = []
    for row in rows:
        folder = f"Aksi {row.answer.item.aksi.number}/Ukuran {row.answer.measure.number}"
        path = Path(row.filename)
        stem = f"{_safe(row.kind.name)} - {_safe(path.stem)}"
        used[f"{folder}/{stem}{path.suffix}".lower()] += 1
        count = used[f"{folder}/{stem}{path.suffix}".lower()]
        found.append((f"{folder}/{stem}{f' ({count})' if count > 1 else ''}{path.suffix}", row))
    return found


def _safe(name: str) -> str:
    """Replace what Windows does not take in a file name."""
    return "".join("_" if letter in '<>:"/\\|?*' or ord(letter) < 32 else letter for letter in name).strip(" .") or "_"


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


def _zip(files: list[tuple[str, Evidence]]) -> Iterator[bytes]:
    """Write the ZIP piece by piece. A file that cannot be read ends the stream, and with it the download."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        for name, evidence in files:
            entry = zipfile.ZipInfo(name, evidence.uploaded_at.timetuple()[:6])
            with path_of(evidence.stored_file).open("rb") as source, archive.open(entry, "w") as target:
                while chunk := source.read(CHUNK):
                    target.write(chunk)
                    yield pipe.take()
        archive.writestr(_("daftar-isi.csv"), _contents(files))
    yield pipe.take()


def _contents(files: list[tuple[str, Evidence]]) -> str:
    """The list of contents: UTF-8 with BOM and semicolons, which Indonesian spreadsheets open as columns."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=";")
    columns = [_("Berkas"), _("Aksi"), _("Ukuran"), _("Jenis"), _("Tanggal dokumen"), _("Halaman"), _("Versi")]
    writer.writerow([*columns, _("Ukuran (byte)"), "SHA-256"])
    for name, row in files:
        cells = [name, row.answer.item.aksi.number, row.answer.measure.number, row.kind.name, row.document_on or ""]
        cells += [row.page or "", row.version, row.stored_file.size, row.stored_file.sha256]
        writer.writerow([_harmless(cell) for cell in cells])
    return "\ufeff" + target.getvalue()


def _harmless(cell) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text
