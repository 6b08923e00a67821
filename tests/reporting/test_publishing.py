"""Publishing: who may, what stands before it, that revisions never move."""

import hashlib
import json
from datetime import timedelta
from fractions import Fraction

import pytest
import time_machine
from django.db import IntegrityError

from actions.policies.errors import NotAllowed
from reporting.jobs.scores import compute_plan_year
from reporting.models import Publication, Score
from reporting.services import objecting
from reporting.services.publishing import publish, readiness
from reporting.summaries.published import Snapshot, changes_between
from reporting.summaries.results import Span
from tests import steps
from tests.concurrency import at_once
from tests.reporting.publishing_helpers import move_a_score, publish_now, span_of, verified
from tests.scenario import PEOPLE, Scenario

CHECKS = [
    "Pengiriman sudah ditutup.",
    "Nilai sudah mengikuti putusan terakhir.",
    "Tidak ada telaah terbuka: semua laporan yang dikirim sudah diverifikasi.",
    "Tidak ada sanggahan yang belum diputus.",
    "Masa perbaikan dan sanggah sudah berakhir.",
]


def test_the_first_publication_is_revision_1_with_every_figure(ended):
    publication = publish_now(ended)

    content = json.loads(publication.content)
    assert (publication.revision, publication.span_key, publication.note) == (1, ended.period.key, "")
    assert publication.figures == len(content["figures"]) == Score.objects.of_period(ended.period).count()
    assert publication.content_hash == hashlib.sha256(publication.content.encode()).hexdigest()
    assert [f["all"] for f in content["figures"] if f["code"] == "53.07" and not f["group"]] == ["65/1"]


def test_publishing_again_without_a_change_is_refused(ended):
    publish_now(ended)

    with pytest.raises(NotAllowed) as refusal:
        publish_now(ended, note="Sekali lagi")

    assert refusal.value.reasons == ["Semua angka sama dengan revisi terakhir. Tidak ada yang perlu diterbitkan."]
    assert Publication.objects.count() == 1


def test_a_later_revision_needs_a_note_and_leaves_the_first_as_it_was(ended):
    first = publish_now(ended)
    move_a_score(ended)

    with pytest.raises(NotAllowed) as refusal:
        publish_now(ended, note="   ")
    second = publish_now(ended, note="Nilai Sikka dikoreksi")

    assert refusal.value.reasons == ["Tulis apa yang berubah sejak revisi sebelumnya dan mengapa."]
    assert (second.revision, second.note) == (2, "Nilai Sikka dikoreksi")
    assert Publication.objects.get(pk=first.pk).content == first.content
    changes = changes_between(Snapshot(first.content), Snapshot(second.content))
    assert [(c.figure.code, c.before.value, c.after.value, c.difference) for c in changes] == [
        ("53.07", Fraction(65), Fraction(70), Fraction(5))
    ]


def test_the_database_refuses_a_later_revision_without_a_note(ended):
    publication = publish_now(ended)
    publication.pk, publication.revision = None, 2

    with pytest.raises(IntegrityError, match="later_publication_says_what_changed|CHECK"):
        publication.save()


def test_figures_that_moved_since_they_were_checked_are_not_published(ended):
    seen = readiness(span_of(ended), ended.actor("verifier")).content_hash
    move_a_score(ended)

    with pytest.raises(NotAllowed) as refusal:
        publish_now(ended, seen=seen)

    assert refusal.value.reasons == ["Angka berubah sejak Anda memeriksanya. Periksa sekali lagi, lalu terbitkan."]
    assert not Publication.objects.exists()


def test_only_the_central_verifier_publishes(ended):
    span = span_of(ended)
    seen = readiness(span, ended.actor("verifier")).content_hash

    for name in sorted(set(PEOPLE) - {"verifier"}):
        with pytest.raises(NotAllowed) as refusal:
            publish(span, by=ended.actor(name), seen=seen)
        assert refusal.value.reasons == ["Hanya verifikator pusat Ditjen HAM yang menerbitkan hasil."]


@pytest.mark.parametrize(("seconds", "expected"), [(-1, 1), (0, 0)])
def test_an_open_period_is_not_published_until_its_exact_end(scenario, seconds, expected):
    at = scenario.period.late_until_at + timedelta(seconds=seconds)
    compute_plan_year(scenario.plan_year, at)

    found = readiness(span_of(scenario), scenario.actor("verifier"), now=at)

    closing = "Belum ditutup: Triwulan III. Hasil diterbitkan sesudah pengiriman berakhir."
    assert found.obstacles == [closing] * expected


