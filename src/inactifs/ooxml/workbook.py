"""A workbook, opened from bytes and written back to bytes (ECMA-376 Part 1, 18.2).

A sheet may be transplanted from another one: its part is copied; its shared strings become texts
of its own, its formats are added to this style sheet and renumbered, its defined names follow
(18.2.20 ``sheets``, 18.2.6 ``definedNames``, 18.8.10 ``cellXfs``, 18.8.15 ``dxfs``).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from inactifs.ooxml import EditRefused, InvalidPackage, markup
from inactifs.ooxml.cell_xml import inline, rich_text
from inactifs.ooxml.formulas import Formula, Growth, formulas, grow
from inactifs.ooxml.main_part import STRICT, MainPart, Styles
from inactifs.ooxml.markup import Xml, attribute, unescape
from inactifs.ooxml.package import OFFICE, RELATIONS, Package, rels_of

if TYPE_CHECKING:
    from inactifs.ooxml.sheet import Sheet

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHARED = re.compile(rb'<c((?: [a-z]+="[^"]*")*?) t="s"([^>]*)><v>(\d+)</v></c>')
_NUMBERED = re.compile(rb'<c r="[A-Z0-9]+" s="(\d+)"(?: t="n")?><v>')
_STYLED = re.compile(rb'(<(?:c|row|col) (?:[^>]*? )?(?:s|style)=")(\d+)"')
_DXF = re.compile(rb'(<cfRule [^>]*?dxfId=")(\d+)"')
_FORMULA = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?f[\s/>]")
_USUAL = {
    "worksheet": "worksheets/sheet{}.xml", "styles": "styles.xml",
    "sharedStrings": "sharedStrings.xml",
}  # fmt: skip


class SheetRef(NamedTuple):
    """One worksheet; ``rank`` counts all the tabs, chart sheets included."""

    name: str
    part: str
    state: str  # visible, hidden or veryHidden
    rank: int


class Workbook:
    """The workbook of a package, edited sheet by sheet; InvalidPackage for bytes that are none, or
    cannot be edited safely."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.package = Package(data)
        self._common = MainPart(self.package)
        self.date1904 = self._common.date1904  # where day 0 is 1 January 1904, not 31/12/1899
        self._editors: dict[str, Sheet] = {}
        self._transplanted = False
        self._growths: list[Growth] = []
        self.sheets = self._read_sheets()

    def _read_sheets(self) -> list[SheetRef]:
        links = {link.id: link for link in self._common.links if not link.external}
        found: list[SheetRef] = []
        for rank, attrs in enumerate(self._common.sheets()):
            key = next((n for n in attrs if n.endswith(b":id")), b"")
            link = links.get(markup.text_attribute(attrs, key))
            if link and link.kind == "worksheet" and link.part in self.package:
                markup.integer(attrs, b"sheetId")
                name = markup.text_attribute(attrs, b"name")
                state = markup.text_attribute(attrs, b"state", "visible")
                found.append(SheetRef(name, link.part, state, rank))
        names = [ref.name.casefold() for ref in found]
        for ref in found:
            if names.count(ref.name.casefold()) > 1:
                raise InvalidPackage(f"deux feuilles y portent le nom « {ref.name} »")
        if len({ref.part for ref in found}) != len(found):
            raise InvalidPackage("deux feuilles y ont le même contenu")
        return found

    def shared_strings(self) -> bytes:
        """The part that holds the texts of all sheets (18.4.9), empty if there is none."""
        part = self._common.linked("sharedStrings")
        return self.package.read(part) if part else b""

    def _ref(self, name: str) -> SheetRef:
        for ref in self.sheets:
            if ref.name == name:
                return ref
        raise KeyError(name)

    def sheet(self, name: str) -> Sheet:
        """The editor of a worksheet, the same at each call; KeyError if there is none."""
        if name not in self._editors:
            from inactifs.ooxml.sheet import Sheet

            ref = self._ref(name)
            self._editors[name] = Sheet(self._common, ref.name, ref.part, ref.rank)
        return self._editors[name]

    def usual_package(self, other: Mapping[str, bytes] | None = None) -> bytes:
        """For readers: the same cells, ``other`` parts put in, in a package whose parts bear the
        names that Excel gives them; the very bytes that were opened where they do. A main part may
        be anywhere, and names may have backslashes (Part 2, 6.2.2 and 6.5)."""
        common = self._common
        if not other and common.part == "xl/workbook.xml" and self.package.plain:
            return self._data
        parts: dict[str, bytes] = {}
        links = {"": [("rId1", "xl/workbook.xml", "officeDocument")], "xl/workbook.xml": []}
        for rank, link in enumerate(common.links):
            if link.kind in _USUAL and not link.external and link.part in self.package:
                name = _USUAL[link.kind].format(rank)
                parts[f"xl/{name}"] = (other or {}).get(link.part) or self.package.read(link.part)
                links["xl/workbook.xml"].append((link.id, name, link.kind))
        parts["xl/workbook.xml"] = common.xml.data
        for part, targets in links.items():
            written = "".join(
                f'<Relationship Id="{attribute(id_)}" Target="{name}" Type="{OFFICE}/{kind}"/>'
                for id_, name, kind in targets
            )
            rels = f'<Relationships xmlns="{RELATIONS}">{written}</Relationships>'
            parts[rels_of(part)] = rels.encode()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data)
        return out.getvalue()

    def transplant(self, source: bytes, name: str) -> None:
        """Copy the sheet ``name`` of another workbook here, as the last tab; EditRefused when it
        has drawings or tables, its name is taken, or the list of sheets is protected."""
        other = Workbook(source)
        _graft(self._common, other._common, other._ref(name))
        self._transplanted = True
        self.sheets = self._read_sheets()

    def formulas(self) -> Iterator[Formula]:
        """Those that hold a range, of every sheet, chart and name."""
        for _, data, sheet in self._with_formulas():
            yield from formulas(data, sheet)
        yield from formulas(self._common.xml.data)

    def follow(self, growth: Growth) -> None:
        """Have what refers to the whole of a table, wherever it is, take its new rows in."""
        self._growths.append(growth)

    def _with_formulas(self) -> Iterator[tuple[str, bytes, str]]:
        """The parts that may hold ranges, each with the name of the sheet that it is; a chart that
        cannot be read is let alone."""
        for ref in self.sheets:
            yield ref.part, self.package.read(ref.part), ref.name
        for part in self.package.names():
            if "/charts/" in part.casefold():
                with suppress(InvalidPackage):
                    yield part, self.package.read(part), ""

    def to_bytes(self) -> bytes:
        """The package with its changes, its formulas marked to be computed anew on opening; the
        very same bytes when there are none."""
        for editor in self._editors.values():
            editor.save()
        if not self._transplanted and not any(e.changed for e in self._editors.values()):
            return self._data
        common = self._common
        if self._growths:
            for part, data, sheet in self._with_formulas():
                if (grown := grow(data, self._growths, sheet)) is not data:
                    self.package.write(part, grown)
            common.xml.data = grow(common.xml.data, self._growths)
            self._growths.clear()
        others = (r.part for r in self.sheets if r.name not in self._editors)
        if (
            common.linked("calcChain")
            or any(editor.has_formulas for editor in self._editors.values())
            or any(_FORMULA.search(self.package.read(part)) for part in others)
        ):
            common.recalculate_on_load()
        common.save()
        return self.package.dump()


