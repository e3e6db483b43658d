"""The questions asked in a terminal: who, what came of it, « oui ou non », one key."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

import typer

from inactifs.classeur.values import Classeur
from inactifs.cli.options import typed_moment
from inactifs.cli.screen import interactive, say
from inactifs.dates import french
from inactifs.erreurs import EleveIntrouvable, Interrompu, Refus, UsageIncorrect
from inactifs.mots import and_others, directory_key
from inactifs.procedure.modele import Issue, Regles
from inactifs.procedure.notes import private_words
from inactifs.procedure.suivi import Situation
from inactifs.recherche import Personne, find_person

T = TypeVar("T")

PROPOSES = 9
"""How many are shown, so that one digit chooses."""

ARRETS = ("n", "non", "rien", "annuler")


def require_terminal(argument: str) -> None:
    """Raise ``UsageIncorrect`` when nobody is there to say what ``argument`` names."""
    if not interactive():
        raise UsageIncorrect(f"Il manque {argument}.", "Ajoutez « --help » pour voir un exemple.")


def question(texte: str, defaut: str | None = None) -> str:
    """What is answered in a terminal, ``defaut`` to a mere Enter (asked again when None). Raises
    ``Refus`` when it is to stop there, ``Interrompu`` on Ctrl-C or Ctrl-D: every question comes
    before the command writes."""
    reponse = free_answer(texte, defaut)
    if reponse.casefold() in ARRETS:
        raise Refus("Rien n'a été écrit.")
    return reponse


def free_answer(texte: str, defaut: str | None = None) -> str:
    """As :func:`question`, where « non » is an answer among others."""
    try:
        reponse = typer.prompt(texte, defaut, show_default=bool(defaut), prompt_suffix="\u00a0: ")
    except typer.Abort:
        print()  # the cursor is still behind the question
        raise Interrompu("Interrompu : rien n'a été écrit.") from None
    return str(reponse).strip()


def ask(valeur: str | None, demande: str, argument: str) -> str:
    """``valeur``, else the answer to ``demande`` in a terminal; raises ``UsageIncorrect`` when
    nobody is there to answer."""
    if valeur and (dit := valeur.strip()):
        return dit
    require_terminal(argument)
    return question(demande)


def ask_eleve(eleve: str | None) -> str:
    """The student as typed, else as answered."""
    return ask(eleve, "Quel élève", "le nom ou le numéro de l'élève")


def confirm(demande: str) -> None:
    """Ask « oui » or « non », in French; raises ``Refus`` when it is no."""
    while question(f"{demande} (oui ou non)", "").casefold() not in {"o", "oui"}:
        say("Répondez oui ou non.")


def consent(demande: str, sans_terminal: str, conseil: str, *dits: str) -> None:
    """Say what is about to be done and have it confirmed; where nobody is there to answer, raise
    ``Refus`` with the sentence and the advice for it."""
    if not interactive():
        raise Refus(sans_terminal, conseil)
    say(*dits)
    confirm(demande)


def pick(
    demande: str, choix: Sequence[T], dit: Callable[[T], str] = str, defaut: T | None = None
) -> T:
    """What is chosen by its number; a mere Enter is ``defaut``, if there is one."""
    for rang, chose in enumerate(choix, 1):
        say(f"  {rang}. {dit(chose)}")
    while True:
        reponse = question(demande, None if defaut is None else str(choix.index(defaut) + 1))
        if reponse.isdigit() and 1 <= int(reponse) <= len(choix):
            return choix[int(reponse) - 1]
        say(f"Tapez un nombre de 1 à {len(choix)}.")


def among(texte: str, possibles: Sequence[Personne]) -> Personne:
    """The one of several whom ``texte`` may mean, chosen by a number."""
    montres = possibles[:PROPOSES]
    say(f"« {texte} » peut désigner {len(possibles)} élèves.")
    if reste := len(possibles) - len(montres):
        say(f"Les {len(montres)} premiers, et {reste} autre{'s' if reste > 1 else ''} "
            "(« non », puis un nom plus précis) :")  # fmt: skip
    return pick("Lequel", montres, lambda p: p.libelle)


def ask_student(classeur: Classeur, situations: Sequence[Situation], titre: str) -> Personne:
    """The student, chosen among those of ``situations``, the longest due first, or by a few
    letters; asked until found."""
    rangees = sorted(situations, key=lambda s: (-s.retard_jours, directory_key(s.dossier.eleve)))
    montrees = rangees[:PROPOSES]
    proposees = [s.dossier.numero or s.dossier.eleve for s in montrees]
    if proposees:
        say(titre)
    for rang, situation in enumerate(montrees, 1):
        faites = ", ".join(french(r.date) for r in situation.dossier.relances)
        quoi = situation.etape.libelle if situation.etape else f"relances {faites}"
        retard = f", {situation.retard_jours} j de retard" if situation.retard_jours > 0 else ""
        say(f"  {rang}. {situation.dossier.eleve} ({quoi}{retard})")
    if reste := len(rangees) - len(montrees):
        say(f"  {and_others(reste)} : tapez quelques lettres du nom.")
    demande = "Quel élève (quelques lettres, ou un numéro de la liste)"
    while True:
        reponse = question(demande if proposees else "Quel élève (quelques lettres)")
        if reponse.isdigit() and 1 <= int(reponse) <= len(proposees):
            reponse = proposees[int(reponse) - 1]
        try:
            return find_person(classeur, reponse)
        except EleveIntrouvable as faute:
            possibles = [p for p in faute.candidats if p.ouvert] or faute.candidats
            if not possibles:
                say(faute.dit.replace(" Rien n'a été écrit.", ""))
                continue
        return possibles[0] if len(possibles) == 1 else among(reponse, possibles)


def ask_moment(issue: Issue, jour: date) -> str | None:
    """The day to come of a call-back, an interview or a plan, with its hour if there is one, asked
    until it is one; None to a mere Enter, unless it is a call-back, and for another outcome."""
    if issue not in (Issue.RAPPELER, Issue.ENTRETIEN, Issue.PLAN):
        return None
    needed = issue is Issue.RAPPELER
    while True:
        aucun = "" if needed else " ; Entrée : aucun"
        reponse = question(f"Quel jour (mardi 18h, 21/12, +7){aucun}", "")
        if not reponse and not needed:
            return None
        try:
            lu = typed_moment(reponse, "Jour", jour)
        except UsageIncorrect as faute:
            say(faute.dit)
            continue
        if lu.jour >= jour:
            return lu.libelle
        say(f"Le {french(lu.jour)} est passé : donnez un jour à venir.")


def ask_cause(regles: Regles) -> str | None:
    """One of the school's causes, in its words; None when it was not said."""
    non_dite = "(non dite)"
    cause = pick("Quelle cause", [*regles.causes, non_dite], defaut=non_dite)
    if cause != "autre":
        return None if cause == non_dite else cause
    precision = free_answer("Laquelle, en un mot", "")
    return f"{cause} : {precision}" if precision else cause


