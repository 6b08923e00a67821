"""Two results side by side, against the figures of the worked example in docs/scoring.md."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from html import unescape

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from actions.actors import actor_for
from actions.models import Aksi, Calendar, Institution, Membership, PlanYear, RuleSet
from reporting.jobs.scores import compute_plan_year
from reporting.models import Report, Score
from reporting.summaries.comparable import Subject, faults_of, subjects_of
from reporting.summaries.compare import Comparison, comparison
from reporting.summaries.explained import losses_of
from reporting.summaries.judged import judged_items
from reporting.summaries.results import Span
from tests.downloads import table_of
from tests.score_nation import NOW, ScoreNation

Scope = Score.Scope
PEOPLE = {"leader": ("SOS", "pimpinan"), "pembina": ("53", "pembina"), "coordinator": ("53.07", "koordinator")}


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """One transaction around the whole module, in the place of pytest-django's own around each test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def nation(db) -> ScoreNation:
    """The worked example computed, with readers, and a year before on another calendar without any report."""
    nation = ScoreNation()
    compute_plan_year(nation.plan_year, NOW)
    Institution.objects.filter(code="SOS").update(is_on_panitia_nasional=True)
    for name, (code, role) in PEOPLE.items():
        user = User.objects.create_user(f"{name}@contoh.example", name=name.title())
        office = Institution.objects.get(code=code)
        Membership.objects.create(user=user, institution=office, role=role, starts_on=date(2020, 1, 1))
    quarters = Calendar.objects.create(code="triwulan", name="Triwulan")
    year, this_year = nation.plan_year, nation.plan_year
    nation.plan_year = PlanYear.objects.create(plan=year.plan, year=2025, calendar=quarters, rule_set=year.rule_set)
    nation.quarter = nation.add_period(1, "B03", NOW - timedelta(days=400))
    nation.plan_year = this_year
    return nation


def actor(name: str):
    return actor_for(User.objects.get(email=f"{name}@contoh.example"), NOW.date())


def client(name: str) -> Client:
    found = Client()
    found.force_login(User.objects.get(email=f"{name}@contoh.example"))
    return found


def subject(key: str) -> Subject:
    rows = Institution.objects.order_by("code")
    return {one.key: one for _heading, found in subjects_of(actor("leader"), rows) for one in found}[key]


def compared(nation: ScoreNation, a: str, b: str, *times: str) -> Comparison:
    spans = [Span(nation.plan_year, nation.periods[time] if time != "2026" else None) for time in times]
    return comparison(actor("leader"), (subject(a), spans[0]), (subject(b), spans[-1]), NOW)


def figures(pairs) -> list[tuple]:
    return [(pair.label, pair.a.value, pair.b.value, pair.difference) for pair in pairs]


def test_two_governments_stand_side_by_side_in_one_period(nation):
    found = compared(nation, "53.07", "53.08", "B04")

    assert figures(found.totals) == [
        ("Nilai", Fraction(55, 2), Fraction(230, 3), "+49,17"),
        ("Poin hilang", Fraction(145, 2), Fraction(70, 3), "−49,17"),
    ]
    assert [pair.label for pair in found.groups] == ["Perempuan", "Anak"]
    assert (found.a.participation, found.a.on_time) == (100, 100)
    assert found.calendars is None


def test_a_late_report_took_part_but_not_in_time(nation):
    side = compared(nation, "52.01", "53.08", "B04").a

    assert (side.timeliness.sent, side.timeliness.late, side.participation, side.on_time) == (1, 1, 100, 0)


def test_aksi_are_paired_by_their_words_where_the_report_may_be_read(nation):
    Membership.objects.filter(user__email="leader@contoh.example").update(institution=nation.institutions["SOS"])
    found = comparison(
        actor("pembina"),
        (subject("53.07"), Span(nation.plan_year, nation.periods["B04"])),
        (subject("53.07"), Span(nation.plan_year, nation.periods["B08"])),
        NOW,
    )

    assert figures(found.aksi) == [
        ("1. Aksi 1", 55, 100, "+45,00"),
        ("2. Aksi 2", 0, 100, "+100,00"),
    ]
    assert [(pair.a.lost, pair.b.lost) for pair in found.aksi] == [(Fraction(45, 2), 0), (50, 0)]
    assert compared(nation, "53.07", "53.07", "B04", "B08").aksi == []  # a reader of results reads no reports


