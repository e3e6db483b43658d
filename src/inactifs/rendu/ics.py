"""The steps and call-backs due and coming, as a calendar that a phone or Outlook imports or
subscribes to (iCalendar, RFC 5545)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from inactifs.dates import french
from inactifs.mots import directory_key
from inactifs.phones import format_phone
from inactifs.procedure.modele import Dossier, Eleve, Rappel
from inactifs.procedure.suivi import Situation
from inactifs.registre import name_words, number_key

if TYPE_CHECKING:
    from inactifs.classeur.values import Ecole

_ESPACE = UUID("6f1c6a52-7d0e-4a39-9d53-0f7a4d1c9b27")  # never to change: it makes every UID
_DUREE_D_UN_RAPPEL = "PT15M"
_COMMANDES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]+")


def calendar(
    situations: Iterable[Situation],
    eleve_of: Callable[[Dossier], Eleve | None],
    ecole: Ecole,
    horodatage: datetime,
    *,
    details: bool = False,
) -> bytes:
    """The file: one event for each step (all day) or call-back (at its hour) due or coming.

    What is late stands on the day of the situations, where it will be seen, and says how late
    it is. Run again, the same step is the same event (UID), only newer (SEQUENCE, DTSTAMP).
    It gives the student's name and number; the phone and email only with ``details``.

    Args:
        situations: those without a step to do are left out.
        eleve_of: the register's student of a dossier.
        horodatage: when it is made; a naive time is local.
        details: whether the phone and email are given.
    """
    dues = [
        (s.echeance, directory_key(s.dossier.eleve), s)
        for s in situations
        if s.echeance and (s.etape or s.rappel)
    ]
    dues.sort(key=lambda due: due[:2])
    fin = _common(horodatage.astimezone(UTC))
    lignes = [
        "BEGIN:VCALENDAR",
        "PRODID:-//inactifs//Prévention des abandons//FR",
        "VERSION:2.0",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(f'Relances {ecole.nom}'.strip())}",
    ]
    ou = " ".join(name_words(ecole.nom))
    for echeance, _, situation in dues:
        eleve = eleve_of(situation.dossier)
        lignes += _event(situation, echeance, eleve, ou, details=details)
        lignes += fin
    lignes.append("END:VCALENDAR")
    return "".join(map(_folded, lignes)).encode()


def _common(quand: datetime) -> tuple[str, ...]:
    """What every event ends with."""
    stamp = quand.strftime("%Y%m%dT%H%M%SZ")
    return (
        "TRANSP:TRANSPARENT",  # nobody is busy all day
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        # SEQUENCE counts minutes, so that it grows without being remembered.
        f"SEQUENCE:{int(quand.timestamp()) // 60}",
        "END:VEVENT",
    )


def _event(
    situation: Situation, echeance: date, eleve: Eleve | None, ou: str, *, details: bool
) -> list[str]:
    """What is the event's own; what all have in common follows."""
    dossier, etape, rappel = situation.dossier, situation.etape, situation.rappel
    numero = dossier.numero or (eleve.numero if eleve else "")
    nom = " ".join(dossier.eleve.split())
    quoi = "Rappel" if rappel else etape.libelle if etape else ""
    retard = max(situation.retard_jours, 0)
    description = "\n".join(_description(situation, eleve, retard, details))
    lignes = [
        "BEGIN:VEVENT",
        f"UID:{uuid5(_ESPACE, _key(situation, numero, ou))}",
        f"SUMMARY:{_text(f'{quoi} : {nom}' + (f' (n° {numero})' if numero else ''))}",
        f"DESCRIPTION:{_text(description)}",
        *_when(rappel, echeance + timedelta(days=retard), retard),
    ]
    if etape and etape.responsable:
        lignes.append(f"CATEGORIES:{_text(etape.responsable)}")
    return lignes


def _description(
    situation: Situation, eleve: Eleve | None, retard: int, details: bool
) -> list[str]:
    etape, rappel = situation.etape, situation.rappel
    lignes = []
    if rappel:
        lignes.append(f"Promis à l'élève pour le {rappel.libelle}")
    elif etape:
        lignes.append(etape.action + (" (étape optionnelle)" if etape.optionnelle else ""))
        lignes.append("Moyen : " + " ou ".join(m.libelle for m in etape.moyens))
    if etape:
        lignes.append(f"Responsable : {etape.responsable}")
    if situation.echeance:
        lignes.append(f"Échéance : {french(situation.echeance)}")
    if retard:
        lignes.append(f"Retard : {retard} jour{'s' if retard > 1 else ''}")
    if details and eleve is not None:
        lignes += [f"Téléphone : {format_phone(eleve.telephone)}"] if eleve.telephone else []
        lignes += [f"Email : {eleve.email}"] if eleve.email else []
    return lignes


def _when(rappel: Rappel | None, jour: date, retard: int) -> tuple[str, str]:
    """At the hour promised, wherever the reader is; all day for a step, or a promise not kept."""
    if rappel and rappel.heure and not retard:
        debut = f"DTSTART:{_basic(jour)}T{rappel.heure:%H%M}00"
        return debut, f"DURATION:{_DUREE_D_UN_RAPPEL}"
    lendemain = jour + timedelta(days=1)  # the day after: RFC 5545, 3.6.1
    return f"DTSTART;VALUE=DATE:{_basic(jour)}", f"DTEND;VALUE=DATE:{_basic(lendemain)}"


def _basic(jour: date) -> str:
    return jour.isoformat().replace("-", "")


def _key(situation: Situation, numero: str, ou: str) -> str:
    """What makes a step the same on another day: school, student, dossier, turn, step.

    An answer restarts the steps: the turn, so that step 1 is then another event.
    """
    dossier, etape = situation.dossier, situation.etape
    qui = number_key(numero) or " ".join(name_words(dossier.eleve))
    quand = dossier.detecte_le.isoformat() if dossier.detecte_le else str(dossier.ligne)
    tour = sum(r.repondu for r in dossier.relances)
    quoi = "rappel" if situation.rappel else str(etape.numero if etape else 0)
    return "|".join((ou, qui, quand, str(tour), quoi))


def _text(texte: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11): no separator, no line break of its own, no command."""
    propre = _COMMANDES.sub(" ", texte.replace("\r\n", "\n").replace("\\", "\\\\"))
    return propre.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(ligne: str) -> str:
    """Lines of 75 octets at most, no character cut (RFC 5545, 3.1)."""
    if len(ligne) <= 75 and (ligne.isascii() or len(ligne.encode()) <= 75):
        return ligne + "\r\n"
    octets = ligne.encode()
    morceaux: list[bytes] = []
    debut, place = 0, 75
    while len(octets) - debut > place:
        fin = debut + place
        while octets[fin] & 0xC0 == 0x80:
            fin -= 1
        morceaux.append(octets[debut:fin])
        debut, place = fin, 74
    morceaux.append(octets[debut:])
    return b"\r\n ".join(morceaux).decode() + "\r\n"
