"""Inviting people, accepting, ending: who may, and what cannot happen twice."""

import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from actions.actors import Actor, actor_for, office_key
from actions.models import Invitation, Membership
from actions.policies.errors import NotAllowed
from actions.policies.people import (
    institutions_to_invite_to,
    obstacles_to_ending,
    obstacles_to_inviting,
    roles_to_give,
    warnings_before_ending,
)
from actions.services import people
from notifications.jobs.delivery import deliver
from notifications.models import Message
from tests.factories_actions import (
    PASSWORD,
    KanwilFactory,
    MembershipFactory,
    MinistryFactory,
    OversightFactory,
    RegencyFactory,
    Role,
    UnitFactory,
    UserFactory,
    make_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "pohon-kelor-17-daun"
ACCOUNT = {"name": "Maria Goreti", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}


class Nation:
    """Two provinces with a Kanwil each, their kabupaten, one ministry with the secretariat, one without."""

    def __init__(self):
        self.regency, self.neighbour = RegencyFactory(name="Kabupaten Sikka"), RegencyFactory(name="Kabupaten Bima")
        self.province = self.regency.parent
        self.unit = UnitFactory(institution=self.regency, name="Dinas Sosial")
        self.neighbour_unit = UnitFactory(institution=self.neighbour)
        self.kanwil = OversightFactory(overseen=self.province).overseer
        OversightFactory(overseen=self.neighbour.parent)
        self.ministry_ham = MinistryFactory(secretariat=True)
        self.ministry = MinistryFactory()
        self.coordinator = make_actor(Role.COORDINATOR, self.regency)
        self.officer = make_actor(Role.KANWIL_OFFICER, self.kanwil)
        self.secretariat = make_actor(Role.SECRETARIAT, self.ministry_ham)


@pytest.fixture
def nation(db) -> Nation:
    return Nation()


def invited(nation: Nation, *, by: Actor | None = None, role=Role.COORDINATOR, email="maria@sikka.example", **fields):
    """An invitation and the path of its link."""
    fields = {"institution": nation.regency, "name": "Maria", "by": by or nation.secretariat, **fields}
    invitation = people.invite(fields.pop("institution"), role, email=email, **fields)
    return invitation, Message.objects.filter(user=invitation.user, kind="invitation").latest("pk").path


# Who may give which role where

GIVER_CASES = [
    # giver, role, place, may
    ("coordinator", Role.OPD_STAFF, "regency", True),
    ("coordinator", Role.COORDINATOR, "regency", True),
    ("coordinator", Role.SIGNATORY, "regency", True),
    ("coordinator", Role.PEMBINA, "regency", False),
    ("coordinator", Role.OPD_STAFF, "neighbour", False),
    ("coordinator", Role.COORDINATOR, "neighbour", False),
    ("coordinator", Role.COORDINATOR, "province", False),
    ("coordinator", Role.KANWIL_OFFICER, "kanwil", False),
    ("coordinator", Role.SECRETARIAT, "ministry_ham", False),
    ("officer", Role.COORDINATOR, "regency", True),
    ("officer", Role.SIGNATORY, "regency", True),
    ("officer", Role.COORDINATOR, "province", True),
    ("officer", Role.PEMBINA, "province", True),
    ("officer", Role.OPD_STAFF, "regency", False),
    ("officer", Role.COORDINATOR, "neighbour", False),
    ("officer", Role.KANWIL_OFFICER, "kanwil", False),
    ("officer", Role.COORDINATOR, "ministry", False),
    ("secretariat", Role.OPD_STAFF, "neighbour", True),
    ("secretariat", Role.COORDINATOR, "ministry", True),
    ("secretariat", Role.KANWIL_OFFICER, "kanwil", True),
    ("secretariat", Role.CENTRAL_VERIFIER, "ministry_ham", True),
    ("secretariat", Role.SECRETARIAT, "ministry_ham", True),
    ("secretariat", Role.LEADER, "ministry", True),
    ("secretariat", Role.SECRETARIAT, "ministry", False),
    ("secretariat", Role.CENTRAL_VERIFIER, "ministry", False),
    ("secretariat", Role.KANWIL_OFFICER, "regency", False),
    ("secretariat", Role.COORDINATOR, "kanwil", False),
    ("secretariat", Role.PEMBINA, "regency", False),
]


@pytest.mark.parametrize(("giver", "role", "place", "may"), GIVER_CASES)
def test_who_may_give_which_role_where(nation, giver, role, place, may):
    institution = getattr(nation, place)
    unit = UnitFactory(institution=institution) if role == Role.OPD_STAFF else None

    assert (obstacles_to_inviting(getattr(nation, giver), role, institution, unit) == []) == may


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.COORDINATOR, Role.SECRETARIAT)])
def test_others_may_give_no_role(nation, role):
    place = {Role.KANWIL_OFFICER: nation.kanwil}.get(role)
    actor = make_actor(role, place)
    own = {Role.COORDINATOR, Role.SIGNATORY, Role.PEMBINA} if role == Role.KANWIL_OFFICER else set()

    given = {
        gift for place in (actor.institution, nation.regency, nation.province) for gift in roles_to_give(actor, place)
    }

    assert given == own


