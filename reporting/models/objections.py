"""Sanggah: a government disputes the judgement of a measure of its verified report, and another officer decides."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actions.models import Institution
from reporting.models.evidence import StoredFile
from reporting.models.judgements import Judgement
from reporting.models.reports import MeasureAnswer, Report, ReportItem


class ObjectionQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ObjectionQuerySet":
        """Objections to measures that `actor` may read; one not yet filed only within the government itself."""
        rows = self.filter(answer__item__in=ReportItem.objects.visible_to(actor))
        return rows.filter(Q(filed_at__isnull=False) | Q(answer__item__report__institution=actor.institution.pk))

    def decidable_by(self, actor) -> "ObjectionQuerySet":
        """Filed objections that `actor`'s office decides: the reviewing office, and Ditjen HAM for all but its own.

        Who exactly may is the policy's matter.
        """
        reports = Report.objects.reviewable_by(actor)
        if actor.is_central_verifier:
            reports = Report.objects.exclude(institution=actor.institution.pk)
        return self.filed().filter(answer__item__report__in=reports)

    def filed(self) -> "ObjectionQuerySet":
        return self.filter(filed_at__isnull=False)

    def undecided(self) -> "ObjectionQuerySet":
        """Filed and not yet decided."""
        return self.filed().filter(decided_at__isnull=True)


class Objection(models.Model):
    """What a government objects to one measure: the judgement disputed, the one it asks for, and the decision.

    Written as a draft, filed with all others of the report in one act, decided one by one. One for each measure.
    """

    class Outcome(models.TextChoices):
        CHANGED = "changed", _("putusan diubah")
        UPHELD = "upheld", _("putusan dipertahankan")

    answer = models.OneToOneField(MeasureAnswer, on_delete=models.PROTECT, related_name="objection")
    disputed = models.ForeignKey(
        Judgement, on_delete=models.PROTECT, related_name="+", verbose_name=_("putusan yang disanggah")
    )
    administration = models.CharField(_("administrasi yang diminta"), max_length=8, choices=Judgement.Value)
    substance = models.CharField(_("substansi yang diminta"), max_length=8, choices=Judgement.Value)
    reason = models.TextField(_("alasan sanggahan"))
    drafted_at = models.DateTimeField(_("ditulis pada"))
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("diajukan pada"), null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("putusan"), max_length=8, choices=Outcome, blank=True)
    decision_note = models.TextField(_("alasan putusan"), blank=True)
    judgement = models.OneToOneField(
        Judgement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objection",
        verbose_name=_("putusan baru"),
    )
    decided_at = models.DateTimeField(_("diputus pada"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    office = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kantor yang memutus"),
    )

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanggahan")
        verbose_name_plural = _("sanggahan")
        ordering = ["filed_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(filed_at__isnull=True, filed_by__isnull=True)
                | Q(filed_at__isnull=False, filed_by__isnull=False),
                name="objection_filed_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, outcome="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False, filed_at__isnull=False) & ~Q(outcome="")),
                name="objection_decided_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | ~Q(decision_note=""),
                name="a_decided_objection_has_a_reason",
                violation_error_message=_("Tulis alasan putusan."),
            ),
            models.CheckConstraint(
                condition=Q(outcome="changed", judgement__isnull=False)
                | (~Q(outcome="changed") & Q(judgement__isnull=True)),
                name="a_changed_judgement_is_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer}: {self.get_outcome_display() or 'belum diputus'}"

    def get_absolute_url(self) -> str:
        return reverse("objection-list", args=[self.answer.item.report_id])

    @property
    def is_draft(self) -> bool:
        return self.filed_at is None

    @property
    def is_open(self) -> bool:
        """True while it waits for its decision."""
        return self.filed_at is not None and self.decided_at is None


class ObjectionFile(models.Model):
    """A file given for an objection; the evidence that was sent and frozen stays as it is."""

    objection = models.ForeignKey(Objection, on_delete=models.CASCADE, related_name="files")
    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    filename = models.CharField(_("nama berkas"), max_length=200)
    uploaded_at = models.DateTimeField(_("diunggah pada"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("berkas sanggahan")
        verbose_name_plural = _("berkas sanggahan")
        ordering = ["objection", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["objection", "stored_file"], name="one_content_once_per_objection")
        ]

    def __str__(self) -> str:
        return self.filename
