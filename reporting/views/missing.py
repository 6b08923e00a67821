"""Belum kirim: who has not sent yet, how far each is, and whom to call; as a page and as a table."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reporting.forms.reviewing import MissingFilter
from reporting.summaries.deadlines import deadline_until
from reporting.summaries.missing import MissingList, MissingRow, Want, has_area
from reporting.summaries.missing import missing_list as missing_of
from reporting.summaries.periods import chosen_period
from reporting.views.reviewing import ROWS_A_PAGE, query_of
from reporting.views.tables import table_response


@require_safe
def missing_list(request: HttpRequest) -> HttpResponse:
    """The institutions of the actor's area that have not sent their report of the period."""
    found, form, period = _found_or_404(request)
    now, zone = timezone.now(), request.actor.institution.time_zone
    context = {
        "period": period,
        "found": found,
        "form": form,
        "page": Paginator(found.rows if found else [], ROWS_A_PAGE).get_page(request.GET.get("page")),
        "query": query_of(request),
        "deadline": _deadline(period, zone, now) if period else None,
        "is_filtered": bool(form.words) or form.want != Want.ALL,
        "zone": zone,
        "now": now,
    }
    return render(request, "reporting/missing_list.html", context)


@require_safe
def missing_list_table(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list with the same filters, every row, for a spreadsheet."""
    found, _form, period = _found_or_404(request)
    if found is None:
        raise Http404
    return table_response(f"belum-kirim-{period.key}", _lines(found.rows), ending)


def _found_or_404(request: HttpRequest) -> tuple[MissingList | None, MissingFilter, object]:
    if not has_area(request.actor):
        raise Http404
    form, period = MissingFilter(request.GET or None), chosen_period(request)
    if period is None:
        return None, form, None
    found = missing_of(request.actor, period, now=timezone.now(), want=form.want, words=form.words)
    return found, form, period


def _deadline(period, zone: str, now):
    if now < period.closes_at:
        return deadline_until(period.closes_at, _("Sisa waktu mengirim"), zone=zone, now=now)
    return deadline_until(period.late_until_at, _("Sisa waktu mengirim terlambat"), zone=zone, now=now)


def _lines(rows: list[MissingRow]):
    yield [
        _("Kode"),
        _("Instansi"),
        _("Provinsi"),
        _("Ukuran terisi"),
        _("Ukuran"),
        _("Aksi siap"),
        _("Aksi"),
        _("Dapat dihubungi"),
        _("Peran"),
        _("Nama"),
        _("Surel"),
        _("Telepon"),
    ]
    for row in rows:
        institution, province = row.report.institution, row.report.province
        facts = [
            institution.code,
            institution.name,
            province.name if province else "",
            row.measures_filled,
            row.measures,
            row.items_ready,
            row.items,
            row.is_reachable,
        ]
        people = [[contact.role, contact.name, contact.email, contact.phone] for contact in row.contacts]
        for person in people or [["", "", institution.contact_email, institution.contact_phone]]:
            yield [*facts, *person]
