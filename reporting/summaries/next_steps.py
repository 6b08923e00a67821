"""The one next step that home asks of a reader, computed from where a report stands: no queries, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import formats
from reporting.models import Report
from reporting.scoring import Rules, band_of
from reporting.states import REPORT_WITH_REPORTER, ItemStatus, ReportStatus
from reporting.summaries.completeness import ItemCompleteness

WITH_REPORTER = REPORT_WITH_REPORTER | {ReportStatus.CERTIFIED}
BAND_WORDS = {"hijau": gettext_lazy("hijau"), "kuning": gettext_lazy("kuning"), "merah": gettext_lazy("merah")}


@dataclass(frozen=True)
class NextStep:
    """What a banner asks: a title, why, one filled button and at most one outlined one."""

    title: str
    text: str = ""
    url: str = ""
    label: str = ""
    second_url: str = ""
    second_label: str = ""


class Reader(models.TextChoices):
    """In which capacity somebody looks at the report of their own institution."""

    COORDINATOR = "coordinator"
    SIGNATORY = "signatory"
    BOTH = "both"
    OPD = "opd"


class Phase(models.TextChoices):
    """What may be done with a report now, by its dates alone."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"


@dataclass(frozen=True)
class ItemStanding:
    """One aksi as the next step sees it. `missing` are points of the report's 100.

    `is_mendable` is False for what the reporter may not work on in this round. `office` leads it, or is empty;
    `has_staff` tells whether anybody there can sign in.
    """

    pk: int
    number: int
    status: str = ItemStatus.FILLING
    is_started: bool = False
    missing: Fraction = Fraction(0)
    gap: str = ""
    office: str = ""
    has_staff: bool = False
    is_given_back: bool = False
    is_mendable: bool = True

    @property
    def is_open(self) -> bool:
        return self.is_mendable and self.status in (ItemStatus.FILLING, ItemStatus.RETURNED)

    @property
    def is_complete(self) -> bool:
        return self.is_started and not self.gap

    @property
    def fill_url(self) -> str:
        return reverse("item-fill", args=[self.pk])


@dataclass(frozen=True)
class Standing:
    """Everything the next step depends on. `estimate` is the score (0-100) if all there is were judged "sesuai"."""

    report_pk: int
    institution_code: str
    status: str
    reader: str
    phase: str
    opens_text: str = ""
    is_reported: bool = False
    needs_signatory: bool = False
    items: tuple[ItemStanding, ...] = ()
    estimate: Fraction = Fraction(0)
    rules: Rules | None = None
    receipt_pk: int | None = None
    reviewer: str = ""
    review_due_text: str = ""
    units_word: str = ""

    @property
    def is_started(self) -> bool:
        return any(item.is_started for item in self.items)

    @property
    def check(self) -> tuple[str, str]:
        return reverse("report-check", args=[self.report_pk]), _("Periksa kesiapan kirim")


def phase_of(report: Report, now: datetime) -> Phase:
    """Return what the dates allow: a correction needs no window."""
    if now >= report.sending_ends_at():
        return Phase.OVER
    return Phase.EARLY if now < report.period.opens_at and not report.is_correcting else Phase.OPEN


def standings_of(items: Iterable[ItemCompleteness]) -> tuple[ItemStanding, ...]:
    """Return the aksi of a report as the next step sees them."""
    return tuple(
        ItemStanding(
            pk=row.item.pk,
            number=row.item.aksi.number,
            status=row.item.status,
            is_started=row.is_started,
            missing=row.missing_points,
            gap=row.gaps[0].text if row.gaps else "",
            office=row.lead_unit.name if row.lead_unit else (row.units[0].name if row.units else ""),
            has_staff=row.has_staff,
            is_given_back=bool(row.item.opd_note),
            is_mendable=row.is_mendable,
        )
        for row in items
    )


def next_step(standing: Standing) -> NextStep:
    """Return the one next step of this reader for this report."""
    if standing.status not in WITH_REPORTER:
        return _after_sending(standing)
    if standing.phase == Phase.OVER:
        return _over(standing)
    if standing.reader == Reader.OPD:
        return _of_opd(standing)
    if standing.reader == Reader.SIGNATORY:
        return _of_signatory(standing)
    return _of_coordinator(standing)


# Coordinator


def _of_coordinator(standing: Standing) -> NextStep:
    if standing.status == ReportStatus.CERTIFIED:
        return _send_certified(standing)
    returned = [item for item in standing.items if item.status == ItemStatus.RETURNED]
    if returned:
        return _mend_returned(standing, returned)
    unmarked = [item for item in standing.items if item.is_open and item.is_complete]
    if unmarked:
        return _check_complete(standing, unmarked)
    dearest = dearest_gap(standing.items)
    if dearest:
        return _close_gap(standing, dearest)
    return _ready(standing)


