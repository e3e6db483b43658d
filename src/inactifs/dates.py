"""Dates as people type them in France: in a cell, in an export, on the command line.

Numbers are read here, because a guess is not allowed (``dateutil`` would read 03/13/26 as
13 March); months in letters are read by ``dateutil`` with French names.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dateutil.parser import parserinfo

_HEURE = re.compile(
    r"[T\s]+(?:[àa]\s*)?\d{1,2}\s*[h:]\s*(?:\d{2})?(?::\d{2}(?:[.,]\d+)?)?\s*"
    r"(?:Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_JOUR_EN_TETE = re.compile(r"^(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?,?\s+(?=\d)", re.IGNORECASE)
_NUMERIQUE = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?:\s*[/.\-]\s*(\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_EN_LETTRES = re.compile(
    r"(\d{1,2})(?:er)?[\s\-./]*([a-zéèûôA-ZÉÛ]{3,9})\.?(?:[\s\-./]*(\d{4}|\d{2}))?"
)
_ENTRE_DEUX = re.compile(r"\s*(?:[\n\r;,+]|\bet\b|\bpuis\b)\s*", re.IGNORECASE)

_MOIS: list[tuple[str, ...]] = [
    ("janvier", "janv", "jan"),
    ("février", "fevrier", "févr", "fevr", "fév", "fev"),
    ("mars", "mar"),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil", "jul"),
    ("août", "aout", "aoû", "aou"),
    ("septembre", "sept", "sep"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("décembre", "decembre", "déc", "dec"),
]


def read_date(texte: str, *, apres: date | None = None) -> date:
    """The day that ``texte`` says: « 24/11/2026 », « 3/11/26 », « 3 nov. 2026 », ISO…

    A time of day is ignored. Without a year, it is the first such day after ``apres``
    (contract, section 2, DATES DE RELANCES); without ``apres`` that is an error.

    Raises:
        ValueError: ``texte`` is not a date, or not one that exists.
    """
    net = " ".join(texte.split())
    try:
        # The usual form, without a regex.
        if len(net) == 10 and net[2] == net[5] == "/" and net.replace("/", "").isdigit():
            return date(int(net[6:]), int(net[3:5]), int(net[:2]))
        net = _JOUR_EN_TETE.sub("", _HEURE.sub("", net))
        if trouve := _ISO.fullmatch(net):
            annee, mois, jour = trouve.groups()
            return date(int(annee), int(mois), int(jour))
        if trouve := _NUMERIQUE.fullmatch(net):
            return _complete(int(trouve[1]), int(trouve[2]), trouve[3], apres)
        if trouve := _EN_LETTRES.fullmatch(net):
            return _complete(int(trouve[1]), _month(trouve[2]), trouve[3], apres)
    except ValueError:
        pass
    raise ValueError(f"« {texte} » n'est pas une date")


def has_year(texte: str) -> bool:
    """Whether a readable date gives its year."""
    try:
        read_date(texte)
    except ValueError:
        return False
    return True


def split_dates(texte: str) -> list[str]:
    """The dates of one cell, separated by line breaks, « ; », « , », « et », « puis », « + »."""
    return [m for m in _ENTRE_DEUX.split(texte.strip()) if m]


def read_typed_date(texte: str, aujourdhui: date) -> date:
    """The day typed on the command line: as :func:`read_date`, or « hier », « demain »…

    « 24/11 » without a year is in the year of ``aujourdhui`` (contract, section 4).

    Raises:
        ValueError: ``texte`` is not a date.
    """
    mot = texte.strip().casefold().replace("’", "'")
    relatifs = {"hier": -1, "aujourd'hui": 0, "aujourdhui": 0, "demain": 1}
    if mot in relatifs:
        return aujourdhui + timedelta(days=relatifs[mot])
    if not has_year(texte):
        jour = read_date(texte, apres=date(aujourdhui.year - 1, 12, 31))
        if jour.year != aujourdhui.year:  # 29/02, in a year that has none
            raise ValueError(f"« {texte} » n'est pas une date de {aujourdhui.year}")
        return jour
    return read_date(texte)


def french(jour: date) -> str:
    """« 24/11/2026 »."""
    return jour.strftime("%d/%m/%Y")


def as_date(valeur: object) -> date | None:
    """The day of a true date or date-time, None for anything else."""
    if isinstance(valeur, datetime):
        return valeur.date()
    return valeur if isinstance(valeur, date) else None


def _complete(jour: int, mois: int, annee: str | None, apres: date | None) -> date:
    if annee is not None:
        siecle = 0 if len(annee) == 4 else (2000 if int(annee) < 70 else 1900)
        return date(siecle + int(annee), mois, jour)
    if apres is None:
        raise ValueError("année absente")
    for an in range(apres.year, apres.year + 9):  # 29/02 may be eight years away (1896 to 1904)
        try:
            candidat = date(an, mois, jour)
        except ValueError:
            continue
        if candidat > apres:
            return candidat
    raise ValueError("date inexistante")


def _month(mot: str) -> int:
    mois = _french_parserinfo().month(mot.casefold())
    if mois is None:
        raise ValueError(f"« {mot} » n'est pas un mois")
    return int(mois)


@cache
def _french_parserinfo() -> parserinfo:
    from dateutil.parser import parserinfo

    class Francais(parserinfo):
        MONTHS = _MOIS  # type: ignore[assignment]  # as many spellings as wished

    return Francais()
