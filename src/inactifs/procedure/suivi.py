"""One dossier on one day: its state, the next step, and what may be done to it.

Every function takes values and returns values; what the procedure forbids raises ``Refus``.
Rules: contract, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from inactifs.dates import french
from inactifs.erreurs import Refus
from inactifs.procedure.inactivite import criteria
from inactifs.procedure.modele import (
    Critere,
    Dossier,
    Eleve,
    Etape,
    Etat,
    Issue,
    Regles,
    Relance,
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
    relance: the delay to answer has not run between them. A wrong number reached nobody and
    is not one.
    """
    jours: list[date] = []
    for relance in dossier.relances:
        if relance.repondu:
            jours.clear()
        elif relance.faux_numero or (
            dossier.derniere_activite is not None and relance.date <= dossier.derniere_activite
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
        echeance = regles.decaler(detection_day(dossier, jour))
    else:
        delai = etape.delai if etape else regles.delai_reponse
        echeance = regles.decaler(jours[-1] + timedelta(days=delai))
    suspendu = suspension(dossier, regles)
    if suspendu is not None and suspendu >= echeance:
        echeance = regles.decaler(suspendu + timedelta(days=1))
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


def note_sign_of_life(dossier: Dossier, jour: date, regles: Regles) -> Dossier:
    """The dossier after a visit, call or email from the student on ``jour``.

    The row's date moves to it and nothing is due for the follow-up delay; a longer suspension
    already running is kept.
    """
    fin = jour + timedelta(days=regles.delai_suivi)
    if dossier.suspendu_jusqu_au is not None:
        fin = max(fin, dossier.suspendu_jusqu_au)
    return replace(dossier, derniere_activite=jour, suspendu_jusqu_au=fin)


def add_relance(
    dossier: Dossier,
    relance: Relance,
    issue: Issue,
    regles: Regles,
    *,
    jusqu_au: date | None = None,
    cause: str = "",
    commentaire: str = "",
) -> Dossier:
    """The dossier with one more relance, and what its ``issue`` entails.

    An answer suspends until ``jusqu_au`` (or the follow-up delay) and restarts the count;
    « reprise » and « abandon » end the dossier on the spot.

    Raises:
        Refus: the dossier is closed, the date comes before its last activity or its last
            relance, or the plan's relances are all done.
    """
    require_open(dossier)
    if dossier.derniere_activite is not None and relance.date < dossier.derniere_activite:
        raise Refus(
            f"Relance du {french(relance.date)} refusée : elle précède la dernière activité de "
            f"{dossier.eleve} ({french(dossier.derniere_activite)}).",
            "Vérifiez la date tapée après --date.",
        )
    if dossier.relances and relance.date < dossier.relances[-1].date:
        raise Refus(
            f"Relance du {french(relance.date)} refusée : elle précède la dernière relance de "
            f"{dossier.eleve} ({french(dossier.relances[-1].date)}).",
            "Vérifiez la date tapée après --date.",
        )
    jours = unanswered_days(dossier)
    if (
        not issue.repondu
        and issue is not Issue.FAUX_NUMERO
        and len(jours) >= len(regles.plan)
        and relance.date != jours[-1]
    ):
        raise Refus(
            f"Les {len(regles.plan)} relances de {dossier.eleve} sont déjà faites, la dernière le "
            f"{french(jours[-1])}.",
            "Clôturez le dossier avec « inactifs close », ou notez une réponse avec --resultat.",
        )
    if issue is Issue.RAPPELER and jusqu_au is None:
        raise Refus(
            "À quelle date l'élève demande-t-il à être rappelé ?",
            "Ajoutez --jusqu-au JJ/MM/AAAA.",
        )
    if jusqu_au is not None and jusqu_au < relance.date:
        raise Refus(
            f"La suspension jusqu'au {french(jusqu_au)} finirait avant la relance du "
            f"{french(relance.date)}.",
            "Donnez après --jusqu-au une date plus tardive.",
        )
    suite = replace(
        dossier,
        relances=(*dossier.relances, relance),
        cause=cause or dossier.cause,
        commentaire=add_comment(dossier.commentaire, commentaire),
    )
    if issue is Issue.REPRISE:
        return end_as_reprise(suite, relance.date)
    if issue is Issue.ABANDON:
        return end_as_abandon(suite, relance.date, "à la demande de l'élève")
    if issue.repondu:
        fin = jusqu_au or relance.date + timedelta(days=regles.delai_suivi)
        return replace(suite, suspendu_jusqu_au=fin)
    return replace(suite, suspendu_jusqu_au=jusqu_au) if jusqu_au else suite


def end_as_reprise(dossier: Dossier, jour: date) -> Dossier:
    """The dossier ended on ``jour`` because training has resumed."""
    require_open(dossier)
    return replace(dossier, resultat=Resultat.REPRISE, cloture_le=jour, suspendu_jusqu_au=None)


def end_as_abandon(dossier: Dossier, jour: date, precision: str = "") -> Dossier:
    """The dossier closed on ``jour``, with the mention that the procedure asks for."""
    require_open(dossier)
    mention = f"Abandonniste : dossier clôturé le {french(jour)}"
    if precision:
        mention += f" ({precision})"
    return replace(
        dossier,
        resultat=Resultat.ABANDON,
        cloture_le=jour,
        suspendu_jusqu_au=None,
        commentaire=add_comment(dossier.commentaire, mention),
    )


def refusal_to_close(
    dossier: Dossier,
    eleve: Eleve | None,
    regles: Regles,
    jour: date,
    *,
    sans_derniere_relance: bool = False,
) -> Refus | None:
    """Why ``dossier`` may not be closed as abandonniste on ``jour``; None when it may.

    ``sans_derniere_relance`` waives the plan's optional last steps. The student who says
    that they give up is not asked this: they are closed at once.
    """
    if not dossier.ouvert:
        return _closed(dossier)
    if eleve is not None and (nouvelle := new_activity(dossier, eleve)) is not None:
        critere, quand = nouvelle
        return Refus(
            f"{dossier.eleve} a donné signe depuis ({critere.value}, {french(quand)}) : "
            "le dossier ne peut pas être clôturé.",
            "Lancez « inactifs detect » pour mettre le tableau à jour.",
        )
    fin = suspension(dossier, regles)
    if fin is not None and jour <= fin:
        return Refus(
            f"Le dossier de {dossier.eleve} est suspendu jusqu'au {french(fin)}.",
            "Attendez cette date, ou ajoutez --demande-eleve si l'élève dit abandonner.",
        )
    exigees = len(regles.plan)
    if sans_derniere_relance:
        exigees -= sum(e.optionnelle for e in regles.plan)
    jours = unanswered_days(dossier)
    if len(jours) < exigees:
        conseil = "Faites la relance suivante (« inactifs next »)."
        if exigees - len(jours) == 1 and regles.plan[-1].optionnelle and not sans_derniere_relance:
            conseil = (
                "La dernière relance est optionnelle : "
                "ajoutez --sans-derniere-relance --motif « … »."
            )
        return Refus(
            f"{dossier.eleve} : {len(jours)} relance{'s' if len(jours) > 1 else ''} sans réponse "
            f"sur {exigees}, le dossier ne peut pas être clôturé.",
            conseil,
        )
    fin_delai = regles.decaler(jours[-1] + timedelta(days=regles.delai_reponse))
    if jour < fin_delai:
        return Refus(
            f"{dossier.eleve} a jusqu'au {french(fin_delai)} pour répondre à la dernière relance.",
            f"Clôture possible à partir du {french(fin_delai)}.",
        )
    return None


def pause(dossier: Dossier, jusqu_au: date, jour: date, motif: str) -> Dossier:
    """The dossier with nothing due until ``jusqu_au``; the count of relances is kept.

    Raises:
        Refus: the dossier is closed, or the date has passed.
    """
    require_open(dossier)
    if jusqu_au < jour:
        raise Refus(
            f"La suspension finirait le {french(jusqu_au)}, avant le {french(jour)}.",
            "Donnez après --jusqu-au une date à venir.",
        )
    note = f"Suspendu le {french(jour)} jusqu'au {french(jusqu_au)} : {motif}"
    return replace(
        dossier,
        suspendu_jusqu_au=jusqu_au,
        commentaire=add_comment(dossier.commentaire, note),
    )


def reopen(dossier: Dossier, jour: date, regles: Regles, motif: str) -> Dossier:
    """The dossier open again.

    The abandonniste who comes back has given a sign of life on that day: the row's date moves
    to it, so that the old relances no longer count, and nothing is due for the follow-up
    delay. A dossier ended as reprise by mistake takes up its relances where they were.

    Raises:
        Refus: the dossier is open already.
    """
    if dossier.ouvert:
        raise Refus(
            f"Le dossier de {dossier.eleve} est déjà ouvert.",
            "Consultez-le avec « inactifs show ».",
        )
    note = f"Dossier rouvert le {french(jour)} : {motif}"
    rouvert = replace(
        dossier,
        resultat=None,
        cloture_le=None,
        commentaire=add_comment(dossier.commentaire, note),
    )
    if dossier.resultat is Resultat.ABANDON:
        return note_sign_of_life(rouvert, jour, regles)
    return rouvert


def add_comment(commentaire: str, ajout: str) -> str:
    """``commentaire`` with one more line."""
    return "\n".join(t for t in (commentaire, ajout) if t)


def require_open(dossier: Dossier) -> None:
    """Raise ``Refus`` when the dossier is closed."""
    if not dossier.ouvert:
        raise _closed(dossier)


def _closed(dossier: Dossier) -> Refus:
    fin = f" le {french(dossier.cloture_le)}" if dossier.cloture_le else ""
    mot = "repris" if dossier.resultat is Resultat.REPRISE else "clôturé (abandon)"
    return Refus(
        f"Le dossier de {dossier.eleve} est déjà {mot}{fin}.",
        "Rouvrez-le avec « inactifs reopen » s'il le faut.",
    )
