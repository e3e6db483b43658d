"""Finding and changing elements in the bytes of an XML part, without a tree.

Everything that an edit does not concern must stay the same bytes, so parts are searched with
regular expressions and cut in slices. What makes this safe:

* ``<`` cannot appear raw in a text or an attribute (XML 1.0, 2.4), so an opening tag is found
  by its name, except in comments, CDATA sections and processing instructions: these are
  blanked in a copy of the same length (:func:`mask`), and only the copy is searched;
* ``>`` and quotes may appear raw in attributes, so tags are matched attribute by attribute;
* names carry the prefix that the root gives to its own namespace (``<x:row>``);
* a document type declaration is refused: no entity can be defined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple
from xml.parsers import expat

from inactifs.ooxml import InvalidPackage

_ONE = rb"[^\s=/>\"']+\s*=\s*(?:\"[^\"]*\"|'[^']*')"
_ATTRS = rb"(?:\s+" + _ONE + rb")*"
_ATTR = re.compile(rb"([^\s=/>\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
TAG = re.compile(rb"<(/?)([A-Za-z_\x80-\xff][^\s/>]*)(" + _ATTRS + rb")\s*(/?)>")
_OPAQUE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_DECLARATION = re.compile(rb"\s*<\?xml\b[^>]*?\?>", re.DOTALL)
_PROLOG = re.compile(rb"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_ENCODING = re.compile(r"(<\?xml\b[^>]*?)\s+encoding\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_BOM = b"\xef\xbb\xbf"
_ENTITY = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_UTF8 = ("utf-8", "utf8", "us-ascii", "ascii")
_CHARSETS = ("iso-8859-1", "iso-8859-15", "windows-1252")


class Element(NamedTuple):
    """One element of ``data``: it lies in ``[start, end)``, its content in ``[inner, close)``."""

    name: bytes
    start: int
    inner: int
    close: int
    end: int
    data: bytes

    @property
    def empty(self) -> bool:
        """Whether it is written ``<a/>``."""
        return self.inner == self.end

    @property
    def tag(self) -> bytes:
        """The opening (or self-closing) tag."""
        return self.data[self.start : self.inner]

    @property
    def content(self) -> bytes:
        return self.data[self.inner : self.close]

    @property
    def attributes(self) -> dict[bytes, bytes]:
        return attributes(self.tag)


class Xml:
    """A part, or a slice of one: its bytes, and the prefix that its elements' names bear."""

    def __init__(self, data: bytes, prefix: bytes | None = None) -> None:
        self.data = data
        self.prefix = root(mask(data))[0] if prefix is None else prefix

    @property
    def root(self) -> Element:
        return root(mask(self.data))[1]._replace(data=self.data)

    def all(self, name: bytes, within: Element | None = None) -> Iterator[Element]:
        """The elements of this name, ones that do not nest in themselves."""
        masked, name = mask(self.data), self.prefix + name
        position, stop = (within.inner, within.close) if within else (0, len(masked))
        while (match := opening(name).search(masked, position, stop)) is not None:
            start, inner = match.span()
            close = position = inner
            if not match[2]:
                end = _closing(name).search(masked, inner, stop)
                if end is None:
                    raise InvalidPackage("une partie du classeur est tronquée")
                close, position = end.span()
            yield Element(name, start, inner, close, position, self.data)

    def find(self, name: bytes, within: Element | None = None) -> Element | None:
        """The first of them."""
        return next(self.all(name, within), None)

    def attributes(self, name: bytes) -> dict[bytes, bytes]:
        """The attributes of the first of them, none where there is no such element."""
        found = self.find(name)
        return found.attributes if found else {}

    def says(self, name: bytes, attribute: bytes) -> bool:
        """Whether that attribute of the first of them is true."""
        return is_true(self.attributes(name).get(attribute))

    def children(self, parent: Element) -> list[Element]:
        """The direct children of an element."""
        found: list[Element] = []
        depth, start, inner, name = 0, 0, 0, b""
        for match in TAG.finditer(mask(self.data), parent.inner, parent.close):
            closes, alone = bool(match[1]), bool(match[4])
            if not closes and depth == 0:
                start, inner, name = match.start(), match.end(), match[2]
            depth += -1 if closes else not alone
            if depth == 0:
                close = match.start() if closes else inner
                found.append(Element(name, start, inner, close, match.end(), self.data))
        if depth:
            raise InvalidPackage("une partie du classeur est tronquée")
        return found

    def own(self, fragment: str | bytes) -> bytes:
        """A fragment written without prefixes, as this part writes it."""
        return prefixed(fragment.encode() if isinstance(fragment, str) else fragment, self.prefix)

    def replace(self, edits: Iterable[tuple[int, int, bytes]]) -> None:
        """Put other bytes in place of these slices, as :func:`spliced`."""
        self.data = b"".join(spliced(self.data, edits))

    def set(self, element: Element, **values: object) -> None:
        """Set attributes of an element."""
        new = with_attributes(element.tag, **values)
        self.replace([(element.start, element.inner, new)])

    def append(self, parent: Element, fragment: bytes) -> None:
        """Add a last child to an element, opened when it was ``<a/>``."""
        if parent.empty:
            opened = parent.tag[:-2].rstrip() + b">" + fragment + b"</" + parent.name + b">"
            self.replace([(parent.start, parent.end, opened)])
        else:
            self.replace([(parent.close, parent.close, fragment)])

    def append_to(
        self, order: tuple[bytes, ...], name: bytes, fragment: bytes, within: Element | None = None
    ) -> Element:
        """Add a last child to the element ``name``, made if need be as :meth:`insert` does."""
        if self.find(name) is None:
            self.insert(order, name, self.own(b"<" + name + b"/>"), within)
        self.append(next(self.all(name)), fragment)
        return next(self.all(name))

    def insert(
        self, order: tuple[bytes, ...], name: bytes, fragment: bytes, within: Element | None = None
    ) -> None:
        """Add a child of the root, or of ``within``, where the schema's sequence ``order`` wants
        it: after the last child that comes before ``name``, else at the start."""
        parent = within or self.root
        if parent.empty:
            self.append(parent, fragment)
            return
        before = {self.prefix + other for other in order[: order.index(name) + 1]}
        ends = [child.end for child in self.children(parent) if child.name in before]
        at = ends[-1] if ends else parent.inner
        self.replace([(at, at, fragment)])


