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
from inactifs.ooxml.frame import range_of
from inactifs.ooxml.markup import Element, Xml, unescape
from inactifs.ooxml.package import Package, rels_of
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
    """The package, a workbook whose cells were already emptied, without the notes and links of
    these rows (by the name of their sheet). A note stays in its place and says ``text``. Strings
    that no cell refers to any more are emptied (Excel drops them at each save), whoever left them.
    """
    livre = Workbook(data)
    package = livre.package
    notes = links = 0
    for ref in livre.sheets:
        if numbers := frozenset(rows.get(ref.name, ())):
            for link in package.relations(ref.part):
                if link.kind in _NOTES and not link.external and link.part in package:
                    notes += _erase_notes(package, link.part, numbers, text)
            links += _drop_links(package, ref.part, numbers)
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
    xml = _xml(package, part)
    threaded = xml.root.name == xml.prefix + b"ThreadedComments"
    kept = xml.own(f"<text>{text}</text>" if threaded else f"<text><t>{text}</t></text>")
    notes = [
        note for note in xml.all(b"threadedComment" if threaded else b"comment")
        if _inside(note, rows)
    ]  # fmt: skip
    _replace(package, part, xml, [(note.inner, note.close, kept) for note in notes])
    return 0 if threaded else len(notes)  # a thread has its note as well, for older versions


def _drop_links(package: Package, part: str, rows: frozenset[int]) -> int:
    xml = _xml(package, part)
    parent = xml.find(b"hyperlinks")
    links = list(xml.all(b"hyperlink", parent)) if parent else []
    dropped = [link for link in links if _inside(link, rows)]
    kept = [link for link in links if link not in dropped]
    if parent is None or not dropped:
        return 0
    # the schema wants one link at least (18.3.1.48)
    _replace(package, part, xml, [(e.start, e.end, b"") for e in (dropped if kept else [parent])])
    targets, still = (
        {link.attributes[n] for link in some for n in link.attributes if n.endswith(b":id")}
        for some in (dropped, kept)
    )
    if rels_of(part) in package:
        xml = _xml(package, rels_of(part))
        ids = targets - still
        gone = [r for r in xml.all(b"Relationship") if r.attributes.get(b"Id") in ids]
        _replace(package, rels_of(part), xml, [(r.start, r.end, b"") for r in gone])
    return len(dropped)


def _empty_unused(package: Package, sheets: set[str]) -> None:
    """Empty the shared strings that no cell refers to (those of macro sheets count too)."""
    parts = [n for n in package.names() if n.casefold().endswith("/sharedstrings.xml")]
    used: set[int] = set()
    for name in package.names() if parts else ():
        if name.casefold().endswith(".xml") and name not in parts:
            content = package.read(name)
            masked = markup.mask(markup.utf8(content, name) if name in sheets else content)
            if b'"s"' in masked or b"'s'" in masked:
                found = _SHARED.findall(masked)
                if len(found) != len(_SHARED_TAG.findall(masked)):
                    raise InvalidSheet(f"les textes de {name} ne peuvent pas être suivis")
                used |= {int(rank) for rank in found}
    for part in parts:
        xml = _xml(package, part)
        unused = [
            (item.inner, item.close, xml.own("<t/>"))
            for rank, item in enumerate(xml.all(b"si"))
            if rank not in used and not item.empty
        ]
        _replace(package, part, xml, unused)


def _xml(package: Package, part: str) -> Xml:
    return Xml(markup.utf8(package.read(part), part))


def _replace(package: Package, part: str, xml: Xml, edits: list[tuple[int, int, bytes]]) -> None:
    if edits:
        xml.replace(edits)
        package.write(part, xml.data)


def _inside(element: Element, rows: frozenset[int]) -> bool:
    """Whether its ``ref`` lies in these rows alone."""
    area = range_of(element)
    return area is not None and all(row in rows for row in range(area.top, area.bottom + 1))
