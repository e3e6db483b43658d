"""Several schools: one line each, and their total."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from inactifs.bilan.counts import Bilan, share


@dataclass(frozen=True, slots=True)
class LigneEcole:
    """A school's month in a few numbers that add up, small enough to keep a thousand of.

    ``jours_avant_reprise`` is the sum of the days from detection to reprise, so that the mean
    of several schools is that of all their reprises. ``classeur`` says where it was read.
    """

    ecole: str
    eleves_suivis: int = 0
    dossiers_ouverts_debut: int = 0
    detectes: int = 0
    relances: int = 0
    dans_les_delais: int = 0
    reprises: int = 0
    abandons: int = 0
    dossiers_ouverts_fin: int = 0
    jours_avant_reprise: int = 0
    classeur: str = ""

    @property
    def part_dans_les_delais(self) -> float | None:
        return share(self.dans_les_delais, self.relances)

    @property
    def taux_reprise(self) -> float | None:
        return share(self.reprises, self.reprises + self.abandons)

    @property
    def taux_abandon(self) -> float | None:
        return share(self.abandons, self.reprises + self.abandons)

    @property
    def taux_abandon_suivis(self) -> float | None:
        return share(self.abandons, self.eleves_suivis + self.abandons)

    @property
    def delai_moyen_reprise_jours(self) -> float | None:
        return share(self.jours_avant_reprise, self.reprises)


@dataclass(frozen=True, slots=True)
class Consolidation:
    """One line a school, in the order given, and the total of them all."""

    ecoles: tuple[LigneEcole, ...]
    total: LigneEcole


def school_line(ecole: str, bilan: Bilan) -> LigneEcole:
    """The line of one school."""
    m = bilan.mouvement
    return LigneEcole(
        ecole=ecole,
        eleves_suivis=bilan.eleves_suivis,
        dossiers_ouverts_debut=m.ouverts_debut,
        detectes=m.detectes,
        relances=bilan.relances.total,
        dans_les_delais=bilan.relances.dans_les_delais,
        reprises=m.reprises,
        abandons=m.abandons,
        dossiers_ouverts_fin=m.ouverts_fin,
        jours_avant_reprise=round((bilan.delais.moyen_reprise or 0) * m.reprises),
    )


def consolidate(lignes: Iterable[LigneEcole]) -> Consolidation:
    """The schools' lines and their total; read one at a time, the bilans need not be kept."""
    ecoles = tuple(lignes)
    sommes = {
        f.name: sum(getattr(ligne, f.name) for ligne in ecoles)
        for f in fields(LigneEcole)
        if f.name not in ("ecole", "classeur")
    }
    return Consolidation(ecoles, LigneEcole(ecole="Total", **sommes))
