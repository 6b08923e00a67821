"""What each gap costs: worked by hand with the rule set 30/70 and 100/50/0."""

from fractions import Fraction

import pytest
from django.utils import timezone

from actions.models import RuleSet
from reporting.completeness import Gap, gaps_of, gaps_text, measure_worth
from reporting.models import Evidence, MeasureAnswer, ReportItem, StoredFile
from reporting.services import filling
from reporting.summaries.completeness import report_completeness, rules_of
from tests import steps

QUARTER = Fraction(25)  # two aksi, the first with two measures: 25, 25 and 50 points


@pytest.fixture
def answer(scenario) -> MeasureAnswer:
    """Measure 2 of Aksi 1: wants a number and a Daftar penerima."""
    return MeasureAnswer.objects.select_related("measure").get(
        item__report=scenario.report, item__aksi__number=1, measure__number=2
    )


def gaps(scenario, answer, present=()):
    wanted = answer.measure.evidence_wanted.select_related("kind")
    letter = scenario.kinds["Surat keterangan"]
    rules = rules_of(scenario.rule_set)
    found = gaps_of(answer, wanted=wanted, present=present, letter=letter, worth=QUARTER, rules=rules)
    return [(gap.field, gap.points) for gap in found]


def test_worth_divides_the_report_among_actions_and_their_measures():
    assert measure_worth(actions=6, measures=2) == Fraction(100, 12)


def test_a_measure_not_declared_lacks_all_its_points(scenario, answer):
    assert gaps(scenario, answer) == [("execution", QUARTER)]


def test_one_gap_costs_one_step_of_its_aspect(scenario, answer):
    answer.execution, answer.description, answer.number = "carried_out", "Pelatihan di Alok", 0

    assert gaps(scenario, answer) == [("daftar-penerima-file", Fraction(375, 100))]


def test_two_gaps_of_an_aspect_cost_the_whole_aspect(scenario, answer):
    answer.execution = "partly"

    half_of_substance = QUARTER * Fraction(70, 100) / 2
    assert gaps(scenario, answer, present={"daftar-penerima"}) == [
        ("description", half_of_substance),
        ("number", half_of_substance),
    ]


def test_gaps_of_an_aspect_never_cost_more_than_the_aspect(scenario, answer):
    answer.execution = "not_carried_out"

    found = gaps(scenario, answer)

    assert [field for field, _ in found] == ["reason", "letter_number", "surat-keterangan-file"]
    assert sum(points for _, points in found) == QUARTER * Fraction(30, 100)


def test_nihil_needs_reason_and_letter_but_no_other_evidence(scenario, answer):
    answer.execution, answer.reason = "nihil", "Tidak ada sasaran"

    assert gaps(scenario, answer, present={"surat-keterangan"}) == [("letter_number", Fraction(375, 100))]


def gap(field: str, points: Fraction) -> Gap:
    return Gap(text="", detail="", field=field, anchor="", points=points)


@pytest.mark.parametrize(
    ("gaps", "expected"),
    [
        ([], ""),
        ([gap("foto-file", Fraction(14, 3))] * 3, "Tiga dokumen ini bernilai 14,00 poin."),
        ([gap("number", Fraction(5, 2))], "Satu isian ini bernilai 2,50 poin."),
        (
            [gap("foto-file", Fraction(1))] * 11 + [gap("number", Fraction(3))],
            "11 dokumen ini bernilai 11,00 poin, dan satu isian ini bernilai 3,00 poin.",
        ),
    ],
)
def test_gaps_are_worth_points_in_words(gaps, expected):
    assert gaps_text(gaps) == expected


def test_a_measure_not_declared_names_the_documents_it_will_want(scenario, answer):
    found = report_completeness(scenario.report).items[0].measures[1].gaps[0]

    assert (found.text, found.detail) == ("Isi ukuran 2", "Belum diisi. Data dukung: daftar penerima (wajib)")


def test_report_adds_up_its_items(scenario, django_assert_num_queries):
    report = scenario.report
    answers = MeasureAnswer.objects.filter(item__report=report)
    answers.update(execution="carried_out", description="Ada", number=1)
    evidence(answers.get(item__aksi__number=2), scenario.kinds["Notulen"], scenario.user("opd"))
    report.period.plan_year.rule_set  # noqa: B018 - loaded before counting

    with django_assert_num_queries(4):
        found = report_completeness(report)

    assert [(item.item.aksi.number, item.measures_total, item.worth) for item in found.items] == [
        (1, 2, 50),
        (2, 1, 50),
    ]
    assert [item.lead_unit for item in found.items] == [scenario.unit, scenario.other_unit]
    assert [(item.evidence_wanted, item.evidence_present) for item in found.items] == [(2, 0), (1, 1)]
    assert [item.item.aksi.number for item in found.incomplete_items] == [1]
    assert [gap.points for _, gap in found.gaps] == [Fraction(15, 4)] * 2
    assert found.estimate == 100 - Fraction(15, 2)


