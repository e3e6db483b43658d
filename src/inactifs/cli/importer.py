"""``import``: exports of other software into the register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inactifs.cli.commun import (
    OptClasseur,
    OptDate,
    OptJson,
    OptSimulation,
    command_day,
    print_json,
    say,
    show,
    working,
)
from inactifs.erreurs import FichierInvalide, UsageIncorrect

if TYPE_CHECKING:
    from inactifs.imports.resultat import ResultatImport

EXTENSIONS = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"}

ArgFichiers = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FICHIER…",
        help="Le fichier exporté (ou plusieurs, ou un dossier).",
        show_default=False,
    ),
]
OptColonne = Annotated[
    list[str] | None,
    typer.Option(
        "--colonne",
        metavar="CHAMP=EN-TÊTE",
        help="Dit quelle colonne est quoi : --colonne date=Horaire.",
        show_default=False,
    ),
]
OptFeuille = Annotated[
    str | None,
    typer.Option("--feuille", metavar="NOM", help="La feuille à lire.", show_default=False),
]
OptRejets = Annotated[
    Path | None,
    typer.Option(
        "--rejets",
        metavar="FICHIER",
        help="Écrit les lignes rejetées, à corriger et réimporter.",
        show_default=False,
    ),
]
OptStrict = Annotated[
    bool,
    typer.Option("--strict", help="N'écrit rien si une ligne est rejetée.", show_default=False),
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
    """La liste des élèves, du logiciel de l'auto-école."""
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
    """Les leçons du planning, faites et réservées."""
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
    """Les connexions à PASS Rousseau."""
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
    """Les visites, appels et emails venus des élèves."""
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
    from inactifs.classeur.valeurs import Changements
    from inactifs.imports.importation import import_file
    from inactifs.imports.resultat import Canal
    from inactifs.registre import Registre

    jour = command_day(date_)
    if not fichiers:
        raise UsageIncorrect(
            "Il manque le fichier à importer.", f"Par exemple : inactifs import {canal} export.csv"
        )
    colonnes = dict(_column(c) for c in colonne or ())
    chemins = _expand(fichiers)
    resultats: list[ResultatImport] = []
    with working(classeur, jour, f"import {canal}", simulation=simulation) as travail:
        connus = {e.numero: e for e in travail.classeur.registre}
        changes: dict[str, Any] = {}
        for chemin in chemins:
            resultat = import_file(
                Canal(canal),
                _content(chemin),
                chemin.name,
                Registre(connus.values()),
                jour,
                colonnes=colonnes,
                feuille=feuille,
            )
            resultats.append(resultat)
            nouveaux = {e.numero: e for e in resultat.eleves}
            connus |= nouveaux
            changes |= nouveaux
        nombre_rejets = sum(len(r.rejets) for r in resultats)
        bloque = strict and nombre_rejets > 0
        if not bloque:
            travail.save(
                Changements(
                    eleves=list(changes.values()),
                    imports={canal: jour},
                    journal=[travail.entry("", _counts(resultats))],
                )
            )
    if rejets is not None and nombre_rejets:
        from inactifs.cli.fichiers_produits import write_private
        from inactifs.imports.rejets import rejets_csv

        write_private(rejets, rejets_csv(resultats))
    if bloque:
        premier = next(r for resultat in resultats for r in resultat.rejets)
        raise FichierInvalide(
            f"{nombre_rejets} ligne{'s' if nombre_rejets > 1 else ''} rejetée"
            f"{'s' if nombre_rejets > 1 else ''} et --strict : rien n'a été écrit. La première : "
            f"{premier.fichier}, ligne {premier.ligne} : {premier.raison}",
            "Corrigez le fichier, ou relancez sans --strict.",
        )
    if as_json:
        print_json(_document(resultats))
        return
    for resultat in resultats:
        say(*resultat.compris, *resultat.avertissements)
    say(_counts(resultats))
    if nombre_rejets:
        from inactifs.rendu.terminal import render_rejects

        show(*render_rejects([r for resultat in resultats for r in resultat.rejets]))
        if rejets is not None:
            say(f"Lignes rejetées écrites dans {rejets} : corrigez-les et réimportez ce fichier.")
        else:
            say("Ajoutez --rejets rejets.csv pour les corriger et les réimporter.")
    if simulation:
        from inactifs.rendu.terminal import render_changes

        show(*render_changes([(r.avant.get(e.numero), e) for r in resultats for e in r.eleves]))
        say("Simulation : rien n'a été écrit.")


def _document(resultats: list[ResultatImport]) -> dict[str, Any]:
    return {
        "lignes": sum(r.lignes for r in resultats),
        "importees": sum(r.importees for r in resultats),
        "inchangees": sum(r.inchangees for r in resultats),
        "ignorees": sum(r.ignorees for r in resultats),
        "nouveaux": sum(r.nouveaux for r in resultats),
        "rejets": [
            {
                "fichier": r.fichier,
                "ligne": r.ligne,
                "raison": r.raison,
                "contenu": r.contenu,
                "suggestions": list(r.suggestions),
            }
            for resultat in resultats
            for r in resultat.rejets
        ],
        "compris": [phrase for r in resultats for phrase in r.compris],
        "avertissements": [phrase for r in resultats for phrase in r.avertissements],
    }


def _counts(resultats: list[ResultatImport]) -> str:
    d = _document(resultats)
    return (
        f"{d['lignes']} lignes lues : {d['importees']} importées, {d['inchangees']} déjà connues, "
        f"{d['ignorees']} qui ne comptent pas, {len(d['rejets'])} rejetées ; "
        f"{d['nouveaux']} nouveaux élèves."
    )


def _column(texte: str) -> tuple[str, str]:
    champ, egal, entete = texte.partition("=")
    if not egal or not champ.strip() or not entete.strip():
        raise UsageIncorrect(
            f"--colonne : « {texte} » n'a pas la forme champ=En-tête.",
            "Par exemple : --colonne date=Horaire",
        )
    return champ.strip(), entete.strip()


def _expand(fichiers: list[Path]) -> list[Path]:
    """The files meant: those of a folder are its exports, in order of name."""
    chemins: list[Path] = []
    for fichier in fichiers:
        if fichier.is_dir():
            trouves = sorted(f for f in fichier.iterdir() if f.suffix.lower() in EXTENSIONS)
            if not trouves:
                raise FichierInvalide(
                    f"Le dossier « {fichier} » ne contient aucun export.",
                    "Donnez un fichier .csv, .xlsx, .xls ou .ods.",
                )
            chemins += trouves
        else:
            chemins.append(fichier)
    return chemins


def _content(chemin: Path) -> bytes:
    try:
        return chemin.read_bytes()
    except OSError as faute:
        raise FichierInvalide(
            f"Impossible de lire « {chemin} » : {_reason(faute)}.",
            "Vérifiez le nom du fichier et le dossier.",
        ) from faute


def _reason(faute: OSError) -> str:
    if isinstance(faute, FileNotFoundError):
        return "il n'existe pas"
    if isinstance(faute, PermissionError):
        return "l'accès est refusé"
    return faute.strerror or "erreur de lecture"
