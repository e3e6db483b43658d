"""``close --documents``: the student's documents into the archives, verified."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from inactifs.erreurs import FichierInvalide
from inactifs.registre import name_words

if TYPE_CHECKING:
    from inactifs.cli.commun import Travail
    from inactifs.procedure.modele import Dossier
    from inactifs.recherche import Personne


def archive_documents(
    travail: Travail, personne: Personne, dossier: Dossier, documents: Path
) -> str:
    """Copy a student's folder (or file) into ``archives/dossiers/``, beside the workbook.

    A folder of the same name is never overwritten: the copy gets a number. Every file is
    compared with the original, which is left where it is.

    Returns:
        The note for the tableau's comment.

    Raises:
        FichierInvalide: there is no such folder, or the copy differs from the original.
    """
    if not documents.exists():
        raise FichierInvalide(
            f"Le dossier de documents « {documents} » n'existe pas.",
            "Vérifiez son nom après --documents. Rien n'a été écrit.",
        )
    racine = travail.source.chemin.parent / "archives" / "dossiers"
    nom = "-".join((personne.numero, *name_words(personne.nom))).strip("-") or "eleve"
    cible, rang = racine / nom, 1
    while cible.exists():
        rang += 1
        cible = racine / f"{nom}-{rang}"
    note = f"Documents archivés : {cible.relative_to(travail.source.chemin.parent).as_posix()}"
    if travail.simulation:
        return note
    try:
        racine.mkdir(parents=True, exist_ok=True, mode=0o700)
        if documents.is_dir():
            shutil.copytree(documents, cible)
        else:
            cible.mkdir(mode=0o700)
            shutil.copy2(documents, cible / documents.name)
        cible.chmod(0o700)
    except OSError as faute:
        shutil.rmtree(cible, ignore_errors=True)
        raise FichierInvalide(
            f"Les documents n'ont pas pu être archivés ({faute.strerror or faute}).",
            "Libérez de la place ou vérifiez les droits, puis relancez. Rien n'a été écrit.",
        ) from faute
    source = documents if documents.is_dir() else documents.parent
    fichiers = (
        [f.relative_to(documents) for f in documents.rglob("*") if f.is_file()]
        if documents.is_dir()
        else [Path(documents.name)]
    )
    if any(not filecmp.cmp(source / f, cible / f, shallow=False) for f in fichiers):
        shutil.rmtree(cible, ignore_errors=True)
        raise FichierInvalide(
            "La copie des documents ne correspond pas à l'original.", "Relancez la commande."
        )
    return note
