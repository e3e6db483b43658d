"""Features of a school's tableau that a write could spoil, one by one, through the commands."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from galerie_comparaison import faults
from galerie_excel import excel, strict
from galerie_fabrique import TABLEAU, Chantier
from galerie_logiciels import open_xml_sdk
from galerie_tournee import grid, openpyxl_of, type_all
from openpyxl.cell.rich_text import CellRichText

from inactifs.cli.execution import run

JOUR = "2026-11-24"
IMPORTS = ("import eleves eleves.csv", "import cours cours.csv")
FEUILLE = "xl/worksheets/sheet2.xml"  # the tableau's, in excel()


def typed(tmp_path: Path, data: bytes, *commandes: str) -> list[bytes]:
    """The workbook after each command, all typed on the same day."""
    (tmp_path / "suivi.xlsx").write_bytes(data)
    return type_all(tmp_path / "suivi.xlsx", [(commande, JOUR) for commande in commandes])


def inline_rich() -> bytes:
    """The rich text lies in its cell, in a package with prefixes."""
    site = Chantier(open_xml_sdk())
    site.change(
        "xl/worksheets/sheet.xml", '<x:t xml:space="preserve">À rappeler le soir</x:t>',
        '<x:r><x:t xml:space="preserve">À rappeler </x:t></x:r><x:r><x:rPr><x:b/></x:rPr>'
        '<x:t xml:space="preserve">le soir</x:t></x:r>',
    )  # fmt: skip
    return site.to_bytes()


@pytest.mark.parametrize("fabrique", [excel, strict, inline_rich])
def test_a_rich_comment_keeps_its_runs_when_one_more_line_is_added(
    fabrique: Callable[[], bytes], tmp_path: Path
) -> None:
    """Bold and red words stay so, the new line follows them."""
    pause = "pause 1001 --jusqu-au 24/12/2026 --motif stage"
    *_, apres = typed(tmp_path, fabrique(), "init", *IMPORTS, "detect", pause)
    texte = openpyxl_of(apres, rich=True)[TABLEAU]["F4"].value
    assert isinstance(texte, CellRichText)
    assert str(texte).startswith("À rappeler le soir\n") and "stage" in str(texte)
    gras = [run.text for run in texte if not isinstance(run, str) and run.font and run.font.b]
    assert gras in (["le "], ["le soir"])
    assert grid(apres, TABLEAU)[3][5] == str(texte)


def test_what_lies_at_the_right_stays_at_the_right(tmp_path: Path) -> None:
    """A legend beside the rows to come: the tool's columns go past it, no row ever meets it."""
    site = Chantier(excel())
    legende = '<row r="7"><c r="I7" t="inlineStr"><is><t>Légende</t></is></c></row>'
    site.change(FEUILLE, "</sheetData>", f"{legende}</sheetData>")
    *_, apres = typed(tmp_path, site.to_bytes(), "init", *IMPORTS, "detect")
    lignes = grid(apres, TABLEAU)
    assert lignes[6][8] == "Légende" and lignes[6][0] in ("ROUX Léa", "FABRE Tom")
    assert lignes[2].index("N° ÉLÈVE") == 9


@pytest.mark.parametrize(("ligne", "nouvelles"), [(8, (6, 7)), (7, (8, 9)), (6, (7, 8))])
def test_new_rows_go_above_a_signature_when_they_fit(
    ligne: int, nouvelles: tuple[int, int], tmp_path: Path
) -> None:
    """Two rows in the blank ones above it, with what grows with the table; else below it."""
    site = Chantier(excel(table=True))
    visa = f'<row r="{ligne}"><c r="D{ligne}" t="inlineStr"><is><t>Visa</t></is></c></row>'
    site.change(FEUILLE, "</sheetData>", f"{visa}</sheetData>")
    *_, apres = typed(tmp_path, site.to_bytes(), "init", *IMPORTS, "detect")
    lignes = grid(apres, TABLEAU)
    assert lignes[ligne - 1][3] == "Visa"
    assert {lignes[n - 1][0] for n in nouvelles} == {"ROUX Léa", "FABRE Tom"}
    fin = openpyxl_of(apres)[TABLEAU].tables["TableauSuivi"].ref.partition(":")[2]
    assert fin.endswith("7" if nouvelles == (6, 7) else "5")


