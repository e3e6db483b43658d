"""Dates as people type them in France (a cell, an export, the command line), its working days, and
months.

Nothing is guessed (``dateutil`` would read 03/13/26 as 13 March).
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal

from inactifs.erreurs import UsageIncorrect

Sens = Literal["passe", "futur", "proche"]
"""What a date typed without its year is for."""

ANNEES = (1990, 2100)
"""Outside of these, a year is a typing error (1926 for 2026), or a number shown as a date."""

_HEURE = re.compile(
    r"[T\s]+(?:[àa]\s*)?\d{1,2}\s*[h:]\s*(?:\d{2})?(?::\d{2}(?:[.,]\d+)?)?\s*"
    r"(?:Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"\s*(?:[àa]\s*|vers\s*)?(\d{1,2})\s*[h:]\s*(\d{2})?\s*$", re.IGNORECASE)
_JOUR_EN_TETE = re.compile(r"^(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?,?\s+(?=\d)", re.IGNORECASE)
_FORMES = (
    re.compile(r"(?P<an>\d{4})[-/.](?P<mois>\d{1,2})[-/.](?P<jour>\d{1,2})"),
    re.compile(
        r"(?P<jour>\d{1,2})\s*[/.\-]\s*(?P<mois>\d{1,2})(?:\s*[/.\-]\s*(?P<an>\d{4}|\d{2}))?"
    ),
    re.compile(
        r"(?P<jour>\d{1,2})(?:er)?[\s\-./]*(?P<mois>[a-zéèûôA-ZÉÛ]{3,9})\.?"
        r"(?:[\s\-./]*(?P<an>\d{4}|\d{2}))?"
    ),
)
_ENTRE_DEUX = re.compile(r"\s*(?:[\n\r;,+]|\bet\b|\bpuis\b)\s*", re.IGNORECASE)

JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

MOIS = (
    ("janvier", "janv", "jan"), ("février", "fevrier", "févr", "fevr", "fév", "fev"),
    ("mars", "mar"), ("avril", "avr"), ("mai",), ("juin",), ("juillet", "juil", "jul"),
    ("août", "aout", "aoû", "aou"), ("septembre", "sept", "sep"), ("octobre", "oct"),
    ("novembre", "nov"), ("décembre", "decembre", "déc", "dec"),
)  # fmt: skip
"""The months, in full then as they are shortened."""
_RANG_DU_MOIS = {mot: rang for rang, mots in enumerate(MOIS, 1) for mot in mots}


def read_date(texte: str, *, apres: date | None = None) -> date:
    """The day that ``texte`` says: « 24/11/2026 », « 3/11/26 », « 3 nov. 2026 », ISO… A time of day
    is ignored. Without a year, it is the first such day after ``apres`` (contract, section 2, DATES
    DE RELANCES). ``ValueError`` when it is no date, or one that does not exist."""
    net = " ".join(unicodedata.normalize("NFC", texte).split())
    try:
        # The usual form, without a regex.
        if len(net) == 10 and net[2] == net[5] == "/" and net.replace("/", "").isdigit():
            return date(int(net[6:]), int(net[3:5]), int(net[:2]))
        net = _JOUR_EN_TETE.sub("", _HEURE.sub("", net))
        trouve = next(trouve for forme in _FORMES if (trouve := forme.fullmatch(net)))
        jour, an = int(trouve["jour"]), trouve["an"]
        mois = _RANG_DU_MOIS.get(trouve["mois"].casefold()) or int(trouve["mois"])
        if an is not None:
            siecle = 0 if len(an) == 4 else (2000 if int(an) < 70 else 1900)
            return date(siecle + int(an), mois, jour)
        if apres is not None:
            # 29/02 may be eight years away (1896 to 1904)
            for annee in range(apres.year, apres.year + 9):
                with suppress(ValueError):
                    if (candidat := date(annee, mois, jour)) > apres:
                        return candidat
    except (ValueError, StopIteration):
        pass
    raise ValueError(f"« {texte} » n'est pas une date")


def plausible(jour: date) -> date:
    """``jour`` itself; ``ValueError`` when its year is not one of :data:`ANNEES`: « 9999 »."""
    if not ANNEES[0] <= jour.year <= ANNEES[1]:
        raise ValueError(f"l'année {jour.year} n'est pas vraisemblable")
    return jour


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


def read_typed_date(
    texte: str, aujourdhui: date, *, sens: Sens = "passe", depuis: date | None = None
) -> date:
    """The day typed on the command line: as :func:`read_date`, or « hier », « demain »…

    « mardi » is the last one of what has been done, the next one otherwise, never today;
    « +7 » is counted from ``depuis`` (else ``aujourdhui``). « 24/11 » without a year (contract,
    section 4) depends on what the date is for:

    - « passe », what has been done: this year's, or last year's when that is the nearer of the
      two: on 05/01, « 24/12 » is last December; on 25/11, « 26/11 » is tomorrow, which a slip
      of the keyboard explains better than a year's delay, and which the command refuses;
    - « futur », what is to come: the first such day from ``depuis`` on (else ``aujourdhui``);
    - « proche », either (a lesson done or reserved): the nearest.
    """
    mot = texte.strip().casefold().replace("’", "'")
    relatifs = {"hier": -1, "aujourd'hui": 0, "aujourdhui": 0, "demain": 1}
    if mot in relatifs:
        return aujourdhui + timedelta(days=relatifs[mot])
    if mot[:1] == "+" and mot[1:].isdecimal() and len(mot) <= 4:
        return (depuis or aujourdhui) + timedelta(days=int(mot[1:]))
    if (nom := mot.removesuffix(" prochain")) in JOURS:
        ecart = (JOURS.index(nom) - aujourdhui.weekday()) % 7 or 7
        return aujourdhui + timedelta(days=ecart if sens != "passe" else ecart % 7 - 7)
    if has_year(texte):
        return plausible(read_date(texte))
    return _without_year(texte, depuis or aujourdhui, sens)


def _without_year(texte: str, repere: date, sens: Sens) -> date:
    annee = repere.year
    possibles = [
        jour
        for an in (annee - 1, annee, annee + 1)
        if (jour := read_date(texte, apres=date(an - 1, 12, 31))).year == an  # else 29/02
    ]
    if sens == "passe":
        possibles = [j for j in possibles if j.year <= annee]
        possibles = [j for j in possibles if j.year == annee and j <= repere] or possibles
    elif sens == "futur":
        possibles = [j for j in possibles if j >= repere][:1]
    if not possibles:
        raise ValueError(f"« {texte} » n'est pas une date : précisez l'année")
    return min(possibles, key=lambda j: abs(j - repere))


def read_moment(
    texte: str, aujourdhui: date, *, depuis: date | None = None
) -> tuple[date, time | None]:
    """The day to come that is typed, with its hour if there is one: « mardi 18h », « 21/12 »."""
    heure = None
    if trouve := _MOMENT.search(texte):
        heure = time(int(trouve[1]), int(trouve[2] or 0))
        texte = texte[: trouve.start()]
    return read_typed_date(texte, aujourdhui, sens="futur", depuis=depuis), heure


def french(jour: date) -> str:
    """« 24/11/2026 »."""
    return f"{jour.day:02}/{jour.month:02}/{jour.year:04}"  # strftime takes four times as long


def as_date(valeur: object) -> date | None:
    """The day of a true date or date-time, None for anything else."""
    if isinstance(valeur, datetime):
        return valeur.date()
    return valeur if isinstance(valeur, date) else None


_TERRITOIRES = {
    "57": "57", "67": "6AE", "68": "6AE",
    "971": "971", "972": "972", "973": "973", "974": "974", "976": "976",
    "975": "PM", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
"""What the library ``holidays`` calls those that have holidays of their own."""
_METROPOLE = {f"{n:02}" for n in range(1, 96)} - {"20"} | {"2A", "2B", ""}


def is_departement(texte: str) -> bool:
    """Whether ``texte`` is the number of a French département or territory."""
    return texte in _METROPOLE or texte in _TERRITOIRES


_ANTILLES = {"971", "972", "978"}
_COUTUMES = {"Mi-Carême", "Vendredi saint", "Fête de Victor Schoelcher"}
"""Days off by custom there, which the library gives: the law makes « férié », beside the national
days, the one that commemorates the abolition of slavery alone (Code du travail, L3422-2)."""


@cache
def public_holidays(annee: int, departement: str) -> frozenset[date]:
    """The « jours fériés » of the Code du travail (L3133-1; L3134-13 in Alsace-Moselle; L3422-2
    overseas), as the library ``holidays`` computes them, Easter included.

    Saint-Martin keeps 28 May (circulaire du 4 mai 2018), where L3422-2 long read 27.
    """
    from holidays import country_holidays

    subdivision = _TERRITOIRES.get(departement)
    jours = country_holidays("FR", subdiv=subdivision, years=annee, language="fr")
    exclus = _COUTUMES if departement in _ANTILLES else ()
    return frozenset(jour for jour, nom in jours.items() if nom not in exclus)


@dataclass(frozen=True, order=True, slots=True)
class Mois:
    """A month of a year."""

    annee: int
    mois: int

    @classmethod
    def of(cls, jour: date) -> Mois:
        """The month in which ``jour`` falls."""
        return cls(jour.year, jour.month)

    @property
    def premier(self) -> date:
        """Its first day."""
        return date(self.annee, self.mois, 1)

    @property
    def dernier(self) -> date:
        """Its last day."""
        return date(self.annee, self.mois, calendar.monthrange(self.annee, self.mois)[1])

    def shifted(self, nombre: int) -> Mois:
        """The month ``nombre`` months later (earlier when negative)."""
        annee, mois = divmod(self.annee * 12 + self.mois - 1 + nombre, 12)
        return Mois(annee, mois + 1)

    @property
    def iso(self) -> str:
        """« 2026-11 »."""
        return f"{self.annee:04}-{self.mois:02}"

    @property
    def libelle(self) -> str:
        """« novembre 2026 »."""
        return f"{MOIS[self.mois - 1][0]} {self.annee}"

    @property
    def de(self) -> str:
        """« de novembre 2026 », « d'octobre 2026 »."""
        return f"d'{self.libelle}" if self.libelle[0] in "ao" else f"de {self.libelle}"

    @property
    def du(self) -> str:
        """« du mois de novembre 2026 »."""
        return f"du mois {self.de}"

    @property
    def court(self) -> str:
        """« 11/26 », for the axis of a chart."""
        return f"{self.mois:02}/{self.annee % 100:02}"


