"""The pages of the review desk: one measure, one report, saved replies; and two reviewers at once."""

import pytest

from actions.policies.errors import NotAllowed
from reporting.models import Evidence, Judgement, ReportEvent, SavedReply
from reporting.services import evidence, reviewing
from reporting.services.reason_codes import load_reason_codes
from tests import files, steps
from tests.concurrency import at_once
from tests.conftest import StrictClient
from tests.scenario import Scenario

PAGE_QUERIES = 12
ACCEPT = {"administration": "met", "substance": "met", "decision": "accept"}


@pytest.fixture
def sent(scenario):
    load_reason_codes()
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator)
    steps.mark_all_ready(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    return scenario


@pytest.fixture
def claimed(sent):
    reviewing.claim(sent.report, by=sent.actor("kanwil"))
    return sent


def client_of(scenario, name: str):
    return scenario.client(name, StrictClient)


def answers(scenario):
    return steps.answers_of(scenario.report)


def desk(scenario, position: int = 0) -> str:
    return f"/telaah/{scenario.report.pk}/ukuran/{answers(scenario)[position].pk}/"


def submission(scenario) -> int:
    return reviewing.standing_submission(scenario.report).pk


def post(scenario, position: int = 0, name: str = "kanwil", **data):
    data = {"submission": submission(scenario), **data}
    return client_of(scenario, name).post(desk(scenario, position), data)


# One measure


def test_the_desk_shows_what_was_sent_with_its_evidence(claimed):
    page = client_of(claimed, "kanwil").get(desk(claimed)).content.decode()

    file = Evidence.objects.get(answer=answers(claimed)[0])
    assert "Kegiatan dilaksanakan di dua kecamatan." in page
    assert f'<iframe src="/data-dukung/{file.pk}/#page=1&amp;navpanes=0&amp;view=FitH"' in page
    assert "0 dari 3 ukuran dinilai" in page
    assert "Terima dan lanjut" in page


def test_the_desk_of_a_report_nobody_claimed_offers_to_begin(sent):
    page = client_of(sent, "kanwil").get(desk(sent)).content.decode()

    assert f'action="/telaah/{sent.report.pk}/mulai/"' in page
    reviewing.claim(sent.report, by=sent.actor("kanwil_colleague"))
    assert "Mulai telaah" not in client_of(sent, "kanwil").get(desk(sent)).content.decode()


def test_the_desk_shows_the_frozen_words_and_not_later_ones(claimed):
    answer = answers(claimed)[0]
    type(answer).objects.filter(pk=answer.pk).update(description="Diubah diam-diam")

    page = client_of(claimed, "kanwil").get(desk(claimed)).content.decode()

    assert "Diubah diam-diam" not in page


def test_accepting_goes_on_to_the_next_measure_and_then_to_the_report(claimed):
    addresses = [post(claimed, position, **ACCEPT).url for position in range(3)]

    assert addresses == [desk(claimed, 1), desk(claimed, 2), f"/telaah/{claimed.report.pk}/"]
    assert Judgement.objects.filter(decision="accept").count() == 3


def test_a_missing_reason_is_asked_for_and_nothing_typed_is_lost(claimed):
    response = post(claimed, administration="met", substance="partly", decision="accept", note="Sudah baik")

    page = response.content.decode()
    assert "Pilih sedikitnya satu alasan" in page
    assert "Sudah baik</textarea>" in page
    assert page.count(" checked") == 3  # both aspects, and the switch of the shortcuts
    assert not Judgement.objects.exists()


def test_a_return_with_reason_and_note_is_stored_with_both(claimed):
    post(
        claimed,
        administration="partly",
        substance="met",
        reasons=["A03", "A01"],
        note="Mohon\r\ntanda tangan",
        decision="return",
    )

    judgement = Judgement.objects.get()
    codes = list(judgement.reasons.values_list("code", flat=True))
    assert (judgement.decision, judgement.note, codes) == ("return", "Mohon\ntanda tangan", ["A01", "A03"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"administration": "", "substance": "met", "decision": "accept"},
        {"administration": "excellent", "substance": "met", "decision": "accept"},
        {"administration": "met", "substance": "met", "decision": "postpone"},
        {"administration": "met", "substance": "met"},
        {**ACCEPT, "submission": "x"},
        {**ACCEPT, "submission": "9" * 40},
        {**ACCEPT, "reasons": ["Z99"]},
        {**ACCEPT, "note": "a\x00b"},
        {**ACCEPT, "note": "a" * 100_000},
        {"administration": "met", "substance": "met", "decision": "return", "note": "   "},
    ],
)
def test_forged_and_oversized_input_is_refused_in_words(claimed, wrong):
    response = post(claimed, **wrong)

    assert response.status_code == 200
    assert "ringkas-galat" in response.content.decode()
    assert not Judgement.objects.exists()


