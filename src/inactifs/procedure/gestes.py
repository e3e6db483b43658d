"""What is done to a dossier: relances, outcomes, pauses, and what the procedure refuses.

Every function takes values and returns values; what the procedure forbids raises ``Refus``.
Rules: contract, section 3.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from inactifs.dates import french
from inactifs.erreurs import Refus
from inactifs.procedure import notes
from inactifs.procedure.modele import Dossier, Eleve, Issue, Moyen, Regles, Relance, Resultat
from inactifs.procedure.suivi import (
    due_date,
    ended_on,
    last_mark,
    new_activity,
    suspension,
    unanswered_days,
)


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
    jour: date,
    moyen: Moyen | None,
    issue: Issue,
    regles: Regles,
    *,
    aujourdhui: date,
    jusqu_au: date | None = None,
    cause: str = "",
    commentaire: str = "",
) -> Dossier:
    """The dossier with one more relance, made on ``jour``, and what its ``issue`` entails.

    An answer suspends until ``jusqu_au`` (or the follow-up delay) and restarts the count;
    « reprise » and « abandon » end the dossier on the spot.

    Raises:
        Refus: the dossier is closed, the date is later than ``aujourdhui`` or comes before its
            last activity or its last relance, or the plan's relances are all done.
    """
    require_open(dossier)
    if jour > aujourdhui:
        raise Refus(
            f"Relance du {french(jour)} refusée : cette date est dans le futur.",
            "Donnez après --date le jour où elle a été faite.",
        )
    _require_later(dossier, jour, f"Relance du {french(jour)} refusée : elle précède")
    jours = unanswered_days(dossier)
    if (
        not issue.repondu
        and not issue.vaine
        and len(jours) >= len(regles.plan)
        and jour != jours[-1]
    ):
        raise Refus(
            f"Les {len(regles.plan)} relances de {dossier.eleve} sont déjà faites, la dernière le "
            f"{french(jours[-1])}.",
            "Clôturez le dossier avec « inactifs close », ou notez une réponse avec --resultat.",
        )
    if issue is Issue.RAPPELER and jusqu_au is None:
        raise Refus(
            "Il manque le dernier jour où ne pas rappeler l'élève.",
            "Ajoutez --jusqu-au JJ/MM/AAAA : la relance est due le lendemain.",
        )
    if jusqu_au is not None and jusqu_au < jour:
        raise Refus(
            f"La suspension jusqu'au {french(jusqu_au)} finirait avant la relance du "
            f"{french(jour)}.",
            "Donnez après --jusqu-au une date plus tardive.",
        )
    relance = Relance(jour, moyen, issue)
    suite = replace(
        dossier,
        relances=(*dossier.relances, relance),
        cause=cause or dossier.cause,
        commentaire=add_comment(dossier.commentaire, commentaire),
    )
    if issue is Issue.REPRISE:
        return end_as_reprise(suite, jour)
    if issue is Issue.ABANDON:
        return end_as_abandon(suite, jour, notes.DEMANDE_ELEVE)
    if issue.repondu:
        fin = jusqu_au or jour + timedelta(days=regles.delai_suivi)
        return replace(suite, suspendu_jusqu_au=fin)
    return replace(suite, suspendu_jusqu_au=jusqu_au) if jusqu_au else suite


def end_as_reprise(dossier: Dossier, jour: date) -> Dossier:
    """The dossier ended on ``jour`` because training has resumed.

    Raises:
        Refus: it is closed already, or ``jour`` comes before its last activity or relance.
    """
    require_open(dossier)
    _require_later(dossier, jour, f"Reprise du {french(jour)} refusée : elle précède")
    return replace(dossier, resultat=Resultat.REPRISE, cloture_le=jour, suspendu_jusqu_au=None)


def end_as_abandon(dossier: Dossier, jour: date, precision: str = "") -> Dossier:
    """The dossier closed on ``jour``, with the mention that the procedure asks for.

    Raises:
        Refus: it is closed already, or ``jour`` comes before its last activity or relance.
    """
    require_open(dossier)
    _require_later(dossier, jour, f"Clôture au {french(jour)} refusée : elle précède")
    return replace(
        dossier,
        resultat=Resultat.ABANDON,
        cloture_le=jour,
        suspendu_jusqu_au=None,
        commentaire=add_comment(dossier.commentaire, notes.closed(jour, precision)),
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
            f"Le délai de réponse de {dossier.eleve} à la dernière relance n'est pas passé.",
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
    return replace(
        dossier,
        suspendu_jusqu_au=jusqu_au,
        commentaire=add_comment(dossier.commentaire, notes.paused(jour, jusqu_au, motif)),
    )


def reopen(dossier: Dossier, jour: date, regles: Regles, motif: str) -> Dossier:
    """The dossier open again.

    The abandonniste who comes back has given a sign of life on that day: the row's date moves
    to it, so that the old relances no longer count, and nothing is due for the follow-up
    delay. A dossier ended as reprise by mistake takes up its relances where they were.

    Raises:
        Refus: the dossier is open already, or ended after ``jour``.
    """
    if dossier.ouvert:
        raise Refus(
            f"Le dossier de {dossier.eleve} est déjà ouvert.",
            "Consultez-le avec « inactifs show ».",
        )
    fin = ended_on(dossier)
    if fin is not None and jour < fin:
        raise Refus(
            f"Réouverture du {french(jour)} refusée : le dossier de {dossier.eleve} s'est terminé "
            f"le {french(fin)}.",
            "Vérifiez la date tapée après --date.",
        )
    reprise = dossier.cloture_le if dossier.resultat is Resultat.REPRISE else None
    note = notes.reopened(jour, motif, reprise)
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


def _require_later(dossier: Dossier, jour: date, refus: str) -> None:
    marque = last_mark(dossier)
    if marque is not None and jour < marque[1]:
        raise Refus(
            f"{refus} {marque[0]} de {dossier.eleve} ({french(marque[1])}).",
            "Vérifiez la date tapée après --date.",
        )


def _closed(dossier: Dossier) -> Refus:
    fin = f" depuis le {french(dossier.cloture_le)}" if dossier.cloture_le else ""
    mot = "reprise" if dossier.resultat is Resultat.REPRISE else "abandon"
    return Refus(
        f"{dossier.eleve} : le dossier est terminé{fin} ({mot}).",
        "Rouvrez-le avec « inactifs reopen » s'il le faut.",
    )
