"""``report``: the month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inactifs.cli.options import (
    OptClasseur,
    OptDateVue,
    OptJson,
    command_day,
    operator,
    timestamp,
    workbook_path,
)
from inactifs.cli.screen import json_text, print_json, say, show
from inactifs.cli.session import open_workbook
from inactifs.erreurs import UsageIncorrect

if TYPE_CHECKING:
    from datetime import date

    from inactifs.bilan import Bilan, Mois
    from inactifs.depot import Source
    from inactifs.rendu.wording import Edition

FORMATS = ("terminal", "html", "xlsx", "pdf", "json")


def report(
    classeurs: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CLASSEUR]…",
            help="Plusieurs classeurs, ou un dossier : une ligne par école et un total.",
        ),
    ] = None,
    mois: Annotated[
        str | None,
        typer.Option(
            "--mois",
            metavar="AAAA-MM",
            help="Le mois (sinon celui qui vient de finir, ou le mois en cours après le 25).",
        ),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=", ".join(FORMATS),
        ),
    ] = None,
    sortie: Annotated[
        Path | None,
        typer.Option("--sortie", metavar="FICHIER", help="Le fichier à écrire."),
    ] = None,
    archiver: Annotated[
        bool,
        typer.Option(
            "--archiver",
            help="Garde aussi le classeur et le rapport dans archives/AAAA-MM/.",
        ),
    ] = False,
    preuves: Annotated[
        bool,
        typer.Option(
            "--preuves",
            help="Écrit le dossier de preuves pour l'auditeur, et son zip.",
        ),
    ] = False,
    anonyme: Annotated[
        bool,
        typer.Option(
            "--anonyme",
            help="Avec --preuves : des numéros à la place des noms, aucun texte libre.",
        ),
    ] = False,
    date_: OptDateVue = None,
    classeur: OptClasseur = None,
    json_: OptJson = False,
) -> None:
    """The month's report, its archive, its evidence pack; or several schools."""
    from inactifs.bilan import default_month, read_month

    jour = command_day(date_)
    choisi = read_month(mois) if mois else default_month(jour)
    if preuves or anonyme:
        from inactifs.cli.evidence_pack import write_evidence

        if not preuves or format_ or archiver:
            raise UsageIncorrect(
                "--anonyme ne va qu'avec --preuves, qui ne se combine ni avec --format ni avec "
                "--archiver.",
                "Faites-en deux commandes.",
            )
        cibles = classeurs or [workbook_path(classeur)]
        write_evidence(cibles, choisi, jour, sortie, anonyme, mois is None, json_)
        return
    genre = (format_ or _by_suffix(sortie, json_)).casefold()
    if genre not in FORMATS:
        raise UsageIncorrect(
            f"Le format « {genre} » n'est pas connu.", f"Au choix : {', '.join(FORMATS)}."
        )
    chemins = _workbooks(classeurs or [workbook_path(classeur)])
    if len(chemins) > 1:
        _several(chemins, choisi, jour, genre, sortie, archiver, mois is None, json_)
        return
    from inactifs.rendu.report_json import bilan_json

    source, bilan, edition = _one(chemins[0], choisi, jour, mois is None)
    octets = b"" if genre in ("terminal", "json") else _rendered(bilan, edition, genre)
    document = bilan_json(bilan) | {"mois_par_defaut": edition.mois_par_defaut}
    if genre == "json" and sortie is not None:
        octets = json_text(document).encode()
    archive = None
    if archiver:
        from inactifs.cli.archiving import archive_report

        archive = archive_report(source, bilan, edition)
    if octets:
        from inactifs.cli.outputs import write_private

        cible = sortie or Path(f"rapport-{choisi.iso}.{genre}")
        write_private(cible, octets)
        say(f"Rapport écrit : {cible}")
    if json_ or (genre == "json" and sortie is None):
        print_json(document | ({"archive": str(archive.chemin)} if archive else {}))
    elif genre == "terminal":
        from inactifs.rendu.report_terminal import render_terminal

        show(*render_terminal(bilan, edition))
    if archive is not None:
        say(f"Archivé, pour être gardé tel quel : {archive.chemin}")


def _one(chemin: Path, mois: Mois, jour: date, par_defaut: bool) -> tuple[Source, Bilan, Edition]:
    """A workbook's month and who reports it."""
    from inactifs.bilan import monthly
    from inactifs.cli.archiving import changed_since_archived
    from inactifs.rendu.wording import Edition

    source, contenu = open_workbook(chemin)
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
        contenu.ecole.nom,
        operator(),
        timestamp(),
        chemin.name,
        illisibles,
        par_defaut,
        changed_since_archived(source, bilan),
    )
    return source, bilan, edition


def _rendered(bilan: Bilan, edition: Edition, genre: str) -> bytes:
    if genre == "xlsx":
        from inactifs.rendu.report_xlsx import render_xlsx

        return render_xlsx(bilan, edition)
    from inactifs.rendu.report_html import render_html

    page = render_html(bilan, edition)
    if genre == "html":
        return page.encode()
    from inactifs.rendu.pdf import html_to_pdf

    return html_to_pdf(page)


def _workbooks(donnes: list[Path]) -> list[Path]:
    if len(donnes) == 1 and not donnes[0].is_dir():
        return donnes
    from inactifs.cli.schools import workbooks

    return workbooks(donnes)


def _several(
    chemins: list[Path],
    mois: Mois,
    jour: date,
    genre: str,
    sortie: Path | None,
    archiver: bool,
    par_defaut: bool,
    as_json: bool,
) -> None:
    if archiver:
        raise UsageIncorrect(
            "--archiver ne vaut que pour un classeur à la fois.",
            "Archivez chaque école avec « inactifs report --archiver -c CLASSEUR ».",
        )
    from inactifs.cli.schools import report_schools

    report_schools(chemins, mois, jour, genre, sortie, par_defaut=par_defaut, as_json=as_json)


def _by_suffix(sortie: Path | None, as_json: bool) -> str:
    if sortie and sortie.suffix:
        return sortie.suffix.lstrip(".")
    return "json" if as_json else "terminal"
