"""Tables and trends of results, with hundreds of figures: written in one go, since a template would take its time."""

from collections.abc import Iterable
from decimal import Decimal
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts import formats
from accounts.templatetags.portal_ui import band_chip, band_shape, band_spread
from actions.models import ReportingPeriod
from reporting.summaries.charts import Knot, Segment, Trend
from reporting.summaries.results import Row

register = template.Library()

Cutoffs = tuple[int, int]


@register.simple_tag
def result_rows(
    rows: Iterable[Row], cutoffs: Cutoffs, *, single: bool, previous: ReportingPeriod | None, is_closed: bool
) -> SafeString:
    """Return the lines of a table of results: institutions (`single`), or provinces with who reported there.

    With a period `previous` a cell tells the change since then.
    """
    reported = _("melapor")
    lines = []
    for row in rows:
        name = f'<a href="{escape(row.address)}">{escape(row.institution.name)}</a>'
        if not single:
            name += f'<small class="d-md-none redup">{escape(row.participation)} {escape(reported)}</small>'
        change = change_cell(row.change) if previous else ""
        counts = "" if single else _counts(row, cutoffs, is_closed=is_closed)
        lines.append(f'<tr><th scope="row">{name}</th>{figure_cells(row, cutoffs)}{change}{counts}</tr>')
    return mark_safe("".join(lines))  # the words are escaped, the rest are figures and codes of ours


@register.simple_tag
def figure_cells(row: Row, cutoffs: Cutoffs) -> SafeString:
    """Return two cells: the figure, with the shape of its band on a phone, and from there on the band itself."""
    word = row.band_word
    if row.value is None:
        figure = f'<span class="redup fw-normal">{escape(_("belum ada"))}</span>'
    else:
        figure = formats.score(row.value, cutoffs)
    return mark_safe(  # the words are escaped, the rest are figures and codes of ours
        f'<td class="num tebal"><span class="bentuk-hp d-sm-none">{band_shape(row.band)}'
        f'<span class="visually-hidden">{escape(word)}</span></span> {figure}</td>'
        f'<td class="d-none d-sm-table-cell">{band_chip(row.band, word)}</td>'
    )


@register.simple_tag
def change_cell(change: Decimal | None) -> SafeString:
    """Return a cell with the change since the period before, in points."""
    return mark_safe(f'<td class="num d-none d-md-table-cell">{formats.difference(change)}</td>')


def _counts(row: Row, cutoffs: Cutoffs, *, is_closed: bool) -> str:
    return (
        f'<td class="num d-none d-md-table-cell">{formats.score(row.score.reported_value, cutoffs)}</td>'
        f'<td class="num d-none d-md-table-cell">{escape(row.participation)}</td>'
        f'<td class="d-none d-lg-table-cell">{band_spread(row.spread, css="tumpuk-svg", closed=is_closed)}</td>'
    )


@register.simple_tag
def trend_shapes(trend: Trend) -> SafeString:
    """Return what stands in a drawing of a trend: the grid, the lines, and each period as a link to its results."""
    grid = (
        f'<line class="grid" x1="30" x2="{trend.right}" y1="{line.x}" y2="{line.x}"/>'
        f'<text class="sumbu" x="23" y="{line.x}" dy="4" text-anchor="end">{line.text}</text>'
        for line in trend.grid
    )
    lines = (_segment(segment, is_first=not place) for place, segment in enumerate(trend.segments))
    knots = (_knot(knot) for knot in trend.knots)
    periods = (
        f'<text class="sumbu" x="{caption.x}" y="224" text-anchor="middle">{escape(caption.text)}</text>'
        for caption in trend.periods
    )
    years = (
        f'<text class="sumbu kuat" x="{caption.x}" y="244" text-anchor="middle">{caption.text}</text>'
        for caption in trend.years
    )
    return mark_safe("".join([*grid, *lines, *knots, *periods, *years]))  # the words are escaped


def _segment(segment: Segment, *, is_first: bool) -> str:
    edge = f'<line x1="{segment.start}" x2="{segment.start}" y1="10" y2="248" class="grid" stroke-dasharray="4 4"/>'
    return (
        f'{"" if is_first else edge}<text class="sumbu" x="{segment.start}" y="14" dx="{0 if is_first else 7}">'
        f'{escape(segment.calendar.lower())}</text><polyline class="garis-lapor" points="{segment.reported_points}"/>'
        f'<polyline class="garis-data" points="{segment.all_points}"/>'
    )


def _knot(knot: Knot) -> str:
    point = knot.point
    figure = ""
    if knot.shows_value:
        css = ' class="kuat"' if knot.is_last else ""
        place = f'x="{knot.label_x}" y="{knot.label_y}" text-anchor="middle"'
        figure = f"<text {place}{css}>{formats.score(point.all_value, point.cutoffs, places=1)}</text>"
    title = f"{escape(point.label)} {point.year}: {formats.score(point.all_value, point.cutoffs)}"
    css = "simpul simpul--akhir" if knot.is_last else "simpul"
    circle = f'<circle class="{css}" cx="{knot.x}" cy="{knot.y}" r="4.5"/>'
    return f'<a href="{escape(point.address)}"><title>{title}</title>{circle}{figure}</a>'
