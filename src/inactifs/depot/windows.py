"""What Windows has of its own: rights that are no mode bits, hidden folders, long paths.

Elsewhere each of these does nothing, but what mode bits say is done by those who call.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

_LONG = 120
"""Characters from which a path is written so that Windows opens it whatever its length: what is
kept beside a workbook adds some hundred to it."""


def resolved(chemin: Path) -> Path:
    """The file itself, where links lead, by a path that may be as long as needed."""
    return reach(Path(os.path.realpath(chemin)))


def machine() -> str:
    """This computer's name, as its user sees it."""
    if sys.platform == "win32":  # asking the system there goes through WMI, known to hang
        return os.environ.get("COMPUTERNAME", "")
    return os.uname().nodename


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    # Owner, system and administrators: full control, handed down to what a folder holds.
    _SDDL = "D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
    _DACL = 0x80000004  # DACL_SECURITY_INFORMATION, protected from the folder above
    _CACHE = 0x2  # FILE_ATTRIBUTE_HIDDEN

    def reach(chemin: Path) -> Path:
        """« \\\\?\\C:\\… » for a long path: Windows then does not count."""
        texte = str(chemin)
        if len(texte) < _LONG or texte.startswith("\\\\?\\") or not chemin.is_absolute():
            return chemin
        if texte.startswith("\\\\"):
            return Path("\\\\?\\UNC\\" + texte[2:])
        return Path("\\\\?\\" + texte)

    def hide(dossier: Path) -> None:
        """A folder whose name begins with a dot is seen there unless it is said hidden."""
        with suppress(OSError, AttributeError):
            ctypes.windll.kernel32.SetFileAttributesW(str(dossier), _CACHE)

    def keep_to_owner(chemin: Path) -> None:
        """Readable by its owner alone (and the administrator), whatever the folder's rights."""
        descripteur = ctypes.c_void_p()
        lire = ctypes.windll.advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW
        if lire(_SDDL, 1, ctypes.byref(descripteur), None):
            poser = ctypes.windll.advapi32.SetFileSecurityW
            poser.argtypes = [wintypes.LPCWSTR, wintypes.DWORD, ctypes.c_void_p]
            poser(str(chemin), _DACL, descripteur)  # a disk without rights refuses: so be it
            ctypes.windll.kernel32.LocalFree(descripteur)


else:

    def reach(chemin: Path) -> Path:
        """Elsewhere a path is as long as it is."""
        return chemin

    def hide(dossier: Path) -> None:
        """The dot is enough."""

    def keep_to_owner(chemin: Path) -> None:
        """Mode bits are enough: those who create the file give them."""
