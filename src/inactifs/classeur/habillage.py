"""What a new workbook looks like: colours, widths, formats, drop-down lists, print set-up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import TYPE_CHECKING

from inactifs.classeur.schema import ELEVES, JOURNAL, Colonne, Feuille, Nature

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

FORMAT_DATE = "dd/mm/yyyy"
FORMAT_HEURE = "dd/mm/yyyy hh:mm"
FORMAT_TEXTE = "@"
POLICE = "Calibri"

BLEU = "1F3A5F"  # headers of the school's columns
ARDOISE = "5B6B7F"  # headers of the tool's columns
CREME = "FFF8E1"  # what the school sets
GRIS = "F2F2F2"  # closed, or noted by the tool
GRIS_TEXTE = "808080"
ORANGE = "FCE4D6"  # due
CIEL = "DDEBF7"  # suspended
FILET = "BFBFBF"

_TEXTES = ("numero", "neph", "telephone")
_LONGS = ("eleve", "commentaire", "cause", "detail", "texte", "objet", "parametre", "attendu")


def put(onglet: Worksheet, ligne: int, colonne: int, valeur: object) -> Cell:
    """Write a value with the style of its column, which a cell does not take by itself.

    A text stays a text, even when it begins like a formula.
    """
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
    from openpyxl.utils import get_column_letter

    cellule = onglet.cell(ligne, colonne)
    assert isinstance(cellule, Cell)  # a new sheet has no merged cell
    dimension = onglet.column_dimensions[get_column_letter(colonne)]
    cellule.alignment = copy(dimension.alignment)  # type: ignore[assignment]  # a style proxy
    cellule.number_format = dimension.number_format
    if isinstance(valeur, str):
        cellule.value = ILLEGAL_CHARACTERS_RE.sub("", valeur) or None
        if cellule.value is not None:
            cellule.data_type = "s"
    elif valeur is not None:
        cellule.value = int(str(valeur))
    return cellule


def dress_columns(onglet: Worksheet, feuille: Feuille) -> None:
    """The width and the style of whole columns, which rows added later take."""
    from openpyxl.styles import Alignment
    from openpyxl.utils import get_column_letter

    for rang, colonne in enumerate(feuille.obligatoires, start=1):
        dimension = onglet.column_dimensions[get_column_letter(rang)]
        dimension.width = colonne.largeur
        dimension.number_format = _format(feuille, colonne)
        dimension.alignment = Alignment(
            vertical="top",
            horizontal="center" if colonne.nature in (Nature.DATE, Nature.MOMENT) else "left",
            wrap_text=colonne.nature is Nature.LISTE or colonne.champ in _LONGS,
        )


def dress_headers(onglet: Worksheet, feuille: Feuille, ligne: int) -> None:
    """The headers of a table: white on blue for the school's columns, on slate for the tool's."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

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
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    filet = Side(style="thin", color=FILET)
    cellule.border = Border(left=filet, right=filet, top=filet, bottom=filet)
    cellule.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
    cellule.fill = PatternFill("solid", fgColor=GRIS if nature == "date" else CREME)
    cellule.number_format = {"nombre": "0", "texte": FORMAT_TEXTE, "date": FORMAT_DATE}[nature]
    if nature == "date":
        cellule.font = Font(name=POLICE, size=11, color=GRIS_TEXTE)


def dress_note(cellule: Cell) -> None:
    """A cell that explains: grey, in italics."""
    from openpyxl.styles import Font

    cellule.font = Font(name=POLICE, size=11, italic=True, color=GRIS_TEXTE)


def dress_tableau(onglet: Worksheet, lettres: Mapping[str, str], derniere: int) -> None:
    """Colours that follow the state of each row: closed, suspended, due.

    ``lettres`` gives the column of each field of the tableau.
    """
    from openpyxl.formatting.rule import Rule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.styles.differential import DifferentialStyle

    resultat, suspendu, echeance = (
        f"${lettres[c]}2" for c in ("resultat", "suspendu_jusqu_au", "echeance")
    )
    ligne = f"A2:{max(lettres.values())}{derniere}"
    a_faire = f"{lettres['echeance']}2:{lettres['responsable']}{derniere}"
    for plage, formule, fond, police in (
        (ligne, f'{resultat}<>""', GRIS, Font(color=GRIS_TEXTE)),
        (ligne, f'AND({suspendu}<>"",{suspendu}>=TODAY())', CIEL, None),
        (a_faire, f'AND({echeance}<>"",{echeance}<=TODAY())', ORANGE, Font(bold=True)),
    ):
        style = DifferentialStyle(fill=PatternFill(bgColor=fond), font=police)
        regle = Rule(type="expression", formula=[formule], dxf=style, stopIfTrue=True)
        onglet.conditional_formatting.add(plage, regle)


def add_list(
    onglet: Worksheet, plage: str, choix: Iterable[str], aide: str, *, strict: bool = False
) -> None:
    """A drop-down list; unless ``strict``, another value may be typed after a warning."""
    from openpyxl.worksheet.datavalidation import DataValidation

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
    from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
    from openpyxl.worksheet.page import PageMargins, PrintPageSetup
    from openpyxl.worksheet.properties import PageSetupProperties

    onglet.page_setup = PrintPageSetup(
        onglet, orientation="landscape", paperSize=9, fitToWidth=1, fitToHeight=0
    )
    onglet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    onglet.print_title_rows = "1:1"
    onglet.print_options.gridLines = lignes
    onglet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart("&A"))
    onglet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart("&D"), right=_HeaderFooterPart("Page &P / &N")
    )
    onglet.page_margins = PageMargins(0.4, 0.4, top=0.8, bottom=0.8, header=0.4, footer=0.4)


def fit_height(onglet: Worksheet, ligne: int, texte: str, largeur: float) -> None:
    """The height of a row that shows ``texte`` whole in a column of ``largeur`` characters, as
    far as a row can grow."""
    lignes = sum(1 + int(len(paragraphe) / largeur) for paragraphe in texte.split("\n"))
    onglet.row_dimensions[ligne].height = min(409, 15 * lignes + 2)


def _format(feuille: Feuille, colonne: Colonne) -> str:
    if colonne.nature is Nature.DATE:
        return FORMAT_HEURE if feuille is JOURNAL else FORMAT_DATE
    if colonne.nature is Nature.MOMENT:
        return FORMAT_HEURE
    if colonne.champ in _TEXTES or feuille is ELEVES:
        return FORMAT_TEXTE
    return "General"
