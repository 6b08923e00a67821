"""Getting the data of a period or year out: the tables of the nation, and each measure as a prepared file."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actions.models import Level, TargetGroup
from actions.policies.errors import NotAllowed
from reporting.forms.exporting import ExportForm
from reporting.jobs.measure_export import MEASURES, parameters_of
from reporting.policies.exporting import scopes_of
from reporting.services import prepared
from reporting.summaries.measure_rows import HEADER
from reporting.summaries.results import Span
from reporting.views.access import refused
from reporting.views.spans import span_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def export_create(request: HttpRequest, key: str) -> HttpResponse:
    """Show what can be downloaded; choose whose measures and which format, and ask for the file."""
    has_scopes = bool(scopes_of(request.actor))
    if not has_scopes and not (request.method != "POST" and request.actor and request.actor.sees_nation):
        raise Http404
    span = span_or_404(request, key)
    form = ExportForm(request.POST or None, actor=request.actor) if has_scopes else None
    if request.method == "POST" and form.is_valid():
        wanted = parameters_of(span, form.cleaned_data["scope"], request.actor, form.cleaned_data["format"])
        try:
            return redirect(prepared.ask(MEASURES, wanted, by=request.actor))
        except NotAllowed as refusal:
            return refused(request, refusal, "export-create", key)
    tables = _tables(span) if request.actor.sees_nation else []
    context = {"span": span, "form": form, "columns": HEADER, "tables": tables}
    return render(request, "reporting/export_create.html", context)


@dataclass(frozen=True)
class Table:
    """A table of the nation with the address of each format."""

    label: str
    csv: str
    xlsx: str


def _tables(span: Span) -> list[Table]:
    groups = TargetGroup.objects.filter(plan=span.plan_year.plan_id).order_by("order", "code")
    return [
        Table(
            _("Semua provinsi"),
            reverse("national-results-csv", args=[span.key]),
            reverse("national-results-xlsx", args=[span.key]),
        ),
        Table(
            _("Semua instansi"),
            reverse("national-institutions-csv", args=[span.key]),
            reverse("national-institutions-xlsx", args=[span.key]),
        ),
        Table(
            _("Tren nasional, semua periode"),
            *(reverse("national-trend-table", args=[ending]) for ending in ("csv", "xlsx")),
        ),
        *(_table(_("Peringkat: %(level)s") % {"level": level.label}, "level-table", level, span) for level in Level),
        *(
            _table(_("Ketepatan waktu: %(level)s") % {"level": level.label}, "level-timeliness-table", level, span)
            for level in Level
        ),
        *(_table(_("Kelompok sasaran: %(name)s") % {"name": row}, "group-table", row.code, span) for row in groups),
    ]


def _table(label: str, name: str, part: str, span: Span) -> Table:
    return Table(label, *(reverse(name, args=[part, span.key, ending]) for ending in ("csv", "xlsx")))
