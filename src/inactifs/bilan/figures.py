"""The figures of a report, from what happened between two days: one row each, which every form of
the report goes through. ``figures.toml`` has what is said of each (the key of the JSON document,
the French name, what it means); ``CALCULS`` how each is computed, by its key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from statistics import median
from typing import Any

from inactifs.bilan.timelines import Histoire, RelanceFaite
from inactifs.mots import data_file, simplify
from inactifs.procedure.eleve import last_lesson
from inactifs.procedure.matin import drifting
from inactifs.procedure.modele import Eleve, Issue, Regles, Resultat

AUCUNE = "non renseignée"
"""Stands for a cause, a course or a funding that nobody noted."""
SANS_MOYEN = "non précisé"
"""Stands for the means of a relance where the tableau does not say."""


@dataclass(frozen=True, slots=True)
class Part:
    """``partie`` of ``total``: both add up from one school to another, not their quotient."""

    partie: float
    total: int

    @property
    def valeur(self) -> float | None:
        """The quotient; None when there is nothing to share."""
        return self.partie / self.total if self.total else None

    @classmethod
    def in_time(cls, faites: Iterable[RelanceFaite]) -> Part:
        """The relances in time, among those of which the due date is known."""
        connues = [r.retard_jours for r in faites if r.delai_connu]
        return cls(connues.count(0), len(connues))

    def __add__(self, autre: Part) -> Part:
        return Part(self.partie + autre.partie, self.total + autre.total)


@dataclass(frozen=True, slots=True)
class IssuesEtape:
    """The outcomes of the dossiers of which the last relance was that of step ``etape``; step 0:
    those that ended before any relance."""

    etape: int
    reprises: int
    abandons: int

    @property
    def taux_reprise(self) -> float | None:
        return Part(self.reprises, self.reprises + self.abandons).valeur


@dataclass(frozen=True)
class Periode:
    """What happened from ``debut`` to ``fin``, both days included. ``histoires`` are the dossiers
    open at some time then; ``relances`` those made then and ``reponses`` those answered then, in
    order of time; ``suivis`` are the students followed on ``fin``."""

    debut: date
    fin: date
    regles: Regles
    histoires: tuple[Histoire, ...]
    relances: tuple[RelanceFaite, ...]
    reponses: tuple[RelanceFaite, ...]
    suivis: tuple[Eleve, ...] = ()

    @cached_property
    def detectes(self) -> tuple[Histoire, ...]:
        return tuple(h for h in self.histoires if h.debut >= self.debut)

    @cached_property
    def termines(self) -> tuple[Histoire, ...]:
        return tuple(h for h in self.histoires if h.ended_by(self.fin))

    @cached_property
    def reprises(self) -> tuple[Histoire, ...]:
        return tuple(h for h in self.termines if h.dossier.resultat is Resultat.REPRISE)

    @cached_property
    def abandons(self) -> tuple[Histoire, ...]:
        return tuple(h for h in self.termines if h.dossier.resultat is Resultat.ABANDON)

    @property
    def ouverts_debut(self) -> int:
        return len(self.histoires) - len(self.detectes)

    @property
    def ouverts_fin(self) -> int:
        return len(self.histoires) - len(self.termines)

    @property
    def dans_les_delais(self) -> Part:
        return Part.in_time(self.relances)

    @property
    def issues_par_etape(self) -> tuple[IssuesEtape, ...]:
        """The outcomes by the step of the last relance."""
        compte = Counter((h.etape_atteinte, h.dossier.resultat) for h in self.termines)
        etapes = {0, *(e.numero for e in self.regles.plan), *(etape for etape, _ in compte)}
        return tuple(
            IssuesEtape(n, compte[n, Resultat.REPRISE], compte[n, Resultat.ABANDON])
            for n in sorted(etapes)
        )

    @cached_property
    def causes(self) -> Mapping[str, int]:
        """How many dossiers have each cause, those without one included."""
        return self.by_cause(h.dossier.cause for h in self.histoires)

    def by_cause(self, causes: Iterable[str]) -> Mapping[str, int]:
        """``causes`` counted, the most frequent first; the spellings of one are one."""
        connues = {simplify(c): c for c in self.regles.causes} | {"": AUCUNE}
        compte = Counter(connues.setdefault(simplify(c), c.strip()) for c in causes)
        return dict(sorted(compte.items(), key=lambda c: (-c[1], c[0])))

    def by_step(self, faites: Iterable[RelanceFaite]) -> Mapping[str, int]:
        """How many are of each step; every step of the plan is there."""
        etapes = Counter({e.numero: 0 for e in self.regles.plan})
        etapes.update(r.etape for r in faites)
        return {str(etape): n for etape, n in sorted(etapes.items())}


def _drifting(p: Periode) -> int:
    """The students who were drifting on the last day."""
    ouverts = {h.eleve.numero for h in p.histoires if h.eleve and not h.ended_by(p.fin)}
    return len(drifting(p.suivis, ouverts, p.regles, p.fin))


def _drifted(p: Periode) -> int:
    """The dossiers detected of students who had been drifting: no lesson for weeks."""
    semaines = p.regles.semaines_decrochage
    cours = [(h.debut, last_lesson(h.eleve)) for h in p.detectes if h.eleve and semaines]
    return sum(
        derniere is not None and (derniere > debut or (debut - derniere).days // 7 >= semaines)
        for debut, derniere in cours
    )


def _by_responsible(p: Periode) -> Mapping[str, int]:
    siennes = Counter({e.responsable: 0 for e in p.regles.plan})
    siennes.update(r.responsable for r in p.relances)
    return siennes


def _by_means(faites: Iterable[RelanceFaite | None]) -> Mapping[str, int]:
    """The most frequent first; None is what needed no relance."""
    moyens = ((r.relance.moyen or SANS_MOYEN) if r else "avant relance" for r in faites)
    return dict(Counter(moyens).most_common())


def _came_back(p: Periode) -> Part:
    """The reprises, among the dossiers of which a relance was answered in the period."""
    repondus = {id(r) for r in p.reponses}
    siens = [h for h in p.histoires if any(id(r) in repondus for r in h.relances)]
    revenus = [h for h in siens if h.dossier.resultat is Resultat.REPRISE and h.ended_by(p.fin)]
    return Part(len(revenus), len(siens))


def _abandon_rates(p: Periode, groupe: Callable[[Eleve], str]) -> Mapping[str, Part]:
    """The drop-out rate of each course, each funding…"""

    def named(eleve: Eleve | None) -> str:
        return (groupe(eleve).strip() if eleve else "") or AUCUNE

    partis = Counter(named(h.eleve) for h in p.abandons)
    tous = partis + Counter(named(e) for e in p.suivis)
    return {nom: Part(partis[nom], total) for nom, total in sorted(tous.items())}


def _median(valeurs: Iterable[int]) -> float | None:
    rangees = sorted(valeurs)
    return median(rangees) if rangees else None


Repartition = Mapping[str, int] | Mapping[str, Part]
Valeur = int | float | Part | Repartition | tuple[IssuesEtape, ...] | None
Calcul = Callable[[Periode], Valeur]

CALCULS: Mapping[str, Calcul] = {
    "eleves_suivis": lambda p: len(p.suivis),
    "decrochent": _drifting,
    "decroches_inactifs": _drifted,
    "dossiers_ouverts_debut": lambda p: p.ouverts_debut,
    "detectes": lambda p: len(p.detectes),
    "reprises": lambda p: len(p.reprises),
    "abandons": lambda p: len(p.abandons),
    "dossiers_ouverts_fin": lambda p: p.ouverts_fin,
    "relances.total": lambda p: len(p.relances),
    "relances.par_etape": lambda p: p.by_step(p.relances),
    "relances.par_moyen": lambda p: _by_means(p.relances),
    "relances.par_responsable": _by_responsible,
    "relances.dans_les_delais": lambda p: int(p.dans_les_delais.partie),
    "relances.part_dans_les_delais": lambda p: p.dans_les_delais,
    "relances.delai_inconnu": lambda p: len(p.relances) - p.dans_les_delais.total,
    "relances.retard_median_jours": lambda p: _median(
        r.retard_jours for r in p.relances if r.retard_jours
    ),
    "relances.reponses": lambda p: sum(r.relance.repondu for r in p.relances),
    "relances.part_repondue": lambda p: Part(
        sum(r.relance.repondu for r in p.relances), len(p.relances)
    ),
    "reponses.total": lambda p: len(p.reponses),
    "reponses.entretiens": lambda p: sum(r.relance.issue is Issue.ENTRETIEN for r in p.reponses),
    "reponses.plans": lambda p: sum(r.relance.issue is Issue.PLAN for r in p.reponses),
    "reponses.par_etape": lambda p: p.by_step(p.reponses),
    "reponses.par_moyen": lambda p: _by_means(p.reponses),
    "reponses.par_cause": lambda p: p.by_cause(r.dossier.cause for r in p.reponses),
    "reponses.part_revenus": _came_back,
    "taux_reprise": lambda p: Part(len(p.reprises), len(p.termines)),
    "taux_abandon": lambda p: Part(len(p.abandons), len(p.termines)),
    "taux_abandon_suivis": lambda p: Part(len(p.abandons), len(p.suivis) + len(p.abandons)),
    "abandons_par_formation": lambda p: _abandon_rates(p, lambda e: e.formation),
    "abandons_par_financement": lambda p: _abandon_rates(p, lambda e: e.financement),
    "delai_moyen_reprise_jours": lambda p: Part(
        sum(h.duree_jours for h in p.reprises), len(p.reprises)
    ),
    "delai_median_reprise_jours": lambda p: _median(h.duree_jours for h in p.reprises),
    "delai_median_issue_jours": lambda p: _median(h.duree_jours for h in p.termines),
    "issues_par_etape": lambda p: p.issues_par_etape,
    "reprises_par_moyen": lambda p: _by_means(
        h.relances[-1] if h.relances else None for h in p.reprises
    ),
    "causes": lambda p: {cause: n for cause, n in p.causes.items() if cause != AUCUNE},
    "causes_non_renseignees": lambda p: p.causes.get(AUCUNE, 0),
}
"""How each figure is computed, by its key."""


class Nature(StrEnum):
    """How a figure is shown."""

    NOMBRE = "nombre"
    PART = "part"
    JOURS = "jours"
    REPARTITION = "repartition"
    ISSUES = "issues"


class Vue(StrEnum):
    """Where a figure stands, besides the list of them all: at the head of the report, month by
    month, over twelve months too, in the table of several schools (it adds up)."""

    TETE = "tete"
    SERIE = "serie"
    ANNEE = "annee"
    ECOLES = "ecoles"


@dataclass(frozen=True, slots=True)
class Notion:
    """What the report gives, with what it means."""

    cle: str
    nom: str
    sens: str


@dataclass(frozen=True, slots=True)
class Figure(Notion):
    """A figure: ``of`` gives its value over a period; ``court`` heads a narrow column."""

    of: Calcul
    nature: Nature = Nature.NOMBRE
    vues: frozenset[Vue] = frozenset()
    court: str = ""


def _figure(ligne: dict[str, Any]) -> Figure:
    vues, nature = frozenset(map(Vue, ligne.pop("vues", ()))), Nature(ligne.pop("nature", "nombre"))
    return Figure(of=CALCULS[ligne["cle"]], nature=nature, vues=vues, **ligne)


_TABLE = data_file("bilan/figures.toml")
FIGURES = tuple(map(_figure, _TABLE["figure"]))
DEFINITIONS: tuple[Notion, ...] = (*FIGURES, *(Notion(**n) for n in _TABLE["notion"]))
