"""Show in the terminal how far a child has come, from lines `PROGRESS done total label` in its log."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

WIDTH = 30


def follow_progress(child: subprocess.Popen, log: Path, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Draw a bar until the child ends: one moving line in a terminal, a line every tenth elsewhere.

    `meanwhile` is called a few times a second.
    """
    shown = -1
    with log.open(errors="replace") as lines:
        while True:
            ended = child.poll() is not None
            for line in lines:
                done, total, label = parse(line)
                step = done * 100 // total if sys.stdout.isatty() else done * 10 // total
                if total > 1 and step != shown:
                    shown = step
                    draw(done, total, label)
            if ended:
                break
            meanwhile()
            time.sleep(0.2)
    if sys.stdout.isatty() and shown >= 0:
        print()


def parse(line: str) -> tuple[int, int, str]:
    """Return done, total and label of a progress line; 0 of 1 for any other line."""
    parts = line.split(maxsplit=3)
    if len(parts) < 3 or parts[0] != "PROGRESS" or not (parts[1].isdigit() and parts[2].isdigit()):
        return 0, 1, ""
    return int(parts[1]), max(int(parts[2]), 1), parts[3].strip() if len(parts) == 4 else ""


def draw(done: int, total: int, label: str) -> None:
    """Print the bar."""
    filled = WIDTH * done // total
    bar = "█" * filled + "░" * (WIDTH - filled)
    text = f"Memuat data contoh {bar} {done * 100 // total:3d} % {label[:40]:40}"
    print(f"\r{text}" if sys.stdout.isatty() else text.rstrip(), end="" if sys.stdout.isatty() else "\n")
    sys.stdout.flush()
