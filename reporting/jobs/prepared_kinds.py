"""Every kind of prepared file by its name in the database, listed by hand: there is no other way to become one."""

from reporting.jobs import letters, measure_export
from reporting.jobs.prepared_work import Kind, Parameters

KINDS: dict[str, Kind] = {
    letters.LETTERS: letters.KIND,
    measure_export.MEASURES: measure_export.KIND,
}


def title_of(kind: str, wanted: Parameters) -> str:
    """Return a file in words; a kind that is no longer made, by its name in the database."""
    return KINDS[kind].title(wanted) if kind in KINDS else kind
