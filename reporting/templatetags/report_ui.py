"""Status chips of reports and items: the words, colours and icons stand here and nowhere else."""

from django import template
from django.utils.translation import gettext_lazy as _

from reporting.models import Report, ReportItem
from reporting.states import ItemStatus, ReportStatus

register = template.Library()

# Status -> word, colour, icon. Blue: someone's turn; yellow: in work; green: ready; red: came back; grey: not begun.
REPORT_CHIPS = {
    ReportStatus.DRAFT: (_("Sedang disusun"), "kuning", "pena"),
    ReportStatus.CERTIFIED: (_("Disahkan, siap dikirim"), "hijau", "cek"),
    ReportStatus.SUBMITTED: (_("Menunggu telaah"), "biru", "jam"),
    ReportStatus.IN_REVIEW: (_("Sedang ditelaah"), "biru", "jam"),
    ReportStatus.RETURNED: (_("Dikembalikan"), "merah", "kembali"),
    ReportStatus.VERIFIED: (_("Terverifikasi"), "hijau", "bulat-cek"),
}
ITEM_CHIPS = {
    ItemStatus.FILLING: (_("Sedang diisi"), "kuning", "pena"),
    ItemStatus.READY: (_("Siap dikirim"), "hijau", "cek"),
    ItemStatus.SENT: (_("Terkirim"), "biru", "jam"),
    ItemStatus.ACCEPTED: (_("Diterima"), "hijau", "bulat-cek"),
    ItemStatus.RETURNED: (_("Dikembalikan"), "merah", "kembali"),
}
NOT_BEGUN = (_("Belum diisi"), "abu", "kosong")
UNDER_REVIEW = REPORT_CHIPS[ReportStatus.IN_REVIEW]
BACK_AT_OPD = (_("Dikembalikan ke OPD"), "merah", "kembali")


@register.inclusion_tag("includes/status_chip.html")
def report_chip(report: Report) -> dict:
    """The chip of a report."""
    return _chip(REPORT_CHIPS[report.status])


@register.inclusion_tag("includes/status_chip.html")
def item_chip(item: ReportItem, is_started: bool = True) -> dict:
    """The chip of an item; `is_started` tells "belum diisi" from "sedang diisi".

    What a reviewer has decided on it so far is told with the whole report, and not before: see `judged_chip`.
    """
    if item.is_being_judged:
        return _chip(UNDER_REVIEW)
    if item.opd_note and item.status in (ItemStatus.FILLING, ItemStatus.RETURNED):
        return _chip(BACK_AT_OPD)
    if item.status == ItemStatus.FILLING and not is_started:
        return _chip(NOT_BEGUN)
    return _chip(ITEM_CHIPS[item.status])


@register.inclusion_tag("includes/status_chip.html")
def judged_chip(item: ReportItem) -> dict:
    """The chip of an item on the reviewer's own desk, with what was decided on it so far."""
    return _chip(ITEM_CHIPS[item.status])


def _chip(row: tuple) -> dict:
    text, colour, icon = row
    return {"text": text, "colour": colour, "icon": icon}
