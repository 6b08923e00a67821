"""./portal as a person runs it: it starts, refuses clearly, keeps data, and leaves no process behind."""

import argparse
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from django.conf import settings

from tools import processes
from tools.portal import Portal, Refused, Stopped
from tools.progress import follow_progress, parse

ROOT = Path(settings.BASE_DIR)


def start_portal(state: Path, port: int, *options: str) -> tuple[subprocess.Popen, Path]:
    """Start ./portal, wait until it says that it is ready, and return it with its log."""
    log = state.parent / "portal.log"
    with log.open("wb") as output:
        portal = processes.start(["./portal", "--port", str(port), "--state", state, *options], log=output, cwd=ROOT)
    processes.wait_until(
        lambda: "Hentikan dengan" in log.read_text(), process=portal, what="./portal", log=log, seconds=60
    )
    wait_for_worker(state)
    return portal, log


def wait_for_worker(state: Path) -> None:
    log = state / "log" / "worker.log"
    end = time.monotonic() + 30
    while not (log.exists() and " ready." in log.read_text()):
        assert time.monotonic() < end, "the worker did not become ready"
        time.sleep(0.1)


def left_of(family: list[psutil.Process]) -> list[str]:
    """Return the names of those processes that are still there after a while."""
    _, alive = psutil.wait_procs(family, timeout=15)
    return [process.name() for process in alive]


@pytest.mark.worker
@pytest.mark.parametrize("database", [[], ["--postgres"]], ids=["sqlite", "postgresql"])
def test_portal_starts_keeps_its_data_and_leaves_no_process(short_folder, database):
    state, port = short_folder / "state", processes.free_port()

    first, log = start_portal(state, port, "--no-demo", "--appoint", "pertama@contoh.example", *database)
    family = psutil.Process(first.pid).children(recursive=True)
    with urlopen(f"http://localhost:{port}/healthz/") as response:
        answer = response.read()
    words = log.read_text()
    first.send_signal(signal.SIGINT)
    first.wait(20)

    assert (answer, first.returncode) == (b"ok\n", 0)
    assert f"Portal RANHAM siap: http://localhost:{port}/" in words
    assert "pertama@contoh.example menjadi sekretariat" in words
    assert len(family) >= 4 + len(database)  # Valkey, web, worker, schedule, perhaps PostgreSQL
    assert left_of(family) == []

    second, log = start_portal(state, port, "--no-demo", "--appoint", "kedua@contoh.example", *database)
    family = psutil.Process(second.pid).children(recursive=True)
    words = log.read_text()
    second.kill()  # nobody gets to tidy up

    assert "Sekretariat sudah ada" in words  # the first one was kept
    assert left_of(family) == []
    second.wait()


