"""The institutions behind a count of the national pages."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from actions.models import Level
from reporting.summaries.members import CHOICES, members
from reporting.views.conditional import answers_unchanged
from reporting.views.levels import group_or_404
from reporting.views.spans import nation_or_404, results_context, span_or_404

ROWS_A_PAGE = 100


@require_safe
@answers_unchanged
def national_institutions(request: HttpRequest, key: str) -> HttpResponse:
    """Who was counted: `?keadaan=` a state or band, `?jenjang=` a level, `?kelompok=` a target group.

    A state or level that does not exist stands for all of them.
    """
    nation_or_404(request)
    span = span_or_404(request, key)
    asked = {name: request.GET.get(name, "") for name in ("keadaan", "jenjang", "kelompok")}
    choice = asked["keadaan"] if asked["keadaan"] in CHOICES else ""
    level = asked["jenjang"] if asked["jenjang"] in Level.values else ""
    group = group_or_404(span, asked["kelompok"]) if asked["kelompok"] else None
    rows = members(span, choice=choice, level=level, group=group)
    kept = {"keadaan": choice, "jenjang": level, "kelompok": group.code if group else ""}
    query = urlencode({name: value for name, value in kept.items() if value})
    context = results_context(request, span, "national-institutions") | {
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "query": f"{query}&" if query else "",
        "choice": choice,
        "choice_label": CHOICES[choice].label if choice else "",
        "choices": [(word, one.label) for word, one in CHOICES.items()],
        "level": level,
        "levels": Level.choices,
        "group": group,
    }
    return render(request, "reporting/results_institutions.html", context)
