"""The figures of a report: one row each, which every form of it goes through.

``figures.toml`` has the rows: the key of the JSON document, the French name, the sentence that
says what it means (the reports print it), and the property of :class:`Periode` that computes it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any, cast

from inactifs.bilan.periods import IssuesEtape, Part, Periode
from inactifs.procedure.modele import Moyen, ordinal

Repartition = Mapping[str, int] | Mapping[str, Part]
Valeur = int | float | Part | Repartition | tuple[IssuesEtape, ...] | None


class Nature(StrEnum):
    """How a figure is shown."""

    NOMBRE = "nombre"
    PART = "part"
    JOURS = "jours"
    REPARTITION = "repartition"
    ISSUES = "issues"


class Vue(StrEnum):
    """Where a figure stands, besides the list of them all."""

    TETE = "tete"
    """At the head of the report."""
    SERIE = "serie"
    """Month by month."""
    ANNEE = "annee"
    """Over twelve months too."""
    ECOLES = "ecoles"
    """In the table of several schools: it adds up."""


def step_name(numero: str) -> str:
    """« 1re relance »; « Avant relance » for 0."""
    return "Avant relance" if numero == "0" else f"{ordinal(int(numero))} relance"


def means_name(valeur: str) -> str:
    """« Téléphone »; « Non précisé »."""
    return next((m.libelle for m in Moyen if m == valeur), valeur.capitalize())


_PARTS = {"etape": step_name, "moyen": means_name}
"""How the parts of a breakdown are named, by what they are; as they are otherwise."""


@dataclass(frozen=True, slots=True)
class Notion:
    """What the report gives, with what it means."""

    cle: str
    nom: str
    sens: str


@dataclass(frozen=True, slots=True)
class Figure(Notion):
    """A figure: ``calcul`` is a property of :class:`Periode`; ``court`` heads a narrow column."""

    calcul: str
    nature: Nature = Nature.NOMBRE
    vues: frozenset[Vue] = frozenset()
    court: str = ""

    def of(self, periode: Periode) -> Valeur:
        """Its value over a period: of what is counted, the number; of a share, its part."""
        valeur = getattr(periode, self.calcul)
        if self.nature is Nature.NOMBRE and isinstance(valeur, tuple):
            return len(valeur)
        if self.nature is Nature.NOMBRE and isinstance(valeur, Part):
            return int(valeur.partie)
        return cast(Valeur, valeur)

    @property
    def cle_courte(self) -> str:
        """The key in a document that is flat: a month of the series, a school."""
        groupe, _, cle = self.cle.rpartition(".")
        return groupe if cle == "total" else cle

    @property
    def selon(self) -> str:
        """By what a breakdown is made: « moyen », « cause »…"""
        return self.cle.rpartition(".")[2].rpartition("_")[2].removesuffix("s")

    def part_name(self, part: str) -> str:
        """A part of a breakdown, in French."""
        return _PARTS.get(self.selon, str)(part)


def _figure(ligne: dict[str, Any]) -> Figure:
    vues = frozenset(Vue(vue) for vue in ligne.pop("vues", ()))
    return Figure(nature=Nature(ligne.pop("nature", "nombre")), vues=vues, **ligne)


_TABLE = tomllib.loads(files("inactifs.bilan").joinpath("figures.toml").read_text("utf-8"))
FIGURES = tuple(_figure(ligne) for ligne in _TABLE["figure"])
DEFINITIONS: tuple[Notion, ...] = (*FIGURES, *(Notion(**n) for n in _TABLE["notion"]))
