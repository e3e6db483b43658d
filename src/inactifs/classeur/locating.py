"""Where the tables lie (sheets by name, columns by header, whatever surrounds them; contract,
section 2), and their rows as fields, read as the schema says of each column. What a cell does not
let be read is empty, and noted with its cell; nothing raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from operator import itemgetter
from typing import TypeVar

from inactifs.classeur import cells
from inactifs.classeur.schema import Feuille, Nature
from inactifs.classeur.values import Anomalie, Lignes, Place, Table, doubts
from inactifs.mots import simplify

T = TypeVar("T")

_PARENTHESES = re.compile(r"\([^)]*\)")
_LECTEURS: dict[Nature, Callable[[object], object]] = {
    Nature.DATE: cells.read_day,
    Nature.TELEPHONE: cells.read_phone,
    Nature.NEPH: cells.read_neph,
}


@cache
def header_keys(entete: str) -> frozenset[str]:
    """The keys under which a header is known: whole, and without what is in parentheses."""
    cles = {simplify(entete), simplify(_PARENTHESES.sub("", entete))}
    return frozenset(cles - {""})


@cache
def _known_keys(feuille: Feuille) -> tuple[dict[str, str], dict[str, str]]:
    """The field of each key of the sheet's own headers, then of the other spellings."""
    propres = {cle: c.champ for c in feuille.colonnes for cle in header_keys(c.entete)}
    variantes = {v: c.champ for c in feuille.colonnes for v in c.variantes.split()}
    return propres, {v: champ for v, champ in variantes.items() if v not in propres}


def header_row(lignes: Iterable[Sequence[object]], feuille: Feuille) -> tuple[int, dict[str, int]]:
    """The row, among the first ones, with the most known headers, the first of them if several;
    and the column (1 for the first) of each field in it. (0, {}) when no header is known."""
    propres, variantes = _known_keys(feuille)
    meilleure: dict[str, int] = {}
    entete = 0
    for numero, ligne in enumerate(islice(lignes, feuille.profondeur), start=1):
        colonnes: dict[str, int] = {}
        autres: dict[str, int] = {}
        for colonne, valeur in enumerate(ligne, start=1):
            if isinstance(valeur, str) and 0 < len(valeur) <= 100:
                for cle in header_keys(valeur):
                    if cle in propres:
                        colonnes.setdefault(propres[cle], colonne)
                    elif cle in variantes:
                        autres.setdefault(variantes[cle], colonne)
        prises = set(colonnes.values())
        colonnes = {champ: c for champ, c in autres.items() if c not in prises} | colonnes
        if len(colonnes) > len(meilleure):
            meilleure, entete = colonnes, numero
    return entete, meilleure


def find_table(nom: str, lignes: Lignes, feuille: Feuille) -> Table | None:
    """The table of ``feuille`` in the rows of a sheet called ``nom``; None when what could be its
    header lacks a required field."""
    entete, colonnes = header_row(lignes, feuille)
    if not colonnes or any(champ not in colonnes for champ in feuille.requis):
        return None

    def last(rangs: Iterable[int], dessous: int, fin: int) -> int:
        """The last row down to ``fin`` with something in these columns, else ``dessous``."""
        positions = [rang - 1 for rang in rangs]
        for numero in range(fin, dessous, -1):
            ligne = lignes[numero - 1]
            if any(ligne[p] != "" for p in positions):
                return numero
        return dessous

    derniere = last(colonnes.values(), entete, len(lignes))
    fin = last((colonnes[champ] for champ in feuille.requis), entete, derniere)
    bas = last(range(1, len(lignes[0]) + 1), derniere, len(lignes))
    propres, _ = _known_keys(feuille)
    doubles = tuple(
        (entete, colonne)
        for colonne, valeur in enumerate(lignes[entete - 1], start=1)
        if isinstance(valeur, str)
        and (champs := {propres[c] for c in header_keys(valeur) if c in propres})
        and not any(colonnes[champ] == colonne for champ in champs)
    )
    return Table(Place(nom, entete, colonnes, derniere, fin, bas), lignes, doubles)


@cache
def _readers(feuille: Feuille) -> list[tuple[str, Callable[[object], object]]]:
    return [(c.champ, _LECTEURS.get(c.nature, cells.read_text)) for c in feuille.colonnes]


@dataclass(slots=True)
class Row:
    """A row: its cells in the order of the schema's columns, of which ``rangs`` gives each field's
    rank; ``remedes`` names its mends in ``doutes.toml``, ``faults`` is what cannot be read."""

    place: Place
    ligne: int
    rangs: Mapping[str, int]
    cellules: tuple[object, ...]
    remedes: str
    faults: list[Anomalie] = field(default_factory=list)

    def __getitem__(self, champ: str) -> object:
        return self.cellules[self.rangs[champ]]

    def is_filled(self) -> bool:
        """Whether any of its columns holds something."""
        return any(map(cells.read_text, self.cellules))

    def fields(self, feuille: Feuille) -> dict[str, object]:
        """The texts and the days of every column of the sheet, by field; a text is empty, and said,
        where the cell shows no value."""
        lus: dict[str, object] = {}
        for (champ, lire), valeur in zip(_readers(feuille), self.cellules, strict=True):
            if lire is cells.read_day:
                lus[champ] = self.attempt(champ, lire)
            elif valeur.__class__ is str:
                lus[champ] = valeur.strip()
            elif isinstance(valeur, cells.Muette):
                self.doubt(champ, "sans_valeur", raison=valeur.reason)
                lus[champ] = ""
            else:
                lus[champ] = lire(valeur)
        return lus

    def attempt(self, champ: str, lire: Callable[[object], T], remede: str = "") -> T | None:
        """What ``lire`` makes of a cell, None when it cannot be read, which is noted."""
        try:
            return lire(self.cellules[self.rangs[champ]])
        except ValueError as faute:
            connus = doubts()["remedes"]
            remede = remede or connus.get(self.remedes, {}).get(champ, connus["date"])
            self.doubt(champ, "illisible", raison=faute, remede=remede)
            return None

    def doubt(self, champ: str, quoi: str, /, **dits: object) -> None:
        """Something doubtful in a cell of the row."""
        self.faults.append(self.place.doubt(self.ligne, champ, self[champ], quoi, **dits))

    @property
    def unreadable(self) -> Anomalie | None:
        """The first cell that cannot be used, if any."""
        return next((a for a in self.faults if a.gravite == "erreur"), None)


def rows(table: Table | None, feuille: Feuille, remedes: str = "") -> Iterator[Row]:
    """The rows below the header of a table, blank ones included; none of no table."""
    if table is None:
        return
    place, lignes, _ = table
    rangs = {c.champ: rang for rang, c in enumerate(feuille.colonnes)}
    prendre = itemgetter(*(place.colonnes.get(champ, 0) - 1 for champ in rangs))
    for ligne in range(place.entete + 1, place.derniere + 1):
        cellules = prendre((*lignes[ligne - 1], ""))  # -1, a missing column, is that last one
        yield Row(place, ligne, rangs, cellules, remedes)
