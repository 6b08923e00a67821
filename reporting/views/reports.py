"""One report as a whole: where it stands, what is next, what happened."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from actions.actors import Actor
from reporting.models import Report, ReportItem, Submission
from reporting.policies.parties import parties_of
from reporting.policies.sending import (
    obstacles_to_recalling,
    obstacles_to_sending,
    obstacles_to_withdrawing,
)
from reporting.services.freezing import frozen_content
from reporting.services.packing import Pack, pack_of
from reporting.states import REPORT_WITH_REPORTER, Party, ReportStatus
from reporting.summaries.completeness import ReportCompleteness, report_completeness
from reporting.summaries.deadlines import Step, objection_step, period_steps, sending_deadline
from reporting.summaries.history import history_of
from reporting.summaries.home import reviewer_name, standing_of
from reporting.summaries.next_steps import WITH_REPORTER, next_step


@require_safe
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report: deadlines, items, what hinders sending, receipts and history."""
    now, actor = timezone.now(), request.actor
    report = visible_report(actor, pk)
    completeness = report_completeness(report, _own_items(actor, report))
    receipts = list(report.submissions.select_related("submitted_by", "recalled_by").order_by("-pk"))
    zone = actor.institution.time_zone
    valid = _valid(receipts)
    context = {
        "report": report,
        "completeness": completeness,
        "pack": _pack(report, completeness, valid),
        "is_reviewer": Party.REVIEWER in parties_of(actor, report),
        "with_reporter": report.status in WITH_REPORTER,
        "reviewer": reviewer_name(report),
        "steps": [*period_steps(report.period, zone=zone, now=now), *own_objection_steps(report, actor, now)],
        "receipts": receipts,
        "valid_receipt": valid and valid.pk,
        "history": history_of(report, actor),
        "zone": zone,
        **_own_context(report, actor, completeness, valid, now),
    }
    return render(request, "reporting/report_detail.html", context)


def _own_context(
    report: Report, actor: Actor, completeness: ReportCompleteness, valid: Submission | None, now: datetime
) -> dict:
    """What only the people of the institution itself see: their next step, and the acts that are theirs."""
    parties = parties_of(actor, report)
    is_own = bool(parties & {Party.OPD, Party.COORDINATOR, Party.SIGNATORY})
    is_coordinator = Party.COORDINATOR in parties
    standing = standing_of(report, completeness, actor, receipt_pk=valid and valid.pk, now=now) if is_own else None
    obstacles = obstacles_to_sending(report, actor, now, is_started=completeness.is_started) if is_coordinator else []
    return {
        "is_own": is_own,
        "is_coordinator": is_coordinator,
        "deadline": sending_deadline(report, zone=actor.institution.time_zone, now=now) if is_own else None,
        "next_step": next_step(standing) if standing else None,
        "obstacles": obstacles,
        "may_recall": not obstacles_to_recalling(report, actor, now),
        "may_withdraw": not obstacles_to_withdrawing(report, actor),
        # see also obstacles_to_returning_item, which the page behind the link asks for one item
        "may_return_items": is_coordinator and report.status in REPORT_WITH_REPORTER and now < report.sending_ends_at(),
    }


def own_objection_steps(report: Report, actor: Actor, now: datetime) -> list[Step]:
    """The step of objecting, for the coordinator of a verified report; see also `obstacles_to_objecting`."""
    if report.status != ReportStatus.VERIFIED or Party.COORDINATOR not in parties_of(actor, report):
        return []
    return [objection_step(report, zone=actor.institution.time_zone, now=now)]


def _valid(receipts: list[Submission]) -> Submission | None:
    """The latest sending that was not recalled: the one that counts."""
    return next((row for row in receipts if row.recalled_at is None), None)


def _pack(report: Report, completeness: ReportCompleteness, valid: Submission | None) -> Pack:
    """What the ZIP of data dukung holds, from rows in hand; see also `evidence_pack`."""
    measures = [measure for found in completeness.items for measure in found.measures]
    files = {measure.answer.pk: measure.evidence for measure in measures}
    content = valid.content if valid else frozen_content(report, [measure.answer for measure in measures], files)
    return pack_of(report, valid, content, items={found.item.pk for found in completeness.items})


def visible_report(actor: Actor, pk: int) -> Report:
    """Load a report that `actor` may read, with what its pages show; 404 outside their scope."""
    rows = Report.objects.visible_to(actor).select_related(
        "institution", "period__plan_year__rule_set", "kanwil", "claimed_by", "certified_by", "verified_by"
    )
    return get_object_or_404(rows, pk=pk)


def _own_items(actor: Actor, report: Report) -> list[ReportItem] | None:
    if not actor.is_only_opd_staff:
        return None
    return list(ReportItem.objects.visible_to(actor).filter(report=report.pk).only("pk"))
