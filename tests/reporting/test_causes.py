"""Causes of return and of lost points: counted once a measure, with denominators, within everybody's scope."""

from collections.abc import Iterator
from fractions import Fraction
from html import unescape

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from reporting.models import MeasureAnswer
from reporting.scoring import as_decimal
from reporting.summaries.causes import CENTRAL, Causes, causes
from reporting.summaries.results import Span
from tests import steps
from tests.scenario import Scenario

S02 = "S02 Bukti hanya mencakup sebagian sasaran"


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker) -> Iterator[None]:
    """One transaction around the whole module, in the place of pytest-django's own around each test."""
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with django_db_blocker.unblock(), transaction.atomic(), quick:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def nation(db) -> Scenario:
    """Sikka verified after a return, Lombok Barat at once but with an aksi not carried out; Ende still in review."""
    scenario = Scenario()
    kanwil, neighbour = scenario.actor("kanwil"), scenario.actor("neighbour_kanwil")
    sikka, lombok, ende = (scenario.reports[code] for code in ("53.07", "52.01", "53.08"))
    MeasureAnswer.objects.update(execution="carried_out", description="Pelatihan di Alok")
    _first, second, third = steps.answers_of(lombok)
    MeasureAnswer.objects.filter(pk=second.pk).update(execution="not_carried_out", reason="Banjir")
    MeasureAnswer.objects.filter(pk=third.pk).update(execution="")
    steps.send_report(sikka, scenario.actor("coordinator"))
    steps.judge_all(sikka, kanwil, returned=[1], substance="partly")
    steps.return_report(sikka, kanwil)
    steps.send_report(sikka, scenario.actor("coordinator"))
    steps.judge_all(sikka, kanwil)
    steps.verify_report(sikka, kanwil)
    steps.send_report(lombok, scenario.actor("neighbour_coordinator"))
    steps.judge_all(lombok, neighbour)
    steps.verify_report(lombok, neighbour)
    steps.send_report(ende, scenario.actor("other_coordinator"))
    steps.judge_all(ende, kanwil, returned=[1], administration="not_met")
    return scenario


def counted(nation: Scenario, person: str, **filters: str) -> Causes:
    return causes(nation.actor(person), Span(nation.plan_year, nation.period), **filters)


def tallies(found: Causes) -> tuple[int, int, Fraction]:
    return found.total.judged, found.total.returned, found.total.lost


def test_a_measure_that_came_back_counts_once_of_those_judged(nation):
    found = counted(nation, "kanwil")

    assert tallies(found) == (3, 2, Fraction(35))  # aksi 2 kept "sebagian" in substance: 70% of 50 points
    assert [(cause.label, cause.count, cause.share) for cause in found.returns] == [(S02, 2, Fraction(200, 3))]
    assert [(cause.label, cause.count, cause.lost) for cause in found.losses] == [
        (S02, 1, as_decimal(Fraction(35, 3))),
    ]


def test_the_causes_of_lost_points_add_up_to_what_was_lost(nation):
    found = counted(nation, "verifier")

    assert tallies(found) == (6, 2, Fraction(205))  # 35 of Sikka, 70 not carried out, 100 not filled in
    assert [(cause.label, cause.count, cause.lost) for cause in found.losses] == [
        ("Belum diisi saat dikirim", 1, as_decimal(Fraction(100, 6))),
        ("Dinyatakan tidak terlaksana", 1, as_decimal(Fraction(70, 6))),
        (S02, 1, as_decimal(Fraction(35, 6))),
    ]
    assert sum(cause.lost for cause in found.losses) == pytest.approx(found.total.mean_lost)


@pytest.mark.parametrize(
    ("person", "judged"),
    [
        ("verifier", 6), ("reader", 6), ("kanwil", 3), ("neighbour_kanwil", 3), ("pembina", 3), ("coordinator", 3),
        ("opd", 3), ("other_coordinator", 0), ("neighbour_coordinator", 3), ("ministry_coordinator", 0),
    ],
)  # fmt: skip
def test_everybody_counts_what_they_may_see_and_only_what_is_verified(nation, person, judged):
    assert counted(nation, person).total.judged == judged


def test_filters_narrow_by_kanwil_and_level(nation):
    assert tallies(counted(nation, "verifier", kanwil="KW53")) == (3, 2, Fraction(35))
    assert counted(nation, "verifier", kanwil=CENTRAL).total.judged == 0
    assert counted(nation, "verifier", level="provinsi").total.judged == 0
    assert counted(nation, "kanwil", kanwil="KW52").total.judged == 0  # not its own


