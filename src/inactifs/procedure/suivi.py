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

    ``etape`` is the next step of the plan, None when nothing more is to be sent; ``echeance`` the
    day on which it, the call-back or the closing is due; ``retard_jours`` is negative when that day
    is still to come. ``suspendu_jusqu_au`` is the last day on which nothing is due; ``rappel`` the
    call-back promised, with what was agreed; ``actif_depuis`` the lesson or the login that will
    end the dossier at the next ``detect``; ``compte`` tells from what the due date is
    counted (detection, relance, suspension), its day, and how many days after.
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
    compte: tuple[str, date, int] | None = None

    @property
    def a_contacter(self) -> bool:
        """Whether somebody is to call or to write, today at the latest."""
        return self.etat in (Etat.A_RAPPELER, Etat.A_RELANCER)


def unanswered_days(dossier: Dossier) -> list[date]:
    """The days of the unanswered relances in a row, oldest first: the relances that count.

    An answer restarts the count, and so does an activity since (contract: « three unanswered
    relances in a row, no activity since »). Tries of one day are one relance: the delay to answer
    has not run between them, and one answer stands for all. A wrong number or address reached
    nobody and is none; neither is a try on the day of an answer, or before it was given.
    """
    jours: list[date] = []
    depuis = dossier.derniere_activite or date.min
    for relance in dossier.relances:
        if relance.reponse_le:
            jours.clear()
            depuis = max(depuis, relance.reponse_le)
        elif not relance.vaine and relance.date > max([depuis, *jours[-1:]]):
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
    """The last day on which nothing is due, or None: an answered relance suspends for the
    follow-up delay where the tableau gives no date."""
    reponse = last_answer(dossier)
    jour = reponse.reponse_le if reponse else None
    typee = dossier.suspendu_jusqu_au
    if jour is not None and (typee is None or typee < jour):
        return jour + timedelta(days=regles.delai_suivi)
    return typee


def not_to_contact(dossier: Dossier, eleve: Eleve | None) -> str:
    """What is noted of a student who asked not to be contacted again, empty when nobody did: by
    the register, else, of a student whom it does not know, by the tableau's cell."""
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


def with_sign_of_life(dossier: Dossier, eleve: Eleve | None, jour: date, regles: Regles) -> Dossier:
    """The dossier after a visit, a call or an email from the student on ``jour``: the row's date
    moves to it, and nothing is due for a while; a longer suspension already running is kept, a
    call-back promised for that day or before has taken place."""
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
    ``suivi`` is False for a student who was not followed on that day (transferred, licence
    obtained…): nothing is due while the dossier waits for its outcome."""
    if dossier.resultat is not None:
        return Situation(dossier, Etat[dossier.resultat.name])
    situation = Situation(
        dossier, Etat.SUSPENDU, relances_sans_reponse=len(unanswered_days(dossier))
    )
    if not (suivi and regles.follow(eleve)):
        return situation
    nouvelle = new_activity(dossier, eleve)
    if nouvelle is not None and nouvelle[0] is not Critere.CONTACT:
        return replace(situation, etat=Etat.ACTIF, actif_depuis=nouvelle)
    if not_to_contact(dossier, eleve):
        return replace(situation, etat=Etat.NE_PLUS_CONTACTER)
    a_jour = with_sign_of_life(dossier, eleve, nouvelle[1], regles) if nouvelle else dossier
    return _due(dossier, a_jour, regles, jour)


def _due(avant: Dossier, dossier: Dossier, regles: Regles, jour: date) -> Situation:
    """What is due, and when: the call-back that was promised before everything else."""
    jours = unanswered_days(dossier)
    etape = regles.plan[len(jours)] if len(jours) < len(regles.plan) else None
    compte = None
    if rappel := dossier.a_rappeler_le:
        etape = etape or regles.plan[-1]
        echeance = rappel.jour
        suspendu = rappel.jour - timedelta(days=1) if jour < rappel.jour else None
        rappel = replace(rappel, convenu=rappel.convenu or _agreed(dossier))
    else:
        delai = etape.delai if etape else regles.delai_reponse
        compte = "detection", detection_day(dossier, jour), delai
        if jours:
            compte = "relance", jours[-1], delai
        suspendu = suspension(dossier, regles)
        if suspendu is not None and suspendu >= regles.due_date(*compte[1:]):
            compte = "suspension", suspendu, 1
        echeance = regles.due_date(*compte[1:])
    if suspendu is not None and jour <= suspendu:
        etat = Etat.SUSPENDU
    elif rappel:
        etat = Etat.A_RAPPELER
    elif jour < echeance:
        etat = Etat.EN_ATTENTE
    else:
        etat = Etat.A_RELANCER if etape else Etat.A_CLOTURER
    retard = (jour - echeance).days
    faites = len(jours)
    return Situation(avant, etat, etape, echeance, retard, faites, suspendu, rappel, None, compte)


def _agreed(dossier: Dossier) -> str:
    """What the student said last and what was noted with it: « entretien : apporte son livret »."""
    reponse = last_answer(dossier)
    dits = [ligne for ligne in dossier.commentaire.splitlines() if ligne and not is_note(ligne)]
    return " : ".join(t for t in (reponse.issue.libelle if reponse else "", *dits[-1:]) if t)


def new_activity(dossier: Dossier, eleve: Eleve | None) -> tuple[Critere, date] | None:
    """The activity later than the dossier's, which ends or suspends it; None if there is none.

    A sign of life also has to be later than the last answered relance, which the dossier already
    takes into account. A lesson or a login comes before it, because it alone is a reprise.
    """
    depuis = dossier.derniere_activite or dossier.detecte_le
    if depuis is None or eleve is None:
        return None
    nouvelles = [(jour, c) for c, jour in criteria(eleve).items() if jour and jour > depuis]
    if suivies := [n for n in nouvelles if n[1] is not Critere.CONTACT]:
        jour, critere = max(suivies)
        return critere, jour
    repondues = [r.reponse_le for r in dossier.relances if r.reponse_le]
    return next(((c, jour) for jour, c in nouvelles if jour > max([depuis, *repondues])), None)


def last_mark(dossier: Dossier) -> tuple[str, date] | None:
    """The latest of the last activity and the relances: nothing comes before it any more."""
    marques = [("la dernière relance", r.date) for r in dossier.relances]
    marques += [("la réponse", r.repondu_le) for r in dossier.relances if r.repondu_le]
    if dossier.derniere_activite is not None:
        marques.append(("la dernière activité", dossier.derniere_activite))
    return max(marques, key=lambda marque: marque[1], default=None)


def last_day(dossier: Dossier) -> date | None:
    """The last day that the row tells of."""
    marque = last_mark(dossier)
    return marque[1] if marque else None


def ended_on(dossier: Dossier) -> date | None:
    """CLÔTURÉ LE; on a hand-typed row without it, the last day that the row tells of."""
    return dossier.cloture_le or last_day(dossier)


def returned(dossier: Dossier, eleve: Eleve) -> tuple[Critere, date] | None:
    """The lesson or login of an abandonniste later than the closing, while STATUT leaves them out
    of the procedure; None if there is none."""
    fin = ended_on(dossier)
    if dossier.resultat is not Resultat.ABANDON or eleve.suivi or fin is None:
        return None
    retour = new_activity(replace(dossier, derniere_activite=fin), eleve)
    return retour if retour and retour[0] is not Critere.CONTACT else None
