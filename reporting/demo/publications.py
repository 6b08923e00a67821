"""What the demo has published: the last period whose objections are over, and the last whole year."""

from datetime import date, datetime

from actions.actors import Actor
from actions.models import PlanYear, ReportingPeriod
from reporting.demo.people import demo_actor
from reporting.models import Publication
from reporting.services.publishing import publish, readiness
from reporting.summaries.results import Span


def ensure_publications(periods: list[ReportingPeriod], today: date, now: datetime) -> None:
    """Publish one period and one year, as they stand, once their scores are computed; safe to run again."""
    by = demo_actor("pusat", today)
    over = [period for period in periods if period.objection_until_at < now]
    whole = [period for period in over if period.number == period.plan_year.periods.count()]
    years = PlanYear.objects.select_related("rule_set").in_bulk()
    if over:
        _publish(Span(years[over[-1].plan_year_id], over[-1]), by, now)
    if whole:
        _publish(Span(years[whole[-1].plan_year_id], None), by, now)


def _publish(span: Span, by: Actor, now: datetime) -> None:
    if Publication.objects.filter(span_key=span.key).exists():
        return
    found = readiness(span, by, now=now)
    if not found.obstacles:
        publish(span, by=by, seen=found.content_hash, acknowledged=True, now=now)
