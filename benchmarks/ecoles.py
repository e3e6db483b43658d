"""How long ``report`` takes on a folder of many schools, and what memory it needs.

``python benchmarks/ecoles.py`` makes the workbooks in a temporary folder, reads them in fresh
processes, and prints a table. ``ecoles.txt`` is what it printed.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

MODELES = 10
ELEVES = 300
ESSAIS = ((100, 0), (1000, 1), (1000, 0))
"""How many workbooks, on how many cores (0: all)."""


def main() -> None:
    """Make, measure, print."""
    print(f"{_cpu()}, {os.cpu_count()} cœurs ; {platform.system()} ; ", end="")
    print(f"Python {platform.python_version()}")
    print(f"Classeurs de {ELEVES} élèves et {ELEVES // 3} dossiers ; ", end="")
    print(f"{MODELES} différents, copiés autant de fois qu'il faut.\n")
    print(
        " classeurs   cœurs    temps   temps processeur   par classeur   mémoire du programme"
        "   par processus"
    )
    with tempfile.TemporaryDirectory() as temporaire:
        modeles = _models(Path(temporaire, "modeles"))
        for nombre, coeurs in ESSAIS:
            dossier = Path(temporaire, str(nombre))
            if not dossier.exists():
                _copies(modeles, dossier, nombre)
            commande = [sys.executable, __file__, str(dossier), str(coeurs)]
            m = json.loads(subprocess.run(commande, check=True, stdout=subprocess.PIPE).stdout)
            assert m["ecoles"] == nombre and m["eleves"] > 0, m
            processus = f"{m['processus']:.0f} Mo" if m["processus"] else "—"
            print(
                f"{nombre:10,}{coeurs or os.cpu_count():8}{m['secondes']:7.1f} s"
                f"{m['processeur']:17.1f} s{1000 * m['processeur'] / nombre:12.1f} ms"
                f"{m['principal']:20.0f} Mo"
                f"{processus:>16}".replace(",", " ")
            )


def measure(dossier: Path, coeurs: int) -> None:
    """Consolidate a folder as ``report`` does, in this process; what it took, in JSON."""
    import resource

    if coeurs:
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:coeurs]))
    debut = time.perf_counter()
    from inactifs.bilan.computing import consolidate
    from inactifs.cli.schools import read_schools, workbooks
    from inactifs.dates import read_month

    lectures = read_schools(workbooks([dossier]), read_month("2026-11"), date(2026, 11, 24))
    total = consolidate([x.ligne for x in lectures if x.ligne is not None])
    mesure = {
        "ecoles": len(total.ecoles),
        "eleves": total.total.eleves_suivis,
        "secondes": time.perf_counter() - debut,
        "processeur": sum(os.times()[:4]),
        "principal": _peak(),
        "processus": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }
    print(json.dumps(mesure))


def _peak() -> float:
    """The most memory that this process had since it began, in MB (Linux)."""
    lignes = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(x.split()[1]) for x in lignes if x.startswith("VmHWM:")) / 1024


def _models(dossier: Path) -> list[Path]:
    from classeurs import make

    dossier.mkdir()
    chemins = [dossier / f"{n}.xlsx" for n in range(MODELES)]
    for rang, chemin in enumerate(chemins):
        make(chemin, ELEVES, a_ouvrir=rang)
    return chemins


def _copies(modeles: list[Path], dossier: Path, nombre: int) -> None:
    for rang in range(nombre):
        ecole = dossier / f"ecole-{rang:04}"
        ecole.mkdir(parents=True)
        shutil.copy(modeles[rang % len(modeles)], ecole / "suivi_eleves.xlsx")


def _cpu() -> str:
    try:
        lignes = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(x.partition(":")[2].strip() for x in lignes if x.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        main()
