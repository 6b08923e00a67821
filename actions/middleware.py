"""Puts the actor on the request: who signed in, and for which office they act now."""

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from actions.actors import Actor, actor_for

OFFICE_SESSION_KEY = "office"


class ActorMiddleware:
    """Sets `request.actor`: an `Actor`, or a falsy lazy None for strangers and people without an office."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = SimpleLazyObject(lambda: _actor_of(request))
        return self.get_response(request)


def _actor_of(request) -> Actor | None:
    if not request.user.is_authenticated:
        return None
    office = request.session.get(OFFICE_SESSION_KEY)
    return actor_for(request.user, timezone.localdate(), office=office)
