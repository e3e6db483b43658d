"""Bytes that stay written, in folders that are their owner's.

Every file is flushed to the disk (``os.fsync``) before it takes its name, and so is the folder
that holds the name, where the system allows it (not on Windows, whose file system keeps a
journal of names). On macOS ``os.fsync`` leaves the data in the drive's own memory: a power cut
within the second may still undo the last write, never half of it. Windows has rights that are no
mode bits, hidden folders and long paths: what is done for them does nothing elsewhere.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inactifs.depot.faults import discard, faults, patiently, persist, shown, translate
from inactifs.erreurs import FichierInvalide

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

_LONG = 120
"""Characters from which a path is written so that Windows opens it whatever its length: what is
kept beside a workbook adds some hundred to it."""

# Owner, system and administrators: full control, handed down to what a folder holds.
_SDDL = "D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
_DACL = 0x80000004  # DACL_SECURITY_INFORMATION, protected from the folder above
_CACHE = 0x2  # FILE_ATTRIBUTE_HIDDEN

DOSSIER_DISCRET = ".inactifs"
EN_COURS = ".inactifs.tmp"
"""How the names of files end until they are whole."""


def kept_beside(chemin: Path) -> Path:
    """Where the versions of this workbook are kept, whether there are any or not."""
    return reach(chemin.parent / DOSSIER_DISCRET / chemin.name)


@contextmanager
def reading(cible: Path) -> Iterator[None]:
    """Turns what keeps the workbook from being read into an error for the staff; for one that does
    not exist, it says where its last version is kept."""
    with faults(cible, reading=True):
        try:
            yield
        except (FileNotFoundError, NotADirectoryError):
            conseil = "Vérifiez son nom et le dossier courant, ou créez-le avec « inactifs init »."
            copies = sorted(kept_beside(cible).glob(f"*{cible.suffix}"))
            if gardees := [c for c in copies if "annulee" not in c.name]:
                conseil = (
                    "S'il a été effacé, cherchez-le dans la corbeille ; sinon, copiez à sa place "
                    f"sa version d'avant la dernière écriture : « {shown(gardees[-1])} »."
                )
            dit = f"Le classeur « {shown(cible)} » n'existe pas."
            raise FichierInvalide(dit, conseil) from None


def require_file(cible: Path) -> None:
    """Nothing is made beside what is no workbook: a folder, a pipe, a device."""
    with reading(cible):
        mode = patiently(cible.stat, cible).st_mode
    if not stat.S_ISREG(mode):
        raise FichierInvalide(
            f"« {shown(cible)} » n'est pas un fichier.", "Donnez le nom d'un classeur .xlsx."
        )


def private_folder(chemin: Path) -> Path:
    """The discreet folder ``.inactifs/<name>/`` beside this workbook, made if need be: its owner's
    alone (contract, promise 6). A school of several accounts opens ``.inactifs`` to them by hand:
    its permissions are never changed afterwards, and what is created in it takes them."""
    propre = kept_beside(chemin)
    commun = propre.parent
    try:
        with suppress(FileExistsError):
            make_private(commun)
            if sys.platform == "win32":  # where a dot hides nothing
                with suppress(OSError, AttributeError):
                    ctypes.windll.kernel32.SetFileAttributesW(str(commun), _CACHE)
        if not propre.is_dir():
            with suppress(FileExistsError):
                propre.mkdir()  # out of reach behind its parent, whose permissions it takes
                if sys.platform != "win32":
                    propre.chmod(stat.S_IMODE(commun.stat().st_mode) | stat.S_IRWXU)
        if not os.access(propre, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "", str(propre))
    except PermissionError as erreur:
        raise (closed(commun) if commun.is_dir() else translate(erreur, chemin)) from erreur
    except OSError as erreur:
        raise translate(erreur, chemin) from erreur
    return propre


def closed(commun: Path) -> FichierInvalide:
    """The error for a discreet folder that is another account's."""
    ouvrir = f'icacls "{shown(commun)}" /grant "NOM:(OI)(CI)M" /T'
    return FichierInvalide(
        f"Le dossier « {shown(commun)} », qui garde les versions du classeur, n'est pas accessible "
        "à votre compte.",
        "Utilisez le compte qui tient le classeur, ou demandez que ce dossier soit ouvert au vôtre"
        + (f" : {ouvrir}" if sys.platform == "win32" else "."),
    )


def make_private(dossier: Path) -> None:
    """Makes a folder that its owner alone can read."""
    dossier.mkdir(mode=0o700)
    keep_to_owner(dossier)


def write_new(chemin: Path, data: bytes, *, mode: int = 0o600, comme: Path | None = None) -> None:
    """Writes a new file and flushes it to the disk, in place of what had this name, with the
    permissions, owner (where the account may) and extended attributes of ``comme``. Nothing is
    left behind when the writing fails."""
    patiently(lambda: chemin.unlink(missing_ok=True), chemin)
    try:
        with open(chemin, "xb", opener=lambda p, drapeaux: os.open(p, drapeaux, mode)) as fichier:
            fichier.write(data)
            fichier.flush()
            if comme is not None:
                avant = comme.stat()
                for compte in (avant.st_uid, -1) if hasattr(os, "chown") else ():
                    with suppress(OSError):  # only the administrator may give a file away; the
                        os.chown(chemin, compte, avant.st_gid)  # group often can be kept
                        break
                shutil.copystat(comme, chemin)
                os.utime(chemin)
            os.fsync(fichier.fileno())
    except BaseException:
        discard(chemin)
        raise


