"""The small nation of `docs/scoring.md`: two provinces, three kabupaten, one ministry, two closed periods.

Reports are written as words, one string an aksi and one word a measure, instead of walking through filling, sending
and reviewing: administration and substance as s(esuai), b(sebagian), t(idak sesuai) after what was declared.
"""

from datetime import UTC, date, datetime, timedelta
from random import Random

from accounts.models import User
from actions.models import (
    Aksi,
    Assignment,
    Calendar,
    Institution,
    Level,
    Measure,
    Plan,
    PlanYear,
    ReportingPeriod,
    RuleSet,
    TargetGroup,
)
from reporting.models import Judgement, MeasureAnswer, PeriodScoring, Report, ReportItem, Submission
from reporting.states import ReportStatus

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

DECLARED = {
    "laksana": MeasureAnswer.Execution.CARRIED_OUT,
    "sebagian": MeasureAnswer.Execution.PARTLY,
    "nihil": MeasureAnswer.Execution.NIHIL,
    "tidak": MeasureAnswer.Execution.NOT_CARRIED_OUT,
    "kosong": "",
}
JUDGED = {"s": Judgement.Value.MET, "b": Judgement.Value.PARTLY, "t": Judgement.Value.NOT_MET}

ACTIONS = {
    Level.MINISTRY: [(["perempuan"], 1)],
    Level.PROVINCE: [(["anak"], 2)],
    Level.REGENCY: [(["perempuan", "anak"], 3), (["anak"], 1)],
}
"""Aksi of each level: target groups and number of measures in each period."""

REPORTS = {
    "B04": {
        "SOS": ["laksana:ss"],
        "52": ["laksana:bs nihil:ss"],
        "52.01": ["laksana:ss sebagian:sb tidak:st", "laksana:bb"],
        "53.07": ["laksana:ss laksana:sb kosong:tt", "kosong:tt"],
        "53.08": ["laksana:ss nihil:ss laksana:sb", "laksana:sb"],
    },
    "B08": {
        "SOS": None,  # sent, not verified
        "52": ["laksana:ss laksana:ss"],
        "53": ["laksana:sb nihil:bb"],
        "53.07": ["laksana:ss laksana:ss laksana:ss", "laksana:ss"],
        "53.08": ["laksana:ss laksana:ss nihil:ss", "tidak:bs"],
    },
}
"""Reports by period and institution: who is absent did not report; 52.01 sent B04 late."""

LATE = {("B04", "52.01")}


