"""The monthly report as one self-contained HTML file, to be read on screen or printed on A4.

The geometry of its charts is here; the template draws it as SVG. Every value is also written as a
number, and series differ by fill pattern as well as colour: it can be read in black and white.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inactifs.bilan import AUCUNE, DEFINITIONS, Bilan, Consolidation, Nature, Part, Temps, Valeur
from inactifs.bilan.computing import COLONNES
from inactifs.rendu import report_tables, report_words, wording
from inactifs.rendu.page import environment
from inactifs.rendu.report_words import Edition, step
from inactifs.rendu.table import Grille

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


MAX_CAUSES = 12
MAX_LETTRES = 30


def render_html(bilan: Bilan, edition: Edition) -> str:
    """The whole page: no script, no outside address, everything typed by people escaped."""
    return (
        environment()
        .get_template("report.html")
        .render(
            b=bilan,
            p=bilan.periode,
            edition=edition,
            r=wording,
            w=report_words,
            t=report_tables,
            chiffres=report_words.head(bilan),
            repartitions=breakdowns(bilan, "relances."),
            des_reponses=breakdowns(bilan, "reponses."),
            reserves=report_words.reservations(bilan, edition),
            definitions=DEFINITIONS,
            relances=relances_chart(bilan),
            issues=outcomes_chart(bilan),
            causes=causes_chart(bilan),
            evolution=series_chart(bilan),
        )
    )


def render_schools_html(consolidation: Consolidation, temps: Temps, edition: Edition) -> str:
    """The page: self-contained, to be printed on A4, landscape."""
    return (
        environment()
        .get_template("report_schools.html")
        .render(
            temps=temps,
            edition=edition,
            r=wording,
            w=report_words,
            ecoles=report_tables.schools(consolidation),
            definitions=COLONNES,
        )
    )


def breakdowns(bilan: Bilan, groupe: str, *, annee: bool = False) -> list[Grille]:
    """The figures by step, by means…, of those whose key begins so; steps have their own table."""
    return [
        report_tables.breakdown(bilan, c.figure.cle, annee=annee)
        for c in bilan.chiffres
        if c.figure.nature is Nature.REPARTITION
        and c.figure.cle.startswith(groupe)
        and c.figure.cle != "relances.par_etape"
        and told(c.annee if annee else c.valeur)
    ]


def told(valeur: Valeur) -> bool:
    """Whether a breakdown tells something: not all of it is nothing."""
    return isinstance(valeur, Mapping) and any(
        v.total if isinstance(v, Part) else v for v in valeur.values()
    )


def relances_chart(bilan: Bilan) -> Graphique:
    """The relances by step, in time or late."""
    return stacked_rows(
        "relances",
        "Relances par étape",
        ("Dans les délais", "En retard"),
        [
            (
                step(e.numero),
                (int(e.delais.partie), e.delais.total - int(e.delais.partie)),
            )
            for e in report_tables.steps(bilan.periode)
        ],
    )


def outcomes_chart(bilan: Bilan) -> Graphique:
    """The year's outcomes by the step at which they came."""
    return stacked_rows(
        "issues",
        "Issue des dossiers selon la dernière étape, sur douze mois",
        ("Reprises", "Abandons"),
        [(step(i.etape), (i.reprises, i.abandons)) for i in bilan.annee.issues_par_etape],
    )


def causes_chart(bilan: Bilan) -> Graphique:
    """The causes noted, the most frequent first, then none; the rarest ones are summed up."""
    notees: Mapping[str, int] = bilan.periode.causes
    causes = [(c, n) for c, n in notees.items() if c != AUCUNE]
    causes += [(AUCUNE, notees[AUCUNE])] if AUCUNE in notees else []
    if len(causes) > MAX_CAUSES:
        reste = sum(n for _, n in causes[MAX_CAUSES:])
        causes = [*causes[:MAX_CAUSES], ("causes plus rares", reste)]
    return stacked_rows(
        "causes",
        "Cause notée pour les dossiers de la période",
        ("Dossiers",),
        [(_shortened(cause), (n,)) for cause, n in causes],
    )


def series_chart(bilan: Bilan) -> Graphique:
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


def _shortened(texte: str) -> str:
    return texte if len(texte) <= MAX_LETTRES else texte[: MAX_LETTRES - 1].rstrip() + "…"
