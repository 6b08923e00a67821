"""Search by name: institutions that one may open, and aksi of one's own report."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from actions.actors import Actor
from actions.models import Institution, ReportingPeriod
from reporting.models import MeasureAnswer, Report, ReportItem

MOST_AKSI = 20


def sees_several(actor: Actor) -> bool:
    """True for whoever may open the pages of more than their own institution."""
    return actor.sees_nation or actor.is_reviewer or actor.is_pembina or actor.is_reader


def found_institutions(actor: Actor, words: str, period: ReportingPeriod | None) -> QuerySet[Institution]:
    """Return the institutions in `actor`'s scope named like `words`, in the order of codes.

    Each has `report_pk` of the period's report if `actor` may read it, else None.
    """
    reports = Report.objects.visible_to(actor).filter(institution=OuterRef("pk"), period=period)
    rows = Institution.objects.visible_to(actor).search(words).select_related("parent")
    return rows.annotate(report_pk=Subquery(reports.values("pk")[:1])).order_by("code")


def reports_by_id(institutions: list[Institution]) -> dict[int, Report]:
    """Return the reports that `found_institutions` named; one query."""
    return Report.objects.in_bulk([row.report_pk for row in institutions if row.report_pk])


def found_aksi(actor: Actor, words: str, period: ReportingPeriod | None) -> list[ReportItem]:
    """Return the aksi of the actor's own report titled like `words`, at most the first few; `is_started` tells more."""
    if period is None or not actor.is_reporter:
        return []
    rows = ReportItem.objects.visible_to(actor).filter(report__institution=actor.institution.pk, report__period=period)
    rows = rows.filter(aksi__title__icontains=words).select_related("aksi")
    begun = MeasureAnswer.objects.filter(item=OuterRef("pk")).exclude(execution="")
    return list(rows.annotate(is_started=Exists(begun)).order_by("aksi__number")[:MOST_AKSI])
