"""Sanggah: when and to what a government may object, what is shown before, who decides, and what stays on record."""

from datetime import timedelta
from fractions import Fraction

import pytest

from accounts import formats
from actions.models import RuleSet
from actions.policies.errors import NotAllowed
from notifications.models import Message
from reporting.jobs.scores import compute_plan_year
from reporting.models import (
    Evidence,
    Judgement,
    Objection,
    ObjectionFile,
    PeriodScoring,
    ReasonCode,
    Report,
    ReportEvent,
    Score,
)
from reporting.services import correcting, objecting
from reporting.services.evidence_check import Refused
from reporting.summaries.deadlines import objection_step
from reporting.summaries.objections import objections_of
from tests import files, steps
from tests.conftest import StrictClient

pytestmark = pytest.mark.both_databases
PAGE_QUERIES = 12
REASON = "Kesimpulan ada di halaman 2 notulen."


@pytest.fixture
def verified(scenario):
    """The report of Kabupaten Sikka, whose substance was judged "sebagian", verified; objections are open today."""
    coordinator, kanwil = scenario.actor("coordinator"), scenario.actor("kanwil")
    steps.fill_report(scenario.report, coordinator)
    steps.mark_all_ready(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)
    steps.judge_all(scenario.report, kanwil, substance="partly")
    steps.verify_report(scenario.report, kanwil)
    steps.let_pass(scenario.period, 28)
    scenario.period.refresh_from_db()
    return scenario


@pytest.fixture
def filed(verified):
    write(verified)
    objecting.file_objections(verified.report, by=verified.actor("coordinator"))
    return verified


def answer_of(scenario, position: int = 0):
    return steps.answers_of(scenario.report)[position]


def write(scenario, position: int = 0, name: str = "coordinator", **changes):
    values = {"administration": "met", "substance": "met", "reason": REASON, **changes}
    return objecting.save_draft(answer_of(scenario, position), by=scenario.actor(name), **values)


def decide(scenario, name: str = "kanwil_colleague", **changes):
    values = {"administration": "met", "substance": "met", "note": "Kesimpulan memang ada.", **changes}
    return objecting.decide(Objection.objects.get(), by=scenario.actor(name), **values)


def page_of(scenario, path: str, name: str = "coordinator") -> str:
    return scenario.client(name, StrictClient).get(path).content.decode()


def list_of(scenario) -> str:
    return f"/laporan/{scenario.report.pk}/sanggahan/"


# Writing


def test_an_objection_is_a_draft_until_it_is_filed(verified):
    objection = write(verified)

    assert objection.is_draft
    assert objection.disputed == answer_of(verified).judgement
    assert ReportEvent.objects.filter(kind="objected").count() == 0


def test_writing_again_rewrites_the_draft(verified):
    write(verified)

    write(verified, reason="Lebih jelas.")

    assert Objection.objects.get().reason == "Lebih jelas."


def test_all_drafts_are_shown_with_their_effect_on_the_score(verified):
    write(verified)
    write(verified, 2)
    report = Report.objects.select_related("institution", "period__plan_year__rule_set").get(pk=verified.report.pk)

    found = objections_of(report, verified.actor("coordinator"))

    assert (found.effect.before, found.effect.after) == (65, Fraction(365, 4))  # aksi 1: 82,5; aksi 2: 100
    assert [row.label for row in found.drafts] == ["Aksi 1, ukuran 1", "Aksi 2, ukuran 1"]
    assert [row.label for row in found.untouched] == ["Aksi 1, ukuran 2"]