def test_opd_staff_need_an_active_unit_of_the_same_government(nation):
    closed = UnitFactory(institution=nation.regency, is_active=False)

    def obstacles(unit, role=Role.OPD_STAFF):
        return obstacles_to_inviting(nation.coordinator, role, nation.regency, unit)

    assert obstacles(nation.unit) == []
    assert obstacles(None) == ["Pilih perangkat daerah untuk Staf OPD."]
    assert obstacles(nation.neighbour_unit) == ["Pilih perangkat daerah yang aktif di Kabupaten Sikka."]
    assert obstacles(closed) == ["Pilih perangkat daerah yang aktif di Kabupaten Sikka."]
    assert obstacles(nation.unit, Role.SIGNATORY) == ["Perangkat daerah hanya dipilih untuk Staf OPD."]


def test_an_institution_that_ended_takes_nobody(nation):
    nation.regency.valid_until = timezone.localdate() - timedelta(days=1)

    assert obstacles_to_inviting(nation.secretariat, Role.COORDINATOR, nation.regency) == [
        "Kabupaten Sikka tidak berlaku lagi."
    ]


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


# Ending


@pytest.mark.both_databases
def test_ending_stops_access_at_once_and_is_told(nation, client):
    staff = make_actor(Role.OPD_STAFF, unit=nation.unit)
    membership = Membership.objects.get(user=staff.user)
    sign_in(client, staff)
    before = client.get("/orang/").status_code

    people.end_membership(membership, by=nation.coordinator)

    membership.refresh_from_db()
    assert (before, client.get("/orang/").status_code) == (200, 403)
    assert actor_for(staff.user, timezone.localdate()) is None
    assert (membership.ends_on, membership.ended_by) == (timezone.localdate(), nation.coordinator.user)
    assert Message.objects.get(user=staff.user).title == "Penugasan berakhir: Staf OPD, Dinas Sosial, Kabupaten Sikka"


def test_an_ended_person_can_be_invited_again_the_same_day(nation):
    membership = Membership.objects.get(user=nation.coordinator.user)
    people.end_membership(membership, by=nation.officer)

    _invitation, path = invited(nation, email=nation.coordinator.user.email)
    people.accept(path.split("/")[2], by=nation.coordinator.user)

    assert Membership.objects.in_force_on(timezone.localdate()).filter(user=nation.coordinator.user).count() == 1


def test_a_membership_that_has_not_begun_ends_on_its_first_day(nation):
    tomorrow = timezone.localdate() + timedelta(days=1)
    membership = MembershipFactory(institution=nation.regency, starts_on=tomorrow)

    people.end_membership(membership, by=nation.coordinator)

    membership.refresh_from_db()
    assert membership.ends_on == tomorrow
    assert actor_for(membership.user, tomorrow) is None


@pytest.mark.parametrize(
    ("by", "role", "place", "may"),
    [
        ("coordinator", Role.OPD_STAFF, "regency", True),
        ("coordinator", Role.SIGNATORY, "regency", True),
        ("coordinator", Role.OPD_STAFF, "neighbour", False),
        ("officer", Role.COORDINATOR, "regency", True),
        ("officer", Role.OPD_STAFF, "regency", False),
        ("officer", Role.COORDINATOR, "neighbour", False),
        ("officer", Role.KANWIL_OFFICER, "kanwil", False),
        ("secretariat", Role.KANWIL_OFFICER, "kanwil", True),
        ("secretariat", Role.COORDINATOR, "neighbour", True),
    ],
)
def test_who_may_end_whom(nation, by, role, place, may):
    institution = getattr(nation, place)
    unit = UnitFactory(institution=institution) if role == Role.OPD_STAFF else None
    membership = MembershipFactory(institution=institution, role=role, unit=unit)

    assert (obstacles_to_ending(getattr(nation, by), membership) == []) == may


