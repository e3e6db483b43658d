"""The questions asked in a terminal: who, what came of it, « oui ou non »."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from inactifs.cli.commun import (
    choice,
    free_answer,
    interactive,
    question,
    require_terminal,
    say,
    typed_day,
)
from inactifs.cli.essai import Dites
from inactifs.dates import french
from inactifs.erreurs import EleveIntrouvable, UsageIncorrect
from inactifs.procedure.joignable import default_moyen
from inactifs.procedure.modele import ISSUES_OFFERTES, Eleve, Etat, Issue, Moyen, Regles
from inactifs.procedure.suivi import Situation

if TYPE_CHECKING:
    from inactifs.classeur.valeurs import Classeur
    from inactifs.recherche import Personne

PROPOSES = 9
"""How many are shown, so that one digit chooses."""


def ask_due_student(classeur: Classeur, jour: date) -> Personne:
    """The student, chosen among those whose relance is due, or by a few letters.

    Raises:
        UsageIncorrect: nobody is there to answer.
        Refus: the answer is to stop there.
    """
    require_terminal("le nom ou le numéro de l'élève")
    from inactifs.cli.detect import open_situations

    dues = [s for s in open_situations(classeur, jour) if s.etat is Etat.A_RELANCER]
    return ask_student(classeur, dues, "Les plus urgents :")


def ask_student(classeur: Classeur, situations: Sequence[Situation], titre: str) -> Personne:
    """The student, chosen among those of ``situations``, the longest due first, or by a few
    letters; asked until found.

    Raises:
        Refus: the answer is to stop there.
    """
    from inactifs.recherche import find_person

    montrees = sorted(situations, key=lambda s: (-s.retard_jours, s.dossier.eleve))[:PROPOSES]
    proposees = [s.dossier.numero or s.dossier.eleve for s in montrees]
    if proposees:
        say(titre)
    for rang, situation in enumerate(montrees, 1):
        retard = f", {situation.retard_jours} j de retard" if situation.retard_jours > 0 else ""
        say(f"  {rang}. {situation.dossier.eleve} ({_next_or_made(situation)}{retard})")
    demande = "Quel élève (quelques lettres, ou un numéro de la liste)"
    while True:
        reponse = question(demande if proposees else "Quel élève (quelques lettres)")
        if reponse.isdigit() and 1 <= int(reponse) <= len(proposees):
            reponse = proposees[int(reponse) - 1]
        try:
            return find_person(classeur, reponse)
        except EleveIntrouvable as faute:
            possibles = _with_open_dossier(classeur, faute.candidats)
            if not 0 < len(possibles) <= PROPOSES:
                say(f"{faute.message} {faute.conseil}".replace(" Rien n'a été écrit.", ""))
                continue
        if len(possibles) == 1:
            return possibles[0]
        return possibles[_pick(f"« {reponse} » : lequel", [p.libelle for p in possibles], 0)]


def _next_or_made(situation: Situation) -> str:
    """« 2e relance », or the relances on which a closing rests."""
    if situation.etape is not None:
        return situation.etape.libelle
    return "relances " + ", ".join(french(r.date) for r in situation.dossier.relances)


def confirm_meant(personne: Personne, texte: str) -> None:
    """In a terminal, show who is meant by letters found inside a name (« non »: Manon), and
    have it confirmed.

    Raises:
        Refus: it is somebody else.
    """
    from inactifs.recherche import begins_words

    if interactive() and not begins_words(personne, texte):
        confirm(f"« {texte} » : est-ce bien {personne.libelle}")


def _with_open_dossier(classeur: Classeur, libelles: tuple[str, ...]) -> list[Personne]:
    """Those of these people for whom a relance can be noted; all of them when there is none."""
    from inactifs.recherche import all_persons

    personnes = [p for p in all_persons(classeur) if p.libelle in libelles]
    return [p for p in personnes if p.ouvert] or personnes


def ask_relance(
    situation: Situation, eleve: Eleve | None, regles: Regles, jour: date, dites: Dites
) -> Dites:
    """Means, outcome, suspension, cause and comment: what ``dites`` lacks, with what is most
    likely proposed."""
    moyen = dites.moyen or _ask_moyen(situation, eleve)
    if dites.resultat is None:
        issues = list(ISSUES_OFFERTES)
        issue = issues[_pick("Qu'en est-il sorti", [i.dit for i in issues], 0)]
    else:
        issue = choice(Issue, dites.resultat, "--resultat")
    jusqu_au, cause, commentaire = dites.jusqu_au, dites.cause, dites.commentaire
    if issue is Issue.RAPPELER and jusqu_au is None:
        jusqu_au = _ask_day(jour)
    if issue.repondu and cause is None:
        cause = _ask_cause(regles)
    if commentaire is None:
        say("Commentaire : rien sur la santé ni la vie privée ; l'élève a le droit de le lire.")
        commentaire = free_answer("Commentaire (Entrée : aucun)", "")
    return Dites(moyen, issue.value, jusqu_au, cause, commentaire)


def confirm(demande: str) -> None:
    """Ask « oui » or « non », in French.

    Raises:
        Refus: the answer is no.
    """
    while True:
        reponse = question(f"{demande} (oui ou non)", "")
        if reponse.casefold() in {"o", "oui"}:
            return
        say("Répondez oui ou non.")


def _ask_moyen(situation: Situation, eleve: Eleve | None) -> str:
    moyens = list(Moyen)
    propose = default_moyen(situation.dossier, situation.etape, eleve)
    choix = [m.libelle for m in moyens]
    return moyens[_pick("Par quel moyen", choix, moyens.index(propose))].value


def _ask_day(jour: date) -> str:
    while True:
        reponse = question("Rien n'est dû jusqu'à quelle date comprise (24/12, 24/12/2026…)")
        try:
            lue = typed_day(reponse, "Date", sens="futur", depuis=jour)
        except UsageIncorrect as faute:
            say(f"{faute.message} {faute.conseil}")
            continue
        if lue >= jour:
            return french(lue)
        say(f"Le {french(lue)} est avant la relance : donnez une date plus tardive.")


def _ask_cause(regles: Regles) -> str | None:
    choix = _pick("Quelle cause", [*regles.causes, "(non dite)"], len(regles.causes))
    if choix == len(regles.causes):
        return None
    cause = regles.causes[choix]
    if cause != "autre":
        return cause
    precision = free_answer("Laquelle, en un mot", "")
    return f"{cause} : {precision}" if precision else cause


def _pick(demande: str, choix: list[str], defaut: int) -> int:
    for rang, texte in enumerate(choix, 1):
        say(f"  {rang}. {texte}")
    while True:
        reponse = question(demande, str(defaut + 1))
        if reponse.isdigit() and 1 <= int(reponse) <= len(choix):
            return int(reponse) - 1
        say(f"Tapez un nombre de 1 à {len(choix)}.")
