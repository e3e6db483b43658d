"""The rows and cells of a sheet as slices of its bytes (ECMA-376 Part 1, 18.3.1.80, .73, .4).

Rows are only located; a row is cut into cells when it is asked for, and only rows that were
edited are written anew. Few are cut at once: those cut before are made bytes again. Rows and
cells without ``r``, which the schema allows, stand one after the one before.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from textwrap import wrap

from inactifs.ooxml import InvalidSheet, markup
from inactifs.ooxml.cell_xml import CellValue
from inactifs.ooxml.markup import spliced
from inactifs.ooxml.references import MAX_COL, MAX_ROW, cell_name, column

OPEN_MAX = 16
"""Rows cut at once. Cells take much more memory than bytes."""


@dataclass(slots=True)
class Row:
    """One row, cut into cells; each cell keeps the blanks that follow it."""

    tag: bytes  # the opening tag, never self-closing
    before: bytes
    cells: dict[int, bytes]  # by column, in the file's order
    end: bytes  # the closing tag and what follows
    changed: bool = False
    closed: bool = False  # bytes again: what is put now would be lost

    def put(self, col: int, cell: bytes) -> None:
        """Replace a cell, or insert it before the first one that stands to its right."""
        assert not self.closed
        self.changed = True
        if col in self.cells:
            old = self.cells[col]
            self.cells[col] = cell + old[old.rfind(b">") + 1 :]
            return
        known = list(self.cells.items())
        rank = next((i for i, (other, _) in enumerate(known) if other > col), len(known))
        self.cells = dict([*known[:rank], (col, cell), *known[rank:]])
        self.tag = markup.drop_attribute(self.tag, b"spans")

    def to_bytes(self) -> bytes:
        return b"".join((self.tag, self.before, *self.cells.values(), self.end))


class Grid:
    """The content of ``sheetData``: rows found by number, replaced or added. ``masked`` are the
    same bytes, for searching."""

    def __init__(self, data: bytes, masked: bytes, prefix: bytes, sheet: str) -> None:
        self._data = data
        self._masked = masked
        self._prefix = prefix
        self._sheet = sheet
        self._open: dict[int, Row] = {}
        self._written: dict[int, bytes] = {}  # edited, or added
        found = self._locate()
        self._starts = [start for _, start in found]
        self._rank = {number: rank for rank, (number, _) in enumerate(found)}
        self._twice: set[int] = set()
        if len(self._rank) != len(found):
            counted = Counter(number for number, _ in found)
            self._twice = {number for number, times in counted.items() if times > 1}
        self._sorted = sorted(self._rank)  # nothing to do when they are in order

    @property
    def changed(self) -> bool:
        return bool(self._written) or any(row.changed for row in self._open.values())

    def __contains__(self, number: int) -> bool:
        return number in self._rank or number in self._written

    def numbers(self, first: int, last: int) -> list[int]:
        """The rows that the sheet has between these two, in order."""
        known = self._sorted[bisect_left(self._sorted, first) : bisect_right(self._sorted, last)]
        return sorted({*known, *(n for n in self._written if first <= n <= last)})

    def row(self, number: int) -> Row | None:
        """The row cut into cells, None where the sheet has none; InvalidSheet when it is there
        twice, or contradicts itself. It can be edited until ``OPEN_MAX`` others were asked for."""
        known = self._open.get(number)
        if known is not None:
            return known
        if number in self._written:
            row = self._cut(number, self._written[number], self._written[number])
        elif number in self._rank:
            if number in self._twice:
                raise self._invalid(f"la ligne {number} y figure deux fois")
            start, stop = self._span(number)
            data = self._data[start:stop]
            same = self._masked is self._data
            row = self._cut(number, data, data if same else self._masked[start:stop])
        else:
            return None
        self._close_but(OPEN_MAX - 1)
        self._open[number] = row
        return row

    def add(self, number: int, row: bytes) -> None:
        """A row that the sheet has not got, placed after those of lower number."""
        if number in self or not 1 <= number <= MAX_ROW:
            raise self._invalid(f"la ligne {number} ne peut pas y être ajoutée")
        self._written[number] = row

    def create(self, number: int) -> Row:
        """An empty row, without any attribute."""
        name = self._prefix + b"row"
        self.add(number, b'<%b r="%d"></%b>' % (name, number, name))
        row = self.row(number)
        assert row is not None
        return row

    def pieces(self) -> Iterator[bytes]:
        """The rows, to be joined; those that nobody edited are the bytes they were."""
        self._close_but(0)
        edits: list[tuple[int, int, int, bytes]] = []
        for number, row in self._written.items():
            rank = bisect_left(self._sorted, number)
            if number in self._rank:
                start, stop = self._span(number)
            elif rank:
                start = stop = self._span(self._sorted[rank - 1])[1]
            else:
                start = stop = self._starts[0] if self._starts else len(self._data)
            edits.append((start, stop, number, row))
        edits.sort(key=lambda edit: edit[:3])
        return spliced(self._data, ((start, stop, row) for start, stop, _, row in edits))

    def _close_but(self, kept: int) -> None:
        """Make bytes again of the rows cut first, and leave the last ``kept``."""
        for number in list(self._open)[: len(self._open) - kept]:
            row = self._open.pop(number)
            row.closed = True
            if row.changed:
                self._written[number] = row.to_bytes()

    def _locate(self) -> list[tuple[int, int]]:
        """Number and position of each row, in the file's order."""
        name = b"<" + self._prefix + b"row"
        quick = re.compile(re.escape(name) + rb'\s+r="([1-9][0-9]{0,6})"')
        found = [(int(m[1]), m.start()) for m in quick.finditer(self._masked)]
        return found if len(found) == self._masked.count(name) else self._locate_slowly()

    def _locate_slowly(self) -> list[tuple[int, int]]:
        """Any order of attributes, any quotes; missing numbers are written in."""
        found: list[tuple[int, int]] = []
        numbers: list[tuple[int, int, bytes]] = []
        shift = number = 0
        name = b"<" + self._prefix + b"row"
        for match in markup.opening(self._prefix + b"row").finditer(self._masked):
            value = markup.attributes(match[1]).get(b"r")
            if value is not None and not value.isdigit():
                raise self._invalid("une ligne porte un numéro illisible")
            number = number + 1 if value is None else int(value)
            found.append((number, match.start() + shift))
            if value is None:
                written = b' r="%d"' % number
                cut = match.start() + len(name)
                numbers.append((cut, cut, written))
                shift += len(written)
        if numbers:
            self._data = b"".join(spliced(self._data, numbers))
            self._masked = markup.mask(self._data)
        return found

    def _span(self, number: int) -> tuple[int, int]:
        rank = self._rank[number]
        after = self._starts[rank + 1] if rank + 1 < len(self._starts) else len(self._data)
        return self._starts[rank], after

    def _cut(self, number: int, data: bytes, masked: bytes) -> Row:
        name = self._prefix + b"row"
        head = markup.opening(name).match(masked)
        close = masked.rfind(b"</" + name)
        if head is None or (close < 0 and not head[2]):
            raise self._invalid(f"la ligne {number} est illisible")
        if head[2]:
            tag = data[: head.end() - 2].rstrip() + b">"
            return Row(tag, b"", {}, b"</" + name + b">" + data[head.end() :])
        digits = b"%d" % number
        starts: list[int] = []
        cols: list[int] = []
        absent: set[int] = set()  # ranks of the cells without a reference
        for match in _cell_tag(self._prefix).finditer(masked, head.end(), close):
            ref = match[1] or self._reference(masked, match.start())
            if ref is None:
                absent.add(len(cols))
                cols.append(cols[-1] + 1 if cols else 1)
            else:
                cols.append(self._column(ref, digits))
            starts.append(match.start())
        if len(set(cols)) != len(cols):
            raise self._invalid(f"une cellule de la ligne {number} y figure deux fois")
        bounds = [*starts, close]
        cells = [data[a:b] for a, b in pairwise(bounds)]
        for rank in absent:
            cut = len(self._prefix) + 2
            ref = cell_name(number, cols[rank]).encode()
            cells[rank] = cells[rank][:cut] + b' r="' + ref + b'"' + cells[rank][cut:]
        before = data[head.end() : bounds[0]]
        by_column = dict(zip(cols, cells, strict=True))
        return Row(data[: head.end()], before, by_column, data[close:])

    def _reference(self, masked: bytes, start: int) -> bytes | None:
        tag = markup.opening(self._prefix + b"c").match(masked, start)
        return markup.attributes(tag[1]).get(b"r") if tag else None

    def _column(self, ref: bytes, digits: bytes) -> int:
        if ref.endswith(digits) and (col := _number(ref[: -len(digits)])):
            return col
        raise self._invalid(f"une cellule de la ligne {digits.decode()} est mal repérée")

    def _invalid(self, detail: str) -> InvalidSheet:
        return InvalidSheet(f"la feuille « {self._sheet} » est incohérente : {detail}")