def test_ending_twice_is_refused(nation):
    membership = MembershipFactory(institution=nation.regency)
    people.end_membership(membership, by=nation.coordinator)

    with pytest.raises(NotAllowed, match="sudah berakhir"):
        people.end_membership(membership, by=nation.coordinator)


def test_the_last_coordinator_is_warned_and_the_last_secretariat_member_stays(nation):
    own = Membership.objects.get(user=nation.coordinator.user)
    last = Membership.objects.get(user=nation.secretariat.user)
    alone = warnings_before_ending(nation.coordinator, own)
    MembershipFactory(institution=nation.regency)

    assert alone == ["Ini koordinator terakhir Kabupaten Sikka. Tanpa koordinator, laporannya tidak dapat dikirim."]
    assert warnings_before_ending(nation.coordinator, own) == []
    assert obstacles_to_ending(nation.secretariat, last) != []
    MembershipFactory(institution=nation.ministry_ham, role=Role.SECRETARIAT)
    assert obstacles_to_ending(nation.secretariat, last) == []


# Pages


@pytest.mark.parametrize("name", ["coordinator", "officer", "secretariat", "staff", "pembina", "neighbour_officer"])
def test_the_list_shows_exactly_the_people_in_scope(nation, client, name):
    staff = make_actor(Role.OPD_STAFF, unit=nation.unit)
    pembina = make_actor(Role.PEMBINA, nation.province)
    neighbour = make_actor(Role.COORDINATOR, nation.neighbour)
    neighbour_officer = make_actor(Role.KANWIL_OFFICER, nation.neighbour.parent.oversight_by.get().overseer)
    everybody = [nation.coordinator, nation.officer, nation.secretariat, staff, pembina, neighbour, neighbour_officer]
    actor = {"staff": staff, "pembina": pembina, "neighbour_officer": neighbour_officer}.get(name)
    actor = actor or getattr(nation, name)
    expected = {
        "coordinator": [nation.coordinator, staff],
        "officer": [nation.coordinator, nation.officer, pembina],
        "secretariat": everybody,
        "staff": [staff],
        "pembina": [pembina],
        "neighbour_officer": [neighbour, neighbour_officer],
    }[name]
    sign_in(client, actor)

    page = client.get("/orang/")

    assert {row.user for row in page.context["page"]} == {shown.user for shown in expected}


@pytest.mark.parametrize("words", ["maria", "MARIA@", "sikka", "Dinas Sos"])
def test_search_finds_by_name_address_institution_and_unit(nation, client, words):
    person = UserFactory(name="Maria Goreti", email="maria@x.example")
    make_actor(Role.OPD_STAFF, unit=nation.unit, user=person)
    sign_in(client, nation.secretariat)

    found = client.get("/orang/", {"q": words}).context["page"]

    assert person in {row.user for row in found}
    assert nation.secretariat.user not in {row.user for row in found}


@pytest.mark.parametrize("words", ["\x00", "x" * 100_000, "%", "' OR 1=1 --", "tidak ada orang begini"])
def test_strange_searches_are_answered(nation, client, words):
    sign_in(client, nation.secretariat)

    assert client.get("/orang/", {"q": words, "page": "minus satu"}).status_code == 200


def test_the_list_costs_the_same_with_one_person_and_with_many(nation, client, django_assert_num_queries):
    sign_in(client, nation.officer)
    for _more in range(3):
        make_actor(Role.SIGNATORY, nation.regency)
        with django_assert_num_queries(9):  # 5 for the frame; Kanwil's provinces, count, people, invitations
            client.get("/orang/")


def test_a_coordinator_invites_opd_staff_on_the_page(nation, client):
    sign_in(client, nation.coordinator)

    asked = client.get("/orang/undang/")
    filled = {"email": "budi@sikka.example", "name": "Budi", "role": Role.OPD_STAFF, "unit": nation.unit.pk}
    done = client.post("/orang/undang/", filled)

    assert [unit.pk for unit in asked.context["form"].fields["unit"].queryset] == [nation.unit.pk]
    assert done["Location"] == "/orang/undangan/"
    assert Invitation.objects.get().unit == nation.unit


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "bukan surel"}, "email"),
        ({"email": ""}, "email"),
        ({"name": "x\x00"}, "name"),
        ({"role": Role.SECRETARIAT}, "role"),
        ({"role": "raja"}, "role"),
        ({"unit": ""}, "unit"),
        ({"unit": "foreign"}, "unit"),
        ({"unit": "99999999999999999999"}, "unit"),
    ],
)
def test_forged_and_faulty_invitations_are_refused_beside_the_field(nation, client, change, field):
    sign_in(client, nation.coordinator)
    filled = {"email": "budi@sikka.example", "name": "Budi", "role": Role.OPD_STAFF, "unit": nation.unit.pk} | change
    if filled["unit"] == "foreign":
        filled["unit"] = nation.neighbour_unit.pk

    response = client.post("/orang/undang/", filled)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert Invitation.objects.count() == 0


