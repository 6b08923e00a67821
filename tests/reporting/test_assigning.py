"""A coordinator says which OPD owns which aksi, and gives an item back to its OPD."""

import re

import pytest
from django.urls import reverse

from actions.models import Assignment, AssignmentUnit, Unit
from actions.policies.errors import NotAllowed
from notifications.models import Message
from reporting.models import ReportItem
from reporting.services import filling, sending
from reporting.services.assigning import UnitChoice, assign_units
from tests import steps
from tests.conftest import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignments(scenario) -> list[Assignment]:
    """The two assignments of Kabupaten Sikka, in the order of their aksi."""
    return list(Assignment.objects.filter(institution=scenario.kabupaten).order_by("aksi__number"))


def owners(assignment: Assignment) -> list[tuple[str, bool]]:
    rows = AssignmentUnit.objects.filter(assignment=assignment)
    return list(rows.order_by("-is_lead", "unit__name").values_list("unit__name", "is_lead"))


def assign(scenario, *choices: UnitChoice, by: str = "coordinator") -> int:
    return assign_units(scenario.kabupaten, choices, plan_year=scenario.plan_year, by=scenario.actor(by))


# Assigning


@pytest.mark.both_databases
def test_units_are_replaced_and_new_names_become_units(scenario, assignments):
    first, second = assignments

    changed = assign(
        scenario,
        UnitChoice(first.pk, "Dinas Sosial", ["Dinas Koperasi", "  Bagian   Hukum "]),
        UnitChoice(second.pk, "Dinas Sosial"),
    )

    assert changed == 1
    assert owners(first) == [("Dinas Sosial", True), ("Bagian Hukum", False), ("Dinas Koperasi", False)]
    assert owners(second) == [("Dinas Sosial", True)]
    assert Unit.objects.get(name="Bagian Hukum").institution == scenario.kabupaten


def test_a_known_name_in_other_capitals_is_the_known_unit(scenario, assignments):
    assign(scenario, UnitChoice(assignments[0].pk, "dinas SOSIAL"))

    assert owners(assignments[0]) == [("Dinas Sosial", True)]
    assert Unit.objects.filter(institution=scenario.kabupaten).count() == 2


def test_a_closed_unit_that_is_named_again_is_open_again(scenario, assignments):
    Unit.objects.filter(pk=scenario.other_unit.pk).update(is_active=False)

    assign(scenario, UnitChoice(assignments[0].pk, "Dinas Sosial"))

    assert Unit.objects.get(pk=scenario.other_unit.pk).is_active is True


def test_an_aksi_may_have_no_unit(scenario, assignments):
    assert assign(scenario, UnitChoice(assignments[0].pk)) == 1
    assert owners(assignments[0]) == []


def test_the_lead_is_not_listed_twice(scenario, assignments):
    assign(scenario, UnitChoice(assignments[0].pk, "Dinas Sosial", ["Dinas Sosial", ""]))

    assert owners(assignments[0]) == [("Dinas Sosial", True)]


@pytest.mark.parametrize(
    "name", ["opd", "signatory", "other_coordinator", "province_coordinator", "kanwil", "secretariat"]
)
def test_only_the_own_coordinator_assigns(scenario, assignments, name):
    with pytest.raises(NotAllowed) as refusal:
        assign(scenario, UnitChoice(assignments[0].pk, "Dinas Sosial"), by=name)

    assert refusal.value.reasons == ["Hanya koordinator instansi yang membagi aksi kepada perangkat daerahnya."]
    assert owners(assignments[0]) == [("Dinas Koperasi", True)]


def test_a_foreign_assignment_changes_nothing(scenario, assignments):
    foreign = Assignment.objects.filter(institution=scenario.neighbour_kabupaten).first()
    before = owners(foreign)

    with pytest.raises(Assignment.DoesNotExist):
        assign(scenario, UnitChoice(assignments[0].pk, "Dinas Sosial"), UnitChoice(foreign.pk, "Dinas Sosial"))

    assert (owners(assignments[0]), owners(foreign)) == ([("Dinas Koperasi", True)], before)


