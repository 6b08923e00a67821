"""Plans, their years, calendars, periods and assignments: pages of the secretariat."""

from datetime import date, datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import formats
from actions.forms.plans import PeriodDatesForm, PlanYearForm
from actions.models import Calendar, CalendarPeriod, Level, PeriodEvent, PlanYear, ReportingPeriod
from actions.policies.errors import NotAllowed
from actions.policies.periods import MOVABLE_INSTANTS
from actions.services.periods import SETTINGS, move_period_dates
from actions.services.planning import JAKARTA, assign_level, create_plan_year, preview_levels
from actions.summaries.plans import YearSummary, year_summaries
from actions.summaries.rules import rule_versions
from actions.views.access import secretariat_only

FORM_METHODS = ["GET", "HEAD", "POST"]
ZONE = str(JAKARTA)


@require_safe
@secretariat_only
def plan_list(request: HttpRequest) -> HttpResponse:
    """List the plan years with what each holds."""
    years = [(summary, next_step(summary)) for summary in year_summaries()]
    return render(request, "actions/plan_list.html", {"years": years})


@require_safe
@secretariat_only
def plan_year_detail(request: HttpRequest, year: int) -> HttpResponse:
    """Show one year: periods with their dates, the catalogue and assignments by level, the next step."""
    summary = _summary_or_404(year)
    now = timezone.now()
    context = {
        "summary": summary,
        "plan_year": summary.plan_year,
        "periods": [(period, period_state(period, now)) for period in summary.periods],
        "step": next_step(summary),
        "zone": ZONE,
    }
    return render(request, "actions/plan_year_detail.html", context)


@require_http_methods(FORM_METHODS)
@secretariat_only
def plan_year_create(request: HttpRequest) -> HttpResponse:
    """Create a plan year with the periods of a calendar."""
    form = PlanYearForm(request.POST or None, initial=_next_year())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            plan_year = create_plan_year(
                data["plan"], data["year"], data["calendar"], data["rule_set"], by=request.actor
            )
        except NotAllowed as refused:
            form.add_error("year", refused.reasons)
        else:
            messages.success(request, _("Tahun %(year)s dibuat. Periksa tanggal periodenya.") % {"year": plan_year})
            return redirect("plan-year-detail", plan_year.year)
    return render(request, "actions/plan_year_form.html", {"form": form})


def _next_year() -> dict:
    newest = PlanYear.objects.order_by("-year").values_list("year", flat=True).first()
    return {"year": newest + 1 if newest else timezone.localdate().year}


@require_safe
@secretariat_only
def calendar_list(request: HttpRequest) -> HttpResponse:
    """Show the calendars and rule versions that a year can start from."""
    context = {"calendars": _calendars(), "versions": rule_versions()}
    return render(request, "actions/calendar_list.html", context)


def _calendars() -> list[tuple[Calendar, list[tuple[CalendarPeriod, str, str]]]]:
    """Every calendar with its periods, and the days that each covers and is open, in words."""
    calendars = Calendar.objects.prefetch_related("periods").order_by("-is_default", "code")
    return [
        (
            calendar,
            [
                (period, _days(period.covers_from, period.covers_until), _days(period.opens, period.closes))
                for period in calendar.periods.all()
            ],
        )
        for calendar in calendars
    ]


def _days(first: str, last: str) -> str:
    words = [formats.day_month(date.fromisoformat(f"2001-{month_day}")) for month_day in (first, last)]
    return _("%(first)s sampai %(last)s") % {"first": words[0], "last": words[1]}


