"""The frame of every page: menu by role, offices, periods, unread messages; and which period one looks at."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from actions.models import Membership, PlanYear, ReportingPeriod
from notifications.services import tell
from reporting.context_processors import Frame, frame
from reporting.summaries.periods import chosen_period, current_period
from tests.scenario import Scenario

MENU_OF = {
    "opd": ["Beranda", "Aksi HAM", "Nilai"],
    "coordinator": ["Beranda", "Aksi HAM", "Nilai", "Perangkat daerah", "Orang"],
    "signatory": ["Beranda", "Aksi HAM", "Nilai"],
    "pembina": ["Beranda", "Hasil wilayah", "Nilai", "Instansi"],
    "kanwil": ["Beranda", "Meja telaah", "Belum kirim", "Hasil wilayah", "Instansi", "Orang"],
    "verifier": ["Beranda", "Meja telaah", "Bacaan kedua", "Nasional", "Instansi"],
    "panitia_verifier": ["Beranda", "Meja telaah", "Bacaan kedua"],
    "leader": ["Beranda", "Nasional", "Bacaan kedua", "Instansi"],
    "reader": ["Beranda", "Nasional", "Instansi"],
    "secretariat": ["Beranda", "Nasional", "Rencana", "Instansi", "Orang"],
    "ministry_coordinator": ["Beranda", "Aksi HAM", "Nilai", "Unit kerja", "Orang"],
}


def jakarta(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=timezone.get_default_timezone())


def request_of(scenario: Scenario, name: str, path: str = "/", **session):
    request = RequestFactory().get(path)
    request.user, request.actor, request.session = scenario.user(name), scenario.actor(name), session
    return request


@pytest.mark.parametrize("name", MENU_OF)
def test_each_role_gets_its_menu(scenario, name):
    items = Frame(request_of(scenario, name)).nav

    assert [item.label for item in items] == MENU_OF[name]
    assert len(items) <= 6


@pytest.mark.parametrize("name", MENU_OF)
def test_every_page_of_ones_own_menu_opens(scenario, name):
    client = scenario.client(name)

    answers = {
        item.url: client.get(item.url, follow=True).status_code for item in Frame(request_of(scenario, name)).nav
    }

    assert set(answers.values()) == {200}, answers


def test_who_coordinates_and_looks_after_the_province_has_both_menus(scenario):
    Membership.objects.create(
        user=scenario.user("province_coordinator"),
        institution=scenario.province,
        role=Membership.Role.PEMBINA,
        starts_on=timezone.localdate(),
    )

    items = Frame(request_of(scenario, "province_coordinator")).nav

    assert [item.label for item in items] == [
        "Beranda",
        "Aksi HAM",
        "Nilai",
        "Hasil wilayah",
        "Perangkat daerah",
        "Orang",
    ]


def test_the_menu_marks_where_one_is(scenario):
    items = Frame(request_of(scenario, "coordinator", "/orang/undang/")).nav

    assert [item.label for item in items if item.is_current] == ["Orang"]


def test_offices_mark_the_one_acted_for(scenario):
    Membership.objects.create(
        user=scenario.user("coordinator"),
        institution=scenario.other_kabupaten,
        role=Membership.Role.COORDINATOR,
        starts_on=timezone.localdate(),
    )

    offices = Frame(request_of(scenario, "coordinator")).offices

    assert [(office.label, office.is_current) for office in offices] == [
        ("Kabupaten Sikka, Koordinator", True),
        ("Kabupaten Ende, Koordinator", False),
    ]


def test_strangers_get_an_empty_frame_without_a_query(db, django_assert_num_queries):
    request = RequestFactory().get("/masuk/")

    with django_assert_num_queries(0):
        empty = Frame(request)
        found = (empty.actor, empty.nav, empty.offices, empty.periods, empty.period_label, empty.unread)

    assert found == (None, [], [], [], "", 0)


def test_the_frame_costs_two_queries_beside_the_actor(scenario, django_assert_num_queries):
    for key in "ab":
        tell(scenario.user("coordinator"), key=key, kind="x", title="Judul")
    request, label = request_of(scenario, "coordinator"), str(scenario.period)

    with django_assert_num_queries(2):
        page = Frame(request)
        assert (page.unread, len(page.nav), len(page.periods)) == (2, 5, 1)
        assert page.period_label == label
        assert chosen_period(request) == scenario.period


def test_the_ribbon_follows_the_setting(scenario, settings):
    request = request_of(scenario, "coordinator")

    settings.IS_DEMO = True

    assert frame(request)["frame"].is_demo is True


def test_the_front_page_shows_the_running_window_in_three_zones(scenario, client):
    ReportingPeriod.objects.update(
        opens_at=jakarta(2026, 9, 22),
        closes_at=jakarta(2026, 10, 1),
        late_until_at=jakarta(2026, 10, 1),
    )

    page = client.get("/masuk/").content.decode()

    assert "22 sampai 30 September 2026" in page
    assert "Rabu, 30 September 2026 pukul 23.59 WIB" in page
    assert "Kamis, 1 Oktober 2026 pukul 00.59 WITA" in page
    assert "Kamis, 1 Oktober 2026 pukul 01.59 WIT" in page


def test_the_front_page_opens_before_there_is_any_period(client, db):
    assert client.get("/masuk/").status_code == 200


# Which period

NOW = datetime(2026, 9, 28, 12, 0, tzinfo=UTC)


def windows(*days: tuple[int, int]) -> list[ReportingPeriod]:
    """Periods of 2026, newest first as the pages have them, with windows counted in days from NOW."""
    year = PlanYear(year=2026)
    return [
        ReportingPeriod(
            number=number,
            plan_year=year,
            opens_at=NOW + timedelta(days=opens),
            closes_at=NOW + timedelta(days=closes),
        )
        for number, (opens, closes) in reversed(list(enumerate(days, 1)))
    ]


@pytest.mark.parametrize(
    ("days", "number"),
    [
        ([(-90, -80), (-5, 5), (85, 95)], 2),
        ([(-90, -80), (-5, 0), (85, 95)], 3),  # the end is exclusive: at the closing instant the next is current
        ([(-90, -80), (0, 5)], 2),
        ([(-90, -80), (-30, -20)], 2),
        ([(10, 20), (100, 110)], 1),
    ],
)
def test_the_current_period_is_the_open_one_else_the_next_else_the_last(days, number):
    assert current_period(windows(*days), NOW).number == number


def test_there_is_no_current_period_before_the_first():
    assert current_period([], NOW) is None


def test_choosing_a_period_stays_for_the_session(scenario):
    other = scenario.add_period(2, "B06", "Triwulan II", scenario.now - timedelta(days=90))
    ReportingPeriod.objects.filter(pk=other.pk).update(opened_at=NOW, opened_by=scenario.user("secretariat"))
    client = scenario.client("coordinator")
    key = f"{scenario.plan_year.year}-B06"

    response = client.get(f"/periode/{key}/pilih/", {"next": "/orang/?q=a"})

    assert (response["Location"], client.session["period"]) == ("/orang/?q=a", key)
    assert client.get("/orang/").context["frame"].period == other


def test_period_links_lead_back_only_to_pages_of_the_menu(scenario):
    on_menu_page = Frame(request_of(scenario, "coordinator", "/orang/?q=a")).periods[0].url
    elsewhere = Frame(request_of(scenario, "coordinator", "/laporan/7/")).periods[0].url

    assert on_menu_page == f"/periode/{scenario.period.key}/pilih/?next=%2Forang%2F%3Fq%3Da"
    assert elsewhere == f"/periode/{scenario.period.key}/pilih/"


# The period in the address of a page


PAGES_OF_ANY_PERIOD = [
    ("leader", "/hasil/nasional/{key}/"),
    ("leader", "/hasil/nasional/{key}/instansi/"),
    ("leader", "/hasil/jenjang/kab_kota/{key}/"),
    ("leader", "/hasil/kelompok/perempuan/{key}/"),
    ("kanwil", "/hasil/provinsi/53/{key}/"),
    ("coordinator", "/hasil/instansi/53.07/{key}/"),
]


@pytest.fixture
def other_period(scenario) -> ReportingPeriod:
    other = scenario.add_period(2, "B06", "Triwulan II", scenario.now - timedelta(days=90))
    ReportingPeriod.objects.filter(pk=other.pk).update(opened_at=NOW, opened_by=scenario.user("secretariat"))
    return other


@pytest.mark.parametrize(("name", "address"), PAGES_OF_ANY_PERIOD)
def test_the_header_names_the_period_of_the_page_and_leads_to_the_page_of_another(
    scenario, other_period, name, address
):
    client, of_other = scenario.client(name), address.format(key=other_period.key)

    frame = client.get(of_other).context["frame"]
    assert frame.period_label == str(other_period)
    assert [choice.label for choice in frame.periods if choice.is_current] == [str(other_period)]

    chosen = next(choice for choice in frame.periods if choice.label == str(scenario.period))
    response = client.get(chosen.url, follow=True)
    assert response.redirect_chain[-1][0] == address.format(key=scenario.period.key)
    assert response.context["frame"].period_label == str(scenario.period)


def test_a_page_of_a_year_names_the_year(scenario, other_period):
    year = scenario.plan_year.year
    response = scenario.client("leader").get(f"/hasil/nasional/{year}/")

    assert response.context["frame"].period_label == f"Tahun {year}"
    foot = f"Portal RANHAM, {scenario.actor('leader').office_label}, Tahun {year}"
    assert f'<p class="cetak-kaki">{foot}</p>' in response.content.decode()
    assert not any(choice.is_current for choice in response.context["frame"].periods)


def test_a_page_that_only_its_period_has_names_it_without_a_choice(scenario, other_period):
    frame = scenario.client("verifier").get(f"/terbitan/{other_period.key}/terbitkan/").context["frame"]

    assert (frame.period_label, frame.periods) == (str(other_period), [])


def test_paper_names_the_period_only_where_the_page_is_about_it(scenario):
    on_menu_page = Frame(request_of(scenario, "coordinator", "/orang/"))
    elsewhere = Frame(request_of(scenario, "coordinator", "/laporan/7/"))

    assert (on_menu_page.printed_period, elsewhere.printed_period) == (str(scenario.period), "")


@pytest.mark.parametrize("next_page", ["https://lain.example/", "//lain.example/", "javascript:alert(1)", "\x00", ""])
def test_choosing_never_leads_out_of_the_portal(scenario, next_page):
    response = scenario.client("coordinator").get(f"/periode/{scenario.period.key}/pilih/", {"next": next_page})

    assert response["Location"] == reverse("home")


@pytest.mark.parametrize("key", ["1999-B03", "x", "%00", "2026-B99"])
def test_a_period_that_was_never_opened_is_not_there(scenario, key):
    assert scenario.client("coordinator").get(f"/periode/{key}/pilih/").status_code == 404


def test_a_forgotten_choice_falls_back_to_the_current_period(scenario):
    assert chosen_period(request_of(scenario, "coordinator", period="1999-B03")) == scenario.period
