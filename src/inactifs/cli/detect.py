"""``detect`` and ``next``: whom to contact, how, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inactifs.cli.commun import (
    OptClasseur,
    OptDate,
    OptDateVue,
    OptJson,
    OptSimulation,
    Travail,
    choice,
    command_day,
    part_of_one,
    print_json,
    read,
    say,
    show,
    workbook_path,
    working,
)
from inactifs.dates import french
from inactifs.procedure.inactivite import CANAUX_SUIVIS, stale_imports
from inactifs.procedure.matin import Tri

if TYPE_CHECKING:
    from inactifs.classeur.valeurs import Anomalie, Classeur
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


def detect(
    tri: Annotated[
        str | None,
        typer.Option(
            "--tri",
            metavar="TRI",
            help="Qui ouvrir d'abord quand Paramètres limite les nouveaux dossiers du jour : "
            f"{', '.join(Tri)} (sinon anciennete).",
            show_default=False,
        ),
    ] = None,
    classeur: OptClasseur = None,
    date_: OptDate = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """The morning: open cases, note reprises, show what is due (contract, section 3)."""
    jour = command_day(date_)
    ordre = choice(Tri, tri, "--tri") if tri else Tri.ANCIENNETE
    with working(classeur, jour, "detect", simulation=simulation) as travail:
        constat = observe(travail, ordre)
    if json_:
        print_json(_detect_document(constat))
        return
    from inactifs.rendu.morning import render_morning

    show(*render_morning(constat.matin, constat.classeur, constat.a_verifier, constat.perimes))
    if simulation:
        say("Simulation : rien n'a été écrit.")


def observe(travail: Travail, tri: Tri) -> Constat:
    """Run the morning on a workbook, and write what it brings."""
    from inactifs.classeur.valeurs import Changements

    constat = look(travail.classeur, travail.source.chemin, travail.jour, tri)
    matin = constat.matin
    journal = [
        travail.entry(r.dossier.eleve, f"Reprise : {r.critere.value} du {french(r.date)}")
        for r in matin.reprises
    ]
    journal += [
        travail.entry(d.eleve, f"Signe de vie du {_fr(d.derniere_activite)} : dossier suspendu")
        for d in matin.signes_de_vie
    ]
    journal += [
        travail.entry(d.eleve, f"Dossier ouvert : dernière activité le {_fr(d.derniere_activite)}")
        for d in matin.nouveaux
    ]
    if not journal:
        journal = [travail.entry("", "Échéances mises à jour")]
    changements = Changements(dossiers=(*matin.modifies, *matin.nouveaux), journal=journal)
    ecrit = travail.save(changements, actualiser=True) and not travail.simulation
    return Constat(
        matin, constat.classeur, constat.chemin, constat.a_verifier, constat.perimes, ecrit
    )


def look(classeur: Classeur, chemin: Path, jour: date, tri: Tri = Tri.ANCIENNETE) -> Constat:
    """The morning's verdicts, nothing being written."""
    from inactifs.classeur.findings import morning_of, to_look_at

    matin = morning_of(classeur, jour, tri)
    a_verifier = to_look_at(classeur, matin)
    perimes = stale_imports(classeur.imports, classeur.regles, jour)
    return Constat(matin, classeur, chemin, a_verifier, perimes)


def next_steps(
    classeur: OptClasseur = None,
    jours: Annotated[
        int | None,
        typer.Option(
            "--jours",
            min=0,
            metavar="N",
            help="Seulement les étapes dues d'ici N jours.",
            show_default=False,
        ),
    ] = None,
    responsable: Annotated[
        str | None,
        typer.Option(
            "--responsable",
            metavar="RESPONSABLE",
            help="Seulement celles de ce responsable (un début de mot suffit).",
            show_default=False,
        ),
    ] = None,
    ics: Annotated[
        Path | None,
        typer.Option(
            "--ics",
            metavar="FICHIER",
            help="Écrit aussi un calendrier pour Outlook ou un téléphone.",
            show_default=False,
        ),
    ] = None,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="Avec --ics : ajoute le téléphone et l'email des élèves.",
            show_default=False,
        ),
    ] = False,
    date_: OptDateVue = None,
    json_: OptJson = False,
) -> None:
    """Show the steps due, and those to come."""
    from inactifs.mots import simplify
    from inactifs.procedure.matin import due_steps
    from inactifs.procedure.modele import Etat

    jour = command_day(date_)
    source, contenu = read(workbook_path(classeur))
    situations = open_situations(contenu, jour)
    etapes = due_steps(situations, jour, jours)
    if responsable:
        cherche = part_of_one(
            responsable, (e.responsable for e in contenu.regles.plan), "--responsable"
        )
        etapes = [s for s in etapes if s.etape and cherche in simplify(s.etape.responsable)]
    a_cloturer = [s for s in situations if s.etat is Etat.A_CLOTURER]
    if ics is not None:
        from inactifs.cli.outputs import write_private
        from inactifs.rendu.ics import calendar

        write_private(
            ics, calendar(etapes, contenu.eleve_of, contenu.ecole, datetime.now(), details=details)
        )
    if json_:
        print_json(
            {
                "date": jour.isoformat(),
                "classeur": str(source.chemin),
                "etapes": [_step_document(contenu, s) for s in etapes],
                "a_cloturer": [_closing_document(contenu, s) for s in a_cloturer],
            }
        )
        return
    from inactifs.rendu.morning import render_steps

    show(*render_steps(etapes, contenu, jour, len(a_cloturer)))
    if ics is not None:
        say(f"Calendrier écrit : {ics}")


def open_situations(classeur: Classeur, jour: date) -> list[Situation]:
    """Where every open dossier stands on ``jour``; the last one of a student who has several."""
    from inactifs.procedure.suivi import situate_of

    situations = []
    for dossier in classeur.dossiers:
        if dossier.ouvert and dossier.ligne not in classeur.doublons:
            eleve = classeur.eleve_of(dossier)
            situations.append(situate_of(dossier, eleve, classeur.regles, jour))
    return situations


def _detect_document(constat: Constat) -> dict[str, Any]:
    from inactifs.procedure.modele import Etat
    from inactifs.rendu.json_shapes import iso, student_json

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
    from inactifs.rendu.json_shapes import step_json, student_json

    dossier = situation.dossier
    return student_json(classeur.eleve_of(dossier), dossier) | step_json(situation)


def _closing_document(classeur: Classeur, situation: Situation) -> dict[str, Any]:
    from inactifs.rendu.json_shapes import case_json, student_json

    dossier = situation.dossier
    return student_json(classeur.eleve_of(dossier), dossier) | case_json(situation)


def _fr(jour: date | None) -> str:
    return french(jour) if jour else "?"
