"""Write a catalogue as the file that `import_catalogue` reads."""

import csv
import io

from actions.models import Aksi, Level, PlanYear
from actions.services.catalogue_rows import COLUMNS, LEVELS, OPTIONAL_COLUMNS

LEVEL_WORDS = {level: word for word, level in LEVELS.items()}


def export_catalogue(plan_year: PlanYear) -> str:
    """Return the year's catalogue as CSV: importing it again changes nothing. In six queries."""
    rows = Aksi.objects.filter(plan_year=plan_year).select_related("institution")
    rows = rows.prefetch_related("target_groups", "measures__period", "measures__evidence_wanted__kind")
    order = list(Level.values)
    aksi = sorted(rows, key=lambda row: (order.index(row.level), _code(row), row.number))
    return _csv(line for row in aksi for line in _lines(plan_year, row))


def example_catalogue(plan_year: PlanYear) -> str:
    """Return the format to fill in as CSV: the header and one example row for the year's first period."""
    period = plan_year.periods.in_order().first()
    group = plan_year.plan.target_groups.order_by("order").first()
    example = {
        "year": plan_year.year,
        "calendar": plan_year.calendar.code,
        "level": LEVEL_WORDS[Level.REGENCY],
        "aksi_no": 1,
        "target_group": group.code if group else "",
        "title": "Judul aksi HAM",
        "success_criterion": "Kriteria keberhasilan aksi",
        "responsible_offices": "Dinas A; Dinas B",
        "period": period.code if period else "",
        "measure_no": 1,
        "measure": "Ukuran keberhasilan periode ini",
        "needs_number": "no",
        "evidence": "Laporan kegiatan!; Daftar hadir",
        "basis": "illustrative",
        "evidence_basis": "illustrative",
    }
    return _csv([example])


def _csv(lines) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS + OPTIONAL_COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(lines)
    return "\ufeff" + file.getvalue()  # the mark makes Excel read UTF-8


def _code(aksi: Aksi) -> str:
    return aksi.institution.code if aksi.institution else ""


def _lines(plan_year: PlanYear, aksi: Aksi) -> list[dict]:
    head = {
        "year": plan_year.year,
        "calendar": plan_year.calendar.code,
        "level": LEVEL_WORDS[aksi.level],
        "institution": aksi.institution.name if aksi.institution else "",
        "aksi_no": aksi.number,
        "target_group": "; ".join(sorted(group.code for group in aksi.target_groups.all())),
        "title": aksi.title,
        "success_criterion": aksi.success_criterion,
        "responsible_offices": aksi.suggested_offices,
    }
    measures = sorted(aksi.measures.all(), key=lambda measure: (measure.period.number, measure.number))
    return [head | _measure_cells(aksi, measure) for measure in measures]


def _measure_cells(aksi: Aksi, measure) -> dict:
    wanted = sorted(measure.evidence_wanted.all(), key=lambda row: (row.order, row.pk))
    return {
        "period": measure.period.code,
        "measure_no": measure.number,
        "measure": measure.text,
        "needs_number": "yes" if measure.needs_number else "no",
        "evidence": "; ".join(f"{row.kind.name}{'!' if row.is_required else ''}" for row in wanted),
        "basis": "illustrative" if measure.is_illustrative else "published",
        "source": "" if measure.is_illustrative else aksi.source,
        "evidence_basis": "illustrative" if measure.has_illustrative_evidence else "published",
    }
