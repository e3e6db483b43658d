"""How a dossier ends, and opens again: who may be closed, and why not (contract, section 3).

As every gesture, these take the dossier *and* the student, and return both, or refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from inactifs.dates import french
from inactifs.erreurs import Refus
from inactifs.mots import data_file, of
from inactifs.procedure import suivi
from inactifs.procedure.eleve import with_contact
from inactifs.procedure.modele import STATUTS, Dossier, Eleve, Regles, Resultat
from inactifs.procedure.notes import DEMANDE_ELEVE, Nature, written


class Suite(NamedTuple):
    """A dossier and its student after a gesture; the student is None outside the register."""

    dossier: Dossier
    eleve: Eleve | None


@dataclass(frozen=True, slots=True)
class Demande:
    """On what ground a dossier is to be closed.

    ``sans_derniere_relance`` waives the plan's optional last steps; ``demande_eleve``: the
    student says that they give up.
    """

    sans_derniere_relance: bool = False
    demande_eleve: bool = False
    motif: str = ""


def end_as_reprise(dossier: Dossier, eleve: Eleve | None, jour: date) -> Suite:
    """Training has resumed, somebody says so on ``jour``: a sign of life of that day."""
    require_open(dossier, jour, "Reprise du")
    return Suite(ended(dossier, Resultat.REPRISE, jour), eleve and with_contact(eleve, jour))


def end_as_abandon(dossier: Dossier, eleve: Eleve | None, jour: date, precision: str = "") -> Suite:
    """The dossier closed on ``jour``, with the mention that the procedure asks for."""
    require_open(dossier, jour, "Clôture au")
    if eleve is not None and eleve.suivi:
        eleve = replace(eleve, statut=STATUTS[-1])
    mention = written(Nature.CLOTURE, jour, precision)
    return Suite(add_comment(ended(dossier, Resultat.ABANDON, jour), mention), eleve)


def close(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date, demande: Demande
) -> Suite:
    """The dossier of somebody who gave up, closed on ``jour``; ``Refus`` when it may not be."""
    if refus := refusal_to_close(dossier, eleve, regles, jour, demande):
        raise refus
    if demande.demande_eleve:
        precision = ", ".join(t for t in (DEMANDE_ELEVE, demande.motif) if t)
    elif demande.sans_derniere_relance and (
        len(suivi.unanswered_days(dossier)) < len(regles.plan)
        and not suivi.not_to_contact(dossier, eleve)
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
    """Why ``dossier`` may not be closed as abandonniste on ``jour``; None when it may. The student
    who says that they give up is closed at once; who asked not to be contacted again, with a
    reason."""
    if not dossier.ouvert:
        return closed_already(dossier)
    if demande.demande_eleve:
        return None
    if eleve is not None and not regles.follow(eleve):
        cle = "formation_non_suivie" if eleve.suivi else "statut_non_suivi"
        return refused(cle, dossier, statut=eleve.statut, formation=eleve.formation)
    if nouvelle := suivi.new_activity(dossier, eleve):
        return refused("signe_depuis", dossier, critere=nouvelle[0].value, jour=nouvelle[1])
    if mention := suivi.not_to_contact(dossier, eleve):
        return None if demande.motif else refused("clos_sans_motif", dossier, mention=mention)
    if rappel := dossier.a_rappeler_le:
        return refused("rappel_promis", dossier, rappel=rappel.libelle)
    if (fin := suivi.suspension(dossier, regles)) and jour <= fin:
        return refused("suspendu", dossier, fin=fin)
    dispense, exigees = demande.sans_derniere_relance, len(regles.plan)
    if dispense:
        exigees = max(1, exigees - sum(e.optionnelle for e in regles.plan))
    jours = suivi.unanswered_days(dossier)
    if len(jours) < exigees:
        derniere = jours and len(jours) == exigees - 1 and regles.plan[-1].optionnelle
        cle = "reste_l_optionnelle" if derniere and not dispense else "trop_peu"
        relances = f"{len(jours)} relance{'s' if len(jours) > 1 else ''}"
        return refused(cle, dossier, relances=relances, exigees=exigees)
    possible = regles.due_date(jours[-1], regles.delai_reponse)
    return refused("delai_de_reponse", dossier, fin=possible) if jour < possible else None


def reopen(dossier: Dossier, eleve: Eleve | None, jour: date, regles: Regles, motif: str) -> Suite:
    """The dossier open again.

    The abandonniste who comes back has given a sign of life on that day: the row's date moves
    to it, so that the old relances no longer count. A dossier ended as reprise by mistake takes
    up its relances where they were, and the contact that the reprise noted is taken back.
    """
    if dossier.ouvert:
        raise refused("deja_ouvert", dossier)
    if (fin := suivi.ended_on(dossier)) and jour < fin:
        raise refused("rouvert_trop_tot", dossier, jour=jour, fin=fin)
    reprise = dossier.cloture_le if dossier.resultat is Resultat.REPRISE else None
    rouvert = _open_again(dossier, jour, motif, reprise)
    if dossier.resultat is Resultat.ABANDON:
        if eleve is not None:
            eleve = with_contact(replace(eleve, statut=STATUTS[0]), jour)
        return Suite(suivi.with_sign_of_life(rouvert, eleve, jour, regles), eleve)
    if eleve is not None and reprise is not None:
        eleve = contact_taken_back(dossier, eleve, reprise)
    return Suite(rouvert, eleve)


def take_back_reprise(dossier: Dossier, avant: Eleve, apres: Eleve, jour: date) -> Dossier | None:
    """The last dossier of a student, open again where it stood, when the REPRISE that ended it
    rested alone on a reservation that ``avant`` has and ``apres`` no longer; None otherwise."""
    if dossier.resultat is not Resultat.REPRISE or avant.prochain_cours is None:
        return None
    reposait = suivi.new_activity(dossier, avant)
    if (
        reposait is None
        or reposait[1] != avant.prochain_cours
        or suivi.new_activity(dossier, apres)
    ):
        return None
    return _open_again(dossier, jour, f"cours réservé le {french(avant.prochain_cours)} retiré")


def _open_again(dossier: Dossier, jour: date, motif: str, reprise: date | None = None) -> Dossier:
    """``reprise`` is the day of the outcome taken back, of which no other trace would stay."""
    note = written(Nature.REOUVERTURE, jour, motif, reprise)
    return add_comment(replace(dossier, resultat=None, cloture_le=None), note)


def ended(dossier: Dossier, resultat: Resultat, jour: date) -> Dossier:
    """The dossier with its outcome on ``jour``, nothing due any more."""
    return replace(
        dossier, resultat=resultat, cloture_le=jour, suspendu_jusqu_au=None, a_rappeler_le=None
    )


def add_comment(dossier: Dossier, ajout: str) -> Dossier:
    """The dossier with one more line in COMMENTAIRE."""
    return replace(dossier, commentaire="\n".join(t for t in (dossier.commentaire, ajout) if t))


def require_open(dossier: Dossier, jour: date = date.max, geste: str = "") -> None:
    """Raise ``Refus`` when the dossier is closed, or tells of a day later than ``jour``."""
    if not dossier.ouvert:
        raise closed_already(dossier)
    if (marque := suivi.last_mark(dossier)) and jour < marque[1]:
        nom, quand = marque
        raise refused("trop_tot", dossier, geste=geste, jour=jour, marque=nom, quand=quand)


def contact_taken_back(dossier: Dossier, eleve: Eleve, jour: date) -> Eleve:
    """The student without the contact of ``jour``, if it is the one noted: the one before is that
    of another answer, or the row's last activity when no other criterion gives it."""
    if eleve.dernier_contact != jour:
        return eleve
    connus = [r.reponse_le for r in dossier.relances if r.reponse_le]
    autres = (eleve.dernier_cours, eleve.prochain_cours, eleve.derniere_connexion)
    derniere = dossier.derniere_activite
    if derniere is not None and derniere not in (*autres, eleve.inscrit_le):
        connus.append(derniere)
    return replace(eleve, dernier_contact=max(connus, default=None))


def closed_already(dossier: Dossier) -> Refus:
    """The refusal of a gesture on a dossier that has ended."""
    depuis = f" depuis le {french(dossier.cloture_le)}" if dossier.cloture_le else ""
    issue = "reprise" if dossier.resultat is Resultat.REPRISE else "abandon"
    return refused("clos", dossier, depuis=depuis, issue=issue)


def refused(cle: str, dossier: Dossier, **dits: object) -> Refus:
    """What ``refus.toml`` says under ``cle``, of the student of a dossier."""
    champs = {nom: french(dit) if isinstance(dit, date) else dit for nom, dit in dits.items()}
    champs |= {"eleve": dossier.eleve, "de": of(dossier.eleve)}
    phrases = data_file("procedure/refus.toml")[cle]
    return Refus(phrases["message"].format(**champs), phrases["conseil"].format(**champs))
