"""The secretariat opens a period and sees how far each one is."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actions.models import Level, ReportingPeriod
from actions.policies.errors import NotAllowed
from reporting.policies.opening import obstacles_to_opening, preview_opening
from reporting.services.opening import open_period
from reporting.states import ReportStatus

VERIFIED = Q(reports__status=ReportStatus.VERIFIED)


@require_safe
def period_list(request: HttpRequest) -> HttpResponse:
    """List every period: opened or not, and how many of its reports were sent and verified."""
    _secretariat_only(request)
    rows = ReportingPeriod.objects.select_related("plan_year", "opened_by").annotate(
        expected=Count("reports"),
        sent=Count("reports", filter=Q(reports__round__gt=0)),
        verified=Count("reports", filter=VERIFIED),
    )
    now = timezone.now()
    periods = [(period, _state_of(period, now)) for period in rows.order_by("-plan_year__year", "-number")]
    return render(request, "reporting/period_open_list.html", {"periods": periods})


@require_http_methods(["GET", "HEAD", "POST"])
def period_open(request: HttpRequest, key: str) -> HttpResponse:
    """Show what opening the period would create, and open it."""
    _secretariat_only(request)
    period = _period_or_404(key)
    if request.method == "POST":
        return _open(request, period)
    preview = preview_opening(period)
    levels = [(Level(code).label, count) for code, count in sorted(preview.expected.items())]
    context = {
        "period": period,
        "preview": preview,
        "levels": levels,
        "obstacles": obstacles_to_opening(period, request.actor),
        "zone": request.actor.institution.time_zone,
    }
    return render(request, "reporting/period_open.html", context)


def _open(request: HttpRequest, period: ReportingPeriod) -> HttpResponse:
    try:
        created = open_period(period, by=request.actor)
    except NotAllowed as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
        return redirect("period-open", period.key)
    if created:
        messages.success(
            request, _("%(period)s dibuka. %(count)s laporan dibuat.") % {"period": period, "count": created}
        )
    else:
        messages.info(
            request, _("%(period)s sudah dibuka. Tidak ada laporan baru yang perlu dibuat.") % {"period": period}
        )
    return redirect("period-list")


def _secretariat_only(request: HttpRequest) -> None:
    if not request.actor.is_secretariat:
        raise Http404


def _period_or_404(key: str) -> ReportingPeriod:
    """Load the period that `key`, such as 2026-B09, names."""
    year, _dash, code = key.partition("-")
    if not (year.isascii() and year.isdecimal() and len(year) <= 4):
        raise Http404
    rows = ReportingPeriod.objects.select_related("plan_year", "opened_by")
    return get_object_or_404(rows, plan_year__year=int(year), code=code)


def _state_of(period: ReportingPeriod, now) -> tuple[str, str]:
    """The opening state of a period as a chip: word and colour."""
    if period.opened_at is None:
        return _("Belum dibuka"), "abu"
    if period.is_closed_at(now):
        return _("Ditutup"), "abu"
    if now < period.opens_at:
        return _("Pengisian"), "kuning"
    return _("Jendela terbuka"), "biru"