def test_an_older_sending_is_not_judged_and_the_page_says_so(claimed):
    response = post(claimed, **ACCEPT, submission=submission(claimed) - 1)

    assert "Pelapor sudah mengirim versi yang lebih baru" in response.content.decode()
    assert not Judgement.objects.exists()


def test_a_colleague_sees_who_holds_the_review_and_no_form(claimed):
    page = client_of(claimed, "kanwil_colleague").get(desk(claimed)).content.decode()

    assert "Laporan ini sedang ditelaah Kanwil." in page
    assert "Terima dan lanjut" not in page


def test_a_note_typed_before_a_takeover_is_shown_and_not_saved(claimed):
    reviewing.take_over(claimed.report, by=claimed.actor("kanwil_colleague"))

    page = post(claimed, **ACCEPT, note="Catatan panjang saya").content.decode()

    assert "Catatan panjang saya" in page
    assert "Laporan ini sedang ditelaah Kanwil Colleague." in page
    assert not Judgement.objects.exists()


def test_the_formula_of_a_saved_judgement_stands_on_the_page(claimed):
    steps.judge_answer(answers(claimed)[0], claimed.actor("kanwil"), substance="partly")

    page = client_of(claimed, "kanwil").get(desk(claimed)).content.decode()

    assert "0,30 × 100 + 0,70 × 50" in page
    assert ">65,00</strong>" in page


def test_what_was_not_reported_offers_no_aspects(scenario):
    load_reason_codes()
    coordinator = scenario.actor("coordinator")
    steps.fill_answer(answers(scenario)[0], coordinator)
    steps.send_report(scenario.report, coordinator)
    reviewing.claim(scenario.report, by=scenario.actor("kanwil"))

    page = client_of(scenario, "kanwil").get(desk(scenario, 1)).content.decode()
    post(scenario, 1, decision="accept")

    assert "Tidak dilaporkan, nilai 0." in page
    assert 'name="administration"' not in page
    judgement = Judgement.objects.get()
    assert (judgement.administration, judgement.substance, judgement.execution) == ("not_met", "not_met", "")


def test_what_was_not_carried_out_is_judged_on_its_letter(scenario):
    load_reason_codes()
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator, execution="not_carried_out", reason="Dialihkan", letter_number="1")
    steps.send_report(scenario.report, coordinator)
    reviewing.claim(scenario.report, by=scenario.actor("kanwil"))

    page = client_of(scenario, "kanwil").get(desk(scenario)).content.decode()
    response = post(scenario, administration="met", decision="accept")

    assert 'name="administration"' in page
    assert 'name="substance"' not in page
    assert response.status_code == 302


