"""What was done: the words of the journal's lines, written and read back here; the sheets Journal
and Actions, read; the journal against the tableau, which may be changed by hand: what it says
beyond the journal is no contradiction."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple

from inactifs.classeur.cells import read_day, read_text
from inactifs.classeur.locating import Row, rows
from inactifs.classeur.schema import JOURNAL, Colonne, Feuille, Nature
from inactifs.classeur.source import Source
from inactifs.classeur.values import Anomalie, Classeur, EntreeJournal
from inactifs.dates import french, read_date
from inactifs.procedure.modele import Critere, Dossier, Issue, Relance, Resultat
from inactifs.registre import name_words

_JOUR = r"(\d\d/\d\d/\d{4})"
_FAITE = re.compile(rf".* du {_JOUR} : (?:[^,]*), ([\w-]+)(?: \(.*\))?(?: ; due le {_JOUR})?")
_CORRIGEE = re.compile(rf"Relance du {_JOUR} corrigée : {_JOUR}, (?:.*, )?([\w-]+)")
_RETIREE = re.compile(rf"Relance du {_JOUR} retirée")
_REPONSE = re.compile(rf"Réponse du {_JOUR} à la relance du {_JOUR} : ([\w-]+)(?:, .*)?")
_OUVERT = "ouvert"
_ISSUES = {Issue.ABANDON.value: Resultat.ABANDON, Issue.REPRISE.value: Resultat.REPRISE}
_COMMANDES = {"close": Resultat.ABANDON, "reprise": Resultat.REPRISE, "reopen": _OUVERT}
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
    if commande in _COMMANDES:
        return Fait(issue=_COMMANDES[commande])
    if commande == "detect":
        return Fait(issue=Resultat.REPRISE if detail.startswith("Reprise") else _OUVERT)
    if trouve := _RETIREE.fullmatch(detail):
        return Fait(avant=read_date(trouve[1]), issue=_OUVERT)
    if trouve := _CORRIGEE.fullmatch(detail):
        avant, jour = read_date(trouve[1]), read_date(trouve[2])
        return Fait(avant, jour, _ISSUES.get(trouve[3], _OUVERT))
    if trouve := _REPONSE.fullmatch(detail):
        return Fait(issue=_ISSUES.get(trouve[3], _OUVERT))
    if commande == "relance add" and (trouve := _FAITE.fullmatch(detail)):
        due = read_date(trouve[3]) if trouve[3] else None
        return Fait(jour=read_date(trouve[1]), issue=_ISSUES.get(trouve[2], _OUVERT), due=due)
    if commande.startswith("import") and "rouvert" in detail:
        return Fait(issue=_OUVERT)
    return Fait()


def read_journal(data: bytes) -> tuple[tuple[EntreeJournal, ...], tuple[Anomalie, ...]]:
    """The lines of the sheet Journal in their order, and those without a readable time;
    ``FichierInvalide`` when this is not a readable workbook."""
    entrees: list[EntreeJournal] = []
    fautes: list[Anomalie] = []
    for rangee in filter(Row.is_filled, rows(Source(data, "Le classeur").table(JOURNAL), JOURNAL)):
        if (moment := _moment(rangee["horodatage"])) is not None:
            textes = {c: read_text(rangee[c]) for c in rangee.rangs if c != "horodatage"}
            entrees.append(EntreeJournal(moment, **textes, ligne=rangee.ligne))
            continue
        rangee.doubt("horodatage", "sans_heure")
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
    if isinstance(valeur, str):
        for lire in (datetime.fromisoformat, read_date):
            with suppress(ValueError):
                return _moment(lire(valeur.strip()))
    if isinstance(valeur, datetime):
        return valeur
    return datetime.combine(valeur, time()) if isinstance(valeur, date) else None


def check_journal(
    classeur: Classeur, journal: Iterable[EntreeJournal], aujourdhui: date
) -> Iterator[Anomalie]:
    """Lines dated later than ``aujourdhui``; students, relances and outcomes that are gone. Nothing
    is said of the relances of a student of whom a row cannot be read, nor of the outcomes of
    homonyms: the journal knows people by their names."""
    place = classeur.places.get(JOURNAL.nom)
    entrees = sorted(journal, key=lambda e: e.horodatage)
    if place is None or not entrees:
        return
    derniere = entrees[-1]
    if derniere.horodatage.date() > aujourdhui:
        quand = f"{derniere.horodatage:%d/%m/%Y %H:%M}"
        yield place.doubt(derniere.ligne, "horodatage", quand, "journal_a_venir")
    dossiers: dict[Mots, list[Dossier]] = defaultdict(list)
    for dossier in classeur.dossiers:  # by the name typed in the row, and the register's
        eleve = classeur.eleve_of(dossier)
        for mots in {name_words(dossier.eleve), name_words(eleve.nom_complet) if eleve else ()}:
            dossiers[mots].append(dossier)
    illisibles = {name_words(ligne.eleve) for ligne in classeur.illisibles}
    par_nom: dict[Mots, list[EntreeJournal]] = defaultdict(list)
    for entree in entrees:
        if (mots := name_words(entree.eleve)) and mots not in illisibles:
            par_nom[mots].append(entree)
    for mots, siennes in par_nom.items():
        if mots in dossiers:
            yield from _check_relances(classeur, dossiers[mots], siennes)
            if len(classeur.registre.named(siennes[-1].eleve)) <= 1:
                yield from _check_outcome(classeur, dossiers[mots], siennes)
        elif traces := [e for e in siennes if not e.commande.startswith(_SANS_LIGNE)]:
            e = traces[0]
            dits = {"commande": e.commande, "jour": french(e.horodatage.date())}
            yield place.doubt(e.ligne, "eleve", e.eleve, "ligne_effacee", **dits)


def _check_relances(
    classeur: Classeur, dossiers: list[Dossier], entrees: list[EntreeJournal]
) -> Iterator[Anomalie]:
    """The days of relances that no row of the student has."""
    attendus: dict[date, None] = {}
    for fait in map(read_fact, entrees):
        if fait.avant is not None:
            attendus.pop(fait.avant, None)
        if fait.jour is not None:
            attendus.setdefault(fait.jour)
    notes = {r.date for d in dossiers for r in d.relances}
    for jour in (j for j in attendus if j not in notes):
        dernier = max(_opened_by(dossiers, jour), key=lambda d: d.ligne)
        notees = "\n".join(french(r.date) for r in dernier.relances)
        dits = ("dates_relances", notees, "relance_effacee")
        yield classeur.at(dernier)(*dits, jour=french(jour))


def _check_outcome(
    classeur: Classeur, dossiers: list[Dossier], entrees: list[EntreeJournal]
) -> Iterator[Anomalie]:
    """The last outcome noted, when the row of that time says otherwise."""
    connues = [(e, issue) for e in entrees if (issue := read_fact(e).issue) is not None]
    if not connues or not isinstance(connues[-1][1], Resultat):
        return
    entree, attendu = connues[-1]
    jour = entree.horodatage.date()
    candidats = _opened_by(dossiers, jour)
    if any(d.resultat is attendu for d in candidats):
        return
    dernier = max(candidats, key=lambda d: d.ligne)
    dits = {"commande": entree.commande, "jour": french(jour), "attendu": attendu}
    yield classeur.at(dernier)("resultat", dernier.resultat or "", "autre_issue", **dits)


def _opened_by(dossiers: list[Dossier], jour: date) -> list[Dossier]:
    """The last dossiers detected by ``jour``; a row typed by hand does not say when it was."""
    detectes = [d.detecte_le for d in dossiers if d.detecte_le and d.detecte_le <= jour]
    dernier = max(detectes, default=None)
    return [d for d in dossiers if d.detecte_le == dernier] or dossiers


_T, _D = Nature.TEXTE, Nature.DATE
# fmt: off
ACTIONS = Feuille(
    "Actions",
    (
        Colonne("jour", "DATE", _D, 13), Colonne("constat", "CONSTAT", _T, 50),
        Colonne("decision", "DÉCISION", _T, 50), Colonne("responsable", "RESPONSABLE", _T, 24),
        Colonne("fait_le", "FAIT LE", _D, 13),
    ),
    requis=("constat", "decision"),
)
# fmt: on
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
    """The lines of the sheet in their order, none when the workbook has no such sheet;
    ``FichierInvalide`` when this is not a readable workbook."""
    actions: list[Action] = []
    for rangee in rows(Source(data, "Le classeur").table(ACTIONS), ACTIONS):
        jour, constat, decision, responsable, fait_le = rangee.cellules
        constat, decision, responsable = map(read_text, (constat, decision, responsable))
        actions.append(Action(_day(jour), constat, decision, responsable, _day(fait_le)))
    return tuple(a for a in actions if a.constat or a.decision)


def _day(valeur: object) -> Jour:
    try:
        return read_day(valeur)
    except ValueError:
        return read_text(valeur)
