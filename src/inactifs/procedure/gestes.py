"""What is done to a dossier: relances, answers, call-backs, pauses, outcomes.

A gesture takes the dossier *and* the student, and returns both as they are after it; what the
procedure forbids raises ``Refus``. Every guard is here, so that every command that makes the
gesture meets the same one. Rules: contract, section 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from inactifs.dates import french
from inactifs.erreurs import Refus, UsageIncorrect
from inactifs.mots import of
from inactifs.procedure import joignable, notes
from inactifs.procedure.inactivite import with_contact
from inactifs.procedure.modele import (
    STATUTS,
    Critere,
    Dossier,
    Eleve,
    Issue,
    Moyen,
    Rappel,
    Regles,
    Relance,
    ReponseMoyen,
    Resultat,
)
from inactifs.procedure.suivi import (
    due_date,
    ended_on,
    last_mark,
    new_activity,
    not_to_contact,
    refusal_mark,
    suspension,
    unanswered_days,
    with_sign_of_life,
)

ACTIVITES: dict[str, Critere] = {
    "cours": Critere.COURS,
    "connexion": Critere.CONNEXION,
    "visite": Critere.CONTACT,
    "appel": Critere.CONTACT,
    "sms": Critere.CONTACT,
    "email": Critere.CONTACT,
}
"""What a student may do by their own move (``activite add``), and the criterion it is."""

_CHAMPS = {
    Critere.COURS: "dernier_cours",
    Critere.CONNEXION: "derniere_connexion",
    Critere.CONTACT: "dernier_contact",
}
_PROMESSES = (Issue.RAPPELER, Issue.ENTRETIEN, Issue.PLAN, Issue.REPONDU)


class Suite(NamedTuple):
    """A dossier and its student after a gesture; the student is None outside the register."""

    dossier: Dossier
    eleve: Eleve | None


@dataclass(frozen=True, slots=True)
class Propos:
    """What is said of a relance, or of an answer that came later.

    ``moyen`` is the relance's, ``par`` the answer's; ``jusqu_au`` the last day of a suspension,
    ``le`` a call-back or an interview.
    """

    jour: date
    issue: Issue
    moyen: Moyen | None = None
    par: ReponseMoyen | None = None
    jusqu_au: date | None = None
    le: Rappel | None = None
    cause: str = ""
    commentaire: str = ""


@dataclass(frozen=True, slots=True)
class Demande:
    """On what ground a dossier is to be closed.

    ``sans_derniere_relance`` waives the plan's optional last steps; ``demande_eleve``: the
    student says that they give up.
    """

    sans_derniere_relance: bool = False
    demande_eleve: bool = False
    motif: str = ""


# Relances and answers


def add_relance(
    dossier: Dossier, eleve: Eleve | None, propos: Propos, regles: Regles, aujourdhui: date
) -> Suite:
    """One more relance, and what its outcome entails.

    An answer suspends until ``jusqu_au`` (or the day before ``le``, or the follow-up delay) and
    restarts the count; « reprise » and « abandon » end the dossier on the spot.

    Raises:
        Refus: the dossier is closed, the student asked not to be contacted, the date is later
            than ``aujourdhui`` or comes before the last activity or relance, or the plan's
            relances are all done.
        UsageIncorrect: a call-back of somebody who did not answer, or with a suspension.
    """
    require_open(dossier)
    if (refus := refused_contact(dossier, eleve)) is not None:
        raise refus
    _require_past(propos.jour, aujourdhui, "Relance")
    _require_later(dossier, propos.jour, f"Relance du {french(propos.jour)} refusée : elle précède")
    propos = replace(propos, issue=joignable.proper_issue(propos.moyen, propos.issue))
    jours = unanswered_days(dossier)
    if (
        not propos.issue.repondu
        and not propos.issue.vaine
        and len(jours) >= len(regles.plan)
        and propos.jour != jours[-1]
    ):
        raise Refus(
            f"Les {len(regles.plan)} relances {of(dossier.eleve)} sont déjà faites, la dernière le "
            f"{french(jours[-1])}.",
            "Clôturez le dossier avec « inactifs close », ou notez une réponse avec --resultat.",
        )
    relance = Relance(propos.jour, propos.moyen, propos.issue)
    suite = replace(dossier, relances=(*dossier.relances, relance), a_rappeler_le=None)
    if eleve is not None:
        eleve = joignable.after(eleve, propos.moyen, propos.issue)
    return _with_outcome(Suite(suite, eleve), propos, regles)


def answer(
    dossier: Dossier, eleve: Eleve | None, propos: Propos, regles: Regles, aujourdhui: date
) -> Suite:
    """The answer that came later to the last relance; a second one replaces the first.

    Raises:
        Refus: the dossier is closed, no relance was made, or the day is not between the last
            relance and ``aujourdhui``.
        UsageIncorrect: the outcome is not one of an answer.
    """
    require_open(dossier)
    if not propos.issue.repondu:
        raise UsageIncorrect(
            f"« {propos.issue.value} » n'est pas une réponse de l'élève.",
            f"Au choix : {', '.join(i.value for i in Issue if i.repondu)}.",
        )
    rang = next((n for n, r in reversed([*enumerate(dossier.relances)]) if not r.vaine), None)
    if rang is None:
        raise Refus(
            f"{dossier.eleve} n'a reçu aucune relance : il n'y a rien à quoi répondre.",
            "Notez son signe de vie : inactifs activite add.",
        )
    _require_past(propos.jour, aujourdhui, "Réponse")
    relance = dossier.relances[rang]
    if propos.jour < relance.date:
        raise Refus(
            f"Réponse du {french(propos.jour)} refusée : elle précède la dernière relance de "
            f"{dossier.eleve} ({french(relance.date)}).",
            "Vérifiez la date tapée après --date.",
        )
    if relance.repondu:
        dossier, eleve = _without_answer(dossier, eleve, rang)
    plus_tard = propos.jour != relance.date
    ailleurs = propos.par is not None and (plus_tard or propos.par.value != relance.moyen)
    repondue = Relance(
        relance.date,
        relance.moyen,
        propos.issue,
        propos.jour if plus_tard else None,
        propos.par if ailleurs else None,
    )
    relances = (*dossier.relances[:rang], repondue, *dossier.relances[rang + 1 :])
    suite = Suite(replace(dossier, relances=relances, a_rappeler_le=None), eleve)
    return _with_outcome(suite, propos, regles)


def last_said(dossier: Dossier) -> Propos:
    """What is noted of the last relance: to be changed, then given to :func:`correct_last`.

    Raises:
        Refus: there is none.
    """
    relance = _last_relance(dossier)
    repondu, rappel = relance.repondu, dossier.a_rappeler_le
    typee = dossier.suspendu_jusqu_au if repondu and rappel is None else None
    return Propos(
        relance.date,
        relance.issue,
        relance.moyen,
        relance.repondu_par,
        jusqu_au=typee if typee and typee >= relance.date else None,
        le=rappel if repondu else None,
    )


def correct_last(
    dossier: Dossier, eleve: Eleve | None, propos: Propos, regles: Regles, aujourdhui: date
) -> Suite:
    """The last relance as it should have been noted, with the guards of one that is added.

    A later answer keeps its day, unless the outcome is no longer an answer. A pause noted since
    stays.

    Raises:
        Refus: as :func:`add_relance`.
    """
    relance = _last_relance(dossier)
    sans = remove_last(dossier, eleve)
    if relance.repondu_le is None or not propos.issue.repondu:
        suite = add_relance(*sans, propos, regles, aujourdhui)
    else:
        seule = Propos(propos.jour, Issue.SANS_REPONSE, propos.moyen)
        suite = add_relance(*sans, seule, regles, aujourdhui)
        plus_tard = replace(propos, jour=relance.repondu_le)
        suite = answer(*suite, plus_tard, regles, aujourdhui)
    if _paused(dossier):
        garde = replace(suite.dossier, suspendu_jusqu_au=dossier.suspendu_jusqu_au)
        return Suite(garde, suite.eleve)
    return suite


def remove_last(dossier: Dossier, eleve: Eleve | None) -> Suite:
    """The dossier without its last relance, nor what its outcome did to the student.

    Raises:
        Refus: there is no relance, or the dossier was closed otherwise since.
    """
    relance = _last_relance(dossier)
    if not dossier.ouvert:
        fin = relance.reponse_le
        if relance.issue not in (Issue.REPRISE, Issue.ABANDON) or fin != dossier.cloture_le:
            raise _closed(dossier)
        lignes = dossier.commentaire.splitlines()
        mention = notes.closed(fin, notes.DEMANDE_ELEVE) if fin else ""
        reste = "\n".join(ligne for ligne in lignes if ligne != mention)
        dossier = replace(dossier, resultat=None, cloture_le=None, commentaire=reste)
        if eleve is not None and relance.issue is Issue.ABANDON:
            eleve = replace(eleve, statut=STATUTS[0])
    if eleve is not None and relance.vaine:
        eleve = joignable.unmarked(eleve, relance.moyen)
    if relance.repondu:
        dossier, eleve = _without_answer(dossier, eleve, len(dossier.relances) - 1)
    return Suite(replace(dossier, relances=dossier.relances[:-1], a_rappeler_le=None), eleve)


def recontact(
    dossier: Dossier | None, eleve: Eleve | None, jour: date, motif: str
) -> tuple[Dossier | None, Eleve | None]:
    """« Ne plus contacter » lifted; the dossier, if there is one, goes on on that day.

    Raises:
        Refus: nobody asked for it.
    """
    marque = not_to_contact(dossier, eleve) if dossier else eleve and eleve.ne_plus_contacter
    if not marque:
        qui = dossier.eleve if dossier else eleve.nom_complet if eleve else "?"
        raise Refus(
            f"{qui} n'a pas demandé à ne plus être contacté.",
            "Consultez son dossier avec « inactifs show ».",
        )
    if eleve is not None:
        eleve = replace(eleve, ne_plus_contacter="")
    if dossier is None:
        return None, eleve
    note = notes.recontacted(jour, motif)
    dossier = replace(dossier, commentaire=add_comment(dossier.commentaire, note))
    derniere = last_mark(dossier)
    if dossier.ouvert and derniere is not None:
        libre = max(jour - timedelta(days=1), derniere[1])
        dossier = replace(dossier, suspendu_jusqu_au=libre)
    return dossier, eleve


# Other signs, pauses


def sign_of_life(dossier: Dossier, eleve: Eleve | None, jour: date, regles: Regles) -> Suite:
    """A visit, a call or an email from the student, that answers no relance."""
    require_open(dossier)
    return Suite(
        with_sign_of_life(dossier, eleve, jour, regles), eleve and with_contact(eleve, jour)
    )


def note_activity(eleve: Eleve, activite: str, jour: date, aujourdhui: date) -> Eleve:
    """The student with one activity of :data:`ACTIVITES` on ``jour``; a later date stays.

    Raises:
        Refus: it is to come, and is not a lesson.
    """
    critere = ACTIVITES[activite]
    champ = _CHAMPS[critere]
    if jour > aujourdhui:
        if critere is not Critere.COURS:
            raise Refus(
                f"Une activité du {french(jour)} est dans le futur.",
                "Seul un cours réservé peut l'être : inactifs activite add ÉLÈVE cours --date …",
            )
        champ = "prochain_cours"
    ancien: date | None = getattr(eleve, champ)
    return eleve if ancien and ancien >= jour else replace(eleve, **{champ: jour})  # type: ignore[arg-type]


def pause(dossier: Dossier, eleve: Eleve | None, jusqu_au: date, jour: date, motif: str) -> Suite:
    """Nothing due until ``jusqu_au``; the count of relances is kept.

    Raises:
        Refus: the dossier is closed, or the date has passed.
    """
    require_open(dossier)
    if jusqu_au < jour:
        raise Refus(
            f"La suspension finirait le {french(jusqu_au)}, avant le {french(jour)}.",
            "Donnez après --jusqu-au une date à venir.",
        )
    note = notes.paused(jour, jusqu_au, motif)
    return Suite(
        replace(
            dossier,
            suspendu_jusqu_au=jusqu_au,
            a_rappeler_le=None,
            commentaire=add_comment(dossier.commentaire, note),
        ),
        eleve,
    )


# Outcomes


def end_as_reprise(dossier: Dossier, eleve: Eleve | None, jour: date) -> Suite:
    """Training has resumed, somebody says so on ``jour``: a sign of life of that day.

    Raises:
        Refus: it is closed already, or ``jour`` comes before its last activity or relance.
    """
    require_open(dossier)
    _require_later(dossier, jour, f"Reprise du {french(jour)} refusée : elle précède")
    return Suite(ended(dossier, Resultat.REPRISE, jour), eleve and with_contact(eleve, jour))


def end_as_abandon(dossier: Dossier, eleve: Eleve | None, jour: date, precision: str = "") -> Suite:
    """The dossier closed on ``jour``, with the mention that the procedure asks for.

    Raises:
        Refus: it is closed already, or ``jour`` comes before its last activity or relance.
    """
    require_open(dossier)
    _require_later(dossier, jour, f"Clôture au {french(jour)} refusée : elle précède")
    clos = replace(
        ended(dossier, Resultat.ABANDON, jour),
        commentaire=add_comment(dossier.commentaire, notes.closed(jour, precision)),
    )
    if eleve is not None and eleve.suivi:
        eleve = replace(eleve, statut=STATUTS[-1])
    return Suite(clos, eleve)


def close(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date, demande: Demande
) -> Suite:
    """The dossier of somebody who gave up, closed on ``jour``.

    Raises:
        Refus: it may not be.
    """
    refus = refusal_to_close(dossier, eleve, regles, jour, demande)
    if refus is not None:
        raise refus
    if demande.demande_eleve:
        precision = ", ".join(t for t in (notes.DEMANDE_ELEVE, demande.motif) if t)
    elif demande.sans_derniere_relance and (
        len(unanswered_days(dossier)) < len(regles.plan) and not not_to_contact(dossier, eleve)
    ):
        precision = f"sans la dernière relance : {demande.motif}"
    else:
        precision = demande.motif
    return end_as_abandon(dossier, eleve, jour, precision)


def refusal_to_close(
    dossier: Dossier,
    eleve: Eleve | None,
    regles: Regles,
    jour: date,
    demande: Demande = Demande(),
) -> Refus | None:
    """Why ``dossier`` may not be closed as abandonniste on ``jour``; None when it may.

    The student who says that they give up is closed at once; who asked not to be contacted
    again, with a reason.
    """
    if not dossier.ouvert:
        return _closed(dossier)
    if demande.demande_eleve:
        return None
    if eleve is not None and (not eleve.suivi or regles.seuil_of(eleve) is None):
        cause = f"son statut est « {eleve.statut} »"
        if eleve.suivi:
            cause = f"la formation « {eleve.formation} » n'est pas suivie (Paramètres)"
        return Refus(
            f"La procédure ne suit pas {dossier.eleve} : {cause}.",
            "Notez l'issue : inactifs reprise, ou inactifs close --demande-eleve si l'élève "
            "dit abandonner.",
        )
    if eleve is not None and (nouvelle := new_activity(dossier, eleve)) is not None:
        critere, quand = nouvelle
        return Refus(
            f"{dossier.eleve} a donné signe depuis ({critere.value}, {french(quand)}) : "
            "le dossier ne peut pas être clôturé.",
            "Lancez « inactifs detect » pour mettre le tableau à jour.",
        )
    if mention := not_to_contact(dossier, eleve):
        if demande.motif:
            return None
        return Refus(
            f"{dossier.eleve} ne veut plus être contacté ({mention}) : aucune relance n'est due.",
            'Pour clôturer quand même : inactifs close --motif "…".',
        )
    return _still_running(dossier, regles, jour) or _too_few(dossier, regles, jour, demande)


def reopen(dossier: Dossier, eleve: Eleve | None, jour: date, regles: Regles, motif: str) -> Suite:
    """The dossier open again.

    The abandonniste who comes back has given a sign of life on that day: the row's date moves
    to it, so that the old relances no longer count. A dossier ended as reprise by mistake takes
    up its relances where they were, and the contact that the reprise noted is taken back.

    Raises:
        Refus: the dossier is open already, or ended after ``jour``.
    """
    if dossier.ouvert:
        raise Refus(
            f"Le dossier {of(dossier.eleve)} est déjà ouvert.",
            "Consultez-le avec « inactifs show ».",
        )
    fin = ended_on(dossier)
    if fin is not None and jour < fin:
        raise Refus(
            f"Réouverture du {french(jour)} refusée : le dossier {of(dossier.eleve)} s'est terminé "
            f"le {french(fin)}.",
            "Vérifiez la date tapée après --date.",
        )
    reprise = dossier.cloture_le if dossier.resultat is Resultat.REPRISE else None
    note = notes.reopened(jour, motif, reprise)
    rouvert = _open_again(dossier, note)
    if dossier.resultat is Resultat.ABANDON:
        if eleve is not None:
            eleve = with_contact(replace(eleve, statut=STATUTS[0]), jour)
        return Suite(with_sign_of_life(rouvert, eleve, jour, regles), eleve)
    if eleve is not None and reprise is not None:
        eleve = _contact_taken_back(dossier, eleve, reprise, dossier.relances)
    return Suite(rouvert, eleve)


def take_back_reprise(dossier: Dossier, avant: Eleve, apres: Eleve, jour: date) -> Dossier | None:
    """The dossier open again where it stood, when the REPRISE that ended it rested on a
    reservation alone, which the register no longer holds; None otherwise.

    Args:
        dossier: the last dossier of the student.
        avant: the student with the reservation; ``apres``, without.
        jour: the day on which it was taken back.
    """
    if dossier.resultat is not Resultat.REPRISE or avant.prochain_cours is None:
        return None
    reposait = new_activity(dossier, avant)
    if reposait is None or reposait[1] != avant.prochain_cours:
        return None
    if new_activity(dossier, apres) is not None:
        return None
    motif = f"cours réservé le {french(avant.prochain_cours)} retiré"
    return _open_again(dossier, notes.reopened(jour, motif))


# What is common to several gestures


def refused_contact(dossier: Dossier, eleve: Eleve | None) -> Refus | None:
    """Why nobody may contact this student; None when somebody may."""
    if not (mention := not_to_contact(dossier, eleve)):
        return None
    qui = dossier.numero or f'"{dossier.eleve}"'
    return Refus(
        f"{dossier.eleve} a demandé à ne plus être contacté (noté le {mention}).",
        f"S'il change d'avis : inactifs recontacter {qui} --motif \"…\".",
    )


def ended(dossier: Dossier, resultat: Resultat, jour: date) -> Dossier:
    """The dossier with its outcome on ``jour``, nothing due any more."""
    return replace(
        dossier,
        resultat=resultat,
        cloture_le=jour,
        suspendu_jusqu_au=None,
        a_rappeler_le=None,
    )


def add_comment(commentaire: str, ajout: str) -> str:
    """``commentaire`` with one more line."""
    return "\n".join(t for t in (commentaire, ajout) if t)


def require_open(dossier: Dossier) -> None:
    """Raise ``Refus`` when the dossier is closed."""
    if not dossier.ouvert:
        raise _closed(dossier)


def _with_outcome(suite: Suite, propos: Propos, regles: Regles) -> Suite:
    """What the outcome of a relance entails, for the dossier and for the student."""
    _check_promise(propos)
    issue, jour, rappel = propos.issue, propos.jour, propos.le
    dossier = replace(
        suite.dossier,
        cause=propos.cause or suite.dossier.cause,
        commentaire=add_comment(suite.dossier.commentaire, propos.commentaire),
    )
    eleve = suite.eleve
    if issue is Issue.REPRISE:
        return end_as_reprise(dossier, eleve, jour)
    if issue is Issue.ABANDON:
        clos = end_as_abandon(dossier, eleve, jour, notes.DEMANDE_ELEVE)
        return Suite(clos.dossier, clos.eleve and with_contact(clos.eleve, jour))
    if not issue.repondu:
        fin = propos.jusqu_au or dossier.suspendu_jusqu_au
        return Suite(replace(dossier, suspendu_jusqu_au=fin), eleve)
    if eleve is not None:
        eleve = with_contact(eleve, jour)
        if issue is Issue.REFUS_CONTACT:
            relance = next(r for r in reversed(dossier.relances) if not r.vaine)
            eleve = replace(eleve, ne_plus_contacter=refusal_mark(relance))
    if rappel is not None:
        fin = max(jour, rappel.jour - timedelta(days=1))
    else:
        fin = propos.jusqu_au or jour + timedelta(days=regles.delai_suivi)
    return Suite(replace(dossier, suspendu_jusqu_au=fin, a_rappeler_le=rappel), eleve)


def _check_promise(propos: Propos) -> None:
    """Raise what forbids ``--le`` and ``--jusqu-au`` as they are given."""
    if propos.le is not None and propos.jusqu_au is not None:
        raise UsageIncorrect(
            "--le et --jusqu-au ne vont pas ensemble.",
            "--le pour un rappel ou un entretien ce jour-là, --jusqu-au pour attendre jusque-là.",
        )
    if propos.le is not None and propos.issue not in _PROMESSES:
        raise UsageIncorrect(
            f"--le ne va pas avec « {propos.issue.value} ».",
            "Il dit le jour d'un rappel ou d'un entretien : --resultat rappeler, entretien, plan.",
        )
    if propos.issue is Issue.RAPPELER and propos.le is None and propos.jusqu_au is None:
        raise Refus(
            "Il manque le jour où rappeler l'élève.",
            "Ajoutez --le JOUR (« mardi 18h ») ; ou --jusqu-au JJ/MM/AAAA : la relance est due "
            "le lendemain.",
        )
    if propos.jusqu_au is not None and propos.jusqu_au < propos.jour:
        raise Refus(
            f"La suspension jusqu'au {french(propos.jusqu_au)} finirait avant la relance du "
            f"{french(propos.jour)}.",
            "Donnez après --jusqu-au une date plus tardive.",
        )
    if propos.le is not None and propos.le.jour < propos.jour:
        raise Refus(
            f"Le rappel du {french(propos.le.jour)} précède le {french(propos.jour)}.",
            "Donnez après --le un jour à venir.",
        )


def _without_answer(dossier: Dossier, eleve: Eleve | None, rang: int) -> Suite:
    """The dossier before the answer to its relance ``rang``: the day of contact and the mark that
    it left on the student are taken back; a pause noted since stays."""
    relance = dossier.relances[rang]
    muette = replace(relance, issue=Issue.SANS_REPONSE, repondu_le=None, repondu_par=None)
    relances = (*dossier.relances[:rang], muette, *dossier.relances[rang + 1 :])
    fin = dossier.suspendu_jusqu_au if _paused(dossier) else None
    sans = replace(dossier, relances=relances, suspendu_jusqu_au=fin, a_rappeler_le=None)
    jour = relance.reponse_le
    if eleve is None or jour is None:
        return Suite(sans, eleve)
    if relance.issue is Issue.REFUS_CONTACT and eleve.ne_plus_contacter == refusal_mark(relance):
        eleve = replace(eleve, ne_plus_contacter="")
    return Suite(sans, _contact_taken_back(dossier, eleve, jour, relances))


def _contact_taken_back(
    dossier: Dossier, eleve: Eleve, jour: date, relances: Sequence[Relance]
) -> Eleve:
    """The student without the contact of ``jour``, if it is the one noted: the one before is that
    of another answer, or the row's last activity when no other criterion gives it."""
    if eleve.dernier_contact != jour:
        return eleve
    connus = [r.reponse_le for r in relances if r.reponse_le]
    autres = (eleve.dernier_cours, eleve.prochain_cours, eleve.derniere_connexion)
    derniere = dossier.derniere_activite
    if derniere is not None and derniere not in (*autres, eleve.inscrit_le):
        connus.append(derniere)
    return replace(eleve, dernier_contact=max(connus, default=None))


