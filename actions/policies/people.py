"""Who may give which role to whom, and take it away again; docs/roles.md says it in prose."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from actions.actors import Actor
from actions.models import COORDINATING_ROLES, COORDINATORS_GIFTS, Institution, Invitation, Membership, Unit

Kind = Institution.Kind
Role = Membership.Role
MINISTRIES = (Kind.KEMENTERIAN, Kind.LEMBAGA)
REPORTERS = (*MINISTRIES, Kind.PROVINSI, Kind.KABUPATEN, Kind.KOTA)
# A role belongs to some kinds of institution only.
KINDS_OF_ROLE = {
    Role.OPD_STAFF: REPORTERS,
    Role.COORDINATOR: REPORTERS,
    Role.SIGNATORY: REPORTERS,
    Role.PEMBINA: (Kind.PROVINSI,),
    Role.KANWIL_OFFICER: (Kind.KANWIL,),
    Role.CENTRAL_VERIFIER: MINISTRIES,
    Role.LEADER: MINISTRIES,
    Role.SECRETARIAT: MINISTRIES,
}


def obstacles_to_inviting(actor: Actor, role: str, institution: Institution, unit: Unit | None = None) -> list[str]:
    """Reasons why `actor` cannot offer `role` in `institution` (and `unit`, for OPD staff); empty means go ahead."""
    if not may_give(actor, role, institution):
        return [
            _("Anda tidak berwenang memberikan peran %(role)s di %(institution)s.")
            % {"role": Role(role).label, "institution": institution}
        ]
    reasons = []
    if not role_fits(role, institution):
        reasons.append(
            _("Peran %(role)s tidak ada di %(institution)s.") % {"role": Role(role).label, "institution": institution}
        )
    if not institution.is_in_force_on(actor.day):
        reasons.append(_("%(institution)s tidak berlaku lagi.") % {"institution": institution})
    return reasons + _obstacles_of_unit(role, institution, unit)


def _obstacles_of_unit(role: str, institution: Institution, unit: Unit | None) -> list[str]:
    if role != Role.OPD_STAFF:
        return [_("Perangkat daerah hanya dipilih untuk Staf OPD.")] if unit else []
    if unit is None:
        return [_("Pilih perangkat daerah untuk Staf OPD.")]
    if unit.institution_id != institution.pk or not unit.is_active:
        return [_("Pilih perangkat daerah yang aktif di %(institution)s.") % {"institution": institution}]
    return []


def obstacles_to_withdrawing(actor: Actor, invitation: Invitation) -> list[str]:
    """Reasons why `actor` cannot take the offer back; whoever may make it may take it back."""
    if not may_give(actor, invitation.role, invitation.institution):
        return [_("Anda tidak berwenang mengubah undangan ini.")]
    if invitation.accepted_at:
        return [_("Undangan ini sudah diterima. Akhiri penugasannya bila perlu.")]
    if invitation.withdrawn_at:
        return [_("Undangan ini sudah ditarik.")]
    return []


def obstacles_to_resending(actor: Actor, invitation: Invitation) -> list[str]:
    """Reasons why `actor` cannot send a new link for the offer; an expired one may be sent again."""
    offer = (invitation.role, invitation.institution, invitation.unit)
    return obstacles_to_withdrawing(actor, invitation) or obstacles_to_inviting(actor, *offer)


def obstacles_to_ending(actor: Actor, membership: Membership) -> list[str]:
    """Reasons why `actor` cannot end this membership; who may give a role may also take it away."""
    if not may_give(actor, membership.role, membership.institution):
        return [_("Anda tidak berwenang mengakhiri penugasan ini.")]
    if membership.ended_at or (membership.ends_on and membership.ends_on < actor.day):
        return [_("Penugasan ini sudah berakhir.")]
    if membership.role == Role.SECRETARIAT and not colleagues_in_role(membership, actor).exists():
        return [_("Ini anggota sekretariat yang terakhir. Undang penggantinya dulu, lalu akhiri penugasan ini.")]
    return []


def warnings_before_ending(actor: Actor, membership: Membership) -> list[str]:
    """What one should know before ending the membership; it does not forbid it."""
    if membership.role == Role.COORDINATOR and not colleagues_in_role(membership, actor).exists():
        return [
            _("Ini koordinator terakhir %(institution)s. Tanpa koordinator, laporannya tidak dapat dikirim.")
            % {"institution": membership.institution}
        ]
    return []


def colleagues_in_role(membership: Membership, actor: Actor) -> QuerySet[Membership]:
    """Others who hold the same role in the same institution today; for the secretariat, in any institution."""
    rows = Membership.objects.in_force_on(actor.day).filter(role=membership.role).exclude(pk=membership.pk)
    rows = rows.exclude(user=membership.user_id).filter(user__is_active=True)
    return rows if membership.role == Role.SECRETARIAT else rows.filter(institution=membership.institution_id)


def may_give(actor: Actor, role: str, institution: Institution) -> bool:
    """Who: the secretariat every role, a coordinator in its own government, a Kanwil in its provinces."""
    if actor.is_secretariat:
        return True
    if actor.is_coordinator and institution.pk == actor.institution.pk:
        return role in COORDINATORS_GIFTS
    return role in COORDINATING_ROLES and actor.looks_after(institution)


def role_fits(role: str, institution: Institution) -> bool:
    """Whether there can be such a role in such an institution."""
    if institution.kind not in KINDS_OF_ROLE[role]:
        return False
    if role == Role.SECRETARIAT:
        return institution.houses_secretariat
    if role == Role.CENTRAL_VERIFIER:
        return institution.houses_secretariat or institution.is_on_panitia_nasional
    return institution.is_autonomous


def roles_to_give(actor: Actor, institution: Institution) -> list[str]:
    """The roles that `actor` may offer in `institution`, in the order of `Membership.Role`."""
    return [role for role in Role.values if may_give(actor, role, institution) and role_fits(role, institution)]


def may_invite_somebody(actor: Actor) -> bool:
    """Whether to show the invitation pages at all; see also `institutions_to_invite_to`."""
    return actor.is_secretariat or actor.is_coordinator or actor.is_kanwil_officer


def institutions_to_invite_to(actor: Actor) -> QuerySet[Institution]:
    """The institutions in which `actor` may offer some role today; see also `may_give`."""
    rows = Institution.objects.in_force_on(actor.day).filter(is_autonomous=True)
    if actor.is_secretariat:
        return rows
    if actor.is_coordinator:
        return rows.filter(pk=actor.institution.pk)
    if actor.is_kanwil_officer:
        return rows.visible_to(actor).exclude(kind=Kind.KANWIL)
    return rows.none()