def ask_comment() -> str:
    """A line to remember, or nothing."""
    say("Commentaire : rien sur la santé ni la vie privée ; l'élève a le droit de le lire.")
    return reworded(free_answer("Commentaire (Entrée : aucun)", ""), ecrire=True)


def reworded(texte: str, *, ecrire: bool) -> str:
    """``texte``, which is about to be written (``ecrire``) or not; or what is typed in its place
    in a terminal, once said that it seems to tell of health, of private life or of a person's
    worth."""
    while mots := private_words(texte):
        say(
            f"« {' », « '.join(mots)} » : rien sur la santé ni la vie privée dans le tableau, "
            "l'élève a le droit de le lire (CNIL)."
        )
        autrement = ""
        if ecrire and interactive():
            autrement = free_answer("Écrivez-le autrement (Entrée : le garder tel quel)", "")
        elif ecrire:
            say("Retirez-le de la cellule, ou annulez avec « inactifs undo ».")
        if not autrement:
            return texte
        texte = autrement
    return texte


ENTREE = "\n"


def real_terminal() -> bool:
    """Whether single keys can be read and the screen cleared."""
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def pressed(demande: str) -> str:
    """The key pressed, in lower case, :data:`ENTREE` for Enter; where there is no real terminal,
    the first letter of the line typed after ``demande``. What was pressed before the question
    is not taken: it was meant for the screen before. Raises ``Interrompu`` on Ctrl-C or Ctrl-D."""
    if not real_terminal():
        return free_answer(demande, "")[:1].casefold() or ENTREE
    print(f"{demande}\u00a0: ", end="", flush=True)
    try:
        touche = typer.getchar()
    except (KeyboardInterrupt, EOFError):
        touche = "\x03"
    if touche in ("\x03", "\x04"):
        print()
        raise Interrompu("Tournée interrompue : ce qui est noté est écrit.")
    print(touche if touche.isprintable() else "")
    return ENTREE if touche in ("\r", "\n") else touche[:1].casefold()


def clear() -> None:
    """A blank screen, where there is a real one."""
    if real_terminal():
        from rich.console import Console

        Console().clear()
    else:
        print()
