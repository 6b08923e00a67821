"""Data dukung: adding, replacing and releasing files. Contents are stored once; rows are added, never changed."""

import os
import tempfile
import unicodedata
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import EvidenceKind
from actions.policies.errors import NotAllowed, refuse
from reporting.durable import flush_folder
from reporting.models import Evidence, MeasureAnswer, ReportEvent, StoredFile
from reporting.policies.filling import obstacles_to_filling
from reporting.services.evidence_check import CHUNK, CONTENT_TYPES, Inspected, Refused, inspect
from reporting.services.filling import locked_answer
from reporting.services.moves import write_event

INCOMING = "masuk"
"""Folder under the evidence folder where a content is written before it gets its name."""

LEFTOVERS_AFTER = timedelta(days=1)
NAME_LENGTH = Evidence._meta.get_field("filename").max_length
Kind = ReportEvent.Kind


def add(
    answer: MeasureAnswer,
    upload: UploadedFile,
    *,
    kind: EvidenceKind,
    document_on: date | None = None,
    page: int | None = None,
    by: Actor,
    now: datetime | None = None,
) -> Evidence:
    """Store `upload` as evidence of one kind for `answer`; the same file given twice is one piece of evidence.

    `page` (from 1) is where the proof stands, `document_on` the document's own date. Raises NotAllowed, and Refused
    when the file, its date or page is not taken.
    """
    now = now or timezone.now()
    refuse(obstacles_to_filling(answer.item, by, now) or _foreign_kind(answer, kind))
    inspected = inspect(upload.file, upload.name, upload.size)
    _check_details(inspected.pages, document_on, page, now)
    _place(upload.file, inspected, now)
    with transaction.atomic():
        answer = locked_answer(answer, by=by, now=now)
        stored = _stored_file(inspected, now)
        known = answer.evidence.current().filter(kind=kind, stored_file=stored).first()
        if known is not None:
            return known
        evidence = Evidence.objects.create(
            answer=answer,
            kind=kind,
            stored_file=stored,
            filename=clean_name(upload.name, stored.extension),
            document_on=document_on,
            page=page,
            uploaded_at=now,
            uploaded_by=by.user,
        )
        _record(Kind.EVIDENCE_ADDED, evidence, by=by, now=now)
    return evidence


def replace(
    evidence: Evidence,
    upload: UploadedFile | None,
    *,
    document_on: date | None = None,
    page: int | None = None,
    by: Actor,
    now: datetime | None = None,
) -> Evidence:
    """Retire `evidence` and put its next version in its place: another file, or (no upload) another date or page.

    Raises NotAllowed and Refused.
    """
    now = now or timezone.now()
    refuse(obstacles_to_filling(evidence.answer.item, by, now))
    inspected = inspect(upload.file, upload.name, upload.size) if upload else None
    pages = inspected.pages if inspected else evidence.stored_file.pages
    _check_details(pages, document_on, page, now)
    if inspected:
        _place(upload.file, inspected, now)
    with transaction.atomic():
        old = _retired(evidence, by=by, now=now)
        stored = _stored_file(inspected, now) if inspected else old.stored_file
        new = Evidence.objects.create(
            answer=old.answer,
            kind=old.kind,
            stored_file=stored,
            filename=clean_name(upload.name, stored.extension) if upload else old.filename,
            document_on=document_on,
            page=page,
            version=old.version + 1,
            replaces=old,
            uploaded_at=now,
            uploaded_by=by.user,
        )
        _record(Kind.EVIDENCE_REPLACED, new, by=by, now=now)
    return new


def remove(evidence: Evidence, *, by: Actor, now: datetime | None = None) -> None:
    """Release `evidence` from its answer; what was sent with it keeps it. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        _record(Kind.EVIDENCE_REMOVED, _retired(evidence, by=by, now=now), by=by, now=now)


def store(file: BinaryIO, name: str, *, now: datetime) -> StoredFile:
    """Keep an accepted content, once, before any answer uses it. Raises Refused."""
    inspected = inspect(file, name)
    _place(file, inspected, now)
    return _stored_file(inspected, now)


def path_of(stored: StoredFile) -> Path:
    """Return where a content lies on disk."""
    return Path(settings.MEDIA_ROOT) / stored.relative_path


def clean_name(name: str, extension: str) -> str:
    """Return a file name safe to show and to save: no folders, no invisible letters, the extension of its content."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C").strip(" .")
    stem, suffix = PurePath(name).stem, PurePath(name).suffix.lower().removeprefix(".")
    if suffix not in {*CONTENT_TYPES, "jpeg"}:
        stem = name
    return f"{stem.strip()[: NAME_LENGTH - len(extension) - 1] or 'berkas'}.{extension}"


