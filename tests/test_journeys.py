"""Whole reporting periods through the pages, without scripts: what each person sees, fills, presses and is told."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail

from notifications.jobs.delivery import deliver
from notifications.models import Message
from reporting.models import MeasureAnswer, Report, ReportItem, Submission
from reporting.services.reason_codes import load_reason_codes
from reporting.tasks import compute_stale_scores, send_reminders
from tests import files, steps
from tests.conftest import StrictClient
from tests.scenario import PASSWORD, Scenario
from tests.visitor import Visitor

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

STORY = "Rapat pemetaan perempuan kepala keluarga, 12 Agustus, di Maumere. Hadir 31 orang."


class Walk:
    """One period and its people; each act goes through the page of whoever does it."""

    def __init__(self, **options):
        load_reason_codes()
        self.scenario = Scenario(**options)
        self.visitors: dict[str, Visitor] = {}

    def visitor(self, name: str) -> Visitor:
        if name not in self.visitors:
            self.visitors[name] = Visitor(StrictClient()).sign_in(f"{name}@contoh.example", PASSWORD)
        return self.visitors[name]

    def sign_out_everybody(self) -> None:
        """Sessions end with the working day."""
        self.visitors = {}

    @property
    def report(self) -> Report:
        return self.scenario.report

    def answers(self, aksi: int) -> list[MeasureAnswer]:
        return steps.answers_of(self.report, aksi=aksi)

    def item(self, aksi: int) -> ReportItem:
        return ReportItem.objects.get(report=self.report, aksi__number=aksi)

    def fill(self, name: str, aksi: int, button: str = "Tandai siap diperiksa", **more) -> Visitor:
        """Fill every measure of an aksi as carried out, with its required files, and press the button."""
        fields = {}
        for answer in self.answers(aksi):
            fields |= done(answer)
        return self.visitor(name).open(f"/aksi/{self.item(aksi).pk}/").press(button, **fields, **more)

    def send(self, **ticks) -> Visitor:
        """Send through the check page, as the coordinator."""
        coordinator = self.visitor("coordinator").open(f"/laporan/{self.report.pk}/").follow("Periksa")
        return coordinator.press("Kirim laporan", **ticks)

    def claim(self) -> Visitor:
        return self.visitor("kanwil").open("/telaah/").press("Mulai telaah Kabupaten Sikka")

    def judge(self, label: str, button: str = "Terima dan lanjut", **words) -> Visitor:
        """Judge one measure from the report's review page; without words both aspects are met."""
        words = {"administration": "met", "substance": "met"} | words
        aksi, measure = (int(part) for part in label.split("."))
        answer = self.answers(aksi)[measure - 1]
        desk = self.visitor("kanwil").open(f"/telaah/{self.report.pk}/ukuran/{answer.pk}/")
        return desk.press(button, **{name: word for name, word in words.items() if word is not None})


def field(answer: MeasureAnswer, name: str) -> str:
    return f"u{answer.pk}-{name}"


def done(answer: MeasureAnswer) -> dict:
    """What is posted for a measure that was carried out: story, number where wanted, required files."""
    values = {field(answer, "execution"): "carried_out", field(answer, "description"): STORY}
    if answer.measure.needs_number:
        values[field(answer, "number")] = "1.048"
    for row in answer.measure.evidence_wanted.filter(is_required=True).select_related("kind"):
        values[field(answer, f"{row.kind.code}-file")] = pdf(row.kind.code)
    return values


def letter(answer: MeasureAnswer, execution: str) -> dict:
    """What is posted for a measure that was not carried out, or nihil: reason, letter number and letter."""
    return {
        field(answer, "execution"): execution,
        field(answer, "reason"): "Tidak ada sasaran di wilayah ini menurut pendataan Juli.",
        field(answer, "letter_number"): "180/123/HK/2026",
        field(answer, "surat-keterangan-file"): pdf("surat-keterangan"),
    }


def pdf(name: str, mark: str = "") -> object:
    return files.upload(files.pdf(2, mark=f"{name} {mark}"), f"{name}.pdf")


