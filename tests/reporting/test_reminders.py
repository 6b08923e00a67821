"""Who is reminded of what, once a rung, and never of what is done."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from actions.models import Assignment, Institution, Level, Membership, Unit
from notifications.jobs.delivery import deliver
from notifications.models import Message
from reporting.jobs.reminders import SUPERSEDED, Outcome, reminders_on, send_reminders
from reporting.models import ReasonCode, Report
from reporting.services import reviewing
from reporting.services.opening import open_period
from reporting.summaries.contacts import unreachable_offices
from tests.concurrency import at_once
from tests.scenario import Scenario
from tests.steps import fill_report, mark_all_ready, send_report

NOW = datetime(2026, 9, 20, 3, 0, tzinfo=UTC)
"""20 September 2026, 10.00 WIB: the window's last day is 25 September, late sending ends on the 27th."""
LAST_DAY = date(2026, 9, 25)
REVIEW_DAY = date(2026, 10, 9)

SENDERS = {
    "coordinator", "signatory", "other_coordinator", "province_coordinator", "neighbour_coordinator",
    "ministry_coordinator", "ham_coordinator",
}  # fmt: skip
STAFF = {"opd", "other_opd", "neighbour_opd"}


@pytest.fixture
def nation(db) -> Scenario:
    return Scenario(now=NOW)


def before(days: int, last_day: date = LAST_DAY) -> date:
    return last_day - timedelta(days=days)


def names(messages) -> set[str]:
    """The short names of the people the messages are for."""
    return {message.user.email.split("@")[0] for message in messages}


def rungs(messages) -> set[str]:
    return {message.key.rsplit(":", 1)[1] for message in messages}


def message_of(messages, name: str) -> Message:
    [found] = [message for message in messages if message.user.email.startswith(f"{name}@")]
    return found


def sent_report(nation: Scenario) -> Report:
    """The report of Kabupaten Sikka, filled and sent in time."""
    coordinator = nation.actor("coordinator")
    fill_report(nation.report, coordinator, now=NOW)
    mark_all_ready(nation.report, coordinator, now=NOW)
    send_report(nation.report, coordinator, now=NOW)
    return nation.report


def returned_report(nation: Scenario, *, at: datetime) -> Report:
    """The same report, of which Aksi 1 came back at `at`."""
    report, reviewer = sent_report(nation), nation.actor("kanwil")
    reviewing.claim(report, by=reviewer, now=at)
    for item in report.items.order_by("aksi__number"):
        words = {"administration": "met", "substance": "met", "decision": "accept", "note": ""}
        if item.aksi.number == 1:
            reasons = [missing_signature()]
            words = {"administration": "partly", "substance": "met", "decision": "return", "note": "Tanda tangan."}
        else:
            reasons = []
        for answer in item.answers.all():
            reviewing.judge(answer, by=reviewer, reasons=reasons, now=at, **words)
    return reviewing.return_report(report, by=reviewer, now=at)


def missing_signature() -> ReasonCode:
    return ReasonCode.objects.get_or_create(
        code="A01", defaults={"aspect": "administration", "text": "Tanpa tanda tangan", "advice": "Minta tanda tangan"}
    )[0]


# Offices that have not sent


@pytest.mark.both_databases
@pytest.mark.parametrize("rung", [14, 7, 3, 1, 0])
def test_offices_that_have_not_sent_are_reminded_on_each_rung(nation, rung):
    messages = reminders_on(before(rung), now=NOW)

    assert names(messages) == SENDERS | STAFF
    assert rungs(messages) == {str(rung)}
    assert len(messages) == len(SENDERS | STAFF)


def test_nobody_is_reminded_before_the_ladder_begins(nation):
    assert reminders_on(before(15), now=NOW) == []


def test_a_coordinator_reads_what_is_due_what_is_missing_and_where_to_go(nation):
    message = message_of(reminders_on(before(3), now=NOW), "coordinator")

    assert message.title == (
        "Kirim laporan Kabupaten Sikka Triwulan III 2026 (B09) sampai Jumat, 25 September 2026 pukul 09.59 WIB"
    )
    assert message.body == (
        "Batasnya Jumat, 25 September 2026 pukul 10.59 WITA, yaitu Jumat, 25 September 2026 pukul 09.59 WIB. "
        "0 dari 2 aksi sudah ditandai siap. Buka laporannya, lengkapi yang kurang, lalu kirim."
    )
    assert message.path == reverse("report-detail", args=[nation.report.pk])
    assert message.urgency == Message.Urgency.DAILY
    assert message.key == f"reminder:sending:2026-B09:53.07:{message.user.pk}:2026-09-25:3"