def test_new_rows_leave_a_merged_band_above_a_signature(tmp_path: Path) -> None:
    """They go below both, as they have no room above."""
    site = Chantier(excel())
    visa = '<row r="9"><c r="D9" t="inlineStr"><is><t>Visa</t></is></c></row>'
    bande = '<mergeCell ref="A7:G7"/></mergeCells>'
    site.change(FEUILLE, "</sheetData>", f"{visa}</sheetData>")
    site.change(FEUILLE, "</mergeCells>", bande)
    *_, apres = typed(tmp_path, site.to_bytes(), "init", *IMPORTS, "detect")
    assert {ligne[0] for ligne in grid(apres, TABLEAU)[9:]} == {"ROUX Léa", "FABRE Tom"}


def test_the_last_row_hidden_or_grouped_hides_no_new_one(tmp_path: Path) -> None:
    """A filter or an outline hides the row above: the new ones show, at the same height."""
    site = Chantier(excel())
    site.change(FEUILLE, '<row r="5" ', '<row r="5" hidden="1" outlineLevel="1" ')
    *_, apres = typed(tmp_path, site.to_bytes(), "init", *IMPORTS, "detect")
    rangees = openpyxl_of(apres)[TABLEAU].row_dimensions
    assert [(rangees[n].hidden, rangees[n].outlineLevel) for n in (5, 6, 7)] == [
        (True, 1), (False, 0), (False, 0),
    ]  # fmt: skip
    assert rangees[6].height == rangees[7].height == rangees[5].height == 33


def test_a_totals_row_is_not_pushed_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written, and what to do with the table's totals is said."""
    site = Chantier(excel(table=True))
    site.change("xl/tables/table1.xml", 'ref="A3:G5"', 'ref="A3:G6"')
    site.change("xl/tables/table1.xml", 'totalsRowShown="0"', 'totalsRowCount="1"')
    total = '<row r="6"><c r="A6" t="inlineStr"><is><t>Total</t></is></c></row>'
    site.change(FEUILLE, "</sheetData>", f"{total}</sheetData>")
    *_, avant = typed(tmp_path, site.to_bytes(), "init", *IMPORTS)
    with pytest.MonkeyPatch.context() as poste:
        poste.setenv("INACTIFS_AUJOURDHUI", JOUR)
        capsys.readouterr()
        assert run(["detect", "-c", str(tmp_path / "suivi.xlsx")]) == 4
    message = capsys.readouterr().err
    assert "TableauSuivi" in message and "Ligne des totaux" in message
    assert (tmp_path / "suivi.xlsx").read_bytes() == avant


def test_columns_added_where_the_school_hides_the_rest_of_the_sheet_show(tmp_path: Path) -> None:
    """All the columns at the right are hidden: those added show, the others stay hidden."""
    site = Chantier(excel())
    cachees = '<col min="8" max="16384" width="9" hidden="1" customWidth="1"/></cols>'
    site.change(FEUILLE, "</cols>", cachees)
    (apres,) = typed(tmp_path, site.to_bytes(), "init")
    feuille = ET.fromstring(Chantier(apres).text(FEUILLE))
    colonnes = [dict(e.attrib) for e in feuille.iter() if e.tag.endswith("}col")]
    assert [(int(c["min"]), int(c["max"]), "hidden" in c) for c in colonnes][-10:] == [
        *((n, n, False) for n in range(8, 17)), (17, 16384, True),
    ]  # fmt: skip
    assert faults(apres) == []
