"""Everything that is wrong or doubtful in a workbook on a given day (command ``check``).

``lecture`` reports what one cell says by itself; here the cells are compared with the day,
with the register, and with the journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from inactifs.classeur.findings import typed_over
from inactifs.classeur.journal_check import check_journal
from inactifs.classeur.register_checks import CORRIGER, LOINTAIN, check_register
from inactifs.classeur.schema import TABLEAU
from inactifs.classeur.valeurs import Anomalie, Classeur, EntreeJournal, Signaler, in_time
from inactifs.dates import french
from inactifs.mots import simplify
from inactifs.procedure.modele import Dossier, Eleve, Resultat
from inactifs.procedure.notes import MENTION
from inactifs.procedure.retention import is_neutral
from inactifs.procedure.suivi import new_activity
from inactifs.registre import number_key

_MENTION = simplify(MENTION)


def check_classeur(
    classeur: Classeur, journal: Iterable[EntreeJournal], aujourdhui: date
) -> tuple[Anomalie, ...]:
    """What reading reported, then what only a comparison shows, then what is missing.

    Args:
        classeur: the workbook as read.
        journal: the lines of its journal.
        aujourdhui: the day; nothing that is already done can bear a later date.
    """
    return (
        *classeur.anomalies,
        *_check_tableau(classeur, aujourdhui),
        *typed_over(classeur, aujourdhui),
        *check_register(classeur, aujourdhui),
        *check_journal(classeur, journal, aujourdhui),
        *(
            Anomalie(
                "avertissement",
                "",
                "",
                "",
                f"Il manque {manquant}.",
                "Lancez « inactifs init » sur ce classeur : rien de ce qui s'y trouve n'est perdu.",
            )
            for manquant in classeur.manquants
        ),
    )


def _check_tableau(classeur: Classeur, aujourdhui: date) -> Iterator[Anomalie]:
    place = classeur.places[TABLEAU.nom]
    rattaches = [(dossier, classeur.eleve_of(dossier)) for dossier in classeur.dossiers]
    dernieres = _last_rows(rattaches)
    for dossier, eleve in rattaches:
        signaler = place.reporter(dossier.ligne)
        yield from _check_dates(dossier, eleve, aujourdhui, signaler)
        yield from _check_outcome(dossier, signaler)
        yield from _check_person(classeur, dossier, eleve, signaler)
        if dossier.ligne in dernieres and eleve is not None:
            yield from _check_statut(dossier, eleve, signaler)
            yield from _check_chased(dossier, eleve, signaler)


def _check_dates(
    dossier: Dossier, eleve: Eleve | None, aujourdhui: date, signaler: Signaler
) -> Iterator[Anomalie]:
    for champ, jour, gravite in (
        *(("dates_relances", r.date, "erreur") for r in dossier.relances),
        ("derniere_activite", dossier.derniere_activite, "avertissement"),
        ("detecte_le", dossier.detecte_le, "avertissement"),
        ("cloture_le", dossier.cloture_le, "erreur"),
    ):
        if jour is not None and jour > aujourdhui:
            yield signaler(champ, french(jour), "Cette date est à venir.", CORRIGER, gravite)
    if dossier.ouvert and (fin := dossier.suspendu_jusqu_au) and fin > aujourdhui + LOINTAIN:
        yield signaler(
            "suspendu_jusqu_au",
            french(fin),
            "Ce dossier est suspendu pour plus d'un an : rien n'est dû jusque-là.",
            CORRIGER,
        )
    cloture = dossier.cloture_le
    faits = [j for j in (dossier.detecte_le, *(r.date for r in dossier.relances)) if j]
    if cloture is not None and faits and cloture < max(faits):
        yield signaler(
            "cloture_le",
            french(cloture),
            f"La clôture précède ce qui s'est passé le {french(max(faits))}.",
            "Corrigez l'une des deux dates.",
        )
    derniere = dossier.derniere_activite
    trop_tot = [r.date for r in dossier.relances if derniere and r.date < derniere]
    if derniere and trop_tot and not _moved_since(dossier, derniere, eleve):
        yield signaler(
            "dates_relances",
            french(trop_tot[0]),
            f"Cette relance précède la dernière activité ({french(derniere)}) : "
            "elle ne compte pas.",
            "Corrigez l'une des deux dates, s'il y a une faute de frappe.",
        )


def _moved_since(dossier: Dossier, derniere: date, eleve: Eleve | None) -> bool:
    """Whether a sign of life, later than the relances, explains the row's last activity."""
    if dossier.detecte_le is None or derniere <= dossier.detecte_le:
        return False
    contact = eleve.dernier_contact if eleve else None
    rouvert = "Dossier rouvert le" in dossier.commentaire
    return eleve is None or rouvert or (contact is not None and contact >= derniere)


