"""One cell written as XML, or read from it (ECMA-376 Part 1, 18.3.1.4 ``c``, 18.18.11).

Texts are written in the cell itself (``t="inlineStr"``, 18.3.1.53): the shared strings of the
workbook stay as they are, and a text can never be taken for a formula. They are ST_Xstring
(22.9.2.19): a character that XML cannot hold is written ``_xHHHH_``, and a text that looks like
such an escape has its underscore escaped. Dates are serial numbers in one of the two date systems
(18.17.4.1, 18.2.28 ``date1904``). A rich text (18.4.4 ``r``, 18.4.7 ``rPr``) that goes on keeps
its runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from inactifs.ooxml import ValueRefused, markup
from inactifs.ooxml.markup import Xml

Need = Literal["date", "datetime", "number", "wrap", "unfilled"]
CellValue = str | int | float | bool | date | datetime | None

MAX_TEXT = 32_767  # characters of a cell, in UTF-16 units as Excel counts them

_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_ANY_TAG = re.compile(rb"<(/?)((?:[A-Za-z_][\w.-]*:)?)(?=[A-Za-z_])")
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
        check_length(value)
        return f'{head} t="inlineStr">{inline(value, prefix)}</{prefix}c>'
    if isinstance(value, bool):
        return f'{head} t="b"><{prefix}v>{value:d}</{prefix}v></{prefix}c>'
    if isinstance(value, date):
        number = serial(value, date1904)
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
    """Any Python text as an ST_Xstring, not yet escaped for XML."""
    return _TO_ESCAPE.sub(_hexadecimal, text)


def decode_xstring(text: str) -> str:
    """The text that an ST_Xstring stands for."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def check_length(text: str) -> None:
    """Raise ValueRefused when the text does not fit in a cell."""
    if len(text) * 2 > MAX_TEXT and len(text.encode("utf-16-le", "replace")) > MAX_TEXT * 2:
        raise ValueRefused(
            f"un texte de {len(text)} caractères dépasse ce qu'une cellule peut contenir "
            f"({MAX_TEXT})",
            "Raccourcissez ce texte.",
        )


def serial(value: date, date1904: bool) -> str:
    """The number that stands for a day, or for a day and its time."""
    time = value.time() if isinstance(value, datetime) else datetime.min.time()
    moment = datetime.combine(value, time)
    origin = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30)
    number = (moment - origin) / timedelta(days=1)
    if not date1904 and number < 61:  # the 1900 system counts a 29 February 1900 that never was
        number -= 1
    if number < (0 if date1904 else 1):
        raise ValueRefused(f"Excel ne connaît pas la date du {value:%d/%m/%Y}")
    return str(int(number)) if number.is_integer() else repr(round(number, 10))


def style_of(cell: bytes) -> int:
    """The ``s`` of a cell, 0 when it has none."""
    return markup.number(markup.attributes(_tag(cell)), b"s")


def has_formula(cell: bytes, prefix: bytes) -> bool:
    return markup.opening(prefix + b"f").search(cell) is not None


def formula(cell: bytes, prefix: bytes) -> str:
    """The cell's formula as XML writes it; empty for one that it shares with others."""
    found = markup.find(markup.mask(cell), prefix + b"f")
    if found is None or b"t" in markup.attributes(found.tag(cell)):
        return ""
    return cell[found.inner : found.close].decode("utf-8", "replace")


def calculated(formula: str, ref: str, style: int, prefix: bytes) -> bytes:
    """The ``c`` element of a formula, to be computed when the file is opened."""
    name, styled = prefix.decode(), f' s="{style}"' if style else ""
    return f'<{name}c r="{ref}"{styled}><{name}f>{formula}</{name}f></{name}c>'.encode()


def is_empty(cell: bytes, prefix: bytes, shared: Callable[[], Sequence[str]]) -> bool:
    """Whether the cell has neither value nor formula (blank texts count as empty)."""
    if cell.count(b"<") == 1:
        return True
    return not has_formula(cell, prefix) and not read(cell, prefix, shared).text.strip()


