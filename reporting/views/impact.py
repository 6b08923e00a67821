"""What a rule set would change in a past period or year, before anybody adopts it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import formats
from actions.models import PlanYear, ReportingPeriod, RuleSet
from actions.views.access import secretariat_only
from reporting.jobs.score_impact import Effect, Trial, impact_of, impact_on_year
from reporting.scoring import as_decimal
from reporting.spreadsheets import Line, points
from reporting.summaries.periods import opened_periods
from reporting.views.tables import table_response

GREATEST_ID = 2**63 - 1
SHOWN_YEARS = 4
"""Newest years to choose from at first; `?tahun=semua` names them all."""
SHOWN_EFFECTS = 10
"""Institutions listed at first; the whole list has an address of its own, some a page."""
ROWS_A_PAGE = 25
LISTS = {"pita": "new_bands", "peringkat": "new_ranks"}


@dataclass(frozen=True)
class Tried:
    """A rule set, the closed periods it can be tried on, and the period or year it is tried on; none before those."""

    rule_set: RuleSet
    closed: list[ReportingPeriod]
    plan_year: PlanYear | None
    period: ReportingPeriod | None
    now: datetime

    @property
    def key(self) -> str:
        return self.period.key if self.period else str(self.plan_year.year) if self.plan_year else ""

    @property
    def of_year(self) -> list[ReportingPeriod]:
        return [row for row in self.closed if row.plan_year == self.plan_year]

    @property
    def years(self) -> list[int]:
        """The years of the closed periods, newest first."""
        return list(dict.fromkeys(row.plan_year.year for row in self.closed))

    def trial(self) -> Trial | None:
        """Compute what would change."""
        if self.period:
            return impact_of(self.rule_set, self.period, self.now)
        return impact_on_year(self.rule_set, self.of_year, self.now) if self.plan_year else None

    def shared(self) -> dict:
        """What both pages show: the cut-offs, of each side its own."""
        before, after = self.plan_year and self.plan_year.rule_set, self.rule_set
        return {
            "rule_set": self.rule_set,
            "plan_year": self.plan_year,
            "chosen": self.key,
            "is_year": self.period is None,
            "name": self.period or self.plan_year,
            "old_cutoffs": before.cutoffs if before else None,
            "new_cutoffs": after.cutoffs,
        }


@require_safe
@secretariat_only
def rule_set_impact(request: HttpRequest, pk: int) -> HttpResponse:
    """Run a rule set over a closed period or a year (`?periode=2026-B09`, `?periode=2026`; else the newest period)."""
    tried = _tried_or_404(request, pk)
    years = tried.years
    if request.GET.get("tahun") != "semua":
        years = [year for year in years if year in years[:SHOWN_YEARS] or year == tried.plan_year.year]
    trial = tried.trial()
    context = tried.shared() | {
        "trial": trial,
        "first_bands": trial.whole.new_bands[:SHOWN_EFFECTS] if trial else [],
        "shown": SHOWN_EFFECTS,
        "years": years,
        "year_count": len(tried.years),
        "periods": tried.of_year,
    }
    return render(request, "reporting/rule_set_impact.html", context)


@require_safe
@secretariat_only
def rule_set_impact_table(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """What a rule set would change as a file: the means, and everybody who changes band or only rank."""
    tried = _tried_or_404(request, pk)
    trial = tried.trial()
    if trial is None or trial.whole.nation is None:
        return redirect(f"{reverse('rule-set-impact', args=[pk])}?{urlencode({'periode': tried.key})}")
    now_used = tried.plan_year.rule_set
    counts = {"moved": trial.whole.moved, "all": trial.whole.institutions}
    changed = {name: formats.thousands(count) for name, count in counts.items()}
    notes = [
        [_("Aturan yang diuji"), f"{tried.rule_set.name} ({tried.rule_set.code})"],
        [_("Aturan sekarang"), f"{now_used.name} ({now_used.code})"],
        [_("Periode atau tahun"), tried.key],
        [_("Instansi yang berubah nilainya"), _("%(moved)s dari %(all)s") % changed],
    ]
    cutoffs = now_used.cutoffs, tried.rule_set.cutoffs
    return table_response(f"dampak-{tried.rule_set.code}-{tried.key}", _lines(trial, *cutoffs), ending, notes)


def _lines(trial: Trial, old_cutoffs: tuple[int, int], new_cutoffs: tuple[int, int]) -> Iterator[Line]:
    yield [
        _("Kelompok sasaran"), _("Lingkup"), _("Nama"), _("Jenjang"), _("Sekarang"), _("Pita sekarang"),
        _("Peringkat sekarang"), _("Dengan aturan ini"), _("Pita dengan aturan ini"),
        _("Peringkat dengan aturan ini"), _("Selisih"),
    ]  # fmt: skip
    for impact in (trial.whole, *trial.groups):
        parts = [
            (_("Nasional"), [impact.nation] if impact.nation else []),
            (_("Jenjang"), impact.levels),
            (_("Instansi, berubah pita"), impact.new_bands),
            (_("Instansi, hanya berubah peringkat"), impact.new_ranks),
        ]
        for scope, effects in parts:
            for effect in effects:
                before, after = effect.before, effect.after
                yield [
                    impact.name or _("Semua aksi"), scope, effect.label or _("Nasional"), effect.level_label,
                    points(before.value, old_cutoffs), before.band, before.rank,
                    points(after.value, new_cutoffs), after.band, after.rank,
                    None if effect.difference is None else as_decimal(effect.difference, 2),
                ]  # fmt: skip


@require_safe
@secretariat_only
def rule_set_impact_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who changes band or only rank (`?ubah=peringkat`), over all aksi or for a group (`&kelompok=P`).

    `&langkah=kab_kota.hijau.kuning` leaves those of one level who go from one band to another.
    """
    tried = _tried_or_404(request, pk)
    trial, group, kind = tried.trial(), request.GET.get("kelompok", ""), request.GET.get("ubah", "pita")
    chosen = request.GET.get("langkah", "")
    impacts = {impact.code: impact for impact in (trial.whole, *trial.groups)} if trial else {"": None}
    if group not in impacts or kind not in LISTS:
        raise Http404
    impact = impacts[group]
    effects: list[Effect] = getattr(impact, LISTS[kind]) if impact else []
    step = next((row for row in impact.band_steps if row.key == chosen), None) if impact else None
    if chosen and step is None:
        raise Http404
    if step:
        effects = [effect for effect in effects if effect.step == step.key]
    context = tried.shared() | {
        "kind": kind,
        "group_name": impact.name if impact else "",
        "group_code": group,
        "step": step,
        "page": Paginator(effects, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "query": f"{urlencode({'periode': tried.key, 'ubah': kind, 'kelompok': group, 'langkah': chosen})}&",
    }
    return render(request, "reporting/rule_set_impact_list.html", context)


def _tried_or_404(request: HttpRequest, pk: int) -> Tried:
    if pk > GREATEST_ID:
        raise Http404
    rule_set = get_object_or_404(RuleSet, pk=pk)
    now, key = timezone.now(), request.GET.get("periode")
    closed = [period for period in opened_periods(request) if period.is_closed_at(now)]
    years = {str(period.plan_year.year): period.plan_year for period in closed}
    period = next((row for row in closed if key in (None, row.key)), None)
    plan_year = period.plan_year if period else years.get(key)
    if key and plan_year is None:
        raise Http404
    return Tried(rule_set, closed, plan_year, period, now)
