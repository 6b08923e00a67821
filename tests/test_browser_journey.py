"""The main journey in Chromium, twice: on PostgreSQL with a real worker, and against ./portal as a process."""

import os
import shutil
import subprocess
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.conf import settings

from notifications.tasks import deliver_messages
from reporting.demo import people
from reporting.services.reason_codes import load_reason_codes
from reporting.tasks import send_reminders
from tests.browser_walk import Walk
from tests.scenario import PASSWORD, Scenario
from tests.test_portal_command import start_portal
from tools import processes
from tools.portal import OF_ANOTHER_PORTAL

pytestmark = [pytest.mark.browser, pytest.mark.worker]

SAMPLE = settings.BASE_DIR / "reporting" / "demo" / "files" / "notulen.pdf"


@pytest.fixture
def document(tmp_path) -> Path:
    """A real PDF, printed by a browser, where the walk may put another beside it."""
    return Path(shutil.copy(SAMPLE, tmp_path / "notulen.pdf"))


class RunningPortal:
    """./portal as a process, on SQLite and Valkey, its e-mail going to the sink."""

    def __init__(self, folder: Path, mail: str):
        self.state, port = folder / "state", processes.free_port()
        self.environment = {**os.environ, "EMAIL_URL": mail, "RANHAM_STATE_DIR": str(self.state)}
        for name in OF_ANOTHER_PORTAL:
            self.environment.pop(name, None)
        self.address = f"http://localhost:{port}"
        self.process, self.log = start_portal(self.state, port)

    def wait_for_the_nation(self, seconds: float = 300) -> None:
        """Wait until the demo data is there as a whole."""
        end = time.monotonic() + seconds
        while "100 %" not in self.log.read_text():
            assert time.monotonic() < end, f"The nation is not there after {seconds} s."
            time.sleep(0.2)

    def manage(self, *command: str) -> str:
        """Run a management command on the portal's data and return what it says."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@pytest.fixture
def portal(tmp_path, smtp_server, monkeypatch):
    """Start ./portal with its demo nation; stop it at the end."""
    mail = f"smtp://{smtp_server.hostname}:{smtp_server.port}"
    monkeypatch.setenv("EMAIL_URL", mail)
    smtp_server.handler.messages.clear()
    running = RunningPortal(tmp_path, mail)
    yield running
    processes.stop(running.process)


def letters_to(address: str, words: str, envelopes: list) -> list[str]:
    """The texts of the e-mails with these words that reached an address."""
    found = [message_from_bytes(row.content, policy=policy.default) for row in envelopes if address in row.rcpt_tos]
    texts = [letter.get_body(("plain",)).get_content() for letter in found]
    return [text for text in texts if words in text]


def wait_for_letters(address: str, words: str, envelopes: list, *, seconds: float = 60) -> list[str]:
    """Wait for an e-mail to `address` with these words; return all that have them."""
    end = time.monotonic() + seconds
    while not letters_to(address, words, list(envelopes)):
        assert time.monotonic() < end, f"No e-mail to {address} with {words!r} in {seconds} s."
        time.sleep(0.2)
    return letters_to(address, words, list(envelopes))


def run_in_worker(task, worker, seconds: float = 30) -> None:
    """Queue a task and wait until the worker says that it has done it."""
    done, end = f"Task {task.name}[{task.delay().id}] succeeded", time.monotonic() + seconds
    while done not in worker.log.read_text(errors="replace"):
        assert time.monotonic() < end, f"The worker has not finished {task.name} in {seconds} s."
        time.sleep(0.1)


@pytest.mark.django_db(transaction=True)
def test_a_period_on_postgresql_with_a_real_worker(live_server, celery_worker, smtp_sink, open_page, axe, document):
    load_reason_codes()
    scenario = Scenario(needs_signatory=True)
    roles = ["opd", "coordinator", "signatory", "kanwil", "leader"]
    walk = Walk(
        address=live_server.url,
        password=PASSWORD,
        people={role: f"{role}@contoh.example" for role in roles},
        open_page=open_page,
        axe=axe,
        document=document,
    )

    walk.until_verification(is_certified=True)
    score = walk.kanwil_verifies()
    walk.wait_for_score(score, "53.07", scored=0)
    name, address = walk.waiting_coordinator()
    reminder = f"Kirim laporan {name}"
    for task in (send_reminders, deliver_messages, send_reminders, deliver_messages):
        run_in_worker(task, celery_worker)

    assert score == "91,25"
    assert len(set(walk.receipts)) == 2
    assert (name, address) == ("Kabupaten Ende", "other_coordinator@contoh.example")
    assert len(letters_to(address, reminder, smtp_sink)) == 1
    assert len(letters_to("opd@contoh.example", "dikembalikan", smtp_sink)) == 1
    assert scenario.report.status == "verified"
    walk.assert_sound()


def test_a_period_against_the_portal_as_a_process(portal, smtp_server, open_page, axe, document):
    names = {"opd": "opd", "coordinator": "koordinator", "kanwil": "kanwil", "leader": "pimpinan"}
    walk = Walk(
        address=portal.address,
        password=people.PASSWORD,
        people={role: f"{name}@{people.DOMAIN}" for role, name in names.items()},
        open_page=open_page,
        axe=axe,
        document=document,
        has_script=False,
        looks_at={"beranda-opd", "antrean-telaah", "nasional", "provinsi", "instansi", "belum-kirim"},
    )

    walk.until_verification()  # while the nation loads
    portal.wait_for_the_nation()
    before = walk.scored_in_the_nation()
    score = walk.kanwil_verifies()
    walk.wait_for_score(score, people.HOME_CODE, scored=before)
    name, address = walk.waiting_coordinator()
    letters = smtp_server.handler.messages
    portal.manage("send_reminders")
    portal.manage("deliver_messages")
    reminder = f"Kirim laporan {name}"
    wait_for_letters(address, reminder, letters)
    again = portal.manage("send_reminders")
    portal.manage("deliver_messages")

    assert "0 pengingat baru" in again
    assert score == "94,17"  # (65 + 5 × 100) / 6
    assert len(set(walk.receipts)) == 2
    assert len(letters_to(address, reminder, letters)) == 1
    walk.assert_sound()
