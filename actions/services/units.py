"""Add, rename, deactivate and reactivate the perangkat daerah of an institution."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import Institution, Unit
from actions.policies.errors import refuse
from actions.policies.institutions import obstacles_to_deactivating_unit, obstacles_to_managing_units


@transaction.atomic
def save_unit(unit: Unit, *, by: Actor) -> Unit:
    """Save a new or changed unit (name, e-mail) of its institution.

    Raises NotAllowed, and ValidationError for a name that the institution already has, in any case.
    """
    Institution.objects.select_for_update(of=("self",)).get(pk=unit.institution_id)  # two of one name wait
    refuse(obstacles_to_managing_units(by, unit.institution))
    same = Unit.objects.filter(institution=unit.institution_id, name__iexact=unit.name).exclude(pk=unit.pk)
    if same.exists():
        taken = _("%(units)s dengan nama ini sudah ada.") % {"units": unit.institution.units_word}
        raise ValidationError({"name": capfirst(taken)})
    unit.save()
    return unit


@transaction.atomic
def deactivate_unit(unit: Unit, *, by: Actor) -> None:
    """Stop offering a unit for new work; what it has done stays. Raises NotAllowed, also while it owns aksi."""
    unit = Unit.objects.select_for_update(of=("self",)).select_related("institution").get(pk=unit.pk)
    refuse(obstacles_to_deactivating_unit(by, unit))
    unit.is_active = False
    unit.save(update_fields=["is_active"])


@transaction.atomic
def activate_unit(unit: Unit, *, by: Actor) -> None:
    """Offer a unit for new work again. Raises NotAllowed."""
    unit = Unit.objects.select_for_update(of=("self",)).select_related("institution").get(pk=unit.pk)
    refuse(obstacles_to_managing_units(by, unit.institution))
    unit.is_active = True
    unit.save(update_fields=["is_active"])
