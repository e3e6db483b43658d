"""The steps due and coming, as a calendar that a phone or Outlook imports or subscribes to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from inactifs.dates import french
from inactifs.phones import format_phone
from inactifs.procedure.modele import Dossier, Eleve, Etape
from inactifs.procedure.suivi import Situation
from inactifs.registre import name_words, number_key

if TYPE_CHECKING:
    from icalendar import Event

    from inactifs.classeur.valeurs import Ecole

_ESPACE = UUID("6f1c6a52-7d0e-4a39-9d53-0f7a4d1c9b27")  # never to change: it makes every UID


def calendar(
    situations: Iterable[Situation],
    eleve_of: Callable[[Dossier], Eleve | None],
    ecole: Ecole,
    horodatage: datetime,
    *,
    details: bool = False,
) -> bytes:
    """An iCalendar file (RFC 5545) with one all-day event for each step due or coming.

    A late step stands on the day of the situations, where it will be seen, and says how late
    it is. Run again, the same step is the same event (UID), only newer (SEQUENCE, DTSTAMP).
    It gives the student's name and number; the phone and email only with ``details``.

    Args:
        situations: from ``procedure.suivi``; those without a step to do are left out.
        eleve_of: the register's student of a dossier (``Classeur.eleve_of``).
        ecole: whose calendar it is.
        horodatage: when it is made; a naive time is local.
        details: whether the phone and email are given.
    """
    from icalendar import Calendar

    calendrier = Calendar()
    calendrier.add("prodid", "-//inactifs//Prévention des abandons//FR")
    calendrier.add("version", "2.0")
    calendrier.add("method", "PUBLISH")
    calendrier.add("x-wr-calname", f"Relances {ecole.nom}".strip())
    etapes = [(s, s.etape, s.echeance) for s in situations if s.etape and s.echeance]
    for situation, etape, echeance in sorted(etapes, key=lambda e: (e[2], e[0].dossier.eleve)):
        eleve = eleve_of(situation.dossier)
        evenement = _event(situation, etape, echeance, eleve, ecole, details)
        _stamp(evenement, horodatage.astimezone(UTC))
        calendrier.add_component(evenement)
    octets: bytes = calendrier.to_ical()
    return octets


def _event(
    situation: Situation,
    etape: Etape,
    echeance: date,
    eleve: Eleve | None,
    ecole: Ecole,
    details: bool,
) -> Event:
    from icalendar import Event

    dossier = situation.dossier
    numero = dossier.numero or (eleve.numero if eleve else "")
    nom = " ".join(dossier.eleve.split())
    retard = max(situation.retard_jours, 0)
    lignes = [
        etape.action + (" (étape optionnelle)" if etape.optionnelle else ""),
        "Moyen : " + " ou ".join(m.libelle for m in etape.moyens),
        f"Responsable : {etape.responsable}",
        f"Échéance : {french(echeance)}",
    ]
    if retard:
        lignes.append(f"Retard : {retard} jour{'s' if retard > 1 else ''}")
    if details and eleve is not None:
        lignes += [f"Téléphone : {format_phone(eleve.telephone)}"] if eleve.telephone else []
        lignes += [f"Email : {eleve.email}"] if eleve.email else []
    evenement = Event()
    evenement.add("uid", str(uuid5(_ESPACE, _key(dossier, numero, etape, ecole))))
    evenement.add("summary", f"{etape.libelle} : {nom}" + (f" (n° {numero})" if numero else ""))
    evenement.add("description", "\n".join(lignes))
    jour = echeance + timedelta(days=retard)
    evenement.add("dtstart", jour)
    evenement.add("dtend", jour + timedelta(days=1))  # the day after: RFC 5545, 3.6.1
    evenement.add("transp", "TRANSPARENT")  # nobody is busy all day
    if etape.responsable:
        evenement.add("categories", [etape.responsable])
    return evenement


def _key(dossier: Dossier, numero: str, etape: Etape, ecole: Ecole) -> str:
    """What makes a step the same on another day: school, student, dossier, turn, step.

    An answer restarts the steps: the turn, so that step 1 is then another event.
    """
    qui = number_key(numero) or " ".join(name_words(dossier.eleve))
    quand = dossier.detecte_le.isoformat() if dossier.detecte_le else str(dossier.ligne)
    tour = sum(r.repondu for r in dossier.relances)
    ou = " ".join(name_words(ecole.nom))
    return "|".join((ou, qui, quand, str(tour), str(etape.numero)))


def _stamp(evenement: Event, quand: datetime) -> None:
    """Date the event; SEQUENCE counts minutes, so that it grows without being remembered."""
    evenement.add("dtstamp", quand)
    evenement.add("last-modified", quand)
    evenement.add("sequence", int(quand.timestamp()) // 60)
