"""A command run in a terminal (a pty), to whose questions somebody answers."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

import inactifs

if sys.platform != "win32":
    import pty


def answer(
    *arguments: str,
    reponses: Sequence[str | Callable[[], object]] = (),
    env: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """The exit status and the screen; each of ``reponses`` is typed when a question waits, or
    done before the next one is typed."""
    if sys.platform == "win32":
        pytest.skip("a terminal as POSIX has it (pty)")
    pid, fd = pty.fork()
    if pid == 0:
        sources = str(Path(inactifs.__file__).parents[1])
        voulu = {"PYTHONPATH": sources, "LC_ALL": "C.UTF-8", "COLUMNS": "120", **(env or {})}
        commande = [sys.executable, "-m", "inactifs", *arguments]
        os.execve(sys.executable, commande, os.environ | voulu)
    ecran, restent, lu = b"", list(reponses), 0
    fin = time.monotonic() + 20
    while time.monotonic() < fin:
        if select.select([fd], [], [], 0.03)[0]:
            try:
                morceau = os.read(fd, 65536)
            except OSError:  # the program has ended
                break
            if not morceau:
                break
            ecran += morceau
        elif restent and ecran[lu:].rstrip(b" ").endswith(b":"):
            while callable(reponse := restent.pop(0)):
                reponse()
            lu = len(ecran)
            os.write(fd, f"{reponse}\r".encode())
    os.close(fd)
    statut = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert not restent, ecran.decode()
    return statut, ecran.decode().replace("\r\n", "\n")


def press(*arguments: str, touches: Sequence[str]) -> tuple[int, list[str]]:
    """The exit status and the screens: each of ``touches`` is pressed when a question waits."""
    pid, fd = pty.fork()
    if pid == 0:
        sources = str(Path(inactifs.__file__).parents[1])
        voulu = {"PYTHONPATH": sources, "LC_ALL": "C.UTF-8", "TERM": "xterm", "COLUMNS": "100"}
        os.execve(
            sys.executable, [sys.executable, "-m", "inactifs", *arguments], os.environ | voulu
        )
    ecrans, vu, restent = [""], b"", list(touches)
    fin = time.monotonic() + 60
    while time.monotonic() < fin:
        if select.select([fd], [], [], 0.03)[0]:
            try:
                morceau = os.read(fd, 65536)
            except OSError:  # the program has ended
                break
            if not morceau:
                break
            vu += morceau
        elif restent and vu.decode(errors="ignore").rstrip().endswith(":"):
            os.write(fd, restent.pop(0).encode())
            ecrans.append("")
            ecrans[-2], vu = vu.decode().replace("\r\n", "\n"), b""
    os.close(fd)
    statut = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    ecrans[-1] = vu.decode().replace("\r\n", "\n")
    assert not restent, ecrans
    return statut, ecrans
