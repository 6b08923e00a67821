"""Load a catalogue of aksi and measures from one file: preview first, then all or nothing."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import (
    Aksi,
    CatalogueUpload,
    EvidenceKind,
    Institution,
    Level,
    Measure,
    MeasureEvidence,
    PlanYear,
)
from actions.policies.administering import obstacles_to_administering
from actions.policies.errors import refuse
from actions.services.catalogue_rows import (
    COLUMNS,
    OPTIONAL_COLUMNS,
    AksiKey,
    Evidence,
    KnownNames,
    KnownYear,
    MeasureKey,
    PlannedAksi,
    PlannedMeasure,
    parse_rows,
)
from actions.services.institutions import normalise_name
from actions.services.tables import CellError, ImportRefused, read_table

AKSI_FIELDS = ("title", "success_criterion", "suggested_offices", "is_illustrative", "source")
MEASURE_FIELDS = ("text", "needs_number", "is_illustrative", "has_illustrative_evidence")


@dataclass
class CatalogueCounts:
    """How many rows a file has, and what loading it would create, change and leave."""

    rows: int = 0
    aksi_created: int = 0
    aksi_changed: int = 0
    aksi_unchanged: int = 0
    measures_created: int = 0
    measures_changed: int = 0
    measures_unchanged: int = 0
    measures_kept: int = 0
    """Measures of the same aksi that the file does not name: they stay."""


@dataclass
class CataloguePlan:
    """What a file would do: its aksi, every fault, what the reader should know, and the counts."""

    aksi: dict[AksiKey, PlannedAksi] = field(default_factory=dict)
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: CatalogueCounts = field(default_factory=CatalogueCounts)
    illustrative_measures: int = 0
    measures_with_illustrative_evidence: int = 0

    @property
    def is_unchanged(self) -> bool:
        """True if loading the file would write nothing."""
        counts = self.counts
        return not (counts.aksi_created or counts.aksi_changed or counts.measures_created or counts.measures_changed)


@dataclass
class _Stored:
    """The aksi of the file's years as the database has them."""

    aksi: dict[AksiKey, Aksi] = field(default_factory=dict)
    groups: dict[int, frozenset[str]] = field(default_factory=dict)
    measures: dict[int, dict[MeasureKey, Measure]] = field(default_factory=dict)
    evidence: dict[int, tuple[tuple[str, bool], ...]] = field(default_factory=dict)


def plan_catalogue(content: bytes, name: str, *, now: datetime | None = None) -> CataloguePlan:
    """Return what loading the file (CSV or XLSX) would do, with every fault; writes nothing.

    Measures that a file does not name stay as they are. A closed period (opened, and past its late time)
    refuses new and changed measures: they have been judged.
    """
    plan, _known, _stored = _plan(content, name, now or timezone.now())
    return plan


@transaction.atomic
def apply_catalogue(content: bytes, name: str, *, now: datetime | None = None) -> CataloguePlan:
    """Load the file and return what was done; a second run changes nothing.

    Asks nobody: the command line has the machine already, and the page asks in `apply_upload`. Raises
    ImportRefused, with every fault, before anything changes.
    """
    list(PlanYear.objects.select_for_update(of=("self",)).order_by("pk"))  # one import at a time
    plan, known, stored = _plan(content, name, now or timezone.now())
    if plan.errors:
        raise ImportRefused(plan.errors)
    _store_aksi(plan, known, stored)
    _store_measures(plan, known, stored)
    return plan


def _plan(content: bytes, name: str, now: datetime) -> tuple[CataloguePlan, KnownNames, _Stored]:
    table = read_table(content, COLUMNS, optional=OPTIONAL_COLUMNS, name=name)
    plan = CataloguePlan(errors=table.errors, notes=table.notes)
    if any(not error.row or error.row == 1 for error in table.errors):
        return plan, KnownNames({}, lambda _name: []), _Stored()
    known = _known_names()
    plan.aksi, faults = parse_rows(table, known)
    plan.errors = table.errors + faults
    plan.counts.rows = len(table.rows)
    stored = _stored_aksi({key.year for key in plan.aksi})
    _compare(plan, known, stored, now)
    return plan, known, stored


