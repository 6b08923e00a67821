"""All result letters of a publication in one ZIP, as a kind of prepared file: each scope gets its own governments'."""

import hashlib
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import formats
from actions.actors import Actor
from reporting.documents.letters import ZONE, letter_filename, letter_pdf
from reporting.documents.sources import nation_of, source_of
from reporting.jobs.prepared_work import Built, CannotPrepare, Kind, Parameters, Progress
from reporting.models import Publication, PublicationDetail
from reporting.policies.exporting import ExportScope, scopes_of
from reporting.spreadsheets import CSV, Line, write_table

LETTERS = "surat-hasil"
FORMAT = 2
"""Raise it when the letters look different: what was prepared before is then another file."""
CHUNK = 50


def parameters_of(publication: Publication, scope: str, actor: Actor) -> dict[str, str]:
    """Return what names the letters of a publication for the actor's office."""
    revision = str(publication.revision)
    return {
        "span": publication.span_key,
        "revision": revision,
        "scope": str(scope),
        "office": actor.institution.code,
        "name": publication.label,
    }


def letter_scopes(actor: Actor | None) -> list[ExportScope]:
    """Return the scopes of more than one government whose letters the actor may have, the widest first; no query."""
    return [scope for scope in scopes_of(actor) if scope != ExportScope.OWN]


def title(wanted: Parameters) -> str:
    """Return the letters in words; what was asked for before names were kept shows the key of its period."""
    words = {
        "span": wanted.get("name", wanted["span"]),
        "revision": wanted["revision"],
        "scope": ExportScope(wanted["scope"]).label,
    }
    return _("Surat hasil %(span)s, revisi %(revision)s, %(scope)s (ZIP)") % words


def is_open_to(actor: Actor, wanted: Parameters) -> bool:
    """True if the actor's office asked for it and the actor may have that scope's letters today; no query."""
    return wanted["office"] == actor.institution.code and wanted["scope"] in letter_scopes(actor)


def revision(wanted: Parameters) -> str:
    """Name the content: that of the publication, and how letters look."""
    publication = _publication(wanted)
    parts = [FORMAT, publication.content_hash, settings.IS_DEMO]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def build(wanted: Parameters, path: Path, progress: Progress) -> Built:
    """Write the ZIP: a letter for each government, and a manifest with the SHA-256 of each."""
    publication = _publication(wanted)
    nation = nation_of(publication)
    details = letters_in(wanted["scope"], wanted["office"], publication)
    total = details.count()
    if nation is None or not total:
        raise CannotPrepare(_("Tidak ada surat hasil untuk lingkup ini pada terbitan tersebut."))
    source = source_of(publication, nation)
    entries = []
    with zipfile.ZipFile(path, "w") as archive:
        for detail in details.order_by("code").iterator(chunk_size=CHUNK):
            content, name = letter_pdf(source, detail), letter_filename(publication, detail.code)
            archive.writestr(_entry(name, publication), content, zipfile.ZIP_DEFLATED)
            entries.append([name, detail.code, detail.data["name"], hashlib.sha256(content).hexdigest(), len(content)])
            progress(len(entries), total)
        archive.writestr(_entry("manifes.csv", publication), _manifest(entries), zipfile.ZIP_DEFLATED)
    name = f"surat-hasil-{publication.span_key}-revisi-{publication.revision}-{wanted['scope']}-{wanted['office']}.zip"
    return Built(filename=name, rows=len(entries))


def letters_in(scope: str, office: str, publication: Publication) -> QuerySet[PublicationDetail]:
    """Return the institutions whose letters a scope of the office with this code holds; see also `letter_scopes`."""
    return publication.details.institutions().filter(
        {
            ExportScope.NATION: Q(),
            ExportScope.KANWIL: Q(kanwil=office),
            ExportScope.PROVINCE: Q(province=office),
        }[ExportScope(scope)]
    )


def _publication(wanted: Parameters) -> Publication:
    rows = Publication.objects.select_related("plan_year", "period")
    publication = rows.filter(span_key=wanted["span"], revision=int(wanted["revision"])).first()
    if publication is None:
        raise CannotPrepare(_("Terbitan ini tidak ada."))
    return publication


def _entry(name: str, publication: Publication) -> zipfile.ZipInfo:
    """An entry dated with the publication, so that the same letters make the same ZIP."""
    return zipfile.ZipInfo(name, formats.in_zone(publication.published_at, ZONE).timetuple()[:6])


def _manifest(entries: Iterable[Line]) -> bytes:
    content = io.BytesIO()
    write_table(content, [["Berkas", "Kode", "Instansi", "SHA-256", "Ukuran (byte)"], *entries], ending=CSV)
    return content.getvalue()


KIND = Kind(
    title=title,
    is_open_to=is_open_to,
    revision=revision,
    build=build,
    counts=gettext_lazy("Banyaknya surat"),
    is_frozen=True,
)