@cache
def _cell_tag(prefix: bytes) -> re.Pattern[bytes]:
    """The start of cells; group 1: the reference, when it comes first."""
    return re.compile(rb"<" + re.escape(prefix) + rb'c(?=[\s/>])(?:\s+r="([^"]*)")?')


@cache
def _number(name: bytes) -> int:
    """The number of a column from its letters, 0 when there is no such column."""
    known = name.isalpha() and len(name) <= 3
    number = column(name.decode("ascii", "replace")) if known else 0
    return number if number <= MAX_COL else 0


LINE_HEIGHT = 15.0
"""Points for one line of Calibri 11, the default font."""
_ROW_LOOKS = (b"s", b"customFormat", b"ht", b"customHeight", b"thickTop", b"thickBot")


def row_attributes(model: Row | None) -> bytes:
    """The end of a new row's tag: what makes it look like its model, not what hides it."""
    attrs = markup.attributes(model.tag) if model else {}
    kept = [n for n in attrs if n in _ROW_LOOKS or n.endswith(b":dyDescent")]
    return b"".join(b" " + n + b'="' + attrs[n] + b'"' for n in kept) + b">"


def with_height_of(tag: bytes, model: bytes) -> bytes:
    """A blank row's tag with the height of its model: the sheet's default if it has none."""
    attrs = markup.attributes(model)
    for name in (b"ht", b"customHeight"):
        tag = markup.drop_attribute(tag, name)
        if name in attrs:
            tag = markup.set_attribute(tag, name, attrs[name].decode())
    return tag


def with_room(tag: bytes, values: Iterable[CellValue], width: float | None = None) -> bytes:
    """A row's tag, high enough for its texts of several lines (18.3.1.73, ``ht``, in points).

    ``width``: that of a column where texts are wrapped, in characters; else only their own line
    breaks count. A height that somebody chose stays. Without ``ht`` Excel would fit the row on
    opening, but LibreOffice keeps it at one line.
    """
    lines = max((_lines(v, width) for v in values if isinstance(v, str)), default=1)
    if lines == 1:
        return tag
    attrs = markup.attributes(tag)
    if markup.is_true(attrs.get(b"customHeight")):
        return tag
    known = re.fullmatch(rb"[0-9]+(\.[0-9]+)?", attrs.get(b"ht", b""))
    height = max(float(known[0]) if known else 0, LINE_HEIGHT * lines)
    return markup.set_attribute(tag, b"ht", f"{height:g}")


def _lines(text: str, width: float | None) -> int:
    if width is None or len(text) <= width:
        return text.count("\n") + 1
    return sum(len(wrap(line, max(1, int(width)))) or 1 for line in text.split("\n"))
