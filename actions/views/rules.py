"""Rule sets: every version with its sources, drafts made from them, and adoption for a year."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actions.forms.rules import AdoptForm, RuleSetCopyForm, RuleSetForm
from actions.models import RuleSet, RuleSetEvent
from actions.policies.errors import NotAllowed
from actions.policies.rules import obstacles_to_editing_rules
from actions.services.planning import JAKARTA
from actions.services.rules import adopt_rule_set, copy_rule_set, edit_rule_set
from actions.summaries.rules import TREATMENTS, RuleVersion, rule_versions, values_of
from actions.views.access import secretariat_only

FORM_METHODS = ["GET", "HEAD", "POST"]
GREATEST_ID = 2**63 - 1


@require_safe
@secretariat_only
def rule_set_list(request: HttpRequest) -> HttpResponse:
    """List every version, which years use it, and the drafts."""
    return render(request, "actions/rule_set_list.html", {"versions": rule_versions()})


@require_safe
@secretariat_only
def rule_set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every number of a version with its source, and what happened to it."""
    version = _version_or_404(pk)
    events = version.rule_set.events.select_related("by", "plan_year", "replaced")
    context = {
        "version": version,
        "rule_set": version.rule_set,
        "values": values_of(version.rule_set),
        "treatments": TREATMENTS,
        "events": [_told(event) for event in events],
        "zone": str(JAKARTA),
    }
    return render(request, "actions/rule_set_detail.html", context)


@require_http_methods(FORM_METHODS)
@secretariat_only
def rule_set_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy a version into a draft."""
    rule_set = _rule_set_or_404(pk)
    form = RuleSetCopyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            draft = copy_rule_set(rule_set, by=request.actor, **form.cleaned_data)
        except NotAllowed as refused:
            form.add_error("code", refused.reasons)
        else:
            messages.success(request, _("Rancangan dibuat. Ubah angkanya, lalu uji dampaknya."))
            return redirect("rule-set-edit", draft.pk)
    return render(request, "actions/rule_set_copy.html", {"form": form, "rule_set": rule_set})


@require_http_methods(FORM_METHODS)
@secretariat_only
def rule_set_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the numbers of a draft; a version in use leads back to its page with the reason."""
    rule_set = _rule_set_or_404(pk)
    if reasons := obstacles_to_editing_rules(rule_set, request.actor):
        return _refused(request, reasons, pk)
    form = RuleSetForm(request.POST or None, rule_set=rule_set)
    if request.method == "POST" and form.is_valid():
        try:
            event = edit_rule_set(
                rule_set, form.settings(), form.sources(), name=form.cleaned_data["name"], by=request.actor
            )
        except NotAllowed as refused:  # adopted while the form was open
            return _refused(request, refused.reasons, pk)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            text = _("Rancangan disimpan. Uji dampaknya sebelum ditetapkan.") if event else _("Tidak ada yang berubah.")
            messages.success(request, text)
            return redirect("rule-set-detail", pk)
    return render(request, "actions/rule_set_edit.html", {"form": form, "rule_set": rule_set})


@require_http_methods(FORM_METHODS)
@secretariat_only
def rule_set_adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Adopt a version for a plan year, with a reason."""
    rule_set = _rule_set_or_404(pk)
    form = AdoptForm(request.POST or None, rule_set=rule_set)
    if request.method == "POST" and form.is_valid():
        year = form.cleaned_data["plan_year"]
        try:
            adopt_rule_set(rule_set, year, reason=form.cleaned_data["reason"], by=request.actor)
        except NotAllowed as refused:
            form.add_error(None, refused.reasons)
        else:
            text = _("Aturan ditetapkan untuk tahun %(year)s. Nilai dihitung ulang paling lambat beberapa menit lagi.")
            messages.success(request, text % {"year": year})
            return redirect("rule-set-detail", pk)
    unproven = [row.label for row in values_of(rule_set) if row.names_old_source]
    context = {"form": form, "rule_set": rule_set, "unproven": unproven}
    return render(request, "actions/rule_set_adopt.html", context)


def _refused(request: HttpRequest, reasons: list[str], pk: int) -> HttpResponse:
    for reason in reasons:
        messages.error(request, reason)
    return redirect("rule-set-detail", pk)


def _rule_set_or_404(pk: int) -> RuleSet:
    if pk > GREATEST_ID:
        raise Http404
    return get_object_or_404(RuleSet, pk=pk)


def _version_or_404(pk: int) -> RuleVersion:
    for version in rule_versions():
        if version.rule_set.pk == pk:
            return version
    raise Http404


def _told(event: RuleSetEvent) -> dict:
    """Say an event of a rule set in one sentence, with its changes or its reason."""
    words = {"name": event.by, "year": event.plan_year, "replaced": event.replaced}
    if event.kind == RuleSetEvent.Kind.COPIED:
        return {"at": event.at, "sentence": _("%(name)s membuat rancangan ini.") % words, "css": ""}
    if event.kind == RuleSetEvent.Kind.ADOPTED:
        sentence = _("%(name)s menetapkannya untuk tahun %(year)s, menggantikan %(replaced)s.") % words
        note = _("Alasan: %(reason)s") % {"reason": event.reason}
        return {"at": event.at, "sentence": sentence, "css": "terima", "note": note}
    changes = "; ".join(_change(name, *pair) for name, pair in event.changes.items())
    return {"at": event.at, "sentence": _("%(name)s mengubah rancangan.") % words, "css": "", "note": changes}


def _change(name: str, before, after) -> str:
    label = RuleSet._meta.get_field(name).verbose_name
    if name == "sources":
        return str(label)
    if name in RuleSet.CHOICES:
        before, after = (RuleSet.CHOICES[name](value).label for value in (before, after))
    return _("%(label)s dari %(before)s menjadi %(after)s") % {"label": label, "before": before, "after": after}
