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

from inactifs.depot import disk, kept
from inactifs.depot.disk import machine, resolved
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
    """Keeps every other ``inactifs`` away from this workbook, which is about to be written; within
    one thread it may be taken again while held. ``operateur`` is named to those who wait in vain
    (``ClasseurOccupe`` after ``attente`` seconds). Under « archives », nothing is written
    (``Refus``)."""
    cible = resolved(chemin)
    disk.require_file(cible)
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
    verrou = disk.private_folder(cible) / "verrou"
    try:
        descripteur = patiently(lambda: os.open(verrou, os.O_RDWR | os.O_CREAT, 0o600), verrou)
    except OSError as faute:
        dit = translate(faute, cible)
        interdit = isinstance(faute, PermissionError) and isinstance(dit, FichierInvalide)
        raise (disk.closed(verrou.parent.parent) if interdit else dit) from faute
    try:
        disk.follow_folder(verrou)
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


def _wait(descripteur: int, cible: Path, attente: float) -> None:
    def take() -> None:
        if sys.platform == "win32":
            os.lseek(descripteur, _OCTET, os.SEEK_SET)
            msvcrt.locking(descripteur, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descripteur, fcntl.LOCK_EX | fcntl.LOCK_NB)

    try:
        persist(take, lambda e: e.errno in _PRIS, attente, _PAUSE)
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


def refuse_if_open_elsewhere(chemin: Path) -> str:
    """Refuses a workbook that Excel or LibreOffice has open. A lock that cannot be told from a
    forgotten one is taken for real, and the advice says which file to remove; for one that nobody
    holds any more, a French sentence is returned."""
    cible = resolved(chemin)
    perimes = []
    for verrou, ask in (
        (cible.with_name(f"~${cible.name}"), _excel),
        (cible.with_name(f".~lock.{cible.name}#"), _libreoffice),
    ):
        if _stays(verrou):
            tenant, parti = ask(verrou)
            if not parti:
                raise ClasseurOccupe(
                    f"« {cible.name} » est ouvert dans {tenant}.",
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
    """Whether the lock is there; made a moment ago it may vanish as soon: it is looked at until it
    is two seconds old."""
    fin = time.monotonic() + PATIENCE
    while True:
        try:
            age = time.time() - verrou.lstat().st_mtime
        except OSError:
            return False
        if not 0 <= age < PATIENCE or time.monotonic() > fin:
            return True
        time.sleep(PAUSE)


def _excel(verrou: Path) -> tuple[str, bool]:
    """« Excel par Marie », from ``~$name.xlsx``, and whether Excel is gone.

    55 bytes: the name's length, the name in the Windows code page; then the length on two
    bytes and the name in UTF-16, which is preferred (as LibreOffice reads it, svl,
    ``msodocumentlockfile.cxx``). On Windows, Excel keeps this file open and lets nobody write to
    it; elsewhere, and on a share seen from elsewhere, nothing can be told.
    """
    nom, parti = "", False
    with suppress(OSError):
        octets = verrou.read_bytes()[:165]
        if octets and 0 < octets[0] <= 54:
            nom = octets[1 : 1 + octets[0]].decode("cp1252", "replace")
            longueur = int.from_bytes(octets[55:57], "little")
            if 0 < longueur <= 54 and len(octets) >= 57 + 2 * longueur:
                nom = octets[57 : 57 + 2 * longueur].decode("utf-16-le", "replace")
    if os.name == "nt":
        with suppress(OSError):
            verrou.open("r+b").close()
            parti = True
    nom = _printable(nom)
    return (f"Excel par {nom}" if nom else "Excel"), parti


def _libreoffice(verrou: Path) -> tuple[str, bool]:
    """« LibreOffice par Marie, sur le poste ACCUEIL », from ``.~lock.name#``, and whether it is
    gone.

    ``name,login,host,date,profile;`` in UTF-8, where a backslash precedes a comma that belongs to
    a field (svl, ``lockfilecommon.cxx``). On Linux, it is gone when the lock, of this very machine,
    dates from before the last start, or is this account's (whose processes can always be seen) and
    no LibreOffice runs.
    """
    champs, parti = [""], False
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
    postes = {p.partition(".")[0].casefold() for p in (poste, machine())}
    if sys.platform.startswith("linux") and poste and len(postes) == 1:
        with suppress(OSError, ValueError, IndexError):
            allume_depuis = float(Path("/proc/uptime").read_text().split()[0])
            avant = verrou.stat().st_mtime < time.time() - allume_depuis
            parti = avant or (compte == _login() and not _libreoffice_runs())
    par = f" par {nom or compte}" if nom or compte else ""
    return f"LibreOffice{par}" + (f", sur le poste {poste}" if poste else ""), parti


def _printable(nom: str) -> str:
    return "".join(c for c in nom if c.isprintable()).strip()[:60]


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
