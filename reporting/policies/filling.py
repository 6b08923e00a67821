"""May this person edit this aksi now, mark it ready, or take it back: reasons why not, in words.

Order of the reasons: who, when, what state, what is incomplete. An empty list means "go ahead".
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import Unit
from reporting.completeness import Gap
from reporting.models import Report, ReportItem
from reporting.policies.parties import is_assigned, parties_of
from reporting.states import ITEM_EDITABLE, REPORT_WITH_REPORTER, ItemStatus, Party, ReportStatus


def obstacles_to_filling(
    item: ReportItem, actor: Actor, now: datetime, *, units: Collection[Unit] | None = None
) -> list[str]:
    """Why `actor` cannot edit the answers and evidence of `item` at `now`. Before the window opens is fine.

    `units` are the units assigned to the aksi, where the caller has them already.
    """
    return _stranger(item, actor, units) or _closed(item, actor, now) or _not_editable(item, actor, units)


def obstacles_to_marking_ready(
    item: ReportItem, actor: Actor, now: datetime, gaps: Iterable[Gap], *, units: Collection[Unit] | None = None
) -> list[str]:
    """Why `actor` cannot say that `item` is ready for the coordinator; `gaps` are what it lacks."""
    obstacles = _stranger(item, actor, units) or _closed(item, actor, now)
    if not obstacles and item.status == ItemStatus.READY:
        obstacles = [_("Aksi ini sudah ditandai siap.")]
    obstacles = obstacles or _not_editable(item, actor, units)
    return obstacles or [
        _("Belum lengkap: %(gap)s (%(detail)s).")
        % {"gap": _begun_small(gap.text), "detail": _begun_small(gap.detail.partition(". ")[0])}
        for gap in gaps
    ]


def _begun_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def obstacles_to_taking_back(
    item: ReportItem, actor: Actor, now: datetime, *, units: Collection[Unit] | None = None
) -> list[str]:
    """Why `actor` cannot open an aksi that was marked ready for editing again."""
    obstacles = _stranger(item, actor, units) or _closed(item, actor, now) or _not_with_reporter(item.report)
    if not obstacles and item.status != ItemStatus.READY:
        obstacles = [_("Aksi ini tidak sedang ditandai siap.")]
    return obstacles


def acting_party(item: ReportItem, actor: Actor, units: Collection[Unit] | None = None) -> Party | None:
    """Return in which capacity `actor` works on `item`: as its coordinator, as staff of an assigned OPD, or not."""
    parties = parties_of(actor, item.report)
    if Party.COORDINATOR in parties:
        return Party.COORDINATOR
    if Party.OPD not in parties:
        return None
    is_own = is_assigned(actor, item) if units is None else actor.unit in units
    return Party.OPD if is_own else None


def _stranger(item: ReportItem, actor: Actor, units: Collection[Unit] | None) -> list[str]:
    if acting_party(item, actor, units) is None:
        return [_("Hanya perangkat daerah pengampu dan koordinator instansi ini yang mengisi aksi ini.")]
    return []


def _closed(item: ReportItem, actor: Actor, now: datetime) -> list[str]:
    report = item.report
    if now < report.sending_ends_at() or report.status not in REPORT_WITH_REPORTER | {ReportStatus.CERTIFIED}:
        return []
    instant = formats.deadline(report.sending_ends_at(), actor.institution.time_zone)
    if report.is_correcting:
        return [_("Masa perbaikan berakhir %(instant)s. Penelaah menilai kiriman terakhir.") % {"instant": instant}]
    return [
        _("Jendela ditutup %(instant)s. Isian Anda tetap tersimpan; hubungi penelaah untuk perpanjangan.")
        % {"instant": instant}
    ]


def _not_with_reporter(report: Report) -> list[str]:
    if report.status in REPORT_WITH_REPORTER:
        return []
    reasons = {
        ReportStatus.CERTIFIED: _("Laporan sudah disahkan. Tarik pengesahan dulu, lalu ubah isian."),
        ReportStatus.SUBMITTED: _(
            "Laporan sudah dikirim. Selama belum ditelaah, koordinator dapat menariknya kembali."
        ),
        ReportStatus.IN_REVIEW: _("Laporan sedang ditelaah. Isian dapat diubah bila dikembalikan penelaah."),
        ReportStatus.VERIFIED: _("Laporan sudah diverifikasi, jadi isian tidak berubah lagi."),
    }
    return [reasons[report.status]]


def _not_editable(item: ReportItem, actor: Actor, units: Collection[Unit] | None) -> list[str]:
    obstacles = _not_with_reporter(item.report)
    if obstacles:
        return obstacles
    if item.report.status == ReportStatus.RETURNED and not item.is_reopened:
        return [_("Penelaah tidak mengembalikan aksi ini, jadi isiannya tetap seperti yang dikirim.")]
    if item.status in ITEM_EDITABLE:
        return []
    if item.status == ItemStatus.READY:
        if acting_party(item, actor, units) == Party.COORDINATOR:
            return []
        return [_("Aksi ini sudah ditandai siap. Buka kembali dulu untuk mengubahnya.")]
    return [_("Aksi ini sudah dikirim kepada penelaah.")]
