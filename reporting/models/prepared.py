"""Files that are made in the background: exports, letters, reports."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from actions.models import Institution


class PreparedFileQuerySet(models.QuerySet):
    def of_office(self, actor) -> "PreparedFileQuerySet":
        """What the actor's office has asked for; whether the actor may open one is the matter of its kind."""
        return self.filter(institution=actor.institution.pk)

    def unfinished(self) -> "PreparedFileQuerySet":
        return self.filter(state__in=[PreparedFile.State.WAITING, PreparedFile.State.RUNNING])

    def due(self, now: datetime) -> "PreparedFileQuerySet":
        """What nobody works on: waiting, or left behind by a worker whose lease has run out."""
        left_behind = Q(state=PreparedFile.State.RUNNING, lease_until__lte=now)
        return self.filter(Q(state=PreparedFile.State.WAITING) | left_behind)


class PreparedFile(models.Model):
    """One file that an office has asked for: what it holds, how far it is, and where it lies once it is ready.

    Kind, parameters and data revision name the content, so that asking twice gives the same file. Whoever works on
    it holds a lease and says so again every few seconds; `turn` tells one worker from the next and never falls, while
    `attempts` counts from each asking.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Menunggu")
        RUNNING = "running", _("Sedang disiapkan")
        READY = "ready", _("Siap diunduh")
        FAILED = "failed", _("Gagal")
        EXPIRED = "expired", _("Sudah dibersihkan")

    kind = models.SlugField(_("jenis"), max_length=40)
    parameters = models.CharField(_("isi"), max_length=500, help_text=_("JSON kanonik."))
    revision = models.CharField(_("keadaan data"), max_length=64)
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="prepared_files", verbose_name=_("kantor peminta")
    )
    asked_at = models.DateTimeField(_("diminta pada"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("keadaan"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("percobaan"), default=0)
    turn = models.PositiveIntegerField(_("giliran"), default=0)
    lease_until = models.DateTimeField(_("dikerjakan sampai"), null=True, blank=True)
    done = models.PositiveIntegerField(_("sudah"), default=0)
    total = models.PositiveIntegerField(_("dari"), default=0)
    filename = models.CharField(_("nama berkas"), max_length=200, blank=True)
    rows = models.PositiveIntegerField(_("banyaknya baris"), null=True, blank=True)
    content_hash = models.CharField(_("SHA-256 baris"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("ukuran (byte)"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256 berkas"), max_length=64, blank=True)
    finished_at = models.DateTimeField(_("selesai pada"), null=True, blank=True)
    error = models.TextField(_("sebab gagal"), blank=True)

    objects = PreparedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("berkas yang disiapkan")
        verbose_name_plural = _("berkas yang disiapkan")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "institution", "parameters", "revision"], name="one_prepared_file_per_content"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready")
                | (Q(size__isnull=False, finished_at__isnull=False) & ~Q(sha256="") & ~Q(filename="")),
                name="a_ready_file_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_until__isnull=False), name="a_running_file_has_a_lease"
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name="a_failed_file_says_why"),
        ]
        indexes = [
            models.Index(fields=["institution", "-asked_at"], name="prepared_by_office"),
            models.Index(fields=["lease_until"], condition=Q(state__in=["waiting", "running"]), name="prepared_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.parameters}"

    def get_absolute_url(self) -> str:
        return reverse("prepared-detail", args=[self.pk])

    @property
    def wanted(self) -> dict:
        """The parameters as a dict."""
        return json.loads(self.parameters)

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    def is_in_good_hands_at(self, now: datetime) -> bool:
        """True while a worker holds its lease; see also `due`."""
        return self.state == self.State.RUNNING and self.lease_until > now

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def percent(self) -> int:
        """How far it is, 0-100, rounded down."""
        return min(100, 100 * self.done // self.total) if self.total else 0


def canonical_parameters(parameters: Mapping[str, str]) -> str:
    """Return the one spelling of parameters that a file is found again by."""
    return json.dumps(parameters, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
