"""Exporting a whole period or year, measure by measure, as a file that is made in the background."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from actions.policies.errors import NotAllowed
from reporting.forms.exporting import ExportForm
from reporting.jobs.measure_export import MEASURES, parameters_of
from reporting.policies.exporting import scopes_of
from reporting.services import prepared
from reporting.summaries.measure_rows import HEADER
from reporting.views.access import refused
from reporting.views.spans import span_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def export_create(request: HttpRequest, key: str) -> HttpResponse:
    """Choose whose measures and which format, and ask for the file."""
    if not scopes_of(request.actor):
        raise Http404
    span = span_or_404(request, key)
    form = ExportForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        wanted = parameters_of(span, form.cleaned_data["scope"], request.actor, form.cleaned_data["format"])
        try:
            return redirect(prepared.ask(MEASURES, wanted, by=request.actor))
        except NotAllowed as refusal:
            return refused(request, refusal, "export-create", key)
    context = {"span": span, "form": form, "columns": HEADER}
    return render(request, "reporting/export_create.html", context)
