"""Requests that are wrong as such: without a token, too large, a moment too late, or sent twice."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test.client import ClientHandler

from reporting.models import MeasureAnswer, Report, Submission
from tests import files, steps
from tests.permissions import posted
from tests.permissions.nation import Nation
from tests.permissions.table import ROWS
from tests.permissions.test_hostile_addresses import welcome
from tests.permissions.test_hostile_input import errors_said

pytestmark = pytest.mark.xdist_group("hostile requests")

MICROSECOND = timedelta(microseconds=1)


# Without a token


@pytest.fixture
def strict(nation: Nation, monkeypatch) -> Nation:
    """The nation behind a browser whose token is asked for, as everywhere outside tests."""
    monkeypatch.setattr(nation.browser, "handler", ClientHandler(enforce_csrf_checks=True))
    return nation


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS if row.post])
def test_nothing_is_posted_without_a_token(strict: Nation, row):
    with strict.at(row.stage):
        label, args = next(iter(strict.objects(row.of).items()))
        person = welcome(row, label)
        data = row.data(strict, label, person)
        with strict.watching() as written:
            response = strict.page(person, "post", strict.address_of(row, label, args), data)

    assert (response.status_code, written) == (403, [])
    assert "<h1>Sesi halaman ini sudah berakhir</h1>" in response.content.decode()


# Too large


def too_large(nation: Nation, person: str, address: str, data: dict) -> str:
    """The heading of the page that refuses a request; it has to be refused as a bad one, and to store nothing."""
    with nation.watching() as written:
        response = nation.page(person, "post", address, data)
    assert (response.status_code, written) == (400, [])
    return response.content.decode().partition("<h1>")[2].partition("</h1>")[0]


def test_six_megabytes_of_text_are_refused_with_a_page_of_ours(nation: Nation):
    answer = nation.answer("53.07/1")
    data = {f"u{answer.pk}-description": "x" * 6 * 1024 * 1024}

    assert too_large(nation, "opd", f"/isian/{answer.pk}/simpan/", data) == "Permintaan tidak dapat dibaca"


def test_thousands_of_fields_are_refused_with_a_page_of_ours(nation: Nation):
    data = {f"ruas-{number}": "1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}

    assert too_large(nation, "coordinator", "/akun/", data) == "Permintaan tidak dapat dibaca"


def test_hundreds_of_files_are_refused_with_a_page_of_ours(nation: Nation):
    answer = nation.answer("53.07/1")
    data = {f"berkas-{number}": files.upload(b"x") for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FILES + 1)}

    heading = too_large(nation, "opd", f"/isian/{answer.pk}/data-dukung/foto/", data)

    assert heading == "Permintaan tidak dapat dibaca"


def test_a_file_past_the_limit_is_refused_by_name(nation: Nation, settings):
    settings.EVIDENCE_MAX_BYTES = 2048
    answer = nation.answer("53.07/1")
    data = {f"u{answer.pk}-foto-file": files.upload(files.png() + b"\0" * 4096, "foto besar.png")}

    with nation.watching() as written:
        response = nation.page("opd", "post", f"/isian/{answer.pk}/data-dukung/foto/", data)

    assert written == []
    assert "foto besar.png" in errors_said(response)


# A moment before and after the end of sending


MOMENTS = pytest.mark.parametrize(
    ("moment", "is_in_time"),
    [(-MICROSECOND, True), (timedelta(0), False), (MICROSECOND, False)],
    ids=["before", "at", "after"],
)


@MOMENTS
def test_a_report_is_sent_until_the_last_microsecond(nation: Nation, time_machine, moment, is_in_time):
    report = nation.reports["53.07"]
    time_machine.move_to(report.period.late_until_at + moment, tick=False)
    with nation.at("draft"):
        client = nation.client("coordinator")
        response = client.post(f"/laporan/{report.pk}/kirim/", posted.confirmation(nation, "", ""))
        sent = Submission.objects.filter(report=report).count()

    assert sent == is_in_time
    assert ("Jendela ditutup" in errors_said(response)) == (not is_in_time)


@MOMENTS
def test_an_answer_is_saved_until_the_last_microsecond(nation: Nation, time_machine, moment, is_in_time):
    answer = nation.answer("53.07/1")
    time_machine.move_to(nation.reports["53.07"].period.late_until_at + moment, tick=False)
    with nation.at("draft"):
        data = posted.an_answer(nation, "53.07/1", "opd")
        response = nation.client("opd").post(f"/isian/{answer.pk}/simpan/", data)
        saved = nation.answer("53.07/1").description == "Diubah oleh uji."

    assert saved == is_in_time
    assert ("Jendela ditutup" in errors_said(response)) == (not is_in_time)


# Twice, and by the wrong office


def keeping(nation: Nation, person: str, address: str, data: dict) -> str:
    """Post for good within the stage: the first of two requests. The second is asked by `page`."""
    client = nation.client(person)
    return client.post(address, data)["Location"]


def test_a_report_sent_twice_is_sent_once_and_leads_to_the_same_receipt(nation: Nation):
    report = nation.reports["53.07"]
    address, data = f"/laporan/{report.pk}/kirim/", posted.confirmation(nation, "", "")
    with nation.at("draft"):
        first = keeping(nation, "coordinator", address, data)
        with nation.watching() as written:
            second = nation.page("coordinator", "post", address, data)
        count = Submission.objects.filter(report=report).count()

    assert (second["Location"], written, count) == (first, [], 1)


def test_an_answer_posted_twice_is_saved_once(nation: Nation):
    answer = nation.answer("53.07/1")
    address, data = f"/isian/{answer.pk}/simpan/", posted.an_answer(nation, "53.07/1", "opd")
    with nation.at("draft"):
        keeping(nation, "opd", address, data)
        with nation.watching() as written:
            nation.page("opd", "post", address, data)
        version = MeasureAnswer.objects.get(pk=answer.pk).version

    assert (written, version) == ([], answer.version + 1)


def test_a_report_claimed_twice_has_one_reviewer(nation: Nation):
    report = nation.reports["53.07"]
    with nation.at("claimed"), nation.watching() as written:
        response = nation.page("kanwil_colleague", "post", f"/telaah/{report.pk}/mulai/", {})

    assert written == []
    assert "sudah ditelaah Kanwil" in errors_said(response)


@pytest.fixture
def returned(nation: Nation):
    """Aksi 1 of Kabupaten Sikka is back for correction; aksi 2 was accepted."""
    with nation.at("to return"):
        steps.return_report(Report.objects.get(pk=nation.reports["53.07"].pk), nation.actor("kanwil"))
        yield nation


@pytest.mark.parametrize("person", ["other_opd", "neighbour_opd", "other_coordinator", "stranger"])
def test_a_returned_aksi_is_not_found_by_another_office(returned: Nation, person):
    answer = returned.answer("53.07/1")
    data = posted.an_answer(returned, "53.07/1", person)

    word, has_written = returned.ask(person, "post", f"/isian/{answer.pk}/simpan/", data)

    assert (word, has_written) == ("login" if person == "stranger" else "404", False)


@pytest.mark.parametrize("person", ["signatory", "kanwil", "secretariat", "pembina"])
def test_a_returned_aksi_is_not_filled_by_who_only_reads_it(returned: Nation, person):
    answer = returned.answer("53.07/1")
    with returned.watching() as written:
        response = returned.page(
            person, "post", f"/isian/{answer.pk}/simpan/", posted.an_answer(returned, "53.07/1", person)
        )

    assert written == []
    assert "Hanya perangkat daerah pengampu dan koordinator" in errors_said(response)


@pytest.mark.parametrize("person", ["other_opd", "coordinator"])
def test_an_accepted_aksi_stays_as_it_was_sent(returned: Nation, person):
    answer = returned.answer("53.07/2")
    with returned.watching() as written:
        response = returned.page(
            person, "post", f"/isian/{answer.pk}/simpan/", posted.an_answer(returned, "53.07/2", person)
        )

    assert written == []
    assert "Penelaah tidak mengembalikan aksi ini" in errors_said(response)


def test_the_office_of_a_returned_aksi_corrects_it(returned: Nation):
    answer = returned.answer("53.07/1")

    word, has_written = returned.ask(
        "opd", "post", f"/isian/{answer.pk}/simpan/", posted.an_answer(returned, "53.07/1", "opd")
    )

    assert (word, has_written) == ("302", True)
