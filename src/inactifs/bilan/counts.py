"""What a month comes to, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from inactifs.bilan.history import RelanceFaite
from inactifs.bilan.month import Mois
from inactifs.procedure.modele import Dossier, Eleve, Moyen, Regles
from inactifs.procedure.suivi import Situation


def share(partie: int, total: int) -> float | None:
    """``partie`` of ``total``, between 0 and 1; None when there is nothing to share."""
    return partie / total if total else None


@dataclass(frozen=True, slots=True)
class Mouvement:
    """The dossiers that came and went in a period; the sum always balances."""

    ouverts_debut: int
    detectes: int
    reprises: int
    abandons: int
    ouverts_fin: int
    relances: int

    @property
    def termines(self) -> int:
        return self.reprises + self.abandons

    @property
    def taux_reprise(self) -> float | None:
        return share(self.reprises, self.termines)

    @property
    def taux_abandon(self) -> float | None:
        return share(self.abandons, self.termines)


@dataclass(frozen=True, slots=True)
class BilanRelances:
    """The relances of a period. ``par_moyen`` has None where the tableau does not say how."""

    total: int
    par_etape: Mapping[int, int]
    par_moyen: Mapping[Moyen | None, int]
    par_responsable: Mapping[str, int]
    dans_les_delais: int
    retard_median_jours: float | None
    reponses: int

    @property
    def part_dans_les_delais(self) -> float | None:
        return share(self.dans_les_delais, self.total)


@dataclass(frozen=True, slots=True)
class IssuesEtape:
    """The outcomes of the dossiers of which the last relance was that of step ``etape``.

    Step 0: those that ended before any relance.
    """

    etape: int
    reprises: int
    abandons: int

    @property
    def taux_reprise(self) -> float | None:
        return share(self.reprises, self.reprises + self.abandons)


@dataclass(frozen=True, slots=True)
class Delais:
    """Days from detection to outcome, of the dossiers ended in a period; None without any."""

    moyen_reprise: float | None
    median_reprise: float | None
    median_issue: float | None


@dataclass(frozen=True, slots=True)
class Cas:
    """A dossier as it stood on the day of the report: the month's end, or today."""

    situation: Situation
    eleve: Eleve | None
    debut: date
    fin: date | None
    """The day of its outcome, None when it was still open."""
    etape_atteinte: int


@dataclass(frozen=True, slots=True)
class Bilan:
    """The figures of one month; what each means is in ``definitions``.

    ``arrete_au`` is the month's last day, or today while the month is running (``en_cours``).
    ``serie`` are the twelve months before, oldest first; ``douze_mois``,
    ``delais_douze_mois`` and ``issues_douze_mois`` sum up the year that ends with this month.
    ``en_retard`` is what is late on ``etabli_le``, the day of the report: of all its figures, the
    only one that another day changes. ``sans_date`` are the dossiers that no figure counts,
    because their row has no date. ``imports`` gives the day of
    each import, ``perimes`` the channels that are stale or were never imported.
    """

    mois: Mois
    arrete_au: date
    en_cours: bool
    regles: Regles
    eleves_suivis: int
    mouvement: Mouvement
    relances: BilanRelances
    delais: Delais
    causes: Mapping[str, int]
    causes_non_renseignees: int
    issues_par_etape: tuple[IssuesEtape, ...]
    serie: tuple[tuple[Mois, Mouvement], ...]
    douze_mois: Mouvement
    delais_douze_mois: Delais
    issues_douze_mois: tuple[IssuesEtape, ...]
    cas: tuple[Cas, ...]
    relances_faites: tuple[RelanceFaite, ...]
    etabli_le: date
    en_retard: tuple[Cas, ...]
    sans_date: tuple[Dossier, ...]
    imports: Mapping[str, date | None]
    perimes: tuple[str, ...]

    @property
    def taux_abandon_suivis(self) -> float | None:
        """The abandons of the month, among the students followed during it."""
        abandons = self.mouvement.abandons
        return share(abandons, self.eleves_suivis + abandons)
