"""A small school: a workbook made by ``init``, filled in by hand, and commands typed on it."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from inactifs.cli.execution import run

TABLEAU, ELEVES = "Tableau de suivi", "Élèves"
Ligne = Mapping[str, object]


def le(texte: str) -> date:
    """The day written as in the contract."""
    return datetime.strptime(texte, "%d/%m/%Y").date()


class Reponse(NamedTuple):
    """What a command left: its exit status, stdout and stderr."""

    statut: int
    sortie: str
    erreurs: str


class Ecole:
    """A folder with a workbook, in which commands are typed."""

    def __init__(self, dossier: Path, patch: pytest.MonkeyPatch) -> None:
        self.classeur = dossier / "suivi_eleves.xlsx"
        self.patch = patch
        patch.chdir(dossier)
        patch.setenv("INACTIFS_PAR", "Secrétariat")
        patch.delenv("INACTIFS_CLASSEUR", raising=False)
        self.day("24/11/2026")

    def day(self, jour: str) -> None:
        """Today."""
        self.patch.setenv("INACTIFS_AUJOURDHUI", le(jour).isoformat())

    def type(self, *arguments: str) -> Reponse:
        """A command."""
        self.patch.setattr(sys, "argv", ["inactifs", *arguments])
        sortie, erreurs = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(sortie), contextlib.redirect_stderr(erreurs):
            statut = run(arguments)
        return Reponse(statut, sortie.getvalue(), erreurs.getvalue())

    def json(self, *arguments: str) -> Any:
        """The document that a command prints on stdout, and nothing else."""
        fait = self.type(*arguments, "--json")
        assert fait.statut == 0, fait
        return json.loads(fait.sortie)

    def refusal(self, *arguments: str) -> tuple[int, str]:
        """The status and the message of a command that is refused, and writes nothing."""
        avant = self.classeur.read_bytes()
        fait = self.type(*arguments, "--json")
        assert fait.statut, fait.sortie
        assert self.classeur.read_bytes() == avant
        return fait.statut, json.loads(fait.sortie)["erreur"]["message"]

    def fill(self, feuille: str, lignes: Iterable[Ligne]) -> None:
        """Type rows below those of a sheet, by the names of its columns."""
        livre = openpyxl.load_workbook(self.classeur)
        onglet = livre[feuille]
        colonnes = {c.value: c.column for c in onglet[1]}
        premiere = 1 + max(
            (c.row for rangee in onglet for c in rangee if c.value is not None), default=1
        )
        for rang, ligne in enumerate(lignes, premiere):
            for entete, valeur in ligne.items():
                cellule = onglet.cell(rang, colonnes[entete])
                cellule.value = valeur  # type: ignore[assignment]
                if isinstance(valeur, str):
                    cellule.data_type = "s"  # « =… » is a text that somebody typed
        livre.save(self.classeur)

    def add_column(self, feuille: str, entete: str, valeurs: Mapping[str, object]) -> None:
        """Type a column at the right of a sheet: its header, and its value by N° ÉLÈVE."""
        livre = openpyxl.load_workbook(self.classeur)
        onglet = livre[feuille]
        numero = next(c.column for c in onglet[1] if c.value == "N° ÉLÈVE")
        colonne = onglet.max_column + 1
        onglet.cell(1, colonne).value = entete
        for rang in range(2, onglet.max_row + 1):
            valeur = valeurs.get(str(onglet.cell(rang, numero).value))
            onglet.cell(rang, colonne).value = valeur  # type: ignore[assignment]
        livre.save(self.classeur)

    def set(self, parametre: str, valeur: object) -> None:
        """Type a value in the sheet « Paramètres »."""
        livre = openpyxl.load_workbook(self.classeur)
        (rangee,) = (r for r in livre["Paramètres"].iter_rows() if r[0].value == parametre)
        rangee[1].value = valeur  # type: ignore[assignment]
        livre.save(self.classeur)

    def start(self, eleves: Iterable[Ligne], dossiers: Iterable[Ligne] = ()) -> None:
        """A new workbook with this register and these dossiers, and its first morning."""
        self.json("init", "--auto-ecole", "Auto-école du Port")
        self.fill(ELEVES, eleves)
        self.fill(TABLEAU, dossiers)
        self.json("detect")

    def row(self, rang: int, feuille: str = TABLEAU) -> dict[str, Any]:
        """A row as plain openpyxl reads it."""
        onglet = openpyxl.load_workbook(self.classeur)[feuille]
        return {str(c.value): onglet.cell(rang, c.column).value for c in onglet[1]}


def student(numero: str, nom: str, cours: str = "", **autres: object) -> Ligne:
    """A row of the register: « ROYER Laurence », whose last lesson was on ``cours``."""
    famille, _, prenom = nom.partition(" ")
    return {
        "N° ÉLÈVE": numero,
        "NOM": famille,
        "PRÉNOM": prenom,
        "DERNIER COURS": le(cours) if cours else None,
        **autres,
    }
