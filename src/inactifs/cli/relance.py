"""``relance add`` and ``relance message``."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from inactifs.cli.commun import (
    ArgEleve,
    OptClasseur,
    OptDate,
    OptJson,
    OptJusquAu,
    OptSimulation,
    case_document,
    choice,
    command_day,
    interactive,
    open_dossier_of,
    print_json,
    read,
    remind_private,
    say,
    workbook_path,
    working,
)
from inactifs.cli.essai import Dites, Essai, prepare
from inactifs.erreurs import ClasseurOccupe, UsageIncorrect
from inactifs.procedure.modele import ISSUES_OFFERTES, Eleve, Moyen
from inactifs.procedure.suivi import situate

OptMoyen = Annotated[
    str | None,
    typer.Option(
        "--moyen",
        metavar="MOYEN",
        help=f"Comment : {', '.join(Moyen)} (sinon demandé dans un terminal, ailleurs celui de "
        "l'étape).",
        show_default=False,
    ),
]


def add(
    eleve: ArgEleve = None,
    moyen: OptMoyen = None,
    resultat: Annotated[
        str | None,
        typer.Option(
            "--resultat",
            metavar="ISSUE",
            help=f"Ce qui s'est passé : {', '.join(ISSUES_OFFERTES)} (sinon sans-reponse).",
            show_default=False,
        ),
    ] = None,
    jusqu_au: OptJusquAu = None,
    cause: Annotated[
        str | None,
        typer.Option("--cause", metavar="CAUSE", help="La cause donnée.", show_default=False),
    ] = None,
    commentaire: Annotated[
        str | None,
        typer.Option(
            "--commentaire", metavar="TEXTE", help="Ce qu'il faut retenir.", show_default=False
        ),
    ] = None,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Record an attempt; in a terminal, ask for what is missing."""
    from inactifs.classeur.valeurs import Changements
    from inactifs.cli.questions import confirm_meant
    from inactifs.recherche import find_person

    jour = command_day(date_)
    dites = Dites(moyen, resultat, jusqu_au, cause, commentaire)
    montre: list[str] | None = None
    if eleve is None or (moyen is None and interactive() and not simulation):
        eleve, dites, montre = _guided(classeur, jour, eleve, dites)
    with working(classeur, jour, "relance add", simulation=simulation) as travail:
        personne = find_person(travail.classeur, eleve)
        if montre is None and not simulation:
            confirm_meant(personne, eleve)
        essai = prepare(travail.classeur, personne, jour, dites)
        if montre is not None and montre != essai.preview:
            raise ClasseurOccupe(
                f"Le dossier de {personne.libelle} a changé pendant vos réponses : rien n'a été "
                "écrit.",
                "Voyez-le avec « inactifs show », puis recommencez.",
            )
        travail.save(
            Changements(
                eleves=[essai.eleve] if essai.eleve else [],
                dossiers=[essai.suite.dossier],
                journal=[travail.entry(essai.suite.dossier.eleve, essai.detail)],
            )
        )
    if json_:
        print_json(case_document(personne, essai.suite, essai.eleve))
    else:
        say(*essai.sentences)
    remind_private(_free_text(dites, essai), simulation=simulation)
    if simulation and not json_:
        say("Simulation : rien n'a été écrit.")


def _free_text(dites: Dites, essai: Essai) -> str:
    """What was typed in one's own words: the comment, and the cause beyond the list's."""
    nom, _, precision = essai.suite.dossier.cause.partition(" :") if dites.cause else ("", "", "")
    cause = precision if nom in essai.regles.causes else f"{nom} {precision}"
    return f"{dites.commentaire or ''} {cause}"


def _guided(
    classeur: Path | None, jour: date, eleve: str | None, dites: Dites
) -> tuple[str, Dites, list[str]]:
    """Ask what is missing (who, unless ``eleve`` says it), show what will be written, and have
    it confirmed.

    Nothing is locked meanwhile: somebody may take a long time to answer. A workbook that is
    open elsewhere is refused first, so that no answer is lost.
    """
    from inactifs.cli.questions import ask_due_student, ask_relance, confirm
    from inactifs.depot.locks import refuse_if_open_elsewhere
    from inactifs.recherche import find_person

    source, contenu = read(workbook_path(classeur))
    refuse_if_open_elsewhere(source.chemin)
    personne = find_person(contenu, eleve) if eleve else ask_due_student(contenu, jour)
    situation = situate(open_dossier_of(personne, contenu, jour), contenu.regles, jour)
    say(", ".join((personne.libelle, *_how_to_reach(personne.eleve))))
    dites = ask_relance(situation, personne.eleve, contenu.regles, jour, dites)
    montre = prepare(contenu, personne, jour, dites).preview
    say("", *montre)
    confirm("Écrire dans le classeur")
    return personne.numero or personne.nom, dites, montre


def _how_to_reach(eleve: Eleve | None) -> list[str]:
    from inactifs.phones import format_phone

    return [t for t in (format_phone(eleve.telephone), eleve.email) if t] if eleve else []


def message(
    eleve: ArgEleve = None,
    moyen: OptMoyen = None,
    eml: Annotated[
        Path | None,
        typer.Option(
            "--eml",
            metavar="FICHIER",
            help="Écrit un brouillon d'email prêt à envoyer.",
            show_default=False,
        ),
    ] = None,
    tous: Annotated[
        bool,
        typer.Option(
            "--tous",
            help="Prépare tous les messages dus, un fichier chacun, dans un dossier à côté du "
            "classeur.",
            show_default=False,
        ),
    ] = False,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
) -> None:
    """Show, or write down, the text of the due step."""
    from inactifs.cli.message import one_message, write_all
    from inactifs.cli.questions import ask_due_student
    from inactifs.recherche import find_person

    jour = command_day(date_)
    if tous and (eleve or eml):
        raise UsageIncorrect(
            "--tous prépare les messages de tous ceux qui sont à relancer.",
            "Donnez un élève, ou --tous, mais pas les deux.",
        )
    source, contenu = read(workbook_path(classeur))
    voulu = choice(Moyen, moyen, "--moyen") if moyen else None
    if tous:
        dossier = source.chemin.parent / f"messages_{jour.isoformat()}"
        write_all(contenu, jour, dossier, voulu, as_json=json_)
        return
    personne = find_person(contenu, eleve) if eleve else ask_due_student(contenu, jour)
    one_message(contenu, personne, jour, voulu, eml, as_json=json_)
