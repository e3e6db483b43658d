"""Formulas that hold ranges, wherever a package keeps them: found, and grown with a table.

Those of cells (ECMA-376 Part 1, 18.3.1.40 ``f``), of formats and lists (18.3.1.43, 18.3.1.33), of
defined names (18.2.5), of charts (21.2.2.65 ``f``), of sparklines and lists of Office 2010
([MS-XLSX] 2.6: ``xm:f``). When one grows, nothing but the row where a range ends is written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from inactifs.ooxml import markup
from inactifs.ooxml.markup import unescape
from inactifs.ooxml.references import Area

_FORMULA = re.compile(
    rb"<(?:[\w.-]+:)?(f|formula[12]?|definedName)(?=[\s>])([^>]*)(?<!/)>([^<]*:[^<]*)</"
)
_CELL = re.compile(rb"<(?:[\w.-]+:)?c\s(?:[^>]*?\s)?r=[\"']([A-Z]{1,3}\d{1,7})[\"']")
_QUOTE = r"(?:'|&apos;|&#39;)"
_QUOTED = rf"{_QUOTE}(?P<quoted>(?:(?!{_QUOTE}).|{_QUOTE}{_QUOTE})+){_QUOTE}"
_PLAIN = r"(?P<plain>(?:[\w.]|&#\w+;)+)"
_RANGE = re.compile(
    r'"[^"]*"|&quot;.*?&quot;'  # a text: what looks like a range in it is none
    r"|(?<![\w.\]:!'$])"  # nor does one of another workbook count, or of several sheets
    rf"(?:(?:{_QUOTED}|{_PLAIN})!)?"
    r"(?P<area>\$?[A-Z]{1,3}\$?\d{1,7}:\$?[A-Z]{1,3}\$?\d{1,7})(?![\w(.:])"
)
_ROW = re.compile(r'"[^"]*"|&quot;.*?&quot;|(?<![\w.\]$])(\$?[A-Z]{1,3})(\d{1,7})(?![\w(.!])')


class Formula(NamedTuple):
    """A formula: the kind of thing it is of, the sheet that thing is on (none for a chart or a
    name), which cell or name it is, and its text as the XML writes it, from ``start`` on.

    ``shifts``: written for one cell, it is read from others, where its relative rows are others.
    """

    kind: str  # cell, list, rule, sparkline, chart or name
    sheet: str
    label: str
    text: str
    start: int
    end: int
    shifts: bool

    def ranges(self) -> Iterator[tuple[str, Area]]:
        """The ranges that it refers to, each with its sheet."""
        for match in _RANGE.finditer(self.text):
            if (found := self._range(match)) is not None:
                yield found

    def grown(self, growth: Growth) -> str:
        """Its text, once the ranges that were the whole table are again. The cells of the table's
        own sheet (totals under it, beside it) are let alone."""

        def change(match: re.Match[str]) -> str:
            found = self._range(match)
            if found is None or found[0].casefold() != growth.sheet.casefold():
                return match[0]
            area, all_rows = found[1], growth.whole(found[1])
            if not all_rows or (self.shifts and area.dollars[1::2] != ("$", "$")):
                return match[0]
            grown = str(area._replace(bottom=growth.bottom))
            return match[0].removesuffix(match["area"]) + grown

        own = self.kind == "cell" and self.sheet.casefold() == growth.sheet.casefold()
        return self.text if own else _RANGE.sub(change, self.text)

    def _range(self, match: re.Match[str]) -> tuple[str, Area] | None:
        if match["area"] is None:
            return None
        quoted = unescape(match["quoted"] or "").replace("''", "'")
        try:
            return quoted or unescape(match["plain"] or "") or self.sheet, Area.parse(match["area"])
        except ValueError:  # written upwards
            return None


class Growth(NamedTuple):
    """A table's rows, under ``header``, which went down to ``last`` and now go to ``bottom``."""

    sheet: str
    header: int
    last: int
    bottom: int

    def whole(self, area: Area) -> bool:
        """Whether a range was all of the table's rows, with its header or without."""
        return area.bottom == self.last and self.header <= area.top <= self.header + 1


def formulas(data: bytes, sheet: str = "") -> Iterator[Formula]:
    """The formulas with a range in a part: a sheet's, of which this is the name, or another."""
    rows_end = max(data.rfind(b"sheetData>"), 0)
    of_cells = any(data.find(end, 0, rows_end) >= 0 for end in (b"</f>", b":f>"))
    masked = markup.mask(data)
    for found in _FORMULA.finditer(masked, 0 if of_cells else rows_end):
        kind, label, shifts = found[1].decode(), "", False
        attrs = markup.attributes(b"<x" + found[2] + b">")
        if kind == "definedName":
            if b"_xlnm." in found[2]:
                continue  # areas that grow by themselves
            kind, label, shifts = "name", markup.text_attribute(attrs, b"name"), True
        elif not sheet:
            kind = "chart"
        elif found.start() < rows_end:
            before = [*_CELL.finditer(masked, max(0, found.start() - 2000), found.start())]
            kind, label = "cell", before[-1][1].decode() if before else ""
            shared = markup.text_attribute(attrs, b"ref") if attrs.get(b"t") == b"shared" else ""
            shifts = bool(shared) and len(set(re.findall(r"\d+", shared))) > 1
        elif masked[max(0, found.start() - 80) : found.start()].rstrip().endswith(b"sparkline>"):
            kind = "sparkline"
        else:
            kind, shifts = "rule" if kind == "formula" else "list", True
        try:
            text = data[found.start(3) : found.end(3)].decode()
        except UnicodeDecodeError:
            continue
        yield Formula(kind, sheet, label, text, found.start(3), found.end(3), shifts)


def grow(data: bytes, growths: list[Growth], sheet: str = "") -> bytes:
    """The part, its formulas grown; the same bytes where none is concerned."""
    for growth in growths:
        edits = [
            (formula.start, formula.end, text.encode())
            for formula in formulas(data, sheet)
            if (text := formula.grown(growth)) != formula.text
        ]
        data = b"".join(markup.spliced(data, edits)) if edits else data
    return data


def moved_down(text: str, rows: int) -> str:
    """A cell's formula, as it is written so many rows lower."""
    return _ROW.sub(lambda m: f"{m[1]}{int(m[2]) + rows}" if m[1] else m[0], text)


def is_relative(text: str) -> bool:
    """Whether a formula refers to a row by its distance."""
    return moved_down(text, 1) != text
