"""What the demo has published: the last whole year, its periods, and those since whose objections are over."""

from collections.abc import Sequence
from datetime import date, datetime

from actions.actors import Actor
from actions.models import PlanYear, ReportingPeriod
from reporting.demo.people import demo_actor
from reporting.models import Publication
from reporting.services.publishing import publish, readiness
from reporting.summaries.results import Span


def ensure_publications(periods: Sequence[ReportingPeriod], today: date, now: datetime) -> None:
    """Publish some periods and one year as they stand, once their scores are computed; safe to run again."""
    by = demo_actor("pusat", today)
    for span in published_spans(periods, now):
        _publish(span, by, now)


def published_spans(periods: Sequence[ReportingPeriod], now: datetime) -> list[Span]:
    """Return the periods to publish, the oldest first as `periods` are, and then the year.

    A national report draws of other periods only what they published: so it has some to draw.
    """
    over = [period for period in periods if period.objection_until_at < now]
    if not over:
        return []
    whole = [period for period in over if period.number == period.plan_year.periods.count()]
    first_year = (whole or over)[-1].plan_year.year
    years = PlanYear.objects.select_related("rule_set").in_bulk()
    spans = [Span(years[period.plan_year_id], period) for period in over if period.plan_year.year >= first_year]
    return spans + [Span(years[period.plan_year_id], None) for period in whole[-1:]]


def _publish(span: Span, by: Actor, now: datetime) -> None:
    if Publication.objects.filter(span_key=span.key).exists():
        return
    found = readiness(span, by, now=now)
    if not found.obstacles:
        publish(span, by=by, seen=found.content_hash, acknowledged=True, now=now)
