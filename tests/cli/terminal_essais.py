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
    touches = [r if callable(r) else f"{r}\r" for r in reponses]
    statut, ecrans = _run(arguments, touches, {"COLUMNS": "120", **(env or {})}, patience=20)
    return statut, "".join(ecrans)


def press(*arguments: str, touches: Sequence[str]) -> tuple[int, list[str]]:
    """The exit status and the screens: each of ``touches`` is pressed when a question waits."""
    return _run(arguments, touches, {"TERM": "xterm", "COLUMNS": "100"}, patience=60)


def _run(
    arguments: Sequence[str],
    touches: Sequence[str | Callable[[], object]],
    env: Mapping[str, str],
    patience: int,
) -> tuple[int, list[str]]:
    """The exit status, and what was shown between two keys."""
    if sys.platform == "win32":
        pytest.skip("a terminal as POSIX has it (pty)")
    pid, fd = pty.fork()
    if pid == 0:
        sources = str(Path(inactifs.__file__).parents[1])
        commande = [sys.executable, "-m", "inactifs", *arguments]
        voulu = {"PYTHONPATH": sources, "LC_ALL": "C.UTF-8", **env}
        os.execve(sys.executable, commande, os.environ | voulu)
    ecrans, restent = [b""], list(touches)
    fin = time.monotonic() + patience
    while time.monotonic() < fin:
        if select.select([fd], [], [], 0.03)[0]:
            try:
                morceau = os.read(fd, 65536)
            except OSError:  # the program has ended
                break
            if not morceau:
                break
            ecrans[-1] += morceau
        elif restent and ecrans[-1].rstrip(b" ").endswith(b":"):
            while callable(touche := restent.pop(0)):
                touche()
            ecrans.append(b"")
            os.write(fd, touche.encode())
    os.close(fd)
    statut = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    lus = [ecran.decode().replace("\r\n", "\n") for ecran in ecrans]
    assert not restent, lus
    return statut, lus
