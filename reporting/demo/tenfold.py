"""Ten times the history, for measuring only: copies of 2022-2025 under earlier years of a plan that says what it is.

Everything is copied by `INSERT ... SELECT` along natural keys, so the scores come along and hold: `compute_scores
--check` finds no difference. Evidence files and the frozen contents of sendings are not copied.
"""

from collections.abc import Callable
from datetime import date, datetime

from django.db import connection, models, transaction

from actions.models import Aksi, Measure, Plan, PlanYear, ReportingPeriod, TargetGroup
from reporting.demo.history import copy_catalogue
from reporting.models import ItemScore, Judgement, MeasureAnswer, PeriodScoring, Report, ReportItem, Score, Submission
from reporting.services.freezing import content_hash

PLAN = {
    "code": "UKUR",
    "name": "Contoh untuk mengukur kecepatan",
    "legal_basis": "contoh",
    "starts_on": date(1974, 1, 1),
    "ends_on": date(2021, 12, 31),
}
MODEL_YEARS = (2022, 2023, 2024, 2025)
YEARS = range(1974, 2022)
"""48 years of three periods: 144 beside the sixteen there are."""


def multiply_history(progress: Callable[[int, int, str], None]) -> None:
    """Create the earlier years that are not there yet, one transaction each; needs the full scale first."""
    models_of = {row.year: row for row in PlanYear.objects.filter(year__in=MODEL_YEARS)}
    plan = plan_for_measuring(models_of[MODEL_YEARS[0]])
    existing = set(PlanYear.objects.values_list("year", flat=True))
    for done, year in enumerate(YEARS, 1):
        if year not in existing:
            model = models_of[MODEL_YEARS[year % len(MODEL_YEARS)]]
            with transaction.atomic():
                copy_year(model, plan, year)
        progress(done, len(YEARS), str(year))


def plan_for_measuring(model: PlanYear) -> Plan:
    """Return the plan that says what it is, with the target groups of the model's plan."""
    plan, _created = Plan.objects.get_or_create(code=PLAN["code"], defaults=PLAN)
    for group in model.plan.target_groups.all():
        TargetGroup.objects.get_or_create(
            plan=plan, code=group.code, defaults={"name": group.name, "order": group.order}
        )
    return plan


def copy_year(model: PlanYear, plan: Plan, year: int) -> PlanYear:
    """Return a new year of `plan` with everything that `model` has: periods, aksi, reports, judgements, scores."""
    new = PlanYear.objects.create(plan=plan, year=year, calendar=model.calendar, rule_set=model.rule_set)
    pairs = [(old, _copy_period(old, new)) for old in model.periods.order_by("number")]
    copy_catalogue(model, new)
    for old, period in pairs:
        _copy_reports(old, period)
        PeriodScoring.objects.create(
            period=period,
            requested=1,
            stored=1,
            stored_closed=True,
            computed=1,
            was_closed=True,
            computed_at=old.scoring.computed_at,
        )
        _copy_scores(f"score.period_id = {old.pk}", new, period, f"{model.year}/", f"{year}/")
    where = f"score.period_id IS NULL AND score.plan_year_id = {model.pk}"
    _copy_scores(where, new, None, f"{model.year}/", f"{year}/")
    return new


def _copy_period(old: ReportingPeriod, plan_year: PlanYear) -> ReportingPeriod:
    period = ReportingPeriod.objects.get(pk=old.pk)
    back = period.plan_year.year - plan_year.year
    period.pk, period.plan_year, period._state.adding = None, plan_year, True
    for column in ReportingPeriod._meta.concrete_fields:
        value = getattr(period, column.attname)
        if isinstance(value, (date, datetime)):
            setattr(period, column.attname, value.replace(year=value.year - back, day=min(value.day, 28)))
    period.save()
    return period