class ScoreNation:
    """Builds the rows of the example, the reports in the order that `random` gives; both periods end before `NOW`."""

    def __init__(self, random: Random | None = None) -> None:
        self.user = User.objects.create_user("penelaah@contoh.example", name="Penelaah")
        self._institutions()
        self._plan()
        self._aksi()
        self.reports = {
            (period.code, code): self.expect_report(period, institution)
            for period in self.periods.values()
            for code, institution in self.institutions.items()
        }
        written = [(code, *report) for code, reports in REPORTS.items() for report in reports.items()]
        for period, institution, actions in random.sample(written, len(written)) if random else written:
            self.fill(period, institution, actions)

    def _institutions(self) -> None:
        kind = Institution.Kind
        ntb = Institution.objects.create(code="52", name="Nusa Tenggara Barat", kind=kind.PROVINSI)
        ntt = Institution.objects.create(code="53", name="Nusa Tenggara Timur", kind=kind.PROVINSI)
        rows = [
            Institution.objects.create(code="SOS", name="Kementerian Sosial", kind=kind.KEMENTERIAN),
            ntb,
            ntt,
            Institution.objects.create(code="52.01", name="Kabupaten Lombok Barat", kind=kind.KABUPATEN, parent=ntb),
            Institution.objects.create(code="53.07", name="Kabupaten Sikka", kind=kind.KABUPATEN, parent=ntt),
            Institution.objects.create(code="53.08", name="Kabupaten Ende", kind=kind.KABUPATEN, parent=ntt),
        ]
        self.institutions = {row.code: row for row in rows}

    def _plan(self) -> None:
        plan = Plan.objects.create(
            code="V", name="RANHAM V", legal_basis="Perpres 53/2021", starts_on=date(2021, 1, 1),
            ends_on=date(2025, 12, 31),
        )  # fmt: skip
        names = {"perempuan": "Perempuan", "anak": "Anak"}
        self.groups = {
            code: TargetGroup.objects.create(plan=plan, code=code, name=name, order=order)
            for order, (code, name) in enumerate(names.items())
        }
        rules = RuleSet.objects.create(
            code="contoh", name="Aturan contoh", administration_weight=30, substance_weight=70, value_met=100,
            value_partly_met=50, value_not_met=0, not_carried_out_substance=0, green_from=80, yellow_from=50,
        )  # fmt: skip
        calendar = Calendar.objects.create(code="contoh", name="Kalender contoh")
        self.plan_year = PlanYear.objects.create(plan=plan, year=2026, calendar=calendar, rule_set=rules)
        self.periods = {
            code: self.add_period(number, code, datetime(2026, 4 * number + 1, 1, tzinfo=UTC))
            for number, code in enumerate(REPORTS, 1)
        }

    def add_period(self, number: int, code: str, ends: datetime) -> ReportingPeriod:
        """An opened period whose window, without any late time, has its exclusive end at `ends`."""
        period = ReportingPeriod.objects.create(
            plan_year=self.plan_year, number=number, code=code, name=f"Caturwulan {number}",
            covers_from=date(2026, 4 * number - 3, 1), covers_until=date(2026, 4 * number, 28),
            opens_at=ends - timedelta(days=10), closes_at=ends, late_until_at=ends,
            review_due_at=ends, correction_until_at=ends, objection_from_at=ends, objection_until_at=ends,
            opened_at=ends - timedelta(days=20), opened_by=self.user,
        )  # fmt: skip
        PeriodScoring.objects.create(period=period)
        return period

    def _aksi(self) -> None:
        for level, actions in ACTIONS.items():
            for number, (groups, measures) in enumerate(actions, 1):
                self._one_aksi(level, number, groups, measures)

    def _one_aksi(self, level: str, number: int, groups: list[str], measures: int) -> None:
        owner = self.institutions["SOS"] if level == Level.MINISTRY else None
        aksi = Aksi.objects.create(
            plan_year=self.plan_year, level=level, institution=owner, number=number, title=f"Aksi {number}"
        )
        aksi.target_groups.set([self.groups[code] for code in groups])
        for period in self.periods.values():
            for position in range(1, measures + 1):
                Measure.objects.create(aksi=aksi, period=period, number=position, text=f"Ukuran {position}")
        for institution in Institution.objects.of_level(level):
            Assignment.objects.create(institution=institution, aksi=aksi)

    def expect_report(self, period: ReportingPeriod, institution: Institution) -> Report:
        """An expected report that nobody has begun, with its items and blank answers."""
        province = institution if institution.kind == Institution.Kind.PROVINSI else institution.parent
        report = Report.objects.create(
            institution=institution, period=period, level=institution.level, province=province, created_at=NOW
        )
        for assignment in institution.assignments.select_related("aksi"):
            item = ReportItem.objects.create(report=report, aksi=assignment.aksi)
            for measure in assignment.aksi.measures.filter(period=period):
                MeasureAnswer.objects.create(item=item, measure=measure)
        return report

    def fill(self, period: str, institution: str, actions: list[str] | None) -> None:
        """Let an institution report: `actions` as in `REPORTS`, None for sent but not verified."""
        report = self.reports[period, institution]
        who = {"submitted_at": NOW, "submitted_by": self.user}
        submission = Submission.objects.create(
            report=report, round=1, receipt_number=f"{institution}-{period}", content={}, content_hash="0" * 64, **who
        )
        report.round, report.status = 1, ReportStatus.SUBMITTED
        report.submitted_at, report.submitted_by = NOW, self.user
        report.is_late = (period, institution) in LATE
        report.save()
        if actions is not None:
            self.judge(report, submission, actions)

    def judge(self, report: Report, submission: Submission, actions: list[str]) -> None:
        """Judge every measure as `actions` say and verify the report."""
        for item, words in zip(report.items.order_by("aksi__number"), actions, strict=True):
            for answer, word in zip(item.answers.order_by("measure__number"), words.split(), strict=True):
                declared, (administration, substance) = word.split(":")
                answer.execution = DECLARED[declared]
                answer.judgement = Judgement.objects.create(
                    answer=answer, submission=submission, execution=DECLARED[declared],
                    administration=JUDGED[administration], substance=JUDGED[substance], decision="accept",
                    judged_at=NOW, judged_by=self.user, office=self.institutions["52"],
                )  # fmt: skip
                answer.save()
        report.status, report.verified_at, report.verified_by = ReportStatus.VERIFIED, NOW, self.user
        report.save()
