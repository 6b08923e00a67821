"""Pages of the secretariat: whom they let in, what they show, and what their buttons do."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actions.models import Aksi, Assignment, Calendar, Level, Measure, PeriodEvent, PlanYear, ReportingPeriod
from actions.services.reference import load_plan_reference
from tests.factories_actions import (
    AksiFactory,
    AssignmentFactory,
    MeasureEvidenceFactory,
    MeasureFactory,
    PlanFactory,
    PlanYearFactory,
    RegencyFactory,
    ReportingPeriodFactory,
    Role,
    RuleSetFactory,
    instant,
    make_actor,
    sign_in,
)

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def secretariat(client):
    """Return the secretariat's actor, signed in on `client`."""
    actor = make_actor(Role.SECRETARIAT)
    sign_in(client, actor)
    return actor


@pytest.fixture
def plan_year():
    """Return 2026 with a period, an aksi with a measure, and one assignment."""
    plan_year = PlanYearFactory()
    period = ReportingPeriodFactory(plan_year=plan_year)
    aksi = AksiFactory(plan_year=plan_year, is_illustrative=True)
    MeasureEvidenceFactory(measure=MeasureFactory(aksi=aksi, period=period))
    AssignmentFactory(aksi=aksi)
    return plan_year


def pages_of(plan_year: PlanYear) -> list[str]:
    """Return the address of every page of the secretariat that a GET may open."""
    aksi = plan_year.aksi.first()
    return [
        reverse("plan-list"),
        reverse("plan-year-create"),
        reverse("calendar-list"),
        reverse("catalogue-upload"),
        reverse("plan-year-detail", args=[2026]),
        reverse("aksi-list", args=[2026]),
        reverse("aksi-detail", args=[2026, aksi.pk]),
        reverse("catalogue-export", args=[2026]),
        reverse("catalogue-format", args=[2026]),
        reverse("level-assignments", args=[2026]),
        reverse("period-detail", args=[2026, "B03"]),
        reverse("period-edit", args=[2026, "B03"]),
    ]


def test_the_calendars_lead_to_the_rules_of_each_version(client, plan_year):
    sign_in(client, make_actor(Role.SECRETARIAT))

    text = client.get(reverse("calendar-list")).content.decode()

    assert f'href="{reverse("rule-set-detail", args=[plan_year.rule_set.pk])}"' in text


# Who gets in


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.SECRETARIAT])
def test_pages_of_the_secretariat_do_not_exist_for_others(client, plan_year, role):
    sign_in(client, make_actor(role))

    statuses = {page: client.get(page).status_code for page in pages_of(plan_year)}
    statuses["assign"] = client.post(reverse("level-assign", args=[2026, "kab_kota"])).status_code
    statuses["create"] = client.post(reverse("plan-year-create"), {"year": 2027}).status_code
    statuses["edit"] = client.post(reverse("period-edit", args=[2026, "B03"]), {"reason": "x"}).status_code

    assert set(statuses.values()) == {404}


def test_strangers_are_sent_to_sign_in(client, plan_year):
    assert {client.get(page).status_code for page in pages_of(plan_year)} == {302}


def test_the_secretariat_opens_every_page_in_few_queries(client, secretariat, plan_year, django_assert_max_num_queries):
    load_plan_reference()

    for page in pages_of(plan_year):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert client.get(page).status_code == 200, page


@pytest.mark.parametrize(
    "page",
    ["/rencana/2099/", "/rencana/2026/katalog/999999999999/", "/rencana/2026/periode/B99/", "/rencana/99999999999/"],
)
def test_unknown_years_aksi_and_periods_are_not_found(client, secretariat, plan_year, page):
    assert client.get(page).status_code == 404


def test_an_aksi_is_found_only_in_its_own_year(client, secretariat, plan_year):
    PlanYearFactory(year=2025)

    page = reverse("aksi-detail", args=[2025, plan_year.aksi.get().pk])

    assert client.get(page).status_code == 404


# What they show


