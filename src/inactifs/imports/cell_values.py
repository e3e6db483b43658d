"""A cell of an export, as text or as a day, whatever software wrote it.

Read one by one, 05/11 is the 5th of November. But half a column that a spreadsheet of another
region turned into dates, or a column of American software, has the same cells: the dates of a
column are weighed together as well."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from inactifs.dates import as_date, french, read_date
from inactifs.erreurs import FichierInvalide
from inactifs.mots import data_file, fold

LONGUEUR_MAX = 32_767
"""The longest text that an Excel cell holds (Excel specifications and limits)."""

_INVISIBLES = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_NEUTRALISE = re.compile(r"^'(?=[=+\-@\t\r])")
_DATE_HEURE = re.compile(
    r"(\d\d/\d\d/\d{4}|\d{4}-\d\d-\d\d)[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?", re.ASCII
)
_ZONE = re.compile(
    r"(.*\d)[T\s,àa]+(\d{1,2})\s*[h:]\s*(\d\d)(?::\d\d(?:[.,]\d+)?)?"
    r"\s*(Z|UTC|GMT|\+\d\d:?\d\d|(?<=\s)-\d{4}|(?<=T\d\d:\d\d:\d\d)-\d\d:?\d\d)",
    re.IGNORECASE,
)
_SERIE = re.compile(r"(\d{5})(?:[.,]\d+)?")
_COMPACTE = re.compile(r"(?P<a>\d{4})(?P<m>\d{2})(?P<j>\d{2})(?:T?\d{4,6}Z?)?")
_COMPACTE_JOUR = re.compile(r"(?P<j>\d{2})(?P<m>\d{2})(?P<a>(?:19|20)\d{2})")
_SUIVIE_D_UNE_HEURE = re.compile(
    r"(?P<jour>(?:[a-zéû]+\.?,?\s+)?(?:\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*(?:\d{4}|\d{2})"
    r"|\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}(?:er)?\s+[a-zéèûô]+\.?\s+\d{4}))"
    r"[T\s,àade\-–]+\d{1,2}\s*[h:].*",
    re.IGNORECASE,
)
_AUTOUR = re.compile(
    r"^(?:[a-z]{3,8}\.?,?\s+)?le\s+|^'"
    r"|^(?:[lmjvsd]|lu|ma|me|je|ve|sa|di)\.?\s+(?=\d)"
    r"|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+"
    r"|^(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?,?\s+(?=\d)"
    r"|^\d{1,2}\s*[h:]\s*(?:\d\d)?(?::\d\d)?\s+(?:le\s+)?(?=\d)"
    r"|\s*\([^()]*\)$|\s+(?:matin|midi|apr[eè]s[- ]midi|soir)$|\s*[.,;]$",
    re.IGNORECASE,
)
_PREMIER = re.compile(r"\b0?1\s*er\b", re.IGNORECASE)
_ANGLAISE = re.compile(
    r"(?:(?P<j>\d{1,2})(?:st|nd|rd|th)?[\s\-]+(?P<m>[a-zéû]{3,9})|(?P<m2>[a-zéû]{3,9})\.?\s+"
    r"(?P<j2>\d{1,2})(?:st|nd|rd|th)?)\.?,?[\s\-]+(?P<a>\d{4}|\d{2})(?P<suite>\D.*)?",
    re.IGNORECASE,
)
_NUMERIQUE = re.compile(
    r"\s*'?(\d{1,2})\s*([/.-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})(?!\d)(.*)", re.S
)
_MOIS = data_file("imports/header_words.toml")["mois"]
MOIS = {fold(mot): rang for rang, mots in enumerate(_MOIS, 1) for mot in mots}
"""The months, whole or shortened, in French and in English, without accents."""
EPOQUES = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
"""Day 0 of a workbook, and of one in the calendar of 1904 (ECMA-376 Part 1, 18.17.4.1)."""
_SERIES_PLAUSIBLES = range(32_874, 73_415)  # 01/01/1990 to 31/12/2100


def as_text(cellule: object) -> str:
    """The cell as text on one line, composed (NFC), without invisible characters nor the apostrophe
    that keeps a spreadsheet from taking it for a formula. Whole numbers have no decimals."""
    if not isinstance(cellule, str):
        if cellule is None:
            return ""
        if isinstance(cellule, bool):
            return "oui" if cellule else "non"
        if isinstance(cellule, float):
            return str(int(cellule)) if cellule.is_integer() else repr(cellule).replace(".", ",")
        if isinstance(cellule, date):
            minuit = not isinstance(cellule, datetime) or cellule.time() == time()
            return french(cellule) + ("" if minuit else f" {cellule:%H:%M}")
        cellule = str(cellule)
    texte = cellule.strip(" \n")
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


def as_day(cellule: object, *, date1904: bool = False, utc: bool = False) -> date | None:
    """The day of a cell in France, None when it is empty.

    Reads true dates, Excel's serial numbers (ECMA-376 part 1, 18.17.4.1), « 20261124 », English
    months, and every form of :func:`inactifs.dates.read_date`, followed by a time or a range of
    times. A time with its zone, or of a column in UTC (``utc``), is brought to France's. Raises
    ValueError: it is not a date, or one without a year."""
    if (jour := as_date(cellule)) is not None:
        return _in_france(cellule, timedelta()) if utc and isinstance(cellule, datetime) else jour
    if isinstance(cellule, bool | time | timedelta):
        raise ValueError(f"« {cellule} » n'est pas une date")
    if isinstance(cellule, int | float) and (jour := _of_serial(float(cellule), date1904)):
        return jour
    if isinstance(cellule, str) and not utc and (trouve := _DATE_HEURE.fullmatch(cellule)):
        return _read_day(trouve[1])  # the usual forms of software
    texte = as_text(cellule)
    if not texte:
        return None
    if _SERIE.fullmatch(texte):
        if jour := _of_serial(float(texte.replace(",", ".")), date1904):
            return jour
    elif trouve := _COMPACTE_JOUR.fullmatch(texte) or _COMPACTE.fullmatch(texte):
        return date(int(trouve["a"]), int(trouve["m"]), int(trouve["j"]))
    if trouve := _ZONE.fullmatch(f"{texte} UTC" if utc else texte):
        minuit = datetime.combine(_day_of(trouve[1].rstrip(" ,")), time())
        heure = timedelta(hours=int(trouve[2]), minutes=int(trouve[3]))
        zone, sens = trouve[4], {"+": 1, "-": -1}.get(trouve[4][0], 0)
        ecart = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) if sens else timedelta()
        return _in_france(minuit + heure, sens * ecart)
    return _day_of(texte)


def is_day(cellule: object) -> bool:
    """Whether a cell is a date; a number of other than eight digits may be anything else."""
    texte = as_text(cellule)
    if texte.isdigit() and len(texte) != 8:
        return False
    try:
        return as_day(cellule) is not None
    except ValueError:
        return False


def _day_of(texte: str) -> date:
    try:
        return _read_day(texte)
    except ValueError:
        net = _PREMIER.sub("1", _AUTOUR.sub("", texte))  # « le 3/11/2026 », « 1 er décembre »
        if trouve := _SUIVIE_D_UNE_HEURE.fullmatch(net):
            net = trouve["jour"]
        for dit in (texte, net):
            if (anglaise := _ANGLAISE.fullmatch(dit)) and (jour := _english(anglaise)):
                return jour
        if net == texte:
            raise
        return _read_day(net)


def _english(trouve: re.Match[str]) -> date | None:
    """« Nov 2, 2026 », « 2-Feb-26 », « 2 August 2026 10:00 », « 2 avri. 2026 »: the month in French
    or English, however it is cut."""
    mot = fold(trouve["m"] or trouve["m2"])
    possibles = {mois for nom, mois in MOIS.items() if nom.startswith(mot)} if mot[2:] else set()
    mois = MOIS.get(mot) or (possibles.pop() if len(possibles) == 1 else 0)
    suite = (trouve["suite"] or "").strip(" ,atT")
    if not mois or (suite and not re.match(r"\d{1,2}:\d\d", suite)):
        return None
    annee = int(trouve["a"]) + (2000 if len(trouve["a"]) == 2 else 0)
    return date(annee, mois, int(trouve["j"] or trouve["j2"]))


def _of_serial(numero: float, date1904: bool) -> date | None:
    ecart = (EPOQUES[True] - EPOQUES[False]).days if date1904 else 0
    if int(numero) + ecart not in _SERIES_PLAUSIBLES:
        return None
    return EPOQUES[date1904] + timedelta(days=int(numero))


def _in_france(instant: datetime, ecart: timedelta) -> date:
    """The day in France of a time that is ``ecart`` ahead of UTC: the hour changes at 1:00 UTC on
    the last Sundays of March and October (directive 2000/84/CE)."""
    utc = instant.replace(tzinfo=None) - ecart
    fins = (datetime(utc.year, mois, 31, 1) for mois in (3, 10))
    ete, hiver = (fin - timedelta(days=(fin.weekday() + 1) % 7) for fin in fins)
    return (utc + timedelta(hours=2 if ete <= utc < hiver else 1)).date()


def _order(trouve: re.Match[str]) -> int:
    """Of a date in figures: 1 where it can only be month/day, -1 only day/month, else 0."""
    premier, second = int(trouve[1]), int(trouve[3])
    if premier <= 12 < second <= 31:
        return 1
    return -1 if second <= 12 < premier <= 31 else 0


def month_first(texte: str) -> bool:
    """Whether a text can only be a date whose month comes first."""
    trouve = _NUMERIQUE.fullmatch(texte)
    return trouve is not None and _order(trouve) > 0


_LUES_MAX = 20_000
_AM_PM = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
_ANNEES = {*range(2015, 2033)}
"""Years that the lessons, logins and contacts of a school in activity may have."""


def has_am_pm(cellule: object) -> bool:
    """Whether a cell has an hour as Americans write it: « 2:00 PM »."""
    return isinstance(cellule, str) and _AM_PM.search(cellule) is not None


@dataclass
class ColonneDates:
    """The dates seen so far in a column, and what its header says of them.

    ``americaine`` is whether headers in English, or hours in AM and PM, come with it.
    """

    entete: str
    date1904: bool = False
    utc: bool = False
    americaine: bool = False
    _lues: dict[object, date] = field(default_factory=dict)
    _mois_d_abord: list[str] = field(default_factory=list)
    _jour_d_abord: int = 0
    _indecises: int = 0
    _vraies: list[int] = field(default_factory=lambda: [0, 0])
    _annees: list[tuple[int, int]] = field(default_factory=list)

    def day(self, cellule: object) -> date | None:
        """The day of a cell, None when it is empty. Raises ValueError: it is not a date, or one
        without a year."""
        if (deja := self._lues.get(cellule)) is not None:
            return deja
        if isinstance(cellule, str) and (trouve := _NUMERIQUE.fullmatch(cellule)):
            sens, annee = _order(trouve), trouve[4]
            if sens > 0:
                self._mois_d_abord.append(cellule)
            self._jour_d_abord += sens < 0
            self._indecises += sens == 0 and int(trouve[1]) != int(trouve[3])
            self.americaine = self.americaine or has_am_pm(trouve[5])
            if len(annee) == 2 and len(self._annees) < 1000:
                self._annees.append((2000 + int(trouve[1]), 2000 + int(annee)))
        elif (vraie := as_date(cellule)) is not None:
            self._vraies[vraie.day > 12] += 1
        jour = as_day(cellule, date1904=self.date1904, utc=self.utc)
        if jour is not None and len(self._lues) < _LUES_MAX:
            self._lues[cellule] = jour
        return jour

    def require_sure(self, fichier: str) -> None:
        """Refuse a column half of which would be read wrong. One date that is month first among
        those that are day first is a typing mistake. Raises FichierInvalide: it is one."""
        mois, jour = len(self._mois_d_abord), self._jour_d_abord
        premiers, derniers = ({a[n] for a in self._annees} for n in (0, 1))
        for douteuse, constat, conseil in (
            (
                mois and (not jour or (mois > 1 and mois * 4 > jour)),
                f"les dates y sont écrites mois/jour/année (« {[*self._mois_d_abord, ''][0]} »)",
                " avec des dates jour/mois/année",
            ),
            (
                self.americaine and self._indecises and not jour,
                "rien ne dit si les dates sont écrites jour/mois ou mois/jour : le fichier est en "
                "anglais, et aucun jour n'y dépasse 12",
                " avec des dates jour/mois/année, une période plus longue, ou des en-têtes en "
                "français",
            ),
            (
                self._vraies[0] and not self._vraies[1] and jour and not self._indecises,
                "une partie des dates a été changée par un tableur d'un autre pays : celles dont "
                "le jour ne dépasse pas 12 y ont le jour et le mois inversés",
                ", sans l'ouvrir et l'enregistrer dans un tableur",
            ),
            (
                premiers <= _ANNEES and not derniers <= _ANNEES,
                "les dates semblent écrites année/mois/jour sur deux chiffres",
                " avec des années de quatre chiffres",
            ),
        ):
            if douteuse:
                raise FichierInvalide(
                    f"{fichier} : dans la colonne « {self.entete} », {constat}.",
                    f"Exportez-le de nouveau{conseil}.",
                )