def told(name: str) -> list[str]:
    rows = Message.objects.filter(user__email=f"{name}@contoh.example").exclude(kind="reminder")
    return list(rows.order_by("created_at", "pk").values_list("title", flat=True))


def test_a_whole_period_from_its_opening_to_the_national_page_and_the_reminder():
    walk = Walk(opened=False)

    # The secretariat opens the period
    secretariat = walk.visitor("secretariat").open("/periode/").follow("Buka periode")
    assert "7 laporan akan dibuat" in secretariat.text
    secretariat.press("Buka periode")
    assert "Triwulan III 2026 (B09) dibuka. 7 laporan dibuat." in secretariat.text
    secretariat.follow("Periksa lagi").press("Tambahkan yang belum ada")
    assert "Tidak ada laporan baru yang perlu dibuat." in secretariat.text
    assert Report.objects.count() == 7

    # OPD fill their aksi and hand them over
    walk.visitor("opd").open("/").follow("Aksi uji 1 untuk perempuan")
    opd = walk.fill("opd", 1)
    assert "Aksi ditandai siap. Koordinator memeriksanya sebelum laporan dikirim." in opd.text
    number = MeasureAnswer.objects.get(item=walk.item(1), measure__number=2).number
    assert number == 1048
    other = walk.fill("other_opd", 2)
    assert "Aksi ditandai siap." in other.text

    # The coordinator checks and sends
    receipt = walk.send(statement="on")
    submission = Submission.objects.get()
    assert f"Tanda terima nomor {submission.receipt_number}" in receipt.text
    assert submission.content_hash in receipt.text
    assert walk.report.status == "submitted"

    # Kanwil judges and returns one aksi
    desk = walk.claim()
    assert "Telaah dimulai." in desk.text
    walk.judge("1.1")
    note = "Daftar penerima belum ditandatangani."
    walk.judge("1.2", "Kembalikan ke pelapor", administration="partly", reasons=["S02"], note=note)
    desk = walk.judge("2.1")
    assert note in desk.text
    desk.press("Kembalikan laporan")
    assert "Laporan dikembalikan kepada pelapor." in desk.text
    assert walk.report.status == "returned"
    assert len(told("opd")) == len(told("coordinator")) == 1
    assert told("other_opd") == []

    # OPD corrects with another file; the accepted aksi stays shut
    opd = walk.visitor("opd").open(f"/aksi/{walk.item(1).pk}/")
    assert note in opd.text
    second = walk.answers(1)[1]
    old = second.evidence.get()
    opd.open(f"/data-dukung/{old.pk}/ganti/")
    opd.press("Simpan sebagai versi baru", file=pdf("daftar-penerima", mark="ditandatangani"))
    assert "Data dukung diganti. Versi lama tetap tersimpan." in opd.text
    opd.press("Tandai siap diperiksa", **{field(second, "description"): f"{STORY} Daftar sudah ditandatangani."})
    assert walk.item(1).status == "ready"
    other = walk.visitor("other_opd").open(f"/aksi/{walk.item(2).pk}/")
    assert not other.offers("Simpan")
    receipt = walk.send(statement="on")
    assert "Pengiriman ke-2" in receipt.text

    # Kanwil sees what changed, accepts and verifies
    walk.claim()
    desk = walk.visitor("kanwil").open(f"/telaah/{walk.report.pk}/ukuran/{second.pk}/")
    assert "Berubah sejak putaran 1." in desk.text
    assert "diganti dengan versi 2" in desk.text
    walk.judge("1.1")
    desk = walk.judge("1.2", substance="partly", reasons=["S02"])
    desk.open(f"/telaah/{walk.report.pk}/").press("Verifikasi laporan")
    assert "Laporan Kabupaten Sikka terverifikasi." in desk.text
    assert walk.report.status == "verified"

    # The score appears where it belongs
    compute_stale_scores()
    own = walk.visitor("coordinator").open("/hasil/instansi/53.07/")
    assert "91,25" in own.text  # ((100 + 65) / 2 + 100) / 2
    province = walk.visitor("kanwil").open("/hasil/provinsi/53/")
    assert "91,25" in province.text
    national = walk.visitor("leader").open("/hasil/nasional/")
    assert "Capaian nasional 91,25 Rata-rata 1 jenjang, 7 instansi wajib lapor." in national.text
    assert "1 dari 7 instansi melapor partisipasi 14,29%" in national.text
    assert "Kabupaten dan kota 91,25 1 dari 3 melapor" in national.text
    assert "91,25 dibagi 1 91,25" in national.text

    # Those who have not sent are reminded, once
    for _ in range(2):
        send_reminders()
        deliver()
    reached = sorted(address for message in mail.outbox for address in message.to)
    reminded = [address for address in reached if "other_coordinator" in address]
    assert reminded == ["other_coordinator@contoh.example"]
    reminder = next(message for message in mail.outbox if message.to == reminded)
    assert "Kirim laporan Kabupaten Ende" in reminder.body
    assert Message.objects.filter(kind="reminder", user=walk.scenario.user("coordinator")).count() == 0


