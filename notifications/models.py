"""What one person is told once: in the app, and by e-mail from the same row."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageQuerySet(models.QuerySet):
    def of(self, user) -> "MessageQuerySet":
        """Messages are personal: those of the signed-in person, whatever office they act for, or none."""
        return self.filter(user_id=user.pk)

    def visible_to(self, actor) -> "MessageQuerySet":
        """The same for somebody who acts for an office."""
        return self.of(actor.user)

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at__isnull=True)

    def undelivered(self) -> "MessageQuerySet":
        return self.filter(delivered_at__isnull=True, failed_at__isnull=True)

    def due_at(self, now: datetime) -> "MessageQuerySet":
        """Undelivered messages that may be tried now: never tried, or their next attempt has come."""
        waited = models.Q(next_attempt_at__isnull=True) | models.Q(next_attempt_at__lte=now)
        return self.undelivered().filter(waited)


class Message(models.Model):
    """One thing told to one person. `key` names person, subject, deadline and rung: a rerun finds the row."""

    class Urgency(models.TextChoices):
        AT_ONCE = "at_once", _("segera")
        DAILY = "daily", _("ringkasan harian")

    key = models.CharField(_("kunci"), max_length=200, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="messages",
        verbose_name=_("penerima"),
    )
    kind = models.CharField(_("jenis"), max_length=40)
    urgency = models.CharField(_("cara kirim"), max_length=10, choices=Urgency, default=Urgency.AT_ONCE)
    title = models.CharField(_("judul"), max_length=200)
    body = models.TextField(_("isi"), blank=True)
    path = models.CharField(_("tautan"), max_length=300, blank=True, help_text=_("Alamat halaman di portal."))
    created_at = models.DateTimeField(_("dibuat pada"))
    read_at = models.DateTimeField(_("dibaca pada"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("surel terkirim pada"), null=True, blank=True)
    failed_at = models.DateTimeField(_("surel gagal pada"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("percobaan"), default=0)
    next_attempt_at = models.DateTimeField(_("dicoba lagi pada"), null=True, blank=True)
    last_error = models.CharField(_("galat terakhir"), max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("pesan")
        verbose_name_plural = _("pesan")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "read_at"], name="message_by_reader"),
            models.Index(
                fields=["urgency", "created_at"],
                name="message_undelivered",
                condition=models.Q(delivered_at__isnull=True, failed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title
