"""Institutions as people see them: who sees which rows, search, contact, perangkat daerah."""

from datetime import date

import pytest
from django.urls import reverse

from actions.models import Institution, Unit
from actions.policies.errors import NotAllowed
from actions.services.units import activate_unit, deactivate_unit, save_unit
from tests.actions.test_pages import queries
from tests.factories_actions import (
    AksiFactory,
    AliasFactory,
    AssignmentFactory,
    AssignmentUnitFactory,
    KanwilFactory,
    MinistryFactory,
    OversightFactory,
    PlanYearFactory,
    ProvinceFactory,
    RegencyFactory,
    Role,
    UnitFactory,
    make_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db
LIST = "/instansi/"


@pytest.fixture
def nation():
    """Return two provinces with a Kanwil each and a kabupaten each, by short names."""
    ntt, ntb = ProvinceFactory(code="53", name="Nusa Tenggara Timur"), ProvinceFactory(code="52", name="NTB")
    sikka = RegencyFactory(code="53.07", name="Kabupaten Sikka", parent=ntt)
    lombok = RegencyFactory(code="52.01", name="Kabupaten Lombok Barat", parent=ntb)
    kanwil, other = KanwilFactory(code="KW53"), KanwilFactory(code="KW52")
    OversightFactory(overseer=kanwil, overseen=ntt)
    OversightFactory(overseer=other, overseen=ntb)
    return {"ntt": ntt, "ntb": ntb, "sikka": sikka, "lombok": lombok, "kanwil": kanwil, "other": other}


def act(client, role: str, institution: Institution | None = None):
    actor = make_actor(role, institution)
    sign_in(client, actor)
    return actor


def codes(response) -> list[str]:
    return [institution.code for institution in response.context["page"]]


@pytest.mark.parametrize(
    ("role", "where", "expected"),
    [
        (Role.COORDINATOR, "sikka", ["53.07"]),
        (Role.OPD_STAFF, "sikka", ["53.07"]),
        (Role.PEMBINA, "ntt", ["53", "53.07"]),
        (Role.KANWIL_OFFICER, "kanwil", ["53", "53.07", "KW53"]),
        (Role.KANWIL_OFFICER, "other", ["52", "52.01", "KW52"]),
    ],
)
def test_everyone_lists_exactly_their_scope(client, nation, role, where, expected):
    act(client, role, nation[where])

    assert codes(client.get(LIST)) == expected


def test_the_secretariat_lists_the_nation(client, nation):
    actor = act(client, Role.SECRETARIAT)

    expected = ["52", "52.01", "53", "53.07", "KW52", "KW53", actor.institution.code]
    assert sorted(codes(client.get(LIST))) == sorted(expected)


@pytest.mark.parametrize(
    ("role", "where", "opened"),
    [
        (Role.COORDINATOR, "sikka", {"sikka"}),
        (Role.PEMBINA, "ntt", {"ntt", "sikka"}),
        (Role.KANWIL_OFFICER, "kanwil", {"ntt", "sikka", "kanwil"}),
        (Role.SECRETARIAT, None, {"ntt", "ntb", "sikka", "lombok", "kanwil", "other"}),
    ],
)
def test_a_page_outside_the_scope_does_not_exist(client, nation, role, where, opened):
    act(client, role, nation[where] if where else None)

    answers = {
        name: client.get(reverse("institution-detail", args=[body.pk])).status_code for name, body in nation.items()
    }

    assert answers == {name: 200 if name in opened else 404 for name in nation}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=sikka", ["53.07"]),
        ("?q=53.07", ["53.07"]),
        ("?q=maumere+lama", ["53.07"]),
        ("?jenjang=provinsi", ["52", "53"]),
        ("?jenjang=kanwil", ["KW52", "KW53"]),
        ("?jenjang=kab_kota&provinsi=53", ["53.07"]),
        ("?provinsi=53", ["53", "53.07"]),
        ("?q=tidak+ada", []),
    ],
)
def test_the_list_is_narrowed_by_what_is_asked(client, nation, query, expected):
    AliasFactory(institution=nation["sikka"], name="maumere lama")
    act(client, Role.SECRETARIAT)

    assert codes(client.get(LIST + query)) == expected


