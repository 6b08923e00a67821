"""What may be compared with what: governments, provinces with their kab/kota, levels, and the nation with itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import Institution, Level
from reporting.models import Score
from reporting.summaries.results import Span

Scope = Score.Scope
NATION = "nasional"
REGION_PREFIX, LEVEL_PREFIX = "wilayah-", "jenjang-"


@dataclass(frozen=True)
class Subject:
    """What can be compared; `key` stands in addresses. `level` is empty for the nation, as is `institution`.

    A province with its kabupaten and kota is another subject than the provincial government alone.
    """

    key: str
    label: str
    scope: str
    level: str = ""
    institution: Institution | None = None

    @property
    def is_mean(self) -> bool:
        return self.scope != Scope.INSTITUTION

    def is_like(self, other: "Subject") -> bool:
        """True for two that are measured alike: governments of one level, provinces, levels."""
        if self.scope == Scope.LEVEL:
            return other.scope == Scope.LEVEL
        return (self.scope, self.level) == (other.scope, other.level)

    def address(self, span: Span) -> str:
        """The page where the figure of this subject is explained."""
        names = {
            Scope.NATION: ("national-results-of", []),
            Scope.LEVEL: ("level-results", [self.level]),
            Scope.PROVINCE: ("province-results-of", [self.institution.code if self.institution else ""]),
            Scope.INSTITUTION: ("institution-results-of", [self.institution.code if self.institution else ""]),
        }
        name, arguments = names[self.scope]
        return reverse(name, args=[*arguments, span.key])

    def condition(self) -> Q:
        """Its scores; for the nation those of the levels too, which it is the mean of."""
        if self.scope == Scope.NATION:
            return Q(scope__in=[Scope.NATION, Scope.LEVEL])
        if self.scope == Scope.LEVEL:
            return Q(scope=Scope.LEVEL, level=self.level)
        return Q(scope=self.scope, institution=self.institution.pk)


Subjects = list[tuple[str, list[Subject]]]


def subjects_of(actor: Actor, institutions: Iterable[Institution]) -> Subjects:
    """Everything that `actor` may compare, in groups with a heading; `institutions` are those it may open."""
    rows = list(institutions)
    provinces = [row for row in rows if row.kind == Institution.Kind.PROVINSI]
    groups: Subjects = []
    if actor.sees_nation:
        levels = [Subject(f"{LEVEL_PREFIX}{level}", str(level.label), Scope.LEVEL, level) for level in Level]
        groups.append((_("Nasional dan jenjang"), [Subject(NATION, _("Nasional"), Scope.NATION), *levels]))
    regions = [row for row in provinces if _may_open(actor, row)]
    groups.append((_("Provinsi dengan kabupaten/kotanya"), [_region(row) for row in regions]))
    groups.append((_("Pemerintah provinsi"), [_single(row) for row in provinces]))
    names = {row.pk: row.name for row in provinces}
    by_province: dict[str, list[Subject]] = {}
    for row in rows:
        if row.parent_id:
            by_province.setdefault(names.get(row.parent_id, _("Kabupaten dan kota")), []).append(_single(row))
    groups += list(by_province.items())
    groups.append((_("Kementerian dan lembaga"), [_single(row) for row in rows if row.level == Level.MINISTRY]))
    return [(heading, found) for heading, found in groups if found]


def _may_open(actor: Actor, province: Institution) -> bool:
    if actor.sees_nation:
        return True
    if actor.is_kanwil_officer:
        return province.pk in actor.reviewed_province_ids
    return actor.is_pembina and province.pk == actor.institution.pk


def _single(row: Institution) -> Subject:
    return Subject(row.code, row.name, Scope.INSTITUTION, row.level or "", row)


def _region(row: Institution) -> Subject:
    label = _("%(name)s dan kabupaten/kotanya") % {"name": row.name}
    return Subject(f"{REGION_PREFIX}{row.code}", label, Scope.PROVINCE, "", row)


def faults_of(a: Subject, b: Subject, time_a: Span, time_b: Span) -> list[str]:
    """Why these two cannot be compared, in sentences to act on; empty if they can."""
    if (time_a.period is None) != (time_b.period is None):
        return [_("Bandingkan periode dengan periode, atau tahun dengan tahun.")]
    if a.key == b.key and time_a.key == time_b.key:
        return [_("Pilih dua yang berbeda: instansi lain, atau waktu lain.")]
    if a.key != b.key and time_a.key != time_b.key:
        return [_("Bandingkan dua instansi pada waktu yang sama, atau satu instansi pada dua waktu.")]
    if not a.is_like(b):
        return [_("Bandingkan yang sejenjang, misalnya kabupaten dengan kabupaten atau kota.")]
    return []
