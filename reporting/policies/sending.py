"""May this report be certified, sent, recalled, or given back to its OPD: reasons why not, in words.

Order of the reasons: who, when, what state, what is incomplete. An empty list means "go ahead".
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import Institution, Membership
from reporting.models import MeasureAnswer, Report, ReportItem
from reporting.policies.parties import parties_of
from reporting.states import REPORT_WITH_REPORTER, ItemStatus, Party, ReportStatus


def obstacles_to_sending(report: Report, actor: Actor, now: datetime, *, is_started: bool | None = None) -> list[str]:
    """Why `actor` cannot send `report` at `now`. Gaps are no obstacle: they are acknowledged when sending.

    `is_started` says whether any measure is filled, for a page that knows it already; None asks the database.
    """
    if Party.COORDINATOR not in parties_of(actor, report):
        return [_("Hanya koordinator instansi ini yang mengirim laporan.")]
    return (
        _not_yet_open(report, actor, now)
        or _ended(report, actor, now)
        or _not_with_reporter(report)
        or _not_certified(report)
        or _nothing_reported(report, is_started)
    )


def obstacles_to_certifying(
    report: Report, actor: Actor, now: datetime, *, is_started: bool | None = None
) -> list[str]:
    """Why `actor` cannot certify `report` for sending; possible before the window opens. See also the above."""
    if Party.SIGNATORY not in parties_of(actor, report):
        return [_("Hanya pejabat penanda tangan instansi ini yang mengesahkan laporan.")]
    if not report.period.needs_signatory:
        return [_("Periode ini tidak meminta pengesahan pejabat. Koordinator dapat langsung mengirim laporan.")]
    if report.status == ReportStatus.CERTIFIED:
        return [_("Laporan ini sudah disahkan.")]
    return _ended(report, actor, now) or _not_with_reporter(report) or _nothing_reported(report, is_started)


def obstacles_to_withdrawing(report: Report, actor: Actor) -> list[str]:
    """Why `actor` cannot withdraw the certification, which opens the report for editing again."""
    if not parties_of(actor, report) & {Party.COORDINATOR, Party.SIGNATORY}:
        return [_("Hanya koordinator atau pejabat penanda tangan instansi ini yang menarik pengesahan.")]
    if report.status != ReportStatus.CERTIFIED:
        return [_("Laporan ini tidak sedang disahkan, jadi tidak ada pengesahan yang dapat ditarik.")]
    return []


def obstacles_to_recalling(report: Report, actor: Actor, now: datetime) -> list[str]:
    """Why `actor` cannot recall the sending. Once sending has ended it could not be sent again, so it stays."""
    if Party.COORDINATOR not in parties_of(actor, report):
        return [_("Hanya koordinator instansi ini yang menarik kembali laporan.")]
    if now >= report.sending_ends_at():
        return [_("Waktu mengirim sudah berakhir. Laporan yang ditarik sekarang tidak dapat dikirim lagi.")]
    if report.status == ReportStatus.IN_REVIEW:
        return [_("Penelaah sudah mulai menelaah laporan ini, jadi laporan tidak dapat ditarik lagi.")]
    if report.status != ReportStatus.SUBMITTED:
        return [_("Laporan ini tidak sedang menunggu telaah, jadi tidak ada yang dapat ditarik.")]
    return []


def obstacles_to_returning_item(item: ReportItem, actor: Actor, now: datetime) -> list[str]:
    """Why `actor` cannot give a ready item back to its OPD with a note."""
    report = item.report
    if Party.COORDINATOR not in parties_of(actor, report):
        return [_("Hanya koordinator instansi ini yang mengembalikan aksi kepada perangkat daerah.")]
    obstacles = _ended(report, actor, now) or _not_with_reporter(report)
    if not obstacles and report.status == ReportStatus.CERTIFIED:
        obstacles = [_("Laporan sudah disahkan. Tarik pengesahan dulu, lalu kembalikan aksi ini.")]
    if not obstacles and item.status != ItemStatus.READY:
        obstacles = [_("Aksi ini masih dikerjakan perangkat daerah; yang dapat dikembalikan hanya aksi yang siap.")]
    return obstacles


def obstacles_to_assigning(institution: Institution, actor: Actor) -> list[str]:
    """Why `actor` cannot say which OPD owns which aksi of `institution`."""
    if not (actor.is_coordinator and actor.institution.pk == institution.pk):
        return [_("Hanya koordinator instansi yang membagi aksi kepada perangkat daerahnya.")]
    return []


def _not_yet_open(report: Report, actor: Actor, now: datetime) -> list[str]:
    if report.is_correcting or now >= report.period.opens_at:
        return []
    opens = formats.moment(report.period.opens_at, actor.institution.time_zone)
    return [_("Jendela pengiriman dibuka %(instant)s. Isian dapat dilengkapi sekarang.") % {"instant": opens}]


def _ended(report: Report, actor: Actor, now: datetime) -> list[str]:
    end = report.sending_ends_at()
    if now < end or report.status not in REPORT_WITH_REPORTER | {ReportStatus.CERTIFIED}:
        return []
    instant = formats.deadline(end, actor.institution.time_zone)
    if report.is_correcting:
        return [_("Masa perbaikan berakhir %(instant)s. Penelaah menilai kiriman terakhir.") % {"instant": instant}]
    return [
        _("Jendela ditutup %(instant)s. Isian Anda tetap tersimpan; hubungi penelaah untuk perpanjangan.")
        % {"instant": instant}
    ]


def _not_with_reporter(report: Report) -> list[str]:
    if report.status in REPORT_WITH_REPORTER | {ReportStatus.CERTIFIED}:
        return []
    if report.status == ReportStatus.SUBMITTED:
        return [_("Laporan ini sudah dikirim dan menunggu telaah.")]
    if report.status == ReportStatus.IN_REVIEW:
        return [_("Laporan ini sudah dikirim dan sedang ditelaah.")]
    return [_("Laporan ini sudah diverifikasi, jadi tidak dikirim lagi.")]


def _not_certified(report: Report) -> list[str]:
    if not report.period.needs_signatory or report.status == ReportStatus.CERTIFIED:
        return []
    return [_("Laporan harus disahkan dulu oleh pejabat penanda tangan instansi Anda.")]


def _nothing_reported(report: Report, is_started: bool | None) -> list[str]:
    if is_started is None:
        is_started = MeasureAnswer.objects.filter(item__report=report.pk).exclude(execution="").exists()
    if is_started:
        return []
    return [_("Belum ada satu ukuran pun yang diisi. Isi sedikitnya satu ukuran, lalu kirim.")]


def signatories_of(report: Report, now: datetime) -> list[str]:
    """The names of whoever may certify the report today, in order."""
    rows = Membership.objects.in_force_on(timezone.localdate(now))
    rows = rows.filter(institution=report.institution_id, role=Membership.Role.SIGNATORY, user__is_active=True)
    return list(rows.order_by("user__name").values_list("user__name", flat=True))
