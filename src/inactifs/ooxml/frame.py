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
from inactifs.ooxml.markup import Element, Xml, attribute, with_attributes
from inactifs.ooxml.references import Area, parse_ranges

_RULES = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)(conditionalFormatting|dataValidation)(?=[\s/>])")
_OWN_RANGES = re.compile(rb"\ssqref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_RANGES = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?sqref\s*>([^<]*)</")


class Addition(NamedTuple):
    """Rows ``first`` to ``last`` just written in columns ``left`` to ``right``."""

    model: int | None  # the last row that was there before, None below a bare header
    first: int
    last: int
    left: int
    right: int

    def rows(self, area: Area, taken: list[Area]) -> Area:
        """A range of formats or rules, grown if it covers the last row or the first new one; not
        over those that are taken."""
        model = self.first if self.model is None else self.model
        new = self._down(area, {self.first, model, max(model, self.first - 1)})
        gained = new._replace(top=area.bottom + 1)
        return area if any(gained.meets(other) for other in taken) else new

    def table(self, area: Area) -> Area:
        """A range with a header, grown if it covers the last row, or the header above."""
        if area.right < self.left or area.left > self.right:
            return area
        return self._down(area, {self.first, self.first - 1})

    def _down(self, area: Area, anchors: set[int]) -> Area:
        hit = any(area.top <= row <= area.bottom for row in anchors)
        return area._replace(bottom=max(area.bottom, self.last)) if hit else area


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
    def merges(self) -> list[Area]:
        return [area for e in self.tail.all(b"mergeCell") if (area := range_of(e))]

    def _column(self, col: int) -> Element | None:
        """The ``col`` element that describes a column, with others perhaps (18.3.1.13)."""
        spans = ((element, *_span(element)) for element in self.head.all(b"col"))
        return next((element for element, first, last in spans if first <= col <= last), None)

    def looks(self, col: int) -> dict[bytes, bytes]:
        """What describes a column, none where nothing does."""
        found = self._column(col)
        return found.attributes if found else {}

    def set_width(self, col: int, width: float) -> None:
        """Give the column a width, unless it is described already; one that is hidden with others
        is taken out of their range, and shows."""
        head, described = self.head, self._column(col)
        if described is None:
            new = head.own(f'<col min="{col}" max="{col}" width="{width:g}" customWidth="1"/>')
            following = next((e for e in head.all(b"col") if _span(e)[0] > col), None)
            if following:
                head.replace([(following.start, following.start, new)])
            elif parent := head.find(b"cols"):
                head.append(parent, new)
            else:
                at = head.data.rfind(b"<" + head.prefix + b"sheetData")
                head.replace([(at, at, head.own("<cols>") + new + head.own("</cols>"))])
        elif markup.is_true(described.attributes.get(b"hidden")):
            tag, (first, last) = described.tag, _span(described)
            shown = with_attributes(tag, hidden=None, width=f"{width:g}", customWidth=1)
            pieces = (tag, first, col - 1), (shown, col, col), (tag, col + 1, last)
            written = b"".join(
                with_attributes(piece, min=start, max=end)
                for piece, start, end in pieces
                if start <= end
            )
            head.replace([(described.start, described.end, written)])

    @property
    def filter(self) -> Element | None:
        """The sheet's own filter (a custom view's comes later)."""
        found = self.tail.find(b"autoFilter")
        views = self.tail.find(b"customSheetViews")
        return None if found and views and found.start > views.start else found

    def edit_filter(self, edit: Callable[[Area], Area]) -> None:
        """Replace its range."""
        _edit(self.tail, self.filter, edit)

    def grow(self, add: Addition) -> None:
        """Take in new rows: filter, validations, conditional formats, those of ``extLst`` too;
        never a validation over another one: a cell has one at most."""
        self.edit_filter(add.table)
        masked = markup.mask(self.tail.data)
        places: list[tuple[int, int, bytes, list[Area | str]]] = []
        for prefix, name in {match.groups() for match in _RULES.finditer(masked)}:
            for rule in Xml(self.tail.data, prefix).all(name):
                found = _OWN_RANGES.search(masked, rule.start, rule.inner)
                found = found or _RANGES.search(masked, rule.inner, rule.close)
                if found and found.lastindex:
                    start, stop = found.span(found.lastindex)
                    places.append((start, stop, name, parse_ranges(masked[start:stop].decode())))
        unique = [areas for _, _, name, areas in places if name == b"dataValidation"]
        taken = [area for areas in unique for area in areas if isinstance(area, Area)]
        edits: list[tuple[int, int, bytes]] = []
        for start, stop, name, areas in sorted(places, key=lambda place: place[0]):
            others = taken if name == b"dataValidation" else []
            new = [add.rows(area, others) if isinstance(area, Area) else area for area in areas]
            if new != areas:
                edits.append((start, stop, " ".join(map(str, new)).encode()))
        self.tail.replace(edits)

    def take_in(self, written: Area) -> None:
        """Have ``dimension`` (a hint, where the file has it) take in the cells written."""

        def union(old: Area) -> Area:
            top, left = map(min, old[:2], written[:2])
            bottom, right = map(max, old[2:4], written[2:4])
            return Area(top, left, bottom, right)

        _edit(self.head, self.head.find(b"dimension"), union)


