"""A rich text that goes on: its runs are kept, and what is added follows them.

ECMA-376 Part 1, 18.4.4 ``r`` (run), 18.4.7 ``rPr``, 18.3.1.53 ``is``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from inactifs.ooxml import cell_xml, encoding, markup

_TAG = re.compile(rb"<(/?)((?:[A-Za-z_][\w.-]*:)?)(?=[A-Za-z_])")


def items(data: bytes, part: str) -> dict[int, bytes]:
    """The rich texts of a shared strings part: rank → its ``si`` element, without prefix."""
    data = markup.utf8(data, part)
    masked = markup.mask(data)
    prefix, _ = markup.root(masked)
    if markup.opening(prefix + b"rPr").search(masked) is None:
        return {}
    return {
        rank: _without(data[e.start : e.end], prefix)
        for rank, e in enumerate(markup.find_all(masked, prefix + b"si"))
        if markup.opening(prefix + b"r").search(masked, e.start, e.end)
    }


def continued(
    cell: bytes, new: bytes, value: str, prefix: bytes, shared: Callable[[], dict[int, bytes]]
) -> bytes:
    """``new``, the cell that replaces ``cell``, with the runs of the old text if it begins it.

    Args:
        cell: the cell before, its text rich or not.
        new: the same cell holding the text ``value`` as an ``is`` element.
        value: what the cell must say.
        prefix: the one of the sheet's elements.
        shared: gives the rich shared strings, as :func:`items` does.
    """
    attrs = markup.attributes(cell[: cell.find(b">") + 1])
    kind = attrs.get(b"t")
    if kind == b"s":
        rank = markup.find(cell, prefix + b"v")
        digits = cell[rank.inner : rank.close].strip() if rank else b""
        item = shared().get(int(digits), b"") if digits.isdigit() else b""
    else:
        rich = kind == b"inlineStr" and b"<" + prefix + b"rPr" in cell
        item = _without(cell, prefix) if rich else b""
    runs = b"".join(item[e.start : e.end] for e in markup.find_all(item, b"r"))
    start = cell_xml.rich_text(runs, b"")
    if not runs or not value.startswith(start):
        return new
    if rest := value[len(start) :]:
        text = encoding.escape(encoding.encode_xstring(rest))
        runs += f'<r><t xml:space="preserve">{text}</t></r>'.encode()
    inside = markup.find(new, prefix + b"is")
    if inside is None:
        return new
    return new[: inside.inner] + markup.prefixed(runs, prefix) + new[inside.close :]


def _without(element: bytes, prefix: bytes) -> bytes:
    """The element without its own prefix; empty when it holds more than such elements."""
    if b"<!" in element or any(match[2] != prefix for match in _TAG.finditer(element)):
        return b""
    return _TAG.sub(rb"<\1", element)
