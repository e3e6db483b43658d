"""Readable workbooks: openpyxl makes the file, its styles and native charts; the rows are written
as XML, which takes a tenth of its time. Text stays text."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Sequence
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

_FORMULES = ("=", "+", "-", "@")
_ORIGINE = date(1899, 12, 30)
"""The day before the first of a spreadsheet's calendar, as Excel counts since 1900."""
_FORMATS = {Form.SHARE: "0.0%", Form.DAYS: "0.0", Form.MONTH: "mm/yyyy", Form.DATE: "dd/mm/yyyy"}

_LETTRES = [get_column_letter(rang) for rang in range(1, 100)]

BLEU = "1F4E79"
ENCRE = "1C2430"
ROUILLE = "9A4A12"
_POLICE = "Calibri"
_HAUTEUR_LIGNE = 15.0


PLEIN, HACHURES, POINTS = (None, BLEU), ("wdUpDiag", ROUILLE), ("pct10", ENCRE)
"""How a chart's series is filled: a preset pattern (None: solid) and its colour."""


class Zone(NamedTuple):
    """Where a table was written: the sheet, the row of its header, its number of rows."""

    page: Worksheet
    entete: int
    lignes: int


class Feuille:
    """A sheet in the making, filled from the top; ``page`` is openpyxl's, which holds no row."""

    def __init__(self, page: Worksheet, largeurs: Sequence[float]) -> None:
        self.page = page
        self.rangees: list[str] = []
        self.suivante = 1
        self._places = [max(largeur - 3, 1) for largeur in largeurs]
        self._styles: dict[object, int] = {}
        for rang, largeur in enumerate(largeurs, 1):
            page.column_dimensions[get_column_letter(rang)].width = largeur

    def heading(self, texte: str, *, taille: int = 11, fort: bool = False) -> None:
        """A line of text above the tables."""
        style = self._style(
            ("titre", taille, fort),
            font=Font(name=_POLICE, size=taille, bold=fort, color=ENCRE),
            alignment=Alignment(vertical="center"),
        )
        self._row([(texte, style)], taille * 1.5)

    def table(self, grille: Grille) -> Zone:
        """A table below what is there, a row left blank; each row as high as its text needs."""
        if self.rangees:
            self.suivante += 1
        entete = self.suivante
        noms = [c.title for c in grille.colonnes]
        titres = [
            (
                c.title,
                self._style(
                    ("en-tête", c.form.right),
                    font=Font(name=_POLICE, size=11, bold=True, color="FFFFFF"),
                    fill=PatternFill("solid", fgColor=BLEU),
                    alignment=_aligned(c.form.right, vertical="center", wrap=True),
                ),
            )
            for c in grille.colonnes
        ]
        self._row(titres, _height(noms, self._places))
        for rang, valeurs in enumerate(grille.rangees):
            cellules = [(v, self._look(v, grille.form(rang, c))) for c, v in enumerate(valeurs)]
            self._row(cellules, _height(valeurs, self._places))
        return Zone(self.page, entete, len(grille.rangees))

    def filled(self, xml: bytes) -> bytes:
        """The sheet's XML with its rows (ECMA-376, 18.3.1.73)."""
        donnees = f"<sheetData>{''.join(self.rangees)}</sheetData>".encode()
        fin = f'<dimension ref="A1:{get_column_letter(len(self._places))}{self.suivante - 1}"/>'
        xml = re.sub(rb'<dimension ref="[^"]*" */>', fin.encode(), xml, count=1)
        return re.sub(rb"<sheetData */>|<sheetData></sheetData>", lambda _: donnees, xml, count=1)

    def _row(self, cellules: Iterable[tuple[Valeur, int]], hauteur: float) -> None:
        ligne = self.suivante
        contenu = ""
        for lettre, (valeur, style) in zip(_LETTRES, cellules, strict=False):
            contenu += _cell(f"{lettre}{ligne}", valeur, style)
        self.rangees.append(f'<row r="{ligne}" ht="{hauteur}" customHeight="1">{contenu}</row>')
        self.suivante += 1

    def _look(self, valeur: Valeur, forme: Form) -> int:
        """The style of a cell; what begins like a formula stays text when Excel edits it
        (contract, section 7, promise 5)."""
        texte = isinstance(valeur, str)
        muet = isinstance(valeur, str) and valeur.startswith(_FORMULES)
        if forme is Form.TEXT and isinstance(valeur, date):
            forme = Form.DATE
        if (style := self._styles.get((forme, texte, muet))) is not None:
            return style
        return self._style(
            (forme, texte, muet),
            font=Font(name=_POLICE, size=11),
            border=Border(bottom=Side(style="thin", color="CFD6DE")),
            alignment=_aligned(forme.right, vertical="top", wrap=texte),
            number_format=_FORMATS.get(forme, "General"),
            quotePrefix=muet,
        )

    def _style(self, cle: object, **aspect: object) -> int:
        """The number of a style among the workbook's, made once for each ``cle``."""
        if cle not in self._styles:
            modele = Cell(self.page, 1, 1)
            for nom, valeur in aspect.items():
                setattr(modele, nom, valeur)
            self._styles[cle] = modele.style_id
        return self._styles[cle]


