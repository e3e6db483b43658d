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
from inactifs.ooxml.markup import Element, Xml, attribute
from inactifs.ooxml.references import Area, parse_ranges


class Frame:
    """The slices before and after the rows, each ending or starting with a sheetData tag."""

    def __init__(self, head: bytes, tail: bytes, prefix: bytes) -> None:
        self.head = Xml(head, prefix)
        self.tail = Xml(tail, prefix)
        self._before = (head, tail)

    @property
    def changed(self) -> bool:
        return (self.head.data, self.tail.data) != self._before

    @cached_property
    def protected(self) -> bool:
        attrs = self.tail.attributes(self.tail.find(b"sheetProtection"))
        return markup.is_true(attrs.get(b"sheet"))

    @cached_property
    def merges(self) -> list[Area]:
        found = (_range(self.tail, element) for element in self.tail.all(b"mergeCell"))
        return [area for area in found if area is not None]

    def column_style(self, col: int) -> int:
        """The style of the column's empty cells, 0 when it has none."""
        return markup.number(self.head.attributes(self._column(col)), b"style")

    def column_width(self, col: int) -> float | None:
        """The width of a column in characters, None when the sheet does not say."""
        width = self.head.attributes(self._column(col)).get(b"width", b"")
        return float(width) if re.fullmatch(rb"[0-9]+(\.[0-9]+)?", width) else None

    def set_width(self, col: int, width: float) -> None:
        """Give the column a width, unless it is described already; it shows in any case."""
        head = self.head
        if described := self._column(col):
            self._show(described, col, width)
            return
        new = f'<col min="{col}" max="{col}" width="{width:g}" customWidth="1"/>'
        following = next((e for e in head.all(b"col") if self._span(e)[0] > col), None)
        parent = head.find(b"cols")
        if following:
            head.replace([(following.start, following.start, head.own(new))])
        elif parent:
            head.append(parent, head.own(new))
        else:
            at = head.data.rfind(b"<" + head.prefix + b"sheetData")
            head.replace([(at, at, head.own(f"<cols>{new}</cols>"))])

    def _column(self, col: int) -> Element | None:
        """The ``col`` element that describes a column, with others perhaps (18.3.1.13)."""
        for element in self.head.all(b"col"):
            first, last = self._span(element)
            if first <= col <= last:
                return element
        return None

    def _span(self, element: Element) -> tuple[int, int]:
        attrs = self.head.attributes(element)
        return markup.number(attrs, b"min"), markup.number(attrs, b"max")

    def _show(self, element: Element, col: int, width: float) -> None:
        """Take a column out of a hidden range of columns that ``element`` describes."""
        tag = element.tag(self.head.data)
        first, last = self._span(element)
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
        self.head.replace([(element.start, element.end, written)])

    def edit_filter(self, edit: Callable[[Area], Area]) -> None:
        """Replace the range of the sheet's own filter."""
        if (found := self._filter) is not None:
            _edit(self.tail, found, edit)

    def filter_area(self) -> Area | None:
        """The range of the sheet's own filter."""
        found = self._filter
        return None if found is None else _range(self.tail, found)

    @property
    def _filter(self) -> Element | None:
        """The sheet's own filter (a custom view's comes later)."""
        found = self.tail.find(b"autoFilter")
        views = self.tail.find(b"customSheetViews")
        mine = found is not None and (views is None or found.start < views.start)
        return found if mine else None

    def grow(self, add: Addition) -> None:
        """Take in new rows: filter, validations, conditional formats."""
        self.edit_filter(add.table)
        _grow_rules(self.tail, add)

    def take_in(self, written: Area) -> None:
        """Have ``dimension`` (a hint, where the file has it) take in the cells written."""

        def union(old: Area) -> Area:
            return Area(
                min(old.top, written.top), min(old.left, written.left),
                max(old.bottom, written.bottom), max(old.right, written.right),
            )  # fmt: skip

        if found := self.head.find(b"dimension"):
            _edit(self.head, found, union)


def _edit(xml: Xml, element: Element, edit: Callable[[Area], Area]) -> None:
    """Change the element's ``ref``, if it has one that can be read."""
    old = _range(xml, element)
    if old is not None and (new := edit(old)) != old:
        xml.set(element, ref=new)


def _range(xml: Xml, element: Element) -> Area | None:
    try:
        return Area.parse(markup.text_attribute(xml.attributes(element), b"ref"))
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
        self.xml = Xml(data)
        self.changed = False
        attrs = self.xml.attributes(self.xml.root)
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
        if found := self.xml.find(b"autoFilter"):
            inner = Area(new.top, new.left, new.bottom - self.totals, new.right)
            self.xml.set(found, ref=inner)
        self.xml.set(self.xml.root, ref=new)
        self.area = new
        self.changed = True

    def calculated(self) -> dict[int, str]:
        """The formula, as XML writes it, of each column that has one for all its cells."""
        xml = self.xml
        found: dict[int, str] = {}
        for col, element in enumerate(xml.all(b"tableColumn"), self.area.left):
            formula = xml.find(b"calculatedColumnFormula", element)
            if formula is not None and b"array" not in xml.attributes(formula):
                found[col] = xml.data[formula.inner : formula.close].decode("utf-8", "replace")
        return found

    def add_column(self, title: str) -> None:
        """One more column at the right (18.5.1.3), named as its header cell."""
        xml = self.xml
        parent = xml.find(b"tableColumns")
        if parent is None:
            raise EditRefused(f"le tableau Excel « {self.name} » n'a pas de colonnes")
        known = [*map(xml.attributes, xml.all(b"tableColumn", parent))]
        written = encode_xstring(title).replace("\n", "_x000a_")
        names = {markup.text_attribute(attrs, b"name").casefold() for attrs in known}
        if written.casefold() in names:
            raise EditRefused(f"le tableau Excel « {self.name} » a déjà une colonne « {title} »")
        new = 1 + max((markup.integer(attrs, b"id") for attrs in known), default=0)
        fragment = f'<tableColumn id="{new}" name="{attribute(written)}"/>'
        xml.append(parent, xml.own(fragment))
        xml.set(parent, count=len(known) + 1)
        self.resize(self.area.right_to(self.area.right + 1))


def _grow_rules(xml: Xml, add: Addition) -> None:
    """Grow validations and conditional formats, those of ``extLst`` too, with the rows; never a
    validation over another one: a cell has one at most."""
    masked = markup.mask(xml.data)
    places: list[tuple[int, int, bytes, bytes]] = []  # start, stop, element's name, ranges
    for match in _RULES.finditer(masked):
        element = next(markup.find_all(masked, match[1] + match[2], match.start()))
        tag = element.tag(xml.data)
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
    edits: list[tuple[int, int, bytes]] = []
    for start, stop, name, ranges in places:
        areas = parse_ranges(ranges.decode())
        others = taken if name == b"dataValidation" else []
        new = [_grown(area, add, others) if isinstance(area, Area) else area for area in areas]
        if new != areas:
            edits.append((start, stop, " ".join(map(str, new)).encode()))
    xml.replace(edits)


def _grown(area: Area, add: Addition, taken: list[Area]) -> Area:
    new = add.rows(area)
    if new == area:
        return area
    gained = Area(area.bottom + 1, area.left, new.bottom, area.right)
    return area if any(gained.meets(other) for other in taken) else new
