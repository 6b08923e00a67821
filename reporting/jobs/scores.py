"""Computing scores for a whole period or year, and storing only what changed.

Whatever is lost or runs twice, the rows end the same: a computation reads everything, compares it with what is
stored, and writes the difference. Two workers meet at the lock on the plan year.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from actions.models import PlanYear, ReportingPeriod
from reporting.jobs.score_figures import OWN, Place, by_place, figures_of_period, figures_of_year, widened
from reporting.jobs.score_inputs import groups_of, read_homes, read_period, read_stored_figures
from reporting.models import ItemScore, PeriodScoring, Report, Score
from reporting.scoring import Figure, as_decimal, exact_text
from reporting.summaries.completeness import rules_of

BATCH = 500
DELETE_BATCH = 200
COUNTS = ("expected", "reported", "scored", "green", "yellow", "red")
EXACT = ("all_exact", "reported_exact")
STORED = (*EXACT, "all_value", "reported_value", "state", "band", *COUNTS, "counted", "is_provisional", "rule_set_id")
"""What a score says: two rows that agree in these columns are the same."""


@dataclass(frozen=True)
class Computation:
    """What one run of `compute_period` changed; `compute_year` then counts it and notes it as done."""

    period_id: int
    changed: int


def compute_stale(now: datetime | None = None) -> int:
    """Compute every period whose scores are stale, and their years; return how many rows changed."""
    now = now or timezone.now()
    by_year: dict[PlanYear, list[ReportingPeriod]] = {}
    for period in stale_periods(now):
        by_year.setdefault(period.plan_year, []).append(period)
    return sum(_compute(plan_year, periods, now) for plan_year, periods in by_year.items())


def compute_plan_year(plan_year: PlanYear, now: datetime | None = None) -> int:
    """Compute every opened period of the year and the year itself; return how many rows changed."""
    return _compute(plan_year, opened_periods(plan_year), now or timezone.now())


def _compute(plan_year: PlanYear, periods: Iterable[ReportingPeriod], now: datetime) -> int:
    done = [compute_period(period, now) for period in periods]
    return sum(run.changed for run in done) + compute_year(plan_year, now, after=done)


def opened_periods(plan_year: PlanYear) -> list[ReportingPeriod]:
    """Return the year's periods whose expected reports exist, in order."""
    rows = ReportingPeriod.objects.opened().filter(plan_year=plan_year)
    return list(rows.select_related("plan_year__rule_set").order_by("number"))


def stale_periods(now: datetime, among: Iterable[ReportingPeriod] | None = None) -> list[ReportingPeriod]:
    """Opened periods whose scores no longer tell what is there: something was verified, sent, recalled or added since,
    the time for sending has ended, or the year got another rule set. Three queries.

    `among` are the opened periods to look at, loaded with `plan_year` and `scoring`: one query less.
    """
    counts = {
        period_id: (expected, reported)
        for period_id, expected, reported in Report.objects.order_by()
        .values_list("period_id")
        .annotate(expected=Count("pk"), reported=Count("pk", filter=Q(round__gt=0)))
    }
    nation = Score.objects.filter(scope=Score.Scope.NATION, target_group=None, period__isnull=False)
    stored = {row[0]: row[1:] for row in nation.values_list("period_id", "expected", "reported", "rule_set_id")}
    if among is None:
        periods = ReportingPeriod.objects.opened().select_related("plan_year__rule_set", "scoring")
        among = periods.order_by("plan_year__year", "number")
    return [
        period
        for period in among
        if _is_stale(period, now) or stored.get(period.pk) != (*counts.get(period.pk, (0, 0)), _rule_set_id(period))
    ]


def _rule_set_id(period: ReportingPeriod) -> int:
    return period.plan_year.rule_set_id


def _is_stale(period: ReportingPeriod, now: datetime) -> bool:
    scoring = getattr(period, "scoring", None)
    if scoring is None:
        return True
    asked, is_closed = _asked(period, scoring), period.is_closed_at(now)
    done = [(scoring.stored, scoring.stored_closed), (scoring.computed, scoring.was_closed)]
    return any(number < asked or was_closed != is_closed for number, was_closed in done)


def _asked(period: ReportingPeriod, scoring: PeriodScoring) -> int:
    """How often something asked for these scores: what happened to reports, and to the groups and rules of the year."""
    return scoring.requested + period.plan_year.rescorings


def compute_period(period: ReportingPeriod, now: datetime | None = None) -> Computation:
    """Compute and store every score of one period: items, institutions, provinces, levels and the nation.

    The period counts as done only when `compute_year` has noted it, so a process killed in between loses nothing,
    and nobody waits for the reading: what changes meanwhile leaves the period stale. So does an older run that stores
    after a newer one, since the number it began with is stored with its figures.
    """
    now = now or timezone.now()
    period = ReportingPeriod.objects.select_related("plan_year__rule_set").get(pk=period.pk)
    # Read before the reports, as the plan year: what is sent, verified or decided from now on raises the number again
    scoring, _ = PeriodScoring.objects.get_or_create(period=period)
    begun = {"stored": _asked(period, scoring), "stored_closed": period.is_closed_at(now)}
    inputs = read_period(period, now)
    wide = widened(inputs.rules, figures_of_period(inputs), inputs.homes, inputs.groups)
    with transaction.atomic():
        _lock(period.plan_year_id)
        changed = _store_items(period, inputs.item_values)
        changed += _store(period.plan_year, period, by_place(wide, inputs.homes), now)
        PeriodScoring.objects.filter(period=period).exclude(**begun).update(**begun)
    return Computation(period.pk, changed)


