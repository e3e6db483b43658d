"""Tables as data: how each column reads its value, drawn in the terminal or written to a file.

In the terminal a word, a name, a telephone number is never cut: columns narrow between words;
what still has no room is told below its row.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar

from rich.cells import cell_len
from rich.text import Text

from inactifs.dates import french
from inactifs.rendu import wording

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType


T = TypeVar("T")
Valeur = str | int | float | date | None

_INTERVALLE = 2
_RETRAIT = "   "
_PIECES = re.compile(r"\d\d(?: \d\d)+|« \S+|\S+(?: [»:;?!])*")
"""What must stay on one line: a telephone number, a word and its punctuation."""
_INTERNATIONAL = re.compile(r"\+\d{6,15}")


class Form(Enum):
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

    ``whole``: its texts stay on one line in the terminal; ``brief``: it has room there.
    """

    title: str
    read: Callable[[T], Valeur]
    width: float = 13
    whole: bool = False
    form: Form = Form.TEXT
    brief: bool = True


@dataclass
class Tableau:
    """A table in the terminal: texts ready to be read, a line of its own below a row that has
    a note."""

    titre: str
    entetes: Sequence[str]
    entieres: Sequence[bool]
    caption: str = ""
    droites: Sequence[bool] = ()
    lignes: list[tuple[tuple[str, ...], str]] = field(default_factory=list)

    def add_row(self, *cellules: str, note: str = "") -> None:
        """A row, and what is said below it."""
        self.lignes.append((cellules, note))

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        largeurs = self._widths(options.max_width)
        yield Text(self.titre, style="bold")
        gardees = len(largeurs)
        droites = self.droites or [False] * gardees
        yield Text(_line(self.entetes[:gardees], largeurs, droites), style="bold")
        yield "─" * min(sum(largeurs) + _INTERVALLE * (gardees - 1), options.max_width)
        for cellules, note in self.lignes:
            pieces = [_wrapped(t, w) for t, w in zip(cellules, largeurs, strict=False)]
            for rang in range(max(map(len, pieces), default=0)):
                textes = [p[rang] if rang < len(p) else "" for p in pieces]
                yield Text(_line(textes, largeurs, droites))
            suites = zip(self.entetes[gardees:], cellules[gardees:], strict=False)
            dessous = [*(f"{entete} : {t}" for entete, t in suites if t), note]
            for texte in filter(None, dessous):
                for ligne in _wrapped(texte, options.max_width - len(_RETRAIT)):
                    yield Text(_RETRAIT + ligne)
        if self.caption:
            yield Text(self.caption, style="italic")
        yield ""

    def _widths(self, place: int) -> list[int]:
        """The width of each column that fits; those that do not are left out, the last first."""
        colonnes = [
            [entete, *(c[rang] for c, _ in self.lignes)] for rang, entete in enumerate(self.entetes)
        ]
        besoins = [
            _widest(ts if entiere else [p for t in ts for p in _PIECES.findall(t)])
            for ts, entiere in zip(colonnes, self.entieres, strict=True)
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


def table_of(titre: str, *entetes: str) -> Tableau:
    """An empty table with its title and headers; names of people and sentences may be broken at
    their spaces, the rest stays whole."""
    return Tableau(titre, entetes, [e in _ENTIERES for e in entetes])


_ENTIERES = frozenset(
    ("N°", "Le", "Vu le", "Étape", "Rel.", "Relances", "Retard", "Activité", "Échéance", "Heure")
)


def draw(
    titre: str,
    colonnes: Sequence[Column[T]],
    elements: Iterable[T],
    note: Callable[[T], str] = lambda _: "",
) -> Tableau:
    """The table of ``elements`` in the terminal; ``note`` is what is said below a row."""
    table = Tableau(titre, [c.title for c in colonnes], [c.whole for c in colonnes])
    for element in elements:
        table.add_row(*(as_shown(c.read(element)) for c in colonnes), note=note(element))
    return table


def as_csv(colonnes: Sequence[Column[T]], elements: Iterable[T]) -> bytes:
    """UTF-8 with its mark, « ; » between cells, CRLF: what Excel in France opens by a click.

    Dates are as in France; a cell that a spreadsheet would take for a formula begins with an
    apostrophe (OWASP, CSV injection), but for an international number, which is none.
    """
    from inactifs.imports.outcome import as_text  # with all that reads exports

    sortie = io.StringIO(newline="")
    ecrit = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    ecrit.writerow(c.title for c in colonnes)
    for element in elements:
        textes = (as_shown(c.read(element)) for c in colonnes)
        ecrit.writerow(t if _INTERNATIONAL.fullmatch(t) else as_text(t) for t in textes)
    return sortie.getvalue().encode("utf-8-sig")


def as_shown(valeur: Valeur) -> str:
    """A value as people read it; nothing for None."""
    if valeur is None:
        return ""
    return french(valeur) if isinstance(valeur, date) else str(valeur)


def _line(cellules: Sequence[str], largeurs: Sequence[int], droites: Sequence[bool]) -> str:
    morceaux = []
    for texte, largeur, droite in zip(cellules, largeurs, droites, strict=False):
        blanc = " " * (largeur - cell_len(texte))
        morceaux.append(blanc + texte if droite else texte + blanc)
    return (" " * _INTERVALLE).join(morceaux).rstrip()


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


@dataclass(frozen=True, slots=True)
class Grille:
    """The values of a table: a cell has the form of its row when ``formes`` gives one, else of
    its column. ``total`` is its last row, set apart; ``vide`` is said when it has no row.
    """

    titre: str
    noms: tuple[str, ...]
    colonnes: tuple[Form, ...]
    largeurs: tuple[float, ...]
    lignes: tuple[tuple[Valeur, ...], ...]
    total: tuple[Valeur, ...] = ()
    vide: str = ""
    formes: tuple[Form, ...] = ()

    @property
    def rangees(self) -> tuple[tuple[Valeur, ...], ...]:
        """The rows, the total included."""
        return (*self.lignes, self.total) if self.total else self.lignes

    def form(self, rang: int, colonne: int) -> Form:
        """How a cell is shown."""
        forme = self.colonnes[colonne]
        return self.formes[rang] if self.formes and forme.right else forme

    def text(self, rang: int, colonne: int) -> str:
        """A cell in French."""
        return shown(self.rangees[rang][colonne], self.form(rang, colonne))


def shown(valeur: Valeur, forme: Form) -> str:
    """A value in French, a dash where there is none."""
    if valeur is None:
        return wording.VIDE
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
    formes: Sequence[Form] = (),
    brief: bool = False,
) -> Grille:
    """The table of ``lignes``, each column's value read from every one of them.

    ``brief``: only the columns for which a terminal has room.
    """
    gardees = [c for c in colonnes if c.brief or not brief]
    return Grille(
        titre,
        tuple(c.title for c in gardees),
        tuple(c.form for c in gardees),
        tuple(c.width for c in gardees),
        tuple(tuple(c.read(ligne) for c in gardees) for ligne in lignes),
        tuple(v for v, c in zip(total, colonnes, strict=True) if c in gardees) if total else (),
        vide,
        tuple(formes),
    )


def in_terminal(grille: Grille) -> Tableau | Text:
    """The table in the width of the terminal; names are never read as markup."""
    if not grille.rangees:
        return Text(grille.vide)
    droites = [forme.right for forme in grille.colonnes]
    dessin = Tableau(grille.titre, grille.noms, droites, droites=droites)
    for rang in range(len(grille.rangees)):
        dessin.add_row(*(grille.text(rang, c) for c in range(len(grille.noms))))
    return dessin
