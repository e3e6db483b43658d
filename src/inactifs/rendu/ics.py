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
from inactifs.procedure.modele import Dossier, Eleve
from inactifs.procedure.suivi import Situation
from inactifs.registre import name_words, number_key
from inactifs.rendu.wording import list_of_means, many

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
    dues = sorted(
        (s for s in situations if s.echeance and (s.etape or s.rappel)),
        key=lambda s: (s.echeance, directory_key(s.dossier.eleve)),
    )
    lignes = [
        "BEGIN:VCALENDAR",
        "PRODID:-//inactifs//Prévention des abandons//FR",
        "VERSION:2.0",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(f'Relances {ecole.nom}'.strip())}",
    ]
    ou = " ".join(name_words(ecole.nom))
    stamp = horodatage.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for situation in dues:
        lignes += [
            "BEGIN:VEVENT",
            *_event(situation, eleve_of(situation.dossier), ou, details=details),
            "TRANSP:TRANSPARENT",  # nobody is busy all day
            f"DTSTAMP:{stamp}",
            f"LAST-MODIFIED:{stamp}",
            # SEQUENCE counts minutes, so that it grows without being remembered.
            f"SEQUENCE:{int(horodatage.timestamp()) // 60}",
            "END:VEVENT",
        ]
    lignes.append("END:VCALENDAR")
    return "".join(map(_folded, lignes)).encode()


def _event(situation: Situation, eleve: Eleve | None, ou: str, *, details: bool) -> list[str]:
    """What is the event's own; what all have in common follows."""
    dossier, etape, rappel = situation.dossier, situation.etape, situation.rappel
    numero = dossier.numero or (eleve.numero if eleve else "")
    nom = " ".join(dossier.eleve.split())
    quoi = "Rappel" if rappel else etape.libelle if etape else ""
    description = "\n".join(_description(situation, eleve if details else None))
    lignes = [
        f"UID:{uuid5(_ESPACE, _key(situation, numero, ou))}",
        f"SUMMARY:{_text(f'{quoi} : {nom}' + (f' (n° {numero})' if numero else ''))}",
        f"DESCRIPTION:{_text(description)}",
        *_when(situation),
    ]
    if etape and etape.responsable:
        lignes.append(f"CATEGORIES:{_text(etape.responsable)}")
    return lignes


def _description(situation: Situation, eleve: Eleve | None) -> list[str]:
    """What is to be done; how to reach ``eleve`` where it is given."""
    etape, rappel = situation.etape, situation.rappel
    lignes = []
    if rappel:
        lignes.append(f"Promis à l'élève pour le {rappel.libelle}")
    elif etape:
        lignes.append(etape.action + (" (étape optionnelle)" if etape.optionnelle else ""))
        lignes.append(f"Moyen : {list_of_means(etape.moyens)}")
    faits = (
        ("Responsable", etape.responsable if etape else ""),
        ("Échéance", french(situation.echeance) if situation.echeance else ""),
        ("Retard", many(situation.retard_jours, "jour") if situation.retard_jours > 0 else ""),
        ("Téléphone", format_phone(eleve.telephone) if eleve else ""),
        ("Email", eleve.email if eleve else ""),
    )
    return lignes + [f"{nom} : {fait}" for nom, fait in faits if fait]


def _when(situation: Situation) -> tuple[str, str]:
    """At the hour promised, wherever the reader is; all day for a step, or a promise not kept."""
    rappel, retard = situation.rappel, max(situation.retard_jours, 0)
    jour = (situation.echeance or date.min) + timedelta(days=retard)
    if rappel and rappel.heure and not retard:
        debut = f"DTSTART:{jour:%Y%m%d}T{rappel.heure:%H%M}00"
        return debut, f"DURATION:{_DUREE_D_UN_RAPPEL}"
    lendemain = jour + timedelta(days=1)  # the day after: RFC 5545, 3.6.1
    return f"DTSTART;VALUE=DATE:{jour:%Y%m%d}", f"DTEND;VALUE=DATE:{lendemain:%Y%m%d}"


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
    lignes, octets = [""], 0
    for lettre in ligne:
        taille = len(lettre.encode())
        if octets + taille > 75:
            lignes.append(" ")
            octets = 1
        lignes[-1] += lettre
        octets += taille
    return "\r\n".join(lignes) + "\r\n"
