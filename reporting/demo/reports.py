"""Bring the reports of one period to their outcomes, many at a time, leaving every row that real work would leave."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery

from actions.models import EvidenceKind, Institution, Membership, ReportingPeriod
from reporting.demo import texts
from reporting.demo.outcomes import Outcome, closed_outcome, generator, open_outcome
from reporting.models import (
    Evidence,
    Judgement,
    MeasureAnswer,
    PeriodScoring,
    ReasonCode,
    Report,
    ReportEvent,
    ReportItem,
    StoredFile,
    Submission,
)
from reporting.services.freezing import content_hash, frozen_contents
from reporting.services.sending import receipt_number
from reporting.states import ItemStatus, ReportStatus

Execution, Value, Decision, Kind = MeasureAnswer.Execution, Judgement.Value, Judgement.Decision, ReportEvent.Kind
BATCH = 500
ANSWER_FIELDS = [
    "execution", "description", "number", "budget", "realisation", "obstacles", "reason", "letter_number", "version",
    "updated_at", "updated_by",
]  # fmt: skip
REPORT_FIELDS = [
    "status", "round", "is_late", "revision", "submitted_at", "submitted_by", "claimed_at", "claimed_by", "returned_at",
    "returned_by", "correction_due_at", "verified_at", "verified_by",
]  # fmt: skip
ITEM_FIELDS = ["status", "ready_at", "ready_by", "is_reopened"]


@dataclass
class Office:
    """Who acts for an institution in the demo: user ids of its coordinator and of its reviewer."""

    reporter: int
    reviewer: int
    reviewing: int


@dataclass
class Work:
    """One report on its way to its outcome, with its items and answers loaded."""

    report: Report
    outcome: Outcome
    office: Office
    random: Random
    items: list[ReportItem] = field(default_factory=list)
    answers: dict[int, list[MeasureAnswer]] = field(default_factory=dict)
    returned_item: ReportItem | None = None

    @property
    def all_answers(self) -> list[MeasureAnswer]:
        return [answer for item in self.items for answer in self.answers.get(item.pk, [])]


class PeriodFiller:
    """Fills one period. `position` counts periods from the oldest; `now` is the instant the demo is made for."""

    def __init__(self, period: ReportingPeriod, files: dict[str, StoredFile], *, position: int, now: datetime):
        self.period, self.files, self.position, self.now = period, files, position, now
        self.is_closed = period.is_closed_at(now)
        self.start = min(period.opens_at - timedelta(days=6), now - timedelta(days=3))
        self.offices = _offices()
        self.letter = EvidenceKind.objects.get(code=EvidenceKind.LETTER)
        self.reasons = list(ReasonCode.objects.order_by("code"))

    def fill(self, institutions) -> int:
        """Bring the untouched reports of `institutions` to their outcomes, in one transaction; return how many."""
        with transaction.atomic():
            rows = Report.objects.filter(period=self.period, institution__in=institutions, revision=0)
            work = [self._begin(report) for report in rows.select_related("institution", "period__plan_year")]
            if not work:
                return 0
            self._load(work)
            self._answer(work)
            self._mark(work)
            self._send(work)
            self._review(work)
            self._finish(work)
        return len(work)

    def _begin(self, report: Report) -> Work:
        code = report.institution.code
        key = self.period.key
        outcome = closed_outcome(code, key, self.position) if self.is_closed else open_outcome(code, key)
        return Work(report, outcome, _office_of(report, self.offices), generator("isi", code, key))

    def _load(self, work: list[Work]) -> None:
        by_report = {one.report.pk: one for one in work}
        items = ReportItem.objects.filter(report__in=by_report).select_related("aksi").order_by("aksi__number")
        for item in items:
            by_report[item.report_id].items.append(item)
        rows = MeasureAnswer.objects.filter(item__report__in=by_report).select_related("item", "measure")
        rows = rows.prefetch_related("measure__evidence_wanted__kind").order_by("measure__number")
        for answer in rows:
            by_report[answer.item.report_id].answers.setdefault(answer.item_id, []).append(answer)

    # What was done

    def _answer(self, work: list[Work]) -> None:
        answers, evidence = [], []
        for one in work:
            for answer in one.all_answers:
                if one.random.random() > one.outcome.progress:
                    continue
                self._write(one, answer)
                answers.append(answer)
                evidence += self._evidence(one, answer)
        _upsert(MeasureAnswer, answers, ANSWER_FIELDS)
        Evidence.objects.bulk_create(evidence, batch_size=BATCH)

    def _write(self, one: Work, answer: MeasureAnswer) -> None:
        random, draw = one.random, one.random.random()
        answer.execution = Execution.CARRIED_OUT if draw < 0.82 else Execution.PARTLY
        if draw > 0.97:
            answer.execution = Execution.NIHIL
        elif draw > 0.94:
            answer.execution = Execution.NOT_CARRIED_OUT
        if answer.execution in MeasureAnswer.WITHOUT_RESULT:
            failed = answer.execution == Execution.NOT_CARRIED_OUT
            answer.reason = random.choice(texts.FAILED_REASONS if failed else texts.NIHIL_REASONS)
            answer.letter_number = f"180/{random.randint(10, 400)}/CONTOH/{self.period.plan_year.year}"
        else:
            answer.description = texts.story(random)
            answer.obstacles = random.choice(texts.OBSTACLES)
            answer.budget = random.randint(20, 400) * 1_000_000
            answer.realisation = answer.budget * random.randint(55, 100) // 100
        if answer.measure.needs_number:
            failed = answer.execution in MeasureAnswer.WITHOUT_RESULT
            answer.number = None if failed else random.randint(5, 320)
        answer.version = 1
        answer.updated_at = self.start + timedelta(hours=random.randint(1, 60))
        answer.updated_by_id = one.office.reporter

    def _evidence(self, one: Work, answer: MeasureAnswer) -> list[Evidence]:
        random = one.random
        wanted = [row.kind for row in answer.measure.evidence_wanted.all() if row.is_required or random.random() < 0.35]
        if answer.execution in MeasureAnswer.WITHOUT_RESULT:
            wanted = [self.letter]
        rows = []
        for kind in wanted:
            if not one.outcome.is_sent and random.random() < 0.25:
                continue  # a draft still lacks some
            name = texts.file_for(kind.name, random)
            stored = self.files[name]
            rows.append(
                Evidence(
                    answer=answer,
                    kind=kind,
                    stored_file=stored,
                    filename=f"{kind.name} {one.report.institution.label}.{stored.extension}"[:200],
                    document_on=(answer.updated_at - timedelta(days=random.randint(8, 60))).date(),
                    page=1 if stored.pages else None,
                    uploaded_at=answer.updated_at,
                    uploaded_by_id=one.office.reporter,
                )
            )
        return rows

    def _mark(self, work: list[Work]) -> None:
        events = []
        for one in work:
            for item in one.items:
                answers = one.answers.get(item.pk, [])
                is_answered = all(answer.execution for answer in answers)
                if one.outcome.is_sent or (is_answered and one.random.random() < 0.5):
                    item.status = ItemStatus.READY
                    item.ready_at = self.start + timedelta(hours=61 + item.aksi.number)
                    item.ready_by_id = one.office.reporter
                    events.append(self._event(one, Kind.MARKED_READY, item.ready_at, one.office.reporter, item=item))
            if any(answer.execution for answer in one.all_answers):
                one.report.revision = 1
        ready = [item for one in work for item in one.items if item.status == ItemStatus.READY]
        _upsert(ReportItem, ready, ITEM_FIELDS)
        ReportEvent.objects.bulk_create(events, batch_size=BATCH)

    # What was sent

    def _send(self, work: list[Work]) -> None:
        sent = [one for one in work if one.outcome.is_sent]
        contents = frozen_contents([one.report.pk for one in sent])
        submissions, events = [], []
        for one in sent:
            self._choose_returned(one)
            for number in range(1, one.outcome.rounds + 1):
                content = self._content(one, contents[one.report.pk], number)
                submissions.append(self._submission(one, content, number))
                events.append(self._event(one, Kind.SUBMITTED, submissions[-1].submitted_at, one.office.reporter))
            one.report.round = one.outcome.rounds
            one.report.submitted_at = submissions[-1].submitted_at
            one.report.submitted_by_id = one.office.reporter
            one.report.is_late = one.outcome.is_late and self.is_closed
        Submission.objects.bulk_create(submissions, batch_size=BATCH)
        ReportEvent.objects.bulk_create(events, batch_size=BATCH)

    def _choose_returned(self, one: Work) -> None:
        if one.outcome.rounds > 1 or one.outcome.status == ReportStatus.RETURNED:
            one.returned_item = one.random.choice(one.items)

    def _content(self, one: Work, content: dict, number: int) -> dict:
        content = {**content, "round": number}
        if one.returned_item and number == 1 and one.outcome.rounds > 1:
            content = deepcopy(content)
            item = next(row for row in content["items"] if row["item"] == one.returned_item.pk)
            item["measures"][0]["evidence"] = item["measures"][0]["evidence"][1:]
            item["measures"][0]["description"] = "Kegiatan dilaksanakan, laporan menyusul."
        return content

    def _submission(self, one: Work, content: dict, number: int) -> Submission:
        return Submission(
            report=one.report,
            round=number,
            receipt_number=receipt_number(one.report, number),
            content=content,
            content_hash=content_hash(content),
            submitted_at=self._sent_at(one, number),
            submitted_by_id=one.office.reporter,
            is_late=one.outcome.is_late and self.is_closed and number == 1,
        )

    def _sent_at(self, one: Work, number: int) -> datetime:
        hours = int(generator("kirim", one.report.institution.code, self.period.key).random() * 70) + number
        if not self.is_closed:
            return min(self.period.opens_at + timedelta(hours=hours), self.now - timedelta(hours=3 - number))
        if number > 1:
            return self.period.review_due_at + timedelta(hours=hours // 3)
        if one.outcome.is_late and self.period.late_until_at > self.period.closes_at:
            return self.period.closes_at + timedelta(hours=hours)
        return self.period.closes_at - timedelta(hours=hours)

    # How it was judged

    def _review(self, work: list[Work]) -> None:
        reviewed = [one for one in work if one.outcome.status in JUDGED]
        rows = Submission.objects.filter(report__in=[one.report.pk for one in reviewed], recalled_at=None)
        submissions = {(row.report_id, row.round): row for row in rows.defer("content")}
        judgements, reasons, events = [], [], []
        for one in reviewed:
            first = submissions[one.report.pk, 1]
            claimed = first.submitted_at + timedelta(hours=one.random.randint(2, 30))
            claimed = min(claimed, self.now - timedelta(minutes=40))
            one.report.claimed_at, one.report.claimed_by_id = claimed, one.office.reviewer
            events.append(self._event(one, Kind.CLAIMED, claimed, one.office.reviewer, reviewing=True))
            if one.outcome.status == ReportStatus.IN_REVIEW:
                continue
            for number in range(1, one.outcome.rounds + 1):
                found = self._judge_round(one, submissions[one.report.pk, number], number, claimed)
                judgements += found
            events += self._decisions(one, claimed)
        Judgement.objects.bulk_create(judgements, batch_size=BATCH)
        for judgement in judgements:
            reasons += self._reasons(judgement)
        Judgement.reasons.through.objects.bulk_create(reasons, batch_size=BATCH)
        ReportEvent.objects.bulk_create(events, batch_size=BATCH)

    def _judge_round(self, one: Work, submission: Submission, number: int, claimed: datetime) -> list[Judgement]:
        rows = []
        for item in one.items:
            is_returned = one.returned_item is not None and item.pk == one.returned_item.pk
            if number > 1 and not is_returned:
                continue
            for index, answer in enumerate(one.answers.get(item.pk, [])):
                returns = is_returned and index == 0 and number == 1
                rows.append(self._judgement(one, answer, submission, claimed, returns=returns, number=number))
        return rows

    def _judgement(
        self, one: Work, answer: MeasureAnswer, submission: Submission, claimed: datetime, *, returns: bool, number: int
    ) -> Judgement:
        values = [self._value(one, tilt) for tilt in (0.06, -0.02)]
        if returns:
            values = [Value.NOT_MET, Value.PARTLY]
        if answer.execution == Execution.NOT_CARRIED_OUT:
            values[1] = Value.NOT_MET
        if not answer.execution:
            values = [Value.NOT_MET, Value.NOT_MET]
        note = one.random.choice(texts.RETURN_NOTES) if returns else ""
        if not returns and Value.PARTLY in values and one.random.random() < 0.5:
            is_substance = values[1] == Value.PARTLY
            note = one.random.choice(
                texts.PARTLY_SUBSTANCE_NOTES if is_substance else texts.PARTLY_ADMINISTRATION_NOTES
            )
        at = max(submission.submitted_at, claimed) + timedelta(minutes=one.random.randint(5, 600))
        return Judgement(
            answer=answer,
            submission=submission,
            execution=answer.execution,
            administration=values[0],
            substance=values[1],
            decision=Decision.RETURN if returns else Decision.ACCEPT,
            note=note,
            judged_at=min(at, self.now),
            judged_by_id=one.office.reviewer,
            office_id=one.office.reviewing,
        )

    def _value(self, one: Work, tilt: float) -> str:
        draw = one.random.random()
        if draw < one.outcome.quality + tilt:
            return Value.MET
        return Value.PARTLY if draw < one.outcome.quality + tilt + 0.18 else Value.NOT_MET

    def _reasons(self, judgement: Judgement) -> list:
        """A reason for each aspect that is not fully met, some far more often than others."""
        aspects = {"administration": judgement.administration, "substance": judgement.substance}
        rows = []
        for position, aspect in enumerate(name for name, value in aspects.items() if value != Value.MET):
            codes = [code for code in self.reasons if code.aspect == aspect]
            if codes:
                draw = judgement.answer_id + position
                chosen = codes[draw * 7 % len(codes) // (1 + draw % 2)]
                rows.append(Judgement.reasons.through(judgement=judgement, reasoncode=chosen))
        return rows

    def _decisions(self, one: Work, claimed: datetime) -> list[ReportEvent]:
        report, reviewer = one.report, one.office.reviewer
        events = []
        if one.returned_item:
            at = min(claimed + timedelta(hours=11), self.now)
            report.returned_at, report.returned_by_id = at, reviewer
            report.correction_due_at = self.period.correction_until_at
            events.append(
                self._event(
                    one,
                    Kind.ITEM_RETURNED,
                    at,
                    reviewer,
                    reviewing=True,
                    item=one.returned_item,
                    note=texts.RETURN_NOTES[0],
                )  # fmt: skip
            )
            events.append(self._event(one, Kind.RETURNED, at, reviewer, reviewing=True))
        if one.outcome.status == ReportStatus.VERIFIED:
            at = min(max(claimed, report.submitted_at) + timedelta(hours=12), self.now)
            report.verified_at, report.verified_by_id = at, reviewer
            events.append(self._event(one, Kind.VERIFIED, at, reviewer, reviewing=True))
        return events

    def _event(
        self, one: Work, kind: str, at: datetime, by: int, *, reviewing: bool = False, item=None, note: str = ""
    ) -> ReportEvent:
        office = one.office.reviewing if reviewing else one.report.institution_id
        origin, target = MOVED[kind]
        return ReportEvent(
            report=one.report, item=item, kind=kind, from_status=origin, to_status=target, at=at, by_id=by,
            office_id=office, note=note,
        )  # fmt: skip

    def _finish(self, work: list[Work]) -> None:
        for one in work:
            one.report.status = one.outcome.status
            one.report.revision = max(one.report.revision, 1)
            for item in one.items:
                self._settle(one, item)
        _upsert(Report, [one.report for one in work], REPORT_FIELDS)
        _upsert(ReportItem, [item for one in work for item in one.items], ITEM_FIELDS)
        newest = Judgement.objects.filter(answer=OuterRef("pk")).order_by().values("answer")
        newest = newest.annotate(newest=Max("pk")).values("newest")
        reports = [one.report.pk for one in work if one.outcome.status in JUDGED]
        MeasureAnswer.objects.filter(item__report__in=reports).update(judgement=Subquery(newest))
        PeriodScoring.objects.request(self.period.pk)

    def _settle(self, one: Work, item: ReportItem) -> None:
        returned = one.returned_item is not None and item.pk == one.returned_item.pk
        if one.outcome.status == ReportStatus.VERIFIED:
            item.status = ItemStatus.ACCEPTED
        elif one.outcome.status == ReportStatus.RETURNED:
            item.status = ItemStatus.RETURNED if returned else ItemStatus.ACCEPTED
            item.is_reopened = returned
            item.ready_at = item.ready_by = None
        elif one.outcome.is_sent:
            item.status = ItemStatus.SENT


JUDGED = frozenset({ReportStatus.VERIFIED, ReportStatus.RETURNED, ReportStatus.IN_REVIEW})
MOVED = {
    Kind.MARKED_READY: (ItemStatus.FILLING, ItemStatus.READY),
    Kind.SUBMITTED: (ReportStatus.DRAFT, ReportStatus.SUBMITTED),
    Kind.CLAIMED: (ReportStatus.SUBMITTED, ReportStatus.IN_REVIEW),
    Kind.ITEM_RETURNED: (ItemStatus.SENT, ItemStatus.RETURNED),
    Kind.RETURNED: (ReportStatus.IN_REVIEW, ReportStatus.RETURNED),
    Kind.VERIFIED: (ReportStatus.IN_REVIEW, ReportStatus.VERIFIED),
}


def _upsert(model, rows: list, fields: list[str]) -> None:
    """Write `fields` of existing rows in a few statements, on both databases."""
    if rows:
        model.objects.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
        )


def _offices() -> dict[int, int]:
    """The first coordinator or officer of every institution, by institution id."""
    roles = [Membership.Role.COORDINATOR, Membership.Role.KANWIL_OFFICER]
    rows = Membership.objects.filter(role__in=roles).order_by("-pk")
    return dict(rows.values_list("institution_id", "user_id"))


def _office_of(report: Report, offices: dict[int, int]) -> Office:
    reporter = offices[report.institution_id]
    if report.kanwil_id:
        return Office(reporter, offices[report.kanwil_id], report.kanwil_id)
    verifier = _central_verifier(report.institution)
    return Office(reporter, verifier.user_id, verifier.institution_id)


def _central_verifier(institution: Institution) -> Membership:
    rows = Membership.objects.filter(role=Membership.Role.CENTRAL_VERIFIER)
    return rows.filter(institution__houses_secretariat=not institution.houses_secretariat).order_by("pk").first()