@require_safe
@secretariat_only
def period_detail(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Show the dates of one period and everything that happened to it."""
    period = _period_or_404(year, code)
    events = [_told(event) for event in period.events.select_related("by")]
    context = {"period": period, "state": period_state(period, timezone.now()), "events": events, "zone": ZONE}
    return render(request, "actions/period_detail.html", context)


@require_http_methods(FORM_METHODS)
@secretariat_only
def period_edit(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """Move the dates of a period, with a reason."""
    period = _period_or_404(year, code)
    form = PeriodDatesForm(request.POST or None, period=period)
    if request.method == "POST" and form.is_valid() and _move(request, form):
        return redirect("period-detail", year, code)
    return render(request, "actions/period_form.html", {"form": form, "period": period})


def _move(request: HttpRequest, form: PeriodDatesForm) -> bool:
    try:
        event = move_period_dates(
            form.period,
            form.changes(),
            reason=form.cleaned_data["reason"],
            by=request.actor,
            may_reopen=form.cleaned_data.get("may_reopen", False),
        )
    except NotAllowed as refused:
        form.add_error(None, refused.reasons)
        return False
    except ValidationError as refused:
        form.add_instant_errors(refused.message_dict)
        return False
    if event:
        messages.success(request, _("Tanggal disimpan. Alasannya tercatat dalam riwayat."))
    else:
        messages.info(request, _("Tidak ada yang berubah."))
    return True


@require_safe
@secretariat_only
def level_assignments(request: HttpRequest, year: int) -> HttpResponse:
    """Show, by level, how many assignments are there and how many one act would add."""
    plan_year = _plan_year_or_404(year)
    context = {"plan_year": plan_year, "previews": preview_levels(plan_year)}
    return render(request, "actions/level_assignments.html", context)


@require_POST
@secretariat_only
def level_assign(request: HttpRequest, year: int, level: str) -> HttpResponse:
    """Assign all aksi of a level to all its institutions."""
    plan_year = _plan_year_or_404(year)
    if level not in Level.values:
        raise Http404
    done = assign_level(plan_year, level, by=request.actor)
    if done.missing:
        text = _("%(count)s penugasan dibuat untuk %(institutions)s instansi.")
        messages.success(
            request,
            text % {"count": formats.thousands(done.missing), "institutions": formats.thousands(done.institutions)},
        )
    else:
        messages.info(request, _("Semua penugasan jenjang ini sudah ada."))
    return redirect("level-assignments", year)


def next_step(summary: YearSummary) -> dict | None:
    """Return the one thing to do next for a year: title, text, URL name with arguments, label; None if nothing."""
    year = summary.plan_year.year
    if not summary.aksi:
        return _step(
            _("Muat katalog aksi"),
            _("Tahun ini belum punya aksi. Unggah berkas katalog dan periksa pratinjaunya."),
            ("catalogue-upload",),
            _("Muat katalog"),
        )
    if summary.unassigned_levels:
        levels = ", ".join(row.label for row in summary.unassigned_levels)
        return _step(
            _("Tugaskan aksi kepada instansi"),
            _("Belum ada penugasan untuk: %(levels)s.") % {"levels": levels},
            ("level-assignments", year),
            _("Periksa penugasan"),
        )
    if summary.next_period:
        period = summary.next_period
        return _step(
            _("Periksa tanggal %(period)s, lalu buka periodenya") % {"period": period.name},
            _("Sesudah dibuka, setiap instansi yang bertugas punya laporan untuk diisi."),
            ("period-detail", year, period.code),
            _("Periksa periode"),
        )
    return None


def _step(title: str, text: str, address: tuple, label: str) -> dict:
    return {"title": title, "text": text, "url": reverse(address[0], args=address[1:]), "label": label}


def period_state(period: ReportingPeriod, now) -> tuple[str, str]:
    """Return where a period stands as a chip: its word and its colour."""
    if period.opened_at is None:
        return _("Belum dibuka"), "abu"
    if now < period.opens_at:
        return _("Pengisian draf"), "kuning"
    if period.is_window_open_at(now):
        return _("Jendela terbuka"), "biru"
    if period.accepts_sending_at(now):
        return _("Menerima yang terlambat"), "kuning"
    return _("Ditutup"), "hijau"


def _told(event: PeriodEvent) -> dict:
    """Say an event of a period in one sentence, with its changes."""
    if event.kind == PeriodEvent.Kind.OPENED:
        sentence = _("%(name)s membuka periode.") % {"name": event.by}
        return {"at": event.at, "sentence": sentence, "css": "terima", "note": event.reason}
    names = [name for name in (*MOVABLE_INSTANTS, *SETTINGS) if name in event.changes]
    changes = "; ".join(_change(name, *event.changes[name]) for name in names)
    sentence = _("%(name)s mengubah %(changes)s.") % {"name": event.by, "changes": changes}
    note = _("Alasan: %(reason)s") % {"reason": event.reason}
    return {"at": event.at, "sentence": sentence, "css": "", "note": note}


def _change(name: str, before, after) -> str:
    label = ReportingPeriod._meta.get_field(name).verbose_name
    words = {"label": label, "before": _value(name, before), "after": _value(name, after)}
    return _("%(label)s dari %(before)s menjadi %(after)s") % words


def _value(name: str, value) -> str:
    if name in MOVABLE_INSTANTS:
        instant = datetime.fromisoformat(value)
        is_beginning = name in ("opens_at", "objection_from_at")
        return formats.moment(instant, ZONE) if is_beginning else formats.deadline(instant, ZONE)
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    return str(value) if value not in (None, "") else _("kosong")


def _summary_or_404(year: int) -> YearSummary:
    found = year_summaries(year)
    if not found:
        raise Http404
    return found[0]


def _plan_year_or_404(year: int) -> PlanYear:
    return get_object_or_404(PlanYear.objects.select_related("plan", "calendar"), year=year)


def _period_or_404(year: int, code: str) -> ReportingPeriod:
    rows = ReportingPeriod.objects.select_related("plan_year", "opened_by")
    return get_object_or_404(rows, plan_year__year=year, code=code)
