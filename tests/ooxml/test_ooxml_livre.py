"""Workbooks as a whole: their sheets, sheets transplanted, and independent readers."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ooxml_fabrique import (
    MAIN,
    RELS,
    SHEET,
    attribute,
    parts,
    reread,
    sheet_xml,
    small,
    unlike,
    unzipped,
    values,
    worksheet,
    written,
    zipped,
)
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from inactifs.ooxml import EditRefused, InvalidPackage
from inactifs.ooxml.workbook import Workbook


def test_sheets_are_listed_with_their_state_and_rank() -> None:
    """Chart sheets are left out, but count in the rank of those after them."""

    def build(book: Any) -> None:
        book.add_worksheet("Une & l'autre").write(0, 0, 1)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "='Une & l''autre'!$A$1:$A$2"})
        book.add_chartsheet("Graphe").set_chart(chart)
        book.add_worksheet("Cachée").hide()
        book.add_worksheet("Enfouie").very_hidden()

    found = Workbook(written(build)).sheets
    assert [(ref.name, ref.state, ref.rank) for ref in found] == [
        ("Une & l'autre", "visible", 0), ("Cachée", "hidden", 2), ("Enfouie", "veryHidden", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "target",
    [
        "/xl/worksheets/sheet1.xml", "./worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml",
        "/XL/Worksheets/sheet1.xml", "worksheets/%73heet1.xml",
    ],
)  # fmt: skip
def test_relationship_targets_absolute_or_relative(target: str) -> None:
    """As different producers write them."""
    content = parts(worksheet('<row r="1"><c r="A1"><v>7</v></c></row>'))
    name = "xl/_rels/workbook.xml.rels"
    content[name] = content[name].replace(b"worksheets/sheet1.xml", target.encode())
    book = Workbook(zipped(content))
    assert [ref.part for ref in book.sheets] == [SHEET]
    cell = book.sheet("F").cell(1, 1)
    assert cell is not None and cell.text == "7"


def test_an_unknown_sheet_is_a_key_error() -> None:
    """And the editor of a known one is the same at each call."""
    book = Workbook(small(""))
    with pytest.raises(KeyError):
        book.sheet("G")
    assert book.sheet("F") is book.sheet("F")


@pytest.mark.parametrize("kind", ["document", "presentation"])
def test_another_office_document_is_refused(kind: str) -> None:
    """A .docx or a .pptx is a package too."""
    with pytest.raises(InvalidPackage, match="pas un classeur"):
        Workbook(zipped(parts("", f'<w:{kind} xmlns:w="urn:w"></w:{kind}>')))


def donor() -> bytes:
    """A sheet of openpyxl's with a bit of everything, after another one."""
    book = openpyxl.Workbook()
    book.active.title = "Autre"  # type: ignore[union-attr]
    sheet = book.create_sheet("Paramètres")
    sheet.append(["Nom", "Valeur", "Jour"])
    sheet.append(["seuil < 4 & plus", 3, date(2026, 11, 24)])
    sheet.append([" deux\nlignes ", True, 2.5])
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", fgColor="FF336699")
    sheet["C2"].number_format = "dd/mm/yyyy"
    sheet["A3"].alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = "A1:C3"
    sheet.print_title_rows = "1:1"
    sheet.column_dimensions["A"].width = 31
    choice = DataValidation(type="list", formula1='"a,b"', sqref="B2:B9")
    sheet.add_data_validation(choice)
    red = PatternFill(bgColor="FFFF0000")
    sheet.conditional_formatting.add("C2:C9", CellIsRule("lessThan", ["4"], fill=red))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def host() -> bytes:
    """A workbook with styles, names, a chart sheet, and several sheets of its own."""

    def build(book: Any) -> None:
        sheet = book.add_worksheet("F")
        sheet.write(0, 0, "x", book.add_format({"italic": True, "num_format": "0.000"}))
        sheet.autofilter("A1:B2")
        sheet.conditional_format(
            "A1:A3",
            {
                "type": "cell", "criteria": ">", "value": 1,
                "format": book.add_format({"font_color": "#00FF00"}),
            },
        )  # fmt: skip
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=F!$A$1:$A$2"})
        book.add_chartsheet("Graphe").set_chart(chart)

    return written(build)


def transplanted(data: bytes) -> bytes:
    book = Workbook(data)
    book.transplant(donor(), "Paramètres")
    return book.to_bytes()


