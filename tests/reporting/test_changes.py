"""What changed between two sendings, in words and files."""

from dataclasses import replace

import pytest

from reporting.frozen import FrozenEvidence, FrozenMeasure
from reporting.summaries.changes import MOST_WORDS, changes_between, word_changes

DONE = FrozenMeasure(execution="carried_out", description="Ada 4 perusahaan yang memenuhi kuota.", number=4)


def file(pk: int, *, kind: str = "Notulen", version: int = 1) -> FrozenEvidence:
    return FrozenEvidence(
        evidence=pk,
        kind=kind,
        filename=f"{kind}-{version}.pdf",
        sha256="0" * 64,
        size=1024,
        content_type="application/pdf",
        document_on=None,
        page=None,
        version=version,
    )


def as_pairs(pieces) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text.strip()) for piece in pieces]


def test_only_the_words_that_changed_are_struck_out_and_added():
    pieces = word_changes("Ada 4 perusahaan di kota.", "Ada 6 perusahaan di kota.")

    assert as_pairs(pieces) == [("same", "Ada"), ("del", "4"), ("ins", "6"), ("same", "perusahaan di kota.")]


@pytest.mark.parametrize(
    ("before", "after"),
    [("satu dua tiga", "satu tiga empat"), ("", "baru\nsekali"), ("hilang", ""), ("a  b\n\nc", "a b\nc d")],
)
def test_pieces_read_back_as_both_texts(before, after):
    pieces = word_changes(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != "ins") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == after


def test_a_long_unchanged_passage_is_shortened():
    words = " ".join(f"kata{number}" for number in range(200))

    same, removed, added = word_changes(f"{words} lama", f"{words} baru")

    assert (removed.text, added.text) == ("lama", "baru")
    assert "…" in same.text
    assert len(same.text.split()) == 25


def test_very_long_texts_are_replaced_as_a_whole():
    before, after = "x " * (MOST_WORDS + 1), "y " * (MOST_WORDS + 1)

    assert as_pairs(word_changes(before, after)) == [("del", before.strip()), ("ins", after.strip())]


def test_nothing_changed():
    changes = changes_between(DONE, DONE)

    assert (changes.has_any, changes.label) == (False, "tidak berubah")


def test_a_changed_number_and_declaration_are_said_in_words():
    changes = changes_between(DONE, replace(DONE, execution="partly", number=1500))

    assert [(field.label, as_pairs(field.pieces)) for field in changes.fields] == [
        ("Pelaksanaan", [("del", "Terlaksana"), ("ins", "Sebagian")]),
        ("Angka capaian", [("del", "4"), ("ins", "1.500")]),
    ]
    assert changes.label == "berubah: 2 isian"


def test_a_measure_reported_for_the_first_time():
    assert changes_between(None, DONE).label == "baru diisi"
    assert changes_between(FrozenMeasure(), DONE).is_newly_reported


def test_files_added_replaced_and_removed():
    before = replace(DONE, evidence=(file(1), file(2, kind="Foto"), file(3, kind="Undangan")))
    after = replace(DONE, evidence=(file(1), file(4, kind="Foto", version=2), file(5, kind="Laporan")))

    changes = changes_between(before, after)

    ids = [
        (change.before.evidence if change.before else None, change.after.evidence if change.after else None)
        for change in changes.files
    ]
    assert ids == [(2, 4), (None, 5), (3, None)]
    assert changes.new_files() == {4, 5}
    assert changes.label == "berubah: 3 berkas"
