"""What grows with the rows: tables, validations, conditional formats.

ECMA-376 Part 1: 18.5.1 tables, 18.3.1.32 ``dataValidation``, 18.3.1.18
``conditionalFormatting``; [MS-XLSX] 2.6 for those of Office 2010, kept in
``extLst``, whose ranges are ``xm:sqref`` elements.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from inactifs.ooxml import EditRefused, TableWithTotals, markup
from inactifs.ooxml.encoding import attribute, encode_xstring
from inactifs.ooxml.references import Area, parse_ranges

_RULES = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)(conditionalFormatting|dataValidation)(?=[\s/>])")
_SQREF = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?sqref)\s*>([^<]*)</")


class Addition(NamedTuple):
    """Rows ``first`` to ``last`` just written in columns ``left`` to ``right``."""

    model: int | None  # the last row that was there before, None below a bare header
    first: int
    last: int
    left: int
    right: int

    def rows(self, area: Area) -> Area:
        """A range of formats or rules, grown if it covers the last row or the first new one."""
        anchors = {self.first}
        if self.model is not None:
            anchors |= {self.model, max(self.model, self.first - 1)}
        return self._down(area, anchors)

    def table(self, area: Area) -> Area:
        """A range with a header, grown if it covers the last row, or the header above."""
        if area.right < self.left or area.left > self.right:
            return area
        return self._down(area, {self.first, self.first - 1})

    def _down(self, area: Area, anchors: set[int]) -> Area:
        if area.bottom >= self.last or not any(area.has_row(row) for row in anchors):
            return area
        return area.down_to(self.last)


class TableXml:
    """One table part (18.5.1.2)."""

    def __init__(self, part: str, data: bytes) -> None:
        self.part = part
        self.data = data
        self.changed = False
        masked = markup.mask(self.data)
        self.prefix, top = markup.root(masked)
        attrs = markup.attributes(top.tag(self.data))
        self.name = markup.text_attribute(attrs, b"displayName")
        self.area = Area.required(markup.text_attribute(attrs, b"ref"))
        self.totals = markup.text_attribute(attrs, b"totalsRowCount", "0") not in ("0", "")
        self.header = markup.text_attribute(attrs, b"headerRowCount", "1") != "0"

    def grow(self, add: Addition) -> None:
        """Take in the new rows."""
        new = add.table(self.area)
        last_data = self.area.bottom - self.totals
        hit = self.totals and add.left <= self.area.right and self.area.left <= add.right
        if self.totals and (new != self.area or (hit and add.first <= last_data + 1 <= add.last)):
            raise TableWithTotals(
                f"le tableau Excel « {self.name} » se termine par une ligne de totaux",
                "Dans Excel, retirez cette ligne (Création de table, Ligne des totaux), "
                "puis recommencez.",
            )
        self.resize(new)

    def resize(self, new: Area) -> None:
        """Set the table's range, and its filter's (which leaves out a totals row)."""
        if new == self.area:
            return
        masked = markup.mask(self.data)
        _, top = markup.root(masked)
        found = markup.find(masked, self.prefix + b"autoFilter")
        if found is not None:
            tag = found.tag(self.data)
            inner = str(Area(new.top, new.left, new.bottom - self.totals, new.right))
            tag = markup.set_attribute(tag, b"ref", inner)
            self.data = self.data[: found.start] + tag + self.data[found.inner :]
        tag = markup.set_attribute(top.tag(self.data), b"ref", str(new))
        self.data = self.data[: top.start] + tag + self.data[top.inner :]
        self.area = new
        self.changed = True

    def add_column(self, title: str) -> None:
        """One more column at the right (18.5.1.3), named as its header cell."""
        name = self.prefix + b"tableColumn"
        masked = markup.mask(self.data)
        parent = markup.find(masked, self.prefix + b"tableColumns")
        if parent is None:
            raise EditRefused(f"le tableau Excel « {self.name} » n'a pas de colonnes")
        known = [
            markup.attributes(element.tag(self.data))
            for element in markup.find_all(masked, name, parent.inner, parent.close)
        ]
        written = encode_xstring(title).replace("\n", "_x000a_")
        names = {markup.text_attribute(attrs, b"name").casefold() for attrs in known}
        if written.casefold() in names:
            raise EditRefused(f"le tableau Excel « {self.name} » a déjà une colonne « {title} »")
        ids = [markup.integer(attrs, b"id") for attrs in known]
        fragment = b"<" + name + f' id="{max(ids, default=0) + 1}"'.encode()
        fragment += f' name="{attribute(written)}"/>'.encode()
        data = markup.append_child(self.data, parent, self.prefix + b"tableColumns", fragment)
        tag = markup.set_attribute(parent.tag(self.data), b"count", str(len(known) + 1))
        self.data = data[: parent.start] + tag + data[parent.inner :]
        self.resize(self.area.right_to(self.area.right + 1))


def grow_rules(tail: bytes, add: Addition) -> bytes:
    """Validations and conditional formats, those of ``extLst`` too, grown with the rows.

    A validation never grows over another one: a cell has one at most.
    """
    masked = markup.mask(tail)
    places: list[tuple[int, int, bytes, bytes]] = []  # start, stop, element's name, ranges
    for match in _RULES.finditer(masked):
        element = next(markup.find_all(masked, match[1] + match[2], match.start()))
        tag = element.tag(tail)
        found = _SQREF.search(masked, element.inner, element.close)
        own = re.search(rb"\ssqref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
        if own is not None:
            group = 1 if own[1] is not None else 2
            start = element.start + own.start(group)
            places.append((start, start + len(own[group]), match[2], own[group]))
        elif found is not None:
            places.append((found.start(2), found.end(2), match[2], found[2]))
    taken = [
        area
        for _, _, name, ranges in places
        if name == b"dataValidation"
        for area in parse_ranges(ranges.decode())
        if isinstance(area, Area)
    ]
    pieces: list[bytes] = []
    position = 0
    for start, stop, name, ranges in places:
        areas = parse_ranges(ranges.decode())
        others = taken if name == b"dataValidation" else []
        new = [_grown(area, add, others) if isinstance(area, Area) else area for area in areas]
        if new != areas:
            text = " ".join(str(area) for area in new)
            pieces += [tail[position:start], text.encode()]
            position = stop
    return b"".join([*pieces, tail[position:]])


def _grown(area: Area, add: Addition, taken: list[Area]) -> Area:
    new = add.rows(area)
    if new == area:
        return area
    gained = Area(area.bottom + 1, area.left, new.bottom, area.right)
    return area if any(gained.meets(other) for other in taken) else new
