"""An Open Packaging Conventions package (ECMA-376 Part 2): named parts in a ZIP archive, their
relationships (6.5) and content types (7.2.3)."""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

from inactifs.ooxml import InvalidPackage, container, markup, not_a_workbook
from inactifs.ooxml.markup import Xml, attribute

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BINARY = re.compile("/workbook[.]bin$", re.MULTILINE)
_SIGNED = re.compile("^_xmlsignatures/", re.MULTILINE)
_SHARED = re.compile("^xl/revisions/", re.MULTILINE)
_ELSEWHERE = re.compile(r"[\\\0]|^[^/]:|(^|/)\.{0,2}(/|\Z)")
"""Names that a careless extraction would write elsewhere (Part 2, 6.2.2)."""


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


class Package:
    """The parts of a workbook file; only those read are inflated, only those written deflated.
    InvalidPackage for anything that cannot be read and written back safely."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        _refuse_other_formats(data)
        self._members, self._comment = container.read_directory(data)
        self._index = {member.name: member for member in self._members}
        self._folded = {name.casefold(): name for name in self._index}
        self._written: dict[str, bytes] = {}
        self.plain = not any(b"\\" in member.raw_name for member in self._members)
        for name in self._index:
            _refuse_name(name)
        _refuse_kinds(list(self._folded))

    def names(self) -> list[str]:
        """Every part, in the order of the archive, the new ones last."""
        return [*self._folded.values()]

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._folded

    def read(self, name: str) -> bytes:
        """The part's bytes, as last written, else inflated and checked; KeyError if absent. Names
        are compared without case."""
        stored = self._folded[name.casefold()]
        if stored in self._written:
            return self._written[stored]
        return container.inflate(self._data, self._index[stored])

    def xml(self, name: str) -> Xml:
        """A part to search and edit, in UTF-8 and well-formed; KeyError if absent."""
        return Xml(markup.whole(self.read(name), name))

    def differing(self, other: Package) -> set[str]:
        """The parts as stored that are not the same bytes in both; nothing is inflated."""
        ours, theirs = (
            {m.name: (m.method, p._data[m.body : m.body + m.packed]) for m in p._members}
            for p in (self, other)
        )
        return {n for n in ours.keys() | theirs.keys() if ours.get(n) != theirs.get(n)}

    def write(self, name: str, data: bytes) -> None:
        """Replace a part, or add one."""
        if name not in self:
            _refuse_name(name)
        self._written[self._folded.setdefault(name.casefold(), name)] = data

    def relations(self, part: str) -> list[Relation]:
        """The relationships of a part (``""``: of the package); targets absolute or relative."""
        source = rels_of(part)
        links: list[Relation] = []
        for link in self.xml(source).all(b"Relationship") if source in self else ():
            attrs = link.attributes
            external = attrs.get(b"TargetMode") == b"External"
            target = markup.text_attribute(attrs, b"Target")
            if not external:
                base = "" if target.startswith("/") else posixpath.dirname(part)
                target = posixpath.normpath(posixpath.join(base, target.lstrip("/")))
                # an IRI may have percent-encoded characters (Part 2, 6.2.2.2)
                iri = re.sub("%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), target)
                known = (self._folded.get(name.casefold()) for name in (target, iri))
                target = next(filter(None, known), target)
            kind = markup.text_attribute(attrs, b"Type").rsplit("/", 1)[-1]
            links.append(Relation(markup.text_attribute(attrs, b"Id"), kind, target, external))
        return links

    def add(self, part: str, data: bytes, content_type: str, source: str, kind: str) -> str:
        """Add a part of this type, to which ``source`` is linked by a relationship of this kind;
        returns its Id."""
        taken = {link.id for link in self.relations(source)}
        new = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        target = f"/{attribute(part)}"
        self.write(part, data)
        for name, child in (
            (CONTENT_TYPES, f'<Override PartName="{target}" ContentType="{content_type}"/>'),
            (rels_of(source), f'<Relationship Id="{new}" Type="{kind}" Target="{target}"/>'),
        ):
            xml = self.xml(name)
            xml.append(xml.root, xml.own(child))
            self.write(name, xml.data)
        return new

    def dump(self) -> bytes:
        """The package with its changes, the same bytes when there are none; the result is read
        again: RuntimeError when it is not what it must be, and nothing should be saved."""
        if not self._written:
            return self._data
        result = container.build(self._data, self._members, self._written, self._comment)
        container.verify(self._data, self._members, result, set(self._written))
        return result


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(_OLE2):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise InvalidPackage(
                "le fichier est chiffré par un mot de passe",
                "Dans Excel, retirez le mot de passe (Fichier, Informations, Protéger le "
                "classeur, Chiffrer avec mot de passe) puis enregistrez.",
            )
        if any(name.encode("utf-16-le") in data for name in ("Workbook\0", "Book\0")):
            raise not_a_workbook("c'est un ancien classeur Excel (.xls)")
        raise not_a_workbook(
            "c'est un ancien document Office ou un fichier chiffré, pas un classeur .xlsx ou .xlsm"
        )
    if not data:
        raise InvalidPackage("le fichier est vide", "Reprenez une sauvegarde.")
    if not data.startswith(b"PK\3\4"):
        raise not_a_workbook()


def _refuse_kinds(folded: list[str]) -> None:
    names = "\n".join(folded)
    if "[content_types].xml" not in folded and "mimetype" in folded:
        raise not_a_workbook("c'est un document OpenDocument (.ods…)")
    if not {"[content_types].xml", "_rels/.rels"} <= set(folded):
        raise not_a_workbook()
    if _BINARY.search(names):
        raise not_a_workbook("c'est un classeur Excel binaire (.xlsb)")
    if _SIGNED.search(names):
        raise InvalidPackage(
            "le classeur porte une signature numérique, qu'une écriture rendrait fausse",
            "Retirez la signature dans Excel (Fichier, Informations) puis recommencez.",
        )
    if _SHARED.search(names):
        raise InvalidPackage(
            "c'est un classeur partagé (ancien mode, avec suivi des modifications)",
            "Dans Excel, cessez le partage (Révision, Partager le classeur) puis enregistrez.",
        )


def _refuse_name(name: str) -> None:
    if _ELSEWHERE.search(name.removesuffix("/")):
        raise InvalidPackage(
            f"le fichier contient une partie au nom interdit ({name[:80]!r})",
            "N'utilisez pas ce fichier s'il vient d'un inconnu ; sinon, ouvrez-le dans "
            "Excel et enregistrez-le à nouveau.",
        )
