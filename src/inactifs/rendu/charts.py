"""The geometry of the report's charts; the template draws it as SVG.

Every value is also written as a number, and series differ by fill pattern as well as colour,
so that the charts can be read in black and white.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LARGEUR = 680
_HAUTEUR_LIGNE = 30
_ETIQUETTE = 190
_TOTAL = 46
_HAUTEUR_COLONNES = 170
_GAUCHE = 34


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A bar: its place, its series (0, 1, 2: the fill), and the number written on it."""

    x: float
    y: float
    largeur: float
    hauteur: float
    serie: int
    valeur: int


@dataclass(frozen=True, slots=True)
class Etiquette:
    """A text with the point it is anchored to."""

    x: float
    y: float
    texte: str


@dataclass(frozen=True, slots=True)
class Graphique:
    """A chart ready to draw. ``description`` says in words what it shows.

    ``graduations`` are the horizontal lines with their number; ``legende`` names the series.
    """

    cle: str
    titre: str
    description: str
    largeur: float
    hauteur: float
    legende: tuple[str, ...]
    barres: tuple[Rectangle, ...]
    etiquettes: tuple[Etiquette, ...]
    totaux: tuple[Etiquette, ...] = ()
    graduations: tuple[Etiquette, ...] = ()


def stacked_rows(
    cle: str, titre: str, legende: Sequence[str], lignes: Sequence[tuple[str, Sequence[int]]]
) -> Graphique:
    """Horizontal bars, one a line, its values end to end."""
    place = LARGEUR - _ETIQUETTE - _TOTAL
    plus_grand = max((sum(v) for _, v in lignes), default=0) or 1
    barres: list[Rectangle] = []
    etiquettes: list[Etiquette] = []
    totaux: list[Etiquette] = []
    for rang, (nom, valeurs) in enumerate(lignes):
        y = rang * _HAUTEUR_LIGNE + 5.0
        x = float(_ETIQUETTE)
        for serie, valeur in enumerate(valeurs):
            largeur = round(place * valeur / plus_grand, 1)
            if valeur:
                barres.append(Rectangle(x, y, largeur, _HAUTEUR_LIGNE - 10, serie, valeur))
            x = round(x + largeur, 1)
        etiquettes.append(Etiquette(_ETIQUETTE - 10, y + 14, nom))
        totaux.append(Etiquette(x + 8, y + 14, str(sum(valeurs))))
    return Graphique(
        cle=cle,
        titre=titre,
        description=_describe(legende, lignes),
        largeur=LARGEUR,
        hauteur=len(lignes) * _HAUTEUR_LIGNE,
        legende=tuple(legende),
        barres=tuple(barres),
        etiquettes=tuple(etiquettes),
        totaux=tuple(totaux),
    )


def grouped_columns(
    cle: str, titre: str, legende: Sequence[str], groupes: Sequence[tuple[str, Sequence[int]]]
) -> Graphique:
    """Vertical bars side by side, one group a name."""
    haut = _ceiling(max((max(v) for _, v in groupes), default=0))
    pas = (LARGEUR - _GAUCHE) / max(len(groupes), 1)
    epaisseur = round(pas * 0.8 / len(legende), 1)
    bas = 16.0 + _HAUTEUR_COLONNES
    barres: list[Rectangle] = []
    etiquettes: list[Etiquette] = []
    for rang, (nom, valeurs) in enumerate(groupes):
        gauche = _GAUCHE + pas * rang + pas * 0.1
        for serie, valeur in enumerate(valeurs):
            hauteur = round(_HAUTEUR_COLONNES * valeur / haut, 1)
            if valeur:
                x = round(gauche + serie * epaisseur, 1)
                barres.append(
                    Rectangle(x, round(bas - hauteur, 1), epaisseur - 1.5, hauteur, serie, valeur)
                )
        etiquettes.append(Etiquette(round(gauche + pas * 0.4, 1), bas + 16, nom))
    graduations = tuple(
        Etiquette(_GAUCHE - 6, round(bas - _HAUTEUR_COLONNES * n / 2, 1), str(haut * n // 2))
        for n in range(3)
    )
    return Graphique(
        cle=cle,
        titre=titre,
        description=_describe(legende, groupes),
        largeur=LARGEUR,
        hauteur=bas + 24,
        legende=tuple(legende),
        barres=tuple(barres),
        etiquettes=tuple(etiquettes),
        graduations=graduations,
    )


def _ceiling(valeur: int) -> int:
    """The even round number at the top of the axis: 2, 4, 10, 20, 40, 100…"""
    if valeur <= 2:
        return 2
    dizaine = int(10 ** (len(str(valeur)) - 1))
    return next(n for m in (1, 2, 4, 6, 8, 10) if (n := m * dizaine) >= valeur and n % 2 == 0)


def _describe(legende: Sequence[str], lignes: Sequence[tuple[str, Sequence[int]]]) -> str:
    """The chart in words: « Cours : détectés 3, reprises 1 ; … »."""
    phrases = [
        f"{nom} : "
        + ", ".join(f"{s.casefold()} {v}" for s, v in zip(legende, valeurs, strict=True))
        for nom, valeurs in lignes
    ]
    return " ; ".join(phrases) + "." if phrases else "Aucune donnée."
