"""Answering "has it changed?" about a page of results without building the page (HTTP conditional requests).

A page carries a CSRF token and the reader's own frame, so its ETag comes from what it is made of and not from its
bytes: who reads it for which office, the address, and a revision of the data, together in one query.
"""

import hashlib
from collections.abc import Callable
from functools import cache, wraps

from django.conf import settings
from django.contrib.messages import get_messages
from django.db.models import Count, F, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition

from accounts.models import User
from reporting.models import Judgement, PeriodScoring, Publication, ReportEvent
from reporting.summaries.periods import PERIOD_SESSION_KEY, recent_periods

FRESH_SECONDS = 600
"""What has no revision of its own (names, contacts, who looks after whom) may be shown this much longer."""


def answers_unchanged(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a browser keep the page of results and ask each time: 304 as long as nothing it shows has changed."""

    @wraps(view)
    @cache_control(private=True, no_cache=True)
    @condition(etag_func=_etag)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return view(request, *args, **kwargs)

    return answered


def _etag(request: HttpRequest, *args, **kwargs) -> str | None:
    """The page's ETag; None while a message waits to be shown, which belongs to this one answer only."""
    if not request.actor or len(get_messages(request)):
        return None
    parts = (
        request.get_full_path(),
        _reader(request),
        _data_revision(request),
        _templates_revision(),
        int(timezone.now().timestamp()) // FRESH_SECONDS,
    )
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _reader(request: HttpRequest) -> tuple:
    actor, user = request.actor, request.user
    person = (user.pk, user.name, user.theme)
    office = (actor.office_key, sorted(actor.roles), actor.offices, str(actor.day))
    # The old page keeps its masked token, which is good for as long as the secret behind it
    return (*person, *office, request.session.get(PERIOD_SESSION_KEY), _csrf_secret(request))


def _csrf_secret(request: HttpRequest) -> str:
    get_token(request)  # gives a reader without one the secret that the next request brings along
    return request.META["CSRF_COOKIE"]


def _data_revision(request: HttpRequest) -> tuple:
    """Recent periods with their state, the newest score, event, judgement and publication, and the frame's messages."""
    now = timezone.now()
    periods = [
        (period.key, period.is_closed_at(now), period.is_window_open_at(now), period.plan_year.rule_set_id)
        for period in recent_periods(request)
    ]
    scored = PeriodScoring.objects.order_by(F("computed_at").desc(nulls_last=True)).values("computed_at")
    own = User.objects.filter(pk=request.user.pk).order_by()
    own = own.annotate(
        scored_at=Subquery(scored[:1]),
        event=Subquery(ReportEvent.objects.order_by("-pk").values("pk")[:1]),
        judgement=Subquery(Judgement.objects.order_by("-pk").values("pk")[:1]),
        publication=Subquery(Publication.objects.order_by("-pk").values("pk")[:1]),
        unread=Count("messages", filter=Q(messages__read_at__isnull=True)),
    )
    *newest, request.unread_messages = own.values_list("scored_at", "event", "judgement", "publication", "unread").get()
    return (periods, *newest, request.unread_messages)


@cache
def _templates_revision() -> int:
    """When the newest template was written: a new release shows its new pages at once."""
    folder = settings.BASE_DIR / "templates"
    return max(path.stat().st_mtime_ns for path in folder.rglob("*.html"))
