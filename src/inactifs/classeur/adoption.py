"""What a workbook lacks → added at its right and at its end; nothing of it is moved."""

from __future__ import annotations

from inactifs.classeur.lecture import locate_tables, tableaux_of_another_name
from inactifs.classeur.localisation import Table
from inactifs.classeur.nouveau import new_workbook
from inactifs.classeur.schema import ELEVES, JOURNAL, MODELES, PARAMETRES, TABLEAU, Feuille
from inactifs.classeur.source import Source
from inactifs.erreurs import FichierInvalide
from inactifs.ooxml.livre import Livre
from inactifs.ooxml.refus import RefusOoxml

FEUILLES = (TABLEAU, ELEVES, PARAMETRES, MODELES, JOURNAL)


def complete(data: bytes, nom: str, ecole_nom: str) -> bytes:
    """The workbook with the sheets and columns that it lacks; ``data`` itself if none.

    Args:
        data: a workbook, the school's own or one made by ``init``.
        nom: its name, for errors.
        ecole_nom: the school's name, for a sheet Paramètres that has to be added.

    Raises:
        FichierInvalide: it cannot be edited safely, or a sheet bears one of the tool's names
            without its headers.
    """
    source = Source(data, nom)
    tables = locate_tables(source)
    if TABLEAU.nom not in tables and (autres := tableaux_of_another_name(source)):
        raise FichierInvalide(
            f"{nom} : plusieurs feuilles ressemblent au tableau de suivi "
            f"({', '.join(t.place.nom for t in autres)}).",
            f"Nommez « {TABLEAU.nom} » celle qui est à jour.",
        )
    try:
        livre = Livre(data)
        modele = b""
        for feuille in FEUILLES:
            table = tables.get(feuille.nom)
            if table is not None:
                _add_columns(livre, feuille, table)
            elif (presente := source.named(feuille.nom)) is not None:
                raise FichierInvalide(
                    f"{nom} : la feuille « {presente} » n'a pas les en-têtes attendus "
                    f"({', '.join(c.entete for c in feuille.colonnes[:4])}…).",
                    "Renommez cette feuille, ou mettez ces en-têtes à sa première ligne.",
                )
            else:
                modele = modele or new_workbook(ecole_nom)
                livre.transplant(modele, feuille.nom)
        return livre.to_bytes()
    except RefusOoxml as refus:
        raise FichierInvalide(f"Rien n'a été écrit : {refus.message}.", refus.conseil) from refus


def _add_columns(livre: Livre, feuille: Feuille, table: Table) -> None:
    place = table.place
    rangees = table.lignes[place.entete - 1 : place.derniere]
    libre = 1 + max(
        (c for rangee in rangees for c, v in enumerate(rangee, 1) if v not in ("", None)),
        default=0,
    )
    voisine = max(place.colonnes.values())
    for colonne in feuille.colonnes:
        if colonne.champ not in place.colonnes:
            livre.sheet(place.nom).add_column(
                place.entete, libre, colonne.entete, voisine, colonne.largeur
            )
            libre += 1
