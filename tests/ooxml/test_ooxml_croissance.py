"""What must grow with the rows and the columns, and what must not."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from ooxml_fabrique import (
    SHEET,
    attribute,
    reread,
    sheet_xml,
    small,
    unlike,
    unzipped,
    written,
    zipped,
)

from inactifs.ooxml import EditRefused, TableWithTotals
from inactifs.ooxml.workbook import Workbook

TABLE = "xl/tables/table1.xml"
HEADERS = ["ÉLÈVE", "DATE", "NOTE"]


def grid(book: Any, rows: int = 4) -> Any:
    """A sheet F: headers in A1:C1 and rows below."""
    sheet = book.add_worksheet("F")
    for row in range(rows):
        sheet.write_row(row, 0, HEADERS if row == 0 else [f"e{row}", row, "n"])
    return sheet


def grown(data: bytes, count: int, first: int, model: int | None) -> bytes:
    """Rows appended in A to C."""
    book = Workbook(data)
    rows = [{1: f"n{n}", 2: n, 3: "n"} for n in range(count)]
    book.sheet("F").append(rows, first, last=model)
    return book.to_bytes()


def test_the_filter_grows_with_its_hidden_name() -> None:
    """The sheet's filter, and _xlnm._FilterDatabase; those of other sheets do not."""

    def build(book: Any) -> None:
        grid(book).autofilter("A1:C4")
        other = book.add_worksheet("G")
        other.write(0, 0, "x")
        other.autofilter("A1:C4")

    data = written(build)
    after = grown(data, 3, 5, 4)
    assert attribute(sheet_xml(after), "autoFilter", "ref") == "A1:C7"
    names = re.findall(r">([^<>]*)</definedName>", sheet_xml(after, "xl/workbook.xml"))
    assert names == ["F!$A$1:$C$7", "G!$A$1:$C$4"]
    assert unlike(data, after) == {SHEET, "xl/workbook.xml"}


def test_a_filter_above_no_row_yet_grows() -> None:
    """The header alone is enough."""
    data = written(lambda book: grid(book, 1).autofilter("A1:C1"))
    assert attribute(sheet_xml(grown(data, 2, 2, None)), "autoFilter", "ref") == "A1:C3"


def test_the_filter_of_a_custom_view_stays() -> None:
    """Only the sheet's own is grown."""
    view = '<customSheetViews><customSheetView><autoFilter ref="A1:C4"/></customSheetView>'
    data = small('<row r="1"/>', after=view + "</customSheetViews>")
    assert attribute(sheet_xml(grown(data, 3, 5, 4)), "autoFilter", "ref") == "A1:C4"


def test_a_print_area_and_titles() -> None:
    """The area grows, in each of its ranges that covers the last row; the titles stay."""

    def build(book: Any) -> None:
        sheet = grid(book)
        sheet.print_area("A1:C4")
        sheet.repeat_rows(0)

    data = written(build)
    text = sheet_xml(data, "xl/workbook.xml")
    several = text.replace("F!$A$1:$C$4", "F!$A$1:$C$4,F!$E$1:$F$2,F!$H$1:$H$90")
    data = zipped({**unzipped(data), "xl/workbook.xml": several.encode()})
    names = sheet_xml(grown(data, 3, 5, 4), "xl/workbook.xml")
    assert ">F!$A$1:$C$7,F!$E$1:$F$2,F!$H$1:$H$90<" in names and ">F!$1:$1<" in names


def tabled(rows: int = 4, **options: Any) -> bytes:
    """A table on A1:C4, another one at the right, a third on another sheet."""

    def build(book: Any) -> None:
        sheet = grid(book, rows)
        columns = [{"header": header} for header in HEADERS]
        sheet.add_table(0, 0, max(rows, 2) - 1, 2, {"columns": columns, "name": "T", **options})
        sheet.add_table("F1:G4")
        book.add_worksheet("G").add_table("A1:C4")

    return written(build)


def test_a_table_grows_with_its_filter() -> None:
    """The one that is written in, not its neighbours."""
    data = tabled()
    after = grown(data, 3, 5, 4)
    assert unlike(data, after) == {SHEET, TABLE}
    table = sheet_xml(after, TABLE)
    assert attribute(table, "table", "ref") == attribute(table, "autoFilter", "ref") == "A1:C7"
    assert reread(after)["F"].tables["T"].ref == "A1:C7"


def test_a_table_without_any_row_yet() -> None:
    """It has one blank row, which is filled before it grows."""
    data = tabled(rows=1)
    assert attribute(sheet_xml(data, TABLE), "table", "ref") == "A1:C2"
    assert attribute(sheet_xml(grown(data, 1, 2, None), TABLE), "table", "ref") == "A1:C2"
    assert attribute(sheet_xml(grown(data, 3, 2, None), TABLE), "table", "ref") == "A1:C4"


