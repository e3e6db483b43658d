"""Ranges in formulas: those that are a whole table grow with it, and nothing else of the text."""

from __future__ import annotations

import pytest

from inactifs.ooxml.formulas import Growth, formulas, grow, is_relative, moved_down

CROISSANCE = Growth("Suivi de l'école", header=1, last=4, bottom=6)


def of_a_cell(formule: str, attributs: str = "") -> bytes:
    """A sheet « Stats » whose B2 holds this formula."""
    return (
        '<worksheet><sheetData><row r="2"><c r="B2" s="3">'
        f"<f{attributs}>{formule}</f><v>3</v></c></row></sheetData></worksheet>"
    ).encode()


@pytest.mark.parametrize(
    ("formule", "attendue"),
    [
        ("SUM('Suivi de l''école'!E2:E4)", "SUM('Suivi de l''école'!E2:E6)"),
        ("SUM('SUIVI de l''école'!$A$1:F4)", "SUM('SUIVI de l''école'!$A$1:F6)"),
        (
            "SUM(&apos;Suivi de l&apos;&apos;école&apos;!E2:E4)&amp;1",
            "SUM(&apos;Suivi de l&apos;&apos;école&apos;!E2:E6)&amp;1",
        ),
        ("'Suivi de l''école'!E2:E4+E2:E4", "'Suivi de l''école'!E2:E6+E2:E4"),
    ],
)
def test_a_range_that_is_all_the_rows_grows(formule: str, attendue: str) -> None:
    """With its header or without, however its sheet is written."""
    assert grow(of_a_cell(formule), [CROISSANCE], "Stats") == of_a_cell(attendue)


@pytest.mark.parametrize(
    "formule",
    [
        "SUM('Suivi de l''école'!E2:E3)",
        "SUM('Suivi de l''école'!E2:E5)",
        "SUM('Suivi de l''école'!E3:E4)",
        "SUM('Suivi de l''école'!E:E)",
        "SUM('[1]Suivi de l''école'!E2:E4)",
        "SUM(Autre!E2:E4)",
        "SUM(Suivi!E4:E2)",
        "INDIRECT(\"'Suivi de l''école'!E2:E4\")",
        "INDIRECT(&quot;'Suivi de l''école'!E2:E4&quot;)",
    ],
)
def test_any_other_stays_the_same_bytes(formule: str) -> None:
    """Shorter, longer, of another sheet or workbook, of several sheets, in a text."""
    data = of_a_cell(formule)
    assert grow(data, [CROISSANCE], "Stats") is data


@pytest.mark.parametrize(
    "formule",
    ["[1]Suivi!E2:E4", "Un:Suivi!E2:E4", "Suivi!E4:E2"],
)
def test_a_name_without_quotes_is_of_this_workbook(formule: str) -> None:
    """And of one sheet."""
    data = of_a_cell(formule)
    suivi = CROISSANCE._replace(sheet="Suivi")
    assert grow(data, [suivi], "Stats") is data
    assert b"E2:E6" in grow(of_a_cell("1&amp;Suivi!E2:E4"), [suivi], "Stats")
    accents = of_a_cell("COUNTA(&#201;l&#xe8;ves!E2:E4)")
    assert b"E2:E6" in grow(accents, [CROISSANCE._replace(sheet="Élèves")], "Stats")


def test_a_cell_of_the_table_s_own_sheet_is_let_alone() -> None:
    """A total stands under it: nobody's, never written upon."""
    data = of_a_cell("SUM(A2:A4)")
    assert grow(data, [CROISSANCE._replace(sheet="Stats")], "Stats") is data


def test_what_is_written_once_for_several_cells_grows_where_its_rows_are_fixed() -> None:
    """A shared formula: the rows of a relative range are others in each cell."""
    partagee = ' t="shared" ref="B2:B9" si="0"'
    suivi = CROISSANCE._replace(sheet="Suivi")
    relative = of_a_cell("COUNTIF(Suivi!E2:E4,A2)", partagee)
    assert grow(relative, [suivi], "Stats") is relative
    fixe = of_a_cell("COUNTIF(Suivi!E$2:E$4,A2)", partagee)
    assert b"E$2:E$6" in grow(fixe, [suivi], "Stats")


def test_lists_formats_names_charts_and_sparklines() -> None:
    """Each where its element stands; a range of the workbook's own areas is left."""
    suivi = CROISSANCE._replace(sheet="Suivi")
    feuille = (
        b"<worksheet><sheetData/><conditionalFormatting><cfRule><formula>COUNTIF($A$2:$A$4,A2)&gt;1"
        b"</formula></cfRule></conditionalFormatting><dataValidations><dataValidation><formula1>"
        b"$A$2:$A$4</formula1><formula2>A2:A4</formula2></dataValidation></dataValidations><extLst>"
        b"<x14:dataValidation><x14:formula1><xm:f>Suivi!$A$2:$A$4</xm:f></x14:formula1>"
        b"</x14:dataValidation><x14:sparkline><xm:f>Suivi!B2:B4</xm:f><xm:sqref>C1</xm:sqref>"
        b"</x14:sparkline></extLst></worksheet>"
    )
    apres = grow(feuille, [suivi], "Suivi")
    assert apres.count(b"$A$2:$A$6") == 3 and b"Suivi!B2:B6" in apres and b">A2:A4<" in apres
    assert [f.kind for f in formulas(feuille, "Suivi")] == [
        "rule", "list", "list", "list", "sparkline",
    ]  # fmt: skip
    noms = (
        b'<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">Suivi!$A$1:$F$4'
        b'</definedName><definedName name="tous">Suivi!$A$2:$A$4</definedName></definedNames>'
    )
    assert grow(noms, [suivi]) == noms.replace(b"$A$2:$A$4", b"$A$2:$A$6")
    graphique = b"<c:chart><c:val><c:numRef><c:f>Suivi!$B$2:$B$4</c:f></c:numRef></c:val></c:chart>"
    assert grow(graphique, [suivi]) == graphique.replace(b"$B$4", b"$B$6")


def test_a_formula_moved_down() -> None:
    """Its relative rows follow; texts, fixed rows and functions do not."""
    assert moved_down('LOG10(B2)+$C3+D$4&"E5"', 2) == 'LOG10(B4)+$C5+D$4&"E5"'
    assert not is_relative("YEAR(Suivi[[#This Row],[DATE]])+$A$2")
