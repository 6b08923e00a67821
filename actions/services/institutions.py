"""Load institutions, who looks after whom, and other spellings, from three CSV files: all or nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from actions.models import Institution, InstitutionAlias, Oversight
from actions.services.tables import CellError, Cells, ImportRefused, read_table

Kind = Institution.Kind
DATA_FOLDER = Path(apps.get_app_config("actions").path) / "data"
REGION_COLUMNS = (
    "code",
    "name",
    "aliases",
    "level",
    "parent_code",
    "autonomous",
    "timezone",
    "latitude",
    "longitude",
    "valid_from",
    "reports_from",
    "legal_basis",
)
OFFICE_COLUMNS = ("code", "name", "province_codes", "valid_from", "valid_until", "basis")
MINISTRY_COLUMNS = (
    "code",
    "name",
    "short_name",
    "valid_from",
    "valid_until",
    "national_role",
    "successor_of",
)
REGION_KINDS = {"provinsi": Kind.PROVINSI, "kabupaten": Kind.KABUPATEN, "kota": Kind.KOTA}
ZONES = {zone.lower(): zone for zone in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")}
NATIONAL_ROLES = {
    "panitia_nasional": "is_on_panitia_nasional",
    "secretariat": "houses_secretariat",
    "reader": "is_national_reader",
}
BASIS_WORDS = {"published": "diumumkan", "assumed": "asumsi"}


def normalise_name(name: str) -> str:
    """Return `name` as names are compared: lower case, full stops gone, other marks and spaces as one space."""
    return re.sub(r"[^\w]+", " ", name.casefold().replace(".", "")).strip()


@dataclass
class InstitutionCounts:
    """What an import did: institutions created and changed, oversight rows added or changed, spellings added."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    oversight: int = 0
    aliases: int = 0


@dataclass
class _Planned:
    fields: dict
    parent_code: str = ""
    predecessor_code: str = ""
    aliases: list[str] = field(default_factory=list)
    oversight: list[tuple[str, str]] = field(default_factory=list)  # province code, basis


def import_institutions(
    *,
    regions: Path = DATA_FOLDER / "wilayah.csv",
    offices: Path = DATA_FOLDER / "kanwil.csv",
    ministries: Path = DATA_FOLDER / "ministries.csv",
) -> InstitutionCounts:
    """Create and update institutions by their code; running it twice changes nothing.

    Institutions and oversight that a file no longer names are left alone: they end by their dates. Contacts
    are never touched. Raises ImportRefused, naming every fault by file, row and column, before anything changes.
    """
    errors: list[CellError] = []
    planned: dict[str, _Planned] = {}
    for path, columns, read in (
        (ministries, MINISTRY_COLUMNS, _ministry),
        (regions, REGION_COLUMNS, _region),
        (offices, OFFICE_COLUMNS, _office),
    ):
        for cells in _rows(path, columns, errors):
            code = cells.text("code", longest=12)
            if code in planned:
                cells.refuse("code", _("Kode %(code)s sudah dipakai baris lain.") % {"code": code})
            planned[code] = read(cells, planned)
    if errors:
        raise ImportRefused(errors)
    return _store(planned)


def _rows(path: Path, columns: tuple[str, ...], errors: list[CellError]) -> Iterable[Cells]:
    table = read_table(path.read_bytes(), columns, name=path.name)
    errors += [CellError(error.row, error.column, error.message, path.name) for error in table.errors]
    return [Cells(row, errors, path.name) for row in table.rows]


def _ministry(cells: Cells, planned: dict[str, _Planned]) -> _Planned:
    name = cells.text("name", longest=150)
    fields = (
        {
            "name": name,
            "short_name": cells.text("short_name", longest=60, required=False),
            "kind": Kind.KEMENTERIAN if name.startswith("Kementerian") else Kind.LEMBAGA,
        }
        | _validity(cells)
        | dict.fromkeys(NATIONAL_ROLES.values(), False)
    )
    for role in cells.parts("national_role"):
        if role in NATIONAL_ROLES:
            fields[NATIONAL_ROLES[role]] = True
        else:
            cells.refuse("national_role", _("Peran nasional tidak dikenal: %(role)s.") % {"role": role[:40]})
    predecessor = cells.row.cells["successor_of"]
    if predecessor and predecessor not in planned:
        cells.refuse("successor_of", _("Kode pendahulu tidak ada di atas baris ini."))
    return _Planned(fields, predecessor_code=predecessor)


def _validity(cells: Cells) -> dict:
    begins, ends = cells.day("valid_from"), cells.day("valid_until")
    if begins and ends and ends < begins:
        cells.refuse("valid_until", _("Tanggal akhir tidak boleh sebelum tanggal awal."))
    return {"valid_from": begins, "valid_until": ends}


