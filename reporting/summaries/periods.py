"""Which periods there are to look at, and which one a person looks at now."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils import timezone

from actions.models import ReportingPeriod

PERIOD_SESSION_KEY = "period"
RECENT = 20
"""How many periods menus and dashboards know without being asked for more: five years of quarters."""

PAGES_OF_ANY_PERIOD = {
    "national-results-of",
    "national-institutions",
    "province-results-of",
    "institution-results-of",
    "level-results",
    "group-results",
}
"""Pages whose address differs from one period to the next by nothing but the period's key."""


def is_of_any_period(match: ResolverMatch | None) -> bool:
    """Tell whether an address is one of PAGES_OF_ANY_PERIOD."""
    return match is not None and match.url_name in PAGES_OF_ANY_PERIOD


def page_of_period(address: str, key: str) -> str:
    """Return the address of the same page for the period `key`; the address itself if it is not of any period."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return address
    return reverse(match.view_name, kwargs={**match.kwargs, "key": key}) if is_of_any_period(match) else address


def recent_periods(request: HttpRequest) -> list[ReportingPeriod]:
    """Return the RECENT newest periods whose reports exist, newest first; one query per request."""
    if not hasattr(request, "_recent_periods"):
        request._recent_periods = list(_opened()[:RECENT])
    return request._recent_periods


def has_older_periods(request: HttpRequest) -> bool:
    """Tell whether there may be opened periods before the recent ones."""
    return len(recent_periods(request)) == RECENT


def opened_periods(request: HttpRequest) -> list[ReportingPeriod]:
    """Return every period whose reports exist, newest first; the recent ones again where there are no others."""
    if not has_older_periods(request):
        return recent_periods(request)
    if not hasattr(request, "_opened_periods"):
        request._opened_periods = list(_opened())
    return request._opened_periods


def periods_about(request: HttpRequest, key: str) -> list[ReportingPeriod]:
    """Return the opened periods that a page about the period or year `key` needs: its year's and those before it.

    The recent ones are enough as long as a whole year of them comes before; else every one.
    """
    recent = recent_periods(request)
    whole_years = {str(period.plan_year.year) for period in recent if period.plan_year_id != recent[-1].plan_year_id}
    return recent if key.split("-")[0] in whole_years else opened_periods(request)


def chosen_period(request: HttpRequest, now: datetime | None = None) -> ReportingPeriod | None:
    """Return the period the person has chosen in this session, else the current one; None before the first."""
    key = request.session.get(PERIOD_SESSION_KEY)
    for period in periods_about(request, key) if key else []:
        if period.key == key:
            return period
    return current_period(recent_periods(request), now or timezone.now())


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


def _opened() -> QuerySet[ReportingPeriod]:
    rows = ReportingPeriod.objects.opened().select_related("plan_year__rule_set", "plan_year__calendar")
    return rows.order_by("-plan_year__year", "-number")
