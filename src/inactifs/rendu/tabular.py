"""A table read once, for every form of a document: the terminal, a page, a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from rich.text import Text

from inactifs.rendu import table, wording
from inactifs.rendu.table import Column, Form, Valeur

T = TypeVar("T")


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


def in_terminal(grille: Grille) -> table.Tableau | Text:
    """The table in the width of the terminal; names are never read as markup."""
    if not grille.rangees:
        return Text(grille.vide)
    droites = [forme.right for forme in grille.colonnes]
    dessin = table.Tableau(grille.titre, grille.noms, droites, droites=droites)
    for rang in range(len(grille.rangees)):
        dessin.add_row(*(grille.text(rang, c) for c in range(len(grille.noms))))
    return dessin
