"""Home by role: what is due, how far it is, what came back, and one next step; and search by name."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.actors import Actor
from reporting.forms.searching import SearchForm
from reporting.summaries.home import reporter_home
from reporting.summaries.home_area import area_home, readers_rows
from reporting.summaries.home_office import office_home
from reporting.summaries.home_review import review_home
from reporting.summaries.missing import has_area
from reporting.summaries.periods import chosen_period, periods_about
from reporting.summaries.results import Span, previous_of
from reporting.summaries.search import found_aksi, found_institutions, reports_by_id, sees_several
from reporting.views.reports import own_objection_steps

ROWS_A_PAGE = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page of whoever signs in, by the office they act for."""
    page = next(page for fits, page in HOMES if fits(request.actor))
    return page(request)


def _secretariat(request: HttpRequest) -> HttpResponse:
    found = office_home(request.actor, chosen_period(request), now=timezone.now())
    return render(request, "reporting/home_office.html", _common(request) | {"home": found})


def _reviewer(request: HttpRequest) -> HttpResponse:
    period = chosen_period(request)
    if period is None:
        return _nothing_opened(request)
    found = review_home(request.actor, period, now=timezone.now())
    return render(request, "reporting/home_review.html", _common(request) | {"home": found})


def _reporter(request: HttpRequest) -> HttpResponse:
    period = chosen_period(request)
    if period is None:
        return _nothing_opened(request)
    previous = previous_of(Span(period.plan_year, period), periods_about(request, period.key))
    found = reporter_home(request.actor, period, previous, now=timezone.now())
    if found is None:
        return render(request, "reporting/home_no_report.html", _common(request))
    steps = [*found.steps, *own_objection_steps(found.report, request.actor, timezone.now())]
    return render(request, "reporting/home_report.html", _common(request) | {"home": found, "steps": steps})


def _nation(request: HttpRequest) -> HttpResponse:
    return redirect("national-results")


def _reader(request: HttpRequest) -> HttpResponse:
    period = chosen_period(request)
    if period is None:
        return _nothing_opened(request)
    rows = readers_rows(request.actor, period, now=timezone.now())
    return render(request, "reporting/home_reader.html", _common(request) | {"rows": rows})


def _nothing_opened(request: HttpRequest) -> HttpResponse:
    return render(request, "reporting/home_none.html", _common(request))


@require_safe
def area(request: HttpRequest) -> HttpResponse:
    """How ready the kab/kota of a pembina's province are, each with whom to call."""
    if not request.actor.is_pembina or not has_area(request.actor):
        raise Http404
    period = chosen_period(request)
    if period is None:
        return _nothing_opened(request)
    found = area_home(request.actor, period, now=timezone.now())
    return render(request, "reporting/home_area.html", _common(request) | {"home": found})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find an institution in one's scope by name, and aksi of one's own report."""
    form = SearchForm(request.GET if "q" in request.GET else None)
    error = next(iter(form.errors.get("q", [])), "")
    context = _common(request) | {"form": form, "error": error, "page": None, "aksi": [], "words": ""}
    if form.is_valid():
        words, period = form.cleaned_data["q"], chosen_period(request)
        institutions = found_institutions(request.actor, words, period) if sees_several(request.actor) else []
        page = Paginator(institutions, ROWS_A_PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list)
        reports = reports_by_id(rows)
        context |= {
            "words": words,
            "page": page,
            "rows": [(row, reports.get(row.report_pk)) for row in rows],
            "aksi": found_aksi(request.actor, words, period),
            "query": f"{urlencode({'q': words})}&",
        }
    return render(request, "reporting/home_search.html", context)


def _common(request: HttpRequest) -> dict:
    period = chosen_period(request)
    return {
        "period": period,
        "is_closed": period is not None and period.is_closed_at(timezone.now()),
        "zone": request.actor.institution.time_zone,
        "sees_several": sees_several(request.actor),
    }


HOMES: list[tuple[Callable[[Actor], bool], Callable[[HttpRequest], HttpResponse]]] = [
    (lambda actor: actor.is_secretariat, _secretariat),
    (lambda actor: actor.is_reviewer, _reviewer),
    (lambda actor: actor.is_reporter, _reporter),
    (lambda actor: actor.is_pembina, area),
    (lambda actor: actor.sees_nation, _nation),
    (lambda actor: True, _reader),
]
"""The first row that fits is the home, in the order of the menu; see also `context_processors.MENUS`."""
