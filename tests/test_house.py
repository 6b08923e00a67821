"""The house itself: settings, containers, pinned packages, vendored files."""

import hashlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import get_commands
from django.db import transaction
from ruamel.yaml import YAML

from notifications.tasks import deliver_messages
from ranham_portal.celery import app
from ranham_portal.settings import flag, number, numbers
from tools import processes

ROOT = Path(settings.BASE_DIR)
BIN = Path(sys.executable).parent
COMPOSE = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text())


@pytest.mark.both_databases
def test_healthz_answers_without_sign_in(client, db):
    response = client.get("/healthz/")

    assert (response.status_code, response.content) == (200, b"ok\n")


# Settings


@pytest.mark.parametrize(("text", "expected"), [("1", True), ("yes", True), ("0", False), ("Off", False), ("", True)])
def test_flag_reads_a_clear_word(monkeypatch, text, expected):
    monkeypatch.setenv("RANHAM_TRIED", text)

    assert flag("RANHAM_TRIED", default=True) is expected


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda: flag("RANHAM_TRIED", default=False), "perhaps"),
        (lambda: number("RANHAM_TRIED", default=1), "20 MB"),
        (lambda: number("RANHAM_TRIED", default=1, least=1), "0"),
        (lambda: numbers("RANHAM_TRIED", default=[1]), "7,soon"),
    ],
)
def test_settings_refuse_nonsense(monkeypatch, read, text):
    monkeypatch.setenv("RANHAM_TRIED", text)

    with pytest.raises(ImproperlyConfigured, match="RANHAM_TRIED"):
        read()


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "PORTAL_URL", "REDIS_URL", "EMAIL_URL"])
def test_production_settings_have_no_default_for(missing):
    environment = production_environment()
    del environment[missing]

    done = run([sys.executable, "-c", "import ranham_portal.settings"], environment)

    assert done.returncode == 1
    assert f"Set the {missing} environment variable" in done.stderr


def test_env_example_lists_every_variable_that_settings_read():
    source = (ROOT / "ranham_portal" / "settings.py").read_text()
    read = set(re.findall(r'(?:env\.\w+|flag|numbers?)\(\s*"([A-Z_]+)"', source))

    listed = set(example_environment()) - {"PORTAL_HOST", "POSTGRES_PASSWORD"}

    assert listed == read


# Containers


def test_compose_file_follows_its_specification():
    done = run([BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"])

    assert done.returncode == 0, done.stdout


def test_dockerfile_has_no_lint():
    done = run([BIN / "hadolint", "Dockerfile"])

    assert (done.returncode, done.stdout) == (0, "")


def test_compose_and_image_start_the_same_web_server():
    dockerfile = (ROOT / "Dockerfile").read_text()
    command = COMPOSE["services"]["web"]["command"]

    assert re.search(r"^CMD (\[.*\])$", dockerfile, re.MULTILINE).group(1) == str(command).replace("'", '"')


@pytest.mark.worker
def test_compose_commands_run(tmp_path, tmp_path_factory):
    """The compose file's own command lines, as processes against private servers, with .env.example filled in."""
    environment = production_environment(tmp_path)
    collected = run([sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], environment)
    migrated = run(command_of("migrate"), environment)
    loaded = run(command_of("reference"), environment)
    port = processes.free_port()
    log = tmp_path / "servers.log"

    with log.open("wb") as output:
        running = [
            processes.start(command_of(name, port), log=output, environment=environment, cwd=ROOT)
            for name in ("web", "worker", "beat")
        ]
    try:
        processes.wait_until(lambda: processes.is_listening(port), process=running[0], what="web", log=log)
        pages = [answer_of(port, "/healthz/"), answer_of(port, "/masuk/")]
        for word, process in ((" ready.", running[1]), ("beat: Starting", running[2])):
            processes.wait_until(lambda w=word: w in log.read_text(), process=process, what=word, log=log)
    finally:
        for process in running:
            processes.stop(process)

    for done in (collected, migrated, loaded):
        assert done.returncode == 0, done.stderr
    assert [page[0] for page in pages] == [200, 200]
    assert re.search(r"vendor/bootstrap-[\d.]+/bootstrap\.min\.[0-9a-f]{12}\.css", pages[1][1])


def command_of(service: str, port: int = 8000) -> list[str]:
    """Return the command of a service as it stands in the compose file, but for Python's name and the port."""
    words = COMPOSE["services"][service]["command"]
    return [{"python": sys.executable, "8000": str(port)}.get(word, word) for word in words]


def answer_of(port: int, path: str) -> tuple[int, str]:
    """Return status and body of a page as the reverse proxy would ask for it."""
    headers = {"Host": "ranham.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers=headers), timeout=20) as response:
        return response.status, response.read().decode()


def example_environment() -> dict[str, str]:
    """Return the variables of .env.example with their values."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def production_environment(folder: Path = Path("/nonexistent")) -> dict[str, str]:
    """Return .env.example filled in with the private servers of this run."""
    return example_environment() | {
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "DATABASE_URL": os.environ.get("DATABASE_URL", "postgres://ranham@127.0.0.1:1/ranham"),
        "REDIS_URL": os.environ["REDIS_URL"],
        "CACHE_URL": os.environ["REDIS_URL"],
        "RANHAM_EVIDENCE_DIR": str(folder / "evidence"),
        "RANHAM_STATE_DIR": str(folder / "state"),
        "RANHAM_STATIC_DIR": str(folder / "static"),
    }


def run(command: list, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    """Run a command in the project with just this environment (or ours) and return what it said."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=os.environ if environment is None else kept | environment,
        capture_output=True,
        text=True,
    )


# Pinned packages and vendored files


@pytest.mark.parametrize("name", ["uv", "run", "test", "dev"])
def test_requirements_carry_hashes_and_no_address(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    pins = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)

    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    assert re.findall(r"://|--index-url|--find-links|file:", text) == []


def test_run_requirements_are_part_of_the_test_and_dev_ones():
    run_pins, test_pins, dev_pins = (
        set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("run", "test", "dev")
    )

    assert run_pins - test_pins == set()
    assert test_pins - dev_pins == set()


def test_vendored_files_are_the_ones_we_fetched():
    folder = ROOT / "static" / "vendor"
    expected = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())

    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }

    assert found == expected


# The schedule


def test_every_scheduled_task_exists_and_can_be_run_by_hand():
    app.loader.import_default_modules()
    by_hand = {"compute_stale_scores": "compute_scores"}

    names = [entry["task"] for entry in app.conf.beat_schedule.values()]

    assert [name for name in names if name not in app.tasks] == []
    assert {by_hand.get(name.split(".")[-1], name.split(".")[-1]) for name in names} - set(get_commands()) == set()


def test_a_broken_broker_does_not_spoil_the_page(transactional_db, monkeypatch, caplog):
    task = deliver_messages
    monkeypatch.setattr(app.conf, "broker_url", f"redis://127.0.0.1:{processes.free_port()}/0")
    with app.connection_for_write() as broken:
        monkeypatch.setattr(task, "delay", lambda: task.apply_async(connection=broken))
        start = time.monotonic()

        with transaction.atomic():
            task.delay_on_commit()

    assert time.monotonic() - start < 3
    assert "could not be queued" in caplog.text
