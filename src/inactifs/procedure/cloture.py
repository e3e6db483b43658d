"""How a dossier ends, and opens again: who may be closed, and why not (contract, section 3).

As every gesture, these take the dossier *and* the student, and return both, or refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from inactifs.dates import french
from inactifs.erreurs import Refus
from inactifs.mots import of
from inactifs.procedure import notes
from inactifs.procedure.eleve import with_contact
from inactifs.procedure.modele import STATUTS, Dossier, Eleve, Regles, Relance, Resultat
from inactifs.procedure.suivi import (
    due_date,
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
    require_open(dossier)
    require_later(dossier, jour, f"Reprise du {french(jour)} refusée : elle précède")
    return Suite(ended(dossier, Resultat.REPRISE, jour), eleve and with_contact(eleve, jour))


def end_as_abandon(dossier: Dossier, eleve: Eleve | None, jour: date, precision: str = "") -> Suite:
    """The dossier closed on ``jour``, with the mention that the procedure asks for.

    Raises:
        Refus: it is closed already, or ``jour`` comes before its last activity or relance.
    """
    require_open(dossier)
    require_later(dossier, jour, f"Clôture au {french(jour)} refusée : elle précède")
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
        return closed_already(dossier)
    if demande.demande_eleve:
        return None
    if eleve is not None and not regles.follow(eleve):
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
        eleve = contact_taken_back(dossier, eleve, reprise, dossier.relances)
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
        raise closed_already(dossier)


def require_later(dossier: Dossier, jour: date, refus: str) -> None:
    """Raise ``Refus`` when ``jour`` comes before what the dossier tells last."""
    marque = last_mark(dossier)
    if marque is not None and jour < marque[1]:
        raise Refus(
            f"{refus} {marque[0]} {of(dossier.eleve)} ({french(marque[1])}).",
            "Vérifiez la date tapée après --date.",
        )


def contact_taken_back(
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


def closed_already(dossier: Dossier) -> Refus:
    """The refusal of a gesture on a dossier that has ended."""
    fin = f" depuis le {french(dossier.cloture_le)}" if dossier.cloture_le else ""
    mot = "reprise" if dossier.resultat is Resultat.REPRISE else "abandon"
    return Refus(
        f"{dossier.eleve} : le dossier est terminé{fin} ({mot}).",
        "Rouvrez-le avec « inactifs reopen » s'il le faut.",
    )
