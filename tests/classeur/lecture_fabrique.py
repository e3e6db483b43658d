"""Workbooks for the tests of reading: sheets given as rows of values, true dates included."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import xlsxwriter

from inactifs.classeur.reading import read_classeur
from inactifs.classeur.schema import ELEVES, PARAMETRES_LIGNES, TABLEAU
from inactifs.classeur.values import Classeur

Lignes = Sequence[Sequence[object]]

ENTETES = [c.entete for c in TABLEAU.colonnes]
ENTETES_ELEVES = [c.entete for c in ELEVES.colonnes]


class Formule(str):
    """A formula; ``valeur`` is what it shows, an error included."""

    valeur: object

    def __new__(cls, texte: str, valeur: object) -> Formule:
        formule = super().__new__(cls, texte)
        formule.valeur = valeur
        return formule


def workbook(feuilles: Mapping[str, Lignes]) -> bytes:
    """The bytes of a workbook with these sheets."""
    sortie = io.BytesIO()
    livre = xlsxwriter.Workbook(sortie, {"in_memory": True, "strings_to_formulas": False})
    jour = livre.add_format({"num_format": "dd/mm/yyyy"})
    moment = livre.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for nom, lignes in feuilles.items():
        onglet = livre.add_worksheet(nom)
        for rang, ligne in enumerate(lignes):
            for colonne, valeur in enumerate(ligne):
                if isinstance(valeur, Formule):
                    onglet.write_formula(rang, colonne, str(valeur), None, valeur.valeur)
                elif isinstance(valeur, datetime):
                    onglet.write_datetime(rang, colonne, valeur, moment)
                elif isinstance(valeur, date):
                    onglet.write_datetime(rang, colonne, valeur, jour)
                elif valeur is not None:
                    onglet.write(rang, colonne, valeur)
    livre.close()
    return sortie.getvalue()


def row(champs: Sequence[str], **valeurs: object) -> list[object]:
    """A row with these fields, in the order of ``champs``."""
    return [valeurs.get(champ) for champ in champs]


def dossier(**valeurs: object) -> list[object]:
    """A row of the tableau."""
    return row([c.champ for c in TABLEAU.colonnes], **{"eleve": "ROYER Laurence", **valeurs})


def eleve(**valeurs: object) -> list[object]:
    """A row of the register."""
    return row([c.champ for c in ELEVES.colonnes], **valeurs)


def parametres(**valeurs: object) -> list[list[object]]:
    """The lines of Paramètres with their default, but for ``valeurs``."""
    return [["PARAMÈTRE", "VALEUR", "CE QUI EST ATTENDU"]] + [
        [p.libelle, valeurs.get(p.champ, p.defaut), p.attendu] for p in PARAMETRES_LIGNES
    ]


def read(
    *lignes: Sequence[object],
    eleves: Lignes = (),
    autres: Mapping[str, Lignes] | None = None,
) -> Classeur:
    """A workbook with these rows in its tableau and its register, as read."""
    feuilles: dict[str, Lignes] = {
        "Tableau de suivi": [ENTETES, *lignes],
        "Élèves": [ENTETES_ELEVES, *eleves],
        **(autres or {}),
    }
    return read_classeur(workbook(feuilles), "suivi.xlsx")
