"""Where the tables lie (sheets by name, columns by header, whatever surrounds them), and their
rows as fields, read as the schema says of each column.

Contract, section 2, for how names are compared. What a cell does not let be read is empty, and
noted with its cell; nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import islice
from typing import NamedTuple, TypeVar

from inactifs.classeur.cells import (
    Muette,
    read_day,
    read_neph,
    read_phone,
    read_text,
    reason_of_silence,
)
from inactifs.classeur.schema import Feuille, Nature, header_key
from inactifs.classeur.values import Anomalie, Place
from inactifs.dates import ANNEES

Lignes = Sequence[Sequence[object]]

_PARENTHESES = re.compile(r"\([^)]*\)")


def header_row(lignes: Iterable[Sequence[object]], feuille: Feuille) -> tuple[int, dict[str, int]]:
    """The row, among the first ones, with the most known headers, the first of them if several;
    and the column of each field in it. (0, {}) when no header is known."""
    meilleure: dict[str, int] = {}
    entete = 0
    for numero, ligne in enumerate(islice(lignes, feuille.profondeur), start=1):
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
    variantes = {v: c.champ for c in feuille.colonnes for v in c.variantes.split()}
    return {v: champ for v, champ in variantes.items() if v not in connus}


class Table(NamedTuple):
    """A table found in a sheet: its place, and every row of that sheet, the first one first.

    All rows have the same width. ``doubles`` are the cells (row, column) of headers that
    repeat another one.
    """

    place: Place
    lignes: Lignes
    doubles: tuple[tuple[int, int], ...] = ()

    @property
    def corps(self) -> Lignes:
        """The rows below the header, the first of which is ``place.entete + 1``."""
        return self.lignes[self.place.entete : self.place.derniere]


def find_table(nom: str, lignes: Lignes, feuille: Feuille) -> Table | None:
    """The table of ``feuille`` in the rows of a sheet called ``nom``; None when what could be its
    header lacks a required field."""
    entete, colonnes = header_row(lignes, feuille)
    if not colonnes or any(champ not in colonnes for champ in feuille.requis):
        return None
    derniere = _last_row(lignes, entete, colonnes.values())
    fin = _last_row(lignes[:derniere], entete, [colonnes[champ] for champ in feuille.requis])
    bas = _last_row(lignes, max(derniere, entete), range(1, len(lignes[0]) + 1))
    place = Place(nom, entete, colonnes, derniere, fin, bas)
    return Table(place, lignes, _repeated(lignes[entete - 1], entete, feuille, colonnes))


def _last_row(lignes: Lignes, entete: int, colonnes: Iterable[int]) -> int:
    positions = [c - 1 for c in colonnes]
    for numero in range(len(lignes), entete, -1):
        ligne = lignes[numero - 1]
        if any(ligne[p] != "" for p in positions):
            return numero
    return entete


def _repeated(
    ligne: Sequence[object], entete: int, feuille: Feuille, colonnes: dict[str, int]
) -> tuple[tuple[int, int], ...]:
    connus = known_headers(feuille)
    return tuple(
        (entete, colonne)
        for colonne, valeur in enumerate(ligne, start=1)
        if isinstance(valeur, str)
        and (champs := {connus[c] for c in header_keys(valeur) if c in connus})
        and not any(colonnes[champ] == colonne for champ in champs)
    )


T = TypeVar("T")

_REMEDE_DATE = "Tapez une date comme 24/11/2026."
_REMEDE_FORMULE = "Tapez la valeur à la place de la formule."
_PREMIERE, _DERNIERE = ANNEES
_LECTEURS = {Nature.TELEPHONE: read_phone, Nature.NEPH: read_neph}


class Row:
    """A row; ``faults`` gathers what cannot be read of it.

    ``valeurs`` are its cells by field, ``remedes`` the mends that are not that of a date.
    """

    __slots__ = ("faults", "ligne", "remedes", "table", "valeurs")

    def __init__(
        self, table: Table, ligne: int, valeurs: dict[str, object], remedes: Mapping[str, str]
    ) -> None:
        self.table = table
        self.ligne = ligne
        self.valeurs = valeurs
        self.remedes = remedes
        self.faults: list[Anomalie] = []

    def is_filled(self) -> bool:
        """Whether any of its columns holds something."""
        return any(read_text(v) for v in self.valeurs.values())

    def fields(self, feuille: Feuille) -> dict[str, object]:
        """The texts and the days of every column of the sheet, by field."""
        return {
            c.champ: self.day(c.champ)
            if c.nature is Nature.DATE
            else self.text(c.champ, _LECTEURS.get(c.nature, read_text))
            for c in feuille.colonnes
        }

    def text(self, champ: str, lire: Callable[[object], str] = read_text) -> str:
        """A text; empty, and said, where the cell shows no value."""
        valeur = self.valeurs[champ]
        if valeur.__class__ is str:
            return valeur.strip()
        if isinstance(valeur, Muette):
            self.note(champ, reason_of_silence(valeur), _REMEDE_FORMULE, "avertissement")
            return ""
        return lire(valeur)

    def day(self, champ: str) -> date | None:
        """A day, None when the cell is empty."""
        valeur = self.valeurs[champ]
        if valeur == "":
            return None
        if valeur.__class__ is date and _PREMIERE <= valeur.year <= _DERNIERE:
            return valeur
        return self.attempt(champ, read_day)

    def attempt(self, champ: str, lire: Callable[[object], T]) -> T | None:
        """What ``lire`` makes of a cell, None when it cannot be read."""
        try:
            return lire(self.valeurs[champ])
        except ValueError as faute:
            self.note(champ, str(faute))
            return None

    def note(self, champ: str, raison: str, remede: str = "", gravite: str = "erreur") -> None:
        """Something wrong with a cell of the row."""
        remede = remede or self.remedes.get(champ, _REMEDE_DATE)
        signaler = self.table.place.reporter(self.ligne)
        self.faults.append(signaler(champ, self.valeurs[champ], raison, remede, gravite))

    @property
    def unreadable(self) -> Anomalie | None:
        """The first cell that cannot be used, if any."""
        return next((a for a in self.faults if a.gravite == "erreur"), None)


def rows(
    table: Table | None, feuille: Feuille, remedes: Mapping[str, str] | None = None
) -> Iterator[Row]:
    """The rows below the header of a table, blank ones included; none of no table."""
    if table is None:
        return
    positions = [(c.champ, table.place.colonnes.get(c.champ)) for c in feuille.colonnes]
    for ligne, cellules in enumerate(table.corps, table.place.entete + 1):
        valeurs = {champ: cellules[p - 1] if p else "" for champ, p in positions}
        yield Row(table, ligne, valeurs, remedes or {})
