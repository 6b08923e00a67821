"""What the portal remembers of its own work in the background, for the secretariat's operations page."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from actions.models import PlanYear


class ScoreCheck(models.Model):
    """One nightly recomputation of a plan year, compared with what is stored; one a day (in Jakarta)."""

    plan_year = models.ForeignKey(PlanYear, on_delete=models.CASCADE, related_name="score_checks")
    day = models.DateField(_("tanggal"))
    checked_at = models.DateTimeField(_("diperiksa pada"))
    sha256 = models.CharField(_("SHA-256 catatan"), max_length=64)
    differences = models.PositiveIntegerField(_("perbedaan"), default=0)
    first_places = models.JSONField(_("tempat pertama"), default=list, blank=True)

    class Meta:
        verbose_name = _("pemeriksaan nilai")
        verbose_name_plural = _("pemeriksaan nilai")
        ordering = ["-checked_at", "-plan_year"]
        constraints = [
            models.UniqueConstraint(fields=["plan_year", "day"], name="one_score_check_per_year_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_year} {self.day}: {self.differences}"


class JobRun(models.Model):
    """When a scheduled task last ended well, and first: a silent scheduler shows by its age."""

    task = models.CharField(_("tugas"), max_length=80, unique=True)
    ended_at = models.DateTimeField(_("selesai pada"))
    first_ended_at = models.DateTimeField(_("pertama kali selesai pada"))

    class Meta:
        verbose_name = _("jalannya tugas terjadwal")
        verbose_name_plural = _("jalannya tugas terjadwal")

    def __str__(self) -> str:
        return self.task
