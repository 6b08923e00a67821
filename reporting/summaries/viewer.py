"""Which file of a measure the review desk shows, and beside which older version; no queries."""

from dataclasses import dataclass

from reporting.frozen import FrozenEvidence
from reporting.summaries.desk import MeasureRow

IMAGES = frozenset({"image/jpeg", "image/png"})
PDF = "application/pdf"
MOST_PAGES = 9999


@dataclass(frozen=True)
class Shown:
    """One file in the viewer; `mode` is pdf, image or card (what a browser cannot show)."""

    file: FrozenEvidence
    page: int

    @property
    def mode(self) -> str:
        if self.file.content_type == PDF:
            return "pdf"
        return "image" if self.file.content_type in IMAGES else "card"

    @property
    def kind_word(self) -> str:
        """The kind of file in capitals, such as "XLSX"."""
        return self.file.filename.rpartition(".")[2][:5].upper()

    @property
    def next_query(self) -> str:
        return query_for(self.file, page=min(self.page + 1, MOST_PAGES))


@dataclass(frozen=True)
class Tab:
    """A file to choose: new since the sending before, or an older version kept for comparison."""

    file: FrozenEvidence
    is_new: bool
    is_old: bool
    is_current: bool

    @property
    def query(self) -> str:
        return query_for(self.file)


@dataclass(frozen=True)
class Viewer:
    """The tabs, the file shown, and the older version beside it when two are compared."""

    tabs: list[Tab]
    shown: Shown | None
    compared: Shown | None


def viewer_of(row: MeasureRow, *, file: str = "", beside: str = "", page: str = "") -> Viewer:
    """Return the viewer for the ids and page as the address gives them; nonsense falls back to the first new file."""
    current = list(row.frozen.evidence)
    old = [change.before for change in row.changes.files if change.before] if row.changes else []
    fresh = row.changes.new_files() if row.changes else frozenset()
    by_id = {str(found.evidence): found for found in [*current, *old]}
    default = next((found for found in current if found.evidence in fresh), (current or old or [None])[0])
    chosen = by_id.get(file, default)
    tabs = [
        Tab(found, found.evidence in fresh, is_old=found in old, is_current=found == chosen)
        for found in [*current, *old]
    ]
    compared = by_id.get(beside)
    return Viewer(tabs, _shown(chosen, page), _shown(compared, "") if compared != chosen else None)


def query_for(file: FrozenEvidence, *, page: int | None = None) -> str:
    """Return the part of the desk's address that opens `file`, at a page."""
    return f"?berkas={file.evidence}" + (f"&halaman={page}" if page else "")


def _shown(file: FrozenEvidence | None, page: str) -> Shown | None:
    if file is None:
        return None
    wanted = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 0
    return Shown(file, wanted or file.page or 1)