class Classeur:
    """A workbook in the making."""

    def __init__(self) -> None:
        self.livre = Workbook()
        self.livre.remove(self.livre.worksheets[0])
        self.feuilles: list[Feuille] = []

    def sheet(self, nom: str, largeurs: Sequence[float] = ()) -> Feuille:
        """A new sheet, the last one, and its columns' widths in characters."""
        feuille = Feuille(self.livre.create_sheet(nom), largeurs)
        self.feuilles.append(feuille)
        return feuille

    def listing(self, nom: str, grille: Grille) -> Feuille:
        """A sheet that is one table: filtered, its header kept in sight and on each page."""
        feuille = self.sheet(nom, [c.width for c in grille.colonnes])
        feuille.table(grille)
        feuille.page.freeze_panes = "B2"
        coin = get_column_letter(max(len(grille.colonnes), 1))
        feuille.page.auto_filter.ref = f"A1:{coin}{len(grille.rangees) + 1}"
        feuille.page.print_title_rows = "1:1"
        return feuille

    def set_print(
        self, pied: str, *, debout: Sequence[Feuille] = (), seules: Sequence[Feuille] = ()
    ) -> None:
        """A4, landscape but for those ``debout``, as wide as the page, the page's number at the
        foot; ``seules``: each on one page."""
        for feuille in self.feuilles:
            page = feuille.page
            page.page_setup.paperSize = 9  # A4 (ECMA-376, 18.3.1.63)
            page.page_setup.orientation = "portrait" if feuille in debout else "landscape"
            page.page_setup.fitToWidth = 1
            page.page_setup.fitToHeight = 1 if feuille in seules else 0
            page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
            page.page_margins.left = page.page_margins.right = 0.5
            page.sheet_view.showGridLines = False
            if (bas := page.oddFooter) is not None:
                bas.left.text = pied.replace("&", "&&")
                bas.right.text = "Page &P / &N"

    def to_bytes(self, titre: str, auteur: str) -> bytes:
        """The file, with its title and who made it."""
        proprietes = self.livre.properties
        proprietes.title, proprietes.creator, proprietes.language = titre, auteur, "fr-FR"
        parties = {f"xl/worksheets/sheet{n}.xml": f for n, f in enumerate(self.feuilles, 1)}
        brut, fini = io.BytesIO(), io.BytesIO()
        self.livre.save(brut)
        with ZipFile(brut) as source, ZipFile(fini, "w", ZIP_DEFLATED) as cible:
            for nom in source.namelist():
                data = source.read(nom)
                feuille = parties.get(nom)
                cible.writestr(nom, feuille.filled(data) if feuille and feuille.rangees else data)
        return fini.getvalue()


def _cell(place: str, valeur: Valeur, style: int) -> str:
    if valeur in (None, ""):
        return f'<c r="{place}" s="{style}"/>'
    if isinstance(valeur, str):
        texte = valeur if valeur.isalnum() else escape(ILLEGAL_CHARACTERS_RE.sub("", valeur))
        contenu = f'<is><t xml:space="preserve">{texte}</t></is>'
        return f'<c r="{place}" s="{style}" t="inlineStr">{contenu}</c>'
    nombre = (valeur - _ORIGINE).days if isinstance(valeur, date) else valeur
    return f'<c r="{place}" s="{style}"><v>{nombre!r}</v></c>'


def _aligned(right: bool, *, vertical: Literal["top", "center"], wrap: bool) -> Alignment:
    sens: Literal["left", "right"] = "right" if right else "left"
    return Alignment(horizontal=sens, vertical=vertical, wrap_text=wrap, indent=1)


def _height(valeurs: Sequence[Valeur], places: Sequence[float]) -> float:
    """How high a row is: Excel does not fit the height of one that it did not write."""
    hauteur = 1
    for valeur, place in zip(valeurs, places, strict=False):
        if isinstance(valeur, str) and (len(valeur) > place or "\n" in valeur):
            lignes = sum(max(1, math.ceil(len(t) / place)) for t in valeur.split("\n"))
            hauteur = max(hauteur, lignes)
    return min(hauteur * _HAUTEUR_LIGNE + 2, 400)


def bar_chart(
    titre: str,
    zone: Zone,
    motifs: Sequence[tuple[str | None, str]],
    premiere: int = 2,
    format_axe: str = "",
) -> BarChart:
    """A native chart of a table: names in the first column; from the column ``premiere`` on, one
    series a ``motif``, which differ by pattern as well as colour; each bar bears its number."""
    page, debut, fin = zone.page, zone.entete, zone.entete + zone.lignes
    derniere = premiere + len(motifs) - 1
    graphique = BarChart()
    graphique.type, graphique.title = "col", titre
    graphique.height, graphique.width = 8.5, 16  # cm
    graphique.gapWidth = 60
    graphique.add_data(Reference(page, premiere, debut, derniere, fin), titles_from_data=True)
    graphique.set_categories(Reference(page, 1, debut + 1, 1, fin))
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
    for serie, (motif, couleur) in zip(graphique.series, motifs, strict=True):
        aspect: GraphicalProperties = serie.graphicalProperties
        aspect.line.solidFill = couleur
        aspect.solidFill = None if motif else couleur
        if motif:
            encre, fond = ColorChoice(srgbClr=couleur), ColorChoice(srgbClr="FFFFFF")  # type: ignore[arg-type]
            aspect.pattFill = PatternFillProperties(prst=motif, fgClr=encre, bgClr=fond)  # type: ignore[arg-type]
    return graphique
