"""Plan years in numbers: aksi, measures and assignments by level."""

from dataclasses import dataclass, field

from django.db.models import Count, Q

from actions.models import Aksi, Assignment, Level, Measure, PlanYear


@dataclass
class LevelCounts:
    """One level of one year: how many aksi and measures there are, how many are examples, how many assignments."""

    level: str
    aksi: int = 0
    illustrative_aksi: int = 0
    measures: int = 0
    assignments: int = 0

    @property
    def label(self) -> str:
        return str(Level(self.level).label)


@dataclass
class YearSummary:
    """One plan year with its periods in order and its counts by level."""

    plan_year: PlanYear
    periods: list
    levels: dict[str, LevelCounts] = field(default_factory=dict)

    @property
    def rows(self) -> list[LevelCounts]:
        return list(self.levels.values())

    @property
    def aksi(self) -> int:
        return sum(row.aksi for row in self.rows)

    @property
    def measures(self) -> int:
        return sum(row.measures for row in self.rows)

    @property
    def assignments(self) -> int:
        return sum(row.assignments for row in self.rows)

    @property
    def unassigned_levels(self) -> list[LevelCounts]:
        """Levels that have aksi but nobody to carry them out."""
        return [row for row in self.rows if row.aksi and not row.assignments]

    @property
    def next_period(self):
        """The first period that is not opened yet, or None."""
        return next((period for period in self.periods if period.opened_at is None), None)

    @property
    def opened(self) -> int:
        return sum(period.opened_at is not None for period in self.periods)


def year_summaries(year: int | None = None) -> list[YearSummary]:
    """Return every plan year (or only `year`), newest first, in five queries."""
    rows = PlanYear.objects.select_related("plan", "calendar", "rule_set").prefetch_related("periods")
    rows = list(rows.filter(year=year) if year is not None else rows)
    counts = _counts([row.pk for row in rows])
    return [
        YearSummary(
            plan_year=row,
            periods=sorted(row.periods.all(), key=lambda period: period.number),
            levels={level: counts[row.pk, level] for level in Level.values},
        )
        for row in rows
    ]


def _counts(years: list[int]) -> dict[tuple[int, str], LevelCounts]:
    counts = {(year, level): LevelCounts(level) for year in years for level in Level.values}
    aksi = Aksi.objects.filter(plan_year__in=years).values("plan_year", "level").order_by()
    for row in aksi.annotate(aksi=Count("pk"), illustrative=Count("pk", filter=Q(is_illustrative=True))):
        found = counts[row["plan_year"], row["level"]]
        found.aksi, found.illustrative_aksi = row["aksi"], row["illustrative"]
    measures = Measure.objects.filter(aksi__plan_year__in=years)
    for year, level, count in _grouped(measures):
        counts[year, level].measures = count
    for year, level, count in _grouped(Assignment.objects.filter(aksi__plan_year__in=years)):
        counts[year, level].assignments = count
    return counts


def _grouped(rows) -> list[tuple[int, str, int]]:
    grouped = rows.values("aksi__plan_year", "aksi__level").order_by().annotate(count=Count("pk"))
    return list(grouped.values_list("aksi__plan_year", "aksi__level", "count"))
