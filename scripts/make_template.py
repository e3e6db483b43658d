"""Makes ``src/inactifs/classeur/modele.xlsx``, from which new workbooks start.

Pleasant to work in with Excel or LibreOffice before the tool ever runs: column styles and ranges
are set well below the last row, so that rows added later, by hand or by the tool, look and behave
like the first ones. Run it after a change of ``schema`` or of ``modeles.toml``:
``python scripts/make_template.py``.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from copy import copy
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins, PrintPageSetup
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from inactifs.classeur import schema
from inactifs.classeur.adoption import default_value, nature_of, plan_row
from inactifs.classeur.schema import ELEVES, JOURNAL, MODELES, PARAMETRES, TABLEAU, Feuille, Nature
from inactifs.classeur.settings import default_modeles
from inactifs.classeur.values import SUITE
from inactifs.ooxml.references import letters
from inactifs.procedure.modele import PLAN_DE_RELANCE, STATUTS, Moyen

CIBLE = Path(__file__).parent.parent / "src/inactifs/classeur/modele.xlsx"
DERNIERE_LIGNE = 5000
"""The row down to which validations, filters and conditional formats reach from the start."""

FORMAT_DATE = "dd/mm/yyyy"
FORMAT_HEURE = "dd/mm/yyyy hh:mm"
FORMAT_TEXTE = "@"
POLICE = "Calibri"

BLEU = "1F3A5F"  # headers of the school's columns
ARDOISE = "5B6B7F"  # headers of the tool's columns
CREME = "FFF8E1"  # what the school sets
GRIS = "F2F2F2"  # closed, or noted by the tool
GRIS_TEXTE = "808080"
FILET = "BFBFBF"

_LONGS = ("eleve", "commentaire", "cause", "detail", "texte", "objet", "parametre", "attendu")


def make_template() -> bytes:
    """The bytes of an ``.xlsx`` with the five sheets, empty but for Paramètres and Modèles."""
    livre = Workbook()
    livre.remove(livre.worksheets[0])
    livre.properties.creator = "inactifs"
    livre.properties.title = "Suivi des élèves inactifs"
    livre.properties.created = livre.properties.modified = datetime(2026, 1, 1)
    for feuille in schema.FEUILLES:
        onglet = livre.create_sheet(feuille.nom)
        teintes = {TABLEAU: "C55A11", ELEVES: BLEU}
        onglet.sheet_properties.tabColor = teintes.get(feuille, "7F7F7F")
        dress_columns(onglet, feuille)
        dress_headers(onglet, feuille, 1)
        dress_print(onglet, lignes=feuille is not PARAMETRES)
        onglet.freeze_panes = "B2" if feuille is TABLEAU else "A2"
        if feuille is not PARAMETRES:
            onglet.auto_filter.ref = f"A1:{letters(onglet.max_column)}{DERNIERE_LIGNE}"
    aide = (
        "Vide ou « en formation » : l'élève est suivi. Tout autre statut connu : il ne l'est pas."
    )
    add_list(livre[ELEVES.nom], _column(ELEVES, "statut"), STATUTS, aide)
    _fill_parametres(livre[PARAMETRES.nom])
    _fill_modeles(livre[MODELES.nom])
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def _fill_parametres(onglet: Worksheet) -> None:
    for ligne, parametre in enumerate(schema.PARAMETRES_LIGNES, start=2):
        defaut = default_value(parametre)
        put(onglet, ligne, 1, parametre.libelle)
        dress_value(put(onglet, ligne, 2, defaut), nature_of(parametre))
        dress_note(put(onglet, ligne, 3, parametre.attendu))
        fit_height(onglet, ligne, str(defaut or ""), PARAMETRES.colonnes[1].largeur)
        if parametre.nature is Nature.OUI_NON:
            add_list(onglet, f"B{ligne}", ("oui", "non"), "oui ou non", strict=True)
    entete = len(schema.PARAMETRES_LIGNES) + 4
    dress_headers(onglet, schema.PLAN, entete)
    for ligne, etape in enumerate(PLAN_DE_RELANCE, start=entete + 1):
        for colonne, contenu in enumerate(plan_row(etape), start=1):
            cellule = put(onglet, ligne, colonne, contenu)
            dress_value(cellule, "nombre" if colonne == 2 else "texte")
        fit_height(onglet, ligne, "\n".join(m.libelle for m in etape.moyens), 20)
    plage = f"F{entete + 1}:F{entete + 10}"
    add_list(onglet, plage, ("oui", "non"), "oui ou non", strict=True)
    dress_headers(onglet, schema.SEUILS, entete + 12)
    for ligne in range(entete + 13, entete + 17):
        for colonne in (1, 2):
            dress_value(put(onglet, ligne, colonne, None), "texte")
    note = "conduite accompagnée, supervisée… : un nombre de mois, ou « non suivie »"
    dress_note(put(onglet, entete + 13, 3, note))
    for lettre, largeur in (("D", 20), ("E", 26), ("F", 16)):
        onglet.column_dimensions[lettre].width = largeur


def _fill_modeles(onglet: Worksheet) -> None:
    for ligne, modele in enumerate(default_modeles(), start=2):
        etape = "suite" if modele.etape == SUITE else modele.etape
        contenus = (etape, modele.moyen.libelle, modele.objet, modele.texte)
        for colonne, contenu in enumerate(contenus, start=1):
            put(onglet, ligne, colonne, contenu)
        fit_height(onglet, ligne, modele.texte, MODELES.colonnes[-1].largeur)
    moyens = [m.libelle for m in Moyen]
    add_list(onglet, _column(MODELES, "moyen"), moyens, "Un moyen de la liste.")


def _column(feuille: Feuille, champ: str) -> str:
    lettre = letters(1 + [c.champ for c in feuille.colonnes].index(champ))
    return f"{lettre}2:{lettre}{DERNIERE_LIGNE}"


def put(onglet: Worksheet, ligne: int, colonne: int, valeur: object) -> Cell:
    """Write a value with the style of its column, which a cell does not take by itself."""
    cellule = onglet.cell(ligne, colonne)
    assert isinstance(cellule, Cell)  # a new sheet has no merged cell
    dimension = onglet.column_dimensions[get_column_letter(colonne)]
    cellule.alignment = copy(dimension.alignment)  # type: ignore[assignment]  # a style proxy
    cellule.number_format = dimension.number_format
    if isinstance(valeur, str):
        cellule.value = valeur or None
    elif valeur is not None:
        cellule.value = int(str(valeur))
    return cellule


def dress_columns(onglet: Worksheet, feuille: Feuille) -> None:
    """The width and the style of whole columns, which rows added later take."""
    for rang, colonne in enumerate(feuille.obligatoires, start=1):
        dimension = onglet.column_dimensions[get_column_letter(rang)]
        dimension.width = colonne.largeur
        dimension.number_format = _format(feuille, colonne.nature, colonne.champ)
        dimension.alignment = Alignment(
            vertical="top",
            horizontal="center" if colonne.nature in (Nature.DATE, Nature.MOMENT) else "left",
            wrap_text=colonne.nature is Nature.LISTE or colonne.champ in _LONGS,
        )


def dress_headers(onglet: Worksheet, feuille: Feuille, ligne: int) -> None:
    """The headers of a table: white on blue for the school's columns, on slate for the tool's."""
    blanc = Side(style="thin", color="FFFFFF")
    partagee = any(c.ecole for c in feuille.colonnes)
    for rang, colonne in enumerate(feuille.obligatoires, start=1):
        cellule = put(onglet, ligne, rang, colonne.entete)
        fond = ARDOISE if partagee and not colonne.ecole else BLEU
        cellule.font = Font(name=POLICE, size=11, bold=True, color="FFFFFF")
        cellule.fill = PatternFill("solid", fgColor=fond)
        cellule.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cellule.border = Border(left=blanc, right=blanc)
    onglet.row_dimensions[ligne].height = 48 if partagee else 32


def dress_value(cellule: Cell, nature: str) -> None:
    """A cell of Paramètres: ``nature`` is « nombre », « texte », or « date » for those that the
    tool fills in."""
    filet = Side(style="thin", color=FILET)
    cellule.border = Border(left=filet, right=filet, top=filet, bottom=filet)
    cellule.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    cellule.fill = PatternFill("solid", fgColor=GRIS if nature == "date" else CREME)
    cellule.number_format = {"nombre": "0", "texte": FORMAT_TEXTE, "date": FORMAT_DATE}[nature]
    if nature == "date":
        cellule.font = Font(name=POLICE, size=11, color=GRIS_TEXTE)


def dress_note(cellule: Cell) -> None:
    """A cell that explains: grey, in italics."""
    cellule.font = Font(name=POLICE, size=11, italic=True, color=GRIS_TEXTE)


def add_list(
    onglet: Worksheet, plage: str, choix: Iterable[str], aide: str, *, strict: bool = False
) -> None:
    """A drop-down list; unless ``strict``, another value may be typed after a warning."""
    validation = DataValidation(
        type="list",
        formula1=f'"{",".join(choix)}"',
        allow_blank=True,
        showErrorMessage=True,
        showInputMessage=True,
        errorStyle="stop" if strict else "warning",
        errorTitle="Valeur inattendue",
        error=aide,
        promptTitle="Valeurs possibles",
        prompt=aide,
    )
    validation.add(plage)
    onglet.add_data_validation(validation)


def dress_print(onglet: Worksheet, *, lignes: bool) -> None:
    """A4 landscape, one page wide, the headers on each page, numbered pages; ``lignes``: with
    lines between the cells."""
    onglet.page_setup = PrintPageSetup(
        onglet, orientation="landscape", paperSize=9, fitToWidth=1, fitToHeight=0
    )
    onglet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    onglet.print_title_rows = "1:1"
    onglet.print_options.gridLines = lignes
    onglet.page_margins = PageMargins(0.4, 0.4, top=0.8, bottom=0.8, header=0.4, footer=0.4)
    if onglet.title == TABLEAU.nom:
        return  # see presentation
    onglet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart("&A"))
    onglet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart("&D"), right=_HeaderFooterPart("Page &P / &N")
    )


def fit_height(onglet: Worksheet, ligne: int, texte: str, largeur: float) -> None:
    """The height of a row that shows ``texte`` whole in a column of ``largeur`` characters, as
    far as a row can grow."""
    lignes = sum(1 + int(len(paragraphe) / largeur) for paragraphe in texte.split("\n"))
    onglet.row_dimensions[ligne].height = min(409, 15 * lignes + 2)


def _format(feuille: Feuille, nature: Nature, champ: str) -> str:
    if nature in (Nature.DATE, Nature.MOMENT):
        heure = feuille is JOURNAL or nature is Nature.MOMENT
        return FORMAT_HEURE if heure else FORMAT_DATE
    return FORMAT_TEXTE if champ == "numero" or feuille is ELEVES else "General"


if __name__ == "__main__":
    CIBLE.write_bytes(make_template())
