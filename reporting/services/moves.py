"""The only place where a report or an item changes its status: under a row lock, leaving an event.

Callers hold a transaction. A move that is not in `reporting.states` raises `IllegalMove`: policies have
answered in words before, so reaching it is a programming error.
"""

from datetime import datetime

from actions.actors import Actor
from reporting.models import Report, ReportEvent, ReportItem
from reporting.states import Party, may_move_item, may_move_report


class IllegalMove(Exception):
    """A status change that the tables in `reporting.states` do not know for this party."""


def locked_report(report_id: int) -> Report:
    """Return the report, locked until the transaction ends. Raises Report.DoesNotExist."""
    rows = Report.objects.select_for_update(of=("self",)).select_related(
        "institution", "period__plan_year__rule_set", "province", "kanwil"
    )
    return rows.get(pk=report_id)


def move_report(
    report: Report, to: str, *, party: Party, by: Actor, kind: str, at: datetime, note: str = "", **fields
) -> ReportEvent:
    """Set the report's status (and `fields`), raise its revision and write the event."""
    origin = report.status
    if not may_move_report(origin, to, party):
        raise IllegalMove(f"report {report.pk}: {origin} -> {to} by {party}")
    report.status = to
    report.revision += 1
    for name, value in fields.items():
        setattr(report, name, value)
    report.save(update_fields=["status", "revision", *fields])
    return write_event(report, kind, by=by, at=at, note=note, origin=origin, to=to)


def move_item(
    item: ReportItem,
    to: str,
    *,
    party: Party,
    by: Actor,
    at: datetime,
    kind: str = "",
    note: str = "",
    **fields,
) -> None:
    """Set the item's status (and `fields`); write an event when `kind` names one.

    Moves that merely follow the whole report (sent, recalled) leave their trace in the report's own event.
    """
    origin = item.status
    if not may_move_item(origin, to, party):
        raise IllegalMove(f"item {item.pk}: {origin} -> {to} by {party}")
    item.status = to
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=["status", *fields])
    if kind:
        write_event(item.report, kind, by=by, at=at, note=note, item=item, origin=origin, to=to)


def write_event(
    report: Report,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    note: str = "",
    item: ReportItem | None = None,
    origin: str = "",
    to: str = "",
) -> ReportEvent:
    """Append one line to the report's history: who, for which office, when, from, to, note."""
    return ReportEvent.objects.create(
        report=report,
        item=item,
        kind=kind,
        from_status=origin,
        to_status=to,
        at=at,
        by=by.user,
        office=by.institution,
        unit=by.unit,
        note=note,
    )
