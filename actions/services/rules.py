"""Rule sets: copy a version into a draft, edit the draft, adopt it for a plan year. What was used is only succeeded."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import PlanYear, RuleSet, RuleSetEvent
from actions.policies.administering import obstacles_to_administering
from actions.policies.errors import NotAllowed, refuse
from actions.policies.rules import obstacles_to_adopting, obstacles_to_editing_rules, rule_errors

Kind = RuleSetEvent.Kind


def copy_rule_set(rule_set: RuleSet, *, code: str, name: str, by: Actor, now: datetime | None = None) -> RuleSet:
    """Return a new draft with the settings and sources of `rule_set`. Raises NotAllowed (who, a code that exists)."""
    refuse(obstacles_to_administering(by))
    draft = RuleSet(code=code, name=name, copied_from=rule_set, sources=dict(rule_set.sources))
    for name_of_setting in RuleSet.SETTINGS:
        setattr(draft, name_of_setting, getattr(rule_set, name_of_setting))
    try:
        with transaction.atomic():
            draft.save()
            _record(draft, Kind.COPIED, by=by, now=now)
    except IntegrityError as error:
        raise NotAllowed([_("Kode %(code)s sudah dipakai aturan lain. Pilih kode baru.") % {"code": code}]) from error
    return draft


@transaction.atomic
def edit_rule_set(
    rule_set: RuleSet,
    settings: Mapping[str, int | str],
    sources: Mapping[str, str],
    *,
    name: str,
    by: Actor,
    now: datetime | None = None,
) -> RuleSetEvent | None:
    """Set every number and choice of a draft, its sources and name; return the event, or None if nothing differs.

    Raises NotAllowed for a rule set in use and ValidationError by field for settings that make no sense.
    """
    locked = RuleSet.objects.select_for_update(of=("self",)).get(pk=rule_set.pk)
    refuse(obstacles_to_editing_rules(locked, by))
    if errors := rule_errors(settings):
        raise ValidationError(errors)
    new = {"name": name, "sources": {key: text for key, text in sources.items() if text}}
    new |= {setting: settings[setting] for setting in RuleSet.SETTINGS}
    changes = {key: [getattr(locked, key), value] for key, value in new.items() if getattr(locked, key) != value}
    if not changes:
        return None
    for key, value in new.items():
        setattr(locked, key, value)
    locked.save(update_fields=list(new))
    return _record(locked, Kind.EDITED, by=by, now=now, changes=changes)


@transaction.atomic
def adopt_rule_set(
    rule_set: RuleSet, plan_year: PlanYear, *, reason: str, by: Actor, now: datetime | None = None
) -> RuleSetEvent:
    """Make `rule_set` the rules of `plan_year`, on record with its reason.

    The scores of the year are then stale, and the next sweep computes them. Raises NotAllowed.
    """
    locked = RuleSet.objects.select_for_update(of=("self",)).get(pk=rule_set.pk)
    year = PlanYear.objects.select_for_update(of=("self",)).get(pk=plan_year.pk)
    refuse(obstacles_to_adopting(locked, year, by, reason=reason))
    replaced_id, year.rule_set = year.rule_set_id, locked
    year.rescorings += 1
    year.save(update_fields=["rule_set", "rescorings"])
    return _record(locked, Kind.ADOPTED, by=by, now=now, reason=reason.strip(), plan_year=year, replaced_id=replaced_id)


def _record(rule_set: RuleSet, kind: str, *, by: Actor, now: datetime | None, **fields) -> RuleSetEvent:
    at = now or timezone.now()
    return RuleSetEvent.objects.create(rule_set=rule_set, kind=kind, at=at, by=by.user, **fields)