@dataclass(frozen=True, slots=True)
class Intervalle:
    """The days from one to another, both included, named as a month is."""

    premier: date
    dernier: date

    @property
    def iso(self) -> str:
        """« 2025-12-01-2026-11-30 »."""
        return f"{self.premier.isoformat()}-{self.dernier.isoformat()}"

    @property
    def libelle(self) -> str:
        """« du 01/12/2025 au 30/11/2026 »."""
        return f"du {french(self.premier)} au {french(self.dernier)}"

    de = du = libelle


Temps = Mois | Intervalle
"""What a report is about."""


def months_of(temps: Intervalle) -> list[Mois]:
    """The months that an interval touches."""
    mois = [Mois.of(temps.premier)]
    while mois[-1].dernier < temps.dernier:
        mois.append(mois[-1].shifted(1))
    return mois


def read_month(texte: str) -> Mois:
    """The month typed after ``--mois``: « 2026-11 » or « 11/2026 »."""
    trouve = re.fullmatch(r"(\d{4}|\d{1,2})[-/](\d{4}|\d{1,2})", texte.strip())
    mois, annee = sorted(map(int, trouve.groups())) if trouve else (0, 0)
    if not (1 <= mois <= 12 and annee >= 1900):
        raise UsageIncorrect(
            f"« {texte} » n'est pas un mois.", "Écrivez-le AAAA-MM, par exemple 2026-11."
        )
    return Mois(annee, mois)


def default_month(aujourdhui: date) -> Mois:
    """The month just ended or, after the 25th, the current one: its report is being prepared."""
    return Mois.of(aujourdhui).shifted(0 if aujourdhui.day > 25 else -1)
