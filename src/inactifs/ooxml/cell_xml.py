"""One cell written as XML, or read from it (ECMA-376 Part 1, 18.3.1.4 ``c``, 18.18.11).

Texts are written in the cell itself (``t="inlineStr"``, 18.3.1.53), as ST_Xstring (22.9.2.19: a
character that XML cannot hold is ``_xHHHH_``): the shared strings stay as they are, and a text can
never be taken for a formula. Dates are serial numbers in one of the two date systems (18.17.4.1,
18.2.28 ``date1904``). A rich text (18.4.4 ``r``, 18.4.7 ``rPr``) that goes on keeps its runs.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from inactifs.ooxml import ValueRefused, markup
from inactifs.ooxml.markup import Xml
from inactifs.ooxml.package import Package

Need = Literal["date", "datetime", "number", "wrap", "unfilled"]
CellValue = str | int | float | bool | date | datetime | None

MAX_TEXT = 32_767  # characters of a cell, in UTF-16 units as Excel counts them

_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_ANY_TAG = re.compile(rb"<(/?)((?:[A-Za-z_][\w.-]*:)?)(?=[A-Za-z_])")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>|<!--.*?-->", re.DOTALL)


class Cell(NamedTuple):
    """A cell as stored: type (``""``: number) and text, shared strings resolved."""

    kind: str
    text: str


class SharedTexts:
    """The texts that the cells of a package share (18.4.9), read when one is asked for."""

    def __init__(self, package: Package, part: str | None) -> None:
        self._package = package
        self._part = part

    def element(self, rank: int) -> tuple[bytes, bytes]:
        """The ``si`` of this rank, empty when there is none, and the prefix of its names."""
        xml, spans = self._items
        start, end = spans[rank] if rank < len(spans) else (0, 0)
        return xml.data[start:end], xml.prefix

    @cached_property
    def _items(self) -> tuple[Xml, list[tuple[int, int]]]:
        part = self._part
        return _located(self._package.read(part), part) if part else (Xml(b"", b""), [])


@lru_cache(maxsize=1)  # the same bytes, note after note of a round
def _located(data: bytes, part: str) -> tuple[Xml, list[tuple[int, int]]]:
    xml = Xml(markup.utf8(data, part))
    name = re.escape(xml.prefix + b"si")
    quick = re.compile(rb"<%s(?:\s[^>]*)?(?:/>|(?<!/)>.*?</%s\s*>)" % (name, name), re.DOTALL)
    return xml, [m.span() for m in quick.finditer(markup.mask(xml.data))]


def need(value: CellValue) -> Need | None:
    """What the cell's format must be able to show, None when any does."""
    if isinstance(value, str):
        return "wrap" if "\n" in value else None
    if isinstance(value, date):
        return "datetime" if isinstance(value, datetime) else "date"
    return None if value is None or isinstance(value, bool) else "number"


def write(value: CellValue, ref: str, style: int, prefix: str, date1904: bool) -> str:
    """The ``c`` element of this value; an empty text empties the cell. ValueRefused for one that
    no cell can hold."""
    head = f'<{prefix}c r="{ref}" s="{style}"' if style else f'<{prefix}c r="{ref}"'
    if value is None or value == "":
        return head + "/>"
    if isinstance(value, str):
        if len(value) * 2 > MAX_TEXT and len(value.encode("utf-16-le", "replace")) > MAX_TEXT * 2:
            raise ValueRefused(
                f"un texte de {len(value)} caractères dépasse ce qu'une cellule peut contenir "
                f"({MAX_TEXT})",
                "Raccourcissez ce texte.",
            )
        return f'{head} t="inlineStr">{inline(value, prefix)}</{prefix}c>'
    if isinstance(value, bool):
        return f'{head} t="b"><{prefix}v>{value:d}</{prefix}v></{prefix}c>'
    if isinstance(value, date):
        number = _serial(value, date1904)
    elif isinstance(value, int | float):
        if not math.isfinite(value):
            raise ValueRefused("un nombre infini ou indéfini n'a pas de cellule")
        number = repr(value)
    else:
        raise TypeError(f"{type(value).__name__} is not a cell's value")
    return f"{head}><{prefix}v>{number}</{prefix}v></{prefix}c>"


def inline(text: str, prefix: str = "") -> str:
    """The ``is`` element that holds this text (18.3.1.53)."""
    space = "" if text.isprintable() and text == text.strip() else ' xml:space="preserve"'
    written = markup.escape(encode_xstring(text))
    return f"<{prefix}is><{prefix}t{space}>{written}</{prefix}t></{prefix}is>"


def encode_xstring(text: str) -> str:
    """Any Python text as an ST_Xstring, not yet escaped for XML; half a surrogate pair, which no
    encoding can hold, is replaced."""
    return _TO_ESCAPE.sub(
        lambda m: "\ufffd" if "\ud800" <= m[0] <= "\udfff" else f"_x{ord(m[0]):04X}_", text
    )


