"""``close``: the dossiers of those who gave up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inactifs.cli.commun import (
    OptClasseur,
    OptDate,
    OptJson,
    OptMotif,
    OptSimulation,
    Travail,
    ask,
    case_document,
    command_day,
    interactive,
    open_dossier_of,
    print_json,
    read,
    remind_private,
    require_terminal,
    say,
    situation_of,
    workbook_path,
    working,
)
from inactifs.dates import french
from inactifs.erreurs import ErreurInactifs, Refus, UsageIncorrect
from inactifs.procedure import gestes, notes
from inactifs.procedure.modele import Dossier, Eleve, Etat

if TYPE_CHECKING:
    from inactifs.classeur.valeurs import Classeur
    from inactifs.cli.archiving import Rangement
    from inactifs.procedure.suivi import Situation
    from inactifs.recherche import Personne


def close(
    eleves: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ÉLÈVE]…",
            help="Un ou plusieurs élèves : numéro, nom, ou partie d'un nom.",
            show_default=False,
        ),
    ] = None,
    tous: Annotated[
        bool,
        typer.Option("--tous", help="Tous ceux qui peuvent être clôturés.", show_default=False),
    ] = False,
    documents: Annotated[
        Path | None,
        typer.Option(
            "--documents",
            metavar="DOSSIER",
            help="Le dossier des documents de l'élève, à copier dans archives/dossiers/.",
            show_default=False,
        ),
    ] = None,
    deplacer: Annotated[
        bool,
        typer.Option(
            "--deplacer",
            help="Avec --documents : retire l'original, une fois la copie vérifiée.",
            show_default=False,
        ),
    ] = False,
    sans_derniere_relance: Annotated[
        bool,
        typer.Option(
            "--sans-derniere-relance",
            help="Renonce à la relance optionnelle ; demande --motif.",
            show_default=False,
        ),
    ] = False,
    demande_eleve: Annotated[
        bool,
        typer.Option("--demande-eleve", help="L'élève dit qu'il abandonne.", show_default=False),
    ] = False,
    motif: OptMotif = None,
    oui: Annotated[
        bool, typer.Option("--oui", help="Clôture sans demander.", show_default=False)
    ] = False,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Close cases as abandonniste, and archive the documents."""
    from inactifs.recherche import find_person

    jour = command_day(date_)
    if sans_derniere_relance:
        motif = ask(motif, "Pourquoi renoncer à la dernière relance", '--motif "…"')
    if eleves and tous:
        raise UsageIncorrect("--tous ne se combine pas avec des noms d'élèves.", "Choisissez.")
    if tous and (sans_derniere_relance or demande_eleve):
        raise UsageIncorrect(
            "--tous ne clôture que les dossiers dont toutes les relances sont faites.",
            "Pour les autres cas, donnez le nom des élèves.",
        )
    if documents is not None and (tous or len(eleves or ()) > 1):
        raise UsageIncorrect(
            "--documents ne vaut que pour un élève à la fois.", "Clôturez-les un par un."
        )
    if deplacer and documents is None:
        raise UsageIncorrect(
            "--deplacer demande le dossier à déplacer.", "Ajoutez --documents DOSSIER."
        )
    if not eleves and not tous:
        personne = _asked(classeur, jour, sans_derniere_relance, demande_eleve)
        if personne is None:
            say("Aucun dossier n'est à clôturer aujourd'hui.")
            return
        eleves = [personne.numero or personne.nom]
    with working(classeur, jour, "close", simulation=simulation) as travail:
        if tous:
            personnes = [p for p, _ in _closable(travail.classeur, jour, False)]
        else:
            personnes = [find_person(travail.classeur, e) for e in eleves or ()]
        personnes = list({(p.numero, p.nom): p for p in personnes}.values())
        for personne in personnes:
            dossier = open_dossier_of(personne, travail.classeur, jour)
            refus = _refusal(
                travail.classeur, jour, personne, dossier, sans_derniere_relance, demande_eleve
            )
            if refus is not None:
                raise refus
        if personnes and not simulation:
            _confirm(personnes, oui)
        clos: list[tuple[Personne, Dossier, Eleve | None]] = []
        details: list[str] = []
        for personne in personnes:
            dossier = open_dossier_of(personne, travail.classeur, jour)
            raison = notes.DEMANDE_ELEVE if demande_eleve else ""
            refus = _refusal(travail.classeur, jour, personne, dossier, False, demande_eleve)
            if refus is not None:
                raison = "sans la dernière relance"
            separe = " : " if raison.startswith("sans") else ", "
            precision = separe.join(t for t in (raison, motif) if t)
            fini = gestes.end_as_abandon(dossier, jour, precision)
            eleve = personne.eleve and replace(personne.eleve, statut="abandonniste")
            clos.append((personne, fini, eleve))
            details.append(notes.closed(jour, precision))
        rangement: Rangement | None = None
        restes: list[Path] = []
        if documents is None:
            _write_closed(travail, clos, details)
        else:
            from inactifs.cli.archiving import documents_archived, move_documents

            ((personne, fini, eleve),) = clos
            with documents_archived(travail, personne, fini, documents) as rangement:
                note = gestes.add_comment(fini.commentaire, rangement.note)
                clos = [(personne, replace(fini, commentaire=note), eleve)]
                _write_closed(travail, clos, [f"{details[0]}. {rangement.trace}"])
            if deplacer:
                restes = move_documents(rangement, documents)
    remind_private(motif or "", simulation=simulation)
    if json_:
        cas = [case_document(p, situation_of(travail, d, e), e) for p, d, e in clos]
        document: dict[str, Any] = cas[0] if eleves and len(cas) == 1 else {"dossiers": cas}
        if rangement is not None:
            document["documents"] = {
                "archive": rangement.chemin,
                "fichiers": len(rangement.fichiers),
                "laisses": [str(reste) for reste in restes],
            }
        print_json(document)
        return
    if not clos:
        say("Aucun dossier n'est à clôturer aujourd'hui.")
    for personne, _, _ in clos:
        say(f"{personne.libelle} : abandonniste, dossier clôturé le {french(jour)}.")
    if rangement is not None:
        say(f"{rangement.trace}.")
        if deplacer and not restes and not simulation:
            say(f"« {documents} » a été retiré, sa copie vérifiée.")
    if simulation:
        say("Simulation : rien n'a été écrit.")


