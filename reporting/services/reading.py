"""Bacaan kedua: drawing the sample, reading it blind, closing it. None of it changes a judgement or a score."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import Membership, ReportingPeriod
from actions.policies.errors import refuse
from reporting.models import Reading, ReadingSample, ReasonCode, SampledMeasure
from reporting.policies import reading as policies
from reporting.policies.reviewing import fixed_words, obstacles_to_note, obstacles_without_reason
from reporting.sampling import drawn, population_hash
from reporting.services.people import members_at, people_in, verifiers_at
from reporting.services.rejudging import judge_ids_of
from reporting.services.rejudging_messages import tell_people
from reporting.summaries.readings import population_of, waiting_of


def draw(
    period: ReportingPeriod, *, by: Actor, share: int, least: int, seed: str, now: datetime | None = None
) -> ReadingSample:
    """Draw the sample of a period: `share` percent of each office's verified measures, at least `least`.

    The period's row is locked: of two at once the second is refused. Raises NotAllowed.
    """
    now = now or timezone.now()
    refuse(policies.obstacles_to_these_numbers(share=share, least=least, seed=seed))
    with transaction.atomic():
        period = ReportingPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
        is_drawn = ReadingSample.objects.filter(period=period).exists()
        refuse(policies.obstacles_to_drawing(period, by, now, is_drawn=is_drawn))
        population = population_of(period)
        by_key = {row.key: row for row in population.rows}
        keys = drawn(population.keys_by_office, seed=seed, share=share, least=least)
        refuse([] if keys else [_("Belum ada ukuran terverifikasi yang dapat ditarik.")])
        sample = ReadingSample.objects.create(
            period=period,
            seed=seed,
            share=share,
            least=least,
            population=len(by_key),
            population_hash=population_hash(by_key),
            size=len(keys),
            drawn_at=now,
            drawn_by=by.user,
        )
        SampledMeasure.objects.bulk_create(
            SampledMeasure(
                sample=sample, answer_id=by_key[key].answer, judgement_id=by_key[key].judgement, position=position
            )
            for position, key in enumerate(keys, 1)
        )
        _tell_drawn(sample, by, now)
    return sample


def read(
    sampled: SampledMeasure,
    *,
    by: Actor,
    administration: str,
    substance: str,
    reasons: Iterable[ReasonCode] = (),
    note: str = "",
    kind: str | None = None,
    now: datetime | None = None,
) -> Reading:
    """Write down the second reading of a measure, or the third where the first two differ. Raises NotAllowed.

    The aspects are `Judgement.Value` words. `kind` is the reading that the page offered: with another one due
    nothing is written, since somebody else was faster.
    """
    now, reasons, note = now or timezone.now(), list(reasons), note.strip()
    with transaction.atomic():
        sampled = _locked(sampled.pk)
        report = sampled.answer.item.report
        readings = list(sampled.readings.all())
        judges = judge_ids_of(sampled.answer_id)
        refuse(policies.obstacles_to_reading(sampled, report, by, now, judge_ids=judges, readings=readings))
        due = policies.next_kind(sampled, readings)
        refuse(_not_as_offered(kind, due))
        words = fixed_words(sampled.judgement.execution, administration, substance)
        refuse(
            obstacles_without_reason(execution=sampled.judgement.execution, **words, reasons=reasons)
            or policies.obstacles_to_reading_note(due, note)
        )
        reading = Reading.objects.create(
            sampled=sampled, kind=due, **words, note=note, read_at=now, read_by=by.user, office=by.institution
        )
        reading.reasons.set(reasons)
    return reading


def close(sample: ReadingSample, *, by: Actor, note: str = "", now: datetime | None = None) -> ReadingSample:
    """Close the reading of a sample, after which its agreement is shown, also to each Kanwil. Raises NotAllowed."""
    now, note = now or timezone.now(), note.strip()
    with transaction.atomic():
        rows = ReadingSample.objects.select_for_update(of=("self",)).select_related("period__plan_year")
        sample = rows.get(pk=sample.pk)
        waiting = waiting_of(sample)
        refuse(policies.obstacles_to_closing(sample, by, waiting=waiting, note=note))
        refuse(obstacles_to_note(decision="", note=note))
        sample.closed_at, sample.closed_by, sample.closing_note = now, by.user, note if waiting else ""
        sample.save(update_fields=["closed_at", "closed_by", "closing_note"])
        _tell_closed(sample, now)
    return sample


def _locked(sampled_id: int) -> SampledMeasure:
    """The measure with its sample, whose row is locked too: nothing is read while it is being closed."""
    sample_id = SampledMeasure.objects.values_list("sample", flat=True).get(pk=sampled_id)
    ReadingSample.objects.select_for_update(of=("self",)).get(pk=sample_id)
    rows = SampledMeasure.objects.select_related("sample", "judgement", "answer__item__report__institution")
    return rows.select_related("answer__item__report__period").get(pk=sampled_id)


def _not_as_offered(offered: str | None, due: str | None) -> list[str]:
    if offered in (None, due):
        return []
    return [_("Ukuran ini baru saja dibaca orang lain. Muat ulang halaman ini, atau lanjut ke bacaan berikutnya.")]


def _tell_drawn(sample: ReadingSample, by: Actor, now: datetime) -> None:
    """Tell each office how many it reads: Ditjen HAM all but its own ministry's, the Panitia Nasional those."""
    own = sample.measures.filter(answer__item__report__institution__houses_secretariat=True).count()
    for size, members in [
        (sample.size - own, verifiers_at(now, of_panitia=False)),
        (own, verifiers_at(now, of_panitia=True)),
    ]:
        words = {"period": sample.period, "size": formats.thousands(size)}
        tell_people(
            people_in(members).exclude(pk=by.user.pk) if size else (),
            subject=f"sample-drawn:{sample.pk}",
            kind="sample_drawn",
            title=_("Sampel bacaan kedua %(period)s sudah ditarik: %(size)s ukuran bagi kantor Anda") % words,
            body=_("Bacalah tanpa melihat putusan pertama. Urutan bacaan sudah diacak."),
            path=sample.get_absolute_url(),
            now=now,
        )


def _tell_closed(sample: ReadingSample, now: datetime) -> None:
    offices = SampledMeasure.objects.filter(sample=sample).values("judgement__office")
    members = members_at(now).filter(institution__in=offices, role=Membership.Role.KANWIL_OFFICER)
    title = _("Hasil bacaan kedua %(period)s sudah dapat dilihat") % {"period": sample.period}
    body = _("Kesesuaian kantor Anda dengan pembaca kedua ditampilkan sebagai angka keseluruhan. Nilai tidak berubah.")
    tell_people(
        people_in(members),
        subject=f"sample-closed:{sample.pk}",
        kind="sample_closed",
        title=title,
        body=body,
        path=sample.get_absolute_url(),
        now=now,
    )
