"""The portal on one machine: set up, then keep web, worker and broker running until INT or TERM.

Set-up, migration and the core of the demo data happen in this process, which costs one start of Python
instead of five; then the servers start as children that cannot outlive us.
"""

import argparse
import fcntl
import os
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import django
from django.core.management import CommandError, call_command

from tools import processes
from tools.progress import follow_progress
from tools.servers import start_postgres, start_valkey

ROOT = Path(__file__).resolve().parent.parent
MARK = "portal.state"  # a folder with this file is ours to empty
DEMO = "Data contoh"
MOST_RESTARTS = 3
"""How often a child of one name is started again in one run: one that keeps dying has a cause to look for."""
OF_ANOTHER_PORTAL = ("DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FALLBACKS", "RANHAM_EVIDENCE_DIR", "RANHAM_STATIC_DIR")


class Refused(Exception):
    """The portal cannot start; the text says why and what to do."""


class Stopped(BaseException):
    """INT or TERM has arrived."""


def main() -> int:
    """Run the portal as the arguments say; return the exit code."""
    portal = Portal(parse_arguments())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, portal.ask_to_stop)
    try:
        portal.run()
    except Refused as reason:
        print(reason, file=sys.stderr)
        return 1
    except Stopped:
        print("\nMenghentikan portal.", flush=True)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        portal.stop()
    return 0


def parse_arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="./portal", description="Menjalankan Portal RANHAM di mesin ini.")
    parser.add_argument("--fresh", action="store_true", help="hapus data lama, mulai dari awal")
    parser.add_argument("--port", type=int, default=8000, metavar="N", help="porta web (bawaan 8000)")
    parser.add_argument("--state", type=Path, default=ROOT / "var", metavar="DIR", help="folder data (var/)")
    parser.add_argument("--no-demo", action="store_true", help="hanya data acuan, tanpa data contoh")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL pribadi, bukan SQLite")
    parser.add_argument("--appoint", metavar="SUREL", help="angkat orang pertama sekretariat (untuk --no-demo)")
    return parser.parse_args()


