"""The dot map: where a dot stands, what its colour means, what the filter leaves, and that it stays cheap."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from actions.models import Institution
from reporting.jobs.scores import compute_plan_year
from reporting.models import ItemScore, Report, Score
from reporting.summaries.aksi_results import aksi_results
from reporting.summaries.distribution import aksi_means, bins_of
from reporting.summaries.dots import Shown, chosen, dot_map
from reporting.summaries.results import Row, Span
from reporting.summaries.timeliness import timeliness_of
from tests.downloads import table_of
from tests.scenario import Scenario


@pytest.fixture
def closed(scenario) -> Scenario:
    """The small nation closed without reports, Sikka then scored by hand; Jakarta Pusat owes no report."""
    jakarta = Institution.objects.create(code="31", name="DKI Jakarta", kind="provinsi")
    Institution.objects.create(
        code="31.71", name="Kota Administrasi Jakarta Pusat", kind="kota", parent=jakarta, is_autonomous=False,
        latitude=Decimal("-6.187"), longitude=Decimal("106.834"),
    )  # fmt: skip
    places = {"53.07": ("-8.622", "122.214"), "53.08": ("-8.846", "121.663"), "52.01": ("-8.688", "116.118")}
    for code, (latitude, longitude) in places.items():
        Institution.objects.filter(code=code).update(latitude=Decimal(latitude), longitude=Decimal(longitude))
    later = scenario.period.late_until_at + timedelta(days=1)
    with time_machine.travel(later, tick=False):
        compute_plan_year(scenario.plan_year, later)
        sikka = Score.objects.filter(scope="institution", institution__code="53.07", period=scenario.period)
        sikka.filter(target_group=None).update(state="scored", scored=1, all_value=Decimal("79.996"), band="kuning")
        sikka.filter(target_group__code="anak").update(state="scored", scored=1, all_value=Decimal("90"), band="hijau")
        yield scenario


def bands(scenario: Scenario, shown: Shown) -> dict[str, str]:
    found = dot_map(Span(scenario.plan_year, scenario.period), shown)
    return {dot.code: dot.band for province in found.provinces for dot in province.dots}


@pytest.mark.both_databases
def test_a_dot_stands_at_its_coordinates_with_its_exact_band(closed):
    found = dot_map(Span(closed.plan_year, closed.period), Shown())

    by_code = {dot.code: dot for province in found.provinces for dot in province.dots}
    sikka = by_code["53.07"]
    # (122.214 - 94.4) * 25, (6.6 + 8.622) * 25, drawn to a tenth
    assert (sikka.x, sikka.y) == ("695.3", "380.6")
    assert sikka.title == "Kabupaten Sikka: 79,996, kuning"  # never rounded over the cut-off
    assert by_code["53.08"].title == "Kabupaten Ende: tidak lapor"
    assert (found.total, found.shown, found.without_duty) == (4, 3, 1)


@pytest.mark.both_databases
def test_the_filter_leaves_one_band_one_group_or_one_aksi(closed):
    everyone = {"31.71": "", "52.01": "abu", "53.07": "kuning", "53.08": "abu"}

    assert bands(closed, Shown()) == everyone
    assert bands(closed, Shown(band="kuning")) == {"53.07": "kuning"}
    assert bands(closed, Shown(group=closed.groups["anak"])) == everyone | {"53.07": "hijau"}
    assert bands(closed, Shown(aksi=closed.aksi[0])) == everyone | {"53.07": "abu"}  # no aksi of it is judged


def test_what_the_address_names_is_chosen_and_nonsense_is_everything(closed):
    groups, aksi = closed.groups.values(), closed.aksi

    assert chosen("kelompok-anak", "merah", groups, aksi) == Shown(group=closed.groups["anak"], band="merah")
    assert chosen("aksi-2", "", groups, aksi) == Shown(aksi=closed.aksi[1])
    assert chosen("aksi-99", "ungu", groups, aksi) == Shown()


def test_a_province_is_shown_as_near_as_its_dots_allow(closed):
    found = dot_map(Span(closed.plan_year, closed.period), Shown(), province=closed.province)

    assert [dot.code for province in found.provinces for dot in province.dots] == ["53.07", "53.08"]
    assert found.box == "652.1 351.1 72.7 64.5"


def test_the_national_page_draws_each_dot_once_with_one_link_a_province(closed, django_assert_max_num_queries):
    client, address = closed.client("leader"), reverse("national-results-of", args=[closed.period.key])

    with django_assert_max_num_queries(12):
        page = client.get(address, {"dari": "aksi-1"}).content.decode()

    drawing = page[page.index('id="titik"') : page.index("</svg>", page.index('id="titik"'))]
    assert drawing.count("<use ") == 3
    assert drawing.count("<circle ") == 1
    assert drawing.count("<a ") == 3
    assert '<option value="aksi-1" selected>' in page
    assert "Menampilkan 3 dari 4" in page


def test_whatever_an_institution_is_called_the_drawings_and_tables_stay_whole(closed):
    hostile, escaped = "<b title=\"x\">Nusa & 'Tenggara'</b>", "&lt;b title=&quot;x&quot;&gt;Nusa &amp; &#x27;Tenggara"
    Institution.objects.filter(code__in=["53", "53.07"]).update(name=hostile)
    client, key = closed.client("leader"), closed.period.key

    for name, args, times in [
        ("national-results-of", [key], 4),  # dot with its province, tile, table
        ("province-results-of", ["53", key], 3),  # link and words of the dot, table
        ("level-results", ["kab_kota", key], 1),
    ]:
        page = client.get(reverse(name, args=args)).content.decode()
        assert "<b title" not in page
        assert page.count(escaped) >= times, name


def test_a_year_offers_no_single_aksi(closed):
    page = closed.client("leader").get(reverse("national-results-of", args=[closed.plan_year.year])).content.decode()

    assert 'value="kelompok-anak"' in page
    assert 'value="aksi-1"' not in page


def test_a_province_spreads_its_figures_and_names_its_weak_aksi(closed, django_assert_max_num_queries):
    item = closed.report.items.get(aksi__number=2)
    # Sikka stands as verified, with aksi 2 at 50 and aksi 1 without a score
    Report.objects.filter(pk=closed.report.pk).update(
        status="verified", round=1, submitted_at=closed.now, submitted_by=closed.user("coordinator"),
        verified_at=closed.now, verified_by=closed.user("kanwil"),
    )  # fmt: skip
    ItemScore.objects.create(item=item, exact="50/1", value=Decimal(50))
    span = Span(closed.plan_year, closed.period)

    means, timeliness = aksi_means(span, closed.province, closed.period.late_until_at)
    found = {row.number: row for row in means}

    assert (found[2].everyone, found[2].reporters) == (Decimal(25), Decimal(50))  # Ende did not report: 0
    assert (found[2].scored, found[2].expected) == (1, 2)
    assert (found[1].everyone, found[1].reporters) == (Decimal(0), None)
    assert timeliness == timeliness_of(span, province=closed.province)
    assert (timeliness.expected, timeliness.on_time, timeliness.not_sent) == (3, 1, 2)
    client = closed.client("leader")
    client.get(reverse("province-results-of", args=["53", closed.period.key]))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("province-results-of", args=["53", closed.period.key])).content.decode()
    assert page.count("/hasil/instansi/53.07/") >= 2  # a dot and a line of the table
    opened = reverse("province-aksi", args=["53", closed.period.key, 2])
    assert f'href="{opened}"' in page

    found = aksi_results(span, closed.province, 2, closed.period.late_until_at)

    assert [(row.code, row.value, row.word) for row in found.rows] == [
        ("53.07", Decimal(50), "Kuning"), ("53.08", None, "Tidak lapor"),
    ]  # fmt: skip
    assert (found.mean.everyone, found.mean.counted, found.mean.scored, found.silent) == (Decimal(25), 2, 1, 1)
    assert "/hasil/instansi/53.07/" in client.get(opened).content.decode()
    rows, _manifest = table_of(client.get(f"{opened}tabel.csv"))
    assert rows[1:] == [["53.07", "Kabupaten Sikka", "50,00", "Kuning"], ["53.08", "Kabupaten Ende", "", "Tidak lapor"]]
    for key, number in ((closed.period.key, 99), (closed.plan_year.year, 2)):
        page = reverse("province-aksi", args=["53", key, number])
        assert [client.get(address).status_code for address in (page, f"{page}tabel.csv")] == [404, 404]


def test_figures_fall_into_bins_by_their_exact_value():
    rows = [Row(Score(all_exact=text, scored=1), None) for text in ("100/1", "90/1", "8999/100", "0/1")]
    rows.append(Row(Score(all_exact="0/1", scored=0), None))  # not reported: no figure of its own

    found = {bin_.low: bin_.count for bin_ in bins_of(rows)}

    assert (found[90], found[80], found[0], sum(found.values())) == (2, 1, 1, 4)