def test_what_was_judged_in_full_is_not_offered_whatever_full_is_worth(verified):
    RuleSet.objects.update(value_met=90)
    answer = answer_of(verified)
    Judgement.objects.filter(pk=answer.judgement_id).update(administration="met", substance="met")
    verified.report.refresh_from_db()

    found = objections_of(verified.report, verified.actor("coordinator"))

    assert (found.measures[0].score, found.measures[0].is_best) == (90, True)
    assert found.measures[0] not in found.untouched


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"substance": "partly"}, r"tidak lebih tinggi daripada yang berlaku \(65,00\)"),
        ({"substance": "not_met"}, "tidak lebih tinggi"),
        ({"reason": " "}, "Tulis alasannya"),
        ({"reason": "a" * 4001}, "terlalu panjang"),
    ],
)
def test_an_objection_asks_for_more_and_says_why(verified, changes, reason):
    with pytest.raises(NotAllowed, match=reason):
        write(verified, **changes)

    assert Objection.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["opd", "signatory", "kanwil", "other_coordinator", "neighbour_coordinator", "verifier", "pembina"]
)
def test_only_the_coordinator_of_the_government_objects(verified, name):
    with pytest.raises(NotAllowed, match="Hanya koordinator instansi ini"):
        write(verified, name=name)


@pytest.mark.parametrize(
    ("instant", "shift", "reason"),
    [
        ("objection_from_at", -1, "Sanggahan dapat diajukan mulai"),
        ("objection_from_at", 0, None),
        ("objection_until_at", -1, None),
        ("objection_until_at", 0, "Masa sanggah berakhir"),
    ],
)
def test_objections_have_their_dates(verified, instant, shift, reason):
    now = getattr(verified.period, instant) + timedelta(seconds=shift)

    if reason is None:
        assert write(verified, now=now).is_draft
    else:
        with pytest.raises(NotAllowed, match=reason):
            write(verified, now=now)


def test_a_report_in_review_has_nothing_to_object_to(scenario):
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator)
    steps.mark_all_ready(scenario.report, coordinator)
    steps.send_report(scenario.report, coordinator)

    with pytest.raises(NotAllowed, match="belum diverifikasi"):
        write(scenario)


# Files


def test_a_file_is_kept_with_the_objection_and_not_among_the_evidence(verified):
    before = Evidence.objects.count()

    write(verified, upload=files.upload(files.pdf(2, mark="sanggah"), "kesimpulan.pdf"))
    write(verified, upload=files.upload(files.pdf(2, mark="sanggah"), "sekali-lagi.pdf"))

    assert [file.filename for file in ObjectionFile.objects.all()] == ["kesimpulan.pdf"]
    assert Evidence.objects.count() == before


def test_a_file_that_is_not_taken_leaves_nothing(verified):
    with pytest.raises(Refused):
        write(verified, upload=files.upload(b"MZ\x90\x00", "virus.pdf"))

    assert Objection.objects.count() == 0


def test_at_most_five_files_are_taken(verified):
    for number in range(5):
        write(verified, upload=files.upload(files.pdf(1, mark=f"berkas {number}"), f"{number}.pdf"))

    with pytest.raises(NotAllowed, match="Paling banyak 5 berkas"):
        write(verified, upload=files.upload(files.pdf(1, mark="berkas 6"), "6.pdf"))


def test_a_file_is_served_to_who_may_read_the_objection(filed):
    file = ObjectionFile.objects.create(
        objection=Objection.objects.get(),
        stored_file=Evidence.objects.first().stored_file,
        filename="kesimpulan.pdf",
        uploaded_at=filed.now,
        uploaded_by=filed.user("coordinator"),
    )
    path = f"/sanggahan/berkas/{file.pk}/"

    response = filed.client("kanwil").get(path)

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert filed.client("neighbour_kanwil").get(path).status_code == 404
    assert filed.client("other_coordinator").get(path).status_code == 404


def test_a_draft_is_nobody_elses(verified):
    write(verified)
    report = Report.objects.select_related("institution", "period__plan_year__rule_set").get(pk=verified.report.pk)

    seen = {name: len(objections_of(report, verified.actor(name)).drafts) for name in ("coordinator", "kanwil")}

    assert seen == {"coordinator": 1, "kanwil": 0}


# Filing


def test_filing_is_one_event_and_tells_the_reviewers(verified):
    write(verified)
    write(verified, 2, reason="Foto bertanggal.")

    objecting.file_objections(verified.report, by=verified.actor("coordinator"))

    event = ReportEvent.objects.get(kind="objected")
    assert event.note == f"Aksi 1, ukuran 1: {REASON}\nAksi 2, ukuran 1: Foto bertanggal."
    told = Message.objects.filter(kind="objection_filed").values_list("user__email", flat=True)
    assert sorted(told) == ["kanwil@contoh.example", "kanwil_colleague@contoh.example"]


