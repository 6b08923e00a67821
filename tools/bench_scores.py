"""How long the scores of a year take on the database that the settings name: `python -m tools.bench_scores 2026`.

Nothing is written where the stored scores are right already. Medians of several runs, in one process.
"""

import os
import resource
import statistics
import sys
import time

import django

RUNS = 5


def main(year: int) -> None:
    """Print the seconds that reading, computing, and computing with storing take for every opened period."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ranham_portal.settings")
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from actions.models import PlanYear  # noqa: PLC0415
    from reporting.jobs import score_inputs, scores  # noqa: PLC0415

    now, plan_year = timezone.now(), PlanYear.objects.select_related("rule_set").get(year=year)
    periods = scores.opened_periods(plan_year)
    judged = timed("read the judgement rows as tuples, nothing else", lambda: sum(map(judgement_rows, periods)))
    timed("read every input", lambda: [score_inputs.read_period(period, now) for period in periods])
    computed = timed("read and compute every figure", lambda: sum(figures(period, now) for period in periods))
    timed("read, compute, compare and store, with the year", lambda: scores.compute_plan_year(plan_year, now))
    print(f"{judged[1]} judged measures, {computed[1]} figures in {len(periods)} periods")
    print(f"{computed[0] / judged[0]:.2f} times the reading of the judgement rows")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def judgement_rows(period) -> int:
    """Read what a score is computed from as plain tuples; return how many rows."""
    from reporting.models import MeasureAnswer  # noqa: PLC0415
    from reporting.states import ReportStatus  # noqa: PLC0415

    rows = MeasureAnswer.objects.filter(item__report__period=period, item__report__status=ReportStatus.VERIFIED)
    names = ("judgement__execution", "judgement__administration", "judgement__substance")
    return len(list(rows.order_by().values_list("item_id", *names)))


def figures(period, now) -> int:
    """Compute every figure of one period without writing; return how many."""
    from reporting.jobs import score_figures, score_inputs  # noqa: PLC0415

    found = score_inputs.read_period(period, now)
    own = score_figures.figures_of_period(found)
    return len(score_figures.widened(found.rules, own, found.homes, found.groups))


def timed(what: str, act) -> tuple:
    """Call `act` several times, print the median seconds, and return them with what it returned."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        outcome = act()
        times.append(time.perf_counter() - start)
    print(f"{statistics.median(times):7.2f} s  {what}")
    return statistics.median(times), outcome


if __name__ == "__main__":
    main(int(sys.argv[1]))
