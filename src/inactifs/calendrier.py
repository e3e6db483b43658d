"""Working days in France: neither a weekend, nor a public holiday, nor the school's own closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

_ALSACE_MOSELLE = {"57": "57", "67": "6AE", "68": "6AE"}
_OUTRE_MER = {
    "971": "971", "972": "972", "973": "973", "974": "974", "976": "976",
    "975": "PM", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
"""What the library ``holidays`` calls the territories that have holidays of their own."""
_METROPOLE = {f"{n:02}" for n in range(1, 96)} - {"20"} | {"2A", "2B", ""}


def is_departement(texte: str) -> bool:
    """Whether ``texte`` is the number of a French département or territory."""
    return texte in _METROPOLE or texte in _OUTRE_MER


@dataclass(frozen=True, slots=True)
class Calendrier:
    """On which days the school works.

    ``feries``: weekends and public holidays are not worked; ``samedis``: Saturdays are, even so.
    ``fermetures`` are the first and last days of each closing.
    """

    feries: bool = True
    departement: str = ""
    samedis: bool = False
    fermetures: tuple[tuple[date, date], ...] = ()

    def next_working_day(self, jour: date) -> date:
        """``jour`` itself when it is worked, else the first working day that follows."""
        while not self._is_worked(jour):
            jour += timedelta(days=1)
        return jour

    def _is_worked(self, jour: date) -> bool:
        if any(debut <= jour <= fin for debut, fin in self.fermetures):
            return False
        if not self.feries:
            return True
        chome = 6 if self.samedis else 5
        return jour.weekday() < chome and jour not in _public_holidays(jour.year, self.departement)


def next_working_day(jour: date) -> date:
    """The first working day from ``jour`` on in metropolitan France, Saturdays not worked."""
    return Calendrier().next_working_day(jour)


@cache
def _public_holidays(annee: int, departement: str) -> frozenset[date]:
    """The « jours fériés » of the Code du travail (L3133-1; L3134-13 in Alsace-Moselle; L3422-2
    overseas), as the library ``holidays`` computes them, Easter included."""
    from holidays import country_holidays

    subdivision = _ALSACE_MOSELLE.get(departement) or _OUTRE_MER.get(departement)
    return frozenset(country_holidays("FR", subdiv=subdivision, years=annee))
