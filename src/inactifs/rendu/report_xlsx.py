"""The monthly report as a workbook: real numbers and dates, native charts, ready to print."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from inactifs.bilan import AUCUNE, Bilan, Consolidation, Nature, Temps
from inactifs.bilan.computing import COLONNES
from inactifs.rendu import report_tables, wording
from inactifs.rendu.report_words import (
    MOIS_PAR_DEFAUT,
    RESERVE,
    Edition,
    import_lines,
    period,
    reservations,
    step,
)
from inactifs.rendu.table import Column, Form, Grille, grid
from inactifs.rendu.xlsx_sheet import (
    HACHURES,
    PLEIN,
    POINTS,
    Classeur,
    Zone,
    bar_chart,
    heading,
    put,
    set_print,
    set_widths,
    table,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_HAUTEUR_CM, _LARGEUR_CM = 8.5, 16
_PLACES = ("A1", "L1", "A20", "L20")
"""Where the charts stand: eleven columns and nineteen rows are more than one takes."""


def render_xlsx(bilan: Bilan, edition: Edition) -> bytes:
    """The bytes of an ``.xlsx``: figures, charts, series, lists of cases, definitions."""
    classeur = Classeur()
    chiffres, graphiques = classeur.sheet("Bilan"), classeur.sheet("Graphiques")
    serie = report_tables.series(bilan)
    evolution = classeur.listing("Évolution", serie)
    zones = _figures(chiffres, bilan, edition)
    mois = Zone(evolution, 1, len(serie.lignes))
    _charts(graphiques, mois, serie.noms.index("Détectés") + 1, *zones)
    classeur.listing("Dossiers", report_tables.cases(bilan))
    classeur.listing("En retard", report_tables.late(bilan))
    classeur.listing("Relances", report_tables.relances(bilan))
    _definitions(classeur.sheet("Définitions"), bilan, edition)
    pied = " – ".join(t for t in (edition.ecole, bilan.temps.libelle) if t)
    for feuille in classeur.livre.worksheets:
        seule = feuille in (chiffres, graphiques)
        set_print(feuille, pied, paysage=feuille is not chiffres, une_page=seule)
    return classeur.to_bytes(f"Prévention des abandons : {bilan.temps.libelle}", edition.par)


def render_schools_xlsx(consolidation: Consolidation, temps: Temps, edition: Edition) -> bytes:
    """The bytes of an ``.xlsx``: Écoles (filtered, the total apart below), Définitions."""
    classeur = Classeur()
    entier = report_tables.schools(consolidation)
    feuille = classeur.listing("Écoles", replace(entier, total=()))
    table(feuille, len(entier.lignes) + 3, replace(entier, lignes=()))
    notes = classeur.sheet("Définitions")
    set_widths(notes, (36, 110))
    put(notes, 1, 1, f"Prévention des abandons : {temps.libelle}. {edition.provenance}.")
    zone = table(notes, 3, notes_table([(f.nom, f.sens) for f in COLONNES]))
    reserves = [("Non lu", i) for i in edition.illisibles] + [("Portée", RESERVE)]
    table(notes, zone.suivante, notes_table(reserves))
    for page in classeur.livre.worksheets:
        set_print(page, f"Prévention des abandons – {temps.libelle}", paysage=True)
    return classeur.to_bytes(f"Prévention des abandons : {temps.libelle}", edition.par)


def _figures(feuille: Worksheet, bilan: Bilan, edition: Edition) -> tuple[Zone, Zone, Zone]:
    """The first sheet; gives the places of what is drawn: steps, outcomes, causes."""
    set_widths(feuille, (48, 18, 18, 18, 20))
    heading(feuille, 1, edition.ecole or "Auto-école", taille=12, fort=True)
    heading(feuille, 2, f"Prévention des abandons : {period(bilan)}", taille=16, fort=True)
    heading(feuille, 3, f"{edition.provenance}.")
    heading(feuille, 4, MOIS_PAR_DEFAUT if edition.mois_par_defaut else "")
    zone = table(feuille, 6, report_tables.figures("Chiffres", bilan.chiffres))
    etapes = table(
        feuille,
        zone.suivante,
        grid(
            "Relances par étape",
            [
                Column("Relances par étape", lambda e: step(e.numero)),
                Column("Dans les délais", lambda e: int(e.delais.partie), form=Form.NUMBER),
                Column(
                    "En retard", lambda e: e.delais.total - int(e.delais.partie), form=Form.NUMBER
                ),
            ],
            report_tables.steps(bilan.periode),
        ),
    )
    zone = etapes
    for chiffre in bilan.chiffres:
        figure = chiffre.figure
        if figure.nature is Nature.REPARTITION and figure.cle != "causes" and chiffre.valeur:
            tableau = report_tables.breakdown(bilan, figure.cle)
            nomme = replace(tableau, noms=(figure.nom, *tableau.noms[1:]))
            zone = table(feuille, zone.suivante, nomme)
    issues = table(feuille, zone.suivante, report_tables.outcomes(bilan.annee))
    causes: dict[str, float] = dict(bilan.periode.causes)
    sans = causes.pop(AUCUNE, 0.0)
    lignes: list[tuple[str, float]] = [*causes.items(), *([(AUCUNE, sans)] if sans else [])]
    noms = (
        Column[tuple[str, float]]("Causes notées", lambda c: c[0]),
        Column[tuple[str, float]]("Dossiers", lambda c: c[1], form=Form.NUMBER),
    )
    return etapes, issues, table(feuille, issues.suivante, grid("Causes", noms, lignes))


def _charts(
    feuille: Worksheet, mois: Zone, premiere: int, etapes: Zone, issues: Zone, causes: Zone
) -> None:
    """The charts on one sheet, two by two; none of a table without rows. ``premiere`` is the
    column of the first series of ``mois``."""
    mensuel = bar_chart(
        "Dossiers détectés, reprises et abandons",
        mois,
        (POINTS, PLEIN, HACHURES),
        premiere=premiere,
        format_axe="mm/yy",
    )
    dessins = [mensuel] if mois.lignes else []
    dessins += [
        bar_chart(titre, zone, motifs)
        for titre, zone, motifs in (
            ("Relances par étape", etapes, (PLEIN, HACHURES)),
            ("Issue selon la dernière étape, 12 mois", issues, (PLEIN, HACHURES)),
            ("Causes notées", causes, (PLEIN,)),
        )
        if zone.lignes
    ]
    for ancre, dessin in zip(_PLACES, dessins, strict=False):
        dessin.height, dessin.width = _HAUTEUR_CM, _LARGEUR_CM
        feuille.add_chart(dessin, ancre)


def _definitions(feuille: Worksheet, bilan: Bilan, edition: Edition) -> None:
    definitions = report_tables.definitions()
    set_widths(feuille, definitions.largeurs)
    zone = table(feuille, 1, definitions)
    notes = [("À savoir", n) for n in reservations(bilan, edition)]
    notes += [
        ("La période", f"Celle du rapport : {period(bilan)}."),
        ("Feuille « En retard »", f"Ce qui est en retard au {wording.day(bilan.etabli_le)}."),
        ("Derniers imports", f"{' ; '.join(import_lines(bilan))}."),
        ("Portée", RESERVE),
    ]
    table(feuille, zone.suivante, notes_table(notes))
    feuille.freeze_panes = "A2"


def notes_table(notes: list[tuple[str, str]]) -> Grille:
    """What is to be known, each remark with its name."""
    colonnes = [
        Column[tuple[str, str]]("Note", lambda n: n[0], width=36),
        Column[tuple[str, str]]("Texte", lambda n: n[1], width=110),
    ]
    return grid("Notes", colonnes, notes)