def _graft(target: MainPart, source: MainPart, sheet: SheetRef) -> None:
    """Add a sheet of ``source`` (made without prefixes) to ``target``."""
    name, package = sheet.name, target.package
    if target.structure_locked:
        raise EditRefused(
            "la structure du classeur est protégée : aucune feuille ne peut y être ajoutée",
            "Dans Excel, ôtez la protection (Révision, Protéger le classeur), puis recommencez.",
        )
    if source.xml.prefix or source.package.relations(sheet.part):
        raise EditRefused(f"la feuille « {name} » a des objets qui ne se copient pas")
    tabs = target.sheets()
    if name.casefold() in {markup.text_attribute(tab, b"name").casefold() for tab in tabs}:
        raise EditRefused(f"le classeur a déjà une feuille « {name} »")
    data = source.package.read(sheet.part)
    if source.date1904 != target.date1904 and any(
        source.styles.format_kind(int(match[1])) for match in _NUMBERED.finditer(data)
    ):
        raise EditRefused(f"la feuille « {name} » compte les dates autrement")
    parent = target.xml.find(b"sheets")
    if parent is None:
        raise EditRefused("le classeur n'a aucune feuille")
    data = _own_styles(_own_texts(data, source), source.styles, target.styles)
    data = re.sub(rb' tabSelected="[^"]*"', b"", data, count=1)
    office = target.office
    if target.strict:
        data = data.replace(source.namespace, STRICT).replace(OFFICE.encode(), office.encode())
    folder = posixpath.join(posixpath.dirname(target.part), "worksheets")
    parts = (posixpath.join(folder, f"sheet{n}.xml") for n in count(1))
    new = next(part for part in parts if part not in package)
    link = package.add(new, data, _SHEET_TYPE, target.part, f"{office}/worksheet")
    target.links = package.relations(target.part)
    number = max((markup.integer(tab, b"sheetId") for tab in tabs), default=0) + 1
    spaces = target.xml.root.attributes.items()
    known = (n[6:] for n, space in spaces if n[:6] == b"xmlns:" and space == office.encode())
    prefix = next(known, b"").decode()
    own = "" if prefix else f' xmlns:r="{office}"'
    id_ = f'{prefix or "r"}:id="{link}"'
    fragment = f'<sheet{own} name="{attribute(name)}" sheetId="{number}" {id_}/>'
    target.xml.append(parent, target.xml.own(fragment))
    for element, attrs in source.names_of(sheet.rank):
        attrs["localSheetId"] = str(len(tabs))
        target.add_name(unescape(element.content.decode()), attrs)


