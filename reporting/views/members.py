"""The institutions behind a count of the national pages."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from actions.models import Level, TargetGroup
from reporting.summaries.members import CHOICES, members
from reporting.summaries.results import Row, Span
from reporting.views.conditional import answers_unchanged
from reporting.views.levels import group_or_404
from reporting.views.spans import nation_or_404, results_context, span_or_404

ROWS_A_PAGE = 100


@dataclass(frozen=True)
class Asked:
    """Which institutions an address asks for; a state or level that does not exist stands for all of them."""

    span: Span
    choice: str
    level: str
    group: TargetGroup | None

    @property
    def choice_label(self) -> str:
        return str(CHOICES[self.choice].label) if self.choice else ""

    @property
    def query(self) -> str:
        """The same question for another address."""
        kept = {"keadaan": self.choice, "jenjang": self.level, "kelompok": self.group.code if self.group else ""}
        return urlencode({name: value for name, value in kept.items() if value})

    @property
    def words(self) -> list[tuple[str, str]]:
        """Each filter in use with its value, in words."""
        level = str(Level(self.level).label) if self.level else ""
        found = [(_("Keadaan atau pita"), self.choice_label), (_("Jenjang"), level)]
        found.append((_("Kelompok sasaran"), self.group.name if self.group else ""))
        return [(name, value) for name, value in found if value]

    def rows(self) -> list[Row]:
        """The institutions by level and code; one query."""
        return members(self.span, choice=self.choice, level=self.level, group=self.group)


def asked_or_404(request: HttpRequest, key: str) -> Asked:
    """Read `?keadaan=` (a state or band), `?jenjang=` (a level) and `?kelompok=` (a target group) of the nation."""
    nation_or_404(request)
    span = span_or_404(request, key)
    choice, level, group = (request.GET.get(name, "") for name in ("keadaan", "jenjang", "kelompok"))
    return Asked(
        span=span,
        choice=choice if choice in CHOICES else "",
        level=level if level in Level.values else "",
        group=group_or_404(span, group) if group else None,
    )


@require_safe
@answers_unchanged
def national_institutions(request: HttpRequest, key: str) -> HttpResponse:
    """Who was counted, as far as the address asks."""
    asked = asked_or_404(request, key)
    context = results_context(request, asked.span, "national-institutions") | {
        "page": Paginator(asked.rows(), ROWS_A_PAGE).get_page(request.GET.get("page")),
        "query": f"{asked.query}&" if asked.query else "",
        "table_query": f"?{asked.query}" if asked.query else "",
        "choice": asked.choice,
        "choice_label": asked.choice_label,
        "choices": [(word, one.label) for word, one in CHOICES.items()],
        "level": asked.level,
        "levels": Level.choices,
        "group": asked.group,
    }
    return render(request, "reporting/results_institutions.html", context)