@pytest.mark.parametrize("query", ["?q=%00", "?jenjang=desa", "?provinsi=%00", "?provinsi=99", "?page=x", "?page=999"])
def test_nonsense_in_the_address_is_no_error(client, nation, query):
    act(client, Role.SECRETARIAT)

    response = client.get(LIST + query)

    assert (response.status_code, len(codes(response))) == (200, 7)


def test_the_list_has_fifty_a_page_and_keeps_the_question(client):
    act(client, Role.SECRETARIAT)
    RegencyFactory.create_batch(60, parent=ProvinceFactory())

    response = client.get(LIST + "?jenjang=kab_kota&page=2")

    assert len(codes(response)) == 10
    assert 'href="?jenjang=kab_kota&amp;page=1"' in response.content.decode()


def test_list_and_detail_cost_the_same_for_more_rows(client, nation):
    act(client, Role.SECRETARIAT)
    pages = [LIST, reverse("institution-detail", args=[nation["sikka"].pk])]
    before = [queries(client, page) for page in pages]

    RegencyFactory.create_batch(5)
    UnitFactory.create_batch(5, institution=nation["sikka"])

    assert [queries(client, page) for page in pages] == before
    assert max(before) <= 12


def test_a_detail_names_the_kanwil_the_province_and_older_spellings(client, nation):
    AliasFactory(institution=nation["sikka"], name="kabupaten sika")
    act(client, Role.COORDINATOR, nation["sikka"])

    response = client.get(reverse("institution-detail", args=[nation["sikka"].pk]))

    assert [overseer.code for overseer in response.context["overseers"]] == ["KW53"]
    assert "kabupaten sika" in response.content.decode()


def test_people_without_an_office_are_told_whom_to_ask(client, nation):
    actor = act(client, Role.COORDINATOR, nation["sikka"])
    actor.user.memberships.update(ends_on=date(2021, 1, 2))

    response = client.get(LIST)

    assert (response.status_code, response.templates[0].name) == (403, "actions/no_office.html")


# Contact

CONTACT = {"contact_unit": "Bagian Hukum", "contact_phone": "0382 21123", "contact_email": "hukum@sikka.example"}


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        (Role.COORDINATOR, "sikka", 302),
        (Role.KANWIL_OFFICER, "kanwil", 302),
        (Role.SECRETARIAT, None, 302),
        (Role.OPD_STAFF, "sikka", 404),
        (Role.SIGNATORY, "sikka", 404),
        (Role.PEMBINA, "ntt", 404),
        (Role.COORDINATOR, "ntt", 404),
        (Role.COORDINATOR, "lombok", 404),
        (Role.KANWIL_OFFICER, "other", 404),
    ],
)
def test_contacts_are_edited_by_their_own_people(client, nation, role, where, status):
    act(client, role, nation[where] if where else None)

    response = client.post(reverse("contact-edit", args=[nation["sikka"].pk]), CONTACT)

    nation["sikka"].refresh_from_db()
    assert response.status_code == status
    assert nation["sikka"].contact_email == ("hukum@sikka.example" if status == 302 else "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contact_phone": "telepon kantor"}, "contact_phone"),
        ({"contact_email": "hukum"}, "contact_email"),
        ({"contact_unit": "x" * 121}, "contact_unit"),
        ({"contact_unit": "a\x00b"}, "contact_unit"),
    ],
)
def test_a_wrong_contact_is_refused_at_its_field(client, nation, changes, field):
    act(client, Role.COORDINATOR, nation["sikka"])

    response = client.post(reverse("contact-edit", args=[nation["sikka"].pk]), CONTACT | changes)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])


def test_a_contact_form_changes_nothing_but_the_contact(client, nation):
    act(client, Role.COORDINATOR, nation["sikka"])

    client.post(reverse("contact-edit", args=[nation["sikka"].pk]), CONTACT | {"name": "Lain", "is_autonomous": ""})

    nation["sikka"].refresh_from_db()
    assert (nation["sikka"].name, nation["sikka"].is_autonomous) == ("Kabupaten Sikka", True)


