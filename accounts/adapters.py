"""How sign-in differs from django-allauth's own behaviour."""

import logging
import smtplib

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Registration is closed: people come in by invitation only."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("Periksa alamat surel dan kata sandi, lalu coba lagi. Salah satunya tidak cocok."),
        "incorrect_password": _("Tulis kata sandi yang Anda pakai sekarang. Yang ini tidak cocok."),
        "enter_current_password": _("Tulis kata sandi yang Anda pakai sekarang."),
        "too_many_login_attempts": _(
            "Tunggu lima menit, lalu coba lagi, atau buat kata sandi baru lewat Lupa kata sandi. "
            "Sudah terlalu banyak percobaan yang keliru."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account-settings")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the e-mail is made from PORTAL_URL, never from the Host header of whoever asked."""
        person, _, token = key.partition("-")
        return settings.PORTAL_URL + reverse("account_reset_password_from_key", args=[person, token])

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """A mail server that is away must not tell a stranger, by an error page, that the address is known."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, smtplib.SMTPException):
            logger.exception("An account e-mail could not be sent.")
