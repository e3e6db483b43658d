"""Who has the workbook: another ``inactifs``, Excel, or LibreOffice.

The lock between ``inactifs`` processes is the operating system's own (``flock``, or
``msvcrt.locking`` on Windows), so it vanishes with the process that held it. On a network share
it holds between machines as far as the server carries it (NFSv4, and SMB mounts by default, do);
the content is compared again just before the swap in any case.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inactifs.depot import kept
from inactifs.depot.disk import (
    closed,
    follow_folder,
    machine,
    private_folder,
    require_file,
    resolved,
)
from inactifs.depot.faults import PATIENCE, PAUSE, patiently, persist, shown, translate
from inactifs.erreurs import ClasseurOccupe, FichierInvalide, Refus

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ATTENTE = 10.0
"""Seconds that a command waits for another one to finish."""

_PAUSE = 0.02
_OCTET = 1 << 30  # Windows forbids to read what is locked: far behind the holder's name
_PRIS = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
_tenus = threading.local()


@contextmanager
def lock(chemin: Path, *, operateur: str = "", attente: float = ATTENTE) -> Iterator[None]:
    """Keeps every other ``inactifs`` away from this workbook, which is about to be written.

    Within one thread it may be taken again while held. ``operateur`` is named to those who
    wait in vain (``ClasseurOccupe`` after ``attente`` seconds). Under a folder named
    « archives », nothing is written (``Refus``).
    """
    cible = resolved(chemin)
    require_file(cible)
    if any(dossier.casefold() == "archives" for dossier in cible.parent.parts):
        raise Refus(
            f"« {shown(cible)} » est une archive : elle se consulte, mais ne se modifie pas.",
            "Travaillez sur le classeur en cours ; pour repartir de cette archive, copiez-la "
            "d'abord hors du dossier « archives ».",
        )
    tenus: set[Path] = _tenus.__dict__.setdefault("chemins", set())
    if cible in tenus:
        yield
        return
    kept.follow_renamed(cible)
    verrou = private_folder(cible) / "verrou"
    try:
        descripteur = patiently(lambda: os.open(verrou, os.O_RDWR | os.O_CREAT, 0o600), verrou)
    except OSError as faute:
        dit = translate(faute, cible)
        interdit = isinstance(faute, PermissionError) and isinstance(dit, FichierInvalide)
        raise (closed(verrou.parent.parent) if interdit else dit) from faute
    try:
        follow_folder(verrou)
        _wait(descripteur, cible, attente)
        with suppress(OSError):  # only a name in a message
            os.ftruncate(descripteur, 0)
            detenteur = f"{operateur or 'inconnu'} (processus {os.getpid()}, {machine()})"
            os.lseek(descripteur, 0, os.SEEK_SET)
            os.write(descripteur, detenteur.encode())
        tenus.add(cible)
        yield
    finally:
        tenus.discard(cible)
        os.close(descripteur)  # which releases the lock


def refuse_if_open_elsewhere(chemin: Path) -> str:
    """Refuses a workbook that Excel or LibreOffice has open.

    A lock made a moment ago may vanish as soon: it is looked at until it is two seconds old.
    One that cannot be told from a forgotten one is taken for real, and the advice says which
    file to remove; for one that nobody holds any more, a French sentence is returned.
    """
    cible = resolved(chemin)
    perimes = []
    for verrou, read_owner, is_stale in (
        (cible.with_name(f"~${cible.name}"), excel_owner, _excel_is_gone),
        (cible.with_name(f".~lock.{cible.name}#"), libreoffice_owner, _libreoffice_is_gone),
    ):
        if _stays(verrou) and not is_stale(verrou):
            raise ClasseurOccupe(
                f"« {cible.name} » est ouvert{read_owner(verrou)}.",
                "Enregistrez-le et fermez-le, puis relancez la commande. Si personne ne l'a "
                f"ouvert, supprimez le fichier caché « {shown(verrou)} ».",
            )
        if verrou.exists():
            perimes.append(verrou.name)
    if not perimes:
        return ""
    return (
        f"Verrou périmé ignoré : « {' » et « '.join(perimes)} », laissé par un logiciel qui ne "
        "tourne plus ; vous pouvez supprimer ce fichier caché."
    )


def _stays(verrou: Path) -> bool:
    """Whether the lock is there, and is not gone before it is two seconds old."""
    fin = time.monotonic() + PATIENCE
    while True:
        try:
            age = time.time() - verrou.lstat().st_mtime
        except OSError:
            return False
        if not 0 <= age < PATIENCE or time.monotonic() > fin:
            return True
        time.sleep(PAUSE)


def excel_owner(verrou: Path) -> str:
    """« dans Excel par Marie », from ``~$name.xlsx``.

    55 bytes: the name's length, the name in the Windows code page; then the length on two
    bytes and the name in UTF-16, which is preferred (as LibreOffice reads it, svl,
    ``msodocumentlockfile.cxx``).
    """
    nom = ""
    with suppress(OSError):
        octets = verrou.read_bytes()[:165]
        if octets and 0 < octets[0] <= 54:
            nom = octets[1 : 1 + octets[0]].decode("cp1252", "replace")
            longueur = int.from_bytes(octets[55:57], "little")
            if 0 < longueur <= 54 and len(octets) >= 57 + 2 * longueur:
                nom = octets[57 : 57 + 2 * longueur].decode("utf-16-le", "replace")
    nom = _printable(nom)
    return f" dans Excel par {nom}" if nom else " dans Excel"


def libreoffice_owner(verrou: Path) -> str:
    """« dans LibreOffice par Marie, sur le poste ACCUEIL », from ``.~lock.name#``."""
    nom, compte, poste = _libreoffice_fields(verrou)
    par = f" par {nom or compte}" if nom or compte else ""
    return f" dans LibreOffice{par}" + (f", sur le poste {poste}" if poste else "")


