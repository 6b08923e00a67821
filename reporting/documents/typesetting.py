"""Typst behind one door: a template and data in, the bytes of a tagged PDF out.

Data reaches a template as JSON and is never pasted into its source, so no name or note can become markup. The PDF is
PDF/UA-1 (tagged, with title and language), set in the fonts that Typst carries with it, and the same data give the
same bytes: its only instant is the one handed in.
"""

import json
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

FOLDER = Path(__file__).resolve().parent
STANDARDS = ["ua-1"]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def pdf_of(template: str, data: dict, at: datetime) -> bytes:
    """Return the PDF of a template of this folder ("result_letter"), dated `at`. Raises typst.TypstError."""
    return typst.compile(
        FOLDER / f"{template}.typ",
        root=FOLDER,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
        pdf_standards=STANDARDS,
        timestamp=int(at.timestamp()),
    )
