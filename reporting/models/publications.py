"""Published results: frozen, numbered and hashed, so that what was published never moves by itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.models import PlanYear, ReportingPeriod


class PublicationQuerySet(models.QuerySet):
    def without_content(self) -> "PublicationQuerySet":
        """For lists: the snapshot of a whole nation is large."""
        return self.defer("content").select_related("plan_year", "period", "published_by")


class Publication(models.Model):
    """One revision of the published results of a period or (period empty) a year; never changed, only succeeded.

    `content` is canonical JSON, described in `reporting.services.publishing`; `content_hash` is the SHA-256 of its
    bytes in UTF-8. `figures` counts the figures in it.
    """

    span_key = models.CharField(_("periode atau tahun"), max_length=12, help_text=_("Misalnya 2026-B09 atau 2026."))
    plan_year = models.ForeignKey(PlanYear, on_delete=models.PROTECT, related_name="publications")
    period = models.ForeignKey(
        ReportingPeriod, on_delete=models.PROTECT, null=True, blank=True, related_name="publications"
    )
    revision = models.PositiveIntegerField(_("revisi"))
    content = models.TextField(_("isi"))
    content_hash = models.CharField(_("sidik isi"), max_length=64)
    figures = models.PositiveIntegerField(_("banyaknya angka"))
    note = models.TextField(_("apa yang berubah"), blank=True)
    published_at = models.DateTimeField(_("diterbitkan pada"))
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("terbitan")
        verbose_name_plural = _("terbitan")
        ordering = ["span_key", "revision"]
        constraints = [
            models.UniqueConstraint(fields=["span_key", "revision"], name="publication_revision_once"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="publication_revisions_count_from_1"),
            models.CheckConstraint(
                condition=Q(revision=1) | ~Q(note=""),
                name="later_publication_says_what_changed",
                violation_error_message=_("Tulis apa yang berubah sejak revisi sebelumnya."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.span_key} revisi {self.revision}"

    @property
    def label(self) -> str:
        """The period or year in words; load with `plan_year` and `period`."""
        if self.period is None:
            return str(_("Tahun %(year)s") % {"year": self.plan_year.year})
        return str(self.period)
