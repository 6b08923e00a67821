"""Fixtures for every test: strict client and templates, a browser, a real worker, an SMTP sink."""

import logging
import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.template import engines
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import sync_playwright

from tools import processes

# The speed of an example says nothing on a busy machine, and the same commit has to give the same verdict.
hypothesis_settings.register_profile(
    "portal", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("portal")

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OUR_TEMPLATES = str(django_settings.BASE_DIR / "templates")
OUR_TABLES = re.compile(
    r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(accounts|actions|notifications|reporting)_', re.IGNORECASE
)


class UndefinedVariable(str):
    """What an undefined template variable becomes in tests: a failure, but only in our own templates."""

    __slots__ = ()

    def __contains__(self, text: str) -> bool:
        return text == "%s"

    def __mod__(self, variable) -> str:
        frame = sys._getframe(1)
        template = frame.f_locals["context"].render_context.template
        if template is not None and str(template.origin.name).startswith(OUR_TEMPLATES):
            pytest.fail(f"Undefined template variable {variable} in {template.origin.name}")
        return ""


class StrictClient(Client):
    """A test client that fails on a GET that writes to our tables."""

    def get(self, *args, **kwargs):
        with connection.execute_wrapper(_refuse_writes):
            return super().get(*args, **kwargs)


def _refuse_writes(execute, sql, params, many, context):
    if OUR_TABLES.match(sql):
        pytest.fail(f"A GET writes to our tables: {sql[:200]}")
    return execute(sql, params, many, context)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Keep the browser and the worker processes on one of several test processes, and begin with what takes longest."""
    for item in items:
        if item.get_closest_marker("browser") or item.get_closest_marker("worker"):
            item.add_marker(pytest.mark.xdist_group("processes"))
    items.sort(key=lambda item: ["processes", "shared", "alone"].index(kind_of(item)))


def kind_of(item: pytest.Item) -> str:
    """Whether a test belongs to the one long group, to another group, or to none."""
    groups = {name for marker in item.iter_markers("xdist_group") for name in marker.args}
    return "processes" if "processes" in groups else "shared" if groups else "alone"


@pytest.fixture(scope="session", autouse=True)
def strict_templates():
    """Make undefined variables in our templates fail the test that renders them."""
    engines["django"].engine.string_if_invalid = UndefinedVariable("undefined")
    django_settings.WHITENOISE_USE_FINDERS = False  # each client would list all static files anew


@pytest.fixture(autouse=True)
def quick_and_clean(settings, tmp_path_factory):
    """Hash passwords fast, keep evidence in a folder of the run, and forget rate limits between tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def client() -> Client:
    """Return a client nobody has signed in with."""
    return StrictClient()


@pytest.fixture(scope="session")
def smtp_server():
    """Run one SMTP server for the whole run; `smtp_sink` is what a test asks for."""

    class Keep:
        messages: list = []  # noqa: RUF012

        async def handle_DATA(self, server, session, envelope):  # noqa: N802
            self.messages.append(envelope)
            return "250 OK"

    logging.getLogger("mail.log").setLevel(logging.ERROR)
    controller = Controller(Keep(), hostname="127.0.0.1", port=processes.free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def smtp_sink(smtp_server, settings) -> list:
    """Send this test's e-mail to the sink, also from `celery_worker`; return the envelopes as they arrive.

    An envelope has `mail_from`, `rcpt_tos` and `content` (bytes).
    """
    smtp_server.handler.messages.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_server.hostname, smtp_server.port
    return smtp_server.handler.messages


@pytest.fixture(scope="session")
def launch_worker(django_db_setup, smtp_server, tmp_path_factory):
    """Return a function that starts a real Celery worker process on the test database and waits until it is ready.

    Its e-mail goes to `smtp_sink`. Use it with `transactional_db`; end a worker yourself to try what happens then.
    What is passed to the function is added to the command, such as "-Q", "fragile" for a queue of its own.
    """
    environment = {
        "DATABASE_URL": _test_database_url(),
        "EMAIL_URL": f"smtp://{smtp_server.hostname}:{smtp_server.port}",
    }
    command = [sys.executable, "-m", "celery", "-A", "ranham_portal", "worker", "--pool=threads"]
    command += ["--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=INFO"]
    started = []

    def launch(*options: str):
        log = tmp_path_factory.mktemp("worker") / "worker.log"
        with log.open("wb") as output:
            worker = processes.start(
                [*command, *options], log=output, environment=environment, cwd=django_settings.BASE_DIR
            )
        started.append(worker)
        processes.wait_until(
            lambda: " ready." in log.read_text(errors="replace"), process=worker, what="The worker", log=log
        )
        worker.log = log
        return worker

    yield launch
    for worker in started:
        if worker.poll() is None:
            processes.stop(worker)


@pytest.fixture(scope="module")
def celery_worker(launch_worker):
    """Return the worker process of a module; its `log` is a path. Use it together with `transactional_db`.

    It must not outlive the module: it would do what the tests of others queue, by its own clock and code.
    """
    worker = launch_worker()
    yield worker
    processes.stop(worker)


def _test_database_url() -> str:
    if connection.vendor != "postgresql":
        pytest.fail("A worker process needs the PostgreSQL run; ./portal is what is tried on SQLite.")
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture(scope="session")
def browser():
    """Return Debian's Chromium, driven by Playwright, one for the whole run."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail("Chromium is missing (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser):
    """Return a function that opens a page as a new visitor (own cookies); keywords go to the browser context.

    The test fails if a page asked for anything outside this machine, broke the content policy, or if a script
    of ours raised.
    """
    contexts, faults = [], []

    def only_local(route):
        address = urlsplit(route.request.url)
        # Chromium's own PDF viewer loads its parts from inside the browser.
        is_inside = address.scheme in ("chrome", "chrome-extension", "blob")
        if is_inside or address.hostname in ("localhost", "127.0.0.1"):
            route.continue_()
        else:
            faults.append(f"asked for {route.request.url}")
            route.abort()

    def note(message):
        if "Content Security Policy" in message.text:
            faults.append(message.text)

    def open_one(**options):
        options = {"locale": "id-ID", "timezone_id": "Asia/Jakarta", "reduced_motion": "reduce", **options}
        context = browser.new_context(**options)
        context.route("**/*", only_local)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.set_default_timeout(10_000)
        return page

    open_one.faults = faults
    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(open_page):
    """Return one page at the width of a desk."""
    return open_page(viewport={"width": 1280, "height": 900})


@pytest.fixture(scope="session")
def axe():
    """Return a function: the accessibility violations on a page, one line each; an empty list is good."""
    engine = Axe()

    def violations(page) -> list[str]:
        results = engine.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        return [
            f"{rule['id']}: {node['target']} {node['html'][:160]}"
            for rule in results.response["violations"]
            for node in rule["nodes"]
        ]

    return violations


@pytest.fixture
def pictures() -> Path:
    """Return the folder that the pictures in the documentation are drawn to."""
    folder = django_settings.BASE_DIR / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
