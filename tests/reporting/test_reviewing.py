"""Reviewing a report: who may, what is judged, what comes back, and what remains when nobody corrects."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from actions.models import Membership
from actions.policies.errors import NotAllowed
from actions.services.periods import move_period_dates
from notifications.models import Message
from reporting.models import Judgement, PeriodScoring, Report, ReportEvent
from reporting.policies import reviewing as policies
from reporting.policies.parties import is_reviewing_office
from reporting.services import reviewing
from reporting.services.reason_codes import load_reason_codes
from reporting.summaries.desk import review_outline
from reporting.summaries.review_notes import review_notes
from tests import steps

pytestmark = pytest.mark.both_databases


@pytest.fixture
def sent(scenario):
    """The report of Kabupaten Sikka, filled and sent."""
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator)
    steps.mark_all_ready(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    return scenario


@pytest.fixture
def kanwil(sent):
    return sent.actor("kanwil")


def first_answer(scenario):
    return steps.answers_of(scenario.report)[0]


def return_first_aksi(scenario, *, now=None):
    """Judge everything, return aksi 1, accept aksi 2."""
    by = scenario.actor("kanwil")
    steps.judge_all(scenario.report, by, returned=[1], now=now)
    return steps.return_report(scenario.report, by, now=now)


def statuses(scenario) -> dict[int, str]:
    return dict(scenario.report.items.values_list("aksi__number", "status"))


# The whole flow


def test_a_report_is_returned_corrected_and_verified(sent, kanwil):
    return_first_aksi(sent)
    assert sent.report.status == "returned"
    assert statuses(sent) == {1: "returned", 2: "accepted"}

    coordinator = sent.actor("coordinator")
    steps.fill_answer(first_answer(sent), coordinator, execution="carried_out", description="Lengkap", number=9)
    steps.mark_all_ready(sent.report, coordinator)
    steps.send_report(sent.report, coordinator)
    assert statuses(sent) == {1: "sent", 2: "accepted"}

    steps.judge_all(sent.report, kanwil)
    steps.verify_report(sent.report, kanwil)

    report = sent.report
    assert (report.status, report.round, report.verified_by) == ("verified", 2, sent.user("kanwil"))
    assert statuses(sent) == {1: "accepted", 2: "accepted"}
    kinds = list(ReportEvent.objects.filter(report=report, by=sent.user("kanwil")).values_list("kind", flat=True))
    assert kinds[::-1] == [
        "claimed",
        "item_returned",
        "item_accepted",
        "returned",
        "claimed",
        "item_accepted",
        "verified",
    ]


def test_verifying_asks_for_new_scores(sent, kanwil):
    before = PeriodScoring.objects.get(period=sent.period).requested
    steps.judge_all(sent.report, kanwil)

    steps.verify_report(sent.report, kanwil)

    assert PeriodScoring.objects.get(period=sent.period).requested == before + 1


def test_verifying_tells_coordinator_and_signatory(sent, kanwil):
    steps.judge_all(sent.report, kanwil)

    steps.verify_report(sent.report, kanwil)

    told = Message.objects.filter(kind="report_verified").order_by("user__email")
    assert [message.user.email for message in told] == [
        "coordinator@contoh.example",
        "signatory@contoh.example",
    ]


def test_returning_tells_the_reporters_and_only_the_opd_concerned(sent):
    return_first_aksi(sent)

    reporters = Message.objects.filter(kind="report_returned").order_by("user__email")
    assert [message.user.email for message in reporters] == [
        "coordinator@contoh.example",
        "signatory@contoh.example",
    ]
    opd = Message.objects.get(kind="item_returned")
    assert opd.user == sent.user("opd")
    assert "Aksi 1, ukuran 1: Mohon lengkapi bukti." in opd.body
    assert "WITA" in opd.body


# Who


def test_another_office_may_not_claim(sent):
    with pytest.raises(NotAllowed) as refused:
        reviewing.claim(sent.report, by=sent.actor("neighbour_kanwil"))

    assert refused.value.reasons == ["Laporan ini ditelaah kantor lain, bukan kantor Anda."]


def test_whoever_worked_there_during_the_period_may_not_review(sent, kanwil):
    Membership.objects.create(
        user=kanwil.user,
        institution=sent.kabupaten,
        role=Membership.Role.COORDINATOR,
        starts_on=date(2019, 1, 1),
        ends_on=sent.period.covers_from,
    )

    assert policies.obstacles_to_claiming(sent.report, kanwil, sent.now) == [
        "Anda bertugas di instansi ini pada periode tersebut, jadi orang lain yang harus menelaahnya."
    ]
    assert policies.obstacles_to_claiming(sent.report, sent.actor("kanwil_colleague"), sent.now) == []


def test_whoever_left_before_the_period_may_review(sent, kanwil):
    Membership.objects.create(
        user=kanwil.user,
        institution=sent.kabupaten,
        unit=sent.unit,
        role=Membership.Role.OPD_STAFF,
        starts_on=date(2019, 1, 1),
        ends_on=sent.period.covers_from - timedelta(days=1),
    )

    assert policies.obstacles_to_claiming(sent.report, kanwil, sent.now) == []


def test_a_central_verifier_reviews_ministries_but_not_its_own(scenario):
    verifier, panitia = scenario.actor("verifier"), scenario.actor("panitia_verifier")
    for name, code in {"ministry_coordinator": "SOS", "ham_coordinator": "HAM"}.items():
        report = scenario.reports[code]
        steps.fill_report(report, scenario.actor(name))
        steps.send_report(report, scenario.actor(name))
    social = Report.objects.get(pk=scenario.reports["SOS"].pk)
    ham = Report.objects.get(pk=scenario.reports["HAM"].pk)

    steps.judge_all(social, verifier)
    steps.verify_report(social, verifier)
    with pytest.raises(NotAllowed):
        reviewing.claim(ham, by=verifier)
    steps.judge_all(ham, panitia)
    steps.verify_report(ham, panitia)

    assert set(Report.objects.filter(status="verified").values_list("institution__code", flat=True)) == {"SOS", "HAM"}


def test_a_panitia_verifier_does_not_review_other_ministries(scenario):
    coordinator = scenario.actor("ministry_coordinator")
    steps.fill_report(scenario.reports["SOS"], coordinator)
    steps.send_report(scenario.reports["SOS"], coordinator)

    with pytest.raises(NotAllowed):
        reviewing.claim(scenario.reports["SOS"], by=scenario.actor("panitia_verifier"))


# Claiming and taking over


def test_the_second_of_two_claims_is_refused_and_names_the_first(sent, kanwil):
    reviewing.claim(sent.report, by=kanwil)

    with pytest.raises(NotAllowed) as refused:
        reviewing.claim(sent.report, by=sent.actor("kanwil_colleague"))

    assert refused.value.reasons == ["Laporan ini sudah ditelaah Kanwil."]
    assert sent.report.claimed_by == sent.user("kanwil")


def test_a_draft_cannot_be_claimed(scenario):
    with pytest.raises(NotAllowed):
        reviewing.claim(scenario.report, by=scenario.actor("kanwil"))

    assert scenario.report.status == "draft"


def test_a_colleague_takes_over_and_keeps_the_judgements(sent, kanwil):
    colleague = sent.actor("kanwil_colleague")
    reviewing.claim(sent.report, by=kanwil)
    steps.judge_answer(first_answer(sent), kanwil)

    with pytest.raises(NotAllowed):
        steps.judge_answer(steps.answers_of(sent.report)[1], colleague)
    reviewing.take_over(sent.report, by=colleague)
    steps.judge_all(sent.report, colleague)
    steps.verify_report(sent.report, colleague)

    judged_by = Judgement.objects.order_by("pk").values_list("judged_by__email", flat=True)
    assert [email.split("@")[0] for email in judged_by] == ["kanwil", "kanwil_colleague", "kanwil_colleague"]
    event = ReportEvent.objects.get(kind="taken_over")
    assert (event.by, event.note) == (sent.user("kanwil_colleague"), "Sebelumnya ditelaah Kanwil")


def test_the_first_reviewer_can_no_longer_judge_after_a_takeover(sent, kanwil):
    reviewing.claim(sent.report, by=kanwil)
    reviewing.take_over(sent.report, by=sent.actor("kanwil_colleague"))

    with pytest.raises(NotAllowed) as refused:
        steps.judge_answer(first_answer(sent), kanwil)

    assert "Kanwil Colleague" in refused.value.reasons[0]
    assert Judgement.objects.count() == 0


# Judging


def test_judging_twice_keeps_both_and_the_newest_counts(sent, kanwil):
    reviewing.claim(sent.report, by=kanwil)
    steps.judge_answer(first_answer(sent), kanwil, administration="partly")

    newest = steps.judge_answer(first_answer(sent), kanwil)

    assert Judgement.objects.filter(answer=first_answer(sent)).count() == 2
    assert first_answer(sent).judgement == newest


def test_judging_again_turns_a_returned_aksi_into_an_accepted_one(sent, kanwil):
    steps.judge_all(sent.report, kanwil, returned=[2])
    answer = steps.answers_of(sent.report, aksi=2)[0]

    steps.judge_answer(answer, kanwil)

    assert statuses(sent) == {1: "accepted", 2: "accepted"}
    kinds = ReportEvent.objects.filter(item=answer.item).order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["item_returned", "item_accepted"]


@pytest.mark.parametrize(("administration", "substance"), [("partly", "met"), ("met", "not_met")])
def test_an_aspect_not_fully_met_needs_a_reason(sent, kanwil, administration, substance):
    reviewing.claim(sent.report, by=kanwil)

    with pytest.raises(NotAllowed) as refused:
        reviewing.judge(
            first_answer(sent), by=kanwil, administration=administration, substance=substance, decision="accept"
        )

    assert refused.value.reasons == ["Pilih sedikitnya satu alasan, karena ada aspek yang tidak sesuai penuh."]


def test_a_return_needs_a_note(sent, kanwil):
    reviewing.claim(sent.report, by=kanwil)

    with pytest.raises(NotAllowed) as refused:
        reviewing.judge(
            first_answer(sent), by=kanwil, administration="met", substance="met", decision="return", note="  \n"
        )

    assert refused.value.reasons == ["Tulis catatan agar pelapor tahu apa yang harus diperbaiki."]


def test_a_judgement_of_a_superseded_sending_is_refused(sent, kanwil):
    seen = reviewing.standing_submission(sent.report)
    steps.recall_report(sent.report, sent.actor("coordinator"))
    steps.send_report(sent.report, sent.actor("coordinator"))
    reviewing.claim(sent.report, by=kanwil)

    with pytest.raises(NotAllowed) as refused:
        reviewing.judge(
            first_answer(sent),
            by=kanwil,
            administration="met",
            substance="met",
            decision="accept",
            submission_id=seen.pk,
        )

    assert "versi yang lebih baru" in refused.value.reasons[0]
    assert Judgement.objects.count() == 0


def test_what_was_not_reported_is_judged_not_met_and_scores_zero(scenario):
    coordinator, by = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_answer(first_answer(scenario), coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.claim_report(scenario.report, by)
    unreported = steps.answers_of(scenario.report)[1]

    judgement = steps.judge_answer(unreported, by)

    assert (judgement.execution, judgement.administration, judgement.substance) == ("", "not_met", "not_met")
    row = review_outline(scenario.report).find(unreported.pk)
    assert (row.is_judged, row.score) == (True, Fraction(0))


def test_what_was_not_carried_out_has_its_substance_fixed_by_the_rules(scenario):
    coordinator, by = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(
        scenario.report, coordinator, execution="not_carried_out", reason="Anggaran dialihkan", letter_number="1/HK"
    )
    steps.send_report(scenario.report, coordinator)
    steps.claim_report(scenario.report, by)

    judgement = reviewing.judge(first_answer(scenario), by=by, administration="met", substance="met", decision="accept")

    assert (judgement.execution, judgement.substance) == ("not_carried_out", "not_met")
    assert review_outline(scenario.report).find(first_answer(scenario).pk).score == Fraction(30)


def test_an_accepted_aksi_stays_accepted_in_the_second_round(sent, kanwil):
    return_first_aksi(sent)
    steps.send_report(sent.report, sent.actor("coordinator"))
    steps.claim_report(sent.report, kanwil)
    accepted = steps.answers_of(sent.report, aksi=2)[0]

    with pytest.raises(NotAllowed) as refused:
        steps.judge_answer(accepted, kanwil, decision="return")

    assert refused.value.reasons == ["Aksi ini sudah diterima pada putaran sebelumnya dan tetap diterima."]
    assert review_outline(sent.report).waiting == 2


# Returning and verifying


def test_nothing_is_decided_before_every_measure_is_judged(sent, kanwil):
    reviewing.claim(sent.report, by=kanwil)
    steps.judge_answer(first_answer(sent), kanwil, decision="return")

    for act in (reviewing.return_report, reviewing.verify):
        with pytest.raises(NotAllowed) as refused:
            act(sent.report, by=kanwil)
        assert refused.value.reasons == ["Masih ada ukuran yang belum dinilai pada aksi 1, 2."]


def test_a_report_with_a_returned_aksi_cannot_be_verified(sent, kanwil):
    steps.judge_all(sent.report, kanwil, returned=[2])

    with pytest.raises(NotAllowed) as refused:
        reviewing.verify(sent.report, by=kanwil)

    assert refused.value.reasons == ["Aksi 2 dikembalikan, jadi laporan ini belum dapat diverifikasi."]


def test_only_returned_aksi_reopen(sent):
    report = return_first_aksi(sent)

    reopened = report.items.order_by("aksi__number").values_list("is_reopened", "ready_at")
    assert list(reopened) == [(True, None), (False, None)]
    assert (report.certified_at, report.certified_by) == (None, None)


def test_an_early_return_may_be_corrected_until_the_end_of_the_period(sent):
    assert return_first_aksi(sent).correction_due_at == sent.period.correction_until_at


def test_a_late_return_leaves_the_minimum_of_whole_days(sent):
    now = sent.period.correction_until_at + timedelta(days=30)

    report = return_first_aksi(sent, now=now)

    left = report.correction_due_at - now
    days = sent.period.minimum_correction_days
    assert timedelta(days=days) <= left <= timedelta(days=days + 1)


def test_the_second_round_cannot_be_returned_after_the_correction_ended(sent, kanwil):
    return_first_aksi(sent)
    steps.send_report(sent.report, sent.actor("coordinator"))
    steps.claim_report(sent.report, kanwil)
    late = sent.period.correction_until_at

    assert policies.obstacles_to_asking_correction(sent.report, late - timedelta(microseconds=1)) == []
    with pytest.raises(NotAllowed) as refused:
        steps.judge_answer(first_answer(sent), kanwil, decision="return", now=late)
    assert "Masa perbaikan berakhir" in refused.value.reasons[0]


def test_a_return_judged_in_time_but_not_sent_back_in_time_is_judged_again(sent, kanwil):
    return_first_aksi(sent)
    steps.send_report(sent.report, sent.actor("coordinator"))
    steps.judge_all(sent.report, kanwil, returned=[1])
    late = sent.period.correction_until_at

    for act in (reviewing.return_report, reviewing.verify):
        with pytest.raises(NotAllowed):
            act(sent.report, by=kanwil, now=late)
    for answer in steps.answers_of(sent.report, aksi=1):
        steps.judge_answer(answer, kanwil, now=late)
    steps.verify_report(sent.report, kanwil, now=late)

    assert sent.report.status == "verified"


def test_review_notes_name_what_came_back_and_why(sent):
    return_first_aksi(sent)

    notes = list(review_notes(sent.report).values())

    assert [(note.aksi_number, note.measure_number, note.note) for note in notes] == [
        (1, 1, "Mohon lengkapi bukti."),
        (1, 2, "Mohon lengkapi bukti."),
    ]
    assert review_notes(sent.reports["53.08"]) == {}


# Closing the correction


def test_the_correction_cannot_be_closed_before_its_end(sent, kanwil):
    report = return_first_aksi(sent)

    with pytest.raises(NotAllowed) as refused:
        reviewing.close_correction(report, by=kanwil, now=report.correction_due_at - timedelta(microseconds=1))

    assert refused.value.reasons[0].startswith("Pelapor masih dapat memperbaiki laporan ini sampai")


def test_moving_the_correction_on_gives_the_same_time_to_what_was_returned_before(sent, kanwil):
    report = return_first_aksi(sent)
    end = report.correction_due_at + timedelta(days=7)
    changes = {"correction_until_at": end}
    move_period_dates(sent.period, changes, reason="Gangguan jaringan", by=sent.actor("secretariat"))
    report, last = sent.report, end - timedelta(microseconds=1)

    with pytest.raises(NotAllowed) as refused:
        reviewing.close_correction(report, by=kanwil, now=last)
    steps.send_report(report, sent.actor("coordinator"), now=last)

    assert report.sending_ends_at() == end
    assert [reason[:50] for reason in refused.value.reasons] == ["Pelapor masih dapat memperbaiki laporan ini sampai"]
    assert (sent.report.status, sent.report.round) == ("submitted", 2)


def test_moving_the_correction_forward_takes_no_promised_day_away(sent):
    report = return_first_aksi(sent)
    told = report.correction_due_at
    changes = {"correction_until_at": sent.period.review_due_at}
    move_period_dates(sent.period, changes, reason="Percepatan", by=sent.actor("secretariat"))

    assert sent.report.sending_ends_at() == told


def test_what_was_not_corrected_is_judged_as_it_was_last_sent(sent, kanwil):
    report = return_first_aksi(sent)
    coordinator, due = sent.actor("coordinator"), report.correction_due_at
    steps.fill_answer(
        first_answer(sent), coordinator, execution="not_carried_out", reason="Diubah", letter_number="2/HK"
    )

    reviewing.close_correction(report, by=kanwil, now=due)

    assert (sent.report.status, sent.report.round) == ("in_review", 1)
    assert statuses(sent) == {1: "sent", 2: "accepted"}
    outline = review_outline(sent.report)
    assert (outline.waiting, outline.find(first_answer(sent).pk).frozen.execution) == (2, "carried_out")
    steps.judge_all(sent.report, kanwil, now=due, substance="not_met")
    steps.verify_report(sent.report, kanwil, now=due)
    judgement = first_answer(sent).judgement
    assert (sent.report.status, judgement.execution, judgement.substance) == ("verified", "carried_out", "not_met")


def test_a_correction_marked_ready_but_never_sent_is_closed_too(sent, kanwil):
    report = return_first_aksi(sent)
    steps.mark_all_ready(sent.report, sent.actor("coordinator"))

    reviewing.close_correction(report, by=kanwil, now=report.correction_due_at)

    assert statuses(sent) == {1: "sent", 2: "accepted"}
    assert not sent.report.items.filter(is_reopened=True).exists()


def test_a_report_certified_again_but_never_sent_is_closed_too(sent, kanwil):
    report = return_first_aksi(sent)
    type(sent.period).objects.filter(pk=sent.period.pk).update(needs_signatory=True)
    steps.certify_report(sent.report, sent.actor("signatory"))

    reviewing.close_correction(report, by=kanwil, now=report.correction_due_at)

    assert (sent.report.status, sent.report.certified_at) == ("in_review", None)


def test_after_closing_nothing_is_returned_again(sent, kanwil):
    report = return_first_aksi(sent)
    due = report.correction_due_at
    reviewing.close_correction(report, by=kanwil, now=due)

    with pytest.raises(NotAllowed):
        steps.judge_answer(first_answer(sent), kanwil, decision="return", now=due)


def test_after_closing_what_was_accepted_stays_as_it_was_told(sent, kanwil):
    report = return_first_aksi(sent)
    due = report.correction_due_at
    reviewing.close_correction(report, by=kanwil, now=due)
    accepted = steps.answers_of(sent.report, aksi=2)[0]

    with pytest.raises(NotAllowed) as refused:
        steps.judge_answer(accepted, kanwil, administration="not_met", now=due)

    assert refused.value.reasons == ["Aksi ini sudah diterima pada putaran sebelumnya dan tetap diterima."]


def test_a_report_that_was_corrected_has_nothing_to_close(sent, kanwil):
    report = return_first_aksi(sent)
    steps.send_report(sent.report, sent.actor("coordinator"))

    with pytest.raises(NotAllowed):
        reviewing.close_correction(report, by=kanwil, now=report.correction_due_at)

    assert sent.report.status == "submitted"


def test_reason_codes_load_twice_without_change(db):
    first, second = load_reason_codes(), load_reason_codes()

    assert first == second == 12


def test_a_government_without_a_kanwil_is_reviewed_by_ditjen(scenario):
    report = scenario.report
    Report.objects.filter(pk=report.pk).update(kanwil=None)
    report.refresh_from_db()

    for name, expected in [("verifier", True), ("kanwil", False), ("panitia_verifier", False)]:
        actor = scenario.actor(name)
        assert is_reviewing_office(actor, report) is expected
        assert Report.objects.reviewable_by(actor).filter(pk=report.pk).exists() is expected
