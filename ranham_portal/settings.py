"""Settings of the portal: one file, every value from the environment, loud on nonsense.

Without DATABASE_URL this is the *embedded* portal: SQLite, files and a generated secret under the state
folder, and only this machine may call it. With DATABASE_URL it is a production portal: secrets have no
default and HTTPS is on. Every variable is listed in .env.example.
"""

import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()


def flag(name: str, *, default: bool) -> bool:
    """Return a yes-or-no variable. Raises ImproperlyConfigured for anything but a clear yes or no."""
    text = env.str(name, "").strip().lower()
    if text in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
        return default if text == "" else text in ("1", "true", "yes", "on")
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {text!r}.")


def number(name: str, *, default: int, least: int = 0) -> int:
    """Return a whole number of at least `least`. Raises ImproperlyConfigured for anything else."""
    text = env.str(name, "").strip()
    try:
        value = int(text) if text else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}.") from None
    if value < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {value}.")
    return value


def numbers(name: str, *, default: list[int]) -> list[int]:
    """Return whole numbers separated by commas. Raises ImproperlyConfigured for anything else."""
    text = env.str(name, "").strip()
    try:
        return [int(part) for part in text.split(",")] if text else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be whole numbers separated by commas: {text!r}.") from None


def kept_secret(folder: Path) -> str:
    """Return the secret key of the embedded portal, made once and readable by its owner only."""
    path = folder / "secret_key"
    if not path.exists():
        new = folder / f"secret_key.{os.getpid()}"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(new, path)  # only the first of two processes names the file; both then read the same key
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return path.read_text()


EMBEDDED = not env.str("DATABASE_URL", "")
STATE_DIR = Path(env.str("RANHAM_STATE_DIR", "") or BASE_DIR / "var").resolve()
if EMBEDDED:
    STATE_DIR.mkdir(parents=True, exist_ok=True)

# Every page of a portal filled with examples says so

IS_DEMO = flag("RANHAM_DEMO", default=False)

# Security

DEBUG = flag("RANHAM_DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", "") or (kept_secret(STATE_DIR) if EMBEDDED else env.str("SECRET_KEY"))
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must not be empty.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = (
    env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"]) if EMBEDDED else env.list("ALLOWED_HOSTS")
)
PORTAL_URL = env.str("PORTAL_URL", "http://localhost:8000" if EMBEDDED else env.NOTSET).rstrip("/")
if not PORTAL_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"PORTAL_URL must start with http:// or https://, not {PORTAL_URL!r}.")

HTTPS = flag("RANHAM_HTTPS", default=not EMBEDDED)
TRUSTED_PROXIES = number("RANHAM_TRUSTED_PROXIES", default=0 if EMBEDDED else 1)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]  # asked by the container itself, without the proxy
SECURE_HSTS_SECONDS = number("RANHAM_HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = number("RANHAM_SESSION_HOURS", default=12, least=1) * 3600  # one long working day
CSRF_TRUSTED_ORIGINS = [PORTAL_URL] if PORTAL_URL.startswith("https://") else []
X_FRAME_OPTIONS = "SAMEORIGIN"  # the review desk shows a PDF inside our own page
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # which asks for DENY

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own marks (caret, check) are data: images in its CSS
        "object-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
    }
}

# The house

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "accounts",
    "notifications",
    "actions",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "actions.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "ranham_portal.urls"
WSGI_APPLICATION = "ranham_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reporting.context_processors.frame",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = DEBUG

# Data: no ATOMIC_REQUESTS, since on SQLite every transaction takes the one write lock

if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": STATE_DIR / "portal.sqlite3",
            "TEST": {"NAME": STATE_DIR / "test.sqlite3"},  # a file, so that threads share it
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    }
else:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
    if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
        raise ImproperlyConfigured("DATABASE_URL is for PostgreSQL; leave it out for the embedded SQLite.")
    DATABASES["default"]["CONN_MAX_AGE"] = number("RANHAM_DATABASE_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0" if EMBEDDED else env.NOTSET)
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://" if EMBEDDED else REDIS_URL)}

# Uploads: larger files go to disk while they arrive; a form may carry long texts, not files, in memory

MEDIA_ROOT = Path(env.str("RANHAM_EVIDENCE_DIR", "") or STATE_DIR / "evidence").resolve()
EVIDENCE_MAX_BYTES = number("EVIDENCE_MAX_BYTES", default=20 * 1024 * 1024, least=1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "reporting.uploads.CappedUploadHandler",  # stops writing what is larger than EVIDENCE_MAX_BYTES
]

# Static files

STATIC_URL = "static/"
HASHED_STATIC = flag("RANHAM_HASHED_STATIC", default=not EMBEDDED and not DEBUG)
STATIC_ROOT = Path(env.str("RANHAM_STATIC_DIR", "") or BASE_DIR / "staticfiles").resolve() if HASHED_STATIC else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not HASHED_STATIC
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

# People

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation link has already shown that the address is theirs
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can have us write to strangers
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False  # offices share computers: the session ends with the browser
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# Language and time: Indonesian is the source language; no LocaleMiddleware until the second one is whole

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("Bahasa Inggris"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

# E-mail: the embedded portal writes each message to a file under its state folder

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Portal RANHAM <portal@ranham.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
if env.str("EMAIL_URL", "") or not EMBEDDED:
    vars().update(env.email_url("EMAIL_URL"))
    EMAIL_PORT = vars().get("EMAIL_PORT") or 25
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = STATE_DIR / "mail"

# Reminders: days before a deadline (negative: after it) on which the offices concerned are reminded

REMINDER_LADDER_DAYS = numbers("REMINDER_LADDER_DAYS", default=[14, 7, 3, 1, 0, -1])

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("RANHAM_LOG_LEVEL", "INFO").upper()},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
