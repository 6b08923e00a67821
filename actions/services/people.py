"""Offer a role, take the offer back, accept it, end what it began."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from accounts.models import User
from actions.actors import Actor
from actions.models import Institution, Invitation, Membership, Unit
from actions.policies.errors import NotAllowed, refuse
from actions.policies.people import (
    obstacles_to_ending,
    obstacles_to_inviting,
    obstacles_to_resending,
    obstacles_to_withdrawing,
)
from notifications.services import supersede, tell

INVITATION_DAYS = 7
TOKEN_BYTES = 32
Role = Membership.Role


class InvitationUnusable(Exception):
    """The link is unknown, expired, withdrawn or used: a stranger is not told which."""


def invite(
    institution: Institution,
    role: str,
    *,
    by: Actor,
    email: str,
    name: str,
    unit: Unit | None = None,
    now: datetime | None = None,
) -> Invitation:
    """Offer `role` to whoever reads mail at `email`, and tell them by e-mail at once.

    The person exists from now on, without a password; a known person keeps their own name. Raises NotAllowed
    when `by` may not give this role here, or when the person holds it or has an open invitation to it.
    """
    now = now or timezone.now()
    refuse(obstacles_to_inviting(by, role, institution, unit))
    with transaction.atomic():
        email = email.strip().lower()
        User.objects.get_or_create(email=email, defaults={"name": name, "password": make_password(None)})
        user = User.objects.select_for_update(of=("self",)).get(email=email)
        refuse(_obstacles_of_person(user, role, institution, unit, now))
        invitation = Invitation(user=user, institution=institution, unit=unit, role=role, invited_by=by.user)
        return _send_link(invitation, now)


def _obstacles_of_person(user: User, role: str, institution: Institution, unit: Unit | None, now: datetime):
    if not user.is_active:
        return [_("Akun dengan alamat ini ditutup. Hubungi sekretariat.")]
    same = {"user": user, "role": role, "institution": institution, "unit": unit}
    if Membership.objects.in_force_on(_jakarta_day(now)).filter(**same).exists():
        return [_("%(name)s sudah memegang peran ini.") % {"name": user}]
    if Invitation.objects.open_at(now).filter(**same).exists():
        return [_("Undangan untuk %(email)s masih berlaku. Kirim ulang dari daftar undangan.") % {"email": user.email}]
    return []


def resend(invitation: Invitation, *, by: Actor, now: datetime | None = None) -> Invitation:
    """Send a new link, valid from now; the earlier link stops working. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        invitation = _locked(invitation)
        refuse(obstacles_to_resending(by, invitation))
        supersede(_key(invitation), reason=_("Diganti undangan yang lebih baru."), now=now)
        invitation.invited_by = by.user
        return _send_link(invitation, now)


def withdraw(invitation: Invitation, *, by: Actor, now: datetime | None = None) -> None:
    """Make the link stop working. Raises NotAllowed once it was accepted or withdrawn."""
    now = now or timezone.now()
    with transaction.atomic():
        invitation = _locked(invitation)
        refuse(obstacles_to_withdrawing(by, invitation))
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])
        supersede(_key(invitation), reason=_("Undangan ditarik."), now=now)


def find_invitation(token: str, *, now: datetime | None = None) -> Invitation:
    """Return the open invitation behind a link. Raises InvitationUnusable."""
    return _open_invitation(Invitation.objects.all(), token, now or timezone.now())


def accept(
    token: str, *, by: User | None = None, name: str = "", password: str = "", now: datetime | None = None
) -> Membership:
    """Turn the offer behind a link into a membership from today on, once.

    A person with a password must be the one signed in (`by`); a new one gets `name` and `password` here.
    Raises InvitationUnusable, or NotAllowed for somebody else's invitation.
    """
    now = now or timezone.now()
    with transaction.atomic():
        invitation = _open_invitation(Invitation.objects.select_for_update(of=("self",)), token, now)
        user = User.objects.select_for_update(of=("self",)).get(pk=invitation.user_id)
        if user.has_usable_password() and by != user:
            raise NotAllowed([_("Masuklah dulu sebagai %(email)s, lalu buka tautan ini lagi.") % {"email": user.email}])
        if not user.has_usable_password():
            user.name = name or user.name
            user.set_password(password)
            user.save(update_fields=["name", "password"])
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        return _begin_membership(invitation, now)


def _begin_membership(invitation: Invitation, now: datetime) -> Membership:
    """The membership of the offer; the one already running if another link to the same role came first."""
    membership, _is_new = Membership.objects.get_or_create(
        user_id=invitation.user_id,
        institution=invitation.institution,
        unit=invitation.unit,
        role=invitation.role,
        ends_on=None,
        defaults={"starts_on": _jakarta_day(now)},
    )
    return membership


def end_membership(membership: Membership, *, by: Actor, now: datetime | None = None) -> None:
    """End a membership today and at once; what the person wrote stays with the office. Raises NotAllowed."""
    now = now or timezone.now()
    with transaction.atomic():
        rows = Membership.objects.select_for_update(of=("self",)).select_related("institution", "unit", "user")
        membership = rows.get(pk=membership.pk)
        refuse(obstacles_to_ending(by, membership))
        membership.ends_on = max(_jakarta_day(now), membership.starts_on)
        membership.ended_at, membership.ended_by = now, by.user
        membership.save(update_fields=["ends_on", "ended_at", "ended_by"])
        tell(
            membership.user,
            key=f"membership-ended:{membership.pk}",
            kind="membership-ended",
            title=_("Penugasan berakhir: %(role)s") % {"role": _office_of(membership)},
            body=_("Penugasan Anda sebagai %(role)s diakhiri oleh %(person)s. Hubungi %(email)s bila ini keliru.")
            % {"role": _office_of(membership), "person": by.user.name, "email": by.user.email},
            now=now,
        )


def _send_link(invitation: Invitation, now: datetime) -> Invitation:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation.token_hash = _hash(token)
    invitation.invited_at, invitation.expires_at = now, now + timedelta(days=INVITATION_DAYS)
    invitation.save()
    tell(
        invitation.user,
        key=f"{_key(invitation)}{invitation.token_hash[:16]}",
        kind="invitation",
        title=_("Undangan: %(role)s") % {"role": _office_of(invitation)},
        body=_(
            "%(person)s mengundang Anda sebagai %(role)s di Portal RANHAM. Tautan ini berlaku sampai %(until)s "
            "dan hanya dapat dipakai satu kali."
        )
        % {
            "person": invitation.invited_by.name,
            "role": _office_of(invitation),
            "until": formats.moment(invitation.expires_at, invitation.institution.time_zone),
        },
        path=reverse("invitation-accept", args=[token]),
        now=now,
    )
    return invitation


def _office_of(offer: Invitation | Membership) -> str:
    place = f"{offer.unit.name}, {offer.institution.name}" if offer.unit else offer.institution.name
    return f"{offer.get_role_display()}, {place}"


def _open_invitation(rows, token: str, now: datetime) -> Invitation:
    found = rows.select_related("user", "institution", "unit", "invited_by").filter(token_hash=_hash(token)).first()
    if found is None or not found.is_open_at(now) or not found.user.is_active:
        raise InvitationUnusable
    return found


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",))
    return rows.select_related("user", "institution", "unit", "invited_by").get(pk=invitation.pk)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(invitation: Invitation) -> str:
    return f"invitation:{invitation.pk}:"


def _jakarta_day(now: datetime):
    return timezone.localdate(now, timezone.get_default_timezone())
