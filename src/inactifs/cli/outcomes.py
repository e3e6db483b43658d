"""The outcomes of a dossier that is not given up: ``reprise``, ``pause``, ``reopen``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from inactifs.cli.commun import (
    ArgEleve,
    OptClasseur,
    OptDate,
    OptJson,
    OptJusquAu,
    OptMotif,
    OptSimulation,
    Travail,
    ask,
    ask_eleve,
    case_document,
    command_day,
    open_dossier_of,
    print_json,
    remind_private,
    require_readable,
    say,
    situation_of,
    typed_day,
    working,
)
from inactifs.dates import french
from inactifs.procedure import gestes
from inactifs.procedure.inactivite import with_contact
from inactifs.procedure.modele import Dossier, Eleve, Resultat

if TYPE_CHECKING:
    from inactifs.recherche import Personne


def reprise(
    eleve: ArgEleve = None,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """End a case as reprise."""
    jour = command_day(date_)
    _change(
        ask_eleve(eleve),
        classeur,
        jour,
        "reprise",
        lambda travail, personne: (
            gestes.end_as_reprise(open_dossier_of(personne, travail.classeur, jour), jour),
            # Without a sign of life, the next « detect » would find them inactive again.
            personne.eleve and with_contact(personne.eleve, jour),
        ),
        "Reprise notée",
        as_json=json_,
        simulation=simulation,
    )


def pause(
    eleve: ArgEleve = None,
    jusqu_au: OptJusquAu = None,
    motif: OptMotif = None,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Suspend a case."""
    jour = command_day(date_)
    eleve = ask_eleve(eleve)
    jusqu_au = ask(jusqu_au, "Jusqu'à quelle date comprise", "--jusqu-au JOUR")
    fin = typed_day(jusqu_au, "--jusqu-au", sens="futur", depuis=jour)
    raison = ask(motif, "Pourquoi", '--motif "…"')
    _change(
        eleve,
        classeur,
        jour,
        "pause",
        lambda travail, personne: (
            gestes.pause(open_dossier_of(personne, travail.classeur, jour), fin, jour, raison),
            personne.eleve,
        ),
        f"Suspendu jusqu'au {french(fin)} : {raison}",
        as_json=json_,
        simulation=simulation,
    )
    remind_private(raison, simulation=simulation)


def reopen(
    eleve: ArgEleve = None,
    motif: OptMotif = None,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Open again a case that ended."""
    jour = command_day(date_)
    eleve = ask_eleve(eleve)
    raison = ask(motif, "Pourquoi", '--motif "…"')
    _change(
        eleve,
        classeur,
        jour,
        "reopen",
        lambda travail, personne: _reopened(travail, personne, jour, raison),
        f"Dossier rouvert : {raison}",
        as_json=json_,
        simulation=simulation,
    )
    remind_private(raison, simulation=simulation)


def _reopened(
    travail: Travail, personne: Personne, jour: date, motif: str
) -> tuple[Dossier, Eleve | None]:
    require_readable(personne)
    if not personne.dossiers:
        open_dossier_of(personne, travail.classeur, jour)  # says that there is none
    dossier = personne.dossiers[-1]  # the open one, if there is one: it is refused
    rouvert = gestes.reopen(dossier, jour, travail.classeur.regles, motif)
    eleve = personne.eleve
    if eleve is not None and dossier.resultat is Resultat.ABANDON:
        eleve = with_contact(replace(eleve, statut="en formation"), jour)
    return rouvert, eleve


def _change(
    texte: str,
    classeur: Path | None,
    jour: date,
    commande: str,
    transform: Callable[[Travail, Personne], tuple[Dossier, Eleve | None]],
    phrase: str,
    *,
    as_json: bool,
    simulation: bool,
) -> None:
    """Find somebody, change their dossier, save, say."""
    from inactifs.classeur.valeurs import Changements
    from inactifs.cli.questions import confirm_meant
    from inactifs.recherche import find_person

    with working(classeur, jour, commande, simulation=simulation) as travail:
        personne = find_person(travail.classeur, texte)
        if not simulation:
            confirm_meant(personne, texte)
        apres, eleve = transform(travail, personne)
        travail.save(
            Changements(
                eleves=[eleve] if eleve else [],
                dossiers=[apres],
                journal=[travail.entry(apres.eleve, phrase)],
            )
        )
    situation = situation_of(travail, apres, eleve)
    if as_json:
        print_json(case_document(personne, situation, eleve))
        return
    say(f"{personne.libelle} : {phrase[0].lower() + phrase[1:]}.")
    if simulation:
        say("Simulation : rien n'a été écrit.")
