"""A sheet or a line that has disappeared from a workbook in use: no default in silence."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from ecole_fabrique import ELEVES, TABLEAU, Ecole, student

SEUIL = "Inactif après (mois)"


@pytest.fixture
def ecole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ecole:
    """Students are inactive after six months; one of two is."""
    ecole = Ecole(tmp_path, monkeypatch)
    ecole.json("init", "--auto-ecole", "Port")
    ecole.fill(ELEVES, [student("1", "ROYER Laurence", "01/02/2026"),
                        student("2", "BLANC Tom", "01/07/2026")])  # fmt: skip
    ecole.set(SEUIL, 6)
    assert [e["numero"] for e in ecole.json("detect")["nouveaux"]] == ["1"]
    ecole.json("relance", "add", "1", "--moyen", "sms")
    return ecole


def without_sheet(ecole: Ecole, nom: str) -> None:
    """Delete a sheet."""
    livre = openpyxl.load_workbook(ecole.classeur)
    del livre[nom]
    livre.save(ecole.classeur)


def rename_line(ecole: Ecole, libelle: str) -> None:
    """Type something else in place of a label."""
    livre = openpyxl.load_workbook(ecole.classeur)
    (cellule,) = (r[0] for r in livre["Paramètres"].iter_rows() if r[0].value == libelle)
    cellule.value = "Seuil"
    livre.save(ecole.classeur)


COMMANDES = (
    ("detect",),
    ("close", "1", "--oui", "--demande-eleve"),
    ("relance", "message", "1"),
    ("relance", "add", "1", "--moyen", "email"),
    ("next",),
    ("list",),
    ("show", "1"),
    ("report",),
)


@pytest.mark.parametrize("commande", COMMANDES)
def test_a_lost_line_is_named_with_the_value_that_it_had(
    ecole: Ecole, commande: tuple[str, ...]
) -> None:
    """And since which version kept."""
    rename_line(ecole, SEUIL)
    statut, message = ecole.refusal(*commande)
    assert statut == 4
    assert SEUIL in message and "la version du" in message
    dit = ecole.type(*commande).erreurs
    assert f"« {SEUIL} » de Paramètres = 6" in dit and "inactifs undo" in dit and "init" in dit


def test_the_greeting_refuses_alike(ecole: Ecole) -> None:
    """It would tell whom to contact on the word of a default."""
    rename_line(ecole, SEUIL)
    dit = ecole.type()
    assert dit.statut == 4 and SEUIL in dit.erreurs


@pytest.mark.parametrize("feuille", ["Paramètres", "Élèves", "Modèles"])
@pytest.mark.parametrize("gardees", [True, False])
def test_a_lost_sheet_is_named(ecole: Ecole, feuille: str, gardees: bool) -> None:
    """The journal alone tells that the workbook is in use, where no version was kept."""
    without_sheet(ecole, feuille)
    if not gardees:
        shutil.rmtree(ecole.classeur.parent / ".inactifs")
    statut, message = ecole.refusal("detect")
    assert statut == 4 and f"la feuille « {feuille} »" in message


def test_undo_or_init_are_the_ways_on(ecole: Ecole) -> None:
    """The one gives back six months, the other accepts three."""
    rename_line(ecole, SEUIL)
    assert ecole.type("undo", "--force").statut == 0
    assert not ecole.json("detect")["nouveaux"]
    rename_line(ecole, SEUIL)
    assert ecole.type("init").statut == 0
    assert [e["numero"] for e in ecole.json("detect")["nouveaux"]] == ["2"]


def test_a_deleted_journal_is_said(ecole: Ecole) -> None:
    """The morning goes on."""
    without_sheet(ecole, "Journal")
    dits = ecole.json("detect")["a_verifier"]
    assert any("Journal" in d["raison"] and "disparu" in d["raison"] for d in dits)
    assert not ecole.json("detect")["a_verifier"]


def test_a_school_s_own_workbook_that_never_had_them_is_adopted_by_detect(ecole: Ecole) -> None:
    """Nothing has disappeared from it."""
    livre = openpyxl.load_workbook(ecole.classeur)
    for nom in ("Paramètres", "Modèles", "Journal", "Élèves"):
        del livre[nom]
    livre[TABLEAU].delete_cols(7, 20)
    neuf = ecole.classeur.with_name("autre.xlsx")
    livre.save(neuf)
    assert ecole.type("detect", "-c", str(neuf)).statut == 0


def test_phones_that_changed_places_are_said(ecole: Ecole) -> None:
    """By cell, against the last version kept."""
    livre = openpyxl.load_workbook(ecole.classeur)
    onglet = livre[ELEVES]
    onglet["E2"], onglet["E3"] = "06 11 11 11 11", "06 22 22 22 22"
    livre.save(ecole.classeur)
    ecole.json("relance", "add", "1", "--moyen", "email", "--date", "24/11/2026")
    livre = openpyxl.load_workbook(ecole.classeur)
    onglet = livre[ELEVES]
    onglet["E2"], onglet["E3"] = onglet["E3"].value, onglet["E2"].value
    livre.save(ecole.classeur)
    dits = [p for p in ecole.json("check")["problemes"] if "était à" in p["raison"]]
    assert [p["cellule"] for p in dits] == ["E2", "E3"]
    assert dits[0]["raison"].endswith("triée en partie ?")
