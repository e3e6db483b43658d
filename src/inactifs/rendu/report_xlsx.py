"""The monthly report as a workbook: real numbers and dates, native charts, ready to print."""

from __future__ import annotations

from dataclasses import replace

from inactifs.bilan.computing import COLONNES, Bilan, Consolidation
from inactifs.dates import Temps
from inactifs.rendu import report_tables
from inactifs.rendu.report_tables import MOIS_PAR_DEFAUT, RESERVE, Edition
from inactifs.rendu.table import Grille, grid, ranked
from inactifs.rendu.wording import day
from inactifs.rendu.xlsx_sheet import HACHURES, PLEIN, POINTS, Classeur, Feuille, Zone, bar_chart

_PLACES = ("A1", "L1", "A20", "L20")
"""Where the charts stand: eleven columns and nineteen rows are more than one takes."""


def render_xlsx(bilan: Bilan, edition: Edition) -> bytes:
    """The bytes of an ``.xlsx``: figures, charts, series, lists of cases, definitions."""
    classeur = Classeur()
    chiffres, graphiques = _figures(classeur, bilan, edition)
    classeur.listing("Dossiers", report_tables.cases(bilan))
    classeur.listing("En retard", report_tables.late(bilan))
    classeur.listing("Relances", report_tables.relances(bilan))
    definitions = report_tables.definitions()
    feuille = classeur.sheet("Définitions", [c.width for c in definitions.colonnes])
    feuille.table(definitions)
    remarques = [
        *(("À savoir", n) for n in report_tables.reservations(bilan, edition)),
        ("La période", f"Celle du rapport : {report_tables.period(bilan)}."),
        ("Feuille « En retard »", f"Ce qui est en retard au {day(bilan.etabli_le)}."),
        ("Derniers imports", f"{' ; '.join(report_tables.import_lines(bilan))}."),
        ("Portée", RESERVE),
    ]
    feuille.table(_notes(remarques))
    feuille.page.freeze_panes = "A2"
    pied = " – ".join(t for t in (edition.ecole, bilan.temps.libelle) if t)
    classeur.set_print(pied, debout=(chiffres,), seules=(chiffres, graphiques))
    return classeur.to_bytes(f"Prévention des abandons : {bilan.temps.libelle}", edition.par)


def render_schools_xlsx(consolidation: Consolidation, temps: Temps, edition: Edition) -> bytes:
    """The bytes of an ``.xlsx``: Écoles (filtered, the total apart below), Définitions."""
    classeur = Classeur()
    entier = report_tables.schools(consolidation)
    feuille = classeur.listing("Écoles", replace(entier, total=()))
    feuille.table(replace(entier, lignes=()))
    notes = classeur.sheet("Définitions", (36, 110))
    notes.heading(f"Prévention des abandons : {temps.libelle}. {edition.provenance}.")
    notes.table(report_tables.definitions(COLONNES))
    notes.table(_notes([*(("Non lu", i) for i in edition.illisibles), ("Portée", RESERVE)]))
    classeur.set_print(f"Prévention des abandons – {temps.libelle}")
    return classeur.to_bytes(f"Prévention des abandons : {temps.libelle}", edition.par)


def _figures(classeur: Classeur, bilan: Bilan, edition: Edition) -> tuple[Feuille, Feuille]:
    """The figures, their charts on one sheet, two by two (none of a table without rows), and the
    series, which one of them draws."""
    chiffres = classeur.sheet("Bilan", (48, 18, 18, 18, 20))
    graphiques = classeur.sheet("Graphiques")
    titre = f"Prévention des abandons : {report_tables.period(bilan)}"
    chiffres.heading(edition.ecole or "Auto-école", taille=12, fort=True)
    chiffres.heading(titre, taille=16, fort=True)
    chiffres.heading(f"{edition.provenance}.")
    chiffres.heading(MOIS_PAR_DEFAUT if edition.mois_par_defaut else "")
    chiffres.table(report_tables.figures("Chiffres", bilan.chiffres))
    etapes = chiffres.table(report_tables.delays(bilan))
    for tableau in report_tables.breakdowns(bilan, sauf="causes", nuls=True):
        premiere = replace(tableau.colonnes[0], title=tableau.titre)
        chiffres.table(replace(tableau, colonnes=(premiere, *tableau.colonnes[1:])))
    issues = chiffres.table(report_tables.outcomes(bilan.annee))
    causes = chiffres.table(report_tables.causes(bilan))
    serie = report_tables.series(bilan)
    mois = Zone(classeur.listing("Évolution", serie).page, 1, len(serie.lignes))
    depuis = [c.title for c in serie.colonnes].index("Détectés") + 1
    suivis = "Dossiers détectés, reprises et abandons"
    dessins = (
        (suivis, mois, (POINTS, PLEIN, HACHURES), depuis, "mm/yy"),
        ("Relances par étape", etapes, (PLEIN, HACHURES)),
        ("Issue selon la dernière étape, 12 mois", issues, (PLEIN, HACHURES)),
        ("Causes notées", causes, (PLEIN,)),
    )
    for ancre, dessin in zip(_PLACES, (d for d in dessins if d[1].lignes), strict=False):
        graphiques.page.add_chart(bar_chart(*dessin), ancre)
    return chiffres, graphiques


def _notes(notes: list[tuple[str, str]]) -> Grille:
    """What is to be known, each remark with its name."""
    return grid("Notes", ranked(("Note", 36), ("Texte", 110)), notes)
