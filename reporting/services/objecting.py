"""Sanggah: writing, filing and deciding objections. Nothing that was sent or judged is changed by any of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.policies.errors import refuse
from reporting.models import (
    Judgement,
    MeasureAnswer,
    Objection,
    ObjectionFile,
    ReasonCode,
    Report,
    ReportEvent,
)
from reporting.policies.correcting import obstacles_to_explanation, obstacles_to_superseding
from reporting.policies.objecting import (
    obstacles_to_deciding,
    obstacles_to_objecting,
    obstacles_to_objecting_to,
)
from reporting.policies.reviewing import fixed_words, obstacles_without_reason
from reporting.scoring import measure_score
from reporting.services.correcting import change_in_words
from reporting.services.evidence import clean_name, store
from reporting.services.moves import locked_report, write_event
from reporting.services.rejudging import judge_ids_of, locked_answer_of, record_judgement
from reporting.services.rejudging_messages import reviewers_of, tell_people
from reporting.services.review_messages import people_of
from reporting.summaries.completeness import rules_of
from reporting.summaries.desk import score_of

MOST_FILES = 5
Kind, Outcome = ReportEvent.Kind, Objection.Outcome


def save_draft(
    answer: MeasureAnswer,
    *,
    by: Actor,
    administration: str,
    substance: str,
    reason: str,
    upload: UploadedFile | None = None,
    now: datetime | None = None,
) -> Objection:
    """Write or rewrite the objection to one measure, not yet filed; a file is added to those that are there.

    The aspects are the `Judgement.Value` words asked for. Raises NotAllowed, and Refused for a file not taken.
    """
    now, reason = now or timezone.now(), reason.strip()
    refuse(obstacles_to_objecting(answer.item.report, by, now))
    stored = store(upload.file, upload.name, now=now) if upload else None
    with transaction.atomic():
        report = locked_report(answer.item.report_id)
        answer = locked_answer_of(report, answer.pk)
        objection = Objection.objects.filter(answer=answer).first()
        refuse(obstacles_to_objecting(report, by, now) or obstacles_to_objecting_to(report, answer, objection))
        words = fixed_words(answer.judgement.execution, administration, substance)
        refuse(_not_higher(report, answer.judgement, words) or obstacles_to_explanation(reason))
        values = {"disputed": answer.judgement, **words, "reason": reason, "drafted_at": now, "drafted_by": by.user}
        objection, _created = Objection.objects.update_or_create(answer=answer, defaults=values)
        if stored is not None and not objection.files.filter(stored_file=stored).exists():
            refuse(_too_many_files(objection))
            ObjectionFile.objects.create(
                objection=objection,
                stored_file=stored,
                filename=clean_name(upload.name, stored.extension),
                uploaded_at=now,
                uploaded_by=by.user,
            )
    return objection


def discard(objection: Objection, *, by: Actor, now: datetime | None = None) -> None:
    """Throw away an objection that was not filed. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        _open_draft(objection, by, now).delete()


def remove_file(file: ObjectionFile, *, by: Actor, now: datetime | None = None) -> None:
    """Take a file off an objection that was not filed. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        _open_draft(file.objection, by, now)
        ObjectionFile.objects.filter(pk=file.pk).delete()


def file_objections(report: Report, *, by: Actor, now: datetime | None = None) -> list[Objection]:
    """File every objection written for `report` and tell its reviewers. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        report = locked_report(report.pk)
        refuse(obstacles_to_objecting(report, by, now))
        rows = Objection.objects.filter(answer__item__report=report.pk, filed_at__isnull=True)
        drafts = list(rows.select_related("answer__judgement", "answer__measure", "answer__item__aksi"))
        drafts.sort(key=lambda row: (row.answer.item.aksi.number, row.answer.measure.number))
        refuse(_nothing_written(drafts) or _judged_anew(drafts))
        for draft in drafts:
            draft.filed_at, draft.filed_by = now, by.user
            draft.save(update_fields=["filed_at", "filed_by"])
        note = "\n".join(f"{place_of(draft)}: {draft.reason}" for draft in drafts)
        write_event(report, Kind.OBJECTED, by=by, at=now, note=note)
        _tell_filed(report, drafts, note, now)
    return drafts


