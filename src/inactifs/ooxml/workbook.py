"""A workbook, opened from bytes and written back to bytes (ECMA-376 Part 1, 18.2)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from inactifs.ooxml import InvalidPackage, markup, relations
from inactifs.ooxml.encoding import attribute
from inactifs.ooxml.main_part import MainPart
from inactifs.ooxml.package import Package

if TYPE_CHECKING:  # what writes is loaded when something is written
    from inactifs.ooxml.sheet import Sheet

_FORMULA = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?f[\s/>]")


class SheetRef(NamedTuple):
    """One worksheet; ``rank`` counts all the tabs, chart sheets included."""

    name: str
    part: str
    state: str  # visible, hidden or veryHidden
    rank: int


class Workbook:
    """The workbook of a package, edited sheet by sheet.

    Raises:
        InvalidPackage: the bytes are not a workbook that can be edited safely.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.package = Package(data)
        self._common = MainPart(self.package)
        self._editors: dict[str, Sheet] = {}
        self._transplanted = False
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
                    f'Type="{relations.TRANSITIONAL}/{link.kind}"/>'
                )
            root = (
                '<Relationship Id="rId1" Target="xl/workbook.xml" '
                f'Type="{relations.TRANSITIONAL}/officeDocument"/>'
            )
            archive.writestr("xl/workbook.xml", common.data)
            for name, links in (("_rels/.rels", root), ("xl/_rels/workbook.xml.rels", linked)):
                head = f'<Relationships xmlns="{relations.NAMESPACE}">'
                archive.writestr(name, f"{head}{links}</Relationships>")
        return out.getvalue()

    def transplant(self, source: bytes, name: str) -> None:
        """Copy the sheet ``name`` of another workbook here, as the last tab.

        Raises:
            EditRefused: the sheet has drawings or tables, its name is taken, or the list
                of sheets is protected.
        """
        from inactifs.ooxml import graft

        other = Workbook(source)
        ref = next((ref for ref in other.sheets if ref.name == name), None)
        if ref is None:
            raise KeyError(name)
        graft.transplant(self._common, other._common, ref.part, ref.name, ref.rank)
        self._transplanted = True
        self.sheets = self._read_sheets()

    def to_bytes(self) -> bytes:
        """The package with its changes; the very same bytes when there are none.

        When anything changed and the workbook has formulas, they are marked to be computed
        anew on opening.
        """
        for editor in self._editors.values():
            editor.save()
        if not self._transplanted and not any(e.changed for e in self._editors.values()):
            return self._data
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
            self.package.find_in(ref.part, _FORMULA)
            for ref in self.sheets
            if ref.part not in loaded
        )

    def _read_sheets(self) -> list[SheetRef]:
        common = self._common
        parts = {link.id: link for link in common.links if not link.external}
        masked = markup.mask(common.data)
        found: list[SheetRef] = []
        parent = markup.find(masked, common.prefix + b"sheets")
        if parent is None:
            return found
        tags = markup.find_all(masked, common.prefix + b"sheet", parent.inner, parent.close)
        for index, element in enumerate(tags):
            attrs = markup.attributes(element.tag(common.data))
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
