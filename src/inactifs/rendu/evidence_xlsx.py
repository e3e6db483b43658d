"""The evidence as a workbook: the listing to be filtered, and the figures beside it."""

from __future__ import annotations

from inactifs.rendu.evidence import Preuves
from inactifs.rendu.xlsx_sheet import Classeur, set_print, set_widths, table


def render_xlsx(preuves: Preuves) -> bytes:
    """The bytes of an ``.xlsx``: a sheet a table, the breakdowns together."""
    temps, edition = preuves.bilan.temps, preuves.edition
    classeur = Classeur()
    for nom, tableau in preuves.tableaux.items():
        classeur.listing(nom, tableau)
    feuille, ligne = classeur.sheet("Répartitions"), 1
    set_widths(feuille, (44, 16, 16, 16))
    for tableau in preuves.repartitions:
        ligne = table(feuille, ligne, tableau).suivante
    pied = " – ".join(t for t in (edition.ecole, temps.libelle) if t)
    for page in classeur.livre.worksheets:
        set_print(page, pied, paysage=True)
    titre = f"Prévention des abandons, preuves : {temps.libelle}"
    return classeur.to_bytes(titre, edition.par)
