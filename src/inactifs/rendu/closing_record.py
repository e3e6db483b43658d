"""The one-page record of a closed dossier, kept with the student's documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from inactifs.bilan import Histoire
from inactifs.procedure.inactivite import criteria, inactive_from
from inactifs.procedure.modele import Critere, Eleve, Regles
from inactifs.procedure.suivi import unanswered_days
from inactifs.rendu import report_words, wording
from inactifs.rendu.report_html import environment
from inactifs.rendu.report_words import Edition

MAX_DOCUMENTS = 12

CRITERES = (
    (Critere.COURS, "Leçon de conduite réservée ou suivie"),
    (Critere.CONNEXION, "Connexion à la plateforme de révision"),
    (Critere.CONTACT, "Signe de vie de l'élève (visite, appel, email)"),
)


@dataclass(frozen=True, slots=True)
class LigneCritere:
    """A criterion of activity with its last date."""

    nom: str
    jour: date | None


def render_fiche(
    histoire: Histoire, regles: Regles, edition: Edition, documents: Mapping[str, int]
) -> str:
    """The page: criteria, relances, answers, mention; self-contained, to be printed on A4.

    Args:
        histoire: the dossier as closed, with the step of each relance.
        regles: the procedure as the school sets it.
        edition: who closes it, when, in which workbook.
        documents: the size of each document that goes with it.
    """
    dossier = histoire.dossier
    derniere = dossier.derniere_activite
    gabarit = environment().get_template("closing_record.html")
    return gabarit.render(
        h=histoire,
        d=dossier,
        e=histoire.eleve,
        regles=regles,
        edition=edition,
        r=wording,
        w=report_words,
        criteres=_criteria(histoire.eleve),
        derniere=derniere,
        inactif_depuis=derniere and inactive_from(derniere, regles.seuil_mois),
        sans_reponse=len(unanswered_days(dossier)),
        documents=list(documents.items())[:MAX_DOCUMENTS],
        autres=max(0, len(documents) - MAX_DOCUMENTS),
    )


def _criteria(eleve: Eleve | None) -> list[LigneCritere]:
    dates = criteria(eleve) if eleve else {}
    return [LigneCritere(nom, dates.get(critere)) for critere, nom in CRITERES]
