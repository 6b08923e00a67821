"""Whether a report came late, once the secretariat has moved the end of its window.

The receipt keeps what held when it was given; the report follows the dates that stand. No window
that is cut short makes anybody late: who was given a receipt in time stays in time.
"""

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from actions.models import PeriodEvent, ReportingPeriod
from reporting.models import PeriodScoring, Report, Submission


def settle_lateness() -> int:
    """Call reports late or in time as the moved dates say, and ask for the scores anew; return how many changed.

    Safe to run twice: it changes only what disagrees with the dates.
    """
    moved = PeriodEvent.objects.filter(kind=PeriodEvent.Kind.MOVED, changes__has_key="closes_at").order_by()
    periods = ReportingPeriod.objects.filter(pk__in=moved.values("period"))
    return sum(_settle(period) for period in periods)


@transaction.atomic
def _settle(period: ReportingPeriod) -> int:
    first = Submission.objects.filter(report=OuterRef("pk"), round=1, recalled_at=None)
    sent = Report.objects.filter(period=period).annotate(
        first_sent_at=Subquery(first.values("submitted_at")[:1]), was_late=Subquery(first.values("is_late")[:1])
    )
    wrongly_late = sent.filter(is_late=True, first_sent_at__lt=period.closes_at)
    wrongly_in_time = sent.filter(is_late=False, was_late=True, first_sent_at__gte=period.closes_at)
    changed = _call(wrongly_late, late=False) + _call(wrongly_in_time, late=True)
    if changed:
        PeriodScoring.objects.request(period.pk)
    return changed


def _call(reports: QuerySet, *, late: bool) -> int:
    return Report.objects.filter(pk__in=reports.values("pk")).update(is_late=late)
