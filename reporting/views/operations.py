"""The operations page of the secretariat: whether what runs in the background runs well."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reporting.jobs.scores import stale_periods
from reporting.summaries.operations import operations


@require_safe
def operations_page(request: HttpRequest) -> HttpResponse:
    """Show the last score checks, waiting scores and messages, scheduled tasks, and every alarm."""
    if not request.actor.is_secretariat:
        raise Http404
    now = timezone.now()
    found = operations(stale_periods(now), now=now)
    return render(request, "reporting/operations.html", {"found": found, "now": now})
