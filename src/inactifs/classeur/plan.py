"""The relance plan of the sheet Paramètres → the steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile
from typing import TypeVar

from inactifs.classeur.locating import Table
from inactifs.classeur.moyens import read_moyen_word
from inactifs.classeur.saisie import read_integer, read_text, read_yes_no
from inactifs.classeur.schema import PLAN
from inactifs.classeur.valeurs import Anomalie
from inactifs.mots import simplify
from inactifs.procedure.modele import Etape, Moyen

T = TypeVar("T")

_ENTRE_MOYENS = re.compile(r"[\n\r;,+/]|\bou\b|\bet\b", re.IGNORECASE)
_RANG = re.compile(r"(\d{1,2})(?:\.0)?\s*(?:re|er|ere|ère|e|eme|ème|nde?)?\b.*", re.IGNORECASE)
_ATTENDUS = {
    "etape": "les étapes numérotées 1, 2, 3… dans l'ordre",
    "delai": "nombre entier de jours après l'étape précédente, 0 ou plus",
    "moyens": "SMS, Téléphone, Message vocal, Email ou Courrier, un par ligne dans la cellule",
    "optionnelle": "oui ou non",
}


def read_plan(table: Table) -> tuple[tuple[Etape, ...], tuple[Anomalie, ...]]:
    """The steps down to the first empty row, and what is wrong with them, cell by cell."""
    fautes: list[Anomalie] = []
    etapes: list[Etape] = []
    lignes = zip(*table.columns(c.champ for c in PLAN.colonnes), strict=True)
    remplies = takewhile(lambda valeurs: any(read_text(v) for v in valeurs), lignes)
    for rang, valeurs in enumerate(remplies, start=1):
        etape, delai, action, moyens, responsable, optionnelle = valeurs
        ligne = table.place.entete + rang

        def attempt(
            champ: str, lire: Callable[[object], T], valeur: object, ligne: int = ligne
        ) -> T | None:
            try:
                return lire(valeur)
            except ValueError as faute:
                remede = f"Valeur attendue : {_ATTENDUS[champ]}."
                fautes.append(table.anomalie(champ, ligne, valeur, str(faute), remede))
                return None

        numero = attempt("etape", read_rank, etape)
        if numero is not None and numero != rang:
            remede = f"Valeur attendue : {_ATTENDUS['etape']}."
            raison = f"l'étape {rang} est attendue ici"
            fautes.append(table.anomalie("etape", ligne, etape, raison, remede))
        jours = attempt("delai", _read_first_delay if rang == 1 else _read_delay, delai)
        etapes.append(
            Etape(
                rang,
                jours or 0,
                read_text(action),
                attempt("moyens", _read_moyens, moyens) or (),
                read_text(responsable),
                attempt("optionnelle", read_yes_no, optionnelle) or False,
            )
        )
    if not etapes:
        fautes.append(
            table.anomalie(
                "etape",
                table.place.entete,
                "",
                "le plan de relance n'a aucune étape",
                "Tapez au moins l'étape 1 sous les en-têtes.",
            )
        )
    elif all(e.optionnelle for e in etapes):
        fautes.append(
            table.anomalie(
                "optionnelle",
                table.place.entete + 1,
                "oui",
                "toutes les étapes sont optionnelles : aucune relance ne serait exigée",
                "Tapez « non » à l'étape qui ne l'est pas : la première, au moins.",
            )
        )
    return tuple(etapes), tuple(fautes)


def read_rank(valeur: object) -> int:
    """The number of a step, typed as « 1 », « 1re » or « 1re relance »."""
    trouve = _RANG.fullmatch(read_text(valeur))
    if trouve is None or int(trouve[1]) == 0:
        raise ValueError("ce n'est pas un numéro d'étape")
    return int(trouve[1])


def _read_delay(valeur: object) -> int:
    return read_integer(valeur, 0, 3650)


def _read_first_delay(valeur: object) -> int:
    if simplify(read_text(valeur)) in ("", "desdetection", "desladetection"):
        return 0
    return _read_delay(valeur)


def _read_moyens(valeur: object) -> tuple[Moyen, ...]:
    mots = [m.strip() for m in _ENTRE_MOYENS.split(read_text(valeur)) if m.strip()]
    if not mots:
        raise ValueError("cette étape n'a aucun moyen")
    return tuple(dict.fromkeys(read_moyen_word(m) for m in mots))
