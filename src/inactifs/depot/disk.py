"""Bytes that stay written, and the disk's refusals in French.

Every file is flushed to the disk (``os.fsync``) before it takes its name, and so is the folder
that holds the name, where the system allows it (not on Windows, whose file system keeps a
journal of names). On macOS ``os.fsync`` leaves the data in the drive's own memory: a power cut
within the second may still undo the last write, never half of it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inactifs.erreurs import ErreurInactifs, FichierInvalide

DOSSIER_DISCRET = ".inactifs"
_PLEIN = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_INTERDIT = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def faults(chemin: Path) -> Iterator[None]:
    """Turns the disk's refusal to write ``chemin`` into an error for the staff.

    Raises:
        FichierInvalide: the account may not write there (exit 4).
        ErreurInactifs: the disk is full, or fails (exit 1).
    """
    try:
        yield
    except OSError as erreur:
        raise _translate(erreur, chemin) from erreur


def missing(chemin: Path) -> FichierInvalide:
    """The error for a workbook that does not exist; it says where its last version is kept."""
    conseil = "Vérifiez son nom et le dossier courant, ou créez-le avec « inactifs init »."
    copies = sorted(kept_beside(chemin).glob(f"*{chemin.suffix}"))
    if gardees := [c for c in copies if "annulee" not in c.name]:
        conseil = (
            "S'il a été effacé, cherchez-le dans la corbeille ; sinon, copiez à sa place sa "
            f"version d'avant la dernière écriture : « {gardees[-1]} »."
        )
    return FichierInvalide(f"Le classeur « {chemin} » n'existe pas.", conseil)


def kept_beside(chemin: Path) -> Path:
    """Where the versions of this workbook are kept, whether there are any or not."""
    return chemin.parent / DOSSIER_DISCRET / chemin.name


def private_folder(chemin: Path) -> Path:
    """The discreet folder of this workbook, made if need be: ``.inactifs/<name>/`` beside it.

    It is readable by its owner alone (contract, promise 6). A school where several accounts
    write the same workbook opens ``.inactifs`` to them by hand: its permissions are never
    changed afterwards, and what is created in it takes them.

    Raises:
        FichierInvalide: the folder belongs to another account, or cannot be made.
    """
    propre = kept_beside(chemin)
    commun = propre.parent
    try:
        with suppress(FileExistsError):
            commun.mkdir(mode=0o700)
        if not propre.is_dir():
            with suppress(FileExistsError):
                propre.mkdir()  # out of reach behind its parent, whose permissions it takes
                propre.chmod(stat.S_IMODE(commun.stat().st_mode))
        if not os.access(propre, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "", str(propre))
    except PermissionError as erreur:
        if not commun.is_dir():
            raise _translate(erreur, chemin) from erreur
        raise FichierInvalide(
            f"Le dossier « {commun} », qui garde les versions du classeur, n'est pas accessible "
            "à votre compte.",
            "Utilisez le compte qui tient le classeur, ou demandez que ce dossier soit ouvert "
            "au vôtre.",
        ) from erreur
    except OSError as erreur:
        raise _translate(erreur, chemin) from erreur
    return propre


def write_new(chemin: Path, data: bytes, *, mode: int = 0o600, comme: Path | None = None) -> None:
    """Writes a new file and flushes it to the disk; what had this name before is removed.

    ``comme`` is a file whose permissions, owner (where the account may) and extended
    attributes are copied. Nothing is left behind when the writing fails.

    Raises:
        OSError: the disk refuses.
    """
    chemin.unlink(missing_ok=True)
    try:
        with open(chemin, "xb", opener=lambda p, drapeaux: os.open(p, drapeaux, mode)) as fichier:
            fichier.write(data)
            fichier.flush()
            if comme is not None:
                _copy_rights(comme, chemin)
            os.fsync(fichier.fileno())
    except BaseException:
        with suppress(OSError):
            chemin.unlink(missing_ok=True)
        raise


def write_private(chemin: Path, data: bytes) -> None:
    """Writes a file of the discreet folder: whole or not at all, with the folder's permissions.

    One process at a time: the caller holds the workbook's lock, and flushes the folder.

    Raises:
        OSError: the disk refuses.
    """
    en_cours = chemin.with_name("en_cours.tmp")
    write_new(en_cours, data)
    follow_folder(en_cours)
    en_cours.replace(chemin)


def follow_folder(chemin: Path) -> None:
    """Gives a file of the discreet folder that folder's permissions, when it is ours."""
    with suppress(PermissionError):
        chemin.chmod(stat.S_IMODE(chemin.parent.stat().st_mode) & 0o666)


def sync_folder(dossier: Path) -> None:
    """Flushes the names of a folder to the disk, where the system can."""
    with suppress(OSError):
        descripteur = os.open(dossier, os.O_RDONLY)
        try:
            os.fsync(descripteur)
        finally:
            os.close(descripteur)


def _copy_rights(modele: Path, chemin: Path) -> None:
    import shutil

    avant = modele.stat()
    if hasattr(os, "chown"):
        try:
            os.chown(chemin, avant.st_uid, avant.st_gid)
        except OSError:  # only the administrator may give a file away; the group often can be kept
            with suppress(OSError):
                os.chown(chemin, -1, avant.st_gid)
    shutil.copystat(modele, chemin)
    os.utime(chemin)


def _translate(erreur: OSError, chemin: Path) -> ErreurInactifs:
    if erreur.errno in _PLEIN:
        return ErreurInactifs(
            f"Il n'y a plus de place sur le disque : « {chemin} » n'a pas été modifié.",
            "Libérez de la place, puis relancez la commande.",
        )
    if erreur.errno in _INTERDIT:
        return FichierInvalide(
            f"Votre compte n'a pas le droit d'écrire dans le dossier « {chemin.parent} » : "
            f"« {chemin.name} » n'a pas été modifié.",
            "Vérifiez les droits du dossier et du fichier, ou déplacez le classeur.",
        )
    return ErreurInactifs(
        f"Le disque a refusé l'écriture de « {chemin} », qui n'a pas été modifié (le système "
        f"répond : {erreur.strerror or erreur}).",
        "Vérifiez que le disque ou le partage réseau est accessible, puis relancez la commande.",
    )
