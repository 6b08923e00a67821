"""Whom a person acts for, and switching between offices."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from actions.actors import actor_for, office_key
from actions.models import Membership
from tests.factories_actions import (
    KanwilFactory,
    MembershipFactory,
    OversightFactory,
    RegencyFactory,
    Role,
    UnitFactory,
    UserFactory,
    make_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 28)


def test_roles_in_one_institution_make_one_actor():
    user, regency = UserFactory(), RegencyFactory(name="Kabupaten Sikka")
    for role in (Role.COORDINATOR, Role.SIGNATORY):
        MembershipFactory(user=user, institution=regency, role=role)

    actor = actor_for(user, TODAY)

    assert actor.roles == {Role.COORDINATOR, Role.SIGNATORY}
    assert actor.office_label == "Kabupaten Sikka, Koordinator / Pejabat penanda tangan"
    assert len(actor.offices) == 1


def test_each_unit_is_an_office_of_its_own():
    user, regency = UserFactory(), RegencyFactory(name="Kabupaten Sikka")
    unit = UnitFactory(institution=regency, name="Dinas Sosial")
    MembershipFactory(user=user, institution=regency)
    MembershipFactory(user=user, institution=regency, unit=unit, role=Role.OPD_STAFF)

    coordinator = actor_for(user, TODAY, office=office_key(regency.pk, None))
    staff = actor_for(user, TODAY, office=office_key(regency.pk, unit.pk))

    assert (coordinator.roles, staff.roles) == ({Role.COORDINATOR}, {Role.OPD_STAFF})
    assert [label for _key, label in staff.offices] == ["Kabupaten Sikka, Dinas Sosial", "Kabupaten Sikka, Koordinator"]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "holds"),
    [
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (date(2025, 1, 1), TODAY, True),
        (date(2025, 1, 1), TODAY - timedelta(days=1), False),
    ],
)
def test_a_membership_holds_from_its_first_to_its_last_day(starts_on, ends_on, holds):
    membership = MembershipFactory(starts_on=starts_on, ends_on=ends_on)

    assert (actor_for(membership.user, TODAY) is not None) == holds
    assert Membership.objects.in_force_on(TODAY).exists() == holds


def test_a_membership_that_somebody_ended_stops_on_its_last_day_already():
    membership = MembershipFactory(ends_on=TODAY, ended_at=timezone.now(), ended_by=UserFactory())

    days = [TODAY - timedelta(days=1), TODAY]

    assert [actor_for(membership.user, day) is not None for day in days] == [True, False]
    assert Membership.objects.overlapping(TODAY, TODAY).count() == 1


def test_an_unknown_office_falls_back_to_the_first():
    membership = MembershipFactory()

    actor = actor_for(membership.user, TODAY, office="999:")

    assert actor.office_key == office_key(membership.institution_id, None)


def test_a_kanwil_looks_after_its_provinces_and_their_kabupaten():
    own = RegencyFactory()
    oversight = OversightFactory(overseen=own.parent)
    actor = make_actor(Role.KANWIL_OFFICER, oversight.overseer)

    assert [actor.looks_after(place) for place in (own, own.parent, RegencyFactory(), KanwilFactory())] == [
        True,
        True,
        False,
        False,
    ]


def test_a_kanwil_looks_after_a_province_only_while_the_oversight_holds():
    own = RegencyFactory()
    oversight = OversightFactory(overseen=own.parent, valid_until=timezone.localdate() - timedelta(days=1))
    actor = make_actor(Role.KANWIL_OFFICER, oversight.overseer)

    assert not actor.looks_after(own)


def two_offices(client):
    """A coordinator of two kabupaten, signed in for the first."""
    actor = make_actor(Role.COORDINATOR)
    other = MembershipFactory(user=actor.user, institution=RegencyFactory(name="Kabupaten Ende"))
    sign_in(client, actor)
    return office_key(other.institution_id, None)


def test_switching_to_another_own_office(client):
    other = two_offices(client)

    response = client.post("/kantor/pilih/", {"office": other})

    assert (response.status_code, client.session["office"]) == (302, other)
    assert client.get("/akun/").context["frame"].actor.office_label == "Kabupaten Ende, Koordinator"


@pytest.mark.parametrize("forged", ["", "999:", "x", "\x00", "foreign"])
def test_an_office_that_is_not_ones_own_is_not_there(client, forged):
    two_offices(client)
    before = client.session["office"]
    if forged == "foreign":
        forged = office_key(RegencyFactory().pk, None)

    response = client.post("/kantor/pilih/", {"office": forged})

    assert (response.status_code, client.session["office"]) == (404, before)


def test_switching_needs_a_post(client):
    two_offices(client)

    assert client.get("/kantor/pilih/").status_code == 405


def test_without_an_office_one_page_says_whom_to_ask(client):
    yesterday = timezone.localdate() - timedelta(days=1)
    membership = MembershipFactory(ends_on=yesterday, institution=RegencyFactory(name="Kabupaten Sikka"))
    client.force_login(membership.user)

    response = client.get("/orang/")
    page = response.content.decode()

    assert response.status_code == 403
    assert "Minta undangan kepada" in page
    assert "Koordinator, Kabupaten Sikka" in page


@pytest.mark.parametrize("path", ["/pesan/", "/akun/", "/akun/kata-sandi/lupa/", "/bantuan/", "/healthz/"])
def test_without_an_office_personal_pages_stay_open(client, path):
    client.force_login(UserFactory())

    assert client.get(path).status_code == 200


def test_without_an_office_there_is_nothing_to_switch_to(client):
    client.force_login(UserFactory())

    assert client.post("/kantor/pilih/", {"office": "1:"}).status_code == 404
