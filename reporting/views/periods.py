"""Choose the period one looks at; kept in the session, so that every page shows the same one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from reporting.summaries.periods import PERIOD_SESSION_KEY, opened_periods


@require_safe
def period_choose(request: HttpRequest, key: str) -> HttpResponse:
    """Look at the period `key` from now on, and go back to the page one came from."""
    if key not in {period.key for period in opened_periods(request)}:
        raise Http404
    request.session[PERIOD_SESSION_KEY] = key
    back = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours and back.startswith("/") else "home")
