"""The first person of a new portal, whom nobody is there to invite."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from actions.models import Institution, Membership
from actions.policies.errors import NotAllowed

Role = Membership.Role


def appoint_first_secretariat(*, email: str, name: str, now: datetime | None = None) -> User:
    """Make the first member of the secretariat, without a password; everybody else comes by invitation.

    Raises NotAllowed when somebody holds the role already, or when no institution houses the secretariat.
    """
    day = timezone.localdate(now or timezone.now(), timezone.get_default_timezone())
    with transaction.atomic():
        house = Institution.objects.in_force_on(day).filter(houses_secretariat=True).order_by("code").first()
        if house is None:
            raise NotAllowed([_("Muat dulu data rujukan: belum ada instansi yang menaungi sekretariat.")])
        Institution.objects.select_for_update(of=("self",)).get(pk=house.pk)  # two commands at once: one wins
        if Membership.objects.in_force_on(day).filter(role=Role.SECRETARIAT).exists():
            raise NotAllowed([_("Sekretariat sudah ada. Orang berikutnya diundang dari halaman Orang.")])
        person, _is_new = User.objects.get_or_create(
            email=email.strip().lower(), defaults={"name": name, "password": make_password(None)}
        )
        Membership.objects.create(user=person, institution=house, role=Role.SECRETARIAT, starts_on=day)
        return person
