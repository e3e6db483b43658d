"""Files that the tool is given: which ones, and how they are opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from inactifs.cli.options import as_on_disk
from inactifs.erreurs import FichierInvalide

EXTENSIONS = {".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"}


def exports_of(fichiers: list[Path], classeur: Path) -> list[Path]:
    """The files meant, each once: those of a folder are its exports, in order of name, without
    the workbook itself nor what Excel and LibreOffice hide beside an open file.

    Raises:
        FichierInvalide: a folder cannot be read, or holds no export.
    """
    chemins: list[Path] = []
    for fichier in fichiers:
        if not fichier.is_dir():
            chemins.append(as_on_disk(fichier))
            continue
        try:
            contenu = sorted(fichier.iterdir())
        except OSError as faute:
            raise _unreadable(fichier, faute) from faute
        trouves = [
            f
            for f in contenu
            if f.suffix.lower() in EXTENSIONS
            and not f.name.startswith((".", "~$"))
            and not (classeur.exists() and f.samefile(classeur))
        ]
        if not trouves:
            raise FichierInvalide(
                f"Le dossier « {fichier} » ne contient aucun export.",
                "Donnez un fichier .csv, .xlsx, .xls ou .ods.",
            )
        chemins += trouves
    return list(dict.fromkeys(chemins))


@contextmanager
def opened(chemin: Path) -> Iterator[BinaryIO]:
    """A file to be read in any order.

    Raises:
        FichierInvalide: it cannot be opened, or read to its end.
    """
    from inactifs.imports.tables import TAILLE_MAX

    try:
        with chemin.open("rb") as fichier:  # a pipe, or a device, is read whole
            yield fichier if chemin.is_file() else BytesIO(fichier.read(TAILLE_MAX + 1))
    except OSError as faute:
        raise _unreadable(chemin, faute) from faute


def _unreadable(chemin: Path, faute: OSError) -> FichierInvalide:
    return FichierInvalide(
        f"Impossible de lire « {chemin} » : {_reason(faute)}.",
        "Vérifiez le nom du fichier et le dossier.",
    )


def _reason(faute: OSError) -> str:
    if isinstance(faute, FileNotFoundError):
        return "il n'existe pas"
    if isinstance(faute, PermissionError):
        return "l'accès est refusé"
    return faute.strerror or "erreur de lecture"
