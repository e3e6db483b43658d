"""``init`` puts back what Paramètres lacks, as ``check`` says it does, and moves nothing."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inactifs.classeur.adoption import new_workbook
from inactifs.classeur.reading import read_classeur
from inactifs.classeur.schema import PARAMETRES_LIGNES
from inactifs.classeur.values import Ecole
from inactifs.cli.execution import run
from inactifs.procedure.modele import PLAN_DE_RELANCE, Regles

NOMBRE = len(PARAMETRES_LIGNES)


def type_command(*arguments: str) -> dict[str, Any]:
    """The JSON of a command that succeeds."""
    dit = io.StringIO()
    with contextlib.redirect_stdout(dit), contextlib.redirect_stderr(io.StringIO()):
        assert run([*arguments, "--json"]) == 0
    document: dict[str, Any] = json.loads(dit.getvalue())
    return document


def cells(chemin: Path) -> dict[str, dict[str, Any]]:
    """The value of every cell that is not empty, by sheet."""
    return {
        f.title: {c.coordinate: c.value for r in f.iter_rows() for c in r if c.value is not None}
        for f in openpyxl.load_workbook(chemin)
    }


def missing(chemin: Path) -> list[str]:
    """What ``check`` says is missing."""
    problemes = type_command("check", "-c", str(chemin))["problemes"]
    return [p["raison"] for p in problemes if p["raison"].startswith("Il manque")]


def one_line(feuille: Any) -> None:
    """The first line deleted: the rows below go up."""
    feuille.delete_rows(2)


def cleared_lines(feuille: Any) -> None:
    """Two lines whose cells were emptied, the values among them."""
    for cellule in ("A5", "B5", "C5", "A12", "B12", "C12"):
        feuille[cellule].value = None


def no_room(feuille: Any) -> None:
    """Four lines deleted, and notes in the blank rows above the plan."""
    feuille.delete_rows(3, 4)
    for ligne in range(NOMBRE - 2, NOMBRE):
        feuille.cell(ligne, 4).value = "note de l'école"


def no_plan(feuille: Any) -> None:
    """The plan deleted, with one line."""
    feuille.delete_rows(NOMBRE + 4, 10)
    feuille.delete_rows(2)


@pytest.mark.parametrize("edit", [one_line, cleared_lines, no_room, no_plan])
def test_what_is_missing_comes_back(tmp_path: Path, edit: Callable[[Any], None]) -> None:
    """Every line with its default, the plan, and no other cell of the workbook."""
    chemin = tmp_path / "suivi.xlsx"
    chemin.write_bytes(new_workbook(Ecole("Auto-école du Canal")))
    livre = openpyxl.load_workbook(chemin)
    livre["Paramètres"]["B3"].value = 5
    edit(livre["Paramètres"])
    livre.save(chemin)
    avant, annonce = cells(chemin), missing(chemin)
    assert annonce
    with zipfile.ZipFile(chemin) as paquet:
        tableau = paquet.read("xl/worksheets/sheet1.xml")
    ajouts = type_command("init", str(chemin))["ajouts"]
    assert [f"Il manque {a}." for a in ajouts] == annonce
    apres = cells(chemin)
    for feuille, valeurs in avant.items():
        assert valeurs.items() <= apres[feuille].items()
    assert {f for f in apres if apres[f] != avant[f]} == {"Paramètres", "Journal"}
    with zipfile.ZipFile(chemin) as paquet:
        assert paquet.read("xl/worksheets/sheet1.xml") == tableau
    assert missing(chemin) == []
    lu = read_classeur(chemin.read_bytes(), "x.xlsx")
    assert lu.anomalies == ()
    assert lu.regles.plan == PLAN_DE_RELANCE
    assert lu.regles.causes == Regles().causes
    assert lu.regles.delai_reponse in (0, 5)
    fini = chemin.read_bytes()
    assert type_command("init", str(chemin))["ajouts"] == []
    assert chemin.read_bytes() == fini


def test_a_line_put_back_looks_like_its_neighbours(tmp_path: Path) -> None:
    """The same fill and font as a line of its kind, and a number stays a number."""
    chemin = tmp_path / "suivi.xlsx"
    chemin.write_bytes(new_workbook())
    livre = openpyxl.load_workbook(chemin)
    livre["Paramètres"].delete_rows(2)
    livre.save(chemin)
    type_command("init", str(chemin))
    feuille = openpyxl.load_workbook(chemin)["Paramètres"]
    remise, voisine = feuille.cell(NOMBRE + 1, 2), feuille.cell(2, 2)
    assert feuille.cell(NOMBRE + 1, 1).value == "Inactif après (mois)"
    assert remise.value == 3
    assert remise.fill.fgColor.rgb == voisine.fill.fgColor.rgb
    assert remise.number_format == voisine.number_format


def test_an_import_puts_back_the_line_of_its_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its day has to be noted; a command that needs no line leaves Paramètres alone."""
    monkeypatch.setenv("INACTIFS_AUJOURDHUI", "2026-11-24")
    chemin, export = tmp_path / "suivi.xlsx", tmp_path / "e.csv"
    chemin.write_bytes(new_workbook())
    livre = openpyxl.load_workbook(chemin)
    feuille = livre["Paramètres"]
    for ligne in (15, 11):  # « Causes », « Dernier import : élèves »
        feuille.delete_rows(ligne)
    livre.save(chemin)
    livre = openpyxl.load_workbook(chemin)
    livre["Élèves"].append(["7", "ROYER", "Laurence"])
    livre.save(chemin)
    with zipfile.ZipFile(chemin) as paquet:
        avant = paquet.read("xl/worksheets/sheet3.xml")
    type_command("activite", "add", "7", "visite", "-c", str(chemin))
    with zipfile.ZipFile(chemin) as paquet:
        assert paquet.read("xl/worksheets/sheet3.xml") == avant
    assert len(missing(chemin)) == 2
    export.write_text("N° élève;Nom;Prénom\n8;BERNARD;Anne\n", "utf-8")
    type_command("import", "eleves", str(export), "-c", str(chemin))
    assert missing(chemin) == []
    lu = read_classeur(chemin.read_bytes(), "x.xlsx")
    assert str(lu.imports["eleves"]) == "2026-11-24"
