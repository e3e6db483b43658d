"""The figures of a report: one row each, which every form of it goes through.

A row has the key of the JSON document, the French name, the sentence that says what it means
(the reports print it), and how it is computed from a :class:`Periode`. To add a figure, add a
row here, and to :class:`Periode` the count that it lacks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from statistics import median

from inactifs.bilan.history import Histoire, RelanceFaite
from inactifs.bilan.periods import AUCUNE, IssuesEtape, Part, Periode
from inactifs.procedure.modele import Issue, Moyen, ordinal

Valeur = (
    int | float | Part | Mapping[str, int] | Mapping[str, Part] | tuple[IssuesEtape, ...] | None
)

SANS_MOYEN = "non précisé"
"""Stands for the means of a relance where the tableau does not say."""


class Nature(StrEnum):
    """How a figure is shown."""

    NOMBRE = "nombre"
    PART = "part"
    JOURS = "jours"
    REPARTITION = "repartition"
    ISSUES = "issues"


class Vue(Flag):
    """Where a figure stands, besides the list of them all."""

    LISTE = 0
    TETE = auto()
    """At the head of the report."""
    SERIE = auto()
    """Month by month."""
    ANNEE = auto()
    """Over twelve months too."""
    ECOLES = auto()
    """In the table of several schools: it adds up."""


def step_name(numero: str) -> str:
    """« 1re relance »; « Avant relance » for 0."""
    return "Avant relance" if numero == "0" else f"{ordinal(int(numero))} relance"


def means_name(valeur: str) -> str:
    """« Téléphone »; « Non précisé »."""
    return next((m.libelle for m in Moyen if m == valeur), valeur.capitalize())


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: ``court`` heads a narrow column, ``libelle`` names the parts of a breakdown."""

    cle: str
    nom: str
    sens: str
    calcul: Callable[[Periode], Valeur]
    nature: Nature = Nature.NOMBRE
    vues: Vue = Vue.LISTE
    court: str = ""
    libelle: Callable[[str], str] = str

    @property
    def cle_courte(self) -> str:
        """The key in a document that is flat: a month of the series, a school."""
        groupe, _, cle = self.cle.rpartition(".")
        return groupe if cle == "total" else cle


@dataclass(frozen=True, slots=True)
class Notion:
    """What the report gives besides figures, with what it means."""

    cle: str
    nom: str
    sens: str


def _by_means(faites: Iterable[RelanceFaite]) -> dict[str, int]:
    """How many by each means, the most used first."""
    return dict(Counter(r.relance.moyen or SANS_MOYEN for r in faites).most_common())


def _means(histoire: Histoire) -> str:
    if not histoire.relances:
        return "avant relance"
    return histoire.relances[-1].relance.moyen or SANS_MOYEN


def _days(histoires: tuple[Histoire, ...]) -> list[int]:
    return [h.duree_jours for h in histoires]


_PARTOUT = Vue.TETE | Vue.SERIE | Vue.ANNEE | Vue.ECOLES
_SUITE = Vue.SERIE | Vue.ANNEE | Vue.ECOLES
_TAUX = Vue.ANNEE | Vue.ECOLES