def _region(cells: Cells, planned: dict[str, _Planned]) -> _Planned:
    kind = cells.choice("level", REGION_KINDS)
    aliases = cells.parts("aliases")
    parent = cells.row.cells["parent_code"]
    if kind == Kind.PROVINSI and parent:
        cells.refuse("parent_code", _("Provinsi tidak punya provinsi induk."))
    if kind in (Kind.KABUPATEN, Kind.KOTA) and parent not in planned:
        cells.refuse("parent_code", _("Provinsi induk tidak ada di atas baris ini."))
    if any(len(alias) > 150 for alias in aliases):
        cells.refuse("aliases", _("Ejaan lain paling banyak 150 karakter."))
    fields = {
        "name": cells.text("name", longest=150),
        "short_name": aliases[0][:60] if kind == Kind.PROVINSI and aliases else "",
        "kind": kind,
        "is_autonomous": cells.yes_no("autonomous"),
        "time_zone": cells.choice("timezone", ZONES),
        "latitude": cells.decimal("latitude", least=-11, most=6),
        "longitude": cells.decimal("longitude", least=94, most=142),
        "valid_from": cells.day("valid_from"),
        "reports_from": cells.day("reports_from"),
        "legal_basis": cells.text("legal_basis", longest=150, required=False),
    }
    return _Planned(fields, parent_code=parent, aliases=aliases)


def _office(cells: Cells, planned: dict[str, _Planned]) -> _Planned:
    name = cells.text("name", longest=150)
    codes = cells.row.cells["province_codes"].split()
    known = [code for code in codes if code in planned and planned[code].fields["kind"] == Kind.PROVINSI]
    if not codes or known != codes:
        unknown = ", ".join(code[:12] for code in codes if code not in known)
        cells.refuse("province_codes", _("Kode provinsi tidak dikenal: %(codes)s.") % {"codes": unknown or "-"})
    basis = cells.text("basis", longest=150, required=False)
    fields = {
        "name": name,
        "short_name": name.replace("Kantor Wilayah", "Kanwil", 1)[:60],
        "kind": Kind.KANWIL,
        "is_autonomous": False,
        "time_zone": planned[known[0]].fields["time_zone"] if known else "Asia/Jakarta",
    } | _validity(cells)
    return _Planned(fields, oversight=[(code, _basis_of(code, basis)) for code in known])


def _basis_of(province_code: str, basis: str) -> str:
    # "published" speaks of all provinces, "91 published; 93 94 95 assumed" of each
    for part in basis.split(";"):
        *codes, word = part.split() or [""]
        if not codes or province_code in codes:
            return BASIS_WORDS.get(word, word)
    return basis


@transaction.atomic
def _store(planned: dict[str, _Planned]) -> InstitutionCounts:
    counts = InstitutionCounts()
    known = {row.code: row for row in Institution.objects.select_for_update(of=("self",)).order_by("pk")}
    pending = dict(planned)
    while pending:  # parents and predecessors have an id only once their own wave is saved
        wave = {
            code: row
            for code, row in pending.items()
            if row.parent_code not in pending and row.predecessor_code not in pending
        }
        _save_wave(wave, known, counts)
        pending = {code: row for code, row in pending.items() if code not in wave}
    _add_aliases(planned, known, counts)
    _add_oversight(planned, known, counts)
    return counts


def _save_wave(wave: dict[str, _Planned], known: dict[str, Institution], counts: InstitutionCounts) -> None:
    new, changed, names = [], [], {"parent", "predecessor"}
    for code, row in wave.items():
        fields = row.fields | {
            "parent": known.get(row.parent_code),
            "predecessor": known.get(row.predecessor_code),
        }
        names |= fields.keys()
        institution = known.get(code)
        if institution is None:
            known[code] = Institution(code=code, **fields)
            new.append(known[code])
        elif any(_value(institution, name) != _plain(value) for name, value in fields.items()):
            for name, value in fields.items():
                setattr(institution, name, value)
            changed.append(institution)
        else:
            counts.unchanged += 1
    Institution.objects.bulk_create(new)
    Institution.objects.bulk_update(changed, sorted(names), batch_size=100)
    counts.created += len(new)
    counts.changed += len(changed)


def _value(institution: Institution, name: str):
    return getattr(institution, f"{name}_id" if name in ("parent", "predecessor") else name)


def _plain(value):
    return value.pk if isinstance(value, Institution) else value


def _add_aliases(planned: dict[str, _Planned], known: dict[str, Institution], counts: InstitutionCounts) -> None:
    there = set(InstitutionAlias.objects.values_list("institution_id", "name"))
    wanted = {(known[code].pk, normalise_name(alias)) for code, row in planned.items() for alias in row.aliases}
    new = [InstitutionAlias(institution_id=pk, name=name) for pk, name in sorted(wanted - there)]
    InstitutionAlias.objects.bulk_create(new)
    counts.aliases = len(new)


def _add_oversight(planned: dict[str, _Planned], known: dict[str, Institution], counts: InstitutionCounts) -> None:
    rows = Oversight.objects.filter(kind=Oversight.Kind.REVIEW)
    there = {(row.overseer_id, row.overseen_id, row.valid_from): row for row in rows}
    new, changed = [], []
    for code, row in planned.items():
        begins, ends = row.fields.get("valid_from"), row.fields.get("valid_until")
        for province, basis in row.oversight:
            overseer, overseen = known[code], known[province]
            oversight = there.get((overseer.pk, overseen.pk, begins))
            if oversight is None:
                new.append(
                    Oversight(overseer=overseer, overseen=overseen, valid_from=begins, valid_until=ends, basis=basis)
                )
            elif (oversight.valid_until, oversight.basis) != (ends, basis):
                oversight.valid_until, oversight.basis = ends, basis
                changed.append(oversight)
    Oversight.objects.bulk_create(new)
    Oversight.objects.bulk_update(changed, ["valid_until", "basis"])
    counts.oversight = len(new) + len(changed)
