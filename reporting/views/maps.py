"""The dot map of a results page: what the form in the address asks for, and the dots that answer it."""

from datetime import datetime

from django.http import HttpRequest

from actions.models import Aksi, Level
from reporting.summaries.distribution import aksi_means, bins_of, sum_behind
from reporting.summaries.dots import CAPTIONS, Shown, chosen, dot_map
from reporting.summaries.results import BAND_WORDS, GroupFigure, ProvinceResults, Span
from reporting.summaries.timeliness import timeliness_of

LONGEST_TITLE = 70


def dots_context(request: HttpRequest, span: Span, groups: list[GroupFigure]) -> dict:
    """The context of `_results_dots.html`: `?dari=` names a target group or an aksi, `?pita=` the only band."""
    found = [figure.group for figure in groups]
    rows = Aksi.objects.filter(plan_year=span.plan_year, level=Level.REGENCY)
    aksi = list(rows.order_by("number")) if span.period else []  # a year has no figure of a single aksi
    shown = chosen(request.GET.get("dari", ""), request.GET.get("pita", ""), found, aksi)
    return {
        "shown": shown,
        "dots": dot_map(span, shown),
        "captions": CAPTIONS,
        "bands": list(BAND_WORDS.items()),
        "map_groups": [(Shown(group=group).key, group.name) for group in found],
        "map_aksi": [(Shown(aksi=one).key, f"{one.number}. {_short(one.title)}") for one in aksi],
        "sort_param": request.GET.get("urut", ""),
    }


def province_context(span: Span, found: ProvinceResults, now: datetime) -> dict:
    """What a province's page shows beside its table: dots, spread, sums, punctuality, weak aksi of a period."""
    whole = found.whole
    rows = [*([found.own] if found.own else []), *found.members]
    if span.period:
        means, timeliness = aksi_means(span, found.province, now)
    else:
        means, timeliness = [], timeliness_of(span, province=found.province)
    return {
        "dots": dot_map(span, Shown(), province=found.province),
        "bins": bins_of(rows),
        "binned": sum(row.score.scored > 0 for row in rows),
        "total": sum_behind(whole.all_exact, whole.counted) if whole else None,
        "reported_total": sum_behind(whole.reported_exact, whole.scored) if whole else None,
        "timeliness": timeliness,
        "aksi_means": means,
    }


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