def test_stale_scores_are_named_and_not_published(ended):
    type(ended.period.scoring).objects.filter(period=ended.period).update(requested=99)

    with pytest.raises(NotAllowed) as refusal:
        publish_now(ended)

    assert refusal.value.reasons == [
        "Nilai sedang dihitung ulang: Triwulan III. Tunggu sekitar satu menit, lalu periksa lagi."
    ]


def test_a_year_waits_for_all_its_periods(ended):
    ended.add_period(4, "B12", "Triwulan IV", ended.later + timedelta(days=60))

    found = readiness(Span(ended.plan_year, None), ended.actor("verifier"))

    assert found.obstacles == ["Belum ditutup: Triwulan IV. Hasil diterbitkan sesudah pengiriman berakhir."]


def test_a_closed_year_is_published_beside_its_period(ended):
    publish_now(ended)
    span, by = Span(ended.plan_year, None), ended.actor("verifier")

    publication = publish(span, by=by, seen=readiness(span, by).content_hash)

    assert (publication.span_key, publication.revision, publication.period) == (str(ended.plan_year.year), 1, None)


def test_open_reviews_are_listed_by_office_and_must_be_acknowledged(scenario):
    coordinator = scenario.actor("other_coordinator")
    steps.fill_report(scenario.reports["53.08"], coordinator)
    steps.send_report(scenario.reports["53.08"], coordinator)
    with time_machine.travel(verified(scenario).later, tick=False):
        found = readiness(span_of(scenario), scenario.actor("verifier"))
        with pytest.raises(NotAllowed) as refusal:
            publish_now(scenario)
        publication = publish_now(scenario, acknowledged=True)

    assert found.cautions == [
        "1 laporan sudah dikirim tetapi belum diverifikasi dan tidak masuk rata-rata: "
        "Kantor Wilayah Nusa Tenggara Timur 1."
    ]
    assert found.passed == [words for words in CHECKS if not words.startswith("Tidak ada telaah terbuka")]
    assert refusal.value.reasons == ["Nyatakan dulu bahwa Anda mengetahui hal-hal yang belum selesai."]
    assert Snapshot(publication.content).nation.is_provisional


def test_undecided_objections_are_counted_and_must_be_acknowledged(scenario):
    verified(scenario)
    coordinator = scenario.actor("coordinator")
    steps.let_pass(scenario.period, 28)
    answer = steps.answers_of(scenario.report)[0]
    words = {"administration": "met", "substance": "met", "reason": "Kesimpulan ada di halaman 2 notulen."}
    objecting.save_draft(answer, by=coordinator, **words)
    before = readiness(span_of(scenario), scenario.actor("verifier"), now=scenario.later)
    objecting.file_objections(scenario.report, by=coordinator)

    found = readiness(span_of(scenario), scenario.actor("verifier"), now=scenario.later)

    assert before.cautions == []
    assert found.cautions == ["1 laporan punya sanggahan yang belum diputus."]
    assert before.passed == CHECKS
    assert found.passed == [words for words in CHECKS if words != "Tidak ada sanggahan yang belum diputus."]
    assert found.content == before.content


def test_an_unfinished_objection_time_is_said(ended):
    with time_machine.travel(ended.period.objection_until_at - timedelta(seconds=1), tick=False):
        found = readiness(span_of(ended), ended.actor("verifier"))

    assert len(found.cautions) == 1
    assert found.passed == CHECKS[:-1]
    assert found.cautions[0].startswith("Masa perbaikan dan sanggah Triwulan III belum berakhir, sampai ")


def test_the_hash_does_not_depend_on_who_looks_or_when(ended):
    first = readiness(span_of(ended), ended.actor("verifier"), now=ended.later)
    Score.objects.update(computed_at=ended.later + timedelta(days=3))

    assert readiness(span_of(ended), ended.actor("leader"), now=ended.later).content == first.content


# All at once


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_sixteen_publishings_at_once_make_one_revision():
    scenario = verified(Scenario())
    span, by = span_of(scenario), scenario.actor("verifier")
    seen = readiness(span, by, now=scenario.later).content_hash

    outcomes = at_once(lambda: publish(span, by=by, seen=seen, now=scenario.later))

    refused = [outcome for outcome in outcomes if isinstance(outcome, NotAllowed)]
    assert [row.revision for row in Publication.objects.all()] == [1]
    assert len(refused) == 15
    assert {str(outcome) for outcome in refused} == {
        "Semua angka sama dengan revisi terakhir. Tidak ada yang perlu diterbitkan."
    }
