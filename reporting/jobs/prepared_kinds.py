"""Every kind of prepared file by its name in the database, listed by hand: there is no other way to become one."""

from reporting.jobs import letters, measure_export
from reporting.jobs.prepared_work import Kind

KINDS: dict[str, Kind] = {
    letters.LETTERS: letters.KIND,
    measure_export.MEASURES: measure_export.KIND,
}