def queries(client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def test_lists_cost_the_same_for_more_rows(client, secretariat, plan_year):
    pages = [
        reverse("plan-list"),
        reverse("plan-year-detail", args=[2026]),
        reverse("aksi-list", args=[2026]),
        reverse("level-assignments", args=[2026]),
        reverse("catalogue-export", args=[2026]),
    ]
    before = [queries(client, page) for page in pages]
    for _number in range(3):
        MeasureEvidenceFactory(
            measure=MeasureFactory(aksi=AksiFactory(plan_year=plan_year), period=plan_year.periods.get())
        )
    PlanYearFactory(year=2025)
    RegencyFactory.create_batch(3)

    assert [queries(client, page) for page in pages] == before


def test_the_year_page_counts_by_level_and_marks_examples(client, secretariat, plan_year):
    response = client.get(reverse("plan-year-detail", args=[2026]))

    rows = {row.level: row for row in response.context["summary"].rows}
    regency = rows[Level.REGENCY]
    assert (regency.aksi, regency.illustrative_aksi, regency.measures, regency.assignments) == (1, 1, 1, 1)
    assert (rows[Level.PROVINCE].aksi, rows[Level.MINISTRY].measures) == (0, 0)
    assert response.context["step"]["url"] == reverse("period-detail", args=[2026, "B03"])
    assert '<span class="contoh">1 contoh</span>' in response.content.decode()


@pytest.mark.parametrize(("has_aksi", "url"), [(False, "/rencana/katalog/muat/"), (True, "/rencana/2026/penugasan/")])
def test_the_next_step_follows_the_state_of_the_year(client, secretariat, has_aksi, url):
    plan_year = PlanYearFactory()
    if has_aksi:
        AksiFactory(plan_year=plan_year)

    response = client.get(reverse("plan-year-detail", args=[2026]))

    assert response.context["step"]["url"] == url


def test_a_finished_year_has_no_next_step(client, secretariat, plan_year):
    ReportingPeriod.objects.update(opened_at="2026-03-01T00:00:00Z", opened_by=secretariat.user)

    response = client.get(reverse("plan-year-detail", args=[2026]))

    assert response.context["step"] is None


def test_example_aksi_are_marked_wherever_they_appear(client, secretariat, plan_year):
    aksi = plan_year.aksi.get()

    for page in (reverse("aksi-list", args=[2026]), reverse("aksi-detail", args=[2026, aksi.pk])):
        assert '<span class="contoh">contoh</span>' in client.get(page).content.decode()


@pytest.mark.parametrize(("is_assumed", "marks"), [(True, 1), (False, 0)])
def test_assumed_kinds_of_evidence_are_marked_beside_a_published_measure(
    client, secretariat, plan_year, is_assumed, marks
):
    Aksi.objects.update(is_illustrative=False)
    Measure.objects.update(is_illustrative=False, has_illustrative_evidence=is_assumed)

    page = client.get(reverse("aksi-detail", args=[2026, plan_year.aksi.get().pk])).content.decode()

    page = " ".join(page.split())
    assert page.count('Data dukung: <span class="contoh">contoh</span> Laporan kegiatan') == marks
    assert page.count("Yang bertanda contoh adalah anggapan portal") == marks


def test_an_aksi_shows_its_evidence_with_what_is_compulsory(client, secretariat, plan_year):
    response = client.get(reverse("aksi-detail", args=[2026, plan_year.aksi.get().pk]))

    page = response.content.decode()
    assert "Laporan kegiatan <strong>(wajib)</strong>" in page
    assert response.context["assigned"] == 1


# What their buttons do


def year_form(year: str, calendar: str = "triwulan") -> dict:
    load_plan_reference()
    return {
        "plan": PlanFactory().pk,
        "year": year,
        "calendar": Calendar.objects.get(code=calendar).pk,
        "rule_set": RuleSetFactory().pk,
    }


def test_a_year_is_created_from_the_form(client, secretariat):
    response = client.post(reverse("plan-year-create"), year_form("2026"))

    assert response.url == reverse("plan-year-detail", args=[2026])
    assert ReportingPeriod.objects.filter(plan_year__year=2026).count() == 4


@pytest.mark.parametrize(
    ("year", "message"),
    [
        ("2025", "Tahun 2025 sudah ada."),
        ("2045", "Pilih tahun 2021 sampai 2030 untuk RANHAM generasi V (2021-2025)."),
        ("dua", "Tulis tahun dengan empat angka, misalnya 2027."),
        ("", "Bidang ini tidak boleh kosong."),
    ],
)
def test_a_wrong_year_is_refused_at_its_field(client, secretariat, year, message):
    PlanYearFactory(year=2025)

    response = client.post(reverse("plan-year-create"), year_form(year))

    assert (response.status_code, response.context["form"].errors["year"]) == (200, [message])
    assert PlanYear.objects.count() == 1


def test_forged_choices_are_refused(client, secretariat):
    data = year_form("2026") | {"calendar": "999", "plan": "x", "rule_set": "\x00"}

    response = client.post(reverse("plan-year-create"), data)

    assert (response.status_code, sorted(response.context["form"].errors)) == (200, ["calendar", "plan", "rule_set"])


def test_a_level_is_assigned_by_one_button(client, secretariat, plan_year):
    RegencyFactory()

    response = client.post(reverse("level-assign", args=[2026, "kab_kota"]), follow=True)

    assert Assignment.objects.count() == 2
    assert [str(message) for message in response.context["messages"]] == ["1 penugasan dibuat untuk 2 instansi."]


def test_a_level_that_does_not_exist_is_not_found(client, secretariat, plan_year):
    assert client.post(reverse("level-assign", args=[2026, "desa"])).status_code == 404


def dates_form(**changes) -> dict:
    return {
        "opens_on": "2026-03-22",
        "closes_on": "2026-03-31",
        "late_until_on": "2026-04-07",
        "review_due_on": "2026-04-14",
        "correction_until_on": "2026-04-21",
        "objection_from_on": "2026-04-22",
        "objection_until_on": "2026-04-28",
        "minimum_correction_days": "3",
        "letter_number": "",
        "letter_on": "",
        "reason": "Surat HAM-12",
    } | changes


def test_the_form_shows_last_days_and_leaves_them_alone(client, secretariat, plan_year):
    page = reverse("period-edit", args=[2026, "B03"])

    shown = client.get(page).context["form"].initial
    response = client.post(page, dates_form(), follow=True)

    posted = {name: str(shown[name]) for name in dates_form() if name.endswith("_on") and shown[name]}
    assert posted == {name: value for name, value in dates_form().items() if name in posted}
    assert [str(message) for message in response.context["messages"]] == ["Tidak ada yang berubah."]
    assert PeriodEvent.objects.count() == 0


def test_moved_dates_show_in_the_history_with_their_reason(client, secretariat, plan_year):
    page = reverse("period-edit", args=[2026, "B03"])

    response = client.post(page, dates_form(closes_on="2026-04-03", needs_signatory="on"), follow=True)

    period = plan_year.periods.get()
    assert (period.closes_at, period.needs_signatory) == (instant("2026-04-04 00:00"), True)
    event = response.context["events"][0]
    assert event["note"] == "Alasan: Surat HAM-12"
    assert event["sentence"] == (
        f"{secretariat.user} mengubah jendela ditutup "
        "dari Selasa, 31 Maret 2026 pukul 23.59 WIB menjadi Jumat, 3 April 2026 pukul 23.59 WIB; "
        "perlu pengesahan pejabat dari tidak menjadi ya."
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "   "}, "reason"),
        ({"closes_on": "2026-03-01"}, "closes_on"),
        ({"late_until_on": "2026-03-30"}, "late_until_on"),
        ({"correction_until_on": "2026-04-01"}, "correction_until_on"),
        ({"objection_until_on": "2026-04-20"}, "objection_until_on"),
        ({"opens_on": "9999-12-31"}, "opens_on"),
        ({"closes_on": "0001-01-01"}, "closes_on"),
        ({"opens_on": "besok"}, "opens_on"),
        ({"minimum_correction_days": "-1"}, "minimum_correction_days"),
        ({"letter_number": "x" * 81}, "letter_number"),
        ({"reason": "a\x00b"}, "reason"),
    ],
)
def test_wrong_dates_are_refused_at_their_field(client, secretariat, plan_year, changes, field):
    response = client.post(reverse("period-edit", args=[2026, "B03"]), dates_form(**changes))

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert PeriodEvent.objects.count() == 0


def test_a_closed_period_is_reopened_only_when_said_so(client, secretariat, plan_year):
    ReportingPeriod.objects.update(opened_at=instant("2026-03-01 00:00"), opened_by=secretariat.user)
    page = reverse("period-edit", args=[2026, "B03"])
    later = dates_form(
        closes_on="2027-11-30",
        late_until_on="2027-11-30",
        review_due_on="2027-12-14",
        correction_until_on="2027-12-21",
        objection_from_on="2027-12-22",
        objection_until_on="2027-12-28",
    )

    with time_machine.travel(instant("2026-11-21 12:00"), tick=False):
        refused = client.post(page, later)
        assert PeriodEvent.objects.count() == 0
        accepted = client.post(page, later | {"may_reopen": "on"})

    assert refused.context["form"].non_field_errors() == [
        "Triwulan 1 2026 (B03) sudah ditutup. Nyatakan bahwa periode ini memang dibuka kembali."
    ]
    assert (accepted.status_code, PeriodEvent.objects.count()) == (302, 1)
