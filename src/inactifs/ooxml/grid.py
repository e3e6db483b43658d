"""The rows and cells of a sheet as slices of its bytes (ECMA-376 Part 1, 18.3.1.80, .73, .4).

Rows are only located; a row is cut into cells when it is asked for, since cells take much more
memory than bytes, and only rows that were edited are written anew. Rows and cells without ``r``,
which the schema allows, stand one after the one before.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap

from inactifs.ooxml import InvalidSheet, markup
from inactifs.ooxml.cell_xml import CellValue
from inactifs.ooxml.markup import spliced, with_attributes
from inactifs.ooxml.references import MAX_COL, MAX_ROW, cell_name, column

LINE_HEIGHT = 15.0
"""Points for one line of Calibri 11, the default font."""
_LOOKS = (b"s", b"customFormat", b"ht", b"customHeight", b"thickTop", b"thickBot")
"""What a new row takes from another one: not what hides it."""
_HEIGHT = ("ht", "customHeight")
_NUMBER = re.compile(rb"[0-9]+(\.[0-9]+)?")


@dataclass(slots=True)
class Row:
    """One row, cut into cells; each cell keeps the blanks that follow it."""

    number: int
    tag: bytes  # the opening tag, never self-closing
    before: bytes
    cells: dict[int, bytes]  # by column, in the file's order
    end: bytes  # the closing tag and what follows

    def put(self, col: int, cell: bytes) -> None:
        """Replace a cell, or insert it before the first one that stands to its right."""
        if col in self.cells:
            old = self.cells[col]
            self.cells[col] = cell + old[old.rfind(b">") + 1 :]
            return
        known = list(self.cells)
        right = [other for other in known if other > col]
        self.cells[col] = cell
        for other in known[known.index(right[0]) :] if right else ():
            self.cells[other] = self.cells.pop(other)
        if b"spans" in self.tag:
            self.tag = with_attributes(self.tag, spans=None)

    def take_height(self, model: Row) -> None:
        """Have the height of another row: the sheet's default if it has none."""
        attrs = markup.attributes(model.tag)
        known = {n: attrs[n.encode()].decode() for n in _HEIGHT if n.encode() in attrs}
        self.tag = with_attributes(self.tag, **dict.fromkeys(_HEIGHT))
        self.tag = with_attributes(self.tag, **known)

    def make_room(self, values: Iterable[CellValue], width: bytes | None = None) -> None:
        """Make it high enough for its texts of several lines (18.3.1.73, ``ht``, in points), as
        LibreOffice does not; a height that somebody chose stays. ``width``: that of a column where
        texts are wrapped, in characters; else only their own line breaks count."""
        wide = float(width) if width and _NUMBER.fullmatch(width) else None
        lines = max((_lines(v, wide) for v in values if isinstance(v, str)), default=1)
        attrs = markup.attributes(self.tag) if lines > 1 else {}
        if lines > 1 and not markup.is_true(attrs.get(b"customHeight")):
            known = _NUMBER.fullmatch(attrs.get(b"ht", b""))
            height = max(float(known[0]) if known else 0, LINE_HEIGHT * lines)
            self.tag = with_attributes(self.tag, ht=f"{height:g}")


def _lines(text: str, width: float | None) -> int:
    if width is None or len(text) <= width:
        return text.count("\n") + 1
    return sum(len(wrap(line, max(1, int(width)))) or 1 for line in text.split("\n"))