def _foreign_kind(answer: MeasureAnswer, kind: EvidenceKind) -> list[str]:
    if kind.code == EvidenceKind.LETTER or answer.measure.evidence_wanted.filter(kind=kind).exists():
        return []
    return [_("Ukuran ini tidak meminta %(kind)s.") % {"kind": kind.name.lower()}]


def _check_details(pages: int | None, document_on: date | None, page: int | None, now: datetime) -> None:
    if document_on is not None and document_on > timezone.localdate(now):
        raise Refused(_("Tanggal dokumen tidak boleh sesudah hari ini."), "document_on")
    if page is None:
        return
    if page < 1:
        raise Refused(_("Halaman dihitung mulai dari 1."), "page")
    if pages is not None and page > pages:
        raise Refused(_("Berkas ini hanya %(pages)s halaman.") % {"pages": pages}, "page")
    if pages is None and page > 9999:
        raise Refused(_("Nomor halaman terlalu besar."), "page")


def _retired(evidence: Evidence, *, by: Actor, now: datetime) -> Evidence:
    """Return the row under lock, retired. Raises NotAllowed, also when somebody was faster."""
    answer = locked_answer(evidence.answer, by=by, now=now)
    old = Evidence.objects.select_related("kind", "stored_file").get(pk=evidence.pk)
    if old.retired_at is not None:
        raise NotAllowed([_("Berkas ini sudah diganti atau dilepas. Lihat berkas yang berlaku sekarang.")])
    old.answer = answer
    old.retired_at, old.retired_by = now, by.user
    old.save(update_fields=["retired_at", "retired_by"])
    return old


def _record(kind: str, evidence: Evidence, *, by: Actor, now: datetime) -> None:
    item = evidence.answer.item
    note = _("Ukuran %(number)s, %(kind)s: %(name)s") % {
        "number": evidence.answer.measure.number,
        "kind": evidence.kind.name.lower(),
        "name": evidence.filename,
    }
    write_event(item.report, kind, by=by, at=now, note=note, item=item)


def _stored_file(inspected: Inspected, now: datetime) -> StoredFile:
    stored, _created = StoredFile.objects.get_or_create(
        sha256=inspected.sha256,
        defaults={
            "size": inspected.size,
            "content_type": inspected.content_type,
            "extension": inspected.extension,
            "pages": inspected.pages,
            "stored_at": now,
        },
    )
    return stored


def _place(file: BinaryIO, inspected: Inspected, now: datetime) -> None:
    """Put the content on disk under its hash, safely there before any row names it.

    Written aside, flushed, then renamed: two at once write the same bytes and one name remains. A content without a
    row (the transaction failed afterwards) is found again by the next upload of the same file. The folders are flushed
    in any case: another process may have written the content a moment ago.
    """
    root = Path(settings.MEDIA_ROOT)
    final = root / StoredFile(sha256=inspected.sha256).relative_path
    if not final.exists() or final.stat().st_size != inspected.size:
        _write(file, final, root / INCOMING, now)
    for folder in (final.parent, final.parent.parent, root):
        flush_folder(folder)


def _write(file: BinaryIO, final: Path, incoming: Path, now: datetime) -> None:
    incoming.mkdir(parents=True, exist_ok=True)
    _sweep(incoming, now)
    with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as target:
        try:
            _copy(file, target)
            final.parent.mkdir(parents=True, exist_ok=True)
            os.chmod(target.name, settings.FILE_UPLOAD_PERMISSIONS)
            os.replace(target.name, final)
        except BaseException:
            Path(target.name).unlink(missing_ok=True)
            raise


def _copy(file: BinaryIO, target) -> None:
    file.seek(0)
    while chunk := file.read(CHUNK):
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())


def _sweep(incoming: Path, now: datetime) -> None:
    """Remove what a process that was killed while writing has left behind, once it is a day old."""
    limit = (now - LEFTOVERS_AFTER).timestamp()
    for path in incoming.iterdir():
        try:
            if path.stat().st_mtime < limit:
                path.unlink()
        except FileNotFoundError:
            continue  # another process sweeps too
