"""A person acting for an office. Every scope and every policy asks the actor, never the user alone."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from accounts.models import User
from actions.models import Institution, Membership, Oversight, Unit

Role = Membership.Role
OFFICE_SESSION_KEY = "office"  # where the session keeps the `office_key` one acts for


@dataclass(frozen=True, eq=False)
class Actor:
    """A user acting for one office: an institution, or one unit in it, with all roles they hold there.

    `memberships` are all of the person's memberships in force on `day`, in any office; `day` is the date in Jakarta.
    """

    user: User
    institution: Institution
    unit: Unit | None
    roles: frozenset[str]
    memberships: tuple[Membership, ...]
    day: date

    @property
    def office_key(self) -> str:
        """The office as the switcher posts it: institution id, colon, unit id or nothing."""
        return office_key(self.institution.pk, self.unit.pk if self.unit else None)

    @property
    def office_label(self) -> str:
        """The office and role in words, as the header shows them."""
        if self.unit:
            return f"{self.institution.label}, {self.unit.name}"
        names = [str(Role(role).label) for role in sorted(self.roles)]
        return f"{self.institution.label}, {' / '.join(names)}"

    @property
    def is_opd_staff(self) -> bool:
        return Role.OPD_STAFF in self.roles

    @property
    def is_only_opd_staff(self) -> bool:
        """True for staff of one unit, who see their unit's actions and no more."""
        return self.unit is not None

    @property
    def is_coordinator(self) -> bool:
        return Role.COORDINATOR in self.roles

    @property
    def is_signatory(self) -> bool:
        return Role.SIGNATORY in self.roles

    @property
    def is_reporter(self) -> bool:
        """True for whoever works on the institution's own report."""
        return self.is_opd_staff or self.is_coordinator or self.is_signatory

    @property
    def is_pembina(self) -> bool:
        return Role.PEMBINA in self.roles

    @property
    def is_kanwil_officer(self) -> bool:
        return Role.KANWIL_OFFICER in self.roles

    @property
    def is_central_verifier(self) -> bool:
        """A verifikator pusat of Ditjen HAM itself; see also `is_panitia_verifier`."""
        return Role.CENTRAL_VERIFIER in self.roles and self.institution.houses_secretariat

    @property
    def is_panitia_verifier(self) -> bool:
        """A verifikator of another member of the Panitia Nasional: reviews the ministry that houses Ditjen HAM."""
        return (
            Role.CENTRAL_VERIFIER in self.roles
            and self.institution.is_on_panitia_nasional
            and not self.institution.houses_secretariat
        )

    @property
    def is_reviewer(self) -> bool:
        return self.is_kanwil_officer or self.is_central_verifier or self.is_panitia_verifier

    @property
    def is_secretariat(self) -> bool:
        return Role.SECRETARIAT in self.roles

    @property
    def is_leader(self) -> bool:
        """A reader of results: Ditjen HAM's own leaders, the Panitia Nasional, KSP, a Kemenko."""
        return Role.LEADER in self.roles

    @property
    def is_reader(self) -> bool:
        return self.is_leader

    @property
    def is_ditjen(self) -> bool:
        """True for the people of Ditjen HAM, who may read every report."""
        return (
            self.is_secretariat or self.is_central_verifier or (self.is_leader and self.institution.houses_secretariat)
        )

    @property
    def sees_nation(self) -> bool:
        """True for whoever may open the national page and every institution's results."""
        national = self.institution.is_on_panitia_nasional or self.institution.is_national_reader
        return self.is_ditjen or (self.is_leader and national)

    @property
    def overseen_province_ids(self) -> QuerySet:
        """Ids of the provinces this Kanwil looks after on `day`, as a subquery."""
        return self._overseen(Oversight.Kind.REVIEW)

    @property
    def overseen_institution_ids(self) -> QuerySet:
        """Ids of the K/L this Kemenko reads on `day`, as a subquery."""
        return self._overseen(Oversight.Kind.READ)

    @cached_property
    def reviewed_province_ids(self) -> frozenset[int]:
        """The same ids as `overseen_province_ids`, fetched once: for asking about row after row."""
        return frozenset(self.overseen_province_ids.values_list("overseen", flat=True))

    def looks_after(self, institution: Institution) -> bool:
        """True when this Kanwil reviews the province, or the province of the kabupaten or kota, on `day`."""
        provinces = {institution.pk, institution.parent_id}
        return self.is_kanwil_officer and not provinces.isdisjoint(self.reviewed_province_ids)

    def _overseen(self, kind: str) -> QuerySet:
        rows = Oversight.objects.in_force_on(self.day).filter(overseer=self.institution.pk, kind=kind)
        return rows.values("overseen")

    @cached_property
    def offices(self) -> list[tuple[str, str]]:
        """Every office this person may act for, as (key, label), own order: institution code, then unit."""
        found: dict[str, str] = {}
        for actor in actors_of(self.user, self.memberships, self.day):
            found[actor.office_key] = actor.office_label
        return list(found.items())


def office_key(institution_id: int, unit_id: int | None) -> str:
    return f"{institution_id}:{unit_id or ''}"


def memberships_of(user: User, day: date) -> tuple[Membership, ...]:
    """The person's memberships in force on `day`, in one query."""
    rows = Membership.objects.in_force_on(day).filter(user=user)
    return tuple(rows.select_related("institution", "unit").order_by("institution__code", "unit__name", "role"))


def actors_of(user: User, memberships: tuple[Membership, ...], day: date) -> list[Actor]:
    """One actor for each office in `memberships`."""
    offices: dict[str, list[Membership]] = {}
    for membership in memberships:
        offices.setdefault(office_key(membership.institution_id, membership.unit_id), []).append(membership)
    return [
        Actor(
            user=user,
            institution=rows[0].institution,
            unit=rows[0].unit,
            roles=frozenset(row.role for row in rows),
            memberships=memberships,
            day=day,
        )
        for rows in offices.values()
    ]


def actor_for(user: User, day: date, *, office: str | None = None) -> Actor | None:
    """The person acting for `office` (an `office_key`), else for their first office; None without any."""
    actors = actors_of(user, memberships_of(user, day), day)
    for actor in actors:
        if actor.office_key == office:
            return actor
    return actors[0] if actors else None
