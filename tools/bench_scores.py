"""How long the scores of a year take on the database that the settings name: `python -m tools.bench_scores 2026`.

Nothing is written where the stored scores are right already. The turns alternate, so that another program's load falls
on each alike, and the ratios are those of one round; medians of several rounds, in one process. `--periods N` takes
the N newest periods of all years together, to show how time grows with the rows (one year's rules score them all).
"""

import argparse
import os
import resource
import statistics
import time

import django

RUNS = 9


def main(year: int, count: int | None) -> None:
    """Print the seconds that reading the rows, computing, and computing with storing take, and how they compare."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ranham_portal.settings")
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from actions.models import PlanYear  # noqa: PLC0415
    from reporting.jobs import score_inputs, scores  # noqa: PLC0415
    from reporting.summaries.completeness import rules_of  # noqa: PLC0415

    now, plan_year = timezone.now(), PlanYear.objects.select_related("rule_set").get(year=year)
    rules = rules_of(plan_year.rule_set)
    years = [newest(count)] if count else [scores.opened_periods(plan_year)]
    periods = [period for part in years for period in part]
    turns = {
        "read the judgement rows as tuples, nothing else": lambda: len(list(score_inputs.judgement_rows(periods))),
        "read every input": lambda: len(score_inputs.read_periods(periods, now, rules)),
        "read and compute every figure": lambda: figures(periods, now, rules),
    }
    if not count:
        turns["read, compute, compare and store, with the year"] = lambda: scores.compute_plan_year(plan_year, now)
    rounds = [{name: timed(turn) for name, turn in turns.items()} for _ in range(RUNS)]
    show(rounds, len(periods))


def newest(count: int) -> list:
    """Return the newest opened periods, of whatever year."""
    from actions.models import ReportingPeriod  # noqa: PLC0415

    rows = ReportingPeriod.objects.opened().select_related("plan_year__rule_set")
    return list(rows.order_by("-plan_year__year", "-number")[:count])


def figures(periods: list, now, rules) -> int:
    """Compute every figure of the periods, one after another, without writing; return how many."""
    from reporting.jobs import score_figures, score_inputs  # noqa: PLC0415

    found = 0
    for inputs in score_inputs.read_periods(periods, now, rules).values():
        own = score_figures.figures_of_period(inputs)
        found += len(score_figures.widened(rules, own, inputs.homes, inputs.groups))
    return found


def timed(turn) -> tuple[float, int]:
    """Call `turn` once; return its seconds and what it returned."""
    start = time.perf_counter()
    outcome = turn()
    return time.perf_counter() - start, outcome


def show(rounds: list[dict], periods: int) -> None:
    """Print the median of every turn, and how many times the first one it takes."""
    first = next(iter(rounds[0]))
    for name in rounds[0]:
        seconds = statistics.median(turns[name][0] for turns in rounds)
        ratio = statistics.median(turns[name][0] / turns[first][0] for turns in rounds)
        print(f"{seconds:7.3f} s  {ratio:5.2f} x  {name}")
    rows, found = rounds[0][first][1], rounds[0]["read and compute every figure"][1]
    print(f"{rows} measures, {found} figures in {periods} periods")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("year", type=int)
    parser.add_argument("--periods", type=int)
    options = parser.parse_args()
    main(options.year, options.periods)
