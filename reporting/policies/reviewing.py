"""May this report be claimed, judged, returned, verified: reasons why not, in words.

Order of the reasons: who (the office, then conflict of interest), what state, when, what is incomplete.
An empty list means "go ahead".
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from reporting.models import Judgement, MeasureAnswer, Report, ReportItem
from reporting.policies.parties import conflicts_of_interest, is_reviewing_office
from reporting.states import ItemStatus, ReportStatus

Value, Decision = Judgement.Value, Judgement.Decision
CORRECTING = frozenset({ReportStatus.RETURNED, ReportStatus.CERTIFIED})
NOTE_LENGTH = 4000


def obstacles_to_claiming(report: Report, actor: Actor, now: datetime) -> list[str]:
    """Why `actor` cannot begin to review `report`."""
    return _not_the_reviewer(report, actor, now) or _not_waiting(report)


def obstacles_to_taking_over(report: Report, actor: Actor, now: datetime) -> list[str]:
    """Why `actor` cannot take the review over from a colleague of the same office."""
    reasons = _not_the_reviewer(report, actor, now) or _not_in_review(report)
    if not reasons and report.claimed_by_id == actor.user.pk:
        reasons = [_("Anda sendiri yang sedang menelaah laporan ini.")]
    return reasons


def obstacles_to_judging(report: Report, actor: Actor, now: datetime) -> list[str]:
    """Why `actor` cannot judge measures of `report`: only whoever claimed it does."""
    reasons = _not_the_reviewer(report, actor, now) or _not_in_review(report)
    if not reasons and report.claimed_by_id != actor.user.pk:
        reasons = [
            _("Laporan ini sedang ditelaah %(name)s. Ambil alih dulu bila Anda yang meneruskan.")
            % {"name": report.claimed_by}
        ]
    return reasons


def obstacles_to_judging_item(
    item: ReportItem, answer: MeasureAnswer, *, latest_submission_id: int, returned_at: datetime | None
) -> list[str]:
    """Why this measure is not judged in this round: its aksi was accepted before, or was never sent.

    `returned_at` is the report's last return: what was accepted until then was told, also where no correction came.
    """
    if item.status == ItemStatus.FILLING:
        return [_("Aksi ini ditambahkan setelah laporan dikirim, jadi belum ada yang dapat dinilai.")]
    if item.status != ItemStatus.ACCEPTED or answer.judgement is None:
        return []
    was_told = returned_at is not None and answer.judgement.judged_at <= returned_at
    if was_told or answer.judgement.submission_id != latest_submission_id:
        return [_("Aksi ini sudah diterima pada putaran sebelumnya dan tetap diterima.")]
    return []


def obstacles_without_reason(*, execution: str, administration: str, substance: str, reasons: Collection) -> list[str]:
    """Why a judgement needs a reason code: an aspect is not fully met."""
    if reasons or not needs_reason(execution=execution, administration=administration, substance=substance):
        return []
    return [_("Pilih sedikitnya satu alasan, karena ada aspek yang tidak sesuai penuh.")]


def obstacles_to_note(*, decision: str, note: str) -> list[str]:
    """Why a judgement's note will not do: a return needs one, and it has a length in characters."""
    if decision == Decision.RETURN and not note.strip():
        return [_("Tulis catatan agar pelapor tahu apa yang harus diperbaiki.")]
    if len(note) > NOTE_LENGTH:
        limit = formats.thousands(NOTE_LENGTH)
        return [_("Catatan terlalu panjang. Ringkas sampai %(limit)s huruf.") % {"limit": limit}]
    return []


def fixed_words(execution: str, administration: str, substance: str) -> dict[str, str]:
    """The judgement words of both aspects, with those that the rules fix: "not met" for what was not reported.

    The substance of what was not carried out is a number of the rule set; "not met" is its word (docs/scoring.md).
    """
    if not execution:
        administration = substance = Value.NOT_MET
    elif execution == MeasureAnswer.Execution.NOT_CARRIED_OUT:
        substance = Value.NOT_MET
    return {"administration": administration, "substance": substance}


def needs_reason(*, execution: str, administration: str, substance: str) -> bool:
    """True when a reviewer chose a word other than "sesuai"; what the rules fix needs no reason."""
    if not execution:
        return False
    judged = [administration] if execution == MeasureAnswer.Execution.NOT_CARRIED_OUT else [administration, substance]
    return any(word != Value.MET for word in judged)


