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
from typing import TYPE_CHECKING, NamedTuple

from inactifs.ooxml import EditRefused, InvalidPackage, markup
from inactifs.ooxml.cell_xml import inline
from inactifs.ooxml.formulas import Formula, Growth, formulas, grow
from inactifs.ooxml.main_part import STRICT, MainPart, Styles
from inactifs.ooxml.markup import Xml, attribute, unescape
from inactifs.ooxml.package import OFFICE, RELATIONS, STRICT_OFFICE, Package

if TYPE_CHECKING:
    from inactifs.ooxml.sheet import Sheet


_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHARED = re.compile(rb'<c((?: [a-z]+="[^"]*")*?) t="s"([^>]*)><v>(\d+)</v></c>')
_NUMBERED = re.compile(rb'<c r="[A-Z0-9]+" s="(\d+)"(?: t="n")?><v>')
_STYLED = re.compile(rb'(<(?:c|row|col) (?:[^>]*? )?)(s|style)="(\d+)"')
_DXF = re.compile(rb'(<cfRule [^>]*?dxfId=")(\d+)"')
_LISTS = {"Font": b"fonts", "Fill": b"fills", "Border": b"borders"}
_FORMULA = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?f[\s/>]")


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
        self._editors: dict[str, Sheet] = {}
        self._transplanted = False
        self._growths: list[Growth] = []
        self.sheets = self._read_sheets()

    @property
    def date1904(self) -> bool:
        """Whether day 0 is 1 January 1904 rather than 31 December 1899."""
        return self._common.date1904

    @property
    def structure_locked(self) -> bool:
        """Whether the list of sheets is protected (18.2.29)."""
        return self._common.structure_locked

    def shared_strings(self) -> bytes:
        """The part that holds the texts of all sheets (18.4.9), empty if there is none."""
        part = self._common.linked("sharedStrings")
        return b"" if part is None else self.package.read(part)

    def sheet(self, name: str) -> Sheet:
        """The editor of a worksheet, the same at each call; KeyError if there is none."""
        editor = self._editors.get(name)
        if editor is None:
            from inactifs.ooxml.sheet import Sheet

            ref = next((ref for ref in self.sheets if ref.name == name), None)
            if ref is None:
                raise KeyError(name)
            editor = Sheet(self._common, ref.name, ref.part, ref.rank)
            self._editors[name] = editor
        return editor

    def usual_package(self, other: Mapping[str, bytes] | None = None) -> bytes:
        """For readers: the same cells, ``other`` parts put in, in a package whose parts bear the
        names that Excel gives them; the very bytes that were opened where they do.

        A main part may be anywhere, and names may have backslashes (Part 2, 6.2.2 and 6.5).
        """
        common = self._common
        if not other and common.part == "xl/workbook.xml" and self.package.plain:
            return self._data
        out = io.BytesIO()
        linked = ""
        with zipfile.ZipFile(out, "w") as archive:
            for rank, link in enumerate(common.links):
                name = {"worksheet": f"worksheets/sheet{rank}.xml", "styles": "styles.xml",
                        "sharedStrings": "sharedStrings.xml"}.get(link.kind)  # fmt: skip
                if name is None or link.external or link.part not in self.package:
                    continue
                data = (other or {}).get(link.part) or self.package.read(link.part)
                archive.writestr(f"xl/{name}", data)
                linked += (
                    f'<Relationship Id="{attribute(link.id)}" Target="{name}" '
                    f'Type="{OFFICE}/{link.kind}"/>'
                )
            root = (
                f'<Relationship Id="rId1" Target="xl/workbook.xml" Type="{OFFICE}/officeDocument"/>'
            )
            archive.writestr("xl/workbook.xml", common.xml.data)
            for name, links in (("_rels/.rels", root), ("xl/_rels/workbook.xml.rels", linked)):
                head = f'<Relationships xmlns="{RELATIONS}">'
                archive.writestr(name, f"{head}{links}</Relationships>")
        return out.getvalue()

    def transplant(self, source: bytes, name: str) -> None:
        """Copy the sheet ``name`` of another workbook here, as the last tab; EditRefused when it
        has drawings or tables, its name is taken, or the list of sheets is protected."""
        other = Workbook(source)
        ref = next((ref for ref in other.sheets if ref.name == name), None)
        if ref is None:
            raise KeyError(name)
        _graft(self._common, other._common, ref.part, ref.name, ref.rank)
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

    def _grow_formulas(self) -> None:
        if self._growths:
            for part, data, sheet in self._with_formulas():
                if (grown := grow(data, self._growths, sheet)) is not data:
                    self.package.write(part, grown)
            common = self._common.xml
            common.data = grow(common.data, self._growths)
            self._growths.clear()

    def to_bytes(self) -> bytes:
        """The package with its changes, its formulas marked to be computed anew on opening; the
        very same bytes when there are none."""
        for editor in self._editors.values():
            editor.save()
        if not self._transplanted and not any(e.changed for e in self._editors.values()):
            return self._data
        self._grow_formulas()
        if self._has_formulas():
            self._common.recalculate_on_load()
        self._common.save()
        return self.package.dump()

    def _has_formulas(self) -> bool:
        if self._common.linked("calcChain") is not None:
            return True
        loaded = {editor.part: editor.has_formulas for editor in self._editors.values()}
        if any(loaded.values()):
            return True
        return any(
            _FORMULA.search(self.package.read(ref.part))
            for ref in self.sheets
            if ref.part not in loaded
        )

    def _read_sheets(self) -> list[SheetRef]:
        common = self._common
        parts = {link.id: link for link in common.links if not link.external}
        found: list[SheetRef] = []
        for index, attrs in enumerate(common.sheets()):
            key = next((n for n in attrs if n.endswith(b":id")), b"")
            link = parts.get(markup.text_attribute(attrs, key))
            if link is None or link.kind != "worksheet" or link.part not in self.package:
                continue
            name = markup.text_attribute(attrs, b"name")
            markup.integer(attrs, b"sheetId")
            state = markup.text_attribute(attrs, b"state", "visible")
            found.append(SheetRef(name, link.part, state, index))
        names = [ref.name.casefold() for ref in found]
        for ref in found:
            if names.count(ref.name.casefold()) > 1:
                raise InvalidPackage(f"deux feuilles y portent le nom « {ref.name} »")
        if len({ref.part for ref in found}) != len(found):
            raise InvalidPackage("deux feuilles y ont le même contenu")
        return found


