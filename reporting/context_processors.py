"""What the frame of every page shows: who acts for which office, the period, the menu, unread messages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from actions.actors import Actor
from actions.models import Level, ReportingPeriod
from notifications.models import Message
from reporting.summaries.periods import (
    chosen_period,
    current_period,
    has_older_periods,
    is_of_any_period,
    periods_about,
    recent_periods,
)
from reporting.summaries.results import Span, span_of


@dataclass(frozen=True)
class Page:
    """A page of the main menu: its words, its URL name, and what its address needs from the actor."""

    label: str
    name: str
    arguments: Callable[[Actor], tuple] = lambda actor: ()


@dataclass(frozen=True)
class MenuItem:
    """A line of the main menu as the header prints it."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class Choice:
    """A period or an office to switch to."""

    label: str
    is_current: bool
    url: str = ""
    key: str = ""


HOME = Page(_("Beranda"), "home")
ITEMS = Page(_("Aksi HAM"), "item-list")
OWN_RESULTS = Page(_("Nilai"), "institution-results", lambda actor: (actor.institution.code,))
OWN_UNITS = Page(_("Perangkat daerah"), "institution-detail", lambda actor: (actor.institution.pk,))
OWN_OFFICES = Page(_("Unit kerja"), "institution-detail", lambda actor: (actor.institution.pk,))  # of a ministry
REVIEW_QUEUE = Page(_("Meja telaah"), "review-queue")
READINGS = Page(_("Bacaan kedua"), "reading-samples")
MISSING = Page(_("Belum kirim"), "missing-list")
REGION = Page(_("Hasil wilayah"), "region-results")
NATION = Page(_("Nasional"), "national-results")
PLANS = Page(_("Rencana"), "plan-list")
INSTITUTIONS = Page(_("Instansi"), "institution-list")
PEOPLE = Page(_("Orang"), "people-list")
# The first row that fits the actor is the menu; at most six pages (design, section 3).
MENUS: list[tuple[Callable[[Actor], bool], list[Page]]] = [
    (lambda actor: actor.is_secretariat, [HOME, NATION, PLANS, INSTITUTIONS, PEOPLE]),
    (lambda actor: actor.is_central_verifier, [HOME, REVIEW_QUEUE, READINGS, NATION, INSTITUTIONS]),
    (lambda actor: actor.is_kanwil_officer, [HOME, REVIEW_QUEUE, MISSING, REGION, INSTITUTIONS, PEOPLE]),
    (lambda actor: actor.is_panitia_verifier, [HOME, REVIEW_QUEUE, READINGS]),
    (lambda actor: actor.is_coordinator and actor.is_pembina, [HOME, ITEMS, OWN_RESULTS, REGION, OWN_UNITS, PEOPLE]),
    (lambda actor: _coordinates_ministry(actor), [HOME, ITEMS, OWN_RESULTS, OWN_OFFICES, PEOPLE]),
    (lambda actor: actor.is_coordinator, [HOME, ITEMS, OWN_RESULTS, OWN_UNITS, PEOPLE]),
    (lambda actor: actor.is_reporter, [HOME, ITEMS, OWN_RESULTS]),
    (lambda actor: actor.is_pembina, [HOME, REGION, OWN_RESULTS, INSTITUTIONS]),
    (lambda actor: actor.is_ditjen, [HOME, NATION, READINGS, INSTITUTIONS]),
    (lambda actor: actor.sees_nation, [HOME, NATION, INSTITUTIONS]),
    (lambda actor: True, [HOME, INSTITUTIONS]),
]


def _coordinates_ministry(actor: Actor) -> bool:
    return actor.is_coordinator and actor.institution.level == Level.MINISTRY


def frame(request: HttpRequest) -> dict:
    """Give every template its frame, and the signed-out front page the running schedule; both cost nothing unasked."""
    return {"frame": Frame(request), "schedule": SimpleLazyObject(partial(_schedule, request))}


class Frame:
    """What base.html reads. At most two queries of its own: unread messages, and the periods."""

    def __init__(self, request: HttpRequest):
        self.request = request

    @cached_property
    def actor(self) -> Actor | None:
        return getattr(self.request, "actor", None) or None

    @property
    def is_demo(self) -> bool:
        return settings.IS_DEMO

    @cached_property
    def unread(self) -> int:
        if hasattr(self.request, "unread_messages"):  # counted with the page's revision (views/conditional.py)
            return self.request.unread_messages
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            return 0
        return Message.objects.of(user).unread().count()

    @cached_property
    def offices(self) -> list[Choice]:
        if self.actor is None:
            return []
        return [Choice(label, is_current=key == self.actor.office_key, key=key) for key, label in self.actor.offices]

    @cached_property
    def span(self) -> Span | None:
        """The period or year that the page's address names; None for every other page."""
        match = self.request.resolver_match
        key = match.kwargs.get("key") if match and self.actor else None
        return span_of(key, periods_about(self.request, key)) if key else None

    @cached_property
    def period(self) -> ReportingPeriod | None:
        if self.span:
            return self.span.period
        return chosen_period(self.request) if self.actor else None

    @property
    def period_label(self) -> str:
        if self.span:
            return self.span.label
        return str(self.period) if self.period else ""

    @property
    def printed_period(self) -> str:
        """The period at the foot of a printed page; empty where the page may be about another than the chosen one."""
        return self.period_label if self.span or self._is_menu_page else ""

    @cached_property
    def periods(self) -> list[Choice]:
        """What to switch to: none on a page that only its own period has, such as a published revision."""
        if self.actor is None or (self.span and not self._is_of_any_period):
            return []
        shown = recent_periods(self.request)
        if self.period and self.period not in shown:
            shown = [*shown, self.period]
        return [
            Choice(
                str(period),
                is_current=period == self.period,
                url=reverse("period-choose", args=[period.key]) + self._way_back,
            )
            for period in shown
        ]

    @property
    def older_periods_url(self) -> str:
        """The page with every period; empty while the menu holds them all."""
        if self.actor is None or not has_older_periods(self.request):
            return ""
        return reverse("period-choices") + self._way_back

    @cached_property
    def _way_back(self) -> str:
        """Back to this page if it is one of the menu or one that every period has; another stays with its period."""
        comes_back = self._is_menu_page or self._is_of_any_period
        return f"?{urlencode({'next': self.request.get_full_path()})}" if comes_back else ""

    @cached_property
    def _is_menu_page(self) -> bool:
        return any(item.url == self.request.path for item in self.nav)

    @property
    def _is_of_any_period(self) -> bool:
        return is_of_any_period(self.request.resolver_match)

    @cached_property
    def nav(self) -> list[MenuItem]:
        if self.actor is None:
            return []
        pages = next(pages for fits, pages in MENUS if fits(self.actor))
        addresses = [(page.label, reverse(page.name, args=page.arguments(self.actor))) for page in pages]
        return [MenuItem(str(label), url, is_current=self._is_at(url)) for label, url in addresses]

    def _is_at(self, url: str) -> bool:
        return self.request.path == url or (url != "/" and self.request.path.startswith(url))


@dataclass(frozen=True)
class Schedule:
    """The running or next window, as the front page shows it in three zones."""

    label: str
    opens_at: datetime
    closes_at: datetime


def _schedule(request: HttpRequest) -> Schedule | None:
    period = current_period(recent_periods(request), timezone.now())
    return Schedule(str(period), period.opens_at, period.closes_at) if period else None
