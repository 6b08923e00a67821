"""Steps of a reporting period, each through the services that people's pages call.

`by` is always an `Actor`; `scenario.actor(name)` gives one.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from actions.actors import Actor
from actions.models import EvidenceKind, ReportingPeriod
from actions.policies.periods import MOVABLE_INSTANTS
from reporting.models import Evidence, Judgement, MeasureAnswer, ReasonCode, Report, ReportItem, Submission
from reporting.services import evidence as evidence_service
from reporting.services import filling, reviewing, sending
from reporting.services.reason_codes import load_reason_codes
from tests import files

# Filling

DONE = {"execution": "carried_out", "description": "Kegiatan dilaksanakan di dua kecamatan.", "number": 48}


def answers_of(report: Report, *, aksi: int | None = None) -> list[MeasureAnswer]:
    """The answers of a report (of one aksi number, if given), in order, as services want them."""
    rows = MeasureAnswer.objects.filter(item__report=report)
    if aksi is not None:
        rows = rows.filter(item__aksi__number=aksi)
    parts = ("measure", "item__aksi", "item__report__institution", "item__report__period__plan_year__rule_set")
    return list(rows.select_related(*parts).order_by("item__aksi__number", "measure__number"))


def fill_answer(answer: MeasureAnswer, by: Actor, *, now: datetime | None = None, **values: Any) -> MeasureAnswer:
    """Fill one answer as carried out, or as `values` say, with every kind of evidence it then requires."""
    values = values or DONE
    version = MeasureAnswer.objects.get(pk=answer.pk).version
    saved = filling.save_answer(answer, values, version=version, by=by, now=now)
    kinds = [row.kind for row in answer.measure.evidence_wanted.filter(is_required=True).select_related("kind")]
    if saved.execution in MeasureAnswer.WITHOUT_RESULT:
        kinds = [EvidenceKind.objects.get(code=EvidenceKind.LETTER)]
    for kind in kinds:
        if not answer.evidence.current().filter(kind=kind).exists():
            add_evidence(answer, by, kind=kind, now=now)
    return saved


def add_evidence(
    answer: MeasureAnswer, by: Actor, *, kind: EvidenceKind, mark: str = "", now: datetime | None = None
) -> Evidence:
    """Upload a small real PDF; another `mark` makes another content."""
    upload = files.upload(files.pdf(2, mark=mark or f"{answer.pk} {kind.code}"), f"{kind.code}.pdf")
    return evidence_service.add(answer, upload, kind=kind, by=by, now=now)


def replace_evidence(evidence: Evidence, by: Actor, *, now: datetime | None = None) -> Evidence:
    """Upload another small PDF in place of one that is there."""
    upload = files.upload(files.pdf(1, mark=f"pengganti {evidence.pk}"), f"pengganti-{evidence.filename}")
    return evidence_service.replace(evidence, upload, by=by, now=now)


def fill_item(item: ReportItem, by: Actor, *, now: datetime | None = None, **values: Any) -> None:
    """Fill every answer of an aksi and its required evidence."""
    for answer in answers_of(item.report):
        if answer.item_id == item.pk:
            fill_answer(answer, by, now=now, **values)


def fill_report(report: Report, by: Actor, *, now: datetime | None = None, **values: Any) -> None:
    """Fill every answer of a report and its required evidence; `by` is its coordinator."""
    for answer in answers_of(report):
        fill_answer(answer, by, now=now, **values)


def mark_all_ready(report: Report, by: Actor, *, now: datetime | None = None) -> None:
    """Mark every aksi of a report ready that is not yet; `by` is its coordinator."""
    for item in report.items.filter(status__in=["filling", "returned"]).order_by("aksi__number"):
        filling.mark_ready(item, by=by, now=now)


# Sending


def certify_report(report: Report, by: Actor, *, now: datetime | None = None) -> Report:
    """Certify a report; `by` is its signatory."""
    sending.certify(report, by=by, now=now)
    return Report.objects.get(pk=report.pk)


def send_report(report: Report, by: Actor, *, now: datetime | None = None, acknowledged: bool = True) -> Submission:
    """Send a report as it stands, gaps and all; `by` is its coordinator."""
    return sending.submit(report, by=by, acknowledged=acknowledged, now=now)


def recall_report(report: Report, by: Actor, *, now: datetime | None = None) -> Submission:
    """Take a sent report back; `by` is its coordinator."""
    return sending.recall(report, by=by, now=now)


# Reviewing


def judge_answer(
    answer: MeasureAnswer,
    by: Actor,
    *,
    administration: str = "met",
    substance: str = "met",
    decision: str = "accept",
    note: str = "",
    now: datetime | None = None,
) -> Judgement:
    """Judge one measure; a reason is given wherever one is needed, and a note on a return."""
    load_reason_codes()
    reasons = ReasonCode.objects.filter(code="S02") if (administration, substance) != ("met", "met") else []
    note = note or ("Mohon lengkapi bukti." if decision == "return" else "")
    return reviewing.judge(
        answer,
        by=by,
        administration=administration,
        substance=substance,
        decision=decision,
        reasons=reasons,
        note=note,
        now=now,
    )


def claim_report(report: Report, by: Actor, *, now: datetime | None = None) -> Report:
    """Begin the review of a sent report."""
    reviewing.claim(report, by=by, now=now)
    return Report.objects.get(pk=report.pk)


def judge_all(
    report: Report, by: Actor, *, returned: Collection[int] = (), now: datetime | None = None, **words: str
) -> None:
    """Claim a report if need be and judge every measure that waits; aksi whose number is in `returned` come back."""
    if Report.objects.get(pk=report.pk).status == "submitted":
        reviewing.claim(report, by=by, now=now)
    latest = reviewing.standing_submission(report)
    for answer in answers_of(report):
        if answer.item.status == "sent" and (not answer.judgement or answer.judgement.submission_id != latest.pk):
            decision = "return" if answer.item.aksi.number in returned else "accept"
            judge_answer(answer, by, decision=decision, now=now, **words)


def return_report(report: Report, by: Actor, *, now: datetime | None = None) -> Report:
    """Return a report all of whose measures are judged."""
    return reviewing.return_report(report, by=by, now=now)


def verify_report(report: Report, by: Actor, *, now: datetime | None = None) -> Report:
    """Verify a report all of whose aksi are accepted."""
    return reviewing.verify(report, by=by, now=now)


def let_pass(period: ReportingPeriod, days: int) -> None:
    """Let so many days pass for a period: all its instants, and what its reporters were told, lie so far back."""
    gone = timedelta(days=days)
    ReportingPeriod.objects.filter(pk=period.pk).update(**{name: F(name) - gone for name in MOVABLE_INSTANTS})
    period.reports.exclude(correction_due_at=None).update(correction_due_at=F("correction_due_at") - gone)


def close_correction(report: Report, by: Actor, *, now: datetime | None = None) -> Report:
    """Take back a report that was not corrected in time."""
    return reviewing.close_correction(report, by=by, now=now)
