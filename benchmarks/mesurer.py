"""How quick and how light each command is beside a plain peer: prints a table.

    pip install '.[benchmark]'
    python benchmarks/mesurer.py > benchmarks/mesures.txt

Each line is one run in turns of the command and of its peer; the ratio is that of the medians.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from processus import ICI, INACTIFS, PYTHON, Essai, Mesure, compare, machine

JOUR = "2026-11-24"  # as in classeurs.py
TOURS = 15
LARGEUR = 46


def main() -> None:
    print(
        f"{'':{LARGEUR}} {'inactifs':>10} {'peer':>9} {'ratio':>8} {'target':>6}"
        f" {'memory':>9} {'peer':>9} {'ratio':>8} {'target':>6}"
    )
    with tempfile.TemporaryDirectory() as nom:
        dossier = Path(nom)
        _start(dossier)
        _commands(dossier)
        _growth(dossier)
    print(f"\nMachine: {machine()}")


def _start(dossier: Path) -> None:
    """What does not read the workbook, or only its names: beside the import of Typer."""
    typer = Essai([PYTHON, "-c", "import typer"], {})
    _line("inactifs --help", 1.4, None, Essai([*INACTIFS, "--help"], {}), typer)
    classeur = dossier / "tab.xlsx"
    make(classeur, 5_000)
    tab = {
        "_INACTIFS_COMPLETE": "complete_bash",
        "_INACTIFS_LIGNE": "inactifs show mar",
        "INACTIFS_CLASSEUR": str(classeur),
    }
    _line("TAB on a name, 5,000 students", 1.6, None, Essai(INACTIFS, tab), typer)


def _commands(dossier: Path) -> None:
    """What reads the workbook whole: beside openpyxl, or pandas and openpyxl."""
    for eleves, cible in ((300, 0.7), (10_000, 0.12)):
        classeur = dossier / f"{eleves}.xlsx"
        make(classeur, eleves)
        pair = _peer("charger_enregistrer.py", classeur, dossier / "pair.xlsx")
        _line(f"detect, nothing new, {eleves:,} students", cible, 0.5,
              _command(classeur, "detect"), pair)  # fmt: skip
        _floor(classeur)
    _line("relance add, 10,000 students", 0.12, 0.5,
          _fresh(dossier, classeur, "relance", "add", "1"), pair)  # fmt: skip
    _flush(dossier, classeur)
    classeur = dossier / "nouveaux.xlsx"
    make(classeur, 10_000, a_ouvrir=3_000)
    pair = _peer("ouvrir_dossiers.py", classeur, dossier / "pair.xlsx", JOUR)
    _line("detect that opens 3,000 cases, 10,000 students", 0.3, 0.5,
          _fresh(dossier, classeur, "detect"), pair)  # fmt: skip


def _growth(dossier: Path) -> None:
    """Seconds and memory that each student adds, from 1,000 to 10,000 then to 100,000."""
    mesures: dict[int, Mesure] = {}
    for eleves, tours in ((1_000, TOURS), (10_000, TOURS), (100_000, 5)):
        classeur = dossier / f"croissance{eleves}.xlsx"
        make(classeur, eleves)
        mesures[eleves] = compare([_command(classeur, "detect")], tours)[0]
        print(f"detect, {eleves:>7,} students: {mesures[eleves].mediane:7.3f} s, "
              f"{mesures[eleves].memoire:6.1f} MiB")  # fmt: skip
    rapports = [
        (grand - moyen) / 90_000 / ((moyen - petit) / 9_000)
        for petit, moyen, grand in zip(
            *((m.mediane, m.memoire) for m in mesures.values()), strict=True
        )
    ]
    print(f"one student more, beyond 10,000, beside one more before: "
          f"{rapports[0]:.2f} in time, {rapports[1]:.2f} in memory (target: 1.1)")  # fmt: skip


CHRONO = """
import os, time
vider = os.fsync
def chronometre(fichier):
    debut = time.perf_counter()
    vider(fichier)
    os.write(2, b"%f " % (time.perf_counter() - debut))
os.fsync = chronometre
from inactifs.cli import main
main()
"""


def _flush(dossier: Path, classeur: Path) -> None:
    """What it costs to have the disk keep what was written before the command ends."""
    essai = _fresh(dossier, classeur, "relance", "add", "1")
    durees = []
    for _ in range(TOURS):
        essai.preparer()
        fini = subprocess.run(
            [PYTHON, "-c", CHRONO, *essai.mots[1:]],
            env=os.environ | essai.environnement,
            capture_output=True,
            check=True,
        )
        durees.append(sum(float(d) for d in re.findall(rb"\d\.\d{6}(?= )", fini.stderr)))
    print(f"{'  of which flushing to the disk':{LARGEUR}} {statistics.median(durees):8.3f} s")


def _line(quoi: str, cible: float, cible_memoire: float | None, essai: Essai, pair: Essai) -> None:
    mesure, autre = compare([essai, pair], TOURS)
    print(
        f"{quoi:{LARGEUR}} {mesure.mediane:8.3f} s {autre.mediane:7.3f} s"
        f" {mesure.mediane / autre.mediane:8.2f} {cible:>6}"
        f" {mesure.memoire:5.1f} MiB {autre.memoire:5.1f} MiB"
        f" {mesure.memoire / autre.memoire:8.2f} {cible_memoire or '':>6}",
        flush=True,
    )


def _floor(classeur: Path) -> None:
    mesure = compare(
        [Essai([PYTHON, str(ICI / "pairs" / "plancher.py"), str(classeur)], {})], TOURS
    )[0]
    print(f"{'  floor: inflate, one pass over the XML':{LARGEUR}} {mesure.mediane:8.3f} s"
          f" {'':34} {mesure.memoire:5.1f} MiB", flush=True)  # fmt: skip


def make(classeur: Path, eleves: int, *, a_ouvrir: int = 0) -> None:
    """A workbook to measure on, written by another process: a child's peak of memory is never
    less than what its parent held when it started it."""
    mots = [PYTHON, str(ICI / "classeurs.py"), str(classeur), str(eleves), str(a_ouvrir)]
    subprocess.run(mots, check=True)


def _peer(script: str, *arguments: object) -> Essai:
    return Essai([PYTHON, str(ICI / "pairs" / script), *map(str, arguments)], {})


def _command(classeur: Path, *mots: str, preparer: Callable[[], object] = lambda: None) -> Essai:
    return Essai(
        [*INACTIFS, *mots, "-c", str(classeur)],
        {"INACTIFS_AUJOURDHUI": JOUR},
        preparer,
    )


def _fresh(dossier: Path, modele: Path, *mots: str) -> Essai:
    """A command that writes, each time on a copy of the workbook as it was."""
    place = dossier / "ecrit"

    def ready() -> None:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        shutil.copy(modele, place / "suivi.xlsx")

    return _command(place / "suivi.xlsx", *mots, preparer=ready)


if __name__ == "__main__":
    main()
