"""What the sheets of a workbook share: the workbook part, styles, texts, defined names.

ECMA-376 Part 1, 18.2 (workbook), 18.2.5 (definedName), 18.4 (shared strings), 18.8 (styles).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inactifs.ooxml import InvalidPackage, markup, relations
from inactifs.ooxml.encoding import attribute, escape
from inactifs.ooxml.package import Package
from inactifs.ooxml.references import Area

if TYPE_CHECKING:
    from inactifs.ooxml.styles import Styles

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
        main = [link for link in relations.read(package, "") if link.kind == "officeDocument"]
        if len(main) != 1 or main[0].part not in package:
            raise InvalidPackage(
                "ce n'est pas un classeur Excel (.xlsx ou .xlsm)",
                "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le au format .xlsx.",
            )
        self.part = main[0].part
        self.data = self.original = markup.whole(package.read(self.part), self.part)
        self.links = relations.read(package, self.part)
        masked = markup.mask(self.data)
        self.prefix, top = markup.root(masked)
        tag = top.tag(self.data)
        if tag[1:].split()[0].rstrip(b">") != self.prefix + b"workbook":
            raise InvalidPackage(
                "c'est un document Office, mais pas un classeur Excel",
                "Indiquez un fichier .xlsx ou .xlsm.",
            )
        spaces = markup.namespaces(tag)
        self.namespace = spaces.get(self.prefix[:-1], b"")
        self.strict = self.namespace == STRICT
        properties = markup.find(masked, self.prefix + b"workbookPr")
        attrs = markup.attributes(properties.tag(self.data)) if properties else {}
        self.date1904 = markup.is_true(attrs.get(b"date1904"))
        protection = markup.find(masked, self.prefix + b"workbookProtection")
        attrs = markup.attributes(protection.tag(self.data)) if protection else {}
        self.structure_locked = markup.is_true(attrs.get(b"lockStructure"))
        self._styles: Styles | None = None
        self._styles_part: str | None = None
        self._shared: SharedTexts | None = None
        self._rich: dict[int, bytes] | None = None

    def linked(self, kind: str) -> str | None:
        """The part that the workbook is linked to by this kind of relationship."""
        found = (link.part for link in self.links if link.kind == kind and not link.external)
        return next((part for part in found if part in self.package), None)

    @property
    def styles(self) -> Styles:
        if self._styles is None:
            from inactifs.ooxml.styles import EMPTY, Styles

            self._styles_part = self.linked("styles")
            if self._styles_part is None:
                if any(name.casefold().endswith("/styles.xml") for name in self.package.names()):
                    raise InvalidPackage(
                        "ses styles (styles.xml) ne sont pas reliés au classeur",
                        "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le à nouveau.",
                    )
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
            self._shared = SharedTexts(*((self.package.read(part), part) if part else ()))
        return self._shared

    def rich(self) -> dict[int, bytes]:
        """The shared strings that have runs: rank → ``si`` element, without prefix."""
        if self._rich is None:
            from inactifs.ooxml import rich_text

            part = self.linked("sharedStrings")
            self._rich = {} if part is None else rich_text.items(self.package.read(part), part)
        return self._rich

    def edit_areas(self, index: int, names: set[str], edit: Callable[[Area], Area]) -> None:
        """Replace the ranges in the sheet's own defined names (``_xlnm.Print_Area``…)."""
        masked = markup.mask(self.data)
        pieces: list[bytes] = []
        position = 0

        def change(match: re.Match[str]) -> str:
            old = Area.required(match[0])
            new = edit(old)
            return match[0] if new == old else str(new)

        for element in markup.find_all(masked, self.prefix + b"definedName"):
            attrs = markup.attributes(element.tag(self.data))
            if attrs.get(b"localSheetId") != b"%d" % index:
                continue
            if attrs.get(b"name", b"").decode("utf-8", "replace") not in names:
                continue
            text = self.data[element.inner : element.close].decode()
            pieces += [self.data[position : element.inner], _AREA.sub(change, text).encode()]
            position = element.close
        self.data = b"".join([*pieces, self.data[position:]])

    def has_name(self, name: str, index: int) -> bool:
        """Whether the sheet of this rank has a defined name of its own called so."""
        masked = markup.mask(self.data)
        return any(
            (a.get(b"localSheetId"), a.get(b"name")) == (b"%d" % index, name.encode())
            for element in markup.find_all(masked, self.prefix + b"definedName")
            for a in [markup.attributes(element.tag(self.data))]
        )

    def add_names(self, names: list[tuple[dict[str, str], str]]) -> None:
        """Append ``definedName`` elements: attributes, and formula."""
        fragment = ""
        for attrs, formula in names:
            written = "".join(f' {key}="{attribute(value)}"' for key, value in attrs.items())
            fragment += f"<definedName{written}>{escape(formula)}</definedName>"
        if not fragment:
            return
        new = markup.prefixed(fragment.encode(), self.prefix)
        name = self.prefix + b"definedNames"
        parent = markup.find(markup.mask(self.data), name)
        if parent is None:
            whole = b"<" + name + b">" + new + b"</" + name + b">"
            self.data = markup.insert_in_order(self.data, ORDER, b"definedNames", whole)
        else:
            self.data = markup.append_child(self.data, parent, name, new)

    def recalculate_on_load(self) -> None:
        """Have every formula computed when the file is opened (18.2.2 ``calcPr``).

        Excel obeys; LibreOffice follows its own option instead (by default, it shows the
        results that were stored until it is asked to compute them anew).
        """
        found = markup.find(markup.mask(self.data), self.prefix + b"calcPr")
        if found is None:
            fragment = b"<" + self.prefix + b'calcPr fullCalcOnLoad="1"/>'
            self.data = markup.insert_in_order(self.data, ORDER, b"calcPr", fragment)
            return
        tag = found.tag(self.data)
        if not markup.is_true(markup.attributes(tag).get(b"fullCalcOnLoad")):
            tag = markup.set_attribute(tag, b"fullCalcOnLoad", "1")
            self.data = self.data[: found.start] + tag + self.data[found.inner :]

    def save(self) -> None:
        """Put the changed parts in the package."""
        if self._styles is not None and self._styles.changed:
            if self._styles_part is None:
                folder = posixpath.dirname(self.part)
                self._styles_part = posixpath.join(folder, "styles.xml")
                relations.add(self.package, self.part, "styles", self._styles_part, self.strict)
                relations.add_content_type(self.package, self._styles_part, _STYLES_TYPE)
            self.package.write(self._styles_part, self._styles.to_bytes())
        if self.data != self.original:
            self.package.write(self.part, self.data)


class SharedTexts(Sequence[str]):
    """The texts of a shared strings part (18.4.9), each made when it is asked for: a write looks
    at a handful."""

    def __init__(self, data: bytes = b"", part: str = "") -> None:
        self._data = markup.utf8(data, part)
        masked = markup.mask(self._data)
        self._prefix = markup.root(masked)[0] if data else b""
        item = re.escape(self._prefix + b"si")
        end = rb"(?:/>|(?<!/)>.*?</%s\s*>)" % item
        self._spans = [
            m.span() for m in re.finditer(rb"<%s(?:\s[^>]*)?%s" % (item, end), masked, re.S)
        ]

    def __len__(self) -> int:
        return len(self._spans)

    def __getitem__(self, rank: int) -> str:  # type: ignore[override]  # never a slice
        from inactifs.ooxml import cell_xml

        start, end = self._spans[rank]
        return cell_xml.rich_text(self._data[start:end], self._prefix)