def test_a_table_with_a_totals_row_is_refused() -> None:
    """Its totals would have to move."""
    data = tabled(total_row=True)
    with pytest.raises(TableWithTotals, match="totaux") as caught:
        grown(data, 1, 5, 3)
    assert caught.value.conseil
    with pytest.raises(TableWithTotals):
        grown(data, 1, 4, 3)


def test_a_table_does_not_grow_over_another_one() -> None:
    """Excel would not open the file."""

    def build(book: Any) -> None:
        sheet = grid(book)
        sheet.add_table("A1:C4", {"columns": [{"header": header} for header in HEADERS]})
        sheet.add_table("A7:C9")

    with pytest.raises(EditRefused, match="au-dessous"):
        grown(written(build), 4, 5, 4)


def test_the_header_of_a_table_is_not_changed() -> None:
    """It would no longer be the name of its column."""
    with pytest.raises(EditRefused, match="en-tête"):
        Workbook(tabled()).sheet("F").set(1, 2, "autre")


def ruled(*areas: str, kind: str = "validation") -> bytes:
    """A validation, or a conditional format, on each of these ranges."""

    def build(book: Any) -> None:
        sheet = grid(book)
        for area in areas:
            if kind == "validation":
                sheet.data_validation(area, {"validate": "list", "source": ["a", "b"]})
            else:
                form = book.add_format({"bold": True})
                rule = {"type": "cell", "criteria": ">", "value": 1, "format": form}
                sheet.conditional_format(area, rule)

    return written(build)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("B2:B4", "B2:B7"),  # ends at the last row
        ("B4", "B4:B7"),
        ("B2:B5", "B2:B7"),  # drawn a little in advance
        ("B2:B900", "B2:B900"),  # drawn far in advance
        ("B2:B3", "B2:B3"),  # does not reach the last row
        ("B1:C1", "B1:C1"),  # the header
        ("B9:B12", "B9:B12"),  # below
        ("F2:G4", "F2:G7"),  # the school's own columns
    ],
)
@pytest.mark.parametrize("kind", ["validation", "format"])
def test_validations_and_conditional_formats_grow(before: str, after: str, kind: str) -> None:
    """When they cover the last row, and not further than the rows."""
    element = "dataValidation" if kind == "validation" else "conditionalFormatting"
    data = ruled(before, kind=kind)
    xml = sheet_xml(grown(data, 3, 5, 4))
    assert attribute(xml, element, "sqref") == after
    again = sheet_xml(data).replace(f'sqref="{before}"', f'sqref="{after}"')
    assert xml.split("</sheetData>")[1] == again.split("</sheetData>")[1]


def test_below_a_bare_header_rules_grow_from_the_first_row() -> None:
    """Not from the header: its own format is its own."""

    def build(book: Any) -> None:
        sheet = grid(book, 1)
        sheet.data_validation("B2", {"validate": "list", "source": ["a"]})
        sheet.data_validation("A1:C1", {"validate": "any", "input_message": "x"})

    found = re.findall(r'sqref="([^"]*)"', sheet_xml(grown(written(build), 3, 2, None)))
    assert found == ["B2:B4", "A1:C1"]


def test_a_validation_does_not_grow_over_another_one() -> None:
    """A cell has one validation at most."""
    found = re.findall(r'sqref="([^"]*)"', sheet_xml(grown(ruled("B2:B4", "B6:B9"), 3, 5, 4)))
    assert found == ["B2:B4", "B6:B9"]


def test_several_ranges_in_one_rule() -> None:
    """Each grows or not by itself; what is not understood stays."""
    rule = '<conditionalFormatting sqref="A2:A4 C2:C4 B1 A:A"><cfRule/></conditionalFormatting>'
    after = grown(small('<row r="1"/>', after=rule), 3, 5, 4)
    found = attribute(sheet_xml(after), "conditionalFormatting", "sqref")
    assert found == "A2:A7 C2:C7 B1 A:A"


X14 = (
    '<extLst><ext xmlns:x14="urn:x14" uri="{1}"><x14:conditionalFormattings>'
    '<x14:conditionalFormatting xmlns:xm="urn:xm"><x14:cfRule id="{2}"><xm:f>A2:A4</xm:f></x14:cfRule>'  # noqa: E501
    "<xm:sqref>A2:A4 C2:C3</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext>"  # noqa: E501
    '<ext xmlns:x14="urn:x14" uri="{3}"><x14:dataValidations xmlns:xm="urn:xm" count="1">'
    '<x14:dataValidation type="list"><x14:formula1><xm:f>G!A2:A4</xm:f></x14:formula1>'
    "<xm:sqref>B2:B4</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
    '<ext xmlns:x14="urn:x14" uri="{4}"><x14:sparklineGroups xmlns:xm="urn:xm"><x14:sparklineGroup>'
    "<x14:sparklines><x14:sparkline><xm:f>F!A2:A4</xm:f><xm:sqref>D4</xm:sqref></x14:sparkline>"
    "</x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext></extLst>"
)


