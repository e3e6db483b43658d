"""Small packages, made by hand or by XlsxWriter, and readers to look at the results."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import python_calamine
import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET = "xl/worksheets/sheet1.xml"


def worksheet(rows: str, after: str = "", before: str = "") -> str:
    """A sheet part without prefixes around these rows."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(sheet: str | bytes, workbook: str = "", **more: str | bytes) -> dict[str, bytes]:
    """The parts of a minimal workbook of one sheet named F, by name."""
    workbook = workbook or (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELS}"><sheets>'
        '<sheet name="F" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    kinds = f"{RELS}/officeDocument", f"{RELS}/worksheet"
    found: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE_RELS}"><Relationship Id="rId1" '
        f'Type="{kinds[0]}" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE_RELS}"><Relationship '
        f'Id="rId1" Type="{kinds[1]}" Target="worksheets/sheet1.xml"/></Relationships>',
        SHEET: sheet,
        **more,
    }
    return {k: v.encode() if isinstance(v, str) else v for k, v in found.items()}


def zipped(content: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def small(rows: str, after: str = "", before: str = "") -> bytes:
    """A workbook of one sheet F with these rows."""
    return zipped(parts(worksheet(rows, after, before)))


def written(build: Callable[[xlsxwriter.Workbook], Any], **options: Any) -> bytes:
    """A workbook made by XlsxWriter."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    build(book)
    book.close()
    return out.getvalue()


def sheet_xml(data: bytes, name: str = SHEET) -> str:
    return unzipped(data)[name].decode()


def reread(data: bytes, **options: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), **options)


def values(data: bytes, sheet: str) -> list[list[Any]]:
    """The cells of a sheet as calamine reads them, from A1 on."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def unlike(before: bytes, after: bytes) -> set[str]:
    """Names of the members that differ, appear or disappear."""
    old, new = unzipped(before), unzipped(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def attribute(xml: str, element: str, name: str) -> str | None:
    """An attribute of the first such element."""
    found = re.search(rf"<{element}\b[^>]*?\s{name}=\"([^\"]*)\"", xml)
    return found[1] if found else None
