"""Putting a file on disk so that it is still there after a power cut; callers name it in the database afterwards."""

import os
from pathlib import Path


def flush_file(path: Path) -> None:
    """Return once the content of a file is on disk."""
    _flush(path)


def flush_folder(folder: Path) -> None:
    """Return once the names in a folder are on disk."""
    _flush(folder)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
