"""What the tests of the file room share: small workbooks, and child processes that are killed."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inactifs import depot
from inactifs.erreurs import ErreurInactifs

MIDI = datetime(2026, 11, 24, 12, 0, 0)
AUTRE_COMPTE = 65534  # nobody
INTERROMPU = 130


def package(valeur: int, octets: int = 2000) -> bytes:
    """A whole archive that holds a number, and as many bytes that do not compress."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("valeur", str(valeur))
        archive.writestr("remplissage", os.urandom(octets))
    return sortie.getvalue()


def value_of(chemin: Path) -> int:
    """The number in a workbook, read without the room under test; fails if it is not whole."""
    with zipfile.ZipFile(chemin) as archive:
        assert archive.testzip() is None
        return int(archive.read("valeur"))


def write(chemin: Path, valeur: int, *, octets: int = 2000, commande: str = "") -> None:
    """One command of the tool: read, then replace."""
    depot.replace(
        depot.read(chemin),
        package(valeur, octets),
        commande=commande or f"commande {valeur}",
        operateur="Marie",
        quand=MIDI + timedelta(minutes=valeur),
    )


def history(chemin: Path, combien: int) -> Path:
    """A workbook written ``combien`` times: it holds that number."""
    depot.create(chemin, package(0))
    for valeur in range(1, combien + 1):
        write(chemin, valeur)
    return chemin


def undo(chemin: Path, *, force: bool = False) -> depot.Version:
    """One undo, by Paul."""
    return depot.undo(chemin, operateur="Paul", quand=MIDI, force=force)


def for_a_while(verrou: Path) -> Path:
    """A lock that another program has had for longer than a moment."""
    avant = time.time() - 10
    os.utime(verrou, (avant, avant))
    return verrou


def leftovers(dossier: Path) -> list[str]:
    """Files beside the workbooks that nobody wants to see."""
    return sorted(c.name for c in dossier.rglob("*.tmp"))


def on_system_call(nom: str, action: Callable[[], object]) -> Callable[[], None]:
    """Has ``action`` done just before the first call to the system of this name; what is
    returned puts an end to it."""
    fait = False

    def _watch(_cadre: object, evenement: str, fonction: object) -> None:
        nonlocal fait
        if fait or evenement != "c_call" or getattr(fonction, "__name__", "") != nom:
            return
        if _is_system(fonction):
            fait = True
            action()

    sys.setprofile(_watch)
    return lambda: sys.setprofile(None)


def fork(action: Callable[[], object]) -> int:
    """A child process that does ``action``; it ends with the exit status of its error,
    :data:`INTERROMPU` when it was, 99 when the error is not one of ours."""
    if sys.platform == "win32":
        pytest.skip("forks")
    enfant = os.fork()
    if enfant:
        return enfant
    statut = 99
    try:
        action()
        statut = 0
    except ErreurInactifs as erreur:
        statut = erreur.statut
    except KeyboardInterrupt:
        statut = INTERROMPU
    except BaseException as erreur:
        print(repr(erreur), file=sys.stderr)
    finally:
        os._exit(statut)


def end_of(enfant: int) -> int:
    """Waits for a child: its exit status, or minus the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(enfant, 0)[1])


def die_at(instant: int, action: Callable[[], object]) -> Callable[[], None]:
    """``action``, killed by the system just before or after one of its calls to the system:
    a file opened, written, flushed, renamed…"""

    def _die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    return lambda: _at(instant, action, _die)


def interrupt_at(instant: int, action: Callable[[], object]) -> None:
    """``action``, interrupted as by Ctrl-C at such an instant."""

    def _interrupt() -> None:
        raise KeyboardInterrupt

    _at(instant, action, _interrupt)


def _at(instant: int, action: Callable[[], object], fault: Callable[[], None]) -> None:
    reste = instant

    def _count(_cadre: object, evenement: str, fonction: object) -> None:
        nonlocal reste
        if evenement in ("c_call", "c_return") and _is_system(fonction):
            reste -= 1
            if reste == -1:
                fault()

    sys.setprofile(_count)
    try:
        action()
    finally:
        sys.setprofile(None)


def _is_system(fonction: object) -> bool:
    porteur = type(getattr(fonction, "__self__", None)).__module__
    return porteur == "_io" or getattr(fonction, "__module__", "") in ("posix", "fcntl", "_io")
