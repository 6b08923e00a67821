"""A pytest plugin (`-p tests.servers`): private servers and a clean environment before Django's settings.

The suite runs on PostgreSQL and Redis. `RANHAM_TEST_DATABASE=sqlite` runs it on a SQLite file instead, which
./check does for the tests marked `both_databases`. A server that was already running is never touched.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tools import processes, servers

OURS = (
    "RANHAM_",
    "DATABASE_URL",
    "REDIS_URL",
    "CACHE_URL",
    "EMAIL_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "PORTAL_URL",
)
ON_SQLITE = os.environ.get("RANHAM_TEST_DATABASE", "postgresql") == "sqlite"

_running: list[servers.Server] = []
_folder: Path | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):
    """Start the servers: a wrapper runs before pytest-django imports the settings."""
    if not {"--help", "-h", "--version", "-V", "--markers", "--fixtures"} & set(args):
        _start()
    return (yield)


def pytest_unconfigure():
    """Stop what was started and remove its data."""
    while _running:
        _running.pop().stop()
    if _folder is not None:
        shutil.rmtree(_folder, ignore_errors=True)


def _start() -> None:
    global _folder
    _folder = Path(tempfile.mkdtemp(prefix="ranham-"))
    _folder.chmod(0o755)  # PostgreSQL's own user passes through it
    for name in [name for name in os.environ if name.startswith(OURS)]:
        del os.environ[name]
    redis = servers.start_valkey(_folder / "redis", program=processes.find_program("redis-server"))
    _running.append(redis)
    os.environ |= {
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
        "PORTAL_URL": "http://localhost:8000",
        "REDIS_URL": redis.url,
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "memorymail://",
        "RANHAM_HTTPS": "0",
        "RANHAM_HASHED_STATIC": "0",
        "RANHAM_TRUSTED_PROXIES": "0",
        "RANHAM_STATE_DIR": str(_folder / "state"),
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # sync Playwright runs inside an event loop
    }
    if not ON_SQLITE:
        postgres = servers.start_postgres(_folder / "postgres")
        _running.append(postgres)
        os.environ["DATABASE_URL"] = postgres.url
