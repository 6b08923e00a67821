"""Bacaan kedua: what a sample is drawn from, what waits for whom, and one measure as its reader sees it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import Institution, Membership, ReportingPeriod
from reporting.frozen import NOT_REPORTED, frozen_measures
from reporting.models import Judgement, Objection, Reading, ReadingSample, ReasonCode, Report, SampledMeasure
from reporting.sampling import is_swapped, sample_size
from reporting.states import ReportStatus
from reporting.summaries.desk import MeasureRow

Kind = Reading.Kind

# Before drawing


@dataclass(frozen=True)
class Candidate:
    """A verified measure that may be drawn, with the last judgement of its review and the office that made it."""

    key: str
    answer: int
    judgement: int
    office: str


@dataclass(frozen=True)
class OfficeCount:
    """How many measures of one reviewing office there are, and how many of them would be drawn."""

    name: str
    population: int
    size: int


@dataclass(frozen=True)
class Population:
    """Everything that the sample of a period may be drawn from; `names` are the offices by code."""

    rows: list[Candidate]
    names: dict[str, str]

    @property
    def keys_by_office(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in self.rows:
            found.setdefault(row.office, []).append(row.key)
        return found

    def counts(self, *, share: int, least: int) -> list[OfficeCount]:
        """What a draw would take from each office, by the office's code."""
        return [
            OfficeCount(self.names[code], len(keys), sample_size(len(keys), share=share, least=least))
            for code, keys in sorted(self.keys_by_office.items())
        ]


def population_of(period: ReportingPeriod) -> Population:
    """Return the verified measures of a period that were reported; one query.

    What was not reported is left out: nobody judged it, so agreement on it would say nothing.
    """
    rows = Judgement.objects.filter(
        kind=Judgement.Kind.REVIEW,
        answer__item__report__period=period,
        answer__item__report__status=ReportStatus.VERIFIED,
    )
    place = ("answer__item__report__institution__code", "answer__item__aksi__number", "answer__measure__number")
    values = rows.order_by("pk").values_list("pk", "answer", "execution", "office__code", "office__name", *place)
    found: dict[int, Candidate | None] = {}
    names: dict[str, str] = {}
    for judgement, answer, execution, code, name, *parts in values:  # the last judgement of the review wins
        key = "/".join(str(part) for part in parts)
        found[answer] = Candidate(key, answer, judgement, code) if execution else None
        names[code] = name
    return Population([row for row in found.values() if row], names)


def unverified_of(period: ReportingPeriod) -> int:
    """Return how many reports were sent and are not verified yet: they cannot be drawn."""
    return Report.objects.filter(period=period).sent().exclude(status=ReportStatus.VERIFIED).count()


# While reading


@dataclass
class Entry:
    """One sampled measure with its words; `due` is the reading it waits for, or None. See also `policies.reading`."""

    pk: int
    position: int
    answer: int
    institution: int
    office: int
    is_ministry_own: bool
    execution: str
    measure: int
    first: tuple[str, str]
    read: dict[str, tuple[str, str]] = field(default_factory=dict)
    readers: set[int] = field(default_factory=set)

    @property
    def due(self) -> str | None:
        if Kind.SECOND not in self.read:
            return Kind.SECOND
        return Kind.THIRD if self.is_different and Kind.THIRD not in self.read else None

    @property
    def is_different(self) -> bool:
        """True where the second reader judged otherwise than the first."""
        return Kind.SECOND in self.read and self.read[Kind.SECOND] != self.first


def entries_of(sample: ReadingSample) -> list[Entry]:
    """Return every measure of a sample with the words of its readings, in the order of reading; two queries."""
    report = "answer__item__report__"
    names = ("pk", "position", "answer", f"{report}institution", "judgement__office")
    names += (f"{report}institution__houses_secretariat", "judgement__execution", "answer__measure")
    words = ("judgement__administration", "judgement__substance")
    rows = SampledMeasure.objects.filter(sample=sample).order_by("position").values_list(*names, *words)
    found = {row[0]: Entry(*row[:-2], first=row[-2:]) for row in rows}
    readings = Reading.objects.filter(sampled__sample=sample)
    for pk, kind, reader, *pair in readings.values_list("sampled", "kind", "read_by", "administration", "substance"):
        found[pk].read[kind] = tuple(pair)
        found[pk].readers.add(reader)
    return list(found.values())


def waiting_of(sample: ReadingSample) -> int:
    """Return how many measures of a sample wait for a reader."""
    return sum(entry.due is not None for entry in entries_of(sample))


@dataclass(frozen=True)
class Progress:
    """How far the reading is: `read` of `total` have their second reading, `third` wait for a third one."""

    total: int
    read: int
    third: int

    @property
    def waiting(self) -> int:
        return self.total - self.read + self.third


def progress_of(entries: Iterable[Entry]) -> Progress:
    """Count what is read of some measures."""
    rows = list(entries)
    read = sum(Kind.SECOND in entry.read for entry in rows)
    return Progress(len(rows), read, sum(entry.due == Kind.THIRD for entry in rows))


def offices_of(entries: Iterable[Entry]) -> list[tuple[Institution, list[Entry]]]:
    """Return the measures by the office that judged them first, by the office's code; one query."""
    found: dict[int, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.office, []).append(entry)
    return [(office, found[office.pk]) for office in Institution.objects.filter(pk__in=found).order_by("code")]