def _libreoffice_fields(verrou: Path) -> tuple[str, str, str]:
    """The name given in LibreOffice, the login and the host: ``name,login,host,date,profile;``
    in UTF-8, where a backslash precedes a comma that belongs to a field (svl,
    ``lockfilecommon.cxx``)."""
    champs = [""]
    with suppress(OSError):
        texte = iter(verrou.read_bytes()[:4096].decode("utf-8", "replace"))
        for lettre in texte:
            if lettre == ",":
                champs.append("")
            elif lettre == ";":
                break
            else:
                champs[-1] += next(texte, "") if lettre == "\\" else lettre
    nom, compte, poste = (_printable(c) for c in (*champs, "", "")[:3])
    return nom, compte, poste


def _printable(nom: str) -> str:
    return "".join(c for c in nom if c.isprintable()).strip()[:60]


def _excel_is_gone(verrou: Path) -> bool:
    """On Windows, Excel keeps its file open and lets nobody write to it; elsewhere, and on a
    share seen from elsewhere, nothing can be told."""
    with suppress(OSError):
        if os.name == "nt":
            verrou.open("r+b").close()
            return True
    return False


def _libreoffice_is_gone(verrou: Path) -> bool:
    """On Linux, for a lock of this very machine: it dates from before the last start, or it is
    this account's (whose processes can always be seen) and no LibreOffice runs."""
    if not sys.platform.startswith("linux"):
        return False
    _, compte, poste = _libreoffice_fields(verrou)
    if not poste or _short(poste) != _short(machine()):
        return False
    with suppress(OSError, ValueError, IndexError):
        allume_depuis = float(Path("/proc/uptime").read_text().split()[0])
        avant = verrou.stat().st_mtime < time.time() - allume_depuis
        return avant or (compte == _login() and not _libreoffice_runs())
    return False


def _libreoffice_runs() -> bool:
    for processus in Path("/proc").iterdir():
        if processus.name.isdecimal():
            with suppress(OSError):  # it may end while we look
                debut, _, suite = (processus / "stat").read_text(errors="replace").rpartition(")")
                if "(soffice" in debut and not suite.startswith(" Z"):  # nor already dead
                    return True
    return False


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name
        return ""


def _short(poste: str) -> str:
    return poste.partition(".")[0].casefold()


def _wait(descripteur: int, cible: Path, attente: float) -> None:
    try:
        persist(lambda: _take(descripteur), lambda e: e.errno in _PRIS, attente, _PAUSE)
    except OSError as erreur:
        if erreur.errno not in _PRIS:
            raise FichierInvalide(
                f"Le disque de « {cible} » ne permet pas de réserver le classeur pendant une "
                f"écriture (le système répond : {erreur.strerror}).",
                "Placez-le sur un disque local, ou sur un partage qui gère les verrous.",
            ) from erreur
        os.lseek(descripteur, 0, os.SEEK_SET)
        qui = _printable(os.read(descripteur, 200).decode("utf-8", "replace"))
        raise ClasseurOccupe(
            f"Une autre commande d'inactifs tient « {cible.name} » : {qui or 'inconnu'}.",
            "Attendez qu'elle se termine, puis relancez la vôtre.",
        ) from erreur


def _take(descripteur: int) -> None:
    if sys.platform == "win32":
        os.lseek(descripteur, _OCTET, os.SEEK_SET)
        msvcrt.locking(descripteur, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)