class Grid:
    """The content of ``sheetData``: rows found by number, replaced or added."""

    def __init__(self, data: bytes, prefix: bytes, sheet: str) -> None:
        self._data = data
        self._prefix = prefix
        self._sheet = sheet
        self._last: Row | None = None  # that was cut
        self._written: dict[int, bytes] = {}  # edited, or added
        numbers, starts = self._located()
        stops = [*starts[1:], len(self._data)]
        self._spans = dict(zip(numbers, zip(starts, stops, strict=False), strict=False))
        self._times = Counter(numbers)
        self._first = starts[0] if starts else len(self._data)

    @property
    def changed(self) -> bool:
        return bool(self._written)

    def numbers(self, first: int, last: int) -> list[int]:
        """The rows that the sheet has between these two, in order."""
        return sorted(n for n in {*self._spans, *self._written} if first <= n <= last)

    def row(self, number: int) -> Row | None:
        """The row cut into cells, None where the sheet has none; InvalidSheet when it is there
        twice, or contradicts itself. Once edited, it is to be written."""
        if self._last is not None and self._last.number == number:
            return self._last
        data = self._written.get(number)
        if data is None:
            if number not in self._spans:
                return None
            if self._times[number] > 1:
                raise self._invalid(f"la ligne {number} y figure deux fois")
            start, stop = self._spans[number]
            data = self._data[start:stop]
        self._last = self._cut(number, data)
        return self._last

    def new(self, number: int, like: Row | None = None) -> Row:
        """An empty row, which the sheet has not got, that looks like another one."""
        if not 1 <= number <= MAX_ROW:
            raise self._invalid(f"la ligne {number} ne peut pas y être ajoutée")
        name = self._prefix + b"row"
        attrs = markup.attributes(like.tag) if like else {}
        kept = [n for n in attrs if n in _LOOKS or n.endswith(b":dyDescent")]
        looks = b"".join(b' %b="%b"' % (n, attrs[n]) for n in kept)
        return Row(number, b'<%b r="%d"%b>' % (name, number, looks), b"", {}, b"</%b>" % name)

    def write(self, row: Row) -> None:
        """Keep a row that was edited, or place a new one after those of lower number."""
        self._last = row
        self._written[row.number] = b"".join((row.tag, row.before, *row.cells.values(), row.end))

    def pieces(self) -> Iterator[bytes]:
        """The rows, to be joined; those that nobody edited are the bytes they were."""
        known = sorted(self._spans)
        edits: list[tuple[int, int, int, bytes]] = []
        for number, row in self._written.items():
            rank = bisect_left(known, number)
            if number in self._spans:
                start, stop = self._spans[number]
            else:
                start = stop = self._spans[known[rank - 1]][1] if rank else self._first
            edits.append((start, stop, number, row))
        return spliced(self._data, ((start, stop, row) for start, stop, _, row in sorted(edits)))

    def _located(self) -> tuple[list[int], list[int]]:
        """Number and position of each row, in the file's order; missing numbers are written in."""
        name = self._prefix + b"row"
        numbers: list[int] = []
        starts: list[int] = []
        absent: list[tuple[int, int, bytes]] = []
        for match in markup.referenced(name).finditer(markup.mask(self._data)):
            if match.lastindex is None:
                numbers.append(numbers[-1] + 1 if numbers else 1)
                cut = match.start() + 1 + len(name)
                absent.append((cut, cut, b' r="%d"' % numbers[-1]))
            elif match[match.lastindex].isdigit():
                numbers.append(int(match[match.lastindex]))
            else:
                raise self._invalid("une ligne porte un numéro illisible")
            starts.append(match.start())
        if not absent:
            return numbers, starts
        self._data = b"".join(spliced(self._data, absent))
        return self._located()

    def _cut(self, number: int, data: bytes) -> Row:
        name, masked = self._prefix + b"row", markup.mask(data)
        head = markup.opening(name).match(masked)
        close = masked.rfind(b"</" + name)
        if head is None or (close < 0 and not head[2]):
            raise self._invalid(f"la ligne {number} est illisible")
        if head[2]:
            tag = data[: head.end() - 2].rstrip() + b">"
            return Row(number, tag, b"", {}, b"</" + name + b">" + data[head.end() :])
        digits = b"%d" % number
        found = list(markup.referenced(self._prefix + b"c").finditer(masked, head.end(), close))
        bounds = [*(match.start() for match in found), close]
        cells: dict[int, bytes] = {}
        col = 0
        for match, stop in zip(found, bounds[1:], strict=True):
            cell = data[match.start() : stop]
            if match.lastindex is None:  # the one after the one before
                col += 1
                cut = len(self._prefix) + 2
                cell = b'%b r="%b"%b' % (cell[:cut], cell_name(number, col).encode(), cell[cut:])
            else:
                ref = match[match.lastindex]
                letters = ref.removesuffix(digits)
                known = letters != ref and letters.isalpha() and len(letters) <= 3
                col = column(letters.decode()) if known else 0
                if not 1 <= col <= MAX_COL:
                    raise self._invalid(f"une cellule de la ligne {number} est mal repérée")
            if col in cells:
                raise self._invalid(f"une cellule de la ligne {number} y figure deux fois")
            cells[col] = cell
        return Row(number, data[: head.end()], data[head.end() : bounds[0]], cells, data[close:])

    def _invalid(self, detail: str) -> InvalidSheet:
        return InvalidSheet(f"la feuille « {self._sheet} » est incohérente : {detail}")
