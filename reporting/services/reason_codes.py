"""Load the reason codes that reviewers pick from; the secretariat may retire one, loading never brings it back."""

import csv
from pathlib import Path

from django.db import transaction

from reporting.models import ReasonCode

REASON_CODES = Path(__file__).resolve().parent.parent / "data" / "reason_codes.csv"


def load_reason_codes(path: Path = REASON_CODES) -> int:
    """Create or update the reason codes of a CSV file (code, aspect, text, advice); return how many it names.

    Safe to run twice. A code that the file no longer names stays: judgements point at it.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with transaction.atomic():
        for row in rows:
            fields = {name: row[name] for name in ("aspect", "text", "advice")}
            ReasonCode.objects.update_or_create(code=row["code"], defaults=fields)
    return len(rows)
