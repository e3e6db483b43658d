"""The sheet Actions, which the school writes: what it found, what it decided, and what was done.

The tool neither makes it nor writes in it; the evidence shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from inactifs.classeur.saisie import read_day, read_text
from inactifs.classeur.schema import Colonne, Feuille, Nature
from inactifs.classeur.source import Source

ACTIONS = Feuille(
    "Actions",
    (
        Colonne("date", "DATE", Nature.DATE, 13),
        Colonne("constat", "CONSTAT", Nature.TEXTE, 50),
        Colonne("decision", "DÉCISION", Nature.TEXTE, 50),
        Colonne("responsable", "RESPONSABLE", Nature.TEXTE, 24),
        Colonne("fait_le", "FAIT LE", Nature.DATE, 13),
    ),
)

Jour = date | str | None
"""A day, or what is typed in its place."""


@dataclass(frozen=True, slots=True)
class Action:
    """What was found on a day, what was decided, by whom, and when it was done."""

    jour: Jour
    constat: str
    decision: str
    responsable: str
    fait_le: Jour


def read_actions(data: bytes) -> tuple[Action, ...]:
    """The lines of the sheet in their order; none when the workbook has no such sheet.

    Raises:
        FichierInvalide: this is not a readable workbook.
    """
    table = Source(data, "Le classeur").table(ACTIONS, ("constat", "decision"))
    if table is None:
        return ()
    lignes = zip(*table.columns(c.champ for c in ACTIONS.colonnes), strict=True)
    actions = [
        Action(_day(jour), read_text(constat), read_text(decision), read_text(qui), _day(fait))
        for jour, constat, decision, qui, fait in lignes
    ]
    return tuple(a for a in actions if a.constat or a.decision)


def _day(valeur: object) -> Jour:
    try:
        return read_day(valeur)
    except ValueError:
        return read_text(valeur)
