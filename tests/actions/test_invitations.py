"""Invitations: sent, resent, withdrawn, accepted once, by the right person."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from actions.actors import office_key
from actions.models import Invitation, Membership
from actions.policies.errors import NotAllowed
from actions.services import people
from notifications.jobs.delivery import deliver
from notifications.models import Message
from tests.actions.people_nation import Nation, invited
from tests.factories_actions import (
    PASSWORD,
    Role,
    UserFactory,
    sign_in,
)

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "pohon-kelor-17-daun"
ACCOUNT = {"name": "Maria Goreti", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}


# Inviting


@pytest.mark.both_databases
def test_inviting_makes_a_person_without_password_and_tells_them(nation):
    invitation, path = invited(nation, email=" Maria@Sikka.example ")

    message = Message.objects.get(user=invitation.user)
    token = path.split("/")[2]
    assert (invitation.user.email, invitation.user.has_usable_password()) == ("maria@sikka.example", False)
    assert (message.title, message.urgency) == ("Undangan: Koordinator, Kabupaten Sikka", "at_once")
    assert invitation.expires_at - invitation.invited_at == timedelta(days=7)
    assert len(token) == 43
    assert token not in invitation.token_hash


def test_the_service_refuses_what_the_policy_refuses(nation):
    with pytest.raises(NotAllowed):
        invited(nation, by=nation.coordinator, institution=nation.neighbour)

    assert (User.objects.filter(email="maria@sikka.example").count(), Message.objects.count()) == (0, 0)


def test_a_known_person_keeps_their_own_name(nation):
    known = UserFactory(name="Nama Sendiri", email="maria@sikka.example")

    invitation, _path = invited(nation, name="Nama Lain")

    known.refresh_from_db()
    assert (invitation.user, known.name, known.has_usable_password()) == (known, "Nama Sendiri", True)


def test_one_role_is_offered_once(nation):
    invited(nation)

    with pytest.raises(NotAllowed, match=r"Undangan untuk maria@sikka.example masih berlaku"):
        invited(nation)
    with pytest.raises(NotAllowed, match="sudah memegang peran ini"):
        invited(nation, email=nation.coordinator.user.email)

    assert Invitation.objects.count() == 1


def test_a_closed_account_cannot_be_invited(nation):
    UserFactory(email="maria@sikka.example", is_active=False)

    with pytest.raises(NotAllowed, match="ditutup"):
        invited(nation)


# Accepting


def test_a_new_person_follows_the_link_in_the_email(nation, client):
    invited(nation)
    deliver()
    path = re.search(r"http://localhost:8000(/undangan/\S+)", mail.outbox[0].body).group(1)

    asked = client.get(path)
    done = client.post(path, ACCOUNT)

    person = User.objects.get(email="maria@sikka.example")
    membership = Membership.objects.get(user=person)
    assert "Kabupaten Sikka" in asked.content.decode()
    assert (done.status_code, done["Location"]) == (302, "/")
    assert (person.name, person.check_password(NEW_PASSWORD)) == ("Maria Goreti", True)
    assert (membership.role, membership.starts_on) == (Role.COORDINATOR, timezone.localdate())
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.session["office"] == office_key(nation.regency.pk, None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"password1": "pendek", "password2": "pendek"}, "password1"),
        ({"password2": "lain-sama-sekali-9"}, "password2"),
        ({"name": "x" * 100_000}, "name"),
    ],
)
def test_a_poor_name_or_password_keeps_the_link_working(nation, client, change, field):
    _invitation, path = invited(nation)

    response = client.post(path, ACCOUNT | change)
    again = client.post(path, ACCOUNT)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert again["Location"] == "/"


def test_a_known_person_signs_in_first_and_accepts_with_one_button(nation, client):
    known = UserFactory(email="maria@sikka.example")
    _invitation, path = invited(nation)

    asked = client.get(path).content.decode()
    without_signing_in = client.post(path, ACCOUNT)
    client.post(f"/masuk/?next={path}", {"login": known.email, "password": PASSWORD, "next": path})
    done = client.post(path)

    known.refresh_from_db()
    assert f"/masuk/?next={path}" in asked
    assert without_signing_in.status_code == 200
    assert done["Location"] == "/"
    assert known.check_password(PASSWORD)
    assert Membership.objects.filter(user=known, role=Role.COORDINATOR).count() == 1


def test_somebody_else_who_is_signed_in_is_asked_to_leave_first(nation, client):
    _invitation, path = invited(nation)
    sign_in(client, nation.coordinator)

    asked = client.get(path).content.decode()
    client.post(path, ACCOUNT)

    assert "Undangan ini untuk orang lain" in asked
    assert Membership.objects.filter(user__email="maria@sikka.example").count() == 0
    assert Membership.objects.filter(user=nation.coordinator.user).count() == 1


@pytest.mark.parametrize("why", ["unknown", "expired", "withdrawn", "accepted", "replaced", "closed"])
def test_every_dead_link_gets_the_same_page(nation, client, why):
    invitation, path = invited(nation)
    if why == "unknown":
        path = path[:-2] + "x/"
    elif why == "expired":
        week = timedelta(days=7)
        Invitation.objects.update(invited_at=timezone.now() - week - week, expires_at=timezone.now())
    elif why == "withdrawn":
        people.withdraw(invitation, by=nation.secretariat)
    elif why == "accepted":
        people.accept(path.split("/")[2], name="Maria", password=NEW_PASSWORD)
    elif why == "replaced":
        people.resend(invitation, by=nation.secretariat)
    else:
        User.objects.filter(pk=invitation.user_id).update(is_active=False)
    before = Membership.objects.count()

    answers = {(client.get(path).status_code, client.post(path, ACCOUNT).status_code)}
    page = client.get(path).content.decode()

    assert answers == {(404, 404)}
    assert "Tautan undangan tidak berlaku" in page
    assert "maria" not in page
    assert Membership.objects.count() == before


@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (0, False)])
def test_a_link_dies_exactly_seven_days_after_it_was_sent(nation, seconds, works):
    invitation, path = invited(nation)
    at = invitation.expires_at + timedelta(seconds=seconds)

    if works:
        people.accept(path.split("/")[2], name="Maria", password=NEW_PASSWORD, now=at)
    else:
        with pytest.raises(people.InvitationUnusable):
            people.accept(path.split("/")[2], name="Maria", password=NEW_PASSWORD, now=at)

    assert (Membership.objects.filter(user=invitation.user).count() == 1) == works


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_membership():
    nation = Nation()
    invitation, path = invited(nation)
    outcomes, start = [], threading.Barrier(4)

    def click():
        try:
            start.wait()
            people.accept(path.split("/")[2], name="Maria", password=NEW_PASSWORD)
            outcomes.append("accepted")
        except people.InvitationUnusable:
            outcomes.append("too late")
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()

    assert sorted(outcomes) == ["accepted", "too late", "too late", "too late"]
    assert Membership.objects.filter(user=invitation.user).count() == 1


def test_two_links_to_the_same_role_make_one_membership(nation):
    known = UserFactory(email="maria@sikka.example")
    first, path = invited(nation)
    Invitation.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    second, other = invited(nation, role=Role.SIGNATORY)
    Invitation.objects.filter(pk=second.pk).update(role=Role.COORDINATOR)

    for link in (path, other):
        people.accept(link.split("/")[2], by=known)

    assert Membership.objects.filter(user=known).count() == 1
    assert first.pk != second.pk


# Resending and withdrawing


def test_resending_replaces_the_link_and_the_undelivered_email(nation):
    invitation, old = invited(nation)
    Invitation.objects.update(
        invited_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(days=2)
    )

    people.resend(invitation, by=nation.officer)
    outcome = deliver()

    new = Message.objects.latest("pk").path
    invitation.refresh_from_db()
    assert new != old
    assert (outcome.sent, new in mail.outbox[0].body) == (1, True)
    assert (invitation.invited_by, invitation.is_open_at(timezone.now())) == (nation.officer.user, True)


def test_a_withdrawn_invitation_sends_no_email(nation):
    invitation, _path = invited(nation)

    people.withdraw(invitation, by=nation.officer)

    assert deliver().sent == 0
    with pytest.raises(NotAllowed, match="sudah ditarik"):
        people.resend(invitation, by=nation.officer)


def test_an_accepted_invitation_cannot_be_withdrawn(nation):
    invitation, path = invited(nation)
    people.accept(path.split("/")[2], name="Maria", password=NEW_PASSWORD)

    with pytest.raises(NotAllowed, match="sudah diterima"):
        people.withdraw(invitation, by=nation.secretariat)


@pytest.mark.parametrize("act", ["kirim-ulang", "tarik"])
def test_a_neighbours_invitation_is_not_there(nation, client, act):
    invitation, _path = invited(nation, institution=nation.neighbour)
    sign_in(client, nation.coordinator)

    response = client.post(f"/orang/undangan/{invitation.pk}/{act}/")

    invitation.refresh_from_db()
    assert (response.status_code, invitation.withdrawn_at) == (404, None)


@pytest.mark.django_db(transaction=True)
def test_an_invitation_rolled_back_leaves_no_trace():
    nation = Nation()

    def act_and_fail():
        with transaction.atomic():
            invited(nation)
            raise RuntimeError("later in the same act")

    with pytest.raises(RuntimeError, match="later"):
        act_and_fail()

    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)
    assert not User.objects.filter(email="maria@sikka.example").exists()
