"""``report``: the month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inactifs.cli.commun import (
    OptClasseur,
    OptDate,
    OptJson,
    command_day,
    operator,
    print_json,
    read,
    say,
    show,
    timestamp,
    workbook_path,
)
from inactifs.erreurs import ErreurInactifs, UsageIncorrect

if TYPE_CHECKING:
    from datetime import date

    from inactifs.bilan import Bilan, Mois
    from inactifs.rendu.rapport import Edition

FORMATS = ("terminal", "html", "xlsx", "pdf", "json")


def report(
    classeurs: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CLASSEUR]…",
            help="Plusieurs classeurs (ou un dossier) : une ligne par école et un total.",
            show_default=False,
        ),
    ] = None,
    mois: Annotated[
        str | None,
        typer.Option(
            "--mois",
            metavar="AAAA-MM",
            help="Le mois (sinon celui qui vient de finir, ou le mois en cours après le 25).",
            show_default=False,
        ),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=", ".join(FORMATS),
            autocompletion=lambda incomplete: [f for f in FORMATS if f.startswith(incomplete)],
            show_default=False,
        ),
    ] = None,
    sortie: Annotated[
        Path | None,
        typer.Option(
            "--sortie", metavar="FICHIER", help="Le fichier à écrire.", show_default=False
        ),
    ] = None,
    date_: OptDate = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
) -> None:
    """Le rapport du mois : chiffres, causes, dossiers."""
    from inactifs.bilan import default_month, read_month

    jour = command_day(date_)
    choisi = read_month(mois) if mois else default_month(jour)
    genre = (format_ or ("json" if json_ else _by_suffix(sortie))).casefold()
    if genre not in FORMATS:
        raise UsageIncorrect(
            f"--format : « {format_} » n'est pas connu.", f"Au choix : {', '.join(FORMATS)}."
        )
    chemins = _workbooks(classeurs or [workbook_path(classeur)])
    if len(chemins) > 1:
        _consolidated(chemins, choisi, jour, genre)
        return
    bilan, edition = _one(chemins[0], choisi, jour, mois is None)
    if genre == "json":
        from inactifs.rendu.rapport_json import bilan_json

        print_json(bilan_json(bilan))
        return
    if genre == "terminal":
        from inactifs.rendu.rapport_terminal import render_terminal

        show(*render_terminal(bilan, edition))
        return
    from inactifs.cli.fichiers_produits import write_private

    cible = sortie or Path(f"rapport-{choisi.iso}.{genre}")
    write_private(cible, _rendered(bilan, edition, genre))
    say(f"Rapport écrit : {cible}")


def _one(chemin: Path, mois: Mois, jour: date, par_defaut: bool) -> tuple[Bilan, Edition]:
    """A workbook's month and who reports it."""
    from inactifs.bilan import monthly
    from inactifs.rendu.rapport import Edition

    _, contenu = read(chemin)
    bilan = monthly(
        contenu.dossiers,
        contenu.registre,
        contenu.regles,
        mois,
        jour,
        imports=contenu.imports,
    )
    illisibles = tuple(
        f"{ligne.anomalie.feuille}, {ligne.anomalie.cellule} : {ligne.anomalie.raison}"
        for ligne in contenu.illisibles
    )
    edition = Edition(
        contenu.ecole.nom, operator(), timestamp(), chemin.name, illisibles, par_defaut
    )
    return bilan, edition


def _rendered(bilan: Bilan, edition: Edition, genre: str) -> bytes:
    if genre == "xlsx":
        from inactifs.rendu.rapport_xlsx import render_xlsx

        return render_xlsx(bilan, edition)
    from inactifs.rendu.rapport_html import render_html

    page = render_html(bilan, edition)
    if genre == "html":
        return page.encode()
    from inactifs.rendu.rapport_pdf import html_to_pdf

    return html_to_pdf(page)


def _consolidated(chemins: list[Path], mois: Mois, jour: date, genre: str) -> None:
    """One line a school and the total; an unreadable workbook is named, the others go on."""
    from inactifs.bilan import consolidate, school_line
    from inactifs.rendu.rapport_json import consolidation_json

    lignes = []
    illisibles: list[tuple[Path, ErreurInactifs]] = []
    for chemin in chemins:
        try:
            bilan, edition = _one(chemin, mois, jour, False)
        except ErreurInactifs as faute:
            illisibles.append((chemin, faute))
            continue
        lignes.append(school_line(edition.ecole or chemin.stem, bilan))
    consolidation = consolidate(lignes)
    if genre == "json":
        print_json(
            {"mois": mois.iso}
            | consolidation_json(consolidation)
            | {"illisibles": [{"classeur": str(c), "raison": f.message} for c, f in illisibles]}
        )
    elif genre == "terminal":
        from inactifs.rendu.rapport_terminal import render_consolidation

        show(*render_consolidation(consolidation, mois))
    else:
        raise UsageIncorrect(
            f"Plusieurs classeurs ne s'écrivent pas en {genre}.",
            "Choisissez --format terminal ou json.",
        )
    for illisible, erreur in illisibles:
        say(f"Non lu : {illisible} ({erreur.message})")


def _workbooks(donnes: list[Path]) -> list[Path]:
    chemins: list[Path] = []
    for chemin in donnes:
        if chemin.is_dir():
            chemins += sorted(
                f
                for f in chemin.iterdir()
                if f.suffix.lower() in (".xlsx", ".xlsm") and not f.name.startswith(("~$", "."))
            )
        else:
            chemins.append(chemin)
    if not chemins:
        raise UsageIncorrect("Aucun classeur dans ce dossier.", "Donnez des fichiers .xlsx.")
    return chemins


def _by_suffix(sortie: Path | None) -> str:
    return sortie.suffix.lstrip(".") if sortie and sortie.suffix else "terminal"