def _known_names() -> KnownNames:
    years = {}
    rows = PlanYear.objects.select_related("plan", "calendar")
    for plan_year in rows.prefetch_related("periods", "plan__target_groups"):
        groups = plan_year.plan.target_groups.all()
        years[plan_year.year] = KnownYear(
            plan_year=plan_year,
            calendar=plan_year.calendar.code,
            periods={
                period.code: period for period in sorted(plan_year.periods.all(), key=lambda period: period.number)
            },
            target_groups={group.code: group for group in groups} | {group.name.lower(): group for group in groups},
        )
    names = defaultdict(dict)
    ministries = Institution.objects.of_level(Level.MINISTRY).prefetch_related("aliases")
    for body in ministries:
        spellings = {body.name, body.short_name, body.code, *(alias.name for alias in body.aliases.all())}
        for spelling in spellings - {""}:
            names[normalise_name(spelling)][body.pk] = body
    return KnownNames(years, lambda name: list(names.get(normalise_name(name), {}).values()))


def _stored_aksi(years: set[int]) -> _Stored:
    stored = _Stored()
    rows = Aksi.objects.filter(plan_year__year__in=years).select_related("plan_year")
    for aksi in rows.prefetch_related("target_groups", "measures__period", "measures__evidence_wanted__kind"):
        stored.aksi[AksiKey(aksi.plan_year.year, aksi.level, aksi.institution_id, aksi.number)] = aksi
        stored.groups[aksi.pk] = frozenset(group.code for group in aksi.target_groups.all())
        stored.measures[aksi.pk] = {}
        for measure in aksi.measures.all():
            stored.measures[aksi.pk][MeasureKey(measure.period.code, measure.number)] = measure
            wanted = sorted(measure.evidence_wanted.all(), key=lambda row: (row.order, row.pk))
            stored.evidence[measure.pk] = tuple((row.kind.code, row.is_required) for row in wanted)
    return stored


def _compare(plan: CataloguePlan, known: KnownNames, stored: _Stored, now: datetime) -> None:
    counts, touched = plan.counts, set()
    for key, planned in plan.aksi.items():
        aksi = stored.aksi.get(key)
        there = stored.measures[aksi.pk] if aksi else {}
        if aksi is None:
            counts.aksi_created += 1
            planned.is_new = planned.has_changes = True
        elif _aksi_differs(aksi, planned, stored):
            counts.aksi_changed += 1
            planned.has_changes = True
        else:
            counts.aksi_unchanged += 1
        counts.measures_kept += len(there.keys() - planned.measures.keys())
        for measure_key, measure in planned.measures.items():
            plan.illustrative_measures += measure.is_illustrative
            plan.measures_with_illustrative_evidence += measure.has_illustrative_evidence
            current = there.get(measure_key)
            if current is None:
                counts.measures_created += 1
            elif _measure_differs(current, measure, stored):
                counts.measures_changed += 1
            else:
                counts.measures_unchanged += 1
                continue
            planned.has_changes = True
            period = known.years[key.year].periods[measure_key.period]
            if period.opened_at and period.is_closed_at(now):
                plan.errors.append(CellError(measure.row, "period", _closed(period)))
            elif period.opened_at:
                touched.add(period)
    plan.errors.sort(key=lambda error: error.row)
    _note(plan, touched)


def _closed(period) -> str:
    return _("%(period)s sudah ditutup; ukurannya sudah dinilai dan tidak dapat diubah.") % {"period": period}


def _note(plan: CataloguePlan, touched: set) -> None:
    if plan.counts.measures_kept:
        plan.notes.append(
            _("%(count)s ukuran yang sudah ada tidak disebut dalam berkas dan tetap berlaku.")
            % {"count": plan.counts.measures_kept}
        )
    for period in sorted(touched, key=lambda period: period.key):
        plan.notes.append(
            _("%(period)s sudah dibuka. Buka lagi periode itu agar ukuran baru masuk ke laporan yang masih draf.")
            % {"period": period}
        )


def _moves(aksi: Aksi, planned: PlannedAksi, stored: _Stored) -> bool:
    """Whether an aksi that is there counts in other target groups from now on, so that scores must be made anew."""
    return aksi.pk is not None and stored.groups[aksi.pk] != planned.target_groups


def _aksi_differs(aksi: Aksi, planned: PlannedAksi, stored: _Stored) -> bool:
    return _moves(aksi, planned, stored) or any(getattr(aksi, name) != getattr(planned, name) for name in AKSI_FIELDS)


def _measure_differs(measure: Measure, planned: PlannedMeasure, stored: _Stored) -> bool:
    return _wanted(planned.evidence) != stored.evidence[measure.pk] or any(
        getattr(measure, name) != getattr(planned, name) for name in MEASURE_FIELDS
    )


def _wanted(evidence: tuple[Evidence, ...]) -> tuple[tuple[str, bool], ...]:
    return tuple((kind.code, kind.is_required) for kind in evidence)