def test_the_nation_at_two_times_opens_its_levels_with_both_means(nation):
    found = compared(nation, "nasional", "nasional", "B04", "B08")

    assert [(pair.label, pair.a.value, pair.b.value) for pair in found.totals] == [
        ("Capaian, seluruh instansi", Fraction(7205, 108), Fraction(525, 8)),
        ("Yang melapor saja", Fraction(4435, 54), Fraction(315, 4)),
        ("Poin hilang, seluruh instansi", Fraction(3595, 108), Fraction(275, 8)),
    ]
    assert ("Provinsi", Fraction(185, 4)) in [(pair.label, pair.a.value) for pair in found.levels]
    assert found.levels[0].a.url == "/hasil/jenjang/kl/2026-B04/"
    assert found.groups[0].b.url == "/hasil/kelompok/perempuan/2026-B08/"


def test_a_province_and_a_level_compare_the_means_of_their_aksi(nation):
    region = compared(nation, "wilayah-52", "wilayah-53", "B04")
    level = compared(nation, "jenjang-kab_kota", "jenjang-kab_kota", "B04", "B08")

    assert region.totals[0].b.value == Fraction(625, 18)
    assert (region.a.timeliness.sent, region.b.timeliness.sent) == (2, 2)
    assert [pair.label for pair in region.aksi] == [pair.label for pair in level.aksi] == ["1. Aksi 1", "2. Aksi 2"]
    assert level.totals[0].a.value == Fraction(485, 9)
    assert level.a.timeliness.expected == 3


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is undone: the nation is the module's."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_losses_of_aksi_and_of_lateness_add_up_to_what_the_report_lost(nation):
    report = nation.reports["B04", "53.07"]
    sikka = Institution.objects.get(code="53.07")
    with undone():
        RuleSet.objects.update(late_percent=50, value_met=90)
        Report.objects.filter(pk=report.pk).update(is_late=True)
        compute_plan_year(nation.plan_year, NOW)
        year = PlanYear.objects.select_related("rule_set", "calendar").get(pk=nation.plan_year.pk)
        sides = [(Subject("53.07", "Sikka", Scope.INSTITUTION, "kab_kota", sikka), Span(year, nation.periods[code]))
                 for code in ("B04", "B08")]  # fmt: skip
        found = comparison(actor("coordinator"), *sides, NOW)
        losses = losses_of(judged_items(Report.objects.get(pk=report.pk), year.rule_set), year.rule_set)

    shown = {pair.label: pair.a.value for pair in found.totals}
    assert [pair.a.lost for pair in found.aksi] == [
        sum(row.points for row in losses.rows if row.item.item.aksi.number == number) for number in (1, 2)
    ]
    assert shown["Poin hilang karena terlambat"] == losses.late == 45
    assert shown["Poin hilang"] == sum(pair.a.lost for pair in found.aksi) + losses.late == Fraction(232, 3)


def test_two_aksi_with_one_title_both_stand_and_their_losses_add_up(nation):
    with undone():
        Aksi.objects.filter(plan_year=nation.plan_year).update(title="Judul yang sama")
        sides = [(subject("53.07"), Span(nation.plan_year, nation.periods[code])) for code in ("B04", "B08")]
        found = comparison(actor("coordinator"), *sides, NOW)
        region = compared(nation, "wilayah-53", "wilayah-53", "B04", "B08")

    same = ["1. Judul yang sama", "2. Judul yang sama"]
    assert [pair.label for pair in found.aksi] == [pair.label for pair in region.aksi] == same
    assert [(pair.a.value, pair.b.value) for pair in found.aksi] == [(55, 100), (0, 100)]
    assert sum(pair.a.lost for pair in found.aksi) == found.a.lost == Fraction(145, 2)