def test_staff_of_an_opd_are_reminded_of_their_own_aksi_only(nation):
    messages = reminders_on(before(3), now=NOW)

    first, second = nation.report.items.order_by("aksi__number")
    assert message_of(messages, "opd").path == reverse("item-fill", args=[first.pk])
    assert message_of(messages, "other_opd").path == reverse("item-fill", args=[second.pk])
    assert message_of(messages, "opd").title.startswith("Lengkapi 1 aksi Triwulan III 2026 (B09)")


def test_staff_whose_aksi_are_ready_are_left_in_peace(nation):
    coordinator = nation.actor("coordinator")
    fill_report(nation.report, coordinator, now=NOW)
    mark_all_ready(nation.report, coordinator, now=NOW)

    messages = reminders_on(before(1), now=NOW)

    assert names(messages) == SENDERS | {"neighbour_opd"}
    assert "2 dari 2 aksi sudah ditandai siap." in message_of(messages, "coordinator").body


def test_whoever_has_sent_is_not_reminded(nation):
    sent_report(nation)

    messages = [m for m in reminders_on(before(0), now=NOW) if ":sending:" in m.key]

    assert names(messages) == SENDERS - {"coordinator", "signatory"} | {"neighbour_opd"}


def test_the_day_after_says_until_when_a_late_report_is_accepted(nation):
    message = message_of(reminders_on(before(-1), now=NOW), "coordinator")

    assert message.key.endswith(":2026-09-27:1")
    assert "sampai Minggu, 27 September 2026 pukul 09.59 WIB" in message.title


def test_after_the_late_end_a_missing_report_is_told_so(nation):
    message = message_of(reminders_on(date(2026, 9, 28), now=NOW), "coordinator")

    assert message.key.endswith(":2026-09-27:-1")
    assert "batasnya sudah lewat" in message.title
    assert "tercatat tidak lapor" in message.body


def test_a_window_with_much_late_time_says_so_on_the_day_after(nation):
    nation.period.late_until_at += timedelta(days=20)
    nation.period.review_due_at += timedelta(days=20)
    nation.period.correction_until_at += timedelta(days=20)
    nation.period.objection_until_at += timedelta(days=20)
    nation.period.save()

    message = message_of(reminders_on(before(-1), now=NOW), "coordinator")

    assert message.key.endswith(":2026-09-25:-1")
    assert "ditandai terlambat sampai Sabtu, 17 Oktober 2026 pukul 09.59 WIB" in message.body


def test_people_who_left_and_closed_accounts_are_not_reminded(nation):
    Membership.objects.filter(user=nation.user("coordinator")).update(ends_on=before(4))
    User.objects.filter(pk=nation.user("opd").pk).update(is_active=False)

    assert names(reminders_on(before(3), now=NOW)) == (SENDERS | STAFF) - {"coordinator", "opd"}


def test_a_coordinator_who_is_also_staff_gets_one_message_for_the_office(nation):
    Membership.objects.create(
        user=nation.user("coordinator"), institution=nation.kabupaten, unit=nation.unit, role="staf_opd",
        starts_on=date(2020, 1, 1),
    )  # fmt: skip

    message = message_of(reminders_on(before(3), now=NOW), "coordinator")

    assert message.title.startswith("Kirim laporan")


def test_a_coordinator_of_two_governments_hears_of_both_in_one_email(nation, mailoutbox):
    Membership.objects.create(
        user=nation.user("coordinator"), institution=nation.other_kabupaten, role="koordinator",
        starts_on=date(2020, 1, 1),
    )  # fmt: skip

    send_reminders(before(3), now=NOW)
    deliver(now=NOW)

    told = Message.objects.filter(user=nation.user("coordinator"))
    assert told.count() == 2
    assert [mail.to for mail in mailoutbox].count(["coordinator@contoh.example"]) == 1


# Once, and caught up


@pytest.mark.both_databases
def test_a_second_run_on_the_same_day_writes_nothing(nation):
    first = send_reminders(before(3), now=NOW)

    assert first == Outcome(written=len(SENDERS | STAFF), superseded=0)
    assert send_reminders(before(3), now=NOW + timedelta(hours=1)) == Outcome(written=0, superseded=0)
    assert Message.objects.count() == len(SENDERS | STAFF)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_runs_at_the_same_moment_write_each_reminder_once():
    Scenario(now=NOW)

    outcomes = at_once(lambda: send_reminders(before(3), now=NOW), times=4)

    assert {type(outcome) for outcome in outcomes} == {Outcome}
    assert Message.objects.count() == len(SENDERS | STAFF)


def test_a_missed_day_is_caught_up_with_the_same_rung(nation):
    send_reminders(before(2), now=NOW)

    assert rungs(Message.objects.all()) == {"3"}
    assert send_reminders(before(2), now=NOW).written == 0


def test_a_missed_rung_is_not_sent_beside_the_next_one(nation):
    send_reminders(before(7), now=NOW)

    send_reminders(before(1), now=NOW)

    assert rungs(Message.objects.all()) == {"7", "1"}


