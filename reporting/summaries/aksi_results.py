"""One aksi in the kabupaten and kota of a province: whose figures its means are made of, the weakest first."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from actions.models import Institution, Level
from reporting.models import ReportItem, Score
from reporting.scoring import as_decimal, band_of, exact_value, state_of
from reporting.states import ReportStatus
from reporting.summaries.completeness import rules_of
from reporting.summaries.distribution import AksiMean, aksi_means
from reporting.summaries.results import BAND_WORDS, GREY, STATE_WORDS, Span


@dataclass(frozen=True)
class AksiRow:
    """The figure of the aksi in one institution, 0-100; None where it is not judged, `word` then says why."""

    code: str
    name: str
    value: Decimal | None
    band: str
    word: str


@dataclass(frozen=True)
class AksiResults:
    """Both means of the aksi, and the figures they are made of."""

    mean: AksiMean
    rows: list[AksiRow]

    @property
    def silent(self) -> int:
        """How many did not report and count 0 in the mean of all institutions."""
        return self.mean.counted - self.mean.scored


def aksi_results(span: Span, province: Institution, number: int, now: datetime) -> AksiResults | None:
    """The aksi with this number in a period; None if the kabupaten and kota of `province` have none. Two queries."""
    means, _timeliness = aksi_means(span, province, now)
    mean = next((found for found in means if found.number == number), None)
    if mean is None:
        return None
    items = ReportItem.objects.filter(report__period=span.period, report__province=province, aksi__number=number)
    items = items.filter(report__level=Level.REGENCY).order_by("report__institution__code")
    names = ("report__institution__code", "report__institution__name", "report__status", "report__round")
    rules, is_closed, rows = rules_of(span.plan_year.rule_set), span.is_closed_at(now), []
    for code, name, status, sendings, exact in items.values_list(*names, "score__exact"):
        is_verified = status == ReportStatus.VERIFIED
        state = state_of(is_sent=sendings > 0, is_verified=is_verified and bool(exact), is_closed=is_closed)
        value = exact_value(exact) if state == Score.State.SCORED else None
        band = GREY if value is None else band_of(rules, value)
        shown = None if value is None else as_decimal(value)
        rows.append(AksiRow(code, name, shown, band, str(STATE_WORDS.get(state) or BAND_WORDS[band])))
    return AksiResults(mean, sorted(rows, key=lambda row: (row.value is None, row.value or 0, row.code)))