def read(cell: bytes, prefix: bytes, shared: Callable[[], Sequence[str]]) -> Cell:
    """What the cell holds; ``shared`` gives the shared strings, called if it takes one."""
    attrs = markup.attributes(_tag(cell))
    kind = attrs.get(b"t", b"n").decode()
    if kind == "inlineStr":
        text = rich_text(cell, prefix)
    else:
        found = Xml(cell, prefix).find(b"v")
        text = plain(cell[found.inner : found.close]) if found else ""
        if kind == "s":
            strings = shared()
            rank = int(text) if text.strip().isdigit() else len(strings)
            text = strings[rank] if rank < len(strings) else ""
        elif kind == "str":
            text = decode_xstring(text)
    kind = "" if kind == "n" else kind
    return Cell(markup.number(attrs, b"s"), kind, text, has_formula(cell, prefix))


def rich_text(element: bytes, prefix: bytes) -> str:
    """The text of an ``is`` or ``si``: its runs, without the phonetic ones (18.4.6)."""
    xml = Xml(element, prefix)
    hidden = list(xml.all(b"rPh"))
    return "".join(
        decode_xstring(plain(element[e.inner : e.close]))
        for e in xml.all(b"t")
        if not any(phonetic.start < e.start < phonetic.end for phonetic in hidden)
    )


def plain(content: bytes) -> str:
    """The characters of an element that has no child."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if "<" not in text:
        return markup.unescape(text)
    pieces = _CDATA.split(text)  # outside, inside a CDATA section, outside…
    return "".join(p if i % 2 else markup.unescape(p) for i, p in enumerate(pieces) if p)


def rich_texts(data: bytes, part: str) -> dict[int, bytes]:
    """The rich texts of a shared strings part: rank → its ``si`` element, without prefix."""
    xml = Xml(markup.utf8(data, part))
    if xml.find(b"rPr") is None:
        return {}
    items = [xml.data[e.start : e.end] for e in xml.all(b"si")]
    run = markup.opening(xml.prefix + b"r")
    return {r: _without(item, xml.prefix) for r, item in enumerate(items) if run.search(item)}


def continued(
    cell: bytes, new: bytes, value: str, prefix: bytes, shared: Callable[[], dict[int, bytes]]
) -> bytes:
    """``new``, the cell that replaces ``cell`` and holds the text ``value`` as an ``is`` element,
    with the runs of the old text if that begins it; ``shared`` gives the :func:`rich_texts`."""
    kind = markup.attributes(_tag(cell)).get(b"t")
    if kind == b"s":
        rank = markup.find(cell, prefix + b"v")
        digits = cell[rank.inner : rank.close].strip() if rank else b""
        item = shared().get(int(digits), b"") if digits.isdigit() else b""
    else:
        rich = kind == b"inlineStr" and b"<" + prefix + b"rPr" in cell
        item = _without(cell, prefix) if rich else b""
    runs = b"".join(item[e.start : e.end] for e in markup.find_all(item, b"r"))
    start = rich_text(runs, b"")
    if not runs or not value.startswith(start):
        return new
    if rest := value[len(start) :]:
        text = markup.escape(encode_xstring(rest))
        runs += f'<r><t xml:space="preserve">{text}</t></r>'.encode()
    inside = markup.find(new, prefix + b"is")
    if inside is None:
        return new
    return new[: inside.inner] + markup.prefixed(runs, prefix) + new[inside.close :]


def _without(element: bytes, prefix: bytes) -> bytes:
    """The element without its own prefix; empty when it holds more than such elements."""
    if b"<!" in element or any(match[2] != prefix for match in _ANY_TAG.finditer(element)):
        return b""
    return _ANY_TAG.sub(rb"<\1", element)


def _hexadecimal(match: re.Match[str]) -> str:
    char = match[0]
    if char == "_":
        return "_x005F_"
    if "\ud800" <= char <= "\udfff":  # half a pair: no text in any encoding
        return "\ufffd"
    return f"_x{ord(char):04X}_"


def _tag(cell: bytes) -> bytes:
    match = markup.TAG.match(cell)
    return match[0] if match else b""
