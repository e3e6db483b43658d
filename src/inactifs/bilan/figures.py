"""The figures of a report, from what happened between two days: one row each, which every form of
the report goes through.

``figures.toml`` has the rows: the key of the JSON document, the French name, the sentence that
says what it means (the reports print it), and the property of :class:`Periode` that computes it.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from statistics import median
from typing import Any, cast

from inactifs.bilan.timelines import Histoire, RelanceFaite
from inactifs.mots import simplify
from inactifs.procedure.eleve import last_lesson
from inactifs.procedure.matin import drifting
from inactifs.procedure.modele import Eleve, Issue, Moyen, Regles, Resultat, ordinal

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

    def __add__(self, autre: Part) -> Part:
        return Part(self.partie + autre.partie, self.total + autre.total)


@dataclass(frozen=True, slots=True)
class IssuesEtape:
    """The outcomes of the dossiers of which the last relance was that of step ``etape``.

    Step 0: those that ended before any relance.
    """

    etape: int
    reprises: int
    abandons: int

    @property
    def taux_reprise(self) -> float | None:
        return Part(self.reprises, self.reprises + self.abandons).valeur


@dataclass(frozen=True)
class Periode:
    """What happened from ``debut`` to ``fin``, both days included.

    ``histoires`` are the dossiers open at some time then; ``relances`` those made then and
    ``reponses`` those answered then, in order of time; ``suivis`` are the students followed on
    ``fin``. Each property that is a figure is named by its row of ``figures.toml``.
    """

    debut: date
    fin: date
    regles: Regles
    histoires: tuple[Histoire, ...]
    relances: tuple[RelanceFaite, ...]
    reponses: tuple[RelanceFaite, ...]
    suivis: tuple[Eleve, ...] = ()

    # --- dossiers

    @cached_property
    def ouverts_debut(self) -> int:
        return sum(h.debut < self.debut for h in self.histoires)

    @cached_property
    def detectes(self) -> tuple[Histoire, ...]:
        return tuple(h for h in self.histoires if h.debut >= self.debut)

    @cached_property
    def termines(self) -> tuple[Histoire, ...]:
        return tuple(h for h in self.histoires if h.ended_by(self.fin))

    @property
    def ouverts_fin(self) -> int:
        return len(self.histoires) - len(self.termines)

    @cached_property
    def reprises(self) -> tuple[Histoire, ...]:
        return tuple(h for h in self.termines if h.dossier.resultat is Resultat.REPRISE)

    @cached_property
    def abandons(self) -> tuple[Histoire, ...]:
        return tuple(h for h in self.termines if h.dossier.resultat is Resultat.ABANDON)

    @cached_property
    def decrochent(self) -> int:
        """The students who were drifting on the last day."""
        ouverts = {h.eleve.numero for h in self.histoires if h.eleve and not h.ended_by(self.fin)}
        return len(drifting(self.suivis, ouverts, self.regles, self.fin))

    @property
    def decroches_inactifs(self) -> int:
        """The dossiers detected of students who had been drifting: no lesson for weeks."""
        semaines = self.regles.semaines_decrochage
        if not semaines:
            return 0
        cours = [(h.debut, last_lesson(h.eleve)) for h in self.detectes if h.eleve]
        return sum(
            derniere is not None and (derniere > debut or (debut - derniere).days // 7 >= semaines)
            for debut, derniere in cours
        )

    # --- relances

    @property
    def relances_par_etape(self) -> Mapping[str, int]:
        return self._by_step(self.relances)

    @property
    def relances_par_moyen(self) -> Mapping[str, int]:
        return _by_means(self.relances)

    @property
    def par_responsable(self) -> Mapping[str, int]:
        siennes = Counter({e.responsable: 0 for e in self.regles.plan})
        siennes.update(r.responsable for r in self.relances)
        return siennes

    @property
    def dans_les_delais(self) -> Part:
        """The relances in time, among those of which the due date is known."""
        return in_time(self.relances)

    @property
    def delai_inconnu(self) -> int:
        return len(self.relances) - self.dans_les_delais.total

    @property
    def retard_median(self) -> float | None:
        return _median([r.retard_jours for r in self.relances if r.retard_jours])

    @property
    def part_repondue(self) -> Part:
        return Part(sum(r.relance.repondu for r in self.relances), len(self.relances))

    # --- answers

    @property
    def entretiens(self) -> int:
        return sum(r.relance.issue is Issue.ENTRETIEN for r in self.reponses)

    @property
    def plans(self) -> int:
        return sum(r.relance.issue is Issue.PLAN for r in self.reponses)

    @property
    def reponses_par_etape(self) -> Mapping[str, int]:
        return self._by_step(self.reponses)

    @property
    def reponses_par_moyen(self) -> Mapping[str, int]:
        return _by_means(self.reponses)

    @property
    def reponses_par_cause(self) -> Mapping[str, int]:
        return self._by_cause(r.dossier.cause for r in self.reponses)

    @property
    def revenus_apres_reponse(self) -> Part:
        """The reprises, among the dossiers of which a relance was answered in the period."""
        repondus = {id(r) for r in self.reponses}
        siens = [h for h in self.histoires if any(id(r) in repondus for r in h.relances)]
        revenus = sum(
            h.dossier.resultat is Resultat.REPRISE and h.ended_by(self.fin) for h in siens
        )
        return Part(revenus, len(siens))

    # --- outcomes

    @property
    def taux_reprise(self) -> Part:
        return Part(len(self.reprises), len(self.termines))

    @property
    def taux_abandon(self) -> Part:
        return Part(len(self.abandons), len(self.termines))

    @property
    def taux_abandon_suivis(self) -> Part:
        """The abandons, among the students followed on the last day and those who gave up."""
        return Part(len(self.abandons), len(self.suivis) + len(self.abandons))

    @property
    def abandons_par_formation(self) -> Mapping[str, Part]:
        return self._abandon_rates(lambda e: e.formation)

    @property
    def abandons_par_financement(self) -> Mapping[str, Part]:
        return self._abandon_rates(lambda e: e.financement)

    @property
    def delai_moyen_reprise(self) -> Part:
        return Part(sum(h.duree_jours for h in self.reprises), len(self.reprises))

    @property
    def delai_median_reprise(self) -> float | None:
        return _median([h.duree_jours for h in self.reprises])

    @property
    def delai_median_issue(self) -> float | None:
        return _median([h.duree_jours for h in self.termines])

    @property
    def issues_par_etape(self) -> tuple[IssuesEtape, ...]:
        """The outcomes by the step of the last relance."""
        compte = Counter((h.etape_atteinte, h.dossier.resultat) for h in self.termines)
        etapes = {0, *(e.numero for e in self.regles.plan), *(etape for etape, _ in compte)}
        return tuple(
            IssuesEtape(n, compte[n, Resultat.REPRISE], compte[n, Resultat.ABANDON])
            for n in sorted(etapes)
        )

    @property
    def reprises_par_moyen(self) -> Mapping[str, int]:
        """The reprises by the means of the dossier's last relance."""
        derniers = Counter(
            (h.relances[-1].relance.moyen or SANS_MOYEN) if h.relances else "avant relance"
            for h in self.reprises
        )
        return dict(derniers.most_common())

    @cached_property
    def causes(self) -> Mapping[str, int]:
        """How many dossiers have each cause, those without one included."""
        return self._by_cause(h.dossier.cause for h in self.histoires)

    @property
    def causes_notees(self) -> Mapping[str, int]:
        return {cause: n for cause, n in self.causes.items() if cause != AUCUNE}

    @property
    def sans_cause(self) -> int:
        return self.causes.get(AUCUNE, 0)

    # --- how they are counted

    def _by_step(self, faites: Iterable[RelanceFaite]) -> Mapping[str, int]:
        """How many are of each step; every step of the plan is there."""
        etapes = Counter({e.numero: 0 for e in self.regles.plan})
        etapes.update(r.etape for r in faites)
        return {str(etape): n for etape, n in sorted(etapes.items())}

    def _by_cause(self, causes: Iterable[str]) -> Mapping[str, int]:
        """``causes`` counted, the most frequent first; the spellings of one are one."""
        connues = {simplify(c): c for c in self.regles.causes} | {"": AUCUNE}
        compte = Counter(connues.setdefault(simplify(c), c.strip()) for c in causes)
        return dict(sorted(compte.items(), key=lambda c: (-c[1], c[0])))

    def _abandon_rates(self, groupe: Callable[[Eleve], str]) -> Mapping[str, Part]:
        """The drop-out rate of each course, each funding…"""

        def named(eleve: Eleve | None) -> str:
            return (groupe(eleve).strip() if eleve else "") or AUCUNE

        partis = Counter(named(h.eleve) for h in self.abandons)
        tous = partis + Counter(named(e) for e in self.suivis)
        return {nom: Part(partis[nom], total) for nom, total in sorted(tous.items())}


def in_time(faites: Iterable[RelanceFaite]) -> Part:
    """The relances in time, among those of which the due date is known."""
    connues = [r.retard_jours for r in faites if r.delai_connu]
    return Part(connues.count(0), len(connues))


def _by_means(faites: Iterable[RelanceFaite]) -> Mapping[str, int]:
    return dict(Counter(r.relance.moyen or SANS_MOYEN for r in faites).most_common())


def _median(valeurs: Sequence[int]) -> float | None:
    return median(valeurs) if valeurs else None


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
