"""The monthly report as one self-contained HTML file, to be read on screen or printed on A4.

Its charts are drawn as SVG by their template. Every value is also written as a number, and series
differ by fill pattern as well as colour: it can be read in black and white.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from inactifs.bilan.computing import COLONNES, Bilan, Consolidation
from inactifs.bilan.figures import DEFINITIONS
from inactifs.dates import Temps
from inactifs.rendu import report_tables
from inactifs.rendu.page import filled
from inactifs.rendu.report_tables import Edition
from inactifs.rendu.table import Grille

MAX_CAUSES = 12
MAX_LETTRES = 30


class Graphique(NamedTuple):
    """A chart: ``lignes`` are names with their value in each series, which ``legende`` names."""

    cle: str
    titre: str
    legende: Sequence[str]
    lignes: Sequence[tuple[str, Sequence[int]]]

    @property
    def description(self) -> str:
        """The chart in words: « Cours : détectés 3, reprises 1 ; … »."""
        series = [s.casefold() for s in self.legende]
        phrases = [
            f"{nom} : " + ", ".join(f"{s} {v}" for s, v in zip(series, valeurs, strict=True))
            for nom, valeurs in self.lignes
        ]
        return " ; ".join(phrases) + "." if phrases else "Aucune donnée."

    @property
    def plus_longue(self) -> int:
        """What the longest row adds up to; 1 when there is nothing to draw."""
        return max((sum(v) for _, v in self.lignes), default=0) or 1

    @property
    def axe(self) -> int:
        """The even round number at the top of the axis: 2, 4, 10, 20, 40, 100…"""
        valeur = max((max(v) for _, v in self.lignes), default=0)
        dizaine = int(10 ** (len(str(valeur)) - 1))
        ronds = (n * dizaine for n in (1, 2, 4, 6, 8, 10))
        return 2 if valeur <= 2 else next(n for n in ronds if n >= valeur and n % 2 == 0)


def render_html(bilan: Bilan, edition: Edition) -> str:
    """The whole page: no script, no outside address, everything typed by people escaped."""
    issues = "Issue des dossiers selon la dernière étape, sur douze mois"
    mois = [
        (m.court, (len(p.detectes), len(p.reprises), len(p.abandons)))
        for m, p in report_tables.known_months(bilan)
    ]
    return filled(
        "report.html",
        b=bilan,
        p=bilan.periode,
        edition=edition,
        w=report_tables,
        definitions=DEFINITIONS,
        relances=_rows("relances", "Relances par étape", report_tables.delays(bilan)),
        issues=_rows("issues", issues, report_tables.outcomes(bilan.annee)),
        causes=causes_chart(bilan),
        evolution=Graphique(
            "evolution",
            "Dossiers détectés, reprises et abandons, mois par mois",
            ("Détectés", "Reprises", "Abandons"),
            mois,
        ),
    )


def render_schools_html(consolidation: Consolidation, temps: Temps, edition: Edition) -> str:
    """The page: self-contained, to be printed on A4, landscape."""
    return filled(
        "report_schools.html",
        temps=temps,
        edition=edition,
        w=report_tables,
        ecoles=report_tables.schools(consolidation),
        definitions=COLONNES,
    )


def _rows(cle: str, titre: str, grille: Grille) -> Graphique:
    """The first column of a table names the bars, the next two are their series."""
    lignes = [(str(nom), [n for n in vs[:2] if isinstance(n, int)]) for nom, *vs in grille.lignes]
    return Graphique(cle, titre, [c.title for c in grille.colonnes[1:3]], lignes)


def causes_chart(bilan: Bilan) -> Graphique:
    """The causes noted, the most frequent first, then none; the rarest ones are summed up."""
    dessin = _rows(
        "causes", "Cause notée pour les dossiers de la période", report_tables.causes(bilan)
    )
    causes = list(dessin.lignes[:MAX_CAUSES])
    if rares := dessin.lignes[MAX_CAUSES:]:
        causes.append(("causes plus rares", [sum(n for _, (n,) in rares)]))
    return dessin._replace(
        lignes=[
            (nom if len(nom) <= MAX_LETTRES else nom[: MAX_LETTRES - 1].rstrip() + "…", valeurs)
            for nom, valeurs in causes
        ]
    )
