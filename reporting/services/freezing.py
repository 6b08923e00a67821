"""The frozen content of a sending: what reviewers read, hashed so that a receipt can prove it.

`Submission.content` looks like this, sorted by numbers and without a single timestamp:

    {"institution": "53.07", "name": "Kabupaten Sikka", "period": "2026-B09", "round": 1, "items": [
      {"item": 1, "aksi": 1, "title": "...", "status": "ready", "measures": [
        {"answer": 1, "measure": 1, "text": "...", "execution": "carried_out", "description": "...",
         "number": null, "budget": 1500, "realisation": 1500, "obstacles": "", "reason": "", "letter_number": "",
         "evidence": [{"evidence": 1, "kind": "Notulen", "filename": "notulen.pdf", "sha256": "...", "size": 1024,
           "content_type": "application/pdf", "document_on": "2026-09-01", "page": 2, "version": 1}]}]}]}

`item`, `answer` and `evidence` are primary keys, `aksi` and `measure` numbers; `status` is the item's status just
before it was sent; money is whole rupiah, sizes are bytes; an empty `execution` means not reported.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from reporting.models import Evidence, MeasureAnswer, Report

COPIED = (
    "execution",
    "description",
    "number",
    "budget",
    "realisation",
    "obstacles",
    "reason",
    "letter_number",
)


def frozen_content(
    report: Report,
    answers: Sequence[MeasureAnswer] | None = None,
    evidence: Mapping[int, Sequence[Evidence]] | None = None,
) -> dict:
    """Return the content of the next sending of `report`; see the module for its shape.

    Load `report` with `institution` and `period__plan_year`. `answers` of the whole report may be handed in with
    `item__aksi` and `measure` loaded; one query then remains, for the evidence, unless the present files of each
    answer (by its id, with `kind` and `stored_file`) are handed in too.
    """
    if answers is None:
        answers = _answers([report.pk])
    return _content(report, answers, _evidence([report.pk]) if evidence is None else evidence)


def frozen_contents(report_ids: Iterable[int]) -> dict[int, dict]:
    """Return `frozen_content` of many reports by id, in three queries; `round` is that of the next sending."""
    ids = list(report_ids)
    answers = defaultdict(list)
    for answer in _answers(ids):
        answers[answer.item.report_id].append(answer)
    evidence = _evidence(ids)
    reports = Report.objects.filter(pk__in=ids).select_related("institution", "period__plan_year")
    return {report.pk: _content(report, answers[report.pk], evidence) for report in reports}


def canonical_json(content: dict) -> str:
    """Return the one spelling of `content` that is hashed: sorted keys, no spaces, UTF-8 as it is."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def content_hash(content: dict) -> str:
    """Return the SHA-256 of the canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _answers(report_ids: list[int]) -> list[MeasureAnswer]:
    rows = MeasureAnswer.objects.filter(item__report__in=report_ids)
    return list(rows.select_related("item__aksi", "measure").order_by())


def _evidence(report_ids: list[int]) -> dict[int, list[Evidence]]:
    found = defaultdict(list)
    rows = Evidence.objects.current().filter(answer__item__report__in=report_ids)
    for row in rows.select_related("kind", "stored_file").order_by():
        found[row.answer_id].append(row)
    return found


def _content(report: Report, answers: Sequence[MeasureAnswer], evidence: Mapping[int, Sequence[Evidence]]) -> dict:
    # Sorted here and not in SQL: the order must not depend on the collation of a database.
    ordered = sorted(answers, key=lambda row: (row.item.aksi.number, row.item_id, row.measure.number))
    return {
        "institution": report.institution.code,
        "name": report.institution.name,
        "period": report.period.key,
        "round": report.round + 1,
        "items": [_item(list(rows), evidence) for _pk, rows in groupby(ordered, key=lambda row: row.item_id)],
    }


def _item(answers: list[MeasureAnswer], evidence: Mapping[int, Sequence[Evidence]]) -> dict:
    item = answers[0].item
    return {
        "item": item.pk,
        "aksi": item.aksi.number,
        "title": item.aksi.title,
        "status": str(item.status),
        "measures": [_measure(answer, evidence.get(answer.pk, [])) for answer in answers],
    }


def _measure(answer: MeasureAnswer, evidence: Sequence[Evidence]) -> dict:
    ordered = sorted(evidence, key=lambda row: (row.kind.name, row.filename, row.pk))
    return {
        "answer": answer.pk,
        "measure": answer.measure.number,
        "text": answer.measure.text,
        **{name: getattr(answer, name) for name in COPIED},
        "evidence": [_file(row) for row in ordered],
    }


def _file(row: Evidence) -> dict:
    return {
        "evidence": row.pk,
        "kind": row.kind.name,
        "filename": row.filename,
        "sha256": row.stored_file.sha256,
        "size": row.stored_file.size,
        "content_type": row.stored_file.content_type,
        "document_on": row.document_on.isoformat() if row.document_on else None,
        "page": row.page,
        "version": row.version,
    }
