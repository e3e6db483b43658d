"""The file itself: ``init``, ``check``, ``undo``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inactifs.cli.commands import CLASSEUR_PAR_DEFAUT, EXTENSIONS_CLASSEUR
from inactifs.cli.commun import (
    OptClasseur,
    OptDateVue,
    OptJson,
    OptSimulation,
    command_day,
    operator,
    print_json,
    say,
    show,
    timestamp,
    workbook_path,
)
from inactifs.erreurs import FichierInvalide, UsageIncorrect


def init(
    fichier: Annotated[
        Path | None,
        typer.Argument(
            metavar="[CLASSEUR]", help="Le classeur à créer, ou à adopter.", show_default=False
        ),
    ] = None,
    auto_ecole: Annotated[
        str | None,
        typer.Option(
            "--auto-ecole", metavar="NOM", help="Le nom de l'auto-école.", show_default=False
        ),
    ] = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
    simulation: OptSimulation = False,
) -> None:
    """Create the workbook, or adopt the one that exists (contract, section 2)."""
    from inactifs import depot
    from inactifs.classeur.adoption import complete
    from inactifs.classeur.ecriture import apply
    from inactifs.classeur.lecture import read_classeur
    from inactifs.classeur.nouveau import new_workbook
    from inactifs.classeur.valeurs import Changements, EntreeJournal

    if fichier is not None and classeur is not None:
        raise UsageIncorrect("Le classeur est donné deux fois.", "Donnez-le une seule fois.")
    chemin = workbook_path(fichier or classeur)
    if chemin.suffix.lower() not in EXTENSIONS_CLASSEUR:
        raise UsageIncorrect(
            f"« {chemin.name} » ne se termine pas par .xlsx.",
            f"Donnez un nom comme {CLASSEUR_PAR_DEFAUT}.",
        )
    cree = not chemin.exists()
    ajouts: tuple[str, ...] = ()
    avis = ""
    if cree:
        if not simulation:
            depot.create(chemin, new_workbook(auto_ecole or ""))
    else:
        with depot.lock(chemin, operateur=operator()):
            source = depot.read(chemin)
            nouveau = complete(source.data, chemin.name, auto_ecole or "", parametres=True)
            contenu = read_classeur(nouveau, chemin.name)
            if nouveau != source.data:
                ajouts = _additions(source.data, chemin.name)
                detail = "Classeur adopté : " + ", ".join(ajouts) if ajouts else "Classeur adopté"
                entree = EntreeJournal(timestamp(), operator(), "init", "", detail)
                nouveau = apply(
                    nouveau,
                    chemin.name,
                    contenu,
                    Changements(journal=[entree]),
                    timestamp().date(),
                    noter=True,
                )
                if not simulation:
                    avis = depot.replace(
                        source,
                        nouveau,
                        commande="init",
                        operateur=operator(),
                        quand=timestamp(),
                    )
    if avis:
        say(avis)
    if json_:
        print_json({"classeur": str(chemin), "cree": cree, "ajouts": list(ajouts)})
        return
    if cree:
        say(f"Classeur créé : {chemin}")
    elif ajouts:
        say(f"Classeur adopté : {chemin}. Ajouté : {', '.join(ajouts)}. Rien d'autre n'a changé.")
    else:
        say(f"{chemin} est déjà prêt : rien n'a été écrit.")
    if not cree and auto_ecole and contenu.ecole.nom != auto_ecole:
        say("Le nom de l'auto-école se change dans la feuille « Paramètres ».")
    if simulation:
        say("Simulation : rien n'a été écrit.")
        return
    option = "" if str(chemin) == CLASSEUR_PAR_DEFAUT else f" -c {chemin}"
    say(
        "Ensuite, importez vos exports :",
        f"  inactifs import eleves FICHIER{option}",
        f"  inactifs import cours FICHIER{option}   (puis connexions, contacts)",
        f"  inactifs detect{option}",
    )


def check(
    archives: Annotated[
        bool,
        typer.Option(
            "--archives",
            help="Vérifie plutôt les archives : rien n'y manque, rien n'y a changé.",
            show_default=False,
        ),
    ] = False,
    date_: OptDateVue = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
) -> None:
    """Show what is wrong or doubtful, by cell; or verify the archives."""
    if archives:
        from inactifs.cli.archiving import check_archives

        if not check_archives(classeur, as_json=json_):
            raise typer.Exit(FichierInvalide.statut)
        return
    from inactifs import depot
    from inactifs.classeur.checks import check_classeur
    from inactifs.classeur.journal_lu import read_journal
    from inactifs.classeur.lecture import read_classeur
    from inactifs.classeur.schema import MODELES
    from inactifs.messages import check_modeles

    jour = command_day(date_)
    source = depot.read(workbook_path(classeur))
    contenu = read_classeur(source.data, source.chemin.name)
    journal, fautes = read_journal(source.data)
    problemes = [
        *check_classeur(contenu, journal, jour),
        *fautes,
        *check_modeles(contenu.modeles, contenu.places[MODELES.nom].nom if contenu.modeles else ""),
    ]
    if json_:
        print_json({"problemes": [p._asdict() for p in problemes]})
        return
    from inactifs.rendu.morning import render_anomalies

    show(*render_anomalies(problemes))


def undo(
    liste: Annotated[
        bool,
        typer.Option("--liste", help="Montre les versions gardées.", show_default=False),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Même si le classeur a été modifié à la main depuis.",
            show_default=False,
        ),
    ] = False,
    classeur: OptClasseur = None,
    json_: OptJson = False,
) -> None:
    """Put back the workbook as it was before the last write."""
    from inactifs import depot

    chemin = workbook_path(classeur)
    if liste:
        versions = depot.versions(chemin)
        if json_:
            print_json(
                {
                    "versions": [
                        {
                            "quand": v.quand.isoformat(),
                            "operateur": v.operateur,
                            "commande": v.commande,
                            "fichier": str(v.chemin),
                        }
                        for v in versions
                    ]
                }
            )
            return
        from inactifs.rendu.morning import render_versions

        show(*render_versions(versions))
        return
    if avis := depot.refuse_if_open_elsewhere(chemin):
        say(avis)
    version = depot.undo(chemin, operateur=operator(), quand=timestamp(), force=force)
    if json_:
        print_json(
            {
                "classeur": str(chemin),
                "annule": {
                    "quand": version.quand.isoformat(),
                    "operateur": version.operateur,
                    "commande": version.commande,
                },
            }
        )
        return
    say(
        f"Annulé : « {version.commande} » du {version.quand:%d/%m/%Y à %H:%M} "
        f"({version.operateur}){_whom(chemin, version.chemin)}. Le classeur est comme avant."
    )


def _whom(remis: Path, annule: Path) -> str:
    """« , pour BLANC Tom »: those of whom the journal told before the undoing, and no more."""
    from inactifs.classeur.journal_lu import read_journal

    try:
        reste = len(read_journal(remis.read_bytes())[0])
        lignes = read_journal(annule.read_bytes())[0][reste:]
    except (OSError, FichierInvalide):  # a damaged workbook is undone all the same
        return ""
    noms = list(dict.fromkeys(ligne.eleve for ligne in lignes if ligne.eleve))
    autres = f" et {len(noms) - 3} autres" if len(noms) > 4 else ""
    return f", pour {', '.join(noms[:3] if autres else noms)}{autres}" if noms else ""


def _additions(data: bytes, nom: str) -> tuple[str, ...]:
    """What the workbook lacked, in French."""
    from inactifs.classeur.lecture import read_classeur

    try:
        return read_classeur(data, nom).manquants
    except FichierInvalide:  # no tableau at all
        return ("le tableau de suivi et ses feuilles",)
