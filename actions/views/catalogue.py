"""The catalogue of aksi and measures: read it, load a file with a preview, take it along."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actions.forms.plans import CatalogueFileForm
from actions.models import Aksi, CatalogueUpload, Level, PlanYear
from actions.policies.errors import NotAllowed
from actions.services.catalogue import apply_upload, plan_catalogue, store_upload
from actions.services.catalogue_export import example_catalogue, export_catalogue
from actions.services.tables import ImportRefused
from actions.views.access import secretariat_only

MOST_ERRORS_SHOWN = 200


@require_safe
@secretariat_only
def aksi_list(request: HttpRequest, year: int) -> HttpResponse:
    """List the aksi of one level of a year."""
    plan_year = _plan_year_or_404(year)
    level = request.GET.get("jenjang")
    level = level if level in Level.values else Level.REGENCY.value
    rows = plan_year.aksi.filter(level=level).select_related("institution")
    rows = rows.prefetch_related("target_groups", "measures__period").order_by("institution__code", "number")
    context = {
        "plan_year": plan_year,
        "level": level,
        "levels": Level.choices,
        "aksi": [(aksi, _periods_of(aksi)) for aksi in rows],
    }
    return render(request, "actions/aksi_list.html", context)


def _periods_of(aksi: Aksi) -> list[tuple[str, int]]:
    """How many measures an aksi has in each of its periods, in order."""
    counts: dict[tuple[int, str], int] = {}
    for measure in aksi.measures.all():
        key = (measure.period.number, measure.period.code)
        counts[key] = counts.get(key, 0) + 1
    return [(code, count) for (_number, code), count in sorted(counts.items())]


@require_safe
@secretariat_only
def aksi_detail(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """Show one aksi with its measures by period and the evidence each wants."""
    rows = Aksi.objects.select_related("plan_year", "institution")
    aksi = get_object_or_404(rows, pk=pk, plan_year__year=year)
    measures = aksi.measures.select_related("period").prefetch_related("evidence_wanted__kind")
    periods: dict = {}
    has_illustrative_evidence = False
    for measure in measures.order_by("period__number", "number"):
        has_illustrative_evidence |= measure.has_illustrative_evidence
        periods.setdefault(measure.period, []).append(measure)
    context = {
        "aksi": aksi,
        "groups": aksi.target_groups.order_by("order"),
        "periods": list(periods.items()),
        "has_illustrative_evidence": has_illustrative_evidence,
        "assigned": aksi.assignments.count(),
    }
    return render(request, "actions/aksi_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@secretariat_only
def catalogue_upload(request: HttpRequest) -> HttpResponse:
    """Take a catalogue file and show its preview; nothing is loaded yet."""
    form = CatalogueFileForm(request.POST, request.FILES) if request.method == "POST" else CatalogueFileForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        upload = store_upload(file.read(), file.name, by=request.actor)
        return redirect("catalogue-preview", upload.pk)
    years = PlanYear.objects.all()
    return render(request, "actions/catalogue_upload.html", {"form": form, "years": years})


@require_safe
@secretariat_only
def catalogue_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what an uploaded file would create and change, or every fault in it."""
    upload = _upload_or_404(request, pk)
    plan = plan_catalogue(bytes(upload.content), upload.name)
    aksi = sorted(plan.aksi.items(), key=lambda pair: (pair[0].year, pair[1].row))
    aksi = [(key, planned, Level(key.level).label) for key, planned in aksi]
    context = {
        "upload": upload,
        "plan": plan,
        "errors": plan.errors[:MOST_ERRORS_SHOWN],
        "more_errors": max(len(plan.errors) - MOST_ERRORS_SHOWN, 0),
        "touched": [row for row in aksi if row[1].has_changes],
        "untouched": sum(not row[1].has_changes for row in aksi),
        "zone": "Asia/Jakarta",
    }
    return render(request, "actions/catalogue_preview.html", context)


@require_POST
@secretariat_only
def catalogue_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Load exactly the file that was previewed."""
    upload = _upload_or_404(request, pk)
    try:
        plan = apply_upload(upload, by=request.actor)
    except NotAllowed as refused:
        messages.error(request, " ".join(refused.reasons))
        return redirect("catalogue-preview", pk)
    except ImportRefused:
        messages.error(request, _("Berkas tidak dapat dimuat lagi. Periksa kesalahan di bawah, lalu unggah ulang."))
        return redirect("catalogue-preview", pk)
    counts = plan.counts
    text = _("Katalog dimuat. %(aksi)s aksi dan %(measures)s ukuran baru atau diubah.")
    messages.success(
        request,
        text
        % {
            "aksi": counts.aksi_created + counts.aksi_changed,
            "measures": counts.measures_created + counts.measures_changed,
        },
    )
    return redirect("aksi-list", max(key.year for key in plan.aksi))


@require_safe
@secretariat_only
def catalogue_export(request: HttpRequest, year: int) -> HttpResponse:
    """Send the year's catalogue as CSV."""
    plan_year = _plan_year_or_404(year)
    return _csv(export_catalogue(plan_year), f"katalog-{plan_year.year}.csv")


@require_safe
@secretariat_only
def catalogue_format(request: HttpRequest, year: int) -> HttpResponse:
    """Send the format of a catalogue file, with one example row, as CSV."""
    plan_year = _plan_year_or_404(year)
    return _csv(example_catalogue(plan_year), f"format-katalog-{plan_year.year}.csv")


def _csv(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _plan_year_or_404(year: int) -> PlanYear:
    return get_object_or_404(PlanYear.objects.select_related("plan", "calendar"), year=year)


def _upload_or_404(request: HttpRequest, pk: int) -> CatalogueUpload:
    rows = CatalogueUpload.objects.visible_to(request.actor).select_related("uploaded_by", "applied_by")
    return get_object_or_404(rows, pk=pk)
