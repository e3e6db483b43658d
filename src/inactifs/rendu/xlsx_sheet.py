"""Readable sheets with openpyxl: tables, native charts, print set-up; text stays text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from inactifs.rendu.table import Form, Valeur
from inactifs.rendu.tabular import Grille

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.chart import BarChart
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.worksheet.worksheet import Worksheet


FORMAT_DATE = "dd/mm/yyyy"
FORMAT_PART = "0.0%"
FORMAT_JOURS = "0.0"

_FORMATS = {
    Form.SHARE: FORMAT_PART,
    Form.DAYS: FORMAT_JOURS,
    Form.MONTH: "mm/yyyy",
    Form.DATE: FORMAT_DATE,
}

BLEU = "1F4E79"
ENCRE = "1C2430"
ROUILLE = "9A4A12"
_POLICE = "Calibri"
_HAUTEUR_LIGNE = 15.0
_LARGEUR_PAR_DEFAUT = 13.0


class Motif(NamedTuple):
    """How a chart's series is filled: a preset pattern (None: solid) and its colour."""

    nom: Literal["wdUpDiag", "pct10"] | None
    couleur: str


PLEIN = Motif(None, BLEU)
HACHURES = Motif("wdUpDiag", ROUILLE)
POINTS = Motif("pct10", ENCRE)


class Zone(NamedTuple):
    """Where a table was written: the sheet, the row of its header, its number of rows."""

    feuille: Worksheet
    entete: int
    lignes: int

    @property
    def suivante(self) -> int:
        """The row on which the next table may begin, one left blank."""
        return self.entete + self.lignes + 2


def put(feuille: Worksheet, ligne: int, colonne: int, valeur: Valeur) -> Cell:
    """Set a cell; what begins like a formula stays text (contract, section 7, promise 5)."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
    from openpyxl.styles import Font

    cellule = feuille.cell(ligne, colonne)
    assert isinstance(cellule, Cell)
    cellule.font = Font(name=_POLICE, size=11)
    if isinstance(valeur, str):
        cellule.value = ILLEGAL_CHARACTERS_RE.sub("", valeur)
        cellule.data_type = "s"
        if valeur.startswith(("=", "+", "-", "@")):
            cellule.quotePrefix = True  # Excel keeps it as text when it is edited
    else:
        cellule.value = valeur
        if isinstance(valeur, date):
            cellule.number_format = FORMAT_DATE
    return cellule


def heading(
    feuille: Worksheet, ligne: int, texte: str, *, taille: int = 11, fort: bool = False
) -> None:
    """A line of text above the tables."""
    from openpyxl.styles import Alignment, Font

    cellule = put(feuille, ligne, 1, texte)
    cellule.font = Font(name=_POLICE, size=taille, bold=fort, color=ENCRE)
    cellule.alignment = Alignment(vertical="center")
    feuille.row_dimensions[ligne].height = taille * 1.5


class _Plume:
    """The styles of a sheet's tables, each made once: a cell takes one by its form."""

    def __init__(self, feuille: Worksheet) -> None:
        self._feuille = feuille
        self._styles: dict[tuple[Form, bool], StyleArray] = {}

    def write(self, ligne: int, colonne: int, valeur: Valeur, forme: Form) -> None:
        """Set a cell and give it the look of its form."""
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell

        texte = isinstance(valeur, str)
        cle = (forme, texte)
        if (texte and str(valeur).startswith(("=", "+", "-", "@"))) or cle not in self._styles:
            cellule = put(self._feuille, ligne, colonne, valeur)
            self._dress(cellule, forme, texte)
            if not cellule.quotePrefix:
                self._styles[cle] = cellule._style  # type: ignore[attr-defined]
            return
        cellule = Cell(self._feuille, ligne, colonne, style_array=self._styles[cle])
        if isinstance(valeur, str):
            cellule.value = ILLEGAL_CHARACTERS_RE.sub("", valeur)
            cellule.data_type = "s"
        else:
            cellule.value = valeur
        self._feuille._cells[ligne, colonne] = cellule

    @staticmethod
    def _dress(cellule: Cell, forme: Form, texte: bool) -> None:
        from openpyxl.styles import Alignment, Border, Side

        cellule.border = Border(bottom=Side(style="thin", color="CFD6DE"))
        cellule.alignment = Alignment(
            horizontal="right" if forme.right else "left",
            vertical="top",
            wrap_text=texte,
            indent=1,
        )
        if forme in _FORMATS:
            cellule.number_format = _FORMATS[forme]


def table(feuille: Worksheet, ligne: int, tableau: Grille) -> Zone:
    """Write a table's header on ``ligne`` and its rows below, each as high as its text needs.

    The columns' widths are to be set first.
    """
    from openpyxl.styles import Alignment, Font, PatternFill

    for colonne, nom in enumerate(tableau.noms, 1):
        cellule = put(feuille, ligne, colonne, nom)
        cellule.font = Font(name=_POLICE, size=11, bold=True, color="FFFFFF")
        cellule.fill = PatternFill("solid", fgColor=BLEU)
        cellule.alignment = Alignment(
            horizontal="right" if tableau.colonnes[colonne - 1].right else "left",
            vertical="center",
            wrap_text=True,
            indent=1,
        )
    _fit_height(feuille, ligne, tableau.noms, _places(feuille, tableau))
    plume, places = _Plume(feuille), _places(feuille, tableau)
    for rang, valeurs in enumerate(tableau.rangees):
        for colonne, valeur in enumerate(valeurs):
            plume.write(ligne + 1 + rang, colonne + 1, valeur, tableau.form(rang, colonne))
        _fit_height(feuille, ligne + 1 + rang, valeurs, places)
    return Zone(feuille, ligne, len(tableau.rangees))


