"""Choose the period one looks at; kept in the session, so that every page shows the same one."""

from itertools import groupby
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from reporting.summaries.periods import (
    PERIOD_SESSION_KEY,
    chosen_period,
    opened_periods,
    page_of_period,
    periods_about,
)


@require_safe
def period_choose(request: HttpRequest, key: str) -> HttpResponse:
    """Look at the period `key` from now on: at the page one came from, or at that page of this period."""
    if key not in {period.key for period in periods_about(request, key)}:
        raise Http404
    request.session[PERIOD_SESSION_KEY] = key
    back = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(page_of_period(back, key) if is_ours and back.startswith("/") else "home")


@require_safe
def period_choices(request: HttpRequest) -> HttpResponse:
    """Every period there is, by year, for the menu that shows only the newest; `?next=` is handed on."""
    back = request.GET.get("next", "")
    context = {
        "years": [(year, list(own)) for year, own in groupby(opened_periods(request), key=lambda row: row.plan_year)],
        "chosen": chosen_period(request),
        "query": f"?{urlencode({'next': back})}" if back else "",
    }
    return render(request, "reporting/period_choices.html", context)
