"""How judgements become scores: every number of the rule set is data with its source."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RuleSet(models.Model):
    """One version of the scoring rules (DOMAIN section 5). A rule set in use is succeeded, never edited."""

    class YearMean(models.TextChoices):
        """What the year of one institution is the mean of."""

        ALL = "all", _("semua periode yang ditutup; yang tidak dilaporkan dihitung 0")
        REPORTED = "reported", _("hanya periode yang dilaporkan")

    class LevelMean(models.TextChoices):
        """What a level is the mean of."""

        INSTITUTIONS = "institutions", _("setiap instansi dihitung sekali")
        PROVINCES = "provinces", _("rata-rata tiap provinsi dahulu, lalu rata-rata provinsi")

    class NationMean(models.TextChoices):
        """How the levels weigh in the nation."""

        LEVELS = "levels", _("setiap jenjang sama berat")
        INSTITUTIONS = "institutions", _("jenjang ditimbang menurut jumlah instansinya")

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
    missing_value = models.PositiveSmallIntegerField(_("nilai ukuran yang tidak diisi"), default=0, help_text="0-100")
    nihil_percent = models.PositiveSmallIntegerField(
        _("bagian nilai yang diperoleh nihil (persen)"), default=100, help_text="0-100"
    )
    late_percent = models.PositiveSmallIntegerField(
        _("bagian nilai yang diperoleh laporan terlambat (persen)"), default=100, help_text="0-100"
    )
    green_from = models.PositiveSmallIntegerField(_("hijau mulai"), help_text="0-100")
    yellow_from = models.PositiveSmallIntegerField(_("kuning mulai"), help_text="0-100")
    year_mean = models.CharField(_("nilai tahun"), max_length=12, choices=YearMean, default=YearMean.ALL)
    level_mean = models.CharField(_("nilai jenjang"), max_length=12, choices=LevelMean, default=LevelMean.INSTITUTIONS)
    nation_mean = models.CharField(_("nilai nasional"), max_length=12, choices=NationMean, default=NationMean.LEVELS)
    sources = models.JSONField(_("sumber tiap angka"), default=dict, blank=True)
    copied_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("salinan dari"),
    )

    NUMBERS = (
        "administration_weight",
        "substance_weight",
        "value_met",
        "value_partly_met",
        "value_not_met",
        "not_carried_out_substance",
        "missing_value",
        "nihil_percent",
        "late_percent",
        "green_from",
        "yellow_from",
    )
    """Every number of a rule set, in the order in which they are shown."""

    CHOICES = {"year_mean": YearMean, "level_mean": LevelMean, "nation_mean": NationMean}
    """Every choice of how a mean is taken, in the order in which they are shown."""

    SETTINGS = (*NUMBERS, *CHOICES)
    """All that makes one rule set differ from another; each has its source in `sources`, or is an assumption."""

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
                condition=Q(not_carried_out_substance__lte=F("value_met")),
                name="not_carrying_out_never_beats_full_proof",
                violation_error_message=_("Substansi yang tidak terlaksana tidak boleh bernilai di atas sesuai."),
            ),
            models.CheckConstraint(
                condition=Q(nihil_percent__lte=100, late_percent__lte=100),
                name="shares_kept_lie_within_0_100",
                violation_error_message=_("Bagian nilai nihil dan laporan terlambat antara 0 dan 100 persen."),
            ),
            models.CheckConstraint(
                # never more than the worst that a judged measure can get: saying nothing must not pay
                condition=Q(missing_value__lte=F("value_not_met") * F("nihil_percent") / 100)
                & Q(
                    missing_value__lte=(
                        F("administration_weight") * F("value_not_met")
                        + F("substance_weight") * F("not_carried_out_substance")
                    )
                    / 100
                ),
                name="a_missing_measure_never_beats_a_judged_one",
                violation_error_message=_("Ukuran yang tidak diisi tidak boleh bernilai di atas yang dinilai."),
            ),
            models.CheckConstraint(
                condition=Q(year_mean__in=["all", "reported"])
                & Q(level_mean__in=["institutions", "provinces"])
                & Q(nation_mean__in=["levels", "institutions"]),
                name="means_are_taken_in_a_known_way",
                violation_error_message=_("Pilih cara menghitung rata-rata tahun, jenjang dan nasional."),
            ),
            models.CheckConstraint(
                condition=Q(yellow_from__gt=0, yellow_from__lt=F("green_from"), green_from__lte=100),
                name="bands_ascend_within_0_100",
                violation_error_message=_("Batas kuning harus di bawah batas hijau."),
            ),
            models.CheckConstraint(
                condition=Q(green_from__lte=F("value_met")),
                name="the_best_report_is_green",
                violation_error_message=_("Batas hijau tidak boleh di atas nilai laporan yang semuanya sesuai."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def cutoffs(self) -> tuple[int, int]:
        """Where kuning and hijau begin: a figure is never shown as if it had reached one that it has not."""
        return self.yellow_from, self.green_from


class RuleSetEvent(models.Model):
    """What the secretariat did with a rule set: copied, edited or adopted it, with the reason; never edited."""

    class Kind(models.TextChoices):
        COPIED = "copied", _("disalin")
        EDITED = "edited", _("diubah")
        ADOPTED = "adopted", _("ditetapkan")

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind)
    plan_year = models.ForeignKey(
        "PlanYear", on_delete=models.PROTECT, null=True, blank=True, related_name="rule_events"
    )
    replaced = models.ForeignKey(RuleSet, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("pada"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("alasan"), blank=True)
    changes = models.JSONField(_("perubahan"), default=dict, blank=True)

    class Meta:
        verbose_name = _("peristiwa aturan penilaian")
        verbose_name_plural = _("peristiwa aturan penilaian")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="adopted") | (Q(plan_year__isnull=False, replaced__isnull=False) & ~Q(reason="")),
                name="adopted_rules_name_year_and_reason",
                violation_error_message=_("Tulis alasan penetapan aturan."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule_set}: {self.get_kind_display()}"
