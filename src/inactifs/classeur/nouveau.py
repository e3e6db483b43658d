"""A new workbook, pleasant to work in with Excel or LibreOffice before the tool ever runs.

Column styles and ranges are set well below the last row, so that rows added later, by hand or
by the tool, look and behave like the first ones.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from inactifs.classeur.habillage import (
    add_list,
    dress_columns,
    dress_headers,
    dress_note,
    dress_print,
    dress_tableau,
    dress_value,
    fit_height,
    put,
)
from inactifs.classeur.modeles_lus import default_modeles, step_cell
from inactifs.classeur.schema import (
    ELEVES,
    FEUILLES,
    JOURNAL,
    MODELES,
    PARAMETRES,
    PARAMETRES_LIGNES,
    PLAN,
    TABLEAU,
    Feuille,
    Parametre,
)
from inactifs.ooxml.references import letters
from inactifs.procedure.modele import CAUSES, PLAN_DE_RELANCE, STATUTS, Etape, Moyen, Resultat

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

DERNIERE_LIGNE = 5000
"""The row down to which validations, filters and conditional formats reach from the start."""

_ONGLETS = {
    TABLEAU.nom: "C55A11",
    ELEVES.nom: "1F3A5F",
    PARAMETRES.nom: "7F7F7F",
    MODELES.nom: "7F7F7F",
    JOURNAL.nom: "7F7F7F",
}


def new_workbook(ecole_nom: str) -> bytes:
    """The bytes of an ``.xlsx`` with the five sheets, empty but for Paramètres and Modèles.

    Args:
        ecole_nom: the school's name, as Paramètres is to say it; may be empty.
    """
    from openpyxl import Workbook

    livre = Workbook()
    livre.remove(livre.worksheets[0])
    livre.properties.creator = "inactifs"
    livre.properties.title = "Suivi des élèves inactifs"
    for feuille in FEUILLES:
        onglet = livre.create_sheet(feuille.nom)
        onglet.sheet_properties.tabColor = _ONGLETS[feuille.nom]
        dress_columns(onglet, feuille)
        dress_headers(onglet, feuille, 1)
        dress_print(onglet, lignes=feuille is not PARAMETRES)
        onglet.freeze_panes = "B2" if feuille is TABLEAU else "A2"
        if feuille is not PARAMETRES:
            onglet.auto_filter.ref = _whole(onglet)
    _fill_tableau(livre[TABLEAU.nom])
    _fill_eleves(livre[ELEVES.nom])
    _fill_parametres(livre[PARAMETRES.nom], ecole_nom)
    _fill_modeles(livre[MODELES.nom])
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def _fill_tableau(onglet: Worksheet) -> None:
    add_list(
        onglet,
        _column(TABLEAU, "resultat"),
        [r.value for r in Resultat],
        "Laissez vide tant que le dossier est ouvert ; sinon REPRISE ou ABANDON.",
    )
    lettres = {c.champ: _letter(TABLEAU, c.champ) for c in TABLEAU.colonnes}
    dress_tableau(onglet, lettres, DERNIERE_LIGNE)


def _fill_eleves(onglet: Worksheet) -> None:
    add_list(
        onglet,
        _column(ELEVES, "statut"),
        STATUTS,
        "Vide ou « en formation » : l'élève est suivi. Tout autre statut connu : il ne l'est pas.",
    )


def _fill_parametres(onglet: Worksheet, ecole_nom: str) -> None:
    for ligne, parametre in enumerate(PARAMETRES_LIGNES, start=2):
        defaut = default_value(parametre, ecole_nom)
        put(onglet, ligne, 1, parametre.libelle)
        dress_value(put(onglet, ligne, 2, defaut), nature_of(parametre))
        dress_note(put(onglet, ligne, 3, parametre.attendu))
        fit_height(onglet, ligne, str(defaut or ""), PARAMETRES.colonnes[1].largeur)
        if parametre.champ == "jours_ouvres":
            add_list(onglet, f"B{ligne}", ("oui", "non"), "oui ou non", strict=True)
    entete = len(PARAMETRES_LIGNES) + 4
    dress_headers(onglet, PLAN, entete)
    for ligne, etape in enumerate(PLAN_DE_RELANCE, start=entete + 1):
        for colonne, contenu in enumerate(plan_row(etape), start=1):
            cellule = put(onglet, ligne, colonne, contenu)
            dress_value(cellule, "nombre" if colonne == 2 else "texte")
        fit_height(onglet, ligne, _means(etape), 20)
    plage = f"F{entete + 1}:F{entete + 10}"
    add_list(onglet, plage, ("oui", "non"), "oui ou non", strict=True)
    for lettre, largeur in (("D", 20), ("E", 26), ("F", 16)):
        onglet.column_dimensions[lettre].width = largeur


def plan_row(etape: Etape) -> tuple[str | int, ...]:
    """The cells of a step of the relance plan, in the order of its columns."""
    return (
        etape.libelle,
        etape.delai,
        etape.action,
        _means(etape),
        etape.responsable,
        "oui" if etape.optionnelle else "non",
    )


def _means(etape: Etape) -> str:
    return "\n".join(moyen.libelle for moyen in etape.moyens)


def _fill_modeles(onglet: Worksheet) -> None:
    for ligne, modele in enumerate(default_modeles(), start=2):
        contenus = (step_cell(modele.etape), modele.moyen.libelle, modele.objet, modele.texte)
        for colonne, contenu in enumerate(contenus, start=1):
            put(onglet, ligne, colonne, contenu)
        fit_height(onglet, ligne, modele.texte, MODELES.colonnes[-1].largeur)
    moyens = [m.libelle for m in Moyen]
    add_list(onglet, _column(MODELES, "moyen"), moyens, "Un moyen de la liste.")


def default_value(parametre: Parametre, ecole_nom: str) -> str | int | None:
    """What a line of Paramètres says until the school changes it."""
    if parametre.champ == "ecole_nom":
        return ecole_nom
    return "\n".join(CAUSES) if parametre.champ == "causes" else parametre.defaut


def nature_of(parametre: Parametre) -> str:
    """« nombre », « texte », or « date » for a line that the tool fills in."""
    if parametre.champ.startswith("import_"):
        return "date"
    return "nombre" if isinstance(parametre.defaut, int) else "texte"


def _letter(feuille: Feuille, champ: str) -> str:
    return letters(1 + [c.champ for c in feuille.colonnes].index(champ))


def _column(feuille: Feuille, champ: str) -> str:
    lettre = _letter(feuille, champ)
    return f"{lettre}2:{lettre}{DERNIERE_LIGNE}"


def _whole(onglet: Worksheet) -> str:
    return f"A1:{letters(onglet.max_column)}{DERNIERE_LIGNE}"