def test_a_name_that_is_too_long_changes_nothing(scenario, assignments):
    with pytest.raises(NotAllowed) as refusal:
        assign(scenario, UnitChoice(assignments[0].pk, "Dinas Sosial", ["D" * 151]))

    assert refusal.value.reasons == ["Nama perangkat daerah paling panjang 150 huruf."]
    assert owners(assignments[0]) == [("Dinas Koperasi", True)]


def url_of(scenario) -> str:
    return reverse("units-assign", args=[scenario.plan_year.year])


def test_the_page_assigns_the_whole_year_in_one_post(scenario, assignments):
    first, second = assignments
    client = scenario.client("coordinator", StrictClient)

    response = client.post(
        url_of(scenario),
        {
            f"a{first.pk}-lead": "Dinas Sosial",
            f"a{first.pk}-others": ["Dinas Koperasi"],
            f"a{first.pk}-new_unit": "Bagian Hukum",
            f"a{second.pk}-new_unit": "Dinas Pendidikan",
        },
    )

    assert response.url == url_of(scenario)
    assert owners(first) == [("Dinas Sosial", True), ("Bagian Hukum", False), ("Dinas Koperasi", False)]
    assert owners(second) == [("Dinas Pendidikan", True)]


def test_suggested_offices_can_be_chosen_before_they_exist(scenario, assignments):
    scenario.aksi[0].suggested_offices = "Dinas Kesehatan; dinas koperasi"
    scenario.aksi[0].save()
    client = scenario.client("coordinator", StrictClient)
    shown = client.get(url_of(scenario)).content.decode()

    client.post(url_of(scenario), {f"a{assignments[0].pk}-lead": "Dinas Kesehatan"})

    assert '<optgroup label="Saran, dibuat saat disimpan">' in shown
    assert owners(assignments[0]) == [("Dinas Kesehatan", True)]


@pytest.mark.parametrize("values", [{"lead": "Dinas Karangan"}, {"new_unit": "x" * 151}, {"new_unit": "a\0b"}])
def test_a_wrong_choice_is_named_and_nothing_is_lost(scenario, assignments, values):
    first = assignments[0]
    data = {f"a{first.pk}-{name}": value for name, value in values.items()}

    response = scenario.client("coordinator", StrictClient).post(url_of(scenario), data)

    assert response.status_code == 200
    assert len(response.context["faults"]) == 1
    assert response.context["faults"][0][0].startswith("Aksi 1: ")
    assert owners(first) == [("Dinas Koperasi", True)]


def loaded(scenario) -> dict:
    """What an untouched page posts, as it stands now."""
    page = scenario.client("coordinator", StrictClient).get(url_of(scenario))
    data = {}
    for form in page.context["forms"]:
        data |= {f"{form.prefix}-{name}": form.initial[name] for name in ("lead", "others")}
        data[f"{form.prefix}-base"] = form.base
        assert f'name="{form.prefix}-base" value="{form.base}"' in page.content.decode()
    return data


def test_the_second_of_two_coordinators_sees_what_changed_and_decides(scenario, assignments):
    first, second = assignments
    client, page = scenario.client("coordinator", StrictClient), loaded(scenario)
    lead, others = f"a{first.pk}-lead", f"a{first.pk}-others"
    client.post(url_of(scenario), page | {lead: "Dinas Sosial"})
    mine = page | {others: ["Dinas Sosial"], f"a{first.pk}-new_unit": "Bagian Hukum", f"a{second.pk}-lead": ""}

    refused = client.post(url_of(scenario), mine)

    shown = refused.content.decode()
    assert owners(first) == [("Dinas Sosial", True)]
    assert owners(second) == []  # what nobody else touched is saved
    assert [text for text, _address in refused.context["faults"]] == [
        "Aksi 1: pembagiannya diubah orang lain selagi Anda memilih. Bandingkan, lalu pilih."
    ]
    assert "Yang tersimpan sekarang: Dinas Sosial (pengampu utama)." in shown
    form = refused.context["forms"][0]
    assert (form["lead"].value(), form["others"].value()) == ("Dinas Koperasi", ["Dinas Sosial"])
    assert form["new_unit"].value() == "Bagian Hukum"
    assert not Unit.objects.filter(name="Bagian Hukum").exists()

    again = client.post(url_of(scenario), mine)
    assert (again.status_code, owners(first)) == (200, [("Dinas Sosial", True)])
    done = client.post(url_of(scenario), mine | {f"a{first.pk}-overwrite": form.mark})
    assert done.url == url_of(scenario)
    assert owners(first) == [("Dinas Koperasi", True), ("Bagian Hukum", False), ("Dinas Sosial", False)]


