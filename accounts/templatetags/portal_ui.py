"""Filters and tags of the portal's look; the words themselves are made in `accounts.formats`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts import formats

register = template.Library()

Number = Decimal | Fraction | int

# Bands in the order in which they are shown: name in CSS -> word. Grey is a way of showing, not a judgement.
BAND_WORDS = {"hijau": _("Hijau"), "kuning": _("Kuning"), "merah": _("Merah"), "abu": _("Belum lapor")}
# A score scale is drawn 300 units wide with 3 units of margin.
SCALE_LEFT, SCALE_WIDTH = 3, 294
SPREAD_WIDTH = 1000


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Return the icon `name` of the sprite, hidden from screen readers: a word always stands beside it."""
    return format_html(
        '<svg class="ikon{}" aria-hidden="true" focusable="false"><use href="{}#i-{}"></use></svg>',
        f" {css}" if css else "",
        static("img/ikon.svg"),
        name,
    )


@register.simple_tag
@cache  # a few shapes, hundreds of times a page
def band_shape(band: str) -> SafeString:
    """Return the shape of a band: circle, triangle, diamond or hollow ring, in its colour."""
    return format_html(
        '<svg class="isi-{}" viewBox="-7 -7 14 14" aria-hidden="true" focusable="false">'
        '<use href="{}#b-{}" x="-7" y="-7" width="14" height="14"></use></svg>',
        band,
        static("img/ikon.svg"),
        band,
    )


@register.simple_tag
def band_chip(band: str, word: str = "") -> SafeString:
    """Return a band as shape, word and colour; `word` says more than the band's own, e.g. "Tidak lapor"."""
    words = conditional_escape(word or band_word(band))
    return mark_safe(f'<span class="keping keping--{band}">{band_shape(band)}{words}</span>')  # names of bands are ours


@register.filter
def band_word(band: str) -> str:
    """Return the word of a band ("hijau" -> "Hijau")."""
    return str(BAND_WORDS[band])


@register.filter
def rupiah(amount: int | None) -> str:
    """1234567 -> "1.234.567"."""
    return formats.rupiah(amount)


@register.filter
def thousands(number: int) -> str:
    """1234 -> "1.234"."""
    return formats.thousands(number)


@register.filter
def score(value: Number | None, cutoffs: Iterable[Number] = formats.DEFAULT_CUTOFFS) -> str:
    """Decimal("71.245") -> "71,25"; none -> "belum ada"; never rounded over a cut-off."""
    return formats.score(value, cutoffs)


@register.filter
def score_short(value: Number | None, cutoffs: Iterable[Number] = formats.DEFAULT_CUTOFFS) -> str:
    """A score on a tile, with one decimal: Decimal("71.25") -> "71,3"."""
    return formats.score(value, cutoffs, places=1)


@register.filter
def points(value: Number | None) -> str:
    """Points that a gap is worth: Decimal("8.333") -> "8,33"."""
    return formats.NO_SCORE if value is None else formats.decimal_text(value, 2)


@register.filter
def difference(value: Number | None, places: int = 1) -> str:
    """Decimal("2.14") -> "+2,1"; with two places, beside figures that show as many, "+2,14"."""
    return formats.difference(value, places)


@register.filter
def percent(value: Number | None) -> str:
    """Decimal("89.0681") -> "89,07%"."""
    return formats.percent(value)


@register.filter
def filesize_id(size: int) -> str:
    """1887437 -> "1,8 MB"."""
    return formats.filesize(size)


@register.filter
def tanggal(day: date | None) -> str:
    """date(2026, 9, 30) -> "Rabu, 30 September 2026"."""
    return formats.long_day(day) if day else ""


@register.filter
def tanggal_ringkas(day: date | None) -> str:
    """date(2026, 9, 30) -> "30 September 2026"; an instant counts in the current zone."""
    if not day:
        return ""
    return formats.short_day(formats.in_zone(day, None) if isinstance(day, datetime) else day)


@register.filter
def waktu(instant: datetime | None, zone: str = "") -> str:
    """An instant in an IANA zone -> "Rabu, 30 September 2026 pukul 23.59 WIB"."""
    return formats.moment(instant, zone) if instant else ""


@register.filter
def tenggat(end: datetime | None, zone: str = "") -> str:
    """An exclusive end, one minute earlier, in an IANA zone: 00.00 -> "... pukul 23.59 WIB"."""
    return formats.deadline(end, zone) if end else ""


@register.filter
def tenggat_hari(end: datetime | None, zone: str = "") -> str:
    """The last day before an exclusive end -> "Rabu, 30 September 2026"."""
    return formats.long_day(formats.in_zone(formats.last_minute(end), zone).date()) if end else ""


