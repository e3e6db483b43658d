"""Workbooks as other programs save them, imitated to the letter, or made by them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from galerie_fabrique import (
    ENTETE,
    ENTETES,
    LIGNES,
    MAIN,
    MS,
    PACKAGE,
    RELS,
    SHEET_ML,
    TABLEAU,
    TITRE,
    XML,
    zipped,
)
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side


def with_openpyxl() -> bytes:
    """As a school's own script would save it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = TABLEAU
    sheet["A1"] = TITRE
    sheet.merge_cells("A1:G1")
    thin = Side(style="thin")
    for col, header in enumerate(ENTETES, 1):
        cell = sheet.cell(ENTETE, col, header)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFDDEBF7")
    for row, values in enumerate(LIGNES, ENTETE + 1):
        sheet.row_dimensions[row].height = 31.5
        for col, value in enumerate(values, 1):
            cell = sheet.cell(row, col, value)
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if col == 2:
                cell.number_format = "dd/mm/yyyy"
    sheet["F4"].comment = Comment("vu avec la mère", "Secrétariat")
    sheet.auto_filter.ref = "A3:G5"
    sheet.print_area = "A1:G5"
    other = book.create_sheet("Statistiques")
    other["B1"] = f"=COUNTA('{TABLEAU}'!A:A)-2"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=4, max_row=5))
    other.add_chart(chart, "D2")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


Cell = Callable[[str, object], str]  # reference and value → the element


def _rows(cell: Cell, prefix: str = "", attributes: Mapping[int, str] | None = None) -> str:
    """The tableau's rows; ``attributes`` are those of some rows' tags."""
    rows: dict[int, Sequence[object]] = {1: (TITRE,), ENTETE: ENTETES}
    rows |= dict(enumerate(LIGNES, ENTETE + 1))
    written = ""
    for number, values in rows.items():
        more = (attributes or {}).get(number, "")
        written += f'<{prefix}row r="{number}"{more}>'
        written += "".join(
            cell(f"{'ABCDEFG'[col]}{number}", value) for col, value in enumerate(values)
        )
        written += f"</{prefix}row>"
    return written


def _serial(day: date) -> int:
    return (day - date(1899, 12, 30)).days


def _style(reference: str, value: object) -> int:
    """The format of a cell in ``_STYLES``: title, header, text, date."""
    if reference[1:] == "1":
        return 1
    if reference[1:] == str(ENTETE):
        return 2
    return 4 if isinstance(value, date) else 3


_STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="dd/MM/yyyy"/></numFmts><fonts count="2"><font><sz val="10.0"/><color '
    'rgb="FF000000"/><name val="Arial"/></font><font><b/><sz val="14.0"/><name val="Arial"/>'
    '</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="lightGray"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf borderId="0" fillId="0" fontId="0" numFmtId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf borderId="0" fillId="0" fontId="0" numFmtId="0" xfId="0"/>'
    '<xf borderId="0" fillId="0" fontId="1" numFmtId="0" xfId="0" applyFont="1"/>'
    '<xf borderId="0" fillId="1" fontId="1" numFmtId="0" xfId="0" applyFill="1"/>'
    '<xf borderId="0" fillId="0" fontId="0" numFmtId="0" xfId="0" applyAlignment="1">'
    '<alignment vertical="top" shrinkToFit="0" wrapText="1"/></xf>'
    '<xf borderId="0" fillId="0" fontId="0" numFmtId="164" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle xfId="0" name="Normal" builtinId="0"/></cellStyles>'
    '<dxfs count="1"><dxf><font/><fill><patternFill patternType="solid"/></fill></dxf></dxfs>'
    "</styleSheet>"
)


