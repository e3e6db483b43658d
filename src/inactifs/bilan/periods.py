"""What happened between two days: the counts from which every figure is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from inactifs.bilan.history import Histoire, RelanceFaite
from inactifs.mots import simplify
from inactifs.procedure.modele import Eleve, Issue, Regles, Resultat

AUCUNE = "non renseignée"
"""Stands for a cause, a course or a funding that nobody noted."""


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
    ``fin``, and ``decrochent`` those of them who were drifting.
    """

    debut: date
    fin: date
    regles: Regles
    histoires: tuple[Histoire, ...]
    relances: tuple[RelanceFaite, ...]
    reponses: tuple[RelanceFaite, ...]
    suivis: tuple[Eleve, ...] = ()
    decrochent: int = 0

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

    @property
    def retards(self) -> list[int]:
        """The days of lateness of the late relances."""
        return [r.retard_jours for r in self.relances if r.retard_jours]

    @property
    def dans_les_delais(self) -> Part:
        """The relances in time, among those of which the due date is known."""
        connues = [r.retard_jours for r in self.relances if r.delai_connu]
        return Part(connues.count(0), len(connues))

    def by_step(self, faites: Iterable[RelanceFaite]) -> Counter[str]:
        """How many are of each step; every step of the plan is there."""
        etapes = Counter({str(e.numero): 0 for e in self.regles.plan})
        etapes.update(str(r.etape) for r in faites)
        return etapes

    @property
    def par_responsable(self) -> Counter[str]:
        siennes = Counter({e.responsable: 0 for e in self.regles.plan})
        siennes.update(r.responsable for r in self.relances)
        return siennes

    def answers(self, issue: Issue) -> int:
        """How many answers had this outcome."""
        return sum(r.relance.issue is issue for r in self.reponses)

    @property
    def revenus_apres_reponse(self) -> Part:
        """The reprises, among the dossiers of which a relance was answered in the period."""
        repondus = {id(r) for r in self.reponses}
        siens = [h for h in self.histoires if any(id(r) in repondus for r in h.relances)]
        revenus = sum(
            h.dossier.resultat is Resultat.REPRISE and h.ended_by(self.fin) for h in siens
        )
        return Part(revenus, len(siens))

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

    def by_cause(self, causes: Iterable[str]) -> dict[str, int]:
        """``causes`` counted, the most frequent first; the spellings of one are one."""
        connues = {simplify(c): c for c in self.regles.causes} | {"": AUCUNE}
        compte = Counter(connues.setdefault(simplify(c), c.strip()) for c in causes)
        return dict(sorted(compte.items(), key=lambda c: (-c[1], c[0])))

    @property
    def taux_abandon_suivis(self) -> Part:
        """The abandons, among the students followed on the last day and those who gave up."""
        return Part(len(self.abandons), len(self.suivis) + len(self.abandons))

    def abandon_rates(self, groupe: Callable[[Eleve], str]) -> dict[str, Part]:
        """The same, for each course, each funding…"""

        def named(eleve: Eleve | None) -> str:
            return (groupe(eleve).strip() if eleve else "") or AUCUNE

        partis = Counter(named(h.eleve) for h in self.abandons)
        tous = partis + Counter(named(e) for e in self.suivis)
        return {nom: Part(partis[nom], total) for nom, total in sorted(tous.items())}
