"""The JSON shapes of the contract, section 5: fields are added, never renamed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from inactifs.procedure.modele import Dossier, Eleve, Rappel
from inactifs.procedure.suivi import Situation

if TYPE_CHECKING:
    from inactifs.procedure.matin import Decrochage
    from inactifs.rendu.story import Evenement

Json = dict[str, Any]


def iso(jour: date | None) -> str | None:
    """« 2026-11-24 », or None."""
    return jour.isoformat() if jour else None


def callback_iso(rappel: Rappel | None) -> str | None:
    """« 2026-12-21T18:00 », the day alone when no hour was said."""
    if rappel is None:
        return None
    return f"{rappel.jour.isoformat()}T{rappel.heure:%H:%M}" if rappel.heure else iso(rappel.jour)


def callback_json(situation: Situation, eleve: Eleve | None) -> Json:
    """A call-back or an interview due, and what was said."""
    rappel = situation.rappel
    return student_json(eleve, situation.dossier) | {
        "le": iso(rappel.jour) if rappel else None,
        "heure": f"{rappel.heure:%H:%M}" if rappel and rappel.heure else None,
        "convenu": rappel.convenu if rappel else "",
    }


def student_json(eleve: Eleve | None, dossier: Dossier | None = None) -> Json:
    """A student; the name is the one typed in the tableau when the register knows none."""
    if eleve is not None:
        return {
            "numero": eleve.numero,
            "eleve": eleve.nom_complet,
            "telephone": eleve.telephone,
            "email": eleve.email,
        }
    return {
        "numero": dossier.numero if dossier else "",
        "eleve": dossier.eleve if dossier else "",
        "telephone": "",
        "email": "",
    }


def case_json(situation: Situation) -> Json:
    """A case: what the tableau's row says, and where it stands on the day of ``situation``."""
    dossier = situation.dossier
    return {
        "ligne": dossier.ligne,
        "detecte_le": iso(dossier.detecte_le),
        "derniere_activite": iso(dossier.derniere_activite),
        "relances": [
            {
                "date": iso(relance.date),
                "moyen": relance.moyen.value if relance.moyen else None,
                "repondu": relance.repondu,
                "issue": relance.issue.value,
                "repondu_le": iso(relance.reponse_le),
                "faux_numero": relance.faux_numero,
            }
            for relance in dossier.relances
        ],
        "resultat": dossier.resultat.value if dossier.resultat else None,
        "cause": dossier.cause or None,
        "etat": situation.etat.value,
        "prochaine_echeance": iso(situation.echeance),
        "etape": situation.etape.numero if situation.etape else None,
        "responsable": situation.etape.responsable if situation.etape else None,
        "suspendu_jusqu_au": iso(dossier.suspendu_jusqu_au),
        "a_rappeler_le": callback_iso(dossier.a_rappeler_le),
        "cloture_le": iso(dossier.cloture_le),
        "commentaire": dossier.commentaire,
    }


def drifting_json(decrochage: Decrochage) -> Json:
    """A student who is drifting."""
    return student_json(decrochage.eleve) | {
        "dernier_cours": iso(decrochage.dernier_cours),
        "semaines": decrochage.semaines,
    }


def event_json(evenement: Evenement) -> Json:
    """One event of a case's story, with the rule that gave its date."""
    return {
        "date": iso(evenement.date),
        "nature": evenement.nature,
        "texte": evenement.texte,
        "regle": evenement.regle,
    }


def step_json(situation: Situation) -> Json:
    """A step due or to come."""
    etape = situation.etape
    return {
        "etape": etape.numero if etape else None,
        "echeance": iso(situation.echeance),
        "retard_jours": situation.retard_jours,
        "moyens": [moyen.value for moyen in etape.moyens] if etape else [],
        "responsable": etape.responsable if etape else None,
        "optionnelle": etape.optionnelle if etape else False,
    }
