"""The sheet Modèles → the templates of the messages; and those of a new one, from data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from inactifs.classeur.locating import Table
from inactifs.classeur.moyens import read_moyen_word
from inactifs.classeur.plan import read_rank
from inactifs.classeur.saisie import read_text
from inactifs.classeur.schema import MODELES
from inactifs.classeur.valeurs import SUITE, Anomalie, Modele
from inactifs.mots import simplify
from inactifs.ooxml.references import cell_name
from inactifs.procedure.modele import Moyen


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
            numero = _read_step(etape)
            champ, valeur = "moyen", moyen
            mot = read_moyen_word(read_text(moyen))
        except ValueError as faute:
            fautes.append(
                table.anomalie(
                    champ,
                    ligne,
                    valeur,
                    f"{faute} : ce modèle n'est pas utilisé",
                    "Tapez le numéro de l'étape (1, 2, 3… ou « suite »), et SMS, Téléphone, "
                    "Message vocal, Email ou Courrier.",
                    gravite="avertissement",
                )
            )
            continue
        cellule = cell_name(ligne, table.place.colonnes["texte"])
        modeles.append(Modele(numero, mot, read_text(objet), read_text(texte), cellule))
    return tuple(modeles), tuple(fautes)


def step_cell(etape: int) -> int | str:
    """What the column ÉTAPE holds for a template."""
    return "suite" if etape == SUITE else etape


def _read_step(valeur: object) -> int:
    return SUITE if simplify(read_text(valeur)) == "suite" else read_rank(valeur)


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(files("inactifs.classeur").joinpath("modeles.toml").read_text("utf-8"))


def outdated_phrases() -> dict[str, str]:
    """What earlier texts said and is not so, in lower case, and what to do."""
    return dict(_shipped()["perimes"])


@cache
def default_modeles() -> tuple[Modele, ...]:
    """The lines of a new sheet Modèles; the usual means of each step come first."""
    lu = _shipped()
    modeles = []
    for ligne in lu["modele"]:
        texte = ligne["texte"]
        for nom, passage in lu["passages"].items():
            texte = texte.replace(f"<{nom}>", passage)
        moyen = Moyen(ligne["moyen"])
        modeles.append(Modele(ligne["etape"], moyen, ligne.get("objet", ""), texte))
    return tuple(modeles)