def test_a_reminder_overtaken_before_its_email_is_not_emailed(nation, mailoutbox):
    send_reminders(before(3), now=NOW)

    outcome = send_reminders(before(1), now=NOW + timedelta(days=2))
    deliver(now=NOW + timedelta(days=2))

    old = Message.objects.filter(key__endswith=":3")
    assert outcome == Outcome(written=len(SENDERS | STAFF), superseded=len(SENDERS | STAFF))
    assert set(old.values_list("last_error", "delivered_at")) == {(SUPERSEDED, None)}
    assert len(mailoutbox) == len(SENDERS | STAFF)


def test_writing_a_day_gone_by_keeps_back_nothing_of_today(nation, mailoutbox):
    today = NOW + timedelta(days=2)
    send_reminders(before(1), now=today)

    outcome = send_reminders(before(7), now=today)
    deliver(now=today)

    assert outcome.superseded == 0
    assert set(Message.objects.filter(key__endswith=":1").values_list("delivered_at", flat=True)) == {today}


def test_a_reminder_of_what_is_done_meanwhile_is_not_emailed(nation, mailoutbox):
    send_reminders(before(3), now=NOW)
    sent_report(nation)

    send_reminders(before(3), now=NOW)
    deliver(now=NOW)

    assert {mail.to[0].split("@")[0] for mail in mailoutbox} == SENDERS - {"coordinator", "signatory"} | {
        "neighbour_opd"
    }


def test_a_moved_deadline_has_rungs_of_its_own(nation):
    send_reminders(before(3), now=NOW)
    for name in ("closes_at", "late_until_at"):
        setattr(nation.period, name, getattr(nation.period, name) + timedelta(days=7))
    nation.period.save()

    outcome = send_reminders(before(0), now=NOW)

    assert outcome.written == len(SENDERS | STAFF)
    assert {key.split(":", 5)[5] for key in Message.objects.values_list("key", flat=True)} == {
        "2026-09-25:3",
        "2026-10-02:7",
    }


# Returned reports


def test_a_returned_report_reminds_its_coordinator_and_the_staff_of_what_came_back(nation):
    report = returned_report(nation, at=NOW + timedelta(days=1))
    last_day = date(2026, 10, 16)

    messages = [m for m in reminders_on(before(3, last_day), now=NOW) if ":correction:" in m.key]

    assert names(messages) == {"coordinator", "opd"}
    item = report.items.get(aksi__number=1)
    assert message_of(messages, "opd").path == reverse("item-fill", args=[item.pk])
    assert "1 aksi dikembalikan, 1 di antaranya belum ditandai siap." in message_of(messages, "coordinator").body
    assert "sampai Jumat, 16 Oktober 2026 pukul 09.59 WIB" in message_of(messages, "coordinator").title


def test_a_correction_marked_ready_leaves_only_the_coordinator(nation):
    report = returned_report(nation, at=NOW + timedelta(days=1))
    mark_all_ready(report, nation.actor("coordinator"), now=NOW + timedelta(days=2))

    messages = [m for m in reminders_on(date(2026, 10, 13), now=NOW) if ":correction:" in m.key]

    assert names(messages) == {"coordinator"}


def test_a_correction_sent_again_is_not_reminded(nation):
    report = returned_report(nation, at=NOW + timedelta(days=1))
    mark_all_ready(report, nation.actor("coordinator"), now=NOW + timedelta(days=2))
    send_report(report, nation.actor("coordinator"), now=NOW + timedelta(days=2))

    assert [m for m in reminders_on(date(2026, 10, 13), now=NOW) if ":correction:" in m.key] == []


def test_a_rung_that_lies_before_the_return_is_left_out(nation):
    returned_report(nation, at=datetime(2026, 10, 9, 3, 0, tzinfo=UTC))

    def correction(day: date) -> set[str]:
        return rungs(m for m in reminders_on(day, now=NOW) if ":correction:" in m.key)

    assert correction(date(2026, 10, 9)) == set()
    assert correction(date(2026, 10, 12)) == set()
    assert correction(date(2026, 10, 13)) == {"3"}
    assert correction(date(2026, 10, 17)) == {"-1"}


# Reviewers


def review_reminders(day: date) -> list[Message]:
    return [message for message in reminders_on(day, now=NOW) if ":review:" in message.key]


def test_every_officer_is_reminded_of_reports_nobody_claimed(nation):
    sent_report(nation)

    messages = review_reminders(before(3, REVIEW_DAY))

    assert names(messages) == {"kanwil", "kanwil_colleague"}
    message = message_of(messages, "kanwil")
    assert message.title == "1 laporan Triwulan III 2026 (B09) menunggu telaah"
    assert message.body.endswith("1 laporan belum diambil penelaah.")
    assert message.path == reverse("review-queue")