def _closable(
    classeur: Classeur, jour: date, sans_derniere_relance: bool
) -> Iterator[tuple[Personne, Situation]]:
    """Those who may be closed after their relances, and where they stand."""
    from inactifs.procedure.suivi import situate_of
    from inactifs.recherche import all_persons

    for personne in all_persons(classeur):
        dossier = personne.ouvert
        if dossier is None or any(ligne.ouverte for ligne in personne.illisibles):
            continue
        situation = situate_of(dossier, personne.eleve, classeur.regles, jour)
        refus = _refusal(classeur, jour, personne, dossier, sans_derniere_relance, False)
        if situation.etat is not Etat.SUSPENDU and refus is None:
            yield personne, situation


def _asked(
    classeur: Path | None, jour: date, sans_derniere_relance: bool, demande_eleve: bool
) -> Personne | None:
    """The student to close, chosen among those who may be; None when nobody may.

    Anybody may say that they give up: nobody is proposed then.
    """
    require_terminal("le nom ou le numéro de l'élève, ou --tous")
    from inactifs.cli.questions import ask_student
    from inactifs.depot.locks import refuse_if_open_elsewhere

    source, contenu = read(workbook_path(classeur))
    refuse_if_open_elsewhere(source.chemin)
    proposes = (
        [] if demande_eleve else [s for _, s in _closable(contenu, jour, sans_derniere_relance)]
    )
    if not proposes and not demande_eleve:
        return None
    return ask_student(contenu, proposes, "Peuvent être clôturés :")


def _write_closed(
    travail: Travail, clos: list[tuple[Personne, Dossier, Eleve | None]], details: list[str]
) -> None:
    from inactifs.classeur.valeurs import Changements

    if clos:
        travail.save(
            Changements(
                eleves=[e for _, _, e in clos if e is not None],
                dossiers=[d for _, d, _ in clos],
                journal=[
                    travail.entry(d.eleve, detail)
                    for (_, d, _), detail in zip(clos, details, strict=True)
                ],
            )
        )


def _refusal(
    classeur: Classeur,
    jour: date,
    personne: Personne,
    dossier: Dossier,
    sans_derniere_relance: bool,
    demande_eleve: bool,
) -> ErreurInactifs | None:
    if demande_eleve:
        return None
    return gestes.refusal_to_close(
        dossier,
        personne.eleve,
        classeur.regles,
        jour,
        sans_derniere_relance=sans_derniere_relance,
    )


def _confirm(personnes: list[Personne], oui: bool) -> None:
    """Ask before closing; outside a terminal, ``--oui`` is required."""
    if oui:
        return
    noms = ", ".join(p.libelle for p in personnes)
    if not interactive():
        raise Refus(f"Clôturer {noms} demande une confirmation.", "Ajoutez --oui.")
    from inactifs.cli.questions import confirm

    for personne in personnes:
        relances = personne.ouvert.relances if personne.ouvert else ()
        dates = ", ".join(french(r.date) for r in relances) or "aucune"
        say(f"{personne.libelle} : relances {dates}")
    confirm(f"Clôturer {'ce dossier' if len(personnes) == 1 else f'ces {len(personnes)} dossiers'}")
