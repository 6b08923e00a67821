"""Which files a report's ZIP holds: those of its latest sending, or the present ones while nothing was sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import MappingProxyType

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.actors import Actor
from reporting.frozen import FrozenEvidence, frozen_measures
from reporting.models import Evidence, Report, ReportItem, StoredFile, Submission
from reporting.services.evidence import path_of
from reporting.services.freezing import frozen_content
from reporting.spreadsheets import Line

NOT_SENT = gettext_lazy("belum dikirim")
GONE = gettext_lazy("hilang dari penyimpanan, tidak ikut")


@dataclass(frozen=True)
class PackedFile:
    """One file of a ZIP: `place` is its path inside, `aksi` and `measure` are numbers.

    `is_missing` tells that its content is not on disk, or not whole; `upload` who gave it and when, if asked for.
    """

    place: str
    aksi: int
    measure: int
    file: FrozenEvidence
    path: Path
    is_missing: bool
    upload: Evidence | None = None


@dataclass(frozen=True)
class Pack:
    """The files of a report's ZIP in order; `submission` is the sending they belong to, None before the first."""

    report: Report
    submission: Submission | None
    files: tuple[PackedFile, ...]

    @property
    def missing(self) -> list[PackedFile]:
        """What the ZIP cannot hold; its manifest and the page of the report name it."""
        return [packed for packed in self.files if packed.is_missing]

    @property
    def present(self) -> int:
        """How many files the ZIP holds."""
        return len(self.files) - len(self.missing)

    @property
    def size(self) -> int:
        """Bytes of all files that are there."""
        return sum(packed.file.size for packed in self.files if not packed.is_missing)

    @property
    def filename(self) -> str:
        """The name of the ZIP: the number of the receipt that it was sent with, or that it was not sent."""
        if self.submission is not None:
            return f"data-dukung-{self.submission.receipt_number}.zip"
        return f"data-dukung-{self.report.institution.code}-{self.report.period.key}-{_('belum-dikirim')}.zip"


def evidence_pack(report: Report, actor: Actor) -> Pack:
    """Return what the ZIP of `report` holds for `actor`; staff of one OPD get their own aksi.

    Load `report` with `institution` and `period__plan_year`.
    """
    submission = report.submissions.filter(recalled_at__isnull=True).order_by("-pk").first()
    content = submission.content if submission else frozen_content(report)
    seen = ReportItem.objects.visible_to(actor).filter(report=report)
    uploads = Evidence.objects.filter(answer__item__report=report).select_related("uploaded_by").in_bulk()
    return pack_of(report, submission, content, items=set(seen.values_list("pk", flat=True)), uploads=uploads)


def pack_of(
    report: Report,
    submission: Submission | None,
    content: Mapping,
    *,
    items: Collection[int],
    uploads: Mapping[int, Evidence] = MappingProxyType({}),
) -> Pack:
    """Return the files of a sending's `content` (see `freezing`), of the aksi with these ids only; no queries."""
    answers, used, files = frozen_measures(content), set(), []
    for item in content["items"]:
        for measure in item["measures"] if item["item"] in items else ():
            for file in answers[measure["answer"]].evidence:
                place = _place(used, item["aksi"], measure["measure"], file)
                path = path_of(StoredFile(sha256=file.sha256))
                is_missing, upload = not _is_whole(path, file.size), uploads.get(file.evidence)
                files.append(PackedFile(place, item["aksi"], measure["measure"], file, path, is_missing, upload))
    return Pack(report, submission, tuple(files))


def pack_lines(pack: Pack) -> list[Line]:
    """Return the header and a line for every file of the ZIP, missing ones too: with it, who gave it and when."""
    header = [_("Berkas"), _("Aksi"), _("Ukuran"), _("Jenis"), _("Nama saat diunggah"), _("Tanggal dokumen")]
    header += [_("Halaman"), _("Versi"), _("Diunggah oleh"), _("Diunggah pada (WIB)"), _("Pengiriman")]
    header += [_("Keadaan"), _("Ukuran (byte)"), "SHA-256"]
    return [header, *(_line(pack, packed) for packed in pack.files)]


def pack_notes(pack: Pack) -> list[Line]:
    """Return what the manifest says of the whole: whose files, of which sending, and what is missing."""
    report, submission = pack.report, pack.submission
    notes: list[Line] = [[_("Instansi"), report.institution.name], [_("Periode"), str(report.period)]]
    if submission is None:
        notes += [[_("Pengiriman"), NOT_SENT], [_("Isi"), _("Berkas yang ada saat diunduh.")]]
    else:
        notes += [
            [_("Pengiriman"), _("ke-%(round)s") % {"round": submission.round}],
            [_("Tanda terima"), submission.receipt_number],
            [_("Dikirim pada (WIB)"), submission.submitted_at],
            [_("Sidik isi kiriman (SHA-256)"), submission.content_hash],
        ]
    return [*notes, [_("Berkas yang hilang dari penyimpanan"), len(pack.missing)]]


def _line(pack: Pack, packed: PackedFile) -> Line:
    file, upload = packed.file, packed.upload
    sent = pack.submission.receipt_number if pack.submission else NOT_SENT
    return [
        *(packed.place, packed.aksi, packed.measure, file.kind, file.filename, file.document_on, file.page),
        *(file.version, upload.uploaded_by.name if upload else _("tidak tercatat")),
        *(
            upload.uploaded_at if upload else None,
            sent,
            GONE if packed.is_missing else _("ada"),
            file.size,
            file.sha256,
        ),
    ]


def _is_whole(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _place(used: set[str], aksi: int, measure: int, file: FrozenEvidence) -> str:
    """Return a place such as "Aksi 1/Ukuran 2/Notulen - rapat.pdf"; equal names are numbered."""
    path = Path(file.filename)
    name = f"Aksi {aksi}/Ukuran {measure}/{_safe(file.kind)} - {_safe(path.stem)}"
    places = (f"{name}{f' ({number})' if number > 1 else ''}{path.suffix}" for number in count(1))
    place = next(place for place in places if place.lower() not in used)
    used.add(place.lower())
    return place


def _safe(name: str) -> str:
    """Replace what Windows does not take in a file name."""
    return "".join("_" if letter in '<>:"/\\|?*' or ord(letter) < 32 else letter for letter in name).strip(" .") or "_"
