"""The calls of a day: the sheet to print and fill by hand, the screen of the guided round, and the
calendar that a phone or Outlook imports or subscribes to (iCalendar, RFC 5545)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from inactifs.dates import french
from inactifs.mots import directory_key
from inactifs.phones import format_phone
from inactifs.procedure.eleve import PAR_TELEPHONE
from inactifs.procedure.modele import Dossier, Eleve, Issue, Moyen
from inactifs.procedure.suivi import Situation
from inactifs.registre import name_words, number_key
from inactifs.rendu.cases import Ligne, lines
from inactifs.rendu.outbox import Envoi, spoken_seconds
from inactifs.rendu.page import filled
from inactifs.rendu.wording import joined, list_of_means, many

if TYPE_CHECKING:
    from inactifs.classeur.values import Classeur, Ecole


def call_sheet(situations: Sequence[Situation], classeur: Classeur, jour: date) -> str:
    """The page: call-backs by hour, then each responsible's students; A4, self-contained."""

    def title(due: Ligne) -> str:
        if due.situation.rappel:
            return "À rappeler, entretiens"
        return f"{due.responsable} · {due.etape} · {list_of_means(due.moyens)}"

    def rank(due: Ligne) -> tuple[bool, str, int, str, tuple[str, str]]:
        rappel, etape = due.situation.rappel, due.situation.etape
        heure = (due.heure or "24:00") if rappel else ""
        numero = etape.numero if etape and not rappel else 0
        return rappel is None, heure, numero, title(due), directory_key(due.dossier.eleve)

    dues = sorted(lines(situations, classeur, jour), key=rank)
    return filled(
        "call_sheet.html",
        ecole=classeur.ecole.nom,
        jour=french(jour),
        groupes=[(titre, list(siens)) for titre, siens in groupby(dues, key=title)],
        total=len(dues),
        causes=classeur.regles.causes,
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
    "Entrée sans réponse   2 message laissé   3 à rappeler    4 entretien",
    "5 plan de reprise     6 reprise          7 faux numéro   8 ne plus contacter",
    "9 abandon   c commentaire   m autre moyen   p passer   b revenir   q arrêter",
)


def student_screen(
    envoi: Envoi, moyen: Moyen, rang: str, avant: list[str], note: list[str], hauteur: int
) -> list[str]:
    """What was done before (``avant``); who, how, since when, what was said, what to send or say,
    what is noted, and the keys. Under a text that leaves no room in ``hauteur`` lines: what was
    done, and who it is once more."""
    rappel, retard = envoi.situation.rappel, envoi.situation.retard_jours
    entete = joined(
        rang,
        f"À RAPPELER le {rappel.libelle}" if rappel else envoi.etape,
        envoi.responsable,
        f"{many(retard, 'jour')} de retard" if retard > 0 else "",
    )
    ou = _where(envoi, moyen)
    lignes = [entete, "", f"  {envoi.nom}", f"  {moyen.libelle}  {ou}".rstrip()]
    if (vu := envoi.dossier.derniere_activite) is not None:
        lignes.append(f"  Dernière activité : {french(vu)}")
    lignes += [f"  {envoi.dit}"] if envoi.dit else []
    lignes += ["", *_script(envoi), "", *note]
    if len(avant) + len(lignes) + len(AIDE) >= hauteur:
        return [*lignes, *avant, joined(rang, envoi.nom, ou), *AIDE]
    return [*avant, *lignes, *AIDE]


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


def _script(envoi: Envoi) -> list[str]:
    message = envoi.message
    if message is None:
        return [f"  Pas de texte : {envoi.raison}"]
    titre = f"À envoyer, {envoi.compte}" if envoi.compte else "À envoyer"
    if message.moyen in PAR_TELEPHONE and message.moyen is not Moyen.SMS:
        titre = f"À dire, environ {spoken_seconds(message.texte)} secondes"
    objet = [f"  Objet : {message.objet}"] if message.objet else []
    return [f"  {titre} :", *objet, *(f"    {ligne}" for ligne in message.texte.splitlines())]


