"""May a measure of a verified report be judged anew: reasons why not, in words.

Order of the reasons: who (the office, then conflict of interest), what state, what is being done about it already.
An empty list means "go ahead".
"""

from datetime import datetime

from django.utils.translation import gettext as _

from actions.actors import Actor
from reporting.models import Judgement, MeasureAnswer, Report
from reporting.policies.parties import conflicts_of_interest
from reporting.policies.reviewing import obstacles_to_note
from reporting.states import ReportStatus


def obstacles_to_correcting(report: Report, answer: MeasureAnswer, actor: Actor, now: datetime) -> list[str]:
    """Why `actor` cannot correct the judgement of `answer`. Load `answer` with its `judgement`."""
    if not actor.is_central_verifier:
        return [_("Hanya verifikator pusat Ditjen HAM yang dapat mengoreksi putusan.")]
    if actor.institution.pk == report.institution_id:
        return [_("Laporan instansi Anda sendiri dikoreksi anggota Panitia Nasional yang lain.")]
    return (
        conflicts_of_interest(actor, report, now) or obstacles_to_rejudging(report, answer) or _under_objection(answer)
    )


def obstacles_to_rejudging(report: Report, answer: MeasureAnswer) -> list[str]:
    """Why there is nothing to judge anew: the report is not verified, or the measure was never reported."""
    if report.status != ReportStatus.VERIFIED:
        return [_("Laporan ini belum diverifikasi, jadi putusannya masih diubah di meja telaah.")]
    if answer.judgement is None or not answer.judgement.execution:
        return [_("Ukuran ini tidak dilaporkan, jadi tidak ada yang dapat dinilai ulang.")]
    return []


def _under_objection(answer: MeasureAnswer) -> list[str]:
    objection = getattr(answer, "objection", None)
    if objection is None or objection.filed_at is None or objection.decided_at is not None:
        return []
    return [_("Ukuran ini sedang disanggah. Putuskan sanggahannya lebih dulu.")]


def obstacles_to_superseding(judgement: Judgement, basis_id: int | None) -> list[str]:
    """Why a new judgement cannot follow: it was written looking at another one than that in force."""
    if basis_id in (None, judgement.pk):
        return []
    return [_("Putusan ukuran ini baru saja berubah. Baca putusan yang berlaku sekarang, lalu nilai lagi.")]


def obstacles_without_change(judgement: Judgement, *, administration: str, substance: str) -> list[str]:
    """Why a new judgement is none: both aspects are judged as before."""
    if (judgement.administration, judgement.substance) != (administration, substance):
        return []
    return [_("Kedua aspek sama dengan putusan yang berlaku, jadi tidak ada yang berubah.")]


def obstacles_to_explanation(note: str) -> list[str]:
    """Why the reason given for a new judgement or an objection will not do: it is empty or too long."""
    if not note.strip():
        return [_("Tulis alasannya; pelapor dan penelaah membacanya.")]
    return obstacles_to_note(decision="", note=note)
