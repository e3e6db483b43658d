"""Workbooks of Excel: what XlsxWriter can make, and what is added to it part by part.

Pivots, slicers, threaded comments, labels and links are small parts written out here; strict
and phonetic workbooks are rewritten from the others.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from galerie_fabrique import (
    ENTETE,
    ENTETES,
    LIGNES,
    MAIN,
    MS,
    PIXEL,
    RELS,
    SHEET_ML,
    TABLEAU,
    TITRE,
    XML,
    Chantier,
    unzipped,
    zipped,
)


@cache
def excel(*, table: bool = False, macros: bool = False, **options: Any) -> bytes:
    """All that XlsxWriter can put in a workbook; ``table``: the tableau is an Excel table."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    book.set_custom_property("MSIP_Label_1234_Enabled", "true")
    if macros:
        book.add_vba_project(io.BytesIO(b"\xd0\xcf\x11\xe0 not a real project"), True)
    sheet = book.add_worksheet("Accueil")
    sheet.insert_image("B2", "logo.png", {"image_data": io.BytesIO(PIXEL), "x_scale": 40})
    sheet.insert_textbox("B6", "Lisez-moi avant de taper", {"fill": {"color": "#FFF2CC"}})
    sheet.write_url("A1", f"internal:'{TABLEAU}'!A3", string="Aller au tableau")
    _excel_tableau(book, table=table, macros=macros)
    _excel_formulas(book, table=table)
    _excel_other_sheets(book)
    book.close()
    return out.getvalue()


