"""Load what a plan starts from: the plan, its target groups, calendar patterns, rule sets, the letter kind."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import F, TextChoices
from django.utils.translation import gettext as _

from actions.models import (
    Calendar,
    CalendarPeriod,
    EvidenceKind,
    Plan,
    PlanYear,
    RuleSet,
    TargetGroup,
)
from actions.services.institutions import DATA_FOLDER
from actions.services.tables import CellError, Cells, ImportRefused, read_table

LETTER_NAME = "Surat keterangan"
PLAN_COLUMNS = ("code", "name", "legal_basis", "starts_on", "ends_on")
GROUP_COLUMNS = ("plan", "code", "name", "order")
CALENDAR_COLUMNS = (
    "calendar",
    "calendar_name",
    "is_default",
    "source",
    "number",
    "code",
    "name",
    "covers_from",
    "covers_until",
    "opens",
    "closes",
    "late_days",
    "review_days",
    "correction_days",
    "objection_days",
)
RULE_COLUMNS = ("code", "name", "setting", "value", "source")
# 02-29 is left out on purpose: a pattern must give a day in every year.
MONTH_DAY = re.compile(r"(0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8])")


@dataclass
class _Reference:
    plans: list[dict]
    groups: list[dict]
    calendar_periods: list[dict]
    rules: list[dict]


def load_plan_reference(folder: Path = DATA_FOLDER) -> None:
    """Create and update plans, target groups, calendars and the letter kind, and create missing rule sets.

    Running it twice changes nothing. A rule set that exists is never changed: scores were made with it.
    Raises ImportRefused, naming every fault by file, row and column, before anything changes.
    """
    errors: list[CellError] = []
    reference = _Reference(
        plans=[_plan(cells) for cells in _rows(folder / "plans.csv", PLAN_COLUMNS, errors)],
        groups=[_group(cells) for cells in _rows(folder / "target_groups.csv", GROUP_COLUMNS, errors)],
        calendar_periods=[
            _calendar_period(cells) for cells in _rows(folder / "calendars.csv", CALENDAR_COLUMNS, errors)
        ],
        rules=[_rule(cells) for cells in _rows(folder / "rule_sets.csv", RULE_COLUMNS, errors)],
    )
    if errors:
        raise ImportRefused(errors)
    with transaction.atomic():
        _store_plans(reference)
        _store_calendars(reference.calendar_periods)
        _store_rule_sets(reference.rules)
        EvidenceKind.objects.get_or_create(code=EvidenceKind.LETTER, defaults={"name": LETTER_NAME})


def _rows(path: Path, columns: tuple[str, ...], errors: list[CellError]) -> Iterable[Cells]:
    table = read_table(path.read_bytes(), columns, name=path.name)
    errors += [CellError(error.row, error.column, error.message, path.name) for error in table.errors]
    return [Cells(row, errors, path.name) for row in table.rows]


def _plan(cells: Cells) -> dict:
    return {
        "code": cells.text("code", longest=10),
        "name": cells.text("name", longest=120),
        "legal_basis": cells.text("legal_basis", longest=120),
        "starts_on": cells.day("starts_on"),
        "ends_on": cells.day("ends_on"),
    }


def _group(cells: Cells) -> dict:
    return {
        "plan": cells.text("plan", longest=10),
        "code": cells.text("code", longest=40),
        "name": cells.text("name", longest=80),
        "order": cells.number("order", least=1, most=999),
    }


def _calendar_period(cells: Cells) -> dict:
    for column in ("covers_from", "covers_until", "opens", "closes"):
        if not MONTH_DAY.fullmatch(cells.row.cells[column]):
            cells.refuse(column, _("Tulis hari sebagai BULAN-HARI, misalnya 09-30."))
    days = ("late_days", "review_days", "correction_days", "objection_days")
    return (
        {
            "calendar": cells.text("calendar", longest=20),
            "calendar_name": cells.text("calendar_name", longest=60),
            "is_default": cells.yes_no("is_default"),
            "source": cells.text("source", longest=150),
            "number": cells.number("number", least=1, most=99),
            "code": cells.text("code", longest=5),
            "name": cells.text("name", longest=40),
        }
        | {name: cells.row.cells[name] for name in ("covers_from", "covers_until", "opens", "closes")}
        | {name: cells.number(name, least=0, most=365) for name in days}
    )


def _rule(cells: Cells) -> dict:
    setting = cells.choice("setting", {name: name for name in RuleSet.SETTINGS})
    return {
        "code": cells.text("code", longest=20),
        "name": cells.text("name", longest=120),
        "setting": setting,
        "value": _setting_value(cells, RuleSet.CHOICES.get(setting)),
        "source": cells.text("source", longest=200),
    }


def _setting_value(cells: Cells, ways: type[TextChoices] | None) -> int | str | None:
    if ways is None:
        return cells.number("value", least=0, most=100)
    return cells.choice("value", {way: way for way in ways.values})


def _store_plans(reference: _Reference) -> None:
    for row in reference.plans:
        values = {name: value for name, value in row.items() if name != "code"}
        Plan.objects.update_or_create(code=row["code"], defaults=values)
    plans = {plan.code: plan for plan in Plan.objects.all()}
    widened = set()
    for row in reference.groups:
        _group, is_new = TargetGroup.objects.update_or_create(
            plan=plans[row["plan"]],
            code=row["code"],
            defaults={"name": row["name"], "order": row["order"]},
        )
        if is_new:
            widened.add(plans[row["plan"]])
    PlanYear.objects.filter(plan__in=widened).update(rescorings=F("rescorings") + 1)  # a group has figures of its own


def _store_calendars(rows: list[dict]) -> None:
    default = next((row["calendar"] for row in rows if row["is_default"]), None)
    if default:  # at most one calendar may be the default: the old one steps down first
        Calendar.objects.filter(is_default=True).exclude(code=default).update(is_default=False)
    calendars = {}
    for row in rows:
        calendar = calendars.get(row["calendar"])
        if calendar is None:
            calendar, _created = Calendar.objects.update_or_create(
                code=row["calendar"],
                defaults={
                    "name": row["calendar_name"],
                    "source": row["source"],
                    "is_default": row["calendar"] == default,
                },
            )
            calendars[row["calendar"]] = calendar
        head = ("calendar", "calendar_name", "is_default", "source", "number")
        CalendarPeriod.objects.update_or_create(
            calendar=calendar,
            number=row["number"],
            defaults={name: value for name, value in row.items() if name not in head},
        )


def _store_rule_sets(rows: list[dict]) -> None:
    for code in dict.fromkeys(row["code"] for row in rows):
        own = [row for row in rows if row["code"] == code]
        RuleSet.objects.get_or_create(
            code=code,
            defaults={
                "name": own[0]["name"],
                "sources": {row["setting"]: row["source"] for row in own},
                **{row["setting"]: row["value"] for row in own},
            },
        )
