"""The export of a whole period or year, one row for each measure, as a kind of prepared file."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import formats
from actions.actors import Actor
from actions.models import Aksi, Institution, Measure, ReportingPeriod
from reporting.instants import one_instant
from reporting.jobs.prepared_work import Built, CannotPrepare, Kind, Parameters, Progress
from reporting.jobs.scores import compute_stale
from reporting.models import Judgement, PeriodScoring, ReportEvent
from reporting.policies.exporting import ExportScope, reports_in, scopes_of
from reporting.spreadsheets import DoesNotFit, Line, Written, manifest_lines, write_table
from reporting.summaries.measure_rows import HEADER, measure_rows
from reporting.summaries.results import Span, span_of

MEASURES = "ukuran"
FORMAT = 1
"""Raise it when the columns change: what was prepared before is then another file."""


def parameters_of(span: Span, scope: str, actor: Actor, ending: str) -> dict[str, str]:
    """Return what names the export of a span for the actor's office."""
    return {"span": span.key, "scope": str(scope), "office": actor.institution.code, "format": ending}


def title(wanted: Parameters) -> str:
    """Return the export in words."""
    words = {"span": wanted["span"], "scope": ExportScope(wanted["scope"]).label, "format": wanted["format"].upper()}
    return _("Semua ukuran %(span)s, %(scope)s (%(format)s)") % words


def is_open_to(actor: Actor, wanted: Parameters) -> bool:
    """True if the actor's office asked for it and the actor may export that scope today; no query."""
    return wanted["office"] == actor.institution.code and wanted["scope"] in scopes_of(actor)


def revision(wanted: Parameters) -> str:
    """Name the state of the data: all that a row is made from. Nine queries, when somebody asks for the file."""
    span = _span(wanted["span"])
    reports = _reports(span, wanted)
    state = [
        FORMAT,
        span.plan_year.rule_set_id,
        sorted(reports.values_list("pk", "revision", "level", "province", "kanwil")),
        ReportEvent.objects.filter(report__in=reports).aggregate(Max("pk")),
        Judgement.objects.filter(answer__item__report__in=reports).aggregate(Max("pk")),
        span.plan_year.rescorings,
        sorted(PeriodScoring.objects.filter(**_within(span)).values_list("period", "requested", "was_closed")),
        *_words(span),
    ]
    return hashlib.sha256(repr(state).encode()).hexdigest()


def _words(span: Span) -> Iterator[list[tuple]]:
    """What rows take from the catalogue and the list of institutions; both may be put right after reports were sent."""
    aksi = Aksi.objects.filter(plan_year=span.plan_year)
    yield sorted(aksi.values_list("pk", "number", "title", "is_illustrative"))
    groups = aksi.filter(target_groups__isnull=False)
    yield sorted(groups.values_list("pk", "target_groups__order", "target_groups__code", "target_groups__name"))
    within = {"period": span.period} if span.period else {"aksi__plan_year": span.plan_year}
    yield sorted(Measure.objects.filter(**within).values_list("pk", "aksi", "number", "text"))
    yield sorted(Institution.objects.values_list("pk", "code", "name", "kind", "houses_secretariat"))


def build(wanted: Parameters, path: Path, progress: Progress) -> Built:
    """Write the export, everything read at one instant after scores that were waiting have been computed."""
    compute_stale()
    with one_instant(), path.open("wb") as target:
        span, read_at = _span(wanted["span"]), timezone.now()
        try:
            written = write_table(
                target,
                _lines(span, wanted, progress),
                ending=wanted["format"],
                manifest=lambda found: _manifest(found, span, wanted, read_at),
            )
        except DoesNotFit as refusal:
            raise CannotPrepare(str(refusal)) from refusal
    name = f"ukuran-{span.key}-{wanted['scope']}-{wanted['office']}.{wanted['format']}"
    return Built(filename=name, rows=written.rows, content_hash=written.content_hash)


def _lines(span: Span, wanted: Parameters, progress: Progress) -> Iterator[Line]:
    yield HEADER
    for done, total, lines in measure_rows(span, _reports(span, wanted)):
        yield from lines
        progress(done, total)


def _manifest(written: Written, span: Span, wanted: Parameters, read_at: datetime) -> list[Line]:
    rules = span.plan_year.rule_set
    return [
        [_("Isi"), title(wanted)],
        [_("Kantor peminta"), wanted["office"]],
        [_("Keadaan data"), formats.moment(read_at, timezone.get_default_timezone())],
        [_("Aturan penilaian"), f"{rules.name} ({rules.code})"],
        *manifest_lines(written),
    ]


def _span(key: str) -> Span:
    periods = ReportingPeriod.objects.opened().select_related("plan_year__rule_set", "plan_year__calendar")
    span = span_of(key, periods)
    if span is None:
        raise CannotPrepare(_("Periode atau tahun %(key)s belum dibuka.") % {"key": key})
    return span


def _reports(span: Span, wanted: Parameters):
    return reports_in(wanted["scope"], wanted["office"]).filter(**_within(span))


def _within(span: Span) -> dict:
    return {"period": span.period} if span.period else {"period__plan_year": span.plan_year}


KIND = Kind(title=title, is_open_to=is_open_to, revision=revision, build=build)
