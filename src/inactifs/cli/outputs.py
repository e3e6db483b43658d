"""Files that the tool hands over: readable by their owner alone (contract, promise 6)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from inactifs.archives.storing import NOM
from inactifs.cli.commands import EXTENSIONS_CLASSEUR
from inactifs.depot.disk import DOSSIER_DISCRET, deliver
from inactifs.depot.faults import write_fault
from inactifs.erreurs import ErreurInactifs, FichierInvalide, UsageIncorrect


def written(chemin: Path | None, contenu: Callable[[], bytes], dit: str) -> list[str]:
    """Write a file where one is asked for; what to say of it (« Calendrier écrit »)."""
    if chemin is None:
        return []
    write_private(chemin, contenu())
    return [f"{dit} : {chemin}"]


def write_private(chemin: Path, contenu: bytes) -> None:
    """Write ``contenu``, in place of an older file of that name; whole, or not at all.

    A link stays a link, a pipe is written to. A workbook that holds a tableau is never
    replaced, since it is the school's only record, nor anything of an archive or of the
    versions kept.

    Raises:
        UsageIncorrect: that name is a workbook's, or its folder does not exist.
        ErreurInactifs: the system refuses to write it.
    """
    _require_nothing_kept(chemin)
    try:
        deliver(chemin, contenu)
    except OSError as faute:
        mal_nomme = isinstance(faute, FileNotFoundError | NotADirectoryError | IsADirectoryError)
        raise (UsageIncorrect if mal_nomme else ErreurInactifs)(
            f"Impossible d'écrire « {chemin} » : {write_fault(faute, chemin)}.",
            "Choisissez un autre dossier, ou fermez ce fichier s'il est ouvert.",
        ) from faute


def _require_nothing_kept(chemin: Path) -> None:
    if chemin.name != chemin.name.rstrip(". "):  # Windows drops them: it would be another file
        raise UsageIncorrect(
            f"« {chemin} » : un nom de fichier ne finit ni par un point ni par une espace.",
            "Choisissez un autre nom de fichier.",
        )
    reel = Path(os.path.realpath(chemin))
    for dossier in reel.parents:
        if dossier.name == DOSSIER_DISCRET or (dossier / NOM).is_file():
            raise UsageIncorrect(
                f"« {chemin} » est dans un dossier qu'inactifs tient lui-même « {dossier} ».",
                "Choisissez un autre dossier.",
            )
    if chemin.suffix.lower() not in EXTENSIONS_CLASSEUR or not chemin.is_file():
        return
    from inactifs.classeur.reading import read_classeur

    try:
        read_classeur(chemin.read_bytes(), chemin.name)
    except (FichierInvalide, OSError):  # no tableau in it, or nothing that can be read
        return
    raise UsageIncorrect(
        f"« {chemin} » est un classeur de suivi : il ne peut pas être remplacé.",
        "Choisissez un autre nom de fichier.",
    )
