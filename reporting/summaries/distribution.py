"""How a province's figures are spread, and in which aksi its kabupaten and kota are weakest."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from actions.models import Institution, Level
from reporting.models import ReportItem
from reporting.scoring import as_decimal, exact_value, mean
from reporting.states import ReportStatus
from reporting.summaries.results import Row, Span
from reporting.summaries.timeliness import Timeliness

STEP = 10


@dataclass(frozen=True)
class Bin:
    """How many figures lie from `low` to below `high` (100 belongs to the last)."""

    low: int
    high: int
    count: int


def bins_of(rows: Iterable[Row]) -> list[Bin]:
    """Count the scored institutions of some rows by tens of their exact figure, the highest first."""
    values = [exact_value(row.score.all_exact) for row in rows if row.score.scored and row.score.all_exact]
    counts = defaultdict(int)
    for value in values:
        counts[min(int(value // STEP) * STEP, 100 - STEP)] += 1
    return [Bin(low, low + STEP, counts[low]) for low in range(100 - STEP, -1, -STEP)]


def sum_behind(exact_mean: str, count: int) -> Decimal | None:
    """Return the sum of the `count` figures whose plain mean is stored; None without a mean."""
    value = exact_value(exact_mean)
    return None if value is None else as_decimal(value * count)


@dataclass(frozen=True)
class AksiMean:
    """One aksi over the kabupaten and kota of a province: both means, and of how many each is the mean."""

    number: int
    title: str
    everyone: Decimal | None
    reporters: Decimal | None
    expected: int
    scored: int
    counted: int


def aksi_means(span: Span, province: Institution, now: datetime) -> tuple[list[AksiMean], Timeliness]:
    """Return the means of each aksi of the kabupaten and kota in a period, the weakest first, and when reports came.

    One query; the province's own report counts among those that came.
    """
    items = ReportItem.objects.filter(report__period=span.period, report__province=province)
    return _means(items, span, Level.REGENCY, now)


def level_aksi_means(span: Span, level: str, now: datetime) -> tuple[list[AksiMean], Timeliness]:
    """Return the same of all governments of one level in a period; one query."""
    return _means(ReportItem.objects.filter(report__period=span.period, report__level=level), span, level, now)


def _means(items: QuerySet[ReportItem], span: Span, of_level: str, now: datetime) -> tuple[list[AksiMean], Timeliness]:
    names = ("aksi__number", "aksi__title", "report__status", "report__round", "score__exact")
    scored, missing, expected, titles = defaultdict(list), defaultdict(int), defaultdict(int), {}
    reports: dict[int, tuple[bool, bool]] = {}
    rows = items.order_by("aksi__number").values_list("report_id", "report__level", "report__is_late", *names)
    for report, level, is_late, *row in rows:
        number, title, status, sendings, exact = row
        reports[report] = (sendings > 0, is_late)
        if level != of_level:
            continue
        titles[number] = title
        expected[number] += 1
        if status == ReportStatus.VERIFIED and exact:
            scored[number].append(exact_value(exact))
        elif not sendings and span.is_closed_at(now):
            missing[number] += 1  # counts 0, as in every mean of all institutions
    found = []
    for number, title in titles.items():
        everyone = mean([*scored[number], *[Fraction(0)] * missing[number]])
        reporters = mean(scored[number])
        found.append(
            AksiMean(
                number,
                title,
                _shown(everyone),
                _shown(reporters),
                expected=expected[number],
                scored=len(scored[number]),
                counted=len(scored[number]) + missing[number],
            )
        )
    on_time, late = (sum(sent and was_late == kind for sent, was_late in reports.values()) for kind in (False, True))
    return sorted(found, key=_weakness), Timeliness(len(reports), on_time, late)


def _weakness(row: AksiMean) -> tuple:
    return (row.everyone is None, row.everyone or Decimal(0), row.number)


def _shown(value: Fraction | None) -> Decimal | None:
    return None if value is None else as_decimal(value)
