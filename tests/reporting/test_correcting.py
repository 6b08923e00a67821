"""Correction by Ditjen HAM: who may, what it leaves on record, what it does to the score, and its page."""

import re
from fractions import Fraction

import pytest

from actions.policies.errors import NotAllowed
from notifications.models import Message
from reporting.jobs.scores import compute_plan_year
from reporting.models import Judgement, PeriodScoring, ReasonCode, Report, ReportEvent, Score
from reporting.services import correcting
from reporting.summaries.effects import effect_of
from tests import steps
from tests.conftest import StrictClient

pytestmark = pytest.mark.both_databases
PAGE_QUERIES = 12


@pytest.fixture
def verified(scenario):
    """The report of Kabupaten Sikka, judged "sesuai" throughout and verified."""
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(scenario.report, coordinator)
    steps.mark_all_ready(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil)
    steps.verify_report(scenario.report, kanwil)
    return scenario


def first_answer(scenario):
    return steps.answers_of(scenario.report)[0]


def correct(scenario, name: str = "verifier", **changes):
    values = {"administration": "met", "substance": "partly", "note": "Notulen tidak memuat kesimpulan."}
    values |= {"reasons": ReasonCode.objects.filter(code="S02"), **changes}
    return correcting.correct(first_answer(scenario), by=scenario.actor(name), **values)


def address(scenario) -> str:
    return f"/telaah/{scenario.report.pk}/ukuran/{first_answer(scenario).pk}/koreksi/"


def posted(scenario, name: str = "verifier", **data):
    data = {"basis": first_answer(scenario).judgement_id, "administration": "met", "substance": "partly", **data}
    data = {"reasons": ["S02"], "note": "Notulen tidak memuat kesimpulan.", **data}
    return scenario.client(name, StrictClient).post(address(scenario), data)


# The act


def test_a_correction_follows_the_first_judgement_and_never_overwrites_it(verified):
    first = first_answer(verified).judgement

    judgement = correct(verified)

    kept = Judgement.objects.get(pk=first.pk)
    assert (kept.kind, kept.administration, kept.substance) == ("review", "met", "met")
    assert (judgement.kind, judgement.substance, judgement.submission_id) == (
        "correction",
        "partly",
        kept.submission_id,
    )
    assert first_answer(verified).judgement == judgement
    assert [code.code for code in judgement.reasons.all()] == ["S02"]


def test_a_correction_asks_for_the_scores_and_they_follow(verified):
    compute_plan_year(verified.plan_year)
    before = PeriodScoring.objects.get(period=verified.period).requested

    correct(verified)

    assert PeriodScoring.objects.get(period=verified.period).requested == before + 1
    compute_plan_year(verified.plan_year)
    score = Score.objects.get(period=verified.period, institution=verified.kabupaten, target_group=None)
    assert Fraction(score.all_exact) == Fraction(365, 4)  # aksi 1: mean of 65 and 100; aksi 2: 100


def test_a_correction_is_an_event_and_a_message_to_both_sides(verified):
    Message.objects.all().delete()

    correct(verified)

    event = ReportEvent.objects.filter(report=verified.report).first()
    assert (event.kind, event.item.aksi.number) == ("corrected", 1)
    assert event.note == "Ukuran 1: nilai 100,00 menjadi 65,00. Notulen tidak memuat kesimpulan."
    told = Message.objects.filter(kind="judgement_corrected").values_list("user__email", flat=True)
    names = ["coordinator", "signatory", "kanwil", "kanwil_colleague"]
    assert sorted(told) == sorted(f"{name}@contoh.example" for name in names)


@pytest.mark.parametrize("name", ["kanwil", "panitia_verifier", "secretariat", "leader", "coordinator"])
def test_only_a_central_verifier_corrects(verified, name):
    with pytest.raises(NotAllowed, match="Hanya verifikator pusat"):
        correct(verified, name)

    assert Judgement.objects.filter(kind="correction").count() == 0


def test_whoever_served_there_does_not_correct(verified):
    rows = verified.user("coordinator").memberships.filter(institution=verified.kabupaten)
    rows.update(user=verified.user("verifier"))

    with pytest.raises(NotAllowed, match="Anda bertugas di instansi ini"):
        correct(verified)


