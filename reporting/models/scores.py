"""Scores, each with the rule set that made it, exact as a fraction and rounded to ten places for sorting.

SQL never sums, averages or compares `*_value`; arithmetic is done on the exact fractions in `reporting.scoring`.
"""

from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from actions.models import Institution, Level, PlanYear, ReportingPeriod, RuleSet, TargetGroup
from reporting import scoring
from reporting.models.reports import ReportItem


class ItemScore(models.Model):
    """The score of one aksi in a verified report: the mean of its measures, 0-100."""

    item = models.OneToOneField(ReportItem, on_delete=models.CASCADE, related_name="score")
    exact = models.CharField(_("pecahan eksak"), max_length=80)
    value = models.DecimalField(_("nilai"), max_digits=13, decimal_places=10)

    class Meta:
        verbose_name = _("nilai aksi")
        verbose_name_plural = _("nilai aksi")

    def __str__(self) -> str:
        return f"{self.item}: {self.value}"


class ScoreQuerySet(models.QuerySet):
    def of_period(self, period: ReportingPeriod) -> "ScoreQuerySet":
        return self.filter(period=period)

    def of_year(self, plan_year: PlanYear) -> "ScoreQuerySet":
        return self.filter(plan_year=plan_year, period__isnull=True)


class Score(models.Model):
    """One figure: of an institution, province, level or the nation, for a period or (period empty) a year.

    `key` reads "2026/B09/institution/53.07/-": year, period or "-", scope, code or level or "-", target group or "-".

    `all_*` is the mean over all expected institutions (missing = 0), `reported_*` over those that were verified.
    For one institution both are its own score; `all_*` is 0 and `reported_*` empty when it did not report.
    The counts are of institutions; in the row of one institution they are of its (closed) periods. `counted` are those
    that `all_*` is the mean of: neither what awaits its judgement nor what can still be sent. The bands count the
    scored ones only, and `band` is empty without a score: official "merah" is `red` plus the missing ones.
    """

    class Scope(models.TextChoices):
        INSTITUTION = "institution", _("Instansi")
        PROVINCE = "province", _("Provinsi dan kabupaten/kotanya")
        LEVEL = "level", _("Jenjang")
        NATION = "nation", _("Nasional")

    class State(models.TextChoices):
        SCORED = scoring.SCORED, _("dinilai")
        AWAITING = scoring.AWAITING, _("belum dinilai")
        MISSING = scoring.MISSING, _("tidak lapor")
        EXPECTED = scoring.EXPECTED, _("belum lapor")

    key = models.CharField(_("kunci"), max_length=80, unique=True)
    scope = models.CharField(_("lingkup"), max_length=12, choices=Scope)
    plan_year = models.ForeignKey(PlanYear, on_delete=models.PROTECT, related_name="scores")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="scores")
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="scores",
        help_text=_("Instansi, atau provinsi untuk lingkup provinsi."),
    )
    level = models.CharField(_("jenjang"), max_length=10, choices=Level, blank=True)
    target_group = models.ForeignKey(
        TargetGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="scores"
    )
    state = models.CharField(_("keadaan"), max_length=10, choices=State)
    all_exact = models.CharField(max_length=80, blank=True)
    all_value = models.DecimalField(_("seluruh instansi"), max_digits=13, decimal_places=10, null=True, blank=True)
    reported_exact = models.CharField(max_length=80, blank=True)
    reported_value = models.DecimalField(_("yang melapor"), max_digits=13, decimal_places=10, null=True, blank=True)
    band = models.CharField(_("pita"), max_length=6, blank=True, help_text="hijau, kuning, merah")
    expected = models.PositiveIntegerField(_("wajib lapor"), default=0)
    reported = models.PositiveIntegerField(_("melapor"), default=0)
    scored = models.PositiveIntegerField(_("dinilai"), default=0)
    counted = models.PositiveIntegerField(
        _("dihitung"),
        default=0,
        help_text=_("Banyaknya instansi, atau periode satu instansi, dalam rata-rata seluruhnya."),
    )
    green = models.PositiveIntegerField(_("hijau"), default=0)
    yellow = models.PositiveIntegerField(_("kuning"), default=0)
    red = models.PositiveIntegerField(_("merah"), default=0)
    is_provisional = models.BooleanField(_("sementara"), default=False)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    computed_at = models.DateTimeField(_("dihitung pada"))

    objects = ScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("nilai capaian")
        verbose_name_plural = _("nilai capaian")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(all_value__isnull=True) | Q(all_value__gte=0, all_value__lte=100))
                & (Q(reported_value__isnull=True) | Q(reported_value__gte=0, reported_value__lte=100)),
                name="scores_lie_within_0_100",
            )
        ]
        indexes = [
            models.Index(fields=["period", "scope", "target_group"], name="score_by_period"),
            models.Index(fields=["plan_year", "period", "scope"], name="score_by_year"),
            models.Index(fields=["institution", "scope", "target_group", "period"], name="score_by_institution"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_of_year(self) -> bool:
        return self.period_id is None

    @property
    def awaiting(self) -> int:
        """How many institutions have sent a report that is not verified yet: in neither mean."""
        return self.reported - self.scored

    @property
    def unreported(self) -> int:
        """How many institutions have sent nothing: 0 once the period is closed."""
        return self.expected - self.reported

    @property
    def participation(self) -> Fraction | None:
        """The share that reported, in percent (0-100); None without institutions."""
        return Fraction(100 * self.reported, self.expected) if self.expected else None

    @property
    def spread(self) -> dict[str, int]:
        """Counts by band for a stacked bar; grey ("abu") is everybody without a score."""
        return {"hijau": self.green, "kuning": self.yellow, "merah": self.red, "abu": self.expected - self.scored}


class PeriodScoringQuerySet(models.QuerySet):
    def request(self, period_id: int) -> None:
        """Say that the scores of a period no longer tell what is there; the next sweep computes them.

        Call it last in the transaction that changed them: all who send in one period meet at this row.
        """
        self.filter(period=period_id).update(requested=F("requested") + 1)


class PeriodScoring(models.Model):
    """What the scores of a period were computed from, and what has been asked since: the sweep's only memory.

    Sending, verifying and reopening raise `requested` in their own transaction. A computation writes the number it
    read before it started beside the figures, in `stored`, and `computed` follows once the year counts those figures.
    `computed < requested`, or a period that closed since, means stale: an older computation that ends after a newer
    one leaves the smaller number, so its figures do not stay.
    """

    period = models.OneToOneField(ReportingPeriod, on_delete=models.CASCADE, related_name="scoring")
    requested = models.PositiveIntegerField(_("diminta"), default=1)
    stored = models.PositiveIntegerField(_("disimpan"), default=0)
    stored_closed = models.BooleanField(_("disimpan setelah ditutup"), default=False)
    computed = models.PositiveIntegerField(_("dihitung"), default=0)
    was_closed = models.BooleanField(_("dihitung setelah ditutup"), default=False)
    computed_at = models.DateTimeField(_("dihitung pada"), null=True, blank=True)

    objects = PeriodScoringQuerySet.as_manager()

    class Meta:
        verbose_name = _("perhitungan periode")
        verbose_name_plural = _("perhitungan periode")

    def __str__(self) -> str:
        return f"{self.period}: {self.computed}/{self.requested}"