def _excel_tableau(book: Any, *, table: bool, macros: bool) -> None:
    sheet = book.add_worksheet(TABLEAU)
    head = book.add_format({"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"})
    line = {"border": 1, "valign": "top", "font_name": "Arial", "font_size": 10}
    text = book.add_format({**line, "text_wrap": True})
    day = book.add_format({**line, "num_format": "dd/mm/yy", "align": "center"})
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "#FF0000"})
    sheet.merge_range("A1:G1", TITRE, book.add_format({"bold": True, "font_size": 16}))
    sheet.set_column("A:A", 24)
    sheet.set_column("B:E", 15)
    sheet.set_column("F:F", 40)
    if table:
        columns = [{"header": header} for header in ENTETES]
        last = ENTETE - 1 + len(LIGNES)
        sheet.add_table(
            ENTETE - 1, 0, last, 6,
            {"name": "TableauSuivi", "columns": columns, "style": "Table Style Medium 4"},
        )  # fmt: skip
    for col, header in enumerate(ENTETES):
        sheet.write_string(ENTETE - 1, col, header, head)
    for rank, values in enumerate(LIGNES):
        row = ENTETE + rank
        sheet.set_row(row, 33)
        for col, value in enumerate(values):
            if isinstance(value, date):
                sheet.write_datetime(row, col, datetime(*value.timetuple()[:3]), day)
            elif value is None:
                sheet.write_blank(row, col, None, text)
            else:
                sheet.write_string(row, col, value, text)
    sheet.write_rich_string("F4", "À rappeler ", bold, "le ", red, "soir", text)
    last = ENTETE + len(LIGNES)
    if not table:
        sheet.autofilter(ENTETE - 1, 0, last - 1, 6)
    sheet.write_comment("A3", "Nom puis prénom", {"author": "Direction"})
    sheet.data_validation(f"E4:E{last}", {"validate": "list", "source": ["REPRISE", "ABANDON"]})
    sheet.data_validation(
        f"G4:G{last}", {"validate": "list", "source": "=Listes!$A$1:$A$3", "error_type": "warning"}
    )
    late = book.add_format({"bg_color": "#FCE4D6"})
    sheet.conditional_format(
        f"A4:G{last}", {"type": "formula", "criteria": '=$E4="ABANDON"', "format": late}
    )
    sheet.conditional_format(f"B4:B{last}", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format(f"B4:B{last}", {"type": "icon_set", "icon_style": "3_arrows"})
    sheet.print_area(0, 0, last - 1, 6)
    sheet.repeat_rows(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_header("&L&G&C&A", {"image_left": "l.png", "image_data_left": io.BytesIO(PIXEL)})
    sheet.set_h_pagebreaks([40])
    sheet.freeze_panes(3, 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    if macros:
        sheet.insert_button("J1", {"macro": "Imprimer", "caption": "Imprimer"})


def _excel_formulas(book: Any, *, table: bool) -> None:
    """Formulas and a chart that point into the tableau, with the results of today."""
    sheet = book.add_worksheet("Statistiques")
    name = f"'{TABLEAU}'"
    formulas = [
        ("Toute la colonne", f"=COUNTA({name}!A:A)-2", 2),
        ("Jusqu'à 1000", f'=COUNTIF({name}!$E$4:$E$1000,"REPRISE")', 1),
        ("Deux lignes", f"=COUNTA({name}!$A$3:$A$4)", 2),
        ("Toutes les lignes", f"=COUNTA({name}!$A$4:$A$5)", 2),
        ("Un nom", "=COUNTA(Eleves_suivis)", 2),
        ("Une cellule", f"={name}!A4", "MOREL Jeanne"),
    ]
    if table:
        formulas.append(("Table", "=ROWS(TableauSuivi[ÉLÈVE])", 2))
    for row, (label, formula, value) in enumerate(formulas):
        sheet.write_string(row, 0, label)
        sheet.write_formula(row, 1, formula, None, value)
    sheet.write_dynamic_array_formula("E1", f"=UNIQUE({name}!$G$4:$G$5)", None, "Paul")
    book.define_name("Eleves_suivis", f"={name}!$A$4:$A$1000")
    book.define_name("Statistiques!Local", "=Statistiques!$B$1")
    chart = book.add_chart({"type": "pie"})
    chart.add_series({"categories": f"={name}!$A$4:$A$5", "values": f"={name}!$B$4:$B$5"})
    sheet.insert_chart("G2", chart)
    sheet.add_sparkline("C1", {"range": f"{name}!B4:B5", "markers": True})
    other = book.add_chart({"type": "column"})
    other.add_series({"values": "=Statistiques!$B$1:$B$3"})
    book.add_chartsheet("Graphique").set_chart(other)


def _excel_other_sheets(book: Any) -> None:
    sheet = book.add_worksheet("Listes")
    sheet.write_column("A1", ["Paul", "Inès", "Marc"])
    sheet.hide()
    sheet = book.add_worksheet("Enfouie")
    sheet.write("A1", "rien à voir")
    sheet.very_hidden()
    sheet = book.add_worksheet("Tarifs")
    sheet.protect("", {"sort": True})
    for row in range(3):
        sheet.write_row(row + 1, 0, [f"Forfait {row}", 100 * row])
        sheet.set_row(row + 1, None, None, {"level": 1, "hidden": row == 1})
    sheet.add_table("A1:B5", {"total_row": True, "columns": [
        {"header": "Forfait", "total_string": "Total"},
        {"header": "Prix", "total_function": "sum"},
    ]})  # fmt: skip
    sheet.add_table("D1:E3", {"columns": [{"header": "Code"}, {"header": "Remise"}]})
    sheet.set_background(io.BytesIO(PIXEL))


# --- what XlsxWriter cannot write, added part by part ----

_X14 = f'xmlns:x14="{MS}/spreadsheetml/2009/9/main" xmlns:xm="{MS}/excel/2006/main"'


def excel_with_everything() -> bytes:
    """The tableau is a table; macros, pivots, slicers, threads, links, labels around it."""
    site = Chantier(excel(table=True, macros=True))
    sheet, stats = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"
    _pivot(site, stats)
    _slicer(site, sheet)
    _threaded_comments(site, sheet)
    site.add("xl/externalLinks/externalLink1.xml", (
        f'{XML}<externalLink xmlns="{MAIN}" xmlns:r="{RELS}"><externalBook r:id="rId90">'
        '<sheetNames><sheetName val="Feuil1"/></sheetNames></externalBook></externalLink>'
    ), f"{SHEET_ML}.externalLink+xml")  # fmt: skip
    site.link("xl/externalLinks/externalLink1.xml", "externalLinkPath", "tarifs.xlsx", "External")
    number = site.link("xl/workbook.xml", "externalLink", "externalLinks/externalLink1.xml")
    site.change("xl/workbook.xml", "</sheets>",
                f'</sheets><externalReferences><externalReference r:id="{number}"/>'
                "</externalReferences>")  # fmt: skip
    site.add("customXml/item1.xml", '<dossier xmlns="urn:ecole"><no>7</no></dossier>')
    site.add("customXml/itemProps1.xml", (
        '<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/'
        'customXml" ds:itemID="{6F1A8B1E-0000-4000-8000-000000000001}"/>'
    ), "application/vnd.openxmlformats-officedocument.customXmlProperties+xml")  # fmt: skip
    site.link("customXml/item1.xml", "customXmlProps", "itemProps1.xml")
    site.link("xl/workbook.xml", "customXml", "../customXml/item1.xml")
    site.add("docMetadata/LabelInfo.xml", (
        '<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata">'
        '<clbl:label id="{1234}" enabled="1" method="Privileged" siteId="{5678}"/></clbl:labelList>'
    ), "application/vnd.ms-office.classificationlabels+xml")  # fmt: skip
    site.link("", f"{MS}/2020/02/relationships/classificationlabels", "docMetadata/LabelInfo.xml")
    site.parts["xl/printerSettings/printerSettings1.bin"] = bytes(range(256))
    site.change("[Content_Types].xml", "<Override", (
        f'<Default Extension="bin" ContentType="{SHEET_ML}.printerSettings"/><Override'
    ))  # fmt: skip
    number = site.link(sheet, "printerSettings", "../printerSettings/printerSettings1.bin")
    site.change(sheet, "<pageSetup ", f'<pageSetup r:id="{number}" ')
    return site.to_bytes()


def _pivot(site: Chantier, sheet: str) -> None:
    fields = "".join(
        f'<cacheField name="{escape(header)}" numFmtId="0"><sharedItems/></cacheField>'
        for header in ENTETES
    )
    site.add("xl/pivotCache/pivotCacheDefinition1.xml", (
        f'{XML}<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{RELS}" r:id="rId90" '
        'refreshOnLoad="1" createdVersion="6" refreshedVersion="6" recordCount="2"><cacheSource '
        f'type="worksheet"><worksheetSource name="TableauSuivi"/></cacheSource>'
        f'<cacheFields count="7">{fields}</cacheFields></pivotCacheDefinition>'
    ), f"{SHEET_ML}.pivotCacheDefinition+xml")  # fmt: skip
    record = "<r>" + '<s v="x"/>' * 7 + "</r>"
    site.add("xl/pivotCache/pivotCacheRecords1.xml", (
        f'{XML}<pivotCacheRecords xmlns="{MAIN}" count="2">{record * 2}</pivotCacheRecords>'
    ), f"{SHEET_ML}.pivotCacheRecords+xml")  # fmt: skip
    cache = "xl/pivotCache/pivotCacheDefinition1.xml"
    site.link(cache, "pivotCacheRecords", "pivotCacheRecords1.xml")
    number = site.link("xl/workbook.xml", "pivotCacheDefinition", cache.removeprefix("xl/"))
    site.change("xl/workbook.xml", "</workbook>", (
        f'<pivotCaches><pivotCache cacheId="4" r:id="{number}"/></pivotCaches></workbook>'
    ))  # fmt: skip
    field = '<pivotField axis="axisRow" showAll="0"><items count="1"><item t="default"/></items>'
    rest = '<pivotField showAll="0"/>' * 5
    site.add("xl/pivotTables/pivotTable1.xml", (
        f'{XML}<pivotTableDefinition xmlns="{MAIN}" name="TCD1" cacheId="4" dataCaption="Valeurs" '
        'createdVersion="6" updatedVersion="6"><location ref="A20:B22" firstHeaderRow="1" '
        f'firstDataRow="1" firstDataCol="1"/><pivotFields count="7"><pivotField dataField="1" '
        f'showAll="0"/>{field}</pivotField>{rest}</pivotFields><rowFields count="1"><field x="1"/>'
        '</rowFields><rowItems count="1"><i t="grand"><x/></i></rowItems><colItems count="1"><i/>'
        '</colItems><dataFields count="1"><dataField name="Nombre" fld="0" subtotal="count" '
        'baseField="0" baseItem="0"/></dataFields></pivotTableDefinition>'
    ), f"{SHEET_ML}.pivotTable+xml")  # fmt: skip
    site.link("xl/pivotTables/pivotTable1.xml", "pivotCacheDefinition",
              "../pivotCache/pivotCacheDefinition1.xml")  # fmt: skip
    site.link(sheet, "pivotTable", "../pivotTables/pivotTable1.xml")


def _slicer(site: Chantier, sheet: str) -> None:
    """A slicer of the table (2013), beside rules and validations of Office 2010."""
    main = f'{_X14} xmlns:x15="{MS}/spreadsheetml/2010/11/main"'
    site.add("xl/slicerCaches/slicerCache1.xml", (
        f'{XML}<slicerCacheDefinition xmlns="{MS}/spreadsheetml/2009/9/main" name="Segment1" '
        f'sourceName="MONITEUR"><extLst><ext {main} uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}">'
        '<x15:tableSlicerCache tableId="1" column="7"/></ext></extLst></slicerCacheDefinition>'
    ), "application/vnd.ms-excel.slicerCache+xml")  # fmt: skip
    site.add("xl/slicers/slicer1.xml", (
        f'{XML}<slicers xmlns="{MS}/spreadsheetml/2009/9/main"><slicer name="MONITEUR" '
        'cache="Segment1" caption="MONITEUR" rowHeight="225425"/></slicers>'
    ), "application/vnd.ms-excel.slicer+xml")  # fmt: skip
    kind = f"{MS}/2007/relationships/slicer"
    cache = site.link("xl/workbook.xml", f"{kind}Cache", "slicerCaches/slicerCache1.xml")
    site.change("xl/workbook.xml", "</workbook>", (
        f'<extLst><ext {main} uri="{{46BE6895-7355-4a93-B00E-2C351335B9C9}}"><x15:slicerCaches>'
        f'<x14:slicerCache r:id="{cache}"/></x15:slicerCaches></ext></extLst></workbook>'
    ))  # fmt: skip
    number = site.link(sheet, kind, "../slicers/slicer1.xml")
    site.change(sheet, "</extLst>", (
        f'<ext {main} uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}"><x14:dataValidations '
        'count="1"><x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>'
        "Listes!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>D4:D5</xm:sqref></x14:dataValidation>"
        f'</x14:dataValidations></ext><ext {main} uri="{{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}}">'
        f'<x14:slicerList><x14:slicer r:id="{number}"/></x14:slicerList></ext></extLst>'
    ))  # fmt: skip


def _threaded_comments(site: Chantier, sheet: str) -> None:
    person = "{11111111-2222-4333-8444-555555555555}"
    kind = f"{MS}/2017/10/relationships"
    space = f"{MS}/spreadsheetml/2018/threadedcomments"
    site.add("xl/persons/person.xml", (
        f'{XML}<personList xmlns="{space}"><person displayName="Direction" id="{person}" '
        'userId="direction" providerId="None"/></personList>'
    ), "application/vnd.ms-excel.person+xml")  # fmt: skip
    site.link("xl/workbook.xml", f"{kind}/person", "persons/person.xml")
    site.add("xl/threadedComments/threadedComment1.xml", (
        f'{XML}<ThreadedComments xmlns="{space}"><threadedComment ref="A3" '
        f'dT="2026-09-01T10:00:00.00" personId="{person}" '
        'id="{AAAAAAAA-2222-4333-8444-555555555555}"><text>Nom puis prénom</text>'
        "</threadedComment></ThreadedComments>"
    ), "application/vnd.ms-excel.threadedcomments+xml")  # fmt: skip
    site.link(sheet, f"{kind}/threadedComment", "../threadedComments/threadedComment1.xml")


def phonetic() -> bytes:
    """Shared strings with phonetic runs, on headers too; dates count from 1904."""
    site = Chantier(excel(date_1904=True))
    for text in ("ÉLÈVE", "MOREL Jeanne", "PETIT Luc"):
        site.change("xl/sharedStrings.xml", f"<si><t>{text}</t></si>", (
            f'<si><t>{text}</t><rPh sb="0" eb="2"><t>よみ</t></rPh><phoneticPr fontId="1"/></si>'
        ))  # fmt: skip
    return site.to_bytes()


_STRICT = {
    RELS: "http://purl.oclc.org/ooxml/officeDocument/relationships",
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/drawingml/2006/": "http://purl.oclc.org/ooxml/drawingml/",
    "http://schemas.openxmlformats.org/officeDocument/2006/": (
        "http://purl.oclc.org/ooxml/officeDocument/"
    ),
}


def strict() -> bytes:
    """As « Classeur Open XML Strict » of Excel: ISO's namespaces, dates in ISO 8601."""
    site = Chantier(_respaced(excel(), _STRICT))
    site.change("xl/workbook.xml", "<workbook ", '<workbook conformance="strict" ')
    sheet = "xl/worksheets/sheet2.xml"
    for row, values in enumerate(LIGNES, ENTETE + 1):
        iso = f"{values[1]:%Y-%m-%d}T00:00:00"
        old = re.search(rf'<c r="B{row}" s="\d+">(<v>\d+</v>)', site.text(sheet))
        assert old is not None
        new = old[0].replace(">", ' t="d">', 1).replace(old[1], f"<v>{iso}</v>")
        site.change(sheet, old[0], new)
    return site.to_bytes()


def transitional(data: bytes) -> bytes:
    """The same workbook in the namespaces of 2006, which are the only ones openpyxl reads."""
    return _respaced(data, {new: old for old, new in _STRICT.items()})


def _respaced(data: bytes, spaces: Mapping[str, str]) -> bytes:
    parts: dict[str, str | bytes] = {}
    for name, content in unzipped(data).items():
        parts[name] = content
        if name.endswith((".xml", ".rels")):
            text = content.decode()
            for old, new in spaces.items():
                text = text.replace(old, new)
            parts[name] = text
    return zipped(parts)
