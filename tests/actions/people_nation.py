"""Two provinces and a ministry with people to invite and to end: shared by the tests about people."""

from actions.actors import Actor
from actions.services import people
from notifications.models import Message
from tests.factories_actions import (
    MinistryFactory,
    OversightFactory,
    RegencyFactory,
    Role,
    UnitFactory,
    make_actor,
)


class Nation:
    """Two provinces with a Kanwil each, their kabupaten, one ministry with the secretariat, one without."""

    def __init__(self):
        self.regency, self.neighbour = RegencyFactory(name="Kabupaten Sikka"), RegencyFactory(name="Kabupaten Bima")
        self.province = self.regency.parent
        self.unit = UnitFactory(institution=self.regency, name="Dinas Sosial")
        self.neighbour_unit = UnitFactory(institution=self.neighbour)
        self.kanwil = OversightFactory(overseen=self.province).overseer
        OversightFactory(overseen=self.neighbour.parent)
        self.ministry_ham = MinistryFactory(secretariat=True)
        self.ministry = MinistryFactory()
        self.coordinator = make_actor(Role.COORDINATOR, self.regency)
        self.officer = make_actor(Role.KANWIL_OFFICER, self.kanwil)
        self.secretariat = make_actor(Role.SECRETARIAT, self.ministry_ham)


def invited(nation: Nation, *, by: Actor | None = None, role=Role.COORDINATOR, email="maria@sikka.example", **fields):
    """An invitation and the path of its link."""
    fields = {"institution": nation.regency, "name": "Maria", "by": by or nation.secretariat, **fields}
    invitation = people.invite(fields.pop("institution"), role, email=email, **fields)
    return invitation, Message.objects.filter(user=invitation.user, kind="invitation").latest("pk").path