def _span(col: Element) -> tuple[int, int]:
    attrs = col.attributes
    return markup.number(attrs, b"min"), markup.number(attrs, b"max")


def range_of(element: Element | None) -> Area | None:
    """Its ``ref``, if it has one that can be read."""
    try:
        return Area.parse(markup.text_attribute(element.attributes, b"ref")) if element else None
    except ValueError:
        return None


def _edit(xml: Xml, element: Element | None, edit: Callable[[Area], Area]) -> None:
    old = range_of(element)
    if element and old and (new := edit(old)) != old:
        xml.set(element, ref=new)


class TableXml:
    """One table part (18.5.1.2)."""

    def __init__(self, part: str, xml: Xml) -> None:
        self.part = part
        self.xml = xml
        self.changed = False
        attrs = self.xml.root.attributes
        self.name = markup.text_attribute(attrs, b"displayName")
        self.area = Area.required(markup.text_attribute(attrs, b"ref"))
        self.totals = markup.text_attribute(attrs, b"totalsRowCount", "0") not in ("0", "")
        self.header = markup.text_attribute(attrs, b"headerRowCount", "1") != "0"

    def grow(self, add: Addition) -> None:
        """Take in the new rows."""
        new = add.table(self.area)
        last_data = self.area.bottom - self.totals
        hit = add.left <= self.area.right and self.area.left <= add.right
        if self.totals and (new != self.area or (hit and add.first <= last_data + 1 <= add.last)):
            raise TableWithTotals(
                f"le tableau Excel « {self.name} » se termine par une ligne de totaux",
                "Dans Excel, retirez cette ligne (Création de table, Ligne des totaux), "
                "puis recommencez.",
            )
        self._resize(new)

    def calculated(self) -> dict[int, str]:
        """The formula, as XML writes it, of each column that has one for all its cells."""
        found: dict[int, str] = {}
        for col, element in enumerate(self.xml.all(b"tableColumn"), self.area.left):
            formula = self.xml.find(b"calculatedColumnFormula", element)
            if formula and b"array" not in formula.attributes:
                found[col] = formula.content.decode("utf-8", "replace")
        return found

    def add_column(self, title: str) -> None:
        """One more column at the right (18.5.1.3), named as its header cell."""
        parent = self.xml.find(b"tableColumns")
        if parent is None:
            raise EditRefused(f"le tableau Excel « {self.name} » n'a pas de colonnes")
        known = [column.attributes for column in self.xml.all(b"tableColumn", parent)]
        written = encode_xstring(title).replace("\n", "_x000a_")
        names = {markup.text_attribute(attrs, b"name").casefold() for attrs in known}
        if written.casefold() in names:
            raise EditRefused(f"le tableau Excel « {self.name} » a déjà une colonne « {title} »")
        new = 1 + max((markup.integer(attrs, b"id") for attrs in known), default=0)
        fragment = f'<tableColumn id="{new}" name="{attribute(written)}"/>'
        columns = self.xml.append_to((), b"tableColumns", self.xml.own(fragment))
        self.xml.set(columns, count=len(known) + 1)
        self._resize(self.area._replace(right=self.area.right + 1))

    def _resize(self, new: Area) -> None:
        """Set the table's range, and its filter's (which leaves out a totals row)."""
        if new == self.area:
            return
        if found := self.xml.find(b"autoFilter"):
            self.xml.set(found, ref=Area(*new[:2], new.bottom - self.totals, new.right))
        self.xml.set(self.xml.root, ref=new)
        self.area = new
        self.changed = True
