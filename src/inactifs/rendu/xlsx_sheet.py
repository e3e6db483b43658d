"""Readable sheets with openpyxl: tables, native charts, print set-up; text stays text."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from inactifs.rendu.table import Form, Grille, Valeur

FORMAT_DATE = "dd/mm/yyyy"
FORMAT_PART = "0.0%"
FORMAT_JOURS = "0.0"

_FORMULES = ("=", "+", "-", "@")
_ORIGINE = date(1899, 12, 30)
"""The day before the first of a spreadsheet's calendar, as Excel counts since 1900."""
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
    cellule = feuille.cell(ligne, colonne)
    assert isinstance(cellule, Cell)
    cellule.font = Font(name=_POLICE, size=11)
    if isinstance(valeur, str):
        cellule.value = ILLEGAL_CHARACTERS_RE.sub("", valeur)
        cellule.data_type = "s"
        if valeur.startswith(_FORMULES):
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
    cellule = put(feuille, ligne, 1, texte)
    cellule.font = Font(name=_POLICE, size=taille, bold=fort, color=ENCRE)
    cellule.alignment = Alignment(vertical="center")
    feuille.row_dimensions[ligne].height = taille * 1.5


class Classeur:
    """A workbook in the making: small tables cell by cell, long listings written as XML at once."""

    def __init__(self) -> None:
        self.livre = Workbook()
        self.livre.remove(self.livre.worksheets[0])
        self._listes: dict[str, tuple[Grille, dict[tuple[Form, bool, bool], int]]] = {}

    def sheet(self, nom: str) -> Worksheet:
        """A new sheet, the last one."""
        feuille: Worksheet = self.livre.create_sheet(nom)
        return feuille

    def listing(self, nom: str, grille: Grille) -> Worksheet:
        """A sheet that is one table: filtered, its header kept in sight and on each page."""
        feuille = self.sheet(nom)
        set_widths(feuille, grille.largeurs)
        _header(feuille, 1, grille, [max(largeur - 3, 1) for largeur in grille.largeurs])
        looks = [(f, *x) for f in Form for x in ((False, False), (True, False), (True, True))]
        styles = {}
        for colonne, (forme, texte, muet) in enumerate(looks, 1):
            modele = put(feuille, 2, colonne, "=" if muet else "")
            _dress(modele, forme, texte=texte)
            styles[forme, texte, muet] = modele.style_id
        feuille.delete_rows(2)
        self._listes[nom] = grille, styles
        feuille.freeze_panes = "B2"
        coin = get_column_letter(max(len(grille.noms), 1))
        feuille.auto_filter.ref = f"A1:{coin}{len(grille.rangees) + 1}"
        feuille.print_title_rows = "1:1"
        return feuille

    def to_bytes(self, titre: str, auteur: str) -> bytes:
        """The file, with its title and who made it."""
        proprietes = self.livre.properties
        proprietes.title, proprietes.creator, proprietes.language = titre, auteur, "fr-FR"
        rangs = {
            f"xl/worksheets/sheet{n}.xml": f.title for n, f in enumerate(self.livre.worksheets, 1)
        }
        brut, fini = io.BytesIO(), io.BytesIO()
        self.livre.save(brut)
        with ZipFile(brut) as source, ZipFile(fini, "w", ZIP_DEFLATED) as cible:
            for nom in source.namelist():
                data = source.read(nom)
                if rangs.get(nom) in self._listes:
                    data = _with_rows(data, *self._listes[rangs[nom]])
                cible.writestr(nom, data)
        return fini.getvalue()


def _with_rows(xml: bytes, grille: Grille, styles: Mapping[tuple[Form, bool, bool], int]) -> bytes:
    """A sheet's XML with the rows of a listing below its header (ECMA-376, 18.3.1.73)."""
    colonnes = [get_column_letter(c + 1) for c in range(len(grille.noms))]
    places = [max(largeur - 3, 1) for largeur in grille.largeurs]
    rangees = []
    for rang, valeurs in enumerate(grille.rangees):
        ligne = rang + 2
        cellules = "".join(
            _cell_xml(f"{lettre}{ligne}", valeur, grille.form(rang, c), styles)
            for c, (lettre, valeur) in enumerate(zip(colonnes, valeurs, strict=True))
        )
        hauteur = _height(valeurs, places)
        rangees.append(f'<row r="{ligne}" ht="{hauteur}" customHeight="1">{cellules}</row>')
    fin, lettre = len(rangees) + 1, colonnes[-1] if colonnes else "A"

    def grown(trouve: re.Match[bytes]) -> bytes:
        return f'<dimension ref="A1:{lettre}{max(fin, int(trouve[1]))}"'.encode()

    xml = re.sub(rb'<dimension ref="A1:[A-Z]+(\d+)"', grown, xml, count=1)
    return xml.replace(b"</row>", b"</row>" + "".join(rangees).encode(), 1)  # below the header


