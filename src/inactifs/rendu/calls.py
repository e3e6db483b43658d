"""The calls of a day: the sheet to print and fill by hand, and the screen of the guided round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from inactifs.dates import french
from inactifs.mots import directory_key
from inactifs.phones import format_phone
from inactifs.procedure.eleve import PAR_TELEPHONE
from inactifs.procedure.modele import Issue, Moyen
from inactifs.rendu.cases import Ligne, lines
from inactifs.rendu.outbox import Envoi, spoken_seconds
from inactifs.rendu.page import filled
from inactifs.rendu.wording import joined, list_of_means, many

if TYPE_CHECKING:
    from inactifs.classeur.values import Classeur
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


def call_sheet(situations: Sequence[Situation], classeur: Classeur, jour: date) -> str:
    """The page: call-backs by hour, then each responsible's students; A4, self-contained."""
    dues = sorted(lines(situations, classeur, jour), key=_rank)
    return filled(
        "call_sheet.html",
        ecole=classeur.ecole.nom,
        jour=french(jour),
        groupes=[(titre, list(siens)) for titre, siens in groupby(dues, key=_title)],
        total=len(dues),
        boites=BOITES,
        causes=classeur.regles.causes,
    )


def _rank(due: Ligne) -> tuple[bool, str, int, str, tuple[str, str]]:
    rappel, etape = due.situation.rappel, due.situation.etape
    heure = (due.heure or "24:00") if rappel else ""
    numero = etape.numero if etape and not rappel else 0
    return rappel is None, heure, numero, _title(due), directory_key(due.dossier.eleve)


def _title(due: Ligne) -> str:
    if due.situation.rappel:
        return "À rappeler, entretiens"
    return f"{due.responsable} · {due.etape} · {list_of_means(due.moyens)}"


TOUCHES = {
    "\n": Issue.SANS_REPONSE,
    "2": Issue.MESSAGE_LAISSE,
    "3": Issue.RAPPELER,
    "4": Issue.ENTRETIEN,
    "5": Issue.PLAN,
    "6": Issue.REPRISE,
    "7": Issue.FAUX_NUMERO,
    "8": Issue.REFUS_CONTACT,
    "9": Issue.ABANDON,
}
"""The key of each outcome (contract, section 4)."""

AIDE = (
    "Entrée sans réponse    2 message laissé    3 à rappeler      4 entretien",
    "5 plan de reprise      6 reprise           7 faux numéro     8 ne plus contacter",
    "9 abandon   c commentaire   m autre moyen   p passer   b revenir   q arrêter",
)


def student_screen(
    envoi: Envoi, moyen: Moyen, rang: str, commentaire: str, note: str, hauteur: int = 1000
) -> list[str]:
    """Who, how, since when, what was said, what to send or say, and the keys; who it is once more
    under a text that leaves no room in ``hauteur`` lines.
    """
    situation = envoi.situation
    retard = situation.retard_jours
    entete = joined(
        rang,
        f"À RAPPELER le {situation.rappel.libelle}" if situation.rappel else envoi.etape,
        envoi.responsable,
        f"{many(retard, 'jour')} de retard" if retard > 0 else "",
    )
    lignes = [entete, "", f"  {envoi.nom}"]
    lignes.append(f"  {moyen.libelle}  {_where(envoi, moyen)}".rstrip())
    if (vu := envoi.dossier.derniere_activite) is not None:
        lignes.append(f"  Dernière activité : {french(vu)}")
    lignes += [f"  {envoi.dit}"] if envoi.dit else []
    lignes += ["", *_text(envoi), ""]
    if commentaire:
        lignes.append(f"  Commentaire : {commentaire}")
    if note:
        lignes.append(f"  Noté : {note}. Une autre touche le corrige, p continue.")
    if len(lignes) + len(AIDE) >= hauteur:
        lignes.append(joined(rang, envoi.nom, _where(envoi, moyen)))
    return [*lignes, *AIDE]


def _where(envoi: Envoi, moyen: Moyen) -> str:
    """The number to dial or the address, where it is known and not known to be wrong."""
    eleve = envoi.eleve
    if eleve is None:
        return ""
    if moyen is Moyen.EMAIL:
        return envoi.adresse_email or "adresse inconnue ou fausse"
    if moyen not in PAR_TELEPHONE:
        return eleve.adresse
    return format_phone(eleve.telephone) if envoi.numero_a_composer else "numéro inconnu ou faux"


def _text(envoi: Envoi) -> list[str]:
    message = envoi.message
    if message is None:
        return [f"  Pas de texte : {envoi.raison}"]
    titre = "À envoyer"
    if message.moyen in PAR_TELEPHONE and message.moyen is not Moyen.SMS:
        titre = f"À dire, environ {spoken_seconds(message.texte)} secondes"
    elif envoi.compte:
        titre = f"À envoyer, {envoi.compte}"
    objet = [f"  Objet : {message.objet}"] if message.objet else []
    return [f"  {titre} :", *objet, *(f"    {ligne}" for ligne in message.texte.splitlines())]


def round_summary(notes: Iterable[Issue], passes: int, restent: int) -> list[str]:
    """What was done, by outcome, and what remains."""
    comptes = Counter(notes)
    faits = ", ".join(f"{n} {issue.dit}" for issue, n in comptes.most_common())
    total = comptes.total()
    lignes = [f"{many(total, 'relance notée')} : {faits}." if total else "Rien n'a été noté."]
    if passes:
        lignes.append(f"{many(passes, 'passé')}.")
    if restent:
        lignes.append(f"Il en reste {restent} : relancez « inactifs tournee », elle reprend là.")
    else:
        lignes.append("La tournée est finie : plus personne n'est à contacter aujourd'hui.")
    return lignes
