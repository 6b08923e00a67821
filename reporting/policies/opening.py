"""May this period be opened, and what would opening it create."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import Assignment, Institution, Measure, ReportingPeriod, day_of_duty


def institutions_owing(period: ReportingPeriod) -> QuerySet[Institution]:
    """Institutions with an expected report: in force, duty begun, assigned something with a measure this period.

    Source: Perpres 53/2021 Pasal 8 for who reports; DOMAIN section 1 for the conditions.
    """
    measured = Measure.objects.filter(period=period, aksi=OuterRef("aksi"))
    assigned = Assignment.objects.filter(Exists(measured), institution=OuterRef("pk"))
    assigned = assigned.filter(aksi__plan_year=period.plan_year_id)
    return Institution.objects.reporting_on(day_of_duty(period)).filter(Exists(assigned))


def obstacles_to_opening(period: ReportingPeriod, actor: Actor) -> list[str]:
    """Why `actor` cannot open `period`; opening again is allowed and only adds what is missing."""
    if not actor.is_secretariat:
        return [_("Hanya sekretariat yang membuka periode pelaporan.")]
    if not Measure.objects.filter(period=period).exists():
        return [_("Periode ini belum punya ukuran keberhasilan. Impor katalog aksi tahun ini dulu.")]
    if not institutions_owing(period).exists():
        return [_("Belum ada instansi yang ditugasi. Tugaskan aksi kepada satu jenjang dulu.")]
    return []


@dataclass(frozen=True)
class OpeningPreview:
    """How many reports opening would create, by level code, and how many exist already."""

    expected: dict[str, int]
    to_create: int
    existing: int

    @property
    def total(self) -> int:
        return sum(self.expected.values())


def preview_opening(period: ReportingPeriod) -> OpeningPreview:
    """Count what `open_period` would create, in two queries; a report that nobody owes any more still exists."""
    expected: dict[str, int] = {}
    there = set(period.reports.values_list("institution_id", flat=True))
    owing = list(institutions_owing(period).values_list("pk", "kind"))
    for _pk, kind in owing:
        level = Institution(kind=kind).level
        expected[level] = expected.get(level, 0) + 1
    return OpeningPreview(expected, to_create=sum(pk not in there for pk, _kind in owing), existing=len(there))