def test_a_mean_says_what_it_is_the_mean_of(nation):
    nation_wide = compared(nation, "nasional", "nasional", "B04", "B08")
    level = compared(nation, "jenjang-kab_kota", "jenjang-kab_kota", "B04", "B08")
    year = compared(nation, "53.08", "53.07", "2026")

    awaiting = nation_wide.b  # the ministry has sent B08, and nobody verified it
    assert awaiting.mean_words == (
        "rata-rata 2 jenjang tanpa bobot, atas 5 instansi, 1 di antaranya tidak lapor dan dihitung 0"
    )
    assert awaiting.score.expected == 6
    assert level.a.mean_words == "rata-rata 3 instansi"
    assert level.b.mean_words == "rata-rata 3 instansi, 1 di antaranya tidak lapor dan dihitung 0"
    assert year.a.mean_words == "rata-rata 2 periode"
    assert compared(nation, "53.07", "53.08", "B04").a.mean_words == ""
    with undone():
        RuleSet.objects.update(nation_mean="institutions", level_mean="provinces")
        rules = PlanYear.objects.select_related("rule_set", "calendar").get(pk=nation.plan_year.pk)
        span = Span(rules, nation.periods["B04"])
        sides = [comparison(actor("leader"), (subject(key), span), (subject(key), span), NOW).a
                 for key in ("nasional", "jenjang-kab_kota")]  # fmt: skip
    assert [side.mean_words.partition(", ")[0] for side in sides] == [
        "rata-rata 3 jenjang menurut banyaknya instansi",
        "rata-rata tiap provinsi dari 3 instansi",
    ]


def test_every_mean_shows_both_kinds_and_their_denominators(nation):
    of_nation = compared(nation, "nasional", "nasional", "B04", "B08")
    region = compared(nation, "wilayah-53", "wilayah-53", "B04", "B08")
    text = page("leader", a="wilayah-53", b="wilayah-53", waktu_a="2026-B04", waktu_b="2026-B08").content.decode()

    ministries, _provinces, regencies = (pair.b for pair in of_nation.levels)
    assert (ministries.value, ministries.count, ministries.reporters, ministries.scored) == (None, 0, None, 0)
    assert (regencies.count, regencies.scored) == (3, 2)
    assert regencies.reporters > regencies.value
    assert [(pair.a.count, pair.a.scored) for pair in region.groups] == [(2, 2), (3, 2)]
    assert [(pair.a.count, pair.a.scored) for pair in region.aksi] == [(2, 2), (2, 2)]
    assert "dari 3 instansi" in text
    assert "melapor 52,08 (2)" in text


def test_years_are_compared_without_aksi(nation):
    found = compared(nation, "53.08", "53.07", "2026")

    assert found.totals[0].a.value == Fraction(805, 12)
    assert found.a.timeliness.expected == 2
    assert (found.aksi, found.is_of_years) == ([], True)


def test_what_cannot_be_compared_is_told(nation):
    sikka, ende, province = subject("53.07"), subject("53.08"), subject("53")
    b04, b08 = (Span(nation.plan_year, nation.periods[code]) for code in ("B04", "B08"))
    year = Span(nation.plan_year, None)

    assert faults_of(sikka, ende, b04, b04) == faults_of(sikka, sikka, b04, b08) == []
    assert faults_of(sikka, sikka, b04, b04) == ["Pilih dua yang berbeda: instansi lain, atau waktu lain."]
    assert faults_of(sikka, ende, b04, b08) == [
        "Bandingkan dua instansi pada waktu yang sama, atau satu instansi pada dua waktu."
    ]
    assert faults_of(sikka, sikka, b04, year) == ["Bandingkan periode dengan periode, atau tahun dengan tahun."]
    assert faults_of(sikka, province, b04, b04) == faults_of(province, subject("wilayah-53"), b04, b04)
    assert faults_of(sikka, province, b04, b04) == [
        "Bandingkan yang sejenjang, misalnya kabupaten dengan kabupaten atau kota."
    ]
    assert faults_of(subject("jenjang-kl"), subject("jenjang-provinsi"), b04, b04) == []


def page(name: str, **query: str):
    return client(name).get(reverse("compare"), query)


def test_the_page_has_a_stable_address_and_links_to_where_figures_come_from(nation, django_assert_max_num_queries):
    reader = client("leader")

    with django_assert_max_num_queries(12):
        response = reader.get(reverse("compare"), {"a": "53.07", "b": "53.08", "waktu_a": "2026-B04"})

    text = unescape(response.content.decode())
    assert '<a href="/hasil/instansi/53.07/2026-B04/">27,50</a>' in text
    assert '<option value="53.08" selected>' in text
    assert "Kalendernya berbeda" not in text


