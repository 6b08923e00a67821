"""May this coordinator remind an OPD of an aksi: reasons why not, in words. An empty list means "go ahead"."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from actions.actors import Actor
from reporting.models import ReportItem
from reporting.policies.parties import parties_of
from reporting.states import ITEM_EDITABLE, REPORT_WITH_REPORTER, Party


def obstacles_to_reminding(item: ReportItem, actor: Actor, now: datetime, staff: Collection[User]) -> list[str]:
    """Why `actor` cannot remind the OPD of `item`; `staff` are the people whom the reminder would reach."""
    report = item.report
    if Party.COORDINATOR not in parties_of(actor, report):
        return [_("Hanya koordinator instansi ini yang mengingatkan perangkat daerahnya.")]
    if report.status not in REPORT_WITH_REPORTER or now >= report.sending_ends_at():
        return [_("Isian laporan ini tidak dapat diubah lagi, jadi tidak ada yang perlu diingatkan.")]
    if item.status not in ITEM_EDITABLE:
        return [_("Aksi ini sudah ditandai siap, jadi tidak perlu diingatkan.")]
    if not staff:
        return [
            _("Belum ada staf perangkat daerah pengampu yang terdaftar. Undang stafnya, atau isi sendiri aksi ini.")
        ]
    return []
