"""One row of a table → its fields, as the schema says each column is read.

What a cell does not let be read is empty, and noted with its cell; nothing raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from inactifs.classeur.locating import Table
from inactifs.classeur.saisie import (
    Muette,
    read_day,
    read_neph,
    read_phone,
    read_text,
    reason_of_silence,
)
from inactifs.classeur.schema import Feuille, Nature
from inactifs.classeur.valeurs import Anomalie
from inactifs.dates import ANNEES

T = TypeVar("T")

REMEDE_DATE = "Tapez une date comme 24/11/2026."
_PREMIERE, _DERNIERE = ANNEES
_LECTEURS: dict[str, Callable[[object], str]] = {"telephone": read_phone, "neph": read_neph}


class Row:
    """A row; ``faults`` gathers what cannot be read of it.

    ``valeurs`` are its cells by field, ``remedes`` the mends that are not that of a date.
    """

    __slots__ = ("faults", "ligne", "remedes", "table", "valeurs")

    def __init__(
        self, table: Table, ligne: int, valeurs: dict[str, object], remedes: Mapping[str, str]
    ) -> None:
        self.table = table
        self.ligne = ligne
        self.valeurs = valeurs
        self.remedes = remedes
        self.faults: list[Anomalie] = []

    def fields(self, feuille: Feuille) -> dict[str, object]:
        """The texts and the days of every column of the sheet, by field."""
        return {
            c.champ: self.day(c.champ) if c.nature is Nature.DATE else self.text(c.champ)
            for c in feuille.colonnes
        }

    def text(self, champ: str) -> str:
        """A text; empty, and said, where the cell shows no value."""
        valeur = self.valeurs[champ]
        if valeur.__class__ is str:
            return valeur.strip()
        if isinstance(valeur, Muette):
            remede = "Tapez la valeur à la place de la formule."
            self.note(champ, reason_of_silence(valeur), remede, gravite="avertissement")
            return ""
        return _LECTEURS.get(champ, read_text)(valeur)

    def day(self, champ: str) -> date | None:
        """A day, None when the cell is empty."""
        valeur = self.valeurs[champ]
        if valeur == "":
            return None
        if valeur.__class__ is date and _PREMIERE <= valeur.year <= _DERNIERE:
            return valeur
        return self.attempt(champ, lambda: read_day(valeur))

    def attempt(self, champ: str, lire: Callable[[], T]) -> T | None:
        """What ``lire`` makes of a cell, None when it cannot be read."""
        try:
            return lire()
        except ValueError as faute:
            self.note(champ, str(faute))
            return None

    def note(self, champ: str, raison: str, remede: str = "", *, gravite: str = "erreur") -> None:
        """Something wrong with a cell of the row."""
        remede = remede or self.remedes.get(champ, REMEDE_DATE)
        contenu = self.valeurs[champ]
        self.faults.append(
            self.table.anomalie(champ, self.ligne, contenu, raison, remede, gravite=gravite)
        )

    @property
    def unreadable(self) -> Anomalie | None:
        """The first cell that cannot be used, if any."""
        return next((a for a in self.faults if a.gravite == "erreur"), None)


def rows(table: Table, feuille: Feuille, remedes: Mapping[str, str] | None = None) -> Iterator[Row]:
    """The rows below the header of a table, blank ones included."""
    champs = [c.champ for c in feuille.colonnes]
    colonnes = table.columns(champs)
    for ligne, valeurs in enumerate(zip(*colonnes, strict=True), table.place.entete + 1):
        yield Row(table, ligne, dict(zip(champs, valeurs, strict=True)), remedes or {})