def test_a_province_is_counted_alone_where_the_page_of_it_leads_here(nation):
    address = reverse("province-results-of", args=["53", nation.period.key])
    link = f"{reverse('cause-list')}?periode={nation.period.key}&amp;provinsi=53"
    client = nation.client("verifier")

    page = client.get(unescape(link)).content.decode()

    assert link in client.get(address).content.decode()
    assert tallies(counted(nation, "verifier", province="53")) == (3, 2, Fraction(35))
    assert counted(nation, "kanwil", province="52").total.judged == 0  # not its own
    assert "2 dari 3 ukuran" in page
    assert "<p>Nusa Tenggara Timur, " in page


@pytest.mark.parametrize(
    ("person", "query", "address"),
    [
        ("coordinator", "", "/hasil/ukuran/{answer}/"),
        ("opd", "", "/hasil/ukuran/{answer}/"),
        ("kanwil", "", "/hasil/provinsi/53/{key}/aksi/1/"),
        ("verifier", "", "/hasil/nasional/{key}/?dari=aksi-1#titik-judul"),
        ("verifier", "&provinsi=53", "/hasil/provinsi/53/{key}/aksi/1/"),
    ],
)
def test_a_measure_opens_what_tells_more_of_it(nation, person, query, address):
    answer = steps.answers_of(nation.reports["53.07"])[1]
    client = nation.client(person)

    page = unescape(client.get(f"{reverse('cause-list')}?periode={nation.period.key}{query}").content.decode())

    wanted = address.format(answer=answer.pk, key=nation.period.key)
    assert f'<th scope="row"><a href="{wanted}">{answer.measure.text}</a>' in page
    assert client.get(wanted.split("#")[0]).status_code == 200
    assert ("Poin ini dari 100 per ukuran" in page) == (person in ("coordinator", "opd"))


def test_measures_kanwil_and_periods_stand_with_their_own_denominators(nation):
    found = counted(nation, "verifier")

    assert [(part.key, part.tally.returned, part.tally.judged) for part in found.kanwil] == [
        ("KW53", 2, 3),
        ("KW52", 0, 3),
    ]
    assert [(part.key, part.tally.returned, part.tally.judged) for part in found.periods] == [
        (nation.period.key, 2, 6),
    ]
    places = [(row.aksi, row.number, row.tally.returned, row.tally.judged, row.tally.lost) for row in found.measures]
    assert places == [(1, 2, 1, 2, Fraction(70)), (1, 1, 1, 2, Fraction(0)), (2, 1, 0, 2, Fraction(135))]
    assert found.measures[0].tally.top_reason == S02
    assert found.measures[0].place == "Kabupaten dan kota, Aksi 1, ukuran 2 (B09)"


def test_the_page_has_a_stable_address_and_says_its_denominators(nation, django_assert_max_num_queries):
    client, address = nation.client("verifier"), reverse("cause-list")
    query = {"periode": nation.period.key, "kanwil": "KW53", "jenjang": "kab_kota"}

    with django_assert_max_num_queries(12):
        page = client.get(address, query).content.decode()

    assert "2 dari 3 ukuran" in page
    assert '<option value="KW53" selected>' in page
    assert f"{address}csv/?periode={nation.period.key}&amp;kanwil=KW53&amp;jenjang=kab_kota&amp;" in page


def test_what_no_filter_offers_counts_as_no_filter(nation):
    page = nation.client("kanwil").get(reverse("cause-list"), {"periode": "x", "jenjang": "\x00", "kanwil": "KW52"})

    assert "2 dari 3 ukuran" in page.content.decode()


def test_the_csv_holds_every_row_with_the_same_filters(nation):
    response = nation.client("verifier").get(reverse("cause-list-csv"), {"periode": str(nation.plan_year.year)})

    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[1] == f"Seluruhnya;;;6;2;33,33;34,17;{S02}"
    assert f"Sebab pengembalian;{S02};;6;2;33,33;;" in lines
    assert "Sebab poin hilang;Dinyatakan tidak terlaksana;;6;1;16,67;11,67;" in lines
    assert len(lines) == 2 + 1 + 3 + 3 + 2 + 1 + 3
    assert lines[-3] == "#Manifes;Baris;11"


def test_whoever_may_see_nothing_is_told_so(nation):
    page = nation.client("ministry_coordinator").get(reverse("cause-list")).content.decode()

    assert "Belum ada ukuran yang dinilai" in page
    assert MeasureAnswer.objects.exclude(judgement=None).exists()
