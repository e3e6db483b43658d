"""``list`` and ``show``: consulting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from inactifs.bilan.timelines import bounds
from inactifs.classeur.findings import morning_of
from inactifs.classeur.values import Classeur
from inactifs.cli.options import part_of_one
from inactifs.cli.session import Reading, Session, named, written
from inactifs.dates import Mois, read_month
from inactifs.mots import directory_key, simplify
from inactifs.procedure.modele import Etat
from inactifs.registre import hours_left
from inactifs.rendu.cases import Ligne, drifting_json, lines, list_csv, list_xlsx, render_list
from inactifs.rendu.morning import render_drifting
from inactifs.rendu.story import person_json, render_student
from inactifs.rendu.wording import many

DECROCHE = "decroche"
ETATS = (*Etat, DECROCHE)
"""What ``--etat`` takes beside the states of dossiers: those who are drifting have none yet."""

ORDRES: Mapping[str, Callable[[Ligne], Any]] = {
    "eleve": lambda x: directory_key(x.dossier.eleve),
    "echeance": lambda x: x.situation.echeance or date.max,
    "activite": lambda x: x.dossier.derniere_activite or date.max,
    "detection": lambda x: x.dossier.detecte_le or date.max,
    "heures": lambda x: (-(hours_left(x.eleve) or 0.0), directory_key(x.dossier.eleve)),
}
"""What a list may be sorted by (``--tri``); those without the date or the hours come last."""

TEXTES: Mapping[str, Callable[[Ligne], str]] = {
    "nom": lambda x: f"{x.dossier.eleve} {x.dossier.numero}",
    "cause": lambda x: x.dossier.cause,
    "commentaire": lambda x: x.dossier.commentaire,
    "responsable": lambda x: x.responsable,
}
"""Where the words of ``list`` may be looked for (``--dans``)."""

PARTOUT = ("nom", "cause", "commentaire")
"""Where they are, unless it is said: nobody looks for a responsible by « pons »."""


def list_dossiers(
    session: Reading,
    texte: str | None = None,
    dans: str | None = None,
    etat: Etat | str | None = None,
    responsable: str | None = None,
    cause: str | None = None,
    mois: str | None = None,
    tri: str | None = None,
    csv: Path | None = None,
    xlsx: Path | None = None,
) -> None:
    """Show, sort, export the rows of the tableau."""
    jour, contenu = session.jour, session.classeur
    if etat == DECROCHE:
        _drifting(session)
        return
    toutes = (session.situation(d, contenu.eleve_of(d)) for d in contenu.dossiers)
    siennes = session.steps_of(responsable, (s for s in toutes if etat in (None, s.etat)))
    lignes = lines(siennes, contenu, jour)
    if cause:
        connues = [*contenu.regles.causes, *(d.cause for d in contenu.dossiers)]
        cherchee = part_of_one(cause, connues, "--cause")
        lignes = [x for x in lignes if cherchee in simplify(x.dossier.cause)]
    if mois:
        choisi = read_month(mois)
        lignes = [x for x in lignes if _open_in(x, contenu, choisi)]
    for mot in (texte or "").split():
        cherche, ou = simplify(mot), [dans] if dans else PARTOUT
        lignes = [x for x in lignes if cherche in simplify(" ".join(TEXTES[o](x) for o in ou))]
    if tri:
        lignes.sort(key=ORDRES[tri])
    situations = [x.situation for x in lignes]
    illisibles = len(contenu.illisibles)
    absentes = (
        f"Lignes illisibles, absentes de cette liste : {illisibles} (« inactifs check » les "
        "montre)."
    )
    dit = f"Liste écrite ({many(len(situations), 'dossier')})"
    session.reply(
        lambda: {"date": jour.isoformat(), "dossiers": [session.case(s) for s in situations]},
        *written(csv, lambda: list_csv(situations, contenu, jour), dit),
        *written(xlsx, lambda: list_xlsx(situations, contenu, jour), dit),
        *([absentes] if illisibles else []),
        *session.age_of_imports(),
        tables=lambda: () if csv or xlsx else (render_list(situations, jour),),
    )


def _open_in(ligne: Ligne, classeur: Classeur, mois: Mois) -> bool:
    """Whether a dossier was open one day of a month at least; False when no date tells."""
    debut, fin = bounds(ligne.dossier, classeur.regles.applied_to(ligne.eleve))
    return debut is not None and debut <= mois.dernier and (fin is None or fin >= mois.premier)


def _drifting(session: Session) -> None:
    """Those who have no lesson to come, and none for weeks; the longest first."""
    decrochent = morning_of(session.classeur, session.jour).decrochent
    session.reply(
        lambda: {
            "date": session.jour.isoformat(),
            "decrochent": [drifting_json(d) for d in decrochent],
        },
        tables=lambda: render_drifting(decrochent) or ["Aucun élève ne décroche."],
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