@register.filter
def jam(instant: datetime | None, zone: str = "") -> str:
    """An instant -> "14.32 WITA"."""
    return formats.clock(instant, zone) if instant else ""


@register.filter
def baru_saja(instant: datetime | None, zone: str = "") -> str:
    """An instant as seen from today -> "Hari ini, 13.40 WITA"."""
    return formats.near_moment(instant, zone) if instant else ""


@register.filter
def rentang(start: datetime, end: datetime) -> str:
    """A window with an exclusive end, in the current zone -> "22 sampai 30 September 2026"."""
    return formats.window(start, end)


@register.filter
def time_left(end: datetime, now: datetime | None = None) -> str:
    """The time until an exclusive end -> "2 hari 10 jam", or "lewat 3 jam"."""
    return formats.time_left(end, now)


@register.filter
def svg_number(value: Number | float) -> str:
    """A number for an SVG or HTML attribute: a point, whatever the locale (12.5 -> "12.5")."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


@register.filter
def lead_sentence(text: str) -> SafeString:
    """Return a message with its first sentence in bold. Text that is already HTML is left as it is."""
    if isinstance(text, SafeData):
        return conditional_escape(text)
    head, rest = formats.first_sentence(str(text))
    return format_html("<strong>{}</strong> {}", head, rest) if rest else format_html("<strong>{}</strong>", head)


@dataclass(frozen=True)
class Stretch:
    """One coloured part of a bar: where it starts, how wide it is, in SVG units, and what it counts."""

    band: str
    x: str
    width: str
    count: int = 0
    label_x: str = ""
    label: str = ""


def _at(value: Number) -> float:
    return SCALE_LEFT + SCALE_WIDTH * float(value) / 100


def scale_stretches(yellow_from: Number, green_from: Number) -> list[Stretch]:
    """Return the three bands of a 0-100 scale with a gap of one unit on each side of a cut-off."""
    limits = [("merah", 0, yellow_from), ("kuning", yellow_from, green_from), ("hijau", green_from, 100)]
    return [
        Stretch(
            band=band,
            x=svg_number(_at(low) + (1 if low else 0)),
            width=svg_number(max(_at(high) - _at(low) - (1 if low else 0) - (1 if high < 100 else 0), 0)),
            label_x=svg_number(_at(low)),
            label=f"{low} {band}",
        )
        for band, low, high in limits
    ]


@register.inclusion_tag("includes/score_scale.html")
def score_scale(value: Number | None, *, yellow_from: Number, green_from: Number, best: Number | None = None) -> dict:
    """Draw a 0-100 scale: a solid pointer at `value`, a dashed one at `best` (after the best next step)."""
    return {
        "value": value,
        "best": best,
        "value_x": "" if value is None else svg_number(_at(value)),
        "best_x": "" if best is None else svg_number(_at(best)),
        "yellow_from": yellow_from,
        "green_from": green_from,
        "cutoffs": (yellow_from, green_from),
        "stretches": scale_stretches(yellow_from, green_from),
    }


def spread_stretches(counts: Mapping[str, int], total_width: int = SPREAD_WIDTH) -> list[Stretch]:
    """Return the parts of a stacked bar for counts by band, in the fixed order of the bands."""
    total = sum(counts.get(band, 0) for band in BAND_WORDS)
    stretches, x = [], 0.0
    for band in BAND_WORDS:
        count = counts.get(band, 0)
        width = total_width * count / total if total else 0
        if count:
            stretches.append(Stretch(band, svg_number(x), svg_number(max(width - 1.2, 0.6)), count))
        x += width
    return stretches


@register.simple_tag
def band_spread(counts: Mapping[str, int], *, css: str = "pita-tumpuk", closed: bool = False) -> SafeString:
    """Draw counts by band (hijau, kuning, merah, abu) as one stacked bar; `closed` says "tidak lapor".

    A legend or a table stands beside it.
    """
    words = _spread_words(closed)
    height = 18 if css == "pita-tumpuk" else 12
    parts = (
        f'<rect class="rata-{part.band}" x="{part.x}" width="{part.width}" height="{height}"/>'
        for part in spread_stretches(counts)
    )
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        css,
        SPREAD_WIDTH,
        height,
        ", ".join(f"{counts.get(band, 0)} {word}" for band, word in words.items()),
        mark_safe("".join(parts)),  # names of bands and numbers
    )


@cache
def _spread_words(closed: bool) -> dict[str, str]:
    words = {band: str(word).lower() for band, word in BAND_WORDS.items()}
    return words | {"abu": str(_("tidak lapor"))} if closed else words
