"""What the sheets of a workbook share: the workbook part, styles, texts, defined names.

ECMA-376 Part 1, 18.2 (workbook), 18.2.5 (definedName), 18.4 (shared strings), 18.8 (styles). A
cell's ``s`` is the rank of an ``xf`` in ``cellXfs`` (18.8.10). Nothing is ever changed in an
existing format: a variant is a copy with one property changed, added once at the end.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache

from inactifs.ooxml import InvalidPackage, cell_xml, markup, not_a_workbook
from inactifs.ooxml.cell_xml import Need
from inactifs.ooxml.markup import Element, Xml, attribute, escape
from inactifs.ooxml.package import Package
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


class MainPart:
    """The workbook part of a package, and the parts that all its sheets use."""

    def __init__(self, package: Package) -> None:
        self.package = package
        main = [link for link in package.relations("") if link.kind == "officeDocument"]
        if len(main) != 1 or main[0].part not in package:
            raise not_a_workbook()
        self.part = main[0].part
        self._original = markup.whole(package.read(self.part), self.part)
        self.xml = Xml(self._original)
        self.links = package.relations(self.part)
        tag = self.xml.root.tag(self.xml.data)
        if tag[1:].split()[0].rstrip(b">") != self.xml.prefix + b"workbook":
            raise InvalidPackage(
                "c'est un document Office, mais pas un classeur Excel",
                "Indiquez un fichier .xlsx ou .xlsm.",
            )
        self.namespace = markup.namespaces(tag).get(self.xml.prefix[:-1], b"")
        self.strict = self.namespace == STRICT
        self.date1904 = self._says(b"workbookPr", b"date1904")
        self.structure_locked = self._says(b"workbookProtection", b"lockStructure")
        self._styles: Styles | None = None
        self._styles_part: str | None = None
        self._shared: SharedTexts | None = None
        self._rich: dict[int, bytes] | None = None

    def _says(self, element: bytes, attribute: bytes) -> bool:
        attrs = self.xml.attributes(self.xml.find(element))
        return markup.is_true(attrs.get(attribute))

    def linked(self, kind: str) -> str | None:
        """The part that the workbook is linked to by this kind of relationship."""
        found = (link.part for link in self.links if link.kind == kind and not link.external)
        return next((part for part in found if part in self.package), None)

    def sheets(self) -> list[dict[bytes, bytes]]:
        """The attributes of each tab (18.2.19), in order."""
        parent = self.xml.find(b"sheets")
        return [*map(self.xml.attributes, self.xml.all(b"sheet", parent))] if parent else []

    @property
    def styles(self) -> Styles:
        if self._styles is None:
            self._styles_part = self.linked("styles")
            if self._styles_part is None:
                if any(name.casefold().endswith("/styles.xml") for name in self.package.names()):
                    raise InvalidPackage("ses styles (styles.xml) ne sont pas reliés au classeur")
                data = EMPTY
                if self.strict:
                    data = re.sub(rb'xmlns="[^"]*"', b'xmlns="' + STRICT + b'"', data)
            else:
                data = markup.whole(self.package.read(self._styles_part), self._styles_part)
            self._styles = Styles(data)
        return self._styles

    def shared(self) -> SharedTexts:
        """The shared strings, as plain texts."""
        if self._shared is None:
            part = self.linked("sharedStrings")
            self._shared = _texts(self.package.read(part), part) if part else SharedTexts()
        return self._shared

    def rich(self) -> dict[int, bytes]:
        """The shared strings that have runs: rank → ``si`` element, without prefix."""
        if self._rich is None:
            part = self.linked("sharedStrings")
            self._rich = {} if part is None else cell_xml.rich_texts(self.package.read(part), part)
        return self._rich

    def edit_areas(self, index: int, names: set[str], edit: Callable[[Area], Area]) -> None:
        """Replace the ranges in the sheet's own defined names (``_xlnm.Print_Area``…)."""

        def change(match: re.Match[str]) -> str:
            old = Area.required(match[0])
            new = edit(old)
            return match[0] if new == old else str(new)

        self.xml.replace(
            (e.inner, e.close, _AREA.sub(change, text).encode())
            for e, attrs, text in self.names_of(index)
            if attrs.get("name") in names
        )

    def names_of(self, index: int) -> Iterator[tuple[Element, dict[str, str], str]]:
        """The defined names that the sheet of this rank has of its own: each element, its
        attributes, and its formula still escaped."""
        for element in self.xml.all(b"definedName"):
            raw = self.xml.attributes(element)
            attrs = {key.decode(): markup.text_attribute(raw, key) for key in raw}
            if attrs.get("localSheetId") == str(index):
                yield element, attrs, self.xml.data[element.inner : element.close].decode()

    def add_names(self, names: list[tuple[dict[str, str], str]]) -> None:
        """Append ``definedName`` elements: attributes, and formula."""
        fragment = ""
        for attrs, formula in names:
            written = "".join(f' {key}="{attribute(value)}"' for key, value in attrs.items())
            fragment += f"<definedName{written}>{escape(formula)}</definedName>"
        if fragment:
            self.xml.append_to(ORDER, b"definedNames", self.xml.own(fragment))

    def recalculate_on_load(self) -> None:
        """Have every formula computed when the file is opened (18.2.2 ``calcPr``): Excel obeys;
        LibreOffice follows its own option (by default, it shows what was stored)."""
        found = self.xml.find(b"calcPr")
        if found is None:
            fragment = self.xml.own('<calcPr fullCalcOnLoad="1"/>')
            self.xml.insert(ORDER, b"calcPr", fragment)
        elif not self._says(b"calcPr", b"fullCalcOnLoad"):
            self.xml.set(found, fullCalcOnLoad=1)

    def save(self) -> None:
        """Put the changed parts in the package."""
        if self._styles is not None and self._styles.changed:
            if self._styles_part is None:
                folder = posixpath.dirname(self.part)
                self._styles_part = posixpath.join(folder, "styles.xml")
                self.package.add_relation(self.part, "styles", self._styles_part, self.strict)
                self.package.add_content_type(self._styles_part, _STYLES_TYPE)
            self.package.write(self._styles_part, self._styles.to_bytes())
        if self.xml.data != self._original:
            self.package.write(self.part, self.xml.data)