def _own_texts(data: bytes, source: MainPart) -> bytes:
    """Shared strings written in their cells (18.3.1.53 ``is``)."""

    def own(match: re.Match[bytes]) -> bytes:
        text = inline(rich_text(*source.shared.element(int(match[3])))).encode()
        return b'<c%b%b t="inlineStr">%b</c>' % (match[1], match[2], text)

    new = _SHARED.sub(own, data)
    if b't="s"' in new:
        raise EditRefused("la feuille à copier n'a pas la forme attendue")
    return new


def _own_styles(data: bytes, source: Styles, target: Styles) -> bytes:
    """Formats added to the target's style sheet, and their new numbers in the sheet."""

    @cache
    def copied(rank: int) -> int:
        """A copy of this ``xf``, based on the target's « Normal » style."""
        element = markup.with_attributes(source.items(b"cellXfs")[rank], pivotButton=None)
        xf = Xml(element, b"")
        attrs = xf.root.attributes
        values: dict[str, int] = {}
        for kind in ("Font", "Fill", "Border"):
            key, name = f"{kind.lower()}Id", f"{kind.lower()}s".encode()
            item = source.items(name)[markup.integer(attrs, key.encode())]
            values |= {key: target.add(name, target.own(item)), f"apply{kind}": 1}
        number = markup.integer(attrs, b"numFmtId")
        if code := source.number_formats().get(number):
            number = target.add_number_format(code)
        xf.set(xf.root, **values, numFmtId=number, xfId=0)
        return target.add(b"cellXfs", target.own(xf.data))

    def rule(match: re.Match[bytes]) -> bytes:
        element = source.items(b"dxfs")[int(match[2])]
        return match[1] + b'%d"' % target.add(b"dxfs", target.own(element))

    data = _STYLED.sub(lambda m: m[1] + b'%d"' % copied(int(m[2])), data)
    return _DXF.sub(rule, data)
