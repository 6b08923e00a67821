"""How reviewers judged what was sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.models import Institution
from reporting.models.reports import MeasureAnswer
from reporting.models.submissions import Submission


class ReasonCode(models.Model):
    """Why an aspect is not fully met, in words that a reporter can act on; used for returns and statistics."""

    class Aspect(models.TextChoices):
        ADMINISTRATION = "administration", _("Administrasi")
        SUBSTANCE = "substance", _("Substansi")

    code = models.CharField(_("kode"), max_length=5, unique=True)
    aspect = models.CharField(_("aspek"), max_length=15, choices=Aspect)
    text = models.CharField(_("alasan"), max_length=150)
    advice = models.CharField(_("cara memperbaiki"), max_length=250)
    is_active = models.BooleanField(_("dipakai"), default=True)

    class Meta:
        verbose_name = _("kode alasan")
        verbose_name_plural = _("kode alasan")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


def judgement_kinds() -> list:
    """The kinds of judgement, as a function: a new kind then needs no migration."""
    return Judgement.Kind.choices


class Judgement(models.Model):
    """One reviewer's judgement of one measure as it was sent; append-only, the newest review is in force.

    `MeasureAnswer.judgement` points at the one in force. After verification a correction or the decision of an
    objection adds a row and moves the pointer; the first judgement stays.
    """

    class Kind(models.TextChoices):
        REVIEW = "review", _("telaah")
        CORRECTION = "correction", _("koreksi")
        OBJECTION = "objection", _("putusan sanggahan")

    class Value(models.TextChoices):
        MET = "met", _("Sesuai")
        PARTLY = "partly", _("Sebagian")
        NOT_MET = "not_met", _("Tidak sesuai")

    class Decision(models.TextChoices):
        ACCEPT = "accept", _("Terima")
        RETURN = "return", _("Kembalikan")

    answer = models.ForeignKey(MeasureAnswer, on_delete=models.PROTECT, related_name="judgements")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="judgements")
    kind = models.CharField(_("jenis"), max_length=15, choices=judgement_kinds, default=Kind.REVIEW)
    execution = models.CharField(
        _("pelaksanaan menurut kiriman"),
        max_length=16,
        choices=MeasureAnswer.Execution,
        blank=True,
        help_text=_("Yang dinilai dan dihitung; isian sesudahnya dapat berbeda."),
    )
    administration = models.CharField(_("administrasi"), max_length=8, choices=Value)
    substance = models.CharField(_("substansi"), max_length=8, choices=Value)
    decision = models.CharField(_("putusan"), max_length=8, choices=Decision)
    reasons = models.ManyToManyField(ReasonCode, related_name="judgements", blank=True)
    note = models.TextField(_("catatan untuk pelapor"), blank=True)
    judged_at = models.DateTimeField(_("dinilai pada"))
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("putusan")
        verbose_name_plural = _("putusan")
        ordering = ["answer", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision="return") | ~Q(note=""),
                name="a_returned_measure_has_a_note",
                violation_error_message=_("Tulis catatan untuk pelapor."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer}: {self.administration}/{self.substance}"


class SavedReply(models.Model):
    """A sentence that a reviewing office keeps at hand for its notes."""

    office = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="saved_replies")
    text = models.CharField(_("balasan"), max_length=500)

    class Meta:
        verbose_name = _("balasan tersimpan")
        verbose_name_plural = _("balasan tersimpan")
        ordering = ["text"]
        constraints = [models.UniqueConstraint(fields=["office", "text"], name="saved_reply_once_per_office")]

    def __str__(self) -> str:
        return self.text
