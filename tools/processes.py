"""Start processes that cannot outlive us, and stop them with their children."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def start(
    command: list, *, log=None, environment=None, user=None, last_signal=signal.SIGTERM, **options
) -> subprocess.Popen:
    """Start `command` as the leader of a group of its own and tie its life to ours, even after a kill -9.

    `user` is a pwd entry to run as. Call from the main thread: the death signal follows the calling thread.
    """
    owner = os.getpid()

    def tie_to_owner() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)  # sh starts background jobs with INT ignored
        LIBC.prctl(PR_SET_PDEATHSIG, last_signal)
        if os.getppid() != owner:
            os._exit(1)

    if user is not None:
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return subprocess.Popen(
        [str(part) for part in command],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log is not None else None,
        start_new_session=True,
        preexec_fn=tie_to_owner,
        **options,
    )


def stop(process: subprocess.Popen, *, with_signal=signal.SIGTERM, patience: float = 10) -> None:
    """Ask the process to end, wait `patience` seconds, then end whatever is left of its group."""
    if process.poll() is None:
        process.send_signal(with_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def wait_until(condition, *, process: subprocess.Popen, what: str, log: Path, seconds: float = 30) -> None:
    """Wait for `condition()`. Raises RuntimeError with the end of the log if that never comes."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        if condition():
            return
        time.sleep(0.05)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
    raise RuntimeError(f"{what} did not start (log: {log}).\n{tail}")


def find_program(name: str, *folders: Path) -> Path | None:
    """Return the first program of this name in `folders`, then on PATH."""
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    found = shutil.which(name)
    return Path(found) if found else None
