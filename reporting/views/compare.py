"""Two results side by side: `?a=53.07&waktu_a=2026-B09&b=53.08&waktu_b=2026-B09`."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reporting.forms.compare import CompareForm, options_of
from reporting.summaries.comparable import subjects_of
from reporting.summaries.compare import comparison
from reporting.summaries.periods import chosen_period, opened_periods
from reporting.summaries.results import Span, span_of
from reporting.views.conditional import answers_unchanged
from reporting.views.spans import institutions_of


@require_safe
@answers_unchanged
def compare(request: HttpRequest) -> HttpResponse:
    """Two governments, provinces or levels at one time, or one of them (or the nation) at two times.

    Until both are named, the form to choose them, filled in as far as the address goes.
    """
    institutions = institutions_of(request).filter(is_autonomous=True).order_by("code")
    subjects, spans = subjects_of(request.actor, institutions), _spans(request)
    values = _values(request)
    form = CompareForm(values if values["a"] and values["b"] else None, subjects=subjects, spans=spans)
    if CompareForm(values, subjects=subjects, spans=spans).names_unknown:
        raise Http404
    found = None
    if form.is_bound and form.is_valid():
        found = comparison(request.actor, *form.sides, timezone.now())
    context = {
        "form": form,
        "options_a": options_of(subjects, values["a"]),
        "options_b": options_of(subjects, values["b"]),
        "spans": spans.values(),
        "values": values,
        "found": found,
    }
    return render(request, "reporting/compare.html", context)


def _spans(request: HttpRequest) -> dict[str, Span]:
    """The years and opened periods by their key, newest first."""
    periods = opened_periods(request)
    keys = []
    for period in periods:
        keys += [key for key in (str(period.plan_year.year), period.key) if key not in keys]
    return {key: span_of(key, periods) for key in keys}


def _values(request: HttpRequest) -> dict[str, str]:
    """What the address asks for; without a time, the period that the person looks at, and B's like A's."""
    values = {name: request.GET.get(name, "") for name in ("a", "waktu_a", "b", "waktu_b")}
    chosen = chosen_period(request)
    values["waktu_a"] = values["waktu_a"] or (chosen.key if chosen else "")
    values["waktu_b"] = values["waktu_b"] or values["waktu_a"]
    return values