class _Strings:
    """The shared strings of a package being written."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def rank(self, text: str) -> int:
        self.texts.append(text)
        return len(self.texts) - 1

    def part(self, prefix: str = "") -> str:
        p, space = prefix, f"xmlns:{prefix[:-1]}" if prefix else "xmlns"
        items = "".join(
            f'<{p}si><{p}t xml:space="preserve">{escape(t)}</{p}t></{p}si>' for t in self.texts
        )
        size = f'count="{len(self.texts)}" uniqueCount="{len(self.texts)}"'
        return f'<{p}sst {space}="{MAIN}" {size}>{items}</{p}sst>'


def _types(overrides: Mapping[str, str], xml: str = "application/xml") -> str:
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    written = "".join(
        f'<Override ContentType="{SHEET_ML}.{kind}+xml" PartName="/{part}"/>'
        for part, kind in overrides.items()
    )
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default ContentType="{xml}" '
        f'Extension="xml"/><Default ContentType="{rels}" Extension="rels"/>{written}</Types>'
    )


def _links(links: Mapping[str, tuple[str, str]]) -> str:
    """Relationships: Id → (kind, target)."""
    written = "".join(
        f'<Relationship Id="{number}" Type="{RELS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in links.items()
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{written}</Relationships>'


_DRAWING = (
    f'{XML}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/'
    'spreadsheetDrawing"/>'
)


def google_sheets() -> bytes:
    """As « Fichier, Télécharger, Microsoft Excel » gives it.

    Numbers have a decimal point, ranges have dollars, lists may be empty, alternate colours
    are a table without header, a thousand rows are drawn in advance.
    """
    strings = _Strings()

    def cell(reference: str, value: object) -> str:
        head = f'<c r="{reference}" s="{_style(reference, value)}"'
        if value is None:
            return f"{head}/>"
        if isinstance(value, date):
            return f"{head}><v>{_serial(value)}.0</v></c>"
        return f'{head} t="s"><v>{strings.rank(str(value))}</v></c>'

    drawn = "".join(f'<row r="{n}" ht="15.75" customHeight="1"/>' for n in range(6, 1001))
    spaces = "".join(
        f' xmlns:{prefix}="{space}"'
        for prefix, space in {
            "r": RELS, "mx": f"{MS}/mac/excel/2008/main",
            "mv": "urn:schemas-microsoft-com:mac:vml",
            "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
            "x14": f"{MS}/spreadsheetml/2009/9/main", "xm": f"{MS}/excel/2006/main",
        }.items()
    )  # fmt: skip
    sheet = (
        f'{XML}<worksheet xmlns="{MAIN}"{spaces}><sheetPr><outlinePr summaryBelow="0" '
        'summaryRight="0"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="3.0" '
        'topLeftCell="A4" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        '<sheetFormatPr customHeight="1" defaultColWidth="12.63" defaultRowHeight="15.75"/><cols>'
        '<col customWidth="1" min="1" max="1" width="20.0"/></cols><sheetData>'
        f'{_rows(cell)}{drawn}</sheetData><autoFilter ref="$A$3:$G$5"/><mergeCells count="1">'
        '<mergeCell ref="A1:G1"/></mergeCells><conditionalFormatting sqref="E4:E1000"><cfRule '
        'type="containsText" dxfId="0" priority="1" operator="containsText" text="ABANDON">'
        '<formula>NOT(ISERROR(SEARCH(("ABANDON"),(E4))))</formula></cfRule>'
        '</conditionalFormatting><dataValidations><dataValidation type="list" allowBlank="1" '
        'showErrorMessage="1" sqref="E4:E5"><formula1>"REPRISE,ABANDON"</formula1>'
        '</dataValidation></dataValidations><drawing r:id="rId1"/><tableParts count="1">'
        '<tablePart r:id="rId2"/></tableParts></worksheet>'
    )
    columns = "".join(f'<tableColumn name="Column{n}" id="{n}"/>' for n in range(1, 8))
    sheets = "worksheets/sheet1.xml"
    return zipped({
        "xl/drawings/drawing1.xml": _DRAWING,
        "[Content_Types].xml": _types({
            f"xl/{sheets}": "worksheet", "xl/sharedStrings.xml": "sharedStrings",
            "xl/styles.xml": "styles", "xl/workbook.xml": "sheet.main",
            "xl/tables/table1.xml": "table",
        }).replace("</Types>", (
            '<Override ContentType="application/vnd.openxmlformats-officedocument.drawing+xml" '
            'PartName="/xl/drawings/drawing1.xml"/></Types>'
        )),
        "xl/workbook.xml": (
            f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><workbookPr/><sheets><sheet '
            f'state="visible" name="{TABLEAU}" sheetId="1" r:id="rId3"/></sheets><definedNames>'
            '<definedName hidden="1" localSheetId="0" name="_xlnm._FilterDatabase">'
            f"'{TABLEAU}'!$A$3:$G$5</definedName></definedNames><calcPr/></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": _links({
            "rId1": ("styles", "styles.xml"), "rId2": ("sharedStrings", "sharedStrings.xml"),
            "rId3": ("worksheet", sheets),
        }),
        f"xl/{sheets}": sheet,
        "xl/worksheets/_rels/sheet1.xml.rels": _links({
            "rId1": ("drawing", "../drawings/drawing1.xml"),
            "rId2": ("table", "../tables/table1.xml"),
        }),
        "xl/tables/table1.xml": (
            f'{XML}<table xmlns="{MAIN}" headerRowCount="0" ref="A3:G5" displayName="Table_1" '
            f'name="Table_1" id="1"><tableColumns count="7">{columns}</tableColumns>'
            '<tableStyleInfo name="Feuille-style" showRowStripes="1"/></table>'
        ),
        "xl/styles.xml": XML + _STYLES,
        "xl/sharedStrings.xml": XML + strings.part(),
        "_rels/.rels": _links({"rId1": ("officeDocument", "xl/workbook.xml")}),
    })  # fmt: skip


def numbers() -> bytes:
    """As Apple's Numbers exports it: a summary first, its own sheet names, chosen heights."""
    strings = _Strings()

    def cell(reference: str, value: object) -> str:
        style = _style(reference, value)
        if value is None:
            return f'<c r="{reference}" s="{style}"/>'
        if isinstance(value, date):
            return f'<c r="{reference}" s="{style}"><v>{_serial(value)}</v></c>'
        return f'<c r="{reference}" t="s" s="{style}"><v>{strings.rank(str(value))}</v></c>'

    def sheet(rows: str, after: str) -> str:
        return (
            f'{XML}<worksheet xmlns="{MAIN}" xmlns:r="{RELS}"><sheetPr><pageSetUpPr '
            'fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0" '
            'showGridLines="0" defaultGridColor="1"/></sheetViews><sheetFormatPr '
            'defaultColWidth="16.3333" defaultRowHeight="19.9" customHeight="1" '
            'outlineLevelRow="0" outlineLevelCol="0"/><cols><col min="1" max="7" width="16.3516" '
            'style="3" customWidth="1"/><col min="8" max="16384" width="16.3516" style="3" '
            f'customWidth="1"/></cols><sheetData>{rows}</sheetData>{after}<pageMargins left="1" '
            'right="1" top="1" bottom="1" header="0.25" footer="0.25"/><headerFooter><oddFooter>'
            '&amp;C&amp;"Helvetica Neue,Regular"&amp;12&amp;P</oddFooter></headerFooter>'
            "</worksheet>"
        )

    height = dict.fromkeys(range(1, 6), ' ht="44.05" customHeight="1"')
    rows = _rows(cell, attributes=height)
    summary = (
        '<row r="3" ht="50" customHeight="1"><c r="B3" t="s" s="3"><v>'
        f"{strings.rank('Ce document a été exporté depuis Numbers.')}</v></c></row>"
    )
    merges = '<mergeCells count="1"><mergeCell ref="{}"/></mergeCells>'
    parts = {"xl/worksheets/sheet1.xml": "worksheet", "xl/worksheets/sheet2.xml": "worksheet"}
    return zipped({
        "[Content_Types].xml": _types({
            **parts, "xl/workbook.xml": "sheet.main", "xl/styles.xml": "styles",
            "xl/sharedStrings.xml": "sharedStrings",
        }),
        "_rels/.rels": _links({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": (
            f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><bookViews><workbookView xWindow="0" '
            'yWindow="40" windowWidth="15960" windowHeight="18080"/></bookViews><sheets>'
            '<sheet name="Résumé de l’exportation" sheetId="1" r:id="rId3"/>'
            '<sheet name="Feuille 1 - Inactifs" sheetId="2" r:id="rId4"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _links({
            "rId1": ("sharedStrings", "sharedStrings.xml"), "rId2": ("styles", "styles.xml"),
            "rId3": ("worksheet", "worksheets/sheet1.xml"),
            "rId4": ("worksheet", "worksheets/sheet2.xml"),
        }),
        "xl/worksheets/sheet1.xml": sheet(summary, merges.format("B3:D3")),
        "xl/worksheets/sheet2.xml": sheet(rows, merges.format("A1:G1")),
        "xl/styles.xml": XML + _STYLES,
        "xl/sharedStrings.xml": XML + strings.part(),
    })  # fmt: skip


