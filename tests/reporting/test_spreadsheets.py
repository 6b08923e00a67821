"""What is written for spreadsheets: no text becomes a formula, wherever it is written, and a refusal leaves nothing."""

import csv
import io
import tempfile
import zipfile

import pytest

from reporting import spreadsheets
from reporting.jobs import letters
from reporting.spreadsheets import DoesNotFit, write_book, write_table

HOSTILE = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠1"]  # noqa: RUF001


def table_in(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_spreadsheet_may_run_gets_an_apostrophe_in_every_list(text):
    target = io.BytesIO()
    write_table(target, [["Nama"], [text]], ending="csv")
    manifest = letters._manifest([["surat.pdf", "53.07", text, "0" * 64, 7]])

    assert table_in(target.getvalue())[1] == [f"'{text}"]
    assert table_in(manifest)[1] == ["surat.pdf", "53.07", f"'{text}", "0" * 64, "7"]


def test_a_book_is_read_back_and_a_refused_one_leaves_no_temporary_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setitem(spreadsheets.MOST_LETTERS, "xlsx", 20)
    whole, refused = io.BytesIO(), io.BytesIO()

    write_book(whole, [("Satu", [["Nama"], ["Sikka"]]), ("Dua", [["Nama"]])])
    with pytest.raises(DoesNotFit, match="lebih panjang dari 20 huruf"):
        write_book(refused, [("Satu", [["Nama"], ["Sikka"]]), ("Dua", [["Nama"], ["x" * 21]])])

    assert "xl/worksheets/sheet2.xml" in zipfile.ZipFile(whole).namelist()
    assert list(tmp_path.iterdir()) == []
