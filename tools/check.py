"""Everything that must hold: format, lint, import layers, migrations, deployment settings, all tests."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools.servers import postgres_programs

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PRODUCTION = {
    "DATABASE_URL": "postgres://ranham:secret@database.example/ranham",
    "REDIS_URL": "redis://redis.example:6379/0",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ALLOWED_HOSTS": "ranham.example",
    "PORTAL_URL": "https://ranham.example",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example:587",
}
ON_ALL_CORES = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadgroup", "--no-loadscope-reorder"]


def main() -> int:
    """Run every step, the tests last; return 0 only if all of them passed."""
    install_missing()
    failed = [name for name, command, extra in steps() if not passes(name, command, extra)]
    arguments = sys.argv[1:] or ["-q", *ON_ALL_CORES]
    if not sys.argv[1:]:
        sqlite = {"RANHAM_TEST_DATABASE": "sqlite"}
        if not passes("tests on SQLite", [*pytest(), "-m", "both_databases", *arguments], sqlite):
            failed.append("tests on SQLite")
    if failed:
        print(f"\nFailed: {', '.join(failed)}", flush=True)
    print("\n== tests on PostgreSQL", flush=True)
    tests = subprocess.run([*pytest(), *arguments], cwd=ROOT)
    return 1 if failed else tests.returncode


def install_missing() -> None:
    """Install Debian's PostgreSQL, Redis and Chromium where they are missing; only root can."""
    missing = [] if postgres_programs() else ["postgresql"]
    missing += [] if shutil.which("redis-server") else ["redis-server"]
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        missing += ["chromium", "fonts-dejavu-core"]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"Missing: {' '.join(missing)}. Install them first: sudo apt-get install {' '.join(missing)}")
    print(f"== installing {' '.join(missing)}", flush=True)
    # RUNLEVEL=1 keeps Debian from starting the services: the tests start private ones of their own
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "-qq", "-y", "--no-install-recommends", "install", *missing]
    for command in (["apt-get", "-qq", "update"], install):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def steps() -> list[tuple[str, list, dict]]:
    """Return the steps before the tests: name, command, environment."""
    manage = [sys.executable, "manage.py"]
    deploy = [*manage, "check", "--deploy", "--fail-level", "WARNING"]
    return [
        ("format", [BIN / "ruff", "format", "--check", "--quiet", "."], {}),
        ("lint", [BIN / "ruff", "check", "--quiet", "."], {}),
        ("import layers", [BIN / "lint-imports"], {}),
        ("missing migrations", [*manage, "makemigrations", "--check", "--dry-run"], {}),
        ("deployment settings", deploy, PRODUCTION),
    ]


def passes(name: str, command: list, extra: dict) -> bool:
    """Run one step and tell whether it passed, with its time; its output is shown as it comes."""
    print(f"== {name}", flush=True)
    start = time.monotonic()
    done = subprocess.run([str(part) for part in command], cwd=ROOT, env={**os.environ, **extra})
    verdict = "passed" if done.returncode == 0 else "FAILED"
    print(f"   {verdict} in {time.monotonic() - start:.1f} s", flush=True)
    return done.returncode == 0


def pytest() -> list[str]:
    """Return the command that runs the tests."""
    return [sys.executable, "-m", "pytest"]


if __name__ == "__main__":
    sys.exit(main())
