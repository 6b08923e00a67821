"""How the portal writes numbers, sizes, days and instants in Indonesian: pure functions, no database.

They do not follow the active locale: a receipt, an e-mail and a page must print the same words.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
# Indonesia has three zones and no daylight saving: the offset alone names the zone (Keppres 41/1987).
ZONE_NAMES = {timedelta(hours=7): "WIB", timedelta(hours=8): "WITA", timedelta(hours=9): "WIT"}
# The cut-offs of the rule set shipped with the portal; a page with another rule set passes its own.
DEFAULT_CUTOFFS = (50, 80)
NO_SCORE = "belum ada"
MOST_PLACES = 10  # a stored score has ten decimal places
KIBIBYTE = 1024


def thousands(number: int) -> str:
    """Return a whole number with a dot between thousands: 1234567 is "1.234.567"."""
    return f"{number:,}".replace(",", ".")


def rupiah(amount: int | None) -> str:
    """Return an amount in whole rupiah with dots, without "Rp"; "belum diisi" when there is none."""
    return "belum diisi" if amount is None else thousands(int(amount))


def units_of(value: Decimal | Fraction | int, places: int) -> int:
    """Return `value` in units of its last shown decimal, halves away from zero, exactly: 1.235 of two places is 124.

    Whole numbers only: a page shows hundreds of figures, and arithmetic on fractions would take most of its time.
    """
    above, below = value.as_integer_ratio()
    units = (2 * abs(above) * 10**places + below) // (2 * below)
    return units if above >= 0 else -units


def units_text(units: int, places: int) -> str:
    """Return units of the last decimal with exactly `places` decimals and a comma: 123450 of two is "1.234,50"."""
    whole, rest = divmod(abs(units), 10**places)
    sign = "−" if units < 0 else ""
    return f"{sign}{thousands(whole)}" + (f",{rest:0{places}d}" if places else "")


def decimal_text(value: Decimal | Fraction | int, places: int) -> str:
    """Return `value` half up with exactly `places` decimals and a comma: 1234.5 is "1.234,50"."""
    return units_text(units_of(value, places), places)


def score(
    value: Decimal | Fraction | int | None,
    cutoffs: Iterable[int | Decimal] = DEFAULT_CUTOFFS,
    places: int = 2,
) -> str:
    """Return a score (0-100) as it is shown: half up to `places` decimals, "belum ada" for none.

    A band is taken from the exact value, so a figure never looks as if it had reached a cut-off that it
    has not: 79.996 is shown as "79,996", with as many decimals as that needs (at most ten, then cut off).
    """
    return NO_SCORE if value is None else _score_text(value, tuple(cutoffs), places)


@lru_cache(maxsize=8192)  # a page shows hundreds of figures, most of them twice, and the next page the same ones
def _score_text(value: Decimal | Fraction | int, cutoffs: tuple[int | Decimal, ...], places: int) -> str:
    above, below = value.as_integer_ratio()
    limits = [limit.as_integer_ratio() for limit in cutoffs]
    reached = [above * parts >= limit * below for limit, parts in limits]
    for shown in range(places, MOST_PLACES + 1):
        units = units_of(value, shown)
        if reached == [units * parts >= limit * 10**shown for limit, parts in limits]:
            return units_text(units, shown)
    return units_text(above * 10**MOST_PLACES // below, MOST_PLACES)


def difference(value: Decimal | Fraction | int | None, places: int = 1) -> str:
    """Return a signed difference in points: "+2,1", "−0,1", "0,0"; "tidak ada" for none."""
    if value is None:
        return "tidak ada"
    units = units_of(value, places)
    return f"{'+' if units > 0 else ''}{units_text(units, places)}"


def telling_places(first: Decimal | Fraction | int, second: Decimal | Fraction | int, least: int = 2) -> int:
    """Return how many decimals tell two values apart: `least`, or as many as that takes (at most ten).

    So a change is never shown as "65,65" beside "65,65"; values that are equal need no more than `least`.
    """
    if first == second:
        return least
    found = (places for places in range(least, MOST_PLACES) if units_of(first, places) != units_of(second, places))
    return next(found, MOST_PLACES)


def percent(value: Decimal | Fraction | int | None, places: int = 2) -> str:
    """Return a share in percent (0-100) as "89,07%"; "tidak ada" for none."""
    return "tidak ada" if value is None else f"{decimal_text(value, places)}%"


def filesize(size: int) -> str:
    """Return a size in bytes as people say it: "812 byte", "640 KB", "1,8 MB" (1 KB is 1,024 bytes)."""
    if size < KIBIBYTE:
        return f"{size} byte"
    if units_of(Fraction(size, KIBIBYTE), 0) < KIBIBYTE:
        return f"{decimal_text(Fraction(size, KIBIBYTE), 0)} KB"
    return decimal_text(Fraction(size, KIBIBYTE**2), 1).removesuffix(",0") + " MB"


def in_zone(instant: datetime, zone: str | ZoneInfo | None) -> datetime:
    """Return an aware instant in an IANA zone, in the current zone when `zone` is empty.

    Raises ValueError for a naive instant and for an unknown zone.
    """
    if timezone.is_naive(instant):
        raise ValueError("An instant needs a time zone.")
    if not zone:
        return timezone.localtime(instant)
    try:
        return timezone.localtime(instant, ZoneInfo(zone) if isinstance(zone, str) else zone)
    except (OSError, LookupError) as error:
        raise ValueError(f"Unknown time zone: {zone}") from error


def zone_name(instant: datetime) -> str:
    """Return WIB, WITA or WIT for an instant already in its zone, else its offset as UTC+1."""
    offset = instant.utcoffset()
    return ZONE_NAMES.get(offset) or f"UTC{offset.total_seconds() / 3600:+g}"


def day_month(day: date) -> str:
    """Return "30 September"."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def short_day(day: date) -> str:
    """Return "30 September 2026"."""
    return f"{day_month(day)} {day.year}"