def test_the_second_round_shows_what_changed_and_the_older_file(claimed):
    by, coordinator = claimed.actor("kanwil"), claimed.actor("coordinator")
    steps.judge_all(claimed.report, by, returned=[1])
    steps.return_report(claimed.report, by)
    answer = answers(claimed)[0]
    old = answer.evidence.get()
    steps.replace_evidence(old, coordinator)
    steps.fill_answer(answer, coordinator, execution="carried_out", description="Kegiatan dilaksanakan di enam desa.")
    steps.send_report(claimed.report, coordinator)
    reviewing.claim(claimed.report, by=by)

    page = client_of(claimed, "kanwil").get(desk(claimed)).content.decode()
    beside = client_of(claimed, "kanwil").get(
        f"{desk(claimed)}?berkas={answer.evidence.current().get().pk}&banding={old.pk}"
    )

    assert "<del>dua kecamatan." in page
    assert "<ins>enam desa." in page
    assert "Bandingkan versi" in page
    assert "berubah: 1 berkas, 1 isian" in page
    assert beside.content.decode().count("<iframe") == 2


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (files.png(), "foto.png", '<img src="/data-dukung/{pk}/"'),
        (files.xlsx(), "daftar.xlsx", 'href="/data-dukung/{pk}/?unduh=1"'),
    ],
)
def test_pictures_are_shown_and_other_files_offered(scenario, content, name, expected):
    coordinator, answer = scenario.actor("coordinator"), answers(scenario)[0]
    steps.fill_answer(answer, coordinator)
    file = evidence.add(answer, files.upload(content, name), kind=scenario.kinds["Foto"], by=coordinator)
    steps.send_report(scenario.report, coordinator)

    page = client_of(scenario, "kanwil").get(f"{desk(scenario)}?berkas={file.pk}").content.decode()

    assert expected.format(pk=file.pk) in page
    assert "<iframe" not in page


@pytest.mark.parametrize("query", ["berkas=x", "berkas=" + "9" * 60, "halaman=-1", "halaman=%00&banding=%F0"])
def test_odd_addresses_fall_back_to_the_first_file(claimed, query):
    page = client_of(claimed, "kanwil").get(f"{desk(claimed)}?{query}")

    assert page.status_code == 200
    assert page.content.decode().count("<iframe") == 1


def test_the_desk_stays_within_its_queries(claimed, django_assert_max_num_queries):
    SavedReply.objects.create(office=claimed.kanwil, text="Mohon lengkapi.")
    steps.judge_answer(answers(claimed)[0], claimed.actor("kanwil"), substance="partly")
    client, measure = client_of(claimed, "kanwil"), desk(claimed)
    report = f"/telaah/{claimed.report.pk}/"

    with django_assert_max_num_queries(PAGE_QUERIES):
        client.get(measure)
    with django_assert_max_num_queries(PAGE_QUERIES):
        client.get(report)


# Who may look


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kanwil", 200),
        ("kanwil_colleague", 200),
        ("verifier", 200),
        ("secretariat", 200),
        ("leader", 200),
        ("neighbour_kanwil", 404),
        ("panitia_verifier", 404),
        ("reader", 404),
        ("opd", 404),
        ("coordinator", 404),
        ("signatory", 404),
        ("pembina", 404),
        ("neighbour_coordinator", 404),
    ],
)
def test_who_may_read_a_review(claimed, name, expected):
    client = client_of(claimed, name)

    assert client.get(desk(claimed)).status_code == expected
    assert client.get(f"/telaah/{claimed.report.pk}/").status_code == expected


@pytest.mark.parametrize("act", ["mulai", "ambil-alih", "kembalikan", "verifikasi", "tutup-perbaikan"])
def test_acts_of_another_office_find_nothing(claimed, act):
    for name in ["neighbour_kanwil", "coordinator", "verifier", "secretariat", "leader"]:
        assert client_of(claimed, name).post(f"/telaah/{claimed.report.pk}/{act}/").status_code == 404
    assert client_of(claimed, "kanwil").get(f"/telaah/{claimed.report.pk}/{act}/").status_code == 405


@pytest.mark.parametrize("pk", [0, 10**6, 10**30])
def test_unknown_reports_and_measures_are_404(claimed, pk):
    client = client_of(claimed, "kanwil")

    assert client.get(f"/telaah/{pk}/").status_code == 404
    assert client.get(f"/telaah/{claimed.report.pk}/ukuran/{pk}/").status_code == 404
    assert client.post(f"/telaah/{pk}/mulai/").status_code == 404


