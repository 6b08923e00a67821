"""Telling people things once."""

import pytest
from django.utils import timezone

from notifications import services
from notifications.models import Message
from tests.factories_actions import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Urgency = Message.Urgency


def test_tell_twice_leaves_one_row_with_the_first_words():
    user = UserFactory()

    first = services.tell(user, key="report:7:returned", kind="returned", title="Dikembalikan", path="/laporan/7/")
    second = services.tell(user, key="report:7:returned", kind="returned", title="Lain")

    assert (first, second) == (True, False)
    assert list(Message.objects.values_list("title", "path", "urgency")) == [
        ("Dikembalikan", "/laporan/7/", Urgency.AT_ONCE)
    ]


def test_tell_many_saves_only_what_is_new():
    user, colleague = UserFactory(), UserFactory()
    services.tell(user, key="b", kind="reminder", title="Lama", urgency=Urgency.DAILY)

    rows = [
        services.draft(person, key=key, kind="reminder", title="Pengingat", urgency=Urgency.DAILY)
        for person, key in [(user, "a"), (user, "b"), (colleague, "c"), (colleague, "c")]
    ]
    created = services.tell_many(rows)

    assert created == 2
    assert sorted(Message.objects.values_list("key", "title")) == [
        ("a", "Pengingat"),
        ("b", "Lama"),
        ("c", "Pengingat"),
    ]


def test_urgent_message_queues_one_delivery_after_the_commit(django_capture_on_commit_callbacks, monkeypatch):
    queued = []
    monkeypatch.setattr(services.deliver_messages, "delay", lambda: queued.append("delivery"))
    user = UserFactory()

    with django_capture_on_commit_callbacks(execute=True):
        services.tell_many([services.draft(user, key=key, kind="x", title="Segera") for key in "ab"])
        services.tell(user, key="c", kind="x", title="Nanti", urgency=Urgency.DAILY)

    assert queued == ["delivery"]


@pytest.mark.django_db(transaction=True)
def test_a_broken_broker_does_not_spoil_the_act(monkeypatch):
    def broken():
        raise ConnectionError("no broker")

    monkeypatch.setattr(services.deliver_messages, "delay", broken)

    services.tell(UserFactory(), key="a", kind="x", title="Segera")

    assert Message.objects.undelivered().count() == 1


@pytest.mark.parametrize("path", ["https://lain.example/", "//lain.example/", "laporan/7/"])
def test_a_message_never_leads_out_of_the_portal(path):
    with pytest.raises(ValueError, match="a page of the portal"):
        services.tell(UserFactory(), key="a", kind="x", title="Judul", path=path)


def test_a_long_title_ends_in_an_ellipsis():
    services.tell(UserFactory(), key="a", kind="x", title="x" * 300)

    assert Message.objects.get().title == "x" * 199 + "…"


def test_supersede_stops_only_undelivered_messages_of_the_subject():
    user, now = UserFactory(), timezone.now()
    for key in ("reminder:5:7", "reminder:5:3", "reminder:55:7"):
        services.tell(user, key=key, kind="reminder", title=key)
    Message.objects.filter(key="reminder:5:3").update(delivered_at=now)

    stopped = services.supersede("reminder:5:", reason="Diganti pengingat yang lebih baru.", now=now)

    assert stopped == 1
    assert list(Message.objects.undelivered().values_list("key", flat=True)) == ["reminder:55:7"]


def test_mark_read_keeps_the_first_instant_and_other_peoples_messages():
    user, stranger = UserFactory(), UserFactory()
    for person in (user, stranger):
        services.tell(person, key=f"k{person.pk}", kind="x", title="Judul")
    message, first = Message.objects.get(user=user), timezone.now()

    services.mark_read(message, now=first)
    services.mark_read(message, now=timezone.now())
    services.mark_all_read(user)

    message.refresh_from_db()
    assert message.read_at == first
    assert list(Message.objects.unread().values_list("user", flat=True)) == [stranger.pk]