def _graft(target: MainPart, source: MainPart, part: str, name: str, index: int) -> None:
    """Add the sheet in ``part`` of ``source`` (made without prefixes) to ``target``."""
    if target.structure_locked:
        raise EditRefused(
            "la structure du classeur est protégée : aucune feuille ne peut y être ajoutée",
            "Dans Excel, ôtez la protection (Révision, Protéger le classeur), puis recommencez.",
        )
    if source.xml.prefix or source.package.relations(part):
        raise EditRefused(f"la feuille « {name} » a des objets qui ne se copient pas")
    tabs = target.sheets()
    if name.casefold() in {markup.text_attribute(tab, b"name").casefold() for tab in tabs}:
        raise EditRefused(f"le classeur a déjà une feuille « {name} »")
    data = source.package.read(part)
    if source.date1904 != target.date1904 and _has_dates(data, source.styles):
        raise EditRefused(f"la feuille « {name} » compte les dates autrement")
    data = _own_texts(data, source)
    data = _own_styles(data, source.styles, target.styles)
    data = re.sub(rb' tabSelected="[^"]*"', b"", data, count=1)
    if target.strict:
        data = data.replace(source.namespace, STRICT).replace(
            OFFICE.encode(), STRICT_OFFICE.encode()
        )
    folder = posixpath.join(posixpath.dirname(target.part), "worksheets")
    numbers = range(1, len(target.package.names()) + 2)
    candidates = (posixpath.join(folder, f"sheet{n}.xml") for n in numbers)
    new = next(c for c in candidates if c not in target.package)
    target.package.write(new, data)
    target.package.add_content_type(new, _SHEET_TYPE)
    link = target.package.add_relation(target.part, "worksheet", new, target.strict)
    target.links = target.package.relations(target.part)
    ids = [markup.integer(tab, b"sheetId") for tab in tabs]
    _add_sheet(target, name, max(ids, default=0) + 1, link)
    scope = {"localSheetId": str(len(tabs))}
    target.add_names([(a | scope, unescape(text)) for _, a, text in source.names_of(index)])


