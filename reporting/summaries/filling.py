"""What stands beside the fields of an aksi: last period's answers, and why this measure usually comes back."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, F

from reporting.models import Judgement, MeasureAnswer, ReasonCode, ReportItem

SHOWN_REASONS = 2
REASONS_KEPT = 3600  # seconds; a statistic of the whole nation may be an hour old


@dataclass(frozen=True)
class UsualReason:
    """A reason for which reviewers returned this measure, and how often."""

    text: str
    count: int


def previous_answers(item: ReportItem) -> dict[int, MeasureAnswer]:
    """Return, by measure number, what was last reported in this year about the same measure of the same aksi."""
    rows = MeasureAnswer.objects.filter(
        item__report__institution=item.report.institution_id,
        measure__aksi=item.aksi_id,
        measure__period__number__lt=item.report.period.number,
    ).exclude(execution="")
    rows = rows.select_related("measure__period").order_by("measure__period__number")
    return {row.measure.number: row for row in rows}


def return_reasons(item: ReportItem) -> dict[int, list[ReasonCode]]:
    """Return, by answer id, the reasons of the judgement in force, in one query; for the words load the judgement."""
    rows = Judgement.reasons.through.objects.filter(
        judgement__answer__item=item.pk,
        judgement__answer__judgement=F("judgement"),
        judgement__decision=Judgement.Decision.RETURN,
    )
    found = defaultdict(list)
    for row in rows.select_related("reasoncode", "judgement").order_by("reasoncode__code"):
        found[row.judgement.answer_id].append(row.reasoncode)
    return found


def usual_reasons(item: ReportItem) -> dict[int, list[UsualReason]]:
    """Return, by measure number, why measures of this aksi were most often returned, the most frequent first."""
    key = f"usual-reasons:{item.aksi_id}"
    found = cache.get(key)
    if found is None:
        found = _count_reasons(item.aksi_id)
        cache.set(key, found, REASONS_KEPT)
    return found


def _count_reasons(aksi_id: int) -> dict[int, list[UsualReason]]:
    rows = Judgement.objects.filter(answer__measure__aksi=aksi_id, decision=Judgement.Decision.RETURN)
    rows = rows.exclude(reasons=None).order_by().values_list("answer__measure__number", "reasons__text")
    found = defaultdict(list)
    for number, text, count in rows.annotate(times=Count("pk")).order_by("-times", "reasons__text"):
        if len(found[number]) < SHOWN_REASONS:
            found[number].append(UsualReason(text, count))
    return dict(found)
