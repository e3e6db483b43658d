"""``report --preuves``: the evidence pack, a folder and its zip."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from inactifs.cli.archiving import OUTIL
from inactifs.cli.options import operator, timestamp
from inactifs.cli.screen import print_json, say
from inactifs.cli.session import open_workbook
from inactifs.erreurs import ErreurInactifs, UsageIncorrect

if TYPE_CHECKING:
    from datetime import date

    from inactifs.archives.storing import Archive
    from inactifs.bilan import Mois

PAGE, LISTE = "preuves.html", "preuves.xlsx"


def write_evidence(
    classeurs: list[Path],
    mois: Mois,
    jour: date,
    sortie: Path | None,
    anonyme: bool,
    par_defaut: bool,
    as_json: bool,
) -> None:
    """Write the evidence of a month: a page, a workbook, their manifest; and the zip of it all.

    Args:
        classeurs: the workbook, and no other.
        mois: the month that it tells of, ``par_defaut`` when nobody chose it.
        jour: the day of the report.
        sortie: the folder's name; one that exists is never touched, a number is added.
        anonyme: numbers stand for the students, and no free text is shown.
        as_json: say where it was written in JSON.

    Raises:
        UsageIncorrect: several workbooks, or a folder's name that is none.
        FichierInvalide: the workbook cannot be read, or the account may not write there.
        ErreurInactifs: the disk is full, or fails. In every case nothing is left there.
    """
    from inactifs.archives.manifest import NOM, Manifeste
    from inactifs.archives.storing import write_archive
    from inactifs.bilan import monthly
    from inactifs.rendu.evidence import gather, render_html
    from inactifs.rendu.evidence_anonymous import without_names
    from inactifs.rendu.evidence_xlsx import render_xlsx
    from inactifs.rendu.wording import Edition

    if len(classeurs) > 1:
        raise UsageIncorrect(
            "--preuves ne vaut que pour un classeur à la fois.", "Lancez-la pour chaque école."
        )
    chemin = classeurs[0]
    source, contenu = open_workbook(chemin)
    dossiers, registre = contenu.dossiers, contenu.registre
    if anonyme:
        dossiers, registre = without_names(dossiers, registre, contenu.regles)
    bilan = monthly(dossiers, registre, contenu.regles, mois, jour, imports=contenu.imports)
    illisibles = tuple(
        f"{ligne.anomalie.feuille}, {ligne.anomalie.cellule}"
        + ("" if anonyme else f" : {ligne.anomalie.raison}")
        for ligne in contenu.illisibles
    )
    nom_ecole = contenu.ecole.nom
    edition = Edition(nom_ecole, operator(), timestamp(), chemin.name, illisibles, par_defaut)
    preuves = gather(bilan, edition, contenu.imports, jour, anonyme=anonyme)
    fichiers = {PAGE: render_html(preuves).encode(), LISTE: render_xlsx(preuves)}
    sujet = {
        "ecole": nom_ecole,
        "classeur": chemin.name,
        "sha256_du_classeur": source.empreinte,
        "mois": mois.iso,
        "anonyme": anonyme,
    }
    manifeste = Manifeste("preuves", edition.le, edition.par, OUTIL, sujet)
    voulu = sortie or Path(f"preuves-{mois.iso}" + ("-anonyme" if anonyme else ""))
    racine, nom = voulu.parent, voulu.name.removesuffix(".zip")
    if not nom or nom == "..":
        raise UsageIncorrect(
            f"--sortie : « {sortie} » n'est pas un nom de dossier.", "Donnez celui d'un nouveau."
        )
    archive = write_archive(racine, _free_name(racine, nom), fichiers, manifeste)
    zip_ = _write_zip(archive, (PAGE, LISTE, NOM))
    if as_json:
        noms = [PAGE, LISTE, NOM]
        print_json({"dossier": str(archive.chemin), "zip": str(zip_), "fichiers": noms} | sujet)
        return
    say(
        f"Preuves {mois.de} : {archive.chemin}{os.sep} ({PAGE}, {LISTE}, {NOM})",
        f"Le même dossier, à envoyer : {zip_}",
    )
    if par_defaut:
        from inactifs.rendu.wording import MOIS_PAR_DEFAUT

        say(MOIS_PAR_DEFAUT)
    if not anonyme:
        say("Des élèves y sont nommés ; avec --anonyme, leur numéro remplace leur nom.")


def _free_name(racine: Path, nom: str) -> str:
    """``nom``, or with a number when a folder or a zip of this name exists."""
    for rang in count(1):
        libre = nom if rang == 1 else f"{nom}-{rang}"
        if not any(os.path.lexists(racine / f"{libre}{fin}") for fin in ("", ".zip")):
            return libre
    raise AssertionError("count() never ends")


def _write_zip(archive: Archive, fichiers: tuple[str, ...]) -> Path:
    """The zip of a folder just written, beside it; the folder is taken back if it fails."""
    import io
    from zipfile import ZIP_DEFLATED, ZipFile

    from inactifs.archives.storing import remove_archive
    from inactifs.depot.disk import EN_COURS, sync_folder, write_new
    from inactifs.depot.faults import faults
    from inactifs.depot.windows import keep_to_owner

    dossier = archive.chemin
    cible = dossier.with_name(f"{dossier.name}.zip")
    en_cours = dossier.with_name(f".{dossier.name}.zip.{os.getpid()}{EN_COURS}")
    try:
        with faults(cible):
            tampon = io.BytesIO()
            with ZipFile(tampon, "w", ZIP_DEFLATED) as zip_:
                for nom in fichiers:
                    zip_.write(dossier / nom, f"{dossier.name}/{nom}")
            write_new(en_cours, tampon.getvalue())
            keep_to_owner(en_cours)
            if os.path.lexists(cible):
                raise ErreurInactifs(
                    f"« {cible} » vient d'être créé par quelqu'un d'autre : rien n'a été écrit.",
                    "Relancez la commande, ou donnez un autre nom après --sortie.",
                )
            en_cours.rename(cible)
    except BaseException:
        with suppress(OSError):
            en_cours.unlink(missing_ok=True)
        remove_archive(archive)
        raise
    sync_folder(cible.parent)
    return cible
