"""What stands beside the fields of an aksi: last period's answers, and why this measure usually comes back."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, F, Min

from actions.models import Aksi
from reporting.models import Judgement, MeasureAnswer, ReasonCode, ReportItem
from reporting.states import ReportStatus

NUMBER = "answer__measure__number"
SHOWN_REASONS = 2
REASONS_KEPT = 3600  # seconds; a statistic of the whole nation may be an hour old


@dataclass(frozen=True)
class UsualReason:
    """A reason for which reviewers returned this measure, and how often, of how many judgements since which year."""

    text: str
    count: int
    judged: int
    since: int


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
    and the years before too, where the aksi has the same words. Two queries an hour.
    """
    key = f"usual-returns:{item.aksi_id}"
    found = cache.get(key)
    if found is None:
        found = _count_reasons(item.aksi)
        cache.set(key, found, REASONS_KEPT)
    return found


def _count_reasons(aksi: Aksi) -> dict[int | None, list[UsualReason]]:
    same = {"level": aksi.level, "title": aksi.title, "institution": aksi.institution_id}
    rows = Judgement.objects.filter(**{f"answer__measure__aksi__{name}": value for name, value in same.items()})
    rows = rows.filter(kind=Judgement.Kind.REVIEW)
    # What a reviewer has not sent off yet is told to nobody
    rows = rows.exclude(answer__item__report__status=ReportStatus.IN_REVIEW).order_by()
    returned = rows.filter(decision=Judgement.Decision.RETURN).exclude(reasons=None)
    counts: dict[int | None, Counter] = defaultdict(Counter)
    for number, text, times in returned.values_list(NUMBER, "reasons__text").annotate(times=Count("pk")):
        counts[number][text] += times
        counts[None][text] += times
    if not counts:
        return {}
    judged = list(rows.values_list(NUMBER).annotate(Count("pk"), Min("answer__measure__period__plan_year__year")))
    return {number: _most_frequent(found, _basis(judged, number)) for number, found in counts.items()}


def _basis(judged: list[tuple], number: int | None) -> tuple[int, int]:
    """Of how many judgements, and since which year; of every measure for None."""
    rows = [row for row in judged if number is None or row[0] == number]
    return sum(count for _number, count, _year in rows), min(year for _number, _count, year in rows)


def _most_frequent(counts: Counter, basis: tuple[int, int]) -> list[UsualReason]:
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return [UsualReason(text, count, *basis) for text, count in ordered[:SHOWN_REASONS]]
