"""Second readings of the demo: one closed sample, and one that is mostly read, so that every page has something."""

from datetime import date, datetime, timedelta

from actions.actors import Actor
from actions.models import ReportingPeriod
from reporting.demo.outcomes import generator
from reporting.demo.people import demo_actor
from reporting.models import Judgement, MeasureAnswer, Reading, ReadingSample, ReasonCode, SampledMeasure
from reporting.services import reading

SHARE, LEAST = 4, 3
ALIKE = 0.84
"""The chance that a second reader uses the word of the first, for one aspect."""
Value = Judgement.Value


def ensure_readings(closed: ReportingPeriod, running: ReportingPeriod, today: date) -> None:
    """Draw and read the samples of two periods, one wholly and one mostly; safe to run again."""
    if not ReadingSample.objects.filter(period=closed).exists():
        sample = read_sample(closed, 1.0, today)
        note = "Sisanya hanya dapat dibaca anggota lain Panitia Nasional. (contoh)"
        end = closed.review_due_at + timedelta(days=21)
        reading.close(sample, by=demo_actor("pusat", today), note=note, now=end)
    if not ReadingSample.objects.filter(period=running).exists():
        read_sample(running, 0.86, today)


def read_sample(period: ReportingPeriod, share_read: float, today: date) -> ReadingSample:
    """Draw the sample of a period and write `share_read` (0-1) of its second readings and most third ones."""
    start = period.review_due_at + timedelta(days=1)
    seed = f"contoh-{period.key}"
    sample = reading.draw(period, by=demo_actor("pusat", today), share=SHARE, least=LEAST, seed=seed, now=start)
    rows = sample.measures.exclude(answer__item__report__institution__houses_secretariat=True)
    chosen = [row for row in rows.select_related("judgement") if _draw(sample, row) <= share_read]
    second, third = demo_actor("pusat2", today), demo_actor("pusat3", today)
    readings = [_reading(sample, row, Reading.Kind.SECOND, second, start) for row in chosen]
    different = [row for row, found in zip(chosen, readings, strict=True) if _words(found) != _words(row.judgement)]
    cut = len(different) if share_read == 1 else len(different) * 2 // 3
    readings += [_reading(sample, row, Reading.Kind.THIRD, third, start) for row in different[:cut]]
    Reading.objects.bulk_create(readings)
    _give_reasons(readings)
    return sample


def _draw(sample: ReadingSample, row: SampledMeasure) -> float:
    return generator("baca", sample.seed, row.position).random()


def _words(judged: Judgement | Reading) -> tuple[str, str]:
    return judged.administration, judged.substance


def _reading(sample: ReadingSample, row: SampledMeasure, kind: str, by: Actor, start: datetime) -> Reading:
    random, first = generator(kind, sample.seed, row.position), row.judgement
    words = {
        name: value if random.random() < ALIKE else random.choice(Value.values)
        for name, value in (("administration", first.administration), ("substance", first.substance))
    }
    if first.execution == MeasureAnswer.Execution.NOT_CARRIED_OUT:
        words["substance"] = Value.NOT_MET
    note = "Dibaca dari berkas yang dikirim; tanda tangan ada di halaman terakhir. (contoh)"
    return Reading(
        sampled=row,
        kind=kind,
        **words,
        note=note if kind == Reading.Kind.THIRD else "",
        read_at=start + timedelta(minutes=random.randint(60, 9000), days=7 if kind == Reading.Kind.THIRD else 0),
        read_by=by.user,
        office=by.institution,
    )


def _give_reasons(readings: list[Reading]) -> None:
    codes = {code.aspect: code for code in ReasonCode.objects.filter(is_active=True).order_by("-code")}
    through = Reading.reasons.through
    through.objects.bulk_create(
        through(reading_id=row.pk, reasoncode_id=codes[aspect].pk)
        for row in readings
        for aspect in ("administration", "substance")
        if getattr(row, aspect) != Value.MET and aspect in codes
    )
