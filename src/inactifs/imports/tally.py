"""What the lines of one file say of one student, and the dates that come of it.

Contract, section 3: a lesson reserved counts at its date; one cancelled or missed does not. An
import never moves a date back, except a cancelled reservation.

DERNIER COURS is the latest lesson known to be attended. PROCHAIN COURS is the latest one
reserved that comes after it: to come, or past and not yet marked « effectué » nor « absent » by
the school, so that it can still be taken back. When a later reservation takes that place, a past
one that nobody cancelled moves to DERNIER COURS, and is not lost. « Réservé » and « Annulé » of one
date and hour are one lesson, cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from inactifs.imports.outcome import Canal
from inactifs.procedure.modele import Eleve

MINUTES = 1441
"""The minutes of a day, and one more for a lesson without an hour."""

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
    reserves: set[int] = field(default_factory=set)
    """The moments of the lessons reserved, as :func:`moment` makes them."""
    annules: set[int] = field(default_factory=set)
    """Those of the lessons cancelled at a known hour."""
    annulations: int = 0
    """Lines that cancel the lesson of PROCHAIN COURS."""
    maintenu: bool = False
    """Whether another line says that this same lesson was given."""
    vu: bool = False
    """Whether any line is about this student."""

    @classmethod
    def of(cls, eleve: Eleve, canal: Canal) -> Cumul:
        """A student of whom no line has been read yet."""
        connu = getattr(eleve, _CHAMPS[canal])
        prochain = eleve.prochain_cours if canal is Canal.COURS else None
        return cls(eleve, _ordinal(connu), _ordinal(eleve.inscrit_le), _ordinal(prochain))

    def new_reservation(self, jour: int) -> bool:
        """Whether the register did not know of a lesson reserved on that day."""
        return jour > self.connu and jour > self.prochain

    @property
    def held(self) -> list[int]:
        """The days of the reservations that nothing cancels."""
        return [m // MINUTES for m in self.reserves - self.annules]

    @property
    def cancelled_here(self) -> int:
        """How many reservations that would have been new are cancelled by the same file."""
        jours = [m // MINUTES for m in self.reserves & self.annules]
        return sum(map(self.new_reservation, jours))

    @property
    def told(self) -> bool:
        """Whether any line is about this student."""
        return bool(self.vu or self.fait or self.reserves or self.annulations)

    @property
    def holds_next(self) -> bool:
        """Whether any line, whatever it says, is about the day of PROCHAIN COURS."""
        jours = (m // MINUTES for m in self.reserves)
        return bool(self.maintenu or self.annulations or self.prochain in jours)

    @property
    def taken_back(self) -> bool:
        """Whether the reservation in PROCHAIN COURS no longer holds."""
        return self.annulations > 0 and not self.maintenu and self.prochain not in self.held

    def after(self, canal: Canal, aujourdhui: int) -> Eleve:
        """The student with the dates as the file leaves them."""
        if not (self.fait or self.reserves or self.annulations):
            return self.eleve
        if canal is Canal.COURS:
            return self._after_lessons(aujourdhui)
        if self.fait <= self.connu:
            return self.eleve
        if canal is Canal.CONNEXIONS:
            return replace(self.eleve, derniere_connexion=_day(self.fait))
        return replace(self.eleve, dernier_contact=_day(self.fait))

    def without_next(self, aujourdhui: int) -> Eleve:
        """The student once PROCHAIN COURS is taken back, with what else the file says."""
        return self._after_lessons(aujourdhui, retire=True)

    def _after_lessons(self, aujourdhui: int, *, retire: bool = False) -> Eleve:
        reserves = [0, *self.held]
        if not (retire or self.taken_back):
            reserves.append(self.prochain)
        prochain = max(reserves)
        passes = [r for r in reserves if r <= aujourdhui and r != prochain]
        dernier = max(self.connu, self.fait, *passes)
        if prochain <= dernier:
            prochain = 0
        if dernier == self.connu and prochain == self.prochain:
            return self.eleve
        return replace(self.eleve, dernier_cours=_day(dernier), prochain_cours=_day(prochain))


def moment(jour: int, minute: int) -> int:
    """A day and the minute of that day, or none (-1), as one number."""
    return jour * MINUTES + (minute if minute >= 0 else MINUTES - 1)


def _ordinal(jour: date | None) -> int:
    return jour.toordinal() if jour else 0


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if ordinal else None
