"""The style sheet of a workbook (ECMA-376 Part 1, 18.8): formats looked up, and added.

A cell's ``s`` is the rank of an ``xf`` in ``cellXfs`` (18.8.10). Nothing is ever changed in an
existing format: a variant is a copy with one property changed, added once at the end.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from inactifs.ooxml import markup
from inactifs.ooxml.markup import Element

Need = Literal["date", "datetime", "number", "wrap", "unfilled"]

_ORDER = (
    b"numFmts", b"fonts", b"fills", b"borders", b"cellStyleXfs", b"cellXfs", b"cellStyles",
    b"dxfs", b"tableStyles", b"colors", b"extLst",
)  # fmt: skip
_DATES = {14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58}  # 18.8.30
_TIMES = {18, 19, 20, 21, *range(32, 36), 45, 46, 47, 55, 56}
_FORMAT_OF = {"date": 14, "datetime": 22, "number": 0}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)

EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    b'</cellStyleXfs><cellXfs count="1">'
    b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


@cache
def kind_of_code(code: str) -> str:
    """``"date"``, ``"time"`` or ``""`` for a number format code (18.8.31)."""
    letters = set(_LITERALS.sub("", code.split(";")[0]).lower())
    if "general" in code.lower():
        return ""
    if letters & {"y", "d"} or ("m" in letters and not letters & {"h", "s", "0", "#"}):
        return "date"
    return "time" if letters & {"h", "s"} or "[" in letters else ""


class Styles:
    """The formats of ``styles.xml``, read once, appended to."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.prefix, _ = markup.root(markup.mask(data))
        self._lists: dict[bytes, list[bytes]] = {}
        self._sizes: dict[bytes, int] = {}
        self._codes: dict[int, str] | None = None
        self._fitted: dict[tuple[int, Need], int] = {}
        self._wraps: dict[int, bool] = {}

    @property
    def changed(self) -> bool:
        return any(len(self._lists[name]) > size for name, size in self._sizes.items())

    def items(self, name: bytes) -> list[bytes]:
        """The elements of one list, such as ``fonts`` or ``cellXfs``; append with add()."""
        if name not in self._lists:
            masked = markup.mask(self._data)
            parent = self._parent(masked, name)
            found = [] if parent is None else markup.children(masked, parent)
            self._lists[name] = [self._data[e.start : e.end] for _, e in found]
            self._sizes[name] = len(found)
        return self._lists[name]

    def add(self, name: bytes, element: bytes) -> int:
        """Rank of this element in its list, where it is added if it is not there yet."""
        items = self.items(name)
        try:
            return items.index(element)
        except ValueError:
            items.append(element)
            return len(items) - 1

    def number_formats(self) -> dict[int, str]:
        """The codes of the workbook's own formats, by ``numFmtId`` (18.8.30)."""
        if self._codes is None:
            self._codes = {}
            for item in self.items(b"numFmts"):
                attrs = markup.attributes(item)
                number = _number(attrs.get(b"numFmtId"))
                self._codes[number] = markup.text_attribute(attrs, b"formatCode")
        return self._codes

    def add_number_format(self, code: str) -> int:
        """The ``numFmtId`` of this code, which is added if the workbook has not got it."""
        codes = self.number_formats()
        for number, known in codes.items():
            if known == code:
                return number
        number = max([163, *codes]) + 1
        codes[number] = code
        element = b"<" + self.prefix + b'numFmt numFmtId="%d"/>' % number
        self.items(b"numFmts").append(markup.set_attribute(element, b"formatCode", code))
        return number

    def format_kind(self, style: int) -> str:
        """``"date"``, ``"time"`` or ``""``: what the format makes of a number."""
        xfs = self.items(b"cellXfs")
        if not 0 <= style < len(xfs):
            return ""
        number = _number(markup.attributes(_tag(xfs[style])).get(b"numFmtId"))
        if number in _DATES:
            return "date"
        if number in _TIMES:
            return "time"
        code = self.number_formats().get(number)
        return kind_of_code(code) if code else ""

    def fit(self, style: int, need: Need) -> int:
        """``style`` if it shows such a value as it should, else its variant that does."""
        known = self._fitted.get((style, need))
        if known is None:
            known = self._fitted[style, need] = self._fit(style, need)
        return known

    def wraps(self, style: int) -> bool:
        """Whether texts of this format are broken at the width of their column."""
        if style not in self._wraps:
            xfs = self.items(b"cellXfs")
            known = 0 <= style < len(xfs)
            self._wraps[style] = known and _wrapped(xfs[style], self.prefix) is None
        return self._wraps[style]

    def to_bytes(self) -> bytes:
        """The part, with what was added."""
        data = self._data
        for name, items in self._lists.items():
            added = b"".join(items[self._sizes[name] :])
            if not added:
                continue
            full = self.prefix + name
            parent = self._parent(markup.mask(data), name)
            if parent is None:
                fragment = b"<" + full + b' count="%d">' % len(items) + added
                fragment += b"</" + full + b">"
                data = markup.insert_in_order(data, _ORDER, name, fragment)
                continue
            data = markup.append_child(data, parent, full, added)
            tag = _tag(data[parent.start :])
            counted = markup.set_attribute(tag, b"count", str(len(items)))
            data = data[: parent.start] + counted + data[parent.start + len(tag) :]
        return data

    def _parent(self, masked: bytes, name: bytes) -> Element | None:
        return markup.find(masked, self.prefix + name)

    def _fit(self, style: int, need: Need) -> int:
        xfs = self.items(b"cellXfs")
        if not 0 <= style < len(xfs):
            if not xfs:
                self.add(b"cellXfs", markup.prefixed(b'<xf numFmtId="0" xfId="0"/>', self.prefix))
            style = 0
        xf = xfs[style]
        if need == "wrap":
            wrapped = _wrapped(xf, self.prefix)
            return style if wrapped is None else self.add(b"cellXfs", wrapped)
        if need == "unfilled":
            tag = _tag(xf)
            if _number(markup.attributes(tag).get(b"fillId")) == 0:
                return style
            return self.add(b"cellXfs", markup.set_attribute(tag, b"fillId", "0") + xf[len(tag) :])
        kind = self.format_kind(style)
        if kind == ("" if need == "number" else "date"):
            return style
        tag = _tag(xf)
        new = markup.set_attribute(tag, b"numFmtId", str(_FORMAT_OF[need]))
        new = markup.set_attribute(new, b"applyNumberFormat", "1")
        return self.add(b"cellXfs", new + xf[len(tag) :])


def _wrapped(xf: bytes, prefix: bytes) -> bytes | None:
    """The format with ``wrapText`` (18.8.1), None if it has it already."""
    name = prefix + b"alignment"
    found = markup.find(xf, name)
    if found is not None:
        tag = found.tag(xf)
        if markup.is_true(markup.attributes(tag).get(b"wrapText")):
            return None
        xf = xf[: found.start] + markup.set_attribute(tag, b"wrapText", "1") + xf[found.inner :]
    else:
        tag, child = _tag(xf), b"<" + name + b' wrapText="1"/>'
        if tag.endswith(b"/>"):
            xf = tag[:-2].rstrip() + b">" + child + b"</" + prefix + b"xf>"
        else:
            xf = tag + child + xf[len(tag) :]
    tag = _tag(xf)
    return markup.set_attribute(tag, b"applyAlignment", "1") + xf[len(tag) :]


def _tag(element: bytes) -> bytes:
    """The opening tag at the start of these bytes."""
    match = markup.TAG.match(element)
    return match[0] if match else element


def _number(value: bytes | None) -> int:
    return int(value) if value is not None and value.isdigit() else 0
