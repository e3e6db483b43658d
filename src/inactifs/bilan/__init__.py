"""The month's figures, computed from the dossiers' dates; no formatting, no file, no clock.

Every figure is defined in one French sentence in :data:`DEFINITIONS`, which the reports print.
"""

from inactifs.bilan.computing import monthly
from inactifs.bilan.consolidation import Consolidation, LigneEcole, consolidate, school_line
from inactifs.bilan.counts import (
    Bilan,
    BilanRelances,
    Cas,
    Delais,
    IssuesEtape,
    Mouvement,
    share,
)
from inactifs.bilan.figures import DEFINITIONS, Definition
from inactifs.bilan.history import HORS_PLAN, Histoire, RelanceFaite, histories
from inactifs.bilan.month import Mois, default_month, read_month

__all__ = [
    "DEFINITIONS",
    "HORS_PLAN",
    "Bilan",
    "BilanRelances",
    "Cas",
    "Consolidation",
    "Definition",
    "Delais",
    "Histoire",
    "IssuesEtape",
    "LigneEcole",
    "Mois",
    "Mouvement",
    "RelanceFaite",
    "consolidate",
    "default_month",
    "histories",
    "monthly",
    "read_month",
    "school_line",
    "share",
]
