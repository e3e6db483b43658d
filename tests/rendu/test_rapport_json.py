"""The report as JSON: the contract's keys, section 5."""

from __future__ import annotations

import json

from rapport_fabrique import bilan, empty_bilan

from inactifs.bilan.computing import consolidate, school_line
from inactifs.rendu.report_output import bilan_json, consolidation_json

CONTRAT = {
    "mois",
    "eleves_suivis",
    "dossiers_ouverts_debut",
    "detectes",
    "relances",
    "reprises",
    "abandons",
    "taux_reprise",
    "taux_abandon",
    "delai_moyen_reprise_jours",
    "causes",
    "dossiers_ouverts_fin",
    "dossiers",
}


def test_the_contract_s_keys_are_there() -> None:
    """All of them, and those of the relances and of a case."""
    document = bilan_json(bilan())
    assert set(document) >= CONTRAT
    assert set(document["relances"]) >= {
        "total",
        "par_etape",
        "par_moyen",
        "par_responsable",
        "dans_les_delais",
    }
    assert {"numero", "eleve", "telephone", "email", "ligne", "etat", "relances"} <= set(
        document["dossiers"][0]
    )


def test_the_values() -> None:
    """Counts, shares between 0 and 1, ISO dates."""
    document = json.loads(json.dumps(bilan_json(bilan())))
    assert document["mois"] == "2026-11"
    assert document["arrete_au"] == "2026-11-27"
    assert document["relances"]["par_etape"] == {"1": 2, "2": 1, "3": 0}
    assert document["relances"]["par_moyen"] == {"sms": 1, "email": 1, "non précisé": 1}
    assert document["relances"]["dans_les_delais"] == 2
    assert (document["reprises"], document["abandons"]) == (1, 1)
    assert (document["taux_reprise"], document["taux_abandon"]) == (0.5, 0.5)
    assert document["delai_moyen_reprise_jours"] == 35.0
    assert document["causes"] == {"=1+1": 1, "financière": 1, "santé": 1}
    etats = {x["ligne"]: x["etat"] for x in document["dossiers"]}
    assert etats == {
        4: "a_relancer",
        5: "en_attente",
        6: "suspendu",
        7: "reprise",
        8: "abandon",
    }
    assert [m["mois"] for m in document["serie"]][::11] == ["2025-11", "2026-10"]
    assert len(document["serie"]) == 12
    assert {"taux_reprise", "taux_abandon"} <= document["serie"][0].keys()
    assert [x["telephone"] for x in document["en_retard"]] == ["0612345678"]


def test_what_cannot_be_computed_is_null() -> None:
    """Never 0, which would mean something else."""
    document = bilan_json(empty_bilan())
    assert document["taux_reprise"] is None
    assert document["delai_moyen_reprise_jours"] is None
    assert document["relances"]["retard_median_jours"] is None


def test_several_schools() -> None:
    """One object each and the total."""
    document = consolidation_json(consolidate([school_line(n, bilan()) for n in ("A", "B")]))
    assert [e["ecole"] for e in document["ecoles"]] == ["A", "B"]
    assert document["total"]["detectes"] == 6
    assert document["total"]["taux_reprise"] == 0.5