def _check_outcome(dossier: Dossier, signaler: Signaler) -> Iterator[Anomalie]:
    if dossier.resultat is Resultat.ABANDON:
        if _MENTION not in simplify(dossier.commentaire):
            yield signaler(
                "commentaire",
                dossier.commentaire,
                f"La mention « {MENTION} … » manque à ce dossier clôturé.",
                "Ajoutez-la au commentaire.",
            )
        if dossier.cloture_le is None:
            yield signaler(
                "cloture_le",
                "",
                "La date de clôture de cet abandon manque.",
                "Tapez-la dans la colonne CLÔTURÉ LE.",
            )
    elif dossier.ouvert and dossier.cloture_le is not None:
        yield signaler(
            "cloture_le",
            french(dossier.cloture_le),
            "Ce dossier a une date de clôture, mais pas de résultat : il reste ouvert.",
            "Tapez REPRISE ou ABANDON dans la colonne RÉSULTAT, ou effacez la date.",
        )


def _check_person(
    classeur: Classeur, dossier: Dossier, eleve: Eleve | None, signaler: Signaler
) -> Iterator[Anomalie]:
    if eleve is None:
        if is_neutral(dossier.numero):  # anonymised: nobody is to be looked for
            return
        if dossier.numero or not classeur.registre.named(dossier.eleve):  # homonyms: see lecture
            yield signaler(
                "numero" if dossier.numero else "eleve",
                dossier.numero or dossier.eleve,
                "Cet élève ne figure pas dans la feuille Élèves.",
                "Ajoutez-le à la feuille Élèves, ou corrigez son nom ou son numéro.",
            )
        return


def _check_statut(dossier: Dossier, eleve: Eleve, signaler: Signaler) -> Iterator[Anomalie]:
    """The STATUT of a student against their last dossier."""
    if dossier.ouvert and simplify(eleve.statut) == "abandonniste":
        yield signaler(
            "resultat",
            "",
            "Le dossier est ouvert alors que le STATUT de l'élève est « abandonniste ».",
            "Tapez ABANDON dans la colonne RÉSULTAT, ou corrigez le STATUT.",
        )
    if dossier.resultat is Resultat.ABANDON and eleve.suivi:
        yield signaler(
            "resultat",
            dossier.resultat.value,
            "Le dossier est clôturé en abandon alors que le STATUT de l'élève est encore suivi.",
            "Tapez abandonniste dans la colonne STATUT de la feuille Élèves, ou rouvrez le dossier "
            "avec « inactifs reopen ».",
        )


def _check_chased(dossier: Dossier, eleve: Eleve, signaler: Signaler) -> Iterator[Anomalie]:
    """A row whose date is older than what the register knows: somebody is chased who came back."""
    if dossier.ouvert and eleve.suivi and (activite := new_activity(dossier, eleve)) is not None:
        yield signaler(
            "derniere_activite",
            french(dossier.derniere_activite) if dossier.derniere_activite else "",
            f"Le registre connaît une activité plus récente ({activite[0]} du "
            f"{french(activite[1])}).",
            "Lancez « inactifs detect » : il note la reprise.",
        )


def _last_rows(rattaches: Iterable[tuple[Dossier, Eleve | None]]) -> set[int]:
    """The row of the last dossier of each student."""
    derniers: dict[str, Dossier] = {}
    for dossier, eleve in rattaches:
        if eleve is not None:
            autre = derniers.setdefault(number_key(eleve.numero), dossier)
            derniers[number_key(eleve.numero)] = max(autre, dossier, key=in_time)
    return {dossier.ligne for dossier in derniers.values()}