def round_summary(notes: Iterable[Issue], passes: int, restent: int) -> list[str]:
    """What was done, by outcome, and what remains."""
    comptes = Counter(notes)
    faits = ", ".join(f"{n}\u00a0{issue.dit}" for issue, n in comptes.most_common())
    total = comptes.total()
    lignes = [f"{many(total, 'relance notée')} : {faits}." if total else "Rien n'a été noté."]
    if passes:
        lignes.append(f"{many(passes, 'passé')}.")
    if restent:
        lignes.append(f"Il en reste {restent} : relancez « inactifs tournee », elle reprend là.")
    else:
        lignes.append("La tournée est finie : plus personne n'est à contacter aujourd'hui.")
    return lignes


_ESPACE = UUID("6f1c6a52-7d0e-4a39-9d53-0f7a4d1c9b27")  # never to change: it makes every UID
_COMMANDES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]+")


def calendar(
    situations: Iterable[Situation],
    eleve_of: Callable[[Dossier], Eleve | None],
    ecole: Ecole,
    horodatage: datetime,
    *,
    details: bool = False,
) -> bytes:
    """The file: one event for each step (all day) or call-back (at its hour, wherever the reader
    is) due or coming.

    What is late stands on the day of the situations, where it will be seen, and says how late
    it is. Run again, the same step is the same event (UID), only newer (SEQUENCE, DTSTAMP).
    It gives the student's name and number; the phone and email only with ``details``.
    ``horodatage`` is when it is made; a naive time is local.
    """
    dues = sorted(
        (s for s in situations if s.echeance and (s.etape or s.rappel)),
        key=lambda s: (s.echeance, directory_key(s.dossier.eleve)),
    )
    ou = " ".join(name_words(ecole.nom))
    texte = filled(
        "calendar.txt",
        ecole=ecole.nom,
        evenements=[_event(s, eleve_of(s.dossier), ou, details=details) for s in dues],
        stamp=horodatage.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"),
        minutes=int(horodatage.timestamp()) // 60,
        text=_text,
    )
    return "".join(map(_folded, texte.split("\n"))).encode()


def _event(
    situation: Situation, eleve: Eleve | None, ou: str, *, details: bool
) -> dict[str, object]:
    """What the template shows; UID: what makes a step the same on another day (school, student,
    dossier, turn, step)."""
    dossier, rappel, retard = situation.dossier, situation.rappel, max(situation.retard_jours, 0)
    numero = dossier.numero or (eleve.numero if eleve else "")
    jour = (situation.echeance or date.min) + timedelta(days=retard)
    qui = number_key(numero) or " ".join(name_words(dossier.eleve))
    quand = dossier.detecte_le.isoformat() if dossier.detecte_le else str(dossier.ligne)
    tour = sum(r.repondu for r in dossier.relances)  # an answer restarts the steps
    quoi = "rappel" if rappel else situation.etape.numero if situation.etape else 0
    return {
        "situation": situation,
        "nom": " ".join(dossier.eleve.split()) + (f" (n° {numero})" if numero else ""),
        "uid": uuid5(_ESPACE, f"{ou}|{qui}|{quand}|{tour}|{quoi}"),
        "jour": jour,
        "lendemain": jour + timedelta(days=1),
        "heure": rappel.heure if rappel and not retard else None,
        "telephone": format_phone(eleve.telephone) if eleve and details else "",
        "email": eleve.email if eleve and details else "",
    }


def _text(texte: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11): no separator, no line break of its own, no command."""
    propre = _COMMANDES.sub(" ", texte.replace("\r\n", "\n").replace("\\", "\\\\"))
    return propre.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(ligne: str) -> str:
    """Lines of 75 octets at most, no character cut (RFC 5545, 3.1)."""
    lignes = []
    while len(octets := ligne.encode()) > 75:
        lignes.append(octets[:75].decode(errors="ignore"))
        ligne = " " + ligne[len(lignes[-1]) :]
    return "\r\n".join([*lignes, ligne]) + "\r\n"
