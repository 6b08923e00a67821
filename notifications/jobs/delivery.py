"""E-mail what people were told: claim the rows first, then send, then record it.

A claim is `next_attempt_at` set ahead under a row lock, committed before the mail server is asked. Another
worker passes over claimed rows; a killed worker's rows come due again by themselves and are sent under the same
Message-ID. So a message is delivered at least once, twice only if killed between the server's yes and our record.
"""

import hashlib
import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notifications.models import Message

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
FIRST_WAIT = timedelta(minutes=5)  # longer than one sending may take, so that a claim outlives it
LONGEST_WAIT = timedelta(hours=4)
MOST_EMAILS = 500  # per run, so that a long queue leaves the worker time for other tasks
Claim = Callable[[datetime], list[Message]]


@dataclass
class Outcome:
    """How many e-mails one run sent, postponed to a later attempt, and gave up."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.postponed + self.failed


def deliver(now: datetime | None = None, *, most: int = MOST_EMAILS) -> Outcome:
    """Send every e-mail that is due, at most `most`; safe to run twice and by several workers at once.

    An urgent message is one e-mail; the daily ones of a person are one e-mail a day (date in Jakarta). Nothing is
    claimed while the mail server cannot be reached, so an outage uses up no attempts.
    """
    outcome = Outcome()
    if not Message.objects.due_at(now or timezone.now()).exists():
        return outcome
    _fail_unreachable(now or timezone.now())
    connection = get_connection()
    try:
        connection.open()
        for claim in (_claim_urgent, _claim_digest):
            while outcome.total < most and (messages := claim(now or timezone.now())):
                _send(messages, connection, outcome, now)
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("The mail server cannot be reached: %s", error)
    finally:
        _close(connection)
    return outcome


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after the given number of attempts (1 or more): 5, 10, 20 minutes, up to 4 hours."""
    return min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)


def message_id(messages: list[Message]) -> str:
    """Return the Message-ID of the e-mail about these messages: always the same for the same keys."""
    keys = "\n".join(sorted(message.key for message in messages))
    digest = hashlib.sha256(keys.encode()).hexdigest()[:40]
    return f"<{digest}@{urlsplit(settings.PORTAL_URL).hostname}>"


def _fail_unreachable(now: datetime) -> None:
    """Give up what has no address to go to; the messages stay readable in the portal."""
    rows = Message.objects.undelivered()
    rows.filter(user__is_active=False).update(failed_at=now, last_error=_("Akun tidak aktif."))
    rows.filter(user__email="").update(failed_at=now, last_error=_("Alamat surel kosong."))


def _claim_urgent(now: datetime) -> list[Message]:
    """Claim the oldest urgent message that is due, as a list of one, or of none."""
    with transaction.atomic():
        rows = Message.objects.due_at(now).filter(urgency=Message.Urgency.AT_ONCE)
        rows = rows.select_for_update(of=("self",), skip_locked=True).select_related("user")
        return _claimed(list(rows.order_by("created_at", "pk")[:1]), now)


def _claim_digest(now: datetime) -> list[Message]:
    """Claim the daily messages of one person who has had no daily e-mail today, or nothing.

    What was tried before is tried again alone, under the same Message-ID; newer messages wait for tomorrow.
    """
    with transaction.atomic():
        user = _digest_readers(now).select_for_update(of=("self",), skip_locked=True).order_by("pk").first()
        if user is None:
            return []
        rows = Message.objects.due_at(now).filter(user=user, urgency=Message.Urgency.DAILY)
        rows = rows.filter(user__in=_digest_readers(now))  # asked again under the lock: another worker may be ahead
        rows = list(rows.select_for_update(of=("self",)).select_related("user").order_by("created_at", "pk"))
        tried = [message for message in rows if message.attempts]
        return _claimed(tried or rows, now)


def _digest_readers(now: datetime):
    local = timezone.localtime(now, timezone.get_default_timezone())
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    daily = Message.objects.filter(user=OuterRef("pk"), urgency=Message.Urgency.DAILY)
    return User.objects.filter(
        Exists(daily.due_at(now)),
        ~Exists(daily.filter(delivered_at__gte=today)),
        ~Exists(daily.undelivered().filter(next_attempt_at__gt=now)),
    )


