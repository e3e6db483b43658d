"""A cell of an export, as text or as a day, whatever software wrote it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from inactifs.dates import as_date, french, read_date

LONGUEUR_MAX = 32_767
"""The longest text that an Excel cell holds (Excel specifications and limits)."""

_INVISIBLES = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_NEUTRALISE = re.compile(r"^'(?=[=+\-@\t\r])")
_DATE_HEURE = re.compile(
    r"(\d\d/\d\d/\d{4}|\d{4}-\d\d-\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_SERIE = re.compile(r"(\d{5})(?:[.,]\d+)?")
_COMPACTE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T\d{4,6}Z?)?")
_SUIVIE_D_UNE_HEURE = re.compile(
    r"(?P<jour>(?:[a-zéû]+\.?,?\s+)?(?:\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*(?:\d{4}|\d{2})"
    r"|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}(?:er)?\s+[a-zéèûô]+\.?\s+\d{4}))"
    r"[T\s,àade\-–]+\d{1,2}\s*[h:].*",
    re.IGNORECASE,
)
_AUTOUR = re.compile(
    r"^(?:[a-z]{3,8}\.?,?\s+)?le\s+|^'"
    r"|^(?:[lmjvsd]|lu|ma|me|je|ve|sa|di)\.?\s+(?=\d)"
    r"|^\d{1,2}\s*[h:]\s*(?:\d\d)?(?::\d\d)?\s+(?:le\s+)?(?=\d)"
    r"|\s*\([^()]*\)$|\s+(?:matin|midi|apr[eè]s[- ]midi|soir)$|\s*[.,;]$",
    re.IGNORECASE,
)
_PREMIER = re.compile(r"\b0?1\s*er\b", re.IGNORECASE)
_MOIS_JOUR = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})\b.*", re.DOTALL)
_EPOQUE_EXCEL = date(1899, 12, 30)
_SERIES_PLAUSIBLES = range(32_874, 73_415)  # 01/01/1990 to 31/12/2100


def as_text(cellule: object) -> str:
    """The cell as text on one line, without control characters nor the apostrophe that keeps
    a spreadsheet from taking it for a formula. Whole numbers have no decimals."""
    if isinstance(cellule, str):
        return clean_text(cellule)
    if cellule is None:
        return ""
    if isinstance(cellule, bool):
        return "oui" if cellule else "non"
    if isinstance(cellule, float):
        return str(int(cellule)) if cellule.is_integer() else repr(cellule).replace(".", ",")
    if isinstance(cellule, datetime):
        heure = cellule.time()
        return french(cellule) if heure == time() else f"{french(cellule)} {heure:%H:%M}"
    if isinstance(cellule, date):
        return french(cellule)
    return clean_text(str(cellule))


def clean_text(texte: str) -> str:
    """``texte`` composed (NFC), on one line, without invisible characters."""
    texte = texte.strip(" \n")
    if texte.startswith("'"):
        texte = _NEUTRALISE.sub("", texte)
    if not texte.isascii():
        texte = unicodedata.normalize("NFC", texte)
    if not texte.isprintable():
        texte = _INVISIBLES.sub("", texte)
    return " ".join(texte.split())


def filled(lignes: Iterable[Sequence[object]], colonne: int) -> list[str]:
    """The cells of one column that are not empty, as text; rows may be too short to have it."""
    return [t for ligne in lignes if colonne < len(ligne) and (t := as_text(ligne[colonne]))]


def most(tests: Collection[bool]) -> bool:
    """Whether more than half of these are true."""
    return 2 * sum(tests) > len(tests)


_read_day = lru_cache(4096)(read_date)


def as_day(cellule: object) -> date | None:
    """The day of a cell, None when it is empty; a time of day and its zone are ignored.

    Reads true dates, Excel's serial numbers (ECMA-376 part 1, 18.17.4.1), « 20261124 », and
    every form of :func:`inactifs.dates.read_date`, followed by a time or a range of times.

    Raises:
        ValueError: it is not a date, or one without a year.
    """
    if (jour := as_date(cellule)) is not None:
        return jour
    if isinstance(cellule, bool | time | timedelta):
        raise ValueError(f"« {cellule} » n'est pas une date")
    if isinstance(cellule, int | float) and int(cellule) in _SERIES_PLAUSIBLES:
        return _EPOQUE_EXCEL + timedelta(days=int(cellule))
    if isinstance(cellule, str) and (trouve := _DATE_HEURE.fullmatch(cellule)):
        return _read_day(trouve[1])  # the usual forms of software
    texte = as_text(cellule)
    if not texte:
        return None
    if trouve := _SERIE.fullmatch(texte):
        if int(trouve[1]) in _SERIES_PLAUSIBLES:
            return _EPOQUE_EXCEL + timedelta(days=int(trouve[1]))
    elif trouve := _COMPACTE.fullmatch(texte):
        return date(int(trouve[1]), int(trouve[2]), int(trouve[3]))
    try:
        return _read_day(texte)
    except ValueError:
        net = _PREMIER.sub("1", _AUTOUR.sub("", texte))  # « le 3/11/2026 », « 1 er décembre »
        if trouve := _SUIVIE_D_UNE_HEURE.fullmatch(net):
            net = trouve["jour"]
        if net == texte:
            raise
        return _read_day(net)


def month_first(cellule: object) -> bool | None:
    """Whether a text can only be month/day (True), only day/month (False), or either (None)."""
    trouve = _MOIS_JOUR.fullmatch(cellule) if isinstance(cellule, str) else None
    if trouve is None:
        return None
    premier, second = int(trouve[1]), int(trouve[2])
    if premier <= 12 < second <= 31:
        return True
    return False if second <= 12 < premier <= 31 else None
