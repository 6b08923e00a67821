"""From every figure of the nation down to the judgement and the evidence, by the links that stand on the pages."""

import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from actions.models import Institution, RuleSet
from reporting.jobs.scores import compute_plan_year
from reporting.models import MeasureAnswer, Report, Score
from reporting.scoring import exact_text
from reporting.summaries.explained import losses_of
from reporting.summaries.judged import judged_items
from reporting.summaries.levels import ranked
from reporting.summaries.results import Row, Span
from reporting.summaries.timeliness import Timeliness, timeliness_of
from tests import steps
from tests.scenario import PEOPLE, Scenario

READS_SIKKA = {"coordinator", "signatory", "pembina", "kanwil", "kanwil_colleague", "verifier", "leader", "secretariat"}
NATION = {"verifier", "leader", "reader", "secretariat"}


@pytest.fixture
def verified(scenario) -> Scenario:
    """Sikka verified with one measure partly met and one not filled in; then the period closes and is computed."""
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    first, second, _third = steps.answers_of(scenario.report)
    steps.fill_answer(first, coordinator)
    steps.fill_answer(second, coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.claim_report(scenario.report, kanwil)
    steps.judge_answer(first, kanwil, administration="met", substance="partly")
    for answer in steps.answers_of(scenario.report)[1:]:
        steps.judge_answer(answer, kanwil)
    steps.verify_report(scenario.report, kanwil)
    later = scenario.period.late_until_at + timedelta(days=1)
    with time_machine.travel(later, tick=False):
        compute_plan_year(scenario.plan_year, later)
        yield scenario


def links(page: str) -> dict[str, str]:
    """The links of the main part of a page: text by address."""
    main = page[page.index("<main") :]
    found = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', main, re.DOTALL)
    return {unescape(address): re.sub(r"<[^>]+>", "", text).strip() for address, text in found}


def test_a_measure_names_judgement_person_time_evidence_rules_and_formula(verified):
    answer = steps.answers_of(verified.report)[0]

    page = verified.client("coordinator").get(reverse("measure-explained", args=[answer.pk])).content.decode()

    judgement = answer.judgement
    stored = answer.evidence.get(kind__name="Notulen").stored_file
    assert "30% × 100 + 70% × 50" in page
    assert ">65,00<" in page  # the measure
    assert "65,00</b> + 100,00 dibagi 2" in page  # its aksi
    assert "82,50</b> + 0,00 dibagi 2" in page  # its report
    assert ">41,25<" in page
    assert str(judgement.judged_by) in page
    assert stored.sha256 in page
    assert "Aturan uji, kode uji" in page


def who_get(scenario: Scenario, address: str) -> set[str]:
    """The people who are shown a page; everybody else is answered 404."""
    answers = {name: scenario.client(name).get(address).status_code for name in PEOPLE}
    assert set(answers.values()) <= {200, 404}
    return {name for name, status in answers.items() if status == 200}


def test_who_may_open_a_measure(verified):
    answer = steps.answers_of(verified.report)[0]

    assert who_get(verified, reverse("measure-explained", args=[answer.pk])) == READS_SIKKA | {"opd"}  # their aksi


def test_before_verification_nobody_opens_a_measure(scenario):
    answer = steps.answers_of(scenario.report)[0]

    assert scenario.client("leader").get(reverse("measure-explained", args=[answer.pk])).status_code == 404


def test_who_may_open_levels_and_groups(verified):
    key = verified.period.key

    assert who_get(verified, reverse("level-results", args=["kab_kota", key])) == NATION
    assert who_get(verified, reverse("group-results", args=["anak", key])) == NATION


def test_an_unknown_level_group_or_time_is_not_found(verified):
    client, key = verified.client("leader"), verified.period.key
    known = f"/hasil/jenjang/kl/{key}/?kelompok="

    for address in [
        f"/hasil/jenjang/lainnya/{key}/",
        "/hasil/jenjang/kl/2026-B99/",
        f"/hasil/kelompok/lansia/{key}/",
        f"{known}lansia",
        f"{known}%00",
    ]:
        assert client.get(address).status_code == 404, address


def test_staff_of_one_opd_get_links_to_their_own_aksi_alone(verified):
    own, _same, other = steps.answers_of(verified.report)

    page = verified.client("opd").get(reverse("institution-results-of", args=["53.07", verified.period.key]))

    found = links(page.content.decode())
    assert reverse("measure-explained", args=[own.pk]) in found
    assert reverse("measure-explained", args=[other.pk]) not in found


def test_a_level_shows_both_means_with_their_sums(verified):
    page = verified.client("leader").get(reverse("level-results", args=["kab_kota", verified.period.key]))

    text = page.content.decode()
    assert "41,25 dibagi 3" in text  # two did not report and count 0
    assert "41,25 dibagi 1" in text
    assert ">13,75<" in text


def test_a_province_shows_both_means_with_their_sums(verified):
    page = verified.client("kanwil").get(reverse("province-results-of", args=["53", verified.period.key]))

    whole, text = page.context["results"].whole, page.content.decode()
    assert (whole.counted, whole.scored, page.context["total"]) == (3, 1, Decimal("41.25"))
    assert "41,25 dibagi 3" in text  # its government and Ende did not report and count 0
    assert "41,25 dibagi 1" in text


def test_a_group_names_its_aksi_and_how_it_went(verified, django_assert_max_num_queries):
    group = verified.plan_year.plan.target_groups.get(code="anak")
    client, key = verified.client("leader"), verified.period.key

    with django_assert_max_num_queries(12):
        page = client.get(reverse("group-results", args=["anak", key]))

    found, text = dict(page.context["aksi"]), page.content.decode()
    aksi = found["Kabupaten dan kota"]
    assert aksi == list(group.aksi.filter(plan_year=verified.plan_year, level="kab_kota").order_by("number"))
    assert f"?dari=aksi-{aksi[0].number}#titik-judul" in text
    assert aksi[0].title in unescape(text)
    nation = Score.objects.get(period=verified.period, scope="nation", target_group=group)
    assert [point.all_value for point in page.context["trend_points"]] == [nation.all_value]


def test_a_national_group_counts_who_did_not_report_once_the_period_is_closed(verified):
    score = Score.objects.get(period=verified.period, scope="nation", target_group__code="anak")

    page = verified.client("leader").get(reverse("national-results-of", args=[verified.period.key])).content.decode()

    assert score.scored < score.counted
    assert f"Dihitung {score.counted} dari {score.expected} instansi" in page


def test_a_level_costs_the_same_with_many_institutions(verified, django_assert_max_num_queries):
    level = Score.objects.get(scope="level", level="kab_kota", period=verified.period, target_group=None)
    for number in range(120):
        place = Institution.objects.create(
            code=f"53.{200 + number}", name=f"Kabupaten {number}", kind="kabupaten", parent=verified.province
        )
        level.pk, level.key, level.scope, level.institution = None, f"banyak/{number}", "institution", place
        level.save()
    client = verified.client("leader")

    with django_assert_max_num_queries(10):
        page = client.get(reverse("level-results", args=["kab_kota", verified.period.key]) + "?page=2")

    assert page.status_code == 200
    assert page.content.decode().count("/hasil/instansi/") == 23


def test_a_measure_costs_at_most_twelve_queries(verified, django_assert_max_num_queries):
    answer = steps.answers_of(verified.report)[0]

    for name in ("kanwil", "verifier", "coordinator"):
        client = verified.client(name)
        with django_assert_max_num_queries(12):
            client.get(reverse("measure-explained", args=[answer.pk]))


def offers(scenario: Scenario, answer: MeasureAnswer) -> dict[str, set[str]]:
    """What the page of a measure leads each person to that may change its judgement."""
    acts = {
        name: reverse(name, args=[scenario.report.pk, answer.pk]) for name in ("measure-correct", "objection-write")
    }
    page = reverse("measure-explained", args=[answer.pk])
    found = {}
    for name in READS_SIKKA | {"opd"}:
        shown = links(scenario.client(name).get(page).content.decode())
        found |= {name: {act for act, address in acts.items() if address in shown}} if shown else {}
    return {name: acts for name, acts in found.items() if acts}


def test_a_measure_leads_to_its_correction_and_objection_whoever_may(verified):
    partly, met, missing = steps.answers_of(verified.report)
    with time_machine.travel(verified.period.objection_from_at, tick=False):
        within = [offers(verified, answer) for answer in (partly, met, missing)]
    with time_machine.travel(verified.period.objection_until_at, tick=False):
        after = offers(verified, partly)

    assert within == [
        {"verifier": {"measure-correct"}, "coordinator": {"objection-write"}},
        {"verifier": {"measure-correct"}},  # judged in full: nothing to object to
        {},  # never reported
    ]
    assert after == {"verifier": {"measure-correct"}}


def test_points_lost_stand_with_their_reason_and_what_to_do_better(verified):
    rule_set = verified.plan_year.rule_set
    first, _second, third = steps.answers_of(verified.report)

    found = losses_of(judged_items(verified.report, rule_set), rule_set)

    assert [(row.answer.pk, row.points) for row in found.rows] == [
        (third.pk, Fraction(50)),
        (first.pk, Fraction(35, 4)),
    ]
    assert found.total == Decimal("58.75")  # 100 less the score of the report
    page = verified.client("coordinator").get(reverse("institution-results-of", args=["53.07", verified.period.key]))
    text = page.content.decode()
    assert "−50,00" in text
    assert "Belum diisi saat dikirim" in text
    reason = first.judgement.reasons.get()
    assert f"Periode berikutnya: {reason.advice}" in unescape(text)


def test_an_institution_costs_at_most_twelve_queries(verified, django_assert_max_num_queries):
    client = verified.client("kanwil")
    address = reverse("institution-results-of", args=["53.07", verified.period.key])

    with django_assert_max_num_queries(12):
        client.get(address)


def test_equal_exact_figures_share_a_place_and_the_next_is_skipped():
    def row(code: str, value: Fraction | None) -> Row:
        score = Score(institution=Institution(code=code), all_exact=exact_text(value), scored=value is not None)
        score.all_value = None if value is None else Decimal("66.67")  # rounding alone makes no tie
        return Row(score, None)

    third = Fraction(200, 3)
    rows = [row("4", None), row("3", third), row("1", third), row("5", Fraction(6667, 100)), row("2", Fraction(1))]

    found = ranked(rows)

    places = [(entry.row.institution.code, entry.place, entry.shared) for entry in found]
    assert places == [("5", 1, False), ("1", 2, True), ("3", 2, True), ("2", 4, False), ("4", None, False)]


def test_reports_are_on_time_late_or_not_sent(verified):
    verified.report.__class__.objects.filter(pk=verified.report.pk).update(is_late=True)
    span = Span(verified.plan_year, verified.period)

    assert timeliness_of(span, level="kab_kota") == Timeliness(expected=3, on_time=0, late=1)
    assert timeliness_of(span, province=verified.neighbour_province) == Timeliness(expected=2, on_time=0, late=0)
    assert timeliness_of(Span(verified.plan_year, None)).not_sent == 6


def test_a_year_of_an_institution_names_the_periods_it_is_the_mean_of(verified):
    year = verified.plan_year.year

    page = verified.client("coordinator").get(reverse("institution-results-of", args=["53.07", year])).content.decode()

    assert re.search(r">B09</a> 41,25 dibagi 1", page)


def test_a_report_verified_a_moment_ago_opens_before_its_score_is_computed(verified):
    verified.report.institution.scores.all().delete()

    page = verified.client("coordinator").get(reverse("institution-results-of", args=["53.07", verified.period.key]))

    assert page.status_code == 200
    assert "sedang dihitung" in page.content.decode()


def test_a_measure_added_after_sending_counts_zero_and_says_so(verified):
    item = verified.report.items.get(aksi__number=2)
    measure = verified.add_measure(item.aksi, verified.period, 3)
    answer = MeasureAnswer.objects.create(item=item, measure=measure)

    page = verified.client("leader").get(reverse("measure-explained", args=[answer.pk])).content.decode()

    assert "belum ada saat laporan dikirim" in page


def test_the_page_of_a_verified_report_leads_to_the_points_it_lost(verified):
    page = verified.client("coordinator").get(verified.report.get_absolute_url()).content.decode()

    address = reverse("institution-results-of", args=["53.07", verified.period.key])
    assert f'href="{address}#hilang"' in page


def test_other_rules_are_told_wherever_they_were_applied(verified):
    RuleSet.objects.update(late_percent=90, nation_mean="institutions", level_mean="provinces", year_mean="reported")
    Report.objects.filter(pk=verified.report.pk).update(is_late=True)
    compute_plan_year(verified.plan_year, verified.period.late_until_at + timedelta(days=1))
    client, key = verified.client("secretariat"), verified.period.key
    answer = steps.answers_of(verified.report)[0]
    pages = {
        reverse("measure-explained", args=[answer.pk]): ["× 90% karena terlambat", "Laporan terlambat memperoleh 90%"],
        reverse("institution-results-of", args=["53.07", key]): ["× 90% karena terlambat", "Laporan dikirim terlambat"],
        reverse("level-results", args=["kab_kota", key]): [
            "rata-rata tiap provinsi dari 3 instansi, lalu rata-rata",
            "Laporan terlambat memperoleh 90% nilainya; yang tidak dikirim",
        ],
        reverse("national-results-of", args=[key]): ["× 3", "dibagi 7", "menurut jumlah instansinya"],
        reverse("national-results-of", args=[str(verified.plan_year.year)]): ["Nilai tahun: hanya periode yang"],
    }

    for address, words in pages.items():
        page = " ".join(client.get(address).content.decode().split())
        assert [word for word in words if word not in page] == [], address

    score = Score.objects.get(period=verified.period, scope="institution", institution__code="53.07", target_group=None)
    losses = losses_of(judged_items(verified.report, verified.plan_year.rule_set), RuleSet.objects.get())
    lost = sum((row.points for row in losses.rows), losses.late)
    assert losses.late == 10
    assert lost == 100 - Fraction(score.all_exact)
