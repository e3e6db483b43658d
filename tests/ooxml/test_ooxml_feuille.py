"""Cells and rows set in sheets of every shape that producers write."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter
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

from inactifs.ooxml import (
    EditRefused,
    FormulaCell,
    InvalidPackage,
    InvalidSheet,
    MergedCell,
    OccupiedCell,
    ValueRefused,
)
from inactifs.ooxml.cell_xml import CellValue
from inactifs.ooxml.workbook import Workbook

DAY = date(2026, 11, 24)


def after_set(data: bytes, *cells: tuple[int, int, CellValue], sheet: str = "F") -> bytes:
    """The workbook once these cells are set."""
    book = Workbook(data)
    for row, col, value in cells:
        book.sheet(sheet).set(row, col, value)
    return book.to_bytes()


def after_append(
    data: bytes, rows: list[dict[int, CellValue]], first: int, model: int | None, sheet: str = "F"
) -> bytes:
    """The workbook once these rows are appended."""
    book = Workbook(data)
    book.sheet(sheet).append(rows, first, last=model)
    return book.to_bytes()


def test_only_the_cell_set_differs() -> None:
    """In the part, all bytes before and after the cell stay; other members do not change."""
    rows = (
        '\n <row r="1" spans="1:3" x="y"><c r="A1" t="s" s="0"><v>0</v></c>\r\n'
        '<c r="B1"><v>2</v></c> <c r="C1"><v>3</v></c></row>\n <row r="2"/>\n'
    )
    data = small(rows, after="<pageMargins/>")
    after = after_set(data, (1, 2, "été"))
    old, new = sheet_xml(data), sheet_xml(after)
    cell = '<c r="B1" t="inlineStr"><is><t>été</t></is></c>'
    assert new == old.replace('<c r="B1"><v>2</v></c>', cell)
    assert unlike(data, after) == {SHEET}


@pytest.mark.parametrize(
    "text",
    [
        "simple", " leading", "trailing ", "deux\nlignes", "tab\there", "=1+1", "+33 6", "-x", "@x",
        "'quoted", "<b>&amp;</b>", "]]>", "😀 é œ", "a\u00a0b", "12", "24/11/2026", "TRUE", "#N/A",
        "  ", "&#65;", '"', "\ufeffx",
    ],
)  # fmt: skip
def test_a_text_is_read_back_as_it_was(text: str) -> None:
    """By openpyxl and by calamine, as a text, never as a formula, a number or a date."""
    after = after_set(small(""), (1, 1, text))
    cell = reread(after)["F"]["A1"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert values(after, "F") == [[text]]


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("_x0041_", "_x005F_x0041_"),
        ("a\x07b", "a_x0007_b"),
        ("a\rb", "a_x000D_b"),
        ("\x00", "_x0000_"),
        ("\ufffe", "_xFFFE_"),
        ("_x41_ _", "_x41_ _"),
    ],
)
def test_characters_that_xml_cannot_hold_are_escaped(text: str, stored: str) -> None:
    """As ST_Xstring says, and read back by this package."""
    after = after_set(small(""), (1, 1, text))
    assert f">{stored}</t>" in sheet_xml(after)
    cell = Workbook(after).sheet("F").cell(1, 1)
    assert cell is not None and cell.text == text


def test_calamine_understands_the_escapes() -> None:
    """A text that looks like an escape is read as that text."""
    assert values(after_set(small(""), (1, 1, "_x0041_ a\rb")), "F") == [["_x0041_ a\rb"]]


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    """No encoding can hold it."""
    assert values(after_set(small(""), (1, 1, "a\ud83d")), "F") == [["a\ufffd"]]


@pytest.mark.parametrize("value", [1, -3, 2.5, 1e300, 0, True, False, 10**15])
def test_numbers_and_booleans_are_read_back(value: Any) -> None:
    """With their type."""
    found = reread(after_set(small(""), (2, 2, value)))["F"]["B2"].value
    assert found == value and isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    "value",
    [
        "x" * 32_768, "😀" * 16_384, math.inf, math.nan, date(1899, 12, 31), datetime(1066, 1, 1),
    ],
)  # fmt: skip
def test_what_no_cell_can_hold_is_refused(value: CellValue) -> None:
    """And nothing is changed."""
    data = small('<row r="1"><c r="A1"><v>1</v></c></row>')
    book = Workbook(data)
    with pytest.raises(ValueRefused):
        book.sheet("F").set(1, 1, value)
    assert book.to_bytes() is data


def test_the_longest_text_fits() -> None:
    """32,767 characters."""
    text = "é" * 32_767
    assert values(after_set(small(""), (1, 1, text)), "F") == [[text]]


def dated(date_1904: bool) -> bytes:
    """A sheet with a date format in A, a general one in B, a percentage in C."""

    def build(book: Any) -> None:
        sheet = book.add_worksheet("F")
        form = book.add_format({"num_format": "dd/mm/yyyy", "bg_color": "#FFEE00"})
        sheet.write_datetime(0, 0, datetime(2020, 1, 1), form)
        sheet.write_number(0, 1, 4, book.add_format({"bold": True, "border": 1}))
        sheet.write_number(0, 2, 0.5, book.add_format({"num_format": "0%"}))

    return written(build, date_1904=date_1904)


@pytest.mark.parametrize("date_1904", [False, True])
def test_dates_are_true_dates_in_both_systems(date_1904: bool) -> None:
    """A date format is kept; elsewhere a variant of the cell's own format is made, once."""
    data = dated(date_1904)
    book = Workbook(data)
    sheet = book.sheet("F")
    assert book.date1904 is date_1904
    for row in range(1, 4):
        sheet.set(row, 1, DAY)
        sheet.set(row, 2, DAY)
    sheet.set(1, 3, datetime(2026, 11, 24, 9, 30))
    after = book.to_bytes()
    cells = reread(after)["F"]
    for ref in ("A1", "B1", "A2", "B3"):
        assert cells[ref].value == datetime(2026, 11, 24) and cells[ref].is_date
    assert cells["C1"].value == datetime(2026, 11, 24, 9, 30)
    assert cells["A1"].number_format == "dd/mm/yyyy" and cells["A1"].fill.fgColor.rgb == "FFFFEE00"
    assert cells["B1"].font.bold and cells["B1"].border.left.style == "thin"
    assert values(after, "F")[0] == [DAY, DAY, datetime(2026, 11, 24, 9, 30)]
    again = after_set(after, (2, 2, date(2026, 11, 25)), (1, 2, date(2026, 11, 25)))
    assert unlike(after, again) == {SHEET}  # the formats are there already


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(1900, 1, 1), 1), (date(1900, 2, 28), 59), (date(1900, 3, 1), 61),
        (date(2026, 11, 24), 46350), (date(9999, 12, 31), 2958465),
    ],
)  # fmt: skip
def test_serial_numbers_around_the_day_that_never_was(day: date, number: int) -> None:
    """29 February 1900 is counted by Excel."""
    assert f"<v>{number}</v>" in sheet_xml(after_set(small(""), (1, 1, day)))