class SharedTexts(Sequence[str]):
    """The texts of a shared strings part (18.4.9), each made when it is asked for: a write looks
    at a handful."""

    def __init__(self, data: bytes = b"", part: str = "") -> None:
        self._xml = Xml(markup.utf8(data, part), None if data else b"")
        item = re.escape(self._xml.prefix + b"si")
        end = rb"(?:/>|(?<!/)>.*?</%s\s*>)" % item
        quick = re.compile(rb"<%s(?:\s[^>]*)?%s" % (item, end), re.DOTALL)
        self._spans = [m.span() for m in quick.finditer(markup.mask(self._xml.data))]

    def __len__(self) -> int:
        return len(self._spans)

    def __getitem__(self, rank: int) -> str:  # type: ignore[override]  # never a slice
        start, end = self._spans[rank]
        return cell_xml.rich_text(self._xml.data[start:end], self._xml.prefix)


_texts = lru_cache(maxsize=1)(SharedTexts)  # the same bytes, note after note of a round


_ORDER = (
    b"numFmts", b"fonts", b"fills", b"borders", b"cellStyleXfs", b"cellXfs", b"cellStyles",
    b"dxfs", b"tableStyles", b"colors", b"extLst",
)  # fmt: skip
_DATES = {14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 55), 57, 58}  # 18.8.30
_TIMES = {18, 19, 20, 21, *range(32, 36), 45, 46, 47, 55, 56}
_FORMAT_OF = {"date": 14, "datetime": 22, "number": 0}
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)

EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    b'</cellStyleXfs><cellXfs count="1">'
    b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


@cache
def kind_of_code(code: str) -> str:
    """``"date"``, ``"time"`` or ``""`` for a number format code (18.8.31)."""
    letters = set(_LITERALS.sub("", code.split(";")[0]).lower())
    if "general" in code.lower():
        return ""
    if letters & {"y", "d"} or ("m" in letters and not letters & {"h", "s", "0", "#"}):
        return "date"
    return "time" if letters & {"h", "s"} or "[" in letters else ""