def _paused(dossier: Dossier) -> bool:
    """Whether the suspension of the row was decided by a pause."""
    fins = {
        n.fin for n in notes.read_notes(dossier.commentaire) if n.nature is notes.Nature.SUSPENSION
    }
    return dossier.suspendu_jusqu_au is not None and dossier.suspendu_jusqu_au in fins


def _open_again(dossier: Dossier, note: str) -> Dossier:
    return replace(
        dossier,
        resultat=None,
        cloture_le=None,
        commentaire=add_comment(dossier.commentaire, note),
    )


def _still_running(dossier: Dossier, regles: Regles, jour: date) -> Refus | None:
    rappel = dossier.a_rappeler_le
    if rappel is not None:
        return Refus(
            f"Un rappel est promis à {dossier.eleve} le {rappel.libelle}.",
            "Notez d'abord ce qu'il en est (« inactifs relance add »), ou ajoutez "
            "--demande-eleve si l'élève dit abandonner.",
        )
    fin = suspension(dossier, regles)
    if fin is not None and jour <= fin:
        return Refus(
            f"Le dossier {of(dossier.eleve)} est suspendu jusqu'au {french(fin)}.",
            "Attendez cette date, ou ajoutez --demande-eleve si l'élève dit abandonner.",
        )
    return None


