"""How far a sheet really goes: a cell lost at its end must not cost the memory of all between.

calamine holds a sheet as a full rectangle, from A1 to its last cell: a « . » in XFD2 and
another in A1048576 make 17 thousand million cells. Cells that stand alone, far below or far at
the right of all the others, are left out of what it is given, and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from inactifs.ooxml import markup
from inactifs.ooxml.references import cell_name, column

CELLULES_MAX = 30_000_000
"""Cells in the rectangle of a sheet, beyond which it is not read."""
_DEUX_LETTRES = 702  # columns, up to ZZ
_VIDE = (5_000, 100)
"""So many blank rows, or columns, cut off what comes after them."""

_RANGEE = re.compile(rb"<(?:[\w.-]+:)?row\s(?:[^>]*?\s)?r\s*=\s*[\"'](\d{1,7})[\"']")
_LARGES = {n: re.compile(rb'r="[A-Z]{%d}' % n) for n in (2, 3)}
"""Columns of so many letters; patterns that begin with a literal are three times as quick."""
_COLONNE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})\d{1,7}[\"']")
_CELLULE = re.compile(
    rb"<((?:[\w.-]+:)?)c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*?"
    rb"(?:/>|>.*?</\1c\s*>)",
    re.DOTALL,
)


class TooFar(ValueError):
    """The sheet does not fit in memory; ``args[0]`` names its last cell."""


class Extent(NamedTuple):
    """The sheet's XML without what is far from the rest, and the references of the cells left
    out (those that hold something)."""

    xml: bytes
    lost: tuple[str, ...]


def within_reach(xml: bytes) -> Extent:
    """The part that may be read as a rectangle.

    Raises:
        TooFar: even without its lost cells, the sheet is too large.
    """
    rows = _rows(xml)
    last = _reached({number for number, _ in rows}, _VIDE[0])
    lost: list[str] = []
    beyond = [rank for rank, (number, _) in enumerate(rows) if number > last]
    if beyond:
        end = xml.rfind(b"</", 0, _end_of_rows(xml))
        ends = [start for _, start in rows[1:]] + [max(end, rows[-1][1])]
        far = [(rows[rank][1], ends[rank]) for rank in beyond]
        lost += _references(xml[start:stop] for start, stop in far)
        xml = _without(xml, far)
    width = 26
    letters = 3 if last * _DEUX_LETTRES <= CELLULES_MAX else 2
    if _LARGES[letters].search(xml) or b"r='" in xml:
        columns = {column(found[1].decode()) for found in _COLONNE.finditer(xml)}
        width = _reached(columns, _VIDE[1])
        if max(columns, default=0) > width:
            cells = [m for m in _CELLULE.finditer(xml) if column(m[2].decode()) > width]
            lost += _references(m[0] for m in cells)
            xml = _without(xml, [m.span() for m in cells])
    if last * width > CELLULES_MAX:
        raise TooFar(cell_name(last, width))
    return Extent(xml, tuple(lost))


def _rows(xml: bytes) -> list[tuple[int, int]]:
    """Number and position of each row that says its number."""
    name = b"<" + markup.root(xml)[0] + b"row"
    quick = re.compile(re.escape(name) + rb' r="(\d{1,7})"')
    found = [(int(row[1]), row.start()) for row in quick.finditer(xml)]
    if len(found) == xml.count(name):
        return found
    return [(int(row[1]), row.start()) for row in _RANGEE.finditer(xml)]


def _reached(numbers: set[int], gap: int) -> int:
    """The last number that no such gap separates from the first."""
    last = max(numbers, default=0)
    if last - len(numbers) <= gap:
        return last
    known = sorted({0, *numbers})
    return next((a for a, b in pairwise(known) if b - a > gap), last)


def _end_of_rows(xml: bytes) -> int:
    return xml.rfind(b"sheetData>")


def _references(pieces: Iterable[bytes]) -> list[str]:
    """The cells of these pieces that hold something."""
    return [
        (found[2] + found[3]).decode()
        for piece in pieces
        for found in _CELLULE.finditer(piece)
        if not found[0].endswith(b"/>")
    ]


def _without(xml: bytes, spans: list[tuple[int, int]]) -> bytes:
    starts = [0, *(stop for _, stop in spans)]
    stops = [*(start for start, _ in spans), len(xml)]
    return b"".join(xml[a:b] for a, b in zip(starts, stops, strict=True))
