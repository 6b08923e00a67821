"""Earlier years of the demo, for looking at the portal at full size: the catalogue of 2025 again, as examples."""

from actions.actors import Actor
from actions.models import Calendar, Level, Measure, MeasureEvidence, Plan, PlanYear, RuleSet
from actions.services.planning import assign_level, create_plan_year
from reporting.demo.plan import assign_units

MODEL_YEAR = 2025
EARLIER_YEARS = (2022, 2023, 2024)
"""On the four-monthly calendar; with 2025 and the quarters of 2026 they make sixteen periods."""
SOURCE = "contoh: katalog 2025"


def ensure_history(by: Actor) -> None:
    """Create the earlier plan years with catalogue and assignments; safe to run twice."""
    model = PlanYear.objects.get(year=MODEL_YEAR)
    calendar = Calendar.objects.get(code="caturwulan")
    for year in EARLIER_YEARS:
        if PlanYear.objects.filter(year=year).exists():
            continue
        rules = RuleSet.objects.order_by("code").first()
        plan_year = create_plan_year(Plan.objects.get(pk=model.plan_id), year, calendar, rules, by=by)
        copy_catalogue(model, plan_year)
        for level in Level.values:
            assign_level(plan_year, level, by=by)
        assign_units(plan_year)


def copy_catalogue(model: PlanYear, plan_year: PlanYear) -> None:
    """Give `plan_year` the aksi, target groups (by code) and measures (by period code) of `model`, as examples."""
    groups = {group.code: group for group in plan_year.plan.target_groups.all()}
    aksi = {}
    for row in model.aksi.prefetch_related("target_groups").order_by("pk"):
        codes = [group.code for group in row.target_groups.all()]
        old, row.pk, row.plan_year = row.pk, None, plan_year
        row.is_illustrative, row.source, row._state.adding = True, SOURCE, True
        row.save()
        row.target_groups.set([groups[code] for code in codes])
        aksi[old] = row.pk
    _copy_measures(model, plan_year, aksi)


def _copy_measures(model: PlanYear, plan_year: PlanYear, aksi: dict[int, int]) -> None:
    periods = {period.code: period for period in plan_year.periods.all()}
    old = list(Measure.objects.filter(aksi__plan_year=model).select_related("period").order_by("pk"))
    new = [
        Measure(
            aksi_id=aksi[row.aksi_id],
            period=periods[row.period.code],
            number=row.number,
            text=row.text,
            needs_number=row.needs_number,
            is_illustrative=True,
        )
        for row in old
    ]
    Measure.objects.bulk_create(new, batch_size=500)
    copies = dict(zip((row.pk for row in old), new, strict=True))
    wanted = MeasureEvidence.objects.filter(measure__aksi__plan_year=model).order_by("pk")
    MeasureEvidence.objects.bulk_create(
        [
            MeasureEvidence(
                measure=copies[row.measure_id], kind_id=row.kind_id, is_required=row.is_required, order=row.order
            )
            for row in wanted
        ],
        batch_size=500,
    )
