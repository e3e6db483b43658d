"""Files that the tool hands over: readable by their owner alone (contract, promise 6)."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from inactifs.cli.commands import EXTENSIONS_CLASSEUR
from inactifs.depot.disk import write_new
from inactifs.erreurs import ErreurInactifs, FichierInvalide, UsageIncorrect, write_fault


def write_private(chemin: Path, contenu: bytes) -> None:
    """Write ``contenu``, in place of an older file of that name; whole, or not at all.

    A workbook that holds a tableau is never replaced: it is the school's only record.

    Raises:
        UsageIncorrect: that name is a workbook's, or its folder does not exist.
        ErreurInactifs: the system refuses to write it.
    """
    temporaire = chemin.with_name(f".{chemin.name}.tmp")
    _require_no_tableau(chemin)
    try:
        write_new(temporaire, contenu)
        temporaire.replace(chemin)
    except OSError as faute:
        with suppress(OSError):
            temporaire.unlink(missing_ok=True)
        mal_nomme = isinstance(faute, FileNotFoundError | NotADirectoryError | IsADirectoryError)
        raise (UsageIncorrect if mal_nomme else ErreurInactifs)(
            f"Impossible d'écrire « {chemin} » : {write_fault(faute)}.",
            "Choisissez un autre dossier, ou fermez ce fichier s'il est ouvert.",
        ) from faute


def _require_no_tableau(chemin: Path) -> None:
    if chemin.suffix.lower() not in EXTENSIONS_CLASSEUR or not chemin.is_file():
        return
    from inactifs.classeur.lecture import read_classeur

    try:
        read_classeur(chemin.read_bytes(), chemin.name)
    except (FichierInvalide, OSError):  # no tableau in it, or nothing that can be read
        return
    raise UsageIncorrect(
        f"« {chemin} » est un classeur de suivi : il ne peut pas être remplacé.",
        "Choisissez un autre nom de fichier.",
    )
