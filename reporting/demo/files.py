"""The sample evidence files of the demo, stored like any upload: once per content, named by SHA-256."""

from datetime import datetime
from pathlib import Path

from reporting.models import StoredFile
from reporting.services.evidence import store

FOLDER = Path(__file__).resolve().parent / "files"


def ensure_files(now: datetime) -> dict[str, StoredFile]:
    """Store every sample file that is not stored yet; return them by file name."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        with path.open("rb") as file:
            found[path.name] = store(file, path.name, now=now)
    return found
