"""The sheet Paramètres → the procedure as the school sets it, cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from inactifs.calendrier import next_working_day
from inactifs.classeur.locating import Table, header_keys
from inactifs.classeur.plan import read_plan
from inactifs.classeur.saisie import (
    Muette,
    read_day,
    read_integer,
    read_phone,
    read_text,
    read_yes_no,
    reason_of_silence,
)
from inactifs.classeur.schema import PARAMETRES_LIGNES, Parametre, header_key
from inactifs.classeur.valeurs import CANAUX, Anomalie, Ecole
from inactifs.procedure.modele import Regles

_BORNES = {
    "seuil_mois": (1, 120),
    "delai_reponse": (0, 3650),
    "delai_suivi": (0, 3650),
    "peremption_import": (0, 3650),
    "max_nouveaux": (1, 1_000_000),
}


@dataclass(frozen=True)
class ParametresLus:
    """What Paramètres sets; ``cellules`` gives (row, column) of the value of each field, and
    ``absents`` the lines that the sheet lacks, which take their default."""

    regles: Regles = field(default_factory=Regles)
    ecole: Ecole = field(default_factory=Ecole)
    imports: Mapping[str, date | None] = field(default_factory=lambda: dict.fromkeys(CANAUX))
    cellules: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    anomalies: tuple[Anomalie, ...] = ()
    absents: tuple[Parametre, ...] = PARAMETRES_LIGNES


def read_parametres(table: Table | None, plan: Table | None) -> ParametresLus:
    """The procedure as set in the two tables of the sheet; the default of what is missing.

    A bad value is an « erreur » of its cell, that says what was expected.
    """
    anomalies: list[Anomalie] = []
    lus: dict[str, Any] = {}
    cellules: dict[str, tuple[int, int]] = {}
    if table is not None:
        cellules = _locate(table, anomalies)
        for parametre in PARAMETRES_LIGNES:
            if parametre.champ in cellules:
                ligne, colonne = cellules[parametre.champ]
                valeur = table.lignes[ligne - 1][colonne - 1]
                try:
                    lus[parametre.champ] = _read(parametre.champ, valeur)
                except ValueError as faute:
                    remede = f"Valeur attendue : {parametre.attendu}."
                    anomalies.append(table.anomalie("valeur", ligne, valeur, str(faute), remede))
    regles = replace(
        Regles(),
        **{champ: lus[champ] for champ in (*_BORNES, "causes") if lus.get(champ) is not None},
    )
    if lus.get("jours_ouvres"):
        regles = replace(regles, jours_ouvres=True, decaler=next_working_day)
    if plan is not None:
        etapes, fautes = read_plan(plan)
        anomalies += fautes
        if not fautes:
            regles = replace(regles, plan=etapes)
    ecole = Ecole(*(lus.get(f"ecole_{champ}") or "" for champ in ("nom", "telephone", "email")))
    return ParametresLus(
        regles,
        ecole,
        {canal: lus.get(f"import_{canal}") for canal in CANAUX},
        cellules,
        tuple(anomalies),
        tuple(p for p in PARAMETRES_LIGNES if p.champ not in cellules),
    )


def _locate(table: Table, anomalies: list[Anomalie]) -> dict[str, tuple[int, int]]:
    """The cell of the value of each label; the first line of a label is the one that counts."""
    champs = {cle: p.champ for p in PARAMETRES_LIGNES for cle in header_keys(p.libelle)}
    colonne = table.place.colonnes["valeur"]
    cellules: dict[str, tuple[int, int]] = {}
    for ligne, libelle in enumerate(table.columns(("parametre",))[0], table.place.entete + 1):
        texte = read_text(libelle)
        champ = champs.get(header_key(texte)) if texte else None
        if champ is None:
            continue
        if champ in cellules:
            premiere = cellules[champ][0]
            anomalies.append(
                table.anomalie(
                    "parametre",
                    ligne,
                    texte,
                    f"ce paramètre figure déjà ligne {premiere} : cette ligne n'est pas lue",
                    "Effacez la ligne en trop.",
                    gravite="avertissement",
                )
            )
        else:
            cellules[champ] = (ligne, colonne)
    return cellules


def _read(champ: str, valeur: object) -> object:
    """The value of a line, None when its cell is empty; ValueError when it is a bad one."""
    if isinstance(valeur, Muette):
        raise ValueError(reason_of_silence(valeur))
    if valeur == "" or (isinstance(valeur, str) and not valeur.strip()):
        return None
    if champ in _BORNES:
        return read_integer(valeur, *_BORNES[champ])
    return _AUTRES.get(champ, read_text)(valeur)


def _read_causes(valeur: object) -> tuple[str, ...]:
    lignes = read_text(valeur).replace(";", "\n").split("\n")
    return tuple(dict.fromkeys(texte for ligne in lignes if (texte := ligne.strip())))


_AUTRES: dict[str, Callable[[object], object]] = {
    "jours_ouvres": read_yes_no,
    "causes": _read_causes,
    "ecole_telephone": read_phone,
    **{f"import_{canal}": read_day for canal in CANAUX},
}
