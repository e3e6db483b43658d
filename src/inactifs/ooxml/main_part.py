"""What the sheets of a workbook share: the workbook part, styles, texts, defined names.

ECMA-376 Part 1, 18.2 (workbook), 18.2.5 (definedName), 18.4 (shared strings), 18.8 (styles). A
cell's ``s`` is the rank of an ``xf`` in ``cellXfs`` (18.8.10). Nothing is ever changed in an
existing format: a variant is a copy with one property changed, added once at the end.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from functools import cache

from inactifs.ooxml import InvalidPackage, markup, not_a_workbook
from inactifs.ooxml.cell_xml import Need, SharedTexts
from inactifs.ooxml.markup import Element, Xml, attribute, escape
from inactifs.ooxml.package import OFFICE, STRICT_OFFICE, Package
from inactifs.ooxml.references import Area

ORDER = (
    b"fileVersion", b"fileSharing", b"workbookPr", b"workbookProtection", b"bookViews",
    b"sheets", b"functionGroups", b"externalReferences", b"definedNames", b"calcPr", b"oleSize",
    b"customWorkbookViews", b"pivotCaches", b"smartTagPr", b"smartTagTypes", b"webPublishing",
    b"fileRecoveryPr", b"webPublishObjects", b"extLst",
)  # fmt: skip
STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_AREA = re.compile(r"(?<=!)\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?")
_AREAS = {"_xlnm._FilterDatabase", "_xlnm.Print_Area"}


class MainPart:
    """The workbook part of a package, and the parts that all its sheets use."""

    def __init__(self, package: Package) -> None:
        self.package = package
        main = [link for link in package.relations("") if link.kind == "officeDocument"]
        if len(main) != 1 or main[0].part not in package:
            raise not_a_workbook()
        self.part = main[0].part
        self.xml = package.xml(self.part)
        self._original = self.xml.data
        self.links = package.relations(self.part)
        root = self.xml.root
        if root.name != self.xml.prefix + b"workbook":
            raise InvalidPackage(
                "c'est un document Office, mais pas un classeur Excel",
                "Indiquez un fichier .xlsx ou .xlsm.",
            )
        space = b":".join(filter(None, (b"xmlns", self.xml.prefix[:-1])))
        self.namespace = root.attributes.get(space, b"")
        self.strict = self.namespace == STRICT
        self.office = STRICT_OFFICE if self.strict else OFFICE
        self.date1904 = self.xml.says(b"workbookPr", b"date1904")
        self.structure_locked = self.xml.says(b"workbookProtection", b"lockStructure")
        self.shared = SharedTexts(package, self.linked("sharedStrings"))
        self._styles: Styles | None = None

    def linked(self, kind: str) -> str | None:
        """The part that the workbook is linked to by this kind of relationship."""
        found = (link.part for link in self.links if link.kind == kind and not link.external)
        return next((part for part in found if part in self.package), None)

    def sheets(self) -> list[dict[bytes, bytes]]:
        """The attributes of each tab (18.2.19), in order."""
        parent = self.xml.find(b"sheets")
        return [tab.attributes for tab in self.xml.all(b"sheet", parent)] if parent else []

    @property
    def styles(self) -> Styles:
        if self._styles is None:
            if part := self.linked("styles"):
                self._styles = Styles(self.package.xml(part))
            elif any(name.casefold().endswith("/styles.xml") for name in self.package.names()):
                raise InvalidPackage("ses styles (styles.xml) ne sont pas reliés au classeur")
            else:
                data = EMPTY.replace(_MAIN, STRICT) if self.strict else EMPTY
                self._styles = Styles(Xml(data))
        return self._styles

    def edit_areas(self, index: int, edit: Callable[[Area], Area]) -> None:
        """Replace the ranges of the sheet's filter and print area, in the names that hold them."""

        def change(match: re.Match[str]) -> str:
            old = Area.required(match[0])
            new = edit(old)
            return match[0] if new == old else str(new)

        self.xml.replace(
            (e.inner, e.close, _AREA.sub(change, e.content.decode()).encode())
            for e, attrs in self.names_of(index)
            if attrs.get("name") in _AREAS
        )

    def names_of(self, index: int) -> Iterator[tuple[Element, dict[str, str]]]:
        """The defined names that the sheet of this rank has of its own, and their attributes."""
        for element in self.xml.all(b"definedName"):
            raw = element.attributes
            attrs = {key.decode(): markup.text_attribute(raw, key) for key in raw}
            if attrs.get("localSheetId") == str(index):
                yield element, attrs

    def add_name(self, formula: str, attrs: dict[str, str]) -> None:
        """Append a ``definedName``: its formula, its attributes."""
        written = "".join(f' {key}="{attribute(value)}"' for key, value in attrs.items())
        fragment = self.xml.own(f"<definedName{written}>{escape(formula)}</definedName>")
        self.xml.append_to(ORDER, b"definedNames", fragment)

    def recalculate_on_load(self) -> None:
        """Have every formula computed when the file is opened (18.2.2 ``calcPr``): Excel obeys;
        LibreOffice follows its own option (by default, it shows what was stored)."""
        found = self.xml.find(b"calcPr")
        if found is None:
            self.xml.insert(ORDER, b"calcPr", self.xml.own('<calcPr fullCalcOnLoad="1"/>'))
        elif not self.xml.says(b"calcPr", b"fullCalcOnLoad"):
            self.xml.set(found, fullCalcOnLoad=1)

    def save(self) -> None:
        """Put the changed parts in the package."""
        if self._styles is not None and self._styles.changed:
            data = self._styles.to_bytes()
            if part := self.linked("styles"):
                self.package.write(part, data)
            else:
                part = posixpath.join(posixpath.dirname(self.part), "styles.xml")
                self.package.add(part, data, _STYLES_TYPE, self.part, f"{self.office}/styles")
        if self.xml.data != self._original:
            self.package.write(self.part, self.xml.data)


