"""Colours, lists, filter and print set-up added to a sheet that has none of its own.

ECMA-376 Part 1: 18.3.1.18 ``conditionalFormatting``, 18.3.1.32 ``dataValidation``, 18.3.1.2
``autoFilter``, 18.3.1.46 ``headerFooter``, 18.3.1.63 ``pageSetup``, 18.3.1.99 ``worksheet`` for
the order of elements.
"""

from __future__ import annotations

import re

from inactifs.ooxml.frame import Frame
from inactifs.ooxml.main_part import MainPart
from inactifs.ooxml.markup import TAG, Element, attribute, escape, mask, text_attribute
from inactifs.ooxml.references import Area, parse_ranges

_ORDER = (
    b"sheetCalcPr", b"sheetProtection", b"protectedRanges", b"scenarios", b"autoFilter",
    b"sortState", b"dataConsolidate", b"customSheetViews", b"mergeCells", b"phoneticPr",
    b"conditionalFormatting", b"dataValidations", b"hyperlinks", b"printOptions", b"pageMargins",
    b"pageSetup", b"headerFooter",
)  # fmt: skip
_PRIORITY = re.compile(rb"\spriority\s*=\s*[\"'](\d+)")


class Dressing:
    """What is added lies in the frame of the sheet; what the school has put there stays."""

    def __init__(self, frame: Frame, common: MainPart, name: str, rank: int) -> None:
        self._head = frame.head
        self._tail = frame.tail
        self._common = common
        self._sheet = "'" + name.replace("'", "''") + "'!"
        self._rank = rank

    def colour(self, areas: list[Area], formula: str, look: bytes) -> None:
        """A format (a ``dxf`` without prefix) for the cells where a formula is true, unless the
        sheet has that rule already; the rules that were there before come first."""
        text = escape(formula)
        if f">{text}</".encode() in self._tail.data:
            return
        styles = self._common.styles
        rank = styles.add(b"dxfs", styles.own(look))
        used = [int(found[1]) for found in _PRIORITY.finditer(self._tail.data)]
        where = " ".join(str(area) for area in areas)
        self._insert(
            b"conditionalFormatting",
            f'<conditionalFormatting sqref="{where}"><cfRule type="expression" dxfId="{rank}" '
            f'priority="{max(used, default=0) + 1}"><formula>{text}</formula></cfRule>'
            "</conditionalFormatting>",
        )

    def offer(self, area: Area, formula: str, prompt: str) -> None:
        """A drop-down list, beside which anything else may be typed, unless the cells have a rule
        of their own."""
        tail = self._tail
        known = [rule.attributes for rule in tail.all(b"dataValidation")]
        ranges = [r for attrs in known for r in parse_ranges(text_attribute(attrs, b"sqref"))]
        if any(isinstance(r, Area) and r.meets(area) for r in ranges):
            return
        said = attribute(prompt)
        new = (
            '<dataValidation type="list" errorStyle="warning" allowBlank="1" showInputMessage="1" '
            f'showErrorMessage="1" errorTitle="Valeur inattendue" error="{said}" '
            f'promptTitle="Valeurs possibles" prompt="{said}" sqref="{area}">'
            f"<formula1>{escape(formula)}</formula1></dataValidation>"
        )
        name = b"dataValidations"
        parent = tail.append_to(_ORDER, name, tail.own(new), self._after_rows)
        tail.set(parent, count=len(known) + 1)

    def add_filter(self, area: Area) -> None:
        """The buttons of a filter over a table, unless the sheet has one."""
        if self._tail.find(b"autoFilter") is None:
            self._insert(b"autoFilter", f'<autoFilter ref="{area}"/>')
            absolute = area._replace(dollars=("$",) * 4)
            self._name("_xlnm._FilterDatabase", str(absolute), hidden="1")

    def set_print(self, header: str, footer: str, title_row: int) -> None:
        """Landscape, one page wide, with header and footer, the titles on each page: each of
        them where the sheet has none."""
        head, fit = self._head, '<pageSetUpPr fitToPage="1"/>'
        if self._tail.find(b"pageSetup") is None:
            if (properties := head.find(b"sheetPr")) is None:
                at = next(m.end() for m in TAG.finditer(mask(head.data)) if not m[1])
                head.replace([(at, at, head.own(f"<sheetPr>{fit}</sheetPr>"))])
            elif head.find(b"pageSetUpPr") is None:
                head.append(properties, head.own(fit))
            setup = '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            self._insert(b"pageSetup", setup)
        if self._tail.find(b"headerFooter") is None:
            content = f"<oddHeader>{escape(header)}</oddHeader><oddFooter>{escape(footer)}"
            self._insert(b"headerFooter", f"<headerFooter>{content}</oddFooter></headerFooter>")
        titles = "_xlnm.Print_Titles"
        if titles not in (attrs.get("name") for _, attrs in self._common.names_of(self._rank)):
            self._name(titles, f"${title_row}:${title_row}")

    def _name(self, name: str, area: str, **more: str) -> None:
        attrs = {"name": name, "localSheetId": str(self._rank), **more}
        self._common.add_name(self._sheet + area, attrs)

    def _insert(self, name: bytes, fragment: str) -> None:
        self._tail.insert(_ORDER, name, self._tail.own(fragment), self._after_rows)

    @property
    def _after_rows(self) -> Element:
        """What follows the rows, up to the end of the sheet."""
        masked = mask(self._tail.data)
        start, end = masked.find(b">") + 1, masked.rfind(b"</")
        return Element(b"", 0, start, end, len(masked), masked)
