"""The words of reminders: what is due when, what is missing, and where to go on."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts import formats
from actions.models import Institution, ReportingPeriod
from reporting.jobs.reminder_days import Due

WIB = "Asia/Jakarta"


def deadline_sentence(ends_at: datetime, zone: str) -> str:
    """The deadline in the office's own zone and in WIB, as one sentence."""
    here, there = formats.deadline(ends_at, zone), formats.deadline(ends_at, WIB)
    if here == there:
        return _("Batasnya %(deadline)s.") % {"deadline": there}
    return _("Batasnya %(here)s, yaitu %(there)s.") % {"here": here, "there": there}


def _names(period: ReportingPeriod, institution: Institution, due: Due) -> dict[str, str]:
    return {
        "period": str(period),
        "institution": institution.label,
        "deadline": formats.deadline(due.ends_at, WIB),
    }


def sending_text(
    period: ReportingPeriod, institution: Institution, due: Due, *, ready: int, total: int
) -> tuple[str, str]:
    """Title and body for those who send an institution's report; `ready` of `total` aksi are marked ready."""
    names = _names(period, institution, due)
    progress = _("%(ready)s dari %(total)s aksi sudah ditandai siap.") % {"ready": ready, "total": total}
    if due.is_after:
        title = _("Laporan %(institution)s %(period)s belum dikirim, batasnya sudah lewat") % names
        return title, _lines(deadline_sentence(due.ends_at, institution.time_zone), progress, _after(period, due))
    title = _("Kirim laporan %(institution)s %(period)s sampai %(deadline)s") % names
    step = _("Buka laporannya, lengkapi yang kurang, lalu kirim.")
    return title, _lines(deadline_sentence(due.ends_at, institution.time_zone), progress, step)


def _after(period: ReportingPeriod, due: Due) -> str:
    if period.late_until_at > due.ends_at:
        until = {"deadline": formats.deadline(period.late_until_at, WIB)}
        return _("Laporan masih diterima dan ditandai terlambat sampai %(deadline)s.") % until
    return _(
        "Laporan tercatat tidak lapor. Isian Anda tetap tersimpan; hubungi penelaah laporan Anda bila ada kendala."
    )


def filling_text(period: ReportingPeriod, institution: Institution, due: Due, *, count: int) -> tuple[str, str]:
    """Title and body for staff of an OPD with `count` aksi not marked ready."""
    names = {**_names(period, institution, due), "count": count}
    if due.is_after:
        title = _("%(count)s aksi %(period)s belum siap, batas pengiriman sudah lewat") % names
        return title, _lines(deadline_sentence(due.ends_at, institution.time_zone), _after(period, due))
    title = _("Lengkapi %(count)s aksi %(period)s sebelum %(institution)s mengirim laporan") % names
    step = _("Isi, unggah data dukung, lalu tandai siap, supaya koordinator sempat memeriksa.")
    return title, _lines(deadline_sentence(due.ends_at, institution.time_zone), step)


def correction_text(
    period: ReportingPeriod, institution: Institution, due: Due, *, open_items: int, total: int
) -> tuple[str, str]:
    """Title and body for coordinators of a returned report; `open_items` of `total` returned aksi are not ready."""
    names = _names(period, institution, due)
    progress = _("%(total)s aksi dikembalikan, %(open)s di antaranya belum ditandai siap.") % {
        "total": total,
        "open": open_items,
    }
    if due.is_after:
        title = _("Perbaikan laporan %(institution)s %(period)s sudah lewat batas") % names
        step = _("Aksi yang tidak diperbaiki dinilai seperti terakhir dikirim.")
    else:
        title = _("Kirim ulang laporan %(institution)s %(period)s sampai %(deadline)s") % names
        step = _("Perbaiki menurut catatan penelaah, lalu kirim ulang.")
    return title, _lines(deadline_sentence(due.ends_at, institution.time_zone), progress, step)


def repair_text(period: ReportingPeriod, institution: Institution, due: Due, *, count: int) -> tuple[str, str]:
    """Title and body for staff of an OPD with `count` returned aksi."""
    names = {**_names(period, institution, due), "count": count}
    if due.is_after:
        title = _("%(count)s aksi %(period)s tidak diperbaiki sampai batasnya") % names
        step = _("Aksi itu dinilai seperti terakhir dikirim.")
    else:
        title = _("Perbaiki %(count)s aksi %(period)s yang dikembalikan") % names
        step = _("Baca catatan penelaah, perbaiki, lalu tandai siap.")
    return title, _lines(deadline_sentence(due.ends_at, institution.time_zone), step)


def review_text(
    period: ReportingPeriod, office: Institution, due: Due, *, claimed: int, unclaimed: int
) -> tuple[str, str]:
    """Title and body for a reviewer: `claimed` reports that they review, `unclaimed` ones of the office."""
    names = {"count": claimed + unclaimed, "period": str(period)}
    if due.is_after:
        title = _("%(count)s laporan %(period)s belum selesai ditelaah, batasnya sudah lewat") % names
    else:
        title = _("%(count)s laporan %(period)s menunggu telaah") % names
    mine = _("Anda menelaah %(count)s laporan.") % {"count": claimed}
    waiting = _("%(count)s laporan belum diambil penelaah.") % {"count": unclaimed}
    parts = [mine] * bool(claimed) + [waiting] * bool(unclaimed)
    return title, _lines(deadline_sentence(due.ends_at, office.time_zone), *parts)


def _lines(*sentences: str) -> str:
    return " ".join(sentences)
