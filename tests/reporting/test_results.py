"""Results pages: who may open which, what they say, and that their cost does not grow with the nation."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from actions.models import Institution, ReportingPeriod, TargetGroup
from reporting.jobs.scores import compute_plan_year
from reporting.models import Report, Score
from reporting.scoring import as_decimal
from reporting.summaries.charts import TrendPoint, trend
from reporting.summaries.results import Row, Span, compared_with, national_results, previous_of, sorted_rows, span_of
from tests.downloads import table_of
from tests.scenario import PEOPLE, Scenario

NATIONAL = {"verifier", "leader", "reader", "secretariat"}
PROVINCE_53 = NATIONAL | {"kanwil", "kanwil_colleague", "pembina"}
INSTITUTION_5307 = PROVINCE_53 | {"opd", "other_opd", "coordinator", "signatory"}


@pytest.fixture
def closed(scenario) -> Scenario:
    """The small nation after its period has closed without any report, scores computed, the clock set to then."""
    scenario.later = scenario.period.late_until_at + timedelta(days=1)
    compute_plan_year(scenario.plan_year, scenario.later)
    with time_machine.travel(scenario.later, tick=False):
        yield scenario


def make_score(scenario: Scenario, institution: Institution | None, scope: str, value: str, **fields) -> Score:
    """Store one figure of the open period."""
    of = institution.code if institution else fields.get("level", "-")
    return Score.objects.create(
        key=f"{scenario.plan_year.year}/{scenario.period.code}/{scope}/{of}/-",
        scope=scope,
        plan_year=scenario.plan_year,
        period=scenario.period,
        institution=institution,
        state=Score.State.SCORED,
        all_value=Decimal(value),
        reported_value=Decimal(value),
        band="kuning",
        expected=1,
        reported=1,
        scored=1,
        yellow=1,
        rule_set=scenario.rule_set,
        computed_at=scenario.now,
        **fields,
    )


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_only_readers_of_the_nation_open_the_national_page(closed, name):
    response = closed.client(name).get(reverse("national-results-of", args=[closed.period.key]))

    assert response.status_code == (200 if name in NATIONAL else 404)


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_a_province_opens_for_its_kanwil_its_pembina_and_the_nation(closed, name):
    response = closed.client(name).get(reverse("province-results-of", args=["53", closed.period.key]))

    assert response.status_code == (200 if name in PROVINCE_53 else 404)


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_an_institution_opens_for_its_people_and_those_above(closed, name):
    response = closed.client(name).get(reverse("institution-results-of", args=["53.07", closed.period.key]))

    assert response.status_code == (200 if name in INSTITUTION_5307 else 404)


@pytest.mark.parametrize("suffix", ["csv", "of"])
@pytest.mark.parametrize("key", ["2026-B99", "0", "1999", "apa-saja"])
def test_an_unknown_time_is_not_found(closed, suffix, key):
    client = closed.client("leader")

    assert client.get(reverse(f"national-results-{suffix}", args=[key])).status_code == 404
    assert client.get(reverse(f"institution-results-{suffix}", args=["53.07", key])).status_code == 404


def test_after_closing_a_missing_report_counts_zero_and_is_called_tidak_lapor(closed):
    page = closed.client("coordinator").get(reverse("institution-results-of", args=["53.07", closed.period.key]))

    assert "Tidak lapor" in page.content.decode()
    assert Score.objects.get(scope="institution", institution=closed.kabupaten, period=closed.period,
                             target_group=None).all_value == 0  # fmt: skip


def test_a_year_says_what_it_calls_reported(closed):
    words = "Dalam setahun, melapor berarti mengirim laporan sedikitnya satu periode yang sudah ditutup."
    keys = [str(closed.plan_year.year), closed.period.key]

    pages = [closed.client("leader").get(reverse("national-results-of", args=[key])) for key in keys]

    assert [words in page.content.decode() for page in pages] == [True, False]


def test_national_page_names_denominator_and_both_means(closed):
    page = closed.client("leader").get(reverse("national-results-of", args=[closed.period.key])).content.decode()

    assert "0 dari 7 instansi melapor" in page
    assert "0 dari 3 melapor" in page
    assert "yang melapor saja belum ada" in page
    assert "– belum ada nilai, TL tidak lapor" in page


def test_who_did_not_report_reads_so_everywhere_on_its_page(closed):
    address = reverse("institution-results-of", args=["53.07", closed.period.key])
    page = closed.client("coordinator").get(address).content.decode()

    assert page.count("tidak lapor, dihitung 0") == TargetGroup.objects.count()
    assert "Tidak lapor</span>" in page[page.index('id="laporan"') :]
    assert "Sedang disusun" not in page


def test_menu_address_leads_to_the_stable_one(closed):
    response = closed.client("leader").get(reverse("national-results"))

    assert response.url == reverse("national-results-of", args=[closed.period.key])


def test_without_a_period_the_page_says_so(db):
    scenario = Scenario(opened=False)

    page = scenario.client("leader").get(reverse("national-results")).content.decode()

    assert "Belum ada hasil" in page


def test_province_csv_has_one_line_for_each_institution_and_the_head(closed):
    response = closed.client("pembina").get(reverse("province-results-csv", args=["53", closed.period.key]))

    lines, _manifest = table_of(response)
    assert [line[0] for line in lines] == ["Kode", "53", "53.07", "53.08"]
    assert lines[2][2:4] == ["tidak lapor", "0,00"]


def test_national_institutions_csv_lists_every_expected_institution(closed):
    response = closed.client("secretariat").get(reverse("national-institutions-csv", args=[closed.period.key]))

    lines, _manifest = table_of(response)
    assert [line[0] for line in lines[1:]] == ["52", "52.01", "53", "53.07", "53.08", "HAM", "SOS"]


def test_a_kanwil_with_one_province_goes_straight_there(closed):
    response = closed.client("kanwil").get(reverse("region-results"))

    assert response.url == reverse("province-results", args=["53"])


@pytest.mark.parametrize("count", [3, 550])
def test_results_pages_cost_the_same_with_3_and_550_institutions(scenario, count, django_assert_num_queries):
    kabupaten = [
        Institution(code=f"53.{number:03}", name=f"Kabupaten {number}", kind="kabupaten", parent=scenario.province)
        for number in range(count)
    ]
    for institution in Institution.objects.bulk_create(kabupaten):
        Report.objects.create(
            institution=institution, period=scenario.period, level="kab_kota", province=scenario.province,
            created_at=scenario.now,
        )  # fmt: skip
        make_score(scenario, institution, Score.Scope.INSTITUTION, "71.25", level="kab_kota")
    make_score(scenario, scenario.province, Score.Scope.PROVINCE, "71.25")
    make_score(scenario, None, Score.Scope.NATION, "71.25")
    make_score(scenario, None, Score.Scope.LEVEL, "71.25", level="kab_kota")
    client = scenario.client("leader")

    with django_assert_num_queries(11):
        client.get(reverse("national-results-of", args=[scenario.period.key]))
    with django_assert_num_queries(10):
        page = client.get(reverse("province-results-of", args=["53", scenario.period.key]))
    assert page.content.decode().count('<th scope="row"><a href="/hasil/instansi/') == count


def test_previous_period_is_never_of_another_calendar(scenario):
    earlier = scenario.add_period(2, "B06", "Triwulan II", scenario.now - timedelta(days=90))
    span = Span(scenario.plan_year, scenario.period)

    assert previous_of(span, [scenario.period, earlier]) == earlier
    assert previous_of(Span(scenario.plan_year, None), [scenario.period, earlier]) is None


def test_figures_are_compared_once_both_periods_are_closed(scenario):
    earlier = scenario.add_period(2, "B06", "Triwulan II", scenario.now - timedelta(days=90))
    span, periods = Span(scenario.plan_year, scenario.period), [scenario.period, earlier]
    end = scenario.period.late_until_at
    compute_plan_year(scenario.plan_year, end)
    opened = {"opened_at": earlier.opens_at, "opened_by": scenario.period.opened_by}
    ReportingPeriod.objects.filter(pk=earlier.pk).update(**opened)

    found = []
    for now in (end - timedelta(seconds=1), end):
        with time_machine.travel(now, tick=False):
            page = scenario.client("leader").get(reverse("national-results-of", args=[scenario.period.key]))
            text = page.content.decode()
            found.append((compared_with(span, periods), "Terhadap B06" in text, "belum dapat dibandingkan" in text))

    assert found == [(None, False, True), (earlier, True, False)]


def test_span_of_reads_a_period_and_a_year(scenario):
    periods = [scenario.period]

    assert span_of(scenario.period.key, periods).period == scenario.period
    assert span_of(str(scenario.plan_year.year), periods).period is None
    assert span_of("2026-B9", periods) is None


def test_rows_sort_by_value_with_those_without_one_last(scenario):
    high = make_score(scenario, scenario.province, Score.Scope.PROVINCE, "90")
    low = make_score(scenario, scenario.neighbour_province, Score.Scope.PROVINCE, "10")
    none = Score(institution=scenario.kanwil, scope=Score.Scope.PROVINCE, expected=1)
    rows = [Row(score, None) for score in (none, low, high)]

    ordered, key, descending = sorted_rows(rows, "tidak-dikenal")

    assert ([row.score for row in ordered], key, descending) == ([high, low, none], "nilai", True)


def test_national_results_leave_lowest_to_scored_provinces(scenario):
    make_score(scenario, scenario.province, Score.Scope.PROVINCE, "60")

    found = national_results(Span(scenario.plan_year, scenario.period), [scenario.period])

    assert [row.institution for row in found.lowest] == [scenario.province]


def test_trend_writes_figures_clear_of_its_line():
    values = [80, 85, 0]
    points = [TrendPoint(f"B{n}", 2025, "caturwulan", Decimal(v), Decimal(v)) for n, v in enumerate(values, 1)]

    flat, height, foot = trend(points, width=548).knots

    assert float(flat.label_y) > float(flat.y)  # below, as usual
    assert float(height.label_y) < float(height.y)  # above, where the line falls away
    assert float(foot.label_x) < float(foot.x)  # left of the dot, under the falling line


def test_trend_names_its_periods_only_where_there_is_room():
    points = [TrendPoint(f"B{n % 12}", 2020 + n // 4, "triwulan", Decimal(n), None) for n in range(20)]

    assert len(trend(points, width=548).periods) == 20
    assert trend(points, width=300).periods == []
    assert [caption.text for caption in trend(points, width=300).years] == ["2020", "2021", "2022", "2023", "2024"]


def test_trend_never_draws_a_line_across_calendars():
    points = [
        TrendPoint(code, year, calendar, as_decimal(value), None)
        for code, year, calendar, value in [
            ("B08", 2025, "caturwulan", 60),
            ("B12", 2025, "caturwulan", 70),
            ("B03", 2026, "triwulan", 80),
        ]
    ]

    drawn = trend(points, width=548)

    assert [segment.calendar for segment in drawn.segments] == ["caturwulan", "triwulan"]
    assert [len(segment.all_points.split()) for segment in drawn.segments] == [2, 1]
    assert [caption.text for caption in drawn.years] == ["2025", "2026"]
