"""What all tests share: a busy machine is no fault of what is tested."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "busy machine", suppress_health_check=[HealthCheck.too_slow], deadline=None
)
settings.load_profile("busy machine")

AUCUN, LIRE = 0, 1
"""What whoever holds a file lets others do."""


class Tenue:
    """Files held until they are let go, as Windows lets a program do; nothing elsewhere."""

    def __init__(self) -> None:
        self.poignees: list[int] = []
        self.minuteurs: list[threading.Timer] = []

    def hold(self, chemin: Path, partage: int, secondes: float | None = None) -> None:
        """As an antivirus (for some seconds), or Excel (for good)."""
        if sys.platform != "win32":
            return
        noyau = ctypes.WinDLL("kernel32", use_last_error=True)
        noyau.CreateFileW.restype = ctypes.c_void_p
        poignee = noyau.CreateFileW(str(chemin), 0xC0000000, partage, None, 3, 0, None)
        assert poignee not in (None, ctypes.c_void_p(-1).value)
        self.poignees.append(poignee)
        if secondes is not None:
            minuteur = threading.Timer(secondes, self.let_go)
            self.minuteurs.append(minuteur)
            minuteur.start()

    def let_go(self) -> None:
        """All of them."""
        if sys.platform != "win32":
            return
        noyau = ctypes.WinDLL("kernel32")
        while self.poignees:
            noyau.CloseHandle(ctypes.c_void_p(self.poignees.pop()))


@pytest.fixture
def tenue() -> Iterator[Tenue]:
    """What holds files, and lets go of them at the end."""
    qui = Tenue()
    yield qui
    for minuteur in qui.minuteurs:
        minuteur.cancel()
    qui.let_go()
