"""Causes of return and of lost points, for what one may see; as a page and as a table, at an address that stays."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actions.actors import Actor
from actions.models import Institution, Level
from reporting.forms.causes import CauseFilter
from reporting.models import MeasureAnswer, ReportItem
from reporting.scoring import as_decimal
from reporting.states import ReportStatus
from reporting.summaries.causes import Causes, MeasureTally, Tally
from reporting.summaries.causes import causes as causes_of
from reporting.summaries.periods import chosen_period, opened_periods
from reporting.summaries.results import Span, span_of
from reporting.views.conditional import answers_unchanged
from reporting.views.spans import provinces_of
from reporting.views.tables import table_response

ROWS_A_PAGE = 15
FILTERS = ("kanwil", "provinsi", "jenjang")


@require_safe
@answers_unchanged
def cause_list(request: HttpRequest) -> HttpResponse:
    """What reviewers returned and judged low, by reason, measure, Kanwil and period."""
    if not request.actor:
        raise Http404
    form, span = _asked(request)
    found = _found(request, form, span) if span else None
    filters = {name: form.value_of(name) for name in FILTERS}
    page = Paginator(found.measures if found else [], ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "span": span,
        "found": found,
        "form": form,
        "page": page,
        "rows": _opened(request, page.object_list, span, form.province) if span else [],
        "is_single": _is_single(request.actor),
        "query": _query(span, filters),
        "filters": _query(None, filters),
        "of_kanwil": _query(span, filters | {"kanwil": ""}),
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
    provinces = list(provinces_of(request).order_by("code").values_list("code", "name"))
    has_levels = sees_several or request.actor.is_kanwil_officer or request.actor.is_pembina
    asked = (
        request.GET if request.GET.get("periode") else {**request.GET.dict(), "periode": chosen.key if chosen else ""}
    )
    form = CauseFilter(asked, spans=spans, kanwil=kanwil, provinces=provinces, has_levels=has_levels)
    key = form.value_of("periode") or (chosen.key if chosen else "")
    return form, span_of(key, periods)


def _found(request: HttpRequest, form: CauseFilter, span: Span) -> Causes:
    kanwil, province, level = (form.value_of(name) for name in FILTERS)
    return causes_of(request.actor, span, kanwil=kanwil, province=province, level=level)


def _is_single(actor: Actor) -> bool:
    """True for whoever works on the report of one institution and sees no other."""
    return actor.is_reporter and not (actor.sees_nation or actor.is_reviewer or actor.is_pembina)


def _opened(request: HttpRequest, rows: list[MeasureTally], span: Span, province: str) -> list[tuple]:
    """The rows, each with the page that tells more of it to this person, or an empty address; one query at most."""
    if not _is_single(request.actor):
        return [(row, _page_of(request, row, f"{span.plan_year.year}-{row.period}", province)) for row in rows]
    answers = MeasureAnswer.objects.filter(
        measure__in=[row.pk for row in rows],
        item__in=ReportItem.objects.visible_to(request.actor),
        item__report__status=ReportStatus.VERIFIED,
    )
    found = dict(answers.values_list("measure", "pk"))
    return [(row, reverse("measure-explained", args=[found[row.pk]]) if row.pk in found else "") for row in rows]


def _page_of(request: HttpRequest, row: MeasureTally, key: str, province: str) -> str:
    """The aksi of a measure where its figures stand: in the province asked for, on the map, or with its ministry."""
    if row.level == Level.REGENCY and province:
        return reverse("province-aksi", args=[province, key, row.aksi])
    if row.level == Level.PROVINCE and province:
        return f"{reverse('institution-results-of', args=[province, key])}#rinci"
    if not request.actor.sees_nation:
        return ""
    if row.owner_code:
        return f"{reverse('institution-results-of', args=[row.owner_code, key])}#rinci"
    if row.level == Level.REGENCY:
        return f"{reverse('national-results-of', args=[key])}?dari=aksi-{row.aksi}#titik-judul"
    return ""


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
        _("Poin hilang rata-rata (dari 100 per ukuran)"),
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
