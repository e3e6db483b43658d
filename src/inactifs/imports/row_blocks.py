"""Some rows of a table at once, read by columns: a column then costs one slice, not one cell of
each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Protocol

Ligne = Sequence[object]

TAILLE = 512
"""Rows held at once when they come one by one."""


class Bloc(Protocol):
    """Rows that follow one another.

    Their cells can also be had as they are kept, which is enough to know those already met.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, rang: int, /) -> Ligne: ...

    @property
    def largeur(self) -> int:
        """How many cells the shortest row has."""

    def kept(self, rang: int) -> Ligne:
        """One row as it is kept."""

    def column(self, rang: int) -> Ligne:
        """The cells of one column, which every row has, as they are kept."""

    def as_kept(self, cellules: Ligne) -> Ligne:
        """These texts of one line each, as cells are kept; UnicodeEncodeError if none can."""

    def below(self, rang: int) -> Bloc:
        """The rows from that of this rank on."""


class Rangees(list[Ligne]):
    """Rows of any length, kept as they are."""

    @property
    def largeur(self) -> int:
        return min(map(len, self), default=0)

    def kept(self, rang: int) -> Ligne:
        return self[rang]

    def column(self, rang: int) -> Ligne:
        return list(map(itemgetter(rang), self))

    def as_kept(self, cellules: Ligne) -> Ligne:
        return cellules

    def below(self, rang: int) -> Bloc:
        return Rangees(self[rang:])


class Aplat:
    """Rows of one length, not decoded: their cells end to end, a mark after each row."""

    def __init__(self, cellules: list[bytes], largeur: int, encodage: str) -> None:
        self._cellules, self._pas, self._encodage = cellules, largeur + 1, encodage

    def __len__(self) -> int:
        return len(self._cellules) // self._pas

    def __getitem__(self, rang: int, /) -> Ligne:
        return b"\n".join(self.kept(rang)).decode(self._encodage, "replace").split("\n")

    @property
    def largeur(self) -> int:
        return self._pas - 1

    def kept(self, rang: int) -> list[bytes]:
        return self._cellules[rang * self._pas : (rang + 1) * self._pas - 1]

    def column(self, rang: int) -> Ligne:
        return self._cellules[rang :: self._pas]

    def as_kept(self, cellules: Ligne) -> Ligne:
        return "\n".join(map(str, cellules)).encode(self._encodage).split(b"\n")

    def below(self, rang: int) -> Bloc:
        return Aplat(self._cellules[rang * self._pas :], self.largeur, self._encodage)


def cut(lignes: list[bytes], separateur: str, encodage: str) -> Bloc:
    """The rows of these lines, which have no quotes."""
    sep, marque = separateur.encode(), b"\n"
    cellules = (sep + marque + sep).join(lignes).split(sep)
    cellules.append(marque)
    pas = lignes[0].count(sep) + 2
    if len(cellules) == len(lignes) * pas and cellules[pas - 1 :: pas].count(marque) == len(lignes):
        return Aplat(cellules, pas - 1, encodage)
    return Rangees(ligne.decode(encodage, "replace").split(separateur) for ligne in lignes)


def grouped(lignes: Iterable[Ligne]) -> Iterator[Bloc]:
    """These rows by blocks of ``TAILLE``."""
    suite = iter(lignes)
    while bloc := Rangees(islice(suite, TAILLE)):
        yield bloc


def rows(bloc: Bloc) -> Iterator[Ligne]:
    """The rows of a block one by one."""
    return map(bloc.__getitem__, range(len(bloc)))


def from_row(blocs: Iterator[Bloc], rang: int) -> Iterator[Bloc]:
    """The same rows without the ``rang`` first ones."""
    for bloc in blocs:
        if rang >= len(bloc):
            rang -= len(bloc)
        else:
            yield bloc.below(rang) if rang else bloc
            rang = 0
