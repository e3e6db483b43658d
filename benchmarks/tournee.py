"""From a key pressed in the guided round to the next screen, write and flush included.

    pip install '.[benchmark]'
    python benchmarks/tournee.py > benchmarks/tournee.txt

A pseudo-terminal; each key notes a student, which is written and flushed to the disk before
the next one is shown.
"""

from __future__ import annotations

import os
import pty
import select
import statistics
import sys
import tempfile
import time
from pathlib import Path

from mesurer import make
from processus import INACTIFS, PYTHON, Essai, machine, run

JOUR = "2026-11-24"  # as in classeurs.py
TOUCHES = 40


def main() -> None:
    print(f"{'key → next screen':24} {'least':>9} {'median':>8} {'slowest':>8} {'target':>7}")
    for eleves, cible in ((300, 60), (3_000, 150)):
        with tempfile.TemporaryDirectory() as nom:
            classeur = Path(nom) / "suivi.xlsx"
            make(classeur, eleves, a_ouvrir=TOUCHES + 1)
            run(Essai([*INACTIFS, "detect", "-c", str(classeur)], {"INACTIFS_AUJOURDHUI": JOUR}))
            durees = [d * 1000 for d in keys(classeur)]
        chiffres = (min(durees), statistics.median(durees), max(durees), cible)
        colonnes = "".join(f"{ms:6.0f} ms" for ms in chiffres)
        print(f"{eleves:>6,} students, {len(durees):3} keys {colonnes}")
    print(f"\nMachine: {machine()}")


def keys(classeur: Path) -> list[float]:
    """Seconds of each key, the first screen left out."""
    pid, fd = pty.fork()
    if pid == 0:
        env = os.environ | {"INACTIFS_AUJOURDHUI": JOUR, "TERM": "xterm"}
        os.execve(PYTHON, [PYTHON, "-m", "inactifs", "tournee", "-c", str(classeur)], env)
    durees = []
    try:
        if not _screen(fd):
            sys.exit("no screen")
        for _ in range(TOUCHES):
            time.sleep(0.05)  # what is pressed before the question is there is not taken
            debut = time.perf_counter()
            os.write(fd, b"\r")
            if not _screen(fd):
                break
            durees.append(time.perf_counter() - debut)
        os.write(fd, b"q")
        _screen(fd)
    finally:
        os.close(fd)
        os.waitpid(pid, 0)
    return durees


def _screen(fd: int) -> bool:
    """Read until the next question; False when the round has ended."""
    lu = b""
    while "touche\u00a0: ".encode() not in lu:
        if not select.select([fd], [], [], 30)[0]:
            return False
        try:
            lu += os.read(fd, 65536)
        except OSError:
            return False
    return True


if __name__ == "__main__":
    main()
