"""The monthly report as one self-contained HTML file, to be read on screen or printed on A4.

The geometry of its charts is here; the template draws it as SVG. Every value is also written as a
number, and series differ by fill pattern as well as colour: it can be read in black and white.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from inactifs.bilan.computing import COLONNES, Bilan, Consolidation
from inactifs.bilan.figures import DEFINITIONS
from inactifs.dates import Temps
from inactifs.rendu import report_tables, wording
from inactifs.rendu.page import filled
from inactifs.rendu.report_tables import Edition
from inactifs.rendu.table import Grille

MAX_CAUSES = 12
MAX_LETTRES = 30

LARGEUR = 680
_HAUTEUR_LIGNE = 30
_ETIQUETTE = 190
_TOTAL = 46
_HAUTEUR_COLONNES = 170
_GAUCHE = 34


class Rectangle(NamedTuple):
    """A bar: its place, its series (0, 1, 2: the fill), and the number written on it."""

    x: float
    y: float
    largeur: float
    hauteur: float
    serie: int
    valeur: int


class Etiquette(NamedTuple):
    """A text with the point it is anchored to."""

    x: float
    y: float
    texte: str


@dataclass(slots=True)
class Graphique:
    """A chart ready to draw, ``LARGEUR`` wide. ``description`` says in words what it shows.

    ``totaux`` stand at the end of the rows; ``graduations`` are the horizontal lines with their
    number; ``legende`` names the series.
    """

    cle: str
    titre: str
    description: str
    hauteur: float
    legende: Sequence[str]
    barres: list[Rectangle] = field(default_factory=list)
    etiquettes: list[Etiquette] = field(default_factory=list)
    totaux: list[Etiquette] = field(default_factory=list)
    graduations: list[Etiquette] = field(default_factory=list)
    largeur: float = LARGEUR


Groupes = Sequence[tuple[str, Sequence[int]]]
"""What a chart draws: a name, and its value in each series."""


def render_html(bilan: Bilan, edition: Edition) -> str:
    """The whole page: no script, no outside address, everything typed by people escaped."""
    return filled(
        "report.html",
        b=bilan,
        p=bilan.periode,
        edition=edition,
        r=wording,
        w=report_tables,
        definitions=DEFINITIONS,
        relances=_rows("relances", "Relances par étape", report_tables.delays(bilan)),
        issues=_rows(
            "issues",
            "Issue des dossiers selon la dernière étape, sur douze mois",
            report_tables.outcomes(bilan.annee),
        ),
        causes=causes_chart(bilan),
        evolution=_series_chart(bilan),
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
    legende = [c.title for c in grille.colonnes[1:3]]
    return stacked_rows(cle, titre, legende, _groups(grille.lignes))


def _groups(lignes: Iterable[Sequence[object]]) -> Groupes:
    return [(str(nom), [n for n in valeurs[:2] if isinstance(n, int)]) for nom, *valeurs in lignes]


def causes_chart(bilan: Bilan) -> Graphique:
    """The causes noted, the most frequent first, then none; the rarest ones are summed up."""
    causes = _groups(report_tables.causes(bilan).lignes)
    if len(causes) > MAX_CAUSES:
        reste = sum(n for _, (n,) in causes[MAX_CAUSES:])
        causes = [*causes[:MAX_CAUSES], ("causes plus rares", [reste])]
    return stacked_rows(
        "causes",
        "Cause notée pour les dossiers de la période",
        ("Dossiers",),
        [(_shortened(cause), valeurs) for cause, valeurs in causes],
    )


def _series_chart(bilan: Bilan) -> Graphique:
    """Month by month, from the first one that the tableau knows."""
    return grouped_columns(
        "evolution",
        "Dossiers détectés, reprises et abandons, mois par mois",
        ("Détectés", "Reprises", "Abandons"),
        [
            (m.court, (len(p.detectes), len(p.reprises), len(p.abandons)))
            for m, p in report_tables.known_months(bilan)
        ],
    )


def stacked_rows(cle: str, titre: str, legende: Sequence[str], lignes: Groupes) -> Graphique:
    """Horizontal bars, one a line, its values end to end."""
    dessin = Graphique(
        cle, titre, _describe(legende, lignes), len(lignes) * _HAUTEUR_LIGNE, legende
    )
    place = LARGEUR - _ETIQUETTE - _TOTAL
    plus_grand = max((sum(v) for _, v in lignes), default=0) or 1
    for rang, (nom, valeurs) in enumerate(lignes):
        y = rang * _HAUTEUR_LIGNE + 5.0
        x = float(_ETIQUETTE)
        for serie, valeur in enumerate(valeurs):
            largeur = round(place * valeur / plus_grand, 1)
            if valeur:
                barre = Rectangle(x, y, largeur, _HAUTEUR_LIGNE - 10, serie, valeur)
                dessin.barres.append(barre)
            x = round(x + largeur, 1)
        dessin.etiquettes.append(Etiquette(_ETIQUETTE - 10, y + 14, nom))
        dessin.totaux.append(Etiquette(x + 8, y + 14, str(sum(valeurs))))
    return dessin


def grouped_columns(cle: str, titre: str, legende: Sequence[str], groupes: Groupes) -> Graphique:
    """Vertical bars side by side, one group a name."""
    bas = 16.0 + _HAUTEUR_COLONNES
    dessin = Graphique(cle, titre, _describe(legende, groupes), bas + 24, legende)
    haut = _ceiling(max((max(v) for _, v in groupes), default=0))
    pas = (LARGEUR - _GAUCHE) / max(len(groupes), 1)
    epaisseur = round(pas * 0.8 / len(legende), 1)
    for rang, (nom, valeurs) in enumerate(groupes):
        gauche = _GAUCHE + pas * rang + pas * 0.1
        for serie, valeur in enumerate(valeurs):
            hauteur = round(_HAUTEUR_COLONNES * valeur / haut, 1)
            if valeur:
                x, y = round(gauche + serie * epaisseur, 1), round(bas - hauteur, 1)
                dessin.barres.append(Rectangle(x, y, epaisseur - 1.5, hauteur, serie, valeur))
        dessin.etiquettes.append(Etiquette(round(gauche + pas * 0.4, 1), bas + 16, nom))
    for n in range(3):
        y = round(bas - _HAUTEUR_COLONNES * n / 2, 1)
        dessin.graduations.append(Etiquette(_GAUCHE - 6, y, str(haut * n // 2)))
    return dessin


def _ceiling(valeur: int) -> int:
    """The even round number at the top of the axis: 2, 4, 10, 20, 40, 100…"""
    if valeur <= 2:
        return 2
    dizaine = int(10 ** (len(str(valeur)) - 1))
    return next(n for m in (1, 2, 4, 6, 8, 10) if (n := m * dizaine) >= valeur and n % 2 == 0)


def _describe(legende: Sequence[str], lignes: Groupes) -> str:
    """The chart in words: « Cours : détectés 3, reprises 1 ; … »."""
    phrases = [
        f"{nom} : "
        + ", ".join(f"{s.casefold()} {v}" for s, v in zip(legende, valeurs, strict=True))
        for nom, valeurs in lignes
    ]
    return " ; ".join(phrases) + "." if phrases else "Aucune donnée."


def _shortened(texte: str) -> str:
    return texte if len(texte) <= MAX_LETTRES else texte[: MAX_LETTRES - 1].rstrip() + "…"
