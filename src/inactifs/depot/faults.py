"""The system's errors in French: one row a cause, for whatever is read or written."""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeVar

from inactifs.erreurs import ClasseurOccupe, ErreurInactifs, FichierInvalide

if sys.platform == "win32":
    import _winapi

T = TypeVar("T")

PATIENCE = 2.0
"""Seconds for which a file that another program holds is tried again."""

PAUSE = 0.05

LONGUEUR_MAX = 259
"""Characters of the longest path that Windows opens, unless it was set otherwise."""


class Cause(NamedTuple):
    """Why the system refused (``raison`` ends « Impossible d'écrire « x » : »), and what to do."""

    erreur: type[ErreurInactifs]
    raison: str
    conseil: str


_RETENU = Cause(
    ClasseurOccupe,
    "il est retenu par un autre logiciel (antivirus, synchronisation, sauvegarde, Excel…)",
    "Attendez quelques instants, fermez-le s'il est ouvert, puis relancez la commande.",
)
_TROP_LONG = Cause(
    FichierInvalide,
    "ce chemin ({longueur} caractères) est trop long pour ce système",
    "Raccourcissez les noms des dossiers, ou rapprochez le fichier de la racine du disque.",
)
_PLEIN = Cause(
    ErreurInactifs,
    "il n'y a plus de place sur le disque",
    "Libérez de la place, puis relancez la commande.",
)
_INTERDIT = Cause(
    FichierInvalide,
    "votre compte n'a pas le droit {verbe}",
    "Vérifiez les droits du dossier et du fichier, ou déplacez le classeur.",
)
_ABSENT = Cause(
    FichierInvalide,
    "le dossier n'existe pas",
    "Vérifiez que le disque ou le partage réseau est accessible, puis relancez la commande.",
)
_AUTRE = Cause(ErreurInactifs, "le système répond « {systeme} »", _ABSENT.conseil)
_CAUSES = {
    errno.ENOSPC: _PLEIN,
    errno.EFBIG: _PLEIN,
    getattr(errno, "EDQUOT", errno.ENOSPC): _PLEIN,
    errno.EACCES: _INTERDIT,
    errno.EPERM: _INTERDIT,
    errno.EROFS: _INTERDIT._replace(raison="le disque n'accepte pas l'écriture"),
    errno.ENAMETOOLONG: _TROP_LONG,
    errno.ENOENT: _ABSENT,
    errno.ENOTDIR: _ABSENT._replace(raison="ce qui précède n'est pas un dossier"),
    errno.EISDIR: _AUTRE._replace(raison="c'est un dossier"),
    errno.EBUSY: _RETENU,
    errno.ETXTBSY: _RETENU,
    errno.EDEADLK: _RETENU,
}
_WINDOWS = {
    32: _RETENU,  # ERROR_SHARING_VIOLATION
    33: _RETENU,  # ERROR_LOCK_VIOLATION
    112: _PLEIN,  # ERROR_DISK_FULL
    206: _TROP_LONG,  # ERROR_FILENAME_EXCED_RANGE
}


def cause_of(erreur: OSError, chemin: Path) -> Cause:
    """The row of the table for this refusal; ``chemin`` is what was to be read or written."""
    connue = _WINDOWS.get(getattr(erreur, "winerror", None) or 0)
    if connue is not None:
        return connue
    noms = [Path(str(nom)) for nom in (erreur.filename, erreur.filename2, chemin) if nom]
    long_ = any(len(str(nom)) > LONGUEUR_MAX for nom in noms)
    if erreur.errno == errno.ENOENT and long_ and chemin.parent.is_dir():  # as Windows has it
        return _TROP_LONG
    if erreur.errno == errno.EACCES and any(map(_held, noms)):
        return _RETENU
    return _CAUSES.get(erreur.errno or 0, _AUTRE)


def write_fault(erreur: OSError, chemin: Path | None = None, verbe: str = "d'y écrire") -> str:
    """Why the system refused to write a file, in French: the end of a sentence."""
    lieu = chemin or Path(str(erreur.filename or ""))
    return cause_of(erreur, lieu).raison.format(
        verbe=verbe, longueur=len(str(shown(lieu))), systeme=erreur.strerror or erreur
    )


def translate(erreur: OSError, chemin: Path, *, reading: bool = False) -> ErreurInactifs:
    """The error for the staff, when the system refuses to write (or read) ``chemin``."""
    cause = cause_of(erreur, chemin)
    fait = "n'a pas pu être lu" if reading else "n'a pas été modifié"
    raison = write_fault(erreur, chemin, "de le lire" if reading else "d'écrire dans ce dossier")
    genre = FichierInvalide if reading and cause.erreur is ErreurInactifs else cause.erreur
    return genre(f"« {shown(chemin)} » {fait} : {raison}.", cause.conseil)


@contextmanager
def faults(chemin: Path, *, reading: bool = False) -> Iterator[None]:
    """Turns the system's refusal to write (or read) ``chemin`` into an error for the staff:
    FichierInvalide (the account may not), ClasseurOccupe (another program holds it) or
    ErreurInactifs (the disk is full, or fails)."""
    try:
        yield
    except OSError as erreur:
        raise translate(erreur, chemin, reading=reading) from erreur


def persist(
    action: Callable[[], T],
    encore: Callable[[OSError], bool],
    duree: float = PATIENCE,
    pause: float = PAUSE,
) -> T:
    """What ``action`` returns, tried again for so many seconds while ``encore`` says so of the
    system's refusal; else OSError, the last one."""
    fin = time.monotonic() + duree
    while True:
        try:
            return action()
        except OSError as erreur:
            if not encore(erreur) or time.monotonic() > fin:
                raise
        time.sleep(pause)


def patiently(action: Callable[[], T], chemin: Path) -> T:
    """The same while another program holds ``chemin``: an antivirus, a synchronisation or a
    backup lets go of it soon."""
    try:
        return persist(action, lambda erreur: cause_of(erreur, chemin) is _RETENU)
    except PermissionError:  # let go of, perhaps, between the refusal and the question why
        return action()


def shown(chemin: Path) -> Path:
    """A path as people write it, without the prefix that lets Windows open long ones."""
    texte = str(chemin)
    if texte.startswith("\\\\?\\UNC\\"):
        return Path("\\\\" + texte[8:])
    return Path(texte[4:]) if texte.startswith("\\\\?\\") else chemin


def _held(chemin: Path) -> bool:
    """Whether another program holds the file: on Windows C's own errors say « access denied » for
    that as for rights; asked with all sharing allowed, it says which."""
    if sys.platform == "win32":
        partage, existant, dossier = 7, 3, 0x02000000
        for acces in (0x80000000, 0x80010000):  # to read it, to replace it
            try:
                _winapi.CloseHandle(
                    _winapi.CreateFile(str(chemin), acces, partage, 0, existant, dossier, 0)
                )
            except OSError as erreur:
                if erreur.winerror in (32, 33):
                    return True
    return False


def discard(chemin: Path) -> None:
    """Removes a file that is of no more use: what the system refuses is left for another time."""
    with suppress(OSError):
        chemin.unlink(missing_ok=True)
