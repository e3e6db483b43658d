"""What a package still says of cells that were emptied: erased, or looked for.

A text written over a shared string leaves that string in the package, a note or a link hangs on
its cell, and copies lie in charts and pivot caches. ECMA-376 Part 1, 18.4 (shared strings),
18.7 (comments), 18.3.1.47 (hyperlinks); [MS-XLSX] 2.6.205 (threaded comments).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from inactifs.ooxml import InvalidSheet, markup
from inactifs.ooxml.markup import Element, Xml, unescape
from inactifs.ooxml.package import Package, rels_of
from inactifs.ooxml.references import Area
from inactifs.ooxml.workbook import Workbook

_SHARED = re.compile(
    rb"<(?:[\w.-]+:)?c(?=\s)[^>]*?\st\s*=\s*[\"']s[\"'][^>]*>"
    rb"(?:(?!</?(?:[\w.-]+:)?c[\s>/]).)*?<(?:[\w.-]+:)?v[^>]*>\s*(\d+)\s*<",
    re.DOTALL,
)
_SHARED_TAG = re.compile(rb"<(?:[\w.-]+:)?c(?=\s)[^>]*?\st\s*=\s*[\"']s[\"'](?:[^>]*[^/])?>")
_TEXT = re.compile(rb">([^<>]+)<|=\s*\"([^\"]*)\"|=\s*'([^']*)'")
_RUNS = re.compile(
    rb"</(?:\w+:)?t>\s*</(?:\w+:)?r>\s*<(?:\w+:)?r>(?:(?!<(?:\w+:)?t[\s>]).)*?<(?:\w+:)?t[^>]*>",
    re.DOTALL,
)
_READABLE = (".xml", ".rels", ".vml")
_NOTES = ("comments", "threadedComment")


class Erased(NamedTuple):
    """The package, and how many notes and links were erased in it."""

    data: bytes
    notes: int
    links: int


def erase(data: bytes, rows: Mapping[str, Collection[int]], text: str) -> Erased:
    """The package without the notes and links of these rows, nor any string left unused.

    ``data`` is a workbook whose cells were already emptied, ``rows`` are those concerned, by the
    name of their sheet. A note stays in its place and says ``text``. Strings that no cell refers
    to any more are emptied (Excel drops them at each save), whoever left them.
    """
    livre = Workbook(data)
    package = livre.package
    notes = links = 0
    for ref in livre.sheets:
        if numbers := rows.get(ref.name):
            for link in package.relations(ref.part):
                if link.kind in _NOTES and not link.external and link.part in package:
                    notes += _erase_notes(package, link.part, frozenset(numbers), text)
            links += _drop_links(package, ref.part, frozenset(numbers))
    _empty_unused(package, {ref.part for ref in livre.sheets})
    return Erased(package.dump(), notes, links)


def texts_around(data: bytes) -> Iterator[tuple[str, str]]:
    """Every text of the package that is not a cell's, with the name of its part."""
    livre = Workbook(data)
    sheets = {ref.part for ref in livre.sheets}
    for name in livre.package.names():
        folded = name.casefold()
        if not folded.endswith(_READABLE) or folded.endswith("/sharedstrings.xml"):
            continue
        content = livre.package.read(name)
        if name in sheets:
            start, end = content.find(b"sheetData"), content.rfind(b"sheetData")
            content = content[:start] + b">" + content[end:]
        for match in _TEXT.finditer(_RUNS.sub(b"", content)):
            raw = next(g for g in match.groups() if g is not None)
            if raw and not raw.isspace():
                yield name, unescape(raw.decode("utf-8", "replace"))


def unreadable_parts(data: bytes) -> list[str]:
    """The documents embedded in the package, which nobody looks into."""
    return [n for n in Package(data).names() if "/embeddings/" in n.casefold()]


def _erase_notes(package: Package, part: str, rows: frozenset[int], text: str) -> int:
    xml = Xml(markup.utf8(package.read(part), part))
    threaded = xml.root.tag(xml.data).startswith(b"<" + xml.prefix + b"ThreadedComments")
    name = b"threadedComment" if threaded else b"comment"
    kept = xml.own(f"<text>{text}</text>" if threaded else f"<text><t>{text}</t></text>")
    notes = [note for note in xml.all(name) if _inside(xml.attributes(note), rows)]
    if notes:
        xml.replace((note.inner, note.close, kept) for note in notes)
        package.write(part, xml.data)
    return 0 if threaded else len(notes)  # a thread has its note as well, for older versions


def _drop_links(package: Package, part: str, rows: frozenset[int]) -> int:
    xml = Xml(markup.utf8(package.read(part), part))
    parent = xml.find(b"hyperlinks")
    links = list(xml.all(b"hyperlink", parent)) if parent else []
    dropped = [link for link in links if _inside(xml.attributes(link), rows)]
    if parent is None or not dropped:
        return 0
    kept = [link for link in links if link not in dropped]
    ids = _targets(xml, dropped) - _targets(xml, kept)
    if not kept:  # the schema wants one link at least (18.3.1.48)
        dropped = [parent]
    xml.replace((link.start, link.end, b"") for link in dropped)
    package.write(part, xml.data)
    _drop_relationships(package, part, ids)
    return len(links) - len(kept)


def _targets(xml: Xml, links: list[Element]) -> set[str]:
    """The Ids of the relationships that these links follow."""
    attrs = map(xml.attributes, links)
    return {markup.text_attribute(a, n) for a in attrs for n in a if n.endswith(b":id")}


def _drop_relationships(package: Package, part: str, ids: set[str]) -> None:
    source = rels_of(part)
    if ids and source in package:
        xml = Xml(markup.utf8(package.read(source), source))
        xml.replace(
            (link.start, link.end, b"")
            for link in xml.all(b"Relationship")
            if markup.text_attribute(xml.attributes(link), b"Id") in ids
        )
        package.write(source, xml.data)


def _empty_unused(package: Package, sheets: set[str]) -> None:
    """Empty the shared strings that no cell refers to (those of macro sheets count too)."""
    parts = [n for n in package.names() if n.casefold().endswith("/sharedstrings.xml")]
    if not parts:
        return
    used: set[int] = set()
    for name in package.names():
        if name.casefold().endswith(".xml") and name not in parts:
            content = package.read(name)
            content = markup.utf8(content, name) if name in sheets else content
            used |= _references(markup.mask(content), name)
    for part in parts:
        xml = Xml(markup.utf8(package.read(part), part))
        unused = [
            (item.inner, item.close, xml.own("<t/>"))
            for rank, item in enumerate(xml.all(b"si"))
            if rank not in used and not item.empty
        ]
        if unused:
            xml.replace(unused)
            package.write(part, xml.data)


def _references(masked: bytes, name: str) -> set[int]:
    if b'"s"' not in masked and b"'s'" not in masked:
        return set()
    found = _SHARED.findall(masked)
    if len(found) != len(_SHARED_TAG.findall(masked)):
        raise InvalidSheet(f"les textes de {name} ne peuvent pas être suivis")
    return {int(rank) for rank in found}


def _inside(attrs: dict[bytes, bytes], rows: frozenset[int]) -> bool:
    """Whether a ``ref`` lies in these rows alone."""
    try:
        area = Area.parse(markup.text_attribute(attrs, b"ref"))
    except ValueError:
        return False
    return all(row in rows for row in range(area.top, area.bottom + 1))
