"""Several schools' month in HTML and XLSX: one line each, and their total."""

from __future__ import annotations

from dataclasses import replace

from inactifs.bilan import Consolidation, Temps
from inactifs.bilan.computing import COLONNES
from inactifs.rendu import report_tables, report_words, wording
from inactifs.rendu.report_html import environment
from inactifs.rendu.report_words import Edition


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


def render_schools_xlsx(consolidation: Consolidation, temps: Temps, edition: Edition) -> bytes:
    """The bytes of an ``.xlsx``: Écoles (filtered, the total apart below), Définitions."""
    from inactifs.rendu.report_xlsx import notes_table
    from inactifs.rendu.xlsx_sheet import Classeur, put, set_print, set_widths, table

    classeur = Classeur()
    entier = report_tables.schools(consolidation)
    feuille = classeur.listing("Écoles", replace(entier, total=()))
    table(feuille, len(entier.lignes) + 3, replace(entier, lignes=()))
    notes = classeur.sheet("Définitions")
    set_widths(notes, (36, 110))
    put(notes, 1, 1, f"Prévention des abandons : {temps.libelle}. {edition.provenance}.")
    zone = table(notes, 3, notes_table([(f.nom, f.sens) for f in COLONNES]))
    reserves = [("Non lu", i) for i in edition.illisibles] + [("Portée", report_words.RESERVE)]
    table(notes, zone.suivante, notes_table(reserves))
    for page in classeur.livre.worksheets:
        set_print(page, f"Prévention des abandons – {temps.libelle}", paysage=True)
    return classeur.to_bytes(f"Prévention des abandons : {temps.libelle}", edition.par)