def test_a_signatory_certifies_what_the_coordinator_then_sends():
    walk = Walk(needs_signatory=True)
    for aksi in (1, 2):
        walk.fill("coordinator", aksi)
    check = f"/laporan/{walk.report.pk}/periksa/"

    coordinator = walk.visitor("coordinator").open(check)
    assert not coordinator.offers("Kirim laporan")
    signatory = walk.visitor("signatory").open("/").follow("Periksa").press("Sahkan laporan", statement="on")
    assert "Laporan disahkan. Koordinator sekarang dapat mengirimnya." in signatory.text

    # What is certified stays as it is until the certification is withdrawn
    coordinator.open(f"/aksi/{walk.item(1).pk}/")
    assert not coordinator.offers("Batalkan tanda siap")
    signatory.press("Tarik pengesahan")
    assert walk.report.status == "draft"
    coordinator.open(f"/aksi/{walk.item(1).pk}/").press("Batalkan tanda siap")
    first = walk.answers(1)[0]
    coordinator.press("Tandai siap diperiksa", **{field(first, "obstacles"): "Anggaran baru cair bulan Juli."})
    signatory.open(check).press("Sahkan laporan", statement="on")

    receipt = walk.send()
    assert "Laporan diterima" in receipt.text
    assert "Anggaran baru cair bulan Juli." in str(Submission.objects.get().content)
    assert walk.report.certified_by == walk.scenario.user("signatory")
    assert walk.report.status == "submitted"


def test_a_report_is_recalled_mended_and_sent_again_until_somebody_reviews_it():
    walk = Walk()
    walk.fill("opd", 1)

    # Aksi 2 is missing: sending needs a tick that says so
    coordinator = walk.send(statement="on")
    assert "Beri tanda centang dulu." in coordinator.text
    assert Submission.objects.count() == 0
    coordinator.press("Kirim laporan", acknowledged="on", statement="on")
    first = Submission.objects.get()

    coordinator.open(f"/laporan/{walk.report.pk}/").follow("Tarik kembali laporan").press("Tarik kembali laporan")
    assert "Laporan ditarik kembali." in coordinator.text
    coordinator.open(f"/tanda-terima/{first.pk}/")
    assert "Tanda terima ini tidak berlaku lagi." in coordinator.text
    assert not walk.visitor("kanwil").open("/telaah/").offers("Mulai telaah Kabupaten Sikka")

    walk.fill("other_opd", 2)
    receipt = walk.send(statement="on")
    second = Submission.objects.exclude(pk=first.pk).get()
    assert second.receipt_number in receipt.text
    assert second.receipt_number != first.receipt_number
    assert second.content_hash != first.content_hash

    walk.claim()
    coordinator.open(f"/laporan/{walk.report.pk}/")
    assert "Tarik kembali laporan" not in coordinator.text
    coordinator.open(f"/laporan/{walk.report.pk}/tarik/")
    assert "ditelaah" in coordinator.text
    assert walk.report.status == "in_review"


