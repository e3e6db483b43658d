"""A dossier as it is shown on a day: its JSON (contract, section 5: fields are added, never
renamed), and the columns of ``list``, for the terminal, a CSV or a workbook to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from inactifs.classeur.cells import written_moyen
from inactifs.dates import french
from inactifs.phones import format_phone
from inactifs.procedure.eleve import is_wrong, means_to_use
from inactifs.procedure.modele import Dossier, Eleve, Issue, Moyen
from inactifs.procedure.suivi import Situation
from inactifs.rendu.table import Bloc, Column, as_csv, draw, grid
from inactifs.rendu.wording import ETATS, joined, last_said, many, reservations

if TYPE_CHECKING:
    from inactifs.classeur.values import Classeur
    from inactifs.procedure.matin import Decrochage

Json = dict[str, Any]


def iso(jour: date | None) -> str | None:
    """« 2026-11-24 », or None."""
    return jour.isoformat() if jour else None


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
    connu = eleve or (Eleve(dossier.numero, dossier.eleve) if dossier else Eleve(""))
    return {
        "numero": connu.numero,
        "eleve": connu.nom_complet,
        "telephone": connu.telephone,
        "email": connu.email,
    }


def case_json(situation: Situation) -> Json:
    """A case: what the tableau's row says, and where it stands on the day of ``situation``."""
    dossier, etape, rappel = situation.dossier, situation.etape, situation.dossier.a_rappeler_le
    heure = f"T{rappel.heure:%H:%M}" if rappel and rappel.heure else ""
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
                "faux_numero": relance.issue is Issue.FAUX_NUMERO,
            }
            for relance in dossier.relances
        ],
        "resultat": dossier.resultat.value if dossier.resultat else None,
        "cause": dossier.cause or None,
        "etat": situation.etat.value,
        "prochaine_echeance": iso(situation.echeance),
        "etape": etape.numero if etape else None,
        "responsable": etape.responsable if etape else None,
        "suspendu_jusqu_au": iso(dossier.suspendu_jusqu_au),
        "a_rappeler_le": f"{rappel.jour.isoformat()}{heure}" if rappel else None,
        "cloture_le": iso(dossier.cloture_le),
        "commentaire": dossier.commentaire,
    }