def dearest_gap(items: Sequence[ItemStanding]) -> ItemStanding | None:
    """Return the aksi still open that lacks the most points, the lower number first among equals."""
    lacking = [item for item in items if item.is_open and item.gap]
    return max(lacking, key=lambda item: (item.missing, -item.number), default=None)


def _send_certified(standing: Standing) -> NextStep:
    url, label = standing.check
    if standing.phase == Phase.EARLY:
        text = _("Laporan sudah disahkan dan dapat dikirim mulai %(opens)s.") % {"opens": standing.opens_text}
        return NextStep(_("Tunggu jendela dibuka"), text, second_url=url, second_label=_("Periksa laporan"))
    return NextStep(_("Kirim laporan yang sudah disahkan"), _("Tinggal satu langkah."), url, _("Periksa dan kirim"))


def _mend_returned(standing: Standing, returned: Sequence[ItemStanding]) -> NextStep:
    first = returned[0]
    office = _(" (%(office)s)") % {"office": first.office} if first.office else ""
    text = _("%(reviewer)s mengembalikan Aksi %(numbers)s%(office)s. Baca catatannya, lalu perbaiki.") % {
        "reviewer": standing.reviewer,
        "numbers": ", ".join(str(item.number) for item in returned),
        "office": office if len(returned) == 1 else "",
    }
    title = _("Perbaiki Aksi %(number)s yang dikembalikan") % {"number": first.number}
    return NextStep(title, text, first.fill_url, _("Lihat catatan"), *standing.check)


def _check_complete(standing: Standing, complete: Sequence[ItemStanding]) -> NextStep:
    first = complete[0]
    text = _("Semua ukuran dan data dukungnya ada. Periksa, lalu tandai siap dikirim.")
    if len(complete) > 1:
        numbers = ", ".join(str(item.number) for item in complete)
        text = _("Aksi %(numbers)s lengkap tetapi belum ditandai siap. Periksa satu per satu.") % {"numbers": numbers}
    title = _("Periksa Aksi %(number)s") % {"number": first.number}
    return NextStep(title, text, first.fill_url, title, *standing.check)


def _close_gap(standing: Standing, item: ItemStanding) -> NextStep:
    points = formats.decimal_text(item.missing, 2)
    if item.is_started:
        title = _("Lengkapi Aksi %(number)s") % {"number": item.number}
        text = _("Masih kurang %(points)s poin, mulai dari: %(gap)s.") % {"points": points, "gap": _small(item.gap)}
        url, label = item.fill_url, _("Lanjutkan Aksi %(number)s") % {"number": item.number}
    else:
        title, url, label = _begin(item)
        text = _("Belum ada isian. Aksi ini bernilai %(points)s poin%(rise)s.") % {
            "points": points,
            "rise": _rise(standing, item),
        }
        if item.office and not item.has_staff:
            lone = _("%(office)s belum punya staf yang terdaftar, jadi Anda dapat mengisinya sendiri.")
            text = f"{text} {lone % {'office': item.office}}"
    return NextStep(title, text, url, label, *standing.check)


def _begin(item: ItemStanding) -> tuple[str, str, str]:
    words = {"office": item.office, "number": item.number}
    if not item.office or not item.has_staff:
        title = _("Isi Aksi %(number)s") % words
        return title, item.fill_url, title
    url = reverse("item-remind", args=[item.pk])
    return _("Minta %(office)s mengisi Aksi %(number)s") % words, url, _("Ingatkan %(office)s") % words


def _rise(standing: Standing, item: ItemStanding) -> str:
    """Whether closing the gap lifts the estimate into another band."""
    if standing.rules is None:
        return ""
    before = band_of(standing.rules, standing.estimate)
    after = band_of(standing.rules, standing.estimate + item.missing)
    if before == after:
        return ""
    words = {"before": BAND_WORDS[before], "after": BAND_WORDS[after]}
    return _(", cukup untuk menaikkan perkiraan nilai dari %(before)s ke %(after)s") % words


def _ready(standing: Standing) -> NextStep:
    url, label = standing.check
    if standing.needs_signatory:
        if standing.reader == Reader.BOTH:
            return NextStep(_("Sahkan laporan"), _("Semua aksi lengkap."), url, _("Periksa dan sahkan"))
        text = _("Semua aksi lengkap. Laporan dapat dikirim setelah pejabat penanda tangan mengesahkannya.")
        return NextStep(_("Minta pengesahan laporan"), text, url, label)
    if standing.phase == Phase.EARLY:
        text = _("Semua aksi lengkap. Jendela pengiriman dibuka %(opens)s.") % {"opens": standing.opens_text}
        return NextStep(_("Laporan siap, tunggu jendela dibuka"), text, second_url=url, second_label=label)
    return NextStep(_("Kirim laporan"), _("Semua aksi lengkap."), url, _("Periksa dan kirim"))


# Signatory and OPD


