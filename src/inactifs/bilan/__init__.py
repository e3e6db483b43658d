"""The month's figures, computed from the dossiers' dates; no formatting, no file, no clock.

Every figure is defined in one French sentence in :data:`DEFINITIONS`, which the reports print.
"""

from inactifs.bilan.computing import (
    Bilan,
    Cas,
    Chiffre,
    Consolidation,
    Etabli,
    LigneEcole,
    consolidate,
    number_of,
    report_on,
    school_line,
)
from inactifs.bilan.figures import (
    AUCUNE,
    DEFINITIONS,
    FIGURES,
    Figure,
    IssuesEtape,
    Nature,
    Part,
    Periode,
    Valeur,
    Vue,
)
from inactifs.bilan.month import Intervalle, Mois, Temps, default_month, read_month
from inactifs.bilan.timelines import HORS_PLAN, Histoire, RelanceFaite, histories

__all__ = [
    "AUCUNE",
    "DEFINITIONS",
    "FIGURES",
    "HORS_PLAN",
    "Bilan",
    "Cas",
    "Chiffre",
    "Consolidation",
    "Etabli",
    "Figure",
    "Histoire",
    "Intervalle",
    "IssuesEtape",
    "LigneEcole",
    "Mois",
    "Nature",
    "Part",
    "Periode",
    "RelanceFaite",
    "Temps",
    "Valeur",
    "Vue",
    "consolidate",
    "default_month",
    "histories",
    "number_of",
    "read_month",
    "report_on",
    "school_line",
]
