"""How a piece of evidence is shown: one card, the same wherever files are listed."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import formats
from reporting.models import Evidence
from reporting.services.evidence_check import SHOWN_IN_BROWSERS

register = template.Library()


@register.filter
def file_detail(evidence: Evidence) -> str:
    """ "1,8 MB, 14 halaman, tanggal dokumen 24 Agustus 2026. Bukti di halaman 3." """
    stored = evidence.stored_file
    parts = [formats.filesize(stored.size)]
    if stored.pages:
        parts.append(_("%(pages)s halaman") % {"pages": stored.pages})
    if evidence.document_on:
        parts.append(_("tanggal dokumen %(day)s") % {"day": formats.short_day(evidence.document_on)})
    text = ", ".join(parts) + "."
    return f"{text} " + _("Bukti di halaman %(page)s.") % {"page": evidence.page} if evidence.page else text


@register.inclusion_tag("includes/file_card.html")
def evidence_card(evidence: Evidence, may_edit: bool = False) -> dict:
    """One file with what can be done with it; `may_edit` adds replacing and releasing."""
    address = reverse("evidence-file", args=[evidence.pk])
    is_shown = evidence.stored_file.extension in SHOWN_IN_BROWSERS
    page = f"#page={evidence.page}" if evidence.page and evidence.stored_file.extension == "pdf" else ""
    return {
        "kind": evidence.stored_file.extension.upper(),
        "name": evidence.filename,
        "detail": file_detail(evidence),
        "url": f"{address}{page}" if is_shown else "",
        "download_url": "" if is_shown else f"{address}?unduh=1",
        "replace_url": reverse("evidence-replace", args=[evidence.pk]) if may_edit else "",
        "remove_url": reverse("evidence-remove", args=[evidence.pk]) if may_edit else "",
        "note": _("Versi %(number)s") % {"number": evidence.version} if evidence.version > 1 else "",
        "refused": "",
    }
