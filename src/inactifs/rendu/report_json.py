"""The monthly report as one JSON document (contract, section 5, ``report``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from inactifs.bilan import (
    DEFINITIONS,
    Bilan,
    Chiffre,
    Consolidation,
    LigneEcole,
    Nature,
    Part,
    Periode,
    Valeur,
    Vue,
)
from inactifs.bilan.computing import COLONNES
from inactifs.rendu.json_shapes import Json, case_json, iso, step_json, student_json


def bilan_json(bilan: Bilan) -> Json:
    """The report; shares lie between 0 and 1, what cannot be computed is null."""
    return figures_json(bilan) | {
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
    }


def figures_json(bilan: Bilan) -> Json:
    """The report without anybody in it."""
    return {
        "mois": bilan.temps.iso,
        "arrete_au": iso(bilan.arrete_au),
        "en_cours": bilan.en_cours,
        "etabli_le": iso(bilan.etabli_le),
        **_nested((c.figure.cle, _plain(c.valeur, c.figure.nature)) for c in bilan.chiffres),
        "serie": [
            {"mois": mois.iso, **_month(bilan, periode)}
            for mois, periode in bilan.serie
            if mois != bilan.temps
        ],
        "douze_mois": _nested(
            (_year_key(c), _plain(c.annee, c.figure.nature)) for c in bilan.seen(Vue.ANNEE)
        ),
        "imports": {canal: iso(jour) for canal, jour in bilan.imports.items()},
        "perimes": list(bilan.perimes),
        "definitions": {d.cle: d.sens for d in DEFINITIONS},
    }


def consolidation_json(consolidation: Consolidation) -> Json:
    """One object a school, and their total."""
    return {
        "ecoles": [_school(ligne) | {"classeur": ligne.classeur} for ligne in consolidation.ecoles],
        "total": _school(consolidation.total),
    }


def _school(ligne: LigneEcole) -> Json:
    valeurs = {f.cle_courte: _plain(ligne.valeurs[f.cle], f.nature) for f in COLONNES}
    return {"ecole": ligne.ecole, **valeurs}


def _month(bilan: Bilan, periode: Periode | None) -> Json:
    return {
        c.figure.cle_courte: _plain(c.figure.of(periode), c.figure.nature) if periode else None
        for c in bilan.seen(Vue.SERIE)
    }


def _year_key(chiffre: Chiffre) -> str:
    """« relances » is the number of them there, and was before they had other figures."""
    figure = chiffre.figure
    return figure.cle_courte if figure.cle.startswith("relances.") else figure.cle


def _nested(valeurs: Iterable[tuple[str, object]]) -> Json:
    """« relances.total » is « total » in the object « relances »."""
    document: Json = {}
    for cle, valeur in valeurs:
        groupe, _, feuille = cle.rpartition(".")
        (document.setdefault(groupe, {}) if groupe else document)[feuille] = valeur
    return document


def _plain(valeur: Valeur, nature: Nature) -> object:
    if isinstance(valeur, Part):
        quotient = valeur.valeur
        return None if quotient is None else round(quotient, 1 if nature is Nature.JOURS else 4)
    if isinstance(valeur, Mapping):
        return {nom: _share(v) if isinstance(v, Part) else v for nom, v in valeur.items()}
    if isinstance(valeur, tuple):
        return [
            {
                "etape": i.etape,
                "reprises": i.reprises,
                "abandons": i.abandons,
                "taux_reprise": _plain(Part(i.reprises, i.reprises + i.abandons), Nature.PART),
            }
            for i in valeur
        ]
    return valeur


def _share(part: Part) -> Json:
    return {"abandons": part.partie, "eleves": part.total, "taux": _plain(part, Nature.PART)}
