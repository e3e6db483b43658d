"""Tables as data: how each column reads its value; drawn by whichever form.

In the terminal a word, a name, a telephone number is never cut: columns narrow between words;
what still has no room is told below its row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import compress, zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rich.cells import cell_len

from inactifs.mots import and_others, no_formula
from inactifs.rendu import wording

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

T = TypeVar("T")
Valeur = str | int | float | date | None

_INTERVALLE = 2
_RETRAIT = "   "
_PIECES = re.compile(r"\d\d(?: \d\d)+|« \S+|\S+(?: [»:;?!])*")
"""What must stay on one line: a telephone number, a word and its punctuation."""
_INTERNATIONAL = re.compile(r"\+\d{6,15}")


class Form(StrEnum):
    """How a value is shown; numbers, shares and days stand at the right of their column."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    DAYS = "days"
    DATE = "date"
    MONTH = "month"

    @property
    def right(self) -> bool:
        return self in (Form.NUMBER, Form.SHARE, Form.DAYS)


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column: its title, how to read its value from an item, and its width in a workbook.
    ``whole``: its texts stay on one line in the terminal; ``brief``: it has room there."""

    title: str
    read: Callable[[T], Valeur]
    width: float = 13
    form: Form = Form.TEXT
    whole: bool = False
    brief: bool = True


def ranked(*entetes: str | tuple[Any, ...]) -> list[Column[Sequence[Valeur]]]:
    """The columns of items that are rows already, the first of which reads the first value: a
    title, or a title, a width and a form."""
    rangees = [(e,) if isinstance(e, str) else e for e in entetes]
    return [Column(titre, itemgetter(n), *aspect) for n, (titre, *aspect) in enumerate(rangees)]


@dataclass(frozen=True)
class Grille:
    """The values of a table: a cell has the form of its row when ``formes`` gives one, else of
    its column. ``total`` is its last row, set apart; ``vide`` is said when it has no row, ``sans``
    where a value lacks; in the terminal a row has its note below it.
    """

    titre: str
    colonnes: tuple[Column[Any], ...]
    lignes: tuple[tuple[Valeur, ...], ...]
    total: tuple[Valeur, ...] = ()
    vide: str = ""
    formes: tuple[Form, ...] = ()
    notes: tuple[str, ...] = ()
    sans: str = wording.VIDE

    @property
    def rangees(self) -> tuple[tuple[Valeur, ...], ...]:
        """The rows, the total included."""
        return (*self.lignes, self.total) if self.total else self.lignes

    @property
    def brief(self) -> Grille:
        """The columns for which a terminal has room."""
        brefs = [c.brief for c in self.colonnes]
        lignes = tuple(tuple(compress(ligne, brefs)) for ligne in self.lignes)
        colonnes, total = tuple(compress(self.colonnes, brefs)), tuple(compress(self.total, brefs))
        return replace(self, colonnes=colonnes, lignes=lignes, total=total)

    def form(self, rang: int, colonne: int) -> Form:
        """How a cell is shown."""
        forme = self.colonnes[colonne].form
        return self.formes[rang] if self.formes and forme.right else forme

    def text(self, rang: int, colonne: int) -> str:
        """A cell in French."""
        return shown(self.rangees[rang][colonne], self.form(rang, colonne), self.sans)

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType | Segment]:
        from rich.text import Text  # a quiet morning draws no table, and does not wait for it

        if not self.rangees:
            yield Text(self.vide)
            return
        entetes = [c.title for c in self.colonnes]
        textes = [[self.text(r, c) for c in range(len(entetes))] for r in range(len(self.rangees))]
        largeurs = self._widths([entetes, *textes], options.max_width)
        gardees = len(largeurs)
        yield Text(self.titre, style="bold")
        yield Text(self._line(entetes, largeurs), style="bold")
        yield "─" * min(sum(largeurs) + _INTERVALLE * (gardees - 1), options.max_width)
        for rang, cellules in enumerate(textes):
            pieces = [_wrapped(t, w) for t, w in zip(cellules, largeurs, strict=False)]
            for morceaux in zip_longest(*pieces, fillvalue=""):
                yield _printed(self._line(morceaux, largeurs), options.max_width)
            suites = zip(entetes[gardees:], cellules[gardees:], strict=True)
            dessous = [f"{entete} : {t}" for entete, t in suites if t]
            for texte in filter(None, [*dessous, *self.notes[rang : rang + 1]]):
                for suite in _wrapped(texte, options.max_width - len(_RETRAIT)):
                    yield _printed(_RETRAIT + suite, options.max_width)
        yield ""

    def _widths(self, lignes: Sequence[Sequence[str]], place: int) -> list[int]:
        """The width of each column that fits; those that do not are left out, the last first."""
        colonnes = list(zip(*lignes, strict=True))
        besoins = [
            _widest(
                textes
                if colonne.whole or colonne.form.right
                else (p for t in textes for p in _PIECES.findall(t))
            )
            for colonne, textes in zip(self.colonnes, colonnes, strict=True)
        ]
        while len(besoins) > 1 and sum(besoins) + _INTERVALLE * (len(besoins) - 1) > place:
            besoins.pop()
        libre = place - _INTERVALLE * (len(besoins) - 1)
        largeurs = [_widest(ts) for ts in colonnes[: len(besoins)]]
        for _ in range(sum(largeurs) - libre):
            rangs = [i for i, largeur in enumerate(largeurs) if largeur > besoins[i]]
            if not rangs:
                break
            largeurs[max(rangs, key=lambda i: largeurs[i])] -= 1
        return largeurs

    def _line(self, cellules: Sequence[str], largeurs: Sequence[int]) -> str:
        morceaux = []
        for colonne, texte, largeur in zip(self.colonnes, cellules, largeurs, strict=False):
            blanc = " " * (largeur - cell_len(texte))
            morceaux.append(blanc + texte if colonne.form.right else texte + blanc)
        return (" " * _INTERVALLE).join(morceaux).rstrip()


Bloc = str | Grille
"""What a screen is made of: lines, and tables."""


def shown(valeur: Valeur, forme: Form = Form.TEXT, sans: str = "") -> str:
    """A value in French; ``sans`` where there is none."""
    if valeur is None:
        return sans
    if isinstance(valeur, date):
        return f"{valeur:%m/%Y}" if forme is Form.MONTH else wording.day(valeur)
    if isinstance(valeur, str):
        return valeur
    if forme is Form.SHARE:
        return wording.percent(valeur)
    return wording.days(valeur) if forme is Form.DAYS else wording.number(valeur, 1)


def grid(
    titre: str,
    colonnes: Sequence[Column[T]],
    lignes: Iterable[T],
    *,
    total: Sequence[Valeur] = (),
    vide: str = "",
) -> Grille:
    """The table of ``lignes``, each column's value read from every one of them."""
    valeurs = tuple(tuple(c.read(ligne) for c in colonnes) for ligne in lignes)
    return Grille(titre, tuple(colonnes), valeurs, tuple(total), vide)


