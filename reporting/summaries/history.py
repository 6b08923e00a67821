"""A report's history in sentences: who did what, newest first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actions.actors import Actor
from reporting.models import Report, ReportEvent, ReportItem
from reporting.states import ReportStatus

Kind = ReportEvent.Kind

SENTENCES = {
    Kind.OPENED: gettext_lazy("%(who)s membuat laporan ini."),
    Kind.MARKED_READY: gettext_lazy("%(who)s menandai %(aksi)s siap dikirim."),
    Kind.REOPENED: gettext_lazy("%(who)s membuka kembali isian %(aksi)s."),
    Kind.RETURNED_TO_OPD: gettext_lazy("%(who)s mengembalikan %(aksi)s kepada perangkat daerah."),
    Kind.CERTIFIED: gettext_lazy("%(who)s mengesahkan laporan."),
    Kind.CERTIFICATION_WITHDRAWN: gettext_lazy("%(who)s menarik pengesahan laporan."),
    Kind.SUBMITTED: gettext_lazy("%(who)s mengirim laporan."),
    Kind.RECALLED: gettext_lazy("%(who)s menarik kembali laporan."),
    Kind.CLAIMED: gettext_lazy("%(who)s mulai menelaah laporan."),
    Kind.TAKEN_OVER: gettext_lazy("%(who)s mengambil alih telaah."),
    Kind.ITEM_ACCEPTED: gettext_lazy("%(who)s menerima %(aksi)s."),
    Kind.ITEM_RETURNED: gettext_lazy("%(who)s mengembalikan %(aksi)s untuk diperbaiki."),
    Kind.RETURNED: gettext_lazy("%(who)s mengembalikan laporan untuk diperbaiki."),
    Kind.CORRECTION_CLOSED: gettext_lazy("%(who)s menutup masa perbaikan dan menilai kiriman terakhir."),
    Kind.VERIFIED: gettext_lazy("%(who)s memverifikasi laporan."),
    Kind.CORRECTED: gettext_lazy("%(who)s mengoreksi putusan %(aksi)s."),
    Kind.OBJECTED: gettext_lazy("%(who)s mengajukan sanggahan."),
    Kind.OBJECTION_DECIDED: gettext_lazy("%(who)s memutus sanggahan %(aksi)s."),
    Kind.EVIDENCE_ADDED: gettext_lazy("%(who)s menambah data dukung %(aksi)s."),
    Kind.EVIDENCE_REPLACED: gettext_lazy("%(who)s mengganti data dukung %(aksi)s."),
    Kind.EVIDENCE_REMOVED: gettext_lazy("%(who)s melepas data dukung %(aksi)s."),
}
CAME_BACK = frozenset({Kind.RETURNED_TO_OPD, Kind.ITEM_RETURNED, Kind.RETURNED, Kind.RECALLED})
UNDECIDED = frozenset({Kind.ITEM_ACCEPTED, Kind.ITEM_RETURNED})
"""What a reviewer may still change until the report is decided."""
WENT_WELL = frozenset({Kind.CERTIFIED, Kind.SUBMITTED, Kind.ITEM_ACCEPTED, Kind.VERIFIED})


@dataclass(frozen=True)
class Happening:
    """One line of a history: an instant, a sentence, what was written with it, and the colour of its dot."""

    at: datetime
    sentence: str
    note: str
    css: str


def history_of(report: Report, actor: Actor, *, limit: int | None = None) -> list[Happening]:
    """Return what happened to `report` as `actor` may read it, newest first, in one query.

    Staff of one OPD read about the report and about their own items. What a reviewer thinks of an item is told to
    reporters once the report is returned or verified. With `limit` only the newest so many.
    """
    events = ReportEvent.objects.filter(report=report.pk)
    if report.status == ReportStatus.IN_REVIEW and not _reads_reviews(report, actor):
        events = events.exclude(
            kind__in=UNDECIDED, at__gte=max(report.submitted_at, report.returned_at or report.submitted_at)
        )
    if actor.is_only_opd_staff:
        events = events.filter(Q(item__isnull=True) | Q(item__in=ReportItem.objects.visible_to(actor)))
    events = events.select_related("by", "office", "unit", "item__aksi").order_by("-at", "-pk")
    return [_happening(event, actor) for event in events[:limit]]


def _reads_reviews(report: Report, actor: Actor) -> bool:
    """See also `ReportQuerySet.review_open_to`, which says the same of rows; `actor` may read the report."""
    return (actor.is_reviewer or actor.is_ditjen) and actor.institution.pk != report.institution_id


def _happening(event: ReportEvent, actor: Actor) -> Happening:
    if event.kind in CAME_BACK:
        css = "kembali"
    else:
        css = "terima" if event.kind in WENT_WELL else ""
    words = {"who": _who(event, actor), "aksi": _aksi(event)}
    return Happening(at=event.at, sentence=SENTENCES[event.kind] % words, note=event.note, css=css)


def _who(event: ReportEvent, actor: Actor) -> str:
    if event.by_id is None:
        return _("Portal")
    if event.by_id == actor.user.pk:
        return _("Anda")
    office = event.unit.name if event.unit else (event.office.label if event.office else "")
    return f"{event.by.name} ({office})" if office else event.by.name


def _aksi(event: ReportEvent) -> str:
    return _("Aksi %(number)s") % {"number": event.item.aksi.number} if event.item else ""
