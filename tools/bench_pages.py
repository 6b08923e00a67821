"""How long the main pages take at national size: `python -m tools.bench_pages [--scale full|10x|nation]`.

Starts a private PostgreSQL and the production web server, loads the demo at that scale, asks for every page as one and
as eight people, and prints medians and 95th percentiles beside the server's bare health page, the floor. `--state DIR`
keeps the database there for another run. Times are the client's, on the same machine.
"""

import argparse
import gzip
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from tools import processes
from tools.servers import Server, start_postgres, start_valkey

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = "contoh.example"
FLOOR = "/healthz/"
PAGES = [
    ("healthz (floor)", "", FLOOR),
    ("national, period", "pimpinan", "/hasil/nasional/2026-B09/"),
    ("national, year", "pimpinan", "/hasil/nasional/2025/"),
    ("province", "pimpinan", "/hasil/provinsi/35/2026-B09/"),
    ("institution", "pimpinan", "/hasil/instansi/53.07/2026-B09/"),
    ("home, secretariat", "sekretariat", "/"),
    ("operations", "sekretariat", "/operasi/"),
    ("home, Kanwil", "kanwil", "/"),
    ("review queue", "kanwil", "/telaah/"),
    ("not sent yet", "kanwil", "/belum-kirim/"),
    ("home, coordinator", "koordinator", "/"),
    ("aksi of a report", "koordinator", "/aksi/"),
]
REPEATED = "national, unchanged (304)"


@dataclass
class Asked:
    """What one page was asked for and how long each answer took, in seconds."""

    name: str
    cookie: str
    path: str
    etag: str = ""
    size: int = 0
    times: dict[int, list[float]] = field(default_factory=dict)


def main() -> int:
    """Load, measure, print; return the exit code."""
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="bench", dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        state = options.state.resolve() if options.state else Path(folder)
        state.mkdir(parents=True, exist_ok=True)
        servers = [start_postgres(state / "postgres"), start_valkey(state / "valkey")]
        try:
            measure(options, state, *servers)
        finally:
            for server in reversed(servers):
                server.stop()
    return 0


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="bench_pages", description=__doc__.splitlines()[0])
    parser.add_argument("--scale", choices=["nation", "full", "10x"], default="full")
    parser.add_argument("--seconds", type=float, default=3, help="most seconds a page and number of users")
    parser.add_argument("--requests", type=int, default=60, help="most requests a page and user")
    parser.add_argument("--state", type=Path, help="keep the database here for another run")
    return parser.parse_args()


def measure(options: argparse.Namespace, state: Path, postgres: Server, valkey: Server) -> None:
    """Load the demo, start the web server, and print the table."""
    port = processes.free_port()
    os.environ |= environment(state, port, postgres, valkey)
    started = time.monotonic()
    for command in (["migrate", "--verbosity", "0"], ["demo", "--scale", options.scale]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    settle()
    print(f"Loaded scale {options.scale} in {time.monotonic() - started:.0f} s; {rows()}")
    log = state / "web.log"
    with log.open("wb") as output:
        web = processes.start(web_command(port), log=output, cwd=ROOT)
    try:
        processes.wait_until(lambda: answers(port), process=web, what="Web", log=log)
        print_table(measured(port, options))
    finally:
        processes.stop(web)


def environment(state: Path, port: int, postgres: Server, valkey: Server) -> dict[str, str]:
    """Return the settings of a production portal without HTTPS, as the environment."""
    return {
        "DJANGO_SETTINGS_MODULE": "ranham_portal.settings",
        "RANHAM_STATE_DIR": str(state),
        "DATABASE_URL": postgres.url,
        "REDIS_URL": valkey.url,
        "CACHE_URL": valkey.url,
        "SECRET_KEY": "only-for-measuring-" + "x" * 40,
        "PORTAL_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "EMAIL_URL": f"filemail:///{state}/mail",
        "RANHAM_DEMO": "1",
        "RANHAM_HTTPS": "0",
        "RANHAM_HASHED_STATIC": "0",
        "RANHAM_TRUSTED_PROXIES": "0",
    }


def web_command(port: int) -> list:
    """Return the web server's command line, as ./portal starts it."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port]
    command += ["--workers", "2", "--workers-kill-timeout", "5", "--blocking-threads", "4", "--no-ws"]
    return [*command, "--log-level", "warning", "ranham_portal.wsgi:application"]


def answers(port: int) -> bool:
    """Tell whether the web server says that all is well."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{FLOOR}", timeout=5) as response:
            return response.status == 200
    except OSError:
        return False


