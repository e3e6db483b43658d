"""Reading the workbook's file: whole, or an error that says why not."""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from inactifs.depot import kept
from inactifs.depot.disk import missing
from inactifs.depot.faults import patiently, shown, translate
from inactifs.depot.windows import resolved
from inactifs.erreurs import ClasseurOccupe, FichierInvalide

MAX_CLASSEUR = 200 * 1024 * 1024
"""Bytes above which a workbook is not read."""

_ESSAIS, _PAUSE = 5, 0.2  # a file being saved is read again: within one second

_ZIP, _FIN_ZIP = b"PK\x03\x04", b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, or encrypted: ``ooxml`` says which


@dataclass(frozen=True)
class Source:
    """A workbook as read: ``chemin`` is the file itself, where a symbolic link led."""

    chemin: Path
    data: bytes

    @cached_property
    def empreinte(self) -> str:
        """The SHA-256 of ``data``, in hexadecimal; computed when it is asked for."""
        return kept.digest(self.data)


def read(chemin: Path) -> Source:
    """Reads a workbook, never half of it: a file that changes meanwhile is read again.

    Raises:
        FichierInvalide: absent, a folder, forbidden, empty, too big, cut short, or no
            spreadsheet at all.
        ClasseurOccupe: it never stops changing, or another program holds it.
    """
    cible = resolved(chemin)
    for essai in range(_ESSAIS):
        if essai:
            time.sleep(_PAUSE)
        data = read_bytes(cible)
        if data is not None and (data.startswith(_OLE) or _is_whole_zip(data)):
            return Source(cible, data)
        if data and not data.startswith(_ZIP[: len(data)]):
            break
    if data is None:
        raise ClasseurOccupe(
            f"« {cible.name} » est en cours d'enregistrement par un autre logiciel.",
            "Attendez la fin de l'enregistrement, puis relancez la commande.",
        )
    if data.startswith(_ZIP[: len(data)]):  # empty, or cut
        defaut = "est incomplet : son enregistrement a été interrompu" if data else "est vide"
    else:
        defaut = "n'est pas un classeur Excel (.xlsx ou .xlsm)"
    raise FichierInvalide(f"Le fichier « {shown(cible)} » {defaut}.", _advice(cible))


def read_bytes(cible: Path) -> bytes | None:
    """The file's content, whatever it is; None when it changed while it was read."""
    require_file(cible)
    try:
        with patiently(lambda: cible.open("rb"), cible) as fichier:
            avant = os.fstat(fichier.fileno())
            if avant.st_size > MAX_CLASSEUR:
                raise FichierInvalide(
                    f"« {shown(cible)} » est trop gros : {avant.st_size / 2**20:.0f} Mio, pour "
                    f"{MAX_CLASSEUR // 2**20} au plus.",
                    "Retirez-en les images ou les anciennes feuilles, dans une copie.",
                )
            data = patiently(fichier.read, cible)
            apres = os.fstat(fichier.fileno())
    except FileNotFoundError:
        raise missing(cible) from None
    except OSError as erreur:
        raise translate(erreur, cible, reading=True) from erreur
    stable = (avant.st_mtime_ns, avant.st_size) == (apres.st_mtime_ns, len(data))
    return data if stable else None


def require_file(cible: Path) -> None:
    """Nothing is made beside what is no workbook: a folder, a pipe, a device."""
    try:
        mode = patiently(cible.stat, cible).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise missing(cible) from None
    except OSError as erreur:
        raise translate(erreur, cible, reading=True) from erreur
    if not stat.S_ISREG(mode):
        raise FichierInvalide(
            f"« {shown(cible)} » n'est pas un fichier.", "Donnez le nom d'un classeur .xlsx."
        )


def _is_whole_zip(data: bytes) -> bool:
    """Whether the archive's last record is there, and whole (APPNOTE 6.3, 4.3.16)."""
    if not data.startswith(_ZIP):
        return False
    fin = data.rfind(_FIN_ZIP, max(0, len(data) - 22 - 0xFFFF))
    return fin >= 0 and len(data) >= fin + 22 + int.from_bytes(data[fin + 20 : fin + 22], "little")


def _advice(cible: Path) -> str:
    """What to do with a workbook that cannot be read."""
    with suppress(FichierInvalide):
        if kept.load(cible):
            return (
                "Essayez de l'ouvrir dans Excel ; « inactifs undo --force » remet la version "
                "d'avant la dernière écriture."
            )
    return "Essayez de l'ouvrir dans Excel, ou reprenez une sauvegarde."
