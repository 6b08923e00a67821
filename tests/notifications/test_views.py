"""The pages of a person's own messages."""

from notifications import services
from notifications.models import Message
from tests.factories_actions import Role, UserFactory, make_actor, sign_in

URL = "/pesan/"


def test_list_shows_own_messages_and_nobody_elses(client, db):
    actor, stranger = make_actor(Role.COORDINATOR), UserFactory()
    services.tell(actor.user, key="a", kind="x", title="Laporan Anda dikembalikan", path="/laporan/7/")
    services.tell(stranger, key="b", kind="x", title="Rahasia orang lain")
    sign_in(client, actor)

    page = client.get(URL).content.decode()

    assert "Laporan Anda dikembalikan" in page
    assert "Rahasia orang lain" not in page
    assert Message.objects.get(key="a").read_at is None


def test_opening_marks_read_and_leads_to_the_page(client, db):
    actor = make_actor(Role.COORDINATOR)
    services.tell(actor.user, key="a", kind="x", title="Judul", path="/akun/")
    message = Message.objects.get()
    sign_in(client, actor)

    response = client.post(f"/pesan/{message.pk}/buka/")

    message.refresh_from_db()
    assert (response.status_code, response["Location"], message.read_at is not None) == (302, "/akun/", True)


def test_a_message_that_leads_elsewhere_stays_in_the_portal(client, db):
    actor = make_actor(Role.COORDINATOR)
    services.tell(actor.user, key="a", kind="x", title="Judul")
    message = Message.objects.get()
    Message.objects.update(path="//lain.example/")
    sign_in(client, actor)

    response = client.post(f"/pesan/{message.pk}/buka/")

    assert response["Location"] == URL


def test_somebody_elses_message_is_not_there(client, db):
    services.tell(UserFactory(), key="a", kind="x", title="Judul")
    message = Message.objects.get()
    sign_in(client, make_actor(Role.SECRETARIAT))

    response = client.post(f"/pesan/{message.pk}/buka/")

    message.refresh_from_db()
    assert (response.status_code, message.read_at) == (404, None)


def test_reading_all(client, db):
    actor = make_actor(Role.COORDINATOR)
    for key in "ab":
        services.tell(actor.user, key=key, kind="x", title="Judul")
    sign_in(client, actor)

    response = client.post("/pesan/sudah-dibaca/")

    assert (response["Location"], Message.objects.unread().count()) == (URL, 0)


def test_opening_by_get_is_refused(client, db):
    actor = make_actor(Role.COORDINATOR)
    services.tell(actor.user, key="a", kind="x", title="Judul")
    sign_in(client, actor)

    assert client.get(f"/pesan/{Message.objects.get().pk}/buka/").status_code == 405


def test_strangers_are_sent_to_the_door(client, db):
    assert client.get(URL)["Location"] == "/masuk/?next=/pesan/"


def test_list_costs_the_same_with_one_message_and_with_three(client, db, django_assert_num_queries):
    actor = make_actor(Role.COORDINATOR)
    sign_in(client, actor)
    for key in "abc":
        services.tell(actor.user, key=key, kind="x", title="Judul")
        with django_assert_num_queries(7):  # session, person, memberships, unread, periods, count, messages
            client.get(URL)
