"""The sheet Journal → its lines."""

from __future__ import annotations

import re
from datetime import date, datetime

from inactifs.classeur.lecture import REQUIS
from inactifs.classeur.saisie import read_text
from inactifs.classeur.schema import JOURNAL
from inactifs.classeur.source import Source
from inactifs.classeur.valeurs import Anomalie, EntreeJournal
from inactifs.dates import read_date
from inactifs.registre import name_words

_DUE = re.compile(r" du (\d\d/\d\d/\d{4}) : .* ; due le (\d\d/\d\d/\d{4})$")
"""The end of a relance's line."""


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
        if trouve := _DUE.search(entree.detail):
            faite, due = (read_date(jour) for jour in trouve.groups())
            dues.setdefault((name_words(entree.eleve), faite), due)
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