def compute_year(plan_year: PlanYear, now: datetime | None = None, *, after: Iterable[Computation] = ()) -> int:
    """Compute and store the scores of a year from those of its periods; return how many rows changed.

    Notes the computations in `after` as done, in the same transaction: what is stored then is what the year counts.
    """
    now = now or timezone.now()
    with transaction.atomic():
        plan_year = _lock(plan_year.pk)
        periods = [period for period in opened_periods(plan_year) if period.is_closed_at(now)]
        closed = read_stored_figures(periods)
        changed = _store(plan_year, None, figures_over_year(plan_year, closed, now), now)
        done = PeriodScoring.objects.filter(period__in=[run.period_id for run in after])
        behind = done.exclude(computed=F("stored"), was_closed=F("stored_closed"))
        # Pages are told apart by the newest of these, so it tells when figures are stored: a run may begin early
        stored_at = timezone.now()
        behind.update(computed=F("stored"), was_closed=F("stored_closed"), computed_at=stored_at)
        if changed or any(run.changed for run in after):
            PeriodScoring.objects.filter(period__plan_year=plan_year).update(computed_at=stored_at)
    return changed


def _lock(plan_year_id: int) -> PlanYear:
    # Not the period's own row: a verification never waits for us
    rows = PlanYear.objects.select_for_update(of=("self",), no_key=True).select_related("rule_set")
    return rows.get(pk=plan_year_id)


def figures_over_year(plan_year: PlanYear, closed: dict[int, OWN], now: datetime) -> dict[Place, Figure]:
    """Return every figure of a year from those of the institutions in its closed periods. Three queries."""
    rules, homes = rules_of(plan_year.rule_set), read_homes(plan_year)
    periods = ReportingPeriod.objects.filter(plan_year=plan_year)
    is_closed = all(period.opened_at and period.is_closed_at(now) for period in periods)
    own = figures_of_year(rules, closed.values(), homes, is_closed=is_closed)
    return by_place(widened(rules, own, homes, groups_of(plan_year)), homes)


# Storing


@transaction.atomic
def _store(plan_year: PlanYear, period: ReportingPeriod | None, figures: dict[Place, Figure], now: datetime) -> int:
    _lock(plan_year.pk)
    stored = stored_scores(plan_year, period)
    new = {place.key(plan_year.year, period.code if period else "-"): place for place in figures}
    changed = [
        _score(key, place, figures[place], plan_year, period, now)
        for key, place in new.items()
        if stored.get(key) != columns_of(figures[place], plan_year)
    ]
    names = [column.name for column in Score._meta.concrete_fields if column.name not in ("id", "key")]
    Score.objects.bulk_create(
        changed, batch_size=BATCH, update_conflicts=True, unique_fields=["key"], update_fields=names
    )
    return len(changed) + _delete(Score.objects.filter(plan_year=plan_year), "key", stored.keys() - new.keys())


def stored_scores(plan_year: PlanYear, period: ReportingPeriod | None) -> dict[str, tuple]:
    """Return the columns of `STORED` by key, of one period or (None) of the year."""
    rows = Score.objects.filter(plan_year=plan_year, period=period).order_by()
    return {row[0]: row[1:] for row in rows.values_list("key", *STORED)}


def columns_of(figure: Figure, plan_year: PlanYear) -> tuple:
    """Return the figure as the columns of `STORED`."""
    means = (figure.everyone, figure.reporters)
    exact = [exact_text(value) for value in means]
    values = [None if value is None else as_decimal(value) for value in means]
    counts = [getattr(figure, name) for name in COUNTS]
    counts.append(figure.counted)
    return (*exact, *values, figure.state, figure.band, *counts, figure.is_provisional, plan_year.rule_set_id)


def _score(
    key: str, place: Place, figure: Figure, plan_year: PlanYear, period: ReportingPeriod | None, now: datetime
) -> Score:
    return Score(
        key=key,
        scope=place.scope,
        plan_year=plan_year,
        period=period,
        institution_id=place.institution_id,
        level=place.level,
        target_group_id=place.group[0] if place.group else None,
        computed_at=now,
        **dict(zip(STORED, columns_of(figure, plan_year), strict=True)),
    )


@transaction.atomic
def _store_items(period: ReportingPeriod, items: dict[int, Fraction]) -> int:
    _lock(period.plan_year_id)
    stored = stored_items(period)
    changed = [
        ItemScore(item_id=item_id, exact=exact_text(value), value=as_decimal(value))
        for item_id, value in items.items()
        if stored.get(item_id) != exact_text(value)
    ]
    ItemScore.objects.bulk_create(
        changed, batch_size=BATCH, update_conflicts=True, unique_fields=["item"], update_fields=["exact", "value"]
    )
    return len(changed) + _delete(ItemScore.objects.all(), "item", stored.keys() - items.keys())


def stored_items(period: ReportingPeriod) -> dict[int, str]:
    """Return the exact item scores of one period by item id."""
    return dict(ItemScore.objects.filter(item__report__period=period).values_list("item_id", "exact"))


def _delete(rows: models.QuerySet, name: str, keys: Iterable) -> int:
    """Delete the rows that nothing stands for any more, a few at a time: SQLite limits the length of a query."""
    keys = sorted(keys)
    for start in range(0, len(keys), DELETE_BATCH):
        rows.filter(**{f"{name}__in": keys[start : start + DELETE_BATCH]}).delete()
    return len(keys)
