"""Tell people things, once each, and note what they have read."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from notifications.models import Message
from notifications.tasks import deliver_messages

TITLE_LENGTH = Message._meta.get_field("title").max_length
WRITTEN_FIELDS = ("user", "kind", "urgency", "title", "body", "path", "created_at")
BATCH = 500


def draft(
    user: User,
    *,
    key: str,
    kind: str,
    title: str,
    body: str = "",
    path: str = "",
    urgency: str = Message.Urgency.AT_ONCE,
    now: datetime | None = None,
) -> Message:
    """Return an unsaved message for `tell_many`; a title over 200 characters ends in an ellipsis.

    `key` names person, subject, deadline and rung, so that a rerun finds the row. `path` is a page of the
    portal ("/laporan/7/"), or empty. Raises ValueError for a path that leads elsewhere.
    """
    if path and (not path.startswith("/") or path.startswith("//")):
        raise ValueError(f"A message leads to a page of the portal, not to {path!r}.")
    if len(title) > TITLE_LENGTH:
        title = f"{title[: TITLE_LENGTH - 1]}…"
    return Message(
        key=key,
        user=user,
        kind=kind,
        urgency=urgency,
        title=title,
        body=body,
        path=path,
        created_at=now or timezone.now(),
    )


def tell(user: User, *, key: str, kind: str, title: str, **rest) -> bool:
    """Tell one person one thing, once; True when the message is new. Keywords as for `draft`.

    Runs inside the caller's transaction: the message exists exactly if the act does.
    """
    message = draft(user, key=key, kind=kind, title=title, **rest)
    fields = {field: getattr(message, field) for field in WRITTEN_FIELDS}
    _, is_new = Message.objects.get_or_create(key=key, defaults=fields)
    if is_new and message.urgency == Message.Urgency.AT_ONCE:
        deliver_messages.delay_on_commit()
    return is_new


def tell_many(messages: Iterable[Message]) -> int:
    """Save the messages (made by `draft`) whose key is not there yet and return how many those were.

    Two processes may tell the same thing at the same moment: one row results, though both may count it.
    Urgent messages are sent as soon as the transaction commits; the sweep sends what a lost task left.
    """
    wanted = {message.key: message for message in messages}
    keys = sorted(wanted)  # one order for everybody: two processes cannot wait for each other
    created = []
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        known = set(Message.objects.filter(key__in=batch).values_list("key", flat=True))
        new = [wanted[key] for key in batch if key not in known]
        Message.objects.bulk_create(new, ignore_conflicts=True)
        created += new
    if any(message.urgency == Message.Urgency.AT_ONCE for message in created):
        deliver_messages.delay_on_commit()
    return len(created)


def supersede(prefix: str, *, reason: str, now: datetime | None = None) -> int:
    """Send no e-mail for the undelivered messages whose key begins with `prefix`; return how many.

    They stay readable in the portal. For a withdrawn invitation, or a rung that a later one replaces.
    """
    rows = Message.objects.undelivered().filter(key__startswith=prefix)
    return rows.update(failed_at=now or timezone.now(), last_error=reason[:300])


def mark_read(message: Message, *, now: datetime | None = None) -> None:
    """Note when the person first opened the message; a second time changes nothing."""
    Message.objects.filter(pk=message.pk).unread().update(read_at=now or timezone.now())


def mark_all_read(user: User, *, now: datetime | None = None) -> int:
    """Note that the person has read everything told so far; return how many messages that were."""
    return Message.objects.of(user).unread().update(read_at=now or timezone.now())