def test_what_is_not_corrected_in_time_is_judged_as_it_was_last_sent():
    walk = Walk()
    for aksi in (1, 2):
        walk.fill("coordinator", aksi)
    walk.send(statement="on")
    walk.claim()
    walk.judge("1.1", "Kembalikan ke pelapor", note="Notulen belum ditandatangani.")
    walk.judge("1.2")
    walk.judge("2.1").press("Kembalikan laporan")

    # The OPD begins to correct and never finishes
    unsent = {field(walk.answers(1)[0], "description"): "Notulen sudah ditandatangani, tetapi belum dikirim."}
    walk.visitor("opd").open(f"/aksi/{walk.item(1).pk}/").press("Simpan", **unsent)
    desk = walk.visitor("kanwil").open(f"/telaah/{walk.report.pk}/")
    assert not desk.offers("Tutup perbaikan")

    end = walk.report.correction_due_at
    walk.sign_out_everybody()
    with time_machine.travel(end + timedelta(hours=1), tick=True):
        opd = walk.visitor("opd").open(f"/aksi/{walk.item(1).pk}/")
        assert not opd.offers("Simpan")
        desk = walk.visitor("kanwil").open(f"/telaah/{walk.report.pk}/").press("Tutup perbaikan")
        assert "Perbaikan ditutup." in desk.text
        desk.open(f"/telaah/{walk.report.pk}/ukuran/{walk.answers(1)[0].pk}/")
        assert STORY in desk.text
        assert "belum dikirim" not in desk.text
        assert not desk.offers("Kembalikan ke pelapor")
        walk.judge("1.1", substance="not_met", reasons=["S02"])  # 1.2 was accepted before and stays so
        desk.open(f"/telaah/{walk.report.pk}/").press("Verifikasi laporan")
        compute_stale_scores()
        own = walk.visitor("coordinator").open("/hasil/instansi/53.07/")

    assert "82,50" in own.text  # ((30 + 100) / 2 + 100) / 2
    assert walk.report.status == "verified"


def test_nihil_and_not_carried_out_travel_with_their_letters():
    walk = Walk()
    first, second = walk.answers(1)

    # "nihil" typed where a number is wanted costs nothing else on the page
    opd = walk.visitor("opd").open(f"/aksi/{walk.item(1).pk}/")
    opd.press(
        "Tandai siap diperiksa", **letter(first, "not_carried_out"), **done(second) | {field(second, "number"): "nihil"}
    )
    assert "Isi dengan angka, misalnya 48. Bila tidak ada penerima, pilih nihil" in opd.text
    assert walk.item(1).status == "filling"
    assert MeasureAnswer.objects.get(pk=second.pk).description == STORY
    opd.press("Tandai siap diperiksa", **letter(second, "nihil") | {field(second, "number"): ""})
    walk.fill("other_opd", 2)
    walk.send(statement="on")

    desk = walk.claim()
    desk.open(f"/telaah/{walk.report.pk}/ukuran/{first.pk}/")
    assert "Dinyatakan tidak terlaksana." in desk.text
    assert "180/123/HK/2026" in desk.text
    walk.judge("1.1", substance=None)
    walk.judge("1.2")
    walk.judge("2.1", administration="not_met", reasons=["A01"]).press("Verifikasi laporan")
    compute_stale_scores()

    own = walk.visitor("coordinator").open("/hasil/instansi/53.07/")
    assert "67,50" in own.text  # ((30 + 100) / 2 + 70) / 2: not carried out has no substance, nihil is whole


def test_a_late_report_is_taken_and_marked_and_after_that_none():
    walk = Walk()
    for aksi in (1, 2):
        walk.fill("coordinator", aksi)
    closes, late_until = walk.scenario.period.closes_at, walk.scenario.period.late_until_at
    walk.sign_out_everybody()

    with time_machine.travel(late_until + timedelta(seconds=1), tick=True):
        coordinator = walk.visitor("coordinator").open(f"/laporan/{walk.report.pk}/periksa/")
        assert not coordinator.offers("Kirim laporan")
    walk.sign_out_everybody()
    with time_machine.travel(closes + timedelta(hours=1), tick=True):
        receipt = walk.send(statement="on")
        assert "Terlambat" in receipt.text

    assert Submission.objects.get().is_late
