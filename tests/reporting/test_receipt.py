"""The receipt of a sending, and the frozen content it proves."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reporting.models import Evidence, MeasureAnswer, Submission
from reporting.services import sending
from reporting.services.freezing import canonical_json, content_hash, frozen_content, frozen_contents
from reporting.summaries.frozen import execution_label, measure_rows
from tests import steps
from tests.conftest import StrictClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission(scenario) -> Submission:
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator)
    steps.mark_all_ready(scenario.report, coordinator)
    return sending.submit(scenario.report, by=coordinator, now=scenario.now)


# Frozen content


@pytest.mark.both_databases
def test_the_content_names_everything_that_was_declared(scenario):
    coordinator = scenario.actor("coordinator")
    answer = steps.answers_of(scenario.report, aksi=1)[0]
    values = {"execution": "carried_out", "description": "Rapat di Maumere", "budget": 2500, "realisation": 1500}
    steps.fill_answer(answer, coordinator, **values)
    Evidence.objects.update(document_on=date(2026, 9, 1), page=2)
    file = Evidence.objects.select_related("stored_file").get()

    content = frozen_content(scenario.report)

    assert {key: content[key] for key in ("institution", "name", "period", "round")} == {
        "institution": "53.07",
        "name": "Kabupaten Sikka",
        "period": scenario.period.key,
        "round": 1,
    }
    first = content["items"][0]
    assert (first["item"], first["aksi"], first["title"], first["status"]) == (
        answer.item_id,
        1,
        "Aksi uji 1 untuk perempuan",
        "filling",
    )
    assert first["measures"][0] == {
        "answer": answer.pk,
        "measure": 1,
        "text": "Terlaksananya kegiatan 1",
        "execution": "carried_out",
        "description": "Rapat di Maumere",
        "number": None,
        "budget": 2500,
        "realisation": 1500,
        "obstacles": "",
        "reason": "",
        "letter_number": "",
        "evidence": [
            {
                "evidence": file.pk,
                "kind": "Notulen",
                "filename": "notulen.pdf",
                "sha256": file.stored_file.sha256,
                "size": file.stored_file.size,
                "content_type": "application/pdf",
                "document_on": "2026-09-01",
                "page": 2,
                "version": 1,
            }
        ],
    }
    assert [item["aksi"] for item in content["items"]] == [1, 2]
    assert [measure["measure"] for measure in first["measures"]] == [1, 2]


def test_many_reports_are_frozen_in_three_queries(scenario, django_assert_num_queries):
    ids = [report.pk for report in scenario.reports.values()]
    alone = {pk: frozen_content(report) for pk, report in zip(ids, scenario.reports.values(), strict=True)}

    with django_assert_num_queries(3):
        contents = frozen_contents(ids)

    assert contents == alone
    assert len(contents) == 7


def test_retired_evidence_is_not_frozen(scenario):
    coordinator = scenario.actor("coordinator")
    steps.fill_report(scenario.report, coordinator)
    gone = Evidence.objects.order_by("pk").first()
    Evidence.objects.filter(pk=gone.pk).update(retired_at=scenario.now, retired_by=coordinator.user)

    content = frozen_content(scenario.report)

    frozen = [file["evidence"] for item in content["items"] for row in item["measures"] for file in row["evidence"]]
    assert sorted(frozen) == sorted(Evidence.objects.exclude(pk=gone.pk).values_list("pk", flat=True))


def test_the_hash_is_the_same_however_the_content_is_ordered():
    content = {"b": [1, 2], "a": {"d": "é", "c": None}}
    turned = {"a": {"c": None, "d": "é"}, "b": [1, 2]}

    assert canonical_json(content) == '{"a":{"c":null,"d":"é"},"b":[1,2]}'
    assert content_hash(content) == content_hash(turned)
    assert content_hash(content) != content_hash(turned | {"b": [2, 1]})


def test_one_changed_letter_changes_the_hash(scenario):
    before = content_hash(frozen_content(scenario.report))

    MeasureAnswer.objects.filter(item__report=scenario.report).update(obstacles="x")

    assert content_hash(frozen_content(scenario.report)) != before


def test_a_frozen_measure_reads_in_words():
    measure = {
        "execution": "nihil",
        "description": "",
        "reason": "Tidak ada penerima",
        "letter_number": "180/123/HK/2026",
        "number": 0,
        "budget": 1500000,
        "realisation": None,
        "obstacles": "",
    }

    assert measure_rows(measure) == [
        ("Pelaksanaan", "Nihil"),
        ("Alasan", "Tidak ada penerima"),
        ("Nomor surat keterangan", "180/123/HK/2026"),
        ("Angka capaian", "0"),
        ("Anggaran", "Rp1.500.000"),
    ]
    assert execution_label("") == "Belum diisi"


# The page


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("coordinator", 200),
        ("opd", 200),
        ("signatory", 200),
        ("pembina", 200),
        ("kanwil", 200),
        ("verifier", 200),
        ("neighbour_coordinator", 404),
        ("neighbour_kanwil", 404),
        ("reader", 404),
        ("ministry_coordinator", 404),
    ],
)
def test_who_opens_a_receipt(scenario, submission, name, status):
    response = scenario.client(name, StrictClient).get(reverse("receipt", args=[submission.pk]))

    assert response.status_code == status


def test_a_receipt_shows_number_hash_instants_and_a_code_without_inline_style(scenario, submission):
    client = scenario.client("coordinator", StrictClient)

    with CaptureQueriesContext(connection) as queries:
        response = client.get(reverse("receipt", args=[submission.pk]))

    text = response.content.decode()
    assert submission.receipt_number in text
    assert submission.content_hash in text
    assert "WITA" in text
    assert response.context["wib_text"].endswith("WIB")
    assert response.context["qr"].startswith("<svg ")
    assert "style=" not in text
    assert len(queries) <= 12


def test_a_receipt_that_does_not_exist_is_not_found(scenario, submission):
    client = scenario.client("coordinator", StrictClient)

    answers = [client.get(f"/tanda-terima/{pk}/").status_code for pk in (submission.pk + 1, 2**70)]

    assert answers == [404, 404]


def test_a_recalled_receipt_says_so(scenario, submission):
    sending.recall(scenario.report, by=scenario.actor("coordinator"), now=scenario.now)

    text = scenario.client("opd", StrictClient).get(reverse("receipt", args=[submission.pk])).content.decode()

    assert "Kiriman ini ditarik kembali" in text
    assert "Tanda terima ini tidak berlaku lagi." in text
