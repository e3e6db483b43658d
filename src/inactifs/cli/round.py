"""``tournee``: the guided round, one student at a time, one key for what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from shutil import get_terminal_size

from inactifs.cli.attempt import Dites, Essai, prepare
from inactifs.cli.questions import (
    ask_comment,
    ask_moment,
    clear,
    free_answer,
    pressed,
    require_terminal,
)
from inactifs.cli.screen import say, show
from inactifs.cli.session import Session, Writing
from inactifs.erreurs import ErreurInactifs, Interrompu, Refus
from inactifs.mots import directory_key
from inactifs.procedure.modele import Etat, Issue, Moyen
from inactifs.procedure.suivi import Situation
from inactifs.recherche import Personne, find_person
from inactifs.rendu.calls import TOUCHES, round_summary, student_screen
from inactifs.rendu.outbox import means_due
from inactifs.rendu.outbox import prepare as prepare_message

A_CONFIRMER = (Issue.REFUS_CONTACT, Issue.ABANDON)


@dataclass
class Halte:
    """One student of the round: what is chosen for them, and what was noted."""

    qui: str
    moyen: Moyen | None = None
    commentaire: str = ""
    note: Essai | None = None
    passe: bool = False


@dataclass
class Tournee:
    """The students of the round in their order, and where one stands."""

    session: Session
    haltes: list[Halte]
    rang: int = 0
    dit: list[str] = field(default_factory=list)
    faits: list[Issue] = field(default_factory=list)

    @property
    def halte(self) -> Halte:
        return self.haltes[self.rang]

    def person(self) -> Personne:
        """The student whose turn it is, in the workbook as it now is."""
        return find_person(self.session.classeur, self.halte.qui)


def tournee(
    session: Writing,
    responsable: str | None = None,
) -> None:
    """The guided round: each note is written at once, so that one may stop at any time."""
    require_terminal("quelqu'un pour répondre : la tournée se fait dans un terminal")
    session.require_closed()
    haltes = [Halte(s.dossier.numero or s.dossier.eleve) for s in _due(session, responsable)]
    tour = Tournee(session, haltes, dit=session.age_of_imports())
    total = len(tour.haltes)
    if not total:
        say("Personne n'est à contacter aujourd'hui.", "Ce qui est à venir : inactifs next")
        return
    try:
        while tour.rang < total and _one(tour, f"{tour.rang + 1} sur {total}"):
            pass
    finally:
        clear()
        say(*tour.dit)
        faits = [*tour.faits, *(h.note.issue for h in tour.haltes if h.note is not None)]
        passes = sum(h.passe and h.note is None for h in tour.haltes)
        say(*round_summary(faits, passes, len(_due(session, responsable))))


def _due(session: Session, responsable: str | None) -> list[Situation]:
    """Call-backs first, by hour; then by responsible, in the order of the plan, and lateness."""
    rangs = {e.responsable: e.numero for e in reversed(session.classeur.regles.plan)}

    def order(due: Situation) -> tuple[object, ...]:
        rappel, etape = due.rappel, due.etape
        if rappel is not None and due.etat is Etat.A_RAPPELER:
            return 0, rappel.jour, rappel.heure or time.min
        rang = (rangs.get(etape.responsable, 0), etape.numero) if etape else (0, 0)
        return 1, rang, -due.retard_jours, directory_key(due.dossier.eleve)

    return sorted(session.steps_of(responsable, session.dues()), key=order)


def _one(tour: Tournee, rang: str) -> bool:
    """Show a student and do what is pressed; whether the round goes on."""
    session, halte = tour.session, tour.halte
    try:
        situation = _situation(session, tour.person(), halte)
    except ErreurInactifs as faute:  # done meanwhile by somebody else, or in a row not readable
        tour.dit.append(f"{halte.qui} : passé. {faute.message}")
        tour.rang += 1
        return True
    moyen = halte.moyen or means_due(session.classeur, situation)
    envoi = prepare_message(session.classeur, situation, session.jour, moyen)
    note = [f"  Commentaire : {halte.commentaire}"] if halte.commentaire else []
    if halte.note is not None:
        dit = f"{halte.note.moyen}, {halte.note.issue.dit}"
        note.append(f"  Noté : {dit}. Une autre touche le corrige, p continue.")
    hauteur = get_terminal_size().lines - 6  # less what is broken in two, and the question
    clear()
    show(*student_screen(envoi, moyen, rang, tour.dit, note, hauteur))
    tour.dit = []
    touche = pressed("Votre touche")
    if touche == "q":
        return False
    if touche == "b":
        tour.rang = max(0, tour.rang - 1)
    elif touche == "p":
        halte.passe = True
        tour.rang += 1
    elif touche == "c":
        halte.commentaire = ask_comment()
    elif touche == "m":
        moyens = list(Moyen)
        halte.moyen = moyens[(moyens.index(moyen) + 1) % len(moyens)]
    elif (issue := TOUCHES.get(touche)) is not None:
        _note(tour, moyen, issue)
    else:
        tour.dit = [f"La touche « {touche} » ne fait rien ici."]
    return True


def _situation(session: Session, personne: Personne, halte: Halte) -> Situation:
    """Where the student stands, or stood before what was noted of them in this round."""
    dossier = personne.ouvert or personne.dossiers[-1]
    situation = halte.note.avant if halte.note else session.situation(dossier, personne.eleve)
    if not situation.a_contacter:
        raise Refus(f"{dossier.eleve} n'est plus à contacter aujourd'hui.")
    return situation


def _note(tour: Tournee, moyen: Moyen, issue: Issue) -> None:
    """Write what came of it; on the way back, in the place of what was noted first."""
    session, halte = tour.session, tour.halte
    if issue is Issue.FAUX_NUMERO and moyen in (Moyen.EMAIL, Moyen.COURRIER):
        issue = Issue.ADRESSE_FAUSSE
    if issue in A_CONFIRMER:
        nom = tour.person().nom
        if pressed(f"{nom} {issue.dit} : c'est bien cela (o ou n)") != "o":
            return
    le = ask_moment(issue, session.jour)
    dites = Dites(moyen, issue, le=le, commentaire=halte.commentaire or None)
    try:
        with session.writing():
            personne = tour.person()
            if halte.note is None:
                essai = prepare(session, personne, dites)
                session.record(essai.fait)
            else:
                essai = halte.note.corrected(session, personne, dites)
    except Interrompu:
        raise
    except ErreurInactifs as refus:
        tour.dit = [refus.dit]
        if free_answer(f"{tour.dit[0]} Entrée pour continuer", "") == "q":
            raise
        return
    session.refresh()
    halte.note, halte.commentaire, halte.passe = essai, "", False
    tour.dit = [f"{essai.suite.dossier.eleve} : {essai.moyen}, {issue.dit}. {essai.next_step}"]
    if issue.vaine:  # the step is still to be made, by another means
        halte.note, halte.moyen = None, None
        tour.faits.append(issue)
    else:
        tour.rang += 1
