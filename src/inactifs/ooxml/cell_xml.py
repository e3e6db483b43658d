"""One cell written as XML, or read from it (ECMA-376 Part 1, 18.3.1.4 ``c``, 18.18.11).

Texts are written in the cell itself (``t="inlineStr"``, 18.3.1.53): the shared strings of the
workbook stay as they are, and a text can never be taken for a formula.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from inactifs.ooxml import ValueRefused, encoding, markup
from inactifs.ooxml.styles import Need

CellValue = str | int | float | bool | date | datetime | None

_USUAL = re.compile(rb'<\S+ r="[A-Z]+[0-9]+"(?: s="([0-9]+)")?(?: t="\w+")?/?>')
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->", re.DOTALL)


class Cell(NamedTuple):
    """A cell as stored: style, type (``""``: number) and text, shared strings resolved."""

    style: int
    kind: str
    text: str
    formula: bool


def need(value: CellValue) -> Need | None:
    """What the cell's format must be able to show, None when any does."""
    if isinstance(value, str):
        return "wrap" if "\n" in value else None
    if isinstance(value, datetime):
        return "datetime"
    if isinstance(value, date):
        return "date"
    if value is None or isinstance(value, bool):
        return None
    return "number"


def write(value: CellValue, ref: str, style: int, prefix: str, date1904: bool) -> str:
    """The ``c`` element of this value; an empty text empties the cell."""
    head = f'<{prefix}c r="{ref}" s="{style}"' if style else f'<{prefix}c r="{ref}"'
    if value is None or value == "":
        return head + "/>"
    if isinstance(value, str):
        encoding.check_length(value)
        text = encoding.escape(encoding.encode_xstring(value))
        space = "" if value.isprintable() and value == value.strip() else ' xml:space="preserve"'
        return (
            f'{head} t="inlineStr"><{prefix}is><{prefix}t{space}>{text}'
            f"</{prefix}t></{prefix}is></{prefix}c>"
        )
    if isinstance(value, bool):
        return f'{head} t="b"><{prefix}v>{value:d}</{prefix}v></{prefix}c>'
    if isinstance(value, date):
        number = encoding.serial(value, date1904)
    elif isinstance(value, int | float):
        if not math.isfinite(value):
            raise ValueRefused("un nombre infini ou indéfini n'a pas de cellule")
        number = repr(value)
    else:
        raise TypeError(f"{type(value).__name__} is not a cell's value")
    return f"{head}><{prefix}v>{number}</{prefix}v></{prefix}c>"


def style_of(cell: bytes) -> int:
    """The ``s`` of a cell, 0 when it has none."""
    if usual := _USUAL.match(cell):
        return int(usual[1] or 0)
    value = markup.attributes(_tag(cell)).get(b"s", b"0")
    return int(value) if value.isdigit() else 0


def has_formula(cell: bytes, prefix: bytes) -> bool:
    return markup.opening(prefix + b"f").search(cell) is not None


def is_empty(cell: bytes, prefix: bytes, shared: Callable[[], Sequence[str]]) -> bool:
    """Whether the cell has neither value nor formula (blank texts count as empty)."""
    if cell.count(b"<") == 1:
        return True
    return not has_formula(cell, prefix) and not read(cell, prefix, shared).text.strip()


def read(cell: bytes, prefix: bytes, shared: Callable[[], Sequence[str]]) -> Cell:
    """What the cell holds; ``shared`` gives the shared strings, called if it takes one."""
    attrs = markup.attributes(_tag(cell))
    kind = attrs.get(b"t", b"n").decode()
    style = attrs.get(b"s", b"0")
    if kind == "inlineStr":
        text = rich_text(cell, prefix)
    else:
        found = markup.find(markup.mask(cell), prefix + b"v")
        text = plain(cell[found.inner : found.close]) if found else ""
        if kind == "s":
            strings = shared()
            rank = int(text) if text.strip().isdigit() else len(strings)
            text = strings[rank] if rank < len(strings) else ""
        elif kind == "str":
            text = encoding.decode_xstring(text)
    kind = "" if kind == "n" else kind
    number = int(style) if style.isdigit() else 0
    return Cell(number, kind, text, has_formula(cell, prefix))


def rich_text(element: bytes, prefix: bytes) -> str:
    """The text of an ``is`` or ``si``: its runs, without the phonetic ones (18.4.6)."""
    masked = markup.mask(element)
    hidden = [(e.start, e.end) for e in markup.find_all(masked, prefix + b"rPh")]
    return "".join(
        encoding.decode_xstring(plain(element[e.inner : e.close]))
        for e in markup.find_all(masked, prefix + b"t")
        if not any(start <= e.start < end for start, end in hidden)
    )


def plain(content: bytes) -> str:
    """The characters of an element that has no child."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if "<" not in text:
        return encoding.unescape(text)
    pieces = _CDATA.split(text)  # outside, inside a CDATA section, outside…
    return "".join(p if i % 2 else encoding.unescape(p) for i, p in enumerate(pieces) if p)


def _tag(cell: bytes) -> bytes:
    match = markup.TAG.match(cell)
    return match[0] if match else b""
