"""Home of whoever works on their institution's own report: seven queries, whatever its size."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import Aksi, Institution, Membership, ReportingPeriod
from reporting.models import Judgement, ReasonCode, Report, Score, Submission
from reporting.scoring import as_decimal, band_of
from reporting.states import ItemStatus, ReportStatus
from reporting.summaries.completeness import ItemCompleteness, ReportCompleteness, report_completeness, rules_of
from reporting.summaries.deadlines import Deadline, Step, period_steps, sending_deadline
from reporting.summaries.history import Happening, history_of
from reporting.summaries.next_steps import (
    WITH_REPORTER,
    NextStep,
    Reader,
    Standing,
    dearest_gap,
    next_step,
    phase_of,
    standings_of,
)

LAST_EVENTS = 6
SHOWN_GAPS = 8
SHOWN_REASONS = 3
SHOWN_OFFICERS = 2


@dataclass(frozen=True)
class Officer:
    """A person at the reviewing office."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True)
class ReviewerContact:
    """Whom to ask: the reviewing office with its published contact, and people there."""

    name: str
    unit: str
    email: str
    phone: str
    officers: tuple[Officer, ...]

    @property
    def is_known(self) -> bool:
        return bool(self.email or self.phone or self.officers)


@dataclass(frozen=True)
class OwnScore:
    """What is known of the score of one period; `value` is 0-100, `band` empty without one."""

    value: Decimal | None
    band: str
    state: str


@dataclass(frozen=True)
class LastPeriod:
    """The period before this one on the same calendar, as it ended for this institution."""

    report: Report
    score: OwnScore
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ItemRow:
    """One aksi in the list: completeness, target groups, and the one thing to do with it."""

    found: ItemCompleteness
    groups: tuple[str, ...]
    act: str
    number_css: str


@dataclass(frozen=True)
class Estimate:
    """The score if everything there is were judged "sesuai", and what the dearest aksi would make of it."""

    value: Decimal
    band: str
    best: Decimal | None
    best_number: int | None
    best_band: str


@dataclass(frozen=True)
class ReporterHome:
    """Everything on the home page of a coordinator, a signatory or staff of one OPD."""

    report: Report
    completeness: ReportCompleteness
    items: tuple[ItemRow, ...]
    step: NextStep
    deadline: Deadline | None
    steps: list[Step]
    estimate: Estimate | None
    score: OwnScore | None
    history: list[Happening]
    contact: ReviewerContact
    last: LastPeriod | None
    is_open: bool

    @property
    def shown_gaps(self) -> tuple:
        return self.completeness.gaps[:SHOWN_GAPS]

    @property
    def more_gaps(self) -> int:
        return max(len(self.completeness.gaps) - SHOWN_GAPS, 0)


def reporter_home(
    actor: Actor, period: ReportingPeriod, previous: ReportingPeriod | None, *, now: datetime
) -> ReporterHome | None:
    """Return the home of `actor` for `period`; None where the institution owes no report for it."""
    wanted = [period.pk] + ([previous.pk] if previous else [])
    reports = {report.period_id: report for report in _reports(actor, wanted)}
    report = reports.get(period.pk)
    if report is None:
        return None
    report.period = period
    completeness = _own_part(report_completeness(report), actor)
    zone, is_open = actor.institution.time_zone, report.status in WITH_REPORTER and now < report.sending_ends_at()
    return ReporterHome(
        report=report,
        completeness=completeness,
        items=_item_rows(completeness, actor, is_open=is_open),
        step=next_step(standing_of(report, completeness, actor, receipt_pk=report.receipt_pk, now=now)),
        deadline=sending_deadline(report, zone=zone, now=now),
        steps=period_steps(period, zone=zone, now=now),
        estimate=_estimate(report, completeness, actor),
        score=_score_of(report) if report.status == ReportStatus.VERIFIED else None,
        history=history_of(report, actor, limit=LAST_EVENTS),
        contact=_contact(report),
        last=_last(reports.get(previous.pk)) if previous else None,
        is_open=is_open,
    )


