"""Frozen content (see `reporting.services.freezing`) as labels and values for a page."""

from django.utils.translation import gettext as _

from accounts import formats
from reporting.models import MeasureAnswer

EXECUTION = dict(MeasureAnswer.Execution.choices)


def execution_label(execution: str) -> str:
    """Return the declaration in words; "belum diisi" is a fifth word beside the four that can be chosen."""
    return str(EXECUTION[execution]) if execution else _("Belum diisi")


def measure_rows(measure: dict) -> list[tuple[str, str]]:
    """Return one measure of frozen content as (label, value), leaving out what was left empty."""
    rows = [(_("Pelaksanaan"), execution_label(measure["execution"]))]
    texts = [
        (_("Apa yang dilakukan"), measure["description"]),
        (_("Alasan"), measure["reason"]),
        (_("Nomor surat keterangan"), measure["letter_number"]),
        (_("Angka capaian"), _whole(measure["number"])),
        (_("Anggaran"), _money(measure["budget"])),
        (_("Realisasi"), _money(measure["realisation"])),
        (_("Kendala"), measure["obstacles"]),
    ]
    return rows + [(label, value) for label, value in texts if value]


def _whole(number: int | None) -> str:
    return "" if number is None else formats.thousands(number)


def _money(amount: int | None) -> str:
    return "" if amount is None else f"Rp{formats.rupiah(amount)}"