_ORDER = (
    b"numFmts", b"fonts", b"fills", b"borders", b"cellStyleXfs", b"cellXfs", b"cellStyles",
    b"dxfs", b"tableStyles", b"colors", b"extLst",
)  # fmt: skip
_DATES = {14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58}  # 18.8.30
_TIMES = {18, 19, 20, 21, *range(32, 36), 45, 46, 47, 55, 56}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_CHANGES: dict[Need, dict[str, int]] = {
    "date": {"numFmtId": 14, "applyNumberFormat": 1},
    "datetime": {"numFmtId": 22, "applyNumberFormat": 1},
    "number": {"numFmtId": 0, "applyNumberFormat": 1},
    "unfilled": {"fillId": 0},
    "wrap": {"applyAlignment": 1},
}

_MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="' + _MAIN + b'">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    b'</cellStyleXfs><cellXfs count="1">'
    b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


class Styles:
    """The formats of ``styles.xml``, read once, appended to."""

    def __init__(self, xml: Xml) -> None:
        self._xml = xml
        self.own = xml.own
        self._lists: dict[bytes, list[bytes]] = {}
        self._sizes: dict[bytes, int] = {}
        self._fitted: dict[tuple[int, Need], int] = {}

    @property
    def changed(self) -> bool:
        return any(len(self._lists[name]) > size for name, size in self._sizes.items())

    def items(self, name: bytes) -> list[bytes]:
        """The elements of one list, such as ``fonts`` or ``cellXfs``; append with add()."""
        if name not in self._lists:
            parent = self._xml.find(name)
            found = self._xml.children(parent) if parent else []
            self._lists[name] = [self._xml.data[e.start : e.end] for e in found]
            self._sizes[name] = len(found)
        return self._lists[name]

    def add(self, name: bytes, element: bytes) -> int:
        """Rank of this element in its list, where it is added if it is not there yet."""
        items = self.items(name)
        if element not in items:
            items.append(element)
        return items.index(element)

    def number_formats(self) -> dict[int, str]:
        """The codes of the workbook's own formats, by ``numFmtId`` (18.8.30)."""
        formats = map(markup.attributes, self.items(b"numFmts"))
        return {
            markup.number(f, b"numFmtId"): markup.text_attribute(f, b"formatCode") for f in formats
        }

    def add_number_format(self, code: str) -> int:
        """The ``numFmtId`` of this code, which is added if the workbook has not got it."""
        codes = self.number_formats()
        number = next((number for number, known in codes.items() if known == code), None)
        if number is None:
            number = max([163, *codes]) + 1
            element = f'<numFmt numFmtId="{number}" formatCode="{attribute(code)}"/>'
            self.items(b"numFmts").append(self.own(element))
        return number

    def format_kind(self, style: int) -> str:
        """``"date"``, ``"time"`` or ``""``: what the format makes of a number (18.8.30, .31)."""
        number = markup.number(markup.attributes(self._xf(style)), b"numFmtId")
        if number in _DATES or number in _TIMES:
            return "date" if number in _DATES else "time"
        code = self.number_formats().get(number, "").lower()
        letters = set(_LITERALS.sub("", code.split(";")[0]))
        if "general" in code:
            return ""
        if letters & {"y", "d"} or ("m" in letters and not letters & {"h", "s", "0", "#"}):
            return "date"
        return "time" if letters & {"h", "s"} or "[" in letters else ""

    def wraps(self, style: int) -> bool:
        """Whether texts of this format are broken at the width of their column."""
        return _wraps(self._xf(style), self._xml.prefix)

    def fit(self, style: int, need: Need) -> int:
        """``style`` if it shows such a value as it should, else its variant that does."""
        if (style, need) not in self._fitted:
            self._fitted[style, need] = self._variant(style, need)
        return self._fitted[style, need]

    def _variant(self, style: int, need: Need) -> int:
        if not self._xf(style):
            style = 0
            if not self.items(b"cellXfs"):
                self.add(b"cellXfs", self.own('<xf numFmtId="0" xfId="0"/>'))
        xf = Xml(self._xf(style), self._xml.prefix)
        if need == "wrap":
            fits = self.wraps(style)
        elif need == "unfilled":
            fits = markup.number(xf.root.attributes, b"fillId") == 0
        else:
            fits = self.format_kind(style) == ("" if need == "number" else "date")
        if fits:
            return style
        if need == "wrap" and (found := xf.find(b"alignment")):
            xf.set(found, wrapText=1)
        elif need == "wrap":
            xf.insert((b"alignment",), b"alignment", xf.own('<alignment wrapText="1"/>'))
        xf.set(xf.root, **_CHANGES[need])
        return self.add(b"cellXfs", xf.data)

    def _xf(self, style: int) -> bytes:
        """The format of this rank, empty when there is none."""
        formats = self.items(b"cellXfs")
        return formats[style] if 0 <= style < len(formats) else b""

    def to_bytes(self) -> bytes:
        """The part, with what was added."""
        xml = Xml(self._xml.data)
        for name, items in self._lists.items():
            added = b"".join(items[self._sizes[name] :])
            if added:
                xml.set(xml.append_to(_ORDER, name, added), count=len(items))
        return xml.data


@cache
def _wraps(xf: bytes, prefix: bytes) -> bool:
    """Whether the format breaks texts (18.8.1)."""
    return Xml(xf, prefix).says(b"alignment", b"wrapText")
