"""What was sent, frozen, and what happened to a report, in order."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.models import Institution, Unit
from reporting.models.reports import Report, ReportItem


class Submission(models.Model):
    """The frozen content of one sending, with its numbered receipt (tanda terima); never changed.

    `content` is described in `reporting.services.freezing`; `content_hash` is the SHA-256
    of its canonical JSON (sorted keys, UTF-8, no spaces).
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="submissions")
    round = models.PositiveSmallIntegerField(_("putaran"))
    receipt_number = models.CharField(_("nomor tanda terima"), max_length=40, unique=True)
    content = models.JSONField(_("isi"))
    content_hash = models.CharField(_("sidik isi"), max_length=64)
    submitted_at = models.DateTimeField(_("dikirim pada"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_late = models.BooleanField(_("terlambat"), default=False)
    recalled_at = models.DateTimeField(_("ditarik pada"), null=True, blank=True)
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("pengiriman")
        verbose_name_plural = _("pengiriman")
        ordering = ["report", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recalled_at__isnull=True, recalled_by__isnull=True)
                | Q(recalled_at__isnull=False, recalled_by__isnull=False),
                name="submission_recalled_at_and_by",
            ),
            models.UniqueConstraint(
                fields=["report", "round"],
                condition=Q(recalled_at__isnull=True),
                name="one_standing_submission_per_round",
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_number


def event_kinds() -> list:
    """The kinds of event, as a function: a new kind then needs no migration."""
    return ReportEvent.Kind.choices


class ReportEvent(models.Model):
    """One thing that happened to a report or one of its items: who, for which office, when; never edited."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("laporan dibuat")
        MARKED_READY = "marked_ready", _("ditandai siap")
        REOPENED = "reopened", _("dibuka kembali")
        RETURNED_TO_OPD = "returned_to_opd", _("dikembalikan kepada OPD")
        CERTIFIED = "certified", _("disahkan")
        CERTIFICATION_WITHDRAWN = "certification_withdrawn", _("pengesahan ditarik")
        SUBMITTED = "submitted", _("dikirim")
        RECALLED = "recalled", _("ditarik kembali")
        CLAIMED = "claimed", _("mulai ditelaah")
        TAKEN_OVER = "taken_over", _("telaah diambil alih")
        ITEM_ACCEPTED = "item_accepted", _("aksi diterima")
        ITEM_RETURNED = "item_returned", _("aksi dikembalikan")
        RETURNED = "returned", _("laporan dikembalikan")
        CORRECTION_CLOSED = "correction_closed", _("perbaikan ditutup")
        VERIFIED = "verified", _("diverifikasi")
        CORRECTED = "corrected", _("putusan dikoreksi")
        OBJECTED = "objected", _("sanggahan diajukan")
        OBJECTION_DECIDED = "objection_decided", _("sanggahan diputus")
        EVIDENCE_ADDED = "evidence_added", _("data dukung ditambah")
        EVIDENCE_REPLACED = "evidence_replaced", _("data dukung diganti")
        EVIDENCE_REMOVED = "evidence_removed", _("data dukung dilepas")

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="events")
    item = models.ForeignKey(ReportItem, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    kind = models.CharField(_("jenis"), max_length=30, choices=event_kinds)
    from_status = models.CharField(_("dari"), max_length=10, blank=True)
    to_status = models.CharField(_("menjadi"), max_length=10, blank=True)
    at = models.DateTimeField(_("pada"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("catatan"), blank=True)

    class Meta:
        verbose_name = _("peristiwa laporan")
        verbose_name_plural = _("peristiwa laporan")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["returned_to_opd", "item_returned"]) | ~Q(note=""),
                name="a_return_has_a_note",
                violation_error_message=_("Tulis catatan pengembalian."),
            )
        ]
        indexes = [models.Index(fields=["report", "at"], name="event_by_report")]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_kind_display()}"
