"""``detect``, ``next``, and ``inactifs`` typed alone: where one stands, whom to contact, how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inactifs.classeur import journal
from inactifs.classeur.findings import morning_of, to_look_at
from inactifs.classeur.values import Changements
from inactifs.cli.options import part_of_one
from inactifs.cli.outputs import write_private
from inactifs.cli.screen import say
from inactifs.cli.session import Reading, Session, Writing
from inactifs.depot.disk import kept_beside
from inactifs.erreurs import UsageIncorrect
from inactifs.mots import simplify
from inactifs.procedure.eleve import CANAUX_SUIVIS, stale_imports
from inactifs.procedure.matin import Tri, call_backs, due_steps
from inactifs.procedure.modele import Etat
from inactifs.registre import as_typed
from inactifs.rendu.cases import (
    callback_json,
    case_json,
    drifting_json,
    iso,
    step_json,
    student_json,
)
from inactifs.rendu.morning import render_morning, render_steps

if TYPE_CHECKING:
    from inactifs.classeur.values import Anomalie, Classeur, EntreeJournal
    from inactifs.procedure.matin import Matin
    from inactifs.procedure.modele import Dossier
    from inactifs.procedure.suivi import Situation


@dataclass(frozen=True)
class Constat:
    """A morning's verdicts with what only the workbook knows: cells to look at, imports' age."""

    matin: Matin
    classeur: Classeur
    chemin: Path
    a_verifier: tuple[Anomalie, ...]
    perimes: tuple[str, ...]
    ecrit: bool = False


def detect(session: Writing, tri: Tri = Tri.ANCIENNETE, fiche: Path | None = None) -> None:
    """The morning: open cases, note reprises, show what is due (contract, section 3)."""
    if fiche is not None and fiche.suffix.lower() not in (".html", ".htm", ".pdf"):
        raise UsageIncorrect(
            f"--fiche : « {fiche.name} » n'est ni une page ni un PDF.",
            "Donnez un nom qui finit par .html ou .pdf.",
        )
    with session.writing():
        constat = look(session.classeur, session.source.chemin, session.jour, tri)
        matin = constat.matin
        session.save(
            Changements(
                dossiers=(*matin.modifies, *matin.nouveaux), journal=_journal(session, matin)
            ),
            actualiser=True,
        )
    constat = replace(constat, ecrit=session.ecrit)
    if fiche is not None:
        _write_call_sheet(fiche, matin, constat.classeur)
    session.reply(
        lambda: _detect_document(constat),
        *([f"Fiche d'appels écrite : {fiche}"] if fiche is not None else []),
        tables=lambda: render_morning(matin, constat.classeur, constat.a_verifier, constat.perimes),
    )


def _write_call_sheet(fichier: Path, matin: Matin, classeur: Classeur) -> None:
    from inactifs.rendu.calls import call_sheet
    from inactifs.rendu.page import html_to_pdf

    dues = [*matin.rappels, *matin.in_state(Etat.A_RELANCER)]
    page = call_sheet(dues, classeur, matin.date)
    en_pdf = fichier.suffix.lower() == ".pdf"
    write_private(fichier, html_to_pdf(page) if en_pdf else page.encode())


def _journal(session: Session, matin: Matin) -> Sequence[EntreeJournal]:
    lignes = [(r.dossier, journal.reprise_seen(r.critere, r.date)) for r in matin.reprises]
    lignes += [(d, journal.sign_seen(d.derniere_activite)) for d in matin.signes_de_vie]
    lignes += [(d, journal.dossier_opened(d.derniere_activite)) for d in matin.nouveaux]
    entrees = [session.entry(dossier.eleve, detail) for dossier, detail in lignes]
    return entrees or [session.entry("", "Échéances mises à jour")]


def look(classeur: Classeur, chemin: Path, jour: date, tri: Tri = Tri.ANCIENNETE) -> Constat:
    """The morning's verdicts, nothing being written."""
    matin = morning_of(classeur, jour, tri)
    a_verifier = to_look_at(classeur, matin)
    perimes = stale_imports(classeur.imports, classeur.regles, jour)
    return Constat(matin, classeur, chemin, a_verifier, perimes)


def next_steps(
    session: Reading,
    jours: int | None = None,
    responsable: str | None = None,
    ics: Path | None = None,
    details: bool = False,
) -> None:
    """Show the steps due, and those to come."""
    jour, contenu = session.jour, session.classeur
    situations = session.open_situations()
    etapes = due_steps(situations, jour, jours)
    rappels = call_backs(situations, jour, jours)
    if responsable:
        cherche = part_of_one(
            responsable, (e.responsable for e in contenu.regles.plan), "--responsable"
        )
        etapes, rappels = (
            [s for s in liste if s.etape and cherche in simplify(s.etape.responsable)]
            for liste in (etapes, rappels)
        )
    a_cloturer = [s for s in situations if s.etat is Etat.A_CLOTURER]
    if ics is not None:
        from inactifs.rendu.ics import calendar

        write_private(
            ics,
            calendar(
                [*rappels, *etapes],
                contenu.eleve_of,
                contenu.ecole,
                datetime.now(),
                details=details,
            ),
        )
    session.reply(
        lambda: {
            "date": jour.isoformat(),
            "classeur": str(session.source.chemin),
            "etapes": [_step_document(contenu, s) for s in etapes],
            "a_cloturer": [_closing_document(contenu, s) for s in a_cloturer],
            "rappels": [callback_json(s, contenu.eleve_of(s.dossier)) for s in rappels],
        },
        *session.age_of_imports(),
        *([f"Calendrier écrit : {ics}"] if ics is not None else []),
        tables=lambda: render_steps([*rappels, *etapes], contenu, jour, len(a_cloturer)),
    )


