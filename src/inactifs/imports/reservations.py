"""Reservations taken back: cancelled, or gone from a planning that covers their day.

Contract, section 3: a planning covers a day between its first and last dates only if it tells of
half the students whose lessons are known in that span; a lesson given is never taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from inactifs.dates import french, read_date
from inactifs.imports.outcome import Canal, Couverture, ResultatImport
from inactifs.imports.tally import MINUTES
from inactifs.procedure.modele import Eleve

_RETIREE = re.compile(r"Réservation du (\d\d/\d\d/\d{4}) retirée")


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


def cancelled(changes: Iterable[tuple[Eleve | None, Eleve]]) -> list[Retrait]:
    """Of the students changed, those whose reservation a line cancels."""
    return [
        Retrait(avant, apres)
        for avant, apres in changes
        if avant is not None
        and avant.prochain_cours is not None
        and _latest(apres) < avant.prochain_cours
    ]


def vanished(
    resultats: Sequence[ResultatImport], avant: Iterable[Eleve], apres: Mapping[str, Eleve]
) -> tuple[list[Retrait], list[str]]:
    """The reservations of which the plannings that cover their day no longer tell, and what is
    to be said of those whose planning tells of too few students.

    Args:
        resultats: the files of lessons of one command.
        avant: the register before it; ``apres``, the students that it changes, by number.
    """
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
    lecons = filter(None, (change.dernier_cours, sans.dernier_cours))
    nouveau = replace(
        change, prochain_cours=sans.prochain_cours, dernier_cours=max(lecons, default=None)
    )
    return Retrait(eleve, nouveau, disparue=True)


def taken_back_before(
    notes: Iterable[tuple[datetime, str, str]],
) -> dict[str, dict[tuple[int, int], int]]:
    """From the journal (when, number, detail), the reservations that imports took back, as
    :class:`inactifs.imports.outcome.Suite` has them."""
    retirees: dict[str, dict[tuple[int, int], int]] = {}
    for quand, numero, detail in notes:
        if trouve := _RETIREE.match(detail):
            jour = read_date(trouve[1]).toordinal()
            retirees.setdefault(numero, {})[jour, MINUTES - 1] = quand.toordinal()
    return retirees


def _latest(eleve: Eleve) -> date:
    return max(eleve.dernier_cours or date.min, eleve.prochain_cours or date.min)