def drifting_json(decrochage: Decrochage) -> Json:
    """A student who is drifting."""
    return student_json(decrochage.eleve) | {
        "dernier_cours": iso(decrochage.dernier_cours),
        "semaines": decrochage.semaines,
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


@dataclass(frozen=True, slots=True)
class Ligne:
    """Where a dossier stands for a student on a day, in words."""

    situation: Situation
    eleve: Eleve | None
    jour: date

    @property
    def dossier(self) -> Dossier:
        """The case that it is about."""
        return self.situation.dossier

    @property
    def personne(self) -> Eleve:
        """The student, or the name typed in the tableau when the register knows none."""
        return self.eleve or Eleve(self.dossier.numero, self.dossier.eleve)

    @property
    def etape(self) -> str:
        """« 2e relance », « Rappel », « Clôture »; empty when nothing is to be done."""
        if self.situation.rappel:
            return "Rappel"
        if self.situation.etape:
            return self.situation.etape.libelle
        return "Clôture" if self.situation.echeance else ""

    @property
    def responsable(self) -> str:
        """Who does the step."""
        return self.situation.etape.responsable if self.situation.etape else ""

    @property
    def moyens(self) -> tuple[Moyen, ...]:
        """The step's means, or those that remain when the number is missing or wrong."""
        etape = self.situation.etape
        return tuple(means_to_use(etape, self.eleve)) if etape else ()

    @property
    def a_joindre(self) -> str:
        """The number to dial, or the address to write to when the means is the email; a wrong one
        is not shown, so that nobody uses it."""
        telephone, email = self.personne.telephone, self.personne.email
        if self.moyens[:1] == (Moyen.EMAIL,):
            faux = " (faux numéro)" if is_wrong(telephone) else ""
            return "adresse erronée" if is_wrong(email) else f"{email}{faux}"
        return "faux numéro" if is_wrong(telephone) else format_phone(telephone)

    @property
    def heure(self) -> str:
        """« 18:00 » of a call-back or an interview; empty when no hour was said."""
        rappel = self.situation.rappel
        return f"{rappel.heure:%H:%M}" if rappel and rappel.heure else ""

    @property
    def dit(self) -> str:
        """What was said before, and what to know before calling."""
        return joined(last_said(self.dossier), reservations(self.personne, self.jour))


def lines(situations: Sequence[Situation], classeur: Classeur, jour: date) -> list[Ligne]:
    """The dossiers with their students."""
    return [Ligne(s, classeur.eleve_of(s.dossier), jour) for s in situations]


def _relances(dossier: Dossier) -> str:
    return "\n".join(f"{french(r.date)} {written_moyen(r)}" for r in dossier.relances)


_ETAT = Column[Ligne]("État", lambda x: ETATS[x.situation.etat], whole=True)
_ECHEANCE = Column[Ligne]("Échéance", lambda x: x.situation.echeance, whole=True)
_ETAPE = Column[Ligne]("Étape", lambda x: x.etape, 15, whole=True)

FICHIER: tuple[Column[Ligne], ...] = (
    Column("N° élève", lambda x: x.personne.numero, 9),
    Column("Élève", lambda x: x.personne.nom_complet, 23),
    Column("Téléphone", lambda x: format_phone(x.personne.telephone), 17),
    Column("Email", lambda x: x.personne.email, 27),
    _ETAT,
    Column("Dernière activité", lambda x: x.dossier.derniere_activite),
    Column("Détecté le", lambda x: x.dossier.detecte_le),
    Column("Relances faites", lambda x: _relances(x.dossier), 30),
    _ETAPE,
    _ECHEANCE,
    Column("Responsable", lambda x: x.responsable, 15),
    Column("Suspendu jusqu'au", lambda x: x.dossier.suspendu_jusqu_au),
    Column("À rappeler le", lambda x: r.libelle if (r := x.dossier.a_rappeler_le) else "", 15),
    Column("Cause", lambda x: x.dossier.cause, 16),
    Column("Clôturé le", lambda x: x.dossier.cloture_le),
    Column("Heures restantes", lambda x: x.personne.heures_restantes, 10),
    Column("Fin de contrat", lambda x: x.personne.fin_contrat),
    Column("Commentaire", lambda x: x.dossier.commentaire, 30),
)
"""What a file holds: few of the tableau's own headers, so that a list is not taken for one."""

ECRAN: tuple[Column[Ligne], ...] = (
    Column("Élève", lambda x: x.dossier.eleve),
    Column("N°", lambda x: x.dossier.numero, whole=True),
    _ETAT,
    Column("Activité", lambda x: x.dossier.derniere_activite, whole=True),
    _ECHEANCE,
    _ETAPE,
)


def render_list(situations: Sequence[Situation], jour: date) -> Bloc:
    """The tableau's rows, as they stand on ``jour``, with what was said last."""
    lignes = [Ligne(s, None, jour) for s in situations]
    titre = f"{many(len(lignes), 'dossier')} au {french(jour)}"
    vide = "Aucun dossier ne correspond."
    return draw(titre, ECRAN, lignes, lambda x: last_said(x.dossier, bare=False), vide=vide)


def list_csv(situations: Sequence[Situation], classeur: Classeur, jour: date) -> bytes:
    """What Excel in France opens by a click."""
    return as_csv(FICHIER, lines(situations, classeur, jour))


def list_xlsx(situations: Sequence[Situation], classeur: Classeur, jour: date) -> bytes:
    """The bytes of an ``.xlsx``: true dates, filters, the header kept in sight, A4 landscape."""
    from inactifs.rendu.xlsx_sheet import Classeur  # with openpyxl

    livre = Classeur()
    lignes = lines(situations, classeur, jour)
    livre.listing("Dossiers", grid("Dossiers", FICHIER, lignes)).page.freeze_panes = "C2"
    ecole = classeur.ecole.nom
    pied = f"{ecole} – dossiers au {french(jour)}" if ecole else f"Dossiers au {french(jour)}"
    livre.set_print(pied)
    return livre.to_bytes(f"Dossiers d'inactivité au {french(jour)}", ecole)
