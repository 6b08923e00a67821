"""Institutions: find them, see who looks after them, keep their contact and perangkat daerah."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import formats
from actions.forms.institutions import ContactForm, InstitutionFilterForm, UnitForm
from actions.models import Institution, Oversight, Unit
from actions.policies.errors import NotAllowed
from actions.policies.institutions import obstacles_to_editing_contact, obstacles_to_managing_units
from actions.services import units as services

PAGE_SIZE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def institution_list(request: HttpRequest) -> HttpResponse:
    """List the institutions the actor may open, by code, fifty a page."""
    form = InstitutionFilterForm(request.GET, actor=request.actor)
    rows = form.narrow(Institution.objects.visible_to(request.actor))
    page = Paginator(rows.select_related("parent").order_by("code"), PAGE_SIZE).get_page(request.GET.get("page"))
    asked = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    query = urlencode(asked) + "&" if asked else ""
    context = {"form": form, "page": page, "query": query, "day": request.actor.day}
    return render(request, "actions/institution_list.html", context)


@require_safe
def institution_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one institution: its dates, who looks after it, contact and perangkat daerah."""
    institution = _institution_or_404(request, pk)
    actor = request.actor
    this_year = Q(assigned__assignment__aksi__plan_year__year=actor.day.year)
    context = {
        "institution": institution,
        "spellings": [alias.name for alias in institution.aliases.all()],
        "overseers": _overseers(institution, actor.day),
        "overseen": _overseen(institution, actor.day),
        "units": institution.units.annotate(owned=Count("assigned", filter=this_year)).order_by("-is_active", "name"),
        "may_edit_contact": not obstacles_to_editing_contact(actor, institution),
        "may_manage_units": not obstacles_to_managing_units(actor, institution),
        "zone_name": formats.zone_name(formats.in_zone(timezone.now(), institution.time_zone)),
    }
    return render(request, "actions/institution_detail.html", context)


def _overseers(institution: Institution, day) -> list[Institution]:
    province = institution.parent_id or institution.pk
    rows = Oversight.objects.in_force_on(day).filter(overseen=province, kind=Oversight.Kind.REVIEW)
    return [row.overseer for row in rows.select_related("overseer").order_by("overseer__code")]


def _overseen(institution: Institution, day) -> list[Institution]:
    if institution.kind != Institution.Kind.KANWIL:
        return []
    rows = Oversight.objects.in_force_on(day).filter(overseer=institution, kind=Oversight.Kind.REVIEW)
    return [row.overseen for row in rows.select_related("overseen").order_by("overseen__code")]


@require_http_methods(FORM_METHODS)
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit how to reach an institution."""
    institution = _institution_or_404(request, pk)
    if obstacles_to_editing_contact(request.actor, institution):
        raise Http404
    form = ContactForm(request.POST or None, instance=institution)
    if request.method == "POST" and form.is_valid():
        institution.save(update_fields=ContactForm.Meta.fields)
        messages.success(request, _("Kontak disimpan."))
        return redirect("institution-detail", pk)
    return render(request, "actions/contact_form.html", {"form": form, "institution": institution})


@require_http_methods(FORM_METHODS)
def unit_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a perangkat daerah to an institution."""
    institution = _institution_or_404(request, pk)
    if obstacles_to_managing_units(request.actor, institution):
        raise Http404
    return _unit_form(request, Unit(institution=institution), _("%(unit)s ditambahkan."))


@require_http_methods(FORM_METHODS)
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a perangkat daerah or change its address."""
    return _unit_form(request, _managed_unit_or_404(request, pk), _("%(unit)s disimpan."))


def _unit_form(request: HttpRequest, unit: Unit, done: str) -> HttpResponse:
    form = UnitForm(request.POST or None, instance=unit)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_unit(unit, by=request.actor)
        except ValidationError as refused:
            form.add_error(None, refused)  # its fields are the form's own
        else:
            messages.success(request, done % {"unit": unit.name})
            return redirect("institution-detail", unit.institution_id)
    context = {"form": form, "institution": unit.institution, "is_new": unit.pk is None}
    return render(request, "actions/unit_form.html", context)


@require_POST
def unit_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop offering a perangkat daerah for new work."""
    unit = _managed_unit_or_404(request, pk)
    try:
        services.deactivate_unit(unit, by=request.actor)
    except NotAllowed as refused:
        messages.error(request, " ".join(refused.reasons))
    else:
        messages.success(request, _("%(unit)s dinonaktifkan.") % {"unit": unit.name})
    return redirect("institution-detail", unit.institution_id)


@require_POST
def unit_activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a perangkat daerah for new work again."""
    unit = _managed_unit_or_404(request, pk)
    services.activate_unit(unit, by=request.actor)
    messages.success(request, _("%(unit)s diaktifkan lagi.") % {"unit": unit.name})
    return redirect("institution-detail", unit.institution_id)


def _institution_or_404(request: HttpRequest, pk: int) -> Institution:
    rows = Institution.objects.visible_to(request.actor).select_related("parent", "predecessor")
    return get_object_or_404(rows, pk=pk)


def _managed_unit_or_404(request: HttpRequest, pk: int) -> Unit:
    unit = get_object_or_404(Unit.objects.visible_to(request.actor).select_related("institution"), pk=pk)
    if obstacles_to_managing_units(request.actor, unit.institution):
        raise Http404
    return unit