# Perangkat daerah


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [
        (Role.COORDINATOR, "sikka", 302),
        (Role.SECRETARIAT, None, 302),
        (Role.OPD_STAFF, "sikka", 404),
        (Role.SIGNATORY, "sikka", 404),
        (Role.KANWIL_OFFICER, "kanwil", 404),
        (Role.PEMBINA, "ntt", 404),
        (Role.COORDINATOR, "lombok", 404),
    ],
)
def test_units_are_managed_by_their_own_coordinator(client, nation, role, where, status):
    unit = UnitFactory(institution=nation["sikka"], name="Dinas Lama")
    actor = act(client, role, nation[where] if where else None)

    statuses = [
        client.post(reverse("unit-create", args=[nation["sikka"].pk]), {"name": "Dinas Baru"}).status_code,
        client.post(reverse("unit-edit", args=[unit.pk]), {"name": "Dinas Koperasi"}).status_code,
        client.post(reverse("unit-deactivate", args=[unit.pk])).status_code,
        client.post(reverse("unit-activate", args=[unit.pk])).status_code,
    ]

    assert statuses == [status] * 4
    own = [actor.unit.name] if actor.unit else []
    expected = ["Dinas Baru", "Dinas Koperasi"] if status == 302 else ["Dinas Lama", *own]
    assert sorted(nation["sikka"].units.values_list("name", flat=True)) == sorted(expected)


@pytest.mark.parametrize("role", [Role.OPD_STAFF, Role.KANWIL_OFFICER, Role.PEMBINA])
def test_services_refuse_whoever_the_pages_refuse(nation, role):
    unit = UnitFactory(institution=nation["sikka"])
    where = {Role.OPD_STAFF: "sikka", Role.KANWIL_OFFICER: "kanwil", Role.PEMBINA: "ntt"}[role]
    actor = make_actor(role, nation[where])

    for act_on in (save_unit, deactivate_unit, activate_unit):
        with pytest.raises(NotAllowed):
            act_on(unit, by=actor)


def test_a_kanwil_has_no_units(client, nation):
    act(client, Role.SECRETARIAT)

    assert client.get(reverse("unit-create", args=[nation["kanwil"].pk])).status_code == 404


@pytest.mark.parametrize("name", ["Dinas Sosial", "DINAS SOSIAL", "  dinas sosial  "])
def test_a_name_is_given_once_in_an_institution(client, nation, name):
    UnitFactory(institution=nation["sikka"], name="Dinas Sosial")
    UnitFactory(institution=nation["lombok"], name="Dinas Pendidikan")
    act(client, Role.COORDINATOR, nation["sikka"])
    page = reverse("unit-create", args=[nation["sikka"].pk])

    refused = client.post(page, {"name": name})
    accepted = client.post(page, {"name": "Dinas Pendidikan"})

    assert refused.context["form"].errors["name"] == ["Perangkat daerah dengan nama ini sudah ada."]
    assert (accepted.status_code, Unit.objects.filter(institution=nation["sikka"]).count()) == (302, 2)


def test_a_unit_that_owns_aksi_of_this_year_stays_active(client, nation):
    year = date.today().year  # noqa: DTZ011
    unit = UnitFactory(institution=nation["sikka"])
    aksi = AksiFactory(plan_year=PlanYearFactory(year=year))
    AssignmentUnitFactory(assignment=AssignmentFactory(institution=nation["sikka"], aksi=aksi), unit=unit)
    act(client, Role.COORDINATOR, nation["sikka"])

    response = client.post(reverse("unit-deactivate", args=[unit.pk]), follow=True)

    unit.refresh_from_db()
    assert unit.is_active
    assert [str(message) for message in response.context["messages"]] == [
        f"{unit.name} masih mengampu 1 aksi. Alihkan dulu ke perangkat daerah lain."
    ]


def test_a_unit_with_work_of_past_years_can_be_deactivated_and_come_back(nation):
    actor = make_actor(Role.COORDINATOR, nation["sikka"])
    unit = UnitFactory(institution=nation["sikka"])
    aksi = AksiFactory(plan_year=PlanYearFactory(year=2022))
    AssignmentUnitFactory(assignment=AssignmentFactory(institution=nation["sikka"], aksi=aksi), unit=unit)

    deactivate_unit(unit, by=actor)
    inactive = list(Unit.objects.active())
    activate_unit(unit, by=actor)

    assert (inactive, list(Unit.objects.active())) == ([], [unit])


def test_institutions_that_ended_are_marked(client):
    MinistryFactory(name="Kementerian Lama", valid_until=date(2024, 10, 20))
    act(client, Role.SECRETARIAT)

    assert "sampai 20 Oktober 2024" in client.get(LIST).content.decode()
