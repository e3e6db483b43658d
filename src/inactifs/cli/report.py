"""``report``: the month, its archive, the evidence; or several schools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from inactifs.archives.manifest import OUTIL, Manifeste
from inactifs.archives.storing import Archive, root_of, write_archive
from inactifs.archives.verification import last_of_month
from inactifs.bilan import Bilan, Etabli, Mois, default_month, read_month, report_on
from inactifs.classeur.journal import due_days
from inactifs.cli.evidence_pack import Demandees, write_evidence
from inactifs.cli.options import operator, timestamp
from inactifs.cli.outputs import write_private
from inactifs.cli.schools import report_schools, workbooks
from inactifs.cli.screen import json_text, print_json, say, show, speaks_json
from inactifs.cli.session import Reading, Session
from inactifs.dates import french
from inactifs.depot import Source
from inactifs.erreurs import Refus, UsageIncorrect
from inactifs.rendu.pdf import html_to_pdf
from inactifs.rendu.report_html import render_html
from inactifs.rendu.report_json import bilan_json, figures_json
from inactifs.rendu.report_terminal import render_terminal
from inactifs.rendu.wording import Edition

FORMATS = ("terminal", "html", "xlsx", "pdf", "json")
_COMPARES = (
    "eleves_suivis",
    "dossiers_ouverts_debut",
    "detectes",
    "reprises",
    "abandons",
    "dossiers_ouverts_fin",
)


def report(
    session: Reading,
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
        str | None, typer.Option("--format", metavar="FORMAT", help=", ".join(FORMATS))
    ] = None,
    sortie: Annotated[
        Path | None, typer.Option("--sortie", metavar="FICHIER", help="Le fichier à écrire.")
    ] = None,
    complet: Annotated[
        bool, typer.Option("--complet", help="Dans le terminal : tout, dossier par dossier.")
    ] = False,
    archiver: Annotated[
        bool,
        typer.Option(
            "--archiver", help="Garde aussi le classeur et le rapport dans archives/AAAA-MM/."
        ),
    ] = False,
    preuves: Annotated[
        bool,
        typer.Option("--preuves", help="Écrit le dossier de preuves pour l'auditeur, et son zip."),
    ] = False,
    anonyme: Annotated[
        bool,
        typer.Option(
            "--anonyme",
            help="Avec --preuves : des numéros à la place des noms, aucun texte libre.",
        ),
    ] = False,
    depuis: Annotated[
        str | None,
        typer.Option(
            "--depuis", metavar="JOUR", help="Avec --preuves : le premier jour (sinon douze mois)."
        ),
    ] = None,
    jusqu_au: Annotated[
        str | None,
        typer.Option("--jusqu-au", metavar="JOUR", help="Avec --preuves : le dernier jour."),
    ] = None,
    eleves: Annotated[
        list[str] | None,
        typer.Option(
            "--eleve",
            metavar="ÉLÈVE",
            help="Avec --preuves : raconte aussi ce parcours (à répéter pour plusieurs).",
        ),
    ] = None,
    graine: Annotated[
        int | None,
        typer.Option(
            "--graine", metavar="N", help="Avec --preuves : tire au sort d'autres parcours."
        ),
    ] = None,
) -> None:
    """The month's report, its archive, its evidence pack; or several schools."""
    demandees = Demandees(mois, depuis, jusqu_au, eleves or (), graine, anonyme, sortie)
    if preuves or demandees.precised:
        if not preuves or format_ or archiver or len(classeurs or ()) > 1:
            raise UsageIncorrect(
                "--anonyme, --depuis, --jusqu-au, --eleve et --graine ne vont qu'avec --preuves, "
                "qui ne va ni avec --format, ni avec --archiver, ni avec plusieurs classeurs.",
                "Faites-en deux commandes.",
            )
        session.chemin = classeurs[0] if classeurs else session.chemin
        write_evidence(session, demandees)
        return
    genre = _kind(format_, sortie)
    choisi = read_month(mois) if mois else default_month(session.jour)
    chemins = classeurs or [session.chemin]
    if len(chemins) > 1 or chemins[0].is_dir():
        chemins = workbooks(chemins)
    if len(chemins) == 1:
        session.chemin = chemins[0]
        _one(
            session, choisi, genre, sortie, complet=complet, archiver=archiver, par_defaut=not mois
        )
        return
    if archiver:
        raise UsageIncorrect(
            "--archiver ne vaut que pour un classeur à la fois.",
            "Archivez chaque école avec « inactifs report --archiver -c CLASSEUR ».",
        )
    report_schools(chemins, choisi, session.jour, genre, sortie, par_defaut=not mois)


