"""What is done to a dossier: relances, answers, call-backs, pauses, outcomes.

A gesture takes the dossier *and* the student, and returns both as they are after it; what the
procedure forbids raises ``Refus``. Every guard is here, so that every command that makes the
gesture meets the same one. Rules: contract, section 3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from inactifs.dates import french
from inactifs.erreurs import Refus, UsageIncorrect
from inactifs.procedure import cloture
from inactifs.procedure.cloture import Suite
from inactifs.procedure.eleve import marked, proper_issue, with_contact
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
)
from inactifs.procedure.notes import DEMANDE_ELEVE, Nature, read_notes, written
from inactifs.procedure.suivi import last_day, not_to_contact, refusal_mark, unanswered_days

ACTIVITES: dict[str, Critere] = {
    "cours": Critere.COURS,
    "connexion": Critere.CONNEXION,
    **dict.fromkeys(("visite", "appel", "sms", "email"), Critere.CONTACT),
}
"""What a student may do by their own move (``activite add``), and the criterion it is."""

_PROMESSES = (Issue.RAPPELER, Issue.ENTRETIEN, Issue.PLAN, Issue.REPONDU)


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


def add_relance(
    dossier: Dossier, eleve: Eleve | None, propos: Propos, regles: Regles, aujourdhui: date
) -> Suite:
    """One more relance, and what its outcome entails: an answer suspends until ``jusqu_au`` (or
    the day before ``le``, or the follow-up delay) and restarts the count; « reprise » and
    « abandon » end the dossier on the spot.

    ``Refus``: the dossier is closed, the student asked not to be contacted, the date is later
    than ``aujourdhui`` or before the last activity or relance, the plan's relances are all done.
    """
    cloture.require_open(dossier)
    require_contactable(dossier, eleve)
    _require_past(dossier, propos.jour, aujourdhui, "Relance")
    cloture.require_open(dossier, propos.jour, "Relance du")
    propos = replace(propos, issue=proper_issue(propos.moyen, propos.issue))
    jours = unanswered_days(dossier)
    comptee = not (propos.issue.repondu or propos.issue.vaine or propos.jour in jours[-1:])
    if comptee and len(jours) >= len(regles.plan):
        raise cloture.refused("deja_faites", dossier, plan=len(regles.plan), derniere=jours[-1])
    relances = (*dossier.relances, Relance(propos.jour, propos.moyen, propos.issue))
    eleve = eleve and marked(eleve, propos.moyen, propos.issue)
    return _with_outcome(dossier, relances, eleve, propos, regles)


def answer(
    dossier: Dossier, eleve: Eleve | None, propos: Propos, regles: Regles, aujourdhui: date
) -> Suite:
    """The answer that came later to the last relance; a second one replaces the first. ``Refus``:
    no relance was made, or the day is not between the last one and ``aujourdhui``."""
    cloture.require_open(dossier)
    if not propos.issue.repondu:
        raise UsageIncorrect(
            f"« {propos.issue.value} » n'est pas une réponse de l'élève.",
            f"Au choix : {', '.join(i.value for i in Issue if i.repondu)}.",
        )
    recues = [rang for rang, relance in enumerate(dossier.relances) if not relance.vaine]
    if not recues:
        raise cloture.refused("rien_a_quoi_repondre", dossier)
    _require_past(dossier, propos.jour, aujourdhui, "Réponse")
    rang = recues[-1]
    relance = dossier.relances[rang]
    if propos.jour < relance.date:
        raise cloture.refused("reponse_trop_tot", dossier, jour=propos.jour, relance=relance.date)
    if relance.repondu:
        dossier, eleve = _without_answer(dossier, eleve, rang)
    plus_tard = propos.jour != relance.date
    ailleurs = propos.par is not None and (plus_tard or propos.par.value != relance.moyen)
    repondue = replace(
        relance,
        issue=propos.issue,
        repondu_le=propos.jour if plus_tard else None,
        repondu_par=propos.par if ailleurs else None,
    )
    relances = (*dossier.relances[:rang], repondue, *dossier.relances[rang + 1 :])
    return _with_outcome(dossier, relances, eleve, propos, regles)


def last_said(dossier: Dossier) -> Propos:
    """What is noted of the last relance: to be changed, then given to :func:`correct_last`."""
    relance = _last_relance(dossier)
    dit = Propos(relance.date, relance.issue, relance.moyen, relance.repondu_par)
    fin = dossier.suspendu_jusqu_au
    if relance.repondu and dossier.a_rappeler_le:
        return replace(dit, le=dossier.a_rappeler_le)
    return replace(dit, jusqu_au=fin) if relance.repondu and fin and fin >= relance.date else dit


def correct_last(
    dossier: Dossier, eleve: Eleve | None, propos: Propos, regles: Regles, aujourdhui: date
) -> Suite:
    """The last relance as it should have been noted, with the guards of one that is added. A later
    answer keeps its day, unless the outcome is no longer an answer; a pause noted since stays."""
    relance = _last_relance(dossier)
    sans = remove_last(dossier, eleve)
    if relance.repondu_le is None or not propos.issue.repondu:
        suite = add_relance(*sans, propos, regles, aujourdhui)
    else:
        seule = Propos(propos.jour, Issue.SANS_REPONSE, propos.moyen)
        suite = add_relance(*sans, seule, regles, aujourdhui)
        plus_tard = replace(propos, jour=relance.repondu_le)
        suite = answer(*suite, plus_tard, regles, aujourdhui)
    if fin := _pause_of(dossier):
        return Suite(replace(suite.dossier, suspendu_jusqu_au=fin), suite.eleve)
    return suite


def remove_last(dossier: Dossier, eleve: Eleve | None) -> Suite:
    """The dossier without its last relance, nor what its outcome did to the student; ``Refus``
    where the dossier was closed otherwise since."""
    relance = _last_relance(dossier)
    if not dossier.ouvert:
        fin = relance.repondu_le or relance.date
        if relance.issue not in (Issue.REPRISE, Issue.ABANDON) or fin != dossier.cloture_le:
            raise cloture.closed_already(dossier)
        lignes = dossier.commentaire.splitlines()
        mention = written(Nature.CLOTURE, fin, DEMANDE_ELEVE)
        reste = "\n".join(ligne for ligne in lignes if ligne != mention)
        dossier = replace(dossier, resultat=None, cloture_le=None, commentaire=reste)
        if eleve is not None and relance.issue is Issue.ABANDON:
            eleve = replace(eleve, statut=STATUTS[0])
    if eleve is not None and relance.vaine:  # what an answer clears is not wrong any more
        eleve = marked(eleve, relance.moyen, Issue.REPONDU)
    if relance.repondu:
        dossier, eleve = _without_answer(dossier, eleve, len(dossier.relances) - 1)
    return Suite(replace(dossier, relances=dossier.relances[:-1], a_rappeler_le=None), eleve)


def recontact(
    dossier: Dossier | None, eleve: Eleve | None, jour: date, motif: str
) -> tuple[Dossier | None, Eleve | None]:
    """« Ne plus contacter » lifted; the dossier, if there is one, goes on on that day."""
    marque = not_to_contact(dossier, eleve) if dossier else eleve and eleve.ne_plus_contacter
    if not marque:
        qui = dossier.eleve if dossier else eleve.nom_complet if eleve else "?"
        raise Refus(
            f"{qui} n'a pas demandé à ne plus être contacté.",
            "Consultez son dossier avec « inactifs show ».",
        )
    eleve = eleve and replace(eleve, ne_plus_contacter="")
    if dossier is None:
        return None, eleve
    if dossier.ouvert and (derniere := last_day(dossier)):
        libre = max(jour - timedelta(days=1), derniere)
        dossier = replace(dossier, suspendu_jusqu_au=libre)
    return cloture.add_comment(dossier, written(Nature.CONTACT, jour, motif)), eleve


def note_activity(eleve: Eleve, activite: str, jour: date, aujourdhui: date) -> Eleve:
    """The student with one activity of :data:`ACTIVITES` on ``jour``; a later date stays. Only a
    lesson may be to come."""
    critere = ACTIVITES[activite]
    champ = critere.champ
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
    """Nothing due until ``jusqu_au``; the count of relances is kept."""
    cloture.require_open(dossier)
    if jusqu_au < jour:
        raise cloture.refused("pause_passee", dossier, fin=jusqu_au, jour=jour)
    suspendu = replace(dossier, suspendu_jusqu_au=jusqu_au, a_rappeler_le=None)
    return Suite(
        cloture.add_comment(suspendu, written(Nature.SUSPENSION, jour, motif, jusqu_au)), eleve
    )


def require_contactable(dossier: Dossier, eleve: Eleve | None) -> None:
    """Raise ``Refus`` when this student asked not to be contacted again."""
    if mention := not_to_contact(dossier, eleve):
        qui = dossier.numero or f'"{dossier.eleve}"'
        raise cloture.refused("ne_plus_contacter", dossier, mention=mention, qui=qui)


def _with_outcome(
    dossier: Dossier,
    relances: tuple[Relance, ...],
    eleve: Eleve | None,
    propos: Propos,
    regles: Regles,
) -> Suite:
    """The dossier and the student with these ``relances``, and what the outcome of one entails."""
    _check_promise(dossier, propos)
    issue, jour, rappel = propos.issue, propos.jour, propos.le
    cause = propos.cause or dossier.cause
    dossier = replace(dossier, relances=relances, cause=cause, a_rappeler_le=None)
    dossier = cloture.add_comment(dossier, propos.commentaire)
    if issue is Issue.REPRISE:
        return cloture.end_as_reprise(dossier, eleve, jour)
    if issue is Issue.ABANDON:
        clos = cloture.end_as_abandon(dossier, eleve, jour, DEMANDE_ELEVE)
        return Suite(clos.dossier, clos.eleve and with_contact(clos.eleve, jour))
    if not issue.repondu:
        fin = propos.jusqu_au or dossier.suspendu_jusqu_au
        return Suite(replace(dossier, suspendu_jusqu_au=fin), eleve)
    if eleve is not None:
        eleve = with_contact(eleve, jour)
        if issue is Issue.REFUS_CONTACT:
            relance = next(r for r in reversed(relances) if not r.vaine)
            eleve = replace(eleve, ne_plus_contacter=refusal_mark(relance))
    fin = propos.jusqu_au or jour + timedelta(days=regles.delai_suivi)
    if rappel is not None:
        fin = max(jour, rappel.jour - timedelta(days=1))
    return Suite(replace(dossier, suspendu_jusqu_au=fin, a_rappeler_le=rappel), eleve)


def _check_promise(dossier: Dossier, propos: Propos) -> None:
    """Raise what forbids ``--le`` and ``--jusqu-au`` as they are given."""
    jour, issue, le, fin = propos.jour, propos.issue, propos.le, propos.jusqu_au
    if le and fin:
        raise UsageIncorrect(
            "--le et --jusqu-au ne vont pas ensemble.",
            "--le pour un rappel ou un entretien ce jour-là, --jusqu-au pour attendre jusque-là.",
        )
    if le and issue not in _PROMESSES:
        raise UsageIncorrect(
            f"--le ne va pas avec « {issue.value} ».",
            "Il dit le jour d'un rappel ou d'un entretien : --resultat rappeler, entretien, plan.",
        )
    if issue is Issue.RAPPELER and not (le or fin):
        raise cloture.refused("rappel_sans_jour", dossier)
    if fin and fin < jour:
        raise cloture.refused("suspension_trop_courte", dossier, fin=fin, jour=jour)
    if le and le.jour < jour:
        raise cloture.refused("rappel_trop_tot", dossier, rappel=le.jour, jour=jour)


def _without_answer(dossier: Dossier, eleve: Eleve | None, rang: int) -> Suite:
    """The dossier before the answer to its relance ``rang``: the day of contact and the mark that
    it left on the student are taken back; a pause noted since stays."""
    relance = dossier.relances[rang]
    muette = replace(relance, issue=Issue.SANS_REPONSE, repondu_le=None, repondu_par=None)
    relances = (*dossier.relances[:rang], muette, *dossier.relances[rang + 1 :])
    fin = _pause_of(dossier)
    sans = replace(dossier, relances=relances, suspendu_jusqu_au=fin, a_rappeler_le=None)
    if eleve is None or relance.reponse_le is None:
        return Suite(sans, eleve)
    if relance.issue is Issue.REFUS_CONTACT and eleve.ne_plus_contacter == refusal_mark(relance):
        eleve = replace(eleve, ne_plus_contacter="")
    return Suite(sans, cloture.contact_taken_back(sans, eleve, relance.reponse_le))


def _pause_of(dossier: Dossier) -> date | None:
    """The end of the suspension of the row, where a pause decided it."""
    fins = [n.fin for n in read_notes(dossier.commentaire) if n.nature is Nature.SUSPENSION]
    return dossier.suspendu_jusqu_au if dossier.suspendu_jusqu_au in fins else None


def _last_relance(dossier: Dossier) -> Relance:
    if not dossier.relances:
        raise cloture.refused("rien_a_corriger", dossier)
    return dossier.relances[-1]


def _require_past(dossier: Dossier, jour: date, aujourdhui: date, quoi: str) -> None:
    if jour > aujourdhui:
        raise cloture.refused("futur", dossier, geste=quoi, jour=jour)
