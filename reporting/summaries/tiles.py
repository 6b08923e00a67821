"""Where each province stands on the tile map: 8 rows x 17 columns, drawn from `reporting/data/province_tiles.csv`."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "data" / "province_tiles.csv"
LEFT, TOP, STEP_X, STEP_Y = 2, 2, 56, 54
"""The first tile's corner and the distance between tiles, in SVG units."""
WIDTH, HEIGHT = 52, 50
LONG_NAME = 7


@dataclass(frozen=True)
class Tile:
    """One province's place: its code, the abbreviation that fits a tile, its island, and SVG coordinates."""

    code: str
    abbreviation: str
    island: str
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.x + WIDTH // 2

    @property
    def name_y(self) -> int:
        return self.y + 25

    @property
    def value_y(self) -> int:
        return self.y + 42

    @property
    def shape_x(self) -> int:
        return self.x + 38

    @property
    def shape_y(self) -> int:
        return self.y + 3

    @property
    def is_long(self) -> bool:
        return len(self.abbreviation) >= LONG_NAME


@cache
def tiles() -> dict[str, Tile]:
    """Every province's tile by code, in reading order of the file. A province without one is only in the table."""
    with SOURCE.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Tile(
                code=row["code"],
                abbreviation=row["abbreviation"],
                island=row["island"],
                x=LEFT + STEP_X * (int(row["col"]) - 1),
                y=TOP + STEP_Y * (int(row["row"]) - 1),
            )
            for row in csv.DictReader(file)
        }