def test_a_report_in_review_is_not_corrected(scenario):
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator)
    steps.mark_all_ready(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, scenario.actor("kanwil"))

    with pytest.raises(NotAllowed, match="belum diverifikasi"):
        correct(scenario)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"substance": "met"}, "Kedua aspek sama"),
        ({"reasons": []}, "sedikitnya satu alasan"),
        ({"note": "  "}, "Tulis alasannya"),
        ({"note": "a" * 4001}, "terlalu panjang"),
    ],
)
def test_a_correction_changes_something_and_says_why(verified, changes, reason):
    with pytest.raises(NotAllowed, match=reason):
        correct(verified, **changes)

    assert first_answer(verified).judgement.kind == "review"


def test_a_correction_of_a_judgement_that_changed_meanwhile_is_refused(verified):
    looked_at = first_answer(verified).judgement_id
    correct(verified)

    with pytest.raises(NotAllowed, match="baru saja berubah"):
        correct(verified, substance="not_met", basis_id=looked_at)


# The effect


def test_the_effect_is_the_score_that_then_comes_out(verified):
    answer = first_answer(verified)
    report = Report.objects.select_related("period__plan_year__rule_set").get(pk=verified.report.pk)

    effect = effect_of(report, {answer.pk: ("met", "not_met")})

    assert (effect.before, effect.after) == (100, Fraction(165, 2))
    assert (effect.band_before, effect.band_after) == ("hijau", "hijau")
    assert effect.signed == "−17,50"


def test_a_report_without_judgements_has_no_points(scenario):
    report = Report.objects.select_related("period__plan_year__rule_set").get(pk=scenario.report.pk)

    assert effect_of(report, {}).before == 0


# The page


def test_the_effect_is_shown_before_anything_happens(verified):
    page = posted(verified).content.decode()

    assert "Pengaruh pada nilai laporan" in page
    assert "91,25" in page
    assert '<button class="btn btn-utama btn-penuh" type="submit" name="shown" value="met/partly">' in page
    assert first_answer(verified).judgement.kind == "review"


def test_what_was_shown_is_confirmed(verified):
    response = posted(verified, shown="met/partly")

    assert response.url == f"/telaah/{verified.report.pk}/ukuran/{first_answer(verified).pk}/"
    assert first_answer(verified).judgement.kind == "correction"


def test_other_words_than_those_shown_are_shown_first(verified):
    page = posted(verified, substance="not_met", shown="met/partly").content.decode()

    assert "82,50" in page
    assert first_answer(verified).judgement.kind == "review"


def test_the_page_names_what_is_wrong_and_keeps_the_words(verified):
    page = posted(verified, substance="met", note="Tetap").content.decode()

    assert "Kedua aspek sama dengan putusan yang berlaku" in page
    assert ">\nTetap</textarea>" in page


def test_the_page_shows_every_judgement(verified):
    correct(verified)

    page = verified.client("verifier", StrictClient).get(address(verified)).content.decode()

    assert "2 putusan atas ukuran ini" in page
    assert "<kbd" not in page  # no script listens to keys here
    assert page.index("Telaah</strong>") < page.index("Koreksi</strong>")


def test_the_desk_leads_a_central_verifier_to_the_correction(verified):
    desk = address(verified).removesuffix("koreksi/")

    central, kanwil = (verified.client(name).get(desk).content.decode() for name in ("verifier", "kanwil"))

    assert [address(verified) in page for page in (central, kanwil)] == [True, False]
    assert ["Laporan ini sudah diverifikasi. Putusannya dapat Anda koreksi" in page for page in (central, kanwil)] == [
        True,
        False,
    ]
    assert ["bukan kantor Anda" in central, "Belum dapat dilakukan" in central] == [False, False]


def test_the_form_works_without_scripts(verified):
    client = verified.client("verifier", StrictClient)
    client.handler.enforce_csrf_checks = True

    form = client.get(address(verified)).content.decode().split("<main", 1)[1]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    words = {"administration": "partly", "substance": "partly", "reasons": ["A01"], "note": "Kop surat tidak ada."}
    response = client.post(address(verified), words | {"csrfmiddlewaretoken": token[1]})

    assert response.status_code == 200


@pytest.mark.parametrize("name", ["kanwil", "coordinator", "secretariat", "panitia_verifier", "neighbour_kanwil"])
def test_the_page_is_not_there_for_others(verified, name):
    assert verified.client(name).get(address(verified)).status_code == 404
    assert posted(verified, name, shown="met/partly").status_code == 404
    assert first_answer(verified).judgement.kind == "review"


def test_the_page_asks_few_questions(verified, django_assert_max_num_queries):
    client, page = verified.client("verifier"), address(verified)

    with django_assert_max_num_queries(PAGE_QUERIES):
        client.get(page)
