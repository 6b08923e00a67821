"""Saying which OPD owns which aksi of an institution, for a whole plan year at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import Assignment, AssignmentUnit, Institution, PlanYear, Unit
from actions.policies.errors import NotAllowed, refuse
from reporting.policies.sending import obstacles_to_assigning

NAME_LENGTH = Unit._meta.get_field("name").max_length


@dataclass(frozen=True)
class UnitChoice:
    """The OPD of one assignment by name: who leads (empty: nobody yet) and who helps. New names become units."""

    assignment_id: int
    lead: str = ""
    others: Sequence[str] = field(default_factory=tuple)


def assign_units(institution: Institution, choices: Iterable[UnitChoice], *, plan_year: PlanYear, by: Actor) -> int:
    """Give each chosen assignment exactly the named OPD; return how many assignments changed.

    A name that `institution` does not have yet, however spelled in capitals, becomes a unit. An assignment of
    another institution or year raises Assignment.DoesNotExist. Raises NotAllowed.
    """
    refuse(obstacles_to_assigning(institution, by))
    wanted = {choice.assignment_id: choice for choice in choices}
    with transaction.atomic():
        rows = Assignment.objects.select_for_update(of=("self",)).order_by("pk")
        rows = rows.filter(institution=institution, aksi__plan_year=plan_year, pk__in=wanted)
        assignments = list(rows.prefetch_related("assigned_units__unit"))
        if len(assignments) != len(wanted):
            raise Assignment.DoesNotExist
        units = _Units(institution)
        return sum(_assign(assignment, wanted[assignment.pk], units) for assignment in assignments)


class _Units:
    """The units of an institution by name, made where missing and reopened where closed."""

    def __init__(self, institution: Institution):
        self.institution = institution
        rows = Unit.objects.select_for_update(of=("self",)).filter(institution=institution)
        self.by_name = {_folded(unit.name): unit for unit in rows.order_by("is_active", "-pk")}

    def named(self, name: str) -> Unit:
        name = " ".join(name.split())
        if len(name) > NAME_LENGTH:
            raise NotAllowed([_("Nama perangkat daerah paling panjang %(count)s huruf.") % {"count": NAME_LENGTH}])
        unit = self.by_name.get(_folded(name))
        if unit is None:
            unit = Unit.objects.create(institution=self.institution, name=name)
            self.by_name[_folded(name)] = unit
        elif not unit.is_active:
            unit.is_active = True
            unit.save(update_fields=["is_active"])
        return unit


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _assign(assignment: Assignment, choice: UnitChoice, units: _Units) -> bool:
    lead = units.named(choice.lead) if choice.lead.strip() else None
    wanted = {units.named(name).pk: False for name in choice.others if name.strip()}
    if lead:
        wanted[lead.pk] = True
    before = {row.unit_id: row.is_lead for row in assignment.assigned_units.all()}
    if wanted == before:
        return False
    assignment.assigned_units.all().delete()
    AssignmentUnit.objects.bulk_create(
        AssignmentUnit(assignment=assignment, unit_id=unit_id, is_lead=is_lead) for unit_id, is_lead in wanted.items()
    )
    return True
