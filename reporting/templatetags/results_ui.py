"""Drawings of results that hundreds of figures go into: made here in one go, since a template would take its time."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from reporting.summaries.dots import Dot

register = template.Library()


@register.simple_tag
def dot_shapes(dots: Iterable[Dot]) -> SafeString:
    """Return the dots of one province by band, each with its words; the shapes themselves stand once in the drawing."""
    by_band: dict[str, list[str]] = {}
    for dot in dots:
        by_band.setdefault(dot.band, []).append(_shape(dot))
    groups = (f'<g class="{_colour(band)}">{"".join(shapes)}</g>' for band, shapes in by_band.items())
    return mark_safe("".join(groups))  # noqa: S308  the words are escaped, the rest are numbers and codes of ours


def _shape(dot: Dot) -> str:
    title = f"<title>{escape(dot.title)}</title>"
    if not dot.band:
        return f'<circle cx="{dot.x}" cy="{dot.y}" r="1.8">{title}</circle>'
    return f'<use href="#t-{dot.band}" x="{dot.x}" y="{dot.y}">{title}</use>'


def _colour(band: str) -> str:
    return f"isi-{band}" if band else "tanpa"
