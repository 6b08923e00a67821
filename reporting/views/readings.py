"""Bacaan kedua: the samples, the draw, the queue, one measure read blind, the agreement once it is closed."""

import secrets
from decimal import Decimal
from fractions import Fraction

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import formats
from actions.models import ReportingPeriod
from actions.policies.errors import NotAllowed
from reporting.agreement import Agreement
from reporting.forms.reading import CloseForm, DrawForm, key_of
from reporting.models import ReadingSample
from reporting.policies import reading as policies
from reporting.scoring import as_decimal
from reporting.services import reading as services
from reporting.summaries import reading_agreement, readings
from reporting.summaries.periods import opened_periods
from reporting.views.access import refused
from reporting.views.tables import table_response

ROWS_A_PAGE = 50
USUAL_SHARE, USUAL_LEAST = 5, 5


@require_safe
def reading_samples(request: HttpRequest) -> HttpResponse:
    """List the samples that the actor may open; who draws also sees the periods without one."""
    actor = request.actor
    if not (policies.may_read(actor) or policies.may_see_whole(actor) or actor.is_kanwil_officer):
        raise Http404
    rows = ReadingSample.objects.visible_to(actor).select_related("period__plan_year", "drawn_by")
    samples, undrawn = list(rows), []
    if policies.may_draw(actor):
        drawn, now = {sample.period_id for sample in samples}, timezone.now()
        undrawn = [row for row in opened_periods(request) if row.pk not in drawn and now >= row.review_due_at]
    context = {
        "samples": samples,
        "undrawn": undrawn,
        "may_read": policies.may_read(actor),
        "may_draw": policies.may_draw(actor),
        "zone": actor.institution.time_zone,
    }
    return render(request, "reporting/reading_samples.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def reading_draw(request: HttpRequest, key: str) -> HttpResponse:
    """Draw the sample of a period: the counts are shown first, and drawn by a second press."""
    period, now = _period_or_404(request, key), timezone.now()
    if not policies.may_draw(request.actor):
        raise Http404
    is_drawn = ReadingSample.objects.filter(period=period).exists()
    obstacles = policies.obstacles_to_drawing(period, request.actor, now, is_drawn=is_drawn)
    usual = {"share": USUAL_SHARE, "least": USUAL_LEAST, "seed": secrets.token_hex(4)}
    form, numbers = DrawForm(initial=usual), usual
    if request.method == "POST":
        form = DrawForm(request.POST)
        numbers = form.numbers if form.is_valid() else None
        if numbers and form.is_confirmed and not obstacles:
            sample = _drawn(request, period, form)
            if sample is not None:
                return redirect("reading-sample", key)
            numbers = None
    context = {"period": period, "form": form, "obstacles": obstacles, "is_drawn": is_drawn}
    if not obstacles:
        context |= _preview(period, numbers) if numbers else {}
        context["unverified"] = readings.unverified_of(period)
    return render(request, "reporting/reading_draw.html", context)


def _drawn(request: HttpRequest, period: ReportingPeriod, form: DrawForm) -> ReadingSample | None:
    try:
        sample = services.draw(period, by=request.actor, **form.numbers)
    except NotAllowed as error:
        for reason in error.reasons:
            form.add_error(None, reason)
        return None
    messages.success(
        request,
        _("Sampel ditarik: %(size)s dari %(population)s ukuran.")
        % {"size": formats.thousands(sample.size), "population": formats.thousands(sample.population)},
    )
    return sample


def _preview(period: ReportingPeriod, numbers: dict) -> dict:
    counts = readings.population_of(period).counts(share=numbers["share"], least=numbers["least"])
    return {
        "counts": counts,
        "population": sum(row.population for row in counts),
        "size": sum(row.size for row in counts),
        "shown": key_of(numbers),
    }


@require_safe
def reading_sample(request: HttpRequest, key: str) -> HttpResponse:
    """One sample: how far it is while it is open, and how alike the readers judged once it is closed."""
    sample = sample_or_404(request, key)
    context = _sample_context(request, sample)
    if context["may_draw"] and sample.is_open:
        context["form"] = CloseForm(waiting=context["progress"].waiting)
    return render(request, "reporting/reading_sample.html", context)


@require_POST
def reading_close(request: HttpRequest, key: str) -> HttpResponse:
    """Close the reading of a sample."""
    if not policies.may_draw(request.actor):
        raise Http404
    sample = sample_or_404(request, key)
    context = _sample_context(request, sample)
    form = CloseForm(request.POST, waiting=context["progress"].waiting if sample.is_open else 0)
    if not form.is_valid():
        return render(request, "reporting/reading_sample.html", context | {"form": form})
    try:
        services.close(sample, by=request.actor, **form.cleaned_data)
    except NotAllowed as error:
        return refused(request, error, "reading-sample", key)
    messages.success(request, _("Bacaan ditutup. Tiap Kanwil sekarang melihat angka kesesuaiannya sendiri."))
    return redirect("reading-sample", key)


def _sample_context(request: HttpRequest, sample: ReadingSample) -> dict:
    actor, sees_whole = request.actor, policies.may_see_whole(request.actor)
    context = {
        "sample": sample,
        "period": sample.period,
        "sees_whole": sees_whole,
        "may_read": policies.may_read(actor) and sample.is_open,
        "may_draw": policies.may_draw(actor),
        "zone": actor.institution.time_zone,
    }
    if sample.is_open:
        entries = readings.entries_of(sample)
        if not sees_whole:
            entries = [entry for entry in entries if entry.is_ministry_own]
        context["progress"] = readings.progress_of(entries)
        found = readings.offices_of(entries) if sees_whole else []
        context["offices"] = [(office, readings.progress_of(rows)) for office, rows in found]
    if sees_whole and not sample.is_open:
        context["thirds"] = list(readings.differing_thirds(sample))
    if not sample.is_open:
        context |= _agreement_context(request, sample, sees_whole=sees_whole)
    return context


def _agreement_context(request: HttpRequest, sample: ReadingSample, *, sees_whole: bool) -> dict:
    """The agreement as the actor may see it; nothing for who only read, and judged no measure of the sample first."""
    found = reading_agreement.agreement_report(sample)
    own = None if sees_whole else found.of_office(request.actor.institution.code)
    if not (sees_whole or own or request.actor.is_kanwil_officer):
        return {}
    shown = own or found.whole
    return {
        "agreement": found,
        "own": own,
        "matrices": [
            (name, aspect, reading_agreement.matrix(aspect)) for name, aspect in (shown.aspects if shown.n else [])
        ],
        "has_own": sees_whole or own is not None,
    }


@require_safe
def reading_queue(request: HttpRequest, key: str) -> HttpResponse:
    """What waits for this reader, in their own random order, a page at a time."""
    if not policies.may_read(request.actor):
        raise Http404
    sample, now = sample_or_404(request, key), timezone.now()
    queue = readings.queue_of(sample, request.actor, now)
    page = Paginator(queue.mine, ROWS_A_PAGE).get_page(request.GET.get("page"))
    places = readings.places_of([entry.pk for entry in page.object_list])
    context = {
        "sample": sample,
        "period": sample.period,
        "queue": queue,
        "page": page,
        "rows": [(entry, places[entry.pk]) for entry in page.object_list],
        "may_draw": policies.may_draw(request.actor),
        "third": readings.Kind.THIRD,
    }
    return render(request, "reporting/reading_queue.html", context)


@require_safe
def reading_table(request: HttpRequest, key: str, ending: str) -> HttpResponse:
    """The agreement of a closed sample as a table; a reviewing office gets its own line and that of the whole."""
    sample = sample_or_404(request, key)
    if sample.is_open:
        reason = _("Kesesuaian baru ditampilkan setelah bacaan ditutup.")
        return refused(request, NotAllowed([reason]), "reading-sample", key)
    context = _agreement_context(request, sample, sees_whole=policies.may_see_whole(request.actor))
    if not context:
        raise Http404
    found, own = context["agreement"], context["own"]
    lines = [("sampel", found.whole)]
    if policies.may_see_whole(request.actor):
        lines += [("kantor", row) for row in found.offices] + [("ukuran", row) for row in found.measures]
    elif own:
        lines.append(("kantor", own))
    table = [TABLE_HEADER]
    for scope, row in lines:
        for name, aspect in row.aspects:
            table.append([scope, row.code, row.name, name, *_figures(aspect), str(sample.period), sample.seed])
    return table_response(f"bacaan-kedua-{key}", table, ending)


TABLE_HEADER = [
    "Lingkup", "Kode", "Nama", "Aspek", "Ukuran dibaca", "Sama", "Sama (persen)", "Kappa Cohen",
    "Sesuai-Sesuai", "Sesuai-Sebagian", "Sesuai-Tidak", "Sebagian-Sesuai", "Sebagian-Sebagian", "Sebagian-Tidak",
    "Tidak-Sesuai", "Tidak-Sebagian", "Tidak-Tidak", "Periode", "Benih",
]  # fmt: skip


def _figures(aspect: Agreement) -> list:
    cells = [count for _word, counts in reading_agreement.matrix(aspect) for count in counts]
    return [aspect.n, aspect.agreed, _rounded(aspect.percent, 2), _rounded(aspect.kappa, 4), *cells]


def _rounded(value: Fraction | None, places: int) -> Decimal | None:
    return None if value is None else as_decimal(value, places)


def sample_or_404(request: HttpRequest, key: str) -> ReadingSample:
    """Return the sample of an opened period that the actor may open, with its period and rules."""
    period = _period_or_404(request, key)
    sample = get_object_or_404(ReadingSample.objects.visible_to(request.actor).select_related("drawn_by", "closed_by"),
                               period=period.pk)  # fmt: skip
    sample.period = period
    return sample


def _period_or_404(request: HttpRequest, key: str) -> ReportingPeriod:
    found = next((period for period in opened_periods(request) if period.key == key), None)
    if found is None:
        raise Http404
    return found
