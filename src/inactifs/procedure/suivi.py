"""One dossier on one day: its state, the next step, what happened since (contract, section 3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from inactifs.procedure.inactivite import criteria
from inactifs.procedure.modele import (
    Critere,
    Dossier,
    Eleve,
    Etape,
    Etat,
    Regles,
    Resultat,
)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a dossier asks for on a day.

    ``etape`` is the next step of the plan, None when nothing more is to be sent.
    ``echeance`` is the day on which the step, or the closing, is due; ``retard_jours`` is
    positive when that day has passed, negative when it is still to come.
    ``relances_sans_reponse`` counts the attempts in a row, one a day at most.
    """

    dossier: Dossier
    etat: Etat
    etape: Etape | None = None
    echeance: date | None = None
    retard_jours: int = 0
    relances_sans_reponse: int = 0


def unanswered_days(dossier: Dossier) -> list[date]:
    """The days of the unanswered relances in a row, oldest first.

    An answer restarts the count, and so does an activity since (contract: « three unanswered
    relances in a row, no activity since »). Two tries on one day, by two means, are one
    relance: the delay to answer has not run between them, and one answer stands for both. A
    wrong number reached nobody and is not one.
    """
    jours: list[date] = []
    reponse: date | None = None
    for relance in dossier.relances:
        if relance.repondu:
            jours.clear()
            reponse = relance.date
        elif (
            relance.vaine
            or relance.date == reponse
            or (dossier.derniere_activite is not None and relance.date <= dossier.derniere_activite)
        ):
            continue
        elif not jours or jours[-1] != relance.date:
            jours.append(relance.date)
    return jours


def detection_day(dossier: Dossier, jour: date) -> date:
    """DÉTECTÉ LE; on a hand-typed row without it, the first relance, else ``jour``."""
    return dossier.detecte_le or (dossier.relances[0].date if dossier.relances else jour)


def suspension(dossier: Dossier, regles: Regles) -> date | None:
    """The last day on which nothing is due, or None.

    An answered relance suspends for the follow-up delay where the tableau gives no date.
    """
    repondues = [r.date for r in dossier.relances if r.repondu]
    typee = dossier.suspendu_jusqu_au
    if repondues and (typee is None or typee < repondues[-1]):
        return repondues[-1] + timedelta(days=regles.delai_suivi)
    return typee


def due_date(depuis: date, delai: int, regles: Regles) -> date:
    """``delai`` calendar days after ``depuis``, moved to a working day when the school wishes."""
    return regles.decaler(depuis + timedelta(days=delai))


def situate_of(dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date) -> Situation:
    """Where the dossier of ``eleve`` stands on ``jour``; one whom the register does not know is
    followed."""
    return situate(dossier, regles, jour, suivi=eleve is None or eleve.suivi)


def situate(dossier: Dossier, regles: Regles, jour: date, *, suivi: bool = True) -> Situation:
    """The state of ``dossier`` on ``jour``, its next step and when that is due.

    ``suivi`` is False for a student whose STATUT the procedure does not follow (transferred,
    licence obtained…): nothing is due while the dossier waits for its outcome.
    """
    if dossier.resultat is not None:
        etat = Etat.REPRISE if dossier.resultat is Resultat.REPRISE else Etat.ABANDON
        return Situation(dossier, etat)
    jours = unanswered_days(dossier)
    if not suivi:
        return Situation(dossier, Etat.SUSPENDU, relances_sans_reponse=len(jours))
    etape = regles.plan[len(jours)] if len(jours) < len(regles.plan) else None
    if not jours:
        echeance = due_date(detection_day(dossier, jour), 0, regles)
    else:
        echeance = due_date(jours[-1], etape.delai if etape else regles.delai_reponse, regles)
    suspendu = suspension(dossier, regles)
    if suspendu is not None and suspendu >= echeance:
        echeance = due_date(suspendu, 1, regles)
    if suspendu is not None and jour <= suspendu:
        etat = Etat.SUSPENDU
    elif jour < echeance:
        etat = Etat.EN_ATTENTE
    else:
        etat = Etat.A_RELANCER if etape else Etat.A_CLOTURER
    return Situation(dossier, etat, etape, echeance, (jour - echeance).days, len(jours))


def new_activity(dossier: Dossier, eleve: Eleve) -> tuple[Critere, date] | None:
    """The activity later than the dossier's, which ends or suspends it; None if there is none.

    A lesson or a login counts from the dossier's last activity; a sign of life also has to be
    later than the last answered relance, which the dossier already takes into account. A
    lesson or a login comes before a sign of life, because it alone is a reprise.
    """
    depuis = dossier.derniere_activite or dossier.detecte_le
    if depuis is None:
        return None
    dates = criteria(eleve)
    suivies = [
        (jour, critere)
        for critere in (Critere.COURS, Critere.CONNEXION)
        if (jour := dates[critere]) is not None and jour > depuis
    ]
    if suivies:
        jour, critere = max(suivies)
        return critere, jour
    contact = dates[Critere.CONTACT]
    repondues = [r.date for r in dossier.relances if r.repondu]
    if contact is not None and contact > max([depuis, *repondues]):
        return Critere.CONTACT, contact
    return None


def last_mark(dossier: Dossier) -> tuple[str, date] | None:
    """The latest of the last activity and the relances: nothing comes before it any more."""
    marques = [("la dernière relance", r.date) for r in dossier.relances]
    if dossier.derniere_activite is not None:
        marques.append(("la dernière activité", dossier.derniere_activite))
    return max(marques, key=lambda marque: marque[1], default=None)


def ended_on(dossier: Dossier) -> date | None:
    """CLÔTURÉ LE; on a hand-typed row without it, the last day that the row tells of."""
    marque = last_mark(dossier)
    return dossier.cloture_le or (marque[1] if marque else None)


def returned(dossier: Dossier, eleve: Eleve) -> tuple[Critere, date] | None:
    """The lesson or login of an abandonniste later than the closing; None if there is none.

    Only while STATUT leaves them out of the procedure: once followed again, they are like any
    other student.
    """
    fin = ended_on(dossier)
    if dossier.resultat is not Resultat.ABANDON or eleve.suivi or fin is None:
        return None
    retour = new_activity(replace(dossier, derniere_activite=fin), eleve)
    return retour if retour and retour[0] is not Critere.CONTACT else None
