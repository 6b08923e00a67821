"""Reading what the portal sends as files: the lines of tables, what the manifest at their end says, words of a PDF."""

import csv
import hashlib
import io

import openpyxl
from django.http import HttpResponse
from pypdf import PdfReader

MARK = "#Manifes"


def table_of(response: HttpResponse) -> tuple[list[list[str]], dict[str, str]]:
    """Return the lines of a CSV, its head included, and its manifest by name; the manifest must be true."""
    text = response.content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    table = [line for line in lines if line[0] != MARK]
    manifest = {line[1]: line[2] for line in lines if line[0] == MARK}
    assert manifest["Baris"] == str(len(table) - 1)
    written = text.partition(f"{MARK};")[0].encode()
    assert manifest["SHA-256 baris"] == hashlib.sha256(written).hexdigest()
    return table, manifest


def sheet_of(content: bytes, name: str = "Data") -> list[tuple]:
    """Return the lines of one sheet of an XLSX."""
    return list(openpyxl.load_workbook(io.BytesIO(content))[name].iter_rows(values_only=True))


def text_of(pdf: bytes) -> str:
    """The words of all pages, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
