"""The evidence as a workbook: the listing to be filtered, and the figures beside it."""

from __future__ import annotations

from inactifs.rendu.evidence import Preuves
from inactifs.rendu.report_xlsx import to_bytes
from inactifs.rendu.xlsx_sheet import listing, set_print, set_widths, table


def render_xlsx(preuves: Preuves) -> bytes:
    """The bytes of an ``.xlsx``: a sheet a table, the breakdowns together."""
    from openpyxl import Workbook

    temps, edition = preuves.bilan.temps, preuves.edition
    classeur = Workbook()
    classeur.remove(classeur.worksheets[0])
    for nom, tableau in preuves.tableaux.items():
        if tableau.noms:
            listing(classeur.create_sheet(nom), tableau)
    feuille, ligne = classeur.create_sheet("Répartitions"), 1
    set_widths(feuille, (44, 16, 16, 16))
    for tableau in preuves.repartitions:
        ligne = table(feuille, ligne, tableau).suivante
    pied = " – ".join(t for t in (edition.ecole, temps.libelle) if t)
    for page in classeur.worksheets:
        set_print(page, pied, paysage=True)
    return to_bytes(classeur, f"Prévention des abandons, preuves : {temps.libelle}", edition)
