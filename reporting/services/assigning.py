"""Saying which OPD owns which aksi of an institution, for a whole plan year at once."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
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
    """The OPD of one assignment by name: who leads (empty: nobody yet) and who helps. New names become units.

    `base` is the mark (`mark_of`) of what stood there when the choice was made; None asks for no check.
    """

    assignment_id: int
    lead: str = ""
    others: Sequence[str] = field(default_factory=tuple)
    base: str | None = None

    @property
    def wanted(self) -> dict[str, tuple[str, bool]]:
        """The chosen names, each once, with how they were spelled and whether they lead."""
        names = [(name, False) for name in self.others] + [(self.lead, True)]
        return {_folded(name): (name, is_lead) for name, is_lead in names if name.strip()}


class ChosenMeanwhile(Exception):
    """Others gave some assignments (`stale`, by id) other OPD after the choice was made: those stay as they stand.

    `changed` assignments beside them were stored.
    """

    def __init__(self, stale: Sequence[int], changed: int):
        super().__init__(str(stale))
        self.stale, self.changed = stale, changed


def mark_of(assignment: Assignment) -> str:
    """Return a short mark of who owns an assignment: the page carries it to tell what changed since it was opened."""
    return _mark(_standing(assignment))


def assign_units(institution: Institution, choices: Iterable[UnitChoice], *, plan_year: PlanYear, by: Actor) -> int:
    """Give each chosen assignment exactly the named OPD; return how many assignments changed.

    A name that `institution` does not have yet, however spelled in capitals, becomes a unit. What was chosen as it
    stood when the page was opened leaves untouched what others chose since. An assignment of another institution or
    year raises Assignment.DoesNotExist. Raises NotAllowed, and ChosenMeanwhile after storing the rest.
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
        stale = [row.pk for row in assignments if _is_stale(row, wanted[row.pk])]
        fresh = [row for row in assignments if row.pk not in stale]
        changed = sum(_assign(row, wanted[row.pk], units) for row in fresh)
    if stale:
        raise ChosenMeanwhile(stale, changed)
    return changed


class _Units:
    """The units of an institution by name, made where missing and reopened where closed."""

    def __init__(self, institution: Institution):
        self.institution = institution
        rows = Unit.objects.select_for_update(of=("self",)).filter(institution=institution)
        self.by_name = {_folded(unit.name): unit for unit in rows.order_by("is_active", "-pk")}

    def named(self, name: str) -> Unit:
        name = " ".join(name.split())
        if len(name) > NAME_LENGTH:
            words = {"units": self.institution.units_word, "count": NAME_LENGTH}
            raise NotAllowed([_("Nama %(units)s paling panjang %(count)s huruf.") % words])
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


def _standing(assignment: Assignment) -> dict[str, bool]:
    return {_folded(row.unit.name): row.is_lead for row in assignment.assigned_units.all()}


def _mark(names: Mapping[str, bool]) -> str:
    return hashlib.sha256(json.dumps(sorted(names.items())).encode()).hexdigest()[:16]


def _chosen(choice: UnitChoice) -> dict[str, bool]:
    return {name: is_lead for name, (_spelled, is_lead) in choice.wanted.items()}


def _is_stale(assignment: Assignment, choice: UnitChoice) -> bool:
    """True when both others and the chooser changed it since the page was opened, and not into the same."""
    standing, chosen = _standing(assignment), _chosen(choice)
    return choice.base not in (None, _mark(standing), _mark(chosen)) and chosen != standing


def _assign(assignment: Assignment, choice: UnitChoice, units: _Units) -> bool:
    chosen = _chosen(choice)
    if chosen == _standing(assignment) or choice.base == _mark(chosen):
        return False
    assignment.assigned_units.all().delete()
    AssignmentUnit.objects.bulk_create(
        AssignmentUnit(assignment=assignment, unit=units.named(name), is_lead=is_lead)
        for name, is_lead in choice.wanted.values()
    )
    return True
