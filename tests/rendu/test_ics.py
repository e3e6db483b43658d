"""The calendar of the steps, read back with the library that phones' makers test against."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar, Event

from inactifs.classeur.values import Ecole
from inactifs.procedure.modele import (
    Dossier,
    Eleve,
    Etat,
    Issue,
    Moyen,
    Rappel,
    Regles,
    Relance,
    Resultat,
)
from inactifs.procedure.suivi import Situation, situate
from inactifs.rendu.calls import calendar

JOUR = date(2026, 8, 24)
MATIN = datetime(2026, 8, 24, 9, 0, tzinfo=UTC)
ECOLE = Ecole("Auto-école du Centre", "0123456789", "contact@centre.fr")
LAURENCE = Eleve("1042", "ROYER", "Laurence", telephone="612345678", email="laurence@exemple.fr")
DOSSIER = Dossier(
    "ROYER Laurence", "1042", derniere_activite=date(2026, 3, 2), detecte_le=date(2026, 8, 20)
)
SMS_FAIT = Relance(JOUR, Moyen.SMS)


def octets(
    *dossiers: Dossier,
    jour: date = JOUR,
    quand: datetime = MATIN,
    details: bool = False,
    ecole: Ecole = ECOLE,
    eleve: Eleve | None = LAURENCE,
) -> bytes:
    """The calendar of ``dossiers`` on ``jour``."""
    situations = [situate(d, None, Regles(), jour) for d in dossiers]
    return calendar(situations, lambda _: eleve, ecole, quand, details=details)


def events(contenu: bytes) -> list[Event]:
    """The events of a calendar."""
    return [e for e in Calendar.from_ical(contenu).walk("VEVENT") if isinstance(e, Event)]


def uid(dossier: Dossier, **ailleurs: Ecole) -> str:
    """The identity of a dossier's only event."""
    (evenement,) = events(octets(dossier, **ailleurs))
    return str(evenement["uid"])


def test_a_step_to_come_is_an_all_day_event_on_its_due_date() -> None:
    """7 days after the first relance; nobody is busy all day."""
    (evenement,) = events(octets(replace(DOSSIER, relances=(SMS_FAIT,))))
    assert evenement["summary"] == "2e relance : ROYER Laurence (n° 1042)"
    assert evenement["dtstart"].dt == date(2026, 8, 31)
    assert evenement["dtend"].dt == date(2026, 9, 1)
    assert evenement["transp"] == "TRANSPARENT"
    assert evenement["categories"].cats == ["Responsable pédagogique"]
    assert "Moyen : Email" in evenement["description"]
    assert "Échéance : 31/08/2026" in evenement["description"]
    assert "Retard" not in evenement["description"]


def test_a_late_step_stands_on_the_day_and_says_how_late() -> None:
    """An event in last week's page would not be seen."""
    (evenement,) = events(octets(DOSSIER))
    assert evenement["dtstart"].dt == JOUR
    assert "Échéance : 20/08/2026\nRetard : 4 jours" in evenement["description"]


def test_dossiers_with_no_step_to_do_have_no_event() -> None:
    """Closed, or waiting to be closed."""
    ferme = replace(DOSSIER, resultat=Resultat.REPRISE)
    jours = (date(2026, 7, 1), date(2026, 7, 8), date(2026, 7, 22))
    a_clore = replace(DOSSIER, relances=tuple(Relance(j, Moyen.SMS) for j in jours))
    assert events(octets(ferme, a_clore)) == []


def test_the_calendar_is_published_named_and_in_crlf() -> None:
    """RFC 5545, 3.1: lines of 75 octets at most."""
    contenu = octets(DOSSIER, replace(DOSSIER, eleve="É" * 90, numero="7"))
    lu = Calendar.from_ical(contenu)
    assert lu["method"] == "PUBLISH"
    assert lu["version"] == "2.0"
    assert lu["x-wr-calname"] == "Relances Auto-école du Centre"
    assert contenu.count(b"\n") == contenu.count(b"\r\n")
    assert max(len(ligne) for ligne in contenu.split(b"\r\n")) <= 75


def test_run_again_the_same_event_is_newer() -> None:
    """Same UID on another day, greater SEQUENCE and stamps: calendars update, not duplicate."""
    (lundi,) = events(octets(DOSSIER))
    (mardi,) = events(
        octets(DOSSIER, jour=JOUR + timedelta(days=1), quand=MATIN + timedelta(days=1))
    )
    assert lundi["uid"] == mardi["uid"]
    assert mardi["dtstart"].dt == JOUR + timedelta(days=1)
    assert mardi["sequence"] > lundi["sequence"] >= 0
    assert mardi["dtstamp"].dt == mardi["last-modified"].dt == MATIN + timedelta(days=1)


def test_a_sequence_fits_in_an_ical_integer() -> None:
    """RFC 5545, 3.3.8: signed, 32 bits; even in a century."""
    (evenement,) = events(octets(DOSSIER, quand=datetime(2126, 1, 1, tzinfo=UTC)))
    assert evenement["sequence"] < 2**31