def test_a_refusal_of_the_service_is_shown_on_the_page(nation, client):
    sign_in(client, nation.coordinator)
    filled = {"email": nation.coordinator.user.email, "name": "x", "role": Role.COORDINATOR}

    response = client.post("/orang/undang/", filled)

    assert "sudah memegang peran ini" in response.context["form"].non_field_errors()[0]


def test_a_kanwil_officer_chooses_an_institution_first(nation, client):
    sign_in(client, nation.officer)

    first = client.get("/orang/undang/")
    codes = [row.code for row in first.context["form"].fields["instansi"].queryset]
    second = client.get("/orang/undang/", {"instansi": nation.regency.code})

    assert sorted(codes) == sorted([nation.province.code, nation.regency.code])
    assert [role for role, _label in second.context["form"].fields["role"].choices] == [
        Role.COORDINATOR,
        Role.SIGNATORY,
    ]


@pytest.mark.parametrize("code", ["neighbour", "\x00", "tidak-ada"])
def test_an_institution_outside_the_scope_is_not_there(nation, client, code):
    sign_in(client, nation.officer)
    code = nation.neighbour.code if code == "neighbour" else code

    assert client.get("/orang/undang/", {"instansi": code}).status_code == 404


@pytest.mark.parametrize("role", [Role.OPD_STAFF, Role.SIGNATORY, Role.PEMBINA, Role.CENTRAL_VERIFIER, Role.LEADER])
def test_invitation_pages_are_not_there_for_others(nation, client, role):
    sign_in(client, make_actor(role))

    assert [client.get(path).status_code for path in ("/orang/undang/", "/orang/undangan/")] == [404, 404]


def test_the_invitation_list_resends_and_withdraws(nation, client):
    invitation, _path = invited(nation, by=nation.coordinator)
    sign_in(client, nation.coordinator)

    listed = client.get("/orang/undangan/").content.decode()
    client.post(f"/orang/undangan/{invitation.pk}/kirim-ulang/")
    sent = Message.objects.filter(kind="invitation").count()
    client.post(f"/orang/undangan/{invitation.pk}/tarik/")
    empty = client.get("/orang/undangan/").content.decode()

    assert "maria@sikka.example" in listed
    assert sent == 2
    assert "Semua undangan sudah dijawab" in empty


def test_the_ending_page_asks_first_and_then_ends(nation, client):
    staff = make_actor(Role.OPD_STAFF, unit=nation.unit)
    membership = Membership.objects.get(user=staff.user)
    sign_in(client, nation.coordinator)

    asked = client.get(f"/orang/penugasan/{membership.pk}/akhiri/")
    still = Membership.objects.get(pk=membership.pk).ended_at
    done = client.post(f"/orang/penugasan/{membership.pk}/akhiri/")

    membership.refresh_from_db()
    assert (asked.status_code, still) == (200, None)
    assert (done["Location"], membership.ended_at is not None) == ("/orang/", True)


def test_the_ending_page_of_a_neighbour_is_not_there(nation, client):
    membership = MembershipFactory(institution=nation.neighbour)
    sign_in(client, nation.coordinator)

    response = client.post(f"/orang/penugasan/{membership.pk}/akhiri/")

    membership.refresh_from_db()
    assert (response.status_code, membership.ended_at) == (404, None)


def test_staff_see_their_own_membership_but_cannot_end_it(nation, client):
    staff = make_actor(Role.OPD_STAFF, unit=nation.unit)
    membership = Membership.objects.get(user=staff.user)
    sign_in(client, staff)

    page = client.get(f"/orang/penugasan/{membership.pk}/akhiri/").content.decode()
    client.post(f"/orang/penugasan/{membership.pk}/akhiri/")

    membership.refresh_from_db()
    assert "Anda tidak berwenang mengakhiri penugasan ini." in page
    assert membership.ended_at is None


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


def test_a_kanwil_without_provinces_has_nowhere_to_invite_to(nation):
    actor = make_actor(Role.KANWIL_OFFICER, KanwilFactory())

    assert list(institutions_to_invite_to(actor)) == []