def _put(chemin: Path, en_cours: Path, data: bytes, give_rights: Callable[[Path], None]) -> None:
    """Writes a file beside, and gives it its name once it is whole."""
    try:
        write_new(en_cours, data)
        give_rights(en_cours)
        patiently(lambda: en_cours.replace(chemin), chemin)
    finally:
        discard(en_cours)


def write_private(chemin: Path, data: bytes) -> None:
    """Writes a file of the discreet folder, with the folder's permissions: whole or not at all.
    The caller holds the workbook's lock, and flushes the folder."""
    _put(chemin, chemin.with_name("en_cours.tmp"), data, follow_folder)


def deliver(chemin: Path, data: bytes) -> None:
    """Writes a file that the tool hands over: for its owner alone, whole or not at all. Where a
    link leads, the file is written; a pipe, a terminal, this process's output is written to, never
    replaced."""
    mode = 0
    with suppress(OSError):
        mode = chemin.stat().st_mode
    parent = os.path.realpath(chemin.parent)
    system = parent == "/dev" or parent.startswith("/proc/")
    if mode and (system or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))):
        _pour(chemin, data, mode)
        return
    cible = resolved(chemin)
    _put(cible, cible.with_name(f".{cible.name}{EN_COURS}"), data, keep_to_owner)


def _pour(chemin: Path, data: bytes, mode: int) -> None:
    """Into a pipe that somebody reads, or a device that is no disk."""
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode) or stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, "ce n'est pas un fichier", str(chemin))
    attente = os.O_NONBLOCK if stat.S_ISFIFO(mode) else 0
    descripteur = persist(  # whoever reads is about to
        lambda: os.open(chemin, os.O_WRONLY | attente), lambda e: e.errno == errno.ENXIO
    )
    with open(descripteur, "wb", buffering=0) as flux:  # noqa: PTH123
        os.set_blocking(descripteur, True)
        reste = memoryview(data)
        while reste:
            reste = reste[flux.write(reste) :]


def follow_folder(chemin: Path) -> None:
    """Gives a file of the discreet folder that folder's permissions, when it is ours. On Windows
    it has them from its first day, and the only bit there, which says that a folder is customised,
    would make the file read-only."""
    if sys.platform != "win32":
        with suppress(PermissionError):
            dossier = stat.S_IMODE(chemin.parent.stat().st_mode)
            chemin.chmod(dossier & 0o666 | stat.S_IRUSR | stat.S_IWUSR)


def sync_folder(dossier: Path) -> None:
    """Flushes the names of a folder to the disk, where the system can."""
    with suppress(OSError):
        descripteur = os.open(dossier, os.O_RDONLY)
        try:
            os.fsync(descripteur)
        finally:
            os.close(descripteur)


def remove_file(chemin: Path) -> None:
    """Removes a file, be it said read-only, which Windows does not remove as it is."""
    try:
        patiently(chemin.unlink, chemin)
    except PermissionError:
        chemin.chmod(stat.S_IRUSR | stat.S_IWUSR)
        chemin.unlink()


def remove_tree(dossier: Path) -> None:
    """Removes a folder and all that it holds, read-only files included; absent is well."""
    for parent, dossiers, fichiers in os.walk(dossier, topdown=False):
        for nom in fichiers:
            remove_file(Path(parent, nom))
        for nom in dossiers:
            chemin = Path(parent, nom)
            chemin.unlink() if chemin.is_symlink() else chemin.rmdir()
    with suppress(FileNotFoundError):
        patiently(dossier.rmdir, dossier)


def resolved(chemin: Path) -> Path:
    """The file itself, where links lead, by a path that may be as long as needed."""
    return reach(Path(os.path.realpath(chemin)))


def machine() -> str:
    """This computer's name, as its user sees it."""
    if sys.platform == "win32":  # asking the system there goes through WMI, known to hang
        return os.environ.get("COMPUTERNAME", "")
    return os.uname().nodename


def reach(chemin: Path) -> Path:
    """« \\\\?\\C:\\… » for a long path: Windows then does not count."""
    texte = str(chemin)
    if sys.platform != "win32" or len(texte) < _LONG:
        return chemin
    if texte.startswith("\\\\?\\") or not chemin.is_absolute():
        return chemin
    if texte.startswith("\\\\"):
        return Path("\\\\?\\UNC\\" + texte[2:])
    return Path("\\\\?\\" + texte)


def keep_to_owner(chemin: Path) -> None:
    """Readable by its owner alone (and the administrator), whatever the folder's rights: on
    Windows; elsewhere mode bits are enough, and those who create the file give them."""
    if sys.platform == "win32":
        descripteur = ctypes.c_void_p()
        lire = ctypes.windll.advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW
        if lire(_SDDL, 1, ctypes.byref(descripteur), None):
            poser = ctypes.windll.advapi32.SetFileSecurityW
            poser.argtypes = [wintypes.LPCWSTR, wintypes.DWORD, ctypes.c_void_p]
            poser(str(chemin), _DACL, descripteur)  # a disk without rights refuses: so be it
            ctypes.windll.kernel32.LocalFree(descripteur)
