"""What the lines of one file say of one student, and the dates that come of it.

Contract, section 3: a lesson reserved counts at its date; one cancelled or missed does not. An
import never moves a date back, except a cancelled reservation.

DERNIER COURS is the latest lesson known to be attended. PROCHAIN COURS is the latest one
reserved that comes after it: to come, or past and not yet marked « effectué » nor « absent » by
the school, so that it can still be taken back. When a later reservation takes that place, a past
one that nobody cancelled moves to DERNIER COURS, and is not lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from inactifs.imports.outcome import Canal
from inactifs.procedure.modele import Eleve

_CHAMPS = {
    Canal.COURS: "dernier_cours",
    Canal.CONNEXIONS: "derniere_connexion",
    Canal.CONTACTS: "dernier_contact",
}


@dataclass(slots=True)
class Cumul:
    """The lines of one student so far. ``eleve`` is the student before the import.

    Days are ordinals, 0 where there is none: they compare quicker than dates and None.
    """

    eleve: Eleve
    connu: int
    """What the register knows of this channel: a line later than that brings something."""
    inscrit_le: int
    prochain: int
    """PROCHAIN COURS before the import."""
    fait: int = 0
    reserve_passe: int = 0
    reserve_futur: int = 0
    annulations: int = 0
    """Lines that cancel the lesson of PROCHAIN COURS."""
    maintenu: bool = False
    """Whether another line says that this same lesson holds."""

    @classmethod
    def of(cls, eleve: Eleve, canal: Canal) -> Cumul:
        """A student of whom no line has been read yet."""
        connu = getattr(eleve, _CHAMPS[canal])
        prochain = eleve.prochain_cours if canal is Canal.COURS else None
        return cls(eleve, _ordinal(connu), _ordinal(eleve.inscrit_le), _ordinal(prochain))

    def reserve(self, jour: int, aujourdhui: int) -> bool:
        """Note a lesson reserved, past or to come; whether the register did not know it."""
        if jour > aujourdhui:
            self.reserve_futur = max(self.reserve_futur, jour)
        else:
            self.reserve_passe = max(self.reserve_passe, jour)
        return jour > self.connu and jour > self.prochain

    @property
    def taken_back(self) -> bool:
        """Whether the reservation in PROCHAIN COURS no longer holds."""
        return self.annulations > 0 and not self.maintenu

    def after(self, canal: Canal, aujourdhui: int) -> Eleve:
        """The student with the dates as the file leaves them."""
        if not (self.fait or self.reserve_passe or self.reserve_futur or self.annulations):
            return self.eleve
        if canal is Canal.COURS:
            return self._after_lessons(aujourdhui)
        if self.fait <= self.connu:
            return self.eleve
        if canal is Canal.CONNEXIONS:
            return replace(self.eleve, derniere_connexion=_day(self.fait))
        return replace(self.eleve, dernier_contact=_day(self.fait))

    def _after_lessons(self, aujourdhui: int) -> Eleve:
        reserves = [self.reserve_passe, self.reserve_futur]
        if not self.taken_back:
            reserves.append(self.prochain)
        prochain = max(reserves)
        passes = [r for r in reserves if r <= aujourdhui and r != prochain]
        dernier = max(self.connu, self.fait, *passes)
        if prochain <= dernier:
            prochain = 0
        if dernier == self.connu and prochain == self.prochain:
            return self.eleve
        return replace(self.eleve, dernier_cours=_day(dernier), prochain_cours=_day(prochain))


def _ordinal(jour: date | None) -> int:
    return jour.toordinal() if jour else 0


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