@dataclass(frozen=True)
class Queue:
    """What of a sample one person may read now, in their own order, and how far the office is."""

    mine: list[Entry]
    progress: Progress
    seconds: int
    """How many of `mine` wait for a second reading; they come first."""

    def after(self, pk: int) -> Entry | None:
        """The next measure for this person after `pk`, beginning again from the top."""
        return _beside(self.mine, pk, 1)

    def before(self, pk: int) -> Entry | None:
        return _beside(self.mine, pk, -1)


def queue_of(sample: ReadingSample, actor: Actor, now: datetime) -> Queue:
    """Return what `actor` may read of a sample; three queries. See also `policies.reading.obstacles_to_reading`.

    Each reader begins at another place of the same order, so that two at once seldom meet.
    """
    entries = [entry for entry in entries_of(sample) if entry.is_ministry_own != actor.is_central_verifier]
    fit = _fit_for(sample, actor, now) if sample.is_open else set()
    mine = [entry for entry in entries if entry.due and entry.pk in fit and actor.user.pk not in entry.readers]
    start = actor.user.pk * 37 % sample.size
    mine.sort(key=lambda entry: (entry.due == Kind.THIRD, (entry.position - start) % sample.size))
    return Queue(mine, progress_of(entries), sum(entry.due == Kind.SECOND for entry in mine))


def _fit_for(sample: ReadingSample, actor: Actor, now: datetime) -> set[int]:
    """Ids of what this person never judged or decided, of institutions that they do not belong to; one query."""
    judged = Judgement.objects.filter(answer=OuterRef("answer"), judged_by=actor.user.pk)
    decided = Objection.objects.filter(answer=OuterRef("answer"), decided_by=actor.user.pk)
    served = Membership.objects.filter(user=actor.user.pk, institution=OuterRef("answer__item__report__institution"))
    served = served.overlapping(sample.period.covers_from, timezone.localdate(now))
    rows = SampledMeasure.objects.filter(~Exists(judged), ~Exists(decided), ~Exists(served), sample=sample)
    return set(rows.values_list("pk", flat=True))


def places_of(ids: Iterable[int]) -> dict[int, SampledMeasure]:
    """Return measures by id with what a list says of them: institution, aksi and measure; one query."""
    rows = SampledMeasure.objects.filter(pk__in=list(ids))
    rows = rows.select_related("answer__measure", "answer__item__aksi", "answer__item__report__institution")
    return {row.pk: row for row in rows}


def _beside(rows: list[Entry], pk: int, step: int) -> Entry | None:
    others = [row for row in rows if row.pk != pk]
    if not others:
        return None
    place = next((index for index, row in enumerate(rows) if row.pk == pk), None)
    if place is None:
        return others[0]
    return rows[(place + step) % len(rows)]


# One measure


def blind_row(sampled: SampledMeasure) -> MeasureRow:
    """Return a measure as it was sent when it was judged, without any judgement and without what changed before.

    What changed since an earlier sending would tell what the first reviewer had returned.
    """
    content = sampled.judgement.submission.content
    frozen = frozen_measures(content).get(sampled.answer_id, NOT_REPORTED)
    return MeasureRow(sampled.answer, frozen, changes=None, is_judged=False, score=None, band="abu")


def reading_reasons() -> list[ReasonCode]:
    """Return the reason codes in use by code: the order of the review desk would tell which were given before."""
    return list(ReasonCode.objects.filter(is_active=True).order_by("code"))


@dataclass(frozen=True)
class Words:
    """One judgement without its author: its words and its reasons as "S02 text"."""

    label: str
    administration: str
    substance: str
    reasons: list[str]


def both_words(sampled: SampledMeasure, second: Reading) -> list[Words]:
    """Return first judgement and second reading as A and B, in an order decided by the sample's seed; two queries."""
    pair = [sampled.judgement, second]
    if is_swapped(sampled.sample.seed, str(sampled.position)):
        pair.reverse()
    return [_words(label, judged) for label, judged in zip((_("Bacaan A"), _("Bacaan B")), pair, strict=True)]


@dataclass(frozen=True)
class Outcome:
    """One judgement of a measure that is done, with its author; `note` is what was written to the reporter or here."""

    label: str
    words: Words
    who: str
    office: str
    at: datetime
    note: str


def outcomes_of(sampled: SampledMeasure, readings: Iterable[Reading]) -> list[Outcome]:
    """Return first judgement and readings of a measure that is done, oldest first; one query for each one's reasons."""
    first = sampled.judgement
    found = [Outcome(_("Putusan pertama"), _words("", first), str(first.judged_by), first.office.label,
                     first.judged_at, first.note)]  # fmt: skip
    for row in readings:
        label = row.get_kind_display().capitalize()
        found.append(Outcome(label, _words("", row), str(row.read_by), row.office.label, row.read_at, row.note))
    return found


def _words(label: str, judged: Judgement | Reading) -> Words:
    reasons = [str(code) for code in judged.reasons.order_by("code")]
    return Words(label, judged.get_administration_display(), judged.get_substance_display(), reasons)


def differing_thirds(sample: ReadingSample):
    """Third readings that differ from the first judgement, oldest first, with what a list needs; one query."""
    rows = Reading.objects.filter(sampled__sample=sample, kind=Kind.THIRD)
    alike = {name: F(f"sampled__judgement__{name}") for name in ("administration", "substance")}
    rows = rows.exclude(**alike).select_related(
        "sampled__judgement__office", "sampled__answer__measure", "sampled__answer__item__aksi",
        "sampled__answer__item__report__institution",
    )  # fmt: skip
    return rows.order_by("read_at", "pk")
