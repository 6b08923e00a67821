"""Maps of results, which hundreds of figures go into: drawn here in one go, since a template would take its time."""

from collections.abc import Iterable
from html import escape

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts import formats
from reporting.summaries.dots import Dot, DotMap, ProvinceDots, band_words
from reporting.summaries.results import GREY, Row
from reporting.summaries.tiles import HEIGHT, WIDTH

register = template.Library()


@register.simple_tag
def province_dots(dots: DotMap, key: str) -> SafeString:
    """Return the dots of the nation, one link a province to its results of the period or year `key`.

    The shapes themselves stand once in the drawing (`_dot_shapes.html`).
    """
    words = band_words()
    return mark_safe("".join(_province(found, key, words) for found in dots.provinces))  # the words are escaped


def _province(found: ProvinceDots, key: str, words: dict[str, str]) -> str:
    by_band: dict[str, list[str]] = {}
    for dot in found.dots:
        by_band.setdefault(dot.band, []).append(_shape(dot))
    groups = "".join(f'<g class="{_colour(band)}">{"".join(shapes)}</g>' for band, shapes in by_band.items())
    counts = found.counts(words)
    title = f"{found.name}: {counts}" if counts else found.name
    address = reverse("province-results-of", args=[found.code, key])
    return f'\n<a href="{escape(address)}" aria-label="{escape(title)}">{groups}</a>'


@register.simple_tag
def institution_dots(dots: DotMap, key: str) -> SafeString:
    """Return the dots of one province, each a link to its kabupaten or kota; one without duty is only drawn."""
    return mark_safe("".join(_linked(dot, key) for province in dots.provinces for dot in province.dots))


def _linked(dot: Dot, key: str) -> str:
    if not dot.band:
        return f'<g class="{_colour("")}">{_shape(dot)}</g>'
    address = reverse("institution-results-of", args=[dot.code, key])
    return f'<a class="{_colour(dot.band)}" href="{escape(address)}" aria-label="{escape(dot.title)}">{_shape(dot)}</a>'


def _shape(dot: Dot) -> str:
    title = f"<title>{escape(dot.title)}</title>"
    if not dot.band:
        return f'<circle cx="{dot.x}" cy="{dot.y}" r="1.8">{title}</circle>'
    return f'<use href="#t-{dot.band}" x="{dot.x}" y="{dot.y}">{title}</use>'


def _colour(band: str) -> str:
    return f"isi-{band}" if band else "tanpa"


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
        f'<text class="nl" x="{place.middle}" y="{place.value_y}">{_figure(row, cutoffs)}</text></a>'
    )


@register.simple_tag
def tile_list(rows: Iterable[Row], cutoffs: tuple[int, int]) -> SafeString:
    """Return the same provinces as lines of a list, for phones."""
    sprite = static("img/ikon.svg")
    return mark_safe("".join(_line(row, cutoffs, sprite) for row in rows))  # the words are escaped


def _line(row: Row, cutoffs: tuple[int, int], sprite: str) -> str:
    return (
        f'<li><a class="b-{row.band}" href="{escape(row.address)}"><span>{escape(row.tile.abbreviation)}</span><b>'
        f'<svg class="garis" viewBox="-7 -7 14 14" aria-hidden="true" focusable="false">'
        f'<use href="{sprite}#b-{row.band}" x="-7" y="-7" width="14" height="14"/></svg>{_figure(row, cutoffs)}'
        f'<span class="visually-hidden"> {escape(row.band_word.lower())}</span></b></a></li>'
    )


def _figure(row: Row, cutoffs: tuple[int, int]) -> str:
    """What a tile has room for: the figure with one decimal, else why there is none."""
    return formats.score(row.value, cutoffs, places=1) if row.score.scored else row.short_word
