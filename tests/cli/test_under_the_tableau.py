"""What the school writes under its tableau: nobody's, and never written upon."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, le, student
from openpyxl.styles import PatternFill

ENTETES = (
    "ÉLÈVE", "DATE DE DERNIÈRE ACTIVITÉ", "DATES DE RELANCES", "MOYENS UTILISÉS",
    "RÉSULTAT (REPRISE / ABANDON)", "COMMENTAIRE", "MONTANT DÛ",
)  # fmt: skip
NOTES = (
    "Mis à jour le 24/11/2026",
    "Vu par la direction - signature",
    "Page 1/2",
    "-----",
    "* élèves en CPF",
    "A = abandon / R = reprise",
    "2025-2026",
    "Site de Lille",
)


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """A folder where the school's own workbook is to come."""
    return Ecole(tmp_path, monkeypatch)


def school_s_own(ecole: Ecole, dessous: dict[str, object]) -> None:
    """The school's tableau, its last student in row 4, and cells under it."""
    livre = openpyxl.Workbook()
    onglet = livre.active
    onglet.title = TABLEAU
    onglet.append(ENTETES)
    for rang, nom in enumerate(("ROYER Laurence", "BONNET Paul", "HENRY Luc")):
        onglet.append([nom, le(f"1{rang}/02/2026"), None, None, None, None, 100 + rang])
    for reference, valeur in dessous.items():
        onglet[reference] = valeur
    livre.save(ecole.classeur)
    assert ecole.type("init", str(ecole.classeur)).statut == 0


def detect_one_more(ecole: Ecole) -> Any:
    """A new inactive student comes in; what detect says."""
    ecole.fill(ELEVES, [student("900", "NOUVEAU Deux", "01/02/2024")])
    return ecole.json("detect")


def cells(ecole: Ecole, ligne: int) -> list[object]:
    """A row of the tableau."""
    return [c.value for c in openpyxl.load_workbook(ecole.classeur)[TABLEAU][ligne]]


def test_notes_after_a_blank_row_are_nobody_s(ecole: Ecole) -> None:
    """Each of them left as it is; check says so, once for each."""
    school_s_own(ecole, {f"A{6 + rang}": note for rang, note in enumerate(NOTES)})
    lu = ecole.json("detect")
    assert {e["eleve"] for e in lu["a_relancer"]} == {"ROYER Laurence", "BONNET Paul", "HENRY Luc"}
    for rang, note in enumerate(NOTES):
        assert [v for v in cells(ecole, 6 + rang) if v is not None] == [note]
    dites = [p for p in ecole.json("check")["problemes"] if "n'est pas lue" in p["raison"]]
    assert [p["cellule"] for p in dites] == [f"A{6 + rang}" for rang in range(len(NOTES))]


@pytest.mark.parametrize(
    "dessous",
    [
        {"A7": "Signature de la direction"},
        {"A8": "Mis à jour le 01/11/2026 par Marie"},
        {"A8": "=COUNTA(A2:A4)"},
        {"G190": "=SUM(G2:G4)"},
        {"E9": 3},
    ],
)
def test_a_new_row_goes_under_the_last_student(ecole: Ecole, dessous: dict[str, object]) -> None:
    """When there is room; what lies below stays alone on its row."""
    school_s_own(ecole, dessous)
    detect_one_more(ecole)
    assert cells(ecole, 5)[0] == "NOUVEAU Deux"
    (reference, valeur), *_ = dessous.items()
    assert [v for v in cells(ecole, int(reference[1:])) if v is not None] == [valeur]


@pytest.mark.parametrize("dessous", [{"G5": "=SUM(G2:G4)"}, {"A5": "TOTAL :"}, {"E5": 3}])
def test_a_total_right_under_the_last_student_is_not_written_upon(
    ecole: Ecole, dessous: dict[str, object]
) -> None:
    """With a label or without: the new row goes below, and check names what is in the way."""
    school_s_own(ecole, dessous)
    lu = detect_one_more(ecole)
    assert "NOUVEAU Deux" in {e["eleve"] for e in lu["a_relancer"]}
    (reference, valeur), *_ = dessous.items()
    assert [v for v in cells(ecole, 5) if v is not None] == [valeur]
    assert cells(ecole, 6)[0] == "NOUVEAU Deux"
    dits = [p for p in ecole.json("check")["problemes"] if p["cellule"] == reference]
    trop_court = [p for p in dits if "dossier" in p["raison"] and ":" in p["contenu"]]
    assert len(trop_court) == (valeur == "=SUM(G2:G4)")  # its count, which the new row leaves out
    assert len(dits) - len(trop_court) == 1


def test_rows_drawn_in_advance_are_used(ecole: Ecole) -> None:
    """With the formula that the school had put in each of them."""
    formules: dict[str, object] = {f"G{n}": f'=IF(A{n}="","",TODAY()-B{n})' for n in range(2, 12)}
    school_s_own(ecole, formules)
    detect_one_more(ecole)
    assert cells(ecole, 5)[0] == "NOUVEAU Deux"
    assert cells(ecole, 5)[6] == formules["G5"]


def test_a_name_alone_right_under_the_last_one_is_a_student(ecole: Ecole) -> None:
    """Somebody has just typed it."""
    school_s_own(ecole, {"A5": "PETIT Anne"})
    assert "PETIT Anne" in {e["eleve"] for e in ecole.json("detect")["a_relancer"]}


def test_a_new_row_looks_like_an_open_one(ecole: Ecole) -> None:
    """Not like the last, which the school has coloured for its outcome."""
    school_s_own(ecole, {})
    livre = openpyxl.load_workbook(ecole.classeur)
    onglet = livre[TABLEAU]
    for cellule in onglet[4][:6]:
        cellule.fill = PatternFill("solid", fgColor="FFFF0000")
    onglet["E4"], onglet["D4"] = "ABANDON", None
    livre.save(ecole.classeur)
    detect_one_more(ecole)
    onglet = openpyxl.load_workbook(ecole.classeur)[TABLEAU]
    assert onglet["A5"].value == "NOUVEAU Deux"
    assert [c.fill.fill_type for c in onglet[5][:6]] == [None] * 6


def test_when_all_rows_are_closed_a_new_one_is_not_filled(ecole: Ecole) -> None:
    """No colour can be trusted."""
    school_s_own(ecole, {})
    livre = openpyxl.load_workbook(ecole.classeur)
    onglet = livre[TABLEAU]
    for ligne in (2, 3, 4):
        onglet.cell(ligne, 5).value = "ABANDON"
        for cellule in onglet[ligne][:6]:
            cellule.fill = PatternFill("solid", fgColor="FFFF0000")
    livre.save(ecole.classeur)
    shutil.rmtree(ecole.classeur.parent / ".inactifs")
    detect_one_more(ecole)
    onglet = openpyxl.load_workbook(ecole.classeur)[TABLEAU]
    assert onglet["A5"].value == "NOUVEAU Deux"
    assert [c.fill.fill_type for c in onglet[5][:6]] == [None] * 6