def _one(
    session: Session,
    mois: Mois,
    genre: str,
    sortie: Path | None,
    complet: bool,
    archiver: bool,
    par_defaut: bool,
) -> None:
    """One school's month: archived, written to a file, shown."""
    bilan, edition = _computed(session, mois, par_defaut=par_defaut)

    def document() -> dict[str, Any]:
        return bilan_json(bilan) | {"mois_par_defaut": edition.mois_par_defaut}

    octets = _rendered(bilan, edition, document, genre, to_file=sortie is not None)
    archive = _archive(session.source, bilan, edition) if archiver else None
    if octets is not None:
        cible = sortie or Path(f"rapport-{mois.iso}.{genre}")
        write_private(cible, octets)
        say(f"Rapport écrit : {cible}")
    if speaks_json() or (genre == "json" and sortie is None):
        print_json(document() | ({"archive": str(archive.chemin)} if archive else {}))
    elif genre == "terminal":
        show(*render_terminal(bilan, edition, complet=complet))
    if archive is not None:
        say(f"Archivé, pour être gardé tel quel : {archive.chemin}")


def _computed(session: Session, mois: Mois, *, par_defaut: bool) -> tuple[Bilan, Edition]:
    """A workbook's month and who reports it."""
    contenu = session.classeur
    etabli = Etabli(session.jour, contenu.imports, lambda: due_days(session.source.data))
    bilan = report_on(contenu.dossiers, contenu.registre, contenu.regles, mois, etabli)
    illisibles = tuple(
        f"{ligne.anomalie.feuille}, {ligne.anomalie.cellule} : {ligne.anomalie.raison}"
        for ligne in contenu.illisibles
    )
    edition = Edition(
        contenu.ecole.nom,
        operator(),
        timestamp(),
        session.chemin.name,
        illisibles,
        par_defaut,
        _changed_since(session.source, bilan),
    )
    return bilan, edition


def _rendered(
    bilan: Bilan,
    edition: Edition,
    document: Callable[[], dict[str, Any]],
    genre: str,
    *,
    to_file: bool,
) -> bytes | None:
    """The bytes of the file to write, None when there is none."""
    if genre == "xlsx":
        from inactifs.rendu.report_xlsx import render_xlsx  # with openpyxl

        return render_xlsx(bilan, edition)
    if genre in ("html", "pdf"):
        page = render_html(bilan, edition)
        return page.encode() if genre == "html" else html_to_pdf(page)
    return json_text(document()).encode() if genre == "json" and to_file else None


def _kind(format_: str | None, sortie: Path | None) -> str:
    """The format asked for, else that of the file's name."""
    genre = format_ or (sortie.suffix.lstrip(".") if sortie and sortie.suffix else "")
    genre = genre.casefold() or ("json" if speaks_json() else "terminal")
    if genre not in FORMATS:
        raise UsageIncorrect(
            f"Le format « {genre} » n'est pas connu.", f"Au choix : {', '.join(FORMATS)}."
        )
    return genre


def _archive(source: Source, bilan: Bilan, edition: Edition) -> Archive:
    """Keep a month: the workbook as it was read, the report in HTML and XLSX, the manifest.

    Raises:
        Refus: the workbook is an archive itself.
    """

    from inactifs.rendu.report_xlsx import render_xlsx  # with openpyxl

    racine = root_of(source.chemin)
    if source.chemin.is_relative_to(racine):
        raise Refus(
            f"« {source.chemin} » est déjà une archive : elle ne s'archive pas.",
            "Retirez --archiver pour la consulter, ou archivez le classeur en cours.",
        )
    mois = bilan.temps.iso
    rapport = f"rapport-{mois}"
    nom = source.chemin.name
    contenu = {
        nom if nom.casefold() != f"{rapport}.xlsx" else f"classeur-{nom}": source.data,
        f"{rapport}.html": render_html(bilan, edition).encode(),
        f"{rapport}.xlsx": render_xlsx(bilan, edition),
    }
    sujet = {
        "ecole": edition.ecole,
        "classeur": nom,
        "mois": mois,
        "chiffres": figures_json(bilan),
    }
    manifeste = Manifeste("bilan", edition.le, edition.par, OUTIL, sujet)
    return write_archive(racine, mois, contenu, manifeste)


def _changed_since(source: Source, bilan: Bilan) -> str:
    """What the month's archived report counted otherwise, in a French sentence; "" if nothing."""

    archive = last_of_month(root_of(source.chemin), bilan.temps.iso)
    if archive is None or bilan.en_cours:
        return ""
    alors = archive.contenu["chiffres"]
    ecarts = [
        f"{c.figure.nom.casefold()} {alors.get(c.figure.cle)} (et non {c.valeur})"
        for c in bilan.chiffres
        if c.figure.cle in _COMPARES and alors.get(c.figure.cle) != c.valeur
    ]
    if not ecarts:
        return ""
    return f"Le bilan archivé le {french(archive.quand)} donne : {', '.join(ecarts)}."