def test_a_transplanted_sheet_has_its_values_and_its_looks() -> None:
    """Texts, numbers, dates; fonts, fills, formats, widths, rules and names."""
    after = transplanted(host())
    book = reread(after)
    assert book.sheetnames == ["F", "Graphe", "Paramètres"]
    sheet = book["Paramètres"]
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [
        ["Nom", "Valeur", "Jour"],
        ["seuil < 4 & plus", 3, datetime(2026, 11, 24)],
        [" deux\nlignes ", True, 2.5],
    ]
    assert sheet["A1"].font.bold and sheet["A1"].fill.fgColor.rgb == "FF336699"
    assert sheet["C2"].number_format == "dd/mm/yyyy"
    assert sheet["A3"].alignment.wrap_text and sheet["A3"].alignment.vertical == "top"
    assert not sheet["A2"].font.bold
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C3")
    assert (sheet.print_title_rows, sheet.column_dimensions["A"].width) == ("$1:$1", 31)
    assert str(sheet.data_validations.dataValidation[0].sqref) == "B2:B9"
    (rule,) = [rule for area in sheet.conditional_formatting for rule in area.rules]
    assert rule.dxf.fill.bgColor.rgb == "FFFF0000"
    assert values(after, "Paramètres")[1] == ["seuil < 4 & plus", 3.0, date(2026, 11, 24)]


def test_the_host_keeps_its_own_sheets() -> None:
    """Only the lists of parts, of sheets and of styles differ; its looks are the same."""
    data = host()
    after = transplanted(data)
    new = "xl/worksheets/sheet2.xml"
    assert unlike(data, after) == {
        new, "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    }  # fmt: skip
    cell = reread(after)["F"]["A1"]
    assert cell.font.italic and cell.number_format == "0.000"
    workbook = sheet_xml(after, "xl/workbook.xml")
    assert re.findall(r'localSheetId="(\d)"', workbook) == ["0", "2", "2"]
    assert len(set(re.findall(r'sheetId="(\d+)"', workbook))) == 3
    assert "tabSelected" not in sheet_xml(after, new)


def test_a_second_transplant_adds_no_format_twice() -> None:
    """Styles are shared with what is there already."""
    once = transplanted(host())
    other = openpyxl.load_workbook(io.BytesIO(donor()))
    other["Paramètres"].title = "Modèles"
    out = io.BytesIO()
    other.save(out)
    book = Workbook(once)
    book.transplant(out.getvalue(), "Modèles")
    twice = book.to_bytes()
    assert unzipped(twice)["xl/styles.xml"] == unzipped(once)["xl/styles.xml"]
    assert reread(twice)["Modèles"]["A1"].font.bold


def test_a_transplanted_sheet_can_be_edited_at_once() -> None:
    """Before anything is written."""
    book = Workbook(host())
    book.transplant(donor(), "Paramètres")
    book.sheet("Paramètres").append([{1: "nouveau", 3: date(2026, 1, 2)}], 4, last=3)
    after = book.to_bytes()
    sheet = reread(after)["Paramètres"]
    assert sheet["A4"].value == "nouveau" and sheet["C4"].is_date
    assert sheet.auto_filter.ref == "A1:C4"
    assert "$A$1:$C$4" in sheet_xml(after, "xl/workbook.xml")


def test_a_transplant_into_a_prefixed_strict_package() -> None:
    """Namespaces and prefixes are the host's in its parts, and right in the new one."""
    strict = "http://purl.oclc.org/ooxml/"
    space = f"{strict}spreadsheetml/main"
    rels = f"{strict}officeDocument/relationships"
    workbook = (
        f'<x:workbook xmlns:x="{space}"><x:sheets><x:sheet xmlns:q="{rels}" q:id="rId1" '
        'sheetId="4" name="F"/></x:sheets><x:calcPr/></x:workbook>'
    )
    content = parts(worksheet("").replace(MAIN, space), workbook)
    content = {k: v.replace(RELS.encode(), rels.encode()) for k, v in content.items()}
    after = transplanted(zipped(content))
    assert values(after, "Paramètres")[0] == ["Nom", "Valeur", "Jour"]
    text = sheet_xml(after, "xl/workbook.xml")
    assert '<x:sheet xmlns:r="' in text and 'sheetId="5"' in text
    assert "</x:sheets><x:definedNames><x:definedName" in text
    assert MAIN not in sheet_xml(after, "xl/worksheets/sheet2.xml")
    assert Workbook(after).sheets[1].name == "Paramètres"


def test_what_cannot_be_transplanted_is_refused() -> None:
    """A name that is taken, a sheet with a chart, a protected structure."""
    with pytest.raises(EditRefused, match="déjà"):
        Workbook(transplanted(host())).transplant(donor(), "Paramètres")
    with pytest.raises(KeyError):
        Workbook(host()).transplant(donor(), "Absente")

    def build(book: Any) -> None:
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=G!$A$1:$A$2"})
        book.add_worksheet("G").insert_chart("B2", chart)

    with pytest.raises(EditRefused, match="objets"):
        Workbook(host()).transplant(written(build), "G")
    content = unzipped(host())
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(
        b"<bookViews>", b'<workbookProtection lockStructure="1"/><bookViews>'
    )
    with pytest.raises(EditRefused, match="protégée"):
        Workbook(zipped(content)).transplant(donor(), "Paramètres")


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=("Cc", "Cs", "Cn")),
    min_size=1, max_size=12,
).filter(lambda text: text.strip() and not re.search("_x[0-9A-Fa-f]{4}_", text))  # fmt: skip
VALUES = st.one_of(
    TEXTS,
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4)),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2200, 1, 1)),
)
CELLS = st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 6)), VALUES, max_size=12)


