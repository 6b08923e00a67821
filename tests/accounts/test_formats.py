from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import formats

MIDNIGHT_WIB = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)  # 1 October 2026, 00.00 WIB


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (0, "0"),
        (999, "999"),
        (1234567, "1.234.567"),
        (180_000_000, "180.000.000"),
        (-2500, "-2.500"),
        (None, "belum diisi"),
    ],
)
def test_rupiah_has_dots_between_thousands(amount, expected):
    assert formats.rupiah(amount) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "belum ada"),
        (Decimal("0"), "0,00"),
        (Decimal("100"), "100,00"),
        (Decimal("71.245"), "71,25"),
        (Fraction(200, 3), "66,67"),
        (Decimal("79.994"), "79,99"),
        (Decimal("79.996"), "79,996"),
        (Decimal("49.9951"), "49,995"),
        (Decimal("79.9999999999"), "79,9999999999"),
        (80 - Fraction(1, 10**15), "79,9999999999"),
        (Decimal("64.998"), "65,00"),
    ],
)
def test_score_rounds_half_up_but_never_into_a_band(value, expected):
    assert formats.score(value) == expected


def test_score_uses_the_cut_offs_of_its_rule_set():
    assert formats.score(Decimal("64.998"), cutoffs=[65, 75]) == "64,998"
    assert formats.score(Decimal("79.996"), cutoffs=[65, 75]) == "80,00"


@given(st.fractions(min_value=0, max_value=100))
def test_score_shown_is_always_in_the_band_of_the_exact_value(value):
    shown = Decimal(formats.score(value).replace(",", "."))

    assert (shown >= 80, shown >= 50) == (value >= 80, value >= 50)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("2.14"), "+2,1"),
        (Decimal("-0.1"), "−0,1"),
        (Decimal("0.04"), "0,0"),
        (Decimal("-0.04"), "0,0"),
        (None, "tidak ada"),
    ],
)
def test_difference_carries_its_sign(value, expected):
    assert formats.difference(value) == expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Decimal("65.65"), Decimal("65.66"), 2),
        (Decimal("65.648"), Decimal("65.651"), 3),
        (Decimal("65.65"), Decimal("65.65"), 2),
        (Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**12), 10),
    ],
)
def test_telling_places_are_as_many_as_show_a_change(first, second, expected):
    assert formats.telling_places(first, second) == expected


def test_percent_has_two_decimals():
    assert formats.percent(Fraction(497 * 100, 558)) == "89,07%"
    assert formats.percent(None) == "tidak ada"


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 byte"),
        (1023, "1023 byte"),
        (1024, "1 KB"),
        (640 * 1024, "640 KB"),
        (1024 * 1024 - 1, "1 MB"),
        (1_887_437, "1,8 MB"),
        (20 * 1024 * 1024, "20 MB"),
    ],
)
def test_filesize_is_in_the_unit_people_use(size, expected):
    assert formats.filesize(size) == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Jakarta", "Rabu, 30 September 2026 pukul 23.59 WIB"),
        ("Asia/Pontianak", "Rabu, 30 September 2026 pukul 23.59 WIB"),
        ("Asia/Makassar", "Kamis, 1 Oktober 2026 pukul 00.59 WITA"),
        ("Asia/Jayapura", "Kamis, 1 Oktober 2026 pukul 01.59 WIT"),
        ("Europe/Paris", "Rabu, 30 September 2026 pukul 18.59 UTC+2"),
    ],
)
def test_deadline_is_the_last_minute_in_the_readers_zone(zone, expected):
    assert formats.deadline(MIDNIGHT_WIB, zone) == expected


def test_moment_is_the_instant_itself():
    assert formats.moment(MIDNIGHT_WIB, "Asia/Jakarta") == "Kamis, 1 Oktober 2026 pukul 00.00 WIB"


def test_moment_refuses_a_naive_instant_and_an_unknown_zone():
    with pytest.raises(ValueError, match="time zone"):
        formats.moment(MIDNIGHT_WIB.replace(tzinfo=None), "Asia/Jakarta")
    with pytest.raises(ValueError, match="Unknown time zone"):
        formats.moment(MIDNIGHT_WIB, "Asia/Maumere")


def test_near_moment_says_today_and_yesterday_in_the_readers_zone():
    now = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)

    assert formats.near_moment(now - timedelta(hours=2), "Asia/Makassar", now) == "Hari ini, 14.00 WITA"
    assert formats.near_moment(now - timedelta(hours=17), "Asia/Makassar", now) == "Kemarin, 23.00 WITA"
    assert formats.near_moment(now - timedelta(days=3), "Asia/Makassar", now) == "Jumat, 25 September 2026, 16.00 WITA"


def test_long_day_takes_days_and_instants():
    assert formats.long_day(date(2026, 9, 30)) == "Rabu, 30 September 2026"
    assert formats.long_day(MIDNIGHT_WIB) == "Kamis, 1 Oktober 2026"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 9, 22), date(2026, 9, 30), "22 sampai 30 September 2026"),
        (date(2026, 9, 22), date(2026, 10, 1), "22 September sampai 1 Oktober 2026"),
        (date(2025, 12, 29), date(2026, 1, 3), "29 Desember 2025 sampai 3 Januari 2026"),
        (date(2026, 9, 22), date(2026, 9, 22), "22 September 2026"),
    ],
)
def test_day_range_names_month_and_year_once(first, last, expected):
    assert formats.day_range(first, last) == expected


def test_window_ends_on_its_last_open_day():
    start = datetime(2026, 9, 21, 17, 0, tzinfo=UTC)

    assert formats.window(start, MIDNIGHT_WIB, "Asia/Jakarta") == "22 sampai 30 September 2026"


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(days=2, hours=10, minutes=59), "2 hari 10 jam"),
        (timedelta(days=3), "3 hari"),
        (timedelta(days=1, minutes=5), "1 hari"),
        (timedelta(hours=10, minutes=20), "10 jam 20 menit"),
        (timedelta(minutes=45), "45 menit"),
        (timedelta(seconds=59), "kurang dari 1 menit"),
        (timedelta(0), "lewat kurang dari 1 menit"),
        (-timedelta(hours=3, minutes=10), "lewat 3 jam"),
        (-timedelta(days=2, hours=5), "lewat 2 hari"),
    ],
)
def test_time_left_uses_the_two_largest_units(left, expected):
    assert formats.time_left(MIDNIGHT_WIB, now=MIDNIGHT_WIB - left) == expected


def test_first_sentence_does_not_stop_at_a_clock_time():
    assert formats.first_sentence("Terkirim pukul 15.04 WITA. Nomor 5307.") == (
        "Terkirim pukul 15.04 WITA.",
        "Nomor 5307.",
    )
    assert formats.first_sentence("Tersimpan.") == ("Tersimpan.", "")