def test_a_measure_of_another_report_is_404(claimed):
    foreign = steps.answers_of(claimed.reports["53.08"])[0]

    assert client_of(claimed, "kanwil").get(f"/telaah/{claimed.report.pk}/ukuran/{foreign.pk}/").status_code == 404


def test_a_ministry_may_not_follow_the_review_of_itself(scenario):
    report, coordinator = scenario.reports["HAM"], scenario.actor("ham_coordinator")
    steps.fill_report(report, coordinator)
    steps.send_report(report, coordinator)

    found = {
        name: client_of(scenario, name).get(f"/telaah/{report.pk}/").status_code
        for name in ["verifier", "leader", "secretariat", "panitia_verifier"]
    }

    assert found == {"verifier": 404, "leader": 404, "secretariat": 404, "panitia_verifier": 200}


# One report


def test_the_report_page_confirms_the_return_with_its_notes(claimed):
    steps.judge_all(claimed.report, claimed.actor("kanwil"), returned=[1])
    client = client_of(claimed, "kanwil")

    page = client.get(f"/telaah/{claimed.report.pk}/").content.decode()
    response = client.post(f"/telaah/{claimed.report.pk}/kembalikan/")

    assert "Kembalikan laporan?" in page
    assert page.count("Mohon lengkapi bukti.") == 2
    assert response.url == "/telaah/"
    assert claimed.report.status == "returned"


def test_the_report_page_confirms_verifying_with_the_score(claimed):
    steps.judge_all(claimed.report, claimed.actor("kanwil"), substance="partly")
    client = client_of(claimed, "kanwil")

    page = client.get(f"/telaah/{claimed.report.pk}/").content.decode()
    client.post(f"/telaah/{claimed.report.pk}/verifikasi/")

    assert "Verifikasi laporan?" in page
    assert "65,00" in page
    assert claimed.report.status == "verified"


def test_a_refused_act_says_why_on_the_report_page(claimed):
    client = client_of(claimed, "kanwil")

    page = client.post(f"/telaah/{claimed.report.pk}/verifikasi/", follow=True).content.decode()

    assert "Masih ada ukuran yang belum dinilai pada aksi 1, 2." in page
    assert claimed.report.status == "in_review"


def test_claiming_a_recalled_report_leads_back_to_the_queue_with_the_reason(sent):
    steps.recall_report(sent.report, sent.actor("coordinator"))

    response = client_of(sent, "kanwil").post(f"/telaah/{sent.report.pk}/mulai/", follow=True)

    assert response.redirect_chain == [("/telaah/", 302)]
    assert "Laporan ini belum dikirim, atau ditarik kembali oleh pelapor." in response.content.decode()


def test_a_colleague_takes_over_on_the_report_page(claimed):
    client = client_of(claimed, "kanwil_colleague")

    page = client.get(f"/telaah/{claimed.report.pk}/").content.decode()
    client.post(f"/telaah/{claimed.report.pk}/ambil-alih/")

    assert "Ambil alih telaah" in page
    assert claimed.report.claimed_by == claimed.user("kanwil_colleague")


def test_the_report_page_closes_an_ended_correction(claimed):
    by = claimed.actor("kanwil")
    steps.judge_all(claimed.report, by, returned=[1])
    steps.return_report(claimed.report, by)
    waiting = client_of(claimed, "kanwil").get(f"/telaah/{claimed.report.pk}/").content.decode()
    steps.let_pass(claimed.period, days=40)
    client = client_of(claimed, "kanwil")

    page = client.get(f"/telaah/{claimed.report.pk}/").content.decode()
    client.post(f"/telaah/{claimed.report.pk}/tutup-perbaikan/")

    assert "Laporan sedang diperbaiki pelapor" in waiting
    assert "Tutup perbaikan" in page
    assert claimed.report.status == "in_review"


