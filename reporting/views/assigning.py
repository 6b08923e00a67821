"""A coordinator and its OPD: who owns which aksi, and giving an item back."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
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
from reporting.services.assigning import ChosenMeanwhile, assign_units
from reporting.services.sending import return_item_to_opd
from reporting.views.access import item_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def units_assign(request: HttpRequest, year: int) -> HttpResponse:
    """Let the coordinator say for every aksi of a year which OPD leads it and which help."""
    actor = request.actor
    if not actor.is_coordinator:
        raise Http404
    plan_year = get_object_or_404(PlanYear, year=year)
    data = request.POST if request.method == "POST" else None
    forms = _forms(request, plan_year, data)
    valid = [form.is_valid() for form in forms]  # each of them, so that every form says what is wrong
    if data is not None and all(valid):
        choices = [form.choice() for form in forms if not form.is_given_up]
        try:
            changed = assign_units(actor.institution, choices, plan_year=plan_year, by=actor)
        except NotAllowed as refusal:
            for reason in refusal.reasons:
                messages.error(request, reason)
        except ChosenMeanwhile as error:
            forms = _beside_others(request, plan_year, error.stale)
            if error.changed:
                messages.success(request, _saved_words(error.changed))
        else:
            messages.success(request, _saved_words(changed))
            return redirect("units-assign", year)
    faults = _faults(forms)
    context = {"forms": forms, "plan_year": plan_year, "institution": actor.institution, "faults": faults}
    return render(request, "reporting/units_assign.html", context)


def _saved_words(changed: int) -> str:
    return _("Pembagian aksi disimpan. %(count)s aksi berubah.") % {"count": changed}


def _beside_others(request: HttpRequest, plan_year: PlanYear, stale: Sequence[int]) -> list[AssignmentForm]:
    """The aksi as they stand now, except where others were faster: there the choice stays as it was made."""
    made = {form.assignment.pk: form for form in _forms(request, plan_year, request.POST)}
    for pk in stale:
        made[pk].is_stale = True
    fresh = _forms(request, plan_year, None)
    return [made[form.assignment.pk] if form.assignment.pk in stale else form for form in fresh]


def _faults(forms: list[AssignmentForm]) -> list[tuple[str, str]]:
    """What is wrong, in words, each with its address."""
    changed = _("pembagiannya diubah orang lain selagi Anda memilih. Bandingkan, lalu pilih.")
    faults = []
    for form in forms:
        words = [(changed, f"#{form.prefix}-beda")] if form.is_stale else []
        words += [(error, f"#id_{form.prefix}-{name}") for name, errors in form.errors.items() for error in errors]
        faults += [(f"{_('Aksi')} {form.assignment.aksi.number}: {text}", address) for text, address in words]
    return faults


def _forms(request: HttpRequest, plan_year: PlanYear, data: QueryDict | None) -> list[AssignmentForm]:
    institution = request.actor.institution
    rows = Assignment.objects.visible_to(request.actor).filter(institution=institution, aksi__plan_year=plan_year)
    rows = rows.select_related("aksi", "institution").prefetch_related("assigned_units__unit")
    rows = rows.order_by("aksi__number", "pk")
    units = list(Unit.objects.active().filter(institution=institution))
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
            text = _("Aksi %(number)s dikembalikan kepada %(units)s dengan catatan Anda.")
            words = {"number": item.aksi.number, "units": item.report.institution.units_word}
            messages.success(request, text % words)
            return redirect(item.report)
    for reason in obstacles:
        messages.error(request, reason)
    if obstacles:
        return redirect(item.report)
    units = Unit.objects.filter(assigned__assignment__aksi=item.aksi, institution=item.report.institution)
    context = {"item": item, "form": form, "units": units, "back": reverse("report-detail", args=[item.report_id])}
    return render(request, "reporting/report_item_return.html", context)
