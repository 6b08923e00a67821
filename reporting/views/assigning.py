"""A coordinator and its OPD: who owns which aksi, and giving an item back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actions.models import Assignment, PlanYear, Unit
from actions.policies.errors import NotAllowed
from reporting.forms.assigning import AssignmentForm
from reporting.forms.sending import ReturnItemForm
from reporting.policies.sending import obstacles_to_returning_item
from reporting.services.assigning import assign_units
from reporting.services.sending import return_item_to_opd
from reporting.views.access import item_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def units_assign(request: HttpRequest, year: int) -> HttpResponse:
    """Let the coordinator say for every aksi of a year which OPD leads it and which help."""
    actor = request.actor
    if not actor.is_coordinator:
        raise Http404
    plan_year = get_object_or_404(PlanYear, year=year)
    forms = _forms(request, plan_year)
    valid = [form.is_valid() for form in forms]  # each of them, so that every form says what is wrong
    if request.method == "POST" and all(valid):
        try:
            changed = assign_units(actor.institution, [form.choice() for form in forms], plan_year=plan_year, by=actor)
        except NotAllowed as refusal:
            for reason in refusal.reasons:
                messages.error(request, reason)
        else:
            messages.success(request, _("Pembagian aksi disimpan. %(count)s aksi berubah.") % {"count": changed})
            return redirect("units-assign", year)
    faults = [
        (f"{_('Aksi')} {form.assignment.aksi.number}: {error}", f"#id_{form.prefix}-{name}")
        for form in forms
        for name, errors in form.errors.items()
        for error in errors
    ]
    context = {"forms": forms, "plan_year": plan_year, "institution": actor.institution, "faults": faults}
    return render(request, "reporting/units_assign.html", context)


def _forms(request: HttpRequest, plan_year: PlanYear) -> list[AssignmentForm]:
    institution = request.actor.institution
    rows = Assignment.objects.visible_to(request.actor).filter(institution=institution, aksi__plan_year=plan_year)
    rows = rows.select_related("aksi").prefetch_related("assigned_units__unit").order_by("aksi__number", "pk")
    units = list(Unit.objects.active().filter(institution=institution))
    data = request.POST if request.method == "POST" else None
    return [AssignmentForm(data, assignment=row, units=units, prefix=f"a{row.pk}") for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
def item_return_to_opd(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the coordinator for a note, and give the item back to its OPD."""
    now = timezone.now()
    item = item_or_404(request, pk)
    obstacles = obstacles_to_returning_item(item, request.actor, now)
    form = ReturnItemForm(request.POST if request.method == "POST" else None)
    if not obstacles and request.method == "POST" and form.is_valid():
        try:
            return_item_to_opd(item, by=request.actor, note=form.cleaned_data["note"], now=now)
        except NotAllowed as refusal:  # somebody else was faster
            obstacles = refusal.reasons
        else:
            text = _("Aksi %(number)s dikembalikan kepada perangkat daerah dengan catatan Anda.")
            messages.success(request, text % {"number": item.aksi.number})
            return redirect(item.report)
    for reason in obstacles:
        messages.error(request, reason)
    if obstacles:
        return redirect(item.report)
    units = Unit.objects.filter(assigned__assignment__aksi=item.aksi, institution=item.report.institution)
    context = {"item": item, "form": form, "units": units, "back": reverse("report-detail", args=[item.report_id])}
    return render(request, "reporting/report_item_return.html", context)
