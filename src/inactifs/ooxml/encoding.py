"""Texts and dates as cells store them.

Texts are ST_Xstring (ECMA-376 Part 1, 22.9.2.19): a character that XML cannot hold is written
``_xHHHH_``, and a text that looks like such an escape has its underscore escaped. Dates are
serial numbers in one of the two date systems (18.17.4.1, 18.2.28 ``date1904``).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from inactifs.ooxml import ValueRefused

MAX_TEXT = 32_767  # characters of a cell, in UTF-16 units as Excel counts them

_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def escape(text: str) -> str:
    """Character data for an element: XML markup only."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def attribute(text: str) -> str:
    """A value between double quotes; line breaks survive attribute normalisation."""
    text = escape(text).replace('"', "&quot;")
    return text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def unescape(text: str) -> str:
    """The characters that an XML text or attribute value stands for."""
    return _ENTITY.sub(_character, text) if "&" in text else text


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
    day = value.date() if isinstance(value, datetime) else value
    if date1904:
        number = (day - date(1904, 1, 1)).days
    else:
        number = (day - date(1899, 12, 30)).days
        if number < 61:  # the 1900 system counts a 29 February 1900 that never was
            number -= 1
    if number < (0 if date1904 else 1):
        raise ValueRefused(f"Excel ne connaît pas la date du {day:%d/%m/%Y}")
    if not isinstance(value, datetime):
        return str(number)
    moment = value.replace(tzinfo=None) - datetime.combine(day, datetime.min.time())
    if not moment:
        return str(number)
    return repr(round(number + moment / timedelta(days=1), 10))


def _hexadecimal(match: re.Match[str]) -> str:
    char = match[0]
    if char == "_":
        return "_x005F_"
    if "\ud800" <= char <= "\udfff":  # half a pair: no text in any encoding
        return "\ufffd"
    return f"_x{ord(char):04X}_"


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name]
    try:
        return chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
    except (ValueError, OverflowError):
        return "\ufffd"
