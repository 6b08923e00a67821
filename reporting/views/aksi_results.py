"""One aksi of a province's kabupaten and kota opened: who stands behind its means."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from reporting.summaries.aksi_results import aksi_results
from reporting.views.conditional import answers_unchanged
from reporting.views.spans import provinces_of, results_context, span_or_404


@require_safe
@answers_unchanged
def province_aksi(request: HttpRequest, code: str, key: str, number: int) -> HttpResponse:
    """The figures of one aksi in a period, each with the institution it opens."""
    province = get_object_or_404(provinces_of(request), code=code)
    span = span_or_404(request, key)
    context = results_context(request, span, "province-results-of", code)
    found = aksi_results(span, province, number, context["now"]) if span.period else None
    if found is None:
        raise Http404
    return render(request, "reporting/results_aksi.html", context | {"province": province, "results": found})
