"""The one next step of home, as a table: where a report stands, who looks, what is asked."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from actions.models import PlanYear, ReportingPeriod
from reporting.models import Report
from reporting.scoring import Rules
from reporting.states import ItemStatus, ReportStatus
from reporting.summaries.home_area import next_area_step
from reporting.summaries.home_office import Counts, PeriodRow, next_office_step
from reporting.summaries.home_review import next_review_step
from reporting.summaries.next_steps import (
    ItemStanding,
    Phase,
    Reader,
    Standing,
    dearest_gap,
    next_step,
    phase_of,
)
from reporting.summaries.queue import QueueRow, Stage

RULES = Rules(
    administration_weight=30,
    substance_weight=70,
    value_met=100,
    value_partly_met=50,
    value_not_met=0,
    not_carried_out_substance=0,
    green_from=80,
    yellow_from=50,
)
NOW = timezone.now()


def item(number: int, **fields) -> ItemStanding:
    return ItemStanding(pk=number, number=number, **fields)


COMPLETE = {"is_started": True}
READY = {"is_started": True, "status": ItemStatus.READY}
EMPTY = {"missing": Fraction(50), "gap": "Isi ukuran 1"}
PARTLY = {"missing": Fraction(5, 2), "gap": "Unggah notulen", "is_started": True}
BACK = {"is_started": True, "status": ItemStatus.RETURNED}


def standing(*items: ItemStanding, **fields) -> Standing:
    known = {
        "report_pk": 7,
        "institution_code": "53.07",
        "status": ReportStatus.DRAFT,
        "reader": Reader.COORDINATOR,
        "phase": Phase.OPEN,
        "items": items,
        "reviewer": "Kanwil",
        "rules": RULES,
    }
    return Standing(**(known | fields))


CHECK, ONE, TWO = "/laporan/7/periksa/", item(1).fill_url, item(2).fill_url
SIGNED = {"needs_signatory": True}
COORDINATOR = [
    ("returned goes before everything", (item(1, **COMPLETE), item(2, **BACK)), {}, "Perbaiki Aksi 2", TWO),
    ("complete but unmarked goes before gaps", (item(1, **EMPTY), item(2, **COMPLETE)), {}, "Periksa Aksi 2", TWO),
    ("the dearest gap", (item(1, **PARTLY), item(2, **EMPTY)), {}, "Isi Aksi 2", TWO),
    (
        "an office is asked to begin",
        (item(1, **PARTLY), item(2, office="Dinas Sosial", has_staff=True, **EMPTY)),
        {},
        "Minta Dinas Sosial mengisi Aksi 2",
        "/aksi/2/ingatkan/",
    ),
    ("an office without staff is not", (item(1, office="Dinas Sosial", **EMPTY),), {}, "Isi Aksi 1", ONE),
    ("what was begun is gone on with", (item(1, office="Dinas Sosial", **PARTLY),), {}, "Lengkapi Aksi 1", ONE),
    ("all ready", (item(1, **READY),), {}, "Kirim laporan", CHECK),
    ("all ready, too early", (item(1, **READY),), {"phase": Phase.EARLY}, "Laporan siap, tunggu", ""),
    ("all ready, to be certified", (item(1, **READY),), SIGNED, "Minta pengesahan", CHECK),
    ("certifies oneself", (item(1, **READY),), {**SIGNED, "reader": Reader.BOTH}, "Sahkan laporan", CHECK),
    ("certified", (item(1, **READY),), {"status": ReportStatus.CERTIFIED}, "Kirim laporan yang sudah disahkan", CHECK),
    (
        "certified, too early",
        (item(1, **READY),),
        {"status": ReportStatus.CERTIFIED, "phase": Phase.EARLY},
        "Tunggu jendela dibuka",
        "",
    ),
    ("closed without sending", (item(1, **EMPTY),), {"phase": Phase.OVER}, "Laporan ini tidak dikirim", ""),
    (
        "correction has ended",
        (item(1, **BACK),),
        {"phase": Phase.OVER, "status": ReportStatus.RETURNED, "is_reported": True},
        "Masa perbaikan sudah berakhir",
        "",
    ),
    ("sent", (), {"status": ReportStatus.SUBMITTED}, "Laporan terkirim, menunggu telaah", ""),
    ("in review", (), {"status": ReportStatus.IN_REVIEW}, "Laporan sedang ditelaah", ""),
    ("verified", (), {"status": ReportStatus.VERIFIED}, "Lihat nilai laporan", "/hasil/instansi/53.07/"),
]
SIGNATORY = [
    ("nothing to certify", (item(1, **READY),), {}, "Tidak ada yang perlu disahkan", ""),
    ("not begun", (item(1, **EMPTY),), SIGNED, "Laporan belum disusun", ""),
    ("in work", (item(1, **READY), item(2, **PARTLY)), SIGNED, "Laporan masih disusun", ""),
    ("ready", (item(1, **READY),), SIGNED, "Sahkan laporan", CHECK),
    (
        "certified",
        (item(1, **READY),),
        {**SIGNED, "status": ReportStatus.CERTIFIED},
        "Laporan sudah disahkan",
        "",
    ),
]
OPD = [
    ("nothing assigned", (), {}, "Tunggu pembagian aksi", ""),
    ("given back by the coordinator", (item(1, **EMPTY), item(2, is_given_back=True, **PARTLY)), {}, "Perbaiki", TWO),
    ("returned by the reviewer", (item(1, **BACK),), {"status": ReportStatus.RETURNED}, "Perbaiki Aksi 1", ONE),
    ("fills what it leads itself", (item(1, office="Dinas Sosial", **EMPTY),), {}, "Isi Aksi 1", ONE),
    ("complete but unmarked", (item(1, **COMPLETE),), {}, "Tandai Aksi 1 siap", ONE),
    ("done", (item(1, **READY),), {}, "Bagian Anda selesai", ""),
    ("certified", (item(1, **READY),), {"status": ReportStatus.CERTIFIED}, "Bagian Anda selesai", ""),
]


@pytest.mark.parametrize(
    ("reader", "why", "items", "fields", "title", "url"),
    [(Reader.COORDINATOR, *row) for row in COORDINATOR]
    + [(Reader.SIGNATORY, *row) for row in SIGNATORY]
    + [(Reader.OPD, *row) for row in OPD],
)
def test_next_step(reader, why, items, fields, title, url):
    step = next_step(standing(*items, **({"reader": reader} | fields)))

    assert step.title.startswith(title), why
    assert step.url == url, why
    assert bool(step.url) == bool(step.label), why
    assert bool(step.second_url) == bool(step.second_label), why


def test_a_gap_that_lifts_the_band_says_so():
    found = standing(item(1, missing=Fraction(50, 3), gap="Isi ukuran 1"), estimate=Fraction(285, 4))

    assert next_step(found).text == (
        "Belum ada isian. Aksi ini bernilai 16,67 poin, cukup untuk menaikkan perkiraan nilai dari kuning ke hijau."
    )
    assert next_step(replace(found, estimate=Fraction(10))).text == "Belum ada isian. Aksi ini bernilai 16,67 poin."


def test_the_receipt_is_offered_once_there_is_one():
    sent = standing(status=ReportStatus.SUBMITTED)

    assert next_step(sent).second_url == ""
    assert next_step(replace(sent, receipt_pk=3)).second_url == "/tanda-terima/3/"


def test_dearest_gap_takes_the_lower_number_among_equals():
    closed = item(4, status=ItemStatus.ACCEPTED, missing=Fraction(90), gap="Isi ukuran 1")

    assert dearest_gap([item(3, **EMPTY), item(2, **EMPTY), item(1, **PARTLY), closed]).number == 2
    assert dearest_gap([item(1, **READY)]) is None


@pytest.mark.parametrize(
    ("moved", "correcting", "phase"),
    [
        ({"opens_at": 1}, False, Phase.EARLY),
        ({"opens_at": 0}, False, Phase.OPEN),
        ({"opens_at": -3, "late_until_at": 0}, False, Phase.OVER),
        ({"opens_at": 1}, True, Phase.OPEN),
    ],
)
def test_phase_follows_the_dates(moved, correcting, phase):
    period = ReportingPeriod(
        opens_at=NOW - timedelta(days=1), late_until_at=NOW + timedelta(days=5), correction_until_at=NOW
    )
    for name, days in moved.items():
        setattr(period, name, NOW + timedelta(days=days))
    report = Report(period=period)
    if correcting:
        report.returned_at, report.correction_due_at = NOW, NOW + timedelta(seconds=1)

    assert phase_of(report, NOW) == phase


# Reviewers


def queued(name: str, stage: Stage, *, mine: bool = False, conflict: bool = False) -> QueueRow:
    report = Report(pk=len(name))
    report.institution = report._meta.get_field("institution").related_model(name=name)
    return QueueRow(report, stage, NOW, judged=1, total=3, is_mine=mine, is_conflict=conflict, now=NOW)


OLD, NEW = queued("Sikka", Stage.WAITING), queued("Kota Kupang", Stage.WAITING)


@pytest.mark.parametrize(
    ("rows", "counts", "title"),
    [
        ([OLD, NEW], {}, "Telaah Sikka"),
        ([OLD, queued("Ende", Stage.IN_REVIEW, mine=True)], {}, "Lanjutkan telaah Ende"),
        ([queued("Sikka", Stage.WAITING, conflict=True), NEW], {}, "Telaah Kota Kupang"),
        ([queued("Alor", Stage.CLOSED)], {}, "Selesaikan telaah Alor"),
        ([queued("Ende", Stage.IN_REVIEW)], {}, "Tidak ada telaah untuk Anda"),
        ([], {"unsent": 2}, "Hubungi yang belum mengirim"),
        ([], {"unsent": 2, "is_closed": True}, "Telaah selesai untuk saat ini"),
        ([], {}, "Telaah selesai untuk saat ini"),
        ([], {"expected": 0}, "Tidak ada laporan untuk ditelaah"),
    ],
)
def test_next_review_step(rows, counts, title):
    known = {"expected": 3, "unsent": 0, "not_started": 0, "is_closed": False}

    assert next_review_step(rows, **(known | counts)).title == title


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ({"expected": 0, "unsent": 0}, "Belum ada yang dibina"),
        ({}, "Hubungi yang belum mengirim"),
        ({"unsent": 0}, "Lihat hasil wilayah Anda"),
        ({"is_closed": True}, "Lihat hasil wilayah Anda"),
    ],
)
def test_next_area_step(counts, title):
    known = {"expected": 22, "unsent": 4, "not_started": 1, "is_closed": False}

    assert next_area_step(**(known | counts)).title == title


# The secretariat


def period_row(days: int, *, opened: bool = False, measures: bool = True, assignments: bool = True) -> PeriodRow:
    """A period whose window opens in `days` days."""
    opens = NOW + timedelta(days=days)
    period = ReportingPeriod(
        plan_year=PlanYear(year=2026),
        number=4,
        code="B12",
        name="Triwulan IV",
        opens_at=opens,
        late_until_at=opens + timedelta(days=10),
        opened_at=NOW if opened else None,
    )
    return PeriodRow(period, measures, assignments)


@pytest.mark.parametrize(
    ("rows", "unsent", "title"),
    [
        ([], 0, "Buat tahun rencana"),
        ([period_row(29, measures=False)], 0, "Muat katalog untuk Triwulan IV 2026 (B12)"),
        ([period_row(29, assignments=False)], 0, "Tugaskan aksi tahun 2026"),
        ([period_row(29)], 0, "Buka Triwulan IV 2026 (B12)"),
        ([period_row(-1, opened=True), period_row(100)], 5, "Tindak lanjuti yang belum mengirim"),
        ([period_row(-1, opened=True), period_row(100)], 0, "Pantau telaah"),
        ([period_row(-20), period_row(-1, opened=True)], 0, "Siapkan tahun berikutnya"),
    ],
)
def test_next_office_step(rows, unsent, title):
    period = next((row.period for row in rows if row.is_opened), None)

    step = next_office_step(rows, period, Counts("", expected=9, unsent=unsent), unreachable=1, now=NOW)

    assert step.title == title