def _claimed(messages: list[Message], now: datetime) -> list[Message]:
    if not messages:
        return []
    attempts = messages[0].attempts + 1  # what goes in one e-mail has been tried equally often
    for message in messages:
        message.attempts, message.next_attempt_at = attempts, now + wait_after(attempts)
    Message.objects.bulk_update(messages, ["attempts", "next_attempt_at"])
    return messages


def _send(messages: list[Message], connection, outcome: Outcome, now: datetime | None) -> None:
    """Send one e-mail and record what became of it; raises only when the server itself is gone."""
    try:
        email = _email(messages)
        email.connection = connection
        email.send()
    except smtplib.SMTPRecipientsRefused as error:
        _record_refusal(messages, error, outcome, now or timezone.now())
    except (OSError, smtplib.SMTPException, ValueError) as error:
        _record_failure(messages, error, outcome, now or timezone.now())
        _close(connection)
        connection.open()
    else:
        _record_delivery(messages, outcome, now or timezone.now())


def _close(connection) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.info("The mail server had already closed the connection.")


def _record_delivery(messages: list[Message], outcome: Outcome, now: datetime) -> None:
    _rows(messages).update(delivered_at=now, next_attempt_at=None, last_error="")
    User.objects.filter(pk=messages[0].user_id, email_bounced_at__isnull=False).update(email_bounced_at=None)
    outcome.sent += 1


def _record_refusal(messages: list[Message], error, outcome: Outcome, now: datetime) -> None:
    """A 5xx answer about the address is final: the person's address is marked, for their Kanwil to see."""
    code, text = next(iter(error.recipients.values()))
    if code < 500:
        _record_failure(messages, error, outcome, now)
        return
    User.objects.filter(pk=messages[0].user_id).update(email_bounced_at=now)
    reason = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    _give_up(messages, reason, outcome, now)


def _record_failure(messages: list[Message], error: Exception, outcome: Outcome, now: datetime) -> None:
    reason = f"{type(error).__name__}: {error}"
    logger.warning("An e-mail could not be sent (attempt %s): %s", messages[0].attempts, reason)
    if messages[0].attempts >= MOST_ATTEMPTS:
        _give_up(messages, reason, outcome, now)
        return
    _rows(messages).update(last_error=reason[:300])
    outcome.postponed += 1


def _give_up(messages: list[Message], reason: str, outcome: Outcome, now: datetime) -> None:
    _rows(messages).update(failed_at=now, next_attempt_at=None, last_error=reason[:300])
    outcome.failed += 1


def _rows(messages: list[Message]):
    return Message.objects.filter(pk__in=[message.pk for message in messages])


def _action_label(message: Message) -> str:
    if message.kind == "invitation":
        return _("Terima undangan")
    return _("Buka di portal") if message.path else _("Lihat pesan")


def _email(messages: list[Message]) -> EmailMultiAlternatives:
    """Build the e-mail about one urgent message, or about a person's messages of the day."""
    first = messages[0]
    is_urgent = first.urgency == Message.Urgency.AT_ONCE
    name = "message" if is_urgent else "digest"
    context = {
        "recipient_name": first.user.name,
        "message": first,
        "messages": messages,
        "portal_url": settings.PORTAL_URL,
        "heading": first.title if is_urgent else "",
        "action_url": settings.PORTAL_URL + (first.path if is_urgent and first.path else reverse("message-list")),
        "action_label": _action_label(first) if is_urgent else _("Buka semua pesan"),
        "reason": _("Anda menerima surel ini karena terdaftar di Portal RANHAM dengan alamat ini."),
    }
    subject = " ".join(render_to_string(f"emails/{name}_subject.txt", context).split())
    email = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"emails/{name}.txt", context),
        to=[first.user.email],
        headers={"Message-ID": message_id(messages), "Auto-Submitted": "auto-generated"},
    )
    email.attach_alternative(render_to_string(f"emails/{name}.html", context), "text/html")
    return email