def _cell_xml(
    place: str, valeur: Valeur, forme: Form, styles: Mapping[tuple[Form, bool, bool], int]
) -> str:
    if isinstance(valeur, str):
        style = styles[forme, True, valeur.startswith(_FORMULES)]
        texte = escape(ILLEGAL_CHARACTERS_RE.sub("", valeur))
        return (
            f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{texte}</t>'
            "</is></c>"
        )
    if isinstance(valeur, date) and forme is Form.TEXT:
        forme = Form.DATE
    style = styles[forme, False, False]
    if valeur is None:
        return f'<c r="{place}" s="{style}"/>'
    nombre = (valeur - _ORIGINE).days if isinstance(valeur, date) else valeur
    return f'<c r="{place}" s="{style}"><v>{nombre!r}</v></c>'


def table(feuille: Worksheet, ligne: int, grille: Grille) -> Zone:
    """Write a table's header on ``ligne`` and its rows below, each as high as its text needs.

    The columns' widths are to be set first.
    """
    largeurs = [
        feuille.column_dimensions[get_column_letter(c + 1)].width or _LARGEUR_PAR_DEFAUT
        for c in range(len(grille.noms))
    ]
    places = [max(largeur - 3, 1) for largeur in largeurs]
    _header(feuille, ligne, grille, places)
    for rang, valeurs in enumerate(grille.rangees):
        for colonne, valeur in enumerate(valeurs):
            cellule = put(feuille, ligne + 1 + rang, colonne + 1, valeur)
            _dress(cellule, grille.form(rang, colonne), texte=isinstance(valeur, str))
        feuille.row_dimensions[ligne + 1 + rang].height = _height(valeurs, places)
    return Zone(feuille, ligne, len(grille.rangees))


def _header(feuille: Worksheet, ligne: int, grille: Grille, places: Sequence[float]) -> None:
    for colonne, nom in enumerate(grille.noms, 1):
        cellule = put(feuille, ligne, colonne, nom)
        cellule.font = Font(name=_POLICE, size=11, bold=True, color="FFFFFF")
        cellule.fill = PatternFill("solid", fgColor=BLEU)
        cellule.alignment = Alignment(
            horizontal="right" if grille.colonnes[colonne - 1].right else "left",
            vertical="center",
            wrap_text=True,
            indent=1,
        )
    feuille.row_dimensions[ligne].height = _height(grille.noms, places)


def _dress(cellule: Cell, forme: Form, *, texte: bool) -> None:
    cellule.border = Border(bottom=Side(style="thin", color="CFD6DE"))
    cellule.alignment = Alignment(
        horizontal="right" if forme.right else "left",
        vertical="top",
        wrap_text=texte,
        indent=1,
    )
    if forme in _FORMATS:
        cellule.number_format = _FORMATS[forme]


def set_widths(feuille: Worksheet, largeurs: Sequence[float]) -> None:
    """The columns' widths, in characters."""
    for colonne, largeur in enumerate(largeurs, 1):
        feuille.column_dimensions[get_column_letter(colonne)].width = largeur


def set_print(feuille: Worksheet, pied: str, *, paysage: bool, une_page: bool = False) -> None:
    """A4, as wide as the page, the page's number at the foot; ``une_page``: on one page."""
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
    _readable(graphique, format_axe)
    if len(motifs) == 1:
        graphique.legend = None
    elif graphique.legend is not None:
        graphique.legend.position = "b"
    for serie, motif in zip(graphique.series, motifs, strict=True):
        _fill(serie.graphicalProperties, motif)
    return graphique


def _readable(graphique: BarChart, format_axe: str) -> None:
    """Each bar bears its number; both axes are drawn, without a grid."""
    graphique.dataLabels = DataLabelList(
        showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
    )
    graphique.x_axis.delete = graphique.y_axis.delete = False
    graphique.y_axis.majorGridlines = None
    graphique.y_axis.numFmt = "0"
    if format_axe:
        graphique.x_axis.number_format = format_axe


def _fill(proprietes: object, motif: Motif) -> None:
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


def _height(valeurs: Sequence[Valeur], places: Sequence[float]) -> float:
    """How high a row is: Excel does not fit the height of one that it did not write."""
    hauteur = 1
    for valeur, place in zip(valeurs, places, strict=True):
        if isinstance(valeur, str) and (len(valeur) > place or "\n" in valeur):
            lignes = sum(max(1, math.ceil(len(t) / place)) for t in valeur.split("\n"))
            hauteur = max(hauteur, lignes)
    return min(hauteur * _HAUTEUR_LIGNE + 2, 400)
