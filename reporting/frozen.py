"""Reads the frozen content of a submission, whose shape `reporting.services.sending` documents; no queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class FrozenEvidence:
    """One file as it was sent. `evidence` is the id of the `Evidence` row, `size` in bytes."""

    evidence: int
    kind: str
    filename: str
    sha256: str
    size: int
    content_type: str
    document_on: date | None
    page: int | None
    version: int

    @property
    def extension(self) -> str:
        """The kind of file in capitals, such as "PDF"."""
        return self.filename.rpartition(".")[2][:5].upper()


@dataclass(frozen=True)
class FrozenMeasure:
    """The answer to one measure as it was sent; an empty `execution` means that it was not reported."""

    execution: str = ""
    description: str = ""
    number: int | None = None
    budget: int | None = None
    realisation: int | None = None
    obstacles: str = ""
    reason: str = ""
    letter_number: str = ""
    evidence: tuple[FrozenEvidence, ...] = ()

    @property
    def is_reported(self) -> bool:
        return bool(self.execution)


NOT_REPORTED = FrozenMeasure()
"""What stands for a measure that a submission does not know, such as one added after it was sent."""

_FIELDS = ("execution", "description", "number", "budget", "realisation", "obstacles", "reason", "letter_number")


def frozen_measures(content: Mapping) -> dict[int, FrozenMeasure]:
    """Return the answers of a submission's content by the id of their `MeasureAnswer`."""
    return {
        measure["answer"]: FrozenMeasure(
            **{name: measure[name] for name in _FIELDS},
            evidence=tuple(_evidence(row) for row in measure["evidence"]),
        )
        for item in content["items"]
        for measure in item["measures"]
    }


def _evidence(row: Mapping) -> FrozenEvidence:
    return FrozenEvidence(
        evidence=row["evidence"],
        kind=row["kind"],
        filename=row["filename"],
        sha256=row["sha256"],
        size=row["size"],
        content_type=row["content_type"],
        document_on=date.fromisoformat(row["document_on"]) if row["document_on"] else None,
        page=row["page"],
        version=row["version"],
    )
