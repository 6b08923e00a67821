"""The expected report of an institution for a period, its items and the answers in them."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actions.models import Aksi, AssignmentUnit, Institution, Level, Measure, ReportingPeriod
from reporting.states import ItemStatus, ReportStatus


def _pair(at: str, by: str) -> Q:
    """Both of a who-and-when pair are set, or neither."""
    return Q(**{f"{at}__isnull": True, f"{by}__isnull": True}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False})


class ReportQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ReportQuerySet":
        """The reports whose content `actor` may read: own, its kab/kota's, its Kanwil's, or all for Ditjen HAM."""
        if actor.is_ditjen:
            return self
        scope = Q(pk__in=[])
        if actor.is_reporter or actor.is_pembina:
            scope |= Q(institution=actor.institution.pk)
        if actor.is_pembina:
            scope |= Q(province=actor.institution.pk)
        if actor.is_kanwil_officer:
            scope |= Q(kanwil=actor.institution.pk)
        if actor.is_panitia_verifier:
            scope |= Q(institution__houses_secretariat=True)
        if actor.is_reader:
            scope |= Q(institution__in=actor.overseen_institution_ids)
        return self.filter(scope)

    def reviewable_by(self, actor) -> "ReportQuerySet":
        """The reports that `actor`'s office reviews (DOMAIN section 4); who exactly may is the policy's matter."""
        scope = Q(pk__in=[])
        if actor.is_kanwil_officer:
            scope |= Q(kanwil=actor.institution.pk)
        if actor.is_central_verifier:
            scope |= Q(level=Level.MINISTRY, institution__houses_secretariat=False)
            scope |= ~Q(level=Level.MINISTRY) & Q(kanwil=None)  # no Kanwil looks after it: nobody else would review it
        if actor.is_panitia_verifier:
            scope |= Q(institution__houses_secretariat=True)
        return self.filter(scope)

    def review_open_to(self, actor) -> "ReportQuerySet":
        """Sent reports whose review `actor` may read: those its office reviews, and all for Ditjen HAM.

        Never those of its own institution: reporters learn of judgements when the report is returned or verified.
        """
        rows = self if actor.is_ditjen else self.reviewable_by(actor)
        return rows.sent().exclude(institution=actor.institution.pk)

    def sent(self) -> "ReportQuerySet":
        """Reports that reached the reviewer at least once."""
        return self.filter(round__gt=0)

    def not_sent(self) -> "ReportQuerySet":
        return self.filter(round=0)

    def awaiting_review(self) -> "ReportQuerySet":
        return self.filter(status__in=[ReportStatus.SUBMITTED, ReportStatus.IN_REVIEW])


class Report(models.Model):
    """What one institution owes for one period. Level, province and Kanwil are frozen: parents change."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="reports")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="reports")
    level = models.CharField(_("jenjang"), max_length=10, choices=Level)
    province = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Provinsi tempat laporan ini dihitung; kosong untuk K/L."),
    )
    kanwil = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Kantor Wilayah penelaah; kosong bila ditelaah pusat."),
    )
    status = models.CharField(_("status"), max_length=10, choices=ReportStatus, default=ReportStatus.DRAFT)
    round = models.PositiveSmallIntegerField(_("putaran"), default=0, help_text=_("Berapa kali sudah dikirim."))
    is_late = models.BooleanField(_("terlambat"), default=False)
    revision = models.PositiveIntegerField(_("revisi"), default=0, help_text=_("Naik pada setiap perpindahan."))
    created_at = models.DateTimeField(_("dibuat pada"))
    certified_at = models.DateTimeField(_("disahkan pada"), null=True, blank=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(_("dikirim pada"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(_("diambil penelaah pada"), null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    returned_at = models.DateTimeField(_("dikembalikan pada"), null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    correction_due_at = models.DateTimeField(
        _("batas perbaikan"), null=True, blank=True, help_text=_("Batas eksklusif.")
    )
    verified_at = models.DateTimeField(_("diverifikasi pada"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("laporan")
        verbose_name_plural = _("laporan")
        ordering = ["-period", "institution__code"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "period"], name="one_report_per_institution_and_period"),
            models.CheckConstraint(condition=_pair("certified_at", "certified_by"), name="report_certified_at_and_by"),
            models.CheckConstraint(condition=_pair("submitted_at", "submitted_by"), name="report_submitted_at_and_by"),
            models.CheckConstraint(condition=_pair("claimed_at", "claimed_by"), name="report_claimed_at_and_by"),
            models.CheckConstraint(condition=_pair("returned_at", "returned_by"), name="report_returned_at_and_by"),
            models.CheckConstraint(condition=_pair("verified_at", "verified_by"), name="report_verified_at_and_by"),
            models.CheckConstraint(
                condition=~Q(status__in=["submitted", "in_review", "returned", "verified"])
                | Q(round__gt=0, submitted_at__isnull=False),
                name="a_sent_report_has_a_submission",
            ),
            models.CheckConstraint(
                condition=~Q(status="in_review") | Q(claimed_at__isnull=False),
                name="a_report_in_review_has_a_reviewer",
            ),
            models.CheckConstraint(
                condition=~Q(status="verified") | Q(verified_at__isnull=False),
                name="a_verified_report_names_its_verifier",
            ),
        ]
        indexes = [
            models.Index(fields=["period", "status"], name="report_by_period_status"),
            models.Index(fields=["kanwil", "period", "status"], name="report_by_kanwil"),
            models.Index(fields=["province", "period"], name="report_by_province"),
        ]

    def __str__(self) -> str:
        return f"{self.institution}, {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("report-detail", args=[self.pk])

    @property
    def is_reported(self) -> bool:
        """True once sent; see also `ReportQuerySet.sent`."""
        return self.round > 0

    @property
    def is_correcting(self) -> bool:
        """True from the first return on: a recall or withdrawal then leads back to RETURNED, not to DRAFT."""
        return self.returned_at is not None

    def sending_ends_at(self) -> datetime:
        """The exclusive end of sending: the correction's end once returned, else the period's late end."""
        return self.correction_ends_at() or self.period.late_until_at

    def correction_ends_at(self) -> datetime | None:
        """The exclusive end of the correction: what the reporter was told, or later if the period's was moved since.

        None for a report that was never returned.
        """
        return max(self.correction_due_at, self.period.correction_until_at) if self.correction_due_at else None


class ReportItemQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ReportItemQuerySet":
        """Items of visible reports; staff of one OPD see the items assigned to their unit and no others."""
        visible = self.filter(report__in=Report.objects.visible_to(actor))
        if actor.is_only_opd_staff:
            mine = AssignmentUnit.objects.filter(
                unit=actor.unit.pk,
                assignment__aksi=OuterRef("aksi"),
                assignment__institution=OuterRef("report__institution"),
            )
            visible = visible.filter(Exists(mine))
        return visible


class ReportItem(models.Model):
    """One aksi in one report."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="items")
    aksi = models.ForeignKey(Aksi, on_delete=models.PROTECT, related_name="report_items")
    status = models.CharField(_("status"), max_length=10, choices=ItemStatus, default=ItemStatus.FILLING)
    ready_at = models.DateTimeField(_("ditandai siap pada"), null=True, blank=True)
    ready_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_reopened = models.BooleanField(
        _("dikembalikan penelaah"), default=False, help_text=_("Terbuka untuk perbaikan pada putaran ini.")
    )
    opd_note = models.TextField(
        _("catatan untuk OPD"), blank=True, help_text=_("Alasan koordinator mengembalikan kepada OPD.")
    )

    objects = ReportItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("aksi dalam laporan")
        verbose_name_plural = _("aksi dalam laporan")
        ordering = ["report", "aksi__number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "aksi"], name="one_item_per_report_and_aksi"),
            models.CheckConstraint(condition=_pair("ready_at", "ready_by"), name="item_ready_at_and_by"),
        ]
        indexes = [models.Index(fields=["status"], name="item_by_status")]

    def __str__(self) -> str:
        return f"{self.report}: Aksi {self.aksi.number}"

    def get_absolute_url(self) -> str:
        return reverse("item-fill", args=[self.pk])

    @property
    def base_status(self) -> str:
        """Where an item falls back to: RETURNED while it is being corrected, else FILLING."""
        return ItemStatus.RETURNED if self.is_reopened else ItemStatus.FILLING

    @property
    def is_being_judged(self) -> bool:
        """True while a reviewer has decided on it, but has neither returned nor verified the report yet.

        What was accepted in an earlier round has been told: it stays so while the others are judged again.
        """
        is_decided = self.status in (ItemStatus.ACCEPTED, ItemStatus.RETURNED)
        was_told = self.report.round > 1 and not self.is_reopened
        return is_decided and self.report.status == ReportStatus.IN_REVIEW and not was_told


class MeasureAnswer(models.Model):
    """What was done about one measure, as it stands now; sendings are frozen in `Submission`."""

    class Execution(models.TextChoices):
        CARRIED_OUT = "carried_out", _("Terlaksana")
        PARTLY = "partly", _("Sebagian")
        NOT_CARRIED_OUT = "not_carried_out", _("Tidak terlaksana")
        NIHIL = "nihil", _("Nihil")

    WITHOUT_RESULT = frozenset({Execution.NOT_CARRIED_OUT, Execution.NIHIL})
    """Declarations that need a reason and a letter instead of a story and evidence."""

    item = models.ForeignKey(ReportItem, on_delete=models.PROTECT, related_name="answers")
    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="answers")
    execution = models.CharField(
        _("pelaksanaan"),
        max_length=16,
        choices=Execution,
        blank=True,
        help_text=_("Kosong berarti belum diisi."),
    )
    description = models.TextField(_("apa yang dilakukan"), blank=True)
    number = models.BigIntegerField(_("angka capaian"), null=True, blank=True)
    budget = models.BigIntegerField(_("anggaran (rupiah)"), null=True, blank=True)
    realisation = models.BigIntegerField(_("realisasi (rupiah)"), null=True, blank=True)
    obstacles = models.TextField(_("kendala"), blank=True)
    reason = models.TextField(_("alasan"), blank=True)
    letter_number = models.CharField(_("nomor surat keterangan"), max_length=100, blank=True)
    version = models.PositiveIntegerField(_("versi"), default=0, help_text=_("Naik pada setiap penyimpanan."))
    updated_at = models.DateTimeField(_("diubah pada"), null=True, blank=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    judgement = models.ForeignKey(
        "reporting.Judgement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("putusan yang berlaku"),
    )

    class Meta:
        verbose_name = _("isian ukuran")
        verbose_name_plural = _("isian ukuran")
        ordering = ["item", "measure__number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "measure"], name="one_answer_per_item_and_measure"),
            models.CheckConstraint(condition=_pair("updated_at", "updated_by"), name="answer_updated_at_and_by"),
            models.CheckConstraint(
                condition=(Q(number__isnull=True) | Q(number__gte=0))
                & (Q(budget__isnull=True) | Q(budget__gte=0))
                & (Q(realisation__isnull=True) | Q(realisation__gte=0)),
                name="answer_numbers_are_not_negative",
                violation_error_message=_("Angka tidak boleh negatif."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}, ukuran {self.measure.number}"

    @property
    def is_started(self) -> bool:
        return bool(self.execution)