def test_the_next_step_is_another_event() -> None:
    """The first relance stays in the calendar where it was done."""
    assert uid(DOSSIER) != uid(replace(DOSSIER, relances=(SMS_FAIT,)))


def test_after_an_answer_the_first_step_is_another_event() -> None:
    """The count restarts; the event of the answered one is not moved."""
    repondu = replace(DOSSIER, relances=(replace(SMS_FAIT, issue=Issue.REPONDU),))
    assert uid(DOSSIER) != uid(repondu)


@pytest.mark.parametrize(
    "meme",
    [
        replace(DOSSIER, ligne=40),
        replace(DOSSIER, eleve="Royer Laurence"),
        replace(DOSSIER, commentaire="x", derniere_activite=date(2026, 3, 3)),
        replace(DOSSIER, relances=(replace(SMS_FAIT, issue=Issue.FAUX_NUMERO),)),
    ],
)
def test_sorting_and_correcting_the_tableau_keep_the_event(meme: Dossier) -> None:
    """Nor does a wrong number, which is not a step done."""
    assert uid(meme) == uid(DOSSIER)


@pytest.mark.parametrize(
    "autre",
    [
        replace(DOSSIER, numero="1043"),
        replace(DOSSIER, detecte_le=date(2025, 8, 20)),
    ],
)
def test_other_students_and_other_dossiers_are_other_events(autre: Dossier) -> None:
    """One student may have several dossiers over the years."""
    assert uid(autre) != uid(DOSSIER)


def test_two_schools_with_the_same_numbers_do_not_collide() -> None:
    """Their calendars may be shown in one agenda."""
    assert uid(DOSSIER) != uid(DOSSIER, ecole=Ecole("Conduite Plus"))


def test_a_student_outside_the_register_is_known_by_name() -> None:
    """No number: the name, in any case and order, and the row when the day is unknown."""
    sans = Dossier("Royer Laurence", detecte_le=date(2026, 8, 20))
    (un,) = events(octets(sans, eleve=None))
    (deux,) = events(octets(replace(sans, eleve="ROYER laurence"), eleve=None))
    assert un["summary"] == "1re relance : Royer Laurence"
    assert un["uid"] == deux["uid"]


def test_only_the_name_and_number_leave_the_workbook() -> None:
    """Nor do the comment and the cause, ever."""
    dossier = replace(DOSSIER, commentaire="en conflit avec X", cause="santé")
    contenu = octets(dossier).decode()
    for secret in ("06 12", "612345678", "laurence@", "conflit", "santé", "02/03/2026"):
        assert secret not in contenu


def test_details_give_the_phone_and_email() -> None:
    """And nothing more."""
    (evenement,) = events(octets(replace(DOSSIER, commentaire="secret"), details=True))
    assert "Téléphone : 06 12 34 56 78\nEmail : laurence@exemple.fr" in evenement["description"]
    assert "secret" not in evenement["description"]


def test_a_name_is_text_and_adds_no_line() -> None:
    """RFC 5545, 3.3.11: separators are escaped."""
    nom = "ROYER; Laurence, dite\r\nSUMMARY:x \\ n"
    (evenement,) = events(octets(replace(DOSSIER, eleve=nom)))
    assert evenement["summary"] == ("1re relance : ROYER; Laurence, dite SUMMARY:x \\ n (n° 1042)")


@pytest.mark.parametrize(
    ("heure", "debut"), [(time(18, 0), datetime(2026, 8, 26, 18, 0)), (None, date(2026, 8, 26))]
)
def test_a_call_back_stands_at_its_hour(heure: time | None, debut: date) -> None:
    """As promised, in the local time of whoever reads it; all day without an hour."""
    rappel = Rappel(date(2026, 8, 26), heure)
    promis = Situation(DOSSIER, Etat.SUSPENDU, echeance=rappel.jour, retard_jours=-2, rappel=rappel)
    (evenement,) = events(calendar([promis], lambda _: LAURENCE, ECOLE, MATIN))
    assert evenement["summary"] == "Rappel : ROYER Laurence (n° 1042)"
    assert evenement["dtstart"].dt == debut
    assert f"Promis à l'élève pour le {rappel.libelle}" in evenement["description"]
    assert evenement["uid"] != uid(DOSSIER)


def test_what_commands_a_terminal_or_breaks_a_line_stays_out() -> None:
    """A cell may hold anything."""
    (evenement,) = events(octets(replace(DOSSIER, eleve="RO\u2028YER\x1b[31m\x0b Lau\rrence")))
    assert evenement["summary"] == "1re relance : RO YER [31m Lau rence (n° 1042)"


def test_events_come_in_the_order_of_their_due_dates() -> None:
    """So that the file itself can be read."""
    premier = replace(DOSSIER, eleve="ZOLA Zoé", numero="2", detecte_le=date(2026, 8, 1))
    lus = events(octets(DOSSIER, premier))
    assert ["ZOLA" in e["summary"] for e in lus] == [True, False]