def test_what_others_chose_can_be_kept_and_what_was_not_touched_stays(scenario, assignments):
    first, second = assignments
    client, page = scenario.client("coordinator", StrictClient), loaded(scenario)
    theirs = {f"a{first.pk}-lead": "Dinas Sosial", f"a{second.pk}-lead": "Dinas Koperasi"}
    client.post(url_of(scenario), page | theirs)

    mine = page | {f"a{first.pk}-lead": "", f"a{first.pk}-keep": "1"}
    kept = client.post(url_of(scenario), mine)

    assert kept.url == url_of(scenario)
    assert (owners(first), owners(second)) == ([("Dinas Sosial", True)], [("Dinas Koperasi", True)])


def test_two_coordinators_who_choose_the_same_do_not_disagree(scenario, assignments):
    client, page = scenario.client("coordinator", StrictClient), loaded(scenario)
    choice = page | {f"a{assignments[0].pk}-lead": "Dinas Sosial"}

    answers = [client.post(url_of(scenario), choice).status_code for _ in "ab"]

    assert (answers, owners(assignments[0])) == ([302, 302], [("Dinas Sosial", True)])


@pytest.mark.parametrize("name", ["ministry_coordinator", "coordinator"])
def test_offices_are_called_by_the_word_of_the_kind_of_institution(scenario, name):
    actor = scenario.actor(name)
    institution, client = actor.institution, scenario.client(name, StrictClient)
    report = scenario.reports[institution.code]
    addresses = [url_of(scenario), reverse("institution-detail", args=[institution.pk]), "/", report.get_absolute_url()]
    addresses += [reverse("unit-create", args=[institution.pk]), reverse("item-list")]
    asked = client.get(reverse("invitation-create")).context["form"]

    pages = [client.get(address).content.decode() for address in addresses]

    for page in pages:
        is_ministry = name == "ministry_coordinator"
        assert ("Unit kerja</a>" in page, "Perangkat daerah</a>" in page) == (is_ministry, not is_ministry)
        assert not is_ministry or not re.search(r"[Pp]erangkat daerah|\bOPD\b", page)
    assert f"<title>Tambah {institution.units_word}" in pages[4]
    assert asked.fields["unit"].label.lower() == institution.units_word


@pytest.mark.parametrize("name", ["opd", "signatory", "kanwil", "verifier", "secretariat", "pembina"])
def test_the_page_is_the_coordinators(scenario, name):
    assert scenario.client(name, StrictClient).get(url_of(scenario)).status_code == 404


def test_each_coordinator_sees_its_own_aksi(scenario):
    response = scenario.client("neighbour_coordinator", StrictClient).get(url_of(scenario))

    assert {form.assignment.institution_id for form in response.context["forms"]} == {scenario.neighbour_kabupaten.pk}


@pytest.mark.parametrize("year", [1999, 10**12])
def test_a_year_without_plan_is_not_found(scenario, year):
    response = scenario.client("coordinator", StrictClient).get(reverse("units-assign", args=[year]))

    assert response.status_code == 404


def test_the_page_needs_as_many_queries_for_more_aksi(scenario, django_assert_max_num_queries):
    client = scenario.client("coordinator", StrictClient)
    with django_assert_max_num_queries(12) as few:
        client.get(url_of(scenario))
    for number in range(3, 8):
        scenario.add_aksi("kab_kota", number, "anak", measures=1)

    with django_assert_max_num_queries(12) as many:
        client.get(url_of(scenario))

    assert len(few) == len(many)


# Giving an item back


@pytest.fixture
def ready(scenario) -> ReportItem:
    """Aksi 1 of Kabupaten Sikka, marked ready by its OPD."""
    opd = scenario.actor("opd")
    item = scenario.report.items.get(aksi__number=1)
    steps.fill_item(item, opd)
    filling.mark_ready(item, by=opd)
    return ReportItem.objects.get(pk=item.pk)


