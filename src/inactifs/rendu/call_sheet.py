"""The call sheet: a printed page to fill by hand beside the telephone, one line a student."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from inactifs.dates import french
from inactifs.mots import directory_key
from inactifs.procedure.joignable import means_to_use
from inactifs.procedure.modele import Eleve
from inactifs.rendu.morning import reach
from inactifs.rendu.report_html import environment
from inactifs.rendu.said import last_said, reservations

if TYPE_CHECKING:
    from inactifs.classeur.valeurs import Classeur
    from inactifs.procedure.suivi import Situation

BOITES = (
    "Sans réponse",
    "Message laissé",
    "Faux n°",
    "À rappeler",
    "Entretien",
    "Plan",
    "Reprise",
    "Ne plus contacter",
    "Abandon",
)
"""What may come of a call, in the order of the keys of the round."""


@dataclass(frozen=True, slots=True)
class Ligne:
    """A student to call, as printed."""

    nom: str
    numero: str
    joindre: str
    quand: str
    dit: str


def call_sheet(situations: Sequence[Situation], classeur: Classeur, jour: date) -> str:
    """The page: call-backs by hour, then each responsible's students; A4, self-contained."""
    dues = sorted(((s, classeur.eleve_of(s.dossier)) for s in situations), key=_rank)
    groupes = [
        (titre, [_line(s, eleve, jour) for s, eleve in siens])
        for titre, siens in groupby(dues, key=lambda due: _title(*due))
    ]
    return (
        environment()
        .get_template("call_sheet.html")
        .render(
            ecole=classeur.ecole.nom,
            jour=french(jour),
            groupes=groupes,
            total=len(dues),
            boites=BOITES,
            causes=classeur.regles.causes,
        )
    )


def _rank(due: tuple[Situation, Eleve | None]) -> tuple[bool, str, int, str, tuple[str, str]]:
    situation, eleve = due
    rappel, etape = situation.rappel, situation.etape
    heure = f"{rappel.heure:%H:%M}" if rappel and rappel.heure else "24:00" if rappel else ""
    numero = etape.numero if etape and not rappel else 0
    return rappel is None, heure, numero, _title(situation, eleve), directory_key(_name(due))


def _name(due: tuple[Situation, Eleve | None]) -> str:
    return due[0].dossier.eleve


def _title(situation: Situation, eleve: Eleve | None) -> str:
    if situation.rappel:
        return "À rappeler, entretiens"
    etape = situation.etape
    if etape is None:
        return ""
    moyens = " ou ".join(m.libelle for m in means_to_use(etape, eleve))
    return f"{etape.responsable} · {etape.libelle} · {moyens}"


def _line(situation: Situation, eleve: Eleve | None, jour: date) -> Ligne:
    dossier, rappel = situation.dossier, situation.rappel
    retard = f"{situation.retard_jours} j" if situation.retard_jours > 0 else ""
    quand = f"{rappel.heure:%H h %M}" if rappel and rappel.heure else retard
    dit = last_said(dossier)
    return Ligne(
        dossier.eleve,
        dossier.numero,
        reach(situation, eleve),
        quand,
        " · ".join(filter(None, (dit, reservations(eleve, jour)))),
    )
