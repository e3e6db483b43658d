"""The daily round on workbooks of every origin: nothing is lost, only what is meant is written."""

from __future__ import annotations

import pytest
from galerie_comparaison import compare, faults, grew
from galerie_fabrique import ENTETE, ENTETES, LIGNES
from galerie_tournee import (
    ADOPTION,
    CLOTURE,
    DETECTION,
    GALERIE,
    Etape,
    Tournee,
    grid,
    openpyxl_of,
    plain,
    sheet_names,
    tableau,
    tournee,
)
from openpyxl.utils import get_column_letter

NOUVEAUX = {"ROUX Léa", "FABRE Tom"}


@pytest.fixture(scope="module", params=GALERIE, name="tournee")
def _tournee(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Tournee:
    """The round on each workbook in turn."""
    return tournee(request.param, tmp_path_factory)


def allowed(etape: Etape, before: bytes, after: bytes) -> dict[str, set[str]]:
    """The cells that a command may write, by sheet."""
    cells: dict[str, set[str]] = {}
    for sheet in {*etape.lignes, *etape.ajouts}:
        name = tableau(after) if sheet == "Tableau de suivi" else sheet
        old, new = grid(before, name), grid(after, name)
        top = ENTETE if sheet == "Tableau de suivi" else 1
        headers, (columns, who) = new[top - 1], etape.lignes.get(sheet, (set(), set()))
        letters = [get_column_letter(n) for n in range(1, len(headers) + 1)]
        here = cells.setdefault(name, set())
        known = set(old[top - 1]) if len(old) >= top else set()  # a column comes with its first use
        here |= {f"{c}{top}" for c, h in zip(letters, headers, strict=True)
                 if h in columns and h not in known}  # fmt: skip
        for rank, row in enumerate(new[top:], top + 1):
            if rank > len(old):
                here |= {f"{letter}{rank}" for letter in letters if sheet in etape.ajouts}
            elif not who or str(row[0]) in who:
                here |= {
                    f"{c}{rank}" for c, h in zip(letters, headers, strict=True) if h in columns
                }
    return cells


def test_only_the_cells_concerned_differ(tournee: Tournee) -> None:
    """Part by part, and in the sheets concerned cell by cell, after each command."""
    for etape, before, after in list(tournee.steps())[1:]:
        gagne = tableau(after) if "Tableau de suivi" in etape.ajouts else ""
        found = compare(before, after, tableau=gagne, bottom=ENTETE + len(LIGNES) + len(NOUVEAUX))
        assert found.faults == [], etape
        permitted = allowed(etape, before, after)
        assert found.cells.keys() <= permitted.keys(), etape
        for sheet, cells in found.cells.items():
            assert cells <= permitted[sheet], (etape, sheet)
        assert all(grew(a, b) for _, a, b in found.ranges), (etape, found.ranges)


def test_adoption_adds_columns_and_sheets_only(tournee: Tournee) -> None:
    """At the right of the tableau, under the same look, and at the end; no other cell."""
    before, after = tournee.etats[ADOPTION : ADOPTION + 2]
    found = compare(before, after, adopting=True)
    assert found.faults == []
    name = tableau(after)
    assert found.cells.keys() == {name}
    headers = {f"{c}{ENTETE}" for c in "HIJKLMNOP"}
    blanks = {f"{c}{row}" for c in "HIJKLMNOP" for row in (ENTETE + 1, ENTETE + 2)}
    assert headers <= found.cells[name] <= headers | blanks
    assert [row[7:] for row in grid(after, name)[ENTETE : ENTETE + 2]] == [[""] * 9] * 2
    assert grid(after, name)[ENTETE - 1][:7] == list(ENTETES)
    assert all(grew(a, b) for _, a, b in found.ranges), found.ranges
    names = [sheet_names(data) for data in (before, after)]
    assert names[1] == [*names[0], "Élèves", "Paramètres", "Modèles", "Journal"]


def test_the_package_stays_sound(tournee: Tournee) -> None:
    """Types, relationships, formats, tables and order of elements, as the standard wants them."""
    known = set(faults(tournee.etats[0]))
    for rank in (ADOPTION, DETECTION, CLOTURE):
        assert set(faults(tournee.etats[rank + 1])) <= known, rank


def test_the_tableau_says_what_was_done(tournee: Tournee) -> None:
    """The school's rows and columns as they were, the new rows below, the closing in its row."""
    rows = grid(tournee.etats[-1], tableau(tournee.etats[-1]))
    assert [[plain(v) for v in row[:7]] for row in rows[ENTETE : ENTETE + 2]] == [
        [value or "" for value in ligne] for ligne in LIGNES
    ]
    assert {str(row[0]) for row in rows[ENTETE + 2 :]} - {""} == NOUVEAUX
    (roux,) = (row for row in rows if row[0] == "ROUX Léa")
    assert roux[2:5] == [
        "24/11/2026\n01/12/2026\n15/12/2026", "SMS\nEmail\nTéléphone", "ABANDON",
    ]  # fmt: skip
    assert str(roux[5]).startswith("Abandonniste : dossier clôturé le 15/12/2026")


def test_what_covers_the_tableau_covers_the_new_rows(tournee: Tournee) -> None:
    """Filter, table, validations, conditional formats and print area reach the last row."""
    _, before, after = list(tournee.steps())[DETECTION]
    grown = compare(before, after).ranges
    reached = {area.rpartition(":")[2].replace("$", "").strip("ABCDEFGHIJKLMNOP")
               for where, _, area in grown if not where.startswith(("Journal", "Élèves"))
               and not where.endswith("dimension")}  # fmt: skip
    assert reached <= {"7"}
    kinds = {where.rpartition(" ")[2] for where, _, _ in grown}
    assert kinds >= COUVERTURES.get(tournee.nom, {"autoFilter", "dataValidation"})


COUVERTURES = {
    "tout.xlsm": {"table", "autoFilter", "dataValidation", "conditionalFormatting", "sqref",
                  "definedName", "dimension"},
    "excel_1904.xlsx": {"autoFilter", "dataValidation", "conditionalFormatting", "sqref",
                        "definedName", "dimension"},
    "google.xlsx": {"table", "autoFilter", "dataValidation", "definedName"},
    "numbers.xlsx": set(),
    "openpyxl.xlsx": {"autoFilter", "definedName", "dimension"},
}  # fmt: skip


def test_new_rows_look_like_the_row_above(tournee: Tournee) -> None:
    """Font, fill, border, alignment, number format, and height."""
    after = tournee.etats[DETECTION + 1]
    sheet = openpyxl_of(after)[tableau(after)]
    model = ENTETE + len(LIGNES)
    for row in (model + 1, model + 2):
        assert sheet.row_dimensions[row].height == sheet.row_dimensions[model].height
        for column in range(1, len(ENTETES) + 1):
            old, new = sheet.cell(model, column), sheet.cell(row, column)
            assert new.style_id == old.style_id, new.coordinate
        for column in (9, 10):  # DÉTECTÉ LE, PROCHAINE ÉCHÉANCE: as the school's own dates
            assert sheet.cell(row, column).style_id == sheet.cell(model, 2).style_id


def test_openpyxl_reads_the_same_cells(tournee: Tournee) -> None:
    """Every sheet that has cells, as calamine reads them; formulas are left as they were."""
    for rank in (ADOPTION, DETECTION, CLOTURE):
        after = tournee.etats[rank + 1]
        book = openpyxl_of(after)
        for name in {tableau(after), "Élèves", "Paramètres", "Journal"}:
            for row, values in enumerate(grid(after, name), 1):
                for column, value in enumerate(values, 1):
                    same = plain(book[name].cell(row, column).value) == plain(value)
                    assert same, (rank, name, row, column)