class Styles:
    """The formats of ``styles.xml``, read once, appended to."""

    def __init__(self, data: bytes) -> None:
        self._xml = Xml(data)
        self.own = self._xml.own
        self._prefix = self._xml.prefix
        self._lists: dict[bytes, list[bytes]] = {}
        self._sizes: dict[bytes, int] = {}
        self._codes: dict[int, str] | None = None
        self._fitted: dict[tuple[int, Need], int] = {}
        self._wraps: dict[int, bool] = {}

    @property
    def changed(self) -> bool:
        return any(len(self._lists[name]) > size for name, size in self._sizes.items())

    def items(self, name: bytes) -> list[bytes]:
        """The elements of one list, such as ``fonts`` or ``cellXfs``; append with add()."""
        if name not in self._lists:
            data, parent = self._xml.data, self._xml.find(name)
            found = markup.children(markup.mask(data), parent) if parent else []
            self._lists[name] = [data[e.start : e.end] for _, e in found]
            self._sizes[name] = len(found)
        return self._lists[name]

    def add(self, name: bytes, element: bytes) -> int:
        """Rank of this element in its list, where it is added if it is not there yet."""
        items = self.items(name)
        try:
            return items.index(element)
        except ValueError:
            items.append(element)
            return len(items) - 1

    def number_formats(self) -> dict[int, str]:
        """The codes of the workbook's own formats, by ``numFmtId`` (18.8.30)."""
        if self._codes is None:
            self._codes = {}
            for item in self.items(b"numFmts"):
                attrs = markup.attributes(item)
                number = markup.number(attrs, b"numFmtId")
                self._codes[number] = markup.text_attribute(attrs, b"formatCode")
        return self._codes

    def add_number_format(self, code: str) -> int:
        """The ``numFmtId`` of this code, which is added if the workbook has not got it."""
        codes = self.number_formats()
        for number, known in codes.items():
            if known == code:
                return number
        number = max([163, *codes]) + 1
        codes[number] = code
        element = f'<numFmt numFmtId="{number}" formatCode="{attribute(code)}"/>'
        self.items(b"numFmts").append(self.own(element))
        return number

    def format_kind(self, style: int) -> str:
        """``"date"``, ``"time"`` or ``""``: what the format makes of a number."""
        xf = self._xf(style)
        number = markup.number(xf.attributes(xf.root), b"numFmtId") if xf else 0
        if number in _DATES:
            return "date"
        if number in _TIMES:
            return "time"
        code = self.number_formats().get(number)
        return kind_of_code(code) if code else ""

    def fit(self, style: int, need: Need) -> int:
        """``style`` if it shows such a value as it should, else its variant that does."""
        known = self._fitted.get((style, need))
        if known is None:
            known = self._fitted[style, need] = self._fit(style, need)
        return known

    def wraps(self, style: int) -> bool:
        """Whether texts of this format are broken at the width of their column."""
        if style not in self._wraps:
            xf = self._xf(style)
            self._wraps[style] = xf is not None and _wraps(xf)
        return self._wraps[style]

    def to_bytes(self) -> bytes:
        """The part, with what was added."""
        xml = Xml(self._xml.data)
        for name, items in self._lists.items():
            added = b"".join(items[self._sizes[name] :])
            if added:
                xml.set(xml.append_to(_ORDER, name, added), count=len(items))
        return xml.data

    def _xf(self, style: int) -> Xml | None:
        """The format of this rank, if there is one."""
        xfs = self.items(b"cellXfs")
        return Xml(xfs[style], self._prefix) if 0 <= style < len(xfs) else None

    def _fit(self, style: int, need: Need) -> int:
        xf = self._xf(style)
        if xf is None:
            style, plain = 0, self.own('<xf numFmtId="0" xfId="0"/>')
            if not self.items(b"cellXfs"):
                self.add(b"cellXfs", plain)
            xf = Xml(self.items(b"cellXfs")[0], self._prefix)
        if need == "wrap":
            fits = _wraps(xf)
            changes: dict[str, int] = {"applyAlignment": 1}
        elif need == "unfilled":
            fits = markup.number(xf.attributes(xf.root), b"fillId") == 0
            changes = {"fillId": 0}
        else:
            fits = self.format_kind(style) == ("" if need == "number" else "date")
            changes = {"numFmtId": _FORMAT_OF[need], "applyNumberFormat": 1}
        if fits:
            return style
        if need == "wrap":
            _wrap(xf)
        xf.set(xf.root, **changes)
        return self.add(b"cellXfs", xf.data)


def _wraps(xf: Xml) -> bool:
    """Whether the format breaks texts (18.8.1)."""
    return markup.is_true(xf.attributes(xf.find(b"alignment")).get(b"wrapText"))


def _wrap(xf: Xml) -> None:
    if found := xf.find(b"alignment"):
        xf.set(found, wrapText=1)
    else:
        xf.insert((b"alignment",), b"alignment", xf.own('<alignment wrapText="1"/>'))