def obstacles_to_asking_correction(report: Report, now: datetime) -> list[str]:
    """Why no more correction can be asked for: the time is over, except for a first return of a late report."""
    if now < report.period.correction_until_at or not report.is_correcting:
        return []
    end = formats.deadline(report.period.correction_until_at, report.institution.time_zone)
    return [
        _("Masa perbaikan berakhir %(instant)s. Nilai ukuran ini seperti yang terakhir dikirim.") % {"instant": end}
    ]


def obstacles_to_returning(
    report: Report, actor: Actor, now: datetime, items: Iterable[ReportItem] | None = None
) -> list[str]:
    """Why `report` cannot be returned: every measure is judged first, and something must need correction.

    `items` are the report's items, when the caller has them already.
    """
    reasons = obstacles_to_judging(report, actor, now)
    if reasons:
        return reasons
    items = _items_of(report, items)
    if not any(item.status == ItemStatus.RETURNED for item in items):
        return _unjudged(items) or [_("Semua aksi diterima, jadi laporan ini diverifikasi, bukan dikembalikan.")]
    return obstacles_to_asking_correction(report, now) or _unjudged(items)


def obstacles_to_verifying(
    report: Report, actor: Actor, now: datetime, items: Iterable[ReportItem] | None = None
) -> list[str]:
    """Why `report` cannot be verified: every aksi that was sent must be accepted. `items` as for returning."""
    reasons = obstacles_to_judging(report, actor, now)
    if reasons:
        return reasons
    items = _items_of(report, items)
    returned = [item for item in items if item.status == ItemStatus.RETURNED]
    if not returned:
        return _unjudged(items)
    numbers = _numbers(returned)
    if obstacles_to_asking_correction(report, now):
        return [
            _("Masa perbaikan sudah berakhir. Nilai ulang ukuran yang dikembalikan pada aksi %(numbers)s.")
            % {"numbers": numbers}
        ]
    return [_("Aksi %(numbers)s dikembalikan, jadi laporan ini belum dapat diverifikasi.") % {"numbers": numbers}]


def obstacles_to_closing_correction(report: Report, actor: Actor, now: datetime) -> list[str]:
    """Why the correction cannot be closed, after which everything is judged as it was last sent."""
    reasons = _not_the_reviewer(report, actor, now)
    if reasons:
        return reasons
    if report.status not in CORRECTING or not report.is_correcting:
        return [_("Laporan ini tidak sedang diperbaiki pelapor.")]
    if now < report.correction_ends_at():
        end = formats.deadline(report.correction_ends_at(), actor.institution.time_zone)
        return [_("Pelapor masih dapat memperbaiki laporan ini sampai %(instant)s.") % {"instant": end}]
    return []


def has_closed_correction(report: Report, now: datetime) -> bool:
    """True when a returned report was not sent again in time and waits for its reviewer to close the correction."""
    return report.is_correcting and report.status in CORRECTING and now >= report.correction_ends_at()


def _not_the_reviewer(report: Report, actor: Actor, now: datetime) -> list[str]:
    if not is_reviewing_office(actor, report):
        return [_("Laporan ini ditelaah kantor lain, bukan kantor Anda.")]
    return conflicts_of_interest(actor, report, now)


def _not_waiting(report: Report) -> list[str]:
    if report.status == ReportStatus.SUBMITTED:
        return []
    if report.status == ReportStatus.IN_REVIEW:
        return [_("Laporan ini sudah ditelaah %(name)s.") % {"name": report.claimed_by}]
    return _not_with_reviewer(report)


def _not_in_review(report: Report) -> list[str]:
    if report.status == ReportStatus.IN_REVIEW:
        return []
    if report.status == ReportStatus.SUBMITTED:
        return [_("Laporan ini belum diambil untuk ditelaah. Tekan Mulai telaah dulu.")]
    return _not_with_reviewer(report)


def _not_with_reviewer(report: Report) -> list[str]:
    if report.status == ReportStatus.VERIFIED:
        return [_("Laporan ini sudah diverifikasi.")]
    if report.is_correcting:
        return [_("Laporan ini sedang diperbaiki pelapor.")]
    return [_("Laporan ini belum dikirim, atau ditarik kembali oleh pelapor.")]


def _items_of(report: Report, items: Iterable[ReportItem] | None) -> list[ReportItem]:
    return list(report.items.select_related("aksi") if items is None else items)


def _unjudged(items: Iterable[ReportItem]) -> list[str]:
    waiting = [item for item in items if item.status == ItemStatus.SENT]
    if not waiting:
        return []
    return [_("Masih ada ukuran yang belum dinilai pada aksi %(numbers)s.") % {"numbers": _numbers(waiting)}]


def _numbers(items: Iterable[ReportItem]) -> str:
    return ", ".join(str(item.aksi.number) for item in sorted(items, key=lambda item: item.aksi.number))
