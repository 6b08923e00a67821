"""How long the scores of a year take on the database that the settings name: `python -m tools.bench_scores 2026`.

Nothing is written where the stored scores are right already.
"""

import os
import sys
import time

import django


def main(year: int) -> None:
    """Print the seconds that reading, computing, and computing with storing take for every opened period."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ranham_portal.settings")
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from actions.models import PlanYear  # noqa: PLC0415
    from reporting.jobs import score_figures, score_inputs, scores  # noqa: PLC0415

    now, plan_year = timezone.now(), PlanYear.objects.select_related("rule_set").get(year=year)
    periods = scores.opened_periods(plan_year)
    inputs = timed("read every input", lambda: [score_inputs.read_period(period, now) for period in periods])
    timed("compute every figure", lambda: [figures(score_figures, found) for found in inputs])
    timed("read, compute, compare and store, with the year", lambda: scores.compute_plan_year(plan_year, now))
    print(f"{sum(len(found.reports) for found in inputs)} reports in {len(periods)} periods")


def figures(score_figures, found) -> dict:
    """Return every figure of one period."""
    own = score_figures.figures_of_period(found)
    return score_figures.widened(found.rules, own, found.homes, found.groups)


def timed(what: str, act):
    """Call `act`, print how long it took, and return what it returned."""
    start = time.perf_counter()
    outcome = act()
    print(f"{time.perf_counter() - start:7.2f} s  {what}")
    return outcome


if __name__ == "__main__":
    main(int(sys.argv[1]))
