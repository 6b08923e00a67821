"""Puts the actor on the request: who signed in, and for which office they act now."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from actions.actors import OFFICE_SESSION_KEY, Actor, actor_for
from actions.models import Membership

# Pages about the person rather than an office, by URL name; sign-in itself ("account...") comes on top.
PERSONAL_PAGES = frozenset(
    {"help", "healthz", "invitation-accept", "message-list", "message-open", "message-read-all", "office-switch"}
)
SHOWN_MEMBERSHIPS = 3


class ActorMiddleware:
    """Sets `request.actor`: an `Actor`, or a falsy lazy None for strangers and people without an office.

    Whoever is signed in without an office gets one clear page instead of every other.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = SimpleLazyObject(lambda: _actor_of(request))
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated or _is_personal(request.resolver_match.url_name or "") or request.actor:
            return None
        former = Membership.objects.filter(user=request.user).select_related("institution", "unit")
        context = {"former_memberships": former.order_by("-ends_on", "-pk")[:SHOWN_MEMBERSHIPS]}
        return render(request, "actions/no_office.html", context, status=403)


def _is_personal(url_name: str) -> bool:
    return url_name.startswith("account") or url_name in PERSONAL_PAGES


def _actor_of(request) -> Actor | None:
    if not request.user.is_authenticated:
        return None
    office = request.session.get(OFFICE_SESSION_KEY)
    return actor_for(request.user, timezone.localdate(), office=office)