@pytest.mark.both_databases
def test_a_ready_item_goes_back_with_a_note_to_its_staff(scenario, ready):
    coordinator = scenario.actor("coordinator")

    sending.return_item_to_opd(ready, by=coordinator, note=" Notulen belum ditandatangani. ", now=scenario.now)

    ready.refresh_from_db()
    assert (ready.status, ready.ready_at, ready.opd_note) == ("filling", None, "Notulen belum ditandatangani.")
    event = ready.events.get(kind="returned_to_opd")
    assert (event.from_status, event.to_status, event.note) == ("ready", "filling", "Notulen belum ditandatangani.")
    message = Message.objects.get(kind="item_returned_to_opd")
    assert (message.user, message.title, message.body, message.path) == (
        scenario.user("opd"),
        "Aksi 1 dikembalikan koordinator",
        "Notulen belum ditandatangani.",
        reverse("item-fill", args=[ready.pk]),
    )


def test_a_note_is_required(scenario, ready):
    with pytest.raises(NotAllowed) as refusal:
        sending.return_item_to_opd(ready, by=scenario.actor("coordinator"), note="  ")

    assert refusal.value.reasons == ["Tulis catatan agar perangkat daerah tahu apa yang harus diperbaiki."]


@pytest.mark.parametrize("name", ["opd", "signatory", "kanwil", "other_coordinator"])
def test_only_the_coordinator_gives_back(scenario, ready, name):
    with pytest.raises(NotAllowed) as refusal:
        sending.return_item_to_opd(ready, by=scenario.actor(name), note="Perbaiki.")

    assert refusal.value.reasons == ["Hanya koordinator instansi ini yang mengembalikan aksi kepada perangkat daerah."]


def test_an_item_in_work_is_not_given_back(scenario):
    item = scenario.report.items.get(aksi__number=2)

    with pytest.raises(NotAllowed) as refusal:
        sending.return_item_to_opd(item, by=scenario.actor("coordinator"), note="Perbaiki.")

    assert refusal.value.reasons == [
        "Aksi ini masih dikerjakan perangkat daerah; yang dapat dikembalikan hanya aksi yang siap."
    ]


def test_nothing_is_given_back_once_sending_has_ended_or_happened(scenario, ready):
    coordinator = scenario.actor("coordinator")
    with pytest.raises(NotAllowed) as ended:
        sending.return_item_to_opd(ready, by=coordinator, note="x", now=scenario.period.late_until_at)
    sending.submit(scenario.report, by=coordinator, acknowledged=True)

    with pytest.raises(NotAllowed) as sent:
        sending.return_item_to_opd(ready, by=coordinator, note="x")

    assert ended.value.reasons[0].startswith("Jendela ditutup ")
    assert sent.value.reasons == ["Laporan ini sudah dikirim dan menunggu telaah."]


def test_the_page_asks_for_the_note_and_gives_back(scenario, ready):
    client = scenario.client("coordinator", StrictClient)
    url = reverse("item-return-to-opd", args=[ready.pk])

    asked = client.get(url)
    empty = client.post(url, {"note": ""})
    long = client.post(url, {"note": "x" * 100_000})
    done = client.post(url, {"note": "Lengkapi daftar hadir."})

    assert asked.context["units"].count() == 1
    assert empty.context["form"].errors == {
        "note": ["Tulis catatan agar perangkat daerah tahu apa yang harus diperbaiki."]
    }
    assert long.context["form"].errors == {
        "note": ["Catatan paling panjang 2000 huruf, sekarang 100000. Ringkas dulu."]
    }
    assert done.url == reverse("report-detail", args=[scenario.report.pk])
    assert ReportItem.objects.get(pk=ready.pk).status == "filling"


def test_a_foreign_item_is_not_found(scenario, ready):
    url = reverse("item-return-to-opd", args=[ready.pk])

    answers = [
        scenario.client(name, StrictClient).post(url, {"note": "x"}).status_code
        for name in ("neighbour_coordinator", "other_coordinator", "other_opd", "neighbour_kanwil")
    ]

    assert answers == [404, 404, 404, 404]


def test_the_wrong_reader_is_led_back_with_the_reason(scenario, ready):
    client = scenario.client("kanwil", StrictClient)

    response = client.post(reverse("item-return-to-opd", args=[ready.pk]), {"note": "x"})

    assert response.url == reverse("report-detail", args=[scenario.report.pk])
    assert ReportItem.objects.get(pk=ready.pk).status == "ready"
