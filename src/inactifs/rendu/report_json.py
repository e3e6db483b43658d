"""The monthly report as one JSON document (contract, section 5, ``report``)."""

from __future__ import annotations

from inactifs.bilan import (
    DEFINITIONS,
    Bilan,
    Consolidation,
    IssuesEtape,
    LigneEcole,
    Mois,
    Mouvement,
)
from inactifs.rendu.json_shapes import Json, case_json, iso, step_json, student_json

NON_PRECISE = "non précisé"


def bilan_json(bilan: Bilan) -> Json:
    """The report; shares lie between 0 and 1, what cannot be computed is null."""
    m, r = bilan.mouvement, bilan.relances
    return {
        "mois": bilan.mois.iso,
        "arrete_au": iso(bilan.arrete_au),
        "en_cours": bilan.en_cours,
        "etabli_le": iso(bilan.etabli_le),
        "eleves_suivis": bilan.eleves_suivis,
        "dossiers_ouverts_debut": m.ouverts_debut,
        "detectes": m.detectes,
        "relances": {
            "total": r.total,
            "par_etape": {str(etape): n for etape, n in r.par_etape.items()},
            "par_moyen": {
                moyen.value if moyen else NON_PRECISE: n for moyen, n in r.par_moyen.items()
            },
            "par_responsable": dict(r.par_responsable),
            "dans_les_delais": r.dans_les_delais,
            "part_dans_les_delais": _part(r.part_dans_les_delais),
            "retard_median_jours": r.retard_median_jours,
            "reponses": r.reponses,
        },
        "reprises": m.reprises,
        "abandons": m.abandons,
        "taux_reprise": _part(m.taux_reprise),
        "taux_abandon": _part(m.taux_abandon),
        "taux_abandon_suivis": _part(bilan.taux_abandon_suivis),
        "delai_moyen_reprise_jours": _jours(bilan.delais.moyen_reprise),
        "delai_median_reprise_jours": bilan.delais.median_reprise,
        "delai_median_issue_jours": bilan.delais.median_issue,
        "issues_par_etape": [_issues_json(i) for i in bilan.issues_par_etape],
        "causes": dict(bilan.causes),
        "causes_non_renseignees": bilan.causes_non_renseignees,
        "dossiers_ouverts_fin": m.ouverts_fin,
        "serie": [_month_json(mois, mouvement) for mois, mouvement in bilan.serie],
        "douze_mois": {
            **_movement_json(bilan.douze_mois),
            "delai_moyen_reprise_jours": _jours(bilan.delais_douze_mois.moyen_reprise),
            "delai_median_reprise_jours": bilan.delais_douze_mois.median_reprise,
            "delai_median_issue_jours": bilan.delais_douze_mois.median_issue,
            "issues_par_etape": [_issues_json(i) for i in bilan.issues_douze_mois],
        },
        "dossiers": [
            {**student_json(c.eleve, c.situation.dossier), **case_json(c.situation)}
            for c in bilan.cas
        ],
        "en_retard": [
            {
                **student_json(c.eleve, c.situation.dossier),
                **step_json(c.situation),
                "etat": c.situation.etat.value,
            }
            for c in bilan.en_retard
        ],
        "sans_date": [student_json(None, d) | {"ligne": d.ligne} for d in bilan.sans_date],
        "imports": {canal: iso(jour) for canal, jour in bilan.imports.items()},
        "perimes": list(bilan.perimes),
        "definitions": {d.cle: d.sens for d in DEFINITIONS},
    }


def consolidation_json(consolidation: Consolidation) -> Json:
    """One object a school, and their total."""
    return {
        "ecoles": [
            _school_json(ligne) | {"classeur": ligne.classeur} for ligne in consolidation.ecoles
        ],
        "total": _school_json(consolidation.total),
    }


def _school_json(ligne: LigneEcole) -> Json:
    return {
        "ecole": ligne.ecole,
        "eleves_suivis": ligne.eleves_suivis,
        "dossiers_ouverts_debut": ligne.dossiers_ouverts_debut,
        "detectes": ligne.detectes,
        "relances": ligne.relances,
        "dans_les_delais": ligne.dans_les_delais,
        "reprises": ligne.reprises,
        "abandons": ligne.abandons,
        "dossiers_ouverts_fin": ligne.dossiers_ouverts_fin,
        "taux_reprise": _part(ligne.taux_reprise),
        "taux_abandon": _part(ligne.taux_abandon),
        "taux_abandon_suivis": _part(ligne.taux_abandon_suivis),
        "delai_moyen_reprise_jours": _jours(ligne.delai_moyen_reprise_jours),
    }


def _month_json(mois: Mois, mouvement: Mouvement) -> Json:
    return {"mois": mois.iso, **_movement_json(mouvement)}


def _movement_json(m: Mouvement) -> Json:
    return {
        "dossiers_ouverts_debut": m.ouverts_debut,
        "detectes": m.detectes,
        "relances": m.relances,
        "reprises": m.reprises,
        "abandons": m.abandons,
        "dossiers_ouverts_fin": m.ouverts_fin,
        "taux_reprise": _part(m.taux_reprise),
        "taux_abandon": _part(m.taux_abandon),
    }


def _issues_json(i: IssuesEtape) -> Json:
    return {
        "etape": i.etape,
        "reprises": i.reprises,
        "abandons": i.abandons,
        "taux_reprise": _part(i.taux_reprise),
    }


def _part(valeur: float | None) -> float | None:
    return None if valeur is None else round(valeur, 4)


def _jours(valeur: float | None) -> float | None:
    return None if valeur is None else round(valeur, 1)
