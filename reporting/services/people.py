"""Whom to tell: the people who hold a membership in force at an instant, by the day in Jakarta wherever they are."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from actions.models import Institution, Membership


def members_at(now: datetime) -> QuerySet[Membership]:
    """Return the memberships in force at `now`."""
    return Membership.objects.in_force_on(timezone.localdate(now, timezone.get_default_timezone()))


def people_in(members: QuerySet[Membership]) -> QuerySet[User]:
    """Return the people of these memberships who may sign in, each once."""
    return User.objects.filter(is_active=True, memberships__in=members).distinct()


def verifiers_at(now: datetime, *, of_panitia: bool) -> QuerySet[Membership]:
    """Return the verifikator pusat of Ditjen HAM, or (`of_panitia`) of the others in the Panitia Nasional.

    See also `Actor.is_central_verifier` and `is_panitia_verifier`.
    """
    members = members_at(now).filter(role=Membership.Role.CENTRAL_VERIFIER)
    if of_panitia:
        offices = Institution.objects.filter(is_on_panitia_nasional=True, houses_secretariat=False)
        return members.filter(institution__in=offices)
    return members.filter(institution__houses_secretariat=True)
