"""The journal: the words of its lines, written and read back here; the sheet, read."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import NamedTuple

from inactifs.classeur.lecture import REQUIS
from inactifs.classeur.saisie import read_text
from inactifs.classeur.schema import JOURNAL
from inactifs.classeur.source import Source
from inactifs.classeur.valeurs import Anomalie, EntreeJournal
from inactifs.dates import french, read_date
from inactifs.procedure.modele import Critere, Issue, Relance, Resultat
from inactifs.registre import name_words

_JOUR = r"(\d\d/\d\d/\d{4})"
_FAITE = re.compile(rf".* du {_JOUR} : (?:[^,]*), ([\w-]+)(?: \(.*\))?(?: ; due le {_JOUR})?")
_CORRIGEE = re.compile(rf"Relance du {_JOUR} corrigée : {_JOUR}, (?:.*, )?([\w-]+)")
_RETIREE = re.compile(rf"Relance du {_JOUR} retirée")
_REPONSE = re.compile(rf"Réponse du {_JOUR} à la relance du {_JOUR} : ([\w-]+)(?:, .*)?")
_OUVERT = "ouvert"


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
    table = Source(data, "Le classeur").table(JOURNAL, REQUIS[JOURNAL.nom])
    if table is None:
        return (), ()
    entrees: list[EntreeJournal] = []
    fautes: list[Anomalie] = []
    lignes = zip(*table.columns(c.champ for c in JOURNAL.colonnes), strict=True)
    for ligne, (horodatage, *autres) in enumerate(lignes, table.place.entete + 1):
        operateur, commande, eleve, detail = (read_text(v) for v in autres)
        if (moment := _moment(horodatage)) is not None:
            entrees.append(EntreeJournal(moment, operateur, commande, eleve, detail, ligne))
        elif any((operateur, commande, eleve, detail)) or horodatage != "":
            fautes.append(
                table.anomalie(
                    "horodatage",
                    ligne,
                    horodatage,
                    "l'heure de cette ligne du journal ne peut pas être lue",
                    "Remettez celle d'avant : « inactifs undo --liste » montre les versions "
                    "gardées.",
                    gravite="avertissement",
                )
            )
    return tuple(entrees), tuple(fautes)


def due_days(data: bytes) -> dict[tuple[tuple[str, ...], date], date]:
    """When each step was due on the day on which it was done, by the words of the student's name
    and that day."""
    dues: dict[tuple[tuple[str, ...], date], date] = {}
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
    try:
        return datetime.fromisoformat(valeur.strip())
    except ValueError:
        pass
    try:
        jour = read_date(valeur)
    except ValueError:
        return None
    return datetime(jour.year, jour.month, jour.day)
