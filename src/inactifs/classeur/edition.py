"""A sheet of the workbook, about to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inactifs.classeur.valeurs import Place
from inactifs.erreurs import FichierInvalide

if TYPE_CHECKING:
    from inactifs.ooxml.feuille import Feuille
    from inactifs.ooxml.livre import Livre


def sheet_to_write(livre: Livre, place: Place) -> Feuille:
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
