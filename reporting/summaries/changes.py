"""What changed in an answer from one sending to the next: words struck out and added, files replaced. No queries."""

import difflib
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import formats
from reporting.frozen import NOT_REPORTED, FrozenEvidence, FrozenMeasure
from reporting.models import MeasureAnswer

SAME, REMOVED, ADDED = "same", "del", "ins"
MOST_WORDS = 3000
"""Comparing takes time with the square of the words; longer texts are shown as replaced as a whole."""
CONTEXT_WORDS = 12
"""Words shown on each side of a change; the rest of an unchanged passage is cut to an ellipsis."""

TEXTS = {
    "description": gettext_lazy("Apa yang dilakukan"),
    "obstacles": gettext_lazy("Kendala"),
    "reason": gettext_lazy("Alasan"),
    "letter_number": gettext_lazy("Nomor surat keterangan"),
}
NUMBERS = {
    "number": gettext_lazy("Angka capaian"),
    "budget": gettext_lazy("Anggaran (rupiah)"),
    "realisation": gettext_lazy("Realisasi (rupiah)"),
}


@dataclass(frozen=True)
class Piece:
    """A run of words: `kind` is same, del or ins."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldChange:
    """One field that changed, as pieces to read from left to right."""

    label: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class FileChange:
    """A file that is new (`before` empty), gone (`after` empty) or replaced by another version."""

    before: FrozenEvidence | None
    after: FrozenEvidence | None

    @property
    def query(self) -> str:
        """The part of the desk's address that shows both versions side by side."""
        return f"?berkas={self.after.evidence}&banding={self.before.evidence}"


@dataclass(frozen=True)
class Changes:
    """Everything that changed in one answer since the sending before."""

    fields: tuple[FieldChange, ...] = ()
    files: tuple[FileChange, ...] = ()
    is_newly_reported: bool = False

    @property
    def has_any(self) -> bool:
        return bool(self.fields or self.files)

    @property
    def label(self) -> str:
        """What the queue says beside a measure: "berubah: 1 berkas, 1 isian", "baru diisi", "tidak berubah"."""
        if self.is_newly_reported:
            return _("baru diisi")
        if not self.has_any:
            return _("tidak berubah")
        parts = []
        if self.files:
            parts.append(ngettext("%(n)s berkas", "%(n)s berkas", len(self.files)) % {"n": len(self.files)})
        if self.fields:
            parts.append(ngettext("%(n)s isian", "%(n)s isian", len(self.fields)) % {"n": len(self.fields)})
        return _("berubah: %(parts)s") % {"parts": ", ".join(parts)}

    def new_files(self) -> frozenset[int]:
        """Ids of the evidence that the sending before did not have."""
        return frozenset(change.after.evidence for change in self.files if change.after)


def changes_between(before: FrozenMeasure | None, after: FrozenMeasure | None) -> Changes:
    """Return what changed from `before` to `after`; None stands for a sending that did not know the measure."""
    before, after = before or NOT_REPORTED, after or NOT_REPORTED
    return Changes(
        fields=tuple(_field_changes(before, after)),
        files=tuple(_file_changes(before.evidence, after.evidence)),
        is_newly_reported=after.is_reported and not before.is_reported,
    )


def word_changes(before: str, after: str) -> tuple[Piece, ...]:
    """Return `after` compared with `before`, word by word; line breaks count as words of their own."""
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return _pieces([(REMOVED, before), (ADDED, after)])
    found = []
    for act, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if act == "equal":
            found.append((SAME, "".join(_shortened(new[new_from:new_to]))))
            continue
        found.append((REMOVED, "".join(old[old_from:old_to])))
        found.append((ADDED, "".join(new[new_from:new_to])))
    return _pieces(found)


def _field_changes(before: FrozenMeasure, after: FrozenMeasure):
    if before.execution != after.execution:
        words = [(REMOVED, _execution_word(before.execution)), (ADDED, _execution_word(after.execution))]
        yield FieldChange(_("Pelaksanaan"), _pieces(words))
    for name, label in TEXTS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield FieldChange(str(label), word_changes(old, new))
    for name, label in NUMBERS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield FieldChange(str(label), _pieces([(REMOVED, _number_text(old)), (ADDED, _number_text(new))]))


def _file_changes(before: tuple[FrozenEvidence, ...], after: tuple[FrozenEvidence, ...]):
    known, kept = {file.evidence for file in before}, {file.evidence for file in after}
    gone = [file for file in before if file.evidence not in kept]
    for file in after:
        if file.evidence in known:
            continue
        replaced = next((old for old in gone if old.kind == file.kind and old.version == file.version - 1), None)
        if replaced:
            gone.remove(replaced)
        yield FileChange(replaced, file)
    for file in gone:
        yield FileChange(file, None)


def _execution_word(execution: str) -> str:
    return str(MeasureAnswer.Execution(execution).label) if execution else _("Belum diisi")


def _number_text(number: int | None) -> str:
    return _("kosong") if number is None else formats.thousands(number)


def _words(text: str) -> list[str]:
    return re.findall(r"\S+[^\S\n]*|\n|[^\S\n]+", text)


def _shortened(words: list[str]) -> list[str]:
    if len(words) <= 2 * CONTEXT_WORDS + 1:
        return words
    return [*words[:CONTEXT_WORDS], "… ", *words[-CONTEXT_WORDS:]]


def _pieces(parts: list[tuple[str, str]]) -> tuple[Piece, ...]:
    return tuple(Piece(kind, text) for kind, text in parts if text)
