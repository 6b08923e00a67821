"""A small nation with one period open for reporting: who there is, what is owed, and clients signed in as each.

Two provinces with a Kanwil each, three kabupaten, two ministries; every row is built here through the ORM, and the
period is opened through the service. Names of people: see `PEOPLE`.
"""

from datetime import date, datetime, timedelta
from functools import cached_property

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from actions.actors import Actor, actor_for, office_key
from actions.middleware import OFFICE_SESSION_KEY
from actions.models import (
    Aksi,
    Assignment,
    AssignmentUnit,
    Calendar,
    EvidenceKind,
    Institution,
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
from reporting.models import Report
from reporting.services.opening import open_period

Kind, Role = Institution.Kind, Membership.Role

PASSWORD = "kata-sandi-uji-9"

PEOPLE = {
    "opd": ("53.07", "Dinas Koperasi", Role.OPD_STAFF),
    "other_opd": ("53.07", "Dinas Sosial", Role.OPD_STAFF),
    "coordinator": ("53.07", None, Role.COORDINATOR),
    "signatory": ("53.07", None, Role.SIGNATORY),
    "other_coordinator": ("53.08", None, Role.COORDINATOR),
    "province_coordinator": ("53", None, Role.COORDINATOR),
    "pembina": ("53", None, Role.PEMBINA),
    "kanwil": ("KW53", None, Role.KANWIL_OFFICER),
    "kanwil_colleague": ("KW53", None, Role.KANWIL_OFFICER),
    "neighbour_opd": ("52.01", "Dinas Koperasi", Role.OPD_STAFF),
    "neighbour_coordinator": ("52.01", None, Role.COORDINATOR),
    "neighbour_kanwil": ("KW52", None, Role.KANWIL_OFFICER),
    "verifier": ("HAM", None, Role.CENTRAL_VERIFIER),
    "panitia_verifier": ("SOS", None, Role.CENTRAL_VERIFIER),
    "leader": ("HAM", None, Role.LEADER),
    "reader": ("KSP", None, Role.LEADER),
    "secretariat": ("HAM", None, Role.SECRETARIAT),
    "ministry_coordinator": ("SOS", None, Role.COORDINATOR),
    "ham_coordinator": ("HAM", None, Role.COORDINATOR),
}
"""Every person of the scenario: institution code, unit name, role. Their e-mail is NAME@contoh.example."""


class Scenario:
    """Builds everything on creation; `now` lies inside the window, five days before its end."""

    def __init__(self, *, now: datetime | None = None, needs_signatory: bool = False, opened: bool = True):
        self.now = now or timezone.now()
        _ = connection.features.supports_json_field  # SQLite asks this once a process: never while queries are counted
        self._institutions()
        self._plan(needs_signatory)
        self._aksi()
        self._people()
        if opened:
            open_period(self.period, by=self.actor("secretariat"), now=self.now - timedelta(days=10))
            self.period.refresh_from_db()

    # Who there is

    def _institutions(self) -> None:
        def make(code: str, name: str, kind: str, **fields) -> Institution:
            return Institution.objects.create(code=code, name=name, kind=kind, **fields)

        wita = {"time_zone": "Asia/Makassar"}
        self.province = make("53", "Nusa Tenggara Timur", Kind.PROVINSI, **wita)
        self.kabupaten = make("53.07", "Kabupaten Sikka", Kind.KABUPATEN, parent=self.province, **wita)
        self.other_kabupaten = make("53.08", "Kabupaten Ende", Kind.KABUPATEN, parent=self.province, **wita)
        self.neighbour_province = make("52", "Nusa Tenggara Barat", Kind.PROVINSI, **wita)
        self.neighbour_kabupaten = make(
            "52.01", "Kabupaten Lombok Barat", Kind.KABUPATEN, parent=self.neighbour_province, **wita
        )
        self.kanwil = make("KW53", "Kantor Wilayah Nusa Tenggara Timur", Kind.KANWIL, **wita)
        self.neighbour_kanwil = make("KW52", "Kantor Wilayah Nusa Tenggara Barat", Kind.KANWIL, **wita)
        self.ministry_ham = make(
            "HAM",
            "Kementerian Hak Asasi Manusia",
            Kind.KEMENTERIAN,
            short_name="Kementerian HAM",
            is_on_panitia_nasional=True,
            houses_secretariat=True,
        )
        self.ministry_social = make(
            "SOS", "Kementerian Sosial", Kind.KEMENTERIAN, short_name="Kemensos", is_on_panitia_nasional=True
        )
        self.ksp = make("KSP", "Kantor Staf Presiden", Kind.LEMBAGA, short_name="KSP", is_national_reader=True)
        Oversight.objects.create(overseer=self.kanwil, overseen=self.province)
        Oversight.objects.create(overseer=self.neighbour_kanwil, overseen=self.neighbour_province)
        self.unit = Unit.objects.create(institution=self.kabupaten, name="Dinas Koperasi")
        self.other_unit = Unit.objects.create(institution=self.kabupaten, name="Dinas Sosial")
        self.neighbour_unit = Unit.objects.create(institution=self.neighbour_kabupaten, name="Dinas Koperasi")

    # What is owed

    def _plan(self, needs_signatory: bool) -> None:
        year = self.now.year
        self.plan = Plan.objects.create(
            code="V", name="RANHAM generasi V", legal_basis="Perpres 53/2021", starts_on=date(2021, 1, 1),
            ends_on=date(2025, 12, 31),
        )  # fmt: skip
        self.rule_set = RuleSet.objects.create(
            code="uji", name="Aturan uji", administration_weight=30, substance_weight=70, value_met=100,
            value_partly_met=50, value_not_met=0, not_carried_out_substance=0, green_from=80, yellow_from=50,
        )  # fmt: skip
        self.calendar = Calendar.objects.create(code="triwulan", name="Triwulan", is_default=True)
        self.plan_year = PlanYear.objects.create(
            plan=self.plan, year=year, calendar=self.calendar, rule_set=self.rule_set
        )
        self.period = self.add_period(3, "B09", "Triwulan III", self.now, needs_signatory=needs_signatory)

    def add_period(
        self, number: int, code: str, name: str, around: datetime, *, needs_signatory: bool = False
    ) -> ReportingPeriod:
        """A period whose window runs from five days before `around` to five days after it."""
        closes = around + timedelta(days=5)
        return ReportingPeriod.objects.create(
            plan_year=self.plan_year,
            number=number,
            code=code,
            name=name,
            covers_from=(around - timedelta(days=110)).date(),
            covers_until=(around - timedelta(days=20)).date(),
            opens_at=around - timedelta(days=5),
            closes_at=closes,
            late_until_at=closes + timedelta(days=2),
            review_due_at=closes + timedelta(days=14),
            correction_until_at=closes + timedelta(days=21),
            objection_from_at=closes + timedelta(days=21),
            objection_until_at=closes + timedelta(days=28),
            needs_signatory=needs_signatory,
        )

    def _aksi(self) -> None:
        names = {"perempuan": "Perempuan", "anak": "Anak"}
        self.groups = {
            code: TargetGroup.objects.create(plan=self.plan, code=code, name=name, order=order)
            for order, (code, name) in enumerate(names.items(), 1)
        }
        kinds = ["Notulen", "Foto", "Daftar penerima", "Laporan kegiatan", "Surat keterangan"]
        self.kinds = {
            name: EvidenceKind.objects.create(code=name.lower().replace(" ", "-"), name=name) for name in kinds
        }
        self.aksi = [
            self.add_aksi(Level.REGENCY, 1, "perempuan", measures=2),
            self.add_aksi(Level.REGENCY, 2, "anak", measures=1),
        ]
        self.add_aksi(Level.PROVINCE, 1, "anak", measures=1)
        self.add_aksi(Level.MINISTRY, 1, "perempuan", measures=1, institution=self.ministry_social)
        self.add_aksi(Level.MINISTRY, 1, "perempuan", measures=1, institution=self.ministry_ham)
        for aksi, unit in zip(self.aksi, [self.unit, self.other_unit], strict=True):
            own = Assignment.objects.get(institution=self.kabupaten, aksi=aksi)
            AssignmentUnit.objects.create(assignment=own, unit=unit, is_lead=True)
        first = Assignment.objects.get(institution=self.neighbour_kabupaten, aksi=self.aksi[0])
        AssignmentUnit.objects.create(assignment=first, unit=self.neighbour_unit, is_lead=True)

    def add_aksi(
        self, level: str, number: int, group: str, *, measures: int, institution: Institution | None = None
    ) -> Aksi:
        """An aksi with its measures in `period`, assigned to the whole level (or to its one ministry).

        Measure 1 requires Notulen and accepts Foto; measure 2 wants a number and requires Daftar penerima.
        """
        aksi = Aksi.objects.create(
            plan_year=self.plan_year, level=level, institution=institution, number=number,
            title=f"Aksi uji {number} untuk {group}", success_criterion="Meningkatnya akses kelompok sasaran",
            is_illustrative=True,
        )  # fmt: skip
        aksi.target_groups.add(self.groups[group])
        for position in range(1, measures + 1):
            self.add_measure(aksi, self.period, position)
        owners = [institution] if institution else Institution.objects.of_level(level)
        Assignment.objects.bulk_create([Assignment(institution=owner, aksi=aksi) for owner in owners])
        return aksi

    def add_measure(self, aksi: Aksi, period: ReportingPeriod, number: int) -> Measure:
        measure = Measure.objects.create(
            aksi=aksi, period=period, number=number, text=f"Terlaksananya kegiatan {number}", needs_number=number == 2,
            has_illustrative_evidence=False,
        )  # fmt: skip
        wanted = [("Notulen", True), ("Foto", False)] if number == 1 else [("Daftar penerima", True)]
        for order, (name, required) in enumerate(wanted):
            MeasureEvidence.objects.create(measure=measure, kind=self.kinds[name], is_required=required, order=order)
        return measure

    # People

    def _people(self) -> None:
        units = {(unit.institution_id, unit.name): unit for unit in Unit.objects.all()}
        self.users: dict[str, User] = {}
        for name, (code, unit, role) in PEOPLE.items():
            institution = Institution.objects.get(code=code)
            user = User.objects.create_user(f"{name}@contoh.example", PASSWORD, name=name.replace("_", " ").title())
            self.users[name] = user
            Membership.objects.create(
                user=user,
                institution=institution,
                unit=units.get((institution.pk, unit)),
                role=role,
                starts_on=date(2020, 1, 1),
            )

    def user(self, name: str) -> User:
        return self.users[name]

    def actor(self, name: str) -> Actor:
        """The person acting for the office that `PEOPLE` gives them."""
        return actor_for(self.users[name], timezone.localdate(self.now), office=self.office(name))

    def office(self, name: str) -> str:
        code, unit, _role = PEOPLE[name]
        institution = Institution.objects.get(code=code)
        found = Unit.objects.filter(institution=institution, name=unit).first() if unit else None
        return office_key(institution.pk, found.pk if found else None)

    def client(self, name: str, client_class: type[Client] = Client) -> Client:
        """A client signed in as this person, acting for their office of the scenario."""
        client = client_class()
        client.force_login(self.users[name])
        session = client.session
        session[OFFICE_SESSION_KEY] = self.office(name)
        session.save()
        return client

    # Reports

    @cached_property
    def reports(self) -> dict[str, Report]:
        """Reports of the open period by institution code."""
        rows = Report.objects.filter(period=self.period).select_related("institution")
        return {report.institution.code: report for report in rows}

    @property
    def report(self) -> Report:
        """The report of Kabupaten Sikka as it stands now."""
        return Report.objects.select_related("institution", "period__plan_year").get(
            institution=self.kabupaten, period=self.period
        )
