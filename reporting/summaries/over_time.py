"""Figures from period to period: of the nation, of a province, of one institution.

A page shows the newest ones and, when it is asked to, every one: a long history makes no page slower.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from actions.models import Institution, Level, RuleSet, TargetGroup
from reporting.models import Score
from reporting.summaries.charts import TrendPoint
from reporting.summaries.results import Span

LATEST = 20
"""How many periods a trend draws, and a history lists unasked: five years of quarters."""


@dataclass(frozen=True)
class Course:
    """How a figure went, oldest first; `has_earlier` says that there is more before than these periods."""

    points: list[TrendPoint]
    has_earlier: bool

    @property
    def drawn(self) -> list[TrendPoint]:
        """The newest ones, as many as a drawing holds."""
        return self.points[-LATEST:]


def course_of(
    scope: str,
    now: datetime,
    *,
    institution: Institution | None = None,
    group: TargetGroup | None = None,
    most: int | None = LATEST,
) -> Course:
    """The figure of the `most` newest closed periods, overall or of one target group; one query.

    An open period is no trend yet.
    """
    rows = Score.objects.filter(scope=scope, institution=institution, target_group=group, all_value__isnull=False)
    rows = rows.filter(period__late_until_at__lte=now).order_by("-plan_year__year", "-period__number")
    found, has_earlier = _newest(rows.values_list(*POINT), most)
    points = [
        TrendPoint(*named, cutoffs=(yellow_from, green_from)) for *named, yellow_from, green_from in reversed(found)
    ]
    return Course(points, has_earlier)


POINT = ("period__code", "plan_year__year", "plan_year__calendar__code", "all_value", "reported_value") + (
    "counted", "scored", "rule_set__yellow_from", "rule_set__green_from"
)  # fmt: skip
"""What a point of a trend takes from the database: loading the models around a score would take three times as long."""


@dataclass(frozen=True)
class InstitutionResults:
    """One institution over its periods; `history` is newest first, and `has_earlier` says that there is more."""

    institution: Institution
    current: Score | None
    history: list[Score]
    has_earlier: bool
    groups: list[Score]
    counted: list[Score]
    """For a year: the closed periods with a figure, oldest first, whose mean it is. Empty for a period."""

    @property
    def level_label(self) -> str:
        return str(Level(self.institution.level).label)


def institution_results(
    institution: Institution, span: Span, now: datetime | None = None, *, most: int | None = LATEST
) -> InstitutionResults:
    """The figures of one institution for `span`, and of its `most` newest periods; two queries."""
    now = now or timezone.now()
    own = Score.objects.filter(scope=Score.Scope.INSTITUTION, institution=institution)
    own = own.select_related("period__plan_year__calendar", "plan_year", "target_group", "rule_set")
    of_periods = own.filter(target_group=None, period__isnull=False).order_by("-plan_year__year", "-period__number")
    history, has_earlier = _newest(of_periods, most)
    is_asked = Q(period=span.period) if span.period else Q(period=None) | Q(target_group=None)
    asked = list(own.filter(is_asked, plan_year=span.plan_year))
    now_rows = [score for score in asked if score.period_id == (span.period.pk if span.period else None)]
    groups = [score for score in now_rows if score.target_group_id]
    counted = [score for score in asked if span.period is None and score.period_id and _is_counted(score, now)]
    if span.plan_year.rule_set.year_mean == RuleSet.YearMean.REPORTED:  # see also scoring.figure_of_year
        counted = [score for score in counted if score.state == Score.State.SCORED] or counted
    return InstitutionResults(
        institution=institution,
        current=next((score for score in now_rows if not score.target_group_id), None),
        history=history,
        has_earlier=has_earlier,
        groups=sorted(groups, key=lambda score: score.target_group.order),
        counted=sorted(counted, key=lambda score: score.period.number),
    )


def course_of_history(found: InstitutionResults, now: datetime) -> Course:
    """The course of one institution's figure over the history that was asked for; no query."""
    closed = [score for score in reversed(found.history) if _is_counted(score, now)]
    return Course([_point(score) for score in closed], found.has_earlier)


def _point(score: Score) -> TrendPoint:
    return TrendPoint(
        label=score.period.code,
        year=score.period.plan_year.year,
        calendar=score.period.plan_year.calendar.code,
        all_value=score.all_value,
        reported_value=score.reported_value,
        counted=score.counted,
        scored=score.scored,
        cutoffs=score.rule_set.cutoffs,
    )


def _is_counted(score: Score, now: datetime) -> bool:
    return score.all_value is not None and score.period.is_closed_at(now)


def _newest(rows: Iterable, most: int | None) -> tuple[list, bool]:
    """The first `most` of some rows that stand newest first (all of them if None), and whether others follow."""
    found = list(rows if most is None else rows[: most + 1])
    return found[:most], most is not None and len(found) > most