def decode_xstring(text: str) -> str:
    """The text that an ST_Xstring stands for."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _serial(value: date, date1904: bool) -> str:
    """The number that stands for a day, or for a day and its time."""
    time = value.time() if isinstance(value, datetime) else datetime.min.time()
    origin = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
    number = (datetime.combine(value, time) - origin) / timedelta(days=1)
    if not date1904 and number < 61:  # the 1900 system counts a 29 February 1900 that never was
        number -= 1
    if number < (0 if date1904 else 1):
        raise ValueRefused(f"Excel ne connaît pas la date du {value:%d/%m/%Y}")
    return str(int(number)) if number.is_integer() else repr(round(number, 10))


def style_of(cell: bytes) -> int:
    """The ``s`` of a cell, 0 when it has none."""
    return markup.number(_attributes(cell), b"s")


def has_formula(cell: bytes, prefix: bytes) -> bool:
    return markup.opening(prefix + b"f").search(cell) is not None


def formula(cell: bytes, prefix: bytes) -> str:
    """The cell's formula as XML writes it; empty for one that it shares with others."""
    found = Xml(cell, prefix).find(b"f")
    alone = found is not None and b"t" not in found.attributes
    return found.content.decode("utf-8", "replace") if found and alone else ""


def calculated(formula: str, ref: str, style: int, prefix: bytes) -> bytes:
    """The ``c`` element of a formula, to be computed when the file is opened."""
    name, styled = prefix.decode(), f' s="{style}"' if style else ""
    return f'<{name}c r="{ref}"{styled}><{name}f>{formula}</{name}f></{name}c>'.encode()


def is_empty(cell: bytes, prefix: bytes, shared: SharedTexts) -> bool:
    """Whether the cell has neither value nor formula (blank texts count as empty)."""
    if cell.count(b"<") < 2:
        return True
    return not has_formula(cell, prefix) and not read(cell, prefix, shared).text.strip()


def read(cell: bytes, prefix: bytes, shared: SharedTexts) -> Cell:
    """What the cell holds."""
    kind = _attributes(cell).get(b"t", b"n").decode()
    if kind == "inlineStr":
        text = rich_text(cell, prefix)
    else:
        found = Xml(cell, prefix).find(b"v")
        text = plain(found.content) if found else ""
        if kind == "s":
            text = rich_text(*shared.element(int(text))) if text.strip().isdigit() else ""
        elif kind == "str":
            text = decode_xstring(text)
    return Cell("" if kind == "n" else kind, text)


def rich_text(element: bytes, prefix: bytes) -> str:
    """The text of an ``is`` or ``si``: its runs, without the phonetic ones (18.4.6)."""
    xml = Xml(element, prefix)
    hidden = list(xml.all(b"rPh"))
    return "".join(
        decode_xstring(plain(text.content))
        for text in xml.all(b"t")
        if not any(phonetic.start < text.start < phonetic.end for phonetic in hidden)
    )


def plain(content: bytes) -> str:
    """The characters of an element that has no child."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if "<" not in text:
        return markup.unescape(text)
    pieces = _CDATA.split(text)  # outside, inside a CDATA section, outside…
    return "".join(p if i % 2 else markup.unescape(p) for i, p in enumerate(pieces) if p)


def continued(cell: bytes, new: bytes, value: str, prefix: bytes, shared: SharedTexts) -> bytes:
    """``new``, the cell that replaces ``cell`` and holds the text ``value`` as an ``is`` element,
    with the runs of the old text if that begins it."""
    kind = _attributes(cell).get(b"t")
    item = _runs(cell, prefix) if kind == b"inlineStr" else b""
    if kind == b"s":
        rank = Xml(cell, prefix).find(b"v")
        digits = rank.content.strip() if rank else b""
        item = _runs(*shared.element(int(digits))) if digits.isdigit() else b""
    runs = b"".join(item[e.start : e.end] for e in Xml(item, b"").all(b"r"))
    start = rich_text(runs, b"")
    inside = Xml(new, prefix).find(b"is")
    if not runs or not value.startswith(start) or inside is None:
        return new
    if rest := value[len(start) :]:
        text = markup.escape(encode_xstring(rest))
        runs += f'<r><t xml:space="preserve">{text}</t></r>'.encode()
    return new[: inside.inner] + markup.prefixed(runs, prefix) + new[inside.close :]


def _runs(element: bytes, prefix: bytes) -> bytes:
    """A text that has formatted runs, without its own prefix; empty for a plain one, and for one
    that holds more than such elements."""
    if b"<" + prefix + b"rPr" not in element or b"<!" in element:
        return b""
    if any(match[2] != prefix for match in _ANY_TAG.finditer(element)):
        return b""
    return _ANY_TAG.sub(rb"<\1", element)


def _attributes(cell: bytes) -> dict[bytes, bytes]:
    match = markup.TAG.match(cell)
    return markup.attributes(match[0]) if match else {}
