"""The calls of a day: the sheet to print and fill by hand, and the screen of the guided round."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from inactifs.dates import french
from inactifs.mots import directory_key
from inactifs.phones import format_phone
from inactifs.procedure.eleve import PAR_TELEPHONE, means_to_use
from inactifs.procedure.modele import Eleve, Issue, Moyen
from inactifs.rendu.morning import reach
from inactifs.rendu.outbox import Envoi, spoken_seconds
from inactifs.rendu.page import filled
from inactifs.rendu.wording import last_said, reservations

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
    return filled(
        "call_sheet.html",
        ecole=classeur.ecole.nom,
        jour=french(jour),
        groupes=groupes,
        total=len(dues),
        boites=BOITES,
        causes=classeur.regles.causes,
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
    etape = situation.etape
    quoi = [rang]
    if situation.rappel is not None:
        quoi.append(f"À RAPPELER le {situation.rappel.libelle}")
    if etape is not None:
        quoi += [envoi.etape if situation.rappel is None else "", etape.responsable]
    if situation.retard_jours > 0:
        jours = "jour" if situation.retard_jours == 1 else "jours"
        quoi.append(f"{situation.retard_jours} {jours} de retard")
    lignes = [" · ".join(filter(None, quoi)), "", f"  {envoi.nom}"]
    lignes.append(f"  {moyen.libelle}  {_where(envoi, moyen)}".rstrip())
    vu = envoi.dossier.derniere_activite
    if vu is not None:
        lignes.append(f"  Dernière activité : {french(vu)}")
    lignes += [f"  {envoi.dit}"] if envoi.dit else []
    lignes += ["", *_text(envoi), ""]
    if commentaire:
        lignes.append(f"  Commentaire : {commentaire}")
    if note:
        lignes.append(f"  Noté : {note}. Une autre touche le corrige, p continue.")
    if len(lignes) + len(AIDE) >= hauteur:
        lignes.append(" · ".join(filter(None, [rang, envoi.nom, _where(envoi, moyen)])))
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
    total = sum(comptes.values())
    faits = ", ".join(f"{n} {issue.dit}" for issue, n in comptes.most_common())
    s = "s" if total > 1 else ""
    lignes = [f"{total} relance{s} notée{s} : {faits}." if total else "Rien n'a été noté."]
    if passes:
        lignes.append(f"{passes} passé{'s' if passes > 1 else ''}.")
    if restent:
        encore = f"Il en reste {restent} : relancez « inactifs tournee », elle reprend là."
        lignes.append(encore)
    else:
        lignes.append("La tournée est finie : plus personne n'est à contacter aujourd'hui.")
    return lignes
