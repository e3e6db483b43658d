"""What the tests of faults share above the file room: commands typed in this process, in a
school of two students."""

from __future__ import annotations

import contextlib
import io
from datetime import date
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from inactifs.cli.execution import run

JOUR = "2026-11-24"
ELEVES = """N° élève;Nom;Prénom;Email;Inscrit le
7;ROYER;Laurence;l.royer@exemple.fr;02/01/2026
8;BERNARD;Anne;;03/01/2026
"""


class Reponse(NamedTuple):
    """The exit status of a command, what it printed, and what it said beside."""

    statut: int
    sortie: str
    erreurs: str


def type_command(*arguments: object) -> Reponse:
    """One command, in this process."""
    sortie, erreurs = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(sortie), contextlib.redirect_stderr(erreurs):
        statut = run([str(a) for a in arguments])
    return Reponse(statut, sortie.getvalue(), erreurs.getvalue())


def on_day(env: pytest.MonkeyPatch) -> None:
    """Marie types, on :data:`JOUR`."""
    env.setenv("INACTIFS_AUJOURDHUI", JOUR)
    env.setenv("INACTIFS_PAR", "Marie")


def school(dossier: Path, eleves: str = ELEVES) -> Path:
    """A new workbook whose students are imported and whose dossiers are open."""
    classeur, export = dossier / "suivi.xlsx", dossier / "eleves.csv"
    export.write_text(eleves, "utf-8")
    for arguments in (
        ("init", classeur),
        ("import", "eleves", export, "-c", classeur),
    ):
        fait = type_command(*arguments)
        assert fait.statut == 0, fait
    lessons_known(classeur)
    fait = type_command("detect", "-c", classeur)
    assert fait.statut == 0, fait
    return classeur


def lessons_known(classeur: Path, jour: date = date(2026, 1, 2)) -> None:
    """A first lesson typed for the first student: while none is known, nobody is inactive."""
    livre = openpyxl.load_workbook(classeur)
    onglet = livre["Élèves"]
    colonne = next(c.column for c in onglet[1] if c.value == "DERNIER COURS")
    onglet.cell(2, colonne).value = jour  # type: ignore[assignment]
    livre.save(classeur)
