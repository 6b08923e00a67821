"""Data dukung: one content stored once, and each use of it for an answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from actions.models import EvidenceKind
from reporting.models.reports import MeasureAnswer, ReportItem


class StoredFile(models.Model):
    """One content on disk, known by its SHA-256 (64 hexadecimal digits); written once and never changed."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("ukuran (byte)"))
    content_type = models.CharField(_("jenis isi"), max_length=100)
    extension = models.CharField(max_length=5)
    pages = models.PositiveIntegerField(_("jumlah halaman"), null=True, blank=True)
    stored_at = models.DateTimeField(_("disimpan pada"))

    class Meta:
        verbose_name = _("berkas tersimpan")
        verbose_name_plural = _("berkas tersimpan")

    def __str__(self) -> str:
        return self.sha256

    @property
    def relative_path(self) -> str:
        """Where the content lies under the evidence folder."""
        return f"{self.sha256[:2]}/{self.sha256[2:4]}/{self.sha256}"


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "EvidenceQuerySet":
        """Evidence of the items that `actor` may read."""
        return self.filter(answer__item__in=ReportItem.objects.visible_to(actor))

    def current(self) -> "EvidenceQuerySet":
        """What belongs to the answer now: neither removed nor replaced by a newer version."""
        return self.filter(retired_at__isnull=True)


class Evidence(models.Model):
    """A file given for an answer: its kind, the document's date and the page to look at.

    Never changed: a replacement is a new row with the next `version`, and the old one is retired.
    """

    answer = models.ForeignKey(MeasureAnswer, on_delete=models.PROTECT, related_name="evidence")
    kind = models.ForeignKey(EvidenceKind, on_delete=models.PROTECT, related_name="+")
    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="uses")
    filename = models.CharField(_("nama berkas"), max_length=200)
    document_on = models.DateField(_("tanggal dokumen"), null=True, blank=True)
    page = models.PositiveIntegerField(_("halaman bukti"), null=True, blank=True)
    version = models.PositiveSmallIntegerField(_("versi"), default=1)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    uploaded_at = models.DateTimeField(_("diunggah pada"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(_("tidak dipakai sejak"), null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("data dukung")
        verbose_name_plural = _("data dukung")
        ordering = ["answer", "kind__name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="evidence_retired_at_and_by",
            )
        ]
        indexes = [
            models.Index(fields=["answer"], condition=Q(retired_at__isnull=True), name="evidence_current_by_answer")
        ]

    def __str__(self) -> str:
        return self.filename
