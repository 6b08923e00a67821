"""Who gets past the door of a page: outside one's scope is 404."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse

from actions.policies.administering import obstacles_to_administering


def secretariat_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 404 to anyone who may not administer plans."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if obstacles_to_administering(request.actor):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
