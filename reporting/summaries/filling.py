"""What stands beside the fields of an aksi: last period's answers, and why this measure usually comes back."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, F

from actions.models import Aksi
from reporting.models import Judgement, MeasureAnswer, ReasonCode, ReportItem
from reporting.states import ReportStatus

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


def usual_reasons(item: ReportItem) -> dict[int | None, list[UsualReason]]:
    """Return, by measure number, why measures of this aksi were most often returned so far, the most frequent first.

    Under None stand the reasons of the whole aksi, for a measure that has none of its own. All institutions count,
    and the years before too, where the aksi has the same words. One query an hour.
    """
    key = f"usual-reasons:{item.aksi_id}"
    found = cache.get(key)
    if found is None:
        found = _count_reasons(item.aksi)
        cache.set(key, found, REASONS_KEPT)
    return found


def _count_reasons(aksi: Aksi) -> dict[int | None, list[UsualReason]]:
    same = {"level": aksi.level, "title": aksi.title, "institution": aksi.institution_id}
    rows = Judgement.objects.filter(**{f"answer__measure__aksi__{name}": value for name, value in same.items()})
    rows = rows.filter(decision=Judgement.Decision.RETURN).exclude(reasons=None)
    # What a reviewer has not sent off yet is told to nobody
    rows = rows.exclude(answer__item__report__status=ReportStatus.IN_REVIEW)
    rows = rows.order_by().values_list("answer__measure__number", "reasons__text").annotate(times=Count("pk"))
    counts: dict[int | None, Counter] = defaultdict(Counter)
    for number, text, times in rows:
        counts[number][text] += times
        counts[None][text] += times
    return {number: _most_frequent(found) for number, found in counts.items()}


def _most_frequent(counts: Counter) -> list[UsualReason]:
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [UsualReason(text, count) for text, count in ordered[:SHOWN_REASONS]]