# The report, this period's and the last one's, with everything that needs no further query


def _reports(actor: Actor, period_ids: list[int]) -> QuerySet[Report]:
    rows = Report.objects.visible_to(actor).filter(institution=actor.institution.pk, period__in=period_ids)
    rows = rows.select_related("institution", "kanwil", "claimed_by", "period__plan_year__rule_set")
    standing = Submission.objects.filter(report=OuterRef("pk"), recalled_at__isnull=True).order_by("-pk")
    score = Score.objects.filter(
        scope=Score.Scope.INSTITUTION,
        institution=OuterRef("institution"),
        period=OuterRef("period"),
        target_group=None,
    )
    facts = JSONObject(state="state", exact="reported_exact", band="band")
    return rows.annotate(
        receipt_pk=Subquery(standing.values("pk")[:1]),
        score_facts=Subquery(score.annotate(facts=facts).values("facts")[:1]),
        central=Subquery(_central_contact()[:1]),
        **{f"reason_{i}": Subquery(_reasons()[i : i + 1]) for i in range(SHOWN_REASONS)},
        **{f"officer_{i}": Subquery(_officers(actor)[i : i + 1]) for i in range(SHOWN_OFFICERS)},
    )


def _reasons() -> QuerySet:
    """Why measures were returned, the most frequent reason first; what a reviewer still thinks about is not told."""
    rows = ReasonCode.objects.filter(
        judgements__answer__item__report=OuterRef("pk"),
        judgements__decision=Judgement.Decision.RETURN,
        judgements__judged_at__lte=OuterRef("returned_at"),
    )
    return rows.annotate(times=Count("judgements")).order_by("-times", "code").values("text")


def _officers(actor: Actor) -> QuerySet:
    rows = Membership.objects.in_force_on(actor.day).filter(
        institution=OuterRef("kanwil"), role=Membership.Role.KANWIL_OFFICER, user__is_active=True
    )
    person = JSONObject(name="user__name", email="user__email", phone="user__phone")
    return rows.annotate(person=person).order_by("user__name", "pk").values("person")


def _central_contact() -> QuerySet:
    """Ditjen HAM, which reviews ministries and agencies."""
    office = JSONObject(name="name", unit="contact_unit", email="contact_email", phone="contact_phone")
    rows = Institution.objects.filter(houses_secretariat=True, valid_until__isnull=True).order_by("code")
    return rows.annotate(office=office).values("office")


def reviewer_name(report: Report) -> str:
    """Return who reviews `report`, in words."""
    if report.kanwil:
        return report.kanwil.name
    return _("Anggota lain Panitia Nasional") if report.institution.houses_secretariat else _("Ditjen HAM")


def _contact(report: Report) -> ReviewerContact:
    if report.kanwil is None:
        if report.institution.houses_secretariat:
            return ReviewerContact(reviewer_name(report), unit="", email="", phone="", officers=())
        central = report.central or {"name": _("Ditjen HAM"), "unit": "", "email": "", "phone": ""}
        return ReviewerContact(**central, officers=())
    people = [person for i in range(SHOWN_OFFICERS) if (person := getattr(report, f"officer_{i}"))]
    return ReviewerContact(
        name=report.kanwil.name,
        unit=report.kanwil.contact_unit,
        email=report.kanwil.contact_email,
        phone=report.kanwil.contact_phone,
        officers=tuple(Officer(**person) for person in people),
    )


def _score_of(report: Report) -> OwnScore:
    facts = report.score_facts
    if not facts:
        return OwnScore(None, "", "")
    value = as_decimal(Fraction(facts["exact"])) if facts["exact"] else None
    return OwnScore(value, facts["band"], facts["state"])


def _last(report: Report | None) -> LastPeriod | None:
    if report is None:
        return None
    reasons = tuple(text for i in range(SHOWN_REASONS) if (text := getattr(report, f"reason_{i}")))
    return LastPeriod(report, _score_of(report), reasons)


