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
from inactifs.imports.outcome import Canal, ResultatImport
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
        debut, fin = couverture.premier or date.min, couverture.dernier or date.min
        connus = [e for e in eleves if _within(e.dernier_cours, debut, fin) or
                  _within(e.prochain_cours, debut, fin)]  # fmt: skip
        absents = [
            e
            for e in connus
            if _within(e.prochain_cours, debut, fin)
            and e.numero not in tenus
            and apres.get(e.numero, e).prochain_cours == e.prochain_cours
        ]
        parle = sum(e.numero in vus for e in connus)
        if absents and 2 * parle < len(connus):
            s = "s" if len(absents) > 1 else ""
            dits.append(
                f"{len(absents)} réservation{s} connue{s} entre le {french(debut)} et le "
                f"{french(fin)} n'y figure{'nt' if s else ''} pas, mais ce planning ne parle que "
                f"de {parle} des {len(connus)} élèves connus sur la période : gardée{s}."
            )
            continue
        for eleve in absents:
            change = apres.get(eleve.numero, eleve)
            sans = couverture.sans_prochain.get(eleve.numero, change)
            prochain = sans.prochain_cours if sans is not change else None
            lecons = filter(None, (change.dernier_cours, sans.dernier_cours))
            nouveau = replace(
                change, prochain_cours=prochain, dernier_cours=max(lecons, default=None)
            )
            retraits[eleve.numero] = Retrait(eleve, nouveau, disparue=True)
    return list(retraits.values()), dits


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


def _within(jour: date | None, debut: date, fin: date) -> bool:
    return jour is not None and debut <= jour <= fin


def _latest(eleve: Eleve) -> date:
    return max(eleve.dernier_cours or date.min, eleve.prochain_cours or date.min)
