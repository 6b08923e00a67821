"""Opening a period creates each expected report once."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

import pytest
from django.db import connection, transaction
from django.urls import reverse

from actions.models import Level, PeriodEvent, PlanYear
from actions.policies.errors import NotAllowed
from reporting.models import MeasureAnswer, PeriodScoring, Report, ReportItem
from reporting.policies.opening import preview_opening
from reporting.services.freezing import content_hash, frozen_content
from reporting.services.opening import open_period
from tests import steps
from tests.concurrency import at_once
from tests.conftest import StrictClient
from tests.scenario import Scenario


def test_opening_creates_a_report_for_each_assigned_institution(scenario):
    codes = set(Report.objects.values_list("institution__code", flat=True))

    assert codes == {"52", "52.01", "53", "53.07", "53.08", "HAM", "SOS"}
    assert ReportItem.objects.filter(report=scenario.report).count() == 2
    assert MeasureAnswer.objects.filter(item__report=scenario.report).count() == 3
    assert PeriodScoring.objects.filter(period=scenario.period).count() == 1


def test_opening_freezes_level_province_and_kanwil(scenario):
    report = scenario.report

    assert (report.level, report.province, report.kanwil) == ("kab_kota", scenario.province, scenario.kanwil)
    ministry = scenario.reports["SOS"]
    assert (ministry.level, ministry.province, ministry.kanwil) == ("kl", None, None)


def test_opening_again_creates_nothing(scenario):
    before = list(Report.objects.values_list("pk", flat=True).order_by("pk"))

    created = open_period(scenario.period, by=scenario.actor("secretariat"))

    assert created == 0
    assert list(Report.objects.values_list("pk", flat=True).order_by("pk")) == before
    assert PeriodEvent.objects.filter(period=scenario.period).count() == 1


def test_a_later_measure_is_added_by_opening_again(scenario):
    scenario.add_measure(scenario.aksi[1], scenario.period, 2)

    open_period(scenario.period, by=scenario.actor("secretariat"))

    assert MeasureAnswer.objects.filter(item__report=scenario.report).count() == 4


@pytest.mark.both_databases
def test_opening_again_adds_nothing_to_what_was_sent(scenario):
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator)
    sent = steps.send_report(scenario.report, coordinator)
    scenario.add_measure(scenario.aksi[1], scenario.period, 2)
    scenario.add_aksi(Level.REGENCY, 3, "anak", measures=1)

    open_period(scenario.period, by=scenario.actor("secretariat"))

    report, draft = scenario.report, scenario.reports["53.08"]
    frozen = [measure["answer"] for item in sent.content["items"] for measure in item["measures"]]
    assert [answer.pk for answer in steps.answers_of(report)] == frozen
    assert [(answer.item.aksi.number, answer.measure.number) for answer in steps.answers_of(draft)] == [
        (1, 1), (1, 2), (2, 1), (2, 2), (3, 1),
    ]  # fmt: skip


@pytest.mark.django_db
def test_opening_again_leaves_what_was_certified_as_it_was_checked():
    scenario = Scenario(needs_signatory=True)
    steps.fill_report(scenario.report, scenario.actor("coordinator"))
    steps.certify_report(scenario.report, scenario.actor("signatory"))
    certified = content_hash(frozen_content(scenario.report))
    scenario.add_measure(scenario.aksi[1], scenario.period, 2)

    open_period(scenario.period, by=scenario.actor("secretariat"))

    assert content_hash(frozen_content(scenario.report)) == certified


@pytest.mark.parametrize("name", ["coordinator", "kanwil", "verifier", "leader", "opd"])
def test_only_the_secretariat_opens(scenario, name):
    with pytest.raises(NotAllowed) as refusal:
        open_period(scenario.period, by=scenario.actor(name))

    assert refusal.value.reasons == ["Hanya sekretariat yang membuka periode pelaporan."]


@pytest.mark.django_db
def test_preview_counts_what_opening_creates():
    scenario = Scenario(opened=False)

    preview = preview_opening(scenario.period)

    assert (preview.expected, preview.total, preview.to_create) == ({"kl": 2, "provinsi": 2, "kab_kota": 3}, 7, 7)
    assert open_period(scenario.period, by=scenario.actor("secretariat")) == 7


def test_preview_counts_what_is_missing_beside_what_nobody_owes_any_more(scenario):
    Report.objects.filter(institution=scenario.other_kabupaten).update(institution=scenario.kanwil)

    preview = preview_opening(scenario.period)

    assert (preview.total, preview.existing, preview.to_create) == (7, 7, 1)
    assert open_period(scenario.period, by=scenario.actor("secretariat")) == 1


@pytest.mark.django_db
def test_an_institution_whose_duty_has_not_begun_owes_nothing():
    scenario = Scenario(opened=False)
    scenario.other_kabupaten.reports_from = scenario.now.date()
    scenario.other_kabupaten.save()

    open_period(scenario.period, by=scenario.actor("secretariat"))

    assert not Report.objects.filter(institution=scenario.other_kabupaten).exists()


# Pages


def url_of(scenario) -> str:
    return reverse("period-open", args=[scenario.period.key])


@pytest.mark.django_db
def test_the_page_previews_and_opens():
    scenario = Scenario(opened=False)
    client = scenario.client("secretariat", StrictClient)

    shown = client.get(url_of(scenario))
    created_by_looking = Report.objects.count()
    opened = client.post(url_of(scenario))

    assert "7 laporan akan dibuat" in shown.content.decode()
    assert [(str(label), count) for label, count in shown.context["levels"]] == [
        ("Kabupaten dan kota", 3),
        ("Kementerian dan lembaga", 2),
        ("Provinsi", 2),
    ]
    assert created_by_looking == 0
    assert opened.url == reverse("period-list")
    assert [str(message) for message in client.get(opened.url).context["messages"]] == [
        f"{scenario.period} dibuka. 7 laporan dibuat."
    ]


def test_opening_again_on_the_page_says_that_nothing_is_missing(scenario):
    client = scenario.client("secretariat", StrictClient)

    response = client.post(url_of(scenario))

    assert [str(message) for message in client.get(response.url).context["messages"]] == [
        f"{scenario.period} sudah dibuka. Tidak ada laporan baru yang perlu dibuat."
    ]
    assert Report.objects.count() == 7


def test_a_period_without_measures_says_why_it_cannot_be_opened(scenario):
    empty = scenario.add_period(4, "B12", "Triwulan IV", scenario.now)
    client = scenario.client("secretariat", StrictClient)
    url = reverse("period-open", args=[empty.key])

    shown = client.get(url)
    refused = client.post(url)

    reasons = ["Periode ini belum punya ukuran keberhasilan. Impor katalog aksi tahun ini dulu."]
    assert shown.context["obstacles"] == reasons
    assert refused.url == url
    assert [str(message) for message in client.get(url).context["messages"]] == reasons


@pytest.mark.parametrize("name", ["coordinator", "opd", "kanwil", "verifier", "leader", "pembina"])
def test_opening_pages_are_the_secretariats(scenario, name):
    client = scenario.client(name, StrictClient)

    answers = [client.get(reverse("period-list")), client.get(url_of(scenario)), client.post(url_of(scenario))]

    assert [response.status_code for response in answers] == [404, 404, 404]


@pytest.mark.parametrize("key", ["2026", "x-B09", "1999-B09", "2026-B99", "²-B09", "99999999999-B09"])
def test_an_unknown_period_is_not_found(scenario, key):
    response = scenario.client("secretariat", StrictClient).get(f"/periode/{key}/buka/")

    assert response.status_code == 404


def test_the_list_counts_what_was_sent_and_verified(scenario):
    reports = Report.objects.order_by("pk")
    by = scenario.user("coordinator")
    sent = {"round": 1, "submitted_at": scenario.now, "submitted_by": by}
    reports.filter(pk=reports[0].pk).update(status="submitted", **sent)
    reports.filter(pk=reports[1].pk).update(status="verified", verified_at=scenario.now, verified_by=by, **sent)
    scenario.add_period(4, "B12", "Triwulan IV", scenario.now)

    rows = scenario.client("secretariat", StrictClient).get(reverse("period-list")).context["periods"]

    assert [(row.code, state[0], row.expected, row.sent, row.verified) for row, state in rows] == [
        ("B12", "Belum dibuka", 0, 0, 0),
        ("B09", "Jendela terbuka", 7, 2, 1),
    ]


def test_the_list_needs_as_many_queries_for_more_periods(scenario, django_assert_max_num_queries):
    client = scenario.client("secretariat", StrictClient)
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("period-list"))
    scenario.add_period(4, "B12", "Triwulan IV", scenario.now)
    scenario.add_period(2, "B06", "Triwulan II", scenario.now)

    with django_assert_max_num_queries(12) as many:
        client.get(reverse("period-list"))

    assert len(few) == len(many)


# All at once


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_sixteen_openings_at_once_have_one_effect():
    scenario = Scenario(opened=False)
    secretariat = scenario.actor("secretariat")

    outcomes = at_once(lambda: open_period(scenario.period, by=secretariat))

    assert sorted(outcomes) == [0] * 15 + [7]
    assert Report.objects.count() == 7
    assert MeasureAnswer.objects.filter(item__report=scenario.report).count() == 3
    assert PeriodEvent.objects.filter(period=scenario.period).count() == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_an_opening_waits_for_an_import_and_takes_what_it_brought():
    scenario = Scenario(opened=False)
    secretariat = scenario.actor("secretariat")

    def open_it() -> int:
        try:
            return open_period(scenario.period, by=secretariat)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            list(PlanYear.objects.select_for_update(of=("self",)))  # as an import and an assignment do
            opening = pool.submit(open_it)
            with pytest.raises(NotYet):
                opening.result(timeout=0.5)
            scenario.add_measure(scenario.aksi[1], scenario.period, 2)
        created = opening.result(timeout=30)

    assert created == 7
    assert MeasureAnswer.objects.filter(item__report=scenario.report).count() == 4


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_report_sent_while_the_period_is_opened_again_keeps_no_answer_that_was_not_sent():
    scenario = Scenario()
    coordinator, secretariat = scenario.actor("coordinator"), scenario.actor("secretariat")
    steps.fill_report(scenario.report, coordinator)
    scenario.add_measure(scenario.aksi[1], scenario.period, 2)
    acts = [
        lambda: steps.send_report(scenario.report, coordinator),
        lambda: open_period(scenario.period, by=secretariat),
    ]

    outcomes = at_once(lambda: acts.pop()(), times=2)

    sent = scenario.report.submissions.get()
    frozen = [measure["answer"] for item in sent.content["items"] for measure in item["measures"]]
    assert 0 in outcomes
    assert [answer.pk for answer in steps.answers_of(scenario.report)] == frozen
