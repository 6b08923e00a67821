"""What has been promised: plan, years, their calendars and periods, aksi, measures and who carries them out."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from actions.models.institutions import Institution, Level, Unit
from actions.models.rules import RuleSet


class Plan(models.Model):
    """One generation of the RANHAM, as enacted."""

    code = models.CharField(_("kode"), max_length=10, unique=True)
    name = models.CharField(_("nama"), max_length=120)
    legal_basis = models.CharField(_("dasar hukum"), max_length=120)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("berakhir"))

    class Meta:
        verbose_name = _("rencana aksi")
        verbose_name_plural = _("rencana aksi")
        ordering = ["starts_on"]

    def __str__(self) -> str:
        return self.name


class TargetGroup(models.Model):
    """A kelompok sasaran of a plan (Perpres 53/2021 Pasal 3; ayat 2 lets them be reviewed, hence rows)."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="target_groups")
    code = models.CharField(_("kode"), max_length=40)
    name = models.CharField(_("nama"), max_length=80)
    order = models.PositiveSmallIntegerField(_("urutan"))

    class Meta:
        verbose_name = _("kelompok sasaran")
        verbose_name_plural = _("kelompok sasaran")
        ordering = ["plan", "order"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="target_group_once_per_plan")]

    def __str__(self) -> str:
        return self.name


class Calendar(models.Model):
    """A pattern of periods that a new plan year can start from, such as quarterly or four-monthly."""

    code = models.CharField(_("kode"), max_length=20, unique=True)
    name = models.CharField(_("nama"), max_length=60)
    is_default = models.BooleanField(_("bawaan untuk tahun baru"), default=False)
    source = models.CharField(_("sumber"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("kalender")
        verbose_name_plural = _("kalender")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="one_default_calendar")
        ]

    def __str__(self) -> str:
        return self.name