def test_what_is_filed_cannot_be_rewritten_filed_again_or_thrown_away(filed):
    coordinator = filed.actor("coordinator")

    with pytest.raises(NotAllowed, match="sudah diajukan dan menunggu putusan"):
        write(filed)
    with pytest.raises(NotAllowed, match="Tidak ada sanggahan yang menunggu diajukan"):
        objecting.file_objections(filed.report, by=coordinator)
    with pytest.raises(NotAllowed, match="sudah diajukan atau dihapus"):
        objecting.discard(Objection.objects.get(), by=coordinator)
    assert Objection.objects.get().is_open


def test_a_draft_does_not_outlive_the_dates(verified):
    write(verified)

    with pytest.raises(NotAllowed, match="Masa sanggah berakhir"):
        objecting.file_objections(
            verified.report, by=verified.actor("coordinator"), now=verified.period.objection_until_at
        )


def test_a_draft_against_a_judgement_corrected_meanwhile_is_not_filed(verified):
    write(verified)
    words = {"administration": "partly", "substance": "partly", "reasons": ReasonCode.objects.filter(code="S02")}
    correcting.correct(answer_of(verified), by=verified.actor("verifier"), **words, note="Tanpa kop surat.")

    with pytest.raises(NotAllowed, match="berubah setelah sanggahannya ditulis"):
        objecting.file_objections(verified.report, by=verified.actor("coordinator"))


def test_what_is_under_objection_is_not_corrected(filed):
    words = {"administration": "partly", "substance": "partly", "reasons": ReasonCode.objects.filter(code="S02")}

    with pytest.raises(NotAllowed, match="sedang disanggah"):
        correcting.correct(answer_of(filed), by=filed.actor("verifier"), **words, note="Tanpa kop surat.")


# Deciding


@pytest.mark.parametrize("name", ["kanwil_colleague", "verifier"])
def test_another_officer_decides_and_both_judgements_stay(filed, name):
    first = answer_of(filed).judgement

    objection = decide(filed, name)

    kinds = list(Judgement.objects.filter(answer=answer_of(filed)).values_list("kind", "substance"))
    assert kinds == [("review", "partly"), ("objection", "met")]
    assert (objection.outcome, objection.disputed, objection.judgement) == (
        "changed",
        first,
        answer_of(filed).judgement,
    )


def test_the_scores_follow_the_decision(filed):
    compute_plan_year(filed.plan_year)
    before = PeriodScoring.objects.get(period=filed.period).requested

    decide(filed)

    assert PeriodScoring.objects.get(period=filed.period).requested == before + 1
    compute_plan_year(filed.plan_year)
    score = Score.objects.get(period=filed.period, institution=filed.kabupaten, target_group=None)
    assert Fraction(score.all_exact) == Fraction(295, 4)  # aksi 1: mean of 100 and 65; aksi 2: 65


def test_the_same_words_uphold_the_judgement(filed):
    reasons = ReasonCode.objects.filter(code="S02")

    objection = decide(filed, substance="partly", reasons=reasons, note="Halaman 2 kosong.")

    assert (objection.outcome, objection.judgement) == ("upheld", None)
    assert Judgement.objects.filter(answer=answer_of(filed)).count() == 1
    assert ReportEvent.objects.get(kind="objection_decided").note == (
        "Ukuran 1: putusan dipertahankan. Halaman 2 kosong."
    )


def test_the_government_is_told_of_the_decision(filed):
    decide(filed)

    told = Message.objects.filter(kind="objection_decided")
    assert sorted(told.values_list("user__email", flat=True)) == [
        "coordinator@contoh.example",
        "signatory@contoh.example",
    ]
    assert "Ukuran 1: nilai 65,00 menjadi 100,00." in told[0].body


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("kanwil", "Anda pernah menilai ukuran ini"),
        ("neighbour_kanwil", "bukan kantor Anda"),
        ("panitia_verifier", "bukan kantor Anda"),
        ("secretariat", "bukan kantor Anda"),
        ("coordinator", "bukan kantor Anda"),
    ],
)
def test_the_first_judge_and_other_offices_do_not_decide(filed, name, reason):
    with pytest.raises(NotAllowed, match=reason):
        decide(filed, name)

    assert Objection.objects.get().is_open