FIGURES = (
    Figure(
        "eleves_suivis",
        "Élèves suivis",
        "Élèves inscrits au plus tard à la date d'arrêt et dont le statut est suivi par la "
        "procédure ; le registre ne gardant que le statut du jour, un élève clôturé "
        "abandonniste après cette date est compté comme suivi.",
        lambda p: len(p.suivis),
        vues=Vue.TETE | Vue.ECOLES,
        court="Suivis",
    ),
    Figure(
        "dossiers_ouverts_debut",
        "Dossiers ouverts au début",
        "Dossiers d'inactivité détectés avant le premier jour de la période et non terminés "
        "avant lui.",
        lambda p: p.ouverts_debut,
        vues=_SUITE,
        court="Début",
    ),
    Figure(
        "detectes",
        "Dossiers détectés",
        "Dossiers dont la date de détection est dans la période (à défaut, celle de la première "
        "relance, sinon le premier jour d'inactivité), ou rouverts dans la période après s'être "
        "terminés un mois précédent.",
        lambda p: len(p.detectes),
        vues=_PARTOUT,
        court="Détectés",
    ),
    Figure(
        "reprises",
        "Reprises",
        "Dossiers terminés dans la période par une reprise de la formation ; à défaut de date de "
        "clôture, celle de la dernière relance, sinon de la détection ou de la dernière activité.",
        lambda p: len(p.reprises),
        vues=_PARTOUT,
        court="Reprises",
    ),
    Figure(
        "abandons",
        "Abandons",
        "Dossiers clôturés dans la période avec la mention abandonniste (mêmes dates que les "
        "reprises).",
        lambda p: len(p.abandons),
        vues=_PARTOUT,
        court="Abandons",
    ),
    Figure(
        "dossiers_ouverts_fin",
        "Dossiers ouverts à la fin",
        "Dossiers ouverts au début, plus les détectés, moins les reprises et les abandons.",
        lambda p: p.ouverts_fin,
        vues=_PARTOUT,
        court="Fin",
    ),
    Figure(
        "relances.total",
        "Relances",
        "Relances datées dans la période, quels qu'en soient le moyen et la suite ; les essais "
        "d'un même jour en sont une seule, un faux numéro ou une adresse fausse n'en est pas une.",
        lambda p: len(p.relances),
        vues=_PARTOUT,
        court="Relances",
    ),
    Figure(
        "relances.par_etape",
        "Relances par étape",
        "Rang de la relance dans le plan le jour où elle est faite ; une réponse ou une activité "
        "de l'élève remet le compte à la 1re.",
        lambda p: p.by_step(p.relances),
        Nature.REPARTITION,
        libelle=step_name,
    ),
    Figure(
        "relances.par_moyen",
        "Relances par moyen",
        "Relances selon le moyen noté au tableau, celui qui a eu une réponse s'il y en a eu "
        "plusieurs le même jour ; « non précisé » quand il n'y est pas.",
        lambda p: _by_means(p.relances),
        Nature.REPARTITION,
        libelle=means_name,
    ),
    Figure(
        "relances.par_responsable",
        "Relances par responsable",
        "Relances selon le responsable que le plan désigne pour leur étape.",
        lambda p: p.par_responsable,
        Nature.REPARTITION,
    ),
    Figure(
        "relances.dans_les_delais",
        "Relances dans les délais",
        "Relances faites au plus tard à leur échéance : la date de détection pour la 1re, la "
        "relance précédente plus le délai du plan ensuite, ou la fin d'une suspension.",
        lambda p: int(p.dans_les_delais.partie),
        vues=Vue.ECOLES,
        court="À temps",
    ),
    Figure(
        "relances.part_dans_les_delais",
        "Part des relances dans les délais",
        "Les relances dans les délais, parmi celles dont le délai est connu.",
        lambda p: p.dans_les_delais,
        Nature.PART,
        Vue.ECOLES,
        court="Part à temps",
    ),
    Figure(
        "relances.delai_inconnu",
        "Relances au délai inconnu",
        "Relances dont l'échéance dépendait d'une suspension que le tableau ne dit plus et que "
        "le journal ne donne pas.",
        lambda p: sum(not r.delai_connu for r in p.relances),
    ),
    Figure(
        "relances.retard_median_jours",
        "Retard médian",
        "Parmi les relances faites après leur échéance, nombre de jours de retard que la moitié "
        "d'entre elles ne dépasse pas.",
        lambda p: median(p.retards) if p.retards else None,
        Nature.JOURS,
    ),
    Figure(
        "relances.reponses",
        "Relances qui ont eu une réponse",
        "Relances de la période auxquelles l'élève a répondu, le jour même ou plus tard.",
        lambda p: sum(r.relance.repondu for r in p.relances),
    ),
    Figure(
        "relances.part_repondue",
        "Part des relances répondues",
        "Les relances du mois qui ont eu une réponse, parmi toutes celles de la période.",
        lambda p: Part(sum(r.relance.repondu for r in p.relances), len(p.relances)),
        Nature.PART,
        Vue.ANNEE,
    ),
    Figure(
        "reponses.total",
        "Réponses obtenues",
        "Réponses des élèves à une relance, datées du jour de la réponse.",
        lambda p: len(p.reponses),
        vues=Vue.SERIE | Vue.ANNEE | Vue.TETE,
        court="Réponses",
    ),
    Figure(
        "reponses.entretiens",
        "Entretiens convenus",
        "Réponses dont il est sorti un entretien.",
        lambda p: p.answers(Issue.ENTRETIEN),
        vues=Vue.ANNEE,
    ),
    Figure(
        "reponses.plans",
        "Plans de reprise convenus",
        "Réponses dont il est sorti un plan de reprise.",
        lambda p: p.answers(Issue.PLAN),
        vues=Vue.ANNEE,
    ),
    Figure(
        "reponses.par_etape",
        "Réponses par étape",
        "Réponses selon l'étape de la relance qui les a obtenues.",
        lambda p: p.by_step(p.reponses),
        Nature.REPARTITION,
        Vue.ANNEE,
        libelle=step_name,
    ),
    Figure(
        "reponses.par_moyen",
        "Réponses par moyen",
        "Réponses selon le moyen de la relance qui les a obtenues.",
        lambda p: _by_means(p.reponses),
        Nature.REPARTITION,
        Vue.ANNEE,
        libelle=means_name,
    ),
    Figure(
        "reponses.par_cause",
        "Réponses par cause",
        "Réponses selon la cause notée à ce jour au tableau pour leur dossier.",
        lambda p: p.by_cause(r.dossier.cause for r in p.reponses),
        Nature.REPARTITION,
        Vue.ANNEE,
    ),
    Figure(
        "reponses.part_revenus",
        "Revenus après une réponse",
        "Part des dossiers terminés par une reprise au plus tard à la date d'arrêt, parmi ceux "
        "qui ont eu une réponse dans la période.",
        lambda p: p.revenus_apres_reponse,
        Nature.PART,
        Vue.ANNEE,
    ),
    Figure(
        "taux_reprise",
        "Taux de reprise",
        "Part des reprises parmi les dossiers terminés dans la période (reprises et abandons).",
        lambda p: Part(len(p.reprises), len(p.termines)),
        Nature.PART,
        _TAUX | Vue.SERIE,
        court="Taux de reprise",
    ),
    Figure(
        "taux_abandon",
        "Taux d'abandon",
        "Part des abandons parmi les dossiers terminés dans la période (reprises et abandons).",
        lambda p: Part(len(p.abandons), len(p.termines)),
        Nature.PART,
        _TAUX,
        court="Taux d'abandon",
    ),
    Figure(
        "taux_abandon_suivis",
        "Taux d'abandon sur élèves suivis",
        "Abandons de la période, rapportés aux élèves suivis à la date d'arrêt plus ces abandons.",
        lambda p: p.taux_abandon_suivis,
        Nature.PART,
        _TAUX,
        court="Abandons sur suivis",
    ),
    Figure(
        "abandons_par_formation",
        "Taux d'abandon par formation",
        "Le taux d'abandon sur élèves suivis, pour chaque formation du registre.",
        lambda p: p.abandon_rates(lambda e: e.formation),
        Nature.REPARTITION,
        Vue.ANNEE,
    ),
    Figure(
        "abandons_par_financement",
        "Taux d'abandon par financement",
        "Le taux d'abandon sur élèves suivis, pour chaque financement du registre.",
        lambda p: p.abandon_rates(lambda e: e.financement),
        Nature.REPARTITION,
        Vue.ANNEE,
    ),
    Figure(
        "delai_moyen_reprise_jours",
        "Délai moyen de reprise",
        "Moyenne des jours entre la détection et la reprise, pour les reprises de la période.",
        lambda p: Part(sum(_days(p.reprises)), len(p.reprises)),
        Nature.JOURS,
        _TAUX,
        court="Délai moyen de reprise (jours)",
    ),
    Figure(
        "delai_median_reprise_jours",
        "Délai médian de reprise",
        "Nombre de jours entre la détection et la reprise que la moitié des reprises ne "
        "dépasse pas.",
        lambda p: median(_days(p.reprises)) if p.reprises else None,
        Nature.JOURS,
        Vue.ANNEE,
    ),
    Figure(
        "delai_median_issue_jours",
        "Délai médian jusqu'à l'issue",
        "Nombre de jours entre la détection et l'issue (reprise ou abandon) que la moitié des "
        "dossiers terminés ne dépasse pas.",
        lambda p: median(_days(p.termines)) if p.termines else None,
        Nature.JOURS,
        Vue.ANNEE,
    ),
    Figure(
        "issues_par_etape",
        "Issue selon la dernière étape",
        "Dossiers terminés, rangés selon l'étape de leur dernière relance (« avant relance » "
        "quand aucune n'a été nécessaire) ; le taux de reprise d'une étape est la part des "
        "reprises parmi eux.",
        lambda p: p.issues_par_etape,
        Nature.ISSUES,
        Vue.ANNEE,
    ),
    Figure(
        "reprises_par_moyen",
        "Reprises par moyen",
        "Reprises selon le moyen de la dernière relance du dossier.",
        lambda p: Counter(_means(h) for h in p.reprises),
        Nature.REPARTITION,
        Vue.ANNEE,
        libelle=means_name,
    ),
    Figure(
        "causes",
        "Causes",
        "Cause notée à ce jour au tableau pour les dossiers ouverts ou terminés dans la période.",
        lambda p: {c: n for c, n in p.causes.items() if c != AUCUNE},
        Nature.REPARTITION,
    ),
    Figure(
        "causes_non_renseignees",
        "Dossiers sans cause",
        "Dossiers ouverts ou terminés dans la période pour lesquels aucune cause n'est notée.",
        lambda p: p.causes.get(AUCUNE, 0),
    ),
)

NOTIONS = (
    Notion(
        "serie",
        "Évolution",
        "Les mêmes chiffres, définis de la même façon, pour chacun des douze mois précédents, "
        "sans valeur avant le premier mois que le tableau connaît.",
    ),
    Notion(
        "douze_mois",
        "Douze derniers mois",
        "Les mêmes chiffres pour les douze mois qui finissent avec celui du rapport.",
    ),
    Notion(
        "en_retard",
        "En retard",
        "Dossiers dont l'étape suivante, ou la clôture, aurait dû être faite avant le jour du "
        "rapport.",
    ),
    Notion(
        "dossiers",
        "État d'un dossier",
        "Reconstitué à la date d'arrêt d'après les dates du tableau et la procédure réglée à ce "
        "jour ; une suspension remplacée depuis n'y laisse pas trace, le bilan archivé faisant "
        "foi.",
    ),
)

DEFINITIONS: tuple[Figure | Notion, ...] = (*FIGURES, *NOTIONS)
