"""What surrounds the rows in a worksheet part: columns, filter, merges, protection, rules.

ECMA-376 Part 1: 18.3.1.35 ``dimension``, 18.3.1.17 ``cols``, 18.3.1.2 ``autoFilter``,
18.3.1.55 ``mergeCells``, 18.3.1.85 ``sheetProtection``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from inactifs.ooxml import growth, markup
from inactifs.ooxml.growth import Addition
from inactifs.ooxml.markup import Element
from inactifs.ooxml.references import Area


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
        self.tail = growth.grow_rules(self.tail, add)

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
