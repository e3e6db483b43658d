"""How a dossier ends, and opens again: who may be closed, and why not (contract, section 3).

As every gesture, these take the dossier *and* the student, and return both, or refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from inactifs.dates import french
from inactifs.erreurs import Refus
from inactifs.mots import of
from inactifs.procedure.eleve import with_contact
from inactifs.procedure.modele import STATUTS, Dossier, Eleve, Regles, Resultat
from inactifs.procedure.notes import DEMANDE_ELEVE, Nature, written
from inactifs.procedure.suivi import (
    ended_on,
    last_mark,
    new_activity,
    not_to_contact,
    suspension,
    unanswered_days,
    with_sign_of_life,
)


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
    """Training has resumed, somebody says so on ``jour``: a sign of life of that day.

    Raises:
        Refus: it is closed already, or ``jour`` comes before its last activity or relance.
    """
    require_open(dossier, jour, "Reprise du")
    return Suite(ended(dossier, Resultat.REPRISE, jour), eleve and with_contact(eleve, jour))


def end_as_abandon(dossier: Dossier, eleve: Eleve | None, jour: date, precision: str = "") -> Suite:
    """The dossier closed on ``jour``, with the mention that the procedure asks for.

    Raises:
        Refus: it is closed already, or ``jour`` comes before its last activity or relance.
    """
    require_open(dossier, jour, "Clôture au")
    if eleve is not None and eleve.suivi:
        eleve = replace(eleve, statut=STATUTS[-1])
    mention = written(Nature.CLOTURE, jour, precision)
    return Suite(add_comment(ended(dossier, Resultat.ABANDON, jour), mention), eleve)


def close(
    dossier: Dossier, eleve: Eleve | None, regles: Regles, jour: date, demande: Demande
) -> Suite:
    """The dossier of somebody who gave up, closed on ``jour``.

    Raises:
        Refus: it may not be.
    """
    if refus := refusal_to_close(dossier, eleve, regles, jour, demande):
        raise refus
    if demande.demande_eleve:
        precision = ", ".join(t for t in (DEMANDE_ELEVE, demande.motif) if t)
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
    qui = dossier.eleve
    if not dossier.ouvert:
        return closed_already(dossier)
    if demande.demande_eleve:
        return None
    if eleve is not None and not regles.follow(eleve):
        cause = f"son statut est « {eleve.statut} »"
        if eleve.suivi:
            cause = f"la formation « {eleve.formation} » n'est pas suivie (Paramètres)"
        return Refus(
            f"La procédure ne suit pas {qui} : {cause}.",
            "Notez l'issue : inactifs reprise, ou inactifs close --demande-eleve si l'élève "
            "dit abandonner.",
        )
    if nouvelle := new_activity(dossier, eleve):
        return Refus(
            f"{qui} a donné signe depuis ({nouvelle[0].value}, {french(nouvelle[1])}) : "
            "le dossier ne peut pas être clôturé.",
            "Lancez « inactifs detect » pour mettre le tableau à jour.",
        )
    if mention := not_to_contact(dossier, eleve):
        if demande.motif:
            return None
        return Refus(
            f"{qui} ne veut plus être contacté ({mention}) : aucune relance n'est due.",
            'Pour clôturer quand même : inactifs close --motif "…".',
        )
    if rappel := dossier.a_rappeler_le:
        return Refus(
            f"Un rappel est promis à {qui} le {rappel.libelle}.",
            "Notez d'abord ce qu'il en est (« inactifs relance add »), ou ajoutez "
            "--demande-eleve si l'élève dit abandonner.",
        )
    if (fin := suspension(dossier, regles)) and jour <= fin:
        return Refus(
            f"Le dossier {of(qui)} est suspendu jusqu'au {french(fin)}.",
            "Attendez cette date, ou ajoutez --demande-eleve si l'élève dit abandonner.",
        )
    return _too_few(dossier, regles, jour, demande.sans_derniere_relance)


def _too_few(dossier: Dossier, regles: Regles, jour: date, dispense: bool) -> Refus | None:
    """Unanswered relances are wanting (``dispense`` waives the optional last ones), or the delay
    to answer has not run."""
    exigees, optionnelles = len(regles.plan), sum(e.optionnelle for e in regles.plan)
    if dispense:
        exigees = max(1, exigees - optionnelles)
    jours = unanswered_days(dossier)
    if len(jours) < exigees:
        conseil = "Faites la relance suivante (« inactifs next »)."
        if jours and len(jours) == exigees - 1 and regles.plan[-1].optionnelle and not dispense:
            conseil = (
                'La dernière relance est optionnelle : ajoutez --sans-derniere-relance --motif "…".'
            )
        return Refus(
            f"{dossier.eleve} : {len(jours)} relance{'s' if len(jours) > 1 else ''} sans réponse "
            f"sur {exigees}, le dossier ne peut pas être clôturé.",
            conseil,
        )
    if jour < (fin_delai := regles.due_date(jours[-1], regles.delai_reponse)):
        return Refus(
            f"Le délai de réponse {of(dossier.eleve)} à la dernière relance n'est pas passé.",
            f"Clôture possible à partir du {french(fin_delai)}.",
        )
    return None


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
    rouvert = _open_again(dossier, jour, motif, reprise)
    if dossier.resultat is Resultat.ABANDON:
        if eleve is not None:
            eleve = with_contact(replace(eleve, statut=STATUTS[0]), jour)
        return Suite(with_sign_of_life(rouvert, eleve, jour, regles), eleve)
    if eleve is not None and reprise is not None:
        eleve = contact_taken_back(dossier, eleve, reprise)
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
    if reposait is None or reposait[1] != avant.prochain_cours or new_activity(dossier, apres):
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
    if (marque := last_mark(dossier)) and jour < marque[1]:
        raise Refus(
            f"{geste} {french(jour)} refusée : elle précède {marque[0]} {of(dossier.eleve)} "
            f"({french(marque[1])}).",
            "Vérifiez la date tapée après --date.",
        )


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
    fin = f" depuis le {french(dossier.cloture_le)}" if dossier.cloture_le else ""
    mot = "reprise" if dossier.resultat is Resultat.REPRISE else "abandon"
    return Refus(
        f"{dossier.eleve} : le dossier est terminé{fin} ({mot}).",
        "Rouvrez-le avec « inactifs reopen » s'il le faut.",
    )
