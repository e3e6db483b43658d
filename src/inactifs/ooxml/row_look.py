"""How a row looks: its height, its own format (ECMA-376 Part 1, 18.3.1.73 ``row``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from textwrap import wrap

from inactifs.ooxml import markup
from inactifs.ooxml.cell_xml import CellValue
from inactifs.ooxml.grid import Row

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
