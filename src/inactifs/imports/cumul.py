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

from inactifs.imports.resultat import Canal
from inactifs.procedure.modele import Eleve


@dataclass(slots=True)
class Cumul:
    """The lines of one student so far. ``eleve`` is the student before the import.

    A date is ``date.min`` where there is none, which compares quicker than None.
    """

    eleve: Eleve
    connu: date
    """What the register knows of this channel: a line later than that brings something."""
    inscrit_le: date
    prochain: date
    """PROCHAIN COURS before the import."""
    fait: date = date.min
    reserve_passe: date = date.min
    reserve_futur: date = date.min
    annulations: int = 0
    """Lines that cancel the lesson of PROCHAIN COURS."""
    maintenu: bool = False
    """Whether another line says that this same lesson holds."""

    @classmethod
    def of(cls, eleve: Eleve, canal: Canal) -> Cumul:
        """A student of whom no line has been read yet."""
        connu = {
            Canal.COURS: eleve.dernier_cours,
            Canal.CONNEXIONS: eleve.derniere_connexion,
            Canal.CONTACTS: eleve.dernier_contact,
        }[canal]
        prochain = eleve.prochain_cours if canal is Canal.COURS else None
        return cls(eleve, connu or date.min, eleve.inscrit_le or date.min, prochain or date.min)

    def reserve(self, jour: date, aujourdhui: date) -> bool:
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

    def after(self, canal: Canal, aujourdhui: date) -> Eleve:
        """The student with the dates as the file leaves them."""
        if canal is Canal.COURS:
            return self._after_lessons(aujourdhui)
        if self.fait <= self.connu:
            return self.eleve
        if canal is Canal.CONNEXIONS:
            return replace(self.eleve, derniere_connexion=self.fait)
        return replace(self.eleve, dernier_contact=self.fait)

    def _after_lessons(self, aujourdhui: date) -> Eleve:
        reserves = [self.reserve_passe, self.reserve_futur]
        if not self.taken_back:
            reserves.append(self.prochain)
        prochain = max(reserves)
        passes = [r for r in reserves if r <= aujourdhui and r != prochain]
        dernier = max(self.connu, self.fait, *passes)
        if prochain <= dernier:
            prochain = date.min
        if dernier == self.connu and prochain == self.prochain:
            return self.eleve
        return replace(
            self.eleve, dernier_cours=_or_none(dernier), prochain_cours=_or_none(prochain)
        )


def _or_none(jour: date) -> date | None:
    return None if jour == date.min else jour