def as_read(value: Any) -> Any:
    """What openpyxl gives back for a value."""
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return value


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=CELLS, edits=CELLS, rows=st.lists(
    st.dictionaries(st.integers(1, 6), VALUES, min_size=1, max_size=6), max_size=5,
), table=st.booleans())  # fmt: skip
def test_any_edit_reads_back_and_leaves_the_rest(
    before: dict[tuple[int, int], Any],
    edits: dict[tuple[int, int], Any],
    rows: list[dict[int, Any]],
    table: bool,
) -> None:
    """Random cells set and rows appended on random workbooks, reread by two libraries."""

    def build(book: Any) -> None:
        sheet = book.add_worksheet("F")
        day = book.add_format({"num_format": "dd/mm/yyyy", "border": 1})
        for (row, col), value in before.items():
            if isinstance(value, bool):
                sheet.write_boolean(row, col - 1, value)
            elif isinstance(value, date):
                sheet.write_datetime(row, col - 1, value, day)
            elif isinstance(value, str):
                sheet.write_string(row, col - 1, value)
            else:
                sheet.write_number(row, col - 1, value)
        if table:
            sheet.add_table(0, 0, 9, 5, {"header_row": True})
        book.add_worksheet("G").write_string(0, 0, "intact")

    data = written(build)
    book = Workbook(data)
    sheet = book.sheet("F")
    for (row, col), value in edits.items():
        sheet.set(row + 1, col, value)
    sheet.append(rows, 11, last=10)
    after = book.to_bytes()
    expected = {(row + 1, col): value for (row, col), value in {**before, **edits}.items()}
    expected |= {
        (11 + rank, col): value for rank, row in enumerate(rows) for col, value in row.items()
    }
    if table:
        expected |= {(1, col): f"Column{col}" for col in range(1, 7)}
    found = {
        (cell.row, cell.column): cell.value
        for line in reread(after)["F"].iter_rows()
        for cell in line
        if cell.value is not None
    }
    assert found == {key: as_read(value) for key, value in expected.items()}
    grid = values(after, "F")
    for (row, col), value in expected.items():
        got = grid[row - 1][col - 1]
        assert got == (value if not isinstance(value, datetime) else as_read(value))
    allowed = {SHEET, "xl/styles.xml", "xl/tables/table1.xml"}
    assert unlike(data, after) <= allowed
    if table and rows:
        last = 10 + len(rows)
        assert attribute(sheet_xml(after, "xl/tables/table1.xml"), "table", "ref") == f"A1:F{last}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """LibreOffice converting a workbook's sheet to CSV, in a profile of its own."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = tmp_path_factory.mktemp("profile")

    def convert(data: bytes, folder: Path) -> list[list[str]]:
        source = folder / "classeur.xlsx"
        source.write_bytes(data)
        options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"
        subprocess.run(
            [program, f"-env:UserInstallation={profile.as_uri()}", "--headless",
             "--convert-to", options, "--outdir", str(folder), str(source)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        (result,) = folder.glob("classeur*.csv")
        return list(csv.reader(result.read_text("utf-8").splitlines(keepends=True)))

    return convert


def test_libreoffice_reads_the_same_cells(office: Any, tmp_path: Path) -> None:
    """Set and appended, in a file that also received a sheet."""

    def build(book: Any) -> None:
        sheet = book.add_worksheet("F")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["ÉLÈVE", "DATE", "N"])
        sheet.write_string(1, 0, "Durand")
        sheet.write_datetime(1, 1, datetime(2026, 1, 2), day)
        sheet.write_number(1, 2, 4)
        columns = [{"header": header} for header in ("ÉLÈVE", "DATE", "N")]
        sheet.add_table("A1:C2", {"columns": columns})

    book = Workbook(written(build))
    sheet = book.sheet("F")
    sheet.set(2, 3, 5)
    hostile = ['=HYPERLINK("x")', " é\nœ 😀 _x0041_ ", "a\x07b <&>"]
    sheet.append([{1: text, 2: date(2026, 11, 24), 3: 10} for text in hostile], 3, last=2)
    book.transplant(donor(), "Paramètres")
    after = book.to_bytes()
    assert office(after, tmp_path) == [
        ["ÉLÈVE", "DATE", "N"],
        ["Durand", "2026-01-02", "5"],
        ['=HYPERLINK("x")', "2026-11-24", "10"],
        [" é\nœ 😀 _x0041_ ", "2026-11-24", "10"],
        ["a\x07b <&>", "2026-11-24", "10"],
    ]
