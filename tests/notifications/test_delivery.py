"""E-mail from message rows: once, in spite of crashes, refusals and second workers."""

import email
import email.policy
import smtplib
import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection as database

from notifications import services
from notifications.jobs import delivery
from notifications.models import Message
from tests.factories_actions import UserFactory
from tools import processes

pytestmark = pytest.mark.django_db
Urgency = Message.Urgency
JAKARTA = ZoneInfo("Asia/Jakarta")
MORNING = datetime(2026, 9, 28, 7, 0, tzinfo=JAKARTA)


def told(user, key, *, urgency=Urgency.AT_ONCE, now=MORNING, **fields) -> Message:
    fields = {"kind": "x", "title": f"Judul {key}", "body": f"Isi {key}", "path": f"/laporan/{key}/", **fields}
    services.tell(user, key=key, urgency=urgency, now=now, **fields)
    return Message.objects.get(key=key)


def parsed(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content()


@pytest.mark.both_databases
def test_urgent_messages_are_one_email_each(smtp_sink):
    user = UserFactory(name="Maria Goreti", email="maria@sikka.example")
    told(user, "7", title="Laporan dikembalikan\nBcc: lain@x.example")
    told(user, "8")

    outcome = delivery.deliver(MORNING)

    assert (outcome.sent, outcome.postponed, outcome.failed) == (2, 0, 0)
    assert [envelope.rcpt_tos for envelope in smtp_sink] == [["maria@sikka.example"]] * 2
    first = parsed(smtp_sink[0])
    assert first["Subject"] == "Laporan dikembalikan Bcc: lain@x.example"
    assert (first["Bcc"], first["Auto-Submitted"]) == (None, "auto-generated")
    assert "Yth. Maria Goreti," in text_of(first)
    assert "http://localhost:8000/laporan/7/" in text_of(first)
    assert 'href="http://localhost:8000/laporan/7/"' in first.get_body(("html",)).get_content()
    assert set(Message.objects.values_list("delivered_at", "attempts")) == {(MORNING, 1)}


def test_a_second_run_sends_nothing(smtp_sink):
    told(UserFactory(), "7")
    delivery.deliver(MORNING)

    again = delivery.deliver(MORNING + timedelta(days=1))

    assert (again.total, len(smtp_sink)) == (0, 1)


@pytest.mark.both_databases
def test_daily_messages_of_a_person_are_one_email_a_day_in_jakarta(smtp_sink):
    user, other = UserFactory(email="a@x.example"), UserFactory(email="b@x.example")
    for key in ("1", "2"):
        told(user, key, urgency=Urgency.DAILY)
    told(other, "3", urgency=Urgency.DAILY)
    delivery.deliver(MORNING)
    told(user, "4", urgency=Urgency.DAILY, now=MORNING + timedelta(hours=2))

    later_that_day = delivery.deliver(datetime(2026, 9, 28, 23, 59, tzinfo=JAKARTA))
    after_midnight = delivery.deliver(datetime(2026, 9, 29, 0, 1, tzinfo=JAKARTA))

    assert (later_that_day.sent, after_midnight.sent) == (0, 1)
    subjects = [(envelope.rcpt_tos[0], parsed(envelope)["Subject"]) for envelope in smtp_sink]
    assert subjects == [
        ("a@x.example", "2 pengingat dari Portal RANHAM"),
        ("b@x.example", "Judul 3"),
        ("a@x.example", "Judul 4"),
    ]
    assert "Isi 1" in text_of(parsed(smtp_sink[0]))
    assert "http://localhost:8000/laporan/2/" in text_of(parsed(smtp_sink[0]))


def test_an_urgent_message_does_not_use_up_the_daily_email(smtp_sink):
    user = UserFactory()
    told(user, "1")
    told(user, "2", urgency=Urgency.DAILY)

    outcome = delivery.deliver(MORNING)

    assert (outcome.sent, len(smtp_sink)) == (2, 2)


class Killed(BaseException):
    """The worker process ends here."""


@pytest.mark.both_databases
@pytest.mark.parametrize("urgency", [Urgency.AT_ONCE, Urgency.DAILY])
def test_killed_between_sending_and_recording_sends_again_under_the_same_message_id(smtp_sink, monkeypatch, urgency):
    user = UserFactory()
    told(user, "7", urgency=urgency)

    def killed(*args):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_record_delivery", killed)
        with pytest.raises(Killed):
            delivery.deliver(MORNING)
    told(user, "9", urgency=urgency, now=MORNING + timedelta(seconds=1))  # told meanwhile: must not change the e-mail
    during_the_claim = delivery.deliver(MORNING + timedelta(minutes=4, seconds=59))
    afterwards = delivery.deliver(MORNING + timedelta(minutes=5))

    ids = [parsed(envelope)["Message-ID"] for envelope in smtp_sink if "Isi 7" in text_of(parsed(envelope))]
    assert len(ids) == 2
    assert ids[0] == ids[1]
    assert during_the_claim.sent + afterwards.sent == (2 if urgency == Urgency.AT_ONCE else 1)
    assert Message.objects.get(key="7").delivered_at == MORNING + timedelta(minutes=5)


@pytest.fixture
def refusing_server(settings):
    """A mail server that knows no "hilang@..." and is too busy for "sibuk@..."."""

    class Refuse:
        received: list = []  # noqa: RUF012

        async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
            if address.startswith("hilang@"):
                return "550 5.1.1 No such person"
            if address.startswith("sibuk@"):
                return "451 4.3.0 Try later"
            envelope.rcpt_tos.append(address)
            return "250 OK"

        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            self.received.append(envelope.rcpt_tos[0])
            return "250 OK"

    Refuse.received = []
    controller = Controller(Refuse(), hostname="127.0.0.1", port=processes.free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    yield Refuse.received
    controller.stop()


def test_a_refused_address_is_given_up_and_blocks_nobody(refusing_server):
    lost, busy, good = (UserFactory(email=f"{name}@x.example") for name in ("hilang", "sibuk", "baik"))
    for number, person in enumerate((lost, busy, good)):
        told(person, str(number), now=MORNING + timedelta(seconds=number))

    outcome = delivery.deliver(MORNING + timedelta(minutes=1))

    assert (outcome.sent, outcome.postponed, outcome.failed) == (1, 1, 1)
    assert refusing_server == ["baik@x.example"]
    lost.refresh_from_db()
    assert lost.email_bounced_at == MORNING + timedelta(minutes=1)
    assert Message.objects.get(user=lost).last_error == "550 5.1.1 No such person"
    assert Message.objects.get(user=busy).next_attempt_at == MORNING + timedelta(minutes=6)


def test_a_busy_server_is_asked_eight_times_with_growing_pauses(refusing_server):
    told(UserFactory(email="sibuk@x.example"), "7")
    message, instants, now = Message.objects.get(), [], MORNING
    while message.failed_at is None:
        delivery.deliver(now)
        message.refresh_from_db()
        instants.append(now)
        now = message.next_attempt_at or now

    minutes = [
        int((later - earlier).total_seconds() / 60) for earlier, later in zip(instants, instants[1:], strict=False)
    ]
    assert minutes == [5, 10, 20, 40, 80, 160, 240]
    assert (message.attempts, message.delivered_at) == (8, None)
    assert message.last_error.startswith("SMTPRecipientsRefused")


def test_a_delivered_email_clears_an_old_refusal(smtp_sink):
    user = UserFactory(email_bounced_at=MORNING - timedelta(days=9))
    told(user, "7")

    delivery.deliver(MORNING)

    user.refresh_from_db()
    assert user.email_bounced_at is None


def test_an_outage_uses_up_no_attempts(settings, smtp_sink):
    told(UserFactory(), "7")
    working = settings.EMAIL_PORT
    settings.EMAIL_PORT = processes.free_port()  # nobody listens there

    during = delivery.deliver(MORNING)
    attempts = Message.objects.get().attempts
    settings.EMAIL_PORT = working
    afterwards = delivery.deliver(MORNING)

    assert (during.total, attempts, afterwards.sent, len(smtp_sink)) == (0, 0, 1, 1)


def test_a_connection_that_breaks_postpones_one_message_and_goes_on(smtp_sink, monkeypatch):
    user = UserFactory()
    for key in ("1", "2"):
        told(user, key, now=MORNING + timedelta(seconds=int(key)))
    send, calls = smtplib.SMTP.sendmail, []

    def break_once(server, *args, **options):
        calls.append(args)
        if len(calls) == 1:
            raise smtplib.SMTPServerDisconnected("gone")
        return send(server, *args, **options)

    monkeypatch.setattr(smtplib.SMTP, "sendmail", break_once)
    outcome = delivery.deliver(MORNING + timedelta(minutes=1))

    assert (outcome.sent, outcome.postponed) == (1, 1)
    assert Message.objects.get(key="1").last_error == "SMTPServerDisconnected: gone"


def test_closed_accounts_get_no_email(smtp_sink):
    told(UserFactory(is_active=False), "7")

    delivery.deliver(MORNING)

    message = Message.objects.get()
    assert (smtp_sink, message.failed_at, message.last_error) == ([], MORNING, "Akun tidak aktif.")


def test_most_emails_per_run(smtp_sink):
    user = UserFactory()
    for key in "123":
        told(user, key)

    outcomes = [delivery.deliver(MORNING, most=2).sent for _ in range(3)]

    assert outcomes == [2, 1, 0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_two_workers_at_once_send_nothing_twice(settings):
    sent, lock = [], threading.Lock()

    class Slow(EmailBackend):
        def send_messages(self, messages):
            with lock:
                sent.extend(message.extra_headers["Message-ID"] for message in messages)
            return len(messages)

    globals()["SlowBackend"] = Slow
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    users = [UserFactory() for _ in range(6)]
    for number, user in enumerate(users):
        told(user, f"u{number}")
        told(user, f"d{number}a", urgency=Urgency.DAILY)
        told(user, f"d{number}b", urgency=Urgency.DAILY)

    def work():
        try:
            delivery.deliver(MORNING)
        finally:
            database.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    delivery.deliver(MORNING)  # what a worker passed over while another held its person

    assert (len(sent), len(set(sent))) == (12, 12)
    assert Message.objects.undelivered().count() == 0


def test_the_command_says_what_it_did(smtp_sink, capsys):
    told(UserFactory(), "7")

    call_command("deliver_messages")

    assert capsys.readouterr().out == "1 surel terkirim, 0 ditunda, 0 gagal.\n"
    assert len(smtp_sink) == 1


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_delivers_right_after_the_commit(celery_worker, smtp_sink):
    told(UserFactory(email="maria@sikka.example"), "7")

    processes.wait_until(lambda: smtp_sink, process=celery_worker, what="The delivery", log=celery_worker.log)

    assert smtp_sink[0].rcpt_tos == ["maria@sikka.example"]
