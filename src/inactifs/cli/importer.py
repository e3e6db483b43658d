"""``import``: exports of other software into the register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inactifs.cli.export_files import exports_of
from inactifs.cli.options import (
    OptClasseur,
    OptDate,
    OptJson,
    OptSimulation,
    workbook_path,
)
from inactifs.cli.questions import ask
from inactifs.cli.screen import print_json, say, show
from inactifs.cli.session import Session
from inactifs.erreurs import FichierInvalide, UsageIncorrect

if TYPE_CHECKING:
    from inactifs.classeur.valeurs import Anomalie, Classeur
    from inactifs.imports.outcome import Rejet, ResultatImport
    from inactifs.procedure.modele import Eleve

ArgFichiers = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FICHIER…",
        help="Le fichier exporté (ou plusieurs, ou un dossier).",
    ),
]
OptColonne = Annotated[
    list[str] | None,
    typer.Option(
        "--colonne",
        metavar="CHAMP=EN-TÊTE",
        help="Dit quelle colonne est quoi : --colonne date=Horaire.",
    ),
]
OptFeuille = Annotated[
    str | None,
    typer.Option("--feuille", metavar="NOM", help="La feuille à lire."),
]
OptRejets = Annotated[
    Path | None,
    typer.Option(
        "--rejets",
        metavar="FICHIER",
        help="Écrit les lignes rejetées, à corriger et réimporter.",
    ),
]
OptStrict = Annotated[
    bool,
    typer.Option("--strict", help="N'écrit rien si une ligne est rejetée."),
]


def eleves(
    fichiers: ArgFichiers = None,
    colonne: OptColonne = None,
    feuille: OptFeuille = None,
    rejets: OptRejets = None,
    strict: OptStrict = False,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Import the register."""
    _import(
        "eleves", fichiers, colonne, feuille, rejets, strict, date_, classeur, json_, simulation
    )