def test_rules_of_office_2010_grow_and_sparklines_stay() -> None:
    """In extLst; formulas are not touched."""
    after = grown(small('<row r="1"/>', after=X14), 3, 5, 4)
    expected = X14.replace("A2:A4 C2:C3", "A2:A7 C2:C3").replace(">B2:B4<", ">B2:B7<")
    assert sheet_xml(after).split("</sheetData>")[1] == expected + "</worksheet>"


def test_databars_of_office_2010_grow_in_both_places() -> None:
    """As XlsxWriter writes them."""

    def build(book: Any) -> None:
        grid(book).conditional_format("B2:B4", {"type": "data_bar", "data_bar_2010": True})

    xml = sheet_xml(grown(written(build), 3, 5, 4))
    assert attribute(xml, "conditionalFormatting", "sqref") == "B2:B7"
    assert "<xm:sqref>B2:B7</xm:sqref>" in xml


def test_the_dimension_takes_in_what_is_written() -> None:
    """And only that."""
    book = Workbook(written(grid))
    book.sheet("F").set(9, 5, "x")
    assert attribute(sheet_xml(book.to_bytes()), "dimension", "ref") == "A1:E9"


def with_column(data: bytes, title: str = "N° ÉLÈVE", width: float | None = 14) -> bytes:
    """The workbook with a column added in D."""
    book = Workbook(data)
    book.sheet("F").add_column(1, 4, title, 3, width)
    return book.to_bytes()


def test_a_column_is_added_with_the_look_of_another() -> None:
    """Its header, its width, the filter; later cells look like that column's."""

    def build(book: Any) -> None:
        sheet = book.add_worksheet("F")
        head, box = book.add_format({"bold": True}), book.add_format({"border": 1})
        sheet.write_row(0, 0, HEADERS, head)
        sheet.write_row(1, 0, ["a", 1, "n"], box)
        sheet.set_column(0, 2, 20)
        sheet.autofilter("A1:C2")
        sheet.print_area("A1:C2")

    book = Workbook(written(build))
    sheet = book.sheet("F")
    sheet.add_column(1, 4, "DÉTECTÉ LE", 3, 14)
    sheet.add_column(1, 5, "CAUSE", 4, 30)
    sheet.set(2, 4, date(2026, 11, 24))
    sheet.append([{1: "b", 5: "x"}], 3, last=2)
    after = book.to_bytes()
    cells = reread(after)["F"]
    assert [cells[ref].value for ref in ("D1", "E1", "E3")] == ["DÉTECTÉ LE", "CAUSE", "x"]
    assert cells["D1"].font.bold and cells["E1"].font.bold
    assert all(cells[ref].border.left.style == "thin" for ref in ("D2", "D3", "E3"))
    assert cells["D2"].is_date
    assert cells.auto_filter.ref == "A1:E3"
    assert "F!$A$1:$E$3" in sheet_xml(after, "xl/workbook.xml")
    assert [cells.column_dimensions[c].width for c in "DE"] == [14, 30]


def test_a_column_of_a_table() -> None:
    """It has a name, an id of its own, and the table's filter takes it."""
    after = with_column(tabled(), "N°\nÉLÈVE")
    table = sheet_xml(after, TABLE)
    assert attribute(table, "table", "ref") == attribute(table, "autoFilter", "ref") == "A1:D4"
    assert '<tableColumns count="4">' in table
    assert '<tableColumn id="4" name="N°_x000a_ÉLÈVE"/></tableColumns>' in table
    assert reread(after)["F"]["D1"].value == "N°\nÉLÈVE"


def test_a_column_is_not_added_inside_a_table_nor_over_a_value() -> None:
    """Nor twice under one name."""
    book = Workbook(tabled())
    with pytest.raises(EditRefused, match="tableau"):
        book.sheet("F").add_column(1, 6, "X", 3)
    with pytest.raises(EditRefused, match="déjà une colonne"):
        book.sheet("F").add_column(1, 4, "note", 3)
    with pytest.raises(EditRefused, match="n'est pas vide"):
        Workbook(written(grid)).sheet("F").add_column(1, 3, "X", 2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "NEW"),
        ('<col min="1" max="2" width="9"/>', '<col min="1" max="2" width="9"/>NEW'),
        ('<col min="5" max="9" width="9"/>', 'NEW<col min="5" max="9" width="9"/>'),
        ('<col min="1" max="16384" width="9"/>', '<col min="1" max="16384" width="9"/>'),
    ],
)
def test_the_width_of_an_added_column(before: str, after: str) -> None:
    """In the order of columns; a width that is there already is kept."""
    data = small('<row r="1"/>', before=f"<cols>{before}</cols>" if before else "")
    new = '<col min="4" max="4" width="14" customWidth="1"/>'
    expected = after.replace("NEW", new)
    assert f"<cols>{expected}</cols><sheetData>" in sheet_xml(with_column(data))
