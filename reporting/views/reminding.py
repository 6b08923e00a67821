"""A coordinator reminds an OPD of an aksi."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from actions.policies.errors import NotAllowed
from reporting.forms.reminding import RemindForm
from reporting.models import ReportItem
from reporting.policies.reminding import obstacles_to_reminding
from reporting.services import reminding
from reporting.views.access import item_or_404, refused


@require_http_methods(["GET", "HEAD", "POST"])
def item_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Show whom the reminder reaches and what it says, and send it."""
    item, now = item_or_404(request, pk), timezone.now()
    form = RemindForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _remind(request, item, form.cleaned_data["note"])
    staff = reminding.staff_of(item, now)
    context = {
        "item": item,
        "staff": staff,
        "title": reminding.title_of(item),
        "body": reminding.body_of(item, now),
        "obstacles": obstacles_to_reminding(item, request.actor, now, staff),
        "form": form,
    }
    return render(request, "reporting/home_remind.html", context)


def _remind(request: HttpRequest, item: ReportItem, note: str) -> HttpResponse:
    try:
        told = reminding.remind(item, by=request.actor, note=note)
    except NotAllowed as error:
        return refused(request, error, "item-remind", item.pk)
    if told:
        messages.success(request, _("Pengingat terkirim kepada %(count)s orang.") % {"count": told})
    else:
        messages.info(request, _("Mereka sudah diingatkan tentang aksi ini hari ini, jadi tidak dikirim lagi."))
    return redirect("home")
