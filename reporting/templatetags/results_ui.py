"""Drawings of results that hundreds of figures go into: made here in one go, since a template would take its time."""

from collections.abc import Iterable
from html import escape

from django import template
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts import formats
from reporting.summaries.dots import Dot
from reporting.summaries.results import GREY, Row
from reporting.summaries.tiles import HEIGHT, WIDTH

register = template.Library()


@register.simple_tag
def dot_shapes(dots: Iterable[Dot]) -> SafeString:
    """Return the dots of one province by band, each with its words; the shapes themselves stand once in the drawing."""
    by_band: dict[str, list[str]] = {}
    for dot in dots:
        by_band.setdefault(dot.band, []).append(_shape(dot))
    groups = (f'<g class="{_colour(band)}">{"".join(shapes)}</g>' for band, shapes in by_band.items())
    return mark_safe("".join(groups))  # the words are escaped, the rest are numbers and codes of ours


def _shape(dot: Dot) -> str:
    title = f"<title>{escape(dot.title)}</title>"
    if not dot.band:
        return f'<circle cx="{dot.x}" cy="{dot.y}" r="1.8">{title}</circle>'
    return f'<use href="#t-{dot.band}" x="{dot.x}" y="{dot.y}">{title}</use>'


@register.simple_tag
def tile_map(rows: Iterable[Row], cutoffs: tuple[int, int]) -> SafeString:
    """Return the tiles of some provinces that have a place on the map: each a link with its words and its figure."""
    sprite, words = static("img/ikon.svg"), _("instansi melapor")
    tiles = (_tile(row, cutoffs, sprite, words) for row in rows)
    return mark_safe("".join(tiles))  # the words are escaped, the rest are numbers and codes of ours


def _tile(row: Row, cutoffs: tuple[int, int], sprite: str, words: str) -> str:
    place, band = row.tile, row.band
    figure = f"{formats.score(row.value, cutoffs)}, " if row.score.scored else ""
    title = f"{row.institution.name}: {figure}{row.band_word.lower()}, {row.participation} {words}"
    return (
        f'<a href="{escape(row.address)}" class="pu-{band}"><title>{escape(title)}</title>'
        f'<rect class="isi-{"abu-pekat" if band == GREY else band}" x="{place.x}" y="{place.y}" width="{WIDTH}" '
        f'height="{HEIGHT}" rx="7"/>'
        f'<use class="bentuk" href="{sprite}#b-{band}" x="{place.shape_x}" y="{place.shape_y}" width="11" height="11"/>'
        f'<text class="nm{" nm--p" if place.is_long else ""}" x="{place.middle}" y="{place.name_y}">'
        f"{escape(place.abbreviation)}</text>"
        f'<text class="nl" x="{place.middle}" y="{place.value_y}">{tile_figure(row, cutoffs)}</text></a>'
    )


@register.simple_tag
def tile_figure(row: Row, cutoffs: tuple[int, int]) -> str:
    """Return what a tile has room for: the figure with one decimal, else why there is none."""
    return formats.score(row.value, cutoffs, places=1) if row.score.scored else row.short_word


def _colour(band: str) -> str:
    return f"isi-{band}" if band else "tanpa"
