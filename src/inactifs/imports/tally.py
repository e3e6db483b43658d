"""What the lines of one file say of one student, and the dates that come of it.

Contract, section 3: a lesson reserved counts at its date; one cancelled or missed does not. An
import never moves a date back, except a cancelled reservation.

DERNIER COURS is the latest lesson known to be attended. PROCHAIN COURS is the latest one
reserved that comes after it: to come, or past and not yet marked « effectué » nor « absent » by
the school, so that it can still be taken back. When a later reservation takes that place, a past
one that nobody cancelled moves to DERNIER COURS, and is not lost. « Réservé » and « Annulé » of one
date and hour are one lesson, cancelled. One is taken back as well when it is gone from a planning
that covers its day: that tells of half the students whose lessons are known in its span.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from inactifs.dates import french, read_date
from inactifs.imports.outcome import KINDS, Couverture, ResultatImport
from inactifs.procedure.modele import Canal, Eleve

MINUTES = 1441
"""The minutes of a day, and one more, the last, for a lesson without an hour (-1): a moment is a
day by this, and its minute."""


@dataclass(slots=True, eq=False)
class Cumul:
    """The lines of one student so far. Days are ordinals, 0 where there is none: they compare
    quicker than dates and None."""

    eleve: Eleve  # as before the import, as are:
    connu: int  # what the register knows of this channel: a line later than that brings something
    inscrit_le: int
    prochain: int  # PROCHAIN COURS
    fait: int = 0  # the latest day that counts
    reserves: set[int] = field(default_factory=set)  # the moments of the lessons reserved
    annules: set[int] = field(default_factory=set)  # of those cancelled at a known hour
    annulations: int = 0  # how many lines cancel the lesson of PROCHAIN COURS
    maintenu: bool = False  # whether another line says that this same lesson was given
    vu: bool = False  # whether a line says of this student what does not count

    @classmethod
    def of(cls, eleve: Eleve, canal: Canal) -> Cumul:
        """That of a student of whom no line was read yet."""
        suivant = eleve.prochain_cours if canal is Canal.COURS else None
        jours = getattr(eleve, KINDS[canal].champ), eleve.inscrit_le, suivant
        connu, inscrit_le, prochain = (jour.toordinal() if jour else 0 for jour in jours)
        return cls(eleve, connu, inscrit_le, prochain)

    def new_reservation(self, jour: int) -> bool:
        """Whether the register did not know of a lesson reserved on that day."""
        return jour > self.connu and jour > self.prochain

    def cancel(self, jour: int, minute: int) -> None:
        """Note a line that does not count; ``minute`` is -1 where it has no hour."""
        self.vu = True
        if minute >= 0:
            self.annules.add(jour * MINUTES + minute)
        self.annulations += jour == self.prochain

    @property
    def held(self) -> list[int]:
        """The days of the reservations that nothing cancels."""
        return [m // MINUTES for m in self.reserves - self.annules]

    @property
    def told(self) -> bool:
        """Whether any line is about this student."""
        return bool(self.vu or self.fait or self.reserves)

    @property
    def holds_next(self) -> bool:
        """Whether any line, whatever it says, is about the day of PROCHAIN COURS."""
        jours = (m // MINUTES for m in self.reserves)
        return bool(self.maintenu or self.annulations or self.prochain in jours)

    @property
    def taken_back(self) -> bool:
        """Whether the reservation in PROCHAIN COURS no longer holds."""
        return self.annulations > 0 and not self.maintenu and self.prochain not in self.held

    def drop_revived(self, retirees: Mapping[int, int], solde: int, *, ancien: bool) -> int:
        """Leave out the reservations that an export before this one, more recent (its day, by
        theirs), took back; and, of an older export (``ancien``), those that the register does
        not know. How many lines no longer count."""
        vieux = {
            quand
            for quand in self.reserves
            if (jour := quand // MINUTES) != self.prochain
            and (ancien or retirees.get(jour, 0) > solde)
        }
        self.reserves -= vieux
        return sum(self.new_reservation(quand // MINUTES) for quand in vieux)

    def recounted(self) -> int:
        """How many more lines count than it seemed when they were read: those that take PROCHAIN
        COURS back do, new reservations that the same file cancels do not."""
        annulees = sum(self.new_reservation(m // MINUTES) for m in self.reserves & self.annules)
        return (self.annulations if self.taken_back else 0) - annulees

    def after(self, canal: Canal, aujourdhui: int) -> Eleve:
        """The student with the dates as the file leaves them."""
        if canal is Canal.COURS:
            dite = self.fait or self.reserves or self.annulations
            return self.after_lessons(aujourdhui) if dite else self.eleve
        if self.fait <= self.connu:
            return self.eleve
        return replace(self.eleve, **{KINDS[canal].champ: of_ordinal(self.fait)})  # type: ignore[arg-type]

    def after_lessons(self, aujourdhui: int, *, retire: bool = False) -> Eleve:
        """The student as the lessons leave them; ``retire``, once PROCHAIN COURS is taken back."""
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
        return replace(
            self.eleve, dernier_cours=of_ordinal(dernier), prochain_cours=of_ordinal(prochain)
        )


def of_ordinal(ordinal: int) -> date | None:
    """The day, None for 0."""
    return date.fromordinal(ordinal) if ordinal else None


@dataclass(frozen=True)
class Retrait:
    """A student whose reservation no longer holds; ``disparue`` when no line says so."""

    avant: Eleve
    apres: Eleve
    disparue: bool = False

    @property
    def note(self) -> str:
        """What is told, and kept in the journal, where :func:`taken_back_before` reads it."""
        jour = self.avant.prochain_cours
        pourquoi = "n'est plus au planning" if self.disparue else "annulée ou manquée"
        return f"Réservation du {french(jour) if jour else '?'} retirée : {pourquoi}"


_RETIREE = re.compile(r"Réservation du (\d\d/\d\d/\d{4}) retirée")


def taken_back_before(notes: Iterable[tuple[datetime, str, str]]) -> dict[str, dict[int, int]]:
    """From the journal (when, number, detail), the reservations that imports took back, as
    :class:`inactifs.imports.outcome.Suite` has them."""
    retirees: dict[str, dict[int, int]] = {}
    for quand, numero, detail in notes:
        if trouve := _RETIREE.match(detail):
            jour = read_date(trouve[1]).toordinal()
            retirees.setdefault(numero, {})[jour] = quand.toordinal()
    return retirees


def cancelled(changes: Iterable[tuple[Eleve | None, Eleve]]) -> list[Retrait]:
    """Of the students changed, those whose reservation a line cancels."""
    return [
        Retrait(avant, apres)
        for avant, apres in changes
        if avant is not None
        and avant.prochain_cours is not None
        and max(apres.dernier_cours or date.min, apres.prochain_cours or date.min)
        < avant.prochain_cours
    ]


def vanished(
    resultats: Sequence[ResultatImport], avant: Iterable[Eleve], apres: Mapping[str, Eleve]
) -> tuple[list[Retrait], list[str]]:
    """The reservations of which the plannings (``resultats``) that cover their day no longer
    tell, and what is to be said of those whose planning tells of too few students. ``avant`` is
    the register before the command; ``apres``, the students that it changes, by number."""
    plannings = [r.couverture for r in resultats if r.canal is Canal.COURS]
    plannings = [c for c in plannings if c.premier and c.dernier and not c.ancien]
    vus = frozenset[str]().union(*(c.vus for c in plannings))
    tenus = frozenset[str]().union(*(c.tenus for c in plannings))
    eleves = list(avant) if plannings else []
    retraits: dict[str, Retrait] = {}
    dits: list[str] = []
    for couverture in plannings:
        connus = [e for e in eleves if couverture.spans(e.dernier_cours, e.prochain_cours)]
        absents = [
            e
            for e in connus
            if couverture.spans(e.prochain_cours)
            and e.numero not in tenus
            and apres.get(e.numero, e).prochain_cours == e.prochain_cours
        ]
        parle = sum(e.numero in vus for e in connus)
        if 2 * parle >= len(connus):
            retraits |= {e.numero: _gone(e, apres.get(e.numero, e), couverture) for e in absents}
        elif absents:
            s, nt = ("s", "nt") if len(absents) > 1 else ("", "")
            dits.append(
                f"{len(absents)} réservation{s} connue{s} n'y figure{nt} pas, mais ce planning ne "
                f"parle que de {parle} des {len(connus)} élèves connus sur la période : gardée{s}."
            )
    return list(retraits.values()), dits


def _gone(eleve: Eleve, change: Eleve, couverture: Couverture) -> Retrait:
    """A student without the lesson of PROCHAIN COURS, but with what else the planning says."""
    sans = couverture.sans_prochain.get(eleve.numero, replace(change, prochain_cours=None))
    dernier = max(filter(None, (change.dernier_cours, sans.dernier_cours)), default=None)
    nouveau = replace(change, prochain_cours=sans.prochain_cours, dernier_cours=dernier)
    return Retrait(eleve, nouveau, disparue=True)