def test_under_rules_whose_best_is_less_the_gaps_sum_to_what_can_be_had(scenario):
    RuleSet.objects.update(value_met=80, value_partly_met=40)

    found = report_completeness(scenario.report)

    assert (found.estimate, found.missing_points, found.worth) == (0, 80, 80)


def test_a_part_of_a_report_keeps_the_worth_of_the_whole(scenario):
    report = scenario.report
    second = ReportItem.objects.get(report=report, aksi__number=2)

    found = report_completeness(report, items=[second])

    assert [(item.item.pk, item.worth, item.points) for item in found.items] == [(second.pk, 50, 0)]


def test_what_was_accepted_cannot_be_mended(scenario):
    report = scenario.report
    ReportItem.objects.filter(report=report, aksi__number=1).update(status="accepted")

    found = report_completeness(report)

    assert [item.item.aksi.number for item, _ in found.gaps] == [2]
    assert found.missing_points == 50


def estimate(scenario) -> tuple[Fraction, bool]:
    found = report_completeness(scenario.report)
    return found.estimate, found.has_standing


def test_what_stands_counts_as_it_was_judged_and_the_rest_as_met(scenario):
    """Aksi 2 (50 points) is accepted with substance half met, so 32.5; Aksi 1 comes back."""
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    assert estimate(scenario) == (100, False)
    steps.judge_all(scenario.report, kanwil, returned=[1], substance="partly")
    assert estimate(scenario) == (100, False)  # decided, but not told yet

    steps.return_report(scenario.report, kanwil)
    assert estimate(scenario) == (Fraction(165, 2), True)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil, substance="not_met")
    assert estimate(scenario) == (Fraction(165, 2), True)  # Aksi 1 is judged again, which nobody was told

    steps.verify_report(scenario.report, kanwil)
    assert estimate(scenario) == (Fraction(95, 2), True)


def test_what_stands_loses_what_a_late_report_loses(scenario):
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    scenario.rule_set.late_percent = 80
    scenario.rule_set.save(update_fields=["late_percent"])
    steps.fill_report(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator, now=scenario.period.closes_at)
    steps.judge_all(scenario.report, kanwil, returned=[1], substance="partly")
    steps.return_report(scenario.report, kanwil)

    assert estimate(scenario) == (Fraction(66), True)


def test_only_what_came_back_is_a_gap_while_correcting(scenario):
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    first = steps.answers_of(scenario.report, aksi=1)[0]
    filling.save_answer(first, {"execution": "carried_out", "description": "Ada"}, version=0, by=coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil, returned=[1], substance="partly")
    steps.return_report(scenario.report, kanwil)
    added = ReportItem.objects.create(report=scenario.report, aksi=scenario.add_aksi("kab_kota", 3, "anak", measures=1))
    MeasureAnswer.objects.create(item=added, measure=added.aksi.measures.get())

    found, worth = report_completeness(scenario.report), measure_worth(actions=3, measures=2)

    assert [item.is_mendable for item in found.items] == [True, False, False]
    gaps = [(gap.text, gap.points) for _item, gap in found.gaps]
    assert gaps == [("Isi ukuran 2", worth), ("Unggah notulen", worth * Fraction(15, 100))]
    assert found.missing_points == worth * Fraction(115, 100)


def test_retired_evidence_does_not_count(scenario):
    report, user = scenario.report, scenario.user("opd")
    answer = MeasureAnswer.objects.get(item__report=report, item__aksi__number=2)
    MeasureAnswer.objects.filter(pk=answer.pk).update(execution="carried_out", description="Ada")
    evidence(answer, scenario.kinds["Notulen"], user, retired_at=timezone.now(), retired_by=user)

    found = report_completeness(report, items=[answer.item])

    assert [gap.field for gap in found.items[0].gaps] == ["notulen-file"]


def evidence(answer, kind, user, **fields) -> Evidence:
    now = timezone.now()
    stored = StoredFile.objects.create(sha256="a" * 64, size=9, content_type="x", extension="pdf", stored_at=now)
    return Evidence.objects.create(
        answer=answer,
        kind=kind,
        stored_file=stored,
        filename="a.pdf",
        uploaded_at=now,
        uploaded_by=user,
        **fields,
    )
