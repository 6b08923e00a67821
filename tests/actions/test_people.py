"""People and their roles: who may give and end which, and who sees whom."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.actors import actor_for
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
from notifications.models import Message
from tests.actions.people_nation import invited
from tests.factories_actions import (
    KanwilFactory,
    MembershipFactory,
    Role,
    UnitFactory,
    UserFactory,
    make_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db


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


def test_a_kanwil_without_provinces_has_nowhere_to_invite_to(nation):
    actor = make_actor(Role.KANWIL_OFFICER, KanwilFactory())

    assert list(institutions_to_invite_to(actor)) == []
