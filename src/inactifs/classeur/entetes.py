"""Columns known by their headers, in any order, whatever the case, accents, spaces.

Contract, section 2, for how names are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice

from inactifs.classeur.schema import ELEVES, Feuille, header_key

LIGNES_DE_TITRE = 30
"""How many rows are searched for the headers."""

_PARENTHESES = re.compile(r"\([^)]*\)")
_VARIANTES = {
    "eleve": ("eleves", "nomdeleleve", "nometprenom", "nomprenom", "nomprenomdeleleve", "nom"),
    "numero": ("numeroeleve", "noeleve", "numeleve", "ndeleleve", "numerodeleleve"),
    "derniere_activite": ("derniereactivite", "datederniereactivite"),
    "dates_relances": ("datesrelances", "datederelance", "datesdesrelances",
                       "relances"),
    "moyens": ("moyen", "moyens", "moyenutilise"),
    "commentaire": ("commentaires",),
    "nom": ("nomdefamille", "nomdeleleve"),
    "prenom": ("prenoms", "prenomdeleleve"),
    "neph": ("numeroneph", "nneph", "noneph"),
    "telephone": ("tel", "portable", "mobile", "telephoneportable", "telportable"),
    "email": ("mail", "courriel", "adresseemail", "adressemail", "mel"),
    "inscrit_le": ("dateinscription", "datedinscription", "inscription"),
    "cloture_le": ("datedecloture",),
    "detecte_le": ("datededetection",),
}  # fmt: skip
"""Other headers by which a column is known, when none bears its own."""
_NUMERO_SEUL = ("n", "no", "num", "numero")
"""The register's only: in a tableau, a column « N° » often just counts the rows."""


def header_row(
    lignes: Iterable[Sequence[object]], feuille: Feuille, profondeur: int = LIGNES_DE_TITRE
) -> tuple[int, dict[str, int]]:
    """The row, among the first ``profondeur``, with the most known headers, the first of them if
    several; and the column of each field in it. (0, {}) when no header is known."""
    meilleure: dict[str, int] = {}
    entete = 0
    for numero, ligne in enumerate(islice(lignes, profondeur), start=1):
        colonnes = match_headers(ligne, feuille)
        if len(colonnes) > len(meilleure):
            meilleure, entete = colonnes, numero
    return entete, meilleure


@cache
def header_keys(entete: str) -> frozenset[str]:
    """The keys under which a header is known: whole, and without what is in parentheses."""
    cles = {header_key(entete), header_key(_PARENTHESES.sub("", entete))}
    return frozenset(cles - {""})


def match_headers(ligne: Sequence[object], feuille: Feuille) -> dict[str, int]:
    """The column (1 for the first) of each field of ``feuille`` that has its header in a row."""
    connus = known_headers(feuille)
    variantes = _known_variants(feuille)
    colonnes: dict[str, int] = {}
    autres: dict[str, int] = {}
    for colonne, valeur in enumerate(ligne, start=1):
        if not isinstance(valeur, str) or not valeur or len(valeur) > 100:
            continue
        for cle in header_keys(valeur):
            if cle in connus:
                colonnes.setdefault(connus[cle], colonne)
            elif cle in variantes:
                autres.setdefault(variantes[cle], colonne)
    prises = set(colonnes.values())
    for champ, colonne in autres.items():
        if colonne not in prises:
            colonnes.setdefault(champ, colonne)
    return colonnes


@cache
def known_headers(feuille: Feuille) -> dict[str, str]:
    """The field of each key that the sheet's own headers give."""
    return {cle: c.champ for c in feuille.colonnes for cle in header_keys(c.entete)}


@cache
def _known_variants(feuille: Feuille) -> dict[str, str]:
    connus = known_headers(feuille)
    variantes = {
        variante: c.champ
        for c in feuille.colonnes
        for variante in _VARIANTES.get(c.champ, ())
        if variante not in connus
    }
    if feuille is ELEVES:
        variantes |= dict.fromkeys(_NUMERO_SEUL, "numero")
    return variantes
