"""The sheet Modèles → the templates of the messages."""

from __future__ import annotations

from inactifs.classeur.locating import Table
from inactifs.classeur.moyens import read_moyen_word
from inactifs.classeur.plan import read_rank
from inactifs.classeur.saisie import read_text
from inactifs.classeur.schema import MODELES
from inactifs.classeur.valeurs import Anomalie, Modele
from inactifs.ooxml.references import cell_name


def read_modeles(table: Table | None) -> tuple[tuple[Modele, ...], tuple[Anomalie, ...]]:
    """The templates, and the rows whose step or means is not one, which are left out."""
    if table is None:
        return (), ()
    modeles: list[Modele] = []
    fautes: list[Anomalie] = []
    lignes = zip(*table.columns(c.champ for c in MODELES.colonnes), strict=True)
    for ligne, (etape, moyen, objet, texte) in enumerate(lignes, table.place.entete + 1):
        if not any(read_text(v) for v in (etape, moyen, objet, texte)):
            continue
        champ, valeur = "etape", etape
        try:
            numero = read_rank(etape)
            champ, valeur = "moyen", moyen
            mot = read_moyen_word(read_text(moyen))
        except ValueError as faute:
            fautes.append(
                table.anomalie(
                    champ,
                    ligne,
                    valeur,
                    f"{faute} : ce modèle n'est pas utilisé",
                    "Tapez le numéro de l'étape (1, 2, 3…), et SMS, Téléphone, Message vocal, "
                    "Email ou Courrier.",
                    gravite="avertissement",
                )
            )
            continue
        cellule = cell_name(ligne, table.place.colonnes["texte"])
        modeles.append(Modele(numero, mot, read_text(objet), read_text(texte), cellule))
    return tuple(modeles), tuple(fautes)
