"""What each figure means, in one French sentence that the report itself prints."""

from __future__ import annotations

from typing import NamedTuple


class Definition(NamedTuple):
    """A figure: its key in the JSON document, its French name, and what it means."""

    cle: str
    nom: str
    sens: str


DEFINITIONS = (
    Definition(
        "eleves_suivis",
        "Élèves suivis",
        "Élèves inscrits au plus tard à la date d'arrêt et dont le statut est suivi par la "
        "procédure ; le registre ne gardant que le statut du jour, un élève clôturé "
        "abandonniste après cette date est compté comme suivi.",
    ),
    Definition(
        "dossiers_ouverts_debut",
        "Dossiers ouverts au début",
        "Dossiers d'inactivité détectés avant le premier jour du mois et non terminés avant lui.",
    ),
    Definition(
        "detectes",
        "Dossiers détectés",
        "Dossiers dont la date de détection est dans le mois (à défaut, celle de la première "
        "relance, sinon le premier jour d'inactivité), ou rouverts dans le mois après s'être "
        "terminés un mois précédent.",
    ),
    Definition(
        "reprises",
        "Reprises",
        "Dossiers terminés dans le mois par une reprise de la formation ; à défaut de date de "
        "clôture, celle de la dernière relance, sinon de la détection ou de la dernière activité.",
    ),
    Definition(
        "abandons",
        "Abandons",
        "Dossiers clôturés dans le mois avec la mention abandonniste (mêmes dates que les "
        "reprises).",
    ),
    Definition(
        "dossiers_ouverts_fin",
        "Dossiers ouverts à la fin",
        "Dossiers ouverts au début, plus les détectés, moins les reprises et les abandons.",
    ),
    Definition(
        "relances.total",
        "Relances",
        "Tentatives de contact datées dans le mois, quels qu'en soient le moyen et la suite.",
    ),
    Definition(
        "relances.par_etape",
        "Relances par étape",
        "Rang de la relance dans le plan le jour où elle est faite ; une réponse ou une activité "
        "de l'élève remet le compte à la 1re.",
    ),
    Definition(
        "relances.par_moyen",
        "Relances par moyen",
        "Relances selon le moyen noté au tableau ; « non précisé » quand il n'y est pas.",
    ),
    Definition(
        "relances.par_responsable",
        "Relances par responsable",
        "Relances selon le responsable que le plan désigne pour leur étape.",
    ),
    Definition(
        "relances.dans_les_delais",
        "Relances dans les délais",
        "Relances faites au plus tard à leur échéance : la date de détection pour la 1re, la "
        "relance précédente plus le délai du plan ensuite, ou la fin d'une suspension ; un second "
        "essai le même jour n'est pas un retard.",
    ),
    Definition(
        "relances.retard_median_jours",
        "Retard médian",
        "Parmi les relances faites après leur échéance, nombre de jours de retard que la moitié "
        "d'entre elles ne dépasse pas.",
    ),
    Definition(
        "relances.reponses",
        "Réponses obtenues",
        "Relances du mois auxquelles l'élève a répondu.",
    ),
    Definition(
        "taux_reprise",
        "Taux de reprise",
        "Part des reprises parmi les dossiers terminés dans le mois (reprises et abandons).",
    ),
    Definition(
        "taux_abandon",
        "Taux d'abandon",
        "Part des abandons parmi les dossiers terminés dans le mois (reprises et abandons).",
    ),
    Definition(
        "taux_abandon_suivis",
        "Taux d'abandon sur élèves suivis",
        "Abandons du mois, rapportés aux élèves suivis à la date d'arrêt plus ces abandons.",
    ),
    Definition(
        "delai_moyen_reprise_jours",
        "Délai moyen de reprise",
        "Moyenne des jours entre la détection et la reprise, pour les reprises du mois.",
    ),
    Definition(
        "delai_median_reprise_jours",
        "Délai médian de reprise",
        "Nombre de jours entre la détection et la reprise que la moitié des reprises du mois ne "
        "dépasse pas.",
    ),
    Definition(
        "delai_median_issue_jours",
        "Délai médian jusqu'à l'issue",
        "Nombre de jours entre la détection et l'issue (reprise ou abandon) que la moitié des "
        "dossiers terminés dans le mois ne dépasse pas.",
    ),
    Definition(
        "issues_par_etape",
        "Issue selon la dernière étape",
        "Dossiers terminés, rangés selon l'étape de leur dernière relance (« avant relance » "
        "quand aucune n'a été nécessaire) ; le taux de reprise d'une étape est la part des "
        "reprises parmi eux.",
    ),
    Definition(
        "causes",
        "Causes",
        "Cause notée à ce jour au tableau pour les dossiers ouverts ou terminés dans le mois.",
    ),
    Definition(
        "serie",
        "Évolution",
        "Les mêmes chiffres, définis de la même façon, pour chacun des douze mois précédents.",
    ),
    Definition(
        "douze_mois",
        "Douze derniers mois",
        "Les mêmes chiffres pour les douze mois qui finissent avec celui du rapport.",
    ),
    Definition(
        "en_retard",
        "En retard",
        "Dossiers dont l'étape suivante, ou la clôture, aurait dû être faite avant le jour du "
        "rapport.",
    ),
    Definition(
        "dossiers",
        "État d'un dossier",
        "Reconstitué à la date d'arrêt d'après les dates du tableau et la procédure réglée à ce "
        "jour ; une suspension remplacée depuis n'y laisse pas trace, le bilan archivé faisant "
        "foi.",
    ),
)