def test_whoever_served_there_does_not_decide(filed):
    rows = filed.user("signatory").memberships.filter(institution=filed.kabupaten)
    rows.update(user=filed.user("kanwil_colleague"))

    with pytest.raises(NotAllowed, match="Anda bertugas di instansi ini"):
        decide(filed)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"note": ""}, "Tulis alasannya"),
        ({"substance": "partly"}, "sedikitnya satu alasan"),
        ({"substance": "not_met", "reasons": "S02"}, "tidak menurunkan nilai"),
    ],
)
def test_a_decision_gives_its_reason_and_never_lowers_the_score(filed, changes, reason):
    if "reasons" in changes:
        changes = changes | {"reasons": ReasonCode.objects.filter(code="S02")}

    with pytest.raises(NotAllowed, match=reason):
        decide(filed, **changes)


def test_an_objection_is_decided_once_and_a_measure_disputed_once(filed):
    decide(filed)

    with pytest.raises(NotAllowed, match="sudah diputus"):
        decide(filed, "verifier")
    with pytest.raises(NotAllowed, match="disanggah satu kali"):
        write(filed)


# Pages


def test_a_coordinator_writes_files_and_reads_the_outcome(verified):
    client, answer = verified.client("coordinator", StrictClient), answer_of(verified)
    path = f"{list_of(verified)}{answer.pk}/"
    assert path in page_of(verified, list_of(verified))
    upload = files.upload(files.pdf(2, mark="sanggah"), "kesimpulan.pdf")

    saved = client.post(path, {"administration": "met", "substance": "met", "reason": REASON, "file": upload})
    shown = page_of(verified, list_of(verified))
    filed = client.post(f"{list_of(verified)}ajukan/")
    decide(verified, note="Benar, ada di halaman 2.")
    read = page_of(verified, list_of(verified))

    assert (saved.url, filed.url) == (list_of(verified), list_of(verified))
    assert "Pengaruh pada nilai laporan" in shown
    assert "73,75" in shown
    assert "kesimpulan.pdf" in shown
    assert "putusan diubah" in read
    assert "Benar, ada di halaman 2." in read


def test_a_wrong_form_keeps_what_was_written(verified):
    client = verified.client("coordinator", StrictClient)
    data = {"administration": "met", "substance": "partly", "reason": REASON}

    page = client.post(f"{list_of(verified)}{answer_of(verified).pk}/", data).content.decode()

    assert page.count("tidak lebih tinggi daripada yang berlaku (65,00)") == 1
    assert page.count('class="ringkas-galat"') == 1
    assert f">\n{REASON}</textarea>" in page


def test_a_draft_and_its_file_are_taken_back(verified):
    objection = write(verified, upload=files.upload(files.pdf(1, mark="lepas"), "lepas.pdf"))
    client = verified.client("coordinator", StrictClient)

    client.post(f"/sanggahan/berkas/{ObjectionFile.objects.get().pk}/lepas/")
    assert ObjectionFile.objects.count() == 0
    client.post(f"/sanggahan/{objection.pk}/hapus/")

    assert Objection.objects.count() == 0


def test_the_decision_is_shown_with_its_effect_before_it_is_confirmed(filed):
    objection = Objection.objects.get()
    client, path = filed.client("kanwil_colleague", StrictClient), f"/telaah/sanggahan/{objection.pk}/"
    data = {"basis": answer_of(filed).judgement_id, "administration": "met", "substance": "met", "note": "Ada."}

    shown = client.post(path, data).content.decode()
    assert Objection.objects.get().is_open
    confirmed = client.post(path, {**data, "shown": "met/met"})

    assert "73,75" in shown
    assert confirmed.url == "/telaah/sanggahan/"
    assert Objection.objects.get().outcome == "changed"


def test_the_first_judge_reads_why_not(filed):
    page = page_of(filed, f"/telaah/sanggahan/{Objection.objects.get().pk}/", "kanwil")

    assert "Anda pernah menilai ukuran ini" in page
    assert "Lihat pengaruh pada nilai" not in page


