"""Whole processes, timed and weighed two by two, in turn, on the same machine at the same time."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ICI = Path(__file__).parent
PYTHON = sys.executable
INACTIFS = [str(Path(sys.executable).with_name("inactifs"))]


@dataclass(frozen=True)
class Essai:
    """A command to run: its words, its environment, and what makes its place ready."""

    mots: Sequence[str]
    environnement: Mapping[str, str]
    preparer: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Mesure:
    """Of one command over all its runs: seconds (median, least), MiB at the peak."""

    mediane: float
    minimum: float
    memoire: float


def compare(essais: Sequence[Essai], tours: int) -> list[Mesure]:
    """Run each command ``tours`` times, one after the other in turn, after a run for nothing.

    Raises:
        subprocess.CalledProcessError: a command failed.
    """
    for essai in essais:
        run(essai)
    series: list[list[tuple[float, float]]] = [[] for _ in essais]
    for _ in range(tours):
        for rang, essai in enumerate(essais):
            series[rang].append(run(essai))
    return [
        Mesure(
            statistics.median(s for s, _ in serie),
            min(s for s, _ in serie),
            max(m for _, m in serie),
        )
        for serie in series
    ]


def run(essai: Essai) -> tuple[float, float]:
    """Seconds of a process from its start to its end, and its peak of memory in MiB."""
    essai.preparer()
    debut = time.perf_counter()
    processus = subprocess.Popen(
        essai.mots,
        env=os.environ | essai.environnement,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert processus.stderr is not None
    erreur = processus.stderr.read()
    _, statut, usage = os.wait4(processus.pid, 0)  # the peak of this process alone
    duree = time.perf_counter() - debut
    if statut:
        raise subprocess.CalledProcessError(statut, essai.mots, stderr=erreur)
    return duree, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def machine() -> str:
    """What the figures were obtained on, without anybody's name."""
    import platform
    from importlib.metadata import version

    modele = platform.processor() or platform.machine()
    infos = Path("/proc/cpuinfo")
    if infos.exists():
        noms = [x for x in infos.read_text().splitlines() if x.startswith("model name")]
        modele = noms[0].split(":", 1)[1].strip() if noms else modele
    paquets = ("typer", "openpyxl", "pandas", "python-calamine", "rich")
    return (
        f"{modele}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, " + ", ".join(f"{p} {version(p)}" for p in paquets)
    )
