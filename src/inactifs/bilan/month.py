"""A calendar month, and which one is reported on by default."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from inactifs.dates import MOIS, french
from inactifs.erreurs import UsageIncorrect

_DERNIER_JOUR_DU_MOIS_PRECEDENT = 25


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
    """The month typed after ``--mois``: « 2026-11 » or « 11/2026 ».

    Raises:
        UsageIncorrect: it is neither.
    """
    net = texte.strip()
    if trouve := re.fullmatch(r"(\d{4})[-/](\d{1,2})", net):
        annee, mois = int(trouve[1]), int(trouve[2])
    elif trouve := re.fullmatch(r"(\d{1,2})[-/](\d{4})", net):
        annee, mois = int(trouve[2]), int(trouve[1])
    else:
        annee, mois = 0, 0
    if not (1 <= mois <= 12 and annee >= 1900):
        raise UsageIncorrect(
            f"« {texte} » n'est pas un mois.", "Écrivez-le AAAA-MM, par exemple 2026-11."
        )
    return Mois(annee, mois)


def default_month(aujourdhui: date) -> Mois:
    """The month just ended or, after the 25th, the current one.

    By then the month's work is done and its report is being prepared.
    """
    courant = Mois.of(aujourdhui)
    en_cours = aujourdhui.day > _DERNIER_JOUR_DU_MOIS_PRECEDENT
    return courant if en_cours else courant.shifted(-1)
