"""Cell references and ranges in A1 notation (ECMA-376 Part 1, 18.18.62 ST_Ref, 18.18.7)."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from inactifs.ooxml import InvalidPackage

MAX_ROW = 1_048_576
MAX_COL = 16_384

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_RANGE = re.compile(
    r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})(?::(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7}))?"
)


@cache
def letters(col: int) -> str:
    """``1`` → ``A``, ``28`` → ``AB``."""
    if not 1 <= col <= MAX_COL:
        raise ValueError(f"column {col} is outside a sheet")
    name = ""
    while col:
        col, rest = divmod(col - 1, 26)
        name = chr(65 + rest) + name
    return name


@cache
def column(name: str) -> int:
    """``A`` → ``1``, ``AB`` → ``28``."""
    number = 0
    for char in name.upper():
        number = number * 26 + ord(char) - 64
    return number


def cell_name(row: int, col: int) -> str:
    """``(3, 2)`` → ``B3``."""
    return f"{letters(col)}{row}"


def parse_cell(ref: str) -> tuple[int, int]:
    """``B3`` or ``$B$3`` → ``(3, 2)``; ValueError for anything else."""
    match = _CELL.fullmatch(ref)
    if match is None:
        raise ValueError(f"{ref!r} is not a cell reference")
    return int(match[2]), column(match[1])


class Area(NamedTuple):
    """A rectangle of cells, both corners included; ``dollars`` keeps how it was written."""

    top: int
    left: int
    bottom: int
    right: int
    dollars: tuple[str, str, str, str] = ("", "", "", "")

    @classmethod
    def parse(cls, ref: str) -> Area:
        """``A1:C9``, ``$A$1:$C$9`` or ``A1``; ValueError for anything else."""
        match = _RANGE.fullmatch(ref)
        if match is None:
            raise ValueError(f"{ref!r} is not a range")
        d1, c1, d2, r1, d3, c2, d4, r2 = match.groups()
        if c2 is None:
            d3, c2, d4, r2 = d1, c1, d2, r1
        if not (1 <= int(r1) <= int(r2) <= MAX_ROW and column(c1) <= column(c2) <= MAX_COL):
            raise ValueError(f"{ref!r} is outside a sheet")
        return cls(int(r1), column(c1), int(r2), column(c2), (d1, d2, d3, d4))

    @classmethod
    def required(cls, ref: str) -> Area:
        """The same, where an edit needs it: InvalidPackage for anything else."""
        try:
            return cls.parse(ref)
        except ValueError as fault:
            raise InvalidPackage(f"une plage y est illisible (« {ref[:40]} »)") from fault

    def __str__(self) -> str:
        d1, d2, d3, d4 = self.dollars
        first = f"{d1}{letters(self.left)}{d2}{self.top}"
        if (self.top, self.left) == (self.bottom, self.right):
            return first
        return f"{first}:{d3}{letters(self.right)}{d4}{self.bottom}"

    def has_col(self, col: int) -> bool:
        return self.left <= col <= self.right

    def holds(self, row: int, col: int) -> bool:
        return self.top <= row <= self.bottom and self.has_col(col)

    def meets(self, other: Area) -> bool:
        """Whether the two share a cell."""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )


def parse_ranges(sqref: str) -> list[Area | str]:
    """The ranges of an ST_Sqref (18.18.76); what is not understood stays as its text."""
    found: list[Area | str] = []
    for ref in sqref.split():
        try:
            found.append(Area.parse(ref))
        except ValueError:
            found.append(ref)
    return found
