"""Two results side by side: `?a=53.07&waktu_a=2026-B09&b=53.08&waktu_b=2026-B09`."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from reporting.forms.compare import CompareForm, options_of
from reporting.summaries.comparable import Subjects, subjects_of
from reporting.summaries.compare import Comparison, comparison
from reporting.summaries.periods import chosen_period, opened_periods
from reporting.summaries.results import Span, span_of
from reporting.summaries.tables import comparison_lines, comparison_notes
from reporting.views.conditional import answers_unchanged
from reporting.views.spans import institutions_of
from reporting.views.tables import table_response


@dataclass(frozen=True)
class Asked:
    """The form with what the address asks for, and the comparison once both sides are named without faults."""

    subjects: Subjects
    spans: dict[str, Span]
    values: dict[str, str]
    form: CompareForm
    found: Comparison | None


@require_safe
@answers_unchanged
def compare(request: HttpRequest) -> HttpResponse:
    """Two governments, provinces or levels at one time, or one of them (or the nation) at two times.

    Until both are named, the form to choose them, filled in as far as the address goes.
    """
    asked = _asked_or_404(request)
    context = {
        "form": asked.form,
        "options_a": options_of(asked.subjects, asked.values["a"]),
        "options_b": options_of(asked.subjects, asked.values["b"]),
        "spans": asked.spans.values(),
        "values": asked.values,
        "query": urlencode(asked.values),
        "found": asked.found,
    }
    return render(request, "reporting/compare.html", context)


@require_safe
def compare_table(request: HttpRequest, ending: str) -> HttpResponse:
    """The same comparison as a file; without one, the page that says what is still to choose."""
    asked = _asked_or_404(request)
    if asked.found is None:
        return redirect(f"{reverse('compare')}?{urlencode(asked.values)}")
    a, b = asked.form.sides
    names = [f"{subject.key}-{span.key}" for subject, span in (a, b)]
    lines, notes = comparison_lines(asked.found), comparison_notes(asked.found)
    return table_response("-".join(["banding", *names]), lines, ending, notes)


def _asked_or_404(request: HttpRequest) -> Asked:
    institutions = institutions_of(request).filter(is_autonomous=True).order_by("code")
    subjects, spans = subjects_of(request.actor, institutions), _spans(request)
    values = _values(request)
    form = CompareForm(values if values["a"] and values["b"] else None, subjects=subjects, spans=spans)
    if CompareForm(values, subjects=subjects, spans=spans).names_unknown:
        raise Http404
    found = None
    if form.is_bound and form.is_valid():
        found = comparison(request.actor, *form.sides, timezone.now())
    return Asked(subjects, spans, values, form, found)


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
