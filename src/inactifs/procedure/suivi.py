"""One dossier on one day: its state, the next step, what happened since (contract, section 3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from inactifs.dates import french
from inactifs.procedure.eleve import criteria, inactive_from
from inactifs.procedure.modele import (
    Critere,
    Dossier,
    Eleve,
    Etape,
    Etat,
    Issue,
    Rappel,
    Regles,
    Relance,
    Resultat,
)
from inactifs.procedure.notes import Nature, is_note, read_notes


@dataclass(frozen=True, slots=True)
class Situation:
    """What a dossier asks for on a day.

    ``etape`` is the next step of the plan, None when nothing more is to be sent.
    ``echeance`` is the day on which the step, the call-back or the closing is due;
    ``retard_jours`` is positive when that day has passed, negative when it is still to come.
    ``relances_sans_reponse`` counts the attempts in a row, one a day at most.
    ``suspendu_jusqu_au`` is the last day on which nothing is due; ``rappel`` the call-back
    promised, with what was agreed; ``actif_depuis`` the lesson or the login that will end the
    dossier at the next ``detect``.
    """

    dossier: Dossier
    etat: Etat
    etape: Etape | None = None
    echeance: date | None = None
    retard_jours: int = 0
    relances_sans_reponse: int = 0
    suspendu_jusqu_au: date | None = None
    rappel: Rappel | None = None
    actif_depuis: tuple[Critere, date] | None = None

    @property
    def a_contacter(self) -> bool:
        """Whether somebody is to call or to write, today at the latest."""
        return self.etat in (Etat.A_RAPPELER, Etat.A_RELANCER)


def counted_relances(dossier: Dossier) -> list[Relance]:
    """The relances that count, in the rules and in every figure: the first of each day.

    Tries of one day are one relance (the last answered one stands for them), a wrong number or
    address is none, and neither is a try on the day of an answer or before it was given.
    """
    comptees: list[Relance] = []
    reponse: date | None = None
    for relance in dossier.relances:
        if relance.vaine:
            continue
        if relance.repondu:
            if comptees and comptees[-1].date == relance.date:
                comptees.pop()
            comptees.append(relance)
            reponse = max(reponse or date.min, relance.reponse_le or relance.date)
        elif (reponse is None or relance.date > reponse) and not (
            comptees and comptees[-1].date == relance.date
        ):
            comptees.append(relance)
    return comptees


def unanswered_days(dossier: Dossier) -> list[date]:
    """The days of the unanswered relances in a row, oldest first.

    An answer restarts the count, and so does an activity since (contract: « three unanswered
    relances in a row, no activity since »). Two tries on one day, by two means, are one
    relance: the delay to answer has not run between them, and one answer stands for both. A
    wrong number reached nobody and is not one.
    """
    jours: list[date] = []
    for relance in counted_relances(dossier):
        if relance.repondu:
            jours.clear()
        elif dossier.derniere_activite is None or relance.date > dossier.derniere_activite:
            jours.append(relance.date)
    return jours


def detection_day(dossier: Dossier, jour: date) -> date:
    """DÉTECTÉ LE; on a hand-typed row without it, the first relance, else ``jour``."""
    return dossier.detecte_le or (dossier.relances[0].date if dossier.relances else jour)


def last_answer(dossier: Dossier) -> Relance | None:
    """The relance that was answered last, None when none was."""
    repondues = [r for r in dossier.relances if r.repondu]
    return max(repondues, key=lambda r: r.reponse_le or r.date, default=None)


def suspension(dossier: Dossier, regles: Regles) -> date | None:
    """The last day on which nothing is due, or None.

    An answered relance suspends for the follow-up delay where the tableau gives no date.
    """
    reponse = last_answer(dossier)
    jour = reponse.reponse_le if reponse else None
    typee = dossier.suspendu_jusqu_au
    if jour is not None and (typee is None or typee < jour):
        return jour + timedelta(days=regles.delai_suivi)
    return typee


def due_date(depuis: date, delai: int, regles: Regles) -> date:
    """``delai`` calendar days after ``depuis``, moved to a working day when the school wishes."""
    return regles.decaler(depuis + timedelta(days=delai))


def agreed(dossier: Dossier) -> str:
    """What the student said last and what was noted with it: « entretien : apporte son livret »."""
    reponse = last_answer(dossier)
    dits = [ligne for ligne in dossier.commentaire.splitlines() if ligne and not is_note(ligne)]
    issue = reponse.issue.libelle if reponse else ""
    return " : ".join(t for t in (issue, dits[-1] if dits else "") if t)


def not_to_contact(dossier: Dossier, eleve: Eleve | None) -> str:
    """What is noted of a student who asked not to be contacted again, empty when nobody did.

    The register says it; of a student whom it does not know, the tableau's cell does.
    """
    return eleve.ne_plus_contacter if eleve is not None else refusal_in([dossier])


def refusal_in(dossiers: Iterable[Dossier]) -> str:
    """The mark of the last « ne plus contacter » in the cells of a student's dossiers; empty when
    there is none, or when it was lifted since."""
    refus, leves = [], [date.min]
    for dossier in dossiers:
        refus += [r for r in dossier.relances if r.issue is Issue.REFUS_CONTACT]
        notes = read_notes(dossier.commentaire)
        leves += [n.jour for n in notes if n.nature is Nature.CONTACT]
    dernier = max(refus, key=lambda r: r.reponse_le or r.date, default=None)
    if dernier is None or max(leves) >= (dernier.reponse_le or dernier.date):
        return ""
    return refusal_mark(dernier)


def refusal_mark(relance: Relance) -> str:
    """« 24/11/2026 (téléphone) », as NE PLUS CONTACTER holds it."""
    par = relance.repondu_par.nom if relance.repondu_par else ""
    moyen = par or (relance.moyen.libelle.lower() if relance.moyen else "")
    moyen = "SMS" if moyen == "sms" else moyen
    jour = french(relance.reponse_le or relance.date)
    return f"{jour} ({moyen})" if moyen else jour


def up_to_date(dossier: Dossier, eleve: Eleve | None, regles: Regles) -> Dossier:
    """An open dossier with the sign of life that the register holds since, if there is one."""
    nouvelle = new_activity(dossier, eleve) if eleve else None
    if nouvelle is None or nouvelle[0] is not Critere.CONTACT:
        return dossier
    return with_sign_of_life(dossier, eleve, nouvelle[1], regles)


def with_sign_of_life(dossier: Dossier, eleve: Eleve | None, jour: date, regles: Regles) -> Dossier:
    """The dossier after a visit, a call or an email from the student on ``jour``.

    The row's date moves to it, and nothing is due until the later of the follow-up delay and the
    day on which the threshold runs out again; a longer suspension already running is kept. A
    call-back promised for that day or before has taken place.
    """
    fin = quiet_until(jour, eleve, regles)
    rappel = dossier.a_rappeler_le
    return replace(
        dossier,
        derniere_activite=jour,
        suspendu_jusqu_au=max(fin, dossier.suspendu_jusqu_au or fin),
        a_rappeler_le=rappel if rappel and rappel.jour > jour else None,
    )


def quiet_until(jour: date, eleve: Eleve | None, regles: Regles) -> date:
    """Until when a sign of life on ``jour`` leaves nothing due: the later of the follow-up delay
    and the last day before the threshold runs out again (contract, section 3)."""
    fin = jour + timedelta(days=regles.delai_suivi)
    seuil = regles.seuil_of(eleve)
    return fin if seuil is None else max(fin, inactive_from(jour, seuil) - timedelta(days=1))


def situate(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date, *, suivi: bool = True
) -> Situation:
    """Where the dossier of ``eleve`` stands on ``jour``: its state, its next step, when it is due.

    A student whom the register does not know is followed. ``suivi`` is False for one who was not
    on that day (transferred, licence obtained…): nothing is due while the dossier waits for its
    outcome.
    """
    if dossier.resultat is not None:
        etat = Etat.REPRISE if dossier.resultat is Resultat.REPRISE else Etat.ABANDON
        return Situation(dossier, etat)
    sans_reponse = len(unanswered_days(dossier))
    if not (suivi and regles.follow(eleve)):
        return Situation(dossier, Etat.SUSPENDU, relances_sans_reponse=sans_reponse)
    nouvelle = new_activity(dossier, eleve) if eleve else None
    if nouvelle is not None and nouvelle[0] is not Critere.CONTACT:
        return Situation(
            dossier, Etat.ACTIF, relances_sans_reponse=sans_reponse, actif_depuis=nouvelle
        )
    if not_to_contact(dossier, eleve):
        return Situation(dossier, Etat.NE_PLUS_CONTACTER, relances_sans_reponse=sans_reponse)
    a_jour = up_to_date(dossier, eleve, regles)
    if a_jour.a_rappeler_le is not None:
        return _awaiting_call(dossier, a_jour, regles, jour)
    suite = _next_step(a_jour, regles, jour)
    return suite if a_jour is dossier else replace(suite, dossier=dossier)


def _awaiting_call(avant: Dossier, dossier: Dossier, regles: Regles, jour: date) -> Situation:
    """A call-back was promised: its day comes before everything else."""
    rappel = dossier.a_rappeler_le
    assert rappel is not None
    sans_reponse = len(unanswered_days(dossier))
    passe = jour >= rappel.jour
    return Situation(
        avant,
        Etat.A_RAPPELER if passe else Etat.SUSPENDU,
        regles.plan[min(sans_reponse, len(regles.plan) - 1)],
        rappel.jour,
        (jour - rappel.jour).days,
        sans_reponse,
        None if passe else rappel.jour - timedelta(days=1),
        replace(rappel, convenu=rappel.convenu or agreed(dossier)),
    )


def _next_step(dossier: Dossier, regles: Regles, jour: date) -> Situation:
    jours = unanswered_days(dossier)
    etape = regles.plan[len(jours)] if len(jours) < len(regles.plan) else None
    depuis = jours[-1] if jours else detection_day(dossier, jour)
    echeance = due_date(depuis, etape.delai if etape else regles.delai_reponse, regles)
    suspendu = suspension(dossier, regles)
    if suspendu is not None and suspendu >= echeance:
        echeance = due_date(suspendu, 1, regles)
    if suspendu is not None and jour <= suspendu:
        etat = Etat.SUSPENDU
    elif jour < echeance:
        etat = Etat.EN_ATTENTE
    else:
        etat = Etat.A_RELANCER if etape else Etat.A_CLOTURER
    retard = (jour - echeance).days
    return Situation(dossier, etat, etape, echeance, retard, len(jours), suspendu)


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
    repondues = [r.reponse_le for r in dossier.relances if r.reponse_le]
    if contact is not None and contact > max([depuis, *repondues]):
        return Critere.CONTACT, contact
    return None


def last_mark(dossier: Dossier) -> tuple[str, date] | None:
    """The latest of the last activity and the relances: nothing comes before it any more."""
    marques = [("la dernière relance", r.date) for r in dossier.relances]
    marques += [("la réponse", r.repondu_le) for r in dossier.relances if r.repondu_le]
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
