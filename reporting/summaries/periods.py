"""Which periods there are to look at, and which one a person looks at now."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from actions.models import ReportingPeriod

PERIOD_SESSION_KEY = "period"


def opened_periods(request: HttpRequest) -> list[ReportingPeriod]:
    """Return the periods whose reports exist, newest first, with their years; one query per request."""
    if not hasattr(request, "_opened_periods"):
        rows = ReportingPeriod.objects.opened().select_related("plan_year__rule_set", "plan_year__calendar")
        request._opened_periods = list(rows.order_by("-plan_year__year", "-number"))
    return request._opened_periods


def chosen_period(request: HttpRequest, now: datetime | None = None) -> ReportingPeriod | None:
    """Return the period the person has chosen in this session, else the current one; None before the first."""
    periods = opened_periods(request)
    key = request.session.get(PERIOD_SESSION_KEY)
    for period in periods:
        if period.key == key:
            return period
    return current_period(periods, now or timezone.now())


def current_period(periods: Sequence[ReportingPeriod], now: datetime) -> ReportingPeriod | None:
    """Return the period whose window is open, else the next one to open, else the last one opened."""
    in_order = sorted(periods, key=lambda period: (period.plan_year.year, period.number))
    for period in in_order:
        if period.is_window_open_at(now):
            return period
    for period in in_order:
        if period.opens_at > now:
            return period
    return in_order[-1] if in_order else None
