"""May a sample be drawn, read, closed: reasons why not, in words.

Order of the reasons: who (the office, then conflict of interest), what state, when, what about this measure.
An empty list means "go ahead".
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import ReportingPeriod
from reporting.models import Reading, ReadingSample, Report, SampledMeasure
from reporting.policies.parties import conflicts_of_interest
from reporting.policies.reviewing import obstacles_to_note

Kind = Reading.Kind
MOST_SEED = 40
"""Characters of a seed."""
SEED = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{MOST_SEED - 1}}}")  # never read as a formula by a spreadsheet
MOST_LEAST = 500
"""The greatest minimum for each office."""


def may_draw(actor: Actor) -> bool:
    """True for verifikator pusat of Ditjen HAM (DOMAIN section 3: "samples and may correct")."""
    return actor.is_central_verifier


def may_read(actor: Actor) -> bool:
    """True for whoever reads: Ditjen HAM, and a member of the Panitia Nasional what is Ditjen HAM's own."""
    return actor.is_central_verifier or actor.is_panitia_verifier


def may_see_whole(actor: Actor) -> bool:
    """True for whoever sees the agreement of every office: verifiers and leaders of Ditjen HAM."""
    return actor.is_central_verifier or (actor.is_leader and actor.institution.houses_secretariat)


def obstacles_to_drawing(period: ReportingPeriod, actor: Actor, now: datetime, *, is_drawn: bool) -> list[str]:
    """Why `actor` cannot draw the sample of `period`: only once, and not before its reviews are due."""
    if not may_draw(actor):
        return [_("Hanya verifikator pusat Ditjen HAM yang menarik sampel.")]
    if is_drawn:
        return [_("Sampel periode ini sudah ditarik. Setiap periode ditarik satu kali.")]
    if now < period.review_due_at:
        due = formats.deadline(period.review_due_at, actor.institution.time_zone)
        return [_("Sampel ditarik satu kali, sesudah batas telaah (%(due)s).") % {"due": due}]
    return []


def obstacles_to_these_numbers(*, share: int, least: int, seed: str) -> list[str]:
    """Why a sample cannot be drawn so: `share` in percent for each office, at least `least`, from `seed`."""
    reasons = []
    if not 1 <= share <= 100:
        reasons.append(_("Isi bagian dengan 1 sampai 100 persen."))
    if not 0 <= least <= MOST_LEAST:
        reasons.append(_("Isi jumlah paling sedikit dengan 0 sampai %(most)s.") % {"most": MOST_LEAST})
    if not SEED.fullmatch(seed):
        reasons.append(
            _("Benih diawali huruf atau angka, lalu juga titik, garis bawah atau tanda hubung, paling banyak %(most)s.")
            % {"most": MOST_SEED}
        )
    return reasons


def is_reading_office(actor: Actor, report: Report) -> bool:
    """See also `SampledMeasureQuerySet.readable_by`, which says the same of rows."""
    if report.institution.houses_secretariat:
        return actor.is_panitia_verifier
    return actor.is_central_verifier


def obstacles_to_reading(
    sampled: SampledMeasure,
    report: Report,
    actor: Actor,
    now: datetime,
    *,
    judge_ids: Collection[int],
    readings: Sequence[Reading],
) -> list[str]:
    """Why `actor` cannot read this measure.

    `judge_ids` are all who ever judged it or decided an objection to it, `readings` those there are.
    """
    if not is_reading_office(actor, report):
        return [_("Ukuran ini dibaca ulang kantor lain, bukan kantor Anda.")]
    reasons = conflicts_of_interest(actor, report, now)
    if reasons:
        return reasons
    if not sampled.sample.is_open:
        return [_("Bacaan sampel ini sudah ditutup.")]
    if actor.user.pk in judge_ids:
        return [_("Anda pernah menilai ukuran ini atau memutus sanggahannya, jadi orang lain yang membacanya ulang.")]
    if next_kind(sampled, readings) is None:
        return [_("Ukuran ini sudah selesai dibaca.")]
    if actor.user.pk in {reading.read_by_id for reading in readings}:
        return [_("Bacaan Anda berbeda dari putusan pertama, jadi orang ketiga yang memutus.")]
    return []


def next_kind(sampled: SampledMeasure, readings: Sequence[Reading]) -> str | None:
    """Return which reading is due: the second, the third where first and second differ, or None when it is done.

    Load `sampled` with its `judgement`.
    """
    if not readings:
        return Kind.SECOND
    if any(reading.kind == Kind.THIRD for reading in readings):
        return None
    return None if words_of(readings[0]) == words_of(sampled.judgement) else Kind.THIRD


def words_of(judged) -> tuple[str, str]:
    """Return the words of both aspects of a judgement or a reading."""
    return judged.administration, judged.substance


def obstacles_to_reading_note(kind: str, note: str) -> list[str]:
    """Why the note of a reading will not do: the third needs a reason, and every note has a length."""
    if kind == Kind.THIRD and not note.strip():
        return [_("Tulis alasannya, karena bacaan ketiga memutus yang berbeda.")]
    return obstacles_to_note(decision="", note=note)


def obstacles_to_closing(sample: ReadingSample, actor: Actor, *, waiting: int, note: str) -> list[str]:
    """Why `actor` cannot close a sample; with measures still `waiting` for a reader it takes a reason."""
    if not may_draw(actor):
        return [_("Hanya verifikator pusat Ditjen HAM yang menutup bacaan.")]
    if not sample.is_open:
        return [_("Bacaan sampel ini sudah ditutup.")]
    if waiting and not note.strip():
        return [
            _("Masih ada %(count)s ukuran yang menunggu pembaca. Tulis alasan bila tetap ditutup.") % {"count": waiting}
        ]
    return []
