"""Relationships and content types (ECMA-376 Part 2, 6.5 and 7.2.3): found, and added."""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

from inactifs.ooxml import markup
from inactifs.ooxml.encoding import attribute
from inactifs.ooxml.package import Package

NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "[Content_Types].xml"
TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


class Relation(NamedTuple):
    """One relationship; ``kind`` is the last segment of its type, ``part`` its target."""

    id: str
    kind: str
    part: str
    external: bool


def rels_of(part: str) -> str:
    """The part that holds the relationships of ``part``."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def read(package: Package, part: str) -> list[Relation]:
    """The relationships of a part (``""``: of the package); targets absolute or relative."""
    source = rels_of(part)
    if source not in package:
        return []
    data = markup.whole(package.read(source), source)
    masked = markup.mask(data)
    prefix, _ = markup.root(masked)
    links: list[Relation] = []
    for element in markup.find_all(masked, prefix + b"Relationship"):
        attrs = markup.attributes(element.tag(data))
        external = attrs.get(b"TargetMode") == b"External"
        target = markup.text_attribute(attrs, b"Target")
        if not external:
            base = "" if target.startswith("/") else posixpath.dirname(part)
            target = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
            target = package.resolve(target) or package.resolve(_unquoted(target)) or target
        kind = markup.text_attribute(attrs, b"Type").rsplit("/", 1)[-1]
        links.append(Relation(markup.text_attribute(attrs, b"Id"), kind, target, external))
    return links


def add(package: Package, part: str, kind: str, target: str, strict: bool) -> str:
    """A new relationship of ``part`` to the part ``target``; returns its Id."""
    source = rels_of(part)
    data = markup.whole(package.read(source), source)
    taken = {link.id for link in read(package, part)}
    new = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
    base = STRICT if strict else TRANSITIONAL
    fragment = f'<Relationship Id="{new}" Type="{base}/{kind}" Target="/{attribute(target)}"/>'
    package.write(source, _append(data, fragment))
    return new


def add_content_type(package: Package, part: str, content_type: str) -> None:
    """Declare the type of a new part."""
    data = markup.whole(package.read(CONTENT_TYPES), CONTENT_TYPES)
    fragment = f'<Override PartName="/{attribute(part)}" ContentType="{content_type}"/>'
    package.write(CONTENT_TYPES, _append(data, fragment))


def _unquoted(target: str) -> str:
    """The part name that an IRI's percent-encoding stands for (Part 2, 6.2.2.2)."""
    return re.sub("%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), target)


def _append(data: bytes, fragment: str) -> bytes:
    prefix, top = markup.root(markup.mask(data))
    name = top.tag(data)[1:].split()[0].rstrip(b"/>")
    return markup.append_child(data, top, name, markup.prefixed(fragment.encode(), prefix))