def _store_aksi(plan: CataloguePlan, known: KnownNames, stored: _Stored) -> None:
    new, changed, regrouped = [], [], []
    for key, planned in plan.aksi.items():
        aksi = stored.aksi.get(key)
        if aksi is None:
            aksi = Aksi(
                plan_year=known.years[key.year].plan_year,
                level=key.level,
                institution_id=key.institution_id,
                number=key.number,
            )
            stored.aksi[key] = aksi
            new.append(aksi)
        elif _aksi_differs(aksi, planned, stored):
            changed.append(aksi)
        else:
            continue
        regrouped.append((key, aksi))
        for name in AKSI_FIELDS:
            setattr(aksi, name, getattr(planned, name))
    moved = {aksi.plan_year_id for key, aksi in regrouped if _moves(aksi, plan.aksi[key], stored)}
    PlanYear.objects.filter(pk__in=moved).update(rescorings=F("rescorings") + 1)
    Aksi.objects.bulk_create(new, batch_size=500)
    Aksi.objects.bulk_update(changed, AKSI_FIELDS, batch_size=200)
    through = Aksi.target_groups.through
    through.objects.filter(aksi__in=[aksi.pk for aksi in changed]).delete()
    through.objects.bulk_create(
        through(aksi_id=aksi.pk, targetgroup_id=known.years[key.year].target_groups[code].pk)
        for key, aksi in regrouped
        for code in sorted(plan.aksi[key].target_groups)
    )


def _store_measures(plan: CataloguePlan, known: KnownNames, stored: _Stored) -> None:
    new, changed, rewanted = [], [], []
    for key, planned_aksi in plan.aksi.items():
        aksi = stored.aksi[key]
        there = stored.measures.get(aksi.pk, {})
        for measure_key, planned in planned_aksi.measures.items():
            measure = there.get(measure_key)
            if measure is None:
                period = known.years[key.year].periods[measure_key.period]
                measure = Measure(aksi=aksi, period=period, number=measure_key.number)
                new.append(measure)
            elif _measure_differs(measure, planned, stored):
                changed.append(measure)
            else:
                continue
            rewanted.append((measure, planned.evidence))
            for name in MEASURE_FIELDS:
                setattr(measure, name, getattr(planned, name))
    Measure.objects.bulk_create(new, batch_size=500)
    Measure.objects.bulk_update(changed, MEASURE_FIELDS, batch_size=200)
    _store_evidence(changed, rewanted)


def _store_evidence(changed: list[Measure], rewanted: list[tuple[Measure, tuple[Evidence, ...]]]) -> None:
    kinds = {kind.code: kind for kind in EvidenceKind.objects.all()}
    missing = {kind.code: kind for _measure, wanted in rewanted for kind in wanted if kind.code not in kinds}
    EvidenceKind.objects.bulk_create(EvidenceKind(code=code, name=kind.name) for code, kind in missing.items())
    kinds |= {kind.code: kind for kind in EvidenceKind.objects.filter(code__in=missing)}
    MeasureEvidence.objects.filter(measure__in=[measure.pk for measure in changed]).delete()
    MeasureEvidence.objects.bulk_create(
        [
            MeasureEvidence(measure_id=measure.pk, kind=kinds[kind.code], is_required=kind.is_required, order=order)
            for measure, wanted in rewanted
            for order, kind in enumerate(wanted, start=1)
        ],
        batch_size=1000,
    )


def store_upload(content: bytes, name: str, *, by: Actor, now: datetime | None = None) -> CatalogueUpload:
    """Keep a file for its preview and confirmation, and clear away files nobody confirmed. Raises NotAllowed."""
    now = now or timezone.now()
    refuse(obstacles_to_administering(by))
    with transaction.atomic():
        CatalogueUpload.objects.abandoned_at(now).delete()
        return CatalogueUpload.objects.create(
            name=name.replace("\x00", "")[-200:], content=content, uploaded_at=now, uploaded_by=by.user
        )


@transaction.atomic
def apply_upload(upload: CatalogueUpload, *, by: Actor, now: datetime | None = None) -> CataloguePlan:
    """Load exactly the file that was previewed, once; return what was done.

    Raises NotAllowed for anyone but the secretariat or a file already loaded, ImportRefused for its faults.
    """
    now = now or timezone.now()
    upload = CatalogueUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    reasons = obstacles_to_administering(by)
    if upload.applied_at:
        reasons.append(_("Berkas ini sudah dimuat. Unggah lagi bila ada perubahan."))
    refuse(reasons)
    plan = apply_catalogue(bytes(upload.content), upload.name, now=now)
    upload.applied_at, upload.applied_by = now, by.user
    upload.save(update_fields=["applied_at", "applied_by"])
    return plan
