"""``tournee``: the guided round, one student at a time, one key for what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from shutil import get_terminal_size

from inactifs.cli import questions
from inactifs.cli.attempt import Dites, correct, prepare, what_follows
from inactifs.cli.screen import say, show
from inactifs.cli.session import Session, Writing
from inactifs.erreurs import ErreurInactifs, Interrompu, Refus
from inactifs.mots import directory_key
from inactifs.procedure.modele import Etat, Issue, Moyen, Relance
from inactifs.procedure.suivi import Situation
from inactifs.recherche import find_person
from inactifs.rendu.calls import TOUCHES, round_summary, student_screen
from inactifs.rendu.outbox import means_due
from inactifs.rendu.outbox import prepare as prepare_message
from inactifs.rendu.wording import means

A_CONFIRMER = (Issue.REFUS_CONTACT, Issue.ABANDON)


@dataclass
class Halte:
    """One student of the round: what is chosen for them; where they stood before what was noted
    in it, and what was."""

    qui: str
    moyen: Moyen | None = None
    commentaire: str = ""
    avant: Situation | None = None
    note: Relance | None = None
    passe: bool = False


@dataclass
class Tournee:
    """The students of the round in their order, and where one stands; what is to be said on the
    next screen; what was done and leaves the step to be made by another means."""

    session: Session
    haltes: list[Halte]
    dit: list[str]
    rang: int = 0
    vaines: list[Issue] = field(default_factory=list)

    @property
    def halte(self) -> Halte:
        return self.haltes[self.rang]


def tournee(session: Writing, responsable: str | None = None) -> None:
    """The guided round: each note is written at once, so that one may stop at any time."""
    questions.require_terminal("quelqu'un pour répondre : la tournée se fait dans un terminal")
    session.require_closed()
    haltes = [Halte(s.dossier.numero or s.dossier.eleve) for s in _due(session, responsable)]
    if not haltes:
        say("Personne n'est à contacter aujourd'hui.", "Ce qui est à venir : inactifs next")
        return
    tour = Tournee(session, haltes, session.age_of_imports())
    try:
        while tour.rang < len(haltes) and _one(tour):
            pass
    finally:
        questions.clear()
        faits = [*tour.vaines, *(h.note.issue for h in haltes if h.note is not None)]
        passes = sum(h.passe and h.note is None for h in haltes)
        say(*tour.dit, *round_summary(faits, passes, len(_due(session, responsable))))


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


def _one(tour: Tournee) -> bool:
    """Show a student and do what is pressed; whether the round goes on."""
    session, halte = tour.session, tour.halte
    try:
        situation = _situation(session, halte)
    except ErreurInactifs as faute:  # done meanwhile by somebody else, or in a row not readable
        tour.dit.append(f"{halte.qui} : passé. {faute.message}")
        tour.rang += 1
        return True
    moyen = halte.moyen or means_due(session.classeur, situation)
    envoi = prepare_message(session.classeur, situation, session.jour, moyen)
    note = [f"  Commentaire : {halte.commentaire}"] if halte.commentaire else []
    if halte.note is not None:
        dit = f"{means(halte.note.moyen)}, {halte.note.issue.dit}"
        note.append(f"  Noté : {dit}. Une autre touche le corrige, p continue.")
    hauteur = get_terminal_size().lines - 6  # less what is broken in two, and the question
    rang = f"{tour.rang + 1} sur {len(tour.haltes)}"
    questions.clear()
    show(*student_screen(envoi, moyen, rang, tour.dit, note, hauteur))
    tour.dit = []
    touche = questions.pressed("Votre touche")
    if touche == "b":
        tour.rang = max(0, tour.rang - 1)
    elif touche == "p":
        halte.passe = True
        tour.rang += 1
    elif touche == "c":
        halte.commentaire = questions.ask_comment()
    elif touche == "m":
        moyens = list(Moyen)
        halte.moyen = moyens[(moyens.index(moyen) + 1) % len(moyens)]
    elif (issue := TOUCHES.get(touche)) is not None:
        _note(tour, moyen, issue)
    elif touche != "q":
        tour.dit = [f"La touche « {touche} » ne fait rien ici."]
    return touche != "q"


def _situation(session: Session, halte: Halte) -> Situation:
    """Where the student stands, or stood before what was noted of them in this round."""
    personne = find_person(session.classeur, halte.qui)
    dossier = personne.ouvert or personne.dossiers[-1]
    situation = halte.avant or session.situation(dossier, personne.eleve)
    if not situation.a_contacter:
        raise Refus(f"{dossier.eleve} n'est plus à contacter aujourd'hui.")
    return situation


def _note(tour: Tournee, moyen: Moyen, issue: Issue) -> None:
    """Write what came of it; on the way back, in the place of what was noted first."""
    session, halte = tour.session, tour.halte
    if issue in A_CONFIRMER:
        nom = find_person(session.classeur, halte.qui).nom
        if questions.pressed(f"{nom} {issue.dit} : c'est bien cela (o ou n)") != "o":
            return
    le = questions.ask_moment(issue, session.jour)
    dites = Dites(moyen, issue, le=le, commentaire=halte.commentaire or None)
    try:
        with session.writing():
            personne = find_person(session.classeur, halte.qui)
            if halte.avant is not None:
                fait, avant = correct(session, personne, dites), halte.avant
            else:
                essai = prepare(session, personne, dites)
                fait, avant = essai.fait, essai.avant
                session.record(fait)
    except Interrompu:
        raise
    except ErreurInactifs as refus:
        tour.dit = [refus.dit]
        if questions.free_answer(f"{refus.dit} Entrée pour continuer", "") == "q":
            raise
        return
    session.refresh()
    assert fait.dossier is not None
    relance = fait.dossier.relances[-1]
    suite = what_follows(session, fait)
    tour.dit = [f"{fait.dossier.eleve} : {means(relance.moyen)}, {relance.issue.dit}. {suite}"]
    halte.avant, halte.note, halte.commentaire, halte.passe = avant, relance, "", False
    if relance.vaine:  # the step is still to be made, by another means
        halte.avant = halte.note = halte.moyen = None
        tour.vaines.append(relance.issue)
    else:
        tour.rang += 1