def _of_signatory(standing: Standing) -> NextStep:
    url, _label = standing.check
    look = {"second_url": url, "second_label": _("Periksa laporan")}
    if not standing.needs_signatory:
        text = _("Periode ini tidak meminta pengesahan pejabat. Koordinator mengirim laporan langsung.")
        return NextStep(_("Tidak ada yang perlu disahkan"), text, **look)
    if standing.status == ReportStatus.CERTIFIED:
        text = _("Anda sudah mengesahkannya. Koordinator tinggal mengirim.")
        return NextStep(_("Laporan sudah disahkan"), text, **look)
    if not standing.is_started:
        text = _("Belum ada ukuran yang diisi. Anda mengesahkan setelah koordinator menyusunnya.")
        return NextStep(_("Laporan belum disusun"), text)
    waiting = [item for item in standing.items if item.is_open]
    if waiting:
        text = _("%(done)s dari %(total)s aksi siap. Anda dapat mengesahkan setelah semuanya siap.") % {
            "done": len(standing.items) - len(waiting),
            "total": len(standing.items),
        }
        return NextStep(_("Laporan masih disusun"), text, **look)
    text = _("Semua aksi siap. Koordinator mengirim setelah Anda mengesahkan.")
    return NextStep(_("Sahkan laporan"), text, url, _("Periksa dan sahkan"))


def _of_opd(standing: Standing) -> NextStep:
    if standing.status == ReportStatus.CERTIFIED:
        return NextStep(_("Bagian Anda selesai"), _("Laporan sudah disahkan dan menunggu dikirim koordinator."))
    if not standing.items:
        text = _("Koordinator belum membagi aksi kepada %(units)s Anda.") % {"units": standing.units_word}
        return NextStep(_("Tunggu pembagian aksi"), text)
    back = [i for i in standing.items if i.status == ItemStatus.RETURNED or (i.is_given_back and i.is_open)]
    if back:
        title = _("Perbaiki Aksi %(number)s yang dikembalikan") % {"number": back[0].number}
        return NextStep(title, _("Baca catatannya di halaman isian."), back[0].fill_url, _("Lihat catatan"))
    dearest = dearest_gap(standing.items)
    if dearest:
        step = _close_gap(standing, replace(dearest, office=""))
        return replace(step, second_url="", second_label="")
    unmarked = [item for item in standing.items if item.is_open]
    if unmarked:
        title = _("Tandai Aksi %(number)s siap diperiksa") % {"number": unmarked[0].number}
        text = _("Semua ukuran dan data dukungnya ada. Koordinator menunggu tanda dari Anda.")
        return NextStep(title, text, unmarked[0].fill_url, _("Buka Aksi %(number)s") % {"number": unmarked[0].number})
    return NextStep(_("Bagian Anda selesai"), _("Koordinator memeriksa dan mengirim laporan."))


# When the pen is with somebody else


def _after_sending(standing: Standing) -> NextStep:
    receipt = _receipt(standing)
    if standing.status == ReportStatus.VERIFIED:
        score = reverse("institution-results", args=[standing.institution_code])
        text = _("Nilai setiap aksi dapat dibuka sampai putusan dan alasannya.")
        return NextStep(_("Lihat nilai laporan"), text, score, _("Lihat nilai"), *receipt)
    words = {"reviewer": standing.reviewer, "due": standing.review_due_text}
    if standing.status == ReportStatus.IN_REVIEW:
        title = _("Laporan sedang ditelaah")
        text = _("%(reviewer)s menelaah paling lambat %(due)s. Anda diberi tahu bila ada yang harus diperbaiki.")
    else:
        title = _("Laporan terkirim, menunggu telaah")
        text = _("%(reviewer)s menelaah paling lambat %(due)s.")
    return NextStep(title, text % words, second_url=receipt[0], second_label=receipt[1])


def _over(standing: Standing) -> NextStep:
    if standing.is_reported:
        text = _("%(reviewer)s menilai ukuran yang dikembalikan seperti yang terakhir dikirim.")
        receipt = _receipt(standing)
        title = _("Masa perbaikan sudah berakhir")
        return NextStep(title, text % {"reviewer": standing.reviewer}, "", "", *receipt)
    text = _("Jendela sudah ditutup, jadi laporan ini dihitung tidak lapor. Isian Anda tetap tersimpan.")
    url = reverse("report-detail", args=[standing.report_pk])
    text = f"{text} {_('Hubungi %(reviewer)s bila ada kendala.') % {'reviewer': standing.reviewer}}"
    return NextStep(_("Laporan ini tidak dikirim"), text, second_url=url, second_label=_("Lihat laporan"))


def _receipt(standing: Standing) -> tuple[str, str]:
    if standing.receipt_pk is None:
        return "", ""
    return reverse("receipt", args=[standing.receipt_pk]), _("Lihat tanda terima")


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
