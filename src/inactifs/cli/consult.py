"""``list`` and ``show``: consulting."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inactifs.bilan.timelines import bounds
from inactifs.classeur.findings import morning_of
from inactifs.cli.options import part_of_one
from inactifs.cli.outputs import written
from inactifs.cli.session import Reading, Session, named
from inactifs.dates import read_month
from inactifs.mots import directory_key, simplify
from inactifs.procedure.modele import Etat
from inactifs.registre import hours_left
from inactifs.rendu.cases import drifting_json, list_csv, list_xlsx, render_list
from inactifs.rendu.morning import render_drifting
from inactifs.rendu.story import person_json, render_student
from inactifs.rendu.wording import many

if TYPE_CHECKING:
    from inactifs.classeur.values import Classeur
    from inactifs.dates import Mois
    from inactifs.procedure.modele import Eleve
    from inactifs.procedure.suivi import Situation


DECROCHE = "decroche"
ETATS = (*Etat, DECROCHE)
"""What ``--etat`` takes beside the states of dossiers: those who are drifting have none yet."""


class Ordre(StrEnum):
    """What a list may be sorted by; the value is what is typed after ``--tri``."""

    ELEVE = "eleve"
    ECHEANCE = "echeance"
    ACTIVITE = "activite"
    DETECTION = "detection"
    HEURES = "heures"


class Dans(StrEnum):
    """Where the words of ``list`` are looked for; the value is what is typed after ``--dans``."""

    NOM = "nom"
    CAUSE = "cause"
    COMMENTAIRE = "commentaire"
    RESPONSABLE = "responsable"


def list_dossiers(
    session: Reading,
    texte: str | None = None,
    dans: Dans | None = None,
    etat: Etat | str | None = None,
    responsable: str | None = None,
    cause: str | None = None,
    mois: str | None = None,
    tri: Ordre | None = None,
    csv: Path | None = None,
    xlsx: Path | None = None,
) -> None:
    """Show, sort, export the rows of the tableau."""
    jour, contenu = session.jour, session.classeur
    if etat == DECROCHE:
        _drifting(session)
        return
    toutes = (session.situation(d, contenu.eleve_of(d)) for d in contenu.dossiers)
    situations = session.steps_of(responsable, (s for s in toutes if etat in (None, s.etat)))
    if cause:
        connues = [*contenu.regles.causes, *(d.cause for d in contenu.dossiers)]
        cherchee = part_of_one(cause, connues, "--cause")
        situations = [s for s in situations if cherchee in simplify(s.dossier.cause)]
    if mois and (choisi := read_month(mois)):
        situations = [s for s in situations if _open_in(s, contenu, choisi)]
    mots = [simplify(mot) for mot in (texte or "").split()]
    situations = [s for s in situations if all(mot in _words(s, dans) for mot in mots)]
    if tri:
        situations.sort(key=lambda s: _rank(s, contenu.eleve_of(s.dossier), tri))
    dit = f"Liste écrite ({many(len(situations), 'dossier')})"
    session.reply(
        lambda: {"date": jour.isoformat(), "dossiers": [session.case(s) for s in situations]},
        *written(csv, lambda: list_csv(situations, contenu, jour), dit),
        *written(xlsx, lambda: list_xlsx(situations, contenu, jour), dit),
        *_unreadable(contenu),
        *session.age_of_imports(),
        tables=lambda: () if csv or xlsx else (render_list(situations, jour),),
    )


def _words(situation: Situation, dans: Dans | None) -> str:
    """Where the words of ``list`` are looked for: everywhere but in the responsible, whom nobody
    looks for by « pons », unless it is said."""
    dossier, etape = situation.dossier, situation.etape
    textes = {
        Dans.NOM: f"{dossier.eleve} {dossier.numero}",
        Dans.CAUSE: dossier.cause,
        Dans.COMMENTAIRE: dossier.commentaire,
    }
    if dans is None:
        return simplify(" ".join(textes.values()))
    return simplify(textes.get(dans, etape.responsable if etape else ""))


def _drifting(session: Session) -> None:
    """Those who have no lesson to come, and none for weeks; the longest first."""
    decrochent = morning_of(session.classeur, session.jour).decrochent
    session.reply(
        lambda: {
            "date": session.jour.isoformat(),
            "decrochent": [drifting_json(d) for d in decrochent],
        },
        tables=lambda: render_drifting(decrochent) if decrochent else ["Aucun élève ne décroche."],
    )


def show_student(session: Reading, eleve: str | None = None) -> None:
    """Show a student, their cases, and the rule of each date."""
    jour, contenu = session.jour, session.classeur
    personne = session.person(eleve)
    situations = [session.situation(d, personne.eleve) for d in personne.dossiers]
    session.reply(
        lambda: named(personne) | person_json(personne, situations, contenu.regles, jour),
        tables=lambda: render_student(personne, situations, contenu, jour),
    )


def _unreadable(classeur: Classeur) -> list[str]:
    """The rows that no list shows."""
    if not classeur.illisibles:
        return []
    return [
        f"Lignes illisibles, absentes de cette liste : {len(classeur.illisibles)} "
        "(« inactifs check » les montre)."
    ]


def _open_in(situation: Situation, classeur: Classeur, mois: Mois) -> bool:
    """Whether a dossier was open one day of a month at least; False when no date tells."""
    debut, fin = bounds(
        situation.dossier, classeur.regles.applied_to(classeur.eleve_of(situation.dossier))
    )
    return debut is not None and debut <= mois.dernier and (fin is None or fin >= mois.premier)


def _rank(situation: Situation, eleve: Eleve | None, ordre: Ordre) -> Any:
    """What a dossier is sorted by; those without the date or the hours come last."""
    dossier = situation.dossier
    nom = directory_key(dossier.eleve)
    return {
        Ordre.ELEVE: nom,
        Ordre.ECHEANCE: situation.echeance or date.max,
        Ordre.ACTIVITE: dossier.derniere_activite or date.max,
        Ordre.DETECTION: dossier.detecte_le or date.max,
        Ordre.HEURES: (-(hours_left(eleve) or 0.0), nom),
    }[ordre]