def test_the_comparison_is_a_file_that_names_both_sides_and_their_rules(nation):
    asked = {"a": "wilayah-53", "b": "wilayah-53", "waktu_a": "2026-B04", "waktu_b": "2026-B08"}
    reader = client("leader")

    lines, manifest = table_of(reader.get(reverse("compare-table", args=["csv"]), asked))
    page = reader.get(reverse("compare"), asked).content.decode()
    unfinished = reader.get(reverse("compare-table", args=["xlsx"]), asked | {"b": ""})

    assert [line[0] for line in lines[1:]] == [
        *["Nilai"] * 3,
        *["Kelompok sasaran"] * 2,
        *["Aksi"] * 2,
        *["Laporan"] * 6,
    ]
    assert lines[1][:7] == ["Nilai", "Capaian, seluruh instansi", "34,72", "3", "", "", ""]
    assert lines[2][:4] == ["Nilai", "Yang melapor saja", "52,08", "2"]
    assert lines[6][2:6] == ["71,67", "2", "71,67", "2"]
    assert lines[-6][:3] == ["Laporan", "Wajib", "3"]
    assert manifest["A"] == "Nusa Tenggara Timur dan kabupaten/kotanya, Caturwulan 1 2026 (B04)"
    assert manifest["B, aturan"] == "Aturan contoh (contoh)"
    assert reverse("compare-table", args=["xlsx"]) in page
    assert unfinished.url.startswith(reverse("compare"))


def test_one_subject_at_two_times_rises_from_the_older_to_the_newer_whichever_is_a(nation):
    older, newer = {"a": "53.07", "waktu_a": "2026-B04"}, {"b": "53.07", "waktu_b": "2026-B08"}
    swapped = {"a": "53.07", "waktu_a": "2026-B08", "b": "53.07", "waktu_b": "2026-B04"}
    forth, back = compared(nation, "53.07", "53.07", "B04", "B08"), compared(nation, "53.07", "53.07", "B08", "B04")
    words = "Selisih adalah A dikurangi B, yang lebih baru dikurangi yang lebih lama."

    lines, _manifest = table_of(client("leader").get(reverse("compare-table", args=["csv"]), swapped))

    assert [pair.difference for pair in back.totals] == [pair.difference for pair in forth.totals] != ["0,00", "0,00"]
    assert [pair.points for pair in back.groups] == [pair.points for pair in forth.groups]
    assert (lines[0][-1], lines[1][-1]) == ("Selisih (A dikurangi B)", forth.totals[0].difference.lstrip("+"))
    assert words in page("leader", **swapped).content.decode()
    assert words not in page("leader", **older, **newer).content.decode()


def test_a_quarter_beside_a_four_month_period_says_so(nation):
    text = page("leader", a="53.07", b="53.07", waktu_a="2026-B04", waktu_b="2025-B03").content.decode()

    assert "A memakai kalender Kalender contoh, B memakai kalender Triwulan." in text


@pytest.mark.parametrize(
    ("name", "a", "b", "expected"),
    [
        ("coordinator", "53.07", "53.07", 200),
        ("coordinator", "53.07", "53.08", 404),
        ("coordinator", "wilayah-53", "", 404),
        ("pembina", "53.07", "53.08", 200),
        ("pembina", "wilayah-53", "wilayah-53", 200),
        ("pembina", "52.01", "53.07", 404),
        ("pembina", "nasional", "nasional", 404),
        ("leader", "tidak-ada", "53.07", 404),
    ],
)
def test_nobody_compares_what_they_may_not_open(nation, name, a, b, expected):
    response = page(name, a=a, b=b, waktu_a="2026-B04", waktu_b="2026-B08" if a == b else "2026-B04")

    assert response.status_code == expected


def test_nonsense_gets_a_sentence_and_the_form(nation):
    text = page("pembina", a="53.07", b="Kabupaten Ende?", waktu_a="besok").content.decode()

    assert "Pilih instansi dari daftar." in text
    assert "Pilih periode atau tahun dari daftar." in text
    assert '<option value="53.07" selected>' in text


def test_half_an_address_only_fills_the_form(nation):
    text = page("pembina", a="wilayah-53", waktu_a="2026-B04").content.decode()

    assert '<option value="wilayah-53" selected>' in text
    assert "Perbaiki" not in text
