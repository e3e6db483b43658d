"""The questions asked in a terminal when ``relance add`` is typed alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import typer

from inactifs.cli.commun import interactive
from inactifs.erreurs import UsageIncorrect
from inactifs.procedure.modele import Etat, Issue, Moyen, Regles
from inactifs.procedure.suivi import Situation

if TYPE_CHECKING:
    from inactifs.classeur.valeurs import Classeur

Reponses = tuple[str, str, str | None, str | None, str | None]

_ISSUES_DITES = {
    Issue.SANS_REPONSE: "pas de réponse",
    Issue.MESSAGE_LAISSE: "message laissé",
    Issue.FAUX_NUMERO: "faux numéro ou adresse erronée",
    Issue.RAPPELER: "demande à être rappelé à une date",
    Issue.ENTRETIEN: "a répondu : entretien prévu",
    Issue.PLAN: "a répondu : plan de reprise",
    Issue.REFUS_CONTACT: "ne veut plus être contacté",
    Issue.REPRISE: "reprend sa formation",
    Issue.ABANDON: "dit abandonner",
}


def ask_student(classeur: Classeur, jour: date) -> str:
    """The student, chosen among those due first, or typed.

    Raises:
        UsageIncorrect: nobody is there to answer.
    """
    if not interactive():
        raise UsageIncorrect(
            "Il manque le nom ou le numéro de l'élève.",
            "Par exemple : inactifs relance add Dupont --moyen sms",
        )
    from inactifs.cli.matin import open_situations

    dues = [s for s in open_situations(classeur, jour) if s.etat is Etat.A_RELANCER]
    dues.sort(key=lambda s: (s.echeance or jour, s.dossier.eleve))
    proposees = dues[:9]
    if proposees:
        print("Les plus urgents :")
    for rang, situation in enumerate(proposees, 1):
        etape = situation.etape.libelle if situation.etape else ""
        retard = f", {situation.retard_jours} j de retard" if situation.retard_jours else ""
        print(f"  {rang}. {situation.dossier.eleve} ({etape}{retard})")
    reponse = str(typer.prompt("Quel élève (un numéro de la liste, ou quelques lettres)")).strip()
    if reponse.isdigit() and 1 <= int(reponse) <= len(proposees):
        dossier = proposees[int(reponse) - 1].dossier
        return dossier.numero or dossier.eleve
    return reponse


def ask_relance(situation: Situation, regles: Regles) -> Reponses:
    """Means, outcome, suspension, cause and comment, each with what is most likely proposed."""
    moyens = list(Moyen)
    propose = default_moyen(situation)
    moyen = moyens[_pick("Par quel moyen", [m.libelle for m in moyens], moyens.index(propose))]
    issues = list(_ISSUES_DITES)
    issue = issues[_pick("Qu'en est-il sorti", list(_ISSUES_DITES.values()), 0)]
    jusqu_au = cause = None
    if issue is Issue.RAPPELER:
        jusqu_au = str(typer.prompt("Rappeler à partir de quelle date (rien n'est dû avant)"))
    if issue.repondu:
        causes = [*regles.causes, "(non dite)"]
        choix = _pick("Quelle cause", causes, len(causes) - 1)
        cause = causes[choix] if choix < len(regles.causes) else None
    commentaire = str(typer.prompt("Commentaire (Entrée : aucun)", default="", show_default=False))
    return moyen.value, issue.value, jusqu_au, cause, commentaire or None


def default_moyen(situation: Situation) -> Moyen:
    """The step's own means, another than those which reached a wrong number."""
    if situation.etape is None:
        return Moyen.TELEPHONE
    faux = {r.moyen for r in situation.dossier.relances if r.faux_numero}
    return next((m for m in situation.etape.moyens if m not in faux), situation.etape.moyens[0])


def _pick(question: str, choix: list[str], defaut: int) -> int:
    for rang, texte in enumerate(choix, 1):
        print(f"  {rang}. {texte}")
    while True:
        reponse = str(typer.prompt(question, default=str(defaut + 1))).strip()
        if reponse.isdigit() and 1 <= int(reponse) <= len(choix):
            return int(reponse) - 1
        print(f"Tapez un nombre de 1 à {len(choix)}.")
