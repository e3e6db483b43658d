"""A sheet or a cell of the workbook, about to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inactifs.classeur.valeurs import Anomalie, Place
from inactifs.erreurs import FichierInvalide

if TYPE_CHECKING:
    from inactifs.ooxml.sheet import Sheet
    from inactifs.ooxml.workbook import Workbook


def sheet_to_write(livre: Workbook, place: Place) -> Sheet:
    """The sheet of a table, to be edited.

    Raises:
        FichierInvalide: it is protected, with a password or not.
    """
    feuille = livre.sheet(place.nom)
    if feuille.protected:
        raise FichierInvalide(
            f"La feuille « {place.nom} » est protégée : rien n'a été écrit.",
            "Dans Excel : Révision, Ôter la protection de la feuille ; puis relancez.",
        )
    return feuille


def unreadable(anomalie: Anomalie) -> FichierInvalide:
    """The error for a cell that cannot be read, and so is not written over."""
    a = anomalie
    return FichierInvalide(
        f"{a.feuille}, cellule {a.cellule} : « {a.contenu} ». {a.raison}",
        a.remede or "Corrigez cette cellule dans Excel, puis relancez.",
    )