def open_xml_sdk() -> bytes:
    """As programs written with the Open XML SDK do: prefixes, absolute targets, odd names.

    The default type of ``.xml`` is the workbook's; texts lie in their cells or not.
    """
    strings = _Strings()

    def cell(reference: str, value: object) -> str:
        head = f'<x:c r="{reference}" s="{_style(reference, value)}"'
        if value is None:
            return f"{head} />"
        if isinstance(value, date):
            return f'{head} t="n"><x:v>{_serial(value)}</x:v></x:c>'
        if reference.startswith("F"):
            text = f'<x:t xml:space="preserve">{escape(str(value))}</x:t>'
            return f'{head} t="inlineStr"><x:is>{text}</x:is></x:c>'
        return f'{head} t="s"><x:v>{strings.rank(str(value))}</x:v></x:c>'

    sheet = (
        f'{XML}<x:worksheet xmlns:x="{MAIN}"><x:dimension ref="A1:G5" /><x:sheetData>'
        f'{_rows(cell, "x:")}</x:sheetData><x:autoFilter ref="A3:G5" /><x:mergeCells>'
        '<x:mergeCell ref="A1:G1" /></x:mergeCells><x:dataValidations count="1">'
        '<x:dataValidation type="list" sqref="E4:E5"><x:formula1>"REPRISE,ABANDON"</x:formula1>'
        "</x:dataValidation></x:dataValidations></x:worksheet>"
    )
    notes = (
        f'{XML}<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c><x:f>COUNTA('
        f"'{TABLEAU}'!A:A)-2</x:f><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    styles = re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", _STYLES).replace("xmlns=", "xmlns:x=")
    main = f"{SHEET_ML}.sheet.main+xml"
    return zipped({
        "xl/workbook.xml": (
            f'{XML}<x:workbook xmlns:r="{RELS}" xmlns:x="{MAIN}"><x:sheets><x:sheet '
            f'name="{TABLEAU}" sheetId="5" r:id="R0a1b2c" /><x:sheet name="Notes" sheetId="9" '
            'r:id="R0a1b2d" /></x:sheets></x:workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _links({
            "R0a1b2c": ("worksheet", "/xl/worksheets/sheet.xml"),
            "R0a1b2d": ("worksheet", "/xl/worksheets/sheet2.xml"),
            "Rstyles": ("styles", "/xl/styles.xml"),
            "Rtexts": ("sharedStrings", "/xl/sharedStrings.xml"),
        }),
        "_rels/.rels": _links({"Rc1": ("officeDocument", "/xl/workbook.xml")}),
        "xl/worksheets/sheet.xml": sheet,
        "xl/worksheets/sheet2.xml": notes,
        "xl/styles.xml": XML + styles,
        "xl/sharedStrings.xml": XML + strings.part("x:"),
        "[Content_Types].xml": _types({
            "xl/worksheets/sheet.xml": "worksheet", "xl/worksheets/sheet2.xml": "worksheet",
            "xl/styles.xml": "styles", "xl/sharedStrings.xml": "sharedStrings",
        }, main),
    })  # fmt: skip


def libreoffice() -> bytes:
    """:func:`excel`, opened in LibreOffice 7.4 and saved."""
    return (Path(__file__).parent / "libreoffice.xlsx").read_bytes()
