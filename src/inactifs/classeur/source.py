"""The workbook's file as rows of values, read by calamine; what calamine hides is put back: an
Excel error, a formula without a value, which it shows as empty cells, and which must never pass for
« no date » (ECMA-376 Part 1, 18.3.1.4 ``c``, 18.18.11 ``ST_CellType``). It holds a sheet as a full
rectangle (a « . » in XFD1048576 makes 17 thousand million cells): cells that stand alone, far from
all the others, are left out of what it is given, and reported."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise

from inactifs.classeur.cells import Muette
from inactifs.classeur.locating import find_table
from inactifs.classeur.schema import Feuille
from inactifs.classeur.values import Anomalie, Table, doubtful
from inactifs.erreurs import FichierInvalide
from inactifs.mots import simplify
from inactifs.ooxml import Refusal, markup
from inactifs.ooxml.references import cell_name, column, parse_cell
from inactifs.ooxml.workbook import Workbook

_SANS_VALEUR = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\s[^>]*/>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERREUR = re.compile(rb"\st\s*=\s*[\"']e[\"']")
_VALEUR = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_AVEC_TEXTE = (b"str", b"e")
NON_CALCULEE = "formule non calculée"
CELLULES_MAX = 30_000_000
"""Cells in the rectangle of a sheet, beyond which it is not read."""
_DEUX_LETTRES = 702  # columns, up to ZZ
_VIDE = (5_000, 100)
"""So many blank rows, or columns, cut off what comes after them."""

_RANGEE = re.compile(rb"<(?:[\w.-]+:)?row\s(?:[^>]*?\s)?r\s*=\s*[\"'](\d{1,7})[\"']")
_LARGES = {n: re.compile(rb'r="[A-Z]{%d}' % n) for n in (2, 3)}
"""Columns of so many letters; patterns that begin with a literal are three times as quick."""
_COLONNE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})\d{1,7}[\"']")
_CELLULE = re.compile(
    rb"<((?:[\w.-]+:)?)c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"'][^>]*?"
    rb"(?:/>|>.*?</\1c\s*>)",
    re.DOTALL,
)


class Source:
    """A workbook opened for reading; a sheet is only loaded when it is asked for. ``avant``, the
    same workbook a moment ago, lends the rows of the sheets whose bytes are those it had:
    ``reprises`` are their names. ``FichierInvalide``: this is not a workbook, or it is damaged."""

    def __init__(self, data: bytes, nom: str, avant: Source | None = None) -> None:
        from python_calamine import CalamineError, CalamineWorkbook

        self.nom = nom
        try:
            self._ooxml = Workbook(data)
            usuel = io.BytesIO(self._ooxml.usual_package())
            self._calamine = CalamineWorkbook.from_filelike(usuel)
        except Refusal as refus:
            raise FichierInvalide(
                f"{nom} ne peut pas être lu : {refus.message}.", refus.conseil
            ) from refus
        except (CalamineError, OSError) as faute:
            raise _unreadable(nom, "le classeur est endommagé") from faute
        self._parts = {ref.name: ref.part for ref in self._ooxml.sheets}
        noms = self._calamine.sheet_names
        if not self._parts.keys() <= set(noms):
            raise _unreadable(nom, "les noms de ses feuilles sont dans un codage incertain")
        self.feuilles = tuple(f for f in noms if f in self._parts)  # chart sheets have no cells
        self._lignes: dict[str, list[list[object]]] = {}
        self.perdues: dict[str, tuple[str, ...]] = {}
        """By sheet read, the cells that stand far from all others: they are not read."""
        if avant:  # what no byte has changed of, nor of what gives cells their texts and dates
            changees = self._ooxml.package.differing(avant._ooxml.package)
            if changees <= set(self._parts.values()):
                gardees = [f for f, part in self._parts.items() if part not in changees]
                self._lignes = {f: avant._lignes[f] for f in gardees if f in avant._lignes}
                self.perdues = {f: avant.perdues[f] for f in gardees if f in avant.perdues}
        self.reprises = frozenset(self._lignes)

    def named(self, nom: str) -> str | None:
        """The sheet of this name, without regard to case, accents, spaces."""
        cle = simplify(nom)
        return next((f for f in self.feuilles if simplify(f) == cle), None)

    def table(self, feuille: Feuille) -> Table | None:
        """The table of ``feuille`` in the sheet of its name, None when either is missing."""
        nom = self.named(feuille.nom)
        return find_table(nom, self.rows(nom), feuille) if nom else None

    def rows(self, feuille: str) -> list[list[object]]:
        """Every row of a sheet from the first one, all of the same width."""
        if feuille not in self._lignes:
            self._lignes[feuille] = self._load(feuille)
        return self._lignes[feuille]

    def lost_cells(self) -> Iterator[Anomalie]:
        """One for each sheet read that holds such cells."""
        for feuille, cellules in self.perdues.items():
            autres = f" ({len(cellules)} cellules sont ainsi)" if len(cellules) > 1 else ""
            yield doubtful("cellule_lointaine", feuille, cellules[0], autres=autres)

    def _load(self, feuille: str) -> list[list[object]]:
        from python_calamine import CalamineError, CalamineWorkbook

        part = self._parts[feuille]
        calamine = self._calamine
        try:
            xml, perdues = within_reach(self._ooxml.package.read(part))
            if perdues:
                self.perdues[feuille] = perdues
                copie = self._ooxml.usual_package({part: xml})
                calamine = CalamineWorkbook.from_filelike(io.BytesIO(copie))
            lignes: list[list[object]] = calamine.get_sheet_by_name(feuille).to_python(  # type: ignore[assignment]
                skip_empty_area=False
            )
            muettes = silent_cells(xml)
        except TooFar as faute:
            raise FichierInvalide(
                f"{self.nom} : la feuille « {feuille} » va jusqu'en {faute} : elle ne tient pas en "
                "mémoire.",
                "Dans Excel, supprimez les lignes et les colonnes vides d'avant cette cellule "
                "(Ctrl+Fin y mène), puis enregistrez.",
            ) from faute
        except (CalamineError, Refusal, ValueError) as faute:
            raise _unreadable(self.nom, f"la feuille « {feuille} » est endommagée") from faute
        largeur = len(lignes[0]) if lignes else 0
        for (ligne, colonne), contenu in muettes.items():
            if colonne <= largeur:  # on the right of every header they are in no table
                lignes.extend([""] * largeur for _ in range(len(lignes), ligne))
                lignes[ligne - 1][colonne - 1] = contenu
        return lignes


def usual_package(data: bytes) -> bytes:
    """The same cells, in a package whose parts bear the names that Excel gives them; ``Refusal``
    when this is not a workbook."""
    return Workbook(data).usual_package()


def _unreadable(nom: str, raison: str) -> FichierInvalide:
    return FichierInvalide(
        f"{nom} ne peut pas être lu : {raison}.",
        "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le à nouveau, ou revenez à la version "
        "précédente avec « inactifs undo ».",
    )


def silent_cells(xml: bytes) -> dict[tuple[int, int], Muette]:
    """The cells (row, column) of a sheet that hold an error or an uncalculated formula, unless it
    gives an empty text."""
    trouvees: dict[tuple[int, int], Muette] = {}
    prefixe, _ = markup.root(xml)
    marques: list[tuple[int, str]] = []
    if b't="e"' in xml or b"t='e'" in xml:
        for marque in _ERREUR.finditer(xml):
            valeur = _VALEUR.search(xml, marque.end())
            contenu = valeur[1].decode("utf-8", "replace") if valeur else "#VALEUR!"
            marques.append((marque.end(), contenu))
    if b"</" + prefixe + b"f>" in xml:
        marques += [(marque.start(), NON_CALCULEE) for marque in _SANS_VALEUR.finditer(xml)]
    for position, contenu in marques:
        debut = xml.rfind(b"<" + prefixe + b"c ", 0, position)
        attributs = markup.attributes(xml[debut : xml.find(b">", debut) + 1])
        texte = contenu == NON_CALCULEE and attributs.get(b"t") in _AVEC_TEXTE
        if debut >= 0 and b"r" in attributs and not texte:
            trouvees[parse_cell(attributs[b"r"].decode())] = Muette(contenu)
    return trouvees


class TooFar(ValueError):
    """The sheet does not fit in memory; ``args[0]`` names its last cell."""


def within_reach(xml: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The part of a sheet's XML that may be read as a rectangle, without what is far from the rest,
    and the references of the cells left out (those that hold something); ``TooFar`` when, even so,
    the sheet is too large."""
    name = b"<" + markup.root(xml)[0] + b"row"
    rows = list(re.compile(re.escape(name) + rb' r="(\d{1,7})"').finditer(xml))
    if len(rows) != xml.count(name):  # rows written in an unusual way
        rows = list(_RANGEE.finditer(xml))
    numbers = [int(row[1]) for row in rows]
    last = _reached(set(numbers), _VIDE[0])
    far = [rank for rank, number in enumerate(numbers) if number > last]
    lost: list[str] = []
    if far:
        end = xml.rfind(b"</", 0, xml.rfind(b"sheetData>"))
        starts = [*(row.start() for row in rows), max(end, rows[-1].start())]
        xml = _cut(xml, [(starts[rank], starts[rank + 1]) for rank in far], lost)
    width = 26
    letters = 3 if last * _DEUX_LETTRES <= CELLULES_MAX else 2
    if _LARGES[letters].search(xml) or b"r='" in xml:
        columns = {column(found[1].decode()) for found in _COLONNE.finditer(xml)}
        width = _reached(columns, _VIDE[1])
        if max(columns, default=0) > width:
            cells = (m for m in _CELLULE.finditer(xml) if column(m[2].decode()) > width)
            xml = _cut(xml, [m.span() for m in cells], lost)
    if last * width > CELLULES_MAX:
        raise TooFar(cell_name(last, width))
    return xml, tuple(lost)


def _reached(numbers: set[int], gap: int) -> int:
    """The last number that no such gap separates from the first."""
    last = max(numbers, default=0)
    if last - len(numbers) <= gap:
        return last
    known = sorted({0, *numbers})
    return next((a for a, b in pairwise(known) if b - a > gap), last)


def _cut(xml: bytes, spans: list[tuple[int, int]], lost: list[str]) -> bytes:
    """``xml`` without these pieces; their cells that hold something are added to ``lost``."""
    for start, stop in spans:
        found = _CELLULE.finditer(xml[start:stop])
        lost += [(m[2] + m[3]).decode() for m in found if not m[0].endswith(b"/>")]
    starts = [0, *(stop for _, stop in spans)]
    stops = [*(start for start, _ in spans), len(xml)]
    return b"".join(xml[a:b] for a, b in zip(starts, stops, strict=True))
