"""Published results: the list, each revision from its snapshot, and the act of publishing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from actions.policies.errors import NotAllowed
from reporting.documents.rule_words import rules_sentence
from reporting.documents.sources import nation_of
from reporting.forms.publishing import PublishForm
from reporting.models import Publication, PublicationDetail
from reporting.policies.publishing import may_publish
from reporting.services import publishing
from reporting.spreadsheets import points
from reporting.summaries import published
from reporting.summaries.charts import trend
from reporting.summaries.periods import opened_periods
from reporting.summaries.publication_letters import has_letters
from reporting.summaries.published_means import told, weighs_institutions
from reporting.summaries.published_rows import PublishedGroup, frozen_points, published_provinces
from reporting.summaries.results import DEFAULT_SORT, Span, sorted_rows, span_of
from reporting.views.publication_changes import change_rows
from reporting.views.publication_parts import PartAddresses, publication_or_404, shared_context
from reporting.views.results import TREND_NARROW, TREND_WIDE
from reporting.views.tables import table_response

SHOWN_YEARS = 2
"""Newest plan years on the list at first; `?tahun=semua` shows all."""
MOST_CHANGES = 40
"""Lines of a list of changes on a page; the table of each revision has everything."""


@require_safe
def publication_list(request: HttpRequest) -> HttpResponse:
    """List what was published in the newest years; who may publish also sees what could be."""
    is_whole = request.GET.get("tahun") == "semua"
    issues, spans = published.issues(), _publishable(request) if may_publish(request.actor) else []
    new_issues = _of_newest_years(issues, lambda issue: issue.latest.plan_year.year)
    new_spans = _of_newest_years(spans, lambda span: span.plan_year.year)
    context = {
        "issues": issues if is_whole else new_issues,
        "spans": spans if is_whole else new_spans,
        "has_more": not is_whole and (len(new_issues) < len(issues) or len(new_spans) < len(spans)),
        "zone": request.actor.institution.time_zone,
    }
    return render(request, "reporting/publication_list.html", context)


def _of_newest_years(rows: list, year_of: Callable[[Any], int]) -> list:
    years = sorted({year_of(row) for row in rows})[-SHOWN_YEARS:]
    return [row for row in rows if year_of(row) in years]


def _publishable(request: HttpRequest) -> list[Span]:
    """Every opened period and its year, newest first."""
    spans = []
    for period in opened_periods(request):
        if period.plan_year_id not in {span.plan_year.pk for span in spans}:
            spans.append(Span(period.plan_year, None))
        spans.append(Span(period.plan_year, period))
    return spans


@require_safe
def publication_detail(request: HttpRequest, key: str, revision: int) -> HttpResponse:
    """Show one revision: the nation, the levels, the target groups, the provinces, and what it changed."""
    publication = publication_or_404(key, revision)
    snapshot = published.Snapshot(publication.content)
    before = Publication.objects.filter(span_key=key, revision=revision - 1).first()
    changes = published.changes_between(published.Snapshot(before.content), snapshot) if before else []
    revisions = list(Publication.objects.filter(span_key=key).without_content().order_by("-revision"))
    addresses = PartAddresses(publication)
    levels = [told(snapshot, row, row.level_label, addresses.of(row)) for row in snapshot.levels]
    nation = nation_of(publication)
    context = shared_context(request, publication, snapshot) | {
        "nation": told(snapshot, snapshot.nation, _("Capaian nasional"), "#dihitung"),
        "levels": levels,
        "counted_levels": [row for row in levels if row.figure.value is not None],
        "groups": [PublishedGroup(name, row, addresses.of(row)) for name, row in snapshot.group_figures],
        "rules": rules_sentence(snapshot.rules),
        "by_size": weighs_institutions(snapshot),
        "revisions": revisions,
        "has_documents": nation is not None,
        "has_letters": has_letters(publication, request.actor),
        "changes": change_rows(request, changes[:MOST_CHANGES], before, publication, snapshot.cutoffs)
        if before
        else [],
        "change_count": len(changes),
    }
    context |= _provinces(request, snapshot, addresses) | _trends(publication, snapshot, nation)
    return render(request, "reporting/publication_detail.html", context)


def _provinces(request: HttpRequest, snapshot: published.Snapshot, addresses: PartAddresses) -> dict:
    """The provinces of a revision on their map, and as a table in the order of `?urut=`."""
    found = published_provinces(snapshot, addresses.of)
    rows, sort_key, descending = sorted_rows(found.provinces, request.GET.get("urut", DEFAULT_SORT))
    return {"results": found, "rows": rows, "sort_key": sort_key, "descending": descending}


def _trends(publication: Publication, snapshot: published.Snapshot, nation: PublicationDetail | None) -> dict:
    """The nation over the periods frozen with a revision, each opening the revision it is of; none for a single one."""

    def address_of(key: str, revision: int | None) -> str:
        return reverse("publication-detail", args=[key, revision or publication.revision])

    points = frozen_points(nation.data["history"], snapshot, address_of) if nation else []
    is_drawn = len(points) > 1
    return {
        "trend_wide": trend(points, width=TREND_WIDE) if is_drawn else None,
        "trend_narrow": trend(points, width=TREND_NARROW) if is_drawn else None,
        "trend_points": points,
        "has_earlier": False,
        "is_whole": False,
    }


@require_safe
def publication_json(request: HttpRequest, key: str, revision: int) -> HttpResponse:
    """The frozen content itself: the SHA-256 of these bytes is the publication's."""
    publication = publication_or_404(key, revision)
    response = HttpResponse(publication.content, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{_name(publication)}.json"'
    return response


@require_safe
def publication_table(request: HttpRequest, key: str, revision: int, ending: str) -> HttpResponse:
    """Every figure of one revision as a table; each line names the revision and the hash of its content."""
    publication = publication_or_404(key, revision)
    snapshot = published.Snapshot(publication.content)
    figures = published.ordered_figures(snapshot.figures)
    lines = [TABLE_HEADER, *(_line(figure, snapshot, publication) for figure in figures)]
    return table_response(_name(publication), lines, ending)


def _name(publication: Publication) -> str:
    return f"terbitan-{publication.span_key}-revisi-{publication.revision}"


TABLE_HEADER = [
    "Lingkup", "Kode", "Nama", "Jenjang", "Provinsi", "Kelompok sasaran", "Keadaan", "Capaian (seluruh instansi)",
    "Capaian (yang melapor)", "Capaian eksak (seluruh instansi)", "Pita", "Wajib lapor", "Melapor", "Dinilai", "Hijau",
    "Kuning", "Merah", "Sementara", "Terbitan", "Sidik isi (SHA-256)",
]  # fmt: skip


def _line(figure: published.PublishedFigure, snapshot: published.Snapshot, publication: Publication) -> list:
    cutoffs = snapshot.cutoffs
    return [
        published.CSV_SCOPES[figure.scope], figure.code, figure.name, figure.level_label, figure.province,
        snapshot.groups.get(figure.group, ""), figure.state_word, points(figure.value, cutoffs),
        points(figure.reporters, cutoffs), "" if figure.value is None else str(figure.value), figure.band,
        figure.expected, figure.reported, figure.scored, figure.green, figure.yellow, figure.red,
        figure.is_provisional, str(publication), publication.content_hash,
    ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def publication_create(request: HttpRequest, key: str) -> HttpResponse:
    """Show what stands before a publication and what it would say, and publish it."""
    span = span_of(key, opened_periods(request))
    if span is None or not may_publish(request.actor):
        raise Http404
    found = publishing.readiness(span, request.actor)
    is_idle = bool(found.obstacles) or found.is_unchanged  # as when a colleague has just published
    form = _form(found, None if is_idle else request.POST or None)
    status = 409 if is_idle and request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            publication = publishing.publish(span, by=request.actor, **form.cleaned_data)
        except NotAllowed as refusal:
            for reason in refusal.reasons:
                messages.error(request, reason)
            form, status = _form(found, note=form.cleaned_data.get("note", "")), 409
        else:
            text = _("%(name)s terbit sebagai revisi %(revision)s.")
            messages.success(request, text % {"name": publication.label, "revision": publication.revision})
            return redirect("publication-detail", key, publication.revision)
    return render(request, "reporting/publication_create.html", _proposal(request, span, found, form), status=status)


def _form(found: publishing.Readiness, data: QueryDict | None = None, *, note: str = "") -> PublishForm:
    return PublishForm(
        data,
        initial={"seen": found.content_hash, "note": note},
        is_first=found.latest is None,
        has_cautions=bool(found.cautions),
    )


def _proposal(request: HttpRequest, span: Span, found: publishing.Readiness, form: PublishForm) -> dict:
    snapshot = published.Snapshot(found.content)
    latest = published.Snapshot(found.latest.content) if found.latest else None
    changes = published.changes_between(latest, snapshot) if latest else []
    nation, levels = snapshot.nation, snapshot.levels
    live = reverse("national-results-of", args=[span.key])
    return {
        "span": span,
        "found": found,
        "form": form,
        "snapshot": snapshot,
        "nation": told(snapshot, nation, _("Capaian nasional"), f"{live}#dihitung") if nation else None,
        "levels": [
            told(snapshot, row, row.level_label, reverse("level-results", args=[row.code, span.key])) for row in levels
        ],
        "cutoffs": snapshot.cutoffs,
        "changes": change_rows(request, changes[:MOST_CHANGES], found.latest, None, snapshot.cutoffs)
        if found.latest
        else [],
        "change_count": len(changes),
    }