def draw(
    titre: str,
    colonnes: Sequence[Column[T]],
    elements: Sequence[T],
    note: Callable[[T], str] = lambda _: "",
    *,
    vide: str = "",
) -> Bloc:
    """The table of ``elements`` in the terminal, ``vide`` when there are none; ``note`` is what is
    said below a row."""
    if vide and not elements:
        return vide
    return replace(grid(titre, colonnes, elements), notes=tuple(map(note, elements)), sans="")


def listed(
    titre: str,
    colonnes: Sequence[Column[T]],
    elements: Sequence[T],
    note: Callable[[T], str] = lambda _: "",
    *,
    limite: int | None = None,
    suite: str = "",
) -> list[Bloc]:
    """The table of the first ``elements``, and the command that shows the others (``suite``);
    nothing when there are none."""
    montres = elements[:limite]
    blocs = [draw(titre, colonnes, montres, note)] if montres else []
    if restent := len(elements) - len(montres):
        blocs.append(f"{and_others(restent)} : {suite}")
    return blocs


def as_csv(colonnes: Sequence[Column[T]], elements: Iterable[T]) -> bytes:
    """UTF-8 with its mark, « ; » between cells, CRLF: what Excel in France opens by a click. Dates
    are as in France; a cell that a spreadsheet would take for a formula begins with an apostrophe
    (OWASP, CSV injection), but for an international number, which is none."""
    sortie = io.StringIO(newline="")
    ecrit = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrit.writerow(c.title for c in colonnes)
    for element in elements:
        textes = (shown(c.read(element)) for c in colonnes)
        ecrit.writerow(t if _INTERNATIONAL.fullmatch(t) else no_formula(t) for t in textes)
    return sortie.getvalue().encode("utf-8-sig")


def _printed(ligne: str, largeur: int) -> RenderableType | Segment:
    """A line; what has room needs none of rich's wrapping, which takes most of a long table."""
    from rich.segment import Segment
    from rich.text import Text

    return Segment(f"{ligne}\n") if cell_len(ligne) <= largeur else Text(ligne)


def _wrapped(texte: str, largeur: int) -> list[str]:
    """``texte`` broken between its pieces; one that is longer than the width stays whole."""
    lignes: list[str] = []
    for paragraphe in texte.split("\n"):
        ligne = ""
        for piece in _PIECES.findall(paragraphe):
            suite = f"{ligne} {piece}" if ligne else piece
            if ligne and cell_len(suite) > largeur:
                lignes.append(ligne)
                suite = piece
            ligne = suite
        lignes.append(ligne)
    return lignes


def _widest(textes: Iterable[str]) -> int:
    return max((cell_len(ligne) for t in textes for ligne in t.split("\n")), default=0)
