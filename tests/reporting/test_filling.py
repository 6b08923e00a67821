"""Who may fill what and when, and what happens when two people save one answer."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from actions.policies.errors import NotAllowed
from reporting.models import Evidence, MeasureAnswer, ReportEvent, ReportItem
from reporting.policies.filling import obstacles_to_filling
from reporting.services import filling
from reporting.services.filling import ChangedMeanwhile, fingerprint, values_of
from tests import steps
from tests.concurrency import at_once
from tests.scenario import Scenario

MICROSECOND = timedelta(microseconds=1)
STRANGERS = [
    "other_opd",
    "signatory",
    "pembina",
    "kanwil",
    "neighbour_opd",
    "neighbour_coordinator",
    "verifier",
    "secretariat",
]


@pytest.fixture
def answer(scenario) -> MeasureAnswer:
    """Measure 1 of Aksi 1, which Dinas Koperasi owns."""
    return steps.answers_of(scenario.report, aksi=1)[0]


# Who


@pytest.mark.parametrize("name", ["opd", "coordinator"])
def test_the_owning_opd_and_the_coordinator_fill(scenario, answer, name):
    assert obstacles_to_filling(answer.item, scenario.actor(name), scenario.now) == []


@pytest.mark.parametrize("name", STRANGERS)
def test_nobody_else_fills(scenario, answer, name):
    assert obstacles_to_filling(answer.item, scenario.actor(name), scenario.now) == [
        "Hanya perangkat daerah pengampu dan koordinator instansi ini yang mengisi aksi ini."
    ]


def test_a_service_asks_the_policy_too(scenario, answer):
    with pytest.raises(NotAllowed):
        filling.save_answer(answer, steps.DONE, version=0, by=scenario.actor("other_opd"))

    answer.refresh_from_db()
    assert answer.execution == ""


# When


def test_work_may_start_before_the_window_opens(scenario, answer):
    before = scenario.period.opens_at - timedelta(days=30)

    assert obstacles_to_filling(answer.item, scenario.actor("opd"), before) == []


def test_filling_ends_with_the_last_moment_of_sending(scenario, answer):
    end, opd = scenario.period.late_until_at, scenario.actor("opd")

    assert obstacles_to_filling(answer.item, opd, end - MICROSECOND) == []
    refused = obstacles_to_filling(answer.item, opd, end)
    assert len(refused) == 1
    assert refused[0].startswith("Jendela ditutup ")
    assert refused[0].endswith("Isian Anda tetap tersimpan; hubungi penelaah untuk perpanjangan.")


# What state


def test_an_aksi_marked_ready_is_closed_for_its_opd_but_not_for_the_coordinator(scenario, answer):
    opd = scenario.actor("opd")
    steps.fill_item(answer.item, opd)
    filling.mark_ready(answer.item, by=opd)
    item = ReportItem.objects.select_related("report__period", "aksi").get(pk=answer.item_id)

    assert obstacles_to_filling(item, opd, scenario.now) == [
        "Aksi ini sudah ditandai siap. Buka kembali dulu untuk mengubahnya."
    ]
    assert obstacles_to_filling(item, scenario.actor("coordinator"), scenario.now) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("certified", "Laporan sudah disahkan. Tarik pengesahan dulu, lalu ubah isian."),
        ("submitted", "Laporan sudah dikirim. Selama belum ditelaah, koordinator dapat menariknya kembali."),
        ("in_review", "Laporan sedang ditelaah. Isian dapat diubah bila dikembalikan penelaah."),
        ("verified", "Laporan sudah diverifikasi, jadi isian tidak berubah lagi."),
    ],
)
def test_a_report_that_left_the_reporter_is_closed(scenario, answer, status, words):
    answer.item.report.status = status

    assert obstacles_to_filling(answer.item, scenario.actor("coordinator"), scenario.now) == [words]


def test_while_correcting_only_returned_aksi_open(scenario, answer):
    item, opd = answer.item, scenario.actor("opd")
    item.report.status, item.status = "returned", "returned"
    item.is_reopened = True
    assert obstacles_to_filling(item, opd, scenario.now) == []

    item.status, item.is_reopened = "accepted", False
    assert obstacles_to_filling(item, opd, scenario.now) == [
        "Penelaah tidak mengembalikan aksi ini, jadi isiannya tetap seperti yang dikirim."
    ]


# Saving


def test_saving_raises_the_version_and_names_the_person(scenario, answer):
    opd = scenario.actor("opd")

    saved = filling.save_answer(answer, {"execution": "partly"}, version=0, by=opd, now=scenario.now)

    assert (saved.execution, saved.version, saved.updated_by, saved.updated_at) == ("partly", 1, opd.user, scenario.now)


def test_saving_what_stands_changes_nothing(scenario, answer):
    opd = scenario.actor("opd")
    filling.save_answer(answer, steps.DONE, version=0, by=opd)

    again = filling.save_answer(answer, steps.DONE, version=0, by=scenario.actor("coordinator"))

    assert (again.version, again.updated_by) == (1, opd.user)


def test_the_second_of_two_people_is_told_and_overwrites_nothing(scenario, answer):
    filling.save_answer(answer, {"description": "Tulisan OPD"}, version=0, by=scenario.actor("opd"))

    with pytest.raises(ChangedMeanwhile) as caught:
        filling.save_answer(answer, {"description": "Tulisan koordinator"}, version=0, by=scenario.actor("coordinator"))

    assert (caught.value.answer.description, caught.value.answer.version) == ("Tulisan OPD", 1)
    answer.refresh_from_db()
    assert answer.description == "Tulisan OPD"


def test_the_second_may_overwrite_what_they_have_seen(scenario, answer):
    filling.save_answer(answer, {"description": "Tulisan OPD"}, version=0, by=scenario.actor("opd"))

    saved = filling.save_answer(answer, {"description": "Gabungan"}, version=1, by=scenario.actor("coordinator"))

    assert (saved.description, saved.version) == ("Gabungan", 2)


def test_a_fingerprint_tells_one_content_from_another(scenario, answer):
    blank = fingerprint(values_of(answer))

    assert fingerprint(dict(reversed(values_of(answer).items()))) == blank
    assert fingerprint(values_of(answer) | {"number": 0}) != blank


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_sixteen_saves_at_once_keep_one_and_tell_the_others():
    scenario = Scenario()
    answer = steps.answers_of(scenario.report, aksi=1)[0]
    actor, gate, outcomes = scenario.actor("opd"), Barrier(16), []

    def save(number):
        gate.wait()
        try:
            filling.save_answer(answer, {"description": f"Tulisan {number}"}, version=0, by=actor)
            outcomes.append("saved")
        except ChangedMeanwhile:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [Thread(target=save, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["saved"] + ["told"] * 15
    answer.refresh_from_db()
    assert answer.version == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_what_is_typed_and_uploaded_while_the_report_is_sent_is_in_it_or_refused():
    scenario = Scenario()
    coordinator, opd = scenario.actor("coordinator"), scenario.actor("opd")
    steps.fill_report(scenario.report, coordinator)
    answer = steps.answers_of(scenario.report, aksi=1)[0]
    notulen = answer.evidence.get(kind=scenario.kinds["Notulen"])
    acts = [
        lambda: filling.save_answer(answer, {"description": "Pada saat terakhir"}, version=1, by=opd),
        lambda: steps.add_evidence(answer, opd, kind=scenario.kinds["Foto"]),
        lambda: steps.replace_evidence(notulen, opd),
        lambda: steps.send_report(scenario.report, coordinator),
    ]

    outcomes = at_once(lambda: acts.pop()(), times=len(acts))

    frozen = scenario.report.submissions.get().content["items"][0]["measures"][0]
    current = Evidence.objects.current().filter(answer=answer).values_list("pk", flat=True)
    assert {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)} <= {NotAllowed}
    assert frozen["description"] == MeasureAnswer.objects.get(pk=answer.pk).description
    assert sorted(row["evidence"] for row in frozen["evidence"]) == sorted(current)


# Marking ready and taking back


def test_an_incomplete_aksi_is_not_ready_and_says_why(scenario, answer):
    opd = scenario.actor("opd")
    steps.fill_answer(answer, opd)

    with pytest.raises(NotAllowed) as caught:
        filling.mark_ready(answer.item, by=opd)

    assert caught.value.reasons == ["Belum lengkap: isi ukuran 2 (belum diisi)."]


@pytest.mark.parametrize("name", ["opd", "coordinator"])
def test_ready_and_back_leave_events(scenario, answer, name):
    actor = scenario.actor(name)
    steps.fill_item(answer.item, actor)

    filling.mark_ready(answer.item, by=actor, now=scenario.now)
    ready = ReportItem.objects.get(pk=answer.item_id)
    filling.take_back(answer.item, by=actor, now=scenario.now)
    back = ReportItem.objects.get(pk=answer.item_id)

    assert (ready.status, ready.ready_at, ready.ready_by) == ("ready", scenario.now, actor.user)
    assert (back.status, back.ready_at, back.ready_by) == ("filling", None, None)
    events = ReportEvent.objects.filter(item=answer.item).exclude(kind="evidence_added").order_by("pk")
    assert [(event.kind, event.from_status, event.to_status, event.by) for event in events] == [
        ("marked_ready", "filling", "ready", actor.user),
        ("reopened", "ready", "filling", actor.user),
    ]


def test_marking_ready_twice_is_refused(scenario, answer):
    opd = scenario.actor("opd")
    steps.fill_item(answer.item, opd)
    filling.mark_ready(answer.item, by=opd)

    with pytest.raises(NotAllowed) as caught:
        filling.mark_ready(answer.item, by=opd)

    assert caught.value.reasons == ["Aksi ini sudah ditandai siap."]


def test_only_what_is_ready_can_be_taken_back(scenario, answer):
    with pytest.raises(NotAllowed) as caught:
        filling.take_back(answer.item, by=scenario.actor("opd"))

    assert caught.value.reasons == ["Aksi ini tidak sedang ditandai siap."]