def decide(
    objection: Objection,
    *,
    by: Actor,
    administration: str,
    substance: str,
    reasons: Iterable[ReasonCode] = (),
    note: str,
    basis_id: int | None = None,
    now: datetime | None = None,
) -> Objection:
    """Decide an objection: other words than those in force become a new judgement, the same words uphold it.

    `note` is the reason; `basis_id` the judgement that the officer looked at. Raises NotAllowed.
    """
    now, reasons, note = now or timezone.now(), list(reasons), note.strip()
    with transaction.atomic():
        report = locked_report(objection.answer.item.report_id)
        objection = Objection.objects.get(pk=objection.pk)
        answer = locked_answer_of(report, objection.answer_id)
        refuse(obstacles_to_deciding(objection, report, by, now, judge_ids=judge_ids_of(answer.pk)))
        former = answer.judgement
        words = fixed_words(former.execution, administration, substance)
        refuse(
            obstacles_to_superseding(former, basis_id)
            or obstacles_without_reason(execution=former.execution, **words, reasons=reasons)
            or obstacles_to_explanation(note)
            or obstacles_to_lowering(report, former, words)
        )
        objection.outcome = Outcome.UPHELD
        if words != {"administration": former.administration, "substance": former.substance}:
            objection.outcome = Outcome.CHANGED
            objection.judgement = record_judgement(
                report, answer, kind=Judgement.Kind.OBJECTION, words=words, reasons=reasons, note=note, by=by, now=now
            )
        objection.decision_note, objection.office = note, by.institution
        objection.decided_at, objection.decided_by = now, by.user
        objection.save()
        _note_decision(report, answer, former, objection, by, now)
    return objection


def obstacles_to_lowering(report: Report, former: Judgement, words: Mapping[str, str]) -> list[str]:
    """Why a decision cannot make it worse: whoever objects risks nothing; a correction is another act."""
    if _score_as(report, former, words) >= score_of(rules_of(report.period.plan_year.rule_set), former):
        return []
    return [_("Putusan sanggahan tidak menurunkan nilai. Untuk itu Ditjen HAM memakai koreksi.")]


def place_of(objection: Objection) -> str:
    """Return which measure is disputed, such as "Aksi 1, ukuran 2"."""
    return _("Aksi %(aksi)s, ukuran %(measure)s") % {
        "aksi": objection.answer.item.aksi.number,
        "measure": objection.answer.measure.number,
    }


def _score_as(report: Report, former: Judgement, words: Mapping[str, str]):
    return measure_score(rules_of(report.period.plan_year.rule_set), execution=former.execution, **words)


def _not_higher(report: Report, former: Judgement, words: Mapping[str, str]) -> list[str]:
    rules = rules_of(report.period.plan_year.rule_set)
    now_worth = score_of(rules, former)
    if _score_as(report, former, words) > now_worth:
        return []
    return [
        _("Penilaian yang Anda minta tidak lebih tinggi daripada yang berlaku (%(score)s).")
        % {"score": formats.score(now_worth, rules.cutoffs)}
    ]


def _too_many_files(objection: Objection) -> list[str]:
    if objection.files.count() < MOST_FILES:
        return []
    return [_("Paling banyak %(most)s berkas untuk satu sanggahan.") % {"most": MOST_FILES}]


def _open_draft(objection: Objection, by: Actor, now: datetime) -> Objection:
    report = locked_report(objection.answer.item.report_id)
    refuse(obstacles_to_objecting(report, by, now))
    found = Objection.objects.filter(pk=objection.pk, filed_at__isnull=True).first()
    if found is None:
        refuse([_("Sanggahan ini sudah diajukan atau dihapus.")])
    return found


def _nothing_written(drafts: list[Objection]) -> list[str]:
    return [] if drafts else [_("Tidak ada sanggahan yang menunggu diajukan. Pilih ukuran yang disanggah dulu.")]


def _judged_anew(drafts: list[Objection]) -> list[str]:
    return [
        _("Putusan %(place)s berubah setelah sanggahannya ditulis. Baca putusan itu, lalu simpan lagi atau hapus.")
        % {"place": place_of(draft)}
        for draft in drafts
        if draft.disputed_id != draft.answer.judgement_id
    ]


def _tell_filed(report: Report, drafts: list[Objection], note: str, now: datetime) -> None:
    title = _("%(name)s menyanggah %(count)s putusan, %(period)s") % {
        "name": report.institution.name,
        "count": len(drafts),
        "period": report.period,
    }
    tell_people(
        reviewers_of(report, now),
        subject=f"objected:{drafts[0].pk}",
        kind="objection_filed",
        title=title,
        body=note,
        path=reverse("objection-queue"),
        now=now,
    )


def _note_decision(
    report: Report, answer: MeasureAnswer, former: Judgement, objection: Objection, by: Actor, now: datetime
) -> None:
    if objection.outcome == Outcome.CHANGED:
        text = change_in_words(report, answer, former, objection.judgement)
    else:
        text = _("Ukuran %(number)s: putusan dipertahankan.") % {"number": answer.measure.number}
    write_event(
        report, Kind.OBJECTION_DECIDED, by=by, at=now, note=f"{text} {objection.decision_note}", item=answer.item
    )
    title = _("Sanggahan atas Aksi %(aksi)s, ukuran %(measure)s sudah diputus") % {
        "aksi": answer.item.aksi.number,
        "measure": answer.measure.number,
    }
    body = _("%(change)s\n\nAlasan: %(note)s") % {"change": text, "note": objection.decision_note}
    tell_people(
        people_of(report, now),
        subject=f"objection-decided:{objection.pk}",
        kind="objection_decided",
        title=title,
        body=body,
        path=reverse("objection-list", args=[report.pk]),
        now=now,
    )
