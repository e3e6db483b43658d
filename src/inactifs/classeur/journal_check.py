"""The journal against the tableau: what was noted by a command and is no longer there.

The tableau may be changed by hand, so what it says beyond the journal is no contradiction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from inactifs.classeur.journal import read_fact
from inactifs.classeur.schema import JOURNAL, TABLEAU
from inactifs.classeur.valeurs import Anomalie, Classeur, EntreeJournal
from inactifs.dates import french
from inactifs.procedure.modele import Dossier, Resultat
from inactifs.registre import name_words

Mots = tuple[str, ...]

_SANS_LIGNE = ("activite", "import", "init", "detect")
"""The commands of which the tableau may keep no trace: a dossier that ``detect`` opened may be
erased by somebody who knows better."""


def check_journal(
    classeur: Classeur, journal: Iterable[EntreeJournal], aujourdhui: date
) -> Iterator[Anomalie]:
    """Lines dated later than ``aujourdhui``; students, relances and outcomes that are gone.

    Nothing is said of the relances of a student of whom a row cannot be read, nor of the
    outcomes of homonyms: the journal knows people by their names.
    """
    place = classeur.places.get(JOURNAL.nom)
    entrees = sorted(journal, key=lambda e: e.horodatage)
    if place is None or not entrees:
        return
    derniere = entrees[-1]
    if derniere.horodatage.date() > aujourdhui:
        yield place.reporter(derniere.ligne)(
            "horodatage",
            f"{derniere.horodatage:%d/%m/%Y %H:%M}",
            "Cette ligne du journal porte une date à venir.",
            "Vérifiez l'heure du poste ; si c'était un essai, annulez-le (« inactifs undo »).",
        )
    lignes = _rows(classeur)
    illisibles = {name_words(ligne.eleve) for ligne in classeur.illisibles}
    par_nom: dict[Mots, list[EntreeJournal]] = {}
    for entree in entrees:
        if mots := name_words(entree.eleve):
            par_nom.setdefault(mots, []).append(entree)
    for mots, siennes in par_nom.items():
        if mots in illisibles:
            continue
        if mots not in lignes:
            tracees = [e for e in siennes if not e.commande.startswith(_SANS_LIGNE)]
            if tracees:
                entree = tracees[0]
                yield place.reporter(entree.ligne)(
                    "eleve",
                    entree.eleve,
                    f"Le journal note « {entree.commande} » le {french(entree.horodatage.date())}, "
                    "mais le tableau n'a plus de ligne à ce nom.",
                    "Si la ligne a été effacée par erreur, reprenez-la d'une sauvegarde "
                    "(« inactifs undo --liste ») ; si seul le nom a été corrigé, rien n'est à "
                    "faire.",
                )
            continue
        yield from _check_relances(classeur, lignes[mots], siennes)
        if len(classeur.registre.named(siennes[-1].eleve)) <= 1:
            yield from _check_outcome(classeur, lignes[mots], siennes)


def _rows(classeur: Classeur) -> dict[Mots, list[Dossier]]:
    """The dossiers by name: the one typed in the row, and the register's."""
    lignes: dict[Mots, list[Dossier]] = {}
    for dossier in classeur.dossiers:
        eleve = classeur.eleve_of(dossier)
        noms = {name_words(dossier.eleve), name_words(eleve.nom_complet) if eleve else ()}
        for mots in noms - {()}:
            lignes.setdefault(mots, []).append(dossier)
    return lignes


def _check_relances(
    classeur: Classeur, dossiers: list[Dossier], entrees: list[EntreeJournal]
) -> Iterator[Anomalie]:
    """The days of relances that no row of the student has."""
    connus = {r.date for d in dossiers for r in d.relances}
    attendus: list[date] = []
    for entree in entrees:
        fait = read_fact(entree)
        if fait.avant in attendus:
            attendus.remove(fait.avant)
        if fait.jour is not None and fait.jour not in attendus:
            attendus.append(fait.jour)
    for jour in attendus:
        if jour not in connus:
            dernier = max(_opened_by(dossiers, jour), key=lambda d: d.ligne)
            yield classeur.places[TABLEAU.nom].reporter(dernier.ligne)(
                "dates_relances",
                "\n".join(french(r.date) for r in dernier.relances),
                f"Le journal note une relance le {french(jour)}, qui n'est pas dans le tableau.",
                "Si elle a été effacée par erreur, retapez la date et le moyen.",
            )


def _check_outcome(
    classeur: Classeur, dossiers: list[Dossier], entrees: list[EntreeJournal]
) -> Iterator[Anomalie]:
    """The last outcome noted, when the row of that time says otherwise."""
    issues = [(e, read_fact(e).issue) for e in entrees]
    connues = [(e, issue) for e, issue in issues if issue is not None]
    if not connues or not isinstance(connues[-1][1], Resultat):
        return
    entree, attendu = connues[-1]
    jour = entree.horodatage.date()
    candidats = _opened_by(dossiers, jour)
    if any(d.resultat is attendu for d in candidats):
        return
    dernier = max(candidats, key=lambda d: d.ligne)
    trouve = str(dernier.resultat or "")
    yield classeur.places[TABLEAU.nom].reporter(dernier.ligne)(
        "resultat",
        trouve,
        f"Le journal note « {entree.commande} » le {french(jour)} : {attendu} est attendu ici.",
        f"Tapez {attendu}, ou notez ce qui a changé avec « inactifs reopen ».",
    )


def _opened_by(dossiers: list[Dossier], jour: date) -> list[Dossier]:
    """The last dossiers detected by ``jour``; a row typed by hand does not say when it was."""
    detectes = [d.detecte_le for d in dossiers if d.detecte_le and d.detecte_le <= jour]
    dernier = max(detectes, default=None)
    return [d for d in dossiers if d.detecte_le == dernier] or dossiers
