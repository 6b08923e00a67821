"""How long the scores of years take on the database that the settings name: `python -m tools.bench_scores 2026`.

With several years, one after another: time grows with the rows, memory does not. The turns alternate, so that another
program's load falls on each alike, and a ratio is that of one round; medians of several rounds, in one process. With
`--store` the stored scores are compared as well; nothing is written where they are right already.
"""

import argparse
import os
import resource
import statistics
import time

import django

RUNS = 9


def main(years: list[int], *, with_storing: bool) -> None:
    """Print the seconds that reading the rows, computing, and computing with storing take, and how they compare."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ranham_portal.settings")
    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    from actions.models import PlanYear  # noqa: PLC0415
    from ranham_portal.collector import keep_what_is_loaded  # noqa: PLC0415
    from reporting.jobs import score_inputs, scores  # noqa: PLC0415
    from reporting.summaries.completeness import rules_of  # noqa: PLC0415

    keep_what_is_loaded()  # as a worker does that is ready
    now = timezone.now()
    plan_years = list(PlanYear.objects.filter(year__in=years).select_related("rule_set"))
    parts = [(scores.opened_periods(plan_year), rules_of(plan_year.rule_set)) for plan_year in plan_years]
    turns = {
        "read the judgement rows as tuples, nothing else": lambda: sum(
            len(list(score_inputs.judgement_rows(periods))) for periods, _ in parts
        ),
        "read every input": lambda: sum(
            len(score_inputs.read_periods(periods, now, rules)) for periods, rules in parts
        ),
        "read and compute every figure of the periods": lambda: sum(
            figures(periods, now, rules, with_year=False) for periods, rules in parts
        ),
        "read and compute every figure of the periods and the year": lambda: sum(
            figures(periods, now, rules, with_year=True) for periods, rules in parts
        ),
    }
    if with_storing:
        turns["read, compute, compare and store, with the year"] = lambda: sum(
            scores.compute_plan_year(plan_year, now) for plan_year in plan_years
        )
    show([{name: timed(turn) for name, turn in turns.items()} for _ in range(RUNS)])


def figures(periods: list, now, rules, *, with_year: bool) -> int:
    """Compute every figure of the periods of one year, and of the year itself, without writing; return how many."""
    from reporting.jobs import score_figures, score_inputs  # noqa: PLC0415

    found, closed, homes = [], [], {}
    read = score_inputs.read_periods(periods, now, rules)
    for period in periods:
        inputs = read[period.pk]
        own = score_figures.figures_of_period(inputs)
        found += score_figures.widened(rules, own, inputs.homes, inputs.groups)
        if period.is_closed_at(now):
            closed.append(own)
        homes |= inputs.homes
    if with_year and periods:
        own = score_figures.figures_of_year(rules, closed, homes, is_closed=len(closed) == len(periods))
        found += score_figures.widened(rules, own, homes, inputs.groups)
    return sum(map(len, found))


def timed(turn) -> tuple[float, int]:
    """Call `turn` once; return its seconds and what it returned."""
    start = time.perf_counter()
    outcome = turn()
    return time.perf_counter() - start, outcome


def show(rounds: list[dict]) -> None:
    """Print the median of every turn, and how many times the first one it takes: the median round and the best."""
    first = next(iter(rounds[0]))
    for name in rounds[0]:
        seconds = statistics.median(turns[name][0] for turns in rounds)
        ratios = [turns[name][0] / turns[first][0] for turns in rounds]
        print(f"{seconds:7.3f} s  {statistics.median(ratios):5.2f} x  (best {min(ratios):.2f})  {name}")
    found = [outcome for _, outcome in rounds[0].values()]
    print(f"{found[0]} measures, {found[2]} figures of periods, {found[3]} with the year")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("years", type=int, nargs="+")
    parser.add_argument("--store", action="store_true")
    options = parser.parse_args()
    main(options.years, with_storing=options.store)