def long_day(day: date) -> str:
    """Return "Rabu, 30 September 2026"; an aware datetime counts in the current zone."""
    if isinstance(day, datetime):
        day = in_zone(day, None)
    return f"{DAYS[day.weekday()]}, {short_day(day)}"


def clock(instant: datetime, zone: str | ZoneInfo | None = None) -> str:
    """Return "14.32 WITA"."""
    local = in_zone(instant, zone)
    return f"{local:%H.%M} {zone_name(local)}"


def moment(instant: datetime, zone: str | ZoneInfo | None = None) -> str:
    """Return "Rabu, 30 September 2026 pukul 23.59 WIB", to the minute, in `zone`."""
    local = in_zone(instant, zone)
    return f"{long_day(local.date())} pukul {clock(local, local.tzinfo)}"


def deadline(end: datetime, zone: str | ZoneInfo | None = None) -> str:
    """Return the last minute before an exclusive end: 00.00 reads 23.59 of the day before."""
    return moment(last_minute(end), zone)


def last_minute(end: datetime) -> datetime:
    """Return the last full minute before an exclusive end."""
    return end - timedelta(minutes=1)


def near_moment(instant: datetime, zone: str | ZoneInfo | None = None, now: datetime | None = None) -> str:
    """Return an instant as seen from today: "Hari ini, 13.40 WITA", "Kemarin, ...", else day and year."""
    local = in_zone(instant, zone)
    days_ago = (in_zone(now or timezone.now(), zone).date() - local.date()).days
    day = {0: "Hari ini", 1: "Kemarin"}.get(days_ago) or long_day(local.date())
    return f"{day}, {clock(local, local.tzinfo)}"


def day_range(first: date, last: date) -> str:
    """Return "22 sampai 30 September 2026", naming month and year once where they are the same."""
    if first == last:
        return short_day(first)
    if first.year != last.year:
        return f"{short_day(first)} sampai {short_day(last)}"
    start = str(first.day) if first.month == last.month else day_month(first)
    return f"{start} sampai {short_day(last)}"


def window(start: datetime, end: datetime, zone: str | ZoneInfo | None = None) -> str:
    """Return the days of a window with an exclusive end, in `zone`: "22 sampai 30 September 2026"."""
    return day_range(in_zone(start, zone).date(), in_zone(last_minute(end), zone).date())


def time_left(end: datetime, now: datetime | None = None) -> str:
    """Return the time until an exclusive end, never rounded up: "2 hari 10 jam", "45 menit".

    Once the end has come: "lewat 3 jam", with the largest unit only.
    """
    seconds = int((end - (now or timezone.now())).total_seconds())
    if seconds <= 0:
        return f"lewat {_span(-seconds, units=1)}"
    return _span(seconds, units=2)


def _span(seconds: int, *, units: int) -> str:
    parts = [
        (seconds // 86400, "hari"),
        (seconds // 3600 % 24, "jam"),
        (seconds // 60 % 60, "menit"),
    ]
    first = next((index for index, (count, _) in enumerate(parts) if count), None)
    if first is None:
        return "kurang dari 1 menit"
    return " ".join(f"{count} {name}" for count, name in parts[first : first + units] if count)


def first_sentence(text: str) -> tuple[str, str]:
    """Return the first sentence of a message and the rest, which may be empty."""
    head, mark, rest = text.partition(". ")
    return (f"{head}.", rest) if mark else (text, "")
