"""The operations page of the secretariat: whether what runs in the background runs well."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reporting.jobs.prepared_kinds import title_of
from reporting.jobs.scores import stale_periods
from reporting.summaries.operations import operations


@require_safe
def operations_page(request: HttpRequest) -> HttpResponse:
    """Show the last score checks, waiting scores and messages, scheduled tasks, failed files, and every alarm."""
    if not request.actor.is_secretariat:
        raise Http404
    now = timezone.now()
    found = operations(stale_periods(now), now=now)
    failed = [(title_of(file.kind, file.wanted), file) for file in found.files.failed]
    return render(request, "reporting/operations.html", {"found": found, "failed_files": failed, "now": now})
