"""How many reports of a period or year came on time, late, or not at all; one query."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from actions.models import Institution
from reporting.models import Report
from reporting.summaries.results import Span


@dataclass(frozen=True)
class Timeliness:
    """Counts of expected reports; of a year, each institution has one for every opened period."""

    expected: int
    on_time: int
    late: int

    @property
    def sent(self) -> int:
        return self.on_time + self.late

    @property
    def not_sent(self) -> int:
        return self.expected - self.on_time - self.late

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The counts with their words, in the order of a page."""
        return [
            (_("Tepat waktu"), self.on_time),
            (_("Terlambat"), self.late),
            (_("Belum atau tidak dikirim"), self.not_sent),
        ]


def timeliness_of(span: Span, *, level: str = "", province: Institution | None = None) -> Timeliness:
    """Return the counts of the nation, of one level, or of a province with its kabupaten and kota."""
    reports = Report.objects.filter(period=span.period) if span.period else _of_year(span)
    if level:
        reports = reports.filter(level=level)
    if province:
        reports = reports.filter(province=province)
    sent = Q(round__gt=0)
    found = reports.aggregate(
        expected=Count("pk"),
        on_time=Count("pk", filter=sent & Q(is_late=False)),
        late=Count("pk", filter=sent & Q(is_late=True)),
    )
    return Timeliness(**found)


def _of_year(span: Span):
    return Report.objects.filter(period__plan_year=span.plan_year)
