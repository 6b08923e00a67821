"""Every kind of prepared file by its name in the database, listed by hand: there is no other way to become one."""

from reporting.jobs.prepared_work import Kind

KINDS: dict[str, Kind] = {}
