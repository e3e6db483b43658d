"""Files that the tool hands over: readable by their owner alone (contract, promise 6)."""

from __future__ import annotations

import os
from pathlib import Path

from inactifs.erreurs import ErreurInactifs


def write_private(chemin: Path, contenu: bytes) -> None:
    """Write ``contenu``, in place of an older file of that name.

    Raises:
        ErreurInactifs: the file cannot be written there.
    """
    try:
        temporaire = chemin.with_name(f".{chemin.name}.tmp")
        descripteur = os.open(temporaire, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descripteur, "wb") as fichier:
            fichier.write(contenu)
        temporaire.replace(chemin)
    except OSError as faute:
        raise ErreurInactifs(
            f"Impossible d'écrire « {chemin} » : {faute.strerror or faute}.",
            "Choisissez un autre dossier, ou fermez ce fichier s'il est ouvert.",
        ) from faute