@cache
def opening(name: bytes) -> re.Pattern[bytes]:
    """Opening tags of this name: group 1 the attributes, group 2 ``/`` when self-closing."""
    return re.compile(rb"<" + re.escape(name) + rb"(?=[\s/>])(" + _ATTRS + rb")\s*(/?)>")


@cache
def referenced(name: bytes) -> re.Pattern[bytes]:
    """The same tags, up to their attribute ``r`` if they have one: it is the only group found."""
    others = rb"(?:\s+(?!r[\s=])" + _ONE + rb")*"
    value = rb"(?:\s+r\s*=\s*(?:\"([^\"]*)\"|'([^']*)'))?"
    return re.compile(rb"<" + re.escape(name) + rb"(?=[\s/>])" + others + value)


@cache
def _closing(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"</" + re.escape(name) + rb"\s*>")


def spliced(data: bytes, edits: Iterable[tuple[int, int, bytes]]) -> Iterator[bytes]:
    """The bytes, to be joined, with others in place of slices (start, stop, bytes) that come in
    order."""
    position = 0
    for start, stop, new in edits:
        yield data[position:start]
        yield new
        position = stop
    yield data[position:]


def utf8(data: bytes, part: str) -> bytes:
    """The part in UTF-8, as all editing here is; other encodings are converted. InvalidPackage for
    an unknown one, and for a document type declaration."""
    charset = ""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        charset = "utf-16"
    elif data[:4] in (b"<\0?\0", b"\0<\0?"):
        charset = "utf-16-le" if data[0] else "utf-16-be"
    elif declared := _ENCODING.search(data[:200].decode("latin-1")):
        name = (declared[2] or declared[3] or "").lower()
        if name not in (*_UTF8, *_CHARSETS):
            raise InvalidPackage(f"{part} est écrit dans un codage inconnu ({name[:20]})")
        charset = name if name in _CHARSETS else ""
    if charset:
        try:
            text = data.decode(charset).removeprefix("\ufeff")
        except UnicodeDecodeError as fault:
            raise InvalidPackage(f"{part} n'est pas lisible ({charset})") from fault
        data = _ENCODING.sub(r'\1 encoding="UTF-8"', text, count=1).encode()
    prolog = _PROLOG.match(data, 3 if data.startswith(_BOM) else 0)
    if prolog and data.startswith(b"<!", prolog.end()):
        raise InvalidPackage(f"{part} contient une déclaration DOCTYPE, interdite dans un classeur")
    return data


