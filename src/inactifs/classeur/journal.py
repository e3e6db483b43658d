"""What was done: the words of the journal's lines, written and read back here; the sheets
Journal and Actions, read; the journal against the tableau.

The tableau may be changed by hand, so what it says beyond the journal is no contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from inactifs.classeur.cells import read_day, read_text
from inactifs.classeur.locating import Row, rows
from inactifs.classeur.schema import JOURNAL, Colonne, Feuille, Nature
from inactifs.classeur.source import Source
from inactifs.classeur.values import Anomalie, Classeur, EntreeJournal, Place
from inactifs.dates import french, read_date
from inactifs.procedure.modele import Critere, Dossier, Issue, Relance, Resultat
from inactifs.registre import name_words

_JOUR = r"(\d\d/\d\d/\d{4})"
_FAITE = re.compile(rf".* du {_JOUR} : (?:[^,]*), ([\w-]+)(?: \(.*\))?(?: ; due le {_JOUR})?")
_CORRIGEE = re.compile(rf"Relance du {_JOUR} corrigée : {_JOUR}, (?:.*, )?([\w-]+)")
_RETIREE = re.compile(rf"Relance du {_JOUR} retirée")
_REPONSE = re.compile(rf"Réponse du {_JOUR} à la relance du {_JOUR} : ([\w-]+)(?:, .*)?")
_OUVERT = "ouvert"
_SANS_LIGNE = ("activite", "import", "init", "detect")
"""The commands of which the tableau may keep no trace: a dossier that ``detect`` opened may be
erased by somebody who knows better."""

Mots = tuple[str, ...]


class Fait(NamedTuple):
    """A line read back: ``avant`` is the day of a relance that is no longer, ``jour`` of one that
    is; ``issue`` the outcome of the dossier, « ouvert » when it goes on; ``due`` when the step
    was due."""

    avant: date | None = None
    jour: date | None = None
    issue: Resultat | str | None = None
    due: date | None = None


def relance_made(etape: str, relance: Relance, prevu: str = "", due: date | None = None) -> str:
    """An attempt: ``prevu`` are the means of the plan where they are others, ``due`` the day of
    the step, which nothing else will tell once the row has changed."""
    moyen = relance.moyen.libelle if relance.moyen else "?"
    detail = f"{etape} du {french(relance.date)} : {moyen}, {relance.issue.value}"
    detail += f" (le plan prévoit : {prevu})" if prevu else ""
    return detail + (f" ; due le {french(due)}" if due else "")


def relance_corrected(avant: date, relance: Relance) -> str:
    """A relance that is now another."""
    moyen = f"{relance.moyen.libelle}, " if relance.moyen else ""
    jour = french(relance.date)
    return f"Relance du {french(avant)} corrigée : {jour}, {moyen}{relance.issue.value}"


def relance_removed(jour: date) -> str:
    """A relance that never was."""
    return f"Relance du {french(jour)} retirée"


def answered(jour: date, relance: Relance, par: str = "") -> str:
    """An answer that came later."""
    detail = f"Réponse du {french(jour)} à la relance du {french(relance.date)}"
    return f"{detail} : {relance.issue.value}" + (f", {par}" if par else "")


def reprise_seen(critere: Critere, jour: date) -> str:
    """A dossier that a lesson or a login ended."""
    return f"Reprise : {critere.value} du {french(jour)}"


def sign_seen(jour: date | None) -> str:
    """A dossier that a sign of life suspended."""
    return f"Signe de vie du {french(jour) if jour else '?'} : dossier suspendu"


def dossier_opened(derniere: date | None) -> str:
    """A new dossier."""
    return f"Dossier ouvert : dernière activité le {french(derniere) if derniere else '?'}"


def read_fact(entree: EntreeJournal) -> Fait:
    """What a line tells of a dossier; nothing for one that tells of none."""
    commande, detail = entree.commande, entree.detail
    if commande in ("close", "reprise", "reopen"):
        issues = {"close": Resultat.ABANDON, "reprise": Resultat.REPRISE}
        return Fait(issue=issues.get(commande, _OUVERT))
    if commande == "detect":
        return Fait(issue=Resultat.REPRISE if detail.startswith("Reprise") else _OUVERT)
    if trouve := _RETIREE.fullmatch(detail):
        return Fait(avant=read_date(trouve[1]), issue=_OUVERT)
    if trouve := _CORRIGEE.fullmatch(detail):
        avant, jour = read_date(trouve[1]), read_date(trouve[2])
        return Fait(avant, jour, _outcome(trouve[3]))
    if trouve := _REPONSE.fullmatch(detail):
        return Fait(issue=_outcome(trouve[3]))
    if commande == "relance add" and (trouve := _FAITE.fullmatch(detail)):
        due = read_date(trouve[3]) if trouve[3] else None
        return Fait(jour=read_date(trouve[1]), issue=_outcome(trouve[2]), due=due)
    if commande.startswith("import") and "rouvert" in detail:
        return Fait(issue=_OUVERT)
    return Fait()


def _outcome(issue: str) -> Resultat | str:
    issues = {Issue.ABANDON.value: Resultat.ABANDON, Issue.REPRISE.value: Resultat.REPRISE}
    return issues.get(issue, _OUVERT)


def read_journal(data: bytes) -> tuple[tuple[EntreeJournal, ...], tuple[Anomalie, ...]]:
    """The lines of the sheet Journal in their order, and those without a readable time.

    Raises:
        FichierInvalide: this is not a readable workbook.
    """
    entrees: list[EntreeJournal] = []
    fautes: list[Anomalie] = []
    for rangee in filter(Row.is_filled, rows(Source(data, "Le classeur").table(JOURNAL), JOURNAL)):
        if (moment := _moment(rangee.valeurs["horodatage"])) is not None:
            textes = {c: read_text(v) for c, v in rangee.valeurs.items() if c != "horodatage"}
            entrees.append(EntreeJournal(moment, **textes, ligne=rangee.ligne))
            continue
        rangee.note(
            "horodatage",
            "l'heure de cette ligne du journal ne peut pas être lue",
            "Remettez celle d'avant : « inactifs undo --liste » montre les versions gardées.",
            "avertissement",
        )
        fautes += rangee.faults
    return tuple(entrees), tuple(fautes)


def due_days(data: bytes) -> dict[tuple[Mots, date], date]:
    """When each step was due on the day on which it was done, by the words of the student's name
    and that day."""
    dues: dict[tuple[Mots, date], date] = {}
    for entree in read_journal(data)[0]:
        fait = read_fact(entree)
        if fait.jour is not None and fait.due is not None:
            dues.setdefault((name_words(entree.eleve), fait.jour), fait.due)
    return dues


def _moment(valeur: object) -> datetime | None:
    if isinstance(valeur, datetime):
        return valeur
    if isinstance(valeur, date):
        return datetime(valeur.year, valeur.month, valeur.day)
    if not isinstance(valeur, str):
        return None
    for lire in (datetime.fromisoformat, read_date):
        with suppress(ValueError):
            return _moment(lire(valeur.strip()))
    return None


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
        if (mots := name_words(entree.eleve)) and mots not in illisibles:
            par_nom.setdefault(mots, []).append(entree)
    for mots, siennes in par_nom.items():
        if mots not in lignes:
            yield from _check_row(place, siennes)
            continue
        yield from _check_relances(classeur, lignes[mots], siennes)
        if len(classeur.registre.named(siennes[-1].eleve)) <= 1:
            yield from _check_outcome(classeur, lignes[mots], siennes)


def _check_row(place: Place, entrees: list[EntreeJournal]) -> Iterator[Anomalie]:
    """The first line that must have left a trace, of somebody who has no row."""
    for entree in entrees:
        if not entree.commande.startswith(_SANS_LIGNE):
            yield place.reporter(entree.ligne)(
                "eleve",
                entree.eleve,
                f"Le journal note « {entree.commande} » le {french(entree.horodatage.date())}, "
                "mais le tableau n'a plus de ligne à ce nom.",
                "Si la ligne a été effacée par erreur, reprenez-la d'une sauvegarde "
                "(« inactifs undo --liste ») ; si seul le nom a été corrigé, rien n'est à faire.",
            )
            return


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
            yield classeur.at(dernier)(
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
    yield classeur.at(dernier)(
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


ACTIONS = Feuille(
    "Actions",
    (
        Colonne("jour", "DATE", Nature.DATE, 13),
        Colonne("constat", "CONSTAT", Nature.TEXTE, 50),
        Colonne("decision", "DÉCISION", Nature.TEXTE, 50),
        Colonne("responsable", "RESPONSABLE", Nature.TEXTE, 24),
        Colonne("fait_le", "FAIT LE", Nature.DATE, 13),
    ),
    requis=("constat", "decision"),
)

Jour = date | str | None
"""A day, or what is typed in its place."""


@dataclass(frozen=True, slots=True)
class Action:
    """What was found on a day, what was decided, by whom, and when it was done."""

    jour: Jour
    constat: str
    decision: str
    responsable: str
    fait_le: Jour


def read_actions(data: bytes) -> tuple[Action, ...]:
    """The lines of the sheet in their order; none when the workbook has no such sheet.

    Raises:
        FichierInvalide: this is not a readable workbook.
    """
    lus = [(c.champ, _day if c.nature is Nature.DATE else read_text) for c in ACTIONS.colonnes]
    actions = [
        Action(**{champ: lire(rangee.valeurs[champ]) for champ, lire in lus})  # type: ignore[arg-type]
        for rangee in rows(Source(data, "Le classeur").table(ACTIONS), ACTIONS)
    ]
    return tuple(a for a in actions if a.constat or a.decision)


def _day(valeur: object) -> Jour:
    try:
        return read_day(valeur)
    except ValueError:
        return read_text(valeur)
