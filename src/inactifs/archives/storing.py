"""Putting files into a new archive: whole or not at all, never over another one."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from inactifs.archives.manifest import NOM, Fichier, Manifeste, to_json
from inactifs.depot.disk import EN_COURS, make_private, remove_tree, sync_folder, write_new
from inactifs.depot.faults import faults
from inactifs.erreurs import ErreurInactifs, FichierInvalide

DOSSIER = "archives"
DOSSIERS_CLOS = "dossiers"
_MORCEAU = 1 << 20
_LECTURE_SEULE = 0o400


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive on the disk, and what it holds."""

    chemin: Path
    manifeste: Manifeste


def root_of(classeur: Path) -> Path:
    """The folder of the archives of a workbook: beside it, or the one in which it lies itself."""
    reel = Path(os.path.realpath(classeur))
    return next((p for p in reel.parents if p.name.casefold() == DOSSIER), reel.parent / DOSSIER)


def write_archive(
    racine: Path, nom: str, contenu: Mapping[str, bytes | Path], manifeste: Manifeste
) -> Archive:
    """Put ``contenu`` and its manifest into ``racine/nom``, or ``nom-2``, ``nom-3``…

    The folder is built beside, under a hidden name, each file flushed and read back, and takes
    its name in one rename. It is readable by its owner alone, and its files cannot be written.

    Args:
        racine: the folder of the archives, made if need be.
        nom: the name wanted; an archive of this name is never touched.
        contenu: the files by name (with « / »): their bytes, or the file to copy.
        manifeste: what to say of them; ``fichiers`` is filled in here.

    Raises:
        FichierInvalide: a file to copy cannot be read, or the account may not write there.
        ErreurInactifs: the disk is full, fails, or gives back other bytes than it was given.
            In every case nothing is left there.
    """
    en_cours = racine / f".{nom}.{os.getpid()}{EN_COURS}"
    try:
        with faults(racine / nom):
            _private_folder(racine)
            shutil.rmtree(en_cours, ignore_errors=True)
            make_private(en_cours)
        fichiers = tuple(_put(en_cours, f, source) for f, source in contenu.items())
        complet = replace(manifeste, fichiers=fichiers)
        with faults(racine / nom):
            write_new(en_cours / NOM, to_json(complet))
            sync_folder(en_cours)
            chemin = _take_name(en_cours, racine, nom)
    finally:
        shutil.rmtree(en_cours, ignore_errors=True)
    sync_folder(racine)
    for fichier in (NOM, *contenu):
        with suppress(OSError):  # a disk without permissions
            (chemin / fichier).chmod(_LECTURE_SEULE)
    return Archive(chemin, complet)


def remove_archive(archive: Archive) -> None:
    """Take back an archive just made, the command having failed since.

    Raises:
        ErreurInactifs: it cannot be removed.
    """
    with faults(archive.chemin):
        remove_tree(archive.chemin)


def digest_of(chemin: Path) -> tuple[int, str]:
    """The size and the SHA-256 of a file, read piece by piece.

    Raises:
        OSError: it cannot be read.
    """
    somme, octets = hashlib.sha256(), 0
    with chemin.open("rb") as fichier:
        while morceau := fichier.read(_MORCEAU):
            somme.update(morceau)
            octets += len(morceau)
    return octets, somme.hexdigest()


def _private_folder(dossier: Path) -> None:
    """Make a folder and those above it, each readable by its owner alone."""
    for parent in (*reversed(dossier.parents), dossier):
        if not parent.is_dir():
            with suppress(FileExistsError):
                make_private(parent)


def _put(dossier: Path, nom: str, source: bytes | Path) -> Fichier:
    cible = dossier / nom
    with faults(cible):
        _private_folder(cible.parent)
        if isinstance(source, bytes):
            write_new(cible, source)
            ecrit = Fichier(nom, len(source), hashlib.sha256(source).hexdigest())
    if isinstance(source, Path):
        ecrit = Fichier(nom, *_copy(source, cible))
    with faults(cible):
        relu = Fichier(nom, *digest_of(cible))
    if relu != ecrit:
        raise ErreurInactifs(
            f"La copie de « {nom} » ne correspond pas à l'original : rien n'a été archivé.",
            "Le disque est peut-être défectueux : vérifiez-le, puis relancez la commande.",
        )
    return ecrit


def _copy(source: Path, cible: Path) -> tuple[int, str]:
    """Copy a file; the size and hash of what was read."""
    try:
        lecture = source.open("rb")
    except OSError as faute:
        raise unreadable(source, faute) from faute
    somme, octets = hashlib.sha256(), 0
    with lecture, faults(cible), cible.open("xb") as ecriture:
        cible.chmod(0o600)
        while morceau := lecture.read(_MORCEAU):
            somme.update(morceau)
            octets += len(morceau)
            ecriture.write(morceau)
        ecriture.flush()
        os.fsync(ecriture.fileno())
        quand = os.fstat(lecture.fileno())
    with suppress(OSError):  # the day of a document is worth keeping, not a failure
        os.utime(cible, ns=(quand.st_atime_ns, quand.st_mtime_ns))
    return octets, somme.hexdigest()


def unreadable(chemin: Path, faute: OSError) -> FichierInvalide:
    """The error for a document that cannot be read."""
    return FichierInvalide(
        f"Le document « {chemin} » ne peut pas être lu ({faute.strerror or faute}).",
        "Vérifiez vos droits, fermez-le s'il est ouvert, puis relancez. Rien n'a été écrit.",
    )


def _take_name(en_cours: Path, racine: Path, nom: str) -> Path:
    for rang in count(1):
        cible = racine / (nom if rang == 1 else f"{nom}-{rang}")
        if os.path.lexists(cible):
            continue
        try:
            return en_cours.rename(cible)
        except OSError:
            if not os.path.lexists(cible):  # else another command took it meanwhile
                raise
    raise AssertionError("count() never ends")
