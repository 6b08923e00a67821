"""May these results be published, and what should be known before they are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import ReportingPeriod

MOST_NOTE = 2000
"""Letters of a note."""


@dataclass(frozen=True)
class OpenReviews:
    """How many sent reports of one office still wait for their verification."""

    office: str
    count: int


def may_publish(actor: Actor | None) -> bool:
    """True for verifikator pusat of Ditjen HAM (DOMAIN section 3); the secretariat sets the rules and does not."""
    return bool(actor and actor.is_central_verifier)


def obstacles_to_publishing(
    concerned: Sequence[ReportingPeriod],
    actor: Actor | None,
    *,
    stale: Sequence[ReportingPeriod],
    now: datetime,
) -> list[str]:
    """Return why `actor` cannot publish the results of these periods: one, or all of a year.

    `stale` are the periods whose stored scores no longer tell what is there.
    """
    if not may_publish(actor):
        return [_("Hanya verifikator pusat Ditjen HAM yang menerbitkan hasil.")]
    unfinished = _unfinished(concerned, now)
    reasons = []
    if unfinished:
        names = ", ".join(row.name for row in unfinished)
        reasons.append(_("Belum ditutup: %(names)s. Hasil diterbitkan sesudah pengiriman berakhir.") % {"names": names})
    waiting = [row for row in stale if row in concerned]
    if waiting:
        names = ", ".join(row.name for row in waiting)
        reasons.append(
            _("Nilai sedang dihitung ulang: %(names)s. Tunggu sekitar satu menit, lalu periksa lagi.")
            % {"names": names}
        )
    return reasons


def _unfinished(periods: Iterable[ReportingPeriod], now: datetime) -> list[ReportingPeriod]:
    return [row for row in periods if row.opened_at is None or not row.is_closed_at(now)]


def _corrected_until(period: ReportingPeriod) -> datetime:
    return max(period.correction_until_at, period.objection_until_at)


def checks_passed(
    concerned: Sequence[ReportingPeriod],
    reviews: Sequence[OpenReviews],
    objected: int,
    *,
    stale: Sequence[ReportingPeriod],
    now: datetime,
) -> list[str]:
    """Return what was checked before publishing and found in order: the other side of obstacles and cautions."""
    checks = [
        (not _unfinished(concerned, now), _("Pengiriman sudah ditutup.")),
        (not any(row in concerned for row in stale), _("Nilai sudah mengikuti putusan terakhir.")),
        (not reviews, _("Tidak ada telaah terbuka: semua laporan yang dikirim sudah diverifikasi.")),
        (not objected, _("Tidak ada sanggahan yang belum diputus.")),
        (all(_corrected_until(row) <= now for row in concerned), _("Masa perbaikan dan sanggah sudah berakhir.")),
    ]
    return [words for is_passed, words in checks if is_passed]


def open_reviews(kanwil_names: Iterable[str | None]) -> list[OpenReviews]:
    """Return how many reports wait at each office, most first, from the Kanwil of each one (None: Ditjen HAM)."""
    counts = Counter(name or _("Ditjen HAM") for name in kanwil_names)
    return [OpenReviews(office, count) for office, count in sorted(counts.items(), key=lambda row: (-row[1], row[0]))]


def cautions_before_publishing(
    periods: Sequence[ReportingPeriod], reviews: Sequence[OpenReviews], objected: int, *, now: datetime, zone: str
) -> list[str]:
    """Return what does not forbid publishing but must be acknowledged: the figures may still change.

    `objected` counts the reports with an objection that is not decided yet.
    """
    found = []
    if reviews:
        offices = "; ".join(f"{row.office} {row.count}" for row in reviews)
        total = sum(row.count for row in reviews)
        found.append(
            _("%(total)s laporan sudah dikirim tetapi belum diverifikasi dan tidak masuk rata-rata: %(offices)s.")
            % {"total": formats.thousands(total), "offices": offices}
        )
    if objected:
        found.append(
            _("%(count)s laporan punya sanggahan yang belum diputus.") % {"count": formats.thousands(objected)}
        )
    for period in periods:
        until = _corrected_until(period)
        if now < until:
            found.append(
                _("Masa perbaikan dan sanggah %(period)s belum berakhir, sampai %(until)s.")
                % {"period": period.name, "until": formats.deadline(until, zone)}
            )
    return found


def obstacles_to_this_content(latest_hash: str | None, content_hash: str, *, seen: str, note: str) -> list[str]:
    """Return why this content cannot become the next revision.

    `latest_hash` is that of the newest revision (None: there is none), `seen` what the person had checked.
    """
    if latest_hash == content_hash:
        return [_("Semua angka sama dengan revisi terakhir. Tidak ada yang perlu diterbitkan.")]
    if seen != content_hash:
        return [_("Angka berubah sejak Anda memeriksanya. Periksa sekali lagi, lalu terbitkan.")]
    if latest_hash is None:
        return []
    if not note.strip():
        return [_("Tulis apa yang berubah sejak revisi sebelumnya dan mengapa.")]
    return []