def whole(data: bytes, part: str) -> bytes:
    """The part in UTF-8, once read whole as XML: what is edited must be well-formed, else
    InvalidPackage."""
    data = utf8(data, part)
    try:
        expat.ParserCreate().Parse(data, True)
    except expat.ExpatError as fault:
        detail = f"{part} n'est pas du XML bien formé (ligne {fault.lineno})"
        raise InvalidPackage(detail) from fault
    return data


def mask(data: bytes) -> bytes:
    """The same bytes with comments, CDATA and instructions blanked, for searching; ``data`` itself
    when there is nothing to blank, which is nearly always."""
    declaration = _DECLARATION.match(data, 3 if data.startswith(_BOM) else 0)
    start = declaration.end() if declaration else 0
    if (data.find(b"!", start) < 0 or data.find(b"<!", start) < 0) and data.find(b"<?", start) < 0:
        return data
    return data[:start] + _OPAQUE.sub(lambda m: b" " * len(m[0]), data[start:])


def root(masked: bytes) -> tuple[bytes, Element]:
    """The root's prefix with its colon (``b""``, ``b"x:"``), and where the root lies."""
    first = TAG.search(masked)
    if first is None or first[1]:
        raise InvalidPackage("une partie du classeur n'est pas du XML")
    name, (start, inner) = first[2], first.span()
    prefix = name[: name.find(b":") + 1]
    if first[4]:
        return prefix, Element(name, start, inner, inner, inner, masked)
    last = _closing(name).match(masked, max(masked.rfind(b"</" + name), 0))
    if last is None:
        raise InvalidPackage("une partie du classeur est tronquée")
    return prefix, Element(name, start, inner, last.start(), last.end(), masked)


def attributes(tag: bytes) -> dict[bytes, bytes]:
    """The attributes of a tag, values still escaped."""
    return {m[1]: m[2] if m[2] is not None else m[3] for m in _ATTR.finditer(tag)}


def text_attribute(attrs: dict[bytes, bytes], name: bytes, default: str = "") -> str:
    """One value, decoded and unescaped."""
    value = attrs.get(name)
    return default if value is None else unescape(value.decode("utf-8", "replace"))


def number(attrs: dict[bytes, bytes], name: bytes) -> int:
    """A whole number where the attribute holds one, else 0."""
    value = attrs.get(name, b"")
    return int(value) if value.isdigit() else 0


def integer(attrs: dict[bytes, bytes], name: bytes) -> int:
    """The same where an edit needs it (0 if it is absent): InvalidPackage for anything else."""
    value = attrs.get(name, b"0")
    if not re.fullmatch(rb"[0-9]{1,9}", value.strip()):
        text = value[:20].decode("utf-8", "replace")
        raise InvalidPackage(f"une valeur y est illisible ({name.decode()} : « {text} »)")
    return int(value)


def is_true(value: bytes | None) -> bool:
    """An xsd:boolean (22.9.2.1 adds ``on``)."""
    return value in (b"1", b"true", b"on")


def escape(text: str) -> str:
    """Character data for an element: XML markup only."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """A value between double quotes; line breaks survive attribute normalisation."""
    text = escape(text).replace('"', "&quot;")
    return text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def unescape(text: str) -> str:
    """The characters that an XML text or attribute value stands for."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED[name]
    try:
        return chr(int(hexadecimal, 16) if hexadecimal else int(decimal))
    except (ValueError, OverflowError):
        return "\ufffd"


def with_attributes(tag: bytes, **values: object) -> bytes:
    """The tag with these attributes set, or taken out (None), the others keeping their bytes and
    order."""
    for key, value in values.items():
        name = key.encode()
        new = b"" if value is None else b'%b="%b"' % (name, attribute(str(value)).encode())
        found = next((match for match in _ATTR.finditer(tag) if match[1] == name), None)
        if found:
            before = tag[: found.start()]
            tag = (before if new else before.rstrip()) + new + tag[found.end() :]
        elif new:
            cut = len(tag) - (2 if tag.endswith(b"/>") else 1)
            tag = tag[:cut].rstrip() + b" " + new + tag[cut:]
    return tag


def prefixed(fragment: bytes, prefix: bytes) -> bytes:
    """A fragment written without prefixes, with this one on every element."""
    return re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1" + prefix, fragment) if prefix else fragment