def _too_few(dossier: Dossier, regles: Regles, jour: date, demande: Demande) -> Refus | None:
    exigees = len(regles.plan)
    if demande.sans_derniere_relance:
        exigees = max(1, exigees - sum(e.optionnelle for e in regles.plan))
    jours = unanswered_days(dossier)
    if len(jours) < exigees:
        conseil = "Faites la relance suivante (« inactifs next »)."
        if (
            exigees - len(jours) == 1
            and regles.plan[-1].optionnelle
            and not demande.sans_derniere_relance
            and jours
        ):
            conseil = (
                'La dernière relance est optionnelle : ajoutez --sans-derniere-relance --motif "…".'
            )
        return Refus(
            f"{dossier.eleve} : {len(jours)} relance{'s' if len(jours) > 1 else ''} sans réponse "
            f"sur {exigees}, le dossier ne peut pas être clôturé.",
            conseil,
        )
    fin_delai = due_date(jours[-1], regles.delai_reponse, regles)
    if jour < fin_delai:
        return Refus(
            f"Le délai de réponse {of(dossier.eleve)} à la dernière relance n'est pas passé.",
            f"Clôture possible à partir du {french(fin_delai)}.",
        )
    return None


def _last_relance(dossier: Dossier) -> Relance:
    if not dossier.relances:
        raise Refus(
            f"{dossier.eleve} n'a aucune relance à corriger.",
            "Consultez son dossier avec « inactifs show ».",
        )
    return dossier.relances[-1]


def _require_past(jour: date, aujourdhui: date, quoi: str) -> None:
    if jour > aujourdhui:
        raise Refus(
            f"{quoi} du {french(jour)} refusée : cette date est dans le futur.",
            "Donnez après --date le jour où elle a été faite.",
        )


def _require_later(dossier: Dossier, jour: date, refus: str) -> None:
    marque = last_mark(dossier)
    if marque is not None and jour < marque[1]:
        raise Refus(
            f"{refus} {marque[0]} {of(dossier.eleve)} ({french(marque[1])}).",
            "Vérifiez la date tapée après --date.",
        )


def _closed(dossier: Dossier) -> Refus:
    fin = f" depuis le {french(dossier.cloture_le)}" if dossier.cloture_le else ""
    mot = "reprise" if dossier.resultat is Resultat.REPRISE else "abandon"
    return Refus(
        f"{dossier.eleve} : le dossier est terminé{fin} ({mot}).",
        "Rouvrez-le avec « inactifs reopen » s'il le faut.",
    )
