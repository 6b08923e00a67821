"""Causes of return and of lost points, for what one may see; as a page and as a table, at an address that stays."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actions.models import Institution
from reporting.forms.causes import CauseFilter
from reporting.scoring import as_decimal
from reporting.summaries.causes import Causes, Tally
from reporting.summaries.causes import causes as causes_of
from reporting.summaries.periods import chosen_period, opened_periods
from reporting.summaries.results import Span, span_of
from reporting.views.conditional import answers_unchanged
from reporting.views.tables import table_response

ROWS_A_PAGE = 15


@require_safe
@answers_unchanged
def cause_list(request: HttpRequest) -> HttpResponse:
    """What reviewers returned and judged low, by reason, measure, Kanwil and period."""
    if not request.actor:
        raise Http404
    form, span = _asked(request)
    found = _found(request, form, span) if span else None
    filters = {name: form.value_of(name) for name in ("kanwil", "jenjang")}
    context = {
        "span": span,
        "found": found,
        "form": form,
        "page": Paginator(found.measures if found else [], ROWS_A_PAGE).get_page(request.GET.get("page")),
        "query": _query(span, filters),
        "filters": _query(None, filters),
        "of_kanwil": _query(span, {"jenjang": filters["jenjang"]}),
    }
    return render(request, "reporting/cause_list.html", context)


@require_safe
def cause_list_table(request: HttpRequest, ending: str) -> HttpResponse:
    """The same counts, every row of every table, with the same filters."""
    if not request.actor:
        raise Http404
    form, span = _asked(request)
    if span is None:
        raise Http404
    return table_response(f"sebab-{span.key}", _lines(_found(request, form, span)), ending)


def _asked(request: HttpRequest) -> tuple[CauseFilter, Span | None]:
    """The filters, and the span they name: without one, the period that the person looks at."""
    periods, chosen = opened_periods(request), chosen_period(request)
    spans = []
    for period in periods:
        year = str(period.plan_year.year)
        if year not in dict(spans):
            spans.append((year, _("Tahun %(year)s") % {"year": year}))
        spans.append((period.key, str(period)))
    sees_several = request.actor.sees_nation
    kanwil = list(Institution.objects.kanwil().order_by("name").values_list("code", "name")) if sees_several else []
    has_levels = sees_several or request.actor.is_kanwil_officer or request.actor.is_pembina
    asked = (
        request.GET if request.GET.get("periode") else {**request.GET.dict(), "periode": chosen.key if chosen else ""}
    )
    form = CauseFilter(asked, spans=spans, kanwil=kanwil, has_levels=has_levels)
    key = form.value_of("periode") or (chosen.key if chosen else "")
    return form, span_of(key, periods)


def _found(request: HttpRequest, form: CauseFilter, span: Span) -> Causes:
    return causes_of(request.actor, span, kanwil=form.value_of("kanwil"), level=form.value_of("jenjang"))


def _query(span: Span | None, filters: dict[str, str]) -> str:
    """Parameters ready to be followed by another one."""
    kept = {"periode": span.key} if span else {}
    kept |= {name: value for name, value in filters.items() if value}
    return f"{urlencode(kept)}&" if kept else ""


def _lines(found: Causes) -> Iterator[list]:
    yield [
        _("Tabel"),
        _("Nama"),
        _("Rincian"),
        _("Ukuran dinilai"),
        _("Dikembalikan atau terkena"),
        _("Persen"),
        _("Poin hilang rata-rata"),
        _("Alasan tersering"),
    ]
    yield [_("Seluruhnya"), "", "", *_numbers(found.total)]
    judged = found.total.judged
    for title, rows in ((_("Sebab pengembalian"), found.returns), (_("Sebab poin hilang"), found.losses)):
        for cause in rows:
            yield [title, cause.label, "", judged, cause.count, _plain(cause.share), _plain(cause.lost), ""]
    for row in found.measures:
        yield [_("Ukuran"), row.place, row.text, *_numbers(row.tally)]
    for title, parts in ((_("Penelaah"), found.kanwil), (_("Periode"), found.periods)):
        for part in parts:
            yield [title, part.label, "", *_numbers(part.tally)]


def _numbers(tally: Tally) -> list:
    return [tally.judged, tally.returned, _plain(tally.share), _plain(tally.mean_lost), tally.top_reason]


def _plain(value) -> Decimal | None:
    return None if value is None else as_decimal(Fraction(value), 2)
