"""Several schools: one line each, and their total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

from inactifs.bilan.computing import Bilan, number_of
from inactifs.bilan.figures import FIGURES, Figure, Vue
from inactifs.bilan.periods import Part

COLONNES: tuple[Figure, ...] = tuple(f for f in FIGURES if Vue.ECOLES in f.vues)
"""The figures of a school's line, in order: counts and shares, which add up."""

Somme = int | Part


@dataclass(frozen=True, slots=True)
class LigneEcole:
    """A school's month in a few values that add up, small enough to keep a thousand of.

    ``valeurs`` are by the figures' keys; ``classeur`` says where they were read.
    """

    ecole: str
    valeurs: Mapping[str, Somme]
    classeur: str = ""

    def number(self, figure: Figure) -> float | None:
        """The value of one of :data:`COLONNES`."""
        return number_of(self.valeurs.get(figure.cle, 0))


@dataclass(frozen=True, slots=True)
class Consolidation:
    """One line a school, in the order given, and the total of them all."""

    ecoles: tuple[LigneEcole, ...]
    total: LigneEcole


def school_line(ecole: str, bilan: Bilan) -> LigneEcole:
    """The line of one school."""
    valeurs = {f.cle: valeur for f in COLONNES if isinstance(valeur := bilan[f.cle], Somme)}
    return LigneEcole(ecole, valeurs)


def consolidate(lignes: Iterable[LigneEcole]) -> Consolidation:
    """The schools' lines and their total; read one at a time, the bilans need not be kept."""
    ecoles = tuple(lignes)
    total = {f.cle: _sum([e.valeurs[f.cle] for e in ecoles]) for f in COLONNES}
    return Consolidation(ecoles, LigneEcole("Total", total))


def _sum(valeurs: list[Somme]) -> Somme:
    parts = [v for v in valeurs if isinstance(v, Part)]
    if parts:
        return reduce(add, parts)
    return sum(v for v in valeurs if isinstance(v, int))
