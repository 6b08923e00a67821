"""Correction by Ditjen HAM: a verified measure judged anew with a reason; the first judgement stays on record."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import User
from actions.actors import Actor
from actions.policies.errors import refuse
from reporting.models import Judgement, MeasureAnswer, ReasonCode, Report, ReportEvent
from reporting.policies.correcting import (
    obstacles_to_correcting,
    obstacles_to_explanation,
    obstacles_to_superseding,
    obstacles_without_change,
)
from reporting.policies.reviewing import fixed_words, obstacles_without_reason
from reporting.services.moves import locked_report, write_event
from reporting.services.rejudging import locked_answer_of, record_judgement
from reporting.services.rejudging_messages import reviewers_of, tell_people
from reporting.services.review_messages import people_of
from reporting.summaries.completeness import rules_of
from reporting.summaries.desk import score_of


def correct(
    answer: MeasureAnswer,
    *,
    by: Actor,
    administration: str,
    substance: str,
    reasons: Iterable[ReasonCode] = (),
    note: str,
    basis_id: int | None = None,
    now: datetime | None = None,
) -> Judgement:
    """Put a new judgement in force and return it; tells the government and the office that reviewed. Raises NotAllowed.

    The aspects are `Judgement.Value` words, `note` the reason. `basis_id` is the judgement that the corrector looked
    at: with another one in force nothing changes.
    """
    now, reasons, note = now or timezone.now(), list(reasons), note.strip()
    with transaction.atomic():
        report = locked_report(answer.item.report_id)
        answer = locked_answer_of(report, answer.pk)
        refuse(obstacles_to_correcting(report, answer, by, now))
        former = answer.judgement
        words = fixed_words(former.execution, administration, substance)
        refuse(
            obstacles_to_superseding(former, basis_id)
            or obstacles_without_change(former, **words)
            or obstacles_without_reason(execution=former.execution, **words, reasons=reasons)
            or obstacles_to_explanation(note)
        )
        judgement = record_judgement(
            report, answer, kind=Judgement.Kind.CORRECTION, words=words, reasons=reasons, note=note, by=by, now=now
        )
        text = change_in_words(report, answer, former, judgement)
        write_event(report, ReportEvent.Kind.CORRECTED, by=by, at=now, note=f"{text} {note}", item=answer.item)
        _tell(report, answer, judgement, text, now)
    return judgement


def change_in_words(report: Report, answer: MeasureAnswer, former: Judgement, judgement: Judgement) -> str:
    """Return what a new judgement changed, such as "Ukuran 1: nilai 100,00 menjadi 65,00."."""
    rules = rules_of(report.period.plan_year.rule_set)
    return _("Ukuran %(number)s: nilai %(before)s menjadi %(after)s.") % {
        "number": answer.measure.number,
        "before": formats.score(score_of(rules, former), rules.cutoffs),
        "after": formats.score(score_of(rules, judgement), rules.cutoffs),
    }


def _tell(report: Report, answer: MeasureAnswer, judgement: Judgement, text: str, now: datetime) -> None:
    title = _("Ditjen HAM mengoreksi putusan Aksi %(aksi)s, %(name)s, %(period)s") % {
        "aksi": answer.item.aksi.number,
        "name": report.institution.name,
        "period": report.period,
    }
    body = _("%(change)s\n\nAlasan: %(note)s\n\nPutusan pertama tetap tercatat.") % {
        "change": text,
        "note": judgement.note,
    }
    shared = {"subject": f"corrected:{judgement.pk}", "kind": "judgement_corrected", "title": title, "body": body}
    reporters = people_of(report, now)
    tell_people(reporters, **shared, path=report.get_absolute_url(), now=now)
    desk = reverse("review-measure", args=[report.pk, answer.pk])
    tell_people(_others(reviewers_of(report, now), judgement.judged_by, reporters), **shared, path=desk, now=now)


def _others(people: list[User], author: User, told: list[User]) -> list[User]:
    known = {author.pk, *(user.pk for user in told)}
    return [user for user in people if user.pk not in known]
