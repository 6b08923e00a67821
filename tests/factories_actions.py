"""Boring valid objects of `accounts` and `actions`."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from actions.actors import Actor, actor_for, office_key
from actions.models import (
    Aksi,
    Assignment,
    AssignmentUnit,
    Calendar,
    CalendarPeriod,
    EvidenceKind,
    Institution,
    InstitutionAlias,
    Level,
    Measure,
    MeasureEvidence,
    Membership,
    Oversight,
    Plan,
    PlanYear,
    ReportingPeriod,
    RuleSet,
    TargetGroup,
    Unit,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
PASSWORD = "kata-sandi-contoh"
Kind = Institution.Kind
Role = Membership.Role


class UserFactory(DjangoModelFactory):
    """A person who can sign in with `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"orang{n}@daerah.example")
    name = factory.Sequence(lambda n: f"Orang {n}")
    password = factory.django.Password(PASSWORD)


class ProvinceFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    code = factory.Sequence(lambda n: f"P{n}")
    name = factory.Sequence(lambda n: f"Provinsi Contoh {n}")
    kind = Kind.PROVINSI


class RegencyFactory(DjangoModelFactory):
    """A kabupaten in a province of its own."""

    class Meta:
        model = Institution

    code = factory.Sequence(lambda n: f"K{n}")
    name = factory.Sequence(lambda n: f"Kabupaten Contoh {n}")
    kind = Kind.KABUPATEN
    parent = factory.SubFactory(ProvinceFactory)


class MinistryFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    class Params:
        secretariat = factory.Trait(houses_secretariat=True, is_on_panitia_nasional=True)

    code = factory.Sequence(lambda n: f"M{n}")
    name = factory.Sequence(lambda n: f"Kementerian Contoh {n}")
    kind = Kind.KEMENTERIAN


class KanwilFactory(DjangoModelFactory):
    class Meta:
        model = Institution

    code = factory.Sequence(lambda n: f"KW{n}")
    name = factory.Sequence(lambda n: f"Kantor Wilayah Contoh {n}")
    short_name = factory.Sequence(lambda n: f"Kanwil Contoh {n}")
    kind = Kind.KANWIL


class AliasFactory(DjangoModelFactory):
    class Meta:
        model = InstitutionAlias

    institution = factory.SubFactory(RegencyFactory)
    name = factory.Sequence(lambda n: f"kabupaten lama {n}")


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    institution = factory.SubFactory(RegencyFactory)
    name = factory.Sequence(lambda n: f"Dinas Contoh {n}")


class OversightFactory(DjangoModelFactory):
    """A Kanwil that reviews a province."""

    class Meta:
        model = Oversight

    overseer = factory.SubFactory(KanwilFactory)
    overseen = factory.SubFactory(ProvinceFactory)
    kind = Oversight.Kind.REVIEW


class MembershipFactory(DjangoModelFactory):
    """A coordinator of a kabupaten, since the beginning of 2021."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    institution = factory.SubFactory(RegencyFactory)
    role = Role.COORDINATOR
    starts_on = date(2021, 1, 1)


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan
        django_get_or_create = ("code",)

    code = "V"
    name = "RANHAM generasi V"
    legal_basis = "Perpres 53/2021"
    starts_on = date(2021, 1, 1)
    ends_on = date(2025, 12, 31)


class TargetGroupFactory(DjangoModelFactory):
    class Meta:
        model = TargetGroup
        django_get_or_create = ("plan", "code")

    plan = factory.SubFactory(PlanFactory)
    code = "perempuan"
    name = "Perempuan"
    order = 1


class CalendarFactory(DjangoModelFactory):
    class Meta:
        model = Calendar
        django_get_or_create = ("code",)

    code = "triwulan"
    name = "Triwulan"


class CalendarPeriodFactory(DjangoModelFactory):
    class Meta:
        model = CalendarPeriod

    calendar = factory.SubFactory(CalendarFactory)
    number = 1
    code = "B03"
    name = "Triwulan I"
    covers_from = "01-01"
    covers_until = "03-31"
    opens = "03-17"
    closes = "03-31"
    late_days = 7
    review_days = 14
    correction_days = 7
    objection_days = 7


class RuleSetFactory(DjangoModelFactory):
    class Meta:
        model = RuleSet
        django_get_or_create = ("code",)

    code = "2021-5"
    name = "Aturan penilaian RANHAM generasi V"
    administration_weight = 30
    substance_weight = 70
    value_met = 100
    value_partly_met = 50
    value_not_met = 0
    not_carried_out_substance = 0
    green_from = 80
    yellow_from = 50


class PlanYearFactory(DjangoModelFactory):
    """2026 unless another `year` is given; asking twice gives the same row."""

    class Meta:
        model = PlanYear
        django_get_or_create = ("year",)

    plan = factory.SubFactory(PlanFactory)
    year = 2026
    calendar = factory.SubFactory(CalendarFactory)
    rule_set = factory.SubFactory(RuleSetFactory)


def _quarter_end(period) -> date:
    month = 3 * period.number
    return date(period.plan_year.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), JAKARTA)


class ReportingPeriodFactory(DjangoModelFactory):
    """The next quarter of a plan year; the window is the quarter's last ten days, late time a week more.

    Traits: `opened` (expected reports may exist), `open_now` (also inside the window, now).
    """

    class Meta:
        model = ReportingPeriod

    class Params:
        opened = factory.Trait(
            opened_at=factory.LazyAttribute(lambda period: period.opens_at - timedelta(days=20)),
            opened_by=factory.SubFactory(UserFactory),
        )
        open_now = factory.Trait(
            opens_at=factory.LazyFunction(lambda: timezone.now() - timedelta(days=3)),
            closes_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=7)),
            opened_at=factory.LazyAttribute(lambda period: period.opens_at),
            opened_by=factory.SubFactory(UserFactory),
        )

    plan_year = factory.SubFactory(PlanYearFactory)
    number = factory.LazyAttribute(lambda period: period.plan_year.periods.count() + 1)
    code = factory.LazyAttribute(lambda period: f"B{3 * period.number:02d}")
    name = factory.LazyAttribute(lambda period: f"Triwulan {period.number}")
    covers_from = factory.LazyAttribute(lambda period: date(period.plan_year.year, 3 * period.number - 2, 1))
    covers_until = factory.LazyAttribute(_quarter_end)
    opens_at = factory.LazyAttribute(lambda period: _end_of(_quarter_end(period)) - timedelta(days=10))
    closes_at = factory.LazyAttribute(lambda period: _end_of(_quarter_end(period)))
    late_until_at = factory.LazyAttribute(lambda period: period.closes_at + timedelta(days=7))
    review_due_at = factory.LazyAttribute(lambda period: period.closes_at + timedelta(days=14))
    correction_until_at = factory.LazyAttribute(lambda period: period.closes_at + timedelta(days=21))
    objection_from_at = factory.LazyAttribute(lambda period: period.correction_until_at)
    objection_until_at = factory.LazyAttribute(lambda period: period.closes_at + timedelta(days=28))


class AksiFactory(DjangoModelFactory):
    """An aksi for every kabupaten and kota; `level` and, for a ministry, `institution` may be given."""

    class Meta:
        model = Aksi
        skip_postgeneration_save = True

    plan_year = factory.SubFactory(PlanYearFactory)
    level = Level.REGENCY
    number = factory.LazyAttribute(
        lambda aksi: aksi.plan_year.aksi.filter(level=aksi.level, institution=aksi.institution).count() + 1
    )
    institution = None
    title = factory.LazyAttribute(lambda aksi: f"Aksi contoh nomor {aksi.number}")
    success_criterion = "Meningkatnya partisipasi"

    @factory.post_generation
    def target_groups(self, create, groups, **kwargs):
        if create:
            self.target_groups.set(groups or [TargetGroupFactory(plan=self.plan_year.plan)])


class EvidenceKindFactory(DjangoModelFactory):
    class Meta:
        model = EvidenceKind
        django_get_or_create = ("code",)

    code = "laporan-kegiatan"
    name = factory.LazyAttribute(lambda kind: kind.code.replace("-", " ").capitalize())


def _a_period_of(plan_year: PlanYear) -> ReportingPeriod:
    return plan_year.periods.in_order().first() or ReportingPeriodFactory(plan_year=plan_year)


class MeasureFactory(DjangoModelFactory):
    """A measure in the first period of the aksi's year, unless another `period` is given."""

    class Meta:
        model = Measure

    aksi = factory.SubFactory(AksiFactory)
    period = factory.LazyAttribute(lambda measure: _a_period_of(measure.aksi.plan_year))
    number = factory.LazyAttribute(lambda measure: measure.aksi.measures.filter(period=measure.period).count() + 1)
    text = factory.LazyAttribute(lambda measure: f"Terlaksananya kegiatan nomor {measure.number}")


class MeasureEvidenceFactory(DjangoModelFactory):
    class Meta:
        model = MeasureEvidence

    measure = factory.SubFactory(MeasureFactory)
    kind = factory.SubFactory(EvidenceKindFactory)
    is_required = True


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    institution = factory.SubFactory(RegencyFactory)
    aksi = factory.SubFactory(AksiFactory)


class AssignmentUnitFactory(DjangoModelFactory):
    class Meta:
        model = AssignmentUnit

    assignment = factory.SubFactory(AssignmentFactory)
    unit = factory.SubFactory(UnitFactory, institution=factory.SelfAttribute("..assignment.institution"))
    is_lead = True


def make_actor(
    role: str, institution: Institution | None = None, *, unit: Unit | None = None, user: User | None = None
) -> Actor:
    """Return a person who acts in `role` for `institution` (by default one that suits the role) today."""
    if role == Role.OPD_STAFF and unit is None:
        unit = UnitFactory(institution=institution or RegencyFactory())
    if unit is not None:
        institution = unit.institution
    membership = MembershipFactory(
        user=user or UserFactory(), institution=institution or _office_for(role), unit=unit, role=role
    )
    key = office_key(membership.institution_id, membership.unit_id)
    return actor_for(membership.user, timezone.localdate(), office=key)


def _office_for(role: str) -> Institution:
    if role == Role.KANWIL_OFFICER:
        return OversightFactory().overseer
    if role == Role.PEMBINA:
        return ProvinceFactory()
    if role in (Role.CENTRAL_VERIFIER, Role.LEADER, Role.SECRETARIAT):
        return MinistryFactory(secretariat=True)
    return RegencyFactory()


def sign_in(client, actor: Actor) -> None:
    """Sign the actor's person in on a test client, acting for the actor's office."""
    client.force_login(actor.user)
    session = client.session
    session["office"] = actor.office_key
    session.save()


def instant(text: str) -> datetime:
    """Return "2026-09-30 23:59" in Jakarta as an aware instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA).astimezone(UTC)
