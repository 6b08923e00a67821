"""What the rows of a catalogue file mean: aksi with their measures, every fault named. No database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.text import slugify
from django.utils.translation import gettext as _

from actions.models import Institution, Level, PlanYear, ReportingPeriod, TargetGroup
from actions.services.tables import CellError, Cells, Table

COLUMNS = (
    "year",
    "calendar",
    "level",
    "institution",
    "aksi_no",
    "target_group",
    "title",
    "success_criterion",
    "responsible_offices",
    "period",
    "measure_no",
    "measure",
    "needs_number",
    "evidence",
    "basis",
    "source",
)
OPTIONAL_COLUMNS = ("evidence_basis",)
LEVELS = {
    "kementerian_lembaga": Level.MINISTRY,
    "provinsi": Level.PROVINCE,
    "kabupaten_kota": Level.REGENCY,
}
BASES = {"illustrative": True, "published": False, "contoh": True, "resmi": False}
LONGEST_TITLE, LONGEST_MEASURE, LONGEST_OFFICES, LONGEST_SOURCE, LONGEST_KIND = 1000, 2000, 500, 150, 80
MOST_EVIDENCE_KINDS = 20


class AksiKey(NamedTuple):
    """What makes an aksi the same one in two files."""

    year: int
    level: str
    institution_id: int | None
    number: int


class MeasureKey(NamedTuple):
    """A measure within its aksi: period code and number."""

    period: str
    number: int


class Evidence(NamedTuple):
    """A wanted kind of evidence: code and name of the kind, and whether it is compulsory."""

    code: str
    name: str
    is_required: bool


@dataclass
class PlannedMeasure:
    """A measure as the file has it, with the row it stands in."""

    text: str
    needs_number: bool
    is_illustrative: bool
    has_illustrative_evidence: bool
    evidence: tuple[Evidence, ...]
    row: int


@dataclass
class PlannedAksi:
    """An aksi as the file has it: texts, codes of its target groups, and its measures."""

    title: str
    success_criterion: str
    suggested_offices: str
    target_groups: frozenset[str]
    row: int
    is_illustrative: bool = True
    source: str = ""
    measures: dict[MeasureKey, PlannedMeasure] = field(default_factory=dict)
    institution: Institution | None = None
    is_new: bool = False
    has_changes: bool = False
    """Whether the aksi or one of its measures is new or differs from what is stored."""


@dataclass
class KnownYear:
    """What a row may refer to in one plan year."""

    plan_year: PlanYear
    calendar: str
    periods: dict[str, ReportingPeriod]
    target_groups: dict[str, TargetGroup]
    """By code and by lower-case name."""


@dataclass
class KnownNames:
    """Everything a file may refer to; `ministries` finds those of a name, whatever their dates."""

    years: dict[int, KnownYear]
    ministries: Callable[[str], list[Institution]]


def parse_evidence(text: str) -> tuple[tuple[Evidence, ...], str]:
    """Return the kinds in "Undangan; Daftar hadir!" (`!` marks a compulsory one), and a fault or ""."""
    kinds: dict[str, Evidence] = {}
    for part in text.split(";"):
        name = part.strip()
        is_required = name.endswith("!")
        name = name.removesuffix("!").strip()
        code = slugify(name)[:60]
        if not code or "!" in name:
            return (), _("Tulis jenis data dukung dipisah titik koma, tanda ! di akhir nama yang wajib.")
        if len(name) > LONGEST_KIND:
            return (), _("Nama jenis data dukung paling banyak %(limit)s karakter.") % {"limit": LONGEST_KIND}
        if code in kinds:
            return (), _("Jenis data dukung “%(name)s” disebut dua kali.") % {"name": name}
        kinds[code] = Evidence(code, name, is_required)
    if len(kinds) > MOST_EVIDENCE_KINDS:
        return (), _("Paling banyak %(limit)s jenis data dukung per ukuran.") % {"limit": MOST_EVIDENCE_KINDS}
    return tuple(kinds.values()), ""


def parse_rows(table: Table, known: KnownNames) -> tuple[dict[AksiKey, PlannedAksi], list[CellError]]:
    """Return the aksi of a catalogue table and every fault in it, by row and column."""
    errors: list[CellError] = []
    aksi: dict[AksiKey, PlannedAksi] = {}
    for row in table.rows:
        _parse_row(Cells(row, errors), known, aksi)
    return aksi, errors


def _parse_row(cells: Cells, known: KnownNames, aksi: dict[AksiKey, PlannedAksi]) -> None:
    year = _year(cells, known)
    level = cells.choice("level", LEVELS)
    institution = _institution(cells, known, level)
    number = cells.number("aksi_no", least=1, most=999)
    planned = _aksi(cells, year)
    period = _period(cells, year)
    measure_number = cells.number("measure_no", least=1, most=99)
    measure = _measure(cells)
    if None in (year, level, number, period, measure_number) or (level == Level.MINISTRY and not institution):
        return
    key = AksiKey(year.plan_year.year, level, institution.pk if institution else None, number)
    planned.institution = institution
    first = aksi.setdefault(key, planned)
    _compare(cells, first, planned)
    _add_measure(cells, first, MeasureKey(period, measure_number), measure)


def _year(cells: Cells, known: KnownNames) -> KnownYear | None:
    number = cells.number("year", least=2000, most=2100)
    if number is None:
        return None
    if number not in known.years:
        cells.refuse("year", _("Tahun %(year)s belum ada. Buat dulu tahun rencananya.") % {"year": number})
        return None
    year = known.years[number]
    if cells.row.cells["calendar"].lower() != year.calendar:
        cells.refuse(
            "calendar",
            _("Tahun %(year)s memakai kalender %(calendar)s.") % {"year": number, "calendar": year.calendar},
        )
    return year


def _institution(cells: Cells, known: KnownNames, level: str | None) -> Institution | None:
    name = cells.row.cells["institution"]
    if level != Level.MINISTRY:
        if name and level:
            cells.refuse("institution", _("Kosongkan: hanya aksi kementerian dan lembaga milik satu instansi."))
        return None
    if not name:
        cells.refuse("institution", _("Tulis kementerian atau lembaga pemilik aksi."))
        return None
    named = known.ministries(name)
    text = cells.row.cells["year"]
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else None
    in_force = [body for body in named if year is None or _exists_in(body, year)]
    if len(in_force) == 1:
        return in_force[0]
    if not named:
        cells.refuse("institution", _("Instansi tidak dikenal: “%(name)s”.") % {"name": name[:80]})
    elif not in_force:
        cells.refuse(
            "institution",
            _("%(name)s tidak berlaku pada tahun %(year)s.") % {"name": named[0].name, "year": year},
        )
    else:
        cells.refuse("institution", _("Nama ini dipakai beberapa instansi. Tulis nama lengkapnya."))
    return None


def _exists_in(institution: Institution, year: int) -> bool:
    begins, ends = institution.valid_from, institution.valid_until
    return (begins is None or begins.year <= year) and (ends is None or year <= ends.year)


def _aksi(cells: Cells, year: KnownYear | None) -> PlannedAksi:
    return PlannedAksi(
        title=cells.text("title", longest=LONGEST_TITLE),
        success_criterion=cells.text("success_criterion", longest=LONGEST_TITLE),
        suggested_offices=cells.text("responsible_offices", longest=LONGEST_OFFICES, required=False),
        target_groups=_target_groups(cells, year),
        row=cells.row.number,
    )


def _target_groups(cells: Cells, year: KnownYear | None) -> frozenset[str]:
    names = cells.parts("target_group")
    if not names:
        cells.refuse("target_group", _("Isi sel ini; tidak boleh kosong."))
    if year is None:
        return frozenset()
    found = set()
    for name in names:
        group = year.target_groups.get(name.lower())
        if group:
            found.add(group.code)
        else:
            codes = ", ".join(dict.fromkeys(group.code for group in year.target_groups.values()))
            cells.refuse(
                "target_group",
                _("Kelompok sasaran tidak dikenal: “%(name)s”. Yang ada: %(codes)s.")
                % {"name": name[:40], "codes": codes},
            )
    return frozenset(found)


def _period(cells: Cells, year: KnownYear | None) -> str | None:
    code = cells.row.cells["period"].upper()
    if year is None or code in year.periods:
        return code or None
    cells.refuse(
        "period",
        _("Tahun %(year)s tidak punya periode “%(code)s”. Yang ada: %(codes)s.")
        % {"year": year.plan_year.year, "code": code[:10], "codes": ", ".join(year.periods)},
    )
    return None


def _measure(cells: Cells) -> PlannedMeasure:
    evidence, fault = parse_evidence(cells.row.cells["evidence"])
    if fault:
        cells.refuse("evidence", fault)
    is_illustrative = cells.choice("basis", BASES)
    source = cells.text("source", longest=LONGEST_SOURCE, required=False)
    if is_illustrative is False and not source:
        cells.refuse("source", _("Baris resmi (published) wajib menyebut sumbernya."))
    return PlannedMeasure(
        text=cells.text("measure", longest=LONGEST_MEASURE),
        needs_number=cells.yes_no("needs_number"),
        is_illustrative=is_illustrative is not False,
        has_illustrative_evidence=_assumes_evidence(cells, is_illustrative),
        evidence=evidence,
        row=cells.row.number,
    )


def _assumes_evidence(cells: Cells, is_illustrative: bool | None) -> bool:
    """Whether the kinds of evidence are an assumption: always, unless the row says that its source names them."""
    if not cells.row.cells["evidence_basis"]:
        return True
    is_assumed = cells.choice("evidence_basis", BASES)
    if is_assumed is False and is_illustrative:
        cells.refuse("evidence_basis", _("Ukuran contoh tidak punya jenis data dukung resmi (published)."))
    return is_assumed is not False


SAME_ON_EVERY_ROW = (
    ("title", "title"),
    ("success_criterion", "success_criterion"),
    ("responsible_offices", "suggested_offices"),
    ("target_group", "target_groups"),
)


def _compare(cells: Cells, first: PlannedAksi, planned: PlannedAksi) -> None:
    for column, name in SAME_ON_EVERY_ROW:
        if getattr(first, name) != getattr(planned, name):
            cells.refuse(column, _("Berbeda dari baris %(row)s untuk aksi yang sama.") % {"row": first.row})


def _add_measure(cells: Cells, aksi: PlannedAksi, key: MeasureKey, measure: PlannedMeasure) -> None:
    if key in aksi.measures:
        cells.refuse(
            "measure_no",
            _("Ukuran %(number)s periode %(period)s sudah ada pada baris %(row)s.")
            % {"number": key.number, "period": key.period, "row": aksi.measures[key].row},
        )
        return
    aksi.measures[key] = measure
    if not measure.is_illustrative:  # one published measure makes the aksi itself published
        aksi.is_illustrative = False
        aksi.source = aksi.source or cells.row.cells["source"]
