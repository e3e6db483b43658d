"""The dates of one column weighed together: whether the way in which they are written is sure.

Read one by one, 05/11 is the 5th of November. But half a column that a spreadsheet of another
region turned into dates, or a column of American software, has the same cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from inactifs.dates import as_date
from inactifs.erreurs import FichierInvalide
from inactifs.imports.cell_values import as_day, in_figures

_LUES_MAX = 20_000
_AM_PM = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
_ANNEES = range(2015, 2033)
"""Years that the lessons, logins and contacts of a school in activity may have."""


def has_am_pm(cellule: object) -> bool:
    """Whether a cell has an hour as Americans write it: « 2:00 PM »."""
    return isinstance(cellule, str) and _AM_PM.search(cellule) is not None


@dataclass
class ColonneDates:
    """The dates seen so far in a column, and what its header says of them.

    ``americaine`` is whether headers in English, or hours in AM and PM, come with it.
    """

    entete: str
    date1904: bool = False
    utc: bool = False
    americaine: bool = False
    _lues: dict[object, date] = field(default_factory=dict)
    _mois_d_abord: list[str] = field(default_factory=list)
    _jour_d_abord: int = 0
    _indecises: int = 0
    _vraies: list[int] = field(default_factory=lambda: [0, 0])
    _annees: list[tuple[int, int]] = field(default_factory=list)

    def day(self, cellule: object) -> date | None:
        """The day of a cell, None when it is empty.

        Raises:
            ValueError: it is not a date, or one without a year.
        """
        if (deja := self._lues.get(cellule)) is not None:
            return deja
        if (vraie := as_date(cellule)) is not None:
            self._vraies[vraie.day > 12] += 1
        elif (lu := in_figures(cellule)) is not None:
            if lu.premier <= 12 < lu.second <= 31:
                self._mois_d_abord.append(str(cellule))
            elif lu.second <= 12 < lu.premier <= 31:
                self._jour_d_abord += 1
            elif lu.premier != lu.second:
                self._indecises += 1
            self.americaine = self.americaine or has_am_pm(lu.suite)
            if len(lu.annee) == 2 and len(self._annees) < 1000:
                self._annees.append((2000 + lu.premier, 2000 + int(lu.annee)))
        jour = as_day(cellule, date1904=self.date1904, utc=self.utc)
        if jour is not None and len(self._lues) < _LUES_MAX:
            self._lues[cellule] = jour
        return jour

    def require_sure(self, fichier: str) -> None:
        """Refuse a column half of which would be read wrong. One date that is month first among
        those that are day first is a typing mistake.

        Raises:
            FichierInvalide: it is one.
        """
        ou = f"{fichier} : dans la colonne « {self.entete} », "
        mois, jour = len(self._mois_d_abord), self._jour_d_abord
        if mois and (not jour or (mois > 1 and mois * 4 > jour)):
            raise FichierInvalide(
                f"{ou}les dates y sont écrites mois/jour/année (« {self._mois_d_abord[0]} »).",
                "Exportez-le de nouveau avec des dates jour/mois/année.",
            )
        if self.americaine and self._indecises and not jour:
            raise FichierInvalide(
                f"{ou}rien ne dit si les dates sont écrites jour/mois ou mois/jour : le fichier "
                "est en anglais, et aucun jour n'y dépasse 12.",
                "Exportez-le de nouveau avec des dates jour/mois/année, une période plus longue, "
                "ou des en-têtes en français.",
            )
        if self._vraies[0] and not self._vraies[1] and jour and not self._indecises:
            raise FichierInvalide(
                f"{ou}une partie des dates a été changée par un tableur d'un autre pays : celles "
                "dont le jour ne dépasse pas 12 y ont le jour et le mois inversés.",
                "Exportez-le de nouveau, sans l'ouvrir et l'enregistrer dans un tableur.",
            )
        if (
            self._annees
            and all(premier in _ANNEES for premier, _ in self._annees)
            and any(dernier not in _ANNEES for _, dernier in self._annees)
        ):
            raise FichierInvalide(
                f"{ou}les dates semblent écrites année/mois/jour sur deux chiffres.",
                "Exportez-le de nouveau avec des années de quatre chiffres.",
            )
