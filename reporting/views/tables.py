"""Every table of results as a file, CSV or XLSX (`ending`), at an address that stays; within the scope of its page."""

from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reporting.spreadsheets import CONTENT_TYPES, Line, manifest_lines, write_table
from reporting.summaries import results, tables
from reporting.summaries.aksi_results import aksi_results
from reporting.summaries.levels import group_results, level_results
from reporting.summaries.over_time import course_of
from reporting.summaries.periods import opened_periods
from reporting.summaries.results import Scope
from reporting.summaries.timeliness import timeliness_of
from reporting.views.levels import group_or_404, level_and_group_or_404
from reporting.views.maps import province_context
from reporting.views.members import asked_or_404
from reporting.views.spans import institutions_of, nation_or_404, provinces_of, span_or_404


def table_response(name: str, lines: Iterable[Line], ending: str, notes: Iterable[Line] = ()) -> HttpResponse:
    """Send a table as the file `name` with its length and SHA-256 (RFC 9530).

    Its manifest tells the rows and their hash, in XLSX in a sheet of its own; `notes` stand before them.
    """
    target = BytesIO()
    write_table(target, lines, ending=ending, manifest=lambda written: [*notes, *manifest_lines(written)])
    content = target.getvalue()
    response = HttpResponse(content, content_type=CONTENT_TYPES[ending])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}")
    response["Repr-Digest"] = f"sha-256=:{b64encode(sha256(content).digest()).decode()}:"
    return response


def _cutoffs(span: results.Span) -> tuple[int, int]:
    return span.plan_year.rule_set.cutoffs


@require_safe
def national_provinces(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """Every province of the nation."""
    nation_or_404(request)
    span = span_or_404(request, key)
    found = results.national_results(span, opened_periods(request))
    lines = tables.score_lines([row.score for row in found.provinces], _cutoffs(span))
    return table_response(f"capaian-provinsi-{span.key}", lines, ending)


@require_safe
def national_institutions(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """The institutions of the nation with their figures, by code: everybody, or whom the address asks for."""
    asked = asked_or_404(request, key)
    scores = sorted((row.score for row in asked.rows()), key=lambda score: score.institution.code)
    lines = tables.score_lines(scores, _cutoffs(asked.span))
    filters = [[_("Saringan: %(name)s") % {"name": name}, value] for name, value in asked.words]
    name = "-".join(["capaian-instansi", asked.span.key, *(["tersaring"] if filters else [])])
    return table_response(name, lines, ending, filters)


@require_safe
def region_provinces(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """The provinces of a Kanwil, or of whoever else has some."""
    provinces = list(provinces_of(request)) if request.actor else []
    if not provinces:
        raise Http404
    span = span_or_404(request, key)
    found = results.province_rows(span, provinces, opened_periods(request))
    lines = tables.score_lines([row.score for row in found], _cutoffs(span))
    return table_response(f"capaian-wilayah-{span.key}", lines, ending)


@require_safe
def province(request: HttpRequest, code: str, key: str, ending: str) -> HttpResponse:
    """A province's government and each of its kab/kota."""
    found = get_object_or_404(provinces_of(request), code=code)
    span = span_or_404(request, key)
    whole = results.province_results(span, found, opened_periods(request))
    rows = [*([whole.own] if whole.own else []), *whole.members]
    lines = tables.score_lines([row.score for row in rows], _cutoffs(span))
    return table_response(f"capaian-{code}-{span.key}", lines, ending)


@require_safe
def province_details(request: HttpRequest, code: str, key: str, ending: str) -> HttpResponse:
    """What stands beside a province's table: its aksi, the spread of its figures, and when its reports came."""
    row = get_object_or_404(provinces_of(request), code=code)
    span = span_or_404(request, key)
    found = province_context(span, results.province_results(span, row, opened_periods(request)), timezone.now())
    lines = tables.province_lines(found["aksi_means"], found["bins"], found["timeliness"], _cutoffs(span))
    return table_response(f"rincian-{code}-{span.key}", lines, ending)


@require_safe
def province_aksi(request: HttpRequest, code: str, key: str, number: int, ending: str) -> HttpResponse:
    """One aksi of a period in the kabupaten and kota of a province."""
    row = get_object_or_404(provinces_of(request), code=code)
    span = span_or_404(request, key)
    found = aksi_results(span, row, number, timezone.now()) if span.period else None
    if found is None:
        raise Http404
    return table_response(f"aksi-{number}-{code}-{span.key}", tables.aksi_lines(found, _cutoffs(span)), ending)


@require_safe
def national_trend(request: HttpRequest, ending: str) -> HttpResponse:
    """The nation in every closed period."""
    nation_or_404(request)
    course = course_of(Scope.NATION, timezone.now(), most=None)
    return table_response("tren-nasional", tables.trend_lines(course), ending)


@require_safe
def province_trend(request: HttpRequest, code: str, ending: str) -> HttpResponse:
    """A province in every closed period."""
    row = get_object_or_404(provinces_of(request), code=code)
    course = course_of(Scope.PROVINCE, timezone.now(), institution=row, most=None)
    return table_response(f"tren-{code}", tables.trend_lines(course), ending)


@require_safe
def institution(request: HttpRequest, code: str, key: str, ending: str) -> HttpResponse:
    """Every period of one institution."""
    row = get_object_or_404(institutions_of(request), code=code)
    span_or_404(request, key)
    return table_response(f"capaian-{code}", tables.history_lines(row), ending)


@require_safe
def level(request: HttpRequest, level: str, key: str, ending: str) -> HttpResponse:
    """The ranking of a level; `?kelompok=` for one target group."""
    span, group = level_and_group_or_404(request, level, key)
    found = level_results(span, level, opened_periods(request), group=group)
    name = f"peringkat-{level}{f'-{group.code}' if group else ''}-{span.key}"
    return table_response(name, tables.ranking_lines(found, _cutoffs(span)), ending)


@require_safe
def level_timeliness(request: HttpRequest, level: str, key: str, ending: str) -> HttpResponse:
    """When the reports of a level came."""
    span, _group = level_and_group_or_404(request, level, key)
    lines = tables.timeliness_lines(timeliness_of(span, level=level))
    return table_response(f"ketepatan-{level}-{span.key}", lines, ending)


@require_safe
def group(request: HttpRequest, code: str, key: str, ending: str) -> HttpResponse:
    """One target group in the nation and its levels."""
    nation_or_404(request)
    span = span_or_404(request, key)
    found = group_results(span, group_or_404(span, code))
    return table_response(f"kelompok-{found.group.code}-{span.key}", tables.group_lines(found, _cutoffs(span)), ending)