def test_the_queue_holds_what_the_office_decides(filed):
    path = f"/telaah/sanggahan/{Objection.objects.get().pk}/"
    names = ["kanwil", "kanwil_colleague", "verifier", "neighbour_kanwil", "panitia_verifier"]

    seen = [path in page_of(filed, "/telaah/sanggahan/", name) for name in names]

    assert seen == [True, True, True, False, False]


@pytest.mark.parametrize("name", ["coordinator", "neighbour_kanwil", "panitia_verifier", "secretariat", "pembina"])
def test_the_decision_is_not_there_for_others(filed, name):
    path = f"/telaah/sanggahan/{Objection.objects.get().pk}/"

    assert filed.client(name).get(path).status_code == 404
    assert filed.client(name).post(path, {"shown": "met/met"}).status_code == 404


def test_another_governments_measure_is_not_there(verified):
    foreign = steps.answers_of(verified.reports["52.01"])[0]
    client = verified.client("coordinator")

    assert client.get(f"{list_of(verified)}{foreign.pk}/").status_code == 404
    assert client.get(f"/laporan/{foreign.item.report_id}/sanggahan/").status_code == 404
    assert client.post(f"/laporan/{foreign.item.report_id}/sanggahan/ajukan/").status_code == 404


@pytest.mark.parametrize("name", ["opd", "signatory", "kanwil", "pembina"])
def test_readers_of_the_report_do_not_write(filed, name):
    client, objection = filed.client(name), Objection.objects.get()

    assert client.get(f"{list_of(filed)}{answer_of(filed, 2).pk}/").status_code == 404
    assert client.post(f"{list_of(filed)}ajukan/").status_code == 404
    assert client.post(f"/sanggahan/{objection.pk}/hapus/").status_code == 404


def test_the_pages_ask_few_questions(filed, django_assert_max_num_queries):
    write(filed, 1)
    write(filed, 2)
    answer = answer_of(filed, 2)
    asked = [
        ("coordinator", list_of(filed)),
        ("coordinator", f"{list_of(filed)}{answer.pk}/"),
        ("verifier", "/telaah/sanggahan/"),
        ("verifier", f"/telaah/sanggahan/{Objection.objects.filed().get().pk}/"),
    ]

    for name, path in asked:
        client = filed.client(name)
        with django_assert_max_num_queries(PAGE_QUERIES):
            assert client.get(path).status_code == 200


# Where it is found


def test_the_coordinator_finds_the_dates_on_home_report_and_result_and_nobody_else(verified):
    result = f"/hasil/instansi/53.07/{verified.period.key}/"
    pages = [result, f"/laporan/{verified.report.pk}/", f"/?periode={verified.period.key}"]
    link = f'href="{list_of(verified)}"'

    own = [page_of(verified, path) for path in pages]
    staff = [page_of(verified, path, "opd") for path in pages]
    reviewer = [page_of(verified, path, "kanwil") for path in pages[:2]]

    end = formats.deadline(verified.period.objection_until_at, verified.report.institution.time_zone)
    assert [link in page and f"sampai {end}" in page for page in own] == [True, True, True]
    assert f"Putusan dapat disanggah sampai {end}." in own[0]
    assert ["<strong>Sanggah" in page for page in own] == [False, True, True]
    assert ["Sanggah putusan" in page or "<strong>Sanggah" in page for page in [*staff, *reviewer]] == [False] * 5


def test_the_step_of_objecting_leads_on_only_while_it_is_open(verified):
    period, zone = verified.report.period, "Asia/Makassar"
    period.refresh_from_db()
    start, end = period.objection_from_at, period.objection_until_at
    second = timedelta(seconds=1)

    found = [objection_step(verified.report, zone=zone, now=now) for now in (start - second, start, end - second, end)]

    assert [step.state for step in found] == ["nanti", "kini", "kini", "usai"]
    assert [step.url for step in found] == ["", list_of(verified), list_of(verified), ""]
    assert found[0].text == found[3].text == formats.window(start, end, zone)
