"""The workbook's file as rows of values, read by calamine; what calamine hides is put back.

Calamine shows an Excel error, or a formula without a calculated value, as an empty cell. A
date that cannot be read must never pass for « no date », so such cells are looked for in the
sheet's XML (ECMA-376 Part 1, 18.3.1.4 ``c``, 18.18.11 ``ST_CellType``).

It holds a sheet as a full rectangle, from A1 to its last cell: a « . » in XFD2 and another in
A1048576 make 17 thousand million cells. Cells that stand alone, far below or far at the right
of all the others, are left out of what it is given, and reported.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from inactifs.classeur.cells import Muette
from inactifs.classeur.locating import Table, find_table
from inactifs.classeur.schema import Feuille, header_key
from inactifs.classeur.values import Anomalie
from inactifs.erreurs import FichierInvalide
from inactifs.ooxml import Refusal, markup
from inactifs.ooxml.references import cell_name, column, parse_cell
from inactifs.ooxml.workbook import Workbook

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


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
    """A workbook opened for reading; a sheet is only loaded when it is asked for.

    ``avant``, the same workbook a moment ago, lends the rows of the sheets whose bytes are those
    it had: ``reprises`` are their names.

    Raises:
        FichierInvalide: this is not a workbook, or it is damaged.
    """

    def __init__(self, data: bytes, nom: str, avant: Source | None = None) -> None:
        self.nom = nom
        self._calamine, self._ooxml = _open(data, nom)
        calculs = {ref.name for ref in self._ooxml.sheets}  # chart sheets have no cells
        if not calculs <= set(self._calamine.sheet_names):
            raise _unreadable(nom, "les noms de ses feuilles sont dans un codage incertain")
        self.feuilles = tuple(nom for nom in self._calamine.sheet_names if nom in calculs)
        self._lignes: dict[str, list[list[object]]] = {}
        self.perdues: dict[str, tuple[str, ...]] = {}
        """By sheet read, the cells that stand far from all others: they are not read."""
        self.reprises = frozenset(self._unchanged(avant)) if avant else frozenset()
        if avant:
            self._lignes = {f: avant._lignes[f] for f in self.reprises}
            self.perdues = {f: c for f, c in avant.perdues.items() if f in self.reprises}

    def _unchanged(self, avant: Source) -> Iterator[str]:
        """The sheets that ``avant`` has read and that say the same: no byte of theirs has changed,
        nor of what gives cells their texts and dates."""
        parts = {ref.part: ref.name for ref in self._ooxml.sheets}
        changees = self._ooxml.package.differing(avant._ooxml.package)
        if changees <= set(parts):
            yield from (f for p, f in parts.items() if p not in changees and f in avant._lignes)

    def named(self, nom: str) -> str | None:
        """The sheet of this name, without regard to case, accents, spaces."""
        cle = header_key(nom)
        return next((f for f in self.feuilles if header_key(f) == cle), None)

    def table(self, feuille: Feuille) -> Table | None:
        """The table of ``feuille`` in the sheet of its name, None when either is missing."""
        nom = self.named(feuille.nom)
        if nom is None:
            return None
        return find_table(nom, self.rows(nom), feuille)

    def rows(self, feuille: str) -> list[list[object]]:
        """Every row of a sheet from the first one, all of the same width."""
        if feuille not in self._lignes:
            self._lignes[feuille] = self._load(feuille)
        return self._lignes[feuille]

    def lost_cells(self) -> Iterator[Anomalie]:
        """One for each sheet read that holds such cells."""
        for feuille, cellules in self.perdues.items():
            autres = f" ({len(cellules)} cellules sont ainsi)" if len(cellules) > 1 else ""
            yield Anomalie(
                "avertissement",
                feuille,
                cellules[0],
                "",
                f"Cette cellule est très loin de toutes les autres{autres} : elle n'est pas lue.",
                "Effacez-la si elle ne sert à rien, ou rapprochez-la.",
            )

    def _load(self, feuille: str) -> list[list[object]]:
        from python_calamine import CalamineError

        part = next(ref.part for ref in self._ooxml.sheets if ref.name == feuille)
        calamine = self._calamine
        try:
            xml = self._ooxml.package.read(part)
            etendue = within_reach(xml)
            if etendue.lost:
                self.perdues[feuille] = etendue.lost
                calamine = self._without(part, etendue.xml)
            lignes: list[list[object]] = calamine.get_sheet_by_name(feuille).to_python(  # type: ignore[assignment]
                skip_empty_area=False
            )
            muettes = silent_cells(etendue.xml)
        except TooFar as faute:
            raise FichierInvalide(
                f"{self.nom} : la feuille « {feuille} » va jusqu'en {faute} : elle ne tient pas en "
                "mémoire.",
                "Dans Excel, supprimez les lignes et les colonnes vides d'avant cette cellule "
                "(Ctrl+Fin y mène), puis enregistrez.",
            ) from faute
        except (CalamineError, Refusal, ValueError) as faute:
            raise _unreadable(self.nom, f"la feuille « {feuille} » est endommagée") from faute
        if muettes:
            _put_back(lignes, muettes)
        return lignes

    def _without(self, part: str, xml: bytes) -> CalamineWorkbook:
        """The workbook without the lost cells of one sheet, for reading only."""
        from python_calamine import CalamineWorkbook

        copie = self._ooxml.usual_package({part: xml})
        return CalamineWorkbook.from_filelike(io.BytesIO(copie))


def silent_cells(xml: bytes) -> dict[tuple[int, int], Muette]:
    """The cells (row, column) of a sheet that hold an error or an uncalculated formula."""
    trouvees: dict[tuple[int, int], Muette] = {}
    prefixe, _ = markup.root(xml)
    if b't="e"' in xml or b"t='e'" in xml:
        for marque in _ERREUR.finditer(xml):
            valeur = _VALEUR.search(xml, marque.end())
            contenu = valeur[1].decode("utf-8", "replace") if valeur else "#VALEUR!"
            _note(xml, prefixe, marque.end(), contenu, trouvees)
    if b"</" + prefixe + b"f>" in xml:
        for marque in _SANS_VALEUR.finditer(xml):
            _note(xml, prefixe, marque.start(), NON_CALCULEE, trouvees)
    return trouvees


def _note(
    xml: bytes, prefixe: bytes, position: int, contenu: str, trouvees: dict[tuple[int, int], Muette]
) -> None:
    """Note the cell that is open at ``position``, unless its formula gives an empty text."""
    debut = xml.rfind(b"<" + prefixe + b"c ", 0, position)
    attributs = markup.attributes(xml[debut : xml.find(b">", debut) + 1])
    sans_valeur = contenu == NON_CALCULEE
    if debut < 0 or b"r" not in attributs or (sans_valeur and attributs.get(b"t") in _AVEC_TEXTE):
        return
    trouvees[parse_cell(attributs[b"r"].decode())] = Muette(contenu)


def _put_back(lignes: list[list[object]], muettes: dict[tuple[int, int], Muette]) -> None:
    """Put silent cells in their rows; on the right of every header they are in no table."""
    largeur = len(lignes[0]) if lignes else 0
    for (ligne, colonne), contenu in muettes.items():
        if colonne <= largeur:
            lignes.extend([""] * largeur for _ in range(len(lignes), ligne))
            lignes[ligne - 1][colonne - 1] = contenu


def _open(data: bytes, nom: str) -> tuple[CalamineWorkbook, Workbook]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        livre = Workbook(data)
    except Refusal as refus:
        raise FichierInvalide(
            f"{nom} ne peut pas être lu : {refus.message}.", refus.conseil
        ) from refus
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(livre.usual_package())), livre
    except (CalamineError, OSError) as faute:
        raise _unreadable(nom, "le classeur est endommagé") from faute


def usual_package(data: bytes) -> bytes:
    """The same cells, in a package whose parts bear the names that Excel gives them.

    Raises:
        Refusal: this is not a workbook.
    """
    return Workbook(data).usual_package()


def _unreadable(nom: str, raison: str) -> FichierInvalide:
    return FichierInvalide(
        f"{nom} ne peut pas être lu : {raison}.",
        "Ouvrez-le dans Excel ou LibreOffice et enregistrez-le à nouveau, ou revenez à la version "
        "précédente avec « inactifs undo ».",
    )


class TooFar(ValueError):
    """The sheet does not fit in memory; ``args[0]`` names its last cell."""


class Extent(NamedTuple):
    """The sheet's XML without what is far from the rest, and the references of the cells left
    out (those that hold something)."""

    xml: bytes
    lost: tuple[str, ...]


def within_reach(xml: bytes) -> Extent:
    """The part that may be read as a rectangle.

    Raises:
        TooFar: even without its lost cells, the sheet is too large.
    """
    rows = _rows(xml)
    last = _reached({number for number, _ in rows}, _VIDE[0])
    lost: list[str] = []
    beyond = [rank for rank, (number, _) in enumerate(rows) if number > last]
    if beyond:
        end = xml.rfind(b"</", 0, _end_of_rows(xml))
        ends = [start for _, start in rows[1:]] + [max(end, rows[-1][1])]
        far = [(rows[rank][1], ends[rank]) for rank in beyond]
        lost += _references(xml[start:stop] for start, stop in far)
        xml = _without(xml, far)
    width = 26
    letters = 3 if last * _DEUX_LETTRES <= CELLULES_MAX else 2
    if _LARGES[letters].search(xml) or b"r='" in xml:
        columns = {column(found[1].decode()) for found in _COLONNE.finditer(xml)}
        width = _reached(columns, _VIDE[1])
        if max(columns, default=0) > width:
            cells = [m for m in _CELLULE.finditer(xml) if column(m[2].decode()) > width]
            lost += _references(m[0] for m in cells)
            xml = _without(xml, [m.span() for m in cells])
    if last * width > CELLULES_MAX:
        raise TooFar(cell_name(last, width))
    return Extent(xml, tuple(lost))


def _rows(xml: bytes) -> list[tuple[int, int]]:
    """Number and position of each row that says its number."""
    name = b"<" + markup.root(xml)[0] + b"row"
    quick = re.compile(re.escape(name) + rb' r="(\d{1,7})"')
    found = [(int(row[1]), row.start()) for row in quick.finditer(xml)]
    if len(found) == xml.count(name):
        return found
    return [(int(row[1]), row.start()) for row in _RANGEE.finditer(xml)]


def _reached(numbers: set[int], gap: int) -> int:
    """The last number that no such gap separates from the first."""
    last = max(numbers, default=0)
    if last - len(numbers) <= gap:
        return last
    known = sorted({0, *numbers})
    return next((a for a, b in pairwise(known) if b - a > gap), last)


def _end_of_rows(xml: bytes) -> int:
    return xml.rfind(b"sheetData>")


def _references(pieces: Iterable[bytes]) -> list[str]:
    """The cells of these pieces that hold something."""
    return [
        (found[2] + found[3]).decode()
        for piece in pieces
        for found in _CELLULE.finditer(piece)
        if not found[0].endswith(b"/>")
    ]


def _without(xml: bytes, spans: list[tuple[int, int]]) -> bytes:
    starts = [0, *(stop for _, stop in spans)]
    stops = [*(start for start, _ in spans), len(xml)]
    return b"".join(xml[a:b] for a, b in zip(starts, stops, strict=True))
