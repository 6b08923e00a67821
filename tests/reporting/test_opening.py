"""Opening a period creates each expected report once."""

import pytest

from actions.models import PeriodEvent
from actions.policies.errors import NotAllowed
from reporting.models import MeasureAnswer, PeriodScoring, Report, ReportItem
from reporting.policies.opening import preview_opening
from reporting.services.opening import open_period
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


@pytest.mark.django_db
def test_an_institution_whose_duty_has_not_begun_owes_nothing():
    scenario = Scenario(opened=False)
    scenario.other_kabupaten.reports_from = scenario.now.date()
    scenario.other_kabupaten.save()

    open_period(scenario.period, by=scenario.actor("secretariat"))

    assert not Report.objects.filter(institution=scenario.other_kabupaten).exists()
