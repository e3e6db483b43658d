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
SUITES: dict[str, int | None] = {"p": 1, "b": -1, "c": 0, "m": 0, "q": None}
"""The keys that note nothing: how many students each goes on or back, None to stop."""


@dataclass
class Halte:
    """One student of the round: what is chosen for them; where they stood before what was noted
    in it, and what was; the tries that reached nobody, and leave the step to be made."""

    qui: str
    moyen: Moyen | None = None
    commentaire: str = ""
    avant: Situation | None = None
    note: Relance | None = None
    passe: bool = False
    vains: list[Issue] = field(default_factory=list)


def tournee(session: Writing, responsable: str | None = None) -> None:
    """The guided round: each note is written at once, so that one may stop at any time."""
    questions.require_terminal("quelqu'un pour répondre : la tournée se fait dans un terminal")
    session.require_closed()
    haltes = [Halte(s.dossier.numero or s.dossier.eleve) for s in _due(session, responsable)]
    if not haltes:
        say("Personne n'est à contacter aujourd'hui.", "Ce qui est à venir : inactifs next")
        return
    dit, rang = session.age_of_imports(), 0
    pas: int | None = 0
    try:
        while pas is not None and (rang := max(0, rang + pas)) < len(haltes):
            pas = _one(session, haltes[rang], f"{rang + 1} sur {len(haltes)}", dit)
    finally:
        questions.clear()
        faits = [issue for h in haltes for issue in h.vains]
        faits += [h.note.issue for h in haltes if h.note is not None]
        passes = sum(h.passe and h.note is None for h in haltes)
        say(*dit, *round_summary(faits, passes, len(_due(session, responsable))))


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


def _one(session: Session, halte: Halte, rang: str, dit: list[str]) -> int | None:
    """Show a student below what is to be said (``dit``, made anew), and do what is pressed; how
    many students to go on or back, None to stop."""
    try:
        personne = find_person(session.classeur, halte.qui)
        dossier = personne.dossiers[-1]
        # where they stand, or stood before what was noted of them in this round
        situation = halte.avant or session.situation(dossier, personne.eleve)
        if not situation.a_contacter:
            raise Refus(f"{dossier.eleve} n'est plus à contacter aujourd'hui.")
    except ErreurInactifs as faute:  # done meanwhile by somebody else, or in a row not readable
        dit.append(f"{halte.qui} : passé. {faute.message}")
        return 1
    moyen = halte.moyen or means_due(session.classeur, situation)
    envoi = prepare_message(session.classeur, situation, session.jour, moyen)
    note = [f"  Commentaire : {halte.commentaire}"] if halte.commentaire else []
    if halte.note is not None:
        deja = f"{means(halte.note.moyen)}, {halte.note.issue.dit}"
        note.append(f"  Noté : {deja}. Une autre touche le corrige, p continue.")
    hauteur = get_terminal_size().lines - 6  # less what is broken in two, and the question
    questions.clear()
    show(*student_screen(envoi, moyen, rang, dit, note, hauteur))
    dit.clear()
    touche = questions.pressed("Votre touche")
    if (issue := TOUCHES.get(touche)) is not None:
        return _note(session, halte, moyen, issue, dit)
    if touche == "p":
        halte.passe = True
    elif touche == "c":
        halte.commentaire = questions.ask_comment()
    elif touche == "m":
        moyens = list(Moyen)
        halte.moyen = moyens[(moyens.index(moyen) + 1) % len(moyens)]
    elif touche not in SUITES:
        dit.append(f"La touche « {touche} » ne fait rien ici.")
    return SUITES.get(touche, 0)


def _note(session: Session, halte: Halte, moyen: Moyen, issue: Issue, dit: list[str]) -> int:
    """Write what came of it; on the way back, in the place of what was noted first. 1 when it is
    done, 0 to stay with the same student."""
    if issue in A_CONFIRMER:
        nom = find_person(session.classeur, halte.qui).nom
        if questions.pressed(f"{nom} {issue.dit} : c'est bien cela (o ou n)") != "o":
            return 0
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
        dit.append(refus.dit)
        if questions.free_answer(f"{refus.dit} Entrée pour continuer", "") == "q":
            raise
        return 0
    session.refresh()
    assert fait.dossier is not None
    relance, suite = fait.dossier.relances[-1], what_follows(session, fait)
    dit.append(f"{fait.dossier.eleve} : {means(relance.moyen)}, {relance.issue.dit}. {suite}")
    halte.commentaire, halte.passe = "", False
    if relance.vaine:  # the step is still to be made, by another means
        halte.vains.append(relance.issue)
        halte.avant = halte.note = halte.moyen = None
        return 0
    halte.avant, halte.note = avant, relance
    return 1
