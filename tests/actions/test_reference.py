"""Loading plan, groups, calendars and rules."""

import pytest
from django.core.management import call_command

from actions.models import Calendar, CalendarPeriod, EvidenceKind, Institution, Plan, RuleSet, TargetGroup
from actions.services.institutions import DATA_FOLDER
from actions.services.reference import load_plan_reference
from actions.services.tables import ImportRefused

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_both_calendars_are_loaded_and_the_quarterly_is_the_default():
    load_plan_reference()

    codes = {
        calendar.code: [period.code for period in calendar.periods.order_by("number")]
        for calendar in Calendar.objects.all()
    }
    assert codes == {"triwulan": ["B03", "B06", "B09", "B12"], "caturwulan": ["B04", "B08", "B12"]}
    assert Calendar.objects.get(is_default=True).code == "triwulan"
    assert Calendar.objects.get(code="caturwulan").source.startswith("Perpres 53/2021 Pasal 8")


def test_every_number_of_the_rule_set_has_a_source():
    load_plan_reference()

    rules = RuleSet.objects.get(code="2021-5")
    assert (rules.administration_weight, rules.substance_weight) == (30, 70)
    assert (rules.value_met, rules.value_partly_met, rules.value_not_met) == (100, 50, 0)
    assert (rules.green_from, rules.yellow_from, rules.not_carried_out_substance) == (80, 50, 0)
    assert (rules.missing_value, rules.nihil_percent, rules.late_percent) == (0, 100, 100)
    assert (rules.year_mean, rules.level_mean, rules.nation_mean) == ("all", "institutions", "levels")
    assert set(rules.sources) == set(RuleSet.SETTINGS)


def test_plan_groups_and_letter_are_loaded():
    load_plan_reference()

    assert Plan.objects.get().legal_basis == "Perpres 53/2021"
    assert [group.code for group in TargetGroup.objects.all()] == [
        "perempuan",
        "anak",
        "penyandang_disabilitas",
        "masyarakat_adat",
    ]
    assert EvidenceKind.objects.get().code == EvidenceKind.LETTER


def test_a_second_run_changes_nothing_and_leaves_rules_alone():
    load_plan_reference()
    RuleSet.objects.update(green_from=75)
    before = list(CalendarPeriod.objects.values()) + list(RuleSet.objects.values())

    load_plan_reference()

    assert list(CalendarPeriod.objects.values()) + list(RuleSet.objects.values()) == before
    assert (Plan.objects.count(), TargetGroup.objects.count(), EvidenceKind.objects.count()) == (1, 4, 1)


def test_wrong_days_and_settings_are_named(tmp_path):
    for path in DATA_FOLDER.glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        text = text.replace("03-17,03-31", "02-29,03-32", 1).replace("green_from,80", "green,180")
        (tmp_path / path.name).write_text(text, encoding="utf-8")

    with pytest.raises(ImportRefused) as refused:
        load_plan_reference(tmp_path)

    assert [(error.file, error.row, error.column) for error in refused.value.errors] == [
        ("calendars.csv", 2, "opens"),
        ("calendars.csv", 2, "closes"),
        ("rule_sets.csv", 8, "setting"),
        ("rule_sets.csv", 8, "value"),
    ]
    assert not Plan.objects.exists()


def test_command_loads_everything_twice(capsys):
    call_command("load_reference")
    call_command("load_reference")

    assert Institution.objects.count() == 605
    assert capsys.readouterr().out.splitlines() == [
        "Data rujukan dimuat: 605 instansi baru, 0 diubah, 0 tetap.",
        "Data rujukan dimuat: 0 instansi baru, 0 diubah, 605 tetap.",
    ]
