"""How judgements become scores: every number of the rule set is data with its source."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RuleSet(models.Model):
    """One version of the scoring rules (DOMAIN section 5). A rule set in use is succeeded, never edited."""

    code = models.CharField(_("kode"), max_length=20, unique=True)
    name = models.CharField(_("nama"), max_length=120)
    administration_weight = models.PositiveSmallIntegerField(_("bobot administrasi (persen)"))
    substance_weight = models.PositiveSmallIntegerField(_("bobot substansi (persen)"))
    value_met = models.PositiveSmallIntegerField(_("nilai sesuai"), help_text="0-100")
    value_partly_met = models.PositiveSmallIntegerField(_("nilai sebagian"), help_text="0-100")
    value_not_met = models.PositiveSmallIntegerField(_("nilai tidak sesuai"), help_text="0-100")
    not_carried_out_substance = models.PositiveSmallIntegerField(
        _("substansi bila tidak terlaksana"), help_text="0-100"
    )
    green_from = models.PositiveSmallIntegerField(_("hijau mulai"), help_text="0-100")
    yellow_from = models.PositiveSmallIntegerField(_("kuning mulai"), help_text="0-100")
    sources = models.JSONField(_("sumber tiap angka"), default=dict, blank=True)

    class Meta:
        verbose_name = _("aturan penilaian")
        verbose_name_plural = _("aturan penilaian")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(administration_weight=100 - F("substance_weight")),
                name="aspect_weights_sum_to_100",
                violation_error_message=_("Bobot administrasi dan substansi harus berjumlah 100."),
            ),
            models.CheckConstraint(
                condition=Q(
                    value_met__lte=100,
                    value_partly_met__lte=F("value_met"),
                    value_not_met__lte=F("value_partly_met"),
                    not_carried_out_substance__lte=100,
                ),
                name="judgement_values_descend_within_0_100",
                violation_error_message=_("Nilai putusan harus menurun dari sesuai ke tidak sesuai, antara 0 dan 100."),
            ),
            models.CheckConstraint(
                condition=Q(yellow_from__gt=0, yellow_from__lt=F("green_from"), green_from__lte=100),
                name="bands_ascend_within_0_100",
                violation_error_message=_("Batas kuning harus di bawah batas hijau."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