# How far it is


def _own_part(whole: ReportCompleteness, actor: Actor) -> ReportCompleteness:
    """Staff of one OPD see the aksi assigned to their unit; see also `ReportItemQuerySet.visible_to`."""
    if not actor.is_only_opd_staff:
        return whole
    return replace(whole, items=tuple(row for row in whole.items if actor.unit in row.units))


def standing_of(
    report: Report, completeness: ReportCompleteness, actor: Actor, *, receipt_pk: int | None, now: datetime
) -> Standing:
    """Return where `report` stands for `actor`, as `next_step` wants it. Load institution, Kanwil, period and rules."""
    zone, period = actor.institution.time_zone, report.period
    return Standing(
        report_pk=report.pk,
        institution_code=report.institution.code,
        status=report.status,
        reader=_reader(actor),
        phase=phase_of(report, now),
        opens_text=formats.moment(period.opens_at, zone),
        is_reported=report.is_reported,
        needs_signatory=period.needs_signatory,
        items=standings_of(completeness.items),
        estimate=completeness.estimate,
        rules=None if actor.is_only_opd_staff else rules_of(period.plan_year.rule_set),
        receipt_pk=receipt_pk,
        reviewer=reviewer_name(report),
        review_due_text=formats.deadline(period.review_due_at, zone),
        units_word=report.institution.units_word,
    )


def _reader(actor: Actor) -> Reader:
    if actor.is_coordinator:
        return Reader.BOTH if actor.is_signatory else Reader.COORDINATOR
    return Reader.SIGNATORY if actor.is_signatory else Reader.OPD


def _estimate(report: Report, completeness: ReportCompleteness, actor: Actor) -> Estimate | None:
    """None while nothing is filled, for staff of one OPD, and once the report has its real score."""
    if actor.is_only_opd_staff or not completeness.is_started or report.status == ReportStatus.VERIFIED:
        return None
    rules, value = rules_of(report.period.plan_year.rule_set), completeness.estimate
    band = band_of(rules, value)
    dearest = dearest_gap(standings_of(completeness.items)) if report.status in WITH_REPORTER else None
    if dearest is None:
        return Estimate(as_decimal(value), band, None, None, "")
    best = value + dearest.missing
    return Estimate(as_decimal(value), band, as_decimal(best), dearest.number, band_of(rules, best))


def _item_rows(completeness: ReportCompleteness, actor: Actor, *, is_open: bool) -> tuple[ItemRow, ...]:
    groups = _groups([row.item.aksi_id for row in completeness.items])
    return tuple(
        ItemRow(
            found=row,
            groups=tuple(groups.get(row.item.aksi_id, ())),
            act=item_act(row, actor, is_open=is_open),
            number_css=_number_css(row),
        )
        for row in completeness.items
    )


def item_act(row: ItemCompleteness, actor: Actor, *, is_open: bool) -> str:
    """Return the one thing to do with an aksi: remind, mend, check, go_on, begin or look."""
    item = row.item
    if not is_open or not row.is_mendable or item.status == ItemStatus.READY:
        return "look"
    if item.status == ItemStatus.RETURNED or item.opd_note:
        return "mend"
    if actor.is_signatory and not actor.is_coordinator:
        return "look"
    if row.is_complete:
        return "check"
    if row.is_started:
        return "go_on"
    return "remind" if actor.is_coordinator and row.has_staff else "begin"


def _number_css(row: ItemCompleteness) -> str:
    if row.item.status == ItemStatus.RETURNED or (row.item.opd_note and row.item.status == ItemStatus.FILLING):
        return "nomor--kembali"
    if not row.gaps:
        return "nomor--selesai"
    return "nomor--kurang" if row.is_started else ""


def _groups(aksi_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = Aksi.target_groups.through.objects.filter(aksi__in=aksi_ids).order_by("targetgroup__order")
    for aksi_id, name in rows.values_list("aksi_id", "targetgroup__name"):
        found.setdefault(aksi_id, []).append(name)
    return found
