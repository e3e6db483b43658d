"""The data lines of a table: what is one, what is only a title, and a rejected one as a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from inactifs.imports.cell_values import as_text
from inactifs.imports.headers import Disposition
from inactifs.imports.outcome import Rejet
from inactifs.imports.rejects import AJOUTEES
from inactifs.imports.row_blocks import Bloc, Ligne, Rangees, from_row, rows
from inactifs.imports.tables import Tableau

_PIEDS = {
    *("total", "totaux", "totals", "sous", "sous-total", "nombre", "moyenne"),
    *("édité", "edite", "imprimé", "imprime", "généré", "genere", "exporté", "exporte", "export"),
}
"""The first words of rows that are no data."""
_PAGE = re.compile(r"pages?\s*:?\s*\d", re.IGNORECASE)  # but « PAGE Alain » is somebody
_CONTENU_MAX = 200


@dataclass
class Lecture:
    """A table being read: its data lines, and those rejected so far."""

    fichier: str
    tableau: Tableau
    disposition: Disposition
    avance: Callable[[int, int], None] | None = None
    rejets: list[Rejet] = field(default_factory=list)

    @cached_property
    def _ajoutees(self) -> frozenset[int]:
        """The columns that an earlier import added to its rejects."""
        return frozenset(i for i, e in enumerate(self.disposition.entetes) if e in AJOUTEES)

    def blocks(self) -> Iterator[tuple[int, Bloc]]:
        """The rows below the header, at least as wide as the columns to read, by blocks, each
        with the number in the file, counted from 1, of its first row."""
        debut = self.disposition.ligne + 2
        largeur = max(self.disposition.colonnes.values()) + 1
        for bloc in from_row(self.tableau.blocs, debut - 1):
            if self.avance is not None:
                self.avance(min(debut, self.tableau.total), self.tableau.total)
            if bloc.largeur < largeur:
                bloc = Rangees([*ligne, *[""] * (largeur - len(ligne))] for ligne in rows(bloc))
            yield debut, bloc
            debut += len(bloc)
        if self.avance is not None:
            self.avance(debut, debut)

    def data_rows(self) -> Iterator[tuple[int, Ligne]]:
        """The data lines, with their number in the file."""
        for debut, bloc in self.blocks():
            for numero, ligne in enumerate(rows(bloc), debut):
                if self.is_data(ligne):
                    yield numero, ligne

    def is_data(self, ligne: Ligne) -> bool:
        """Whether a row that cannot be read is a data line all the same: not blank, nor a
        repeated header, a total, a title between two groups."""
        textes = [as_text(c) for c in ligne]
        pleines = [t for t in textes if t]
        if not pleines:
            return False
        if pleines[0].casefold().split()[0].strip(":.") in _PIEDS or _PAGE.match(pleines[0]):
            return False
        entetes = self.disposition.entetes
        if textes[: len(entetes)] == list(entetes[: len(textes)]):
            return False
        seule = len(pleines) == 1 and len([e for e in entetes if e]) > 2
        return not (seule and textes[0])

    def reject(
        self, numero: int, ligne: Ligne, raison: str, suggestions: Sequence[str] = ()
    ) -> None:
        """Note that this line is not taken. What an earlier import said of it is left out."""
        textes = tuple(as_text(c) for i, c in enumerate(ligne) if i not in self._ajoutees)
        contenu = " ; ".join(t for t in textes if t)
        if len(contenu) > _CONTENU_MAX:
            contenu = contenu[:_CONTENU_MAX] + "…"
        self.rejets.append(Rejet(self.fichier, numero, raison, contenu, tuple(suggestions), textes))

    def texts(self, ligne: Ligne, champs: Mapping[str, int]) -> dict[str, str]:
        """The cells of these fields, as text."""
        return {champ: as_text(ligne[colonne]) for champ, colonne in champs.items()}


def few(numeros: Sequence[int]) -> str:
    """« ligne 12 », « lignes 12, 15, 40… »."""
    if len(numeros) == 1:
        return f"ligne {numeros[0]}"
    return f"lignes {', '.join(map(str, numeros[:5]))}{'…' if len(numeros) > 5 else ''}"