def test_a_claimed_report_reminds_its_reviewer_only(nation):
    reviewing.claim(sent_report(nation), by=nation.actor("kanwil"), now=NOW)

    messages = review_reminders(before(0, REVIEW_DAY))

    assert names(messages) == {"kanwil"}
    assert messages[0].body.endswith("Anda menelaah 1 laporan.")


def test_a_report_claimed_by_somebody_who_left_reminds_the_office(nation):
    reviewing.claim(sent_report(nation), by=nation.actor("kanwil"), now=NOW)
    Membership.objects.filter(user=nation.user("kanwil")).update(ends_on=LAST_DAY)

    assert names(review_reminders(before(0, REVIEW_DAY))) == {"kanwil_colleague"}


@pytest.mark.parametrize(
    ("code", "coordinator", "reviewer"),
    [("SOS", "ministry_coordinator", "verifier"), ("HAM", "ham_coordinator", "panitia_verifier")],
)
def test_reports_of_ministries_remind_their_central_reviewers(nation, code, coordinator, reviewer):
    report, by = nation.reports[code], nation.actor(coordinator)
    fill_report(report, by, now=NOW)
    mark_all_ready(report, by, now=NOW)
    send_report(report, by, now=NOW)

    assert names(review_reminders(before(1, REVIEW_DAY))) == {reviewer}


def test_reviewers_without_waiting_reports_are_left_in_peace(nation):
    assert review_reminders(before(0, REVIEW_DAY)) == []


# The command


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("send_reminders", *arguments, stdout=output)
    return output.getvalue()


def test_the_command_writes_the_reminders_of_a_day(nation):
    assert run("--on", "2026-09-22") == "2026-09-22: 10 pengingat baru, 0 pengingat lama tidak dikirim.\n"
    assert run("--on", "2026-09-22") == "2026-09-22: 0 pengingat baru, 0 pengingat lama tidak dikirim.\n"


def test_a_dry_run_shows_who_gets_what_and_writes_nothing(nation):
    output = run("--on", "2026-09-22", "--dry-run").splitlines()

    assert Message.objects.count() == 0
    assert len(output) == 11
    assert output[-1] == "2026-09-22: 10 pengingat baru untuk 10 orang, 0 sudah pernah ditulis."
    assert (
        "other_opd@contoh.example: Lengkapi 1 aksi Triwulan III 2026 (B09) sebelum Kabupaten Sikka mengirim laporan"
        in output
    )


def test_the_command_explains_how_to_write_a_day():
    with pytest.raises(CommandError, match="TAHUN-BULAN-HARI"):
        call_command("send_reminders", "--on", "kemarin")


# Size


def test_the_number_of_queries_does_not_depend_on_the_size_of_the_nation(nation):
    with CaptureQueriesContext(connection) as few:
        reminders_on(before(3), now=NOW)
    for number in range(30):
        institution = Institution.objects.create(
            code=f"53.{number + 30}", name=f"Kabupaten {number}", kind="kabupaten", parent=nation.province
        )
        unit = Unit.objects.create(institution=institution, name="Dinas Koperasi")
        for role, place in (("koordinator", None), ("staf_opd", unit)):
            user = User.objects.create_user(f"{role}{number}@contoh.example", name="Orang")
            Membership.objects.create(
                user=user, institution=institution, unit=place, role=role, starts_on=date(2020, 1, 1)
            )
        for aksi in nation.plan_year.aksi.filter(level=Level.REGENCY):
            assignment = Assignment.objects.create(institution=institution, aksi=aksi)
            assignment.assigned_units.create(unit=unit)
    open_period(nation.period, by=nation.actor("secretariat"), now=NOW)

    with CaptureQueriesContext(connection) as many:
        messages = reminders_on(before(3), now=NOW)

    assert len(messages) == len(SENDERS | STAFF) + 60
    assert len(many) == len(few)


# Offices nobody can be reached at


def test_offices_without_a_reachable_address_are_listed_to_their_kanwil(nation):
    User.objects.filter(pk=nation.user("other_coordinator").pk).update(email_bounced_at=NOW)
    Membership.objects.filter(user=nation.user("province_coordinator")).update(ends_on=before(30))
    User.objects.filter(pk=nation.user("coordinator").pk).update(is_active=False)

    found = unreachable_offices(nation.kanwil, nation.period, now=NOW)

    assert [(office.institution.code, office.reason) for office in found] == [
        ("53", "Belum ada koordinator atau pejabat penanda tangan yang terdaftar."),
        ("53.08", "Surel ke koordinator dan pejabat penanda tangannya tidak sampai."),
    ]
    assert [office.institution.code for office in unreachable_offices(nation.neighbour_kanwil, nation.period)] == ["52"]
    assert unreachable_offices(None, nation.period, now=NOW) == []