class CalendarPeriod(models.Model):
    """One period of a calendar pattern; days are month and day within the year (`MM-DD`), ends inclusive."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="periods")
    number = models.PositiveSmallIntegerField(_("nomor"))
    code = models.CharField(_("kode"), max_length=5)
    name = models.CharField(_("nama"), max_length=40)
    covers_from = models.CharField(max_length=5)
    covers_until = models.CharField(max_length=5)
    opens = models.CharField(max_length=5)
    closes = models.CharField(max_length=5)
    late_days = models.PositiveSmallIntegerField(_("hari terlambat"), default=0)
    review_days = models.PositiveSmallIntegerField(_("hari telaah"), help_text=_("Dihitung sejak ditutup."))
    correction_days = models.PositiveSmallIntegerField(
        _("hari perbaikan"), help_text=_("Dihitung sejak telaah berakhir.")
    )
    objection_days = models.PositiveSmallIntegerField(
        _("hari sanggah"), help_text=_("Dihitung sejak perbaikan berakhir.")
    )

    class Meta:
        verbose_name = _("periode kalender")
        verbose_name_plural = _("periode kalender")
        ordering = ["calendar", "number"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_period_number_once"),
            models.UniqueConstraint(fields=["calendar", "code"], name="calendar_period_code_once"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar}: {self.name}"


class PlanYear(models.Model):
    """One year of a plan, with its own calendar of periods and the rule set it is scored with."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="years", verbose_name=_("rencana aksi"))
    year = models.PositiveSmallIntegerField(_("tahun"), unique=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+", verbose_name=_("kalender"))
    rule_set = models.ForeignKey(
        RuleSet, on_delete=models.PROTECT, related_name="plan_years", verbose_name=_("aturan penilaian")
    )
    is_transition = models.BooleanField(_("tahun peralihan"), default=False)
    rescorings = models.PositiveIntegerField(
        _("penghitungan ulang diminta"),
        default=0,
        help_text=_(
            "Berapa kali kelompok sasaran atau aturan tahun ini berubah, sehingga semua nilainya dihitung lagi."
        ),
    )

    class Meta:
        verbose_name = _("tahun rencana")
        verbose_name_plural = _("tahun rencana")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class ReportingPeriodQuerySet(models.QuerySet):
    def opened(self) -> "ReportingPeriodQuerySet":
        """Periods whose expected reports exist."""
        return self.filter(opened_at__isnull=False)

    def in_order(self) -> "ReportingPeriodQuerySet":
        return self.order_by("plan_year__year", "number")


class ReportingPeriod(models.Model):
    """One period of a plan year. All instants are exclusive ends or starts; "late" and "open" are computed."""

    plan_year = models.ForeignKey(PlanYear, on_delete=models.PROTECT, related_name="periods")
    number = models.PositiveSmallIntegerField(_("nomor"))
    code = models.CharField(_("kode"), max_length=5)
    name = models.CharField(_("nama"), max_length=40)
    covers_from = models.DateField(_("masa sejak"))
    covers_until = models.DateField(_("masa sampai"))
    opens_at = models.DateTimeField(_("jendela dibuka"))
    closes_at = models.DateTimeField(_("jendela ditutup"), help_text=_("Batas eksklusif."))
    late_until_at = models.DateTimeField(_("terlambat diterima sampai"))
    review_due_at = models.DateTimeField(_("batas telaah"))
    correction_until_at = models.DateTimeField(_("perbaikan sampai"))
    minimum_correction_days = models.PositiveSmallIntegerField(_("hari perbaikan paling sedikit"), default=3)
    objection_from_at = models.DateTimeField(_("sanggah sejak"))
    objection_until_at = models.DateTimeField(_("sanggah sampai"))
    needs_signatory = models.BooleanField(_("perlu pengesahan pejabat"), default=False)
    letter_number = models.CharField(_("nomor surat notifikasi"), max_length=80, blank=True)
    letter_on = models.DateField(_("tanggal surat"), null=True, blank=True)
    basis = models.CharField(_("dasar tanggal"), max_length=150, blank=True)
    opened_at = models.DateTimeField(_("dibuka pada"), null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("periode pelaporan")
        verbose_name_plural = _("periode pelaporan")
        ordering = ["-plan_year__year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan_year", "number"], name="period_number_once_per_year"),
            models.UniqueConstraint(fields=["plan_year", "code"], name="period_code_once_per_year"),
            models.CheckConstraint(
                condition=Q(
                    closes_at__gt=F("opens_at"),
                    late_until_at__gte=F("closes_at"),
                    review_due_at__gte=F("closes_at"),
                    correction_until_at__gte=F("review_due_at"),
                    objection_from_at__gte=F("closes_at"),
                    objection_until_at__gte=F("objection_from_at"),
                    covers_until__gte=F("covers_from"),
                ),
                name="period_instants_in_order",
                violation_error_message=_(
                    "Urutan tanggal harus: dibuka, ditutup, terlambat, batas telaah, perbaikan, sanggah."
                ),
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True, opened_by__isnull=True)
                | Q(opened_at__isnull=False, opened_by__isnull=False),
                name="period_opened_at_and_by_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.plan_year.year} ({self.code})"

    @property
    def key(self) -> str:
        """The period in addresses and file names, such as `2026-B09`."""
        return f"{self.plan_year.year}-{self.code}"

    def is_window_open_at(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    def accepts_sending_at(self, now: datetime) -> bool:
        """True inside the window or the late time after it; both ends are exclusive."""
        return self.opens_at <= now < self.late_until_at

    def is_closed_at(self, now: datetime) -> bool:
        """True once nothing can be sent any more: from then on a missing report counts as 0."""
        return now >= self.late_until_at


class PeriodEvent(models.Model):
    """What the secretariat did to a period: opened it or moved its dates, with the reason; never edited."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("dibuka")
        MOVED = "moved", _("tanggal diubah")

    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("jenis"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("pada"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("alasan"), blank=True)
    changes = models.JSONField(_("perubahan"), default=dict, blank=True)

    class Meta:
        verbose_name = _("peristiwa periode")
        verbose_name_plural = _("peristiwa periode")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="moved") | ~Q(reason=""),
                name="moved_dates_have_a_reason",
                violation_error_message=_("Tulis alasan perubahan tanggal."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.period}: {self.get_kind_display()}"


class Aksi(models.Model):
    """One aksi HAM of one level (or of one ministry) in one year, with its success criterion."""

    plan_year = models.ForeignKey(PlanYear, on_delete=models.PROTECT, related_name="aksi")
    level = models.CharField(_("jenjang"), max_length=10, choices=Level)
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="own_aksi",
        help_text=_("Hanya untuk K/L: aksi K/L milik satu instansi."),
    )
    number = models.PositiveSmallIntegerField(_("nomor"))
    title = models.TextField(_("judul"))
    success_criterion = models.TextField(_("kriteria keberhasilan"))
    target_groups = models.ManyToManyField(TargetGroup, related_name="aksi", verbose_name=_("kelompok sasaran"))
    suggested_offices = models.TextField(_("saran perangkat daerah"), blank=True)
    is_illustrative = models.BooleanField(_("contoh"), default=False)
    source = models.CharField(_("sumber"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("aksi HAM")
        verbose_name_plural = _("aksi HAM")
        ordering = ["plan_year", "level", "institution__code", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan_year", "level", "number"],
                condition=Q(institution__isnull=True),
                name="aksi_number_once_per_level",
            ),
            models.UniqueConstraint(
                fields=["plan_year", "institution", "number"],
                condition=Q(institution__isnull=False),
                name="aksi_number_once_per_institution",
            ),
            models.CheckConstraint(
                condition=Q(level="kl", institution__isnull=False) | (~Q(level="kl") & Q(institution__isnull=True)),
                name="only_ministry_aksi_belong_to_an_institution",
            ),
        ]

    def __str__(self) -> str:
        return f"Aksi {self.number}. {self.title}"


class EvidenceKind(models.Model):
    """A kind of data dukung, such as notulen or daftar hadir."""

    code = models.SlugField(_("kode"), max_length=60, unique=True)
    name = models.CharField(_("nama"), max_length=80, unique=True)

    LETTER = "surat-keterangan"
    """Code of the letter that must accompany nihil and not carried out (DOMAIN section 4, step 2)."""

    class Meta:
        verbose_name = _("jenis data dukung")
        verbose_name_plural = _("jenis data dukung")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Measure(models.Model):
    """One numbered ukuran keberhasilan of an aksi in one period: what the verifier looks for."""

    aksi = models.ForeignKey(Aksi, on_delete=models.PROTECT, related_name="measures")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="measures")
    number = models.PositiveSmallIntegerField(_("nomor"))
    text = models.TextField(_("ukuran keberhasilan"))
    needs_number = models.BooleanField(_("perlu angka"), default=False)
    is_illustrative = models.BooleanField(_("contoh"), default=False)
    has_illustrative_evidence = models.BooleanField(
        _("jenis data dukung contoh"),
        default=True,
        help_text=_("Jenis data dukungnya anggapan portal, tidak disebut oleh sumber katalog."),
    )
    evidence_kinds = models.ManyToManyField(EvidenceKind, through="MeasureEvidence", related_name="measures")

    class Meta:
        verbose_name = _("ukuran keberhasilan")
        verbose_name_plural = _("ukuran keberhasilan")
        ordering = ["aksi", "period", "number"]
        constraints = [
            models.UniqueConstraint(fields=["aksi", "period", "number"], name="measure_number_once_per_period")
        ]

    def __str__(self) -> str:
        return f"Ukuran {self.number}. {self.text}"


class MeasureEvidence(models.Model):
    """A kind of evidence that a measure accepts or requires."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="evidence_wanted")
    kind = models.ForeignKey(EvidenceKind, on_delete=models.PROTECT, related_name="+")
    is_required = models.BooleanField(_("wajib"), default=False)
    order = models.PositiveSmallIntegerField(_("urutan"), default=0)

    class Meta:
        verbose_name = _("data dukung yang diminta")
        verbose_name_plural = _("data dukung yang diminta")
        ordering = ["measure", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["measure", "kind"], name="evidence_kind_once_per_measure")]

    def __str__(self) -> str:
        return f"{self.kind}{' (wajib)' if self.is_required else ''}"


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "AssignmentQuerySet":
        """Assignments of the institutions that `actor` may open; OPD staff see those of their unit."""
        visible = self.filter(institution__in=Institution.objects.visible_to(actor))
        if actor.is_only_opd_staff:
            return visible.filter(units=actor.unit.pk)
        return visible


class Assignment(models.Model):
    """One aksi that one institution must carry out in the aksi's year, with the OPD that own it."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="assignments")
    aksi = models.ForeignKey(Aksi, on_delete=models.PROTECT, related_name="assignments")
    units = models.ManyToManyField(Unit, through="AssignmentUnit", related_name="assignments")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("penugasan")
        verbose_name_plural = _("penugasan")
        ordering = ["institution", "aksi"]
        constraints = [models.UniqueConstraint(fields=["institution", "aksi"], name="assignment_once")]

    def __str__(self) -> str:
        return f"{self.institution}: {self.aksi}"


class AssignmentUnit(models.Model):
    """An OPD that works on an assignment; at most one leads it."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="assigned_units")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assigned")
    is_lead = models.BooleanField(_("pengampu utama"), default=False)

    class Meta:
        verbose_name = _("perangkat daerah pengampu")
        verbose_name_plural = _("perangkat daerah pengampu")
        ordering = ["assignment", "-is_lead", "unit__name"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "unit"], name="unit_once_per_assignment"),
            models.UniqueConstraint(fields=["assignment"], condition=Q(is_lead=True), name="one_lead_per_assignment"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment}: {self.unit}"


def day_of_duty(period: ReportingPeriod) -> date:
    """The day on which an institution must exist to owe the period's report: the last day the period covers.

    Assumption [A]: the duty follows the time reported on, not the day the window happens to open.
    """
    return period.covers_until
