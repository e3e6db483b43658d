"""What surrounds the rows in a worksheet part: columns, filter, merges, protection, rules.

Of which some grow with the rows. ECMA-376 Part 1: 18.3.1.35 ``dimension``, 18.3.1.17 ``cols``,
18.3.1.2 ``autoFilter``, 18.3.1.55 ``mergeCells``, 18.3.1.85 ``sheetProtection``, 18.5.1 tables,
18.3.1.32 ``dataValidation``, 18.3.1.18 ``conditionalFormatting``; [MS-XLSX] 2.6 for those of Office
2010, kept in ``extLst``, whose ranges are ``xm:sqref`` elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from inactifs.ooxml import EditRefused, TableWithTotals, markup
from inactifs.ooxml.cell_xml import encode_xstring
from inactifs.ooxml.markup import Element, attribute
from inactifs.ooxml.references import Area, parse_ranges


class Frame:
    """The slices before and after the rows, each ending or starting with a sheetData tag."""

    def __init__(self, head: bytes, tail: bytes, prefix: bytes) -> None:
        self.head = head
        self.tail = tail
        self._prefix = prefix
        self._before = (head, tail)

    @property
    def changed(self) -> bool:
        return (self.head, self.tail) != self._before

    @cached_property
    def protected(self) -> bool:
        found = markup.find(markup.mask(self.tail), self._prefix + b"sheetProtection")
        attrs = markup.attributes(found.tag(self.tail)) if found else {}
        return markup.is_true(attrs.get(b"sheet"))

    @cached_property
    def merges(self) -> list[Area]:
        masked = markup.mask(self.tail)
        return [
            area
            for element in markup.find_all(masked, self._prefix + b"mergeCell")
            if (area := _range(element.tag(self.tail))) is not None
        ]

    def column_style(self, col: int) -> int:
        """The style of the column's empty cells, 0 when it has none."""
        found = next((c for c in self._columns if c[0] <= col <= c[1]), None)
        return found[2] if found else 0

    def column_width(self, col: int) -> float | None:
        """The width of a column in characters, None when the sheet does not say."""
        width = next((c[4] for c in self._columns if c[0] <= col <= c[1]), b"")
        return float(width) if re.fullmatch(rb"[0-9]+(\.[0-9]+)?", width) else None

    def set_width(self, col: int, width: float) -> None:
        """Give the column a width, unless it is described already; it shows in any case."""
        for first, last, _, start, _ in self._columns:
            if first <= col <= last:
                self._show(start, first, col, last, width)
                return
        name = self._prefix + b"col"
        new = b"<" + name + f' min="{col}" max="{col}" width="{width:g}" customWidth="1"/>'.encode()
        following = [c for c in self._columns if c[0] > col]
        parent = markup.find(markup.mask(self.head), self._prefix + b"cols")
        if following:
            at = following[0][3]
            self.head = self.head[:at] + new + self.head[at:]
        elif parent is not None:
            self.head = markup.append_child(self.head, parent, self._prefix + b"cols", new)
        else:
            at = self.head.rfind(b"<" + self._prefix + b"sheetData")
            whole = b"<" + name + b"s>" + new + b"</" + name + b"s>"
            self.head = self.head[:at] + whole + self.head[at:]

    def _show(self, start: int, first: int, col: int, last: int, width: float) -> None:
        """Take a column out of a hidden range of columns, described by the ``col`` at ``start``."""
        element = next(markup.find_all(markup.mask(self.head), self._prefix + b"col", start))
        tag = element.tag(self.head)
        if not markup.is_true(markup.attributes(tag).get(b"hidden")):
            return
        shown = markup.drop_attribute(tag, b"hidden")
        shown = markup.set_attribute(shown, b"width", f"{width:g}")
        shown = markup.set_attribute(shown, b"customWidth", "1")
        pieces = [(tag, first, col - 1), (shown, col, col), (tag, col + 1, last)]
        written = b"".join(
            markup.set_attribute(markup.set_attribute(t, b"min", str(a)), b"max", str(b))
            for t, a, b in pieces
            if a <= b
        )
        self.head = self.head[:start] + written + self.head[element.end :]

    def edit_filter(self, edit: Callable[[Area], Area]) -> None:
        """Replace the range of the sheet's own filter."""
        if (found := self._filter) is not None:
            self.tail = _edit(self.tail, found, edit)

    def filter_area(self) -> Area | None:
        """The range of the sheet's own filter."""
        found = self._filter
        return None if found is None else _range(found.tag(self.tail))

    @property
    def _filter(self) -> Element | None:
        """The sheet's own filter (a custom view's comes later)."""
        masked = markup.mask(self.tail)
        found = markup.find(masked, self._prefix + b"autoFilter")
        views = markup.find(masked, self._prefix + b"customSheetViews")
        mine = found is not None and (views is None or found.start < views.start)
        return found if mine else None

    def grow(self, add: Addition) -> None:
        """Take in new rows: filter, validations, conditional formats."""
        self.edit_filter(add.table)
        self.tail = grow_rules(self.tail, add)

    def head_with(self, written: Area | None) -> bytes:
        """The head, its ``dimension`` (a hint, where the file has it) taking in cells written."""
        found = markup.find(markup.mask(self.head), self._prefix + b"dimension")
        if found is None or written is None:
            return self.head

        def union(old: Area) -> Area:
            return Area(
                min(old.top, written.top), min(old.left, written.left),
                max(old.bottom, written.bottom), max(old.right, written.right),
            )  # fmt: skip

        return _edit(self.head, found, union)

    @property
    def _columns(self) -> list[tuple[int, int, int, int, bytes]]:
        """First and last column, style, position in the head and width, of each ``col``."""
        found: list[tuple[int, int, int, int, bytes]] = []
        for element in markup.find_all(markup.mask(self.head), self._prefix + b"col"):
            attrs = markup.attributes(element.tag(self.head))
            first, last, style = (
                int(value) if value.isdigit() else 0
                for value in (attrs.get(n, b"0") for n in (b"min", b"max", b"style"))
            )
            found.append((first, last, style, element.start, attrs.get(b"width", b"")))
        return found


def _edit(data: bytes, element: Element, edit: Callable[[Area], Area]) -> bytes:
    """The bytes with this element's ``ref`` changed, if it has one that can be read."""
    tag = element.tag(data)
    old = _range(tag)
    new = edit(old) if old is not None else None
    if new is None or new == old:
        return data
    return (
        data[: element.start]
        + markup.set_attribute(tag, b"ref", str(new))
        + (data[element.inner :])
    )


def _range(tag: bytes) -> Area | None:
    try:
        return Area.parse(markup.text_attribute(markup.attributes(tag), b"ref"))
    except ValueError:
        return None


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