def cours(
    fichiers: ArgFichiers = None,
    colonne: OptColonne = None,
    feuille: OptFeuille = None,
    rejets: OptRejets = None,
    strict: OptStrict = False,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Import lessons."""
    _import("cours", fichiers, colonne, feuille, rejets, strict, date_, classeur, json_, simulation)


def connexions(
    fichiers: ArgFichiers = None,
    colonne: OptColonne = None,
    feuille: OptFeuille = None,
    rejets: OptRejets = None,
    strict: OptStrict = False,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Import logins to the revision platform."""
    _import(
        "connexions", fichiers, colonne, feuille, rejets, strict, date_, classeur, json_,
        simulation,
    )  # fmt: skip


def contacts(
    fichiers: ArgFichiers = None,
    colonne: OptColonne = None,
    feuille: OptFeuille = None,
    rejets: OptRejets = None,
    strict: OptStrict = False,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Import signs of life."""
    _import(
        "contacts", fichiers, colonne, feuille, rejets, strict, date_, classeur, json_, simulation
    )


def _import(
    canal: str,
    fichiers: list[Path] | None,
    colonne: list[str] | None,
    feuille: str | None,
    rejets: Path | None,
    strict: bool,
    date_: str | None,
    classeur: Path | None,
    as_json: bool,
    simulation: bool,
) -> None:
    from inactifs.classeur.editing import unreadable
    from inactifs.classeur.valeurs import Changements
    from inactifs.cli.exports import Demande, read_exports
    from inactifs.imports.outcome import Canal
    from inactifs.rendu.imported import count_line, import_json

    colonnes = dict(_column(c) for c in colonne or ())
    nommes = fichiers or [_asked()]
    chemins = exports_of(nommes, workbook_path(classeur))
    if rejets is not None:
        _require_free(rejets, [*chemins, workbook_path(classeur)])
    ecrit = False
    travail = Session(f"import {canal}", classeur, date_, simulation=simulation)
    with travail.writing():
        resultats, ecartes = read_exports(
            Demande(Canal(canal), colonnes, feuille, classeur),
            chemins,
            nommes,
            travail.classeur.registre,
            travail.jour,
        )
        perdues = [r for resultat in resultats for r in resultat.rejets]
        lu = any(r.lignes > len(r.rejets) or not r.lignes for r in resultats)
        if rejets is not None and perdues and not simulation:
            _write_rejects(rejets, resultats)
        eleves = [apres for _, apres in _changes(resultats)]
        intacts = _left_alone(travail.classeur, eleves)
        if intacts:
            if strict:
                raise unreadable(next(iter(intacts.values())))
            resultats[-1] = _warned(resultats[-1], _unreadable_rows(intacts))
        resultats[-1] = _warned(resultats[-1], ecartes)
        if lu and not (strict and perdues):
            ecrit = travail.save(
                Changements(
                    eleves=[e for e in eleves if e.numero not in intacts],
                    imports={canal: travail.jour},
                    journal=[travail.entry("", count_line(resultats))],
                )
            )
    if strict and perdues:
        raise _refused(perdues, rejets if not simulation else None)
    if as_json:
        print_json(import_json(resultats) | {"ecrit": ecrit and not simulation})
        return
    _tell(resultats, perdues, rejets, simulation)
    if not lu:
        say("Aucune ligne n'a été reconnue : rien n'a été écrit, cet import n'est pas noté.")
        if canal != "eleves" and not travail.classeur.registre:
            say("Importez d'abord vos élèves : inactifs import eleves FICHIER")


def _changes(resultats: list[ResultatImport]) -> list[tuple[Eleve | None, Eleve]]:
    """Each student changed, before the first file and after the last."""
    avant: dict[str, Eleve | None] = {}
    apres: dict[str, Eleve] = {}
    for resultat in resultats:
        for eleve in resultat.eleves:
            avant.setdefault(eleve.numero, resultat.avant.get(eleve.numero))
            apres[eleve.numero] = eleve
    return [(avant[numero], eleve) for numero, eleve in apres.items() if avant[numero] != eleve]


def _left_alone(classeur: Classeur, eleves: list[Eleve]) -> dict[str, Anomalie]:
    """The students whose row holds, where it would be written, what cannot be read; by number.

    That cell is left as it is, and the other students go on (contract, section 2).
    """
    from inactifs.classeur.ecriture import blocked_by, unreadable_cells

    illisibles = unreadable_cells(classeur)
    return {
        eleve.numero: anomalie
        for eleve in eleves
        if (anomalie := blocked_by(classeur, eleve, illisibles)) is not None
    }


def _unreadable_rows(intacts: dict[str, Anomalie]) -> list[str]:
    return [
        f"{a.feuille}, cellule {a.cellule} : « {a.contenu} » ne peut pas être lu, cet élève n'a "
        "pas été mis à jour. Corrigez cette cellule, puis relancez l'import."
        for a in intacts.values()
    ]


def _warned(resultat: ResultatImport, phrases: list[str]) -> ResultatImport:
    return replace(resultat, avertissements=(*resultat.avertissements, *phrases))


def _tell(
    resultats: list[ResultatImport], perdues: list[Rejet], rejets: Path | None, simulation: bool
) -> None:
    """What was understood, the counts, the lines to correct, and what would change."""
    from inactifs.rendu.imported import count_line, render_changes, render_rejects

    for resultat in resultats:
        say(*resultat.compris, *resultat.avertissements)
    say(count_line(resultats))
    if perdues:
        show(*render_rejects(perdues))
        if rejets is None:
            say("Ajoutez --rejets rejets.csv pour les corriger et les réimporter.")
        elif not simulation:
            say(f"Lignes rejetées écrites dans {rejets} : corrigez-les et réimportez ce fichier.")
    elif rejets is not None:
        say(f"Aucune ligne rejetée : {rejets} n'a pas été écrit.")
    if simulation:
        show(*render_changes(_changes(resultats)))
        say("Simulation : rien n'a été écrit.")


def _write_rejects(chemin: Path, resultats: list[ResultatImport]) -> None:
    from inactifs.cli.outputs import write_private
    from inactifs.imports.rejects import rejets_csv

    write_private(chemin, rejets_csv(resultats))


def _require_free(rejets: Path, lus: list[Path]) -> None:
    """Raise ``UsageIncorrect`` when the rejects would take the place of what is read."""
    if rejets.exists() and any(lu.exists() and rejets.samefile(lu) for lu in lus):
        raise UsageIncorrect(
            f"--rejets : « {rejets} » est aussi un fichier à lire, il serait remplacé.",
            "Donnez un autre nom, par exemple --rejets rejets2.csv.",
        )


def _refused(perdues: list[Rejet], rejets: Path | None) -> FichierInvalide:
    """The refusal of ``--strict``."""
    s = "s" if len(perdues) > 1 else ""
    premiere = perdues[0]
    ou = f" (lignes rejetées dans {rejets})" if rejets is not None else ""
    return FichierInvalide(
        f"{len(perdues)} ligne{s} rejetée{s} et --strict : rien n'a été écrit. La première : "
        f"{premiere.fichier}, ligne {premiere.ligne} : {premiere.raison}",
        f"Corrigez le fichier{ou}, ou relancez sans --strict.",
    )


def _column(texte: str) -> tuple[str, str]:
    champ, egal, entete = texte.partition("=")
    if not egal or not champ.strip() or not entete.strip():
        raise UsageIncorrect(
            f"--colonne : « {texte} » n'a pas la forme champ=En-tête.",
            "Par exemple : --colonne date=Horaire",
        )
    return champ.strip(), entete.strip()


def _asked() -> Path:
    reponse = ask(None, "Quel fichier (ou dossier) importer", "le fichier à importer")
    return Path(reponse.strip("'\""))  # as a terminal writes a file dropped on it
