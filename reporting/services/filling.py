"""Filling an answer, marking an aksi ready and taking that back."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from actions.actors import Actor
from actions.policies.errors import refuse
from reporting.models import MeasureAnswer, ReportEvent, ReportItem
from reporting.policies.filling import (
    acting_party,
    obstacles_to_filling,
    obstacles_to_marking_ready,
    obstacles_to_taking_back,
)
from reporting.services.moves import locked_report, move_item
from reporting.states import ItemStatus
from reporting.summaries.completeness import report_completeness

FIELDS = (
    "execution",
    "description",
    "number",
    "budget",
    "realisation",
    "obstacles",
    "reason",
    "letter_number",
)


class ChangedMeanwhile(Exception):
    """Somebody saved this answer after the page was opened; `answer` is what stands now. Nothing was overwritten."""

    def __init__(self, answer: MeasureAnswer):
        super().__init__(str(answer.pk))
        self.answer = answer


def fingerprint(values: Mapping[str, Any]) -> str:
    """Return a short mark of an answer's fields: the page carries it to tell what its reader left untouched."""
    text = json.dumps([values.get(name) for name in FIELDS], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def values_of(answer: MeasureAnswer) -> dict[str, Any]:
    """Return the fields of an answer that people fill."""
    return {name: getattr(answer, name) for name in FIELDS}


def save_answer(
    answer: MeasureAnswer, values: Mapping[str, Any], *, version: int, by: Actor, now: datetime | None = None
) -> MeasureAnswer:
    """Store `values` (some or all of the fields) if the answer is still at `version`; return the answer as it stands.

    Storing what stands already changes nothing. Raises NotAllowed, and ChangedMeanwhile when another person has
    saved something else since.
    """
    now = now or timezone.now()
    with transaction.atomic():
        saved = locked_answer(answer, by=by, now=now)
        if all(getattr(saved, name) == value for name, value in values.items()):
            return saved
        if saved.version != version:
            raise ChangedMeanwhile(saved)
        for name, value in values.items():
            setattr(saved, name, value)
        saved.version += 1
        saved.updated_at, saved.updated_by = now, by.user
        saved.save(update_fields=[*values, "version", "updated_at", "updated_by"])
    return saved


def locked_answer(answer: MeasureAnswer, *, by: Actor, now: datetime) -> MeasureAnswer:
    """Return the answer under the lock of its report, free to be edited by `by`. Raises NotAllowed.

    Runs inside the caller's transaction. Always the report first: two people can then not wait for each other.
    """
    item = _locked_item(answer.item)
    refuse(obstacles_to_filling(item, by, now))
    rows = MeasureAnswer.objects.select_for_update(of=("self",)).select_related("measure", "updated_by")
    saved = rows.get(pk=answer.pk)
    saved.item = item
    return saved


def mark_ready(item: ReportItem, *, by: Actor, now: datetime | None = None) -> None:
    """Say that `item` is complete and ready for the coordinator. Raises NotAllowed, naming what is missing."""
    now = now or timezone.now()
    with transaction.atomic():
        item = _locked_item(item)
        found = report_completeness(item.report, items=[item]).items[0]
        refuse(obstacles_to_marking_ready(item, by, now, found.gaps, units=found.units))
        move_item(
            item,
            ItemStatus.READY,
            party=acting_party(item, by, found.units),
            by=by,
            at=now,
            kind=ReportEvent.Kind.MARKED_READY,
            ready_at=now,
            ready_by=by.user,
            opd_note="",
        )


def take_back(item: ReportItem, *, by: Actor, now: datetime | None = None) -> None:
    """Open an aksi that was marked ready for editing again. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        item = _locked_item(item)
        refuse(obstacles_to_taking_back(item, by, now))
        move_item(
            item,
            item.base_status,
            party=acting_party(item, by),
            by=by,
            at=now,
            kind=ReportEvent.Kind.REOPENED,
            ready_at=None,
            ready_by=None,
        )


def _locked_item(item: ReportItem) -> ReportItem:
    report = locked_report(item.report_id)
    locked = ReportItem.objects.select_related("aksi").get(pk=item.pk)
    locked.report = report
    return locked