def _copy_reports(old: ReportingPeriod, new: ReportingPeriod) -> None:
    """Copy reports, items, answers, sendings, judgements and item scores of one period."""
    report, item, answer = (model._meta.db_table for model in (Report, ReportItem, MeasureAnswer))
    both = f"JOIN {report} old_report ON old_report.period_id = {old.pk} AND "
    fresh = (
        f" JOIN {report} report ON report.period_id = {new.pk} AND report.institution_id = old_report.institution_id"
    )
    _copy(Report, "old", f"WHERE old.period_id = {old.pk}", period_id=str(new.pk))
    items = f"{both}old_report.id = {{}}.report_id{fresh}"
    aksi = _pairs_of_aksi(old.plan_year_id, new.plan_year_id)
    _copy(ReportItem, "old", f"{items.format('old')} {aksi}", report_id="report.id", aksi_id="new_aksi.id")
    item_pairs = (
        f"JOIN {item} old_item ON old_item.id = {{}}.item_id {items.format('old_item')} "
        f"{aksi.replace('old.aksi_id', 'old_item.aksi_id')} "
        f"JOIN {item} item ON item.report_id = report.id AND item.aksi_id = new_aksi.id"
    )
    measure = Measure._meta.db_table
    measures = (
        f"JOIN {measure} old_measure ON old_measure.id = {{}}.measure_id "
        f"JOIN {measure} measure ON measure.aksi_id = new_aksi.id AND measure.period_id = {new.pk} "
        "AND measure.number = old_measure.number"
    )
    _copy(
        MeasureAnswer, "old", f"{item_pairs.format('old')} {measures.format('old')}",
        item_id="item.id", measure_id="measure.id", judgement_id="NULL",
    )  # fmt: skip
    _copy(
        Submission, "old", items.format("old"),
        report_id="report.id", receipt_number=f"'U{new.pk}-' || old.id",
        content="'{}'", content_hash=f"'{content_hash({})}'",
    )  # fmt: skip
    answer_pairs = (
        f"JOIN {answer} old_answer ON old_answer.judgement_id = old.id "
        f"{item_pairs.format('old_answer')} {measures.format('old_answer')} "
        f"JOIN {answer} answer ON answer.item_id = item.id AND answer.measure_id = measure.id "
        f"JOIN {Submission._meta.db_table} old_sent ON old_sent.id = old.submission_id "
        f"JOIN {Submission._meta.db_table} sent ON sent.report_id = report.id AND sent.round = old_sent.round"
    )
    _copy(Judgement, "old", answer_pairs, answer_id="answer.id", submission_id="sent.id")
    _run(
        f"UPDATE {answer} SET judgement_id = (SELECT id FROM {Judgement._meta.db_table} made WHERE made.answer_id = "
        f"{answer}.id) WHERE measure_id IN (SELECT id FROM {measure} WHERE period_id = {new.pk})"
    )
    _copy(ItemScore, "old", item_pairs.format("old"), item_id="item.id")


def _pairs_of_aksi(old_year: int, new_year: int) -> str:
    aksi = Aksi._meta.db_table
    return (
        f"JOIN {aksi} old_aksi ON old_aksi.id = old.aksi_id AND old_aksi.plan_year_id = {old_year} "
        f"JOIN {aksi} new_aksi ON new_aksi.plan_year_id = {new_year} AND new_aksi.level = old_aksi.level "
        "AND new_aksi.number = old_aksi.number "
        "AND COALESCE(new_aksi.institution_id, 0) = COALESCE(old_aksi.institution_id, 0)"
    )


def _copy_scores(where: str, new: PlanYear, period: ReportingPeriod | None, before: str, after: str) -> None:
    group = TargetGroup._meta.db_table
    tail = (
        f"LEFT JOIN {group} old_group ON old_group.id = score.target_group_id "
        f"LEFT JOIN {group} new_group ON new_group.plan_id = {new.plan_id} AND new_group.code = old_group.code "
        f"WHERE {where}"
    )
    _copy(
        Score, "score", tail,
        key=f"'{after}' || substr(score.key, {len(before) + 1})", plan_year_id=str(new.pk),
        period_id=str(period.pk) if period else "NULL", target_group_id="new_group.id",
    )  # fmt: skip


def _copy(model: type[models.Model], alias: str, tail: str, **changed: str) -> None:
    """Insert what `tail` selects from the model's own table, with SQL for the columns that change."""
    names = [column.column for column in model._meta.concrete_fields if not column.primary_key]
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    values = ", ".join(changed.get(name, f"{alias}.{connection.ops.quote_name(name)}") for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    _run(f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table} {alias} {tail}")


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
