"""Part of the tableau was sorted: names no longer stand beside their numbers."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import TABLEAU, Ecole, student

NOMS = ("BLANC Tom", "DUPONT Max", "MULLER Zoé", "ROYER Laurence")


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Four inactive students, whose dossiers were opened this morning, from row 2 on."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.start(
        [student(str(201 + rang), nom, f"0{4 - rang}/03/2026") for rang, nom in enumerate(NOMS)]
    )
    return ecole


def rename(ecole: Ecole, noms: dict[int, str]) -> None:
    """Type other names in the first column of some rows."""
    livre = openpyxl.load_workbook(ecole.classeur)
    for ligne, nom in noms.items():
        livre[TABLEAU].cell(ligne, 1).value = nom
    livre.save(ecole.classeur)


def swap(ecole: Ecole, une: int, autre: int) -> None:
    """Exchange the first six cells of two rows, as a sort of the school's columns does."""
    livre = openpyxl.load_workbook(ecole.classeur)
    onglet = livre[TABLEAU]
    for colonne in range(1, 7):
        a, b = onglet.cell(une, colonne), onglet.cell(autre, colonne)
        a.value, b.value = b.value, a.value
    livre.save(ecole.classeur)


def test_rows_sorted_in_part_are_not_read(ecole: Ecole) -> None:
    """Shown by cell, never written; nobody of theirs is opened, ended nor closed."""
    avant = [ecole.row(ligne) for ligne in range(2, 6)]
    noms = [rangee["ÉLÈVE"] for rangee in avant]
    swap(ecole, 2, 3)
    ecole.day("25/11/2026")
    lu = ecole.json("detect")
    assert [(a["cellule"], a["contenu"]) for a in lu["a_verifier"]] == [
        ("A2", noms[1]), ("A3", noms[0]),
    ]  # fmt: skip
    assert all("triée en partie" in a["raison"] for a in lu["a_verifier"])
    assert not lu["nouveaux"] and not lu["reprises"]
    assert {e["eleve"] for e in lu["a_relancer"]} == {noms[2], noms[3]}
    assert ecole.row(2)["N° ÉLÈVE"] == avant[0]["N° ÉLÈVE"]
    assert ecole.row(2)["ÉLÈVE"] == noms[1]


@pytest.mark.parametrize("qui", [0, 1])
def test_a_command_on_either_student_is_refused(ecole: Ecole, qui: int) -> None:
    """By cell, with the way back."""
    noms = [str(ecole.row(ligne)["ÉLÈVE"]) for ligne in (2, 3)]
    numeros = [str(ecole.row(ligne)["N° ÉLÈVE"]) for ligne in (2, 3)]
    rename(ecole, {2: noms[1]})
    statut, message = ecole.refusal("relance", "add", numeros[qui], "--moyen", "sms")
    assert statut == 4
    assert "A2" in message and noms[1] in message
    assert ecole.refusal("close", numeros[qui], "--oui", "--demande-eleve")[0] == 4


def test_a_row_without_number_of_a_mixed_up_student_is_not_read_either(ecole: Ecole) -> None:
    """Its number stands elsewhere, beside another name."""
    livre = openpyxl.load_workbook(ecole.classeur)
    onglet = livre[TABLEAU]
    colonne = next(c.column for c in onglet[1] if c.value == "N° ÉLÈVE")
    onglet.cell(2, colonne).value = onglet.cell(3, colonne).value
    onglet.cell(3, colonne).value = None
    noms = [onglet.cell(ligne, 1).value for ligne in (2, 3)]
    livre.save(ecole.classeur)
    lu = ecole.json("detect", "--simulation")
    assert [a["cellule"] for a in lu["a_verifier"]] == ["A2", "A3"]
    assert not {e["eleve"] for e in lu["a_relancer"]} & set(noms)


def test_a_married_name_is_read(ecole: Ecole) -> None:
    """And relances are noted on that row."""
    nom = str(ecole.row(2)["ÉLÈVE"])
    numero = str(ecole.row(2)["N° ÉLÈVE"])
    rename(ecole, {2: f"KERVELLA {nom.partition(' ')[2]}"})
    ecole.json("relance", "add", numero, "--moyen", "sms")
    assert ecole.row(2)["MOYENS UTILISÉS"] == "SMS"
