"""A catalogue file between its preview and its confirmation."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

KEPT_FOR = timedelta(days=7)
"""How long a file waits for its confirmation before the next upload clears it away."""


class CatalogueUploadQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "CatalogueUploadQuerySet":
        """Catalogue files are the secretariat's, whichever of its people uploaded them."""
        return self if actor and actor.is_secretariat else self.none()

    def abandoned_at(self, now: datetime) -> "CatalogueUploadQuerySet":
        """Files that were never confirmed and are older than `KEPT_FOR`."""
        return self.filter(applied_at__isnull=True, uploaded_at__lt=now - KEPT_FOR)


class CatalogueUpload(models.Model):
    """One catalogue file as it was uploaded: the confirmation loads exactly what the preview showed."""

    name = models.CharField(_("nama berkas"), max_length=200)
    content = models.BinaryField(_("isi"))
    uploaded_at = models.DateTimeField(_("diunggah pada"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField(_("dimuat pada"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CatalogueUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("berkas katalog")
        verbose_name_plural = _("berkas katalog")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True, applied_by__isnull=True)
                | Q(applied_at__isnull=False, applied_by__isnull=False),
                name="catalogue_applied_at_and_by_together",
            )
        ]

    def __str__(self) -> str:
        return self.name