def listing(feuille: Worksheet, tableau: Grille) -> None:
    """A sheet that is one table: filtered, its header kept in sight and on each page."""
    set_widths(feuille, tableau.largeurs)
    table(feuille, 1, tableau)
    feuille.freeze_panes = "B2"
    feuille.auto_filter.ref = feuille.dimensions
    feuille.print_title_rows = "1:1"


def set_widths(feuille: Worksheet, largeurs: Sequence[float]) -> None:
    """The columns' widths, in characters."""
    from openpyxl.utils import get_column_letter

    for colonne, largeur in enumerate(largeurs, 1):
        feuille.column_dimensions[get_column_letter(colonne)].width = largeur


def set_print(feuille: Worksheet, pied: str, *, paysage: bool, une_page: bool = False) -> None:
    """A4, as wide as the page, the page's number at the foot; ``une_page``: on one page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    feuille.page_setup.paperSize = 9  # A4 (ECMA-376, 18.3.1.63)
    feuille.page_setup.orientation = "landscape" if paysage else "portrait"
    feuille.page_setup.fitToWidth = 1
    feuille.page_setup.fitToHeight = 1 if une_page else 0
    feuille.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    feuille.page_margins.left = feuille.page_margins.right = 0.5
    feuille.sheet_view.showGridLines = False
    bas = feuille.oddFooter
    if bas is not None:
        bas.left.text = pied.replace("&", "&&")
        bas.right.text = "Page &P / &N"


def bar_chart(
    titre: str,
    zone: Zone,
    motifs: Sequence[Motif],
    *,
    premiere: int = 2,
    format_axe: str = "",
) -> BarChart:
    """A native chart of a table: names in the first column; from the column ``premiere`` on, one
    series a ``motif``.

    The series differ by pattern as well as colour, and each bar bears its number.
    """
    from openpyxl.chart import BarChart, Reference
    from openpyxl.chart.label import DataLabelList

    fin = zone.entete + zone.lignes
    graphique = BarChart()
    graphique.type = "col"
    graphique.title = titre
    graphique.gapWidth = 60
    graphique.add_data(
        Reference(
            zone.feuille,
            min_col=premiere,
            max_col=premiere + len(motifs) - 1,
            min_row=zone.entete,
            max_row=fin,
        ),
        titles_from_data=True,
    )
    graphique.set_categories(
        Reference(zone.feuille, min_col=1, min_row=zone.entete + 1, max_row=fin)
    )
    graphique.dataLabels = DataLabelList(
        showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    graphique.x_axis.delete = graphique.y_axis.delete = False
    graphique.y_axis.majorGridlines = None
    graphique.y_axis.numFmt = "0"
    if format_axe:
        graphique.x_axis.number_format = format_axe
    if len(motifs) == 1:
        graphique.legend = None
    elif graphique.legend is not None:
        graphique.legend.position = "b"
    for serie, motif in zip(graphique.series, motifs, strict=True):
        _fill(serie.graphicalProperties, motif)
    return graphique


def _fill(proprietes: object, motif: Motif) -> None:
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.colors import ColorChoice
    from openpyxl.drawing.fill import PatternFillProperties

    assert isinstance(proprietes, GraphicalProperties)
    if motif.nom is None:
        proprietes.solidFill = motif.couleur
    else:
        proprietes.pattFill = PatternFillProperties(
            prst=motif.nom,
            fgClr=ColorChoice(srgbClr=motif.couleur),  # type: ignore[arg-type]
            bgClr=ColorChoice(srgbClr="FFFFFF"),  # type: ignore[arg-type]
        )
    proprietes.line.solidFill = motif.couleur


def _places(feuille: Worksheet, tableau: Grille) -> list[float]:
    """How many characters a line of each column holds."""
    from openpyxl.utils import get_column_letter

    largeurs = [
        feuille.column_dimensions[get_column_letter(c + 1)].width or _LARGEUR_PAR_DEFAUT
        for c in range(len(tableau.noms))
    ]
    return [max(largeur - 3, 1) for largeur in largeurs]


def _fit_height(
    feuille: Worksheet, ligne: int, valeurs: Sequence[Valeur], places: Sequence[float]
) -> None:
    """Excel does not fit the height of a row that it did not write: count its lines."""
    hauteur = 1
    for valeur, place in zip(valeurs, places, strict=True):
        if isinstance(valeur, str) and (len(valeur) > place or "\n" in valeur):
            lignes = sum(max(1, math.ceil(len(t) / place)) for t in valeur.split("\n"))
            hauteur = max(hauteur, lignes)
    feuille.row_dimensions[ligne].height = min(hauteur * _HAUTEUR_LIGNE + 2, 400)