def test_a_number_in_a_date_cell_is_not_shown_as_a_date() -> None:
    """Its variant has the general format."""
    cell = reread(after_set(dated(False), (1, 1, 3)))["F"]["A1"]
    assert (cell.value, cell.number_format) == (3, "General")
    assert cell.fill.fgColor.rgb == "FFFFEE00"


def test_a_text_of_several_lines_wraps() -> None:
    """The format gets wrapText, the rest of it stays; a height nobody chose is dropped."""
    data = small('<row r="1" ht="15"><c r="A1"/></row><row r="2" ht="15" customHeight="1"/>')
    after = after_set(data, (1, 1, "a\nb"), (2, 1, "a\nb"))
    cells = reread(after)["F"]
    assert cells["A1"].alignment.wrap_text and cells["A2"].alignment.wrap_text
    assert cells.row_dimensions[1].height == 30 and cells.row_dimensions[2].height == 15
    kept = reread(after_set(dated(False), (1, 2, "a\nb")))["F"]["B1"]
    assert kept.alignment.wrap_text and kept.font.bold


def test_a_text_broken_at_its_column_s_width_is_shown_whole() -> None:
    """Where texts are wrapped and the width is told; elsewhere a long text runs on its line."""

    def build(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("F")
        wrapped = book.add_format({"text_wrap": True})
        sheet.set_column(0, 0, 10)
        for row in range(3):
            sheet.write(row, 0, "x", wrapped if row else None)
            sheet.write(row, 1, "x", wrapped)

    long = "Téléphone (faux numéro)"
    after = after_set(written(build), (1, 1, long), (2, 1, f"{long}\nSMS"), (3, 2, long))
    heights = [reread(after)["F"].row_dimensions[n].height for n in (1, 2, 3)]
    assert heights == [None, 60, None]


def test_none_empties_the_cell_and_keeps_its_style() -> None:
    """And creates nothing where there was nothing."""
    data = dated(False)
    after = after_set(data, (1, 1, None), (7, 7, None), (1, 7, ""))
    cell = reread(after)["F"]["A1"]
    assert cell.value is None and cell.number_format == "dd/mm/yyyy"
    assert attribute(sheet_xml(after), "dimension", "ref") == "A1:C1"


def test_a_cell_that_did_not_exist_takes_the_style_of_its_row_else_of_its_column() -> None:
    """In that order, as Excel does."""

    def build(book: Any) -> None:
        sheet = book.add_worksheet("F")
        sheet.set_column(1, 1, 12, book.add_format({"bold": True}))
        sheet.set_row(4, None, book.add_format({"italic": True}))
        sheet.write(0, 0, "x")

    cells = reread(after_set(written(build), (2, 2, "a"), (5, 2, "b"), (2, 3, "c")))["F"]
    assert cells["B2"].font.bold and not cells["B2"].font.italic
    assert cells["B5"].font.italic and not cells["B5"].font.bold
    assert not cells["C2"].font.bold


FORMULAS = (
    '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f t="shared" ref="B1:B2" si="0">A1</f>'
    '</c></row><row r="2"><c r="A2"/><c r="B2"><f t="shared" si="0"/></c></row>'
    '<row r="3"><c r="A3"><f t="array" ref="A3:B4">C1</f><v>1</v></c></row>'
    '<row r="5"><c r="A5"><f>1</f></c></row>'
)


@pytest.mark.parametrize("where", [(1, 1), (1, 2), (2, 2), (3, 1), (3, 2), (4, 1), (4, 2)])
def test_a_formula_is_never_replaced(where: tuple[int, int]) -> None:
    """Shared, array, and the cells that an array formula fills."""
    book = Workbook(small(FORMULAS))
    sheet = book.sheet("F")
    assert sheet.has_formula(*where)
    with pytest.raises(FormulaCell) as caught:
        sheet.set(*where, "x")
    assert (caught.value.row, caught.value.col) == where
    assert not sheet.changed


def test_formulas_are_computed_anew_on_opening_when_something_changed() -> None:
    """calcPr goes where the schema wants it; without formulas, or changes, nothing happens."""
    data = small(FORMULAS)
    assert Workbook(data).to_bytes() is data
    after = unzipped(after_set(data, (2, 1, 5)))
    assert b'</sheets><calcPr fullCalcOnLoad="1"/></workbook>' in after["xl/workbook.xml"]
    plain = small('<row r="1"><c r="A1"><v>1</v></c></row>')
    assert unlike(plain, after_set(plain, (1, 1, 2))) == {SHEET}


def test_formulas_of_another_sheet_count() -> None:
    """They may depend on the cell written."""

    def build(book: Any) -> None:
        book.add_worksheet("F").write(0, 0, 1)
        book.add_worksheet("G").write_formula(0, 0, "=F!A1")

    content = unzipped(written(build))
    workbook = re.sub(rb"<calcPr[^>]*>", b'<calcPr calcId="9"/>', content["xl/workbook.xml"])
    book = zipped({**content, "xl/workbook.xml": workbook})
    after = unzipped(after_set(book, (1, 1, 2)))["xl/workbook.xml"]
    assert b'<calcPr calcId="9" fullCalcOnLoad="1"/>' in after


def test_a_merged_cell_can_be_set_only_where_it_shows() -> None:
    """At its top left corner."""
    rows = '<row r="1"><c r="A1"/><c r="B1"/></row>'
    data = small(rows, after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>')
    with pytest.raises(MergedCell):
        after_set(data, (2, 2, "x"))
    with pytest.raises(MergedCell):
        after_append(data, [{2: "x"}], 2, None)
    assert values(after_set(data, (1, 1, "x")), "F")[0][0] == "x"


SHAPES = {
    "plain": '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c></row><row r="3"/>',
    "no reference": "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row></row>",
    "single quotes": "<row  r = '1' ><c  r='A1' ><v>1</v></c ><c t='n' r='C1'><v>3</v></c></row >",
    "other order": '<row spans="1:3" r="1"><c t="n" r="A1"><v>1</v></c><c s="0" r="C1"><v>3</v></c>'
    "</row>",
    "half usual": '<row r="1"><c r="A1"><v>1</v></c><c\tr="C1"><v>3</v></c></row>',
    "comments": '<!-- <row r="1"><c r="B1"/> --><row r="1"><!-- <c r="B1"/> --><c r="A1"><v>1</v>'
    '</c><!-- </row> --><c r="C1"><v>3</v></c></row><!-- </sheetData> -->',
    "cdata": '<row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>3</v></c><c r="D1" '
    't="inlineStr"><is><t><![CDATA[<c r="B1"/></row>]]></t></is></c></row>',
    "raw greater-than": '<row r="1" x="a>b"><c r="A1" y="a>b"><v>1</v></c><c r="C1"><v>3</v></c>'
    "</row>",
    "out of order": '<row r="4"/><row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c></row>',
    "blanks": '\r\n  <row r="1">\r\n  <c r="A1">\r\n<v>1</v>\r\n</c>\r\n <c r="C1"><v>3</v></c>\r\n'
    " </row>\r\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_way_to_write_rows(shape: str) -> None:
    """Cells are found, set and inserted, rows too, and the others keep their values."""
    data = small(SHAPES[shape])
    after = after_set(data, (1, 1, "un"), (1, 2, "deux"), (2, 1, "bas"), (6, 2, "loin"))
    grid = values(after, "F")
    assert [grid[0][0], grid[0][1], float(grid[0][2])] == ["un", "deux", 3.0]
    assert grid[1][0] == "bas" and grid[5][1] == "loin"
    cells = reread(after)["F"]
    assert [cells[ref].value for ref in ("A1", "B1", "C1", "A2", "B6")] == [
        "un", "deux", 3, "bas", "loin",
    ]  # fmt: skip


def test_many_rows_are_edited_in_any_order() -> None:
    """Rows edited long before keep what was set, and can be edited again; others are added."""
    numbers = [*range(1, 41), *range(81, 121)]
    data = small("".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in numbers))
    turns = [(n, 2, f"b{n}") for n in range(120, 0, -1)] + [(n, 3, f"c{n}") for n in range(1, 121)]
    cells = reread(after_set(data, *turns, (1, 1, "un")))["F"]
    rows = [[cell.value for cell in row] for row in cells.iter_rows()]
    assert rows[0] == ["un", "b1", "c1"]
    for n, row in enumerate(rows[1:], 2):
        assert row == [n if n in numbers else None, f"b{n}", f"c{n}"]


@pytest.mark.parametrize("shape", ["plain", "no reference", "other order", "raw greater-than"])
@pytest.mark.parametrize("namespace", [MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"])
def test_prefixed_and_strict_parts(shape: str, namespace: str) -> None:
    """The root's prefix is on every element written; both namespaces are edited alike."""
    rows = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", SHAPES[shape])
    sheet = f'<x:worksheet xmlns:x="{namespace}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
    styles = (
        f'<x:styleSheet xmlns:x="{namespace}"><x:fonts count="1"><x:font/></x:fonts>'
        '<x:fills count="1"><x:fill><x:patternFill/></x:fill></x:fills>'
        '<x:borders count="1"><x:border/></x:borders>'
        '<x:cellXfs count="1"><x:xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></x:cellXfs>'
        "</x:styleSheet>"
    )
    strict = "purl" in namespace
    rels = "http://purl.oclc.org/ooxml/officeDocument/relationships" if strict else RELS
    workbook = (
        f'<x:workbook xmlns:x="{namespace}" xmlns:q="{rels}"><x:sheets>'
        '<x:sheet q:id="rId1" sheetId="1" name="F"/></x:sheets></x:workbook>'
    )
    content = parts(sheet, workbook, **{"xl/styles.xml": styles})
    link = f'<Relationship Id="rId9" Type="{RELS}/styles" Target="/xl/styles.xml"/>'
    name = "xl/_rels/workbook.xml.rels"
    content[name] = content[name].replace(b"</Rel", link.encode() + b"</Rel")
    content = {k: v.replace(RELS.encode(), rels.encode()) for k, v in content.items()}
    after = after_set(zipped(content), (1, 1, "un"), (1, 2, DAY), (6, 2, "a\nb"))
    grid = values(after, "F")
    assert grid[0][:3] == ["un", DAY, 3.0] and grid[5][1] == "a\nb"
    for part in (SHEET, "xl/styles.xml"):
        assert re.search(r"<(?!/?x:|\?)", sheet_xml(after, part)) is None
    if not strict:
        assert reread(after)["F"]["B6"].alignment.wrap_text


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-8-sig", "iso-8859-1"])
def test_other_encodings_are_converted(codec: str) -> None:
    """A part edited is written in UTF-8, its texts kept."""
    name = {"utf-16-le": "UTF-16", "utf-8-sig": "UTF-8"}.get(codec, codec)
    xml = f'<?xml version="1.0" encoding="{name}"?>' + worksheet(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>été</t></is></c></row>'
    )
    after = after_set(zipped(parts(xml.encode(codec))), (1, 2, "œuf"))
    assert values(after, "F") == [["été", "œuf"]]


def test_an_unknown_encoding_is_refused() -> None:
    """Rather than guessed."""
    xml = '<?xml version="1.0" encoding="EBCDIC"?>' + worksheet("")
    with pytest.raises(InvalidPackage, match="codage"):
        Workbook(zipped(parts(xml))).sheet("F")


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"/></row><row r="1"><c r="B1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1"><c r="A2"/></row>',
        '<row r="1"><c r="XFE1"/></row>',
        '<row r="1"><c r="A1"/>',
    ],
)
def test_rows_that_contradict_themselves_are_refused(rows: str) -> None:
    """Where an edit is wanted; elsewhere they do no harm."""
    with pytest.raises(InvalidSheet):
        after_set(small(rows), (1, 1, "x"))
    if rows.endswith("</row>"):
        assert "<t>x</t>" in sheet_xml(after_set(small(rows), (9, 1, "x")))


@pytest.mark.parametrize("body", ["<sheetData/>", "<sheetData />", "<sheetData></sheetData>"])
def test_an_empty_sheet_receives_rows(body: str) -> None:
    """However its emptiness is written."""
    xml = f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/>{body}<pageMargins/></worksheet>'
    after = after_append(zipped(parts(xml)), [{1: "a", 2: DAY}, {1: "b"}], 1, None)
    assert values(after, "F") == [["a", DAY], ["b", ""]]
    assert attribute(sheet_xml(after), "dimension", "ref") == "A1:B2"


def test_a_styles_part_is_made_where_there_is_none() -> None:
    """With its relationship and content type."""
    after = after_set(small(""), (1, 1, DAY))
    assert unlike(small(""), after) == {
        SHEET, "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels",
    }  # fmt: skip
    assert reread(after)["F"]["A1"].is_date


def model() -> bytes:
    """A header and two formatted rows, the last one with a formula, hidden, 45 points high."""

    def build(book: Any) -> None:
        sheet = book.add_worksheet("F")
        box = book.add_format({"border": 1, "text_wrap": 1})
        day = book.add_format({"border": 1, "num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["A", "B", "C", "D"])
        for row in (1, 2):
            sheet.write_string(row, 0, "x", box)
            sheet.write_datetime(row, 1, datetime(2026, 1, 1), day)
            sheet.write_blank(row, 2, None, box)
            sheet.write_formula(row, 3, f"=A{row + 1}", box, "x")
            sheet.set_row(row, 45, None, {"hidden": row == 2, "level": 1})

    return written(build)


def test_new_rows_look_like_the_model() -> None:
    """Each cell's style, the height; not what hides it, nor its formula or its values."""
    after = after_append(model(), [{1: "n", 2: DAY}, {2: DAY, 5: "e"}], 4, 3)
    cells = reread(after)["F"]
    for row in (4, 5):
        for col in range(1, 5):
            new, old = cells.cell(row, col), cells.cell(3, col)
            assert new.border.left.style == "thin"
            assert (new.number_format, new.alignment.wrap_text) == (
                old.number_format, old.alignment.wrap_text,
            )  # fmt: skip
        dimensions = cells.row_dimensions[row]
        assert (dimensions.height, dimensions.hidden, dimensions.outlineLevel) == (45, False, 0)
    assert [c.value for c in cells[4]] == ["n", datetime(2026, 11, 24), None, None, None]
    assert [c.value for c in cells[5]] == [None, datetime(2026, 11, 24), None, None, "e"]
    assert unlike(model(), after) == {SHEET}


def test_rows_drawn_in_advance_keep_their_own_look() -> None:
    """They are filled where they stand; a cell that is not empty is never overwritten."""

    def build(book: Any) -> None:
        sheet = book.add_worksheet("F")
        sheet.write_row(0, 0, ["A", "B"])
        red = book.add_format({"bg_color": "#FF0000"})
        for row in (1, 2):
            sheet.write_blank(row, 0, None, red)
            sheet.write_blank(row, 1, None, red)
        sheet.write_string(3, 1, "pris")

    data = written(build)
    after = after_append(data, [{1: "a", 2: DAY}, {1: "b"}, {1: "c"}], 2, 1)
    cells = reread(after)["F"]
    assert [[c.value for c in row] for row in cells["A2:B4"]] == [
        ["a", datetime(2026, 11, 24)], ["b", None], ["c", "pris"],
    ]  # fmt: skip
    assert all(cells[ref].fill.fgColor.rgb == "FFFF0000" for ref in ("A2", "B2", "A3", "B3"))
    with pytest.raises(OccupiedCell, match="B4"):
        after_append(data, [{1: "a", 2: "b"}], 4, 1)


def test_blank_shared_strings_count_as_empty() -> None:
    """Some programs write them instead of nothing."""

    def build(book: Any) -> None:
        sheet = book.add_worksheet("F")
        sheet.write_string(0, 0, "titre")
        sheet.write_string(1, 0, " ")

    assert values(after_append(written(build), [{1: "a"}], 2, 1), "F") == [["titre"], ["a"]]


def test_a_formula_drawn_in_advance_is_kept_or_refused() -> None:
    """Kept in a column that is not written, refused in one that is."""
    data = small('<row r="1"/><row r="2"><c r="A2"/><c r="B2"><f>A2</f></c></row>')
    after = after_append(data, [{1: "a"}], 2, 1)
    assert "<f>A2</f>" in sheet_xml(after)
    with pytest.raises(FormulaCell):
        after_append(data, [{2: "a"}], 2, 1)


def test_rows_are_placed_between_those_that_are_there() -> None:
    """No row moves, and the order of the file is kept."""
    data = small('<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="A9"><v>9</v></c></row>')
    book = Workbook(data)
    book.sheet("F").append([{1: 3}, {1: 4}], 3, last=1)
    book.sheet("F").set(2, 1, 2)
    book.sheet("F").set(12, 1, 12)
    book.sheet("F").set(3, 2, "après")
    after = book.to_bytes()
    assert re.findall(r'<row r="(\d+)"', sheet_xml(after)) == ["1", "2", "3", "4", "9", "12"]
    assert [row[0] for row in values(after, "F")][:4] == [1, 2, 3, 4]
    assert values(after, "F")[2][1] == "après"


def test_a_full_sheet_is_refused() -> None:
    """Rows beyond 1,048,576 do not exist."""
    with pytest.raises(EditRefused, match="pleine"):
        after_append(small(""), [{1: "a"}, {1: "b"}], 1_048_576, None)


def test_writing_what_is_there_already_changes_nothing() -> None:
    """The same bytes come out."""
    once = after_set(small(""), (1, 1, "a"), (1, 2, DAY), (1, 3, 4), (1, 4, True))
    assert after_set(once, (1, 1, "a"), (1, 2, DAY), (1, 3, 4), (1, 4, True)) is once


def test_the_cell_reader_resolves_texts() -> None:
    """Shared, rich (without its phonetic runs), inline, computed, error and boolean."""

    def build(book: Any) -> None:
        sheet = book.add_worksheet("F")
        bold = book.add_format({"bold": True})
        sheet.write_string(0, 0, "partagé & <x>")
        sheet.write_rich_string(0, 1, "a ", bold, "gras", " fin")
        sheet.write_formula(0, 2, '="t"', None, "t")
        sheet.write_boolean(0, 3, True)
        sheet.write_formula(0, 4, "=NA()", None, "#N/A")

    found = [Workbook(written(build)).sheet("F").cell(1, col) for col in range(1, 7)]
    assert [c and (c.kind, c.text) for c in found] == [
        ("s", "partagé & <x>"), ("s", "a gras fin"), ("str", "t"), ("b", "1"), ("e", "#N/A"), None,
    ]  # fmt: skip
    phonetic = '<is><t>課</t><rPh sb="0" eb="1"><t>カ</t></rPh><phoneticPr fontId="1"/></is>'
    sheet = Workbook(small(f'<row r="1"><c r="A1" t="inlineStr">{phonetic}</c></row>')).sheet("F")
    cell = sheet.cell(1, 1)
    assert cell is not None and cell.text == "課"


def test_a_protected_sheet_says_so() -> None:
    """Whether it has a password or not."""
    assert Workbook(small("", after='<sheetProtection sheet="1"/>')).sheet("F").protected
    assert not Workbook(small("", after='<sheetProtection sheet="0"/>')).sheet("F").protected
    assert not Workbook(small("")).sheet("F").protected
