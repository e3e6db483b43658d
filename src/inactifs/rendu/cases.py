"""A dossier as data: its JSON (contract, section 5: fields are added, never renamed), and the
columns of ``list``, for the terminal, a CSV or a workbook to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from inactifs.classeur.cells import written_moyen
from inactifs.dates import french
from inactifs.phones import format_phone
from inactifs.procedure.modele import Dossier, Eleve, Rappel
from inactifs.procedure.suivi import Situation
from inactifs.rendu.table import Column, as_csv, draw, grid
from inactifs.rendu.wording import ETATS, beyond_last_try

if TYPE_CHECKING:
    from rich.console import RenderableType

    from inactifs.classeur.values import Classeur
    from inactifs.procedure.matin import Decrochage
    from inactifs.procedure.suivi import Situation
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


Ligne = tuple["Situation", Eleve | None]


def _relances(dossier: Dossier) -> str:
    return "\n".join(f"{french(r.date)} {written_moyen(r)}" for r in dossier.relances)


def _step(ligne: Ligne) -> str:
    situation = ligne[0]
    if situation.rappel:
        return "Rappel"
    return situation.etape.libelle if situation.etape else "Clôture" if situation.echeance else ""


_NUMERO = Column[Ligne]("N° élève", lambda x: x[1].numero if x[1] else x[0].dossier.numero, 9)
_ETAT = Column[Ligne]("État", lambda x: ETATS[x[0].etat], 13, whole=True)
_ECHEANCE = Column[Ligne]("Échéance", lambda x: x[0].echeance, 13, whole=True)
_ETAPE = Column[Ligne]("Étape", _step, 15, whole=True)

FICHIER: tuple[Column[Ligne], ...] = (
    _NUMERO,
    Column("Élève", lambda x: x[1].nom_complet if x[1] else x[0].dossier.eleve, 23),
    Column("Téléphone", lambda x: format_phone(x[1].telephone) if x[1] else "", 17),
    Column("Email", lambda x: x[1].email if x[1] else "", 27),
    _ETAT,
    Column("Dernière activité", lambda x: x[0].dossier.derniere_activite, 13),
    Column("Détecté le", lambda x: x[0].dossier.detecte_le, 13),
    Column("Relances faites", lambda x: _relances(x[0].dossier), 30),
    _ETAPE,
    _ECHEANCE,
    Column("Responsable", lambda x: x[0].etape.responsable if x[0].etape else "", 15),
    Column("Suspendu jusqu'au", lambda x: x[0].dossier.suspendu_jusqu_au, 13),
    Column("À rappeler le", lambda x: _promised(x[0].dossier), 15),
    Column("Cause", lambda x: x[0].dossier.cause, 16),
    Column("Clôturé le", lambda x: x[0].dossier.cloture_le, 13),
    Column("Heures restantes", lambda x: x[1].heures_restantes if x[1] else "", 10),
    Column("Fin de contrat", lambda x: x[1].fin_contrat if x[1] else None, 13),
    Column("Commentaire", lambda x: x[0].dossier.commentaire, 30),
)
"""What a file holds: few of the tableau's own headers, so that a list is not taken for one."""

ECRAN: tuple[Column[Ligne], ...] = (
    Column("Élève", lambda x: x[0].dossier.eleve),
    Column("N°", lambda x: x[0].dossier.numero, whole=True),
    _ETAT,
    Column("Activité", lambda x: x[0].dossier.derniere_activite, whole=True),
    _ECHEANCE,
    _ETAPE,
)


def _promised(dossier: Dossier) -> str:
    return dossier.a_rappeler_le.libelle if dossier.a_rappeler_le else ""


def render_list(situations: Sequence[Situation], jour: date) -> list[RenderableType]:
    """The tableau's rows, as they stand on ``jour``, with what was said last."""
    if not situations:
        return ["Aucun dossier ne correspond."]
    lignes: list[Ligne] = [(s, None) for s in situations]
    pluriel = "s" if len(lignes) > 1 else ""
    titre = f"{len(lignes)} dossier{pluriel} au {french(jour)}"
    return [draw(titre, ECRAN, lignes, lambda x: beyond_last_try(x[0].dossier))]


def list_csv(situations: Sequence[Situation], classeur: Classeur) -> bytes:
    """What Excel in France opens by a click."""
    return as_csv(FICHIER, _lines(situations, classeur))


def list_xlsx(situations: Sequence[Situation], classeur: Classeur, jour: date) -> bytes:
    """The bytes of an ``.xlsx``: true dates, filters, the header kept in sight, A4 landscape."""
    from inactifs.rendu.xlsx_sheet import Classeur  # with openpyxl

    livre = Classeur()
    feuille = livre.listing("Dossiers", grid("Dossiers", FICHIER, _lines(situations, classeur)))
    feuille.page.freeze_panes = "C2"
    ecole = classeur.ecole.nom
    pied = f"{ecole} – dossiers au {french(jour)}" if ecole else f"Dossiers au {french(jour)}"
    livre.set_print(pied)
    return livre.to_bytes(f"Dossiers d'inactivité au {french(jour)}", ecole)


def _lines(situations: Sequence[Situation], classeur: Classeur) -> list[Ligne]:
    return [(s, classeur.eleve_of(s.dossier)) for s in situations]
