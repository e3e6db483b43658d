"""Everything that is wrong or doubtful in a workbook on a given day (command ``check``).

``lecture`` reports what one cell says by itself; here the cells are compared with the day,
with the register, and with the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from inactifs.classeur.schema import ELEVES, JOURNAL, TABLEAU
from inactifs.classeur.valeurs import Anomalie, Classeur, EntreeJournal, Place
from inactifs.dates import french
from inactifs.ooxml.reperes import cell_name
from inactifs.procedure.modele import Dossier, Eleve, Resultat, simplify
from inactifs.registre import name_words, number_key

MENTION = "Abandonniste : dossier clôturé le"
_MENTION = simplify(MENTION)
_COURS_LOINTAIN = timedelta(days=366)
_CORRIGER = "Corrigez la date."

Signaler = Callable[..., Anomalie]


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
        *_check_registre(classeur, aujourdhui),
        *_check_journal(classeur, journal),
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
        signaler = _reporter(place, dossier.ligne)
        yield from _check_dates(dossier, eleve, aujourdhui, signaler)
        yield from _check_outcome(dossier, signaler)
        yield from _check_person(classeur, dossier, eleve, signaler)
        if dossier.ligne in dernieres and eleve is not None:
            yield from _check_statut(dossier, eleve, signaler)


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
            yield signaler(champ, french(jour), "Cette date est à venir.", _CORRIGER, gravite)
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
        if dossier.numero or not classeur.registre.named(dossier.eleve):  # homonyms: see lecture
            yield signaler(
                "numero" if dossier.numero else "eleve",
                dossier.numero or dossier.eleve,
                "Cet élève ne figure pas dans la feuille Élèves.",
                "Ajoutez-le à la feuille Élèves, ou corrigez son nom ou son numéro.",
            )
        return
    if dossier.numero and not _same_person(dossier, eleve):
        yield signaler(
            "eleve",
            dossier.eleve,
            f"Le n° {dossier.numero} est celui de {eleve.nom_complet} dans la feuille Élèves.",
            "Corrigez le nom ou le numéro.",
        )


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


def _same_person(dossier: Dossier, eleve: Eleve) -> bool:
    tapes, connus = set(name_words(dossier.eleve)), set(name_words(eleve.nom_complet))
    return not tapes or not connus or tapes <= connus or connus <= tapes or _is_number(dossier)


def _is_number(dossier: Dossier) -> bool:
    """Whether the row has no name: only its number was typed."""
    return number_key(dossier.eleve) == number_key(dossier.numero)


def _last_rows(rattaches: Iterable[tuple[Dossier, Eleve | None]]) -> set[int]:
    """The row of the last dossier of each student, in the order of ``Classeur.dossiers_of``."""
    derniers: dict[str, Dossier] = {}
    for dossier, eleve in rattaches:
        if eleve is not None:
            autre = derniers.setdefault(number_key(eleve.numero), dossier)
            derniers[number_key(eleve.numero)] = max(autre, dossier, key=_age)
    return {dossier.ligne for dossier in derniers.values()}


def _age(dossier: Dossier) -> tuple[bool, date, int]:
    return dossier.ouvert, dossier.detecte_le or date.min, dossier.ligne


def _check_registre(classeur: Classeur, aujourdhui: date) -> Iterator[Anomalie]:
    place = classeur.places.get(ELEVES.nom)
    if place is None:
        return
    bientot = aujourdhui + _COURS_LOINTAIN
    for eleve in classeur.registre:
        for champ, jour, limite in (
            ("inscrit_le", eleve.inscrit_le, aujourdhui),
            ("derniere_connexion", eleve.derniere_connexion, aujourdhui),
            ("dernier_contact", eleve.dernier_contact, aujourdhui),
            ("dernier_cours", eleve.dernier_cours, bientot),
            ("prochain_cours", eleve.prochain_cours, bientot),
        ):
            if jour is not None and jour > limite:
                ligne = classeur.lignes_eleves[number_key(eleve.numero)]
                raison = (
                    "Cette date est à venir : l'élève passe pour actif."
                    if limite is aujourdhui
                    else "Ce cours est à plus d'un an : l'élève passe pour actif jusque-là."
                )
                yield _reporter(place, ligne)(champ, french(jour), raison, _CORRIGER)


def _check_journal(classeur: Classeur, journal: Iterable[EntreeJournal]) -> Iterator[Anomalie]:
    """Students whose relance or closing the journal notes, and whom no row is about any more."""
    place = classeur.places.get(JOURNAL.nom)
    presents = {name_words(ligne.eleve) for ligne in classeur.dossiers}
    presents |= {name_words(ligne.eleve) for ligne in classeur.illisibles}
    for dossier in classeur.dossiers:
        if (eleve := classeur.eleve_of(dossier)) is not None:
            presents.add(name_words(eleve.nom_complet))
    for entree in journal:
        mots = name_words(entree.eleve)
        if not mots or mots in presents or not _is_traced(entree.commande):
            continue
        presents.add(mots)  # one report a student
        yield Anomalie(
            "avertissement",
            place.nom if place else JOURNAL.nom,
            "",
            entree.eleve,
            f"Le journal note « {entree.commande} » le {french(entree.horodatage.date())}, mais le "
            "tableau n'a plus de ligne à ce nom.",
            "Si la ligne a été effacée par erreur, reprenez-la d'une sauvegarde (« inactifs undo "
            "--liste »).",
        )


def _is_traced(commande: str) -> bool:
    """Whether a command leaves a row in the tableau: an activity or an import may not."""
    return commande.split(" ")[0] in ("relance", "close", "reprise", "pause", "reopen")


def _reporter(place: Place, ligne: int) -> Signaler:
    """Makes anomalies of the cells of one row."""

    def report(
        champ: str, contenu: str, raison: str, remede: str, gravite: str = "avertissement"
    ) -> Anomalie:
        colonne = place.colonnes.get(champ) or min(place.colonnes.values())
        cellule = cell_name(ligne, colonne)
        return Anomalie(gravite, place.nom, cellule, contenu, raison, remede)

    return report