class Portal:
    """The running portal: its state folder, its settings and its children."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.state = options.state.resolve()
        self.logs = self.state / "log"
        self.address = f"http://localhost:{options.port}"
        self.children: dict = {}
        self.restarts = Counter()
        self.is_stopping = False
        self.lock = None

    def run(self) -> None:
        """Set up, start, tell, and stay until a signal comes or a child ends."""
        started = time.monotonic()
        self.claim_state()
        self.start_broker_and_database()
        self.migrate()
        self.start_web()
        self.load_data()  # while the web server starts, on another core
        self.wait_for_web()
        print(f"\nPortal RANHAM siap: {self.address}/  ({time.monotonic() - started:.0f} detik)\n", flush=True)
        self.tell_accounts()
        print("\nHentikan dengan Ctrl+C.", flush=True)
        self.start_worker()
        if not self.options.no_demo:
            self.load_nation()
        self.watch()

    def ask_to_stop(self, number, frame) -> None:
        """Take note of a signal, and raise Stopped: Python drops what is raised while it forks, but not the note."""
        self.is_stopping = True
        raise Stopped

    def claim_state(self) -> None:
        """Make the state folder and hold its lock, so that two portals never share one folder."""
        if processes.is_listening(self.options.port):
            raise Refused(f"Porta {self.options.port} sedang dipakai. Pilih porta lain, misalnya: ./portal --port 8001")
        if self.state.exists() and any(self.state.iterdir()) and not self.is_ours():
            raise Refused(f"{self.state} berisi berkas lain. Pilih folder kosong dengan --state.")
        self.state.mkdir(parents=True, exist_ok=True)
        self.lock = (self.state / MARK).open("a")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(f"Portal lain sedang memakai {self.state}. Hentikan dahulu.") from None
        if self.options.fresh:
            for path in self.state.iterdir():
                if path.is_dir():
                    shutil.rmtree(path)
                elif path.name != MARK:
                    path.unlink()
        self.logs.mkdir(exist_ok=True)

    def is_ours(self) -> bool:
        """Tell whether the state folder was made by this command or by `manage.py`."""
        return any((self.state / name).exists() for name in (MARK, "portal.sqlite3", "secret_key"))

    def start_broker_and_database(self) -> None:
        """Start Valkey and, if asked for, PostgreSQL; put their addresses where the settings look."""
        try:
            valkey = start_valkey(self.state / "valkey")
        except (RuntimeError, OSError) as error:
            raise Refused(f"Valkey tidak dapat dijalankan. {error}") from None
        self.children["Valkey"] = valkey.process
        for name in OF_ANOTHER_PORTAL:
            os.environ.pop(name, None)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "ranham_portal.settings",
            "RANHAM_STATE_DIR": str(self.state),
            "PORTAL_URL": self.address,
            "RANHAM_DEMO": "0" if self.options.no_demo else "1",
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "REDIS_URL": valkey.url,
            "CACHE_URL": valkey.url,
            "RANHAM_HTTPS": "0",
            "RANHAM_HASHED_STATIC": "0",
            "RANHAM_TRUSTED_PROXIES": "0",
        }
        if self.options.postgres:
            self.start_database()

    def start_database(self) -> None:
        """Start the private PostgreSQL and give its settings what the embedded portal would make up."""
        try:
            server = start_postgres(self.state / "postgres", is_durable=True)
        except (RuntimeError, OSError) as error:
            raise Refused(f"PostgreSQL tidak dapat dijalankan. {error}") from None
        self.children["PostgreSQL"] = server.process
        secret = self.state / "secret_key"
        if not secret.exists():
            secret.touch(mode=0o600)
            secret.write_text(os.urandom(40).hex())
        os.environ |= {"DATABASE_URL": server.url, "SECRET_KEY": secret.read_text()}
        os.environ.setdefault("EMAIL_URL", f"filemail:///{self.state}/mail")

    def migrate(self) -> None:
        """Bring the database up to date."""
        django.setup()
        call_command("migrate", verbosity=0)

    def load_data(self) -> None:
        """Load the reference data and, if wanted, the core of the demo data."""
        if self.options.no_demo:
            call_command("load_reference")
        else:
            call_command("demo", "--stage", "core")

    def tell_accounts(self) -> None:
        """Say who can sign in."""
        if not self.options.no_demo:
            call_command("demo", "--accounts")
        elif self.options.appoint:
            try:
                call_command("appoint_secretariat", self.options.appoint, self.options.appoint)
            except CommandError as refused:
                print(refused, file=sys.stderr)
        else:
            print("Orang pertama sekretariat diangkat dengan: ./portal --no-demo --appoint SUREL")

    def start_web(self) -> None:
        """Start the web server."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", self.options.port, "--workers", "2", "--workers-kill-timeout", "5"]
        command += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
        self.start("Web", [*command, "ranham_portal.wsgi:application"])

    def wait_for_web(self) -> None:
        """Wait for the first answer of the web server, on a busy machine for two minutes."""
        web, log = self.children["Web"], self.logs / "web.log"
        try:
            processes.wait_until(self.answers, process=web, what="Web", log=log, seconds=120)
        except RuntimeError as error:
            raise Refused(f"Web tidak dapat dijalankan. {error}") from None

    def answers(self) -> bool:
        """Tell whether the web server says that all is well."""
        try:
            with urlopen(f"{self.address}/healthz/", timeout=5) as response:
                return response.status == 200
        except (URLError, OSError):
            return False

    def start_worker(self) -> None:
        """Start the worker with the schedule in it."""
        command = [sys.executable, "-m", "celery", "-A", "ranham_portal", "worker", "--beat"]
        command += ["--schedule", self.state / "schedule", "--pool=threads", "--concurrency=4"]
        command += ["--without-gossip", "--without-mingle", "--loglevel=INFO"]
        self.start("Worker", command)

    def load_nation(self) -> None:
        """Load the rest of the demo nation as a child, with its progress in the terminal."""
        command = [sys.executable, "manage.py", "demo", "--stage", "nation"]
        log = self.logs / "demo.log"
        with log.open("wb") as output:
            child = processes.start(command, log=output, cwd=ROOT, environment={"PYTHONUNBUFFERED": "1"})
        self.children[DEMO] = child
        follow_progress(child, log, meanwhile=self.mend)
        del self.children[DEMO]
        if child.returncode != 0:
            print(f"Data contoh tidak termuat seluruhnya; lihat {log}.", file=sys.stderr)

    def start(self, name: str, command: list):
        """Start a child of ours that writes to its own log; one that is started again goes on writing there."""
        with (self.logs / f"{name.lower()}.log").open("ab" if self.restarts[name] else "wb") as output:
            self.children[name] = processes.start(command, log=output, cwd=ROOT)
        return self.children[name]

    def watch(self) -> None:
        """Stay until a signal comes, or a child ends that cannot be started again."""
        while True:
            self.mend()
            time.sleep(0.5)

    def mend(self) -> None:
        """Start web or worker again when it has ended by itself: what they were doing stands in the database.

        Raises Refused for any other child, whose data or address the others hold, and for one that keeps ending;
        and Stopped if a signal has come that was lost.
        """
        if self.is_stopping:
            raise Stopped
        again = {"Web": self.start_web, "Worker": self.start_worker}
        for name, child in list(self.children.items()):
            if child.poll() is None or name == DEMO:
                continue
            words = f"{name} berhenti sendiri (kode {child.returncode})"
            if name not in again or self.restarts[name] == MOST_RESTARTS:
                raise Refused(f"{words}; lihat {self.logs}.")
            processes.stop(child)  # what it left behind: the workers of the web server, the scheduler of the worker
            self.restarts[name] += 1
            again[name]()
            print(f"\n{words}, dijalankan lagi ({self.restarts[name]} dari {MOST_RESTARTS} kali).", flush=True)

    def stop(self) -> None:
        """Stop the children, the youngest first, so that each still finds what it needs."""
        for name, child in reversed(self.children.items()):
            processes.stop(child, with_signal=signal.SIGINT if name == "PostgreSQL" else signal.SIGTERM)
        if self.lock:
            self.lock.close()


if __name__ == "__main__":
    sys.exit(main())