def settle() -> None:
    """Have PostgreSQL count what was loaded, as a server's autovacuum does by itself; a private one has none."""
    import django  # noqa: PLC0415  the settings come from the environment made above

    django.setup()
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def rows() -> str:
    """Return how many reports, aksi and judgements there are."""
    from reporting.models import Judgement, Report, ReportItem, Score  # noqa: PLC0415

    counts = ((model.__name__, model.objects.count()) for model in (Report, ReportItem, Judgement, Score))
    return ", ".join(f"{count:,} {name}" for name, count in counts)


def cookie_of(account: str) -> str:
    """Sign the demo account in and return its session cookie."""
    from django.test import Client  # noqa: PLC0415

    from accounts.models import User  # noqa: PLC0415

    client = Client()
    client.force_login(User.objects.get(email=f"{account}@{DOMAIN}"))
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def measured(port: int, options: argparse.Namespace) -> list[Asked]:
    """Ask for every page and return the times; the first answers only warm up."""
    cookies = {account: cookie_of(account) for _name, account, _path in PAGES if account}
    found = [Asked(name, cookies.get(account, ""), path) for name, account, path in PAGES]
    found.insert(2, Asked(REPEATED, *repeatable(port, found[1])))
    for page in found:
        warm_up(port, page)
        for users in (1, 8):
            page.times[users] = crowd(port, page, users, options)
    return found


def repeatable(port: int, page: Asked) -> tuple[str, str, str]:
    """Return cookie, path and ETag with which the page answers that nothing has changed."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    status, headers, _body = fetch(connection, page)
    fresh = next((value for name, value in headers if name.lower() == "set-cookie" and "csrf" in value), "")
    with_token = Asked(page.name, "; ".join(filter(None, [page.cookie, fresh.split(";")[0]])), page.path)
    status, headers, _body = fetch(connection, with_token)
    if status != 200:
        raise SystemExit(f"{page.path} answers {status}.")
    return with_token.cookie, page.path, {name.lower(): value for name, value in headers}["etag"]


def warm_up(port: int, page: Asked) -> None:
    """Ask a few times, so that every worker has seen the page; note its compressed size."""
    for _ in range(6):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        status, _headers, body = fetch(connection, page)
        connection.close()
        if status != (304 if page.etag else 200):
            raise SystemExit(f"{page.name} ({page.path}) answers {status}.")
    page.size = len(gzip.compress(body, 6))


def crowd(port: int, page: Asked, users: int, options: argparse.Namespace) -> list[float]:
    """Return the times of so many people asking for the page at once, each again and again."""
    times: list[float] = []
    end = time.monotonic() + options.seconds

    def one_person() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(options.requests):
            start = time.perf_counter()
            fetch(connection, page)
            times.append(time.perf_counter() - start)
            if time.monotonic() > end:
                break
        connection.close()

    people = [threading.Thread(target=one_person) for _ in range(users)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return times


def fetch(connection: http.client.HTTPConnection, page: Asked) -> tuple[int, list, bytes]:
    """Ask once; return status, headers and body."""
    headers = {"Cookie": page.cookie} if page.cookie else {}
    if page.etag:
        headers["If-None-Match"] = page.etag
    connection.request("GET", page.path, headers=headers)
    response = connection.getresponse()
    return response.status, response.getheaders(), response.read()


def print_table(pages: list[Asked]) -> None:
    """Print milliseconds for one and eight people, the ratio to the floor, and the compressed size."""
    floor = {users: statistics.median(times) for users, times in pages[0].times.items()}
    print("| page | 1 user: median | p95 | × floor | 8 users: median | p95 | × floor | gzip, kB |")
    print("|---|---|---|---|---|---|---|---|")
    for page in pages:
        cells = [page.name]
        for users, times in page.times.items():
            middle = statistics.median(times)
            late = sorted(times)[int(len(times) * 0.95)]
            cells += [f"{middle * 1000:.1f}", f"{late * 1000:.1f}", f"{middle / floor[users]:.1f}"]
        print(f"| {' | '.join(cells)} | {page.size / 1000:.1f} |")
    print(f"Machine load before the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")


if __name__ == "__main__":
    sys.exit(main())