@pytest.fixture
def short_folder():
    """Return a folder that PostgreSQL's own user can pass through; pytest's are for us alone."""
    folder = Path(tempfile.mkdtemp(prefix="ranham-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def refusal(*options: str) -> tuple[int, str]:
    done = subprocess.run(["./portal", *options], cwd=ROOT, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


def test_portal_refuses_a_busy_port(tmp_path, live_server):
    port = live_server.url.rsplit(":", 1)[1]

    code, words = refusal("--port", port, "--state", str(tmp_path / "state"))

    assert code == 1
    assert f"Porta {port} sedang dipakai" in words
    assert not (tmp_path / "state").exists()


def test_portal_refuses_to_empty_a_folder_that_is_not_its_own(tmp_path):
    letter = tmp_path / "surat.txt"
    letter.write_text("penting")

    code, words = refusal("--port", str(processes.free_port()), "--state", str(tmp_path), "--fresh")

    assert code == 1
    assert "berisi berkas lain" in words
    assert letter.read_text() == "penting"


def portal_on(state: Path, *, fresh: bool) -> Portal:
    options = argparse.Namespace(
        state=state, port=processes.free_port(), fresh=fresh, no_demo=True, postgres=False, appoint=None
    )
    return Portal(options)


def test_two_portals_never_share_a_state_folder(tmp_path):
    first = portal_on(tmp_path / "state", fresh=False)
    first.claim_state()

    with pytest.raises(Refused, match="Portal lain sedang memakai"):
        portal_on(tmp_path / "state", fresh=True).claim_state()

    first.stop()
    portal_on(tmp_path / "state", fresh=False).claim_state()


def test_fresh_empties_a_state_folder_of_ours(tmp_path):
    state = tmp_path / "state"
    (state / "evidence").mkdir(parents=True)
    for name in ("portal.state", "portal.sqlite3", "evidence/ab"):
        (state / name).write_text("lama")

    portal_on(state, fresh=True).claim_state()

    assert sorted(path.name for path in state.iterdir()) == ["log", "portal.state"]


def test_progress_is_a_line_every_tenth_outside_a_terminal(tmp_path, capsys):
    log = tmp_path / "demo.log"
    log.write_text("".join(f"PROGRESS {done} 40 Triwulan {done % 4}\nlain\n" for done in range(41)))
    child = subprocess.Popen(["true"])

    follow_progress(child, log)

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11
    assert lines[5] == "Memuat data contoh " + "█" * 15 + "░" * 15 + "  50 % Triwulan 0"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("PROGRESS 3 38 Provinsi Aceh\n", (3, 38, "Provinsi Aceh")),
        ("PROGRESS 38 38", (38, 38, "")),
        ("PROGRESS many 38 x", (0, 1, "")),
        ("Memuat", (0, 1, "")),
    ],
)
def test_progress_line(line, expected):
    assert parse(line) == expected


def test_start_scripts_are_plain_sh():
    for name in ("portal", "check", ".ci/run", "tools/bootstrap.sh", "tools/lock.sh", "tools/vendor.sh"):
        text = (ROOT / name).read_text()
        done = subprocess.run(["sh", "-n", str(ROOT / name)], capture_output=True, text=True)

        assert (done.returncode, done.stderr) == (0, ""), name
        assert re.findall(r"\[\[|\blocal\b|\bfunction\b", text) == [], name


def test_a_worker_that_dies_is_started_again_but_not_for_ever(tmp_path, monkeypatch, capfd):
    portal = portal_on(tmp_path / "state", fresh=False)
    portal.logs.mkdir(parents=True)
    dying = ["sh", "-c", "echo mulai; kill -9 $$"]
    monkeypatch.setattr(portal, "start_worker", lambda: portal.start("Worker", dying))
    portal.start_worker()

    for _time in range(3):
        portal.children["Worker"].wait()
        portal.mend()
    portal.children["Worker"].wait()
    with pytest.raises(Refused, match=r"^Worker berhenti sendiri \(kode -9\); lihat "):
        portal.mend()

    times = [f"Worker berhenti sendiri (kode -9), dijalankan lagi ({time} dari 3 kali)." for time in (1, 2, 3)]
    assert [line for line in capfd.readouterr().out.splitlines() if line] == times
    assert (portal.logs / "worker.log").read_text() == "mulai\n" * 4


def test_without_its_database_the_portal_ends(tmp_path):
    portal = portal_on(tmp_path / "state", fresh=False)
    portal.children["Valkey"] = processes.start(["false"])
    portal.children["Valkey"].wait()

    with pytest.raises(Refused, match=r"^Valkey berhenti sendiri \(kode 1\)"):
        portal.mend()


def test_a_signal_that_came_in_the_middle_of_a_fork_still_stops_the_portal(tmp_path):
    portal = portal_on(tmp_path / "state", fresh=False)
    with pytest.raises(Stopped):
        portal.ask_to_stop(signal.SIGINT, None)  # whatever called us may have dropped the exception

    with pytest.raises(Stopped):
        portal.watch()