def test_a_verified_report_stays_readable(claimed):
    steps.judge_all(claimed.report, claimed.actor("kanwil"))
    steps.verify_report(claimed.report, claimed.actor("kanwil"))
    client = client_of(claimed, "kanwil")

    page = client.get(f"/telaah/{claimed.report.pk}/").content.decode()
    measure = client.get(desk(claimed)).content.decode()

    assert "Diverifikasi Kanwil" in page
    assert "Laporan ini sudah diverifikasi." in measure
    assert "Terima dan lanjut" not in measure


# Saved replies


def test_a_saved_reply_fills_the_note_without_scripts(claimed):
    reply = SavedReply.objects.create(office=claimed.kanwil, text="Mohon unggah notulen.")
    client = client_of(claimed, "kanwil")

    data = {"reply": reply.pk, "administration": "partly", "note": "Halo."}
    page = client.post(f"{desk(claimed)}balasan/", data).content.decode()

    assert "Halo.\nMohon unggah notulen.</textarea>" in page
    assert not Judgement.objects.exists()


def test_a_reply_of_another_office_is_404(claimed):
    reply = SavedReply.objects.create(office=claimed.neighbour_kanwil, text="Rahasia kantor lain")
    client = client_of(claimed, "kanwil")

    assert client.post(f"{desk(claimed)}balasan/", {"reply": reply.pk}).status_code == 404
    assert client.post(f"/telaah/balasan/{reply.pk}/hapus/").status_code == 404
    assert "Rahasia kantor lain" not in client.get("/telaah/balasan/").content.decode()


def test_replies_are_added_once_and_removed(claimed):
    client = client_of(claimed, "kanwil")
    client.post("/telaah/balasan/", {"text": " Mohon unggah notulen. "})

    again = client.post("/telaah/balasan/", {"text": "Mohon unggah notulen."}).content.decode()
    reply = SavedReply.objects.get()
    client.post(f"/telaah/balasan/{reply.pk}/hapus/")

    assert reply.text == "Mohon unggah notulen."
    assert "Balasan ini sudah ada dalam daftar." in again
    assert not SavedReply.objects.exists()


@pytest.mark.parametrize("name", ["coordinator", "opd", "secretariat", "leader", "pembina"])
def test_only_reviewers_keep_replies(claimed, name):
    assert client_of(claimed, name).get("/telaah/balasan/").status_code == 404


# Two at once


def refusals_of(*acts) -> list[NotAllowed]:
    """Run each act in a thread of its own, all at the same moment; return what was refused. Nothing else may fail."""
    waiting = iter(acts)
    outcomes = at_once(lambda: next(waiting)(), times=len(acts))
    failed = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert all(isinstance(outcome, NotAllowed) for outcome in failed), failed
    return failed


def sent_scenario() -> Scenario:
    scenario = Scenario()
    load_reason_codes()
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    return scenario


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_eight_claims_at_once_one_wins():
    scenario = sent_scenario()
    report = scenario.report
    actors = [scenario.actor(name) for name in ["kanwil", "kanwil_colleague"] * 4]

    refused = refusals_of(*(lambda by=by: reviewing.claim(report, by=by) for by in actors))

    assert len(refused) == 7
    assert ReportEvent.objects.filter(report=report, kind="claimed").count() == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_claim_and_a_recall_at_once_leave_one_truth():
    scenario = sent_scenario()
    report, by, coordinator = scenario.report, scenario.actor("kanwil"), scenario.actor("coordinator")

    refused = refusals_of(lambda: reviewing.claim(report, by=by), lambda: steps.recall_report(report, coordinator))

    assert len(refused) == 1
    assert scenario.report.status in {"in_review", "draft"}


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_eight_verifications_at_once_count_once():
    scenario = sent_scenario()
    by = scenario.actor("kanwil")
    steps.judge_all(scenario.report, by)
    report = scenario.report
    before = scenario.period.scoring.requested

    refused = refusals_of(*[lambda: reviewing.verify(report, by=by)] * 8)

    scenario.period.scoring.refresh_from_db()
    assert len(refused) == 7
    assert scenario.period.scoring.requested == before + 1
    assert ReportEvent.objects.filter(report=report, kind="verified").count() == 1
