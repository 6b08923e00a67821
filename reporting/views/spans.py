"""What every page of results starts with: its span, whom the actor may look at, and the context they share."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from actions.models import Institution
from reporting.policies.exporting import scopes_of
from reporting.summaries import results
from reporting.summaries.periods import periods_about


def span_or_404(request: HttpRequest, key: str) -> results.Span:
    """Return the opened period or year that `key` names."""
    span = results.span_of(key, periods_about(request, key))
    if span is None:
        raise Http404
    return span


def nation_or_404(request: HttpRequest) -> None:
    """Let in only those who see the whole nation."""
    if not request.actor or not request.actor.sees_nation:
        raise Http404


def provinces_of(request: HttpRequest) -> QuerySet[Institution]:
    """The provinces whose page this actor may open: all, its Kanwil's, or the one it is pembina of."""
    provinces = Institution.objects.of_level("provinsi")
    if request.actor.sees_nation:
        return provinces
    if request.actor.is_kanwil_officer:
        return provinces.filter(pk__in=request.actor.overseen_province_ids)
    if request.actor.is_pembina:
        return provinces.filter(pk=request.actor.institution.pk)
    return provinces.none()


def may_open_province(request: HttpRequest, province_id: int | None) -> bool:
    """True if the page of this province is among `provinces_of`; no query."""
    actor = request.actor
    if province_id is None or actor.sees_nation:
        return province_id is not None
    if actor.is_kanwil_officer:
        return province_id in actor.overseen_province_ids
    return actor.is_pembina and province_id == actor.institution.pk


def institutions_of(request: HttpRequest) -> QuerySet[Institution]:
    """The institutions whose own figures this actor may open."""
    if not request.actor:
        raise Http404
    return Institution.objects.visible_to(request.actor).exclude(kind=Institution.Kind.KANWIL)


def institution_or_404(request: HttpRequest, code: str) -> Institution:
    """Return an institution of `institutions_of` with its province, and whether one `may_open_province`; one query."""
    rows = institutions_of(request).select_related("parent")
    own_province = provinces_of(request).filter(pk=OuterRef("parent"))
    return get_object_or_404(rows.annotate(may_open_province=Exists(own_province)), code=code)


def results_context(request: HttpRequest, span: results.Span, name: str, *args: str) -> dict:
    """The context of a page about `span` whose address has this name and these arguments before the key."""
    now = timezone.now()
    periods = [period for period in periods_about(request, span.key) if period.plan_year_id == span.plan_year.pk]
    return {
        "span": span,
        "now": now,
        "is_closed": span.is_closed_at(now),
        "rule_set": span.plan_year.rule_set,
        "cutoffs": (span.plan_year.rule_set.yellow_from, span.plan_year.rule_set.green_from),
        "year_periods": list(reversed(periods)),
        "address_name": name,
        "address_args": args,
        "may_export": bool(scopes_of(request.actor)),
    }