def _add_sheet(target: MainPart, name: str, number: int, link: str) -> None:
    wanted = (STRICT_OFFICE if target.strict else OFFICE).encode()
    spaces = markup.namespaces(target.xml.root.tag(target.xml.data))
    declared = next((p for p, space in spaces.items() if space == wanted and p), None)
    prefix = (declared or b"r").decode()
    own = "" if declared else f' xmlns:{prefix}="{wanted.decode()}"'
    fragment = f'<sheet{own} name="{attribute(name)}" sheetId="{number}" {prefix}:id="{link}"/>'
    parent = target.xml.find(b"sheets")
    if parent is None:
        raise EditRefused("le classeur n'a aucune feuille")
    target.xml.append(parent, target.xml.own(fragment))


def _has_dates(data: bytes, styles: Styles) -> bool:
    """Whether a number of the sheet is shown as a date, which depends on the date system."""
    return any(styles.format_kind(int(match[1])) for match in _NUMBERED.finditer(data))


def _own_texts(data: bytes, source: MainPart) -> bytes:
    """Shared strings written in their cells (18.3.1.53 ``is``)."""
    if b't="s"' not in data:
        return data
    shared = source.shared()

    def own(match: re.Match[bytes]) -> bytes:
        text = inline(shared[int(match[3])]).encode()
        return b'<c%b%b t="inlineStr">%b</c>' % (match[1], match[2], text)

    new = _SHARED.sub(own, data)
    if b't="s"' in new:
        raise EditRefused("la feuille à copier n'a pas la forme attendue")
    return new


def _own_styles(data: bytes, source: Styles, target: Styles) -> bytes:
    """Formats added to the target's style sheet, and their new numbers in the sheet."""
    known: dict[int, int] = {}

    def restyle(match: re.Match[bytes]) -> bytes:
        old = int(match[3])
        if old not in known:
            known[old] = _copy_format(old, source, target)
        return match[1] + match[2] + b'="%d"' % known[old]

    def redxf(match: re.Match[bytes]) -> bytes:
        element = source.items(b"dxfs")[int(match[2])]
        rank = target.add(b"dxfs", target.own(element))
        return match[1] + b'%d"' % rank

    return _DXF.sub(redxf, _STYLED.sub(restyle, data))


def _copy_format(rank: int, source: Styles, target: Styles) -> int:
    """The rank in the target of a copy of this ``xf``, based on its « Normal » style."""
    xf = Xml(markup.drop_attribute(source.items(b"cellXfs")[rank], b"pivotButton"), b"")
    attrs = xf.attributes(xf.root)
    copied: dict[str, int] = {}
    for property_, name in _LISTS.items():
        key = f"{property_.lower()}Id"
        element = source.items(name)[markup.integer(attrs, key.encode())]
        copied |= {key: target.add(name, target.own(element)), f"apply{property_}": 1}
    number = markup.integer(attrs, b"numFmtId")
    if number in source.number_formats():
        number = target.add_number_format(source.number_formats()[number])
    xf.set(xf.root, **copied, numFmtId=number, xfId=0)
    return target.add(b"cellXfs", target.own(xf.data))
