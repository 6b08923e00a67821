"""Switch between the offices one person acts for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from actions.actors import OFFICE_SESSION_KEY


@require_POST
def office_switch(request: HttpRequest) -> HttpResponse:
    """Act for another of one's own offices from now on; the switch begins at that office's home."""
    office = request.POST.get("office", "")
    if not request.actor or office not in dict(request.actor.offices):
        raise Http404
    request.session[OFFICE_SESSION_KEY] = office
    return redirect("home")
