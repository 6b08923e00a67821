"""People who sign in. What they may do follows from their memberships, which live in `actions`."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager):
    """Create people with a normalised, lower-case e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Return a saved person. Raises ValueError without an e-mail; no password means none can match."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str) -> "User":
        return self.get(email=username.strip().lower())


class User(AbstractBaseUser):
    """One person who can sign in, known by one official e-mail address."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("Ikuti perangkat")
        LIGHT = "light", _("Terang")
        DARK = "dark", _("Gelap")

    email = models.EmailField(_("alamat surel dinas"), unique=True)
    name = models.CharField(_("nama"), max_length=150)
    phone = models.CharField(_("telepon"), max_length=40, blank=True)
    position = models.CharField(_("jabatan"), max_length=150, blank=True)
    theme = models.CharField(_("tampilan"), max_length=5, choices=Theme, default=Theme.AUTO)
    is_active = models.BooleanField(_("aktif"), default=True)
    joined_at = models.DateTimeField(_("terdaftar pada"), auto_now_add=True)
    email_bounced_at = models.DateTimeField(_("surel ditolak pada"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("pengguna")
        verbose_name_plural = _("pengguna")
        ordering = ["name", "email"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=models.functions.Lower("email")),
                name="user_email_is_lower_case",
                violation_error_message=_("Tulis alamat surel dengan huruf kecil."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def initials(self) -> str:
        """One or two capital letters for the avatar."""
        words = [word for word in self.name.split() if word[:1].isalpha()]
        return "".join(word[0] for word in words[:2]).upper() or self.email[:1].upper()