def _detect_document(constat: Constat) -> dict[str, Any]:
    matin, classeur = constat.matin, constat.classeur

    def student(dossier: Dossier) -> dict[str, Any]:
        return student_json(classeur.eleve_of(dossier), dossier)

    return {
        "date": matin.date.isoformat(),
        "classeur": str(constat.chemin),
        "suivis": matin.suivis,
        "nouveaux": [
            student(d) | {"derniere_activite": iso(d.derniere_activite)} for d in matin.nouveaux
        ],
        "reprises": [
            student(r.dossier) | {"date": iso(r.date), "critere": r.critere.value}
            for r in matin.reprises
        ],
        "a_relancer": [_step_document(classeur, s) for s in matin.in_state(Etat.A_RELANCER)],
        "a_cloturer": [_closing_document(classeur, s) for s in matin.in_state(Etat.A_CLOTURER)],
        "rappels": [callback_json(s, classeur.eleve_of(s.dossier)) for s in matin.rappels],
        "decrochent": [drifting_json(d) for d in matin.decrochent],
        "ne_plus_contacter": len(matin.in_state(Etat.NE_PLUS_CONTACTER)),
        "en_attente": len(matin.in_state(Etat.EN_ATTENTE)),
        "suspendus": len(matin.in_state(Etat.SUSPENDU)),
        "a_verifier": [
            {
                "feuille": a.feuille,
                "cellule": a.cellule,
                "contenu": a.contenu,
                "raison": a.raison,
                "remede": a.remede,
            }
            for a in constat.a_verifier
        ],
        "imports": {canal: iso(classeur.imports.get(canal)) for canal in CANAUX_SUIVIS},
        "perimes": list(constat.perimes),
        "en_file": len(matin.en_file),
        "ecrit": constat.ecrit,
    }


def _step_document(classeur: Classeur, situation: Situation) -> dict[str, Any]:
    dossier = situation.dossier
    return student_json(classeur.eleve_of(dossier), dossier) | step_json(situation)


def _closing_document(classeur: Classeur, situation: Situation) -> dict[str, Any]:
    dossier = situation.dossier
    return student_json(classeur.eleve_of(dossier), dossier) | case_json(situation)


Conseil = tuple[str, str]
"""A command, and what it is for."""

PREMIERS_PAS: tuple[Conseil, ...] = (
    ('inactifs init --auto-ecole "Auto-école du Port"', "crée le classeur, ou adopte le vôtre"),
    ("inactifs import eleves FICHIER", "vos élèves, puis cours, connexions, contacts"),
    ("inactifs detect", "trouve les élèves inactifs"),
)


def welcome() -> None:
    """Say where the workbook stands today, and what to type next; nothing is written."""
    session = Session("")
    chemin = session.chemin
    if not (chemin.exists() or kept_beside(chemin).exists()):  # else reading it says the way back
        say(f"Pas encore de classeur ici ({chemin}). Pour commencer :")
        _show(PREMIERS_PAS)
        return
    constat = look(session.classeur, chemin, session.jour)
    matin = constat.matin
    say(
        f"{chemin} : {matin.suivis} {'élèves suivis' if matin.suivis > 1 else 'élève suivi'}, "
        f"{len(matin.in_state(Etat.A_RELANCER))} à relancer, "
        f"{len(matin.in_state(Etat.A_CLOTURER))} à clôturer.",
        "Et maintenant :",
    )
    _show(advice(constat)[:3])


def advice(constat: Constat) -> list[Conseil]:
    """The commands that make sense now, the most useful first (three at least)."""
    matin, classeur = constat.matin, constat.classeur
    conseils: list[Conseil] = []
    if classeur.manquants:
        conseils.append(("inactifs init", f"ajoute ce qui manque : {classeur.manquants[0]}"))
    if not matin.suivis:
        return [*conseils, *PREMIERS_PAS[1:], PREMIERS_PAS[0]]
    if constat.perimes:
        canal = constat.perimes[0]
        etat = "est ancien" if classeur.imports.get(canal) else "n'a jamais été fait"
        conseils.append((f"inactifs import {canal} FICHIER", f"l'import « {canal} » {etat}"))
    if matin.nouveaux or matin.modifies:
        conseils.append(("inactifs detect", "la tournée du matin : le tableau n'est pas à jour"))
    if a_relancer := matin.in_state(Etat.A_RELANCER):
        premier = a_relancer[0].dossier
        qui = as_typed(premier.numero, premier.eleve)
        conseils.append((f"inactifs relance message {qui}", f"que dire à {premier.eleve}"))
        conseils.append(("inactifs relance add", "noter un appel, un SMS, un email"))
    if matin.in_state(Etat.A_CLOTURER):
        conseils.append(("inactifs close --tous", "clôturer ceux qui n'ont pas répondu"))
    return [
        *conseils,
        ("inactifs next", "ce qui est à venir"),
        ("inactifs report", "le rapport du mois"),
        ("inactifs check", "ce qui est douteux dans le classeur"),
    ]


def _show(conseils: Sequence[Conseil]) -> None:
    largeur = max(len(commande) for commande, _ in conseils)
    say(
        *(f"  {commande:<{largeur}}  {pourquoi}" for commande, pourquoi in conseils),
        "Toutes les commandes : inactifs --help",
    )
